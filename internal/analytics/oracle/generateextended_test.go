package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// testExtended compares generated queries that use the rarer parts of the language and the extensions.
func testExtended(t *testing.T, f *fixture) {
	failed := 0
	for seed := range soak(t, generated/2) {
		ok := t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := f.world(t, scopes[seed%uint64(len(scopes))])
			q := newGenerator(w, 50_000+seed).extendedQuery()
			a := f.compare(t, f.service, f.admin, w, q)
			if seed%8 == 1 && a.until-a.from < 6*smallPage {
				f.compare(t, f.paged, f.admin, w, q)
			}
		})
		if !ok {
			failed++
		}
		if failed == 5 {
			t.Fatal("there may be more")
		}
	}
}

// extendedQuery makes a query around one of the rarer parts of the language.
func (g *generator) extendedQuery() *query {
	makers := []func(*query){g.percentiles, g.percentiles, g.durations, g.durations, g.casts, g.counting, g.distinct, g.rollups, g.ranks, g.ranks, g.searches}
	q := &query{set: "WorkItems"}
	at := g.IntN(len(makers))
	if at < 2 || at > 5 && at < 10 { // of what other sets have as well
		q.set = g.set([]string{"WorkItems", "WorkItems", "PipelineRuns", "TestRuns"})
	}
	makers[at](q)
	if len(q.apply) == 0 {
		q.selects = g.selection(q.set, 100)
	}
	q.count = g.chance(75)
	return q
}

// number finds a number of a set.
func (g *generator) number(set string, kinds ...kind) path {
	to, _, ok := g.property(set, 0, kinds...)
	if !ok {
		return path{to: []string{"WorkItemId"}}
	}
	return path{to: to}
}

// columns finds some properties to group by.
func (g *generator) columns(set string, n int) []column {
	var list []column
	for range n {
		to, p, ok := g.property(set, 1, textKind, intKind, boolKind, guidKind)
		if ok && to[0] != "Count" && !slices.ContainsFunc(list, func(c column) bool { return c.path[0] == to[0] }) {
			list = append(list, column{to, p.kind})
		}
	}
	return list
}

func (g *generator) percentiles(q *query) {
	p := percentile{of: g.number(q.set, intKind, doubleKind), fraction: []float64{0, 0.25, 0.5, 0.8, 0.95, 1}[g.IntN(6)]}
	if g.chance(20) {
		p.of = binary{"mul", p.of, num(2)}
	}
	if g.chance(60) {
		q.apply = append(q.apply, filterStep{g.condition(q.set, "", 1)})
	}
	by := g.columns(q.set, 1+g.IntN(2))
	if g.chance(30) {
		q.apply = append(q.apply, groupStep{by: by, aggregates: []aggregate{{"max", p, "P", doubleKind}, {"$count", nil, "N", intKind}}})
		return
	}
	for _, c := range by {
		p.by = append(p.by, path{to: c.path})
	}
	q.apply = append(q.apply, computeStep{p, "P", doubleKind})
	if name := (path{to: []string{"P"}}); g.chance(40) { // what a condition leaves does not change it
		q.apply = append(q.apply, filterStep{binary{pick(g, []string{"ge", "lt"}), p.of, name}})
	}
	q.apply = append(q.apply, groupStep{by: append(slices.Clone(by), column{[]string{"P"}, doubleKind}), aggregates: []aggregate{{"$count", nil, "N", intKind}}})
}

// moments are dates of work items; those far away overflow what durations can be.
var moments = []string{"CreatedDate", "ChangedDate", "CompletedDate", "StateChangeDate", "InProgressDate", "Custom_GoLiveDate"}

func (g *generator) durations(q *query) {
	used := slices.DeleteFunc(slices.Clone(moments), func(name string) bool { return !g.w.used[q.set][name] })
	one, other := path{to: []string{pick(g, used)}}, path{to: []string{pick(g, used)}}
	long := lasting(time.Duration(g.IntN(400*24*3600)) * time.Second)
	if g.chance(20) {
		long = lasting(time.Duration(g.IntN(1e9)) * time.Microsecond)
	}
	apart := binary{"sub", one, other}
	seconds := call{"totalseconds", []expr{apart}}
	switch g.IntN(4) {
	case 0:
		q.filter = binary{pick(g, relations), apart, long}
	case 1:
		q.filter = binary{pick(g, relations), binary{pick(g, []string{"add", "sub"}), one, long}, other}
	case 2:
		q.filter = binary{pick(g, relations), binary{"div", seconds, num(3600)}, num(int64(g.IntN(5000)))}
		q.order = []order{{seconds, g.chance(50)}}
	case 3:
		q.apply = []step{groupStep{by: g.columns(q.set, 1), aggregates: []aggregate{{pick(g, []string{"sum", "average", "max"}), seconds, "S", doubleKind}}}}
	}
	if g.chance(30) && len(q.apply) == 0 {
		q.filter = and(q.filter, g.condition(q.set, "", 1))
	}
}

func (g *generator) casts(q *query) {
	whole := g.number(q.set, intKind)
	sample := g.sample(q.set, whole.to)
	n, _ := sample.(int64)
	types := map[kind]string{textKind: "Edm.String", intKind: "Edm.Int32", doubleKind: "Edm.Double", boolKind: "Edm.Boolean", dateKind: "Edm.DateTimeOffset", guidKind: "Edm.Guid"}
	switch g.IntN(5) {
	case 0:
		q.filter = binary{pick(g, []string{"eq", "ne"}), cast{whole, "Edm.String"}, str(fmt.Sprint(n))}
	case 1:
		q.filter = binary{pick(g, relations), binary{"div", cast{whole, pick(g, []string{"Edm.Double", "Edm.Decimal"})}, num(4)}, float(float64(n)/4 + 0.25)}
	case 2:
		q.filter = binary{"eq", binary{"add", cast{g.condition(q.set, "", 0), "Edm.Int32"}, num(1)}, num(int64(1 + g.IntN(2)))}
	case 3:
		at, _ := g.sample(q.set, []string{"CreatedDate"}).(time.Time)
		day := datePart("date", at.In(g.w.zone)).(date)
		q.filter = binary{pick(g, relations), cast{path{to: []string{"CreatedDate"}}, "Edm.Date"}, literal{day, string(day)}}
	case 4:
		to, p, _ := g.property(q.set, 1, textKind, intKind, doubleKind, boolKind, dateKind, guidKind)
		other := pick(g, []kind{textKind, intKind, doubleKind, dateKind, guidKind, p.kind, p.kind, p.kind})
		if p.name == "Count" || other == intKind && p.kind != intKind {
			to, other = []string{"WorkItemId"}, textKind
			p.kind = intKind
		}
		q.filter = isof{path{to: to}, other == p.kind, types[other]}
	}
	if g.chance(40) {
		q.filter = not{q.filter}
	}
}

// counting compares numbers of rows of collections, whose conditions name them with $this.
func (g *generator) counting(q *query) {
	many := g.navs(q.set, true)
	n := pick(g, many)
	g.root = n.target // names without a variable are its as well
	counted := size{of: path{to: []string{n.name}}, where: g.test(n.target, "$this")}
	if g.chance(50) {
		counted.where = binary{pick(g, []string{"and", "or"}), counted.where, g.test(n.target, "$this")}
	}
	q.filter = binary{pick(g, relations), counted, num(int64(g.IntN(3)))}
	if g.chance(40) {
		again := pick(g, many)
		q.filter = binary{pick(g, relations), counted, size{of: path{to: []string{again.name}}}}
	}
}

func (g *generator) distinct(q *query) {
	q.extended = true
	if g.chance(50) {
		q.apply = append(q.apply, filterStep{g.condition(q.set, "", 1)})
	}
	to, _, _ := g.property(q.set, 1, textKind, intKind, dateKind, guidKind, doubleKind)
	q.apply = append(q.apply, groupStep{by: g.columns(q.set, g.IntN(2)), aggregates: []aggregate{{"countdistinct", path{to: to}, "D", intKind}, {"$count", nil, "N", intKind}}})
}

func (g *generator) rollups(q *query) {
	q.extended = true
	if g.chance(50) {
		q.apply = append(q.apply, filterStep{g.condition(q.set, "", 1)})
	}
	aggregates := append(g.aggregates(q.set, nil), aggregate{"$count", nil, "N", intKind})
	aggregates = slices.DeleteFunc(aggregates, func(a aggregate) bool { return a.name == "Count" })
	columns := g.columns(q.set, 3)
	if len(columns) < 2 || g.chance(40) {
		one, other := groupStep{by: columns[:min(1, len(columns))], aggregates: aggregates}, groupStep{by: columns, aggregates: []aggregate{{"$count", nil, "M", intKind}}}
		q.apply = append(q.apply, concatStep{parts: []groupStep{one, other}})
		return
	}
	fixed := g.IntN(len(columns) - 1)
	q.apply = append(q.apply, rollup(columns[:fixed], columns[fixed:], g.chance(50), aggregates))
}

func (g *generator) ranks(q *query) {
	q.extended = true
	key := map[string]string{"WorkItems": "WorkItemId", "PipelineRuns": "PipelineRunSK", "TestRuns": "TestRunSK"}[q.set]
	by := path{to: []string{pick(g, map[string][]string{"WorkItems": {"Effort", "Priority", "WorkItemId"}, "PipelineRuns": {"FailedCount", "PipelineRunId"},
		"TestRuns": {"ResultCount", "ResultFailCount"}}[q.set])}}
	if !g.w.used[q.set][by.to[0]] {
		by.to[0] = key
	}
	x := rankStep{method: pick(g, []string{"top", "bottom"}) + pick(g, []string{"count", "count", "sum", "percent"}), n: int64(1 + g.IntN(30)), by: by, key: key}
	if strings.HasSuffix(x.method, "sum") {
		x.n *= 7
	}
	if g.chance(60) {
		q.apply = append(q.apply, filterStep{g.condition(q.set, "", 1)})
	}
	q.apply = append(q.apply, x)
	if g.chance(40) {
		q.filter = g.condition(q.set, "", 0)
	}
	if g.chance(40) {
		q.apply = append(q.apply, groupStep{by: g.columns(q.set, 1), aggregates: []aggregate{{"$count", nil, "N", intKind}}})
		q.filter = nil
		return
	}
	q.selects = g.selection(q.set, 100)
}

func (g *generator) searches(q *query) {
	q.extended = true
	x := searched{op: pick(g, []string{"AND", "OR"}), not: g.chance(25)}
	for range 1 + g.IntN(3) {
		title, _ := g.sample(q.set, []string{"Title"}).(string)
		words := strings.Fields(strings.NewReplacer(`"`, "", `\`, "").Replace(title))
		if len(words) == 0 {
			words = []string{"oracle"}
		}
		from := g.IntN(len(words))
		x.terms = append(x.terms, g.anyCase(strings.Join(words[from:min(len(words), from+1+g.IntN(2))], " ")))
	}
	if g.chance(50) {
		q.apply = []step{searchStep{x}, groupStep{by: g.columns(q.set, 1), aggregates: []aggregate{{"$count", nil, "N", intKind}}}}
		return
	}
	q.search = &x
	q.filter = g.optional(50, q.set)
}
