package wiql

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads a statement. Errors are of type *Error.
func Parse(text string) (*Query, error) {
	if utf8.RuneCountInString(text) > MaxLength {
		return nil, errorAt(text, 0, len(text), "The statement has more than "+strconv.Itoa(MaxLength)+" characters.")
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, errorAt("", 0, 0, "The statement is no UTF-8 text.")
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{text: text, tokens: tokens}
	return p.query()
}

type parser struct {
	text   string
	tokens []token
	at     int
	depth  int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != endToken {
		p.at++
	}
	return t
}

// keyword takes words that follow each other.
func (p *parser) keyword(words ...string) bool {
	for i, w := range words {
		if p.at+i >= len(p.tokens) || !p.tokens[p.at+i].is(w) {
			return false
		}
	}
	p.at += len(words)
	return true
}

func (p *parser) sign(text string) bool {
	if t := p.peek(); t.kind == signToken && t.text == text {
		p.at++
		return true
	}
	return false
}

// fail blames the next token.
func (p *parser) fail(message string) error {
	t := p.peek()
	return errorAt(p.text, t.pos, t.end, message)
}

func (p *parser) query() (q *Query, err error) {
	q = &Query{}
	if !p.keyword("SELECT") {
		return nil, p.fail("Expecting SELECT.")
	}
	if q.Columns, err = p.columns(); err != nil {
		return nil, err
	}
	if !p.keyword("FROM") {
		t := p.tokens[0]
		return nil, errorAt(p.text, t.pos, t.end, "TF51006: The query statement is missing a FROM clause.")
	}
	switch {
	case p.keyword("WorkItems"):
	case p.keyword("WorkItemLinks"):
		q.Links = true
	default:
		return nil, p.fail("Expecting WorkItems or WorkItemLinks.")
	}
	if p.keyword("WHERE") {
		if q.Where, err = p.or(); err != nil {
			return nil, err
		}
	}
	return q, p.tail(q)
}

// columns reads the list behind SELECT.
func (p *parser) columns() (list []Field, err error) {
	if t := p.peek(); p.sign("*") {
		return []Field{{Name: "*", Pos: t.pos}}, nil
	}
	for {
		f, err := p.field()
		if err != nil {
			return nil, err
		}
		if list = append(list, f); !p.sign(",") {
			return list, nil
		}
	}
}

// tail reads the clauses behind WHERE; clients write ASOF in front of and behind ORDER BY.
func (p *parser) tail(q *Query) (err error) {
	seen := map[string]bool{}
	for p.peek().kind != endToken {
		clause := strings.ToUpper(p.peek().text)
		if seen[clause] {
			return p.fail("The clause is there twice.")
		}
		seen[clause] = true
		switch {
		case p.keyword("ORDER", "BY"):
			q.OrderBy, err = p.order()
		case p.keyword("ASOF"):
			var v Value
			v, err = p.value()
			q.AsOf = &v
		case q.Links && p.keyword("MODE"):
			q.Mode, err = p.mode()
		default:
			err = p.fail("Expecting end of string.")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) order() (list []Order, err error) {
	for {
		o := Order{}
		if o.Field, err = p.field(); err != nil {
			return nil, err
		}
		if !p.keyword("ASC") {
			o.Desc = p.keyword("DESC")
		}
		if list = append(list, o); !p.sign(",") {
			return list, nil
		}
	}
}

func (p *parser) mode() (Mode, error) {
	if !p.sign("(") {
		return 0, p.fail("Expecting a parenthesis behind MODE.")
	}
	var words []string
	for {
		t := p.peek()
		if t.kind != wordToken {
			return 0, p.fail("Expecting a mode.")
		}
		p.at++
		if words = append(words, strings.ToLower(t.text)); !p.sign(",") {
			break
		}
	}
	slices.Sort(words)
	m, ok := map[string]Mode{"mustcontain": MustContain, "maycontain": MayContain, "doesnotcontain": DoesNotContain, "recursive": Recursive,
		"recursive returnmatchingchildren": ReturnMatchingChildren}[strings.Join(words, " ")]
	if !ok {
		p.at--
		return 0, p.fail("Expecting one of the modes MustContain, MayContain, DoesNotContain, Recursive, or Recursive with ReturnMatchingChildren.")
	}
	if !p.sign(")") {
		return 0, p.fail("Expecting a closing parenthesis.")
	}
	return m, nil
}

// field reads a field, with the side of the link it belongs to.
func (p *parser) field() (Field, error) {
	t := p.peek()
	switch t.kind {
	case nameToken:
		p.at++
		side := sideOf(t.text)
		if side != NoSide && p.sign(".") {
			name := p.peek()
			if name.kind != nameToken && name.kind != wordToken || name.text == "" {
				return Field{}, p.fail("Expecting a field name.")
			}
			p.at++
			return Field{name.text, side, t.pos}, nil
		}
		if t.text == "" {
			break
		}
		return Field{t.text, NoSide, t.pos}, nil
	case wordToken:
		if reserved(t.text) {
			break
		}
		p.at++
		if prefix, name, ok := strings.Cut(t.text, "."); ok && sideOf(prefix) != NoSide {
			if name != "" {
				return Field{name, sideOf(prefix), t.pos}, nil
			}
			if name := p.peek(); name.kind == nameToken && name.text != "" { // Source.[System.Id]
				p.at++
				return Field{name.text, sideOf(prefix), t.pos}, nil
			}
		}
		return Field{t.text, NoSide, t.pos}, nil
	}
	return Field{}, errorAt(p.text, t.pos, t.end, "Expecting a field name.")
}

func sideOf(prefix string) Side {
	switch strings.ToLower(prefix) {
	case "source":
		return Source
	case "target":
		return Target
	}
	return NoSide
}

func reserved(word string) bool {
	switch strings.ToUpper(word) {
	case "SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "ORDER", "BY", "ASOF", "MODE", "IN", "UNDER", "CONTAINS", "EVER", "IS", "ASC", "DESC":
		return true
	}
	return false
}

func (p *parser) or() (Expr, error) {
	return p.chain("OR", p.and, func(list []Expr) Expr { return Or(list) })
}

func (p *parser) and() (Expr, error) {
	return p.chain("AND", p.unary, func(list []Expr) Expr { return And(list) })
}

func (p *parser) chain(word string, part func() (Expr, error), join func([]Expr) Expr) (Expr, error) {
	var list []Expr
	for {
		x, err := part()
		if err != nil {
			return nil, err
		}
		if list = append(list, x); !p.keyword(word) {
			break
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return join(list), nil
}

func (p *parser) unary() (x Expr, err error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("The conditions are nested too deeply.")
	}
	defer func() { p.depth-- }()
	switch {
	case p.keyword("NOT"):
		if x, err = p.unary(); err != nil {
			return nil, err
		}
		return Not{x}, nil
	case p.sign("("):
		if x, err = p.or(); err != nil {
			return nil, err
		}
		if !p.sign(")") {
			return nil, p.fail("Expecting a closing parenthesis.")
		}
		return x, nil
	}
	return p.condition()
}

// comparison is the operator that a token spells in signs.
func (t token) comparison() (Op, bool) {
	i := slices.Index(spellings[:GreaterEqual+1], t.text)
	return Op(max(i, 0)), i >= 0 && t.kind == signToken
}

func (p *parser) condition() (Expr, error) {
	c := &Condition{Ever: p.keyword("EVER")}
	var err error
	if c.Field, err = p.field(); err != nil {
		return nil, err
	}
	if p.keyword("WAS", "EVER") || p.keyword("EVER") {
		c.Ever = true
	} else if c.Not = p.keyword("NOT"); c.Not && !slices.ContainsFunc([]string{"IN", "UNDER", "CONTAINS"}, p.peek().is) {
		return nil, p.fail("Expecting IN, UNDER or CONTAINS behind NOT.")
	}
	t := p.peek()
	op, comparison := t.comparison()
	switch {
	case comparison:
		p.at++
		c.Op = op
	case c.Ever: // [System.State] EVER 'Active'
	case p.keyword("IN", "GROUP"):
		c.Op = InGroup
	case p.keyword("IN"):
		c.Op = In
		return c, p.list(c)
	case p.keyword("UNDER"):
		c.Op = Under
	case p.keyword("CONTAINS", "WORDS"):
		c.Op = ContainsWords
	case p.keyword("CONTAINS"):
		c.Op = Contains
	case p.keyword("IS", "EMPTY"):
		c.Op = IsEmpty
		return c, nil
	case p.keyword("IS", "NOT", "EMPTY"):
		c.Op, c.Not = IsEmpty, true
		return c, nil
	default:
		return nil, p.fail("Expecting a comparison operator.")
	}
	if c.Ever && c.Op != Equal {
		return nil, errorAt(p.text, t.pos, t.end, "EVER compares with = only.")
	}
	v, err := p.value()
	c.Values = []Value{v}
	return c, err
}

// list reads the values of IN.
func (p *parser) list(c *Condition) error {
	if !p.sign("(") {
		return p.fail("Expecting a list of values in parentheses.")
	}
	for {
		v, err := p.value()
		if err != nil {
			return err
		}
		if c.Values = append(c.Values, v); !p.sign(",") {
			break
		}
	}
	if !p.sign(")") {
		return p.fail("Expecting a closing parenthesis.")
	}
	return nil
}

func (p *parser) value() (Value, error) {
	t := p.peek()
	v := Value{Text: t.text, Pos: t.pos}
	switch {
	case t.kind == stringToken:
		p.at++
		return v, nil
	case t.kind == numberToken, t.kind == signToken && (t.text == "-" || t.text == "+"):
		n, err := p.number()
		n.Pos = t.pos
		return n, err
	case t.kind == macroToken:
		return p.macro()
	case t.is("true"), t.is("false"):
		p.at++
		v.Kind, v.Text = Bool, strings.ToLower(t.text)
		return v, nil
	case t.kind == nameToken && strings.EqualFold(t.text, "any"):
		p.at++
		v.Kind, v.Text = Macro, "any"
		return v, nil
	case t.kind == nameToken, t.kind == wordToken && !reserved(t.text):
		f, err := p.field()
		return Value{Kind: FieldValue, Field: f, Pos: t.pos}, err
	}
	return v, p.fail("Expecting a value.")
}

// number reads a number with its sign.
func (p *parser) number() (Value, error) {
	v := Value{Kind: Number}
	if p.sign("-") {
		v.Text = "-"
	} else {
		p.sign("+")
	}
	t := p.peek()
	if t.kind != numberToken {
		return v, p.fail("Expecting a number.")
	}
	if _, err := strconv.ParseFloat(t.text, 64); err != nil {
		return v, p.fail("Expecting a number.")
	}
	p.at++
	v.Text += t.text
	return v, nil
}

// macro reads a macro with arguments and offset.
func (p *parser) macro() (v Value, err error) {
	t := p.take()
	v = Value{Kind: Macro, Text: strings.ToLower(t.text), Pos: t.pos}
	if p.sign("(") {
		for {
			arg := p.peek()
			switch arg.kind {
			case stringToken:
				p.at++
				v.Args = append(v.Args, arg.text)
			default:
				return v, p.fail("Expecting an argument in quotes.")
			}
			if !p.sign(",") {
				break
			}
		}
		if !p.sign(")") {
			return v, p.fail("Expecting a closing parenthesis.")
		}
	}
	if s := p.peek(); s.kind == signToken && (s.text == "+" || s.text == "-") {
		n, err := p.number()
		if err != nil {
			return v, err
		}
		if v.Offset, err = strconv.Atoi(n.Text); err != nil || v.Offset > maxOffset || v.Offset < -maxOffset {
			return v, errorAt(p.text, s.pos, p.tokens[p.at-1].end, "Expecting a whole number of days or periods.")
		}
	}
	return v, nil
}

// maxOffset keeps dates within what can be represented.
const maxOffset = 100_000
