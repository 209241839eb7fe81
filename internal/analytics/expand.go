package analytics

import (
	"math"
	"slices"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// expansion reads the rows of an expanded collection for a page of rows it belongs to.
type expansion struct {
	object  *object
	columns *columns
	key     int // column that tells which row a child belongs to
	total   bool
	alone   bool // the number of rows is all that is shown
	bottom  bool // there must be no rows: $levels=max goes no deeper
	// page selects columns of the children of the rows with these keys, count the keys and how many children each has.
	page  func(keys []int64, list []sqlgen.Column) *sqlgen.Select
	count func(keys []int64) *sqlgen.Select

	// none reads what $apply makes of no rows at all, when that can be a row; nil otherwise. some selects the keys of the
	// rows for which there is something to aggregate: what is made of that may be filtered or skipped later.
	none *expansion
	some func(keys []int64) *sqlgen.Select

	table []tableColumn       // of its rows in a table; nil in JSON
	found map[int64]*children // while a page is written
	rest  children            // of a row that has none
}

// maxExpansions bounds the expansions of a query.
const maxExpansions = 100

// expand adds the members of $expand to a shape.
func (b *binder) expand(r *row, q *odata.Query, s *shape, c *columns) error {
	seen := map[string]bool{}
	for i, item := range q.Expand {
		if item.Star {
			return fault.QueryNotValid("The term '*' is not supported in $expand").
				WithHint("name the navigation properties to expand; %s has %s", r.typ.Set, joined(expandable(r.typ)))
		}
		path := segments(item.Path)
		if len(path) != 1 {
			return at(fault.QueryNotValid("Found a path with multiple navigation properties in $expand: '%s'", item.Path.String()).
				WithHint("nest the expansions: $expand=%s", nestedExpand(path)), item.Path)
		}
		n, err := b.navigation(r, path[0], item.Path)
		if err != nil {
			return err
		}
		options := item.Options
		if options == nil {
			options = &odata.Query{}
			q.Expand[i].Options = options // so that a condition can be added to it
		}
		switch {
		case n.NotExpandable:
			return at(fault.QueryNotValid("The property '%s' cannot be used in the $expand query option", n.Name).
				WithHint("query the set itself, as in WorkItemRevisions?$filter=WorkItemId eq 1"), item.Path)
		case seen[n.Name]:
			return at(fault.QueryNotValid("The navigation property '%s' is expanded more than once", n.Name), item.Path)
		case item.Count && !n.Collection:
			return at(fault.QueryNotValid("'%s' leads to a single row, which cannot be counted", n.Name), item.Path)
		case item.Count && !onlyFilters(options):
			return at(fault.QueryNotValid("'%s/$count' in $expand takes $filter and $search only", n.Name).
				WithHint("write $expand=%s($count=true;...) for rows and their number", n.Name), item.Path)
		}
		if b.expansions++; b.expansions > maxExpansions {
			return fault.QueryNotValid("VS403513: The query expands more than %d navigations, those of $levels counted", maxExpansions).
				WithHint("use fewer $levels, or nest them less")
		}
		if err := b.expandOptions(n, options); err != nil {
			return err
		}
		if l := options.Levels; l != nil && !l.Max && l.N == 0 {
			continue
		}
		seen[n.Name] = true
		b.warnings.traversed(n)
		before := b.expanding
		b.expanding = true
		var m member
		var inner *shape
		if n.Collection && b.format.table == csvTable {
			return at(fault.QueryNotValid("A table in the format %s has no place for the collection '%s'", tables[b.format.table].name, n.Name).
				WithHint("use the format arrow or parquet, leave $format out to get JSON, or read the rows of %s as a table of their own", b.model.Target(n).Set), item.Path)
		}
		if n.Collection || b.format.table == noTable && b.isLarge(n) {
			m, inner, err = b.expandRows(r, n, options, c)
		} else {
			m, inner, err = b.expandJoined(r, n, options, c)
		}
		b.expanding = before
		if err != nil {
			return err
		}
		m.name, m.prefix = n.Name, quoted(n.Name)+":"
		if b.bottoms[options] {
			if s.object.bottom = &m; m.many != nil {
				m.many.bottom = true
			}
			continue
		}
		if item.Count {
			m.many.total, m.many.alone, inner = true, true, &shape{}
		}
		s.object.members = append(s.object.members, m)
		c.shown += inner.columns
		if c.shown > maxColumns {
			return fault.TooManyColumns(c.shown, maxColumns)
		}
		if !item.Count {
			s.list(n.Name, inner.context(), len(q.Select) > 0)
		}
	}
	return nil
}

// onlyFilters reports whether the options of an expansion only decide which rows there are.
func onlyFilters(q *odata.Query) bool {
	return len(q.Apply) == 0 && len(q.Compute) == 0 && len(q.OrderBy) == 0 && len(q.Expand) == 0 && len(q.Select) == 0 &&
		q.Top == nil && q.Skip == nil && q.Count == nil && q.Levels == nil
}

// list shows an expanded member in the context URL: beside selected ones, or when it is restricted itself.
func (s *shape) list(name, context string, selected bool) {
	if i := slices.Index(s.listed, name); i >= 0 {
		s.listed[i] += context
	} else if selected || context != "" {
		s.listed = append(s.listed, name+context)
	}
}

// expandable are the navigations of a type that $expand may name.
func expandable(t *edm.EntityType) (names []string) {
	for i := range t.Navigation {
		if n := &t.Navigation[i]; !n.NotExpandable {
			names = append(names, n.Name)
		}
	}
	return names
}

func nestedExpand(path []string) string {
	text := ""
	for i := len(path) - 1; i >= 0; i-- {
		if text != "" {
			text = "($expand=" + text + ")"
		}
		text = path[i] + text
	}
	return text
}

func (b *binder) navigation(r *row, name string, e odata.Expr) (*edm.Navigation, error) {
	if n := r.typ.Nav(name); n != nil {
		return n, nil
	}
	if stem, ok := strings.CutSuffix(name, "Date"); ok { // documentation expands CreatedDate, the model has CreatedOn
		if n := r.typ.Nav(stem + "On"); n != nil {
			b.warnings.navigation(name, r.typ.Set, n.Name)
			return n, nil
		}
	}
	if r.typ.Property(name) != nil {
		return nil, at(fault.QueryNotValid("Property '%s' on type '%s.%s' is not a navigation property or complex property. Only navigation properties can be expanded",
			name, edm.ModelNamespace, r.typ.Name).WithHint("put it into $select"), e)
	}
	return nil, at(b.unknown(r.typ, name), e)
}

// expandOptions refuses options that would change the answer if they were ignored.
func (b *binder) expandOptions(n *edm.Navigation, q *odata.Query) error {
	name := ""
	switch {
	case n.Collection:
		return nil
	case q.Search != "":
		name = "$search"
	case len(q.Apply) > 0:
		name = "$apply"
	case q.Top != nil:
		name = "$top"
	case q.Skip != nil:
		name = "$skip"
	case len(q.OrderBy) > 0:
		name = "$orderby"
	case q.Count != nil:
		name = "$count"
	default:
		return nil
	}
	return fault.QueryNotValid("%s inside $expand needs a collection, and '%s' leads to a single row", name, n.Name).
		WithHint("write $expand=%s($select=...)", n.Name)
}

// isLarge reports whether a single-valued navigation leads to work items. Their rows are read by key for the page that
// needs them: joined, the database would read all columns of every item.
func (b *binder) isLarge(n *edm.Navigation) bool {
	t := b.model.Target(n)
	return t != nil && t.Table() == edm.ItemsTable
}

// expandJoined joins the row of a single-valued navigation. Its $filter decides whether it is shown.
func (b *binder) expandJoined(r *row, n *edm.Navigation, q *odata.Query, c *columns) (member, *shape, error) {
	next, err := r.join(n, true)
	if err != nil {
		return member{}, nil, err
	}
	present := sqlgen.All{next.present()}
	if b.isLarge(n) {
		b.lookOutside(r, next, n, q)
	}
	if q.Filter != nil {
		v, err := b.condition(q.Filter, env{row: next}, "$filter")
		if err != nil {
			return member{}, nil, err
		}
		for proved, set := range v.proves {
			if proved == next.project && proved != r.project {
				proved.set = proved.set.and(set)
			}
		}
		present = append(present, sqlgen.IsTrue{X: v.sql})
	}
	if err := b.computeOn(next, q.Compute); err != nil {
		return member{}, nil, err
	}
	q, err = b.level(next, n, q)
	if err != nil {
		return member{}, nil, err
	}
	before := c.shown
	m := member{kind: encodeObject}
	column := c.add(present)
	inner, err := b.shape(next, q, c)
	if err != nil {
		return m, nil, err
	}
	inner.columns, c.shown = c.shown-before, before
	inner.object.present = column
	m.object = inner.object
	return m, inner, nil
}

// expandRows reads expanded rows apart, for the page they belong to.
func (b *binder) expandRows(r *row, n *edm.Navigation, q *odata.Query, c *columns) (member, *shape, error) {
	m := member{kind: encodeMany}
	before := b.settled
	b.settled = len(b.vars)
	defer func() { b.settled = before }()
	if !n.Collection {
		m.kind = encodeOne
	}
	k, from, key, err := r.collection(n, place{query: b.written(q), expanded: true})
	if err != nil {
		return m, nil, err
	}
	k.owner = key
	k.top = r.block.top // what its $filter proves of a path holds where that path is expanded
	b.lookOutside(r, k.root, n, q)
	outer := b.whole
	b.whole = nil
	k, err = b.apply(k, q.Apply)
	whole := b.whole
	b.whole = outer
	if err != nil {
		return m, nil, err
	}
	if q, err = k.expanding(q); err != nil {
		return m, nil, err
	}
	if err := b.compute(k, q.Compute); err != nil {
		return m, nil, err
	}
	if q.Search != "" {
		if err := b.search(k, q.Search, "$search"); err != nil {
			return m, nil, err
		}
	}
	if q.Filter != nil {
		if err := b.filter(k, q.Filter, "$filter"); err != nil {
			return m, nil, err
		}
	}
	counted := *k // without what ordering joins
	order, err := b.order(k, q.OrderBy)
	if err != nil {
		return m, nil, err
	}
	x := &expansion{columns: &columns{keyed: c.keyed}, total: q.Count != nil && *q.Count}
	x.key = x.columns.add(k.owner)
	if k.root.typ != nil {
		if q, err = b.level(k.root, n, q); err != nil {
			return m, nil, err
		}
	}
	inner, err := b.shape(k.root, q, x.columns)
	if err != nil {
		return m, nil, err
	}
	inner.columns = x.columns.shown
	x.object = inner.object
	x.page = func(keys []int64, list []sqlgen.Column) *sqlgen.Select {
		s := k.of(keys)
		s.Columns, s.OrderBy = list, order.sql()
		if q.Top == nil && q.Skip == nil {
			return s
		}
		return slice(s, k.owner, q)
	}
	x.count = func(keys []int64) *sqlgen.Select {
		s := counted.of(keys)
		s.Columns = []sqlgen.Column{{Expr: k.owner, As: "key"}, {Expr: sqlgen.Aggregate{Func: sqlgen.Count}, As: "count"}}
		s.GroupBy = []sqlgen.Expr{k.owner}
		return s
	}
	if whole != nil {
		x.some = func(keys []int64) *sqlgen.Select {
			s := whole.of(keys)
			s.Columns = []sqlgen.Column{{Expr: whole.owner, As: "key"}}
			return s
		}
		if x.none, err = b.expandNothing(r, n, q, c); err != nil {
			return m, nil, err
		}
	}
	m.many, m.column = x, c.add(from)
	return m, inner, nil
}

// expandNothing is the expansion of a collection without rows: aggregated, even that is a row.
func (b *binder) expandNothing(r *row, n *edm.Navigation, q *odata.Query, c *columns) (*expansion, error) {
	before := len(b.vars)
	k, _, _, err := r.collection(n, place{query: q})
	if err != nil {
		return nil, err
	}
	k.where = append(k.where, sqlgen.Any{})
	if k, err = b.apply(k, q.Apply); err != nil {
		return nil, err
	}
	if err := b.compute(k, q.Compute); err != nil {
		return nil, err
	}
	if q.Filter != nil {
		if err := b.filter(k, q.Filter, "$filter"); err != nil {
			return nil, err
		}
	}
	counted := *k
	order, err := b.order(k, q.OrderBy)
	if err != nil {
		return nil, err
	}
	x := &expansion{columns: &columns{keyed: c.keyed}}
	inner, err := b.shape(k.root, q, x.columns)
	if err != nil {
		return nil, err
	}
	for _, v := range b.vars[before:] {
		v.set = noProjects() // no row of any project is read
	}
	x.object = inner.object
	x.page = func(_ []int64, list []sqlgen.Column) *sqlgen.Select {
		s := k.selectColumns(list...)
		s.OrderBy = order.sql()
		if q.Top != nil {
			s.Limit = sqlgen.Param{Value: *q.Top, Type: sqlgen.Int64}
		}
		if q.Skip != nil {
			s.Offset = sqlgen.Param{Value: *q.Skip, Type: sqlgen.Int64}
		}
		return s
	}
	x.count = func([]int64) *sqlgen.Select {
		return counted.selectColumns(sqlgen.Column{Expr: sqlgen.Aggregate{Func: sqlgen.Count}, As: "count"})
	}
	return x, nil
}

// of selects the rows of a collection's block that belong to certain rows.
func (k *block) of(keys []int64) *sqlgen.Select {
	where := append(k.where[:len(k.where):len(k.where)],
		sqlgen.InArray{X: k.owner, List: keyList(keys)})
	return &sqlgen.Select{From: k.from, Where: where}
}

// slice applies $skip and $top to the children of each row.
func slice(s *sqlgen.Select, key sqlgen.Expr, q *odata.Query) *sqlgen.Select {
	outer := &sqlgen.Select{From: sqlgen.Sub{Select: s, Alias: "numbered"}}
	for _, column := range s.Columns {
		outer.Columns = append(outer.Columns, sqlgen.Column{Expr: sqlgen.Col{Table: "numbered", Name: column.As}, As: column.As})
	}
	number := sqlgen.Col{Table: "numbered", Name: "number"}
	s.Columns = append(slices.Clone(s.Columns), sqlgen.Column{As: "number", Expr: sqlgen.Window{
		Func: sqlgen.Call{Func: sqlgen.RowNumber}, PartitionBy: []sqlgen.Expr{key}, OrderBy: s.OrderBy}})
	s.OrderBy = nil
	var where sqlgen.All
	skip := int64(0)
	if q.Skip != nil {
		skip = *q.Skip
		where = append(where, sqlgen.Compare(sqlgen.Gt, number, sqlgen.Param{Value: skip, Type: sqlgen.Int64}))
	}
	if q.Top != nil {
		last := *q.Top
		if last > math.MaxInt64-skip {
			last = math.MaxInt64 - skip
		}
		where = append(where, sqlgen.Compare(sqlgen.Le, number, sqlgen.Param{Value: skip + last, Type: sqlgen.Int64}))
	}
	outer.Where, outer.OrderBy = where, []sqlgen.Order{{Expr: number}}
	return outer
}

// copy is a block over the same rows that can grow on its own.
func (k *block) copy() (*block, *row) {
	c := *k
	c.where = k.where[:len(k.where):len(k.where)]
	root := *k.root
	root.block, root.single, c.root = &c, nil, &root
	return &c, &root
}

// keyList is sorted keys as a parameter. Most fit 32 bits, like the columns they are compared with: those would be
// widened row by row otherwise.
func keyList(keys []int64) sqlgen.Param {
	if n := len(keys); n == 0 || keys[0] >= math.MinInt32 && keys[n-1] <= math.MaxInt32 {
		return sqlgen.Param{Value: keys, Type: sqlgen.Int32List}
	}
	return sqlgen.Param{Value: keys, Type: sqlgen.Int64List}
}
