package wiql

import (
	"strconv"
	"strings"
)

// String is the statement in the spelling of this package; parsed again it gives the same tree.
func (q *Query) String() string {
	p := &printer{}
	p.s("SELECT ")
	for i, f := range q.Columns {
		if i > 0 {
			p.s(", ")
		}
		if f.Name == "*" {
			p.s("*")
		} else {
			p.field(f)
		}
	}
	p.s(" FROM ", map[bool]string{false: "WorkItems", true: "WorkItemLinks"}[q.Links])
	if q.Where != nil {
		p.s(" WHERE ")
		q.Where.print(p, bindsNothing)
	}
	for i, o := range q.OrderBy {
		p.s([]string{" ORDER BY ", ", "}[min(i, 1)])
		p.field(o.Field)
		if o.Desc {
			p.s(" DESC")
		}
	}
	if q.AsOf != nil {
		p.s(" ASOF ")
		p.value(*q.AsOf)
	}
	if q.Links {
		p.s(" MODE (", [...]string{"MustContain", "MayContain", "DoesNotContain", "Recursive", "Recursive, ReturnMatchingChildren"}[q.Mode], ")")
	}
	return p.b.String()
}

// How strongly the place of an expression binds.
const (
	bindsNothing = iota
	bindsOr
	bindsAnd
	bindsNot
)

type printer struct{ b strings.Builder }

func (p *printer) s(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

func (p *printer) field(f Field) {
	p.s([...]string{"", "[Source].", "[Target]."}[f.Side], "[", f.Name, "]")
}

func (p *printer) quoted(text string) { p.s("'", strings.ReplaceAll(text, "'", "''"), "'") }

// String is the value as it is written.
func (v Value) String() string {
	p := &printer{}
	p.value(v)
	return p.b.String()
}

func (p *printer) value(v Value) {
	switch v.Kind {
	case String:
		p.quoted(v.Text)
	case Number, Bool:
		p.s(v.Text)
	case FieldValue:
		p.field(v.Field)
	case Macro:
		p.s("@", v.Text)
		for i, arg := range v.Args {
			p.s([]string{"(", ", "}[min(i, 1)])
			p.quoted(arg)
		}
		if len(v.Args) > 0 {
			p.s(")")
		}
		switch {
		case v.Offset > 0:
			p.s(" + ", strconv.Itoa(v.Offset))
		case v.Offset < 0:
			p.s(" - ", strconv.Itoa(-v.Offset))
		}
	}
}

func (p *printer) chain(list []Expr, word string, binding, outer int) {
	if outer >= binding {
		p.s("(")
		defer p.s(")")
	}
	for i, x := range list {
		if i > 0 {
			p.s(" ", word, " ")
		}
		x.print(p, binding)
	}
}

func (x And) print(p *printer, outer int) { p.chain(x, "AND", bindsAnd, outer) }
func (x Or) print(p *printer, outer int)  { p.chain(x, "OR", bindsOr, outer) }

func (x Not) print(p *printer, _ int) {
	p.s("NOT ")
	x.X.print(p, bindsNot)
}

func (c *Condition) print(p *printer, _ int) {
	p.field(c.Field)
	switch {
	case c.Ever:
		p.s(" EVER ")
	case c.Op == IsEmpty && c.Not:
		p.s(" IS NOT EMPTY")
	case c.Not:
		p.s(" NOT ", c.Op.String(), " ")
	case c.Op == IsEmpty:
		p.s(" IS EMPTY")
	default:
		p.s(" ", c.Op.String(), " ")
	}
	switch {
	case c.Op == In:
		p.s("(")
		for i, v := range c.Values {
			if i > 0 {
				p.s(", ")
			}
			p.value(v)
		}
		p.s(")")
	case c.Op != IsEmpty:
		p.value(c.Values[0])
	}
}
