package oracle

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Servers of OData are known to answer some kinds of queries wrongly without a word. These are the eight kinds, with
// answers worked out by hand: from the items that fixture_test.go writes (their titles begin with "oracle" in some
// letter case) and from items whose numbers the guides print.
var silentAnswers = []struct {
	name, query string
	want        string // rows as JSON
}{
	// 19:00 in Seoul is 10:00 UTC. "Oracle CASE" goes live a millisecond before and "oracle case" at that moment, which
	// Los Angeles shows as 01:59:59.999-08:00 and 03:00:00-07:00: as texts both are less than 19:00.
	{"1 dates compared as text", "$filter=Custom_GoLiveDate lt 2026-03-08T19:00:00+09:00 and Custom_GoLiveDate gt 2026-03-08T09:00:00Z&$select=Title",
		`[{"Title":"Oracle CASE"}]`},
	// Feature 480 is called so. 376 is its parent; 361 was, until the link was removed.
	{"2 a lambda through a navigation", "$filter=Links/any(l:l/LinkTypeName eq 'Child' and l/TargetWorkItem/Title eq 'Customer Phone - Phase 1')&$select=WorkItemId",
		`[{"WorkItemId":361},{"WorkItemId":376}]`},
	{"2 a lambda through a navigation, of links that last", "$filter=Links/any(l:l/LinkTypeName eq 'Child' and l/TargetWorkItem/Title eq 'Customer Phone - Phase 1' and l/DeletedDate ge 9999-01-01Z)&$select=WorkItemId",
		`[{"WorkItemId":376}]`},
	// "Oracle CASE" has the tags Oracle and Perf, "(oracle) 오라클" has none; the others have one for each state they were
	// brought to.
	{"3 all, which holds of nothing", "$filter=contains(Title,'oracle') and Tags/all(t:t/TagName in ('Oracle','Perf'))&$select=Title&$orderby=Title desc",
		`[{"Title":"Oracle CASE"},{"Title":"(oracle) 오라클"}]`},
	{"3 not all", "$filter=contains(Title,'oracle') and not Tags/all(t:t/TagName in ('Oracle','Perf'))&$select=TagNames&$orderby=TagNames",
		`[{"TagNames":"Approved; Committed; Done; New; Oracle"},{"TagNames":"Approved; Oracle"}]`},
	// Children are work items like their parents: names without the variable are the parent's.
	{"4 any over rows of the same set", "$filter=WorkItemId in (376,480) and Children/any(c:c/WorkItemId eq 480 and WorkItemId eq 376)&$select=WorkItemId",
		`[{"WorkItemId":376}]`},
	{"4 any over rows of the same set, the other way round", "$filter=WorkItemId in (376,480) and Children/any(c:c/WorkItemId eq 376 and WorkItemId eq 480)&$select=WorkItemId",
		`[]`},
	{"4 any over rows of the same set behind a navigation of it", "$filter=WorkItemId eq 480 and Parent/Children/any(c:c/WorkItemId eq WorkItemId)&$select=WorkItemId",
		`[{"WorkItemId":480}]`},
	// 361 has no children and 365 has seven.
	{"5 an empty any()", "$filter=WorkItemId in (361,365) and Children/any()&$select=WorkItemId", `[{"WorkItemId":365}]`},
	{"5 not an empty any()", "$filter=WorkItemId in (361,365) and not Children/any()&$select=WorkItemId", `[{"WorkItemId":361}]`},
	{"6 the size of a collection", "$filter=WorkItemId in (361,365) and Children/$count eq 7&$select=WorkItemId", `[{"WorkItemId":365}]`},
	{"6 the size of nothing", "$filter=WorkItemId in (361,365) and Children/$count eq 0&$select=WorkItemId", `[{"WorkItemId":361}]`},
	{"6 an order by size", "$filter=WorkItemId in (361,365)&$orderby=Children/$count desc&$select=WorkItemId", `[{"WorkItemId":365},{"WorkItemId":361}]`},
	// "Oracle CASE" is not assigned, "oracle case" and "Oracle Case" are Jamal's.
	{"7 groups of a path", "$apply=filter(startswith(Title,'oracle c'))/groupby((AssignedTo/UserName),aggregate($count as N))&$orderby=N",
		`[{"AssignedTo":null,"N":1},{"AssignedTo":{"UserName":"Jamal Hartnett"},"N":2}]`},
	{"7 groups of a longer path", "$apply=filter(WorkItemId in (376,480))/groupby((Parent/Project/ProjectName),aggregate($count as N,WorkItemId with max as Last))&$orderby=Last",
		`[{"Last":376,"N":1,"Parent":null},{"Last":480,"N":1,"Parent":{"Project":{"ProjectName":"Fabrikam Fiber"}}}]`},
}

func testSilentAnswers(t *testing.T, f *fixture) {
	for _, c := range silentAnswers {
		t.Run(c.name, func(t *testing.T) {
			rows, err := f.rows(t, "Fabrikam Fiber", "WorkItems", c.query)
			if err != nil {
				t.Fatalf("%s: %v", c.query, err)
			}
			list := []any{}
			for _, r := range rows {
				list = append(list, bare(r))
			}
			if got, err := json.Marshal(list); err != nil || string(got) != c.want {
				t.Errorf("%s\n%s, want\n%s", c.query, got, c.want)
			}
		})
	}
	t.Run("8 $top with a next link", func(t *testing.T) { testTopOverPages(t, f) })
}

// bare is a JSON value without annotations, where an object without values is none.
func bare(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for name, v := range object {
		if !strings.Contains(name, "@") {
			out[name] = bare(v)
		}
	}
	for _, v := range out {
		if v != nil {
			return out
		}
	}
	return nil
}

// Of the twenty days from 20 February to 10 March 2024, the latest three are passed over and the next nine are asked
// for, with pages of seven: seven come, then two, and there is no third page. The count is that of all.
func testTopOverPages(t *testing.T, f *fixture) {
	const query = "$filter=DateSK ge 20240220 and DateSK le 20240310&$orderby=DateSK desc&$skip=3&$top=9&$count=true&$select=DateSK"
	a := asked{service: f.paged, caller: f.admin, version: version, path: "Dates"}
	raw, sizes, days := rawOf(query), []int{}, []string{}
	for raw != "" {
		r, err := f.page(t, a, &world{}, raw)
		if err != nil {
			t.Fatal(err)
		}
		if r.Count == nil || *r.Count != 20 {
			t.Errorf("@odata.count is %v, want 20", deref(r.Count))
		}
		for _, v := range r.Value {
			days = append(days, fmt.Sprint(v["DateSK"]))
		}
		sizes = append(sizes, len(r.Value))
		next, err := url.Parse(r.Next)
		if err != nil || len(sizes) > 5 {
			t.Fatalf("next link %s: %v", r.Next, err)
		}
		raw = next.RawQuery
	}
	if want := "20240307 20240306 20240305 20240304 20240303 20240302 20240301 20240229 20240228"; !slices.Equal(sizes, []int{7, 2}) ||
		strings.Join(days, " ") != want {
		t.Errorf("pages of %v rows: %v, want %s", sizes, days, want)
	}
}
