package analytics

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/work"
)

// changes creates an item and then changes it, each time by a list of fields and values; a value that begins with ^ is the
// parent's id. It returns the item's id.
func (f *fixture) changes(t *testing.T, items *work.Items, kind string, steps ...[]string) (id int64) {
	t.Helper()
	for i, fields := range steps {
		var ops []work.Op
		for n := 0; n < len(fields); n += 2 {
			if i == 0 && n == 0 { // the project it is created in
				continue
			}
			op := work.Op{Op: "add", Path: "/fields/System." + fields[n]}
			value := any(fields[n+1])
			if parent, ok := strings.CutPrefix(fields[n+1], "^"); ok {
				op.Path = "/relations/-"
				value = map[string]string{"rel": "System.LinkTypes.Hierarchy-Reverse", "url": "http://boardwalk.test/fabrikam/_apis/wit/workItems/" + parent}
			}
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			op.Value = text
			ops = append(ops, op)
		}
		var item *work.Item
		var err error
		if i == 0 {
			item, err = items.Create(t.Context(), f.callers["administrator"], fields[1], kind, ops, work.Options{})
		} else {
			item, err = items.Update(t.Context(), f.callers["administrator"], "", id, ops, work.Options{})
		}
		if err != nil {
			t.Fatalf("%s: %s", fields, describe(err))
		}
		id = item.ID
	}
	return id
}

// Rows that moved between projects, or that hang together by rows elsewhere, tell the reader of one project nothing of
// the others: at the scope of the organization with filters, and at that of the project.
func TestSideChannels(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		items := work.New(work.Config{DB: f.db, Projects: f.projects, Access: f.people})
		const fiber, other = "Fabrikam Fiber", "Fabrikam"
		to := func(project, title string) []string {
			return []string{"TeamProject", project, "AreaPath", project, "IterationPath", project, "Title", title}
		}
		in := func(project, title string, more ...string) []string {
			return append([]string{"TeamProject", project, "Title", title}, more...)
		}
		left := f.changes(t, items, "Epic", in(fiber, "side left"), to(other, "side secret"))
		came := f.changes(t, items, "Epic", in(other, "side secret"), to(fiber, "side came"))
		top := f.changes(t, items, "Epic", in(fiber, "side top"))
		first := f.changes(t, items, "Feature", in(other, "side secret 1", "", fmt.Sprintf("^%d", top)))
		second := f.changes(t, items, "Feature", in(other, "side secret 2", "", fmt.Sprintf("^%d", first)))
		f.changes(t, items, "Feature", in(fiber, "side below", "", fmt.Sprintf("^%d", second)))
		f.caughtUp(t)
		for _, c := range []struct{ query, admin, reader string }{
			{"WorkItemRevisions?$filter=WorkItemId eq LEFT and P&$select=Title&$expand=WorkItem($select=Title)",
				`{"Title":"side left","WorkItem":{"Title":"side secret"}}`, `{"Title":"side left","WorkItem":null}`},
			{"WorkItemRevisions?$filter=WorkItemId eq LEFT and P and WorkItem/Title eq 'side secret'&$select=Title", `{"Title":"side left"}`, ``},
			{"WorkItemRevisions?$apply=filter(WorkItemId eq LEFT and P)/groupby((WorkItem/Title))",
				`{"@odata.id":null,"WorkItem":{"@odata.id":null,"Title":"side secret"}}`, `{"@odata.id":null,"WorkItem":{"@odata.id":null,"Title":null}}`},
			{"WorkItemRevisions?$filter=WorkItemId eq LEFT and P&$select=Title&$orderby=WorkItem/Title", `{"Title":"side left"}`, `{"Title":"side left"}`},
			{"WorkItems?$filter=WorkItemId eq LEFT and P&$select=Title", ``, ``},
			{"WorkItems?$filter=WorkItemId eq CAME and P&$select=Title", `{"Title":"side came"}`, `{"Title":"side came"}`},
			{"WorkItems?$filter=WorkItemId eq CAME and P and Revisions/any(r:r/Title eq 'side secret')&$select=Title", `{"Title":"side came"}`, ``},
			{"WorkItems?$filter=WorkItemId eq CAME and P and Revisions/all(r:r/Title eq 'side came')&$select=Title", ``, `{"Title":"side came"}`},
			{"WorkItems?$filter=WorkItemId eq CAME and P&$compute=Revisions/$count as N&$select=N", `{"N":2}`, `{"N":1}`},
			{"WorkItemRevisions?$filter=WorkItemId eq CAME and P&$select=Title", `{"Title":"side came"}`, `{"Title":"side came"}`},
			{"WorkItems?$filter=WorkItemId eq TOP and P&$select=Title&$expand=Descendants($filter=P;$select=Title)",
				`{"Title":"side top","Descendants":[{"Title":"side below"}]}`, `{"Title":"side top","Descendants":[]}`},
			{"WorkItems?$filter=WorkItemId eq TOP and P and Descendants/any(d:d/P)&$select=Title", `{"Title":"side top"}`, ``},
			{"WorkItems?$filter=WorkItemId eq TOP and P&$select=Title&$expand=Children($filter=P;$select=Title)", `{"Title":"side top","Children":[]}`, `{"Title":"side top","Children":[]}`},
			{"WorkItems?$filter=Title eq 'side below' and P&$select=Title&$expand=Parent($filter=P;$select=Title)", `{"Title":"side below","Parent":null}`, `{"Title":"side below","Parent":null}`},
			{"WorkItemLinks?$filter=SourceWorkItemId eq TOP and P&$select=LinkTypeName&$expand=TargetWorkItem($filter=P;$select=Title)",
				`{"LinkTypeName":"Child","TargetWorkItem":null}`, `{"LinkTypeName":"Child","TargetWorkItem":null}`},
		} {
			query := strings.NewReplacer("LEFT", fmt.Sprint(left), "CAME", fmt.Sprint(came), "TOP", fmt.Sprint(top)).Replace(c.query)
			query = shorthand.ReplaceAllString(query, "Project/ProjectName eq 'Fabrikam Fiber'")
			for _, ask := range []struct{ words, want string }{{"", c.admin}, {"as=reader", c.reader}, {"as=reader project=Fabrikam_Fiber", c.reader}} {
				got := f.run(t, "rows "+ask.words, query)
				if _, rows, ok := strings.Cut(got, `"value":[`); ok {
					got = strings.TrimSuffix(strings.ReplaceAll(rows, "\n", ""), "]}")
				}
				if got != ask.want {
					t.Errorf("%s %s\n%s\nwant %s", query, ask.words, got, ask.want)
				}
			}
		}
	})
}
