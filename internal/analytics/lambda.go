package analytics

import (
	"regexp"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// source resolves the path before any, all or $count to the row it starts from and the collection it names.
func (b *binder) source(e odata.Expr, in env) (*row, *edm.Navigation, error) {
	m, ok := e.(*odata.Member)
	if !ok {
		return nil, nil, at(fault.QueryNotValid("'%s' is not a collection", e.String()), e)
	}
	r, name, err := b.walk(m, in)
	if err != nil {
		return nil, nil, err
	}
	v, n, err := b.lookup(r, name, e)
	switch {
	case err != nil:
		return nil, nil, err
	case v != nil || !n.Collection:
		return nil, nil, at(fault.QueryNotValid("'%s' is not a collection", name).
			WithHint("any, all and $count follow collections such as Tags, Children or Links"), e)
	}
	b.warnings.traversed(n)
	return r, n, nil
}

// lambda binds collection/any(x: condition) and collection/all(x: condition) as a test whether rows exist.
func (b *binder) lambda(e *odata.Lambda, in env) (*value, error) {
	r, n, err := b.source(e.Source, in)
	if err != nil {
		return nil, err
	}
	if b.reached != nil && r.path == "" && !e.All {
		b.reached[n.Name] = true
	}
	k, from, key, err := r.collection(n, place{lambda: e})
	if err != nil {
		return nil, err
	}
	exists := func() sqlgen.Expr { return k.hasRows(from, key) }
	if e.Body == nil {
		if e.All {
			return nil, at(fault.QueryNotValid("all needs a condition, as in %s/all(x: ...)", e.Source), e)
		}
		return boolean(exists(), nil), nil
	}
	if e.Var == "" {
		return nil, at(fault.QueryNotValid("'%s' needs a variable, as in %s/any(x: x/...)", e, e.Source), e)
	}
	body, err := b.condition(e.Body, in.with(e.Var, k.root), "lambda")
	if err != nil {
		return nil, err
	}
	if e.All { // only rows for which the condition does not hold matter
		for v, s := range body.otherwise {
			if v.owner == k {
				v.set = v.set.and(s)
			}
		}
		k.where = append(k.where, sqlgen.Not{X: sqlgen.IsTrue{X: body.sql}})
		return boolean(sqlgen.Not{X: exists()}, nil), nil
	}
	// What the condition proves of rows inside holds for every row that any looks at; what it proves of rows outside
	// holds where any does.
	outside := restriction{}
	for v, s := range body.proves {
		if v.owner == k {
			v.set = v.set.and(s)
		} else {
			outside[v] = s
		}
	}
	k.where = append(k.where, body.sql)
	return boolean(exists(), outside), nil
}

// count binds collection/$count.
func (b *binder) count(e *odata.Count, in env) (*value, error) {
	r, n, err := b.source(e.Source, in)
	if err != nil {
		return nil, err
	}
	k, from, key, err := r.collection(n, place{count: e})
	if err != nil {
		return nil, err
	}
	k.where = append(k.where, sqlgen.Equal(key, from))
	if e.Filter != nil {
		before := b.expanding
		b.expanding = true // $it would be another row
		cond, err := b.condition(e.Filter, env{row: k.root, vars: in.vars}, "$filter")
		b.expanding = before
		if err != nil {
			return nil, err
		}
		for v, s := range cond.proves {
			if v.owner == k {
				v.set = v.set.and(s)
			}
		}
		k.where = append(k.where, cond.sql)
	}
	count := sqlgen.Scalar{Select: k.selectColumns(sqlgen.Column{Expr: sqlgen.Aggregate{Func: sqlgen.Count}})}
	return &value{sql: count, typ: edm.Type{Kind: edm.Int64}}, nil
}

// hasRows tests whether the block of a collection has rows whose key equals a column outside. When nothing else ties them
// to the outside, the keys are collected once.
func (k *block) hasRows(from, key sqlgen.Col) sqlgen.Expr {
	keys := k.selectColumns(sqlgen.Column{Expr: key})
	if len(outsideOf(keys)) == 0 {
		keys.Where = append(k.where[:len(k.where):len(k.where)], sqlgen.Not{X: sqlgen.IsNull{X: key}})
		return sqlgen.All{sqlgen.Not{X: sqlgen.IsNull{X: from}}, sqlgen.InSelect{X: from, Select: keys}}
	}
	k.where = append(k.where, sqlgen.Equal(key, from))
	return sqlgen.Exists{Select: k.selectColumns(sqlgen.Column{Expr: sqlgen.Int(1)})}
}

var defined = regexp.MustCompile(`AS "(t[0-9]+)"`)

// outsideOf lists the aliases that a SELECT refers to and does not define.
func outsideOf(s *sqlgen.Select) []string {
	text, _ := sqlgen.DuckDB.Print(s)
	own := map[string]bool{}
	for _, m := range defined.FindAllStringSubmatch(text, -1) {
		own[m[1]] = true
	}
	var list []string
	for _, m := range qualified.FindAllStringSubmatch(text, -1) {
		if !own[m[1]] {
			list = append(list, m[1])
		}
	}
	return list
}
