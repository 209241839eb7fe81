package project

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Dates are the first and the last day of an iteration as a request sets them.
type Dates struct{ Start, Finish Day }

// Day is a day that a request sets, or takes away with nil.
type Day struct {
	Set bool
	At  *time.Time
}

// NodeChange is what a request changes about an area or iteration; without a name it keeps the one it has.
type NodeChange struct {
	Name  *string
	Dates Dates
}

// The limits of trees. documented: naming restrictions, object limits.
const (
	maxNodeName = 255
	maxDepth    = 14
)

// CreateNode adds an area or iteration below the one at a path relative to the root, "" for the root itself. Faults:
// project or parent not found, access denied, a name that is taken or not valid, dates that do not increase.
func (s *Store) CreateNode(ctx context.Context, c *access.Caller, projectName string, kind NodeKind, parent, name string, dates Dates) (*Node, error) {
	return s.changeNode(ctx, c, projectName, kind, func(tx *db.Tx, catalog *Catalog, p *Project) (int64, error) {
		above, err := p.NodeAt(kind, parent)
		if err != nil {
			return 0, err
		}
		if err := above.permit(c, access.CreateChildren); err != nil {
			return 0, err
		}
		n := Node{Project: p.ID, Kind: kind, Name: strings.TrimSpace(name), ParentID: above.ID}
		if err := n.fits(above, 0); err != nil {
			return 0, err
		}
		if err := n.setDates(dates); err != nil {
			return 0, err
		}
		if n.ID, err = tx.Reserve(c.Org, "node", 1); err != nil {
			return 0, err
		}
		n.GUID = uuid.NewSHA1(p.GUID, []byte("node "+strconv.FormatInt(n.ID, 10))) // the same wherever the same requests are made
		return s.AddNode(tx, c.Org, n)
	})
}

// MoveNode puts an area or iteration with all below it under another parent. An iteration loses its dates unless dates
// come with the request. observed: az boards iteration project update --child-id.
func (s *Store) MoveNode(ctx context.Context, c *access.Caller, projectName string, kind NodeKind, parent string, id int64, dates Dates) (*Node, error) {
	return s.changeNode(ctx, c, projectName, kind, func(tx *db.Tx, catalog *Catalog, p *Project) (int64, error) {
		above, err := p.NodeAt(kind, parent)
		if err != nil {
			return 0, err
		}
		moved := catalog.Node(id)
		switch {
		case moved == nil || moved.Project != p.ID || moved.Kind != kind:
			return 0, fault.NodeNotFound(strconv.FormatInt(id, 10))
		case moved.Parent == nil:
			return 0, fault.InvalidNode("The root of a tree cannot be moved.")
		case above.Under(moved):
			return 0, fault.InvalidNode("Node '%s' cannot be moved below itself.", moved.Name)
		}
		if err := above.permit(c, access.CreateChildren); err != nil {
			return 0, err
		}
		if err := moved.permit(c, access.EditNode); err != nil {
			return 0, err
		}
		n := *moved
		n.Start, n.Finish = nil, nil
		if err := n.fits(above, n.height()); err != nil {
			return 0, err
		}
		if err := n.setDates(dates); err != nil {
			return 0, err
		}
		return id, s.updateNode(tx, c.Org, &n, above.ID)
	})
}

// ChangeNode renames the area or iteration at a path or gives it other dates.
func (s *Store) ChangeNode(ctx context.Context, c *access.Caller, projectName string, kind NodeKind, path string, change NodeChange) (*Node, error) {
	return s.changeNode(ctx, c, projectName, kind, func(tx *db.Tx, catalog *Catalog, p *Project) (int64, error) {
		at, err := p.NodeAt(kind, path)
		if err != nil {
			return 0, err
		}
		if err := at.permit(c, access.EditNode); err != nil {
			return 0, err
		}
		n := *at
		if change.Name != nil && *change.Name != n.Name {
			if n.Parent == nil {
				return 0, fault.InvalidNode("The root of a tree has the name of its project.")
			}
			n.Name = strings.TrimSpace(*change.Name)
			if err := n.fits(n.Parent, 0); err != nil {
				return 0, err
			}
		}
		if err := n.setDates(change.Dates); err != nil {
			return 0, err
		}
		return n.ID, s.updateNode(tx, c.Org, &n, n.ParentID)
	})
}

// DeleteNode deletes an area or iteration with all below it, in favor of a successor that is not among them. The caller
// moves the work items; teams lose what they had of it.
func (s *Store) DeleteNode(tx *db.Tx, org int64, n, successor *Node) error {
	for _, child := range n.Children {
		if err := s.DeleteNode(tx, org, child, successor); err != nil {
			return err
		}
	}
	var heir int64
	if successor != nil {
		heir = successor.ID
	}
	if _, err := tx.Exec(deleteNode, org, n.ID, heir); err != nil {
		return err
	}
	for _, drop := range []*db.Stmt{dropTeamArea, dropTeamIteration} {
		if _, err := tx.Exec(drop, org, n.ID); err != nil {
			return err
		}
	}
	_, err := tx.Append(org, db.Change{Kind: db.NodeChanged, Project: n.Project, Ref: n.ID})
	return err
}

// changeNode carries out a change of a project's tree and returns the node as it is then.
func (s *Store) changeNode(ctx context.Context, c *access.Caller, projectName string, kind NodeKind,
	change func(*db.Tx, *Catalog, *Project) (id int64, err error)) (n *Node, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		p, err := s.readable(tx, c, projectName)
		if err != nil {
			return err
		}
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		id, err := change(tx, catalog, p)
		if err != nil {
			return err
		}
		area, iteration := access.AreaUpdated, access.IterationUpdated
		if catalog.Node(id) == nil {
			area, iteration = access.AreaCreated, access.IterationCreated
		}
		if catalog, err = s.Catalog(tx, c.Org); err != nil {
			return err
		}
		n = catalog.Node(id)
		return n.Audit(tx, c, p, area, iteration)
	})
	return n, err
}

// NodeAt finds an area or iteration by its path below the root, with either separator, in any letter case.
func (p *Project) NodeAt(kind NodeKind, path string) (*Node, error) {
	root := p.Area
	if kind == IterationNode {
		root = p.Iteration
	}
	path = strings.Trim(strings.ReplaceAll(path, "/", `\`), `\`)
	if path == "" {
		return root, nil
	}
	if n := p.FindNode(kind, root.Name+`\`+path); n != nil {
		return n, nil
	}
	return nil, fault.NodeNotFound(path)
}

func (s *Store) updateNode(tx *db.Tx, org int64, n *Node, parent int64) error {
	if _, err := tx.Exec(updateNode, org, n.ID, parent, n.Name, n.Start, n.Finish); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.NodeChanged, Project: n.Project, Ref: n.ID})
	return err
}

// fits checks the name of a node and its place below a parent; height is how many levels come with it.
func (n *Node) fits(parent *Node, height int) error {
	switch {
	case n.Name == "" || utf8.RuneCountInString(n.Name) > maxNodeName:
		return fault.InvalidNode("The name of a node has 1 to %d characters.", maxNodeName)
	case strings.ContainsAny(n.Name, `\/:*?"<>|#$&+`) || strings.ContainsFunc(n.Name, unicode.IsControl) || !utf8.ValidString(n.Name):
		return fault.InvalidNode(`The name '%s' is not valid for a node: it must not contain control characters or any of \ / : * ? " < > | # $ & +.`, n.Name)
	case n.Name == "." || n.Name == "..":
		return fault.InvalidNode("The name '%s' is not valid for a node.", n.Name)
	case parent.Depth+1+height > maxDepth:
		return fault.InvalidNode("Node '%s' would lie deeper than %d levels.", n.Name, maxDepth)
	}
	for _, other := range parent.Children {
		if other.ID != n.ID && strings.EqualFold(other.Name, n.Name) {
			return fault.NodeNameTaken(n.Name, parent.Name)
		}
	}
	return nil
}

// setDates gives an iteration its days, which are kept as midnight UTC.
func (n *Node) setDates(d Dates) error {
	if d.Start.Set {
		n.Start = midnight(d.Start.At)
	}
	if d.Finish.Set {
		n.Finish = midnight(d.Finish.At)
	}
	switch {
	case n.Kind == AreaNode && (n.Start != nil || n.Finish != nil):
		return fault.InvalidNode("An area has no dates.")
	case n.Start != nil && n.Finish != nil && n.Finish.Before(*n.Start):
		return fault.NodeDates(n.Start.Format(time.DateOnly), n.Finish.Format(time.DateOnly))
	}
	return nil
}

func midnight(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	day := t.UTC().Truncate(24 * time.Hour)
	return &day
}

// height is how many levels there are below the node.
func (n *Node) height() int {
	h := 0
	for _, c := range n.Children {
		h = max(h, c.height()+1)
	}
	return h
}
