package odata

import (
	"slices"
	"strings"
)

// functions are the functions whose letter case is normalized: those of OData and those Analytics adds. Whether a
// function exists at all is for others to know.
var functions = []string{
	"cast", "ceiling", "concat", "contains", "date", "day", "endswith", "floor", "fractionalseconds", "hour", "iif",
	"indexof", "isof", "length", "matchespattern", "maxdatetime", "mindatetime", "minute", "month", "now",
	"percentile_cont", "round", "second", "startswith", "substring", "time", "tolower", "totaloffsetminutes",
	"totalseconds", "toupper", "trim", "year",
}

// primary reads an operand: a literal, a path, a call, an alias or an expression in parentheses.
func (p *parser) primary() Expr {
	switch p.tok.kind {
	case tokWord:
		return p.literal(wordLiteral(p.text()))
	case tokString:
		return p.literal(&Literal{Kind: StringLit, Value: unquote(p.text())}, "")
	case tokAt:
		return p.segments(p.alias())
	case tokName:
		return p.named()
	case tokDollar:
		if root := p.root(); root != nil {
			return p.segments(root)
		}
	case tokPunct:
		if p.accept('(') {
			x := p.expr()
			if p.is(',') {
				p.syntax(p.tok.pos, "expected ')' or an operator; found ','; a list stands only after in")
			}
			p.expect(')', " or an operator")
			return x
		}
	}
	p.unexpected("a value, a property or '('")
	return nil
}

// literal finishes the literal that the current token is; why is the reason when it is none.
func (p *parser) literal(literal *Literal, why string) Expr {
	if literal == nil {
		p.syntax(p.tok.pos, why)
		return nil
	}
	p.node()
	literal.Text, literal.Pos = p.text(), p.tok.pos
	p.next()
	return literal
}

func (p *parser) alias() *Alias {
	p.node()
	alias := &Alias{Name: p.text(), Pos: p.tok.pos}
	p.next()
	return alias
}

// root reads $it, $root or $this.
func (p *parser) root() Expr {
	var root Expr
	switch strings.ToLower(p.text()) {
	case "$it":
		root = &It{Pos: p.tok.pos}
	case "$root":
		root = &Root{Pos: p.tok.pos}
	case "$this":
		root = &This{Pos: p.tok.pos}
	default:
		return nil
	}
	p.node()
	p.next()
	return root
}

// named reads what begins with a name: a literal, a call, a type or a path.
func (p *parser) named() Expr {
	t, text := p.tok, p.text()
	if literal := namedLiteral(text); literal != nil {
		return p.literal(literal, "")
	}
	p.next()
	switch {
	case p.tok.kind == tokString && !p.tok.gap:
		literal, why := prefixedLiteral(text, p.text())
		if literal == nil {
			p.syntax(t.pos, why)
			return nil
		}
		p.node()
		literal.Text, literal.Pos = p.src[t.pos:p.tok.end], t.pos
		p.next()
		return literal
	case p.is('(') && isLambda(text):
		p.syntax(t.pos, text+" needs the path of a collection before it, as in Tags/"+text+"(t:...)")
		return nil
	case p.is('('):
		return p.segments(p.call(nil, text, t.pos))
	case t.dotted && !p.is('/'):
		p.node()
		return &TypeName{Name: text, Pos: t.pos}
	}
	return p.segments(p.segment(nil, t, text))
}

// segment is a name in a path as a node: a property or navigation, or a type.
func (p *parser) segment(source Expr, t token, text string) Expr {
	p.node()
	if t.dotted {
		return &Cast{Source: source, Type: text, Pos: t.pos}
	}
	return &Member{Source: source, Name: text, Pos: t.pos}
}

// segments consumes the rest of a path after its first segment.
func (p *parser) segments(source Expr) Expr {
	for length := 1; p.slash(); length++ {
		if length > MaxDepth {
			p.tooDeep()
			return nil
		}
		t, text := p.tok, p.text()
		if t.kind == tokDollar && strings.EqualFold(text, "$count") {
			return p.count(source)
		}
		if t.kind != tokName {
			p.unexpected("a property, any, all or $count")
			return nil
		}
		p.next()
		switch {
		case !p.is('('):
			source = p.segment(source, t, text)
		case isLambda(text):
			return p.lambda(source, t, text)
		default:
			source = p.call(source, text, t.pos)
		}
	}
	return source
}

// slash consumes the slash between two segments. Blanks around it are refused: in $apply a slash between blanks
// separates transformations, and nobody writes paths that way.
func (p *parser) slash() bool {
	if !p.is('/') {
		return false
	}
	pos, gap := p.tok.pos, p.tok.gap
	p.next()
	if gap || p.tok.gap && p.tok.kind != tokEnd {
		p.syntax(pos, "a path has no blanks around '/'")
		return false
	}
	return true
}

func isLambda(text string) bool {
	return strings.EqualFold(text, "any") || strings.EqualFold(text, "all")
}

// call reads the parenthesized arguments of a function.
func (p *parser) call(source Expr, text string, pos int) Expr {
	p.node()
	call := &Call{Source: source, Name: text, Pos: pos}
	if lower := strings.ToLower(text); slices.Contains(functions, lower) {
		call.Name = lower
	}
	p.next()
	if p.accept(')') {
		return call
	}
	call.Args = p.list()
	p.expect(')', ", ',' or an operator")
	return call
}

// lambda reads the parentheses of any and all.
func (p *parser) lambda(source Expr, t token, text string) Expr {
	p.node()
	lambda := &Lambda{Source: source, All: strings.EqualFold(text, "all"), Pos: t.pos}
	p.next()
	if !lambda.All && p.accept(')') {
		return lambda
	}
	lambda.Var = p.name("the variable of " + text)
	p.expect(':', " after the variable of "+text)
	lambda.Body = p.expr()
	p.expect(')', " or an operator")
	return lambda
}

// count reads $count with its optional filter.
func (p *parser) count(source Expr) Expr {
	p.node()
	count := &Count{Source: source, Pos: p.tok.pos}
	p.next()
	if !p.accept('(') {
		return count
	}
	if p.tok.kind != tokDollar || !strings.EqualFold(p.text(), "$filter") {
		p.unexpected("$filter")
	}
	p.next()
	p.expect('=', "")
	count.Filter = p.expr()
	p.expect(')', " or an operator")
	return count
}

// navigation reads a path of plain names, as $select and $expand have them; p stands on its first name.
// It stops before a slash that $count or $ref follows and reports whether it consumed that slash.
func (p *parser) navigation(expected string) (path Expr, slash bool) {
	for length := 1; ; length++ {
		if slash && p.tok.kind == tokDollar {
			return path, true
		}
		if length > MaxDepth {
			p.tooDeep()
			return nil, false
		}
		pos := p.tok.pos
		text := p.name(expected)
		p.node()
		path = &Member{Source: path, Name: text, Pos: pos}
		if slash = p.slash(); !slash {
			return path, false
		}
	}
}
