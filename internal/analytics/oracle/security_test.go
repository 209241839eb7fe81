package oracle

import (
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// A reader of one project gets the complete answer of a query that proves it stays inside, as the administrator gets
// it, and no answer otherwise.
func TestOracle_LimitedReader(t *testing.T) {
	fiber := guid("56af920d-393b-4236-9a07-24439ccaa85c")
	of := func(names ...string) path { return path{to: names} }
	proofs := []expr{
		binary{"eq", of("Project", "ProjectName"), str("Fabrikam Fiber")},
		binary{"eq", of("ProjectSK"), key(fiber)},
		binary{"eq", of("Project", "ProjectId"), key(fiber)},
		in{of("ProjectSK"), []literal{key(fiber)}},
		in{of("Project", "ProjectName"), []literal{str("fabrikam fiber")}},
	}
	bound := []string{"WorkItems", "WorkItems", "WorkItemRevisions", "Areas", "Iterations", "Teams", "Tags", "WorkItemLinks"}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		w := f.world(t, "")
		for seed := range uint64(120) {
			g := newGenerator(w, 10_000+seed)
			g.crosses = false
			q := &query{set: pick(g, bound)}
			proof := pick(g, proofs)
			if g.chance(40) {
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
	})
}

// refused asks a query that does not prove where its rows are. One whose own conditions happen to name the project is
// no concern of this test.
func (f *fixture) refused(t *testing.T, w *world, q *query) {
	t.Helper()
	if strings.Contains(q.text(), "Project") {
		return
	}
	if _, err := f.ask(t, f.service, f.reader, "", q.set, q.raw()); status(err) != 403 || !strings.Contains(err.Error(), "VS403496") {
		t.Errorf("%s\nby the reader of one project: %v, want VS403496", f.describe(w, q), err)
	}
}

// What a reader of one project may ask at organization scope.
func TestTraps_LimitedReader(t *testing.T) {
	const at = "Project/ProjectName eq 'Fabrikam Fiber'"
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
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
			{"WorkItems", "$filter=" + at + "&$expand=Links($expand=TargetWorkItem)", 403},
			{"WorkItems", "$filter=" + at + "&$expand=Links($expand=TargetWorkItem($filter=" + at + "))", 200},
			{"WorkItems", "$filter=" + at + " and Children/any(c:c/State eq 'Done')", 403},
			{"WorkItems", "$filter=" + at + " and Parent/State eq 'Done'", 403},
			{"WorkItems", "$filter=" + at + "&$orderby=Parent/Title", 403},
			{"WorkItems", "$apply=filter(" + at + ")/groupby((Parent/Title))", 403},
			{"WorkItems", "$apply=groupby((Project/ProjectName),aggregate($count as N))&$filter=" + at, 200}, // other groups are not shown
			{"WorkItems", "$apply=groupby((State),aggregate($count as N))&$filter=N gt 0", 403},
			{"WorkItems", "$apply=aggregate($count as N)/filter(N gt 0)", 403},
			{"WorkItems", "$filter=" + at + "&$expand=Revisions", 400},
			{"WorkItemLinks", "$filter=ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c&$expand=TargetWorkItem", 403},
			{"WorkItemLinks", "$filter=ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c and TargetWorkItem/ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c&$expand=TargetWorkItem($select=Title)", 200},
			{"Areas", "$filter=" + at + "&$expand=Teams", 200},
			{"Dates", "$filter=DateSK eq 20240101", 200},
		} {
			raw := strings.NewReplacer(" ", "%20", "'", "%27").Replace(c.query)
			if _, err := f.ask(t, f.service, f.reader, "", c.set, raw); status(err) != c.want {
				t.Errorf("%s?%s by the reader of Fabrikam Fiber: %d (%v), want %d", c.set, c.query, status(err), err, c.want)
			}
		}
		if _, err := f.ask(t, f.service, f.reader, "Fabrikam", "WorkItems", "$top=1"); err == nil || status(err) >= 500 {
			t.Errorf("a project the reader cannot read: %v", err)
		}
		if _, err := f.ask(t, f.service, f.reader, "Fabrikam Fiber", "WorkItems", "$top=1&$expand=Parent,Children"); err != nil {
			t.Errorf("the project the reader reads: %v", err)
		}
	})
}
