package analytics

import (
	"strings"
	"unicode"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// plan is a query ready to run.
type plan struct {
	set      *edm.EntityType
	page     func(list []sqlgen.Column) *sqlgen.Select // the rows of this page, and one more if there may be one
	count    *sqlgen.Select                            // of all rows, whatever the page
	bounds   []*daysAsked                              // to be found before all else
	checks   []check
	proven   []*projectVar // of each relation
	columns  *columns
	shape    *shape
	order    ordering
	token    []int // columns that hold the order's values
	limit    int64 // rows to write; a further row means another page
	skip     int64
	left     int64                   // rows $top leaves from here on, -1 without $top
	turn     func(from *token) error // goes on behind a row, for tables that are read in sheets; nil elsewhere
	preview  bool                    // one page is all there is
	heavy    bool                    // takes long
	twice    bool                    // rows are found first, then their columns are read
	by       *binder
	warnings warnings
}

// paging is where a page starts, how long it may be, and in which form its rows are written.
type paging struct {
	size   int64
	from   *token // nil for the first page
	format format
	sheets bool // all pages follow in one answer
}

// whole reports whether all rows come from one statement.
func (p paging) whole() bool { return p.format.table != noTable && !p.sheets }

// compile turns a query into a plan. dialect decides how pages are cut out.
func compile(model *edm.Model, scope *Scope, t *edm.EntityType, q *odata.Query, page paging, dialect sqlgen.Dialect) (*plan, error) {
	asked, err := parseExtensions(q.Custom)
	if err != nil {
		return nil, err
	}
	b := &binder{model: model, scope: scope, extensions: asked, format: page.format, parameters: q.Aliases, byPath: map[string]*projectVar{}, levelOf: map[*odata.Query]*odata.Query{}, bottoms: map[*odata.Query]bool{}, rowsBy: map[string]*row{}, orderedBy: map[string]bool{}, placed: map[sqlgen.Col]sqlgen.Col{}, slowFolding: dialect == sqlgen.Postgres}
	if err := b.goBack(t); err != nil {
		return nil, err
	}
	if q.Levels != nil {
		return nil, fault.QueryNotValid("$levels is only allowed inside $expand")
	}
	for _, item := range q.OrderBy {
		mentioned(item.Expr, b.orderedBy)
	}
	k, err := b.rows(t, q)
	if err != nil {
		return nil, err
	}
	if q, err = k.expanding(q); err != nil {
		return nil, err
	}
	if q.Search != "" {
		if err := b.search(k, q.Search, "$search"); err != nil {
			return nil, err
		}
	}
	if q.Filter != nil {
		b.reached = map[string]bool{}
		if err := b.filter(k, q.Filter, "$filter"); err != nil {
			return nil, err
		}
	}
	p := &plan{set: t, columns: &columns{keyed: map[*edm.Dimension]*keyed{}}, limit: page.size, left: -1}
	b.answer, _ = k.copy()
	p.count = b.answer.selectColumns(sqlgen.Column{Expr: sqlgen.Aggregate{Func: sqlgen.Count}})
	if p.order, err = b.order(k, q.OrderBy); err != nil {
		return nil, err
	}
	if page.from != nil && page.from.Skip > 0 {
		q.Skip, page.from = &page.from.Skip, nil
	}
	if page.from != nil {
		if err := page.from.fit(p.order); err != nil {
			return nil, err
		}
	}
	out := k
	whole := page.whole()
	twice := !whole && k.root.typ != nil && !b.windowed && asked.asOf == nil && !t.View() && !t.Daily() &&
		(dialect == sqlgen.DuckDB || len(q.OrderBy) > 0 && k.root.numbered() != nil) // PostgreSQL has an index to find few rows by
	if twice {
		if out, err = b.again(k, t, q); err != nil {
			return nil, err
		}
	}
	order := p.order
	if twice {
		if order, err = b.order(out, q.OrderBy); err != nil {
			return nil, err
		}
	}
	if p.shape, err = b.shape(out.root, q, p.columns); err != nil {
		return nil, err
	}
	for _, term := range order {
		if !whole {
			p.token = append(p.token, p.columns.add(term.shown))
		}
	}
	if err := b.prove(); err != nil {
		return nil, err
	}
	p.cut(k, out, order, q, page)
	if page.sheets {
		p.turn = func(from *token) error {
			page.from, p.limit = from, page.size
			err := from.fit(p.order)
			if err == nil {
				p.cut(k, out, order, q, page)
			}
			return err
		}
	}
	p.bounds, p.checks, p.proven, p.heavy, p.twice, p.by = b.bounds, b.checks, b.vars, b.heavy, twice, b
	if p.preview = page.format.table == noTable && t.Daily() && k.root.typ != nil; p.preview {
		b.warnings.add(snapshotRead)
	}
	if q.Select == nil && q.Apply == nil {
		b.warnings = append(warnings{noSelect}, b.warnings...)
	}
	for _, option := range q.Custom {
		if !strings.HasPrefix(strings.ToLower(option.Name), extensionPrefix) {
			b.warnings.ignored(option.Name)
		}
	}
	p.warnings = b.warnings
	return p, nil
}

// rows is the block after $apply and $compute.
func (b *binder) rows(t *edm.EntityType, q *odata.Query) (*block, error) {
	k, err := b.entities(t, place{query: q})
	if err != nil {
		return nil, err
	}
	k.top = true
	if k, err = b.apply(k, q.Apply); err != nil {
		return nil, err
	}
	return k, b.compute(k, q.Compute)
}

// mentioned collects the names in an expression, folded.
func mentioned(e odata.Expr, names map[string]bool) {
	mentionedIn(e.String(), names)
}

func mentionedIn(text string, names map[string]bool) {
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		names[strings.ToLower(name)] = true
	}
}

// again is a second block over the rows of a first, with what $apply and $compute computed: the first finds the rows of
// a page, the second reads their columns.
func (b *binder) again(k *block, t *edm.EntityType, q *odata.Query) (*block, error) {
	out := &block{b: b, top: true, place: k.place}
	out.root = &row{block: out, typ: t, table: t.Table(), alias: b.alias(), project: k.root.project}
	out.from = sqlgen.Table{Name: out.root.table, Alias: out.root.alias}
	b.rowsBy[out.root.alias] = out.root
	for _, name := range t.Order() {
		out.key = append(out.key, out.root.property(t.Property(name)))
	}
	for _, step := range q.Apply {
		if c, ok := step.(*odata.ComputeBy); ok {
			if err := b.compute(out, c.Items); err != nil {
				return nil, err
			}
		}
	}
	return out, b.compute(out, q.Compute)
}

// cut limits the plan to its page.
func (p *plan) cut(k, out *block, order ordering, q *odata.Query, page paging) {
	find := &sqlgen.Select{From: k.from, OrderBy: p.order.sql()}
	where := k.where
	if page.from != nil {
		where = append(where[:len(where):len(where)], p.order.after(page.from.Last))
		p.left = page.from.Left
	} else {
		if q.Top != nil {
			p.left = *q.Top
		}
		if q.Skip != nil && *q.Skip > 0 {
			find.Offset, p.skip = sqlgen.Param{Value: *q.Skip, Type: sqlgen.Int64}, *q.Skip
		}
	}
	if len(where) > 0 {
		find.Where = where
	}
	if p.left >= 0 {
		p.limit = min(p.limit, p.left)
	}
	rows := p.limit
	if p.left < 0 || p.left > p.limit {
		rows++ // tells whether there is another page
	}
	whole := page.whole()
	if !whole || p.left >= 0 {
		find.Limit = sqlgen.Param{Value: rows, Type: sqlgen.Int64}
	}
	if whole && p.left < 0 && p.skip == 0 && len(q.OrderBy) == 0 {
		find.OrderBy = nil // sorting would hold all rows
	}
	if out == k {
		p.page = func(list []sqlgen.Column) *sqlgen.Select {
			s := *find
			s.From, s.Columns = out.from, list
			return &s
		}
		return
	}
	find.Columns = []sqlgen.Column{{Expr: k.root.handle()}}
	p.page = func(list []sqlgen.Column) *sqlgen.Select {
		return &sqlgen.Select{Columns: list, From: out.from, OrderBy: order.sql(),
			Where: sqlgen.InSelect{X: out.root.handle(), Select: find}}
	}
}

// handle is what rows of a table are found again by: the key where it is one number, which DuckDB filters a scan by,
// otherwise the place of the row in DuckDB, which it joins by.
func (r *row) handle() sqlgen.Expr {
	if key := r.numbered(); key != nil {
		return key
	}
	return sqlgen.RowID{Table: r.alias}
}

// numbered is the key of rows where it is one number, or nil.
func (r *row) numbered() sqlgen.Expr {
	if names := r.typ.Order(); len(names) == 1 {
		if key := r.property(r.typ.Property(names[0])); key.isInteger() {
			return key.sql
		}
	}
	return nil
}
