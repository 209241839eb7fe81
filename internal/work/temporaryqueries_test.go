package work

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// A temporary query runs for a day, for those who can read its project and with what they can read; then it is gone.
func TestKeepQuery(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.create(t, "Agile", "Task", `add System.Title "1"`)
		x.create(t, "Scrum", "Task", `add System.Title "2"`)
		ada := x.caller(t, "Ada")
		id, err := x.items.KeepQuery(t.Context(), ada, "Agile", "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @Project")
		if err != nil {
			t.Fatal(err)
		}
		end := x.now.Load() + int64(24*time.Hour/time.Microsecond)
		_, err = x.items.KeepQuery(t.Context(), ada, "Agile", "SELECT nothing")
		if says(t, err) == "" {
			t.Error("kept what is no query")
		}
		run := func(project string) string {
			found, err := x.items.RunSaved(t.Context(), ada, id.String(), Query{Project: project})
			if err != nil {
				return says(t, err)
			}
			return fmt.Sprint(found.IDs)
		}
		for project, want := range map[string]string{"": "[1]", "agile": "[1]", "Scrum": "QueryItemNotFoundException"} {
			if got := run(project); got != want {
				t.Errorf("in %q: %s, want %s", project, got, want)
			}
		}
		none := x.member(t, 0, "")
		if _, err := x.items.RunSaved(t.Context(), none, id.String(), Query{}); says(t, err) != "QueryItemNotFoundException" {
			t.Errorf("who cannot read the project: %v", err)
		}
		x.now.Store(end - 1)
		if got := run(""); got != "[1]" {
			t.Errorf("a moment before its end: %s", got)
		}
		x.now.Store(end)
		if got := run(""); got != "QueryItemNotFoundException" {
			t.Errorf("a day later: %s", got)
		}
		if _, err := x.items.KeepQuery(t.Context(), ada, "Agile", "SELECT [System.Id] FROM WorkItems"); err != nil {
			t.Fatal(err)
		}
		if n := x.lines(t, `SELECT CAST(count(*) AS text) FROM temporary_queries`); n[0] != "1" {
			t.Errorf("%s queries are kept", n[0])
		}
	})
}

// Work items are found by the whole address, not by its beginning, while the link is there and the item is not deleted.
func TestLinked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		long := "vstfs:///Git/Commit/" + strings.Repeat("é", 200)
		artifact := func(address string) string {
			return fmt.Sprintf(`add /relations/- {"rel":"ArtifactLink","url":%q,"attributes":{"name":"Fixed in Commit"}}`, address)
		}
		for i, project := range []string{"Agile", "Scrum", "Agile", "Agile"} {
			id := x.create(t, project, "Task", `add System.Title "x"`, artifact(long+"1"), artifact(fmt.Sprint("vstfs:///Build/Build/", i))).ID
			x.tick()
			switch i {
			case 2:
				if _, err := x.items.Delete(t.Context(), x.caller(t, "Ada"), "", id); err != nil {
					t.Fatal(err)
				}
			case 3:
				x.update(t, id, `remove /relations/0`)
			}
		}
		for project, want := range map[string]string{"": "[[1 2] [] [4] [1 2]]", "Scrum": "[[2] [] [] [2]]"} {
			got, _, err := x.items.Linked(t.Context(), x.caller(t, "Bob"), project, []string{long + "1", long + "2", "vstfs:///Build/Build/3", long + "1"})
			if err != nil || fmt.Sprint(got) != want {
				t.Errorf("in %q: %v, want %s: %v", project, got, want, err)
			}
		}
	})
}
