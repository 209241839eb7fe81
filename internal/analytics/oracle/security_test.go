package oracle

import (
	"slices"
	"strings"
	"testing"
)

// A reader of one project gets the complete answer of a query that proves it stays inside, as the administrator gets
// it, and no answer otherwise.
func testLimitedReader(t *testing.T, f *fixture) {
	fiber := guid("56af920d-393b-4236-9a07-24439ccaa85c")
	of := func(names ...string) path { return path{to: names} }
	proofs := []expr{
		binary{"eq", of("Project", "ProjectName"), str("Fabrikam Fiber")},
		binary{"eq", of("ProjectSK"), key(fiber)},
		binary{"eq", of("Project", "ProjectId"), key(fiber)},
		in{of("ProjectSK"), []literal{key(fiber)}},
		in{of("Project", "ProjectName"), []literal{str("fabrikam fiber")}},
	}
	bound := []string{"WorkItems", "WorkItems", "WorkItemRevisions", "Areas", "Iterations", "Teams", "Tags", "WorkItemLinks", "BoardLocations", "PipelineRuns",
		"PipelineRunActivityResults", "TestRuns", "TestResults", "TestResultsDaily", "TestPoints", "TestSuites", "Branches"}
	w := f.inSight(t)
	for seed := range soak(t, 200) {
		g := newGenerator(w, 10_000+seed)
		g.crosses = false
		q := &query{set: pick(g, bound)}
		proof := pick(g, proofs)
		if _, named := w.schema[q.set].nav("Project"); !named {
			proof = pick(g, []expr{proofs[1], proofs[3]})
		}
		if g.chance(15) {
			q = g.extendedQuery()
			open := *q
			f.refused(t, w, &open)
			q.only(proof)
		} else if g.chance(40) {
			g.fillApply(q)
			open := *q
			f.refused(t, w, &open)
			q.apply = append([]step{filterStep{proof}}, q.apply...)
		} else {
			q.filter = g.optional(70, q.set)
			q.selects = g.selection(q.set, 100)
			q.order = g.orderBy(q.set, 40)
			q.expands = g.expansions(q.set, 30, 0)
			open := *q
			f.refused(t, w, &open)
			if q.filter != nil {
				either := open
				either.filter = binary{"or", q.filter, proof}
				f.refused(t, w, &either)
			}
			q.filter = and(proof, q.filter)
		}
		f.compare(t, f.service, f.reader, w, q)
	}
}

// What a reader of one project is answered must not depend on other projects: were their rows not there, the answer
// would be the same. Whether a query is answered at all is not this test's matter, as long as some are and some are not.
func testInterference(t *testing.T, f *fixture) {
	all, own := f.inSight(t), f.worldOf(t, "Fabrikam Fiber", true)
	inside := func(names ...string) expr {
		return binary{"eq", path{to: append(names, "Project", "ProjectName")}, str("Fabrikam Fiber")}
	}
	outcomes, needed := map[int]int{}, 0
	for seed := range soak(t, 200) {
		g := newGenerator(all, 20_000+seed)
		q := &query{set: pick(g, []string{"WorkItems", "WorkItems", "WorkItems", "WorkItemLinks", "WorkItemRevisions"}), selects: []string{"ProjectSK"}}
		g.crosses = g.chance(80)
		q.filter = g.optional(90, q.set)
		q.order = g.orderBy(q.set, 20)
		g.crosses = true
		q.expands = g.expansions(q.set, 20, 1)
		for i := range q.expands {
			if n, _ := all.schema[q.set].nav(q.expands[i].nav); n.target == "WorkItems" && g.chance(70) {
				if x := &q.expands[i]; len(x.apply) > 0 {
					x.apply = append([]step{filterStep{inside()}}, x.apply...)
				} else {
					x.filter = and(inside(), x.filter)
				}
			}
		}
		for _, n := range g.navs(q.set, false) {
			if n.target == "WorkItems" && g.chance(40) {
				q.filter = and(inside(n.name), q.filter)
			}
		}
		if g.chance(90) {
			q.filter = and(inside(), q.filter)
		}
		_, err := f.ask(t, f.service, f.reader, "", version+"/"+q.set, q.raw())
		outcomes[status(err)]++
		if status(err) == 200 {
			f.compare(t, f.service, f.reader, all, q)
			here := *own
			here.project = "" // asked at organization scope all the same
			f.compare(t, f.service, f.reader, &here, q)
		} else if status(err) == 403 {
			if !slices.EqualFunc(q.answer(all).groups, q.answer(own).groups, slices.Equal[[]string]) {
				needed++
			}
		} else {
			t.Errorf("%s\n%v", f.describe(all, q), err)
		}
	}
	if outcomes[200] < 30 || outcomes[403] < 30 || needed < 10 {
		t.Errorf("outcomes %v, %d refusals kept something back; want many of each", outcomes, needed)
	}
}

// inSight are all rows of the organization, to be asked about by properties that the reader of one project knows of.
func (f *fixture) inSight(t *testing.T) *world {
	t.Helper()
	w := *f.worldOf(t, "", true)
	w.used = f.world(t, "Fabrikam Fiber").used
	return &w
}

// refused asks a query that does not prove where its rows are. One whose own conditions happen to name the project is
// no concern of this test.
func (f *fixture) refused(t *testing.T, w *world, q *query) {
	t.Helper()
	if strings.Contains(q.text(), "Project") {
		return
	}
	if _, err := f.ask(t, f.service, f.reader, "", version+"/"+q.set, q.raw()); status(err) != 403 || !strings.Contains(err.Error(), "VS403496") {
		t.Errorf("%s\nby the reader of one project: %v, want VS403496", f.describe(w, q), err)
	}
}

// What a reader of one project may ask at organization scope.
func testRights(t *testing.T, f *fixture) {
	const at = "Project/ProjectName eq 'Fabrikam Fiber'"
	for _, c := range []struct {
		set, query string
		want       int
	}{
		{"Projects", "$apply=aggregate($count as Count)", 403},
		{"Projects", "$filter=ProjectName eq 'Fabrikam Fiber'", 200},
		{"Projects", "$filter=ProjectName eq 'Fabrikam'", 403},
		{"Projects", "$filter=ProjectName ne 'Fabrikam'", 403},
		{"Projects", "$filter=contains(ProjectName,'Fabrikam Fiber')", 403},
		{"Users", "$select=UserName", 403},
		{"WorkItems", "$filter=not (Project/ProjectName ne 'Fabrikam Fiber')", 403},
		{"WorkItems", "$filter=" + at + " or Project/ProjectName eq 'Fabrikam'", 403},
		{"WorkItems", "$filter=" + at + " or ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c", 200},
		{"WorkItems", "$filter=Tags/any(t:t/" + at + ")", 200}, // an item's tags are of its project
		{"WorkItems", "$filter=" + at + "&$expand=Parent", 403},
		{"WorkItems", "$filter=" + at + "&$expand=Parent($filter=" + at + ")", 200},
		{"WorkItems", "$filter=" + at + " and Parent/" + at + "&$expand=Parent", 200},
		{"WorkItems", "$filter=" + at + "&$expand=Children($filter=" + at + ")", 200},
		{"WorkItems", "$filter=" + at + "&$expand=Descendants", 403},
		{"WorkItems", "$filter=" + at + " and Children/any(c:c/" + at + ")&$expand=Children", 403}, // one of them has a child elsewhere, too
		{"WorkItems", "$filter=WorkItemId ne 376 and " + at + " and Children/any(c:c/" + at + ")&$expand=Children", 200},
		{"WorkItems", "$filter=WorkItemId eq 376 and " + at + " and Children/any(c:c/" + at + ")&$expand=Children($top=1;$orderby=WorkItemId)", 403},
		// What the expansion asks of the child elsewhere makes no difference: answers would tell its fields.
		{"WorkItems", "$filter=WorkItemId eq 376 and " + at + " and Children/any(c:c/" + at + ")&$expand=Children($filter=startswith(Title,'no such title'))", 403},
		{"WorkItems", "$filter=WorkItemId eq 376 and " + at + " and Children/any(c:c/" + at + ")&$expand=Children($filter=Title ne null)", 403},
		{"WorkItems", "$filter=WorkItemId eq 376 and " + at + " and Children/any(c:c/" + at + ")&$expand=Children($apply=filter(Title eq 'x')/aggregate($count as N))", 403},
		// A condition inside an expansion proves nothing of the rows around it.
		{"WorkItems", "$expand=Project($filter=ProjectName eq 'Fabrikam Fiber')", 403},
		{"WorkItems", "$expand=Tags($filter=" + at + ")", 403},
		{"WorkItems", "$expand=Links($apply=filter(" + at + ")/aggregate($count as N))", 403},
		{"WorkItems", "$filter=" + at + "&$expand=Parent($filter=Title ne null;$expand=Area($filter=" + at + "))", 403},
		{"Teams", "$expand=Areas($filter=" + at + ")", 403},
		{"WorkItems", "$filter=" + at + " or Children/any(c:c/" + at + ")", 403},
		{"WorkItems", "$filter=" + at + "&$expand=Links($expand=TargetWorkItem)", 403},
		{"WorkItems", "$filter=" + at + "&$expand=Links($expand=TargetWorkItem($filter=" + at + "))", 200},
		{"WorkItems", "$filter=" + at + " and Children/any(c:c/State eq 'Done')", 403},
		{"WorkItems", "$filter=" + at + " and Parent/State eq 'Done'", 403},
		{"WorkItems", "$filter=" + at + "&$orderby=Parent/Title", 403},
		{"WorkItems", "$apply=filter(" + at + ")/groupby((Parent/Title))", 403},
		{"WorkItems", "$apply=groupby((Project/ProjectName),aggregate($count as N))&$filter=" + at, 403}, // the groups of others are made first
		{"WorkItems", "$apply=groupby((State),aggregate($count as N))&$filter=N gt 0", 403},
		{"WorkItems", "$apply=aggregate($count as N)/filter(N gt 0)", 403},
		{"WorkItems", "$filter=" + at + "&$expand=Revisions", 400},
		{"WorkItemLinks", "$filter=ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c&$expand=TargetWorkItem", 403},
		{"WorkItemLinks", "$filter=ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c and TargetWorkItem/ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c&$expand=TargetWorkItem($select=Title)", 200},
		{"Areas", "$filter=" + at + "&$expand=Teams", 200},
		{"Dates", "$filter=DateSK eq 20240101", 200},
	} {
		raw := strings.NewReplacer(" ", "%20", "'", "%27").Replace(c.query)
		if _, err := f.ask(t, f.service, f.reader, "", version+"/"+c.set, raw); status(err) != c.want {
			t.Errorf("%s?%s by the reader of Fabrikam Fiber: %d (%v), want %d", c.set, c.query, status(err), err, c.want)
		}
	}
	if _, err := f.ask(t, f.service, f.reader, "Fabrikam", version+"/WorkItems", "$top=1"); err == nil || status(err) >= 500 {
		t.Errorf("a project the reader cannot read: %v", err)
	}
	if _, err := f.ask(t, f.service, f.reader, "Fabrikam Fiber", version+"/WorkItems", "$top=1&$expand=Parent,Children"); err != nil {
		t.Errorf("the project the reader reads: %v", err)
	}
}
