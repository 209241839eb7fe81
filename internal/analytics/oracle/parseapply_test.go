package oracle

import "strings"

// steps reads $apply and changes the row that later names belong to.
func (p *parser) steps() []step {
	var steps []step
	for first := true; first || p.take("/"); first = false {
		switch name := p.name(); name {
		case "filter":
			p.must("(")
			steps = append(steps, filterStep{p.or()})
			p.must(")")
		case "compute":
			p.must("(")
			for _, c := range p.computes() {
				steps = append(steps, c)
			}
			p.must(")")
		case "aggregate":
			steps = append(steps, p.group(groupStep{aggregates: p.aggregates()}))
		case "groupby":
			steps = append(steps, p.groupby())
		case "identity":
		default:
			p.fail("no transformation %s", name)
		}
	}
	return steps
}

func (p *parser) computes() []computeStep {
	var list []computeStep
	for first := true; first || p.take(","); first = false {
		c := computeStep{of: p.or(), kind: anyKind}
		if !p.word("as") {
			p.fail("no as")
		}
		c.name = p.name()
		list = append(list, c)
		p.row.columns = append(p.row.columns, column{[]string{c.name}, anyKind})
	}
	return list
}

func (p *parser) groupby() step {
	g := groupStep{}
	p.must("(")
	p.must("(")
	for first := true; first || p.take(","); first = false {
		names := []string{p.name()}
		for p.take("/") {
			names = append(names, p.name())
		}
		to, set, k := p.row.follow(p, names)
		if set != "" {
			p.fail("%s is no property", strings.Join(names, "/"))
		}
		g.by = append(g.by, column{to, k})
	}
	p.must(")")
	if p.take(",") {
		for p.word("filter") {
			p.must("(")
			g.where = append(g.where, p.or())
			p.must(")")
			p.must("/")
		}
		if !p.word("aggregate") {
			p.fail("no aggregate")
		}
		g.aggregates = p.aggregates()
	}
	p.must(")")
	return p.group(g)
}

// group makes the columns of a grouping the only ones.
func (p *parser) group(g groupStep) step {
	p.row = rowType{made: true, columns: g.columns()}
	return g
}

func (p *parser) aggregates() []aggregate {
	var list []aggregate
	p.must("(")
	for first := true; first || p.take(","); first = false {
		a := aggregate{method: "$count", kind: anyKind}
		if !p.word("$count") {
			a.of = p.or()
			if !p.word("with") {
				p.fail("no with")
			}
			a.method = strings.ToLower(p.name())
		}
		if !p.word("as") {
			p.fail("no as")
		}
		a.name = p.name()
		list = append(list, a)
	}
	p.must(")")
	return list
}
