package analytics

import (
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// window is the rows that a function of many rows looks at: all of a block as it stands, apart for each group when the
// steps of a groupby are bound. Later conditions do not change what it computed.
type window struct {
	block *block
	keys  []*value   // of the groups
	when  sqlgen.All // conditions in the groups
}

// rows selects columns of the window's rows.
func (w *window) rows(columns ...sqlgen.Column) *sqlgen.Select {
	s := w.block.selectColumns(columns...)
	if where := append(w.block.where[:len(w.block.where):len(w.block.where)], w.when...); len(where) > 0 {
		s.Where = where
	}
	return s
}

// parts are the values whose rows are looked at together: those of each expanded collection and group, and more.
func (w *window) parts(b *binder, more []*value) []part {
	var list []part
	if w.block.owner != nil {
		list = append(list, part{sql: w.block.owner, typ: sqlgen.Int64})
	}
	for _, v := range append(w.keys[:len(w.keys):len(w.keys)], more...) {
		t := b.orderTerm(v, false)
		list = append(list, part{sql: t.sql, typ: t.typ})
	}
	return list
}

// part is a value that rows are told apart by, null being one, too. Databases join by equality alone faster than by
// comparisons that know null, so there are two columns: whether it is null, and the value or anything in its place.
type part struct {
	sql sqlgen.Expr
	typ sqlgen.Type
}

func (p part) columns() [2]sqlgen.Expr {
	return [2]sqlgen.Expr{sqlgen.IsNull{X: p.sql}, sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{p.sql, neutral(p.typ)}}}
}

// neutral is some value of a type.
func neutral(t sqlgen.Type) sqlgen.Expr {
	values := map[sqlgen.Type]any{sqlgen.Bool: false, sqlgen.Int64: int64(0), sqlgen.Double: 0.0, sqlgen.Text: "",
		sqlgen.Timestamp: time.Unix(0, 0).UTC(), sqlgen.Date: time.Unix(0, 0).UTC(), sqlgen.Time: "00:00:00",
		sqlgen.UUID: "00000000-0000-0000-0000-000000000000"}
	return sqlgen.Param{Value: values[t], Type: t}
}

// attach joins what was computed for each combination of the parts to the block's rows. The join is an outer one, as
// those behind navigations are, although every row of the window finds its own.
func (k *block) attach(computed *sqlgen.Select, alias string, parts []part) {
	on := sqlgen.All{}
	for i, p := range parts {
		for half, x := range p.columns() {
			on = append(on, sqlgen.Equal(x, sqlgen.Col{Table: alias, Name: partName(i, half)}))
		}
	}
	k.from = sqlgen.Join{Left: k.from, Right: sqlgen.Sub{Select: computed, Alias: alias}, Outer: true, On: on}
}

func partName(i, half int) string { return []string{"n", "k"}[half] + columnName(i) }

// freeze keeps what is proven of the projects of rows at this point: what a window computed came from all of them,
// whatever later conditions leave.
func (b *binder) freeze() {
	for _, v := range b.vars[b.settled:len(b.vars):len(b.vars)] {
		frozen := *v
		frozen.path = "" // what is proven of the path later proves nothing of these rows
		b.vars = append(b.vars, &frozen)
	}
	b.windowed = true
}

// percentile binds the service's own percentile_cont(value, fraction[, partition...]): the value below which that fraction
// of a partition's values lies, between two of them by their distance. documented: sample-pipelines-task-duration.
func (b *binder) percentile(e *odata.Call, in env) (*value, error) {
	w := b.window
	if w == nil || in.row != w.block.root || len(in.vars) > 0 {
		return nil, at(fault.QueryNotValid("The function 'percentile_cont' can only be used in compute and aggregate of $apply").
			WithHint("write $apply=compute(percentile_cont(CycleTimeDays, 0.5, WorkItemType) as Median)"), e)
	}
	if len(e.Args) < 2 {
		return nil, at(fault.QueryNotValid("The function 'percentile_cont' takes a number, a fraction from 0 to 1 and the properties to partition by"), e)
	}
	args := make([]*value, len(e.Args))
	for i, x := range e.Args {
		var err error
		if args[i], err = b.bind(x, in); err != nil {
			return nil, err
		}
		if i > 1 && (args[i].nav != nil || args[i].isNull()) {
			return nil, at(fault.QueryNotValid("Rows cannot be partitioned by '%s'", x.String()), x)
		}
	}
	if !args[0].isNumber() {
		return nil, at(fault.QueryNotValid("The first argument of 'percentile_cont' must be a number; '%s' is of type '%s'", e.Args[0], args[0].typ), e.Args[0])
	}
	fraction, ok := number(args[1])
	if !ok || !(fraction >= 0 && fraction <= 1) {
		return nil, at(fault.QueryNotValid("The second argument of 'percentile_cont' must be a number from 0 to 1"), e.Args[1])
	}
	const of, result = "v", "p"
	parts, inner, alias := w.parts(b, args[2:]), b.alias(), b.alias()
	rows, computed := w.rows(), &sqlgen.Select{}
	for i, p := range parts {
		for half, x := range p.columns() {
			name := partName(i, half)
			rows.Columns = append(rows.Columns, sqlgen.Column{Expr: x, As: name})
			col := sqlgen.Col{Table: inner, Name: name}
			computed.Columns = append(computed.Columns, sqlgen.Column{Expr: col, As: name})
			computed.GroupBy = append(computed.GroupBy, col)
		}
	}
	rows.Columns = append(rows.Columns, sqlgen.Column{Expr: sqlgen.Cast{X: args[0].sql, To: sqlgen.Double}, As: of})
	computed.From = sqlgen.Sub{Select: rows, Alias: inner}
	computed.Columns = append(computed.Columns, sqlgen.Column{As: result,
		Expr: sqlgen.Aggregate{Func: sqlgen.Percentile, At: b.param(fraction), Arg: sqlgen.Col{Table: inner, Name: of}}})
	w.block.attach(computed, alias, parts)
	b.freeze()
	return &value{sql: sqlgen.Col{Table: alias, Name: result}, typ: edm.Type{Kind: edm.Double}}, nil
}

// number is the value of a constant.
func number(v *value) (float64, bool) {
	if v.literal == nil {
		return 0, false
	}
	switch x := v.literal.Value.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

// within binds what may look at the rows of a window.
func (b *binder) within(w *window, bind func() error) error {
	before := b.window
	b.window = w
	err := bind()
	b.window = before
	return err
}
