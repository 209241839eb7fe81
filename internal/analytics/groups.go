package analytics

import (
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/sqlgen"
)

// group closes a block: one row for each combination of the keys, or a single one without keys. What is grouped and
// aggregated is computed in a subquery first, so that the grouping sees plain columns.
//
// Text is grouped without regard to letter case, and folding it in every row is what takes the time. So where aggregates
// can be put together from parts, rows are grouped by what stands in them first, names of dimensions by their keys; the
// few groups that come out are joined with the dimensions, folded and grouped again. Texts that have places beside them
// are not folded at all: those are grouped by, and ordered by later.
func (b *binder) group(k *block, keys []groupKey, aggregates []aggregate) (*block, error) {
	if days, items, ok := b.telescopes(k, keys, aggregates); ok {
		return b.telescope(k, keys, aggregates, days, items)
	}
	b.heavy = b.heavy || k.root.day != ""
	rows, groups := b.alias(), b.alias()
	next := b.grouping(groups)
	inner := k.selectColumns()
	outer := &sqlgen.Select{}
	add := func(arg sqlgen.Expr) sqlgen.Col {
		name := columnName(len(inner.Columns))
		inner.Columns = append(inner.Columns, sqlgen.Column{Expr: arg, As: name})
		return sqlgen.Col{Table: rows, Name: name}
	}
	result := func(x sqlgen.Expr) sqlgen.Col {
		name := columnName(len(outer.Columns))
		outer.Columns = append(outer.Columns, sqlgen.Column{Expr: x, As: name})
		return sqlgen.Col{Table: groups, Name: name}
	}
	var parts *parts
	if b.hasParts(keys, aggregates) {
		parts = b.parts()
	}
	if k.owner != nil {
		col := parts.key(add(k.owner))
		outer.GroupBy = append(outer.GroupBy, col)
		next.owner = result(col)
	}
	for _, key := range keys {
		column := func(x sqlgen.Expr) sqlgen.Col {
			if r := b.dimension(key.value); parts != nil && r != nil {
				return parts.name(b, r, x.(sqlgen.Col), add) // dimension saw that it is one
			}
			return parts.key(add(x))
		}
		col := column(key.value.sql)
		by, shown := sqlgen.Expr(col), sqlgen.Expr(col)
		place, placed := b.placeOf(key.value.sql)
		switch {
		case placed:
			by = column(place)
		case key.value.is(edm.String):
			by = folded(col)
		}
		if key.value.is(edm.String) {
			shown = sqlgen.Aggregate{Func: sqlgen.AnyValue, Arg: col}
		}
		outer.GroupBy = append(outer.GroupBy, by)
		named := result(shown)
		if placed {
			b.placed[named] = result(by)
		}
		if err := next.groupedBy(key, named); err != nil {
			return nil, err
		}
	}
	for _, a := range aggregates {
		var arg, when sqlgen.Expr
		if a.arg != nil {
			arg = add(a.arg)
		}
		if a.when != nil {
			when = add(a.when)
		}
		x := a.fn
		if parts != nil {
			x = func(arg, when sqlgen.Expr) sqlgen.Expr { return parts.aggregate(a, arg, when) }
		}
		sum := x(arg, when)
		if a.kind == sqlgen.Sum || a.kind == sqlgen.Avg {
			sum = b.finite(a.typ, sum)
		}
		if err := next.aggregated(a, result(sum)); err != nil {
			return nil, err
		}
	}
	if len(inner.Columns) == 0 {
		add(sqlgen.Int(1))
	}
	outer.From = sqlgen.Sub{Select: inner, Alias: rows}
	if parts != nil {
		inner.From = pruned(inner)
		outer.From = parts.over(outer.From)
	}
	next.from = sqlgen.Sub{Select: outer, Alias: groups}
	return next, nil
}

// parts is the grouping of rows as they are, below the one that shows them.
type parts struct {
	alias string
	sql   *sqlgen.Select
	joins []func(sqlgen.Source) sqlgen.Source
	seen  map[string]string // dimension rows joined, by the alias they have among the rows
}

func (b *binder) parts() *parts {
	return &parts{alias: b.alias(), sql: &sqlgen.Select{}, seen: map[string]string{}}
}

// hasParts reports whether grouping twice gives the same and is faster: all aggregates can be put together, and the texts
// among the keys are names of dimensions or have few values.
func (b *binder) hasParts(keys []groupKey, aggregates []aggregate) bool {
	names := false
	for _, key := range keys {
		_, stored := key.value.sql.(sqlgen.Col)
		switch {
		case stored && b.dimension(key.value) != nil:
			names = true
		case !key.value.is(edm.String):
		case !stored || slices.Contains([]string{"Title", "TagNames"}, key.value.name):
			return false
		default:
			names = names || b.slowFolding
		}
	}
	return names && !slices.ContainsFunc(aggregates, func(a aggregate) bool { return a.merge == 0 })
}

// dimension is the joined row of a small table that a value is a column of, or nil.
func (b *binder) dimension(v *value) *row {
	col, ok := v.sql.(sqlgen.Col)
	if !ok {
		return nil
	}
	r := b.rowsBy[col.Table]
	if r == nil || r.tie.Name == "" || r.table == "" || r.table == edm.ItemsTable || r.table == edm.RevisionsView {
		return nil
	}
	return r
}

// key groups by a column of the rows.
func (p *parts) key(col sqlgen.Col) sqlgen.Col {
	if p == nil {
		return col
	}
	p.sql.GroupBy = append(p.sql.GroupBy, col)
	return p.column(col)
}

func (p *parts) column(x sqlgen.Expr) sqlgen.Col {
	name := columnName(len(p.sql.Columns))
	p.sql.Columns = append(p.sql.Columns, sqlgen.Column{Expr: x, As: name})
	return sqlgen.Col{Table: p.alias, Name: name}
}

// name groups by the key of a dimension and looks its column up afterwards.
func (p *parts) name(b *binder, r *row, col sqlgen.Col, add func(sqlgen.Expr) sqlgen.Col) sqlgen.Col {
	alias := p.seen[r.alias]
	if alias == "" {
		alias = b.alias()
		p.seen[r.alias] = alias
		key := p.key(add(r.tie))
		again := *r
		again.alias = alias
		p.joins = append(p.joins, func(from sqlgen.Source) sqlgen.Source {
			return sqlgen.Join{Left: from, Right: again.source(), Outer: true, On: b.joined(&again, key)}
		})
	}
	return sqlgen.Col{Table: alias, Name: col.Name}
}

// aggregate aggregates the parts, and those.
func (p *parts) aggregate(a aggregate, arg, when sqlgen.Expr) sqlgen.Expr {
	if a.merge == sqlgen.Avg {
		of := sqlgen.Cast{X: arg, To: sqlgen.Double}
		sum := p.column(sqlgen.Aggregate{Func: sqlgen.Sum, Arg: of, Filter: when})
		n := p.column(sqlgen.Aggregate{Func: sqlgen.Count, Arg: arg, Filter: when})
		return sqlgen.Call{Func: sqlgen.Divide, Args: []sqlgen.Expr{sqlgen.Aggregate{Func: sqlgen.Sum, Arg: sum},
			sqlgen.Cast{X: sqlgen.Aggregate{Func: sqlgen.SumInt, Arg: n}, To: sqlgen.Double}}}
	}
	return sqlgen.Aggregate{Func: a.merge, Arg: p.column(a.fn(arg, when))}
}

// over is the grouping with its dimensions.
func (p *parts) over(rows sqlgen.Source) sqlgen.Source {
	p.sql.From = rows
	from := sqlgen.Source(sqlgen.Sub{Select: p.sql, Alias: p.alias})
	for _, join := range p.joins {
		from = join(from)
	}
	return from
}

// pruned is what a SELECT needs of its FROM: rows that were joined by their key and are not used can go.
func pruned(s *sqlgen.Select) sqlgen.Source {
	used := map[string]bool{}
	use := func(x sqlgen.Expr) {
		for _, t := range tablesOf(x) {
			used[t] = true
		}
	}
	for _, c := range s.Columns {
		use(c.Expr)
	}
	if s.Where != nil {
		use(s.Where)
	}
	var prune func(sqlgen.Source) sqlgen.Source
	prune = func(from sqlgen.Source) sqlgen.Source {
		j, ok := from.(sqlgen.Join)
		if !ok {
			return from
		}
		if right, plain := j.Right.(sqlgen.Table); plain && j.Outer && !used[right.Alias] {
			return prune(j.Left)
		}
		if j.On != nil {
			use(j.On)
		}
		j.Left = prune(j.Left)
		return j
	}
	return prune(s.From)
}
