package oracle

import (
	"slices"
	"strings"
	"time"
)

// step is a transformation of $apply.
type step interface {
	text() string
	apply(w *world, rows []row, columns []column) ([]row, []column)
}

// column is a value that rows have, at the end of a path.
type column struct {
	path []string
	kind kind
}

func entityColumns(e *entity) []column {
	var columns []column
	for _, p := range e.props {
		columns = append(columns, column{[]string{p.name}, p.kind})
	}
	return columns
}

func stepsText(steps []step) string {
	var texts []string
	for _, s := range steps {
		texts = append(texts, s.text())
	}
	return strings.Join(texts, "/")
}

func applySteps(w *world, rows []row, columns []column, steps []step) ([]row, []column) {
	for _, s := range steps {
		rows, columns = s.apply(w, rows, columns)
	}
	return rows, columns
}

// columnShape is the shape of rows of an $apply.
func columnShape(w *world, columns []column, selects []string) *shape {
	s := &shape{nested: map[string]*shape{}, derived: true}
	for _, c := range columns {
		if selects != nil && !slices.Contains(selects, c.path[0]) {
			continue
		}
		at := s
		for _, nav := range c.path[:len(c.path)-1] {
			if at.nested[nav] == nil {
				at.nested[nav] = &shape{nested: map[string]*shape{}, derived: true}
			}
			at = at.nested[nav]
		}
		at.members = append(at.members, member{c.path[len(c.path)-1], c.kind})
	}
	return s
}

// filterStep is filter(condition).
type filterStep struct{ by expr }

func (f filterStep) text() string { return "filter(" + f.by.text() + ")" }

func (f filterStep) apply(w *world, rows []row, columns []column) ([]row, []column) {
	return where(w, rows, f.by), columns
}

// computeStep is compute(expression as name).
type computeStep struct {
	of   expr
	name string
	kind kind
}

func (c computeStep) text() string { return "compute(" + c.of.text() + " as " + c.name + ")" }

func (c computeStep) apply(w *world, rows []row, columns []column) ([]row, []column) {
	var out []row
	of := over(w, c.of, rows)
	for _, r := range rows {
		more := copyOf(r)
		more[c.name] = of.eval(w.scope(r))
		out = append(out, more)
	}
	return out, append(slices.Clone(columns), column{[]string{c.name}, c.kind})
}

// groupStep is groupby((members),aggregate(...)), without members aggregate(...) alone.
type groupStep struct {
	by         []column
	where      []expr // of the rows that are aggregated
	aggregates []aggregate
}

// aggregate is "expression with method as name", or "$count as name".
type aggregate struct {
	method string // sum, min, max, average or $count
	of     expr
	name   string
	kind   kind // of the result
}

func (a aggregate) text() string {
	if a.method == "$count" {
		return "$count as " + a.name
	}
	return a.of.text() + " with " + a.method + " as " + a.name
}

func (g groupStep) text() string {
	var members, aggregates []string
	for _, c := range g.by {
		members = append(members, strings.Join(c.path, "/"))
	}
	for _, a := range g.aggregates {
		aggregates = append(aggregates, a.text())
	}
	list := "aggregate(" + strings.Join(aggregates, ",") + ")"
	for i := range g.where {
		list = "filter(" + g.where[len(g.where)-1-i].text() + ")/" + list
	}
	switch {
	case len(members) == 0:
		return list
	case len(aggregates) == 0:
		return "groupby((" + strings.Join(members, ",") + "))"
	}
	return "groupby((" + strings.Join(members, ",") + ")," + list + ")"
}

func (g groupStep) apply(w *world, rows []row, _ []column) ([]row, []column) {
	var keys []order
	for _, c := range g.by {
		keys = append(keys, order{by: path{to: c.path}})
	}
	groups := grouped(w, rows, keys)
	if len(g.by) == 0 {
		groups = [][]row{rows} // one group, even of no rows
	}
	var out []row
	for _, group := range groups {
		r := row{}
		for _, c := range g.by {
			put(r, c.path, walk(group[0], c.path))
		}
		for _, condition := range g.where {
			group = where(w, group, condition)
		}
		for _, a := range g.aggregates {
			r[a.name] = a.over(w, group)
		}
		out = append(out, r)
	}
	return out, g.columns()
}

// byDay reports whether a grouping of snapshots keeps days apart. One after another grouping has other rows.
func (g groupStep) byDay() bool {
	return slices.ContainsFunc(g.by, func(c column) bool { return c.path[0] == "DateSK" || c.path[0] == "DateValue" })
}

// columns are what a grouping leaves.
func (g groupStep) columns() []column {
	columns := slices.Clone(g.by)
	for _, a := range g.aggregates {
		columns = append(columns, column{[]string{a.name}, a.kind})
	}
	return columns
}

func put(r row, path []string, v any) {
	for _, nav := range path[:len(path)-1] {
		next, _ := r[nav].(row)
		if next == nil {
			next = row{}
			r[nav] = next
		}
		r = next
	}
	r[path[len(path)-1]] = v
}

// over computes the aggregate of some rows. Absent values do not count; of none but absent values there is none.
func (a aggregate) over(w *world, rows []row) any {
	if a.method == "$count" {
		return int64(len(rows))
	}
	var values []any
	of := over(w, a.of, rows)
	for _, r := range rows {
		if v := of.eval(w.scope(r)); v != nil {
			values = append(values, v)
		}
	}
	if len(values) == 0 && a.method != "countdistinct" {
		return nil
	}
	switch a.method {
	case "countdistinct":
		return different(values)
	case "min":
		return slices.MinFunc(values, compare)
	case "max":
		return slices.MaxFunc(values, compare)
	case "average":
		var sum float64
		for _, v := range values {
			sum += toFloat(v)
		}
		return sum / float64(len(values))
	}
	sum := values[0]
	for _, v := range values[1:] {
		sum = calculate("add", sum, v)
	}
	return sum
}

// moment is a date as a value of its kind, for tests of our own.
func moment(text string) time.Time { return at(text).value.(time.Time) }
