package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

type odataCheck func(t *testing.T, x *client, s *seed, r *reply)

// odataChecks are the values of requests whose outcome the documents put in words.
var odataChecks = map[string]odataCheck{
	"seed-scope-root-project":          checkService,
	"seed-scope-root-org":              checkService,
	"seed-scope-areas":                 everyRow(func(r map[string]any) bool { return r["ProjectSK"] == fiberKey }),
	"seed-scope-areas-org-filter":      everyRow(func(r map[string]any) bool { return r["ProjectSK"] == fiberKey }),
	"seed-scope-areas-example":         everyRow(func(r map[string]any) bool { return r["ProjectSK"] == fiberKey && r["AreaLevel1"] == fiber }),
	"seed-scope-expand-parent-project": everyRow(inFiber("Parent")),
	"seed-scope-expand-parent-auto":    everyRow(inFiber("Parent")),
	"seed-scope-children-open":         everyRow(hasMember("Children")),
	"seed-scope-children-filtered":     everyRow(inFiber("Children")),
	"seed-scope-parent-open":           checkSomeElsewhere,
	"seed-scope-parent-filtered":       everyRow(inFiber("Parent")),
	"seed-sec-any-ignored":             everyRow(inFiber("Children")),
	"seed-sec-children-unfiltered":     everyRow(hasMember("Children")),
	"seed-sec-any-workaround":          everyRow(func(r map[string]any) bool { return r["ProjectSK"] == fiberKey && anyInFiber(r["Children"]) }),
	"seed-sec-levels":                  checkLevels,
	"seed-countdata-workitems":         checkCountAndMembers("WorkItemId", "Title", "WorkItemType"),
	"seed-countdata-areas":             checkCountAndMembers("AreaName", "AreaPath"),
	"seed-countdata-users":             checkCountAndMembers("UserName", "UserEmail"),
	"seed-areask":                      everyRow(func(r map[string]any) bool { return r["AreaSK"] == "637dc203-0549-4415-9663-b6358ac27d21" }),
	"seed-iterationsk":                 everyRow(func(r map[string]any) bool { return r["IterationSK"] == "862e961a-ac7a-4fcc-9ebc-8afd0c12fed5" }),
	"seed-filter-inprogress":           everyRow(func(r map[string]any) bool { return r["State"] == "In Progress" }),
	"seed-filter-feature":              checkFeatures,
	"seed-clause-createddate-date":     checkExpanded("CreatedOn", "Date"),
	"seed-clause-createddate-week":     checkExpanded("CreatedOn", "WeekStartingDate"),
	"seed-clause-assignedto-name":      checkExpanded("AssignedTo", "UserName"),
	"seed-clause-assignedto-email":     checkExpanded("AssignedTo", "UserEmail"),
	"seed-clause-area-name":            checkExpanded("Area", "AreaName"),
	"seed-clause-area-path":            checkExpanded("Area", "AreaPath"),
	"seed-clause-iteration-name":       checkExpanded("Iteration", "IterationName"),
	"seed-clause-iteration-path":       checkExpanded("Iteration", "IterationPath"),
	"seed-clause-iteration-start":      checkExpanded("Iteration", "StartDate"),
	"seed-clause-project-name":         checkExpanded("Project", "ProjectName"),
	"seed-clause-teams-name":           checkExpanded("Teams", "TeamName"),
	"seed-clause-three":                checkThree,
	"seed-nav-iteration-fragment":      checkNavigationFilter,
	"seed-nav-iteration":               checkNavigationFilter,
	"seed-expand-iteration-fragment": everyRow(func(r map[string]any) bool {
		return member(r, "Iteration", "IterationPath") == `Fabrikam\Sprints\Sprint 55`
	}),
	"seed-expand-iteration-doubleamp": checkSprintOne,
	"seed-date-ge":                    checkChanged("ge 2021-01-01T00:00:00Z"),
	"seed-date-range-amp":             checkChanged("ge 2021-04-26T00:00:00Z"),
	"seed-nested-expand":              everyRow(func(r map[string]any) bool { return member(r, "Iteration", "Project", "ProjectName") == old }),
	"seed-nested-expand-select":       checkNestedSelect,
	"seed-orderby-id":                 checkOrder(func(a, b map[string]any) bool { return number(a["WorkItemId"]) < number(b["WorkItemId"]) }),
	"seed-orderby-id-desc":            checkOrder(func(a, b map[string]any) bool { return number(a["WorkItemId"]) > number(b["WorkItemId"]) }),
	"seed-orderby-two":                checkOrder(func(a, b map[string]any) bool { return twoKeys(a) <= twoKeys(b) }),
	"seed-nav-area-top5":              everyRow(func(r map[string]any) bool { return len(r) == 4 }),
	"seed-expand-select":              everyRow(func(r map[string]any) bool { return len(r["Iteration"].(map[string]any)) == 2 }),
	"seed-select-top3":                everyRow(func(r map[string]any) bool { return len(r) == 4 }),
	"seed-count-users":                nothingMore,
	"seed-count-projects":             nothingMore,
	"seed-scope-count-example":        nothingMore,
	"seed-count-areas":                nothingMore,
	"seed-count-workitems":            nothingMore,
	"seed-scope-count":                nothingMore,
}

func nothingMore(*testing.T, *client, *seed, *reply) {}

// member follows names into an object.
func member(object map[string]any, names ...string) any {
	for _, name := range names[:len(names)-1] {
		object, _ = object[name].(map[string]any)
	}
	return object[names[len(names)-1]]
}

func number(v any) float64 {
	var f float64
	if _, err := fmt.Sscan(fmt.Sprint(v), &f); err != nil {
		return -1
	}
	return f
}

func twoKeys(r map[string]any) string {
	return strings.ToLower(fmt.Sprint(r["WorkItemType"], "\x00", r["State"]))
}

// everyRow checks that there are rows and what each of them is.
func everyRow(holds func(map[string]any) bool) odataCheck {
	return func(t *testing.T, _ *client, _ *seed, r *reply) {
		t.Helper()
		if len(r.list) == 0 {
			t.Error("there are no rows")
		}
		for i, row := range r.list {
			if !holds(row) {
				t.Errorf("row %d is not as it must be: %.300v", i, row)
				return
			}
		}
	}
}

// targets are the rows behind a navigation of either kind.
func targets(v any) []map[string]any {
	var all []map[string]any
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	for _, x := range list {
		if object, ok := x.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

func inFiber(nav string) func(map[string]any) bool {
	return func(r map[string]any) bool {
		_, expanded := r[nav]
		return expanded && r["ProjectSK"] == fiberKey &&
			!slices.ContainsFunc(targets(r[nav]), func(x map[string]any) bool { return x["ProjectSK"] != fiberKey })
	}
}

func anyInFiber(v any) bool {
	return slices.ContainsFunc(targets(v), func(x map[string]any) bool { return x["ProjectSK"] == fiberKey })
}

func hasMember(name string) func(map[string]any) bool {
	return func(r map[string]any) bool { _, ok := r[name]; return ok && r["ProjectSK"] == fiberKey }
}

// checkSomeElsewhere checks that the open expansion of the administrator shows other projects as well: the request would
// prove nothing otherwise.
func checkSomeElsewhere(t *testing.T, _ *client, _ *seed, r *reply) {
	inside, outside := 0, 0
	for _, row := range r.list {
		for _, parent := range targets(row["Parent"]) {
			if parent["ProjectSK"] == fiberKey {
				inside++
			} else {
				outside++
			}
		}
	}
	if inside == 0 || outside == 0 {
		t.Errorf("%d parents in the project and %d elsewhere; want both", inside, outside)
	}
}

func checkService(t *testing.T, x *client, s *seed, r *reply) {
	root, _ := s.address()
	if want := x.url + root + "/$metadata"; r.json["@odata.context"] != want {
		t.Errorf("context is %v, want %s", r.json["@odata.context"], want)
	}
	if !slices.ContainsFunc(r.list, func(e map[string]any) bool { return e["name"] == "WorkItems" && e["url"] == "WorkItems" }) {
		t.Errorf("WorkItems is not among the entity sets: %s", cut(r.body))
	}
}

func checkLevels(t *testing.T, x *client, s *seed, r *reply) {
	deep := 0
	for _, row := range r.list {
		for _, child := range targets(row["Children"]) {
			for _, grandchild := range targets(child["Children"]) {
				deep++
				if _, ok := grandchild["Children"]; ok {
					t.Errorf("a third level below %v", row["WorkItemId"])
				}
			}
		}
	}
	if deep == 0 {
		t.Error("no second level")
	}
	_, target := odataURL(fiber, "v4.0-preview", s.EntitySet, strings.ReplaceAll(s.Query, "{project}", fiber))
	if r := x.do(t, "reader", "GET", target, nil, ""); r.status != 200 || len(r.list) == 0 {
		t.Errorf("in the project the reader gets %d %s", r.status, cut(r.body))
	}
}

func checkCountAndMembers(names ...string) odataCheck {
	return func(t *testing.T, _ *client, _ *seed, r *reply) {
		t.Helper()
		if int(number(r.json["@odata.count"])) != len(r.list) || len(r.list) == 0 {
			t.Errorf("@odata.count is %v for %d rows", r.json["@odata.count"], len(r.list))
		}
		everyRow(func(row map[string]any) bool {
			return len(row) == len(names) && !slices.ContainsFunc(names, func(n string) bool { _, ok := row[n]; return !ok })
		})(t, nil, nil, r)
	}
}

func checkFeatures(t *testing.T, _ *client, _ *seed, r *reply) {
	var ids []int
	for _, row := range r.list {
		ids = append(ids, int(number(row["WorkItemId"])))
		if len(row) != 3 || row["State"] != "In Progress" || row["Title"] == nil {
			t.Errorf("row %v", row)
		}
	}
	slices.Sort(ids)
	if !slices.Equal(ids, []int{380, 479, 480, 493, 551}) {
		t.Errorf("features %v", ids)
	}
}

// checkExpanded checks that a navigation shows one member and nothing else, and leads somewhere for some rows.
func checkExpanded(nav, name string) odataCheck {
	return func(t *testing.T, _ *client, _ *seed, r *reply) {
		t.Helper()
		found := 0
		for i, row := range r.list {
			if _, ok := row[nav]; !ok {
				t.Fatalf("row %d has no %s", i, nav)
			}
			for _, x := range targets(row[nav]) {
				if _, ok := x[name]; !ok || len(x) != 1 {
					t.Fatalf("row %d: %s is %v, want %s alone", i, nav, x, name)
				}
				found++
			}
		}
		if found == 0 || len(r.list) != 480 {
			t.Errorf("%d rows, %d with %s; want 480 rows, some with", len(r.list), found, nav)
		}
	}
}

func checkThree(t *testing.T, x *client, s *seed, r *reply) {
	checkExpanded("AssignedTo", "UserName")(t, x, s, r)
	checkExpanded("Iteration", "IterationPath")(t, x, s, r)
	checkExpanded("Area", "AreaPath")(t, x, s, r)
}

// checkNavigationFilter: the iteration of the page does not exist; with one that does, the rows do not show it.
func checkNavigationFilter(t *testing.T, x *client, s *seed, r *reply) {
	if len(r.list) != 0 {
		t.Errorf("%d rows in an iteration that is not there", len(r.list))
	}
	_, target := odataURL(fiber, "v4.0-preview", s.EntitySet, strings.ReplaceAll(s.Query, `Project Name\Iteration 1`, `Fabrikam Fiber\Release 1\Sprint 1`))
	found := x.do(t, "administrator", "GET", target, nil, "")
	if found.status != 200 || len(found.list) == 0 {
		t.Fatalf("%s: %d with %d rows", target, found.status, len(found.list))
	}
	for _, row := range found.list {
		if row["IterationSK"] != "c7063041-ff3a-4d7f-bb46-c433c7030d59" || row["Iteration"] != nil || row["IterationPath"] != nil {
			t.Errorf("row %v", row)
		}
	}
}

func checkSprintOne(t *testing.T, _ *client, _ *seed, r *reply) {
	everyRow(func(row map[string]any) bool {
		i, _ := row["Iteration"].(map[string]any)
		return i["IterationSK"] == "c7063041-ff3a-4d7f-bb46-c433c7030d59" && i["ProjectSK"] == fiberKey && len(row) == 5 &&
			i["StartDate"] == "2022-01-17T00:00:00-08:00" && i["EndDate"] == "2022-02-04T23:59:59.999-08:00"
	})(t, nil, nil, r)
}

// checkChanged counts the rows another way; a bound that stands behind & is an option of its own, which does nothing.
func checkChanged(bound string) odataCheck {
	return func(t *testing.T, x *client, _ *seed, r *reply) {
		t.Helper()
		_, target := odataURL(fiber, "v4.0-preview", "WorkItems", "/$count?$filter=ChangedDate "+bound)
		n := strings.TrimPrefix(string(x.do(t, "administrator", "GET", target, nil, "").body), "\ufeff")
		if fmt.Sprint(len(r.list)) != n || n == "0" {
			t.Errorf("%d rows, $count says %s", len(r.list), n)
		}
	}
}

func checkNestedSelect(t *testing.T, x *client, s *seed, r *reply) {
	everyRow(func(row map[string]any) bool {
		i, _ := row["Iteration"].(map[string]any)
		return len(i) == 3 && i["IterationId"] == "7a2c246e-fc62-41af-ad18-62332017bc46" && i["IterationPath"] == `Fabrikam\Sprints\Sprint 55` &&
			member(i, "Project", "ProjectId") == "b924d696-3eae-4116-8443-9a18392d8544" && member(i, "Project", "ProjectName") == old
	})(t, nil, nil, r)
	_, target := odataURL(old, "v4.0-preview", s.EntitySet, strings.ReplaceAll(s.Query, ";", ","))
	x.do(t, "administrator", "GET", target, nil, "").mustBeRefused(t, "a comma in place of the semicolon", 400)
}

func checkOrder(inOrder func(a, b map[string]any) bool) odataCheck {
	return func(t *testing.T, _ *client, _ *seed, r *reply) {
		t.Helper()
		if len(r.list) != 480 {
			t.Errorf("%d rows, want 480", len(r.list))
		}
		for i := 1; i < len(r.list); i++ {
			if !inOrder(r.list[i-1], r.list[i]) {
				t.Errorf("rows %d and %d are out of order", i-1, i)
				return
			}
		}
	}
}

// rules are requests for what a document says in general.
var rules = map[string]func(t *testing.T, x *client){
	"seed-rule-spaced-name": func(t *testing.T, x *client) {
		for _, query := range []string{"?$select=Work Item Type", "?$filter=Work Item Type eq 'Bug'", "?$select=Area Path"} {
			_, target := odataURL(fiber, "v4.0-preview", "WorkItems", query)
			x.do(t, "administrator", "GET", target, nil, "").mustBeRefused(t, query, 400)
		}
	},
	"seed-rule-functions": func(t *testing.T, x *client) {
		_, target := odataURL(fiber, "v4.0-preview", "WorkItems",
			"?$select=WorkItemId,Title&$filter=contains(Title,'PHONE') and (startswith(Title,'customer') or endswith(Title,'phase 1'))")
		r := x.do(t, "administrator", "GET", target, nil, "")
		everyRow(func(row map[string]any) bool {
			title := strings.ToLower(fmt.Sprint(row["Title"]))
			return strings.Contains(title, "phone") && (strings.HasPrefix(title, "customer") || strings.HasSuffix(title, "phase 1"))
		})(t, x, nil, r)
		if !slices.ContainsFunc(r.list, func(row map[string]any) bool { return number(row["WorkItemId"]) == 480 }) {
			t.Error("item 480 is not found")
		}
	},
}
