package project

import (
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Catalog is a snapshot of everything in an organization that work items refer to. It is immutable and safe to share;
// a new one is read whenever something in it has changed.
type Catalog struct {
	Organization *Organization
	Projects     []*Project // live ones, by id
	Fields       []*Field   // catalogue fields, then custom ones
	Processes    []*Process // system processes, then derived ones
	Picklists    []*Picklist

	edits    []edit
	metadata int64
	nodes    map[int64]*Node
	gone     map[int64]*Node // deleted ones, with the paths they had
	teams    map[int64]*Team
	byID     map[int64]*Project
	byName   map[string]*Project
	byGUID   map[uuid.UUID]*Project
	fields   map[FieldID]*Field
	named    map[string]*Field // reference names and names, folded
}

// Project returns the live project with that id, or nil.
func (c *Catalog) Project(id int64) *Project { return c.byID[id] }

// Position is where the feed stood when something in the catalog changed last.
func (c *Catalog) Position() int64 { return c.metadata }

// FindProject finds a live project by name or GUID. It returns the 404 fault that fits when there is none; callers must
// return the same fault for a project the caller cannot read.
func (c *Catalog) FindProject(nameOrID string) (*Project, error) {
	if id, err := uuid.Parse(nameOrID); err == nil && len(nameOrID) == 36 {
		if p := c.byGUID[id]; p != nil {
			return p, nil
		}
	}
	if p := c.byName[strings.ToLower(nameOrID)]; p != nil {
		return p, nil
	}
	return nil, NotFound(nameOrID)
}

// NotFound is the fault for a project that does not exist or cannot be read.
func NotFound(nameOrID string) error {
	if _, err := uuid.Parse(nameOrID); err == nil && len(nameOrID) == 36 {
		return fault.ProjectIDNotFound(strings.ToLower(nameOrID))
	}
	return fault.ProjectNotFound(nameOrID)
}

// Node returns the area or iteration with that id, or nil.
func (c *Catalog) Node(id int64) *Node { return c.nodes[id] }

// AnyNode returns the area or iteration with that id even if it is deleted, or nil.
func (c *Catalog) AnyNode(id int64) *Node {
	if n := c.nodes[id]; n != nil {
		return n
	}
	return c.gone[id]
}

// Successor returns the live node that has taken the place of a node, the node itself when it is live, or nil.
func (c *Catalog) Successor(id int64) *Node {
	for range len(c.gone) + 1 {
		n := c.gone[id]
		if n == nil {
			return c.nodes[id]
		}
		id = n.successor
	}
	return nil
}

// Nodes lists all areas and iterations of live projects by id.
func (c *Catalog) Nodes() []*Node {
	all := make([]*Node, 0, len(c.nodes))
	for _, n := range c.nodes {
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b *Node) int { return int(a.ID - b.ID) })
	return all
}

// AllNodes lists all areas or iterations of live projects by id, the deleted ones included.
func (c *Catalog) AllNodes(kind NodeKind) []*Node {
	var all []*Node
	for _, nodes := range []map[int64]*Node{c.nodes, c.gone} {
		for _, n := range nodes {
			if n.Kind == kind {
				all = append(all, n)
			}
		}
	}
	slices.SortFunc(all, func(a, b *Node) int { return int(a.ID - b.ID) })
	return all
}

// FindNode finds an area or iteration of a project by its path as work item fields write it, with either separator.
func (p *Project) FindNode(kind NodeKind, path string) *Node {
	if kind == AreaNode {
		return p.areas[foldPath(path)]
	}
	return p.iters[foldPath(path)]
}

// Team returns the team with that id, or nil.
func (c *Catalog) Team(id int64) *Team { return c.teams[id] }

// FindTeam finds a team of a project by name or GUID.
func (p *Project) FindTeam(nameOrID string) *Team {
	for _, t := range p.Teams {
		if strings.EqualFold(t.Name, nameOrID) || strings.EqualFold(t.GUID.String(), nameOrID) {
			return t
		}
	}
	return nil
}

// Field returns the field with that id, or nil.
func (c *Catalog) Field(id FieldID) *Field { return c.fields[id] }

// FindField finds a field by reference name or name in any letter case, or returns nil.
func (c *Catalog) FindField(name string) *Field {
	return c.named[strings.ToLower(strings.TrimSpace(name))]
}

// Process returns the process with that GUID, or nil.
func (c *Catalog) Process(id string) *Process {
	for _, p := range c.Processes {
		if strings.EqualFold(p.ID, id) {
			return p
		}
	}
	return nil
}

// Catalog returns the catalog of an organization as the transaction sees it.
func (s *Store) Catalog(tx *db.Tx, org int64) (*Catalog, error) {
	_, metadata, err := tx.Head(org)
	if err != nil {
		return nil, fmt.Errorf("organization %d: %w", org, err)
	}
	s.mu.Lock()
	cached := s.catalogs[org]
	s.mu.Unlock()
	if tx.Settled() && cached != nil && cached.metadata == metadata {
		return cached, nil
	}
	c, err := s.readCatalog(tx, org)
	if err != nil {
		return nil, err
	}
	c.metadata = metadata
	if tx.Settled() {
		s.mu.Lock()
		s.catalogs[org] = c
		s.mu.Unlock()
	}
	return c, nil
}

func (s *Store) readCatalog(tx *db.Tx, org int64) (*Catalog, error) {
	c := &Catalog{
		nodes: map[int64]*Node{}, gone: map[int64]*Node{}, teams: map[int64]*Team{}, byID: map[int64]*Project{}, byName: map[string]*Project{},
		byGUID: map[uuid.UUID]*Project{}, fields: map[FieldID]*Field{}, named: map[string]*Field{},
	}
	var err error
	if c.Organization, err = s.readOrganization(tx, selectOrganizationByID, org); err != nil {
		return nil, err
	}
	for _, step := range []func(*db.Tx, int64) error{c.readPicklists, c.readFields, c.readEdits, c.readProcesses, c.readStates, c.readCustomizations, c.readProjects, c.readNodes, c.readTeams, c.readBoards} {
		if err := step(tx, org); err != nil {
			return nil, err
		}
	}
	c.addBoardFields()
	return c, nil
}
