package work

import (
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// What the change feed tells of work items: each thing once, in order, nothing that was to be quiet, and to each reader
// only what is in projects they read.
func TestEvents(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		update := func(o Options, id int64, lines ...string) {
			t.Helper()
			x.tick()
			if _, err := x.items.Update(t.Context(), ada, "", id, ops(t, lines...), o); err != nil {
				t.Fatal(err)
			}
		}
		x.create(t, "Agile", "Task", `add System.Title "1"`)
		x.create(t, "Scrum", "Task", `add System.Title "2"`)
		x.create(t, "Agile", "Task", `add System.Title "3"`)
		update(Options{}, 1, `add System.Title "one"`, to("related", 2))
		update(Options{Quiet: true}, 1, `add System.Title "hush"`, `add /relations/- {"rel":"Hyperlink","url":"https://quiet.example"}`)
		update(Options{}, 2, `add System.History "hello"`)
		update(Options{}, 2, `add /relations/- {"rel":"Hyperlink","url":"https://example.com"}`)
		update(Options{}, 2, `remove /relations/0`)
		x.tick()
		if _, err := x.items.Delete(t.Context(), ada, "", 1); err != nil {
			t.Fatal(err)
		}
		x.tick()
		if _, err := x.items.Restore(t.Context(), ada, "", 1); err != nil {
			t.Fatal(err)
		}
		x.tick()
		if _, err := x.items.DeleteQuietly(t.Context(), ada, "", 3); err != nil {
			t.Fatal(err)
		}
		all := []string{
			"workitem.created 1 rev 1 -", "workitem.created 2 rev 1 -", "workitem.created 3 rev 1 -", "workitem.updated 1 rev 2 1>one +2", "workitem.updated 2 rev 1 - +1",
			"workitem.updated 2 rev 2 -", "workitem.commented 2 rev 2 -", "workitem.updated 2 rev 2 - +0https://example.com",
			"workitem.updated 2 rev 2 - -1", "workitem.updated 1 rev 3 - -2", "workitem.deleted 1 rev 4 -", "workitem.restored 1 rev 5 -",
		}
		var bob *access.Caller
		err := x.db.Update(t.Context(), func(tx *db.Tx) error {
			people, err := x.people.Directory(tx, x.org)
			if err != nil {
				return err
			}
			catalog, err := x.projects.Catalog(tx, x.org)
			if err != nil {
				return err
			}
			scrum, err := catalog.FindProject("Scrum")
			if err != nil {
				return err
			}
			user := people.Find("Bob")
			if err := x.people.AddMember(tx, x.org, scrum.ID, user.ID, access.Reader); err != nil {
				return err
			}
			bob, err = x.people.CallerOf(tx, x.org, user.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var of2 []string
		for _, line := range all {
			if strings.Contains(line, " 2 rev") {
				of2 = append(of2, line)
			}
		}
		for who, want := range map[*access.Caller][]string{ada: all, bob: of2} {
			if diff := cmp.Diff(want, x.events(t, who)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", who.User.DisplayName, diff)
			}
		}
	})
}

// events shows what the whole feed tells a reader: what became of the title, and links added and removed.
func (x *fixture) events(t *testing.T, c *access.Caller) (lines []string) {
	t.Helper()
	var changes []db.Change
	err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
		changes, err = tx.Changes(x.org, 0, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	events, err := x.items.Events(t.Context(), c, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		line := fmt.Sprintf("%s %d rev %d ", e.Kind, e.Item.ID, e.Item.Rev)
		title := "-"
		for _, f := range e.Update.Fields {
			if f.Field.ID == project.FieldTitle && f.Old != nil {
				title = fmt.Sprint(f.Old, ">", f.New)
			}
		}
		line += title
		for _, r := range e.Update.Added {
			line += fmt.Sprint(" +", r.Target, r.URL)
		}
		for _, r := range e.Update.Removed {
			line += fmt.Sprint(" -", r.Target, r.URL)
		}
		lines = append(lines, line)
	}
	return lines
}
