package work

import (
	"slices"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// ends are the conditions of a query of links: on the items at its ends, and which types the links may have.
type ends struct {
	source, target, link wiql.Expr // nil for none
	rels                 []string
}

// linkTypeField is the field by which conditions name types of links.
const linkTypeField = "System.Links.LinkType"

// ends takes the conditions of a query of links apart. They are joined by AND, and each is about one thing.
func (x *search) ends() (*ends, error) {
	var source, target, link wiql.And
	for _, e := range flatten(x.q.Where, nil) {
		about := map[string]bool{}
		x.about(e, about)
		switch {
		case len(about) != 1:
			return nil, fault.QueryInvalid("Conditions on the source, on the target and on the type of links can be joined by AND only.")
		case about["link"]:
			link = append(link, e)
		case about["target"]:
			target = append(target, e)
		default:
			source = append(source, e)
		}
	}
	w := &ends{}
	if len(source) > 0 {
		w.source = source
	}
	if len(target) > 0 {
		w.target = target
	}
	if len(link) > 0 {
		w.link = link
	}
	for _, t := range project.LinkTypes() {
		if t.Usage != project.WorkItemLink {
			continue
		}
		ok, err := linkHolds(link, t)
		if err != nil {
			return nil, err
		}
		if ok {
			w.rels = append(w.rels, t.ReferenceName)
		}
	}
	return w, nil
}

// flatten lists the parts of a conjunction.
func flatten(e wiql.Expr, into []wiql.Expr) []wiql.Expr {
	and, ok := e.(wiql.And)
	if !ok {
		if e == nil {
			return into
		}
		return append(into, e)
	}
	for _, part := range and {
		into = flatten(part, into)
	}
	return into
}

// about notes what a condition is about; fields without a prefix are the source's.
func (x *search) about(e wiql.Expr, into map[string]bool) {
	switch e := e.(type) {
	case wiql.And:
		for _, part := range e {
			x.about(part, into)
		}
	case wiql.Or:
		for _, part := range e {
			x.about(part, into)
		}
	case wiql.Not:
		x.about(e.X, into)
	case *wiql.Condition:
		switch f := x.e.catalog.FindField(e.Field.Name); {
		case f != nil && f.ReferenceName == linkTypeField:
			into["link"] = true
		case e.Field.Side == wiql.Target:
			into["target"] = true
		default:
			into["source"] = true
		}
	}
}

// linkHolds decides a condition on the type of links.
func linkHolds(e wiql.Expr, t *project.LinkType) (bool, error) {
	switch e := e.(type) {
	case wiql.And:
		for _, part := range e {
			if ok, err := linkHolds(part, t); !ok || err != nil {
				return false, err
			}
		}
		return true, nil
	case wiql.Or:
		for _, part := range e {
			if ok, err := linkHolds(part, t); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	case wiql.Not:
		ok, err := linkHolds(e.X, t)
		return !ok, err
	}
	c := e.(*wiql.Condition)
	if c.Ever || c.Op != wiql.Equal && c.Op != wiql.NotEqual && c.Op != wiql.In {
		return false, refuse("["+c.Field.Name+"]", "The operator %s cannot be used with the field.", c.Op)
	}
	found := false
	for _, v := range c.Values {
		if v.Kind != wiql.String {
			return false, refuse(v.Text, "Expecting the name of a link type in quotes.")
		}
		known := v.Text == "" || anything(v)
		for _, other := range project.LinkTypes() {
			known = known || names(v.Text, other)
		}
		if !known {
			return false, refuse("'"+v.Text+"'", "The link type does not exist.")
		}
		found = found || anything(v) || names(v.Text, t)
	}
	return found != (c.Not || c.Op == wiql.NotEqual), nil
}

// names reports whether a text means a type of links: by reference name, by name, or by the reference name of both ends.
func names(s string, t *project.LinkType) bool {
	both := strings.TrimSuffix(strings.TrimSuffix(t.ReferenceName, "-Forward"), "-Reverse")
	return t.Usage == project.WorkItemLink && (strings.EqualFold(s, t.ReferenceName) || strings.EqualFold(s, t.Name) || strings.EqualFold(s, both))
}

// links joins the links of items to the items at their other ends that a condition holds for.
func (x *search) links(w *ends, of sqlgen.Expr) (from sqlgen.Source, where sqlgen.All, err error) {
	l, t := row{"link"}, row{"target"}
	target, err := x.where(t, w.target)
	if err != nil {
		return nil, nil, err
	}
	from = sqlgen.Join{Left: sqlgen.Table{Name: "work_links", Alias: "link"}, Right: x.base(t),
		On: sqlgen.All{sqlgen.Equal(t.col("org_id"), l.col("org_id")), sqlgen.Equal(t.col("id"), l.col("other_id"))}}
	rels := sqlgen.In{X: l.col("rel")}
	for _, rel := range w.rels {
		rels.List = append(rels.List, text(rel))
	}
	return from, sqlgen.All{sqlgen.Equal(l.col("org_id"), number(x.c.Org)), of, rels, x.linkLives(l), target}, nil
}

// oneHop lists work items with their links, up to n entries.
func (x *search) oneHop(n int) ([]QueryLink, error) {
	w, err := x.ends()
	if err != nil {
		return nil, err
	}
	s, l := row{"source"}, row{"link"}
	where, err := x.where(s, w.source)
	if err != nil {
		return nil, err
	}
	if x.q.Mode != wiql.MayContain {
		from, linked, err := x.links(w, sqlgen.Equal(l.col("item_id"), s.col("id")))
		if err != nil {
			return nil, err
		}
		var has sqlgen.Expr = sqlgen.Exists{Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: sqlgen.Int(1)}}, From: from, Where: linked}}
		if x.q.Mode == wiql.DoesNotContain {
			has = sqlgen.Not{X: has}
		}
		where = sqlgen.All{where, has}
	}
	tops, err := x.ids(s, where, wiql.Source, n)
	if err != nil {
		return nil, err
	}
	var result []QueryLink
	for part := range slices.Chunk(tops, 500) {
		var below map[int64][]QueryLink
		if x.q.Mode != wiql.DoesNotContain {
			if below, err = x.linksOf(w, part); err != nil {
				return nil, err
			}
		}
		for _, id := range part {
			result = append(append(result, QueryLink{Target: id}), below[id]...)
			if len(result) >= n {
				return result[:n], nil
			}
		}
	}
	return result, nil
}

// linksOf reads the links of items in the order of their targets.
func (x *search) linksOf(w *ends, ids []int64) (map[int64][]QueryLink, error) {
	l, t := row{"link"}, row{"target"}
	from, where, err := x.links(w, sqlgen.InArray{X: l.col("item_id"), List: sqlgen.Param{Value: ids, Type: sqlgen.Int64List}})
	if err != nil {
		return nil, err
	}
	from, order, err := x.order(t, from, wiql.Target)
	if err != nil {
		return nil, err
	}
	found := map[int64][]QueryLink{}
	err = x.each("work.queryLinks", &sqlgen.Select{Columns: []sqlgen.Column{{Expr: l.col("item_id"), As: "item_id"}, {Expr: l.col("rel"), As: "rel"}, {Expr: l.col("other_id"), As: "other_id"}},
		From: from, Where: where, OrderBy: append(order, sqlgen.Order{Expr: l.col("rel")}, sqlgen.Order{Expr: l.col("link_id")})}, func(r *db.Rows) error {
		var q QueryLink
		err := r.Scan(&q.Source, &q.Rel, &q.Target)
		found[q.Source] = append(found[q.Source], q)
		return err
	})
	return found, err
}
