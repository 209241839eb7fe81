package work

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/wiql"
)

// deal gives the boards of the shelf more columns and rows, has a team for a part of an area, and puts cards somewhere; later
// the boards change again.
func (x *shelf) deal(t testing.TB, r *rand.Rand) {
	t.Helper()
	boards := func() (all []*project.Board) {
		catalog, err := x.projects.Snapshot(t.Context(), x.org)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range catalog.Projects {
			for _, team := range p.Teams {
				all = append(all, team.Boards...)
			}
		}
		return all
	}
	layOut := func(change func(columns []project.BoardColumn) []project.BoardColumn, rows ...project.BoardRow) {
		for _, b := range boards() {
			columns := change(slices.Clone(b.Columns))
			if err := x.projects.ReplaceColumns(t.Context(), x.ada, b.Team.Project.Name, b.Team.Name, b.GUID.String(), columns); err != nil {
				t.Fatal(err)
			}
			if err := x.projects.ReplaceRows(t.Context(), x.ada, b.Team.Project.Name, b.Team.Name, b.GUID.String(), rows); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := x.db.Update(t.Context(), func(tx *db.Tx) error {
		catalog, err := x.projects.Catalog(tx, x.org)
		if err != nil {
			return err
		}
		p, err := catalog.FindProject("Agile")
		if err != nil {
			return err
		}
		_, err = x.projects.AddTeam(tx, x.org, p.ID, project.Team{Name: "Shop"}, []int64{p.FindNode(project.AreaNode, `Agile\Web\Shop`).ID}, true, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	x.moments = nil
	pass := func() {
		x.now.Add(int64(time.Hour / time.Microsecond))
		x.moments = append(x.moments, time.UnixMicro(x.now.Load()).UTC())
		x.now.Add(int64(time.Hour / time.Microsecond))
	}
	pass()
	layOut(func(c []project.BoardColumn) []project.BoardColumn {
		more := project.BoardColumn{Name: "Check", Type: project.InProgressColumn, Split: true, States: c[1].States}
		return slices.Insert(c, 2, more)
	}, project.BoardRow{Name: "Expedite"}, project.BoardRow{}, project.BoardRow{Name: "Äußerst"})
	move := func() {
		all, moved := boards(), 0
		for range 150 {
			x.now.Add(int64(time.Minute / time.Microsecond))
			id := x.ids[r.IntN(len(x.ids))]
			items, err := x.items.List(t.Context(), x.ada, "", []int64{id}, true, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			on := slices.DeleteFunc(slices.Clone(all), func(b *project.Board) bool {
				return items[0] == nil || items[0].Value(b.FieldID(project.ColumnPart)) == nil
			})
			if len(on) == 0 {
				continue
			}
			b := on[r.IntN(len(on))]
			ops := ops(t, fmt.Sprintf("add %s %q", b.FieldName(project.ColumnPart), b.Columns[r.IntN(len(b.Columns))].Name),
				fmt.Sprintf("add %s %q", b.FieldName(project.LanePart), b.Rows[r.IntN(len(b.Rows))].Name),
				fmt.Sprintf("add %s %v", b.FieldName(project.DonePart), r.IntN(2) == 0))[:1+r.IntN(3)]
			if _, err = x.items.Update(t.Context(), x.ada, "", id, ops, Options{BypassRules: true}); err == nil {
				moved++
			} else if says(t, err) == "" {
				t.Fatal(err)
			}
		}
		if moved < 15 {
			t.Errorf("only %d cards were moved", moved)
		}
	}
	for range 3 {
		move()
		pass()
	}
	layOut(func(c []project.BoardColumn) []project.BoardColumn {
		c[0].Name = "Ideas"
		return c
	}, project.BoardRow{})
	pass()
	layOut(func(c []project.BoardColumn) []project.BoardColumn { return c }, project.BoardRow{Name: "Expedite"}, project.BoardRow{})
	move()
}

// TestQuery_Boards compares conditions on places on boards with where clients see each item.
func TestQuery_Boards(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 60)
		g := generator{rand.New(rand.NewPCG(3, seed(t)))}
		x.deal(t, g.Rand)
		views, found := x.views(t), 0
		catalog := views[0].catalog
		agile, err := catalog.FindProject("Agile")
		if err != nil {
			t.Fatal(err)
		}
		own := agile.FindTeam("Agile Team").FindBoard("Features")
		condition := func() string {
			column := g.pick("System.BoardColumn", "System.BoardColumn", own.FieldName(project.ColumnPart))
			lane := g.pick("System.BoardLane", own.FieldName(project.LanePart))
			done := g.pick("System.BoardColumnDone", own.FieldName(project.DonePart))
			return g.pick(
				"["+column+"] "+g.pick("=", "<>", "<", ">=")+" '"+g.pick("New", "check", "Ideas", "ACTIVE", "Approved", "nowhere")+"'",
				"["+column+"] "+g.pick("IN", "NOT IN")+" ('In Progress', 'Check', 'New', '')",
				"["+column+"] "+g.pick("CONTAINS", "NOT CONTAINS")+" '"+g.pick("e", "PRO", "Chec")+"'",
				"["+column+"] "+g.pick("IS EMPTY", "IS NOT EMPTY", "= ''", "<> ''"),
				"["+lane+"] "+g.pick("=", "<>")+" '"+g.pick("expedite", "äußerst", "")+"'",
				"["+lane+"] "+g.pick("IS EMPTY", "IS NOT EMPTY"),
				"["+done+"] "+g.pick("=", "<>")+" "+g.pick("true", "false"),
				"["+done+"] "+g.pick("IS EMPTY", "IS NOT EMPTY"),
				g.condition(""))
		}
		for n := range 240 {
			v := views[n%len(views)]
			where := g.pick("", "NOT ") + "(" + condition() + g.pick(" AND ", " OR ") + condition() + ")"
			order := g.pick("", " ORDER BY [System.BoardColumn]", " ORDER BY [System.BoardLane]", " ORDER BY [System.BoardColumnDone]")
			statement := "SELECT [System.Id] FROM WorkItems WHERE " + where + order
			if v.asOf != nil {
				statement += " ASOF '" + v.asOf.Format(time.RFC3339Nano) + "'"
			}
			q, err := wiql.Parse(statement)
			if err != nil {
				t.Fatal(err)
			}
			want := []int64{}
			for _, id := range x.ids {
				if s := v.items[id]; s != nil && v.holds(q.Where, s) {
					want = append(want, id)
				}
			}
			key := func(id int64) string {
				if order == "" {
					return ""
				}
				return strings.ToLower(fmt.Sprint("  ", v.items[id].Value(catalog.FindField(q.OrderBy[0].Field.Name).ID)))
			}
			slices.SortStableFunc(want, func(a, b int64) int {
				return strings.Compare(strings.ReplaceAll(key(a), "<nil>", ""), strings.ReplaceAll(key(b), "<nil>", ""))
			})
			result, err := x.items.Query(t.Context(), v.caller, Query{Text: statement, Project: "Agile"})
			if err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			if !slices.Equal(result.IDs, want) {
				t.Errorf("%s\nfor %s: %v, want %v", statement, v.caller.User.DisplayName, result.IDs, want)
			}
			if len(want) > 0 && len(want) < len(v.items) {
				found++
			}
		}
		if found < 140 {
			t.Errorf("only %d of the queries told items apart", found)
		}
		for _, statement := range []string{
			"SELECT [System.Id] FROM WorkItems WHERE EVER [System.BoardColumn] = 'New'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.BoardColumn] = [System.State]",
			"SELECT [System.Id] FROM WorkItems WHERE [System.BoardColumnDone] = 'perhaps'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.BoardLane] UNDER 'Expedite'",
		} {
			if _, err := x.items.Query(t.Context(), x.ada, Query{Text: statement}); says(t, err) == "" {
				t.Errorf("%s is answered", statement)
			}
		}
	})
}

// Who cannot read a project does not learn from queries that it has a board.
func TestQuery_BoardUnreadable(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 5)
		var team int64
		err := x.db.Update(t.Context(), func(tx *db.Tx) (err error) {
			catalog, err := x.projects.Catalog(tx, x.org)
			if err != nil {
				return err
			}
			p, err := catalog.FindProject("CMMI")
			if err != nil {
				return err
			}
			team, err = x.projects.AddTeam(tx, x.org, p.ID, project.Team{Name: "Secret"}, []int64{p.Area.ID}, true, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		catalog, err := x.projects.Snapshot(t.Context(), x.org)
		if err != nil {
			t.Fatal(err)
		}
		name := catalog.Team(team).Boards[0].FieldName(project.ColumnPart)
		for _, statement := range []string{
			"SELECT [" + name + "] FROM WorkItems WHERE [System.Id] > 0",
			"SELECT [System.Id] FROM WorkItems WHERE [" + name + "] = 'New'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.Id] > 0 ORDER BY [" + name + "]",
		} {
			_, unreadable := x.items.Query(t.Context(), x.rita, Query{Text: statement})
			_, missing := x.items.Query(t.Context(), x.rita, Query{Text: strings.ReplaceAll(statement, name, "WEF_0_Kanban.Column")})
			if unreadable == nil || missing == nil || strings.ReplaceAll(unreadable.Error(), name, "") != strings.ReplaceAll(missing.Error(), "WEF_0_Kanban.Column", "") {
				t.Errorf("%s: %v, want as for a missing field: %v", statement, unreadable, missing)
			}
			if _, err := x.items.Query(t.Context(), x.ada, Query{Text: statement}); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}
