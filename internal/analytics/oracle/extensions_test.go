package oracle

import (
	"cmp"
	"slices"
	"strings"
)

// ranked sorts rows that have the number, highest or lowest first, then by id.
func ranked(rows []row, number string, highest bool) []row {
	list := keep(rows, func(r row) bool { return r[number] != nil })
	slices.SortStableFunc(list, func(a, b row) int {
		by := cmp.Compare(a[number].(float64), b[number].(float64))
		if highest {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a["WorkItemId"].(int64), b["WorkItemId"].(int64)))
	})
	return list
}

// reaching is the shortest beginning of the rows whose sum reaches a number.
func reaching(rows []row, number string, enough float64) []row {
	sum := 0.0
	for i, r := range rows {
		if sum >= enough {
			return rows[:i]
		}
		sum += r[number].(float64)
	}
	return rows
}

func total(rows []row, number string) (sum float64) {
	for _, r := range rows {
		if x, ok := r[number].(float64); ok {
			sum += x
		}
	}
	return sum
}

func ids(rows []row) (list [][]any) {
	for _, r := range rows {
		list = append(list, []any{r["WorkItemId"]})
	}
	return list
}

func text0(r row, name string) string { s, _ := r[name].(string); return s }

// mentions reports whether a work item's title or a tag of it has the term as a part.
func mentions(r row, term string) bool {
	if strings.Contains(lower(r["Title"]), term) {
		return true
	}
	return slices.ContainsFunc(r["Tags"].([]row), func(tag row) bool { return strings.Contains(lower(tag["TagName"]), term) })
}

// counts counts rows by a key, which may be absent.
func counts(rows []row, names ...string) (list [][]any) {
	seen := map[string]int{}
	for _, r := range rows {
		var key []any
		for _, name := range names {
			key = append(key, walk(r, strings.Split(name, "/")))
		}
		k := strings.ToLower(cells(key))
		if _, ok := seen[k]; !ok {
			seen[k] = len(list)
			list = append(list, append(key, 0))
		}
		n := list[seen[k]]
		n[len(n)-1] = n[len(n)-1].(int) + 1
	}
	return list
}

// widened puts absent members behind the first n cells of each row.
func widened(rows [][]any, n, members int) [][]any {
	for i, r := range rows {
		rows[i] = slices.Insert(r, n, slices.Repeat([]any{any(absent)}, members)...)
	}
	return rows
}

const ours = "boardwalk.extensions=true&"

var extensions = []question{
	{name: "distinct values, whatever the case, without absent ones", set: "WorkItems", columns: []string{"T", "U", "P"},
		query: ours + "$apply=aggregate(Title with countdistinct as T,AssignedToUserSK with countdistinct as U,ProjectSK with countdistinct as P)",
		want: func(w *world) [][]any {
			n := map[string]map[any]bool{"Title": {}, "AssignedToUserSK": {}, "ProjectSK": {}}
			for _, r := range w.sets["WorkItems"] {
				for name, seen := range n {
					if s, ok := r[name].(string); ok {
						seen[strings.ToLower(s)] = true
					} else if r[name] != nil {
						seen[r[name]] = true
					}
				}
			}
			return [][]any{{len(n["Title"]), len(n["AssignedToUserSK"]), len(n["ProjectSK"])}}
		}},
	{name: "the first by a number, those of one value by their keys", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + "$apply=filter(State ne 'Removed')/topcount(9,Effort)&$select=WorkItemId",
		want: func(w *world) [][]any {
			rows := keep(w.sets["WorkItems"], func(r row) bool { return text0(r, "State") != "Removed" })
			return ids(ranked(rows, "Effort", true)[:9])
		}},
	{name: "conditions behind a ranking do not bring others in", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + "$apply=bottomcount(20,Effort)&$filter=State eq 'Done'&$select=WorkItemId&$orderby=Title",
		want: func(w *world) [][]any {
			return ids(keep(ranked(w.sets["WorkItems"], "Effort", false)[:20], func(r row) bool { return text0(r, "State") == "Done" }))
		}},
	{name: "the fewest that reach a sum, lowest first", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + "$apply=filter(Effort gt 0)/bottomsum(37.5,Effort)&$select=WorkItemId",
		want: func(w *world) [][]any {
			rows := keep(w.sets["WorkItems"], func(r row) bool { x, _ := r["Effort"].(float64); return x > 0 })
			return ids(reaching(ranked(rows, "Effort", false), "Effort", 37.5))
		}},
	{name: "sums that go down again", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + "$apply=compute(Effort sub 6 as Above)/topsum(250,Above)&$select=WorkItemId",
		want: func(w *world) [][]any {
			var rows []row
			for _, r := range w.sets["WorkItems"] {
				if x, ok := r["Effort"].(float64); ok {
					rows = append(rows, row{"WorkItemId": r["WorkItemId"], "Above": x - 6})
				}
			}
			return ids(reaching(ranked(rows, "Above", true), "Above", 250))
		}},
	{name: "a percentage of the whole, in each group", set: "WorkItems", columns: []string{"WorkItemType", "N", "S"},
		query: ours + "$apply=groupby((WorkItemType),toppercent(30,Effort)/aggregate($count as N,Effort with sum as S))",
		want: func(w *world) (list [][]any) {
			for _, kind := range counts(w.sets["WorkItems"], "WorkItemType") {
				rows := keep(w.sets["WorkItems"], func(r row) bool { return r["WorkItemType"] == kind[0] })
				first := reaching(ranked(rows, "Effort", true), "Effort", total(rows, "Effort")*0.3)
				if total(rows, "Effort") == 0 {
					first = nil
				}
				var sum any
				if len(first) > 0 {
					sum = total(first, "Effort")
				}
				list = append(list, []any{kind[0], len(first), sum})
			}
			return list
		}},
	{name: "the first of each group as rows", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + "$apply=groupby((State,ProjectSK),filter(Priority eq 2)/topcount(1,Effort))&$select=WorkItemId",
		want: func(w *world) (list [][]any) {
			rows := keep(w.sets["WorkItems"], func(r row) bool { return r["Priority"] == int64(2) })
			for _, group := range counts(rows, "State", "ProjectSK") {
				in := keep(rows, func(r row) bool { return r["State"] == group[0] && r["ProjectSK"] == group[1] })
				if first := ranked(in, "Effort", true); len(first) > 0 {
					list = append(list, []any{first[0]["WorkItemId"]})
				}
			}
			return list
		}},
	{name: "groups by their number", set: "WorkItems", columns: []string{"Area/AreaName", "N"},
		query: ours + "$apply=groupby((Area/AreaName),aggregate($count as N))/topcount(4,N)",
		want: func(w *world) [][]any {
			list := counts(w.sets["WorkItems"], "Area/AreaName")
			slices.SortFunc(list, func(a, b []any) int {
				return cmp.Or(b[1].(int)-a[1].(int), cmp.Compare(strings.ToLower(a[0].(string)), strings.ToLower(b[0].(string))))
			})
			return list[:4]
		}},
	{name: "of each expanded collection", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"N"},
		query: ours + "$apply=filter(Children/any())/compute(Children/$count as C)/groupby((WorkItemType),topcount(3,C)/aggregate(C with sum as N))",
		want: func(w *world) (list [][]any) {
			var rows []row
			for _, r := range w.sets["WorkItems"] {
				if n := len(r["Children"].([]row)); n > 0 {
					rows = append(rows, row{"WorkItemId": r["WorkItemId"], "C": float64(n), "WorkItemType": r["WorkItemType"]})
				}
			}
			for _, kind := range counts(rows, "WorkItemType") {
				in := ranked(keep(rows, func(r row) bool { return r["WorkItemType"] == kind[0] }), "C", true)
				list = append(list, []any{total(in[:min(3, len(in))], "C")})
			}
			return list
		}},
	{name: "rollup", set: "WorkItems", columns: []string{"Priority", "StateCategory", "State", "N"},
		query: ours + "$apply=groupby((Priority,rollup($all,StateCategory,State)),aggregate($count as N))",
		want: func(w *world) [][]any {
			rows := w.sets["WorkItems"]
			return slices.Concat(counts(rows, "Priority", "StateCategory", "State"), widened(counts(rows, "Priority", "StateCategory"), 2, 1),
				widened(counts(rows, "Priority"), 1, 2))
		}},
	{name: "rollup over paths, then a condition on what is left", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"Iteration/IterationLevel2", "Iteration/IterationLevel3", "N"},
		query: ours + "$apply=groupby((rollup(Iteration/IterationLevel2,Iteration/IterationLevel3)),aggregate($count as N))/filter(N gt 10)&$orderby=N desc",
		want: func(w *world) [][]any {
			rows := w.sets["WorkItems"]
			list := slices.Concat(counts(rows, "Iteration/IterationLevel2", "Iteration/IterationLevel3"), widened(counts(rows, "Iteration/IterationLevel2"), 1, 1))
			return slices.DeleteFunc(list, func(r []any) bool { return r[2].(int) <= 10 })
		}},
	{name: "rows and their sum", set: "WorkItems", columns: []string{"WorkItemId", "Effort", "N"},
		query: ours + "$apply=concat(topcount(3,Effort),filter(Effort gt 13)/aggregate(Effort with sum as Effort,$count as N))",
		want: func(w *world) (list [][]any) {
			for _, r := range ranked(w.sets["WorkItems"], "Effort", true)[:3] {
				list = append(list, []any{r["WorkItemId"], r["Effort"], absent})
			}
			rows := keep(w.sets["WorkItems"], func(r row) bool { x, _ := r["Effort"].(float64); return x > 13 })
			return append(list, []any{absent, total(rows, "Effort"), len(rows)})
		}},
	{name: "search: terms side by side, in titles and tags", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + "$search=oracle CASE&$select=WorkItemId",
		want: func(w *world) [][]any {
			return ids(keep(w.sets["WorkItems"], func(r row) bool { return mentions(r, "oracle") && mentions(r, "case") }))
		}},
	{name: "search: or, not and phrases", set: "WorkItems", columns: []string{"WorkItemId"},
		query: ours + `$search=("release 2.0" OR phone) AND NOT service&$filter=Priority lt 3&$select=WorkItemId&$orderby=Title`,
		want: func(w *world) [][]any {
			return ids(keep(w.sets["WorkItems"], func(r row) bool {
				p, _ := r["Priority"].(int64)
				return r["Priority"] != nil && p < 3 && (mentions(r, "release 2.0") || mentions(r, "phone")) && !mentions(r, "service")
			}))
		}},
	{name: "search before grouping", set: "WorkItems", columns: []string{"State", "N"},
		query: ours + "$apply=search(100 OR 오라클 OR web)/groupby((State),aggregate($count as N))",
		want: func(w *world) [][]any {
			return counts(keep(w.sets["WorkItems"], func(r row) bool { return mentions(r, "100") || mentions(r, "오라클") || mentions(r, "web") }), "State")
		}},
}
