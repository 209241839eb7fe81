package analytics

import (
	"slices"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// apply runs the steps of $apply on a block and returns the block they end in.
func (b *binder) apply(k *block, steps []odata.Transformation) (*block, error) {
	for _, step := range steps {
		err := k.unrestricted(step)
		if err != nil {
			return nil, err
		}
		switch step := step.(type) {
		case *odata.FilterBy:
			err = b.filter(k, step.Expr, "filter")
		case *odata.ComputeBy:
			err = b.within(&window{block: k}, func() error { return b.compute(k, step.Items) })
		case *odata.GroupBy:
			k, err = b.groupBy(k, step)
		case *odata.Aggregate:
			var aggregates []aggregate
			err = b.within(&window{block: k}, func() (err error) {
				aggregates, err = b.aggregates(k, step.Items, nil)
				return err
			})
			if err == nil {
				b.warnOfDays(k, nil)
				k, err = b.group(k, nil, aggregates)
			}
			if err == nil && k.owner != nil {
				err = b.aggregatedWhole(k)
			}
		case *odata.ExpandBy:
			err = b.expandBy(k, step)
		case *odata.Ranked:
			err = b.keep(k, step)
		case *odata.Concat:
			if !b.extensions.language {
				return nil, b.extension("concat", "or send one query for each sequence")
			}
			k, err = b.concat(k, step.Sequences)
		case *odata.SearchBy:
			err = b.search(k, step.Text, "search")
		case *odata.Identity:
		default:
			err = notSupported(step)
		}
		if err != nil {
			return nil, err
		}
	}
	return k, nil
}

// aggregatedWhole remembers for which rows an expansion found something to aggregate into one row. Of a second time it
// could not be told whether there was nothing, or nothing was left.
func (b *binder) aggregatedWhole(k *block) error {
	if b.whole != nil {
		return fault.QueryNotValid("VS403511: The specified query is not supported by Analytics").
			WithHint("$apply inside $expand can aggregate all rows into one only once; aggregate what follows yourself")
	}
	whole := *k
	b.whole = &whole
	return nil
}

func notSupported(step odata.Transformation) error {
	name, _, _ := strings.Cut(step.String(), "(")
	return fault.QueryNotValid("VS403511: The specified query is not supported by Analytics").
		WithHint("the transformation '%s' is not supported here; $apply knows filter, groupby, aggregate, compute and expand", name)
}

// filter adds a condition that every answered row meets.
func (b *binder) filter(k *block, e odata.Expr, option string) error {
	v, err := b.condition(e, env{row: k.root}, option)
	if err != nil {
		return err
	}
	for _, known := range b.vars[b.settled:] {
		if set, ok := v.proves[known]; ok {
			known.set = known.set.and(set)
		}
	}
	k.where = append(k.where, v.sql)
	return nil
}

// compute adds columns. Their expressions stand where they are used.
func (b *binder) compute(k *block, items []odata.ComputeItem) error {
	return b.computeOn(k.root, items)
}

func (b *binder) computeOn(r *row, items []odata.ComputeItem) error {
	for _, item := range items {
		v, err := b.bind(item.Expr, env{row: r})
		if err != nil {
			return err
		}
		if v.nav != nil {
			return at(fault.QueryNotValid("'%s' has no value that compute could name", item.Expr.String()), item.Expr)
		}
		c := *v
		c.property, c.name, c.literal, c.branches = true, item.As, nil, 0
		if c.isNull() {
			c.typ.Kind, c.sql = edm.String, typedNull(edm.String)
		}
		if c.key == nil && c.is(edm.Guid) {
			c.sql = b.guidOf(&c)
		}
		if err := r.define(item.As, &c); err != nil {
			return err
		}
	}
	return nil
}

// groupKey is one value that rows are grouped by, under the path of its names.
type groupKey struct {
	path  []string
	value *value
}

func (b *binder) groupBy(k *block, step *odata.GroupBy) (*block, error) {
	if slices.ContainsFunc(step.Members, func(m odata.GroupMember) bool { return m.Rollup != nil }) {
		return b.rollup(k, step)
	}
	keys := make([]groupKey, 0, len(step.Members))
	for _, m := range step.Members {
		v, err := b.bind(m.Expr, env{row: k.root})
		if err != nil {
			return nil, err
		}
		path := segments(m.Expr)
		if path == nil || !v.property {
			return nil, at(fault.QueryNotValid("$apply/groupby grouping expression '%s' must evaluate to a property access value", m.Expr.String()).
				WithHint("name a property, or compute(... as X) it first"), m.Expr)
		}
		path[len(path)-1] = v.name
		keys = append(keys, groupKey{path, v})
	}
	aggregates, rest, err := b.inGroups(k, keys, step.Apply)
	if err != nil || rest == nil && len(step.Apply) > 0 {
		return k, err // the rows themselves, those that the groups keep
	}
	b.warnOfDays(k, keys)
	grouped, err := b.group(k, keys, aggregates)
	if err != nil {
		return nil, err
	}
	return b.apply(grouped, rest)
}

// warnOfDays tells that a snapshot aggregated over days counts every item once for each: none of the keys is the day, and
// no condition leaves an item a single one. A condition that leaves several, such as a range, changes nothing about that.
func (b *binder) warnOfDays(k *block, keys []groupKey) {
	r := k.root
	if r.day == "" {
		return
	}
	for _, key := range keys {
		if r.isDay(key.value.sql) {
			return
		}
	}
	for _, term := range conjuncts(k.where) {
		if x, ok := term.(sqlgen.Binary); ok && x.Op == sqlgen.Eq && (r.isDay(x.Left) || r.isDay(x.Right)) {
			return
		}
	}
	b.warnings.add(snapshotSummed)
}

// isDay reports whether x is the day of a snapshot's row: its own, or that of the date it leads to.
func (r *row) isDay(x sqlgen.Expr) bool {
	col, ok := x.(sqlgen.Col)
	if !ok || col.Name != "DateSK" && col.Name != "Date" {
		return false
	}
	date := r.single["date"]
	return col.Table == r.day || date != nil && col.Table == date.alias
}

// inGroups binds the steps that groupby applies to each group: conditions on the rows that are aggregated, the
// aggregation, and steps on its result.
//
// Steps that only rank leave rows as they are; then rest is nil, and the block has their conditions.
func (b *binder) inGroups(k *block, keys []groupKey, steps []odata.Transformation) (list []aggregate, rest []odata.Transformation, err error) {
	var conditions sqlgen.All
	ranked := false
	w := &window{block: k}
	for _, key := range keys {
		w.keys = append(w.keys, key.value)
	}
	for i, step := range steps {
		w.when = conditions
		switch step := step.(type) {
		case *odata.FilterBy:
			v, err := b.condition(step.Expr, env{row: k.root}, "filter")
			if err != nil {
				return nil, nil, err
			}
			conditions = append(conditions, v.sql)
		case *odata.ComputeBy:
			if err := b.within(w, func() error { return b.compute(k, step.Items) }); err != nil {
				return nil, nil, err
			}
		case *odata.Aggregate:
			err = b.within(w, func() (err error) {
				list, err = b.aggregates(k, step.Items, conditions)
				return err
			})
			return list, steps[i+1:], err
		case *odata.Ranked:
			kept, err := b.ranked(w, step)
			if err != nil {
				return nil, nil, err
			}
			conditions, ranked = append(conditions, kept), true
		default:
			return nil, nil, notSupported(step)
		}
	}
	if ranked {
		k.where = append(k.where, conditions...)
		return nil, nil, nil
	}
	if len(steps) > 0 {
		return nil, nil, fault.QueryNotValid("The second argument of groupby must aggregate").
			WithHint("write groupby((...),aggregate($count as Count)), and filter before groupby: filter(...)/groupby(...)")
	}
	return nil, nil, nil
}

// segments are the names of a plain path, or nil.
func segments(e odata.Expr) []string {
	switch e := e.(type) {
	case *odata.Member:
		if e.Source == nil {
			return []string{e.Name}
		}
		if _, it := e.Source.(*odata.It); it {
			return []string{e.Name}
		}
		if path := segments(e.Source); path != nil {
			return append(path, e.Name)
		}
	}
	return nil
}

// aggregate is one aggregated column: fn over arg, which stands in the block being grouped.
type aggregate struct {
	name string
	arg  sqlgen.Expr // nil counts rows
	when sqlgen.Expr // only rows for which this holds; nil for all
	fn   func(arg, when sqlgen.Expr) sqlgen.Expr
	typ  edm.Type
	utc  bool
	// kind of an aggregate that telescopes: Count, SumInt, Sum or Avg; 0 for others.
	kind sqlgen.Agg
	// merge puts the aggregate of all rows together from those of parts; 0 when that cannot be done.
	merge sqlgen.Agg
}

func (b *binder) aggregates(k *block, items []odata.AggregateItem, conditions sqlgen.All) ([]aggregate, error) {
	var when sqlgen.Expr
	if len(conditions) > 0 {
		when = conditions
	}
	list := make([]aggregate, 0, len(items))
	for _, item := range items {
		a, err := b.aggregate(k, item)
		if err != nil {
			return nil, err
		}
		a.name, a.when = item.As, when
		list = append(list, a)
	}
	return list, nil
}

var customMethods = map[string]sqlgen.Agg{
	"ax.standarddeviation": sqlgen.StdDevSample, "ax.standarddeviationp": sqlgen.StdDevPopulation,
	"ax.variance": sqlgen.VarSample, "ax.variancep": sqlgen.VarPopulation,
}

func (b *binder) aggregate(k *block, item odata.AggregateItem) (a aggregate, err error) {
	method := strings.ToLower(strings.TrimPrefix(item.Method, edm.FunctionNamespace+"."))
	plain := func(f sqlgen.Agg, distinct bool) func(arg, when sqlgen.Expr) sqlgen.Expr {
		return func(arg, when sqlgen.Expr) sqlgen.Expr {
			return sqlgen.Aggregate{Func: f, Arg: arg, Distinct: distinct, Filter: when, Sorted: b.sorts(f, item)}
		}
	}
	switch {
	case item.From:
		return a, fault.QueryNotValid("VS403511: The specified query is not supported by Analytics").WithHint("the keyword from is not supported")
	case item.As == "":
		return a, fault.QueryNotValid("The aggregate expression must have an alias").WithHint("write ... as Name")
	case item.Count && item.Expr == nil:
		return aggregate{kind: sqlgen.Count, merge: sqlgen.SumInt, fn: plain(sqlgen.Count, false), typ: edm.Type{Kind: edm.Int64}}, nil
	case item.Count:
		v, err := b.count(&odata.Count{Source: item.Expr, Pos: item.Pos}, env{row: k.root})
		if err != nil {
			return a, err
		}
		return aggregate{arg: v.sql, fn: plain(sqlgen.SumInt, false), typ: v.typ}, nil
	case method == "countdistinct" && !b.extensions.language:
		return a, fault.CountDistinct().WithHint("group by the column and count the groups: groupby((X))/aggregate($count as Count); or add &boardwalk.extensions=true, which is an extension of Boardwalk")
	case item.Method == "":
		return a, fault.QueryNotValid("'%s' is not a custom aggregate", item.Expr.String()).WithHint("write %s with sum as %s", item.Expr, item.As)
	}
	v, err := b.bind(item.Expr, env{row: k.root})
	if err != nil {
		return a, err
	}
	if v.isNull() || v.nav != nil {
		return a, at(fault.QueryNotValid("'%s' cannot be aggregated", item.Expr.String()), item.Expr)
	}
	a = aggregate{arg: v.sql, typ: v.typ, utc: v.utc}
	switch method {
	case "sum", "average":
		if v.is(edm.Duration) {
			a.fn = plain(map[string]sqlgen.Agg{"sum": sqlgen.SumInt, "average": sqlgen.AvgInt}[method], false)
			return a, nil
		}
		if !v.isNumber() {
			return a, b.wrongAggregate(item, v)
		}
		switch {
		case method == "average":
			a.kind, a.merge, a.fn, a.typ = sqlgen.Avg, sqlgen.Avg, plain(sqlgen.Avg, false), edm.Type{Kind: edm.Double}
		case v.isInteger():
			a.kind, a.merge, a.fn, a.typ = sqlgen.SumInt, sqlgen.SumInt, plain(sqlgen.SumInt, false), edm.Type{Kind: edm.Int64}
		default:
			a.kind, a.merge, a.fn, a.typ = sqlgen.Sum, sqlgen.Sum, plain(sqlgen.Sum, false), edm.Type{Kind: edm.Double}
		}
		if b.sorts(a.kind, item) {
			a.merge = 0
		}
	case "min", "max":
		number, text := sqlgen.Min, sqlgen.MinText
		if method == "max" {
			number, text = sqlgen.Max, sqlgen.MaxText
		}
		switch {
		case v.is(edm.String):
			a.fn, a.merge = plain(text, false), text
		case v.isNumber(), v.is(edm.DateTimeOffset), v.is(edm.Date), v.is(edm.TimeOfDay), v.is(edm.Duration):
			a.fn, a.merge = plain(number, false), number
		default:
			return a, b.wrongAggregate(item, v)
		}
	case "ax.approxcountdistinct", "countdistinct": // absent values are none
		if v.is(edm.String) {
			a.arg = folded(v.sql)
		}
		a.fn, a.typ = plain(sqlgen.Count, true), edm.Type{Kind: edm.Int64} // exact: an approximation may be, too
	default:
		f, ok := customMethods[method]
		switch {
		case !ok:
			return a, at(fault.QueryNotValid("The aggregation method '%s' is not supported", item.Method).
				WithHint("known are sum, min, max, average and $count"), item.Expr)
		case !v.isNumber():
			return a, b.wrongAggregate(item, v)
		}
		a.arg, a.fn, a.typ = sqlgen.Cast{X: v.sql, To: sqlgen.Double}, plain(f, false), edm.Type{Kind: edm.Double}
	}
	return a, nil
}

// sorts reports whether an aggregate has to add up in one order: databases add doubles in parallel, and pages that are
// ordered by the result need the same last digits each time.
func (b *binder) sorts(f sqlgen.Agg, item odata.AggregateItem) bool {
	switch f {
	case sqlgen.Sum, sqlgen.Avg, sqlgen.StdDevSample, sqlgen.StdDevPopulation, sqlgen.VarSample, sqlgen.VarPopulation:
		return b.orderedBy[strings.ToLower(item.As)]
	}
	return false
}

func (b *binder) wrongAggregate(item odata.AggregateItem, v *value) error {
	return at(fault.QueryNotValid("$apply/aggregate expression '%s' of type '%s' cannot be aggregated with '%s'", item.Expr.String(), v.typ, item.Method), item.Expr)
}

// grouping is a block for the result of a grouping, known under an alias.
func (b *binder) grouping(alias string) *block {
	next := &block{b: b}
	next.root = &row{block: next, alias: alias}
	return next
}

// groupedBy defines a key of the groups, which the column holds.
func (k *block) groupedBy(key groupKey, col sqlgen.Col) error {
	v := *key.value
	v.sql, v.dateSK, v.branches = col, nil, 0
	if v.projectKey != nil {
		v.project, v.projectKey = nil, nil // the key is not among the groups' columns
	}
	k.key = append(k.key, &v)
	return k.root.place(key.path, &v)
}

// aggregated defines an aggregated column.
func (k *block) aggregated(a aggregate, col sqlgen.Col) error {
	return k.root.define(a.name, &value{sql: col, typ: a.typ, name: a.name, utc: a.utc, property: true})
}

// place defines a grouped value under its path, in nested rows for the navigations on the way.
func (r *row) place(path []string, v *value) error {
	for _, name := range path[:len(path)-1] {
		nested := r.single[strings.ToLower(name)]
		if nested == nil {
			nested = &row{block: r.block, alias: r.alias, parent: r}
			r.setSingle(name, nested)
			r.names = append(r.names, name)
		}
		r = nested
	}
	return r.define(path[len(path)-1], v)
}
