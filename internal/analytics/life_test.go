package analytics

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/work"
)

// edit writes fields, and anything else a patch can say under a path of its own.
func (f *fixture) edit(t *testing.T, id int64, changes ...[2]string) {
	t.Helper()
	items := work.New(work.Config{DB: f.db, Projects: f.projects, Access: f.people})
	var ops []work.Op
	for _, c := range changes {
		path := c[0]
		if !strings.HasPrefix(path, "/") {
			path = "/fields/" + path
		}
		value := json.RawMessage(c[1])
		if !json.Valid(value) {
			value, _ = json.Marshal(c[1]) // strings always marshal
		}
		ops = append(ops, work.Op{Op: "add", Path: path, Value: value})
	}
	if _, err := items.Update(t.Context(), f.callers["administrator"], "", id, ops, work.Options{}); err != nil {
		t.Fatal(err)
	}
}

// caughtUp waits until Analytics has everything.
func (f *fixture) caughtUp(t *testing.T) {
	t.Helper()
	var head int64
	err := f.db.View(t.Context(), func(tx *db.Tx) (err error) {
		head, _, err = tx.Head(f.org)
		return err
	})
	if err == nil {
		err = f.feeder.Reach(t.Context(), f.org, head)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// In the sample the reader reads Fabrikam Fiber only. What an item was like in another project before it moved there, and
// what becomes of one that moved away, is none of the reader's business, whichever way a query goes.
func TestMoved(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		const fiber = "Fabrikam Fiber"
		in, out := f.someItem(t, "Fabrikam", "Task"), f.someItem(t, fiber, "Task")
		f.edit(t, in, [2]string{"System.Title", "secret past"})
		f.edit(t, in, [2]string{"System.TeamProject", fiber}, [2]string{"System.AreaPath", fiber}, [2]string{"System.IterationPath", fiber},
			[2]string{"System.State", "Done"}, [2]string{"System.Title", "came in"})
		f.edit(t, out, [2]string{"System.Title", "still here"})
		f.edit(t, out, [2]string{"System.TeamProject", "Fabrikam"}, [2]string{"System.AreaPath", "Fabrikam"}, [2]string{"System.IterationPath", "Fabrikam"},
			[2]string{"System.State", "New"}, [2]string{"System.Title", "secret future"})
		f.caughtUp(t)
		q := func(format string, args ...any) string { return fmt.Sprintf(format, args...) }
		here := "Project/ProjectName eq '" + fiber + "'"
		for _, c := range []struct{ query, want string }{
			{q("WorkItems?$filter=WorkItemId in (%d,%d)&$select=Title", in, out), `came in`},
			{q("WorkItems?$filter=WorkItemId eq %d and Revisions/any(r: r/Title eq 'secret past')&$select=Title", in), ``},
			{q("WorkItems?$filter=WorkItemId eq %d and Revisions/any(r: r/Title eq 'came in')&$select=Title", in), `came in`},
			{q("WorkItemRevisions?$filter=WorkItemId eq %d&$select=Title", in), `came in`},
			{q("WorkItemRevisions?$filter=WorkItemId eq %d and Title eq 'still here'&$select=Title&$expand=WorkItem($select=Title)", out), `still here`},
			{q("WorkItemRevisions?$filter=WorkItemId eq %d and WorkItem/Title eq 'secret future'&$select=Title", out), ``},
			{q("WorkItemSnapshot?$apply=filter(WorkItemId eq %d)/groupby((DateSK,Title))&$orderby=DateSK", in), `came in`},
			{q("WorkItemSnapshot?$apply=filter(WorkItemId eq %d and DateSK eq 20261122)/groupby((DateSK,Title),aggregate($count as N))", out), ``},
		} {
			scoped := f.run(t, "rows as=reader project=Fabrikam_Fiber", c.query)
			set, rest, _ := strings.Cut(c.query, "?")
			rest = strings.Replace(rest, "$filter=", "$filter="+here+" and ", 1)
			rest = strings.Replace(rest, "$apply=filter(", "$apply=filter("+here+" and ", 1)
			open := f.run(t, "rows as=reader", set+"?"+rest)
			for scope, got := range map[string]string{"project": scoped, "organization": open} {
				if strings.Contains(got, "secret") || strings.HasPrefix(got, "40") {
					t.Errorf("%s scope: %s\n%s", scope, c.query, got)
				}
				if c.want != "" && !strings.Contains(got, c.want) || c.want == "" && !strings.Contains(got, `"value":[]`) {
					t.Errorf("%s scope: %s\n%s\nwant %q", scope, c.query, got, c.want)
				}
			}
		}
		all := f.run(t, "rows", q("WorkItemRevisions?$filter=WorkItemId eq %d and WorkItem/Title eq 'secret future' and Title eq 'still here'&$select=Title&$expand=WorkItem($select=Title)", out))
		if !strings.Contains(all, "secret future") {
			t.Errorf("the administrator sees %s", all)
		}
	})
}

// someItem finds a live item of a project and type.
func (f *fixture) someItem(t *testing.T, projectName, kind string) (id int64) {
	t.Helper()
	err := f.db.View(t.Context(), func(tx *db.Tx) error {
		return tx.Row(db.SQL("test", `SELECT min(i.id) FROM work_items i JOIN projects p ON p.org_id = i.org_id AND p.project_id = i.project_id
			WHERE i.org_id = $1 AND p.name = $2 AND i.type = $3 AND NOT i.is_deleted`), []any{f.org, projectName, kind}, &id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
