package work

import (
	"maps"
	"slices"
	"strings"

	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// Where a card is on a board follows from its area, type and state, and from where somebody put it. Conditions on that are
// decided for each column and row of the boards there are, or were at the moment of the query; the database compares the rest.

// mayName reports whether the caller may know a field: those of boards belong to projects.
func (x *search) mayName(f *project.Field) bool {
	return f.Board == nil || x.c.CanRead(f.Board.Team.Project.ID)
}

// holding is the work items of one type that a field tells the place of on one board.
type holding struct {
	board *project.Board
	kind  *project.WorkItemType
	areas []int64
}

// holdings lists all work items of which a field tells the place.
func (x *search) holdings(f *project.Field) (all []*holding) {
	about := f.Board // nil for the three fields that are not of one board: they tell the same
	if found, ok := x.held[about]; ok {
		return found
	}
	defer func() { x.held[about] = all }()
	type key struct {
		board *project.Board
		kind  *project.WorkItemType
	}
	known := map[key]*holding{}
	add := func(b *project.Board, kind *project.WorkItemType, area *project.Node) {
		at := key{b, kind}
		if known[at] == nil {
			known[at] = &holding{board: b, kind: kind}
			all = append(all, known[at])
		}
		known[at].areas = append(known[at].areas, area.ID)
	}
	for _, area := range x.e.catalog.Nodes() {
		p := x.e.catalog.Project(area.Project)
		if area.Kind != project.AreaNode || p == nil || !x.c.CanRead(p.ID) {
			continue
		}
		if f.Board == nil {
			homes := p.Homes(area)
			for _, kind := range p.Process.Types {
				if b := homes[kind]; b != nil {
					add(b, kind, area)
				}
			}
		} else if f.Board.Team.Project == p && f.Board.Team.Owns(area) {
			for _, kind := range f.Board.Types() {
				add(f.Board, kind, area)
			}
		}
	}
	return all
}

// stateTest says in which states items are in the wanted columns; where several columns stand for one state, those that
// somebody put there decide.
type stateTest struct {
	states []string // wherever the items were put
	chosen []sqlgen.Expr
}

// inColumns tests for columns of a board.
func (x *search) inColumns(i row, h *holding, wanted func(project.BoardColumn) bool) (test stateTest) {
	columns, _ := h.board.Layout(x.asOf)
	usual := map[string]bool{}
	for n, c := range columns {
		state := c.States[h.kind.Name]
		if state == "" || usual[state] {
			continue
		}
		usual[state] = true
		var yes, no []sqlgen.Expr // columns other than the usual one
		for _, other := range columns[n+1:] {
			switch id := text(other.ID.String()); {
			case other.States[h.kind.Name] != state:
			case wanted(other):
				yes = append(yes, id)
			default:
				no = append(no, id)
			}
		}
		choice, inState := i.member(h.board.FieldID(project.ColumnPart), sqlgen.Text), sqlgen.Equal(i.member(project.FieldState, sqlgen.Text), text(state))
		switch {
		case wanted(c) && len(no) == 0:
			test.states = append(test.states, state)
		case wanted(c):
			test.chosen = append(test.chosen, sqlgen.All{inState, not(sqlgen.In{X: choice, List: no})})
		case len(yes) > 0:
			test.chosen = append(test.chosen, sqlgen.All{inState, sqlgen.In{X: choice, List: yes}})
		}
	}
	return test
}

// placed holds for items that are in columns which are wanted; and, unless it is nil, fulfill what further builds for a board.
// Boards that tell the same items apart alike share one test.
func (x *search) placed(i row, f *project.Field, wanted func(project.BoardColumn) bool, further func(h *holding) sqlgen.Expr) sqlgen.Expr {
	type shared struct {
		kind   string
		states []string
		areas  []int64
	}
	alike := map[string]*shared{}
	var order []*shared
	var list []sqlgen.Expr
	where := func(kind string, areas []int64, more sqlgen.Expr) sqlgen.Expr {
		return sqlgen.All{sqlgen.Equal(i.col("type"), text(kind)), oneOf(i.member(project.FieldAreaID, sqlgen.Int64), areas), more}
	}
	inStates := func(states []string) sqlgen.Expr {
		in := sqlgen.In{X: i.member(project.FieldState, sqlgen.Text)}
		for _, s := range states {
			in.List = append(in.List, text(s))
		}
		return in
	}
	for _, h := range x.holdings(f) {
		test := x.inColumns(i, h, wanted)
		if len(test.states) > 0 && (len(test.chosen) > 0 || further != nil) {
			test.chosen = append(test.chosen, inStates(test.states))
		} else if len(test.states) > 0 {
			key := h.kind.Name + "\x00" + strings.Join(test.states, "\x00")
			if alike[key] == nil {
				alike[key] = &shared{kind: h.kind.Name, states: test.states}
				order = append(order, alike[key])
			}
			alike[key].areas = append(alike[key].areas, h.areas...)
			continue
		}
		if len(test.chosen) == 0 {
			continue
		}
		more := anyOf(test.chosen)
		if further != nil {
			and := further(h)
			if and == nil {
				continue
			}
			more = sqlgen.All{more, and}
		}
		list = append(list, where(h.kind.Name, h.areas, more))
	}
	for _, s := range order {
		slices.Sort(s.areas)
		list = append(list, where(s.kind, slices.Compact(s.areas), inStates(s.states)))
	}
	return anyOf(list)
}

func everyColumn(project.BoardColumn) bool { return true }

// inRows holds for items in rows that have a name which is wanted.
func (x *search) inRows(i row, f *project.Field, wanted func(name string) bool) sqlgen.Expr {
	return x.placed(i, f, everyColumn, func(h *holding) sqlgen.Expr {
		_, rows := h.board.Layout(x.asOf)
		in := sqlgen.In{X: i.member(h.board.FieldID(project.LanePart), sqlgen.Text)}
		for _, r := range rows {
			if r.Name != "" && wanted(r.Name) {
				in.List = append(in.List, text(r.ID.String()))
			}
		}
		if in.List == nil {
			return nil
		}
		return in
	})
}

// isDone holds for items in the second half of a column.
func (x *search) isDone(i row, f *project.Field) sqlgen.Expr {
	return x.placed(i, f, func(c project.BoardColumn) bool { return c.Split }, func(h *holding) sqlgen.Expr {
		columns, _ := h.board.Layout(x.asOf)
		in := sqlgen.In{X: i.member(h.board.FieldID(project.ColumnPart), sqlgen.Text)}
		for _, c := range columns {
			if c.Split {
				in.List = append(in.List, text(c.ID.String()))
			}
		}
		if in.List == nil {
			return nil
		}
		return sqlgen.All{in, i.member(h.board.FieldID(project.DonePart), sqlgen.Bool)}
	})
}

// named holds where the field has a value that is wanted; it is of a column or a row.
func (x *search) named(i row, f *project.Field, wanted func(name string) bool) sqlgen.Expr {
	if part, _ := partOf(f); part == project.LanePart {
		return x.inRows(i, f, wanted)
	}
	return x.placed(i, f, func(c project.BoardColumn) bool { return wanted(c.Name) }, nil)
}

func everyName(string) bool { return true }

func (x *search) compareBoard(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	part, _ := partOf(f)
	if part == project.DonePart {
		return x.compareDone(i, f, c)
	}
	if c.Op == wiql.IsEmpty {
		return not(x.named(i, f, everyName)), nil
	}
	if _, err := x.holds(f, c, ""); err != nil {
		return nil, err
	}
	built := x.named(i, f, func(name string) bool {
		ok, err := x.holds(f, c, name)
		return ok && err == nil
	})
	if (c.Op == wiql.Equal || c.Op == wiql.In) && slices.ContainsFunc(c.Values, empty) {
		built = sqlgen.Any{built, not(x.named(i, f, everyName))}
	}
	return built, nil
}

func (x *search) compareDone(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	placed := x.placed(i, f, everyColumn, nil)
	switch c.Op {
	case wiql.IsEmpty:
		return not(placed), nil
	case wiql.Equal, wiql.In:
		return each(c, func(_ sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error) {
			if empty(v) {
				return not(placed), nil
			}
			switch strings.ToLower(v.Text) {
			case "true", "1":
				return x.isDone(i, f), nil
			case "false", "0":
				return sqlgen.All{placed, not(x.isDone(i, f))}, nil
			}
			return nil, refuse(v.Text, "Expecting true or false for the field %s.", f.ReferenceName)
		})
	}
	return nil, x.unsupported(f, c.Op.String())
}

// boardKey is what items are ordered by.
func (x *search) boardKey(i row, f *project.Field) sqlgen.Expr {
	part, _ := partOf(f)
	if part == project.DonePart {
		return sqlgen.Case{When: []sqlgen.When{{If: x.isDone(i, f), Then: sqlgen.Int(1)}, {If: x.placed(i, f, everyColumn, nil), Then: sqlgen.Int(0)}}}
	}
	names := map[string]bool{}
	for _, h := range x.holdings(f) {
		columns, rows := h.board.Layout(x.asOf)
		for _, c := range columns {
			if part == project.ColumnPart {
				names[strings.ToLower(c.Name)] = true
			}
		}
		for _, r := range rows {
			if part == project.LanePart && r.Name != "" {
				names[strings.ToLower(r.Name)] = true
			}
		}
	}
	var key sqlgen.Case
	for _, name := range slices.Sorted(maps.Keys(names)) {
		key.When = append(key.When, sqlgen.When{If: x.named(i, f, func(n string) bool { return strings.ToLower(n) == name }), Then: text(name)})
	}
	if key.When == nil {
		return sqlgen.Param{Type: sqlgen.Text}
	}
	return key
}
