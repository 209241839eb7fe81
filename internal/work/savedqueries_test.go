package work

import (
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// paths lists what a caller sees of the saved queries of a project.
func (x *fixture) paths(t testing.TB, c *access.Caller, projectName string) (all []string) {
	t.Helper()
	roots, err := x.items.SavedQueries(t.Context(), c, projectName)
	if err != nil {
		t.Fatal(err)
	}
	var list func(q *SavedQuery)
	list = func(q *SavedQuery) {
		line := q.Path
		if q.Deleted {
			line += " (deleted)"
		}
		all = append(all, line)
		for _, child := range q.Children {
			list(child)
		}
	}
	for _, q := range roots {
		list(q)
	}
	return all
}

func TestSavedQueries(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 3)
		save := func(c *access.Caller, folder, name, text, want string) *SavedQuery {
			t.Helper()
			q, err := x.items.SaveQuery(t.Context(), c, "Agile", folder, QueryDraft{Name: name, Folder: text == "", Text: text})
			if says(t, err) != want {
				t.Errorf("save %s in %s: %v, want %q", name, folder, err, want)
			}
			return q
		}
		see := func(c *access.Caller, want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, x.paths(t, c, "Agile")); diff != "" {
				t.Error(diff)
			}
		}
		const all = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project"
		folder := save(x.ada, "Shared Queries", "B", "", "")
		inner := save(x.ada, "shared queries/b", "Inner", "", "")
		query := save(x.ada, "Shared Queries/B/Inner", "all", all, "")
		save(x.ada, folder.GUID.String(), "a", all, "")
		mine := save(x.rita, "My Queries", "own", all, "")
		save(x.rita, "Shared Queries", "no", all, "AccessCheckException")
		save(x.rita, "Shared Queries/B", "no", "", "AccessCheckException")
		save(x.ada, "Shared Queries/B", "A", "", "QueryItemNameConflictException")
		save(x.ada, "Shared Queries/B/a", "x", "", "VssPropertyValidationException")
		save(x.ada, "Shared Queries/C", "x", "", "QueryItemNotFoundException")
		save(x.ada, "Shared Queries", " x", "", "VssPropertyValidationException")
		save(x.ada, "Shared Queries", "x", "SELECT", "WorkItemTrackingQueryException")
		see(x.ada, "My Queries", "Shared Queries", "Shared Queries/B", "Shared Queries/B/Inner", "Shared Queries/B/Inner/all", "Shared Queries/B/a")
		see(x.rita, "My Queries", "My Queries/own", "Shared Queries", "Shared Queries/B", "Shared Queries/B/Inner", "Shared Queries/B/Inner/all", "Shared Queries/B/a")
		if got := x.paths(t, x.ada, "Scrum"); len(got) != 2 {
			t.Errorf("another project has %q", got)
		}

		// What is not theirs cannot be reached by GUID either.
		if _, err := x.items.ChangeQuery(t.Context(), x.ada, "Agile", mine.GUID.String(), QueryChange{Name: new(string)}); says(t, err) != "QueryItemNotFoundException" {
			t.Errorf("another one's query: %v", err)
		}
		if _, err := x.items.RunSaved(t.Context(), x.ada, mine.GUID.String(), Query{}); says(t, err) != "QueryItemNotFoundException" {
			t.Errorf("another one's query runs: %v", err)
		}
		if _, err := x.items.RunSaved(t.Context(), x.rita, query.GUID.String(), Query{Project: "Scrum"}); says(t, err) != "QueryItemNotFoundException" {
			t.Errorf("a query of another project runs: %v", err)
		}
		result, err := x.items.RunSaved(t.Context(), x.rita, query.GUID.String(), Query{})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range result.IDs {
			if item, err := x.items.Get(t.Context(), x.rita, "", id, ReadOptions{}); err != nil || item.Value(project.FieldTeamProject) != "Agile" {
				t.Errorf("found %v, %v", item, err)
			}
		}

		// Moves change whose they are.
		if _, err := x.items.MoveQuery(t.Context(), x.ada, "Agile", inner.GUID.String(), "Shared Queries/B"); says(t, err) != "VssPropertyValidationException" {
			t.Errorf("a folder went into itself: %v", err)
		}
		if _, err := x.items.MoveQuery(t.Context(), x.rita, "Agile", "My Queries", "Shared Queries/B/a"); says(t, err) != "AccessCheckException" {
			t.Errorf("a reader took a shared query away: %v", err)
		}
		if _, err := x.items.MoveQuery(t.Context(), x.ada, "Agile", "My Queries", inner.GUID.String()); err != nil {
			t.Fatal(err)
		}
		see(x.ada, "My Queries", "My Queries/Inner", "My Queries/Inner/all", "Shared Queries", "Shared Queries/B", "Shared Queries/B/a")
		see(x.rita, "My Queries", "My Queries/own", "Shared Queries", "Shared Queries/B", "Shared Queries/B/a")
		if _, err := x.items.RunSaved(t.Context(), x.rita, query.GUID.String(), Query{}); says(t, err) != "QueryItemNotFoundException" {
			t.Errorf("a query that became somebody's own: %v", err)
		}

		// Deleted things leave their names to others and come back where there is room.
		yes, no, taken := true, false, "taken"
		for _, name := range []string{"Shared Queries/B/a", "Shared Queries/B"} {
			if _, err := x.items.ChangeQuery(t.Context(), x.ada, "Agile", name, QueryChange{Deleted: &yes}); err != nil {
				t.Fatal(err)
			}
			if name == "Shared Queries/B/a" {
				save(x.ada, "Shared Queries/B", "A", all, "")
			}
		}
		see(x.rita, "My Queries", "My Queries/own", "Shared Queries", "Shared Queries/B (deleted)", "Shared Queries/B/a (deleted)", "Shared Queries/B/A (deleted)")
		save(x.ada, "Shared Queries/B", "x", all, "QueryItemNotFoundException")
		save(x.ada, "Shared Queries", "b", "", "")
		restore := QueryChange{Deleted: &no, Descendants: true}
		if _, err := x.items.ChangeQuery(t.Context(), x.ada, "Agile", folder.GUID.String(), restore); says(t, err) != "QueryItemNameConflictException" {
			t.Errorf("restored beside another one of its name: %v", err)
		}
		restore.Name = &taken
		if _, err := x.items.ChangeQuery(t.Context(), x.ada, "Agile", folder.GUID.String(), restore); err != nil {
			t.Fatal(err)
		}
		see(x.rita, "My Queries", "My Queries/own", "Shared Queries", "Shared Queries/b", "Shared Queries/taken", "Shared Queries/taken/a", "Shared Queries/taken/A (deleted)")
	})
}
