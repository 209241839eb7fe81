package sqlgen

import (
	"fmt"
	"strconv"
	"strings"
)

// Dialect is the SQL to print.
type Dialect uint8

// The dialects.
const (
	DuckDB Dialect = iota + 1
	Postgres
	SQLite
)

// Print returns the text of a query and its parameters in order.
func (d Dialect) Print(s *Select) (string, []any) {
	p := &printer{dialect: d}
	s.print(p)
	return p.b.String(), p.params
}

// Folded is a column of texts without their case, as conditions compare it: what an index has to be of.
func (d Dialect) Folded(column string) string {
	p := &printer{dialect: d}
	Call{Func: Lower, Args: []Expr{Col{Name: column}}}.print(p)
	return p.b.String()
}

// Quote is an identifier in quotes.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

type printer struct {
	dialect Dialect
	b       strings.Builder
	params  []any
}

func (p *printer) s(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

func (p *printer) list(items []Expr) {
	for i, e := range items {
		if i > 0 {
			p.s(", ")
		}
		e.print(p)
	}
}

func (s *Select) print(p *printer) {
	for i, c := range s.With {
		p.s([]string{"WITH ", ", "}[min(i, 1)], Quote(c.Name), " AS (")
		c.Select.print(p)
		p.s(")")
	}
	if len(s.With) > 0 {
		p.s(" ")
	}
	s.printCore(p)
	for _, u := range s.Union {
		p.s(" UNION ALL ")
		u.printCore(p)
	}
	p.orderBy(s.OrderBy)
	if s.Limit != nil {
		p.s(" LIMIT ")
		s.Limit.print(p)
	}
	if s.Offset != nil {
		p.s(" OFFSET ")
		s.Offset.print(p)
	}
}

func (s *Select) printCore(p *printer) {
	p.s("SELECT ")
	if s.Distinct {
		p.s("DISTINCT ")
	}
	for i, c := range s.Columns {
		if i > 0 {
			p.s(", ")
		}
		c.Expr.print(p)
		if c.As != "" {
			p.s(" AS ", Quote(c.As))
		}
	}
	if s.From != nil {
		p.s(" FROM ")
		s.From.printSource(p)
	}
	if s.Where != nil {
		p.s(" WHERE ")
		s.Where.print(p)
	}
	if len(s.GroupBy) > 0 {
		p.s(" GROUP BY ")
		p.list(s.GroupBy)
	}
	if s.Having != nil {
		p.s(" HAVING ")
		s.Having.print(p)
	}
}

func (p *printer) orderBy(order []Order) {
	for i, o := range order {
		p.s([]string{" ORDER BY ", ", "}[min(i, 1)])
		if _, simple := o.Expr.(Col); simple && p.dialect == SQLite {
			p.s("+") // else it may read a whole index in order instead of the few rows of another
		}
		o.Expr.print(p)
		if o.Desc {
			p.s(" DESC NULLS LAST")
		} else {
			p.s(" NULLS FIRST")
		}
	}
}

func (t Table) printSource(p *printer) { p.s(Quote(t.Name), " AS ", Quote(t.Alias)) }

func (s Sub) printSource(p *printer) {
	p.s("(")
	s.Select.print(p)
	p.s(") AS ", Quote(s.Alias))
}

func (u Unnest) printSource(p *printer) {
	if p.dialect == SQLite {
		p.s(`(SELECT "value", "key" + 1 AS "position" FROM json_each(`)
		p.jsonList(u.List)
		p.s(")) AS ", Quote(u.Alias))
		return
	}
	p.s("unnest(")
	u.List.print(p)
	p.s(") WITH ORDINALITY AS ", Quote(u.Alias), `("value", "position")`)
}

// jsonList prints an Int64List parameter as the JSON text that SQLite reads lists from.
func (p *printer) jsonList(list Param) {
	ids, _ := list.Value.([]int64)
	text := append(make([]byte, 0, 8*len(ids)+2), '[')
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	Param{string(append(text, ']')), Text}.print(p)
}

func (j Join) printSource(p *printer) {
	j.Left.printSource(p)
	switch {
	case j.On == nil:
		p.s(" CROSS JOIN ")
	case j.Outer:
		p.s(" LEFT JOIN ")
	default:
		p.s(" JOIN ")
	}
	j.Right.printSource(p)
	if j.On != nil {
		p.s(" ON ")
		j.On.print(p)
	}
}

func (c Col) print(p *printer) {
	if c.Table != "" {
		p.s(Quote(c.Table), ".")
	}
	p.s(Quote(c.Name))
}

func (r RowID) print(p *printer) { p.s(Quote(r.Table), ".rowid") }

func (s Star) print(p *printer) {
	if s.Table != "" {
		p.s(Quote(s.Table), ".")
	}
	p.s("*")
}

func (i Int) print(p *printer) { p.s(strconv.FormatInt(int64(i), 10)) }

func (v Param) print(p *printer) {
	value := v.Value
	if late, ok := value.(*Late); ok {
		value = late.Value
	}
	p.s("CAST(")
	switch n, whole := value.(int64); {
	case p.dialect == DuckDB && whole: // DuckDB plans a statement twice that has parameters
		p.s(strconv.FormatInt(n, 10))
	case p.dialect == DuckDB && value == nil:
		p.s("NULL")
	default:
		p.params = append(p.params, value)
		p.s(p.placeholder())
	}
	p.s(" AS ", p.dialect.typeName(v.Type), ")")
}

func (p *printer) placeholder() string {
	if p.dialect == SQLite {
		return fmt.Sprintf("?%d", len(p.params))
	}
	return fmt.Sprintf("$%d", len(p.params))
}

func (d Dialect) typeName(t Type) string {
	switch t {
	case Bool:
		return "boolean"
	case Int32:
		return "integer"
	case Int64:
		return "bigint"
	case Double:
		if d == Postgres {
			return "double precision"
		}
		return "double"
	case Text:
		return "text"
	case Timestamp:
		return "timestamp"
	case Date:
		return "date"
	case Time:
		return "time"
	case UUID:
		return "uuid"
	case Int64List:
		return "bigint[]"
	case Int32List:
		return "integer[]"
	case Huge:
		if d == DuckDB {
			return "hugeint"
		}
		return "numeric"
	case Exact:
		return "decimal(38, 9)"
	}
	return "text"
}

func (b Binary) print(p *printer) {
	p.s("(")
	b.Left.print(p)
	p.s(" ", string(b.Op), " ")
	b.Right.print(p)
	p.s(")")
}

func (a All) print(p *printer) { p.chain(a, " AND ", "true") }
func (a Any) print(p *printer) { p.chain(a, " OR ", "false") }

func (p *printer) chain(items []Expr, op, empty string) {
	switch len(items) {
	case 0:
		p.s(empty)
		return
	case 1:
		items[0].print(p)
		return
	}
	p.s("(")
	for i, e := range items {
		if i > 0 {
			p.s(op)
		}
		e.print(p)
	}
	p.s(")")
}

func (n Not) print(p *printer) { p.s("(NOT "); n.X.print(p); p.s(")") }

func (n IsNull) print(p *printer) { p.s("("); n.X.print(p); p.s(" IS NULL)") }

func (n IsTrue) print(p *printer) { p.s("("); n.X.print(p); p.s(" IS TRUE)") }

func (c Case) print(p *printer) {
	p.s("CASE")
	for _, w := range c.When {
		p.s(" WHEN ")
		w.If.print(p)
		p.s(" THEN ")
		w.Then.print(p)
	}
	if c.Else != nil {
		p.s(" ELSE ")
		c.Else.print(p)
	}
	p.s(" END")
}

func (c Cast) print(p *printer) {
	p.s("CAST(")
	c.X.print(p)
	p.s(" AS ", p.dialect.typeName(c.To), ")")
}

func (e Exists) print(p *printer) { p.s("EXISTS ("); e.Select.print(p); p.s(")") }

func (e Scalar) print(p *printer) { p.s("("); e.Select.print(p); p.s(")") }

func (e In) print(p *printer) {
	if len(e.List) == 0 {
		p.s("false")
		return
	}
	p.s("(")
	e.X.print(p)
	p.s(" IN (")
	p.list(e.List)
	p.s("))")
}

func (e InSelect) print(p *printer) {
	p.s("(")
	e.X.print(p)
	p.s(" IN (")
	e.Select.print(p)
	p.s("))")
}

func (e InArray) print(p *printer) {
	p.s("(")
	e.X.print(p)
	switch p.dialect {
	case SQLite:
		p.s(` IN (SELECT "value" FROM json_each(`)
		p.jsonList(e.List)
		p.s("))")
	case DuckDB: // the condition makes it look for the values while it scans, twice as fast as joining what it read
		p.s(` IN (SELECT "value" FROM (SELECT unnest(`)
		e.List.print(p)
		p.s(`) AS "value") AS "list" WHERE "value" IS NOT NULL)`)
	default:
		p.s(" IN (SELECT unnest(")
		e.List.print(p)
		p.s("))")
	}
	p.s(")")
}

func (m Member) print(p *printer) {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' {
			return r
		}
		return -1
	}, m.Name)
	p.cast(m.Type, func() {
		if p.dialect == SQLite {
			p.s("(")
			m.X.print(p)
			p.s(" ->> '$.\"", name, "\"')")
			return
		}
		p.s("(CAST(")
		m.X.print(p)
		p.s(" AS json) ->> '", name, "')")
	})
}

func (w Window) print(p *printer) {
	var to Type
	if a, ok := w.Func.(Aggregate); ok {
		to = a.result()
	}
	p.cast(to, func() { w.bare(p) })
}

func (w Window) bare(p *printer) {
	if a, ok := w.Func.(Aggregate); ok {
		a.bare(p)
	} else {
		w.Func.print(p)
	}
	p.s(" OVER (")
	for i, e := range w.PartitionBy {
		p.s([]string{"PARTITION BY ", ", "}[min(i, 1)])
		e.print(p)
	}
	p.orderBy(w.OrderBy)
	switch {
	case w.Running && w.Before:
		p.s(" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING")
	case w.Running:
		p.s(" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW")
	}
	p.s(")")
}
