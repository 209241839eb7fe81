package project

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// FirstBoardFieldID is the lowest id of the fields of boards. Each board has three, by which cards are put somewhere; their
// ids follow from the board's.
const FirstBoardFieldID FieldID = 1 << 30

// BoardPart tells the fields of a board apart.
type BoardPart uint8

// The fields of a board.
const (
	ColumnPart BoardPart = iota // holds the id of a column
	LanePart                    // that of a row
	DonePart                    // whether the card is in the second half of a split column
)

// FieldID is the id of one of the board's fields.
func (b *Board) FieldID(part BoardPart) FieldID {
	return FirstBoardFieldID + 4*FieldID(b.ID) + FieldID(part) //nolint:gosec // an organization has no 2^28 boards
}

// FieldName is the reference name of one of the board's fields.
func (b *Board) FieldName(part BoardPart) string {
	return "WEF_" + strings.ToUpper(strings.ReplaceAll(b.GUID.String(), "-", "")) + "_Kanban." + [...]string{"Column", "Lane", "Column.Done"}[part]
}

// addBoardFields makes the fields of boards known by name and id. Lists of fields do not have them.
func (c *Catalog) addBoardFields() {
	for _, t := range c.teams {
		for _, b := range t.Boards {
			for part := ColumnPart; part <= DonePart; part++ {
				f := &Field{ID: b.FieldID(part), ReferenceName: b.FieldName(part), Name: b.FieldName(part), Type: String, Board: b, Part: part}
				if part == DonePart {
					f.Type = Boolean
				}
				c.fields[f.ID], c.named[strings.ToLower(f.ReferenceName)] = f, f
			}
		}
	}
}

// Choice is where on a board somebody put a card, as far as they did. A choice of a column holds while the column stands for
// the card's state, one of a row while the board has it.
type Choice struct {
	Column uuid.UUID // zero for the first column of the state
	Lane   uuid.UUID // zero for the default row
	Done   bool      // in the second half of the column chosen
}

// Place is where a card is at a moment, or nil when it is not on the board. Without a moment it is where the card is now.
func (b *Board) Place(kind, state string, chosen Choice, at *time.Time) *BoardCell {
	var usual, column *BoardCell
	lane := false
	for _, c := range b.Cells {
		if !c.stood(at) {
			continue
		}
		lane = lane || c.Row.ID == chosen.Lane
		if !strings.EqualFold(c.Column.States[kind], state) {
			continue
		}
		if c.Column.ID == chosen.Column {
			column = c
		}
		if usual == nil && slices.Contains(c.Takes, kind) {
			usual = c
		}
	}
	if column == nil {
		column, chosen.Done = usual, false
	}
	if column == nil {
		return nil
	}
	row, half := uuid.Nil, Unsplit
	if lane {
		row = chosen.Lane
	}
	if column.Column.Split {
		if half = Doing; chosen.Done {
			half = Done
		}
	}
	for _, c := range b.Cells {
		if c.stood(at) && c.Column.ID == column.Column.ID && c.Row.ID == row && c.Half == half {
			return c
		}
	}
	return nil
}

// Stay is a cell that a card was in from one moment to another; Until is nil when it is there still.
type Stay struct {
	Cell  *BoardCell
	From  time.Time
	Until *time.Time
}

// Stays lists where a card of a type and state would have been in all the time the board exists.
func (b *Board) Stays(kind, state string, chosen Choice) (stays []Stay) {
	for _, from := range b.changes() {
		at := from
		cell := b.Place(kind, state, chosen, &at)
		if last := len(stays) - 1; last >= 0 && stays[last].Until == nil {
			if stays[last].Cell == cell {
				continue
			}
			stays[last].Until = &at
		}
		if cell != nil {
			stays = append(stays, Stay{Cell: cell, From: from})
		}
	}
	return stays
}

// Homes are the boards that tell where work items of an area are when no team is asked for, by type: those of the team which
// owns the area most closely, the project's default team before others.
func (p *Project) Homes(area *Node) map[*WorkItemType]*Board {
	owners := slices.DeleteFunc(slices.Clone(p.Teams), func(t *Team) bool { return !t.Owns(area) })
	rank := func(t *Team) int {
		if t.ID == p.DefaultTeam {
			return -2*t.closeness(area) - 1
		}
		return -2 * t.closeness(area)
	}
	slices.SortStableFunc(owners, func(a, b *Team) int { return rank(a) - rank(b) })
	homes := map[*WorkItemType]*Board{}
	for _, t := range owners {
		for _, b := range t.Boards {
			for _, kind := range b.Types() {
				if homes[kind] == nil {
					homes[kind] = b
				}
			}
		}
	}
	return homes
}

// closeness is the depth of the closest area by which the team owns an area, -1 when it does not.
func (t *Team) closeness(area *Node) int {
	depth := -1
	for _, a := range t.Areas {
		if a.Node == area || a.IncludeChildren && area.Under(a.Node) {
			depth = max(depth, a.Node.Depth)
		}
	}
	return depth
}

// Layout is the columns and rows of the board at a moment; without one the present ones.
func (b *Board) Layout(at *time.Time) (columns []BoardColumn, rows []BoardRow) {
	if at == nil {
		return b.Columns, b.Rows
	}
	then := &Board{}
	for _, c := range b.Cells {
		if c.stood(at) {
			then.Cells = append(then.Cells, &BoardCell{Column: c.Column, ColumnOrder: c.ColumnOrder, Row: c.Row, RowOrder: c.RowOrder})
		}
	}
	then.present()
	return then.Columns, then.Rows
}

// stood reports whether the version was in force at a moment, or is now.
func (c *BoardCell) stood(at *time.Time) bool {
	if at == nil {
		return c.RevisedAt == nil
	}
	return !c.ChangedAt.After(*at) && (c.RevisedAt == nil || c.RevisedAt.After(*at))
}

// changes lists the moments at which the board changed, oldest first.
func (b *Board) changes() []time.Time {
	var all []time.Time
	for _, c := range b.Cells {
		all = append(all, c.ChangedAt)
		if c.RevisedAt != nil {
			all = append(all, *c.RevisedAt)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}
