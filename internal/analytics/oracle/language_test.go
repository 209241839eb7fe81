package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/analytics"
	"boardwalk/internal/db/dbtest"
)

// question is a query of the language's rarer parts, with the rows it must give as a loop over plain rows finds them.
type question struct {
	name, project, set, query string
	columns                   []string // to compare, as paths
	ordered                   bool
	want                      func(w *world) [][]any
}

func TestLanguage(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		for _, q := range slices.Concat(percentiles, rules, extensions) {
			t.Run(q.name, func(t *testing.T) { f.check(t, q) })
		}
	})
}

// check compares the answer, in one piece and in small pages, with what is wanted.
func (f *fixture) check(t *testing.T, q question) {
	t.Helper()
	w := f.world(t, q.project)
	var want []string
	for _, row := range q.want(w) {
		want = append(want, cells(row))
	}
	if len(want) == 0 {
		t.Errorf("%s?%s\nnothing is wanted: the question shows nothing", q.set, q.query)
	}
	for name, s := range map[string]*analytics.Service{"whole": f.service, "paged": f.paged} {
		if s == f.paged && len(want) > 30*smallPage {
			continue // takes long and shows no more
		}
		got := f.answered(t, s, q)
		if !q.ordered {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s (%s)?%s\n%s", q.set, name, q.query, differs(got, want))
		}
	}
}

// differs tells where two lists begin to differ.
func differs(got, want []string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	return fmt.Sprintf("%d rows, want %d; from row %d on\ngot  %s\nwant %s", len(got), len(want), i,
		strings.Join(got[i:min(i+3, len(got))], "; "), strings.Join(want[i:min(i+3, len(want))], "; "))
}

// answered are the rows of every page, their columns as text.
func (f *fixture) answered(t *testing.T, s *analytics.Service, q question) []string {
	t.Helper()
	raw := strings.ReplaceAll(url.PathEscape(q.query), "%26", "&")
	var list []string
	for pages := 0; raw != ""; pages++ {
		r, err := f.page(t, asked{service: s, caller: f.admin, version: version, path: q.set}, &world{project: q.project}, raw)
		if err != nil || pages > 1000 {
			t.Fatalf("%s?%s\n%v (page %d)", q.set, q.query, err, pages)
		}
		for _, v := range r.Value {
			var row []any
			for _, path := range q.columns {
				row = append(row, reach(v, path))
			}
			list = append(list, cells(row))
		}
		next, err := url.Parse(r.Next)
		if err != nil {
			t.Fatal(err)
		}
		raw = next.RawQuery
	}
	return list
}

// absent stands for a member that a row does not have.
const absent = "absent"

// reach is what a path leads to in a JSON object.
func reach(v map[string]any, path string) any {
	first, rest, deeper := strings.Cut(path, "/")
	x, ok := v[first]
	if !ok {
		return absent
	}
	if inner, nested := x.(map[string]any); nested && deeper {
		return reach(inner, rest)
	}
	return x
}

func cells(row []any) string {
	var texts []string
	for _, x := range row {
		switch y := x.(type) {
		case json.Number:
			n, _ := y.Float64()
			x = rounded(n)
		case float64:
			x = rounded(y)
		case int:
			x = rounded(float64(y))
		case int64:
			x = rounded(float64(y))
		case []any:
			var inner []any
			inner = append(inner, y...)
			x = "[" + cells(inner) + "]"
		}
		texts = append(texts, fmt.Sprint(x))
	}
	return strings.Join(texts, " | ")
}

func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// spread collects a number of rows by a key, rows without the number included as keys.
func spread(rows []row, number string, key func(r row) string) map[string][]float64 {
	by := map[string][]float64{}
	for _, r := range rows {
		k := key(r)
		list := by[k]
		if x, ok := r[number].(float64); ok {
			list = append(list, x)
		}
		by[k] = list
	}
	return by
}

func keep(rows []row, accept func(r row) bool) []row {
	var list []row
	for _, r := range rows {
		if accept(r) {
			list = append(list, r)
		}
	}
	return list
}

func day(w *world, x any) string {
	if at, ok := x.(time.Time); ok {
		return at.In(w.zone).Format(time.DateOnly)
	}
	return "never"
}

var percentiles = []question{
	{name: "a median of each type", set: "WorkItems", columns: []string{"WorkItemType", "P"},
		query: "$apply=compute(percentile_cont(Effort,0.5,WorkItemType) as P)/groupby((WorkItemType,P))",
		want: func(w *world) (list [][]any) {
			for k, v := range spread(w.sets["WorkItems"], "Effort", func(r row) string { return r["WorkItemType"].(string) }) {
				list = append(list, []any{k, spot(v, 0.5)})
			}
			return list
		}},
	{name: "by two properties, one absent in places and one behind a navigation, between two values", set: "WorkItems", columns: []string{"CompletedDateSK", "Area/AreaName", "P"},
		query: "$apply=filter(WorkItemId lt 700)/compute(percentile_cont(BacklogPriority, 0.37, CompletedDateSK, Area/AreaName) as P)/groupby((CompletedDateSK,Area/AreaName,P))",
		want: func(w *world) (list [][]any) {
			rows := keep(w.sets["WorkItems"], func(r row) bool { return r["WorkItemId"].(int64) < 700 })
			keys := map[string][]any{}
			for k, v := range spread(rows, "BacklogPriority", func(r row) string {
				key := []any{r["CompletedDateSK"], r["Area"].(row)["AreaName"]}
				keys[cells(key)] = key
				return cells(key)
			}) {
				list = append(list, []any{keys[k][0], keys[k][1], spot(v, 0.37)})
			}
			return list
		}},
	{name: "later conditions do not change it", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId", "P"}, ordered: true,
		query: "$apply=filter(State ne 'New')/compute(percentile_cont(Effort,0.9) as P)/filter(Effort ge P)&$select=WorkItemId,P&$orderby=WorkItemId desc",
		want: func(w *world) (list [][]any) {
			rows := keep(w.sets["WorkItems"], func(r row) bool { return lower(r["State"]) != "new" })
			p := spot(spread(rows, "Effort", func(row) string { return "" })[""], 0.9).(float64)
			for _, r := range rows {
				if x, ok := r["Effort"].(float64); ok && x >= p {
					list = append(list, []any{r["WorkItemId"], p})
				}
			}
			slices.SortFunc(list, func(a, b []any) int { return int(b[0].(int64) - a[0].(int64)) })
			return list
		}},
	{name: "inside a group it looks at the group", set: "WorkItems", columns: []string{"State", "P", "N"},
		query: "$apply=groupby((State),filter(Priority eq 2)/aggregate(percentile_cont(Effort,0.25) with max as P,$count as N))",
		want: func(w *world) (list [][]any) {
			rows := keep(w.sets["WorkItems"], func(r row) bool { return r["Priority"] == int64(2) })
			counts := map[string]int{}
			for _, r := range rows {
				counts[r["State"].(string)]++
			}
			by := spread(rows, "Effort", func(r row) string { return r["State"].(string) })
			for state := range spread(w.sets["WorkItems"], "Effort", func(r row) string { return r["State"].(string) }) {
				list = append(list, []any{state, spot(by[state], 0.25), counts[state]})
			}
			return list
		}},
	{name: "of an expanded collection it looks at that row's", project: "Fabrikam Fiber", set: "WorkItems", columns: []string{"WorkItemId", "Children"},
		query: "$filter=Children/any(c:c/Effort ne null)&$select=WorkItemId&$expand=Children($apply=compute(percentile_cont(Effort,0.5) as P)/groupby((P)))",
		want: func(w *world) (list [][]any) {
			rows := keep(w.sets["WorkItems"], func(r row) bool { p, _ := r["Parent"].(row); return p != nil })
			for parent, v := range spread(rows, "Effort", func(r row) string { return fmt.Sprint(r["ParentWorkItemId"]) }) {
				if p := spot(v, 0.5); p != nil {
					list = append(list, []any{parent, fmt.Sprintf("[map[@odata.id:<nil> P:%.1f]]", p)})
				}
			}
			return list
		}},
	{name: "of the revisions of a day", project: "Fabrikam Fiber", set: "WorkItemRevisions", columns: []string{"ChangedDateSK", "P"},
		query: "$apply=filter(ChangedDateSK lt 20210801)/compute(percentile_cont(Revision,0.8,ChangedDateSK) as P)/groupby((ChangedDateSK,P))&$orderby=ChangedDateSK",
		want: func(w *world) (list [][]any) {
			by := map[string][]float64{}
			for _, r := range w.sets["WorkItemRevisions"] {
				if d := day(w, r["ChangedDate"]); d < "2021-08-01" {
					by[d] = append(by[d], float64(r["Revision"].(int64)))
				}
			}
			for d, v := range by {
				n, _ := strconv.Atoi(strings.ReplaceAll(d, "-", ""))
				list = append(list, []any{n, spot(v, 0.8)})
			}
			return list
		}},
}
