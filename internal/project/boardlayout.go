package project

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// SetColumns replaces the columns of a board. Columns without an id are new. A cell that says the same as before keeps its
// version; all others end now, and their successors begin. The fault says what is wrong with the columns.
func (s *Store) SetColumns(tx *db.Tx, org int64, b *Board, columns []BoardColumn) error {
	columns = slices.Clone(columns)
	if err := b.checkColumns(columns); err != nil {
		return err
	}
	for i := range columns {
		if columns[i].ID == uuid.Nil {
			columns[i].ID = uuid.New()
		}
		if columns[i].States = maps.Clone(columns[i].States); columns[i].States == nil {
			columns[i].States = map[string]string{}
		}
	}
	mapStates(b.Team.Project.Process.boardTypes(b.Backlog), columns)
	return s.lay(tx, org, b, cells(columns, b.Rows))
}

// SetRows replaces the rows of a board, in the same way. The default row, with the zero id, must be one of them.
func (s *Store) SetRows(tx *db.Tx, org int64, b *Board, rows []BoardRow) error {
	rows = slices.Clone(rows)
	names := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		if name := strings.ToLower(r.Name); names[name] {
			return fault.InvalidArgument("The rows of a board must have different names, and one of them none; '%s' occurs twice.", r.Name)
		}
		names[strings.ToLower(r.Name)] = true
		if (r.Name == "") != (r.ID == uuid.Nil) {
			if r.Name == "" {
				return fault.InvalidArgument("Only the default row of a board has no name.")
			}
			r.ID = uuid.New()
		}
	}
	if !names[""] {
		return fault.InvalidArgument("The default row of a board cannot be removed.")
	}
	return s.lay(tx, org, b, cells(b.Columns, rows))
}

func (b *Board) checkColumns(columns []BoardColumn) error {
	if len(columns) < 2 {
		return fault.InvalidArgument("A board has at least an incoming and an outgoing column.")
	}
	names := map[string]bool{}
	for i, c := range columns {
		want := InProgressColumn
		switch i {
		case 0:
			want = IncomingColumn
		case len(columns) - 1:
			want = OutgoingColumn
		}
		switch {
		case c.Type != want:
			return fault.InvalidArgument("Column '%s' must be of type %s: the first column is incoming, the last outgoing.", c.Name, want)
		case strings.TrimSpace(c.Name) == "" || names[strings.ToLower(c.Name)]:
			return fault.InvalidArgument("The columns of a board must have different names; '%s' is none or occurs twice.", c.Name)
		case c.Split && want != InProgressColumn, c.ItemLimit < 0, c.ItemLimit > 0 && want != InProgressColumn:
			return fault.InvalidArgument("Column '%s' can be neither split nor limited like this.", c.Name)
		}
		names[strings.ToLower(c.Name)] = true
		for kind, state := range c.States {
			if t := b.Team.Project.Process.Type(kind); t == nil || t.Name != kind || t.State(state) == nil || t.State(state).Name != state || t.State(state).Category == Removed {
				return fault.InvalidArgument("Column '%s' cannot stand for state '%s' of '%s'.", c.Name, state, kind)
			}
		}
		for _, t := range b.Types() {
			if c.States[t.Name] == "" {
				return fault.InvalidArgument("Column '%s' stands for no state of '%s'.", c.Name, t.Name)
			}
		}
	}
	return nil
}

// cells makes the cells of columns and rows, without ids and times.
func cells(columns []BoardColumn, rows []BoardRow) []*BoardCell {
	var all []*BoardCell
	for i, column := range columns {
		takes := []string{}
		for _, kind := range slices.Sorted(maps.Keys(column.States)) {
			if !slices.ContainsFunc(columns[:i], func(c BoardColumn) bool { return c.States[kind] == column.States[kind] }) {
				takes = append(takes, kind)
			}
		}
		halves := []Half{Unsplit}
		if column.Split {
			halves = []Half{Doing, Done}
		}
		for j, row := range rows {
			for _, half := range halves {
				c := &BoardCell{Column: column, ColumnOrder: int64(i), Row: row, RowOrder: int64(j), Half: half, Takes: []string{}}
				if row.ID == uuid.Nil && half != Done {
					c.Takes = takes
				}
				all = append(all, c)
			}
		}
	}
	return all
}

func (c *BoardCell) same(d *BoardCell) bool {
	return c.ColumnOrder == d.ColumnOrder && c.RowOrder == d.RowOrder && c.Half == d.Half && c.Row == d.Row && c.Column.ID == d.Column.ID &&
		c.Column.Name == d.Column.Name && c.Column.Type == d.Column.Type && c.Column.ItemLimit == d.Column.ItemLimit &&
		c.Column.Description == d.Column.Description && maps.Equal(c.Column.States, d.Column.States) && slices.Equal(c.Takes, d.Takes)
}

// lay gives a board other cells.
func (s *Store) lay(tx *db.Tx, org int64, b *Board, want []*BoardCell) error {
	changed := false
	for _, c := range b.Cells {
		if c.RevisedAt != nil {
			continue
		}
		if i := slices.IndexFunc(want, c.same); i >= 0 {
			want = slices.Delete(want, i, i+1)
			continue
		}
		changed = true
		if _, err := tx.Exec(endBoardCell, org, c.ID, tx.Now()); err != nil {
			return err
		}
	}
	if len(want) == 0 && !changed {
		return nil
	}
	if err := insertCells(tx, org, b.ID, want, tx.Now()); err != nil {
		return err
	}
	if _, err := tx.Exec(updateBoard, org, b.ID, b.Revision+1); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.TeamChanged, Project: b.Team.Project.ID, Ref: b.Team.ID})
	return err
}

func insertCells(tx *db.Tx, org, board int64, all []*BoardCell, since time.Time) error {
	if len(all) == 0 {
		return nil
	}
	first, err := tx.Reserve(org, "board_cell", int64(len(all)))
	if err != nil {
		return err
	}
	args := make([][]any, len(all))
	for i, c := range all {
		states, err := json.Marshal(c.Column.States)
		if err != nil {
			return err
		}
		takes, err := json.Marshal(c.Takes)
		if err != nil {
			return err
		}
		args[i] = []any{org, first + int64(i), board, c.Column.ID, c.Column.Name, string(c.Column.Type), c.ColumnOrder, c.Column.ItemLimit,
			c.Column.Description, string(states), c.Row.ID, c.Row.Name, c.Row.Color, c.RowOrder, int64(c.Half), string(takes), since}
	}
	return tx.ExecMany(insertBoardCell, args)
}

// addBoards stores the boards that a team's process begins with, one for each level above tasks that has none yet.
func addBoards(tx *db.Tx, org int64, t *Team, p *Process, since time.Time) error {
	for i := range p.Backlogs {
		backlog := &p.Backlogs[i]
		if backlog.Type == TaskBacklog || t.FindBoard(backlog.ID) != nil {
			continue
		}
		id, err := tx.Reserve(org, "board", 1)
		if err != nil {
			return err
		}
		// GUIDs follow from the team's, so that they are the same wherever the same records are made.
		guid := uuid.NewSHA1(t.GUID, []byte(backlog.ID))
		if _, err := tx.Exec(insertBoard, org, id, t.ID, backlog.ID, guid); err != nil {
			return err
		}
		columns := p.boardColumns(backlog)
		for i := range columns {
			columns[i].ID = uuid.NewSHA1(guid, []byte(columns[i].Name))
		}
		if err := insertCells(tx, org, id, cells(columns, []BoardRow{{}}), since); err != nil {
			return err
		}
	}
	return nil
}

// usualLimit is how many items a column in progress should hold at most, to begin with. documented: boards, WIP limits.
const usualLimit = 5

// boardColumns are the columns a board begins with.
func (p *Process) boardColumns(backlog *Backlog) []BoardColumn {
	return columnsOf(backlog.States, p.boardTypes(backlog))
}

// columnsOf makes a column for each state of some types, in the order of the workflow, the given states before others.
func columnsOf(states []BacklogState, types []*WorkItemType) []BoardColumn {
	type step struct {
		name     string
		category StateCategory
	}
	var steps []step
	add := func(name string, category StateCategory) {
		if category == Resolved {
			category = InProgress
		}
		if category == Removed || slices.ContainsFunc(steps, func(s step) bool { return s.name == name || s.category == Completed && category == Completed }) {
			return
		}
		at := slices.IndexFunc(steps, func(s step) bool { return s.category > category })
		if at < 0 {
			at = len(steps)
		}
		steps = slices.Insert(steps, at, step{name, category})
	}
	for _, s := range states {
		add(s.Name, s.Category)
	}
	for _, t := range types {
		for _, s := range t.States {
			add(s.Name, s.Category)
		}
	}
	columns := make([]BoardColumn, len(steps))
	for i, s := range steps {
		columns[i] = BoardColumn{Name: s.name, Type: InProgressColumn, ItemLimit: usualLimit, States: map[string]string{}}
	}
	columns[0].Type, columns[0].ItemLimit = IncomingColumn, 0
	columns[len(columns)-1].Type, columns[len(columns)-1].ItemLimit = OutgoingColumn, 0
	mapStates(types, columns)
	return columns
}

// boardTypes lists the types that are on the board of a level, or would be if bugs were.
func (p *Process) boardTypes(backlog *Backlog) []*WorkItemType {
	return slices.DeleteFunc(slices.Clone(p.Types), func(t *WorkItemType) bool {
		return !slices.Contains(t.Categories, backlog.ID) && (backlog.Type != RequirementBacklog || !slices.Contains(t.Categories, bugCategory))
	})
}

// mapStates says which states columns stand for where they do not tell: for the state of the same name, and the outgoing
// one for what is completed. A type that lacks a state stays in the one before.
func mapStates(types []*WorkItemType, columns []BoardColumn) {
	for _, t := range types {
		state := t.InitialState().Name
		for i := range columns {
			c := &columns[i]
			if own := t.State(c.Name); own != nil {
				state = own.Name
			} else if c.Type == OutgoingColumn {
				if at := slices.IndexFunc(t.States, func(s State) bool { return s.Category == Completed }); at >= 0 {
					state = t.States[at].Name
				}
			}
			if c.States[t.Name] != "" {
				state = c.States[t.Name]
			}
			c.States[t.Name] = state
		}
	}
}

// processOf reads the process of a project without the rest of the catalog.
func processOf(tx *db.Tx, org, project int64) (*Process, error) {
	c := &Catalog{fields: map[FieldID]*Field{}, named: map[string]*Field{}}
	for _, step := range []func(*db.Tx, int64) error{c.readFields, c.readEdits, c.readProcesses, c.readStates, c.readCustomizations} {
		if err := step(tx, org); err != nil {
			return nil, err
		}
	}
	var id string
	if err := tx.Row(selectProcessOf, []any{org, project}, &id); err != nil {
		return nil, err
	}
	if p := c.Process(id); p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("project %d: unknown process %s", project, id)
}

// CompleteBoards gives boards to teams of all organizations that lack them, because they are older than boards or than a
// level of their process. They stand since the organization began.
func (s *Store) CompleteBoards(ctx context.Context) error {
	all, err := s.Organizations(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		c, err := s.Snapshot(ctx, o.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(c.Projects, func(p *Project) bool { return slices.ContainsFunc(p.Teams, (*Team).lacksBoards) }) {
			continue
		}
		if err := s.db.Update(ctx, func(tx *db.Tx) error { return s.completeBoards(tx, o.ID) }); err != nil {
			return fmt.Errorf("add boards of %s: %w", o.Name, err)
		}
	}
	return nil
}

func (t *Team) lacksBoards() bool {
	return slices.ContainsFunc(t.Project.Process.Backlogs, func(b Backlog) bool { return b.Type != TaskBacklog && t.FindBoard(b.ID) == nil })
}

func (s *Store) completeBoards(tx *db.Tx, org int64) error {
	c, err := s.Catalog(tx, org)
	if err != nil {
		return err
	}
	for _, p := range c.Projects {
		for _, t := range p.Teams {
			if !t.lacksBoards() {
				continue
			}
			if err := addBoards(tx, org, t, p.Process, c.Organization.CreatedAt); err != nil {
				return err
			}
			if _, err := tx.Append(org, db.Change{Kind: db.TeamChanged, Project: p.ID, Ref: t.ID}); err != nil {
				return err
			}
		}
	}
	return nil
}
