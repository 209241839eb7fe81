package project

import (
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// NodeKind tells areas from iterations. Numbers are stored.
type NodeKind int16

// The kinds of nodes.
const (
	AreaNode      NodeKind = 0
	IterationNode NodeKind = 1
)

// Node is an area or an iteration. Node ids are unique in the organization over both kinds.
type Node struct {
	ID      int64
	GUID    uuid.UUID
	Project int64
	Kind    NodeKind
	Name    string
	Deleted bool       // then only work item revisions of the past are there
	Start   *time.Time // of an iteration: midnight UTC of its first and last day
	Finish  *time.Time

	Parent   *Node // nil for the root
	Children []*Node
	Path     string // "Fabrikam Fiber\Release 1\Sprint 1"; the root's is the project's name
	Depth    int    // 0 for the root

	ParentID int64 // for AddNode; 0 for a root

	successor int64 // of a deleted node: where its work items went
}

// Under reports whether the node is other or lies below it.
func (n *Node) Under(other *Node) bool {
	for ; n != nil; n = n.Parent {
		if n == other {
			return true
		}
	}
	return false
}

// Token is what permissions on the node are set at, as far as it tells nodes apart.
func (n *Node) Token() string { return access.NodeToken(n.GUID) }

// Allows reports whether a caller has permissions on an area or iteration.
func (n *Node) Allows(c *access.Caller, permissions int64) bool {
	return c.Allowed(n.namespace(), n.Token(), permissions)
}

func (n *Node) permit(c *access.Caller, permission int64) error {
	if !n.Allows(c, permission) {
		return fault.AccessDenied(c.User.DisplayName, access.FindNamespace(n.namespace()).Label(permission))
	}
	return nil
}

func (n *Node) namespace() string {
	if n.Kind == IterationNode {
		return access.IterationNamespace
	}
	return access.AreaNamespace
}

// Levels is the names along the path, the root's first.
func (n *Node) Levels() []string {
	names := make([]string, n.Depth+1)
	for at := n; at != nil; at = at.Parent {
		names[at.Depth] = at.Name
	}
	return names
}

// AddNode stores an area or iteration; a zero id or GUID is allocated. It returns the id.
func (s *Store) AddNode(tx *db.Tx, org int64, n Node) (int64, error) {
	id, err := reserve(tx, org, "node", n.ID)
	if err != nil {
		return 0, err
	}
	if n.GUID == uuid.Nil {
		n.GUID = uuid.New()
	}
	if _, err := tx.Exec(insertNode, org, id, n.Project, n.GUID, int64(n.Kind), n.ParentID, n.Name, n.Start, n.Finish); err != nil {
		return 0, err
	}
	_, err = tx.Append(org, db.Change{Kind: db.NodeChanged, Project: n.Project, Ref: id})
	return id, err
}

// foldPath is a path as it is compared: either separator, no leading one, any case.
func foldPath(path string) string {
	return strings.ToLower(strings.Trim(strings.ReplaceAll(path, "/", `\`), `\`))
}

// link builds the tree out of nodes listed parents first or not, and returns the roots by project.
func linkNodes(nodes []*Node, byID map[int64]*Node) (roots []*Node) {
	for _, n := range nodes {
		if n.ParentID == 0 {
			roots = append(roots, n)
			continue
		}
		if parent := byID[n.ParentID]; parent != nil {
			n.Parent = parent
			parent.Children = append(parent.Children, n)
		}
	}
	var place func(n *Node, path string, depth int)
	place = func(n *Node, path string, depth int) {
		n.Path, n.Depth = path, depth
		for _, c := range n.Children {
			place(c, path+`\`+c.Name, depth+1)
		}
	}
	for _, r := range roots {
		place(r, r.Name, 0)
	}
	return roots
}
