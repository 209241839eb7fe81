package ingest

import (
	"fmt"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// Areas and iterations that are made, renamed, moved and deleted are the same in Analytics, with their work items,
// whether they are followed or read anew.
func TestStep_Nodes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			catalog, people := x.snapshot(t)
			p := catalog.Projects[0]
			c := access.System(fabrikam, people.Users()[0])
			var deleted []int64
			for _, tree := range []struct {
				kind project.NodeKind
				root *project.Node
			}{{project.AreaNode, p.Area}, {project.IterationNode, p.Iteration}} {
				from := tree.root.Children[0]
				n, err := x.Projects.CreateNode(t.Context(), c, p.Name, tree.kind, "", "Renamed later", project.Dates{})
				if err != nil {
					t.Fatal(err)
				}
				name := "Heir"
				if _, err := x.Projects.ChangeNode(t.Context(), c, p.Name, tree.kind, n.Name, project.NodeChange{Name: &name}); err != nil {
					t.Fatal(err)
				}
				if err := x.Items.DeleteNode(t.Context(), c, p.Name, tree.kind, from.Name, n.ID); err != nil {
					t.Fatal(err)
				}
				deleted = append(deleted, from.ID, n.ID)
			}
			catchUp(t, f, w)
			requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
			for i, key := range []string{"AreaSK", "IterationSK"} {
				gone, heir := fmt.Sprint(deleted[2*i]), fmt.Sprint(deleted[2*i+1])
				counts := map[string]int{}
				for _, r := range tableRows(t, w, edm.ItemsTable) {
					counts[r[key]]++
				}
				if counts[gone] != 0 || counts[heir] == 0 {
					t.Errorf("%s: %d items under what is deleted, %d under the successor", key, counts[gone], counts[heir])
				}
			}
			names := map[string]bool{}
			for _, r := range append(tableRows(t, w, edm.AreasTable), tableRows(t, w, edm.IterationsTable)...) {
				names[r["AreaPath"]+r["IterationPath"]] = true
			}
			if !names[p.Name+`\Heir`] || names[p.Name+`\Renamed later`] {
				t.Error("the new name is not there, or the old one still is")
			}
		})
	})
}

// A team that works on bugs elsewhere has them on another backlog and not on its board; a team with other areas owns
// other work items.
func TestStep_TeamSettings(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			catalog, people := x.snapshot(t)
			p := catalog.Projects[0]
			c, team := access.System(fabrikam, people.Users()[0]), p.Teams[0]
			off := project.BugsOff
			if err := x.Projects.SetTeamSettings(t.Context(), c, p.Name, team.Name, project.SettingsChange{Bugs: &off}); err != nil {
				t.Fatal(err)
			}
			area := p.Area.Children[0]
			if err := x.Projects.SetTeamAreas(t.Context(), c, p.Name, team.Name, area.Path, []project.TeamAreaPath{{Path: area.Path}}); err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
			var owned []string
			for _, r := range tableRows(t, w, edm.TeamAreasTable) {
				if r["TeamSK"] == fmt.Sprint(team.ID) {
					owned = append(owned, r["AreaSK"])
				}
			}
			if len(owned) != 1 || owned[0] != fmt.Sprint(area.ID) {
				t.Errorf("the team owns %v, want %d alone", owned, area.ID)
			}
			for _, r := range tableRows(t, w, edm.BoardStatesTable) {
				if r["TeamSK"] == fmt.Sprint(team.ID) && r["WorkItemType"] == "Bug" {
					t.Errorf("bugs are on the board still: %v", r)
				}
			}
			for _, r := range tableRows(t, w, edm.ProcessesTable) {
				if r["TeamSK"] == fmt.Sprint(team.ID) && r["WorkItemType"] == "Bug" && r["BacklogName"] != "" && r["BacklogName"] != "null" {
					t.Errorf("bugs have a backlog: %v", r)
				}
			}
		})
	})
}
