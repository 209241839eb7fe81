package analytics

import (
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// ordering is the total order of an answer's rows: $orderby, then the key.
type ordering []orderTerm

type orderTerm struct {
	sql   sqlgen.Expr
	typ   sqlgen.Type // of sql
	desc  bool
	by    sqlgen.Expr // what has the same order as sql, and is faster to sort by
	shown sqlgen.Expr // what tokens keep: the text as it is, which most answers have anyway, where sql folds it; else sql
}

// order binds $orderby on a block.
func (b *binder) order(k *block, items []odata.OrderItem) (ordering, error) {
	var o ordering
	for _, item := range items {
		v, err := b.bind(item.Expr, env{row: k.root})
		if err != nil {
			return nil, err
		}
		if v.nav != nil || v.isNull() {
			return nil, at(fault.QueryNotValid("Rows cannot be ordered by '%s'", item.Expr.String()), item.Expr)
		}
		if v.key != nil {
			v = &value{sql: b.guidOf(v), typ: v.typ}
		}
		if t := b.orderTerm(v, item.Desc); len(tablesOf(t.sql)) > 0 { // a constant orders nothing, and a number would name a column
			o = append(o, t)
		}
	}
	for _, v := range k.key {
		t := b.orderTerm(v, false)
		if col, plain := t.sql.(sqlgen.Col); !plain || !o.has(col) {
			o = append(o, t)
		}
	}
	return o, nil
}

func (o ordering) has(col sqlgen.Col) bool {
	for _, t := range o {
		if t.sql == sqlgen.Expr(col) {
			return true
		}
	}
	return false
}

func (b *binder) orderTerm(v *value, desc bool) orderTerm {
	t := orderTerm{sql: v.sql, desc: desc, typ: sqlgen.Int64, by: v.sql, shown: v.sql}
	switch v.typ.Kind {
	case edm.String:
		t.sql, t.typ = folded(v.sql), sqlgen.Text
		t.by = t.sql
		if place, ok := b.placeOf(v.sql); ok {
			t.by = place
		}
	case edm.Boolean:
		t.typ = sqlgen.Bool
	case edm.Single, edm.Double, edm.Decimal:
		t.typ = sqlgen.Double
	case edm.DateTimeOffset:
		t.typ = sqlgen.Timestamp
	case edm.Date:
		t.typ = sqlgen.Date
	case edm.TimeOfDay:
		t.typ = sqlgen.Time
	case edm.Guid:
		if v.key == nil {
			t.typ = sqlgen.UUID
		} // else any order will do, as long as it is one
	}
	return t
}

// placeOf is the column that has the places of a column's texts, if there is one.
func (b *binder) placeOf(text sqlgen.Expr) (place sqlgen.Col, ok bool) {
	col, ok := text.(sqlgen.Col)
	if !ok {
		return place, false
	}
	if place, ok = b.placed[col]; ok {
		return place, true
	}
	if r := b.rowsBy[col.Table]; r != nil {
		if name := edm.Place(r.table, col.Name); name != "" {
			return sqlgen.Col{Table: col.Table, Name: name}, true
		}
	}
	return place, false
}

func (o ordering) sql() []sqlgen.Order {
	list := make([]sqlgen.Order, len(o))
	for i, t := range o {
		list[i] = sqlgen.Order{Expr: t.by, Desc: t.desc}
	}
	return list
}

// after is the condition that a row comes behind the one whose order values are given; nil stands for null. Nulls come
// first ascending and last descending.
func (o ordering) after(last []any) sqlgen.Expr {
	var alternatives sqlgen.Any
	var equal sqlgen.All
	for i, t := range o {
		var p sqlgen.Expr = sqlgen.Param{Value: last[i], Type: t.typ}
		if t.typ == sqlgen.Text {
			p = folded(p)
		}
		null := sqlgen.IsNull{X: t.sql}
		var beyond sqlgen.Expr
		switch {
		case last[i] == nil && !t.desc:
			beyond = sqlgen.Not{X: null}
		case last[i] == nil: // nothing comes behind null
		case t.desc:
			beyond = sqlgen.Any{sqlgen.Compare(sqlgen.Lt, t.sql, p), null}
		default:
			beyond = sqlgen.Compare(sqlgen.Gt, t.sql, p)
		}
		if beyond != nil {
			alternatives = append(alternatives, append(equal[:len(equal):len(equal)], beyond))
		}
		if last[i] == nil {
			equal = append(equal[:len(equal):len(equal)], null)
		} else {
			equal = append(equal[:len(equal):len(equal)], sqlgen.Equal(t.sql, p))
		}
	}
	return alternatives
}
