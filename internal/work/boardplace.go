package work

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Cards are where their state puts them, until somebody puts them somewhere else. Then the revision keeps the choice in
// the fields of the board, and every later one that the choice still fits: ids of column and row, and true for Done.

// choice is where somebody put the card on a board.
func (f Fields) choice(b *project.Board) (c project.Choice) {
	if text := f.String(b.FieldID(project.ColumnPart)); text != "" {
		c.Column, _ = uuid.Parse(text)
	}
	if text := f.String(b.FieldID(project.LanePart)); text != "" {
		c.Lane, _ = uuid.Parse(text)
	}
	c.Done, _ = f[b.FieldID(project.DonePart)].(bool)
	return c
}

// put sets a field of a board to what a client writes: the name of a column or row, or whether the card is done. It keeps
// what the client wants by name of the part until the state is known.
func (r *revision) put(e *environment, f *project.Field, op Op) {
	if op.empty() {
		if delete(r.fields, f.ID); f.Part == project.ColumnPart {
			delete(r.fields, f.Board.FieldID(project.DonePart))
			delete(r.wanted, f.Board)
		}
		return
	}
	if f.Part == project.DonePart {
		done, broken := e.convert(f, op.Value)
		if broken != nil {
			r.report(f, broken.Flags)
			return
		}
		if r.fields[f.ID] = done; done == false {
			delete(r.fields, f.ID)
		}
		return
	}
	var name string
	if json.Unmarshal(op.Value, &name) != nil {
		r.report(f, fault.InvalidListItem)
		return
	}
	if f.Part == project.LanePart {
		for _, row := range f.Board.Rows {
			if strings.EqualFold(row.Name, name) {
				r.fields[f.ID] = row.ID.String()
				return
			}
		}
		r.report(f, fault.InvalidListItem)
		return
	}
	for _, column := range f.Board.Columns {
		if strings.EqualFold(column.Name, name) {
			r.fields[f.ID] = column.ID.String()
			if r.wanted == nil {
				r.wanted = map[*project.Board]project.BoardColumn{}
			}
			r.wanted[f.Board] = column
			return
		}
	}
	r.report(f, fault.InvalidListItem)
}

// followColumns gives the revision the state of the columns that it was put into.
func (r *revision) followColumns(e *environment) {
	for _, column := range r.wanted {
		if state := column.States[e.kind.Name]; !r.touched[project.FieldState] && state != "" {
			r.fields[project.FieldState] = state
		}
	}
}

// keepPlaces drops choices that do not fit the revision any more, and refuses those just made that never did.
func (r *revision) keepPlaces(e *environment, previous *revision) error {
	boards := map[*project.Board]bool{}
	for id := range r.fields {
		if id < project.FirstBoardFieldID {
			continue
		}
		if f := e.catalog.Field(id); f != nil {
			boards[f.Board] = true
		}
	}
	state := r.fields.String(project.FieldState)
	for b := range boards {
		column, lane, done := b.FieldID(project.ColumnPart), b.FieldID(project.LanePart), b.FieldID(project.DonePart)
		refuse := func(part project.BoardPart) { r.report(e.catalog.Field(b.FieldID(part)), fault.InvalidListItem) }
		touched := r.touched[column] || r.touched[lane] || r.touched[done]
		if b.Team.Project != r.project || !b.Holds(r.kind) || !b.Team.Owns(r.area) {
			if touched {
				return fault.FieldNotFound(b.FieldName(project.ColumnPart))
			}
			for _, id := range []project.FieldID{column, lane, done} {
				delete(r.fields, id)
			}
			continue
		}
		if wanted, ok := r.wanted[b]; ok && !strings.EqualFold(wanted.States[r.kind.Name], state) {
			refuse(project.ColumnPart)
			continue
		}
		if r.touched[column] && !r.touched[done] && (previous == nil || previous.fields[column] != r.fields[column]) {
			delete(r.fields, done)
		}
		chosen := r.fields.choice(b)
		cell := b.Place(r.kind.Name, state, chosen, nil)
		if cell == nil || cell.Column.ID != chosen.Column { // the state has gone on, or the column is gone
			if delete(r.fields, column); !r.touched[done] {
				delete(r.fields, done)
			}
		}
		if cell == nil || cell.Row.ID != chosen.Lane || chosen.Lane == uuid.Nil {
			delete(r.fields, lane)
		}
		switch isDone, _ := r.fields[done].(bool); {
		case isDone && (cell == nil || !cell.Column.Split):
			if r.touched[done] {
				refuse(project.DonePart)
			}
			delete(r.fields, done)
		case isDone:
			r.fields[column] = cell.Column.ID.String() // Done is of the column it was said of
		case previous != nil && previous.fields[column] == nil && r.fields[column] != nil:
			// Where the card is anyway nobody has put it.
			before := b.Place(previous.kind.Name, previous.fields.String(project.FieldState), previous.fields.choice(b), nil)
			if cell != nil && before != nil && before.Column.ID == cell.Column.ID && strings.EqualFold(previous.fields.String(project.FieldState), state) {
				delete(r.fields, column)
			}
		}
	}
	return nil
}

// shownPlace is where the card is, as clients see it.
func (r *revision) shownPlace(e *environment, f *project.Field) any {
	return e.boardValue(stored{project: r.project.ID, kind: r.kind.Name}, r.fields, f)
}

// boardsOf lists the boards that a work item of a type in an area is on, and the one that tells where it is when no team is
// asked for, or nil.
func (e *environment) boardsOf(p *project.Project, area *project.Node, kind *project.WorkItemType) (all []*project.Board, home *project.Board) {
	if p == nil || area == nil || kind == nil {
		return nil, nil
	}
	at := boardsKey{area, kind}
	found, ok := e.boards[at]
	if !ok {
		for _, t := range p.Teams {
			if !t.Owns(area) {
				continue
			}
			for _, b := range t.Boards {
				if b.Holds(kind) {
					found.all = append(found.all, b)
				}
			}
		}
		if e.boards == nil {
			e.boards, e.homes = map[boardsKey]boardsFound{}, map[*project.Node]map[*project.WorkItemType]*project.Board{}
		}
		homes, known := e.homes[area]
		if !known {
			homes = p.Homes(area)
			e.homes[area] = homes
		}
		found.home = homes[kind]
		e.boards[at] = found
	}
	return found.all, found.home
}

type boardsKey struct {
	area *project.Node
	kind *project.WorkItemType
}

type boardsFound struct {
	all  []*project.Board
	home *project.Board
}

// partOf is what a field tells of a place on a board; ok is false for all other fields.
func partOf(f *project.Field) (part project.BoardPart, ok bool) {
	switch {
	case f.Board != nil:
		return f.Part, true
	case f.ID == project.FieldBoardColumn:
		return project.ColumnPart, true
	case f.ID == project.FieldBoardLane:
		return project.LanePart, true
	case f.ID == project.FieldBoardColumnDone:
		return project.DonePart, true
	}
	return 0, false
}

// boardValue is a field that says where on a board a revision is, or was at the moment that is asked for or when it was
// superseded; nil when it is not on the board.
func (e *environment) boardValue(at stored, fields Fields, f *project.Field) any {
	p := e.catalog.Project(at.project)
	area := e.catalog.Node(fields.Int(project.FieldAreaID))
	if p == nil || area == nil {
		return nil
	}
	all, b := e.boardsOf(p, area, p.Process.Type(at.kind))
	if f.Board != nil {
		b = f.Board
	}
	if b == nil || !slices.Contains(all, b) {
		return nil
	}
	then := at.asOf
	if then == nil && at.revisedAt != nil {
		end := at.revisedAt.Add(-time.Microsecond)
		then = &end
	}
	cell := b.Place(at.kind, fields.String(project.FieldState), fields.choice(b), then)
	part, _ := partOf(f)
	switch {
	case cell == nil:
		return nil
	case part == project.ColumnPart:
		return cell.Column.Name
	case part == project.DonePart:
		return cell.Half == project.Done
	case cell.Row.Name == "":
		return nil
	}
	return cell.Row.Name
}
