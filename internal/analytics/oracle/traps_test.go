package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// items counts the work items a loop accepts.
func items(w *world, accept func(r row) bool) int {
	n := 0
	for _, r := range w.sets["WorkItems"] {
		if accept(r) {
			n++
		}
	}
	return n
}

func has(r row, names ...string) bool {
	for _, name := range names {
		if r[name] == nil {
			return false
		}
	}
	return true
}

func lower(v any) string { s, _ := v.(string); return strings.ToLower(s) }

// counted are conditions on work items; the answer is how many there are.
var counted = []struct {
	name, filter string
	accept       func(w *world, r row) bool
}{
	{"a date is no text: 10 o'clock in Seoul is yesterday in Los Angeles", "CreatedDate lt 2024-05-02T01:00:00+09:00",
		func(_ *world, r row) bool { return r["CreatedDate"].(time.Time).Before(moment("2024-05-01T16:00:00Z")) }},
	{"the short form is midnight UTC", "ChangedDate ge 2025-01-01Z",
		func(_ *world, r row) bool {
			return !r["ChangedDate"].(time.Time).Before(moment("2025-01-01T00:00:00Z"))
		}},
	{"a day is counted in the organization's time zone", "day(Custom_GoLiveDate) eq 28 and month(Custom_GoLiveDate) eq 2",
		func(w *world, r row) bool {
			d, ok := r["Custom_GoLiveDate"].(time.Time)
			return ok && d.In(w.zone).Month() == 2 && d.In(w.zone).Day() == 28
		}},
	{"the hour that daylight saving time repeats", "hour(Custom_GoLiveDate) eq 1",
		func(w *world, r row) bool {
			d, ok := r["Custom_GoLiveDate"].(time.Time)
			return ok && d.In(w.zone).Hour() == 1
		}},
	{"the hour that daylight saving time skips", "hour(Custom_GoLiveDate) eq 2",
		func(w *world, r row) bool {
			d, ok := r["Custom_GoLiveDate"].(time.Time)
			return ok && d.In(w.zone).Hour() == 2
		}},
	{"ne drops absent values", "Severity ne '2 - High'",
		func(_ *world, r row) bool { return has(r, "Severity") && r["Severity"] != "2 - High" }},
	{"not over an absent value is unknown", "not (Severity eq '2 - High')",
		func(_ *world, r row) bool { return has(r, "Severity") && r["Severity"] != "2 - High" }},
	{"not contains of an absent value", "not contains(TagNames,'a')",
		func(_ *world, r row) bool { return has(r, "TagNames") && !strings.Contains(lower(r["TagNames"]), "a") }},
	{"unknown or true", "Severity eq '2 - High' or WorkItemId gt 0", func(_ *world, r row) bool { return true }},
	{"ne null", "AssignedTo/UserName ne null", func(_ *world, r row) bool { return r["AssignedTo"].(row) != nil }},
	{"eq null on a path", "Parent/State eq null", func(_ *world, r row) bool {
		p := r["Parent"].(row)
		return p == nil || p["State"] == nil
	}},
	{"null on the left", "null eq Severity", func(_ *world, r row) bool { return r["Severity"] == nil }},
	{"case does not matter", "Title eq 'ORACLE case'", func(_ *world, r row) bool { return lower(r["Title"]) == "oracle case" }},
	{"a percent sign is no wildcard", "contains(Title,'%')",
		func(_ *world, r row) bool { return strings.Contains(r["Title"].(string), "%") }},
	{"an underscore is no wildcard", "contains(Title,'_RAW_')",
		func(_ *world, r row) bool { return strings.Contains(lower(r["Title"]), "_raw_") }},
	{"a backslash is no escape", `endswith(Title,'\path')`,
		func(_ *world, r row) bool { return strings.HasSuffix(lower(r["Title"]), `\path`) }},
	{"a quote is doubled", "contains(Title,'it''s')",
		func(_ *world, r row) bool { return strings.Contains(lower(r["Title"]), "it's") }},
	{"other letters than Latin ones", "endswith(Title,'오라클')",
		func(_ *world, r row) bool { return strings.HasSuffix(r["Title"].(string), "오라클") }},
	{"any over tags, in any case", "Tags/any(t:t/TagName eq 'oracle')", func(_ *world, r row) bool {
		return slices.ContainsFunc(r["Tags"].([]row), func(t row) bool { return lower(t["TagName"]) == "oracle" })
	}},
	{"all over nothing holds", "Tags/all(t:t/TagName eq 'Perf')", func(_ *world, r row) bool {
		return !slices.ContainsFunc(r["Tags"].([]row), func(t row) bool { return lower(t["TagName"]) != "perf" })
	}},
	{"not any", "not Tags/any()", func(_ *world, r row) bool { return len(r["Tags"].([]row)) == 0 }},
	{"a lambda through a navigation", "Links/any(l:l/TargetWorkItem/WorkItemType eq 'Bug' and l/LinkTypeName eq 'Child')",
		func(_ *world, r row) bool {
			return slices.ContainsFunc(r["Links"].([]row), func(l row) bool {
				to := l["TargetWorkItem"].(row)
				return to != nil && to["WorkItemType"] == "Bug" && l["LinkTypeName"] == "Child"
			})
		}},
	{"a lambda that looks outside", "Children/any(c:c/State eq State)", func(_ *world, r row) bool {
		return slices.ContainsFunc(r["Children"].([]row), func(c row) bool { return lower(c["State"]) == lower(r["State"]) })
	}},
	{"a lambda in a lambda", "Children/any(c:c/Tags/any(t:t/TagName eq 'Security') and c/StateCategory ne 'Completed')",
		func(_ *world, r row) bool {
			return slices.ContainsFunc(r["Children"].([]row), func(c row) bool {
				return has(c, "StateCategory") && c["StateCategory"] != "Completed" &&
					slices.ContainsFunc(c["Tags"].([]row), func(t row) bool { return lower(t["TagName"]) == "security" })
			})
		}},
	{"a lambda behind a navigation", "Parent/Tags/any(t:startswith(t/TagName,'s'))", func(_ *world, r row) bool {
		p := r["Parent"].(row)
		return p != nil && slices.ContainsFunc(p["Tags"].([]row), func(t row) bool { return strings.HasPrefix(lower(t["TagName"]), "s") })
	}},
	{"what once was", "Revisions/any(r:r/State eq 'Done') and State ne 'Done'", func(_ *world, r row) bool {
		return r["State"] != "Done" && slices.ContainsFunc(r["Revisions"].([]row), func(v row) bool { return v["State"] == "Done" })
	}},
	{"the size of a collection", "Children/$count gt 2", func(_ *world, r row) bool { return len(r["Children"].([]row)) > 2 }},
	{"the size of nothing", "Tags/$count eq 0", func(_ *world, r row) bool { return len(r["Tags"].([]row)) == 0 }},
	{"two sizes", "Children/$count gt Tags/$count", func(_ *world, r row) bool { return len(r["Children"].([]row)) > len(r["Tags"].([]row)) }},
	{"descendants of descendants", "Descendants/any(d:d/WorkItemType eq 'Task')", func(_ *world, r row) bool {
		return slices.ContainsFunc(r["Descendants"].([]row), func(d row) bool { return d["WorkItemType"] == "Task" })
	}},
	{"property against property of a navigation", "ChangedDate gt Iteration/EndDate", func(_ *world, r row) bool {
		i := r["Iteration"].(row)
		return i != nil && i["EndDate"] != nil && r["ChangedDate"].(time.Time).After(i["EndDate"].(time.Time))
	}},
	{"in", "WorkItemType in ('BUG','task','')", func(_ *world, r row) bool {
		return r["WorkItemType"] == "Bug" || r["WorkItemType"] == "Task"
	}},
	{"in over numbers", "WorkItemId in (480,361,999999)", func(_ *world, r row) bool {
		return r["WorkItemId"] == int64(480) || r["WorkItemId"] == int64(361)
	}},
	{"and binds tighter than or", "State eq 'New' or State eq 'Done' and WorkItemType eq 'Bug'", func(_ *world, r row) bool {
		return r["State"] == "New" || r["State"] == "Done" && r["WorkItemType"] == "Bug"
	}},
	{"integers divide to integers", "Priority div 2 eq 1 and Priority ne null", func(_ *world, r row) bool {
		return r["Priority"] == int64(2) || r["Priority"] == int64(3)
	}},
	{"doubles divide to doubles", "Effort div 2 eq 1.25", func(_ *world, r row) bool { return r["Effort"] == 2.5 }},
	{"the rest of a fraction", "Effort mod 2 eq 0.5", func(_ *world, r row) bool {
		effort, ok := r["Effort"].(float64)
		return ok && math.Mod(effort, 2) == 0.5
	}},
	{"the rest of a division by nothing", "Effort mod 0 eq 0 or WorkItemId mod 0 eq 0", func(_ *world, r row) bool { return false }},
	{"a division by nothing", "Effort div 0 gt 0 or WorkItemId div 0 gt 0", func(_ *world, r row) bool { return false }},
	{"the day of a moment", "date(CreatedDate) eq 2024-05-01", func(w *world, r row) bool {
		return r["CreatedDate"].(time.Time).In(w.zone).Format(time.DateOnly) == "2024-05-01"
	}},
	{"the product of large integers", "ChangedDateSK mul 1000 gt 20260000000", func(_ *world, r row) bool { return r["ChangedDateSK"].(int64) > 20260000 }},
	{"minus", "Effort eq -(-2.5)", func(_ *world, r row) bool { return r["Effort"] == 2.5 }},
	{"an integer against a fraction", "Priority lt 1.5", func(_ *world, r row) bool { return r["Priority"] == int64(1) }},
	{"a removed parent is none", "WorkItemId eq 480 and Parent/WorkItemId eq 376 and ParentWorkItemId eq 376", func(_ *world, r row) bool { return r["WorkItemId"] == int64(480) }},
	{"a removed child is none", "WorkItemId eq 361 and not Children/any(c:c/WorkItemId eq 480)", func(_ *world, r row) bool { return r["WorkItemId"] == int64(361) }},
	{"a removed link is a link that has ended", "Links/any(l:l/TargetWorkItemId eq 480 and l/DeletedDate lt 9999-01-01Z)", func(_ *world, r row) bool { return r["WorkItemId"] == int64(361) }},
	{"a boolean by itself", "Custom_CustomerVisible", func(_ *world, r row) bool { return r["Custom_CustomerVisible"] == true }},
	{"not a boolean", "not Custom_CustomerVisible", func(_ *world, r row) bool { return r["Custom_CustomerVisible"] == false }},
	{"an unassigned person", "AssignedToUserSK eq null", func(_ *world, r row) bool { return r["AssignedToUserSK"] == nil }},
	{"a calendar navigation", "CreatedOn/DayOfWeek eq 2", func(w *world, r row) bool {
		return r["CreatedDate"].(time.Time).In(w.zone).Weekday() == time.Monday
	}},
	{"a literal alias", "WorkItemId eq @id&@id=480", func(_ *world, r row) bool { return r["WorkItemId"] == int64(480) }},
}

func testFilters(t *testing.T, f *fixture) {
	w := f.world(t, "Fabrikam Fiber")
	for _, c := range counted {
		t.Run(c.name, func(t *testing.T) {
			want := items(w, func(r row) bool { return c.accept(w, r) })
			filter, alias, _ := strings.Cut(c.filter, "&")
			raw := (&query{filter: spelled(filter)}).raw()
			if alias != "" {
				raw += "&" + alias
			}
			body, err := f.ask(t, f.service, f.admin, w.project, version+"/WorkItems/$count", raw)
			if got := strings.TrimPrefix(string(body), "\ufeff"); err != nil || got != fmt.Sprint(want) {
				t.Errorf("WorkItems/$count?$filter=%s: %s, %v, want %d", c.filter, got, err, want)
			}
		})
	}
}

// spelled is a condition that is only ever sent.
type spelled string

func (s spelled) text() string   { return string(s) }
func (s spelled) eval(scope) any { return nil }
func (s spelled) rank() int      { return tightRank }

// rows answers a raw query, undoing the letters that a URL cannot hold.
func (f *fixture) rows(t *testing.T, project, set, query string) ([]map[string]any, error) {
	t.Helper()
	r, err := f.page(t, asked{caller: f.admin, version: version, path: set}, &world{project: project}, rawOf(query))
	if err != nil {
		return nil, err
	}
	return r.Value, nil
}

func testRows(t *testing.T, f *fixture) {
	w := f.world(t, "Fabrikam Fiber")
	for _, c := range []struct {
		name, set, query string
		want             any // rows as JSON
	}{
		{"no rows at all", "WorkItems", "$top=0&$select=WorkItemId", `[]`},
		{"behind the end", "WorkItems", "$skip=100000&$select=WorkItemId", `[]`},
		{"behind the end with an order", "WorkItems", "$skip=100000&$top=3&$orderby=State&$select=WorkItemId", `[]`},
		{"aggregates of nothing", "WorkItems",
			"$apply=filter(WorkItemId lt 0)/aggregate($count as N,Effort with sum as S,Effort with average as A,ChangedDate with max as M)",
			`[{"A":null,"M":null,"N":0,"S":null}]`},
		{"groups of nothing", "WorkItems", "$apply=filter(WorkItemId lt 0)/groupby((State),aggregate($count as N))", `[]`},
		{"case-insensitive groups", "WorkItems", "$apply=filter(startswith(Title,'oracle c'))/groupby((Title),aggregate($count as N))/groupby((N))", `[{"N":3}]`},
		{"absent values make a group", "WorkItems", "$apply=groupby((Parent/WorkItemType))/aggregate($count as N)",
			fmt.Sprintf(`[{"N":%d}]`, len(distinct(w, func(r row) any { return walk(r, []string{"Parent", "WorkItemType"}) })))},
		{"an aggregate of an expression", "WorkItems", "$apply=aggregate(iif(State eq 'Done',1,0) with sum as Done)",
			fmt.Sprintf(`[{"Done":%d}]`, items(w, func(r row) bool { return r["State"] == "Done" }))},
		{"a cast condition", "WorkItems", "$apply=aggregate(cast(State eq 'Done',Edm.Int32) with sum as Done)",
			fmt.Sprintf(`[{"Done":%d}]`, items(w, func(r row) bool { return r["State"] == "Done" }))},
		{"the bare property Count", "WorkItems", "$apply=aggregate(Count with sum as Count)", fmt.Sprintf(`[{"Count":%d}]`, len(w.sets["WorkItems"]))},
		{"$filter sees what $apply made", "WorkItems", "$filter=N gt 1000000&$apply=groupby((State),aggregate($count as N))", `[]`},
		{"the day of the change of daylight saving time", "WorkItems", "$filter=Custom_GoLiveDate ge 2026-03-08T09:59:59Z and Custom_GoLiveDate le 2026-03-08T10:00:00Z&$orderby=Custom_GoLiveDate&$select=Custom_GoLiveDate",
			`[{"Custom_GoLiveDate":"2026-03-08T01:59:59.999-08:00"},{"Custom_GoLiveDate":"2026-03-08T03:00:00-07:00"}]`},
		{"the hour that comes twice", "WorkItems", "$filter=Custom_GoLiveDate ge 2026-11-01T08:30:00Z and Custom_GoLiveDate le 2026-11-01T09:31:00Z&$orderby=Custom_GoLiveDate&$select=Custom_GoLiveDate",
			`[{"Custom_GoLiveDate":"2026-11-01T01:30:00-07:00"},{"Custom_GoLiveDate":"2026-11-01T01:30:00-08:00"}]`},
		{"a whole double keeps its point", "WorkItems", "$filter=Title eq '100 percent'&$select=Effort", `[{"Effort":0.0}]`},
		{"the open end of the current revision", "WorkItemRevisions", "$filter=WorkItemId eq 480 and IsCurrent eq true&$select=RevisedDate,RevisedDateSK,IsLastRevisionOfDay,IsLastRevisionOfPeriod",
			`[{"IsLastRevisionOfDay":true,"IsLastRevisionOfPeriod":"All","RevisedDate":"9998-12-31T16:00:00-08:00","RevisedDateSK":null}]`},
		{"a parent elsewhere is absent in a project", "WorkItems", "$filter=Parent/WorkItemId ne ParentWorkItemId&$select=WorkItemId", `[]`},
		{"the label of a month", "Dates", "$filter=DateSK eq 20240229&$select=DayOfYear,MonthName,Month,YearMonth", `[{"DayOfYear":60,"Month":"Feb 2024","MonthName":"February","YearMonth":202402}]`},
		{"the number of the reverse end of the hierarchy", "WorkItemLinks", "$filter=SourceWorkItemId eq 480 and LinkTypeName eq 'parent' and DeletedDate ge 9999-01-01Z&$select=LinkTypeId,TargetWorkItemId",
			`[{"LinkTypeId":-2,"TargetWorkItemId":376}]`},
		{"the ends of periods joined", "Dates", "$filter=DateSK eq 20240331&$select=IsLastDayOfPeriod", `[{"IsLastDayOfPeriod":"Day, WeekEndingOnSunday, Month, Quarter"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := f.rows(t, w.project, c.set, c.query)
			if err != nil {
				t.Fatalf("%s?%s: %v", c.set, c.query, err)
			}
			for _, r := range rows {
				for name := range r {
					if strings.Contains(name, "@") {
						delete(r, name)
					}
				}
			}
			got, err := json.Marshal(rows)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want && !(string(got) == "null" && c.want == "[]") {
				t.Errorf("%s?%s:\n%s, want\n%s", c.set, c.query, got, c.want)
			}
		})
	}
}

func distinct(w *world, of func(row) any) map[string]bool {
	found := map[string]bool{}
	for _, r := range w.sets["WorkItems"] {
		found[fmt.Sprint(of(r))] = true
	}
	return found
}

// Absent values come first, and last in descending order, also where they hide behind a navigation.
func testOrder(t *testing.T, f *fixture) {
	w := f.world(t, "Fabrikam Fiber")
	absent := items(w, func(r row) bool { return walk(r, []string{"AssignedTo", "UserName"}) == nil })
	if absent == 0 || absent == len(w.sets["WorkItems"]) {
		t.Fatalf("%d items are not assigned", absent)
	}
	for _, c := range []struct {
		order string
		first int
	}{
		{"AssignedTo/UserName", 0},
		{"AssignedTo/UserName desc", len(w.sets["WorkItems"]) - absent},
		{"Count,AssignedTo/UserName", 0}, // the same for all rows, it must not be taken for the number of a column
	} {
		rows, err := f.rows(t, w.project, "WorkItems", "$select=AssignedToUserSK&$orderby="+c.order)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(rows, func(r map[string]any) bool { return r["AssignedToUserSK"] == nil })
		if len(rows) != len(w.sets["WorkItems"]) || i != c.first {
			t.Errorf("$orderby=%s: the first absent person is in row %d of %d, want %d", c.order, i, len(rows), c.first)
		}
	}
}

// Keys that tell no rows apart, or are absent everywhere, must not confuse the way from page to page.
func testPages(t *testing.T, f *fixture) {
	w := f.world(t, "Fabrikam")
	of := func(names ...string) path { return path{to: names} }
	for _, keys := range [][]order{
		nil,
		{{by: of("Count"), desc: true}},
		{{by: of("Count")}, {by: of("State"), desc: true}},
		{{by: of("ClosedDate")}, {by: of("Parent", "Title"), desc: true}},
		{{by: of("Parent", "Parent", "Parent", "Title")}},
		{{by: size{of: of("Tags")}, desc: true}, {by: call{"length", []expr{of("TagNames")}}}},
		{{by: of("WorkItemId"), desc: true}},
	} {
		q := &query{set: "WorkItems", order: keys, selects: []string{"WorkItemId"}, expands: []expand{{nav: "Tags", query: query{selects: []string{"TagName"}}}}}
		f.compare(t, f.paged, f.admin, w, q)
		q.skip, q.top = count(5), count(3*smallPage)
		f.compare(t, f.paged, f.admin, w, q)
	}
}

// Rollups of the guides: what is below each feature, as an array of aggregate rows.
func testRollup(t *testing.T, f *fixture) {
	w := f.world(t, "Fabrikam Fiber")
	rows, err := f.rows(t, w.project, "WorkItems", "$filter=WorkItemType eq 'Feature' and Descendants/any()&$select=WorkItemId&$orderby=WorkItemId"+
		"&$expand=Descendants($apply=filter(WorkItemType eq 'Product Backlog Item')/aggregate($count as Items,Effort with sum as Effort)),"+
		"Links($apply=filter(LinkTypeName eq 'Child')/groupby((TargetWorkItem/State),aggregate($count as Count)))")
	if err != nil {
		t.Fatal(err)
	}
	want := items(w, func(r row) bool { return r["WorkItemType"] == "Feature" && len(r["Descendants"].([]row)) > 0 })
	if len(rows) != want || want == 0 {
		t.Errorf("%d features, want %d", len(rows), want)
	}
	for _, r := range rows {
		i := slices.IndexFunc(w.sets["WorkItems"], func(x row) bool { return fmt.Sprint(x["WorkItemId"]) == fmt.Sprint(r["WorkItemId"]) })
		feature := w.sets["WorkItems"][i]
		count, effort := 0, 0.0
		for _, d := range feature["Descendants"].([]row) {
			if d["WorkItemType"] == "Product Backlog Item" {
				count++
				points, _ := d["Effort"].(float64)
				effort += points
			}
		}
		sums, _ := r["Descendants"].([]any)
		if len(sums) != 1 {
			t.Errorf("feature %v: %d rows of sums", r["WorkItemId"], len(sums))
			continue
		}
		sum := sums[0].(map[string]any)
		if fmt.Sprint(sum["Items"]) != fmt.Sprint(count) || math.Abs(floatOf(sum["Effort"])-effort) > 1e-9 {
			t.Errorf("feature %v: %v, want %d items of %v", r["WorkItemId"], sum, count, effort)
		}
		states := map[string]int{}
		for _, l := range feature["Links"].([]row) {
			if to := l["TargetWorkItem"].(row); l["LinkTypeName"] == "Child" {
				states[fmt.Sprint(to["State"])]++
			}
		}
		groups, _ := r["Links"].([]any)
		if len(groups) != len(states) {
			t.Errorf("feature %v: %d groups of links, want %v", r["WorkItemId"], len(groups), states)
		}
	}
}

func floatOf(v any) float64 {
	n, _ := v.(json.Number)
	f, _ := n.Float64() // 0 when absent
	return f
}
