package analytics

import (
	"math"
	"regexp"
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/sqlgen"
)

// A snapshot has items times days rows. Grouped by day they need not be made: a group's count on a day is the number of
// revisions that began in it up to that day less those that ended, and sums go the same way. telescope counts beginnings
// and ends by group and day, and adds them up along the days. It holds for counts, sums and averages whose conditions and
// keys look either at the revision or at the day; everything else takes the rows.

// side is a part of a snapshot's FROM: the revisions with what is joined to them, or the days.
type side struct {
	from   sqlgen.Source
	where  sqlgen.All
	tables map[string]bool
}

func (s *side) has(tables []string) bool {
	return slices.ContainsFunc(tables, func(t string) bool { return s.tables[t] })
}

var qualified = regexp.MustCompile(`"(t[0-9]+)"\.`)

// tablesOf lists the aliases that an expression refers to.
func tablesOf(x sqlgen.Expr) []string {
	text, _ := sqlgen.DuckDB.Print(&sqlgen.Select{Columns: []sqlgen.Column{{Expr: x}}})
	var list []string
	for _, m := range qualified.FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	return list
}

// telescopes takes a snapshot's block apart, if its grouping can be computed from beginnings and ends.
func (b *binder) telescopes(k *block, keys []groupKey, aggregates []aggregate) (days, items side, ok bool) {
	r := k.root
	if r.day == "" || k.owner != nil {
		return days, items, false
	}
	days = side{from: sqlgen.Table{Name: edm.DatesTable, Alias: r.day}, tables: map[string]bool{r.day: true}}
	items = side{from: sqlgen.Table{Name: r.table, Alias: r.alias}, tables: map[string]bool{r.alias: true}}
	if !split(k.from, &days, &items) {
		return days, items, false
	}
	for _, term := range conjuncts(k.where) {
		switch t := tablesOf(term); {
		case days.has(t) && items.has(t):
			return days, items, false
		case days.has(t):
			days.where = append(days.where, term)
		default:
			items.where = append(items.where, term)
		}
	}
	byDay := false
	for _, key := range keys {
		t := tablesOf(key.value.sql)
		if days.has(t) && items.has(t) {
			return days, items, false
		}
		byDay = byDay || days.has(t)
	}
	for _, a := range aggregates {
		if _, stored := a.arg.(sqlgen.Col); a.arg != nil && !stored && (a.kind == sqlgen.Sum || a.kind == sqlgen.Avg) {
			return days, items, false // of what is computed nobody knows how many digits matter
		}
		if a.kind == 0 || a.arg != nil && days.has(tablesOf(a.arg)) || a.when != nil && days.has(tablesOf(a.when)) {
			return days, items, false
		}
	}
	return days, items, byDay
}

// split hands the joined tables of a snapshot to the side they are joined to.
func split(from sqlgen.Source, days, items *side) bool {
	j, ok := from.(sqlgen.Join)
	if !ok {
		return false
	}
	if !j.Outer { // revisions with days, which everyDay joined
		return true
	}
	if !split(j.Left, days, items) {
		return false
	}
	right, ok := j.Right.(sqlgen.Table)
	if !ok {
		return false
	}
	t := tablesOf(j.On)
	to := items
	if days.has(t) {
		if items.has(t) {
			return false
		}
		to = days
	}
	to.tables[right.Alias] = true
	to.from = sqlgen.Join{Left: to.from, Right: right, Outer: true, On: j.On}
	return true
}

// conjuncts lists the conditions of a conjunction, those of nested ones, too.
func conjuncts(x sqlgen.Expr) []sqlgen.Expr {
	all, ok := x.(sqlgen.All)
	if !ok {
		return []sqlgen.Expr{x}
	}
	var list []sqlgen.Expr
	for _, term := range all {
		list = append(list, conjuncts(term)...)
	}
	return list
}

// telescoped is the parts of a grouping that is computed from beginnings and ends.
type telescoped struct {
	b          *binder
	r          *row
	days       side
	items      side
	dayKeys    []groupKey
	itemKeys   []groupKey
	aggregates []aggregate
	whole      bool   // keys of rows are whole numbers
	calendar   string // CTE of the days asked for
	bounds     *daysAsked
}

// daysAsked is the first and the last of the days that a snapshot is asked for. A query of its own finds them: known when
// the statement is printed they cost nothing, and compared with a subquery in every row they cost a third of the time.
type daysAsked struct {
	find        *sqlgen.Select
	first, last sqlgen.Late
}

func (b *binder) telescope(k *block, keys []groupKey, aggregates []aggregate, days, items side) (*block, error) {
	b.telescoped = true
	t := &telescoped{b: b, r: k.root, days: days, items: items, aggregates: aggregates, calendar: b.alias(), bounds: &daysAsked{}}
	for _, key := range keys {
		if days.has(tablesOf(key.value.sql)) {
			t.dayKeys = append(t.dayKeys, key)
		} else {
			t.itemKeys = append(t.itemKeys, key)
		}
	}
	t.whole = keysAreWhole(t.itemKeys)
	alias := b.alias()
	next := b.grouping(alias)
	var dayAt, itemAt int
	for _, key := range keys { // in the order of the query
		name := "i" + columnName(itemAt)
		if days.has(tablesOf(key.value.sql)) {
			name = "d" + columnName(dayAt)
			dayAt++
		} else {
			itemAt++
		}
		if err := next.groupedBy(key, sqlgen.Col{Table: alias, Name: name}); err != nil {
			return nil, err
		}
	}
	for i, a := range aggregates {
		if err := next.aggregated(a, sqlgen.Col{Table: alias, Name: "a" + columnName(i)}); err != nil {
			return nil, err
		}
	}
	next.from = sqlgen.Sub{Select: t.query(), Alias: alias}
	t.bounds.find = t.asked()
	t.bounds.find.Columns = nil
	for _, f := range []sqlgen.Agg{sqlgen.Min, sqlgen.Max} {
		t.bounds.find.Columns = append(t.bounds.find.Columns, sqlgen.Column{Expr: sqlgen.Aggregate{Func: f, Arg: t.r.col("DateSK")}})
	}
	b.bounds = append(b.bounds, t.bounds)
	return next, nil
}

// query puts the parts together:
//
//	calendar  the days asked for, with their keys
//	changes   by group and day, what begins less what ends
//	groups    the groups
//	running   every group on every day of the range, added up
//
// and sums what is asked for over the days that share a day key, if any can.
func (t *telescoped) query() *sqlgen.Select {
	b := t.b
	changes, groups, running := b.alias(), b.alias(), b.alias()
	s := &sqlgen.Select{With: []sqlgen.CTE{{Name: t.calendar, Select: t.asked()}, {Name: changes, Select: t.changes()},
		{Name: groups, Select: t.groups(changes)}, {Name: running, Select: t.running(changes, groups)}}}
	r, d := b.alias(), b.alias()
	s.From = sqlgen.Join{Left: sqlgen.Table{Name: running, Alias: r}, Right: sqlgen.Table{Name: t.calendar, Alias: d},
		On: sqlgen.Equal(sqlgen.Col{Table: r, Name: "day"}, sqlgen.Col{Table: d, Name: "day"})}
	s.Where = sqlgen.Compare(sqlgen.Gt, sqlgen.Col{Table: r, Name: "rows"}, sqlgen.Int(0))
	days := t.byDay()
	for i, key := range t.dayKeys {
		t.regroup(s, key, sqlgen.Col{Table: d, Name: "d" + columnName(i)}, days)
	}
	for i, key := range t.itemKeys {
		t.regroup(s, key, sqlgen.Col{Table: r, Name: "i" + columnName(i)}, days)
	}
	for i, a := range t.aggregates {
		total := func(name string, f sqlgen.Agg) sqlgen.Expr {
			col := sqlgen.Col{Table: r, Name: name}
			if days {
				if f == sqlgen.SumInt {
					return col
				}
				return sqlgen.Cast{X: col, To: sqlgen.Huge}
			}
			return sqlgen.Aggregate{Func: f, Arg: col}
		}
		fraction := func() sqlgen.Expr {
			return sqlgen.Call{Func: sqlgen.Divide, Args: []sqlgen.Expr{sqlgen.Cast{X: total("s"+columnName(i), sqlgen.Sum), To: sqlgen.Double}, double(nano)}}
		}
		var x sqlgen.Expr
		switch a.kind {
		case sqlgen.Count:
			x = total(t.counted(i), sqlgen.SumInt)
		case sqlgen.Avg:
			x = sqlgen.Call{Func: sqlgen.Divide, Args: []sqlgen.Expr{fraction(),
				sqlgen.Cast{X: total(t.counted(i), sqlgen.SumInt), To: sqlgen.Double}}}
		default: // a sum of no values is null
			sum := fraction()
			if a.kind == sqlgen.SumInt {
				sum = sqlgen.Cast{X: total("s"+columnName(i), sqlgen.Sum), To: sqlgen.Int64}
			}
			x = sqlgen.Case{When: []sqlgen.When{{If: sqlgen.Compare(sqlgen.Gt, total(t.counted(i), sqlgen.SumInt), sqlgen.Int(0)), Then: sum}}}
		}
		s.Columns = append(s.Columns, sqlgen.Column{Expr: x, As: "a" + columnName(i)})
	}
	return s
}

// byDay reports whether the day itself is among the keys: then no two days share a group.
func (t *telescoped) byDay() bool {
	return slices.ContainsFunc(t.dayKeys, func(k groupKey) bool {
		return k.value.sql == t.r.col("DateSK") || k.value.sql == sqlgen.Expr(sqlgen.Col{Table: t.r.day, Name: "Date"})
	})
}

// regroup groups by a column that holds a key, unless every row is a group of its own.
func (t *telescoped) regroup(s *sqlgen.Select, key groupKey, col sqlgen.Col, apart bool) {
	shown := sqlgen.Expr(col)
	if apart {
		s.Columns = append(s.Columns, sqlgen.Column{Expr: shown, As: col.Name})
		return
	}
	if key.value.is(edm.String) {
		s.GroupBy = append(s.GroupBy, folded(col))
		shown = sqlgen.Aggregate{Func: sqlgen.AnyValue, Arg: col}
	} else {
		s.GroupBy = append(s.GroupBy, col)
	}
	s.Columns = append(s.Columns, sqlgen.Column{Expr: shown, As: col.Name})
}

// asked selects the days asked for.
func (t *telescoped) asked() *sqlgen.Select {
	s := &sqlgen.Select{From: t.days.from, Where: append(t.days.where[:len(t.days.where):len(t.days.where)], t.b.untilToday(t.r)),
		Columns: []sqlgen.Column{{Expr: t.r.col("DateSK"), As: "day"}}}
	for i, key := range t.dayKeys {
		s.Columns = append(s.Columns, sqlgen.Column{Expr: key.value.sql, As: "d" + columnName(i)})
	}
	return s
}

func (t *telescoped) first() sqlgen.Expr {
	return sqlgen.Param{Value: &t.bounds.first, Type: sqlgen.Int32}
}
func (t *telescoped) last() sqlgen.Expr {
	return sqlgen.Param{Value: &t.bounds.last, Type: sqlgen.Int32}
}

// changes selects, by group and day, how many rows begin less how many end, and the same of counted and summed values.
func (t *telescoped) changes() *sqlgen.Select {
	began, ended := t.half(true), t.half(false)
	began.Union = []*sqlgen.Select{ended}
	both := t.b.alias()
	s := &sqlgen.Select{From: sqlgen.Sub{Select: began, Alias: both}}
	keys := map[string]groupKey{} // by the name of their column, without what it begins with
	for i, key := range t.itemKeys {
		keys[columnName(i)] = key
	}
	for _, c := range began.Columns {
		col := sqlgen.Col{Table: both, Name: c.As}
		kind := c.As[0]
		if kind == 'g' {
			kind = 'k'
			key := keys[c.As[1:]] // a name of a dimension, which is grouped by its key so far
			again := *t.b.dimension(key.value)
			again.alias = t.b.alias()
			s.From = sqlgen.Join{Left: s.From, Right: again.source(), Outer: true, On: t.b.joined(&again, col)}
			col = sqlgen.Col{Table: again.alias, Name: key.value.sql.(sqlgen.Col).Name} // dimension saw that it is one
			if key.value.is(edm.String) {
				kind = 't'
			}
		}
		switch kind {
		case 'k':
			s.GroupBy = append(s.GroupBy, col)
			shown := sqlgen.Expr(col)
			if t.whole {
				shown = sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{col, absent(keys[c.As[1:]])}}
			}
			s.Columns = append(s.Columns, sqlgen.Column{Expr: shown, As: "k" + c.As[1:]})
		case 'd': // the day
			s.GroupBy = append(s.GroupBy, col)
			s.Columns = append(s.Columns, sqlgen.Column{Expr: col, As: c.As})
		case 't': // texts are folded here, where each is left once a day, and not in every row
			s.GroupBy = append(s.GroupBy, folded(col))
			s.Columns = append(s.Columns, sqlgen.Column{Expr: folded(col), As: "k" + c.As[1:]},
				sqlgen.Column{Expr: sqlgen.Aggregate{Func: sqlgen.AnyValue, Arg: col}, As: "t" + c.As[1:]})
		default:
			s.Columns = append(s.Columns, sqlgen.Column{Expr: sqlgen.Aggregate{Func: addedUp(c.As), Arg: col}, As: c.As})
		}
	}
	return s
}

// addedUp is how a column of changes is: sums of values may need more than 64 bits, numbers of rows never do and are added
// faster in them.
func addedUp(column string) sqlgen.Agg {
	if column[0] == 's' {
		return sqlgen.Sum
	}
	return sqlgen.SumInt
}

// half counts what begins, or what ends, by group and day. Revisions that began before the first day begin on it.
func (t *telescoped) half(begins bool) *sqlgen.Select {
	r := t.r
	start, end := edm.SnapshotDays(r.table)
	from, to := r.col(start), r.col(end)
	first, last := t.first(), t.last()
	open := sqlgen.IsNull{X: to}
	rows := &sqlgen.Select{From: t.items.from}
	where := t.items.where[:len(t.items.where):len(t.items.where)]
	day := sqlgen.Expr(to)
	if begins {
		day = sqlgen.When2(sqlgen.Compare(sqlgen.Lt, from, first), first, from)
		where = append(where, sqlgen.Compare(sqlgen.Le, from, last),
			sqlgen.Any{open, sqlgen.All{sqlgen.Compare(sqlgen.Lt, from, to), sqlgen.Compare(sqlgen.Gt, to, first)}})
	} else {
		where = append(where, sqlgen.Compare(sqlgen.Lt, from, to), sqlgen.Compare(sqlgen.Gt, to, first), sqlgen.Compare(sqlgen.Le, to, last))
	}
	rows.Where = where
	inner := t.b.alias()
	s := &sqlgen.Select{From: sqlgen.Sub{Select: rows, Alias: inner}}
	column := func(x sqlgen.Expr, as string) sqlgen.Col {
		rows.Columns = append(rows.Columns, sqlgen.Column{Expr: x, As: as})
		return sqlgen.Col{Table: inner, Name: as}
	}
	add := func(x sqlgen.Expr, as string) { s.Columns = append(s.Columns, sqlgen.Column{Expr: x, As: as}) }
	signed := func(x sqlgen.Expr) sqlgen.Expr {
		if begins {
			return x
		}
		return sqlgen.Call{Func: sqlgen.Negate, Args: []sqlgen.Expr{x}}
	}
	d := column(day, "day")
	s.GroupBy = append(s.GroupBy, d)
	add(d, "day")
	for i, key := range t.itemKeys {
		name, x := "k"+columnName(i), key.value.sql
		if r := t.b.dimension(key.value); r != nil {
			name, x = "g"+columnName(i), r.tie
		} else if key.value.is(edm.String) {
			name = "t" + columnName(i)
		}
		col := column(x, name)
		s.GroupBy = append(s.GroupBy, col)
		add(col, name)
	}
	add(signed(sqlgen.Aggregate{Func: sqlgen.Count}), "rows")
	for i, a := range t.aggregates {
		var arg, when sqlgen.Expr
		if a.when != nil {
			when = column(a.when, "w"+columnName(i))
		}
		if a.arg != nil {
			col := column(a.arg, "x"+columnName(i))
			arg = col
			sum := orZero(sqlgen.Aggregate{Func: sqlgen.Sum, Arg: sqlgen.Cast{X: col, To: sqlgen.Int64}, Filter: when})
			if a.kind != sqlgen.SumInt {
				sum = nanos(col, when)
			}
			add(signed(sum), "s"+columnName(i))
		}
		if name := t.counted(i); name != "rows" {
			add(signed(sqlgen.Aggregate{Func: sqlgen.Count, Arg: arg, Filter: when}), name)
		}
	}
	rows.From = pruned(rows)
	return s
}

// nano is the fraction whose multiples are summed: what is added must be taken away again to the last digit, and whole
// numbers do so, and faster than decimals.
const nano = 1e9

func nanos(col, when sqlgen.Expr) sqlgen.Expr {
	x := sqlgen.Binary{Left: sqlgen.Cast{X: col, To: sqlgen.Double}, Op: sqlgen.Mul, Right: double(nano)}
	return orZero(sqlgen.Aggregate{Func: sqlgen.Sum, Arg: sqlgen.Cast{X: x, To: sqlgen.Huge}, Filter: when})
}

func orZero(x sqlgen.Expr) sqlgen.Expr {
	return sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{x, sqlgen.Int(0)}}
}

func double(x float64) sqlgen.Expr { return sqlgen.Param{Value: x, Type: sqlgen.Double} }

// absent stands for a key that is null, so that groups of whole numbers can be joined by their keys. Those that stand for
// GUIDs are counted from 1, in 32 bits, in which they are grouped and joined faster.
func absent(key groupKey) sqlgen.Int {
	if key.value.key != nil {
		return math.MinInt32 + 1
	}
	return math.MinInt64 + 1
}

// keysAreWhole reports whether all keys of rows are whole numbers, or stand for GUIDs as such.
func keysAreWhole(keys []groupKey) bool {
	return len(keys) > 0 && !slices.ContainsFunc(keys, func(k groupKey) bool { return !k.value.isInteger() && k.value.key == nil })
}

// groups lists the groups with what they are joined by: their keys, or where those may be null a number.
func (t *telescoped) groups(changes string) *sqlgen.Select {
	c := t.b.alias()
	s := &sqlgen.Select{From: sqlgen.Table{Name: changes, Alias: c}}
	for i, key := range t.itemKeys {
		k := sqlgen.Col{Table: c, Name: "k" + columnName(i)}
		shown := sqlgen.Expr(k)
		switch {
		case t.whole:
			s.Columns = append(s.Columns, sqlgen.Column{Expr: k, As: k.Name})
			shown = sqlgen.Case{When: []sqlgen.When{{If: sqlgen.Compare(sqlgen.Gt, k, absent(key)), Then: k}}}
		case key.value.is(edm.String):
			shown = sqlgen.Aggregate{Func: sqlgen.AnyValue, Arg: sqlgen.Col{Table: c, Name: "t" + columnName(i)}}
		}
		s.GroupBy = append(s.GroupBy, k)
		s.Columns = append(s.Columns, sqlgen.Column{Expr: shown, As: "i" + columnName(i)})
	}
	if !t.whole {
		s.Columns = append(s.Columns, sqlgen.Column{Expr: t.number(c), As: "number"})
		s.Distinct = len(t.itemKeys) == 0
	}
	return s
}

// number is the rank of a group among all.
func (t *telescoped) number(c string) sqlgen.Expr {
	var order []sqlgen.Order
	for i := range t.itemKeys {
		order = append(order, sqlgen.Order{Expr: sqlgen.Col{Table: c, Name: "k" + columnName(i)}})
	}
	if len(order) == 0 {
		return sqlgen.Int(1)
	}
	return sqlgen.Window{Func: sqlgen.Call{Func: sqlgen.DenseRank}, OrderBy: order}
}

// running adds the changes of each group up along the days between the first and the last.
func (t *telescoped) running(changes, groups string) *sqlgen.Select {
	b := t.b
	g, n, d := b.alias(), b.alias(), b.alias()
	day := sqlgen.Col{Table: d, Name: "DateSK"}
	on := sqlgen.All{sqlgen.Equal(sqlgen.Col{Table: n, Name: "day"}, day)}
	var group []sqlgen.Expr
	same := func(name string) {
		on = append(on, sqlgen.Equal(sqlgen.Col{Table: n, Name: name}, sqlgen.Col{Table: g, Name: name}))
		group = append(group, sqlgen.Col{Table: g, Name: name})
	}
	changed := sqlgen.Source(sqlgen.Table{Name: changes, Alias: n})
	if t.whole {
		for i := range t.itemKeys {
			same("k" + columnName(i))
		}
	} else {
		c := b.alias()
		changed = sqlgen.Sub{Alias: n, Select: &sqlgen.Select{From: sqlgen.Table{Name: changes, Alias: c},
			Columns: []sqlgen.Column{{Expr: sqlgen.Star{Table: c}}, {Expr: t.number(c), As: "number"}}}}
		same("number")
	}
	s := &sqlgen.Select{
		From: sqlgen.Join{Outer: true, Right: changed, On: on,
			Left: sqlgen.Join{Left: sqlgen.Table{Name: groups, Alias: g}, Right: sqlgen.Table{Name: edm.DatesTable, Alias: d}}},
		Where:   sqlgen.All{sqlgen.Compare(sqlgen.Ge, day, t.first()), sqlgen.Compare(sqlgen.Le, day, t.last())},
		Columns: []sqlgen.Column{{Expr: day, As: "day"}},
	}
	for i := range t.itemKeys {
		s.Columns = append(s.Columns, sqlgen.Column{Expr: sqlgen.Col{Table: g, Name: "i" + columnName(i)}, As: "i" + columnName(i)})
	}
	add := func(name string) {
		change := sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{sqlgen.Col{Table: n, Name: name}, sqlgen.Int(0)}}
		s.Columns = append(s.Columns, sqlgen.Column{As: name, Expr: sqlgen.Window{Func: sqlgen.Aggregate{Func: addedUp(name), Arg: change}, Running: true,
			PartitionBy: group, OrderBy: []sqlgen.Order{{Expr: day}}}})
	}
	add("rows")
	for i, a := range t.aggregates {
		if a.arg != nil {
			add("s" + columnName(i))
		}
		if name := t.counted(i); name != "rows" {
			add(name)
		}
	}
	return s
}

// counted is the column with the number of values of an aggregate: that of all rows where it counts those.
func (t *telescoped) counted(i int) string {
	if a := t.aggregates[i]; a.arg == nil && a.when == nil {
		return "rows"
	}
	return "n" + columnName(i)
}
