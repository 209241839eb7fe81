package oracle

import (
	"fmt"
	"slices"
	"time"
)

// fillApply gives a query a pipeline of transformations and what may follow it.
func (g *generator) fillApply(q *query) {
	for range g.IntN(3) {
		q.apply = append(q.apply, filterStep{g.condition(q.set, "", 1)})
	}
	var computed []column
	if to, p, ok := g.property(q.set, 1, intKind, doubleKind, dateKind); ok && g.chance(25) {
		c := computeStep{name: "Computed", kind: intKind, of: call{"month", []expr{path{to: to}}}}
		if p.kind != dateKind {
			c.of, c.kind = binary{"mul", path{to: to}, num(2)}, p.kind
		}
		q.apply = append(q.apply, c)
		computed = append(computed, column{[]string{c.name}, c.kind})
	}
	group := groupStep{aggregates: g.aggregates(q.set, computed)}
	if g.chance(80) {
		for range 1 + g.IntN(2) {
			to, p, ok := g.property(q.set, 1)
			if chosen := pick(g, kinds); g.chance(70) {
				to, p, ok = g.property(q.set, 1, chosen...)
			}
			if ok && to[0] != "Count" && !slices.ContainsFunc(group.by, func(c column) bool { return c.path[0] == to[0] }) {
				group.by = append(group.by, column{to, p.kind})
			}
		}
		if len(computed) > 0 && g.chance(50) {
			group.by = append(group.by, computed[0])
		}
	}
	if len(group.by) > 0 && g.chance(15) {
		group.aggregates = nil
	}
	if len(group.aggregates) == 0 && len(group.by) == 0 {
		group.aggregates = []aggregate{{"$count", nil, "Count", intKind}}
	}
	q.apply = append(q.apply, group)
	columns := slices.Clone(group.by)
	for _, a := range group.aggregates {
		columns = append(columns, column{[]string{a.name}, a.kind})
	}
	columns = g.regroup(q, columns)
	if f := g.columnTest(columns); f != nil && g.chance(40) {
		q.filter = f
	}
	if g.chance(60) {
		for _, c := range columns {
			if c.kind != guidKind && c.kind != flagsKind && c.kind != enumKind && g.chance(60) {
				q.order = append(q.order, order{path{to: c.path}, g.chance(50)})
			}
		}
	}
	g.cut(q, 60)
}

// snapshot makes a query of a snapshot on some days: mostly of groups by day, which the service computes without making
// their rows, sometimes of groups or rows that it has to make.
func (g *generator) snapshot() *query {
	q := &query{set: g.set([]string{snapshotSet, snapshotSet, boardSnapshotSet, pointHistorySet})}
	if !daily(q.set) {
		q.set = snapshotSet
	}
	today := g.w.dates[g.w.daySK(now())]
	first := pick(g, g.w.some(q.set)).at("Date").(row)["Date"].(time.Time).In(g.w.zone)
	day := func(t time.Time) literal { return num(g.w.daySK(t)) }
	sk, value := path{to: []string{"DateSK"}}, path{to: []string{"DateValue"}}
	last := first.AddDate(0, 0, g.IntN(30))
	days := expr(binary{"and", binary{"ge", sk, day(first)}, binary{"le", sk, day(last)}})
	switch {
	case g.chance(15):
		days = binary{"eq", sk, num(today["DateSK"].(int64))}
	case g.chance(15) && q.set != pointHistorySet:
		days = binary{"and", binary{"gt", value, at(first.Format(time.RFC3339))}, binary{"le", value, g.date(last)}}
	case g.chance(15):
		flag := pick(g, []string{"Month", "WeekEndingOnFriday", "Quarter"})
		period := literal{enum(flag), "Microsoft.VisualStudio.Services.Analytics.Model.Period'" + flag + "'"}
		days = binary{"and", binary{"ge", sk, num(20240101)}, binary{"and", binary{"lt", sk, num(20240701)}, binary{"has", path{to: []string{"IsLastDayOfPeriod"}}, period}}}
	}
	if g.chance(15) {
		q.filter = and(days, g.optional(60, q.set))
		q.selects, q.order = g.selection(q.set, 100), g.orderBy(q.set, 50)
		g.cut(q, 100)
		return q
	}
	g.fillApply(q)
	q.apply = append([]step{filterStep{days}}, q.apply...)
	for i, s := range q.apply {
		if group, ok := s.(groupStep); ok && g.chance(80) && !group.byDay() {
			by := []column{{[]string{"DateSK"}, intKind}, {[]string{"DateSK"}, intKind}, {[]string{"DateValue"}, dateKind}}
			if q.set == pointHistorySet {
				by = by[:2]
			}
			group.by = append(slices.Clone(group.by), pick(g, by))
			q.apply[i] = group
		}
		if _, ok := s.(groupStep); ok {
			break
		}
	}
	return q
}

// regroup sometimes adds transformations behind the first grouping.
func (g *generator) regroup(q *query, columns []column) []column {
	if f := g.columnTest(columns); f != nil && g.chance(20) {
		q.apply = append(q.apply, filterStep{f})
	}
	numbers := slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.kind != intKind && c.kind != doubleKind || len(c.path) > 1 })
	if len(numbers) > 0 && g.chance(15) {
		c := pick(g, numbers)
		q.apply = append(q.apply, computeStep{binary{"add", path{to: c.path}, num(1)}, "More", c.kind})
		columns = append(slices.Clone(columns), column{[]string{"More"}, c.kind})
	}
	if g.chance(20) {
		again := groupStep{aggregates: []aggregate{{"$count", nil, "Groups", intKind}}}
		if len(numbers) > 0 {
			c := pick(g, numbers)
			again.aggregates = append(again.aggregates, aggregate{"max", path{to: c.path}, "Largest", c.kind})
		}
		if c := pick(g, columns); g.chance(60) {
			again.by = []column{c}
		}
		q.apply = append(q.apply, again)
		columns = slices.Clone(again.by)
		for _, a := range again.aggregates {
			columns = append(columns, column{[]string{a.name}, a.kind})
		}
	}
	return columns
}

func (g *generator) aggregates(set string, computed []column) []aggregate {
	var list []aggregate
	if g.chance(70) {
		list = append(list, aggregate{"$count", nil, "Count", intKind})
	}
	for i := range g.IntN(3) {
		to, p, ok := g.property(set, 1, intKind, doubleKind, dateKind)
		if !ok || p.name == "AnalyticsUpdatedDate" { // whether its maximum is shown in UTC as well is not said
			continue
		}
		if len(computed) > 0 && g.chance(40) {
			to, p = computed[0].path, property{kind: computed[0].kind}
		}
		a := aggregate{pick(g, []string{"sum", "min", "max", "average"}), path{to: to}, fmt.Sprintf("Value%d", i+1), p.kind}
		switch {
		case p.kind == dateKind && (a.method == "sum" || a.method == "average"):
			a.method = "max"
		case a.method == "average":
			a.kind = doubleKind
		case p.kind == intKind && a.method == "sum" && g.chance(20):
			a.of = binary{"mul", a.of, num(3)}
		}
		if p.kind != dateKind && g.chance(15) {
			condition := binary{"gt", path{to: to}, num(1)}
			a.of, a.method, a.kind = iif{condition, num(1), num(0)}, "sum", intKind
			if g.chance(50) {
				a.of = cast{condition, "Edm.Int32"}
			}
		}
		list = append(list, a)
	}
	return list
}

// columnTest makes a condition on a column of numbers, nil when there is none.
func (g *generator) columnTest(columns []column) expr {
	for _, c := range columns {
		if c.kind == intKind || c.kind == doubleKind {
			return binary{pick(g, []string{"gt", "ge", "ne", "lt"}), path{to: c.path}, num(int64(g.IntN(10)))}
		}
	}
	return nil
}
