package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/work"
)

// asking is a request of the reader, and what was answered before anything changed.
type asking struct {
	set, raw, text  string
	expands, sorted bool // sorted answers may come in any order of their lines
	before, ofAdmin string
}

// testMutation changes, adds and removes items, boards, runs and tests of projects that the reader cannot read, and asks
// the same questions before and after, also as tables, as of a moment and for explanations. Not a byte of an answer or of a
// refusal may differ, except for expansions: those of parents and children that the service looks at before it answers, as
// documented, may be refused later, but what is answered is the same. It comes last, because the rows that the other tests
// know are different afterwards.
func testMutation(t *testing.T, f *fixture) {
	w := f.inSight(t)
	ask := func(q asking, c *access.Caller) string {
		body, err := f.ask(t, f.service, c, "", version+"/"+q.set, q.raw)
		if err != nil {
			return fmt.Sprintf("%d %v", status(err), err)
		}
		if q.sorted {
			lines := strings.Split(string(body), "\r\n")
			slices.Sort(lines)
			return "table" + strings.Join(lines, "\r\n")
		}
		return string(body)
	}
	var questions []asking
	answered, felt := map[string]int{}, 0
	for seed := range soak(t, 500) {
		q, kind := mutationQuery(newGenerator(w, 30_000+seed))
		q.expands = q.expands || strings.Contains(q.raw, "expand")
		if q.before = ask(q, f.reader); !refusedText.MatchString(q.before) {
			answered[kind]++
		} else if seed%2 == 0 {
			q.ofAdmin = ask(q, f.admin)
		}
		questions = append(questions, q)
	}
	f.mutate(t, w)
	for _, q := range questions {
		after := ask(q, f.reader)
		if q.ofAdmin != "" && q.ofAdmin != ask(q, f.admin) {
			felt++
		}
		if q.expands && strings.HasPrefix(after, "403") {
			continue
		}
		if after != q.before {
			t.Errorf("%s by the reader of Fabrikam Fiber was\n%.600s\nand is, after changes elsewhere,\n%.600s", q.text, q.before, after)
		}
	}
	if felt < 5 {
		t.Errorf("the administrator's answers to %d refused questions changed: the changes prove nothing", felt)
	}
	total := 0
	for _, kind := range []string{"", "csv", "arrow", "parquet", "asOf", "explain", "extended"} {
		if total += answered[kind]; answered[kind] < 8 {
			t.Errorf("%d questions of kind %q were answered: too few", answered[kind], kind)
		}
	}
	if total < len(questions)/4 || total > len(questions)*95/100 {
		t.Errorf("%d of %d questions were answered: too few, or hardly any was refused", total, len(questions))
	}
}

var refusedText = regexp.MustCompile(`^[45]\d\d `)

// here is the condition that rows are of the project which the reader can read.
func here() expr {
	return binary{"eq", path{to: []string{"ProjectSK"}}, key("56af920d-393b-4236-9a07-24439ccaa85c")}
}

// mutationQuery makes a question, mostly one that the reader is answered, and says what is special about it.
func mutationQuery(g *generator) (x asking, kind string) {
	q := &query{set: g.set([]string{"WorkItems", "WorkItems", "WorkItems", "WorkItemRevisions", "WorkItemLinks", snapshotSet, "Areas", "Tags", "Projects", "Processes",
		"BoardLocations", "PipelineRuns", "PipelineRunActivityResults", "Branches", "TestRuns", "TestResults", "TestResultsDaily", "TestPoints", "TestPoints", "TestSuites"})}
	g.crosses = g.chance(50)
	ordered := false
	switch {
	case g.chance(20):
		kind = "extended"
		q = g.extendedQuery()
		q.only(here())
	case daily(q.set), g.chance(40):
		if daily(q.set) {
			q = g.snapshot()
		} else {
			g.fillApply(q)
		}
		if g.chance(90) && len(q.apply) > 0 {
			q.apply = append([]step{filterStep{here()}}, q.apply...)
		}
	default:
		q.filter, q.order, q.selects = g.optional(80, q.set), g.orderBy(q.set, 40), g.selection(q.set, 100)
		q.expands = g.expansions(q.set, 30, 0)
		if g.chance(90) {
			q.filter = and(here(), q.filter)
		}
		g.cut(q, 60)
		id := map[string]string{"WorkItems": "WorkItemId", "PipelineRuns": "PipelineRunSK", "TestRuns": "TestRunSK", "TestPoints": "TestPointSK"}[q.set]
		if ordered = id != ""; ordered {
			q.order = append(q.order, order{by: path{to: []string{id}}})
		}
	}
	option := ""
	switch {
	case g.chance(8):
		kind, option = "explain", "&boardwalk.explain=true"
	case g.chance(40) && ordered && q.set == "WorkItems" && len(q.apply) == 0:
		kind, option = "asOf", "&boardwalk.asOf="+pick(g, []string{"2022-02-01T00:00:00Z", "2024-06-30T12:00:00Z", "2026-11-01T00:00:00Z"})
	case ordered && g.chance(70):
		kind = pick(g, []string{"csv", "arrow", "parquet"})
		q.count, option = false, "&$format="+kind
	case q.top == nil && q.skip == nil && !q.count && g.chance(50):
		kind, option, x.sorted = "csv", "&$format=csv", true
	}
	x.set, x.raw, x.text, x.expands = q.set, q.raw()+option, q.set+"?"+q.text()+option, len(q.expands) > 0
	return x, kind
}

// only restricts a query to rows that meet a condition, before anything else happens to them.
func (q *query) only(condition expr) {
	if len(q.apply) > 0 {
		q.apply = append([]step{filterStep{condition}}, q.apply...)
		return
	}
	q.filter = and(condition, q.filter)
}

// mutate changes what the reader cannot read: fields, new items and removed ones.
func (f *fixture) mutate(t *testing.T, w *world) {
	t.Helper()
	old, fiber := "Fabrikam", f.world(t, "Fabrikam Fiber").sets["Projects"][0]["ProjectSK"]
	var elsewhere []row
	for _, r := range w.sets["WorkItems"] {
		if r["ProjectSK"] != fiber {
			elsewhere = append(elsewhere, r)
		}
	}
	must := func(_ *work.Item, err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	for i := 0; i < len(elsewhere); i += 1 + len(elsewhere)/60 {
		fields := map[string]any{"System.Title": fmt.Sprintf("Customer Phone - Phase %d", i), "System.Tags": "Perf; Secret",
			"Microsoft.VSTS.Common.Priority": 1 + i%4, "System.AssignedTo": "jamal@fabrikam.com"}
		must(f.items.Update(t.Context(), f.admin, "", elsewhere[i]["WorkItemId"].(int64), patch(t, fields), work.Options{}))
	}
	for i := range 20 {
		fields := map[string]any{"System.Title": fmt.Sprintf("oracle case %d", i), "System.Tags": "Oracle"}
		must(f.items.Create(t.Context(), f.admin, old, "Bug", patch(t, fields), work.Options{}))
	}
	must(f.items.Update(t.Context(), f.admin, "", elsewhereItem, patch(t, map[string]any{"System.Title": "Secret", "Microsoft.VSTS.Common.Priority": 4}), work.Options{}))
	f.deliver(t, old, changedElsewhere)
	f.deliver(t, "Adventure Works", strings.ReplaceAll(changedElsewhere, `"id":480`, `"id":481`))
	f.redrawAll(t, last+1)
	removed := 0
	for _, r := range elsewhere {
		if len(collection(r, "Links")) == 0 && r["Project"].(row)["ProjectName"] == old && removed < 10 {
			removed++
			if _, err := f.items.Delete(t.Context(), f.admin, "", r["WorkItemId"].(int64)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if removed == 0 {
		t.Error("there was nothing to remove")
	}
	f.follow(t, f.feeder)
}
