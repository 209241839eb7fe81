package analytics

import (
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/odata"
)

// place is where in a query a condition on rows can be added: one of query, lambda and count, none where there is no such
// place.
type place struct {
	query  *odata.Query  // the query itself, or the options of an expansion
	lambda *odata.Lambda // any(...) or all(...)
	count  *odata.Count  // .../$count
	// expanded tells that query is the options of an expansion.
	expanded bool
	path     string // from the rows that the condition is about to those it restricts, "Parent"
}

// location is where the query can take a condition on a row.
func (r *row) location() place {
	at := r.block.place
	if root := r.block.root; r != root {
		at.path = strings.TrimPrefix(strings.TrimPrefix(r.path, root.path), "/")
	}
	return at
}

// restrict adds the condition that rows of a type lie in certain projects. It reports whether the place can take it.
func (p place) restrict(t *edm.EntityType, projects []string) bool {
	switch {
	case len(projects) == 0, t.Nav("Project") == nil && t.Property("ProjectName") == nil: // people belong to no project
	case p.query != nil:
		if first, ok := firstFilter(p.query.Apply); ok {
			first.Expr = conjunction(p.within(t, "", projects), first.Expr)
		} else if len(p.query.Apply) > 0 {
			p.query.Apply = append([]odata.Transformation{&odata.FilterBy{Expr: p.within(t, "", projects)}}, p.query.Apply...)
		} else {
			p.query.Filter = conjunction(p.within(t, "", projects), p.query.Filter)
		}
		return true
	case p.lambda != nil && p.lambda.All:
		p.lambda.Body = &odata.Binary{Op: "or", Left: p.outside(t, p.lambda.Var, projects), Right: p.lambda.Body}
		return true
	case p.lambda != nil:
		if p.lambda.Var == "" {
			p.lambda.Var = "x"
		}
		p.lambda.Body = conjunction(p.within(t, p.lambda.Var, projects), p.lambda.Body)
		return true
	case p.count != nil:
		p.count.Filter = conjunction(p.within(t, "", projects), p.count.Filter)
		return true
	}
	return false
}

// within is the condition itself.
func (p place) within(t *edm.EntityType, variable string, projects []string) odata.Expr {
	name, list := p.name(t, variable), literals(projects)
	if len(list) == 1 {
		return &odata.Binary{Op: "eq", Left: name, Right: list[0]}
	}
	return &odata.In{X: name, List: list}
}

// outside is its contrary.
func (p place) outside(t *edm.EntityType, variable string, projects []string) odata.Expr {
	var all odata.Expr
	for _, project := range literals(projects) {
		ne := &odata.Binary{Op: "ne", Left: p.name(t, variable), Right: project}
		if all == nil {
			all = ne
		} else {
			all = &odata.Binary{Op: "and", Left: all, Right: ne}
		}
	}
	return all
}

func literals(projects []string) []odata.Expr {
	list := make([]odata.Expr, len(projects))
	for i, project := range projects {
		list[i] = &odata.Literal{Kind: odata.StringLit, Value: project}
	}
	return list
}

// name is the path to the name of the rows' project.
func (p place) name(t *edm.EntityType, variable string) odata.Expr {
	path := []string{"Project", "ProjectName"}
	if t.Nav("Project") == nil {
		path = path[1:]
	}
	if p.path != "" {
		path = append(strings.Split(p.path, "/"), path...)
	}
	if variable != "" {
		path = append([]string{variable}, path...)
	}
	var name odata.Expr
	for _, segment := range path {
		name = &odata.Member{Source: name, Name: segment}
	}
	return name
}

func firstFilter(steps []odata.Transformation) (*odata.FilterBy, bool) {
	if len(steps) == 0 {
		return nil, false
	}
	first, ok := steps[0].(*odata.FilterBy)
	return first, ok
}

// conjunction is "a and b"; b may be absent. a becomes the first term of b, so that no parentheses are needed.
func conjunction(a, b odata.Expr) odata.Expr {
	if b == nil {
		return a
	}
	first, ok := b.(*odata.Binary)
	if !ok || first.Op != "and" {
		return &odata.Binary{Op: "and", Left: a, Right: b}
	}
	for {
		left, ok := first.Left.(*odata.Binary)
		if !ok || left.Op != "and" {
			break
		}
		first = left
	}
	first.Left = &odata.Binary{Op: "and", Left: a, Right: first.Left}
	return b
}
