package work

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	gocmp "github.com/google/go-cmp/cmp"
)

// Wherever items are put, the list sorted by the new orders is the list one gets by moving them by hand; nothing in
// front of them that had an order gets another one.
func TestPlace(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var list []BacklogItem
		ranked := rnd.IntN(8)
		for i := range 8 {
			item := BacklogItem{ID: int64(i + 1), ranked: i < ranked}
			if item.ranked {
				item.order = float64(i + 1)
			}
			list = append(list, item)
		}
		for range 40 {
			ids := rnd.Perm(8)[:1+rnd.IntN(3)]
			r := Reordering{}
			for _, i := range ids {
				r.IDs = append(r.IDs, int64(i+1))
			}
			rest := slices.DeleteFunc(slices.Clone(list), func(i BacklogItem) bool { return slices.Contains(r.IDs, i.ID) })
			at := rnd.IntN(len(rest) + 1)
			if at > 0 && rnd.IntN(3) > 0 || at == len(rest) {
				r.Previous = rest[at-1].ID
			}
			if at < len(rest) && (r.Previous == 0 || rnd.IntN(2) == 0) {
				r.Next = rest[at].ID
			}
			var want []int64
			for _, i := range rest[:at] {
				want = append(want, i.ID)
			}
			want = append(want, r.IDs...)
			for _, i := range rest[at:] {
				want = append(want, i.ID)
			}
			placed, err := r.place(list)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range placed {
				i := slices.IndexFunc(list, func(i BacklogItem) bool { return i.ID == p.ID })
				if before := slices.Index(want, p.ID) < at; before && list[i].ranked && !slices.Contains(r.IDs, p.ID) {
					t.Fatalf("%v in %v: item %d in front was moved", r, list, p.ID)
				}
				list[i].order, list[i].ranked = p.Order, true
			}
			slices.SortStableFunc(list, func(a, b BacklogItem) int {
				if a.ranked != b.ranked {
					return map[bool]int{true: -1, false: 1}[a.ranked]
				}
				return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.ID, b.ID))
			})
			var got []int64
			for _, i := range list {
				got = append(got, i.ID)
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v placed %v (-want +got):\n%s", r, placed, diff)
			}
		}
	}
}

// teamFixture has a team of Agile with everything below the area Web, and two sprints, in the first of which it works.
func teamFixture(t *testing.T, b dbtest.Backend) (x *fixture, ada *access.Caller, sprint *project.Node) {
	t.Helper()
	x = newFixture(t, b)
	ada = x.caller(t, "Ada")
	err := x.db.Update(t.Context(), func(tx *db.Tx) error {
		catalog, err := x.projects.Catalog(tx, x.org)
		if err != nil {
			return err
		}
		p, err := catalog.FindProject("Agile")
		if err != nil {
			return err
		}
		_, err = x.projects.AddTeam(tx, x.org, p.ID, project.Team{Name: "Web"}, []int64{p.FindNode(project.AreaNode, `Agile\Web`).ID}, true, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Sprint 1", "Sprint 2"} {
		n, err := x.projects.CreateNode(t.Context(), ada, "Agile", project.IterationNode, "", name, project.Dates{})
		if err != nil {
			t.Fatal(err)
		}
		if sprint == nil {
			sprint = n
		}
	}
	if err := x.projects.AddTeamIteration(t.Context(), ada, "Agile", "Web", sprint.GUID); err != nil {
		t.Fatal(err)
	}
	bugs := project.BugsAsRequirements
	if err := x.projects.SetTeamSettings(t.Context(), ada, "Agile", "Web", project.SettingsChange{Bugs: &bugs}); err != nil {
		t.Fatal(err)
	}
	return x, ada, sprint
}

func shownTree(items []BacklogItem) string {
	var all []string
	for _, i := range items {
		text := fmt.Sprint(i.ID)
		if i.Parent != 0 {
			text = fmt.Sprintf("%d<%d", i.ID, i.Parent)
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}

// Backlogs hold what the team owns of a level and is not done yet, in the order it was put in; an iteration holds its
// requirements and tasks, the tasks below theirs.
func TestBacklog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x, ada, sprint := teamFixture(t, b)
		story := func(title, area, iteration string) {
			x.create(t, "Agile", "User Story", fmt.Sprintf("add System.Title %q", title), fmt.Sprintf("add System.AreaPath %q", area), fmt.Sprintf("add System.IterationPath %q", iteration))
		}
		story("1", `Agile\Web`, `Agile`)
		story("2", `Agile\Web`, `Agile\Sprint 1`)
		story("3", `Agile`, `Agile\Sprint 1`)
		story("4", `Agile\Web`, `Agile\Sprint 1`)
		story("5", `Agile\Web`, `Agile`)
		for i, kind := range []string{"Task", "Task", "Bug", "Feature", "Epic"} { // 6 to 10
			x.create(t, "Agile", kind, fmt.Sprintf(`add System.Title "%d"`, i+6), `add System.AreaPath "Agile\\Web"`, `add System.IterationPath "Agile\\Sprint 1"`)
		}
		x.update(t, 6, to("parent", 4))
		x.update(t, 7, to("parent", 3))
		x.update(t, 5, `add System.State "Closed"`)
		requirements := func() string {
			items, err := x.items.Backlog(t.Context(), ada, "Agile", "Web", "Stories")
			if err != nil {
				t.Fatal(err)
			}
			return shownTree(items)
		}
		if got, want := requirements(), "1 2 4 8"; got != want {
			t.Errorf("stories: %s, want %s", got, want)
		}
		reorder := func(r Reordering) string {
			_, err := x.items.Reorder(t.Context(), ada, "Agile", "Web", r)
			return says(t, err)
		}
		for _, c := range []struct {
			r    Reordering
			want string
		}{
			{Reordering{IDs: []int64{8, 4}, Next: 1}, "8 4 1 2"},
			{Reordering{IDs: []int64{8}, Previous: 2}, "4 1 2 8"},
			{Reordering{IDs: []int64{2}, Previous: 4, Next: 1, Parent: 9}, "4 2 1 8"},
			{Reordering{IDs: []int64{2}, Previous: 1, Next: 4}, "VssPropertyValidationException"},
			{Reordering{IDs: []int64{3}, Previous: 1}, "BacklogReorderException"},
			{Reordering{IDs: []int64{5}, Previous: 1}, "BacklogReorderException"},
			{Reordering{IDs: []int64{2}, Previous: 9}, "BacklogReorderException"},
			{Reordering{IDs: []int64{2, 2}}, "VssPropertyValidationException"},
			{Reordering{IDs: []int64{2, 10}}, "BacklogReorderException"},
			{Reordering{IDs: []int64{4711}}, "WorkItemUnauthorizedAccessException"},
		} {
			before := requirements()
			got := reorder(c.r)
			after := requirements()
			if got == "" {
				got = after
			} else if before != after {
				t.Errorf("%+v is refused and changes %s to %s", c.r, before, after)
			}
			if got != c.want {
				t.Errorf("%+v: %s, want %s", c.r, got, c.want)
			}
		}
		if got, want := x.relations(t, 2), "under 9, Parent 9"; got != want {
			t.Errorf("item 2 has the relations %q, want %s", got, want)
		}
		items, err := x.items.IterationItems(t.Context(), ada, "Agile", "Web", sprint.GUID)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := shownTree(items), "4 6<4 2 8 7"; got != want {
			t.Errorf("the sprint: %s, want %s", got, want)
		}
		// Item 1 comes into the sprint by its place there.
		if got := reorder(Reordering{IDs: []int64{1}, Previous: 4, Iteration: &sprint.GUID}); got != "" {
			t.Error(got)
		}
		if items, err = x.items.IterationItems(t.Context(), ada, "Agile", "Web", sprint.GUID); err != nil || shownTree(items) != "4 6<4 1 2 8 7" {
			t.Errorf("the sprint: %s, %v", shownTree(items), err)
		}
		if _, err := x.items.Backlog(t.Context(), ada, "Scrum", "", "Stories"); says(t, err) != "TeamNotFoundException" {
			t.Errorf("a project without a team: %v", err)
		}
	})
}
