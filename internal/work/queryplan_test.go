package work

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/wiql"
)

// assign stores n bugs, spread over 1000 people and two sprints, changed a minute after each other.
func (x *fixture) assign(t testing.TB, n int64) {
	t.Helper()
	bug := x.environment(t, "Agile", "Bug")
	filler := strings.Repeat("text of a field ", 12)
	var id int64
	next := func() (*History, error) {
		if id == n {
			return nil, nil
		}
		id++
		at := monday.Add(time.Duration(id-n) * time.Minute)
		return &History{ID: id, Project: bug.project.ID, Revisions: []Revision{{Type: "Bug", Fields: Fields{
			project.FieldTitle: fmt.Sprint("bug ", id), project.FieldState: []string{"New", "Active", "Closed"}[id%3], project.FieldReason: filler,
			project.FieldResolvedReason: filler, project.FieldActivity: filler, project.FieldAssignedTo: User(id%1000 + 1),
			project.FieldCreatedDate: at, project.FieldChangedDate: at, project.FieldCreatedBy: User(1), project.FieldChangedBy: User(1),
			project.FieldAreaID: bug.project.Area.ID, project.FieldIterationID: bug.project.Iteration.ID, project.FieldPriority: id % 4,
		}}}}, nil
	}
	if err := x.items.Load(t.Context(), x.org, next, nil); err != nil {
		t.Fatal(err)
	}
}

const assignedToMe = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.AssignedTo] = @Me AND [System.State] <> 'Closed' ORDER BY [System.ChangedDate] DESC"

// TestQuery_Indexes checks that the questions people ask most do not read every work item.
func TestQuery_Indexes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.assign(t, 20_000)
		if b.Name == "postgres" { // what it does by itself after a while
			err := x.db.Update(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(db.SQL("test.analyze", "ANALYZE work_items")); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		for index, statement := range map[string]string{
			"work_items_assigned": assignedToMe,
			"work_items_changed":  "SELECT [System.Id] FROM WorkItems WHERE [System.ChangedDate] >= '2026-11-16'",
			"work_items_pkey":     "SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 5",
		} {
			plan := x.plan(t, b, statement)
			if b.Name == "sqlite" && index == "work_items_pkey" {
				index = "sqlite_autoindex_work_items_1"
			}
			if !strings.Contains(plan, index) {
				t.Errorf("%s does not use %s:\n%s", statement, index, plan)
			}
		}
	})
}

// plan is how the database would answer a flat query.
func (x *fixture) plan(t testing.TB, b dbtest.Backend, statement string) string {
	t.Helper()
	var lines []string
	c := x.caller(t, "Ada")
	err := x.db.View(t.Context(), func(tx *db.Tx) error {
		s, err := x.items.search(tx, c, Query{Text: statement, Project: "Agile"})
		if err != nil {
			return err
		}
		where, err := s.where(row{"item"}, s.q.Where)
		if err != nil {
			return err
		}
		sel, err := s.selection(row{"item"}, where, wiql.NoSide)
		if err != nil {
			return err
		}
		lines, err = tx.Explain(sel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestQuery_Limit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 12)
		for _, q := range []Query{
			{Text: "SELECT [System.Id] FROM WorkItems"},
			{Text: "SELECT [System.Id] FROM WorkItems", Top: 6},
			{Text: "SELECT [System.Id] FROM WorkItemLinks MODE (MayContain)"},
			{Text: "SELECT [System.Id] FROM WorkItemLinks WHERE [System.Links.LinkType] = 'Child' MODE (Recursive)"},
			{Text: "SELECT [System.Id] FROM WorkItemLinks WHERE [System.Links.LinkType] = 'Child' MODE (Recursive, ReturnMatchingChildren)"},
		} {
			q.Limit = 5
			if _, err := x.items.Query(t.Context(), x.ada, q); says(t, err) != "WorkItemTrackingQueryResultSizeLimitExceededException" ||
				err.Error() != "VS402337: The number of work items returned exceeds the size limit of 5. Change the query to return fewer items." {
				t.Errorf("%s: %v", q.Text, err)
			}
			q.Top, q.Limit = 0, 0
			whole, err := x.items.Query(t.Context(), x.ada, q)
			if err != nil {
				t.Fatal(err)
			}
			q.Limit = 5
			for _, q.Top = range []int{1, 3, 5} {
				cut, err := x.items.Query(t.Context(), x.ada, q)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(cut.IDs, whole.IDs[:min(q.Top, len(whole.IDs))]) || !slices.Equal(cut.Links, whole.Links[:min(q.Top, len(whole.Links))]) {
					t.Errorf("%s, top %d: %v %v of %v %v", q.Text, q.Top, cut.IDs, cut.Links, whole.IDs, whole.Links)
				}
			}
		}
	})
}

// BenchmarkQueryAssignedToMe asks for one person's open bugs among 100,000 work items.
func BenchmarkQueryAssignedToMe(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			x := newFixture(b, dbtest.New(b, name))
			x.assign(b, 100_000)
			c := x.caller(b, "Ada")
			for label, statement := range map[string]string{"assigned": assignedToMe,
				"scan": "SELECT [System.Id] FROM WorkItems WHERE [System.State] = 'Nothing' AND [System.Title] CONTAINS 'x'"} {
				b.Run(label, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						start := time.Now()
						r, err := x.items.Query(b.Context(), c, Query{Text: statement, Project: "Agile"})
						if err != nil {
							b.Fatal(err)
						}
						if label == "assigned" && len(r.IDs) == 0 {
							b.Fatal("nothing found")
						}
						took = append(took, time.Since(start))
					}
					slices.Sort(took)
					b.ReportMetric(took[len(took)*95/100].Seconds()*1000, "p95-ms")
				})
			}
		})
	}
}
