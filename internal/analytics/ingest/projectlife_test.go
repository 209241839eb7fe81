package ingest

import (
	"context"
	"fmt"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// system is a caller who may do everything.
func (x *fixture) system(t *testing.T) *access.Caller {
	t.Helper()
	_, people := x.snapshot(t)
	return access.System(fabrikam, people.User(1))
}

// A project that is made, renamed, deleted and brought back while the feed is followed leaves the tables as building
// them anew would.
func TestStep_ProjectLife(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			catchUp(t, f, w)
			c := x.system(t)
			do := func(_ uuid.UUID, err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				catchUp(t, f, w)
			}
			name, process := "Newcomer", "Basic"
			do(x.Projects.CreateProject(t.Context(), c, project.Draft{Name: &name, Process: process}))
			if _, err := x.Items.Create(t.Context(), c, name, "Issue", []work.Op{op("add", "System.Title", "x")}, work.Options{}); err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			p := x.project(t, name)
			count := func() (areas, items int) {
				for _, r := range tableRows(t, w, edm.AreasTable) {
					if r["ProjectSK"] == fmt.Sprint(p.ID) && r["AreaPath"] == name {
						areas++
					}
				}
				for _, r := range tableRows(t, w, edm.ItemsTable) {
					if r["ProjectSK"] == fmt.Sprint(p.ID) {
						items++
					}
				}
				return areas, items
			}
			require := func(areas, items int) {
				t.Helper()
				if a, i := count(); a != areas || i != items {
					t.Errorf("%d areas and %d items of %s, want %d and %d", a, i, name, areas, items)
				}
			}
			require(1, 1)
			requireSame(t, w, x.rebuilt(t, b))

			name = "Old hand"
			do(x.Projects.UpdateProject(t.Context(), c, p.GUID.String(), project.Draft{Name: &name}))
			require(1, 1)
			do(x.Projects.RemoveProject(t.Context(), c, p.GUID))
			require(0, 0)
			state := project.WellFormed
			do(x.Projects.UpdateProject(t.Context(), c, p.GUID.String(), project.Draft{State: &state}))
			require(1, 1)
			requireSame(t, w, x.rebuilt(t, b))
		})
	})
}

// A team that is made, renamed or deleted leaves the tables as building them anew would, its boards included.
func TestStep_TeamLife(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			catchUp(t, f, w)
			c := x.system(t)
			p := x.project(t, "Fabrikam")
			var gone *project.Team
			for _, t := range p.Teams {
				if t.ID != p.DefaultTeam && len(t.Areas) > 0 {
					gone = t
				}
			}
			if gone == nil {
				t.Fatal("no team to delete")
			}
			made, err := x.Projects.CreateTeam(t.Context(), x.Access, c, "Fabrikam", "New team", "")
			if err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			name := "Newest team"
			if _, err := x.Projects.UpdateTeam(t.Context(), x.Access, c, "Fabrikam", made.String(), &name, nil); err != nil {
				t.Fatal(err)
			}
			if err := x.Projects.RemoveTeam(t.Context(), c, "Fabrikam", gone.Name); err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			names := map[string]bool{}
			for _, r := range tableRows(t, w, edm.TeamsTable) {
				if r["ProjectSK"] == fmt.Sprint(p.ID) {
					names[fmt.Sprint(r["TeamName"])] = true
				}
			}
			if !names[name] || names["New team"] || names[gone.Name] || len(names) != len(p.Teams) {
				t.Errorf("teams are %v", names)
			}
			requireSame(t, w, x.rebuilt(t, b))
		})
	})
}

func (x *fixture) project(t *testing.T, name string) *project.Project {
	t.Helper()
	c, err := x.Projects.Snapshot(context.Background(), fabrikam)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.FindProject(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
