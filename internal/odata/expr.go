package odata

import "strings"

// ParseExpr reads a single expression, as $filter holds one. Errors are of type *Error.
func ParseExpr(text string) (Expr, error) {
	p := newParser("", text, 0)
	expr := p.expr()
	if err := p.finish(); err != nil {
		return nil, err
	}
	return expr, nil
}

// Precedences, from the loosest binding to the tightest. has and in bind tighter than arithmetic and not, as the
// standard wants it: not State in ('New') negates the membership.
const (
	precOr = iota + 1
	precAnd
	precEquality
	precRelation
	precSum
	precProduct
	precUnary
	precMember // has, in
	precPrimary
)

// precedence is that of a binary operator in lower case, 0 for anything else.
func precedence(op string) int {
	switch op {
	case "or":
		return precOr
	case "and":
		return precAnd
	case "eq", "ne":
		return precEquality
	case "gt", "ge", "lt", "le":
		return precRelation
	case "add", "sub":
		return precSum
	case "mul", "div", "divby", "mod":
		return precProduct
	case "has":
		return precMember
	}
	return 0
}

func (p *parser) expr() Expr {
	p.enter()
	defer p.leave()
	return p.operators(p.unary(), precOr)
}

// operators consumes binary operators that bind at least as tightly as lowest, with their right sides. Equal ones
// associate to the left.
func (p *parser) operators(left Expr, lowest int) Expr {
	for {
		op, pos := p.operator(), p.tok.pos
		prec := precedence(op)
		if prec < lowest || prec == precMember {
			return left
		}
		p.node()
		p.next()
		right := p.operators(p.unary(), prec+1)
		left = &Binary{Op: op, Left: left, Right: right, Pos: pos}
	}
}

// operator is the current word in lower case when it may be an operator, otherwise empty.
func (p *parser) operator() string {
	const longest = len("divby")
	if p.tok.kind != tokName || p.tok.end-p.tok.pos > longest {
		return ""
	}
	return strings.ToLower(p.text())
}

// unary reads "not x" and "-x". A minus sign that touches a number belongs to the number.
func (p *parser) unary() Expr {
	op, pos := "not", p.tok.pos
	switch {
	case p.isWord("not"):
		p.next()
	case p.is('-'):
		p.next()
		if number := p.negative(pos); number != nil {
			return p.members(number)
		}
		op = "-"
	default:
		return p.members(p.primary())
	}
	p.enter()
	defer p.leave()
	p.node()
	return &Unary{Op: op, X: p.unary(), Pos: pos}
}

// negative reads what follows a minus sign at pos when both together are a literal.
func (p *parser) negative(pos int) Expr {
	if p.tok.gap || p.err != nil {
		return nil
	}
	var literal *Literal
	text := p.src[pos:p.tok.end]
	switch {
	case p.tok.kind == tokWord:
		literal, _ = numberLiteral(text)
	case text == "-INF":
		literal = namedLiteral("INF")
		literal.Value = -literal.Value.(float64)
	case strings.HasPrefix(text, "-P"):
		if d, ok := parseDuration(text); ok {
			literal = &Literal{Kind: DurationLit, Value: d}
		}
	}
	if literal == nil {
		return nil
	}
	p.node()
	p.next()
	literal.Text, literal.Pos = text, pos
	return literal
}

// members consumes has and in after their left side.
func (p *parser) members(left Expr) Expr {
	for {
		pos := p.tok.pos
		switch p.operator() {
		case "has":
			p.node()
			p.next()
			left = &Binary{Op: "has", Left: left, Right: p.primary(), Pos: pos}
		case "in":
			p.node()
			p.next()
			left = p.in(left, pos)
		default:
			return left
		}
	}
}

func (p *parser) in(x Expr, pos int) Expr {
	in := &In{X: x, Pos: pos}
	if p.tok.kind == tokAt {
		in.From = p.alias()
		return in
	}
	p.expect('(', ", the start of a list, or an alias")
	in.List = p.list()
	p.expect(')', " or ','")
	return in
}

// list reads expressions separated by commas, at least one.
func (p *parser) list() []Expr {
	items := []Expr{p.expr()}
	for p.accept(',') {
		items = append(items, p.expr())
	}
	return items
}

// aliasValue reads the value of a parameter alias: an expression or a list. One expression in parentheses is a list
// too, so that @ids=(5) may stand after in; who wants a single value unwraps it.
func (p *parser) aliasValue() Expr {
	pos := p.tok.pos
	if !p.accept('(') {
		return p.expr()
	}
	items := p.list()
	p.expect(')', " or ','")
	if p.tok.kind == tokEnd || len(items) != 1 {
		p.node()
		return &List{Items: items, Pos: pos}
	}
	return p.operators(p.members(items[0]), precOr)
}
