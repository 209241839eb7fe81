package analytics

import (
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// The columns of ranked rows beside what tells them apart.
const (
	rankedBy   = "v" // the value they are ranked by
	rankedAs   = "r" // their place, from 1 on
	rankedSum  = "s" // of the values up to this place
	rankedAll  = "t" // of all values
	rankedPast = "b" // of the values before this place, at its highest
)

// ranked is the condition that topcount, topsum, toppercent and their opposites keep a row of the window: one of the first
// so many, of the fewest whose sum reaches a number, or a percentage of the whole. Rows without a value have no place;
// those of the same value keep the order of their keys.
func (b *binder) ranked(w *window, step *odata.Ranked) (sqlgen.Expr, error) {
	if !b.extensions.language {
		return nil, b.extension(step.Method, "$orderby with $top keeps the first rows")
	}
	bound, err := b.bind(step.N, env{row: w.block.root})
	if err != nil {
		return nil, err
	}
	limit, ok := number(bound)
	kind := strings.TrimPrefix(strings.TrimPrefix(step.Method, "top"), "bottom")
	switch {
	case !ok, kind == "count" && (limit < 0 || bound.isFraction()):
		return nil, at(fault.QueryNotValid("The first argument of '%s' must be a number that is written out", step.Method).
			WithHint("rows are counted in whole numbers: topcount(5,Effort)"), step.N)
	case kind == "percent" && !(limit >= 0 && limit <= 100):
		return nil, at(fault.QueryNotValid("The first argument of '%s' must be a number from 0 to 100", step.Method), step.N)
	}
	by, err := b.bind(step.By, env{row: w.block.root})
	if err != nil {
		return nil, err
	}
	if by.nav != nil || by.isNull() || by.is(edm.Guid) || kind != "count" && !by.isNumber() {
		return nil, at(fault.QueryNotValid("'%s' of type '%s' cannot be ranked with '%s'", step.By, by.typ, step.Method), step.By)
	}
	together := len(w.parts(b, nil))
	parts := w.parts(b, w.block.key)
	places, alias := b.places(w, parts, together, by, strings.HasPrefix(step.Method, "top"), kind != "count"), b.alias()
	w.block.attach(places, alias, parts)
	b.freeze()
	place := sqlgen.Col{Table: alias, Name: rankedAs}
	if kind == "count" {
		return sqlgen.Compare(sqlgen.Le, place, sqlgen.Param{Value: int64(limit), Type: sqlgen.Int64}), nil
	}
	past, enough := sqlgen.Expr(sqlgen.Col{Table: alias, Name: rankedPast}), sqlgen.Expr(b.param(limit))
	if kind == "percent" {
		past = sqlgen.Compare(sqlgen.Mul, past, b.param(100.0))
		enough = sqlgen.Compare(sqlgen.Mul, sqlgen.Col{Table: alias, Name: rankedAll}, enough)
	}
	return sqlgen.All{sqlgen.Not{X: sqlgen.IsNull{X: place}}, sqlgen.Compare(sqlgen.Lt, past, enough)}, nil
}

// keep leaves the rows of a block that a ranking keeps.
func (b *binder) keep(k *block, step *odata.Ranked) error {
	kept, err := b.ranked(&window{block: k}, step)
	if err != nil {
		return err
	}
	k.where = append(k.where, kept)
	return nil
}

// places numbers the rows of a window that have a value, and adds up what is needed for sums.
func (b *binder) places(w *window, parts []part, together int, by *value, desc, sums bool) *sqlgen.Select {
	rows, numbered := w.rows(), b.alias()
	term := b.orderTerm(by, desc)
	rows.Where = sqlgen.All{where(rows), sqlgen.Not{X: sqlgen.IsNull{X: by.sql}}}
	s := &sqlgen.Select{From: sqlgen.Sub{Select: rows, Alias: numbered}}
	var within []sqlgen.Expr
	order := []sqlgen.Order{{Expr: sqlgen.Col{Table: numbered, Name: rankedBy}, Desc: desc}}
	for i, p := range parts {
		for half, x := range p.columns() {
			col := sqlgen.Col{Table: numbered, Name: partName(i, half)}
			rows.Columns = append(rows.Columns, sqlgen.Column{Expr: x, As: col.Name})
			s.Columns = append(s.Columns, sqlgen.Column{Expr: col, As: col.Name})
			if i < together {
				within = append(within, col)
			} else {
				order = append(order, sqlgen.Order{Expr: col})
			}
		}
	}
	rows.Columns = append(rows.Columns, sqlgen.Column{Expr: term.sql, As: rankedBy})
	s.Columns = append(s.Columns, sqlgen.Column{As: rankedAs,
		Expr: sqlgen.Window{Func: sqlgen.Call{Func: sqlgen.RowNumber}, PartitionBy: within, OrderBy: order}})
	if !sums {
		return s
	}
	exact := sqlgen.Exact // sums that should be equal are: 0.1 and 0.2 reach 0.3
	if by.isInteger() {
		exact = sqlgen.Int64
	}
	rows.Columns = append(rows.Columns, sqlgen.Column{Expr: b.guarded(sqlgen.Cast{X: by.sql, To: exact}), As: rankedSum})
	sum := sqlgen.Aggregate{Func: sqlgen.Sum, Arg: sqlgen.Col{Table: numbered, Name: rankedSum}}
	s.Columns = append(s.Columns,
		sqlgen.Column{Expr: sqlgen.Window{Func: sum, PartitionBy: within, OrderBy: order, Running: true}, As: rankedSum},
		sqlgen.Column{Expr: sqlgen.Cast{X: sqlgen.Window{Func: sum, PartitionBy: within}, To: sqlgen.Double}, As: rankedAll})
	return b.past(s, parts, together)
}

// past adds, to each place, the highest of the sums before it: sums of negative values go down again.
func (b *binder) past(places *sqlgen.Select, parts []part, together int) *sqlgen.Select {
	alias := b.alias()
	s := &sqlgen.Select{From: sqlgen.Sub{Select: places, Alias: alias}}
	var within []sqlgen.Expr
	for i := range parts {
		for half := range 2 {
			col := sqlgen.Col{Table: alias, Name: partName(i, half)}
			s.Columns = append(s.Columns, sqlgen.Column{Expr: col, As: col.Name})
			if i < together {
				within = append(within, col)
			}
		}
	}
	place := sqlgen.Col{Table: alias, Name: rankedAs}
	before := sqlgen.Window{Func: sqlgen.Aggregate{Func: sqlgen.Max, Arg: sqlgen.Col{Table: alias, Name: rankedSum}},
		PartitionBy: within, OrderBy: []sqlgen.Order{{Expr: place}}, Running: true, Before: true}
	s.Columns = append(s.Columns, sqlgen.Column{Expr: place, As: rankedAs},
		sqlgen.Column{Expr: sqlgen.Col{Table: alias, Name: rankedAll}, As: rankedAll},
		sqlgen.Column{As: rankedPast, Expr: sqlgen.Call{Func: sqlgen.Coalesce,
			Args: []sqlgen.Expr{sqlgen.Cast{X: before, To: sqlgen.Double}, b.param(0.0)}}})
	return s
}

// where is the condition of a query, never nil.
func where(s *sqlgen.Select) sqlgen.Expr {
	if s.Where == nil {
		return sqlgen.All{}
	}
	return s.Where
}
