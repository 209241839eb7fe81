package odata

import "strings"

func (p *parser) expandItems() []ExpandItem {
	var items []ExpandItem
	for more := true; more; more = p.accept(',') && !p.ended() {
		items = append(items, p.expandItem())
	}
	return items
}

func (p *parser) expandItem() ExpandItem {
	p.node()
	item := ExpandItem{Pos: p.tok.pos}
	if item.Star = p.accept('*'); !item.Star {
		var slash bool
		item.Path, slash = p.navigation("a navigation property")
		if slash {
			item.Count = p.countSegment()
		}
	}
	if p.accept('(') {
		item.Options = p.expandOptions()
	}
	return item
}

// countSegment consumes the $count that ends a path; it is the only such segment that may.
func (p *parser) countSegment() bool {
	if strings.EqualFold(p.text(), "$ref") {
		p.syntax(p.tok.pos, "$ref asks for addresses of rows, and rows have none here; select their keys: $expand=X($select=...)")
		return false
	}
	if !strings.EqualFold(p.text(), "$count") {
		p.unexpected("a navigation property or $count")
		return false
	}
	p.next()
	return true
}

// expandOptions reads the options of one expanded navigation up to the closing parenthesis. Semicolons too many are
// forgiven; a comma in place of one is the mistake the documentation warns about.
func (p *parser) expandOptions() *Query {
	p.enter()
	defer p.leave()
	p.nested++
	query := &Query{}
	seen := map[string]bool{}
	for p.err == nil {
		for p.accept(';') {
		}
		if len(seen) > 0 && p.is(')') {
			break
		}
		pos, option := p.tok.pos, strings.ToLower(p.text())
		if p.tok.kind != tokDollar {
			p.unexpected("an option of $expand such as $select")
		}
		p.next()
		p.expect('=', " after "+option)
		p.value(query, option, pos, seen)
		switch {
		case p.is(','):
			p.syntax(p.tok.pos, "expected ';' or ')'; found ','; "+adviceSemicolon)
		case !p.is(';') && !p.is(')'):
			p.unexpected("';' or ')'")
		}
	}
	p.nested--
	p.expect(')', "")
	return query
}
