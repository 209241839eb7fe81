package work

import (
	"boardwalk/internal/project"
	"boardwalk/internal/wiql"
)

// Clauses are the conditions of a statement as lists.
type Clauses struct {
	Where                *Clause // of a flat query
	Source, Target, Link *Clause // of one of links
	Filter               string  // which links, in the wire's spelling
	ChildFirst           bool    // of a tree: what matches below decides
}

// Clause is a condition, or several joined by AND or OR.
type Clause struct {
	Or    bool
	Parts []Clause

	Field    *project.Field
	Operator string // as operators of fields are named: "Does Not Contain"
	Value    string
	Other    *project.Field // compared with
}

// check returns the fault for a statement that cannot be saved.
func (l *library) check(text string) error {
	_, err := l.parse(text)
	return err
}

func (l *library) parse(text string) (*search, error) {
	x := *l.x
	var err error
	if x.q, err = wiql.Parse(text); err != nil {
		return nil, invalidQuery(err)
	}
	if x.q.Links {
		if _, err := x.ends(); err != nil {
			return nil, err
		}
	}
	_, err = x.shape()
	return &x, err
}

// read tells what a statement asks for; nil when it cannot be told any more.
func (l *library) read(text string) (*QueryShape, *Clauses) {
	x, err := l.parse(text)
	if err != nil {
		return nil, nil
	}
	shape, err := x.shape()
	if err != nil {
		return nil, nil
	}
	all := &Clauses{ChildFirst: x.q.Mode == wiql.ReturnMatchingChildren, Filter: [...]string{wiql.MustContain: "linksOneHopMustContain",
		wiql.MayContain: "linksOneHopMayContain", wiql.DoesNotContain: "linksOneHopDoesNotContain", wiql.Recursive: "linksRecursiveMayContain",
		wiql.ReturnMatchingChildren: "linksRecursiveMayContain"}[x.q.Mode]}
	ok := true
	if x.q.Links {
		w, err := x.ends()
		if err != nil {
			return shape, nil
		}
		for into, e := range map[**Clause]wiql.Expr{&all.Source: w.source, &all.Target: w.target, &all.Link: w.link} {
			ok = x.clause(e, into) && ok
		}
	} else {
		ok = x.clause(x.q.Where, &all.Where)
	}
	if !ok {
		return shape, nil
	}
	return shape, all
}

// clause puts a condition into clauses; ok is false for what clauses cannot say.
func (x *search) clause(e wiql.Expr, into **Clause) (ok bool) {
	if e == nil {
		return true
	}
	c := &Clause{}
	*into = c
	parts, isOr := []wiql.Expr(nil), false
	switch e := e.(type) {
	case wiql.And:
		parts = e
	case wiql.Or:
		parts, isOr = e, true
	case wiql.Not:
		return false
	case *wiql.Condition:
		return x.simpleClause(e, c)
	}
	if len(parts) == 1 {
		return x.clause(parts[0], into)
	}
	c.Or = isOr
	for _, part := range parts {
		var inner *Clause
		if !x.clause(part, &inner) {
			return false
		}
		c.Parts = append(c.Parts, *inner)
	}
	return true
}

func (x *search) simpleClause(e *wiql.Condition, c *Clause) bool {
	if c.Field = x.e.catalog.FindField(e.Field.Name); c.Field == nil {
		return false
	}
	c.Operator = map[wiql.Op]string{wiql.Contains: "Contains", wiql.ContainsWords: "Contains Words", wiql.In: "In", wiql.InGroup: "In Group", wiql.Under: "Under",
		wiql.IsEmpty: "Is Empty"}[e.Op]
	switch {
	case e.Ever:
		c.Operator = "Was Ever"
	case c.Operator == "":
		c.Operator = e.Op.String()
	case e.Op == wiql.IsEmpty && e.Not:
		c.Operator = "Is Not Empty"
	case e.Not:
		c.Operator = map[wiql.Op]string{wiql.Contains: "Does Not Contain", wiql.ContainsWords: "Does Not Contain Words", wiql.In: "Not In",
			wiql.InGroup: "Not In Group", wiql.Under: "Not Under"}[e.Op]
	}
	for i, v := range e.Values {
		if v.Kind == wiql.FieldValue {
			if c.Other = x.e.catalog.FindField(v.Field.Name); c.Other == nil || len(e.Values) > 1 {
				return false
			}
			c.Operator += " [Field]"
			return true
		}
		if i > 0 {
			c.Value += ", "
		}
		if v.Kind == wiql.String {
			c.Value += v.Text
		} else {
			c.Value += v.String()
		}
	}
	return true
}
