package project

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Board is how a team sees one backlog level: columns that items move through, and rows across them.
type Board struct {
	ID       int64 // within the organization
	GUID     uuid.UUID
	Team     *Team
	Backlog  *Backlog
	Revision int64
	Columns  []BoardColumn // the present ones; the first is incoming, the last outgoing
	Rows     []BoardRow    // the present ones, the default row among them
	Cells    []*BoardCell  // of every column, row and half, in all versions there were, by id
}

// BoardColumn is a column of a board.
type BoardColumn struct {
	ID          uuid.UUID // zero for a new one
	Name        string
	Type        ColumnType
	ItemLimit   int64 // how many items should be in it at most; 0 for no limit
	Split       bool  // into Doing and Done
	Description string
	States      map[string]string // by work item type, also of types that may be on the board one day
}

// ColumnType is the part a column plays, by wire name.
type ColumnType string

// The column types.
const (
	IncomingColumn   ColumnType = "incoming"
	InProgressColumn ColumnType = "inProgress"
	OutgoingColumn   ColumnType = "outgoing"
)

// BoardRow is a row of a board, also called a lane. The default row has the zero GUID and no name.
type BoardRow struct {
	ID    uuid.UUID
	Name  string
	Color string
}

// Half is a half of a split column. Numbers are stored and published.
type Half int64

// The halves of a column, and a column that has none.
const (
	Doing   Half = 0
	Done    Half = 1
	Unsplit Half = 2
)

// BoardCell is one version of a place on a board.
type BoardCell struct {
	ID          int64
	Column      BoardColumn
	ColumnOrder int64 // from 0
	Row         BoardRow
	RowOrder    int64 // from 0
	Half        Half
	// Takes lists the types whose items are here while they are in the column's state for the type: where several columns
	// have one state, the first takes them.
	Takes     []string
	ChangedAt time.Time
	RevisedAt *time.Time // nil for the present version
}

// Visible reports whether the team shows the board.
func (b *Board) Visible() bool {
	return b.Team.Shows(b.Backlog)
}

// Holds reports whether items of a type are on the board.
func (b *Board) Holds(t *WorkItemType) bool { return b.Team.BacklogOf(t) == b.Backlog }

// Types lists the types whose items are on the board.
func (b *Board) Types() []*WorkItemType {
	return slices.DeleteFunc(slices.Clone(b.Team.Project.Process.Types), func(t *WorkItemType) bool { return !b.Holds(t) })
}

// Complete reports whether every state of its items has a column, but for those that are removed.
func (b *Board) Complete() bool {
	for _, t := range b.Types() {
		for _, s := range t.States {
			if s.Category != Removed && b.Cell(t, s.Name) == nil {
				return false
			}
		}
	}
	return true
}

// Cell is where an item of a type is in a state, or nil when it is not on the board.
func (b *Board) Cell(t *WorkItemType, state string) *BoardCell {
	if !b.Holds(t) {
		return nil
	}
	for _, c := range b.Cells {
		if c.RevisedAt == nil && slices.Contains(c.Takes, t.Name) && strings.EqualFold(c.Column.States[t.Name], state) {
			return c
		}
	}
	return nil
}

// FindBoard finds a board of the team by its GUID or by the id or name of its backlog level, or returns nil.
func (t *Team) FindBoard(nameOrID string) *Board {
	return find(t.Boards, func(b *Board) bool {
		return strings.EqualFold(b.Backlog.Name, nameOrID) || strings.EqualFold(b.GUID.String(), nameOrID) || strings.EqualFold(b.Backlog.ID, nameOrID)
	})
}

// BacklogOf is the backlog level a type is on for teams that have not set where they work on bugs; or nil.
func (p *Process) BacklogOf(t *WorkItemType) *Backlog { return p.backlogOf(t, p.BugsBehavior) }

// backlogOf is the backlog level a type is on: that of its category or, of bugs, the one they are put on; or nil.
func (p *Process) backlogOf(t *WorkItemType, behavior BugsBehavior) *Backlog {
	var bugs BacklogType
	switch {
	case !slices.Contains(t.Categories, bugCategory):
	case behavior == BugsAsRequirements:
		bugs = RequirementBacklog
	case behavior == BugsAsTasks:
		bugs = TaskBacklog
	}
	for i := range p.Backlogs {
		b := &p.Backlogs[i]
		if slices.Contains(t.Categories, b.ID) || bugs != "" && b.Type == bugs {
			return b
		}
	}
	return nil
}

const bugCategory = "Microsoft.BugCategory"

// readBoards reads the boards of the teams, the highest level first.
func (c *Catalog) readBoards(tx *db.Tx, org int64) error {
	boards := map[int64]*Board{}
	_, err := db.Collect(tx, selectBoards, []any{org}, func(r *db.Rows) (struct{}, error) {
		b := &Board{}
		var team int64
		var backlog string
		if err := r.Scan(&b.ID, &team, &backlog, &b.GUID, &b.Revision); err != nil {
			return struct{}{}, err
		}
		if b.Team = c.teams[team]; b.Team != nil {
			if b.Backlog = b.Team.Project.Process.Backlog(backlog); b.Backlog != nil {
				boards[b.ID] = b
				b.Team.Boards = append(b.Team.Boards, b)
			}
		}
		return struct{}{}, nil
	})
	if err != nil {
		return err
	}
	_, err = db.Collect(tx, selectBoardCells, []any{org}, func(r *db.Rows) (struct{}, error) {
		board, cell, err := scanCell(r)
		if b := boards[board]; err == nil && b != nil {
			b.Cells = append(b.Cells, cell)
		}
		return struct{}{}, err
	})
	for _, b := range boards {
		b.present()
		slices.SortFunc(b.Team.Boards, func(a, b *Board) int { return b.Backlog.Rank - a.Backlog.Rank })
	}
	return err
}

func scanCell(r *db.Rows) (board int64, c *BoardCell, err error) {
	c = &BoardCell{}
	var kind, states, takes string
	var half int64
	if err := r.Scan(&c.ID, &board, &c.Column.ID, &c.Column.Name, &kind, &c.ColumnOrder, &c.Column.ItemLimit, &c.Column.Description, &states,
		&c.Row.ID, &c.Row.Name, &c.Row.Color, &c.RowOrder, &half, &takes, &c.ChangedAt, &c.RevisedAt); err != nil {
		return 0, nil, err
	}
	c.Column.Type, c.Half = ColumnType(kind), Half(half)
	c.Column.Split = c.Half != Unsplit
	if err := json.Unmarshal([]byte(states), &c.Column.States); err != nil {
		return 0, nil, fmt.Errorf("states of board cell %d: %w", c.ID, err)
	}
	if err := json.Unmarshal([]byte(takes), &c.Takes); err != nil {
		return 0, nil, fmt.Errorf("types of board cell %d: %w", c.ID, err)
	}
	return board, c, nil
}

// present derives the present columns and rows from the cells.
func (b *Board) present() {
	columns, rows := map[int64]BoardColumn{}, map[int64]BoardRow{}
	for _, c := range b.Cells {
		if c.RevisedAt == nil {
			columns[c.ColumnOrder], rows[c.RowOrder] = c.Column, c.Row
		}
	}
	for _, at := range slices.Sorted(maps.Keys(columns)) {
		b.Columns = append(b.Columns, columns[at])
	}
	for _, at := range slices.Sorted(maps.Keys(rows)) {
		b.Rows = append(b.Rows, rows[at])
	}
}
