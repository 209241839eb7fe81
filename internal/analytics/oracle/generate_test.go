package oracle

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// generator makes queries that mean something for the rows of a world. The same seed makes the same query.
type generator struct {
	*rand.Rand
	w       *world
	crosses bool   // paths may lead to other projects
	root    string // set of the row that the condition being made is about
}

func newGenerator(w *world, seed uint64) *generator {
	return &generator{rand.New(rand.NewPCG(seed, 20261122)), w, true, ""}
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

var sets = []string{
	"WorkItems", "WorkItems", "WorkItems", "WorkItems", "WorkItems", "WorkItems", "WorkItemRevisions", "WorkItemRevisions", "Areas",
	"Iterations", "Projects", "Teams", "Users", "Tags", "WorkItemLinks", "Dates", "Processes", "WorkItemTypeFields",
	"BoardLocations", "Pipelines", "PipelineRuns", "PipelineRunActivityResults", "PipelineJobs", "PipelineTasks", "Branches", "Tests", "TestRuns",
	"TestResults", "TestResultsDaily", "TestConfigurations", "TestSuites", "TestPoints", "TaskAgentRequestSnapshots", "TaskAgentPoolSizeSnapshots",
	"ParallelPipelineJobsSnapshot",
}

// set picks one of some sets that has rows.
func (g *generator) set(from []string) string {
	if set := pick(g, from); len(g.w.some(set)) > 0 {
		return set
	}
	return "WorkItems"
}

// query makes a query of rows or, less often, of an $apply.
func (g *generator) query() *query {
	q := &query{set: g.set(sets)}
	if g.chance(12) {
		return g.snapshot()
	}
	if g.chance(35) && q.set != "Dates" {
		g.fillApply(q)
		return q
	}
	q.filter = g.optional(75, q.set)
	if q.set == "Dates" { // how far the calendar goes is not promised
		known := binary{"and", binary{"ge", path{to: []string{"Year"}}, num(2024)}, binary{"le", path{to: []string{"Year"}}, num(2025)}}
		q.filter = and(known, q.filter)
	}
	q.order = g.orderBy(q.set, 50)
	q.selects = g.selection(q.set, 93)
	q.expands = g.expansions(q.set, 35, 1)
	g.compute(q)
	g.cut(q, 92)
	return q
}

// cut leaves mostly a few rows of a query to be compared, but all of them to be counted.
func (g *generator) cut(q *query, percent int) {
	if g.chance(percent) {
		q.top = count(g.IntN(25))
	}
	if g.chance(30) {
		q.skip = count(g.IntN(60))
	}
	q.count = g.chance(75)
}

// compute adds a column of its own to a query.
func (g *generator) compute(q *query) {
	to, p, ok := g.property(q.set, 1, intKind, doubleKind, dateKind, textKind)
	if !ok || !g.chance(12) {
		return
	}
	c := computeStep{name: "Computed", kind: anyKind}
	switch p.kind {
	case textKind:
		c.of = call{"length", []expr{path{to: to}}}
	case dateKind:
		c.of = call{pick(g, []string{"year", "day", "hour", "totaloffsetminutes"}), []expr{path{to: to}}}
	default:
		c.of = binary{pick(g, []string{"add", "mul", "divby"}), path{to: to}, num(3)}
	}
	q.computes = []computeStep{c}
	name := path{to: []string{c.name}}
	if q.selects != nil {
		q.selects = append(q.selects, c.name)
	}
	if g.chance(50) {
		q.filter = and(binary{pick(g, []string{"gt", "le", "ne"}), name, num(int64(g.IntN(20)))}, q.filter)
	}
	if g.chance(50) {
		q.order = append(q.order, order{name, g.chance(50)})
	}
}

func count(n int) *int { return &n }

func and(a, b expr) expr {
	if b == nil {
		return a
	}
	return binary{"and", a, b}
}

func (g *generator) optional(percent int, set string) expr {
	if !g.chance(percent) {
		return nil
	}
	return g.condition(set, "", 2)
}

// used are the properties of a set that some row has: others may not exist in the scope.
func (g *generator) used(set string, kinds ...kind) []property {
	var list []property
	for _, p := range g.w.schema[set].props {
		if g.w.schema[set].unpromised(p.name) || len(kinds) > 0 && !slices.Contains(kinds, p.kind) {
			continue
		}
		if p.name == "AnalyticsUpdatedDate" && len(kinds) > 0 && !g.chance(5) { // the same for all rows
			continue
		}
		if g.w.used[set][p.name] {
			list = append(list, p)
		}
	}
	return list
}

func (g *generator) navs(set string, many bool) []navigation {
	var list []navigation
	for _, n := range g.w.schema[set].navs {
		if n.many != many || n.name == "Revisions" || !g.crosses && (n.crosses || n.name == "WorkItem") {
			continue
		}
		if many || slices.ContainsFunc(g.w.some(set), func(r row) bool { return r.at(n.name).(row) != nil }) {
			list = append(list, n)
		}
	}
	return list
}

// property finds a property of one of some kinds in a set or behind its navigations.
func (g *generator) property(set string, hops int, kinds ...kind) ([]string, property, bool) {
	if navs := g.navs(set, false); hops > 0 && len(navs) > 0 && g.chance(35) {
		n := pick(g, navs)
		if to, p, ok := g.property(n.target, hops-1, kinds...); ok {
			return append([]string{n.name}, to...), p, true
		}
	}
	list := g.used(set, kinds...)
	if len(list) == 0 {
		return nil, property{}, false
	}
	p := pick(g, list)
	return []string{p.name}, p, true
}

// condition makes a condition on a row of a set that from stands for.
func (g *generator) condition(set, from string, depth int) expr {
	if from == "" {
		g.root = set
	}
	if depth > 0 {
		switch roll := g.IntN(100); {
		case roll < 20:
			return binary{"and", g.condition(set, from, depth-1), g.condition(set, from, depth-1)}
		case roll < 40:
			return binary{"or", g.condition(set, from, depth-1), g.condition(set, from, depth-1)}
		case roll < 50:
			return not{g.condition(set, from, depth-1)}
		case roll < 65 && len(g.navs(set, true)) > 0:
			return g.overCollection(set, from, depth)
		}
	}
	return g.test(set, from)
}

func (g *generator) overCollection(set, from string, depth int) expr {
	over := path{from: from}
	if singles := g.navs(set, false); len(singles) > 0 && g.chance(20) {
		if n := pick(g, singles); len(g.navs(n.target, true)) > 0 {
			over.to, set = append(over.to, n.name), n.target
		}
	}
	n := pick(g, g.navs(set, true))
	over.to = append(over.to, n.name)
	switch roll := g.IntN(100); {
	case roll < 15:
		return lambda{over: over}
	case roll < 35:
		counted := size{of: over}
		if root := g.root; g.chance(40) {
			counted.where = g.condition(n.target, "", 0)
			g.root = root
		}
		return binary{pick(g, []string{"gt", "ge", "eq", "lt", "ne"}), counted, num(int64(g.IntN(4)))}
	}
	name := string(rune('a' + len(from)*7 + depth))
	return lambda{over: over, all: g.chance(25), name: name, body: g.condition(n.target, name, min(depth-1, 1))}
}

// kinds are what conditions are about.
var kinds = [][]kind{{textKind}, {textKind}, {intKind, doubleKind}, {intKind, doubleKind}, {dateKind}, {dateKind}, {guidKind}, {boolKind, enumKind, flagsKind}}

var relations = []string{"eq", "ne", "lt", "le", "gt", "ge"}

// test makes a condition without connectives.
func (g *generator) test(set, from string) expr {
	to, p, _ := g.property(set, 2, pick(g, kinds)...)
	if to == nil {
		to, p, _ = g.property(set, 2)
	}
	of := path{from, to}
	sample := g.sample(set, to)
	if sample == nil || g.chance(8) {
		return binary{pick(g, []string{"eq", "ne"}), of, null()}
	}
	if from != "" && g.chance(15) && slices.Contains([]kind{textKind, intKind, doubleKind, dateKind}, p.kind) {
		if outside, _, ok := g.property(g.root, 1, p.kind); ok { // of the row around the lambda
			return binary{pick(g, relations), of, path{to: outside}}
		}
	}
	switch p.kind {
	case textKind:
		return g.textTest(of, sample.(string), set, from)
	case guidKind:
		if g.chance(25) {
			list := []literal{key(sample.(guid))}
			if other, ok := g.sample(set, to).(guid); ok {
				list = append(list, key(other))
			}
			return in{of, list}
		}
		return binary{pick(g, []string{"eq", "eq", "ne"}), of, key(sample.(guid))}
	case enumKind:
		return binary{pick(g, []string{"eq", "ne"}), of, literal{sample, "'" + string(sample.(enum)) + "'"}}
	case flagsKind:
		flag := pick(g, periodNames)
		return binary{"has", of, literal{enum(flag), "Microsoft.VisualStudio.Services.Analytics.Model.Period'" + flag + "'"}}
	case boolKind:
		if g.chance(30) {
			return of
		}
		return binary{pick(g, []string{"eq", "ne"}), of, truth(g.chance(50))}
	case dateKind:
		return g.dateTest(of, sample.(time.Time), set, from)
	}
	return g.numberTest(of, p.kind, sample, set, from)
}

// sample is the value of a random row.
func (g *generator) sample(set string, to []string) any {
	return walk(pick(g, g.w.some(set)), to)
}

func (g *generator) textTest(of path, sample, set, from string) expr {
	if p, other, ok := g.property(set, 1, textKind); ok && g.chance(6) && other.kind == textKind {
		return binary{pick(g, []string{"eq", "ne"}), of, path{from, p}}
	}
	sample = g.anyCase(sample)
	runes := []rune(sample)
	if len(runes) == 0 {
		return binary{pick(g, []string{"eq", "ne"}), of, str("")}
	}
	switch roll := g.IntN(100); {
	case roll < 35:
		return binary{pick(g, []string{"eq", "eq", "ne", "ge", "lt"}), of, str(sample)}
	case roll < 45:
		return in{of, []literal{str(sample), str("Task"), str("no such thing")}}
	case roll < 60:
		from := g.IntN(len(runes))
		return call{"contains", []expr{of, str(string(runes[from:min(len(runes), from+1+g.IntN(4))]))}}
	case roll < 70:
		return call{"startswith", []expr{of, str(string(runes[:1+g.IntN(len(runes))]))}}
	case roll < 80:
		return call{"endswith", []expr{of, str(string(runes[g.IntN(len(runes)):]))}}
	case roll < 85:
		return binary{pick(g, relations), call{"length", []expr{of}}, num(int64(len(runes)))}
	case roll < 90:
		return binary{"ge", call{"indexof", []expr{of, str(string(runes[len(runes)/2:]))}}, num(int64(g.IntN(5)))}
	case roll < 94:
		return binary{"eq", call{"substring", []expr{of, num(1), num(3)}}, str(string(runes[min(1, len(runes)):min(4, len(runes))]))}
	case roll < 97:
		return binary{"eq", call{pick(g, []string{"tolower", "toupper", "trim"}), []expr{of}}, str(sample)}
	}
	return binary{"eq", call{"concat", []expr{of, str("!")}}, str(sample + "!")}
}

func (g *generator) anyCase(s string) string {
	switch g.IntN(4) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return strings.ToLower(s)
	}
	return s
}

func (g *generator) dateTest(of path, sample time.Time, set, from string) expr {
	if p, _, ok := g.property(set, 1, dateKind); ok && g.chance(15) {
		return binary{pick(g, relations), of, path{from, p}}
	}
	if g.chance(30) && sample.Year() < 9000 {
		switch name := pick(g, []string{"year", "month", "day", "hour", "minute", "second", "totaloffsetminutes", "date", "time"}); name {
		case "date":
			day := datePart("date", sample.In(g.w.zone)).(date)
			return binary{pick(g, relations), call{name, []expr{of}}, literal{day, string(day)}}
		case "time":
			spelled := sample.In(g.w.zone).Format("15:04:05")
			return binary{pick(g, []string{"lt", "ge"}), call{name, []expr{of}}, literal{clock(spelled + ".000000"), spelled}}
		default:
			return binary{pick(g, relations), call{name, []expr{of}}, num(datePart(name, sample.In(g.w.zone)).(int64))}
		}
	}
	if g.chance(5) {
		return binary{pick(g, relations), of, call{name: pick(g, []string{"now", "mindatetime", "maxdatetime"})}}
	}
	return binary{pick(g, relations), of, g.date(sample)}
}

// date spells a moment in one of the forms clients use.
func (g *generator) date(t time.Time) literal {
	switch g.IntN(5) {
	case 0:
		return at(t.UTC().Format("2006-01-02") + "Z")
	case 1:
		return at(t.In(g.w.zone).Format("2006-01-02T15:04:05.999999999Z07:00"))
	case 2:
		return at(t.In(time.FixedZone("", 9*3600)).Format("2006-01-02T15:04:05Z07:00"))
	}
	return at(t.UTC().Format("2006-01-02T15:04:05.999999999Z07:00"))
}

func (g *generator) numberTest(of path, k kind, sample any, set, from string) expr {
	constant := func() literal {
		if k == doubleKind && g.chance(70) {
			return float(toFloat(sample))
		}
		return num(int64(toFloat(sample)))
	}
	switch roll := g.IntN(100); {
	case roll < 12:
		if p, _, ok := g.property(set, 1, intKind, doubleKind); ok {
			return binary{pick(g, relations), of, path{from, p}}
		}
	case roll < 22 && k == intKind:
		return in{of, []literal{constant(), num(int64(g.IntN(5))), num(1)}}
	case roll < 35:
		return binary{pick(g, relations), binary{pick(g, []string{"add", "sub", "mul"}), of, num(int64(1 + g.IntN(4)))}, constant()}
	case roll < 42:
		return binary{"eq", binary{"mod", of, num(int64(2 + g.IntN(3)))}, num(0)}
	case roll < 48:
		return binary{pick(g, relations), binary{"div", of, num(int64(2 + g.IntN(3)))}, constant()}
	case roll < 52 && k == doubleKind:
		return binary{pick(g, relations), call{pick(g, []string{"floor", "ceiling", "round"}), []expr{of}}, constant()}
	}
	if g.chance(6) {
		choice := iif{binary{pick(g, relations), of, constant()}, of, num(0)}
		return binary{pick(g, relations), choice, constant()}
	}
	return binary{pick(g, relations), of, constant()}
}

func (g *generator) orderBy(set string, percent int) []order {
	var keys []order
	for range 1 + g.IntN(3) {
		to, p, ok := g.property(set, 1, textKind, intKind, doubleKind, dateKind, boolKind)
		if !ok || !g.chance(percent) {
			continue
		}
		by := expr(path{to: to})
		switch many := g.navs(set, true); {
		case g.chance(88):
		case p.kind == textKind:
			by = call{"length", []expr{by}}
		case p.kind == dateKind:
			by = call{"month", []expr{by}}
		case p.kind == intKind:
			by = binary{"mod", by, num(3)}
		case len(many) > 0:
			by = size{of: path{to: []string{pick(g, many).name}}}
		}
		keys = append(keys, order{by, g.chance(50)})
	}
	return keys
}

func (g *generator) selection(set string, percent int) []string {
	if !g.chance(percent) {
		return nil
	}
	var names []string
	for range 1 + g.IntN(5) {
		if p := pick(g, g.used(set)); !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

func (g *generator) expansions(set string, percent, depth int) []expand {
	var all []expand
	for range 2 {
		if !g.chance(percent) {
			continue
		}
		navs := g.navs(set, g.chance(50))
		if len(navs) == 0 {
			continue
		}
		n := pick(g, navs)
		if slices.ContainsFunc(all, func(x expand) bool { return x.nav == n.name }) || len(g.w.sets[n.target]) == 0 {
			continue
		}
		x := expand{nav: n.name}
		x.set = n.target
		if n.many && g.chance(15) {
			inner := &query{set: n.target}
			if g.fillApply(inner); inner.sums() > 1 { // refused
				continue
			}
			x.apply, x.filter = inner.apply, inner.filter
			all = append(all, x)
			continue
		}
		if n.name == "Parent" || n.name == "Children" && g.chance(20) {
			x.levels = g.IntN(4)
		}
		x.count = n.many && g.chance(20)
		x.selects = g.selection(n.target, 100)
		if g.chance(30) {
			x.filter = g.condition(n.target, "", 1)
		}
		if n.many && g.chance(50) {
			x.order = append(g.orderBy(n.target, 40), g.decisive(n.target)...)
			if g.chance(50) {
				x.top = count(1 + g.IntN(3))
			}
			if g.chance(20) {
				x.skip = count(g.IntN(3))
			}
		}
		if depth > 0 && g.chance(25) && n.name != "Descendants" && x.levels == 0 {
			x.expands = g.expansions(n.target, 60, depth-1)
		}
		all = append(all, x)
	}
	return all
}

// sums are how often an $apply makes one row of all.
func (q *query) sums() int {
	n := 0
	for _, s := range q.apply {
		if group, ok := s.(groupStep); ok && len(group.by) == 0 {
			n++
		}
	}
	return n
}

// decisive are keys that leave no ties within a collection.
func (g *generator) decisive(set string) []order {
	keys := []order{{by: path{to: []string{g.w.schema[set].order}}}}
	if set == "Processes" {
		keys = append(keys, order{by: path{to: []string{"Team", "TeamName"}}})
	}
	if set == "WorkItemLinks" {
		keys = append(keys, order{by: path{to: []string{"LinkTypeReferenceName"}}}, order{by: path{to: []string{"CreatedDate"}}})
	}
	return keys
}
