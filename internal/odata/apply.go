package odata

import "strings"

// ParseApply reads the value of $apply: transformations joined by slashes. Errors are of type *Error.
func ParseApply(text string) ([]Transformation, error) {
	p := newParser("$apply", text, 0)
	steps := p.steps()
	if err := p.finish(); err != nil {
		return nil, err
	}
	return steps, nil
}

var transformations = []string{
	"filter", "groupby", "aggregate", "compute", "expand", "concat", "identity", "search", "orderby", "top", "skip",
	"topcount", "topsum", "toppercent", "bottomcount", "bottomsum", "bottompercent",
}

func (p *parser) steps() []Transformation {
	p.enter()
	defer p.leave()
	var steps []Transformation
	for more := true; more; more = p.accept('/') {
		steps = append(steps, p.step())
	}
	return steps
}

// step reads one transformation. Its name may be in any letter case.
func (p *parser) step() Transformation {
	const expected = "a transformation such as filter, groupby or aggregate"
	pos, text := p.tok.pos, p.text()
	if p.tok.kind != tokName {
		p.unexpected(expected)
		return nil
	}
	p.node()
	method := strings.ToLower(text)
	read := p.transformation(method)
	switch {
	case method == "identity":
		p.next()
		return &Identity{Pos: pos}
	case read == nil:
		p.syntax(pos, "expected "+expected+"; found '"+text+"'"+didYouMean(text, transformations))
		return nil
	}
	p.next()
	p.expect('(', " after "+method)
	step := read(pos)
	p.expect(')', " or ','")
	return step
}

// transformation is how to read what stands between the parentheses of method, nil when there is no such method.
func (p *parser) transformation(method string) func(pos int) Transformation {
	switch method {
	case "filter":
		return func(pos int) Transformation { return &FilterBy{Expr: p.expr(), Pos: pos} }
	case "groupby":
		return p.groupBy
	case "aggregate":
		return p.aggregate
	case "compute":
		return func(pos int) Transformation { return &ComputeBy{Items: p.computeItems(), Pos: pos} }
	case "expand":
		return p.expandBy
	case "concat":
		return p.concat
	case "search":
		return func(pos int) Transformation { return &SearchBy{Text: p.searchText(), Pos: pos} }
	case "orderby":
		return func(pos int) Transformation { return &SortBy{Items: p.orderItems(), Pos: pos} }
	case "top":
		return func(pos int) Transformation { return &TopBy{N: p.whole(), Pos: pos} }
	case "skip":
		return func(pos int) Transformation { return &SkipBy{N: p.whole(), Pos: pos} }
	case "topcount", "topsum", "toppercent", "bottomcount", "bottomsum", "bottompercent":
		return func(pos int) Transformation {
			ranked := &Ranked{Method: method, N: p.expr(), Pos: pos}
			p.expect(',', " and what to rank by")
			ranked.By = p.expr()
			return ranked
		}
	}
	return nil
}

// whole reads a non-negative integer.
func (p *parser) whole() int64 {
	if p.tok.kind == tokWord {
		if n, ok := naturalNumber(p.text()); ok {
			p.next()
			return n
		}
	}
	p.unexpected("a non-negative integer")
	return 0
}

func (p *parser) groupBy(pos int) Transformation {
	group := &GroupBy{Pos: pos}
	p.expect('(', ": the members of groupby have parentheses of their own, as in groupby((State))")
	group.Members = p.groupMembers()
	p.expect(')', " or ','")
	if p.accept(',') {
		group.Apply = p.steps()
	}
	return group
}

func (p *parser) groupMembers() []GroupMember {
	var members []GroupMember
	for more := true; more; more = p.accept(',') {
		member, rollup := p.groupMember()
		if rollup {
			member.Rollup = p.rollupMembers()
		}
		members = append(members, member)
	}
	return members
}

// groupMember reads an expression, or consumes the word rollup and reports that.
func (p *parser) groupMember() (member GroupMember, rollup bool) {
	if !p.isWord("rollup") {
		return GroupMember{Expr: p.expr()}, false
	}
	ahead := p.lexer
	if next := ahead.scan(); next.kind != tokPunct || ahead.src[next.pos] != '(' {
		return GroupMember{Expr: p.expr()}, false
	}
	p.next()
	return GroupMember{}, true
}

func (p *parser) rollupMembers() []GroupMember {
	p.expect('(', " after rollup")
	var members []GroupMember
	if p.tok.kind == tokDollar && strings.EqualFold(p.text(), "$all") {
		p.next()
		members = append(members, GroupMember{All: true})
	}
	for len(members) == 0 || p.accept(',') {
		members = append(members, GroupMember{Expr: p.expr()})
	}
	p.expect(')', " or ','")
	return members
}

func (p *parser) aggregate(pos int) Transformation {
	aggregate := &Aggregate{Pos: pos}
	for more := true; more; more = p.accept(',') {
		aggregate.Items = append(aggregate.Items, p.aggregateItem())
	}
	return aggregate
}

func (p *parser) aggregateItem() AggregateItem {
	p.node()
	item := AggregateItem{Pos: p.tok.pos}
	if p.tok.kind == tokDollar && strings.EqualFold(p.text(), "$count") {
		p.next()
		item.Count = true
		item.As, _ = p.as("")
		return item
	}
	item.Expr = p.expr()
	if p.acceptWord("with") {
		item.Method = p.method()
	} else if count, ok := item.Expr.(*Count); ok && count.Filter == nil {
		item.Expr, item.Count = count.Source, true
	}
	if p.isWord("from") {
		item.From = true
		item.FromText = p.fromText()
	}
	if item.Method != "" || item.Count || item.From || p.isWord("as") {
		item.As, _ = p.as("")
	}
	return item
}

// method reads the name after with; custom methods have dots.
func (p *parser) method() string {
	text := p.text()
	if p.tok.kind != tokName {
		p.unexpected("a method such as sum after 'with'")
		return ""
	}
	p.next()
	return text
}

// fromText consumes "from path with method", which may repeat, and returns it without the first from.
func (p *parser) fromText() string {
	first := -1
	for p.acceptWord("from") {
		if first < 0 {
			first = p.tok.pos
		}
		p.expr()
		if p.acceptWord("with") {
			p.method()
		}
	}
	if p.err != nil {
		return ""
	}
	return p.src[first:p.last]
}

// expandBy reads expand(path,filter(...),expand(...)).
func (p *parser) expandBy(pos int) Transformation {
	expand := &ExpandBy{Pos: pos}
	var slash bool
	if expand.Path, slash = p.navigation("a navigation property"); slash {
		p.unexpected("a navigation property")
	}
	p.enter()
	defer p.leave()
	for p.accept(',') {
		expand.Apply = append(expand.Apply, p.step())
	}
	return expand
}

func (p *parser) concat(pos int) Transformation {
	concat := &Concat{Pos: pos, Sequences: [][]Transformation{p.steps()}}
	p.expect(',', " and a second sequence")
	for more := true; more; more = p.accept(',') {
		concat.Sequences = append(concat.Sequences, p.steps())
	}
	return concat
}
