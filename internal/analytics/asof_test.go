package analytics

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/go-cmp/cmp"
)

// As of any moment work items are what the revisions and links of the records say: items that moved, that were linked
// anew, that came back from the recycle bin and that went there included.
func TestAsOf(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		const fiber = "Fabrikam Fiber"
		items := work.New(work.Config{DB: f.db, Projects: f.projects, Access: f.people})
		in, child, gone, back := f.someItem(t, "Fabrikam", "Task"), f.someItem(t, fiber, "Task"), f.someItem(t, fiber, "Bug"), f.someItem(t, fiber, "Feature")
		f.edit(t, in, [2]string{"System.TeamProject", fiber}, [2]string{"System.AreaPath", fiber}, [2]string{"System.IterationPath", fiber}, [2]string{"System.State", "Done"})
		f.edit(t, child, [2]string{"/relations/-", fmt.Sprintf(`{"rel":"System.LinkTypes.Related","url":"x/%d"}`, in)}, [2]string{"System.Tags", "as; of"})
		admin := f.callers["administrator"]
		for _, id := range []int64{gone, back} {
			if _, err := items.Delete(t.Context(), admin, "", id); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := items.Restore(t.Context(), admin, "", back); err != nil {
			t.Fatal(err)
		}
		f.caughtUp(t)
		for _, at := range f.moments(t) {
			for _, c := range []struct{ role, project string }{{"administrator", ""}, {"reader", fiber}} {
				want := f.recorded(t, items, c.role, c.project, at)
				line := "rows as=" + c.role
				if c.project != "" {
					line += " project=" + strings.ReplaceAll(c.project, " ", "_")
				}
				option := "boardwalk.asOf=" + at.Format(time.RFC3339Nano)
				got := f.answered(t, f.run(t, line, "WorkItems?$select=WorkItemId,Revision,Title,State,TagNames,ParentWorkItemId,WorkItemType"+
					"&$expand=Project($select=ProjectName),Tags($select=TagName),Children($select=WorkItemId)&"+option))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s as of %s (-recorded +answered): %s", c.role, at, diff)
				}
				if n := f.run(t, line, "WorkItems/$count?"+option); n != fmt.Sprint(len(want)) {
					t.Errorf("%s as of %s: %s items, want %d", c.role, at, n, len(want))
				}
			}
		}
		// A parent is one of the moment, too: its own values then, and nobody outside of the scope.
		at := f.moments(t)[2].Format(time.RFC3339Nano)
		for _, query := range []string{"WorkItems/$count?$filter=Parent/Revision ge 1&", "WorkItems/$count?$filter=ParentWorkItemId ne null and Parent ne null&"} {
			got := f.run(t, "rows", query+"boardwalk.asOf="+at)
			want := 0
			for _, line := range f.recorded(t, items, "administrator", "", f.moments(t)[2]) {
				if !strings.Contains(line, "under <nil>") {
					want++
				}
			}
			if got != fmt.Sprint(want) || want == 0 {
				t.Errorf("%s: %s, want %d", query, got, want)
			}
		}
	})
}

// moments are some of the history: between changes, and exactly at one.
func (f *fixture) moments(t *testing.T) []time.Time {
	t.Helper()
	var changes []time.Time
	err := f.db.View(t.Context(), func(tx *db.Tx) (err error) {
		changes, err = db.Collect(tx, db.SQL("test", `SELECT changed_at FROM work_revisions WHERE org_id = $1 ORDER BY changed_at`), []any{f.org},
			func(r *db.Rows) (at time.Time, err error) { return at, r.Scan(&at) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	n := len(changes)
	return []time.Time{changes[n/5].Add(-time.Microsecond), changes[n/5], changes[n/2].Add(time.Hour), changes[n*9/10], clock()}
}

// recorded reads what the records say of every item as of a moment.
func (f *fixture) recorded(t *testing.T, items *work.Items, role, projectName string, at time.Time) (lines []string) {
	t.Helper()
	var ids []int64
	err := f.db.View(t.Context(), func(tx *db.Tx) (err error) {
		ids, err = db.Collect(tx, db.SQL("test", `SELECT id FROM work_items WHERE org_id = $1 ORDER BY id`), []any{f.org},
			func(r *db.Rows) (id int64, err error) { return id, r.Scan(&id) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for part := range slices.Chunk(ids, work.MaxIDs) {
		found, err := items.List(t.Context(), f.callers[role], projectName, part, true, work.ReadOptions{AsOf: &at, Relations: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range found {
			if item == nil {
				continue
			}
			var children []int64
			for _, r := range item.Relations {
				if r.Type.Name == "Child" && (projectName == "" || r.Project.Name == projectName) {
					children = append(children, r.Target)
				}
			}
			lines = append(lines, f.line(item.ID, item.Rev, item.Project.Name, item.Type, item.Value(project.FieldTitle), item.Value(project.FieldState),
				item.Value(project.FieldTags), item.Value(project.FieldTags), item.Value(project.FieldParent), children))
		}
	}
	return lines
}

func (*fixture) line(id, rev int64, projectName, kind string, title, state, names, tags, parent any, children []int64) string {
	slices.Sort(children)
	return fmt.Sprint(id, " revision ", rev, " of ", projectName, ": ", kind, " ", title, " ", state, " [", names, "] [", tags, "] under ", parent, " over ", children)
}

// answered puts an answer into the same words.
func (f *fixture) answered(t *testing.T, body string) (lines []string) {
	t.Helper()
	var answer struct {
		Value []struct {
			WorkItemID       int64 `json:"WorkItemId"`
			Revision         int64
			Title, State     string
			WorkItemType     string
			TagNames         *string
			ParentWorkItemID *int64 `json:"ParentWorkItemId"`
			Project          struct{ ProjectName string }
			Tags             []struct{ TagName string }
			Children         []struct {
				WorkItemID int64 `json:"WorkItemId"`
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v: %.500s", err, body)
	}
	for _, v := range answer.Value {
		var children []int64
		for _, c := range v.Children {
			children = append(children, c.WorkItemID)
		}
		var tags []string
		for _, tag := range v.Tags {
			tags = append(tags, tag.TagName)
		}
		slices.SortFunc(tags, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
		var names, parent, joined any
		if v.TagNames != nil {
			names, joined = *v.TagNames, strings.Join(tags, "; ")
		}
		if v.ParentWorkItemID != nil {
			parent = *v.ParentWorkItemID
		}
		lines = append(lines, f.line(v.WorkItemID, v.Revision, v.Project.ProjectName, v.WorkItemType, v.Title, v.State, names, joined, parent, children))
	}
	return lines
}
