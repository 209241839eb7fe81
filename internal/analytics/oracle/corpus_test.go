package oracle

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// found is a query found in documentation or public code.
type found struct {
	ID        string   `yaml:"id"`
	Kind      string   `yaml:"kind"`
	Scope     string   `yaml:"scope"`
	Version   string   `yaml:"version"`
	EntitySet string   `yaml:"entity_set"`
	Query     string   `yaml:"query"`
	Expect    any      `yaml:"expect"`
	Tags      []string `yaml:"tags"`
}

// readCorpus reads the files of the corpus folder next to the repository, or skips the test.
func readCorpus(t *testing.T) []*found {
	t.Helper()
	dir := os.Getenv("BOARDWALK_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "corpus") // next to the repository
	}
	var all []*found
	for _, name := range []string{"odata-queries.yaml", "seed-requests.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Skipf("the corpus folder next to the repository is not there; BOARDWALK_CORPUS names another one: %v", err)
		}
		var list []*found
		if err := yaml.Unmarshal(text, &list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, list...)
	}
	return all
}

// answered reports whether the corpus promises an answer with rows.
func (q *found) answered() bool {
	if q.Kind != "" && !strings.HasPrefix(q.Kind, "odata") || q.EntitySet == "" {
		return false
	}
	outcome := fmt.Sprint(q.Expect)
	if expect, ok := q.Expect.(map[string]any); ok {
		outcome = fmt.Sprint(expect["status"])
	}
	doubted := slices.ContainsFunc([]string{"version", "disputed", "unverified"}, func(tag string) bool { return slices.Contains(q.Tags, tag) })
	return strings.HasPrefix(outcome, "ok") && !doubted
}

// ofDelivery reports whether a query asks for pipelines, tests or agents, of which some projects have none.
func (q *found) ofDelivery() bool {
	return slices.ContainsFunc([]string{"pipeline", "test", "taskagent"}, func(set string) bool { return strings.HasPrefix(strings.ToLower(q.EntitySet), set) })
}

// testCorpus checks every value of the answers to queries that other people wrote, filled in several ways, as the
// administrator and as the reader of one project.
func testCorpus(t *testing.T, f *fixture) {
	counts := map[string]int{}
	for _, q := range readCorpus(t) {
		if !q.answered() {
			continue
		}
		t.Run(q.ID, func(t *testing.T) {
			outcomes := map[string]int{}
			for i := range 3 {
				outcomes[f.checkFound(t, q, i)]++
				if !strings.Contains(q.Query, "{") {
					break
				}
			}
			for what, n := range outcomes {
				counts[what] += n
			}
			if outcomes["rows"] == 0 {
				counts["without any rows"]++
				t.Logf("never has rows: %s%s", q.EntitySet, q.Query)
			}
		})
	}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%4d %s", counts[what], what)
	}
	if counts["rows"] < 100 {
		t.Errorf("only %d answers had rows", counts["rows"])
	}
}

// checkFound asks a query with the nth choice of names in it and tells what the answer was.
func (f *fixture) checkFound(t *testing.T, q *found, n int) string {
	t.Helper()
	project := q.project(n)
	text := f.names(t, q, project, n).Replace(q.Query)
	if n > 0 { // the sample began later than documentation
		text = strings.NewReplacer("2015-", "2026-", "2016-", "2026-").Replace(text)
	}
	scope := ""
	if q.Scope == "project" {
		scope = project
	}
	w := f.world(t, scope)
	path, options, counts := q.EntitySet, strings.TrimPrefix(text, "?"), false
	if rest, ok := strings.CutPrefix(text, "/$count"); ok {
		path, options, counts = path+"/$count", strings.TrimPrefix(rest, "?"), true
	}
	parsed, err := parse(w, strings.Trim(q.EntitySet, "/"), options)
	if err != nil {
		t.Errorf("the oracle cannot read this: %v", err)
		return "unread"
	}
	admin := asked{caller: f.admin, path: path, raw: rawOf(options), version: version, text: q.EntitySet + text, limit: 10000}
	if parsed.named() && served(q.Version) {
		admin.version = q.Version
	}
	expect := f.expect
	if counts {
		expect = f.expectCount
	}
	answer := expect(t, admin, w, parsed)
	if scope == "" || scope == "Fabrikam Fiber" {
		reader := admin
		reader.caller = f.reader
		f.sameOrRefused(t, admin, reader, w, parsed)
	}
	if answer.until == answer.from {
		return "empty"
	}
	return "rows"
}

// sameOrRefused checks that a reader of one project gets the answer of the administrator, or at organization scope
// none; nothing in between. Of unnamed properties the reader gets those of the processes in sight.
func (f *fixture) sameOrRefused(t *testing.T, admin, reader asked, w *world, q *query) {
	t.Helper()
	want, err := f.send(t, admin, w)
	got, refusal := f.send(t, reader, w)
	switch {
	case err != nil: // said before
	case w.project == "" && status(refusal) == 403 && strings.Contains(refusal.Error(), "VS403496"):
	case refusal == nil && !q.named() && !strings.HasSuffix(reader.path, "$count"):
		f.expect(t, reader, w, q)
	case refusal != nil || string(got) != string(want):
		t.Errorf("%s: %s\nthe reader of Fabrikam Fiber gets %v or another answer than the administrator", w.name(), admin.text, refusal)
	}
}

// named reports whether a query names every property it wants: which others there are depends on the version.
func (q *query) named() bool {
	return (q.selects != nil || len(q.apply) > 0) && !slices.ContainsFunc(q.expands, func(x expand) bool { return !x.named() })
}

func served(version string) bool {
	return slices.Contains([]string{"v1.0", "v2.0", "v3.0-preview", "v4.0-preview"}, strings.ToLower(version))
}

// project is one whose process has the fields of the query.
func (q *found) project(n int) string {
	for _, word := range []string{"StoryPoints", "User Story", "OriginalEstimate", "CompletedWork", "'Stories'"} {
		if strings.Contains(q.Query, word) {
			return "Adventure Works" // Agile
		}
	}
	if q.Scope == "project" && n == 2 && !strings.Contains(q.Query, "custom") && !q.ofDelivery() {
		return "Fabrikam"
	}
	return "Fabrikam Fiber"
}

// names fill in the placeholders of a query: with what occurs in the project, differently for each n.
func (f *fixture) names(t *testing.T, q *found, project string, n int) *strings.Replacer {
	t.Helper()
	w := f.world(t, project)
	nth := func(set string, usable func(row) bool) row {
		var list []row
		for _, r := range w.sets[set] {
			if usable(r) {
				list = append(list, r)
			}
		}
		if len(list) == 0 {
			t.Fatalf("%s has no %s to name", project, set)
		}
		return list[n*7%len(list)]
	}
	any := func(row) bool { return true }
	area := nth("Areas", func(r row) bool { return r["Depth"] != int64(0) })
	dated := func(r row) bool { return r["StartDate"] != nil }
	sprint := nth("Iterations", func(r row) bool {
		return dated(r) && slices.ContainsFunc(w.sets["WorkItems"], func(i row) bool { return i["IterationSK"] == r["IterationSK"] })
	})
	other, team, item := nth("Iterations", dated), nth("Teams", any), nth("WorkItems", any)
	tag, second := nth("Tags", any), w.sets["Tags"][0]
	person := nth("WorkItems", func(r row) bool { return r["AssignedTo"].(row) != nil })["AssignedTo"].(row)
	if q.ofDelivery() { // where a requirement has tests
		tested := nth("TestSuites", func(r row) bool { return r["RequirementWorkItem"].(row) != nil })["RequirementWorkItem"].(row)
		area, sprint = tested["Area"].(row), tested["Iteration"].(row)
	}
	delivered := func(set, of string) string { // in a project that has any
		if len(w.sets[set]) == 0 {
			return "none"
		}
		return fmt.Sprint(nth(set, any)[of])
	}
	board := nth("BoardLocations", func(r row) bool { return r["TeamSK"] == team["TeamSK"] })
	path := area["AreaPath"].(string)
	days := [][2]string{{"2024-01-01", "2025-01-01"}, {"2023-03-11", "2023-03-14"}, {"2026-10-31", "2026-11-03"}}[n%3]
	number := func(day string) string { return strings.ReplaceAll(day, "-", "") }
	states := [][2]string{{"New", "Done"}, {"Done", "Removed"}, {"Active", "Closed"}}[n%3]
	types := [][2]string{{"Bug", "Feature"}, {"Product Backlog Item", "Task"}, {"User Story", "Bug"}}[n%3]
	name := func(r row, of string) string { return strings.ReplaceAll(fmt.Sprint(r[of]), "'", "''") }
	return strings.NewReplacer("{project}", project, "{projectsk}", name(w.sets["Projects"][0], "ProjectSK"), "{projectsk2}", "b924d696-3eae-4116-8443-9a18392d8544",
		"{areapath}", path, "{areasuffix}", path[strings.LastIndex(path, `\`)+1:], "{areask}", name(area, "AreaSK"),
		"{iterationpath}", name(sprint, "IterationPath"), "{iterationname}", name(sprint, "IterationName"),
		"{iterationsk}", name(sprint, "IterationSK"), "{iterationsk2}", name(other, "IterationSK"), "{iterationid}", name(sprint, "IterationId"),
		"{teamname}", name(team, "TeamName"), "{teamsk}", name(team, "TeamSK"), "{tagname}", name(tag, "TagName"), "{tagname2}", name(second, "TagName"),
		"{boardname}", name(board, "BoardName"), "{workitemtype}", types[0], "{workitemtype2}", types[1], "{state}", states[0], "{state2}", states[1],
		"{username}", name(person, "UserName"), "{useremail}", name(person, "UserEmail"), "{workitemid}", name(item, "WorkItemId"),
		"{startdate}", days[0]+"Z", "{enddate}", days[1]+"Z", "{startday}", days[0], "{endday}", days[1],
		"{startdatesk}", number(days[0]), "{enddatesk}", number(days[1]),
		"{customfieldname}", "Custom_CustomerVotes", "{customidentityfield}", "Custom_ProductOwner", "{fieldreferencename}", "'Custom.RiskLevel'",
		"{pipelinename}", delivered("Pipelines", "PipelineName"), "{pipelineid}", delivered("Pipelines", "PipelineId"),
		"{taskname}", delivered("PipelineRunActivityResults", "TaskDisplayName"), "{taskdefinitionid}", delivered("PipelineTasks", "TaskDefinitionId"),
		"{testplantitle}", delivered("TestSuites", "TestPlanTitle"), "{testname}", delivered("Tests", "TestName"))
}

// rawOf encodes a query as clients do.
func rawOf(text string) string {
	return strings.NewReplacer(" ", "%20", `\`, "%5C", "'", "%27", "+", "%2B", `"`, "%22").Replace(text)
}
