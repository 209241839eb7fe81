package work

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// set stores what a subject is allowed and denied on an area, by path.
func (x *fixture) set(t testing.TB, path string, e access.Entry) {
	t.Helper()
	err := x.db.Update(t.Context(), func(tx *db.Tx) error {
		catalog, err := x.projects.Catalog(tx, x.org)
		if err != nil {
			return err
		}
		name, _, _ := strings.Cut(path, `\`)
		p, err := catalog.FindProject(name)
		if err != nil {
			return err
		}
		return access.SetEntry(tx, access.System(x.org, &access.User{}), access.FindNamespace(access.AreaNamespace), p.FindNode(project.AreaNode, path).Token(), e)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// again is the caller of a user with the permissions of now.
func (x *fixture) again(t testing.TB, c *access.Caller) *access.Caller {
	t.Helper()
	err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
		c, err = x.people.CallerOf(tx, x.org, c.User.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Two items of one project, one in an area whose items the caller may not view: what every way of reading finds of them, and
// what it says to each way of writing.
func TestAreas(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		open := x.create(t, "Agile", "Task", `add System.Title "open door"`)
		x.tick()
		hidden := x.create(t, "Agile", "Task", `add System.Title "hidden door"`, `add System.AreaPath "Agile\\Web"`)
		moved := x.create(t, "Agile", "Task", `add System.Title "moved door"`, `add System.AreaPath "Agile\\Web"`, `add System.History "said inside"`)
		inside := x.tick()
		x.tick()
		ada := x.caller(t, "Ada")
		if _, err := x.items.Update(t.Context(), ada, "", moved.ID, ops(t, `replace System.AreaPath "Agile"`), Options{}); err != nil {
			t.Fatal(err)
		}
		link := func(c *access.Caller, from, to int64) error {
			_, err := x.items.Update(t.Context(), c, "", from, ops(t, fmt.Sprintf(`add /relations/- {"rel":"System.LinkTypes.Related","url":"x/%d"}`, to)), Options{})
			return err
		}
		if err := link(ada, open.ID, hidden.ID); err != nil {
			t.Fatal(err)
		}
		c := x.member(t, open.Project.ID, access.Contributor)
		x.set(t, `Agile\Web`, access.Entry{Subject: c.User.Subject(), Deny: access.ViewWorkItems})
		c = x.again(t, c)

		for text, want := range map[string]string{
			`SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS 'door' ORDER BY [System.Id]`:                             fmt.Sprint([]int64{open.ID, moved.ID}, []QueryLink(nil)),
			`SELECT [System.Id] FROM WorkItems WHERE NOT [System.Title] CONTAINS 'moved' AND [System.TeamProject] = 'Agile'`:          fmt.Sprint([]int64{open.ID}, []QueryLink(nil)),
			`SELECT [System.Id] FROM WorkItems WHERE EVER [System.AreaPath] = 'Agile\Web'`:                                            "[] []",
			`SELECT [System.Id] FROM WorkItems WHERE [System.History] CONTAINS 'inside'`:                                              "[] []",
			`SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS 'door' ASOF '` + inside.Format("2006-01-02T15:04") + `'`: fmt.Sprint([]int64{open.ID}, []QueryLink(nil)),
			`SELECT [System.Id] FROM WorkItemLinks WHERE [Source].[System.Title] CONTAINS 'open' MODE (MustContain)`:                  "[] []",
			`SELECT [System.Id] FROM WorkItemLinks WHERE [Source].[System.Title] CONTAINS 'open' MODE (DoesNotContain)`:               fmt.Sprint([]int64(nil), []QueryLink{{Target: open.ID}}),
		} {
			r, err := x.items.Query(t.Context(), c, Query{Text: text, TimePrecision: true})
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if got := fmt.Sprint(r.IDs, r.Links); got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
		if _, err := x.items.Get(t.Context(), c, "", hidden.ID, ReadOptions{}); says(t, err) != "WorkItemUnauthorizedAccessException" {
			t.Errorf("read: %v", err)
		}
		list, err := x.items.List(t.Context(), c, "", []int64{hidden.ID, open.ID}, true, ReadOptions{Relations: true})
		if err != nil || list[0] != nil || list[1] == nil || len(list[1].Relations) != 1 || list[1].Relations[0].Target != hidden.ID {
			t.Errorf("a list: %+v, %v; the link is told, and not what it leads to", list, err)
		}
		if past, err := x.items.List(t.Context(), c, "", []int64{moved.ID}, true, ReadOptions{AsOf: &inside}); err != nil || past[0] != nil {
			t.Errorf("as of when it was hidden: %+v, %v", past, err)
		}
		revisions, err := x.items.Revisions(t.Context(), c, "", moved.ID, ReadOptions{})
		if err != nil || len(revisions) != 1 || revisions[0].Rev != 2 {
			t.Errorf("revisions of what has left the area: %+v, %v", revisions, err)
		}
		if comments, err := x.items.Comments(t.Context(), c, "", moved.ID); err != nil || len(comments) != 0 {
			t.Errorf("comments made in the area: %+v, %v", comments, err)
		}
		reported, _, _, err := x.items.ReportRevisions(t.Context(), c, "", Reporting{Max: 100})
		var streamed []int64
		for _, r := range reported {
			streamed = append(streamed, r.ID)
		}
		if err != nil || !slices.Equal(streamed, []int64{open.ID, moved.ID}) {
			t.Errorf("stream: %v, %v", streamed, err)
		}
		for text, want := range map[string]int{"door": 2, "hidden": 0, "inside": 0, "door NOT inside": 2, `"said inside"`: 0} {
			if hits, err := x.items.SearchWords(t.Context(), c, WordSearch{Text: text, Top: 10}); err != nil || hits.Count != want || len(hits.Items) != want {
				t.Errorf("search for %s: %+v, %v, want %d", text, hits, err, want)
			}
		}

		for what, got := range map[string]error{
			"update":  x.change(t, c, hidden.ID, `add System.Title "x"`),
			"link to": link(c, moved.ID, hidden.ID),
			"comment": func() error {
				_, err := x.items.AddComment(t.Context(), c, "", hidden.ID, "x", false)
				return err
			}(),
			"delete": func() error { _, err := x.items.Delete(t.Context(), c, "", hidden.ID); return err }(),
		} {
			if says(t, got) != "WorkItemUnauthorizedAccessException" {
				t.Errorf("%s of what is hidden: %v", what, got)
			}
		}

		// Who may view and not edit.
		x.set(t, `Agile\Web`, access.Entry{Subject: c.User.Subject(), Deny: access.EditWorkItems})
		c = x.again(t, c)
		for what, got := range map[string]error{
			"update":      x.change(t, c, hidden.ID, `add System.Title "x"`),
			"move into":   x.change(t, c, open.ID, `replace System.AreaPath "Agile\\Web"`),
			"link to":     link(c, moved.ID, hidden.ID),
			"unlink from": x.change(t, c, open.ID, `remove /relations/0`),
			"delete":      func() error { _, err := x.items.Delete(t.Context(), c, "", hidden.ID); return err }(),
			"create there": func() error {
				_, err := x.items.Create(t.Context(), c, "Agile", "Task", ops(t, `add System.Title "x"`, `add System.AreaPath "Agile\\Web"`), Options{})
				return err
			}(),
		} {
			if says(t, got) != "WorkItemUnauthorizedSaveException" {
				t.Errorf("%s without Edit work items: %v", what, got)
			}
		}
		if _, err := x.items.AddComment(t.Context(), c, "", hidden.ID, "may comment", false); err != nil {
			t.Errorf("a comment takes Edit work item comments only: %v", err)
		}
		x.set(t, `Agile\Web`, access.Entry{Subject: c.User.Subject(), Deny: access.EditComments})
		c = x.again(t, c)
		if _, err := x.items.AddComment(t.Context(), c, "", hidden.ID, "no", false); says(t, err) != "AccessCheckException" {
			t.Errorf("a comment without the permission: %v", err)
		}
		if err := x.change(t, c, hidden.ID, `add System.History "no"`); says(t, err) != "AccessCheckException" {
			t.Errorf("a comment by a patch without the permission: %v", err)
		}
		if err := x.change(t, c, hidden.ID, `add System.Title "yes"`); err != nil {
			t.Errorf("an edit without a comment: %v", err)
		}
	})
}

// An area that is deleted when all work items have left it shows nobody what was made in it who was not shown it before; and who
// does not see it cannot have it count as another one.
func TestAreas_Deleted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		for parent, name := range map[string]string{"Web": "Shop", "": "Open"} {
			if _, err := x.projects.CreateNode(t.Context(), ada, "Agile", project.AreaNode, parent, name, project.Dates{}); err != nil {
				t.Fatal(err)
			}
		}
		item := x.create(t, "Agile", "Task", `add System.Title "in the shop"`, `add System.AreaPath "Agile\\Web\\Shop"`)
		x.tick()
		for _, path := range []string{`Agile\\Web`, `Agile\\Open`} {
			if err := x.change(t, ada, item.ID, `replace System.AreaPath "`+path+`"`); err != nil {
				t.Fatal(err)
			}
			x.tick()
		}
		c := x.member(t, item.Project.ID, access.Contributor)
		x.set(t, `Agile\Web`, access.Entry{Subject: c.User.Subject(), Deny: access.ViewWorkItems})
		seen := func(when string) {
			t.Helper()
			c = x.again(t, c)
			revisions, err := x.items.Revisions(t.Context(), c, "", item.ID, ReadOptions{})
			if err != nil || len(revisions) != 1 || revisions[0].Rev != 3 {
				t.Errorf("%s: %d revisions, %v; want the one made in Open", when, len(revisions), err)
			}
			ever, err := x.items.Query(t.Context(), c, Query{Text: `SELECT [System.Id] FROM WorkItems WHERE EVER [System.Rev] = 1 OR EVER [System.Rev] = 2`})
			if err != nil || len(ever.IDs) != 0 {
				t.Errorf("%s: a query finds %+v, %v", when, ever, err)
			}
		}
		seen("while the areas are there")
		manager := x.member(t, item.Project.ID, access.Administrator)
		x.set(t, `Agile\Web`, access.Entry{Subject: manager.User.Subject(), Deny: access.ViewWorkItems})
		manager = x.again(t, manager)
		var heir int64
		for _, n := range x.environment(t, "Agile", "Task").catalog.Nodes() {
			if n.Path == `Agile\Open` {
				heir = n.ID
			}
		}
		for _, path := range []string{"Web/Shop", "Web"} {
			if err := x.items.DeleteNode(t.Context(), manager, "Agile", project.AreaNode, path, heir); says(t, err) != "WorkItemUnauthorizedSaveException" {
				t.Errorf("delete %s in favor of Open: %v", path, err)
			}
		}
		seen("after that")
		remove := func(path string) {
			if err := x.items.DeleteNode(t.Context(), ada, "Agile", project.AreaNode, path, 0); err != nil {
				t.Fatal(err)
			}
		}
		remove("Web/Shop")
		seen("one below is deleted")
		remove("Web")
		seen("the area itself is deleted")
		all, err := x.items.Revisions(t.Context(), x.again(t, x.member(t, item.Project.ID, access.Reader)), "", item.ID, ReadOptions{})
		if err != nil || len(all) != 3 {
			t.Errorf("somebody else: %d revisions, %v", len(all), err)
		}
	})
}

func (x *fixture) change(t *testing.T, c *access.Caller, id int64, lines ...string) error {
	t.Helper()
	_, err := x.items.Update(t.Context(), c, "", id, ops(t, lines...), Options{})
	return err
}
