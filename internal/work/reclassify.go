package work

import (
	"context"
	"slices"
	"strconv"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

var selectPlacedItems = db.SQL("work.selectPlacedItems", `
	SELECT id, is_deleted, fields FROM work_items WHERE org_id = $1 AND project_id = $2 ORDER BY id`)

// DeleteNode deletes an area or iteration of a project with all below it. Its work items go to the node with the id
// reclassify, each by a revision that the caller makes; without one it is deleted only when no work item is there. Those
// in the recycle bin get there when they are restored. Faults: project or node not found, access denied, a successor
// that does not fit.
func (s *Items) DeleteNode(ctx context.Context, c *access.Caller, projectName string, kind project.NodeKind, path string, reclassify int64) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		if e.project, err = readable(e.catalog, c, projectName); err != nil {
			return err
		}
		n, err := e.project.NodeAt(kind, path)
		if err != nil {
			return err
		}
		if !n.Allows(c, access.DeleteNode) {
			return fault.AccessDenied(c.User.DisplayName, "Delete this node")
		}
		if n.Parent == nil {
			return fault.InvalidNode("The root of a tree cannot be deleted.")
		}
		var successor *project.Node
		if reclassify != 0 {
			successor = e.catalog.Node(reclassify)
			if successor == nil || successor.Project != e.project.ID || successor.Kind != kind {
				return fault.NodeNotFound(strconv.FormatInt(reclassify, 10))
			}
			if successor.Under(n) {
				return fault.InvalidNode("Work items of node '%s' cannot go to node '%s', which is deleted with it.", n.Name, successor.Name)
			}
		}
		if err := s.reclassify(tx, c, e, n, successor); err != nil {
			return err
		}
		if err := n.Audit(tx, c, e.project, access.AreaDeleted, access.IterationDeleted); err != nil {
			return err
		}
		return s.projects.DeleteNode(tx, c.Org, n, successor)
	})
}

// reclassify moves the live work items of a node that is about to go. The caller must be able to see and edit all that go
// elsewhere with it, those in the recycle bin as well, and to see those of areas that count as another one from then on: what
// was made in them is told by former revisions.
func (s *Items) reclassify(tx *db.Tx, c *access.Caller, e *environment, from, to *project.Node) error {
	field := project.FieldAreaID
	if from.Kind == project.IterationNode {
		field = project.FieldIterationID
	}
	var ids []int64
	permitted := to == nil || from.Kind != project.AreaNode || e.viewsBelow(from)
	_, err := db.Collect(tx, selectPlacedItems, []any{c.Org, e.project.ID}, func(r *db.Rows) (struct{}, error) {
		var id, at, area int64
		var deleted bool
		var fields string
		if err := r.Scan(&id, &deleted, &fields); err != nil {
			return struct{}{}, err
		}
		err := scanTokens(fields, func(f project.FieldID, token string) (err error) {
			if f == field {
				at, err = strconv.ParseInt(token, 10, 64)
			}
			if f == project.FieldAreaID && err == nil {
				area, err = strconv.ParseInt(token, 10, 64)
			}
			return err
		})
		if n := e.catalog.Successor(at); err != nil || n == nil || !n.Under(from) {
			return struct{}{}, err
		}
		permitted = permitted && e.areas.May(area, access.ViewWorkItems|access.EditWorkItems)
		if !deleted || to == nil {
			ids = append(ids, id)
		}
		return struct{}{}, nil
	})
	if err != nil {
		return err
	}
	if !permitted || len(ids) > 0 && to != nil && to.Kind == project.AreaNode && !e.areas.May(to.ID, access.EditWorkItems) {
		return fault.WorkItemSave()
	}
	if to == nil {
		if len(ids) > 0 {
			return fault.InvalidNode("Node '%s' has %d work items, those in the recycle bin included: say with $reclassifyId where they go.", from.Name, len(ids))
		}
		return nil
	}
	for _, id := range ids {
		previous, err := s.current(tx, e, c, "", id, false)
		if err != nil {
			return err
		}
		fields := previous.fields.clone()
		fields[field] = to.ID
		if _, err := e.touch(tx, c, previous, fields); err != nil {
			return err
		}
	}
	return nil
}

// viewsBelow reports whether the caller sees the work items of an area and of all below it.
func (e *environment) viewsBelow(area *project.Node) bool {
	return e.sees(area.Project, area.ID) && !slices.ContainsFunc(area.Children, func(n *project.Node) bool { return !e.viewsBelow(n) })
}
