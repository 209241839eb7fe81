package work

import (
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
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

// What is allowed and denied at folders of shared queries: reading, contributing and deleting, for all that is below, also after
// a folder has moved.
func TestSavedQueries_Permissions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 3)
		const all = "SELECT [System.Id] FROM WorkItems"
		save := func(c *access.Caller, folder, name, text string) (*SavedQuery, string) {
			t.Helper()
			q, err := x.items.SaveQuery(t.Context(), c, "Agile", folder, QueryDraft{Name: name, Folder: text == "", Text: text})
			return q, says(t, err)
		}
		open, _ := save(x.ada, "Shared Queries", "Open", "")
		secret, _ := save(x.ada, "Shared Queries", "Secret", "")
		inner, _ := save(x.ada, "Shared Queries/Secret", "Inner", "")
		query, _ := save(x.ada, "Shared Queries/Secret/Inner", "all", all)
		namespace := access.FindNamespace(access.QueryNamespace)
		set := func(allow, deny int64, path ...uuid.UUID) {
			t.Helper()
			e := access.Entry{Subject: x.rita.User.Subject(), Allow: allow, Deny: deny}
			if _, err := x.people.SetEntries(t.Context(), x.ada, namespace, access.QueryToken(query.Project.GUID, path...), []access.Entry{e}, false); err != nil {
				t.Fatal(err)
			}
		}
		see := func(want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, x.paths(t, x.again(t, x.rita), "Agile")); diff != "" {
				t.Error(diff)
			}
		}
		run := func(want string) {
			t.Helper()
			if _, err := x.items.RunSaved(t.Context(), x.again(t, x.rita), query.GUID.String(), Query{}); says(t, err) != want {
				t.Errorf("run: %v, want %q", err, want)
			}
		}
		root := access.SharedQueries(query.Project.GUID)
		see("My Queries", "Shared Queries", "Shared Queries/Open", "Shared Queries/Secret", "Shared Queries/Secret/Inner", "Shared Queries/Secret/Inner/all")
		run("")
		set(0, access.ReadQueries, root, secret.GUID)
		see("My Queries", "Shared Queries", "Shared Queries/Open")
		run("QueryItemNotFoundException")
		set(access.ContributeQueries, 0, root)
		c := x.again(t, x.rita)
		if _, err := save(c, "Shared Queries", "secret", ""); err != "QueryItemNameConflictException" {
			t.Errorf("the name of a folder that is not seen: %q", err)
		}
		mine, err := save(c, "Shared Queries/Open", "mine", all)
		if err != "" {
			t.Errorf("contribute: %q", err)
		}
		yes := true
		if _, err := x.items.ChangeQuery(t.Context(), c, "Agile", mine.GUID.String(), QueryChange{Deleted: &yes}); says(t, err) != "AccessCheckException" {
			t.Errorf("delete without the permission: %v", err)
		}
		if _, err := x.items.MoveQuery(t.Context(), c, "Agile", "My Queries", mine.GUID.String()); says(t, err) != "AccessCheckException" {
			t.Errorf("take away from the others without the permission: %v", err)
		}
		set(access.DeleteQueries, 0, root, open.GUID)
		if _, err := x.items.ChangeQuery(t.Context(), x.again(t, x.rita), "Agile", mine.GUID.String(), QueryChange{Deleted: &yes}); err != nil {
			t.Errorf("delete: %v", err)
		}
		if _, err := x.items.MoveQuery(t.Context(), x.ada, "Agile", "Shared Queries/Open", inner.GUID.String()); err != nil {
			t.Fatal(err)
		}
		see("My Queries", "Shared Queries", "Shared Queries/Open", "Shared Queries/Open/Inner", "Shared Queries/Open/Inner/all", "Shared Queries/Open/mine (deleted)")
		set(0, access.ReadQueries, root, open.GUID, inner.GUID)
		if _, err := x.items.MoveQuery(t.Context(), x.ada, "Agile", "Shared Queries", inner.GUID.String()); err != nil {
			t.Fatal(err)
		}
		see("My Queries", "Shared Queries", "Shared Queries/Open", "Shared Queries/Open/mine (deleted)")
		if _, err := x.items.ChangeQuery(t.Context(), x.ada, "Agile", inner.GUID.String(), QueryChange{Deleted: &yes}); err != nil {
			t.Errorf("an administrator: %v", err)
		}
	})
}
