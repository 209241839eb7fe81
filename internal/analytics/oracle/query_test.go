package oracle

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query is a request as the oracle makes it: it prints itself and computes its own answer.
type query struct {
	set      string
	apply    []step
	computes []computeStep
	filter   expr
	order    []order
	top      *int
	skip     *int
	selects  []string // properties; nil for all
	expands  []expand
	count    bool
	search   *searched // an extension, as steps that are
	extended bool
	levels   int // of an expansion that repeats itself below; 0 for one
}

type order struct {
	by   expr
	desc bool
}

type expand struct {
	nav   string
	query // its set is the navigation's target
}

// options are the system query options in the order they are sent.
func (q *query) options() []string {
	var options []string
	add := func(name, value string) { options = append(options, name+"="+value) }
	if q.extended {
		add("boardwalk.extensions", "true")
	}
	if q.search != nil {
		add("$search", q.search.text())
	}
	if len(q.apply) > 0 {
		add("$apply", stepsText(q.apply))
	}
	if len(q.computes) > 0 {
		var all []string
		for _, c := range q.computes {
			all = append(all, c.of.text()+" as "+c.name)
		}
		add("$compute", strings.Join(all, ","))
	}
	if q.filter != nil {
		add("$filter", q.filter.text())
	}
	if len(q.order) > 0 {
		var keys []string
		for _, o := range q.order {
			k := o.by.text()
			if o.desc {
				k += " desc"
			}
			keys = append(keys, k)
		}
		add("$orderby", strings.Join(keys, ","))
	}
	if q.selects != nil {
		add("$select", strings.Join(q.selects, ","))
	}
	if len(q.expands) > 0 {
		var all []string
		for _, x := range q.expands {
			text := x.nav
			if inner := x.options(); len(inner) > 0 {
				text += "(" + strings.Join(inner, ";") + ")"
			}
			all = append(all, text)
		}
		add("$expand", strings.Join(all, ","))
	}
	if q.levels > 0 {
		add("$levels", strconv.Itoa(q.levels))
	}
	if q.count {
		add("$count", "true")
	}
	if q.top != nil {
		add("$top", strconv.Itoa(*q.top))
	}
	if q.skip != nil {
		add("$skip", strconv.Itoa(*q.skip))
	}
	return options
}

// text is the query as one would write it.
func (q *query) text() string { return strings.Join(q.options(), "&") }

// raw is the query of the URL.
func (q *query) raw() string {
	var parts []string
	for _, o := range q.options() {
		name, value, _ := strings.Cut(o, "=")
		parts = append(parts, name+"="+strings.ReplaceAll(url.QueryEscape(value), "+", "%20"))
	}
	return strings.Join(parts, "&")
}

// answer is what a query must give: rows in their order, where rows of one group may come in any order.
type answer struct {
	groups [][]string // canonical texts
	total  int        // before $top and $skip
	shape  *shape
	from   int
	until  int
}

func (q *query) answer(w *world) *answer {
	a := &answer{shape: q.rowShape(w)}
	rows := q.all(w)
	a.total = len(rows)
	a.until = len(rows)
	if q.skip != nil {
		a.from = min(*q.skip, len(rows))
	}
	if q.top != nil {
		a.until = min(a.from+*q.top, len(rows))
	}
	start := 0
	for _, group := range grouped(w, rows, q.order) {
		texts := make([]string, len(group))
		for i, r := range group {
			if start < a.until && start+len(group) > a.from { // the others are not answered
				texts[i] = text(a.shape.render(w, r))
			}
		}
		start += len(group)
		a.groups = append(a.groups, texts)
	}
	return a
}

// first is the condition that every row of the set must meet to matter.
func (q *query) first() expr {
	if len(q.apply) == 0 {
		return q.filter
	}
	var all expr
	for _, s := range q.apply {
		f, ok := s.(filterStep)
		if !ok {
			break
		}
		all = and(f.by, all)
	}
	return all
}

// all are the rows that the query leaves of its set.
func (q *query) all(w *world) []row {
	n := slices.IndexFunc(q.apply, func(s step) bool { g, ok := s.(groupStep); return ok && g.byDay() })
	if !daily(q.set) || n < 0 {
		return q.left(w, w.rows(q.set, q.first()))
	}
	var rows []row // groups never hold rows of two days
	for day := range w.rowsByDay(q.set, q.first()) {
		day, _ = applySteps(w, day, nil, q.apply[:n+1])
		rows = append(rows, day...)
	}
	rest := *q
	rest.apply = q.apply[n+1:]
	return rest.left(w, rows)
}

// left are the rows that are left of some, before they are ordered and cut.
func (q *query) left(w *world, rows []row) []row {
	if q.search != nil {
		rows = where(w, rows, q.search)
	}
	rows, _ = applySteps(w, rows, nil, q.apply)
	for _, c := range q.computes {
		rows, _ = c.apply(w, rows, nil)
	}
	return where(w, rows, q.filter)
}

// rowShape is the shape of the rows of the answer.
func (q *query) rowShape(w *world) *shape {
	if !slices.ContainsFunc(q.apply, func(s step) bool { return !picks(s) }) {
		return q.entityShape(w)
	}
	_, columns := applySteps(w, nil, entityColumns(w.schema[q.set]), q.apply)
	for _, c := range q.computes {
		_, columns = c.apply(w, nil, columns)
	}
	s := columnShape(w, columns, q.selects)
	s.partial(slices.ContainsFunc(q.apply, func(s step) bool { _, joins := s.(concatStep); return joins }))
	s.query = q
	return s
}

// picks reports whether a step leaves rows as they are.
func picks(s step) bool {
	switch s.(type) {
	case filterStep, searchStep, rankStep:
		return true
	}
	return false
}

func where(w *world, rows []row, filter expr) []row {
	if filter == nil {
		return rows
	}
	var kept []row
	for _, r := range rows {
		if filter.eval(w.scope(r)) == true {
			kept = append(kept, r)
		}
	}
	return kept
}

func (w *world) scope(r row) scope { return scope{map[string]row{"": r}, w.zone} }

// grouped sorts rows, absent values first, and keeps together those that no key tells apart.
func grouped(w *world, rows []row, keys []order) [][]row {
	type keyed struct {
		row    row
		values []any
	}
	sorted := make([]keyed, len(rows))
	for i, r := range rows {
		sorted[i].row = r
		for _, o := range keys {
			sorted[i].values = append(sorted[i].values, o.by.eval(w.scope(r)))
		}
	}
	difference := func(a, b keyed) int {
		for i, o := range keys {
			c := compare(a.values[i], b.values[i])
			if o.desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	}
	slices.SortStableFunc(sorted, difference)
	var groups [][]row
	for i, k := range sorted {
		if i == 0 || difference(sorted[i-1], k) != 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], k.row)
	}
	return groups
}

// check compares an answer's rows, already canonical, with what they must be.
func (a *answer) check(got []string) error {
	if len(got) != a.until-a.from {
		return fmt.Errorf("%d rows, want %d", len(got), a.until-a.from)
	}
	start := 0
	for _, group := range a.groups {
		from, until := max(start, a.from), min(start+len(group), a.until)
		left := slices.Clone(group)
		for at := from; at < until; at++ {
			r := got[at-a.from]
			i := slices.Index(left, r)
			if i < 0 {
				if until-from == len(group) || len(left) < 4 {
					return fmt.Errorf("row %d is\n\t%s\nwant one of\n\t%s", at-a.from, r, strings.Join(left[:min(3, len(left))], "\n\t"))
				}
				return fmt.Errorf("row %d is\n\t%s\nwhich is not among the %d rows that may come here, such as\n\t%s", at-a.from, r, len(group), left[0])
			}
			left = slices.Delete(left, i, i+1)
		}
		start += len(group)
	}
	return nil
}
