package project

import (
	"slices"
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// alignBoards gives the teams of a process boards for levels that are new to them, and columns for types that are.
func (s *Store) alignBoards(tx *db.Tx, org int64, process string) error {
	c, err := s.Catalog(tx, org)
	if err != nil {
		return err
	}
	for _, p := range c.Projects {
		if p.Process.ID != process {
			continue
		}
		for _, t := range p.Teams {
			if err := s.alignTeam(tx, org, t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) alignTeam(tx *db.Tx, org int64, t *Team) error {
	if t.lacksBoards() {
		if err := addBoards(tx, org, t, t.Project.Process, tx.Now()); err != nil {
			return err
		}
		if _, err := tx.Append(org, db.Change{Kind: db.TeamChanged, Project: t.Project.ID, Ref: t.ID}); err != nil {
			return err
		}
	}
	for _, b := range t.Boards {
		if err := s.lay(tx, org, b, cells(b.aligned(), b.Rows)); err != nil {
			return err
		}
	}
	return nil
}

// aligned are the columns of a board after its process changed. States that are gone are stood for no more; a type that
// is new to the board, or lost a state, gets a column for each of its states that has none. When nothing fits any more the
// board begins anew.
func (b *Board) aligned() []BoardColumn {
	process := b.Team.Project.Process
	columns := slices.Clone(b.Columns)
	fits := map[string]bool{} // types that stay as they were
	for i := range columns {
		states := map[string]string{}
		for name, state := range columns[i].States {
			t := process.Type(name)
			if t != nil && t.Name == name && t.State(state) != nil && t.State(state).Category != Removed {
				states[name] = state
			}
			known, seen := fits[name]
			fits[name] = states[name] != "" && (known || !seen)
		}
		columns[i].States = states
	}
	types := b.Types()
	if !slices.ContainsFunc(types, func(t *WorkItemType) bool { return fits[t.Name] }) && len(types) > 0 {
		return process.newColumns(b)
	}
	for _, t := range types {
		if fits[t.Name] {
			continue
		}
		for i := range columns {
			delete(columns[i].States, t.Name)
		}
		columns = t.columns(columns)
	}
	mapStates(process.boardTypes(b.Backlog), columns)
	return columns
}

// newColumns are the columns that a board begins with. Those whose names it has already keep their ids.
func (p *Process) newColumns(b *Board) []BoardColumn {
	columns := p.boardColumns(b.Backlog)
	for i := range columns {
		columns[i].ID = uuid.New()
		if old := slices.IndexFunc(b.Columns, func(c BoardColumn) bool { return c.Name == columns[i].Name }); old >= 0 {
			columns[i].ID = b.Columns[old].ID
		}
	}
	return columns
}

// columns adds a column for each state of a type that no column is named after, behind the states before it.
func (t *WorkItemType) columns(columns []BoardColumn) []BoardColumn {
	at := 0 // the last column that comes before the state
	for _, s := range t.States {
		named := slices.IndexFunc(columns, func(c BoardColumn) bool { return strings.EqualFold(c.Name, s.Name) })
		switch {
		case named >= 0:
			at = max(at, named)
		case s.Category == Completed, s.Category == Removed, s.Name == t.InitialState().Name: // the outgoing column, none, the incoming one
		default:
			at = min(at+1, len(columns)-1)
			columns = slices.Insert(columns, at, BoardColumn{ID: uuid.New(), Name: s.Name, Type: InProgressColumn, ItemLimit: usualLimit, States: map[string]string{}})
		}
	}
	return columns
}
