package project

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"
)

func (c *Catalog) readFields(tx *db.Tx, org int64) error {
	custom, err := db.Collect(tx, selectFields, []any{org}, func(r *db.Rows) (*Field, error) {
		f := &Field{Custom: true}
		var id int64
		var kind, list string
		if err := r.Scan(&id, &f.ReferenceName, &f.Name, &f.Description, &kind, &f.Identity, &list, &f.Deleted, &f.Locked); err != nil {
			return nil, err
		}
		f.Picklist = c.Picklist(list)
		f.ID = FieldID(id) //nolint:gosec // written from a FieldID
		var ok bool
		if f.Type, ok = ParseFieldType(kind); !ok {
			return nil, fmt.Errorf("field %s has unknown type %q", f.ReferenceName, kind)
		}
		return f, nil
	})
	if err != nil {
		return err
	}
	c.Fields = append(append(c.Fields, SystemFields()...), custom...)
	for _, f := range c.Fields {
		c.fields[f.ID] = f
		if f.Deleted {
			continue
		}
		if _, taken := c.named[strings.ToLower(f.Name)]; !taken {
			c.named[strings.ToLower(f.Name)] = f
		}
	}
	for _, f := range c.Fields { // a reference name wins over another field's name
		if !f.Deleted {
			c.named[strings.ToLower(f.ReferenceName)] = f
		}
	}
	return nil
}

func (c *Catalog) readProcesses(tx *db.Tx, org int64) error {
	c.Processes = append(c.Processes, SystemProcesses()...)
	derived, err := db.Collect(tx, selectProcesses, []any{org}, func(r *db.Rows) (*Process, error) {
		var id, parent, name, description string
		if err := r.Scan(&id, &parent, &name, &description); err != nil {
			return nil, err
		}
		base := SystemProcess(parent)
		if base == nil {
			return nil, fmt.Errorf("process %s: its parent %s is no system process", name, parent)
		}
		p := base.Derive(name, id)
		p.Description = description
		return p, nil
	})
	if err != nil {
		return err
	}
	c.Processes = append(c.Processes, derived...)
	if err := c.applyEdits(editProcess, editType); err != nil {
		return err
	}
	rows, err := tx.Query(selectProcessFields, org)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var process, typeName string
		var field int64
		if err := rows.Scan(&process, &typeName, &field); err != nil {
			return err
		}
		p, f := c.Process(process), c.fields[FieldID(field)] //nolint:gosec // written from a FieldID
		if p == nil || f == nil {
			return fmt.Errorf("field %d on type %s of process %s: one of them is missing", field, typeName, process)
		}
		if f.Deleted {
			continue
		}
		if err := p.AddField(typeName, f); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// readCustomizations puts what organizations changed on the fields and states that are there by now.
func (c *Catalog) readCustomizations(*db.Tx, int64) error {
	if err := c.applyEdits(editField, editState, editForm); err != nil {
		return err
	}
	if err := c.applyEdits(editRule); err != nil {
		return err
	}
	if err := c.applyEdits(editBehavior, editLevel); err != nil { // levels come before the types on them
		return err
	}
	for _, p := range c.Processes {
		for _, t := range p.Types {
			if p.ParentID != "" && t.Edited {
				t.finish()
			}
		}
		if p.ParentID != "" {
			p.finishLevels()
		}
	}
	return nil
}

func (c *Catalog) readProjects(tx *db.Tx, org int64) error {
	var err error
	c.Projects, err = db.Collect(tx, selectProjects, []any{org}, scanProject)
	if err != nil {
		return err
	}
	for _, p := range c.Projects {
		if p.Process = c.Process(p.processID); p.Process == nil {
			return fmt.Errorf("project %s: unknown process %s", p.Name, p.processID)
		}
		c.byID[p.ID], c.byName[strings.ToLower(p.Name)], c.byGUID[p.GUID] = p, p, p
	}
	return nil
}

func scanProject(r *db.Rows) (*Project, error) {
	p := &Project{areas: map[string]*Node{}, iters: map[string]*Node{}}
	var visibility string
	err := r.Scan(&p.ID, &p.GUID, &p.Name, &p.Description, &p.State, &p.Revision, &visibility, &p.processID,
		&p.DefaultTeam, &p.LastUpdate, &p.SourceControl)
	p.Visibility = Visibility(visibility)
	return p, err
}

func (c *Catalog) readNodes(tx *db.Tx, org int64) error {
	nodes, err := db.Collect(tx, selectNodes, []any{org}, func(r *db.Rows) (*Node, error) {
		n := &Node{}
		var kind int64
		err := r.Scan(&n.ID, &n.Project, &n.GUID, &kind, &n.ParentID, &n.Name, &n.Start, &n.Finish, &n.Deleted, &n.successor)
		n.Kind = NodeKind(kind) //nolint:gosec // 0 or 1
		return n, err
	})
	if err != nil {
		return err
	}
	live := make([]*Node, 0, len(nodes))
	for _, n := range nodes {
		switch {
		case c.byID[n.Project] == nil:
		case n.Deleted:
			c.gone[n.ID] = n
		default:
			c.nodes[n.ID] = n
			live = append(live, n)
		}
	}
	for _, root := range linkNodes(live, c.nodes) {
		p := c.byID[root.Project]
		if root.Kind == AreaNode {
			p.Area = root
		} else {
			p.Iteration = root
		}
	}
	for _, n := range live {
		p := c.byID[n.Project]
		if n.Kind == AreaNode {
			p.areas[foldPath(n.Path)] = n
		} else {
			p.iters[foldPath(n.Path)] = n
		}
	}
	for _, n := range c.gone {
		c.bury(n)
	}
	return nil
}

// bury gives a deleted node the path it would have, without becoming a child of its parent.
func (c *Catalog) bury(n *Node) {
	if n.Parent = c.AnyNode(n.ParentID); n.Parent == nil {
		n.Path = n.Name
		return
	}
	if n.Parent.Path == "" {
		c.bury(n.Parent)
	}
	n.Path, n.Depth = n.Parent.Path+`\`+n.Name, n.Parent.Depth+1
}

func (c *Catalog) readTeams(tx *db.Tx, org int64) error {
	rows, err := tx.Query(selectTeams, org)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		t, err := c.scanTeam(rows)
		if err != nil {
			return err
		}
		if t.Project != nil {
			c.teams[t.ID] = t
			t.Project.Teams = append(t.Project.Teams, t)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	areas, err := tx.Query(selectTeamAreas, org)
	if err != nil {
		return err
	}
	defer areas.Close()
	for areas.Next() {
		var team, node int64
		var a TeamArea
		if err := areas.Scan(&team, &node, &a.IncludeChildren, &a.Default); err != nil {
			return err
		}
		if a.Node = c.nodes[node]; a.Node != nil && c.teams[team] != nil {
			c.teams[team].Areas = append(c.teams[team].Areas, a)
		}
	}
	if err := errors.Join(areas.Err(), areas.Close()); err != nil {
		return err
	}
	iterations, err := tx.Query(selectTeamIterations, org)
	if err != nil {
		return err
	}
	defer iterations.Close()
	for iterations.Next() {
		var team, node int64
		if err := iterations.Scan(&team, &node); err != nil {
			return err
		}
		if n := c.nodes[node]; n != nil && c.teams[team] != nil {
			c.teams[team].Iterations = append(c.teams[team].Iterations, n)
		}
	}
	for _, t := range c.teams {
		slices.SortStableFunc(t.Iterations, func(a, b *Node) int { return compareStart(a.Start, b.Start) })
	}
	return errors.Join(iterations.Err(), iterations.Close())
}

// compareStart orders days, those that are not known last.
func compareStart(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(*b)
}
