package work

import (
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// A card goes where it is put; its state follows the column, and it follows its state. What was chosen holds for as long
// as it fits, and each revision remembers where it was.
func TestUpdate_Board(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x, ada, _ := teamFixture(t, b)
		board := func() (found *project.Board) {
			catalog, err := x.projects.Snapshot(t.Context(), x.org)
			if err != nil {
				t.Fatal(err)
			}
			p, err := catalog.FindProject("Agile")
			if err != nil {
				t.Fatal(err)
			}
			return p.FindTeam("Web").FindBoard("Stories")
		}
		layOut := func(columns ...project.BoardColumn) {
			if err := x.projects.ReplaceColumns(t.Context(), ada, "Agile", "Web", "Stories", columns); err != nil {
				t.Fatal(err)
			}
		}
		column := func(name, state string, split bool) project.BoardColumn {
			c := project.BoardColumn{Name: name, Type: project.InProgressColumn, Split: split, States: map[string]string{"User Story": state, "Bug": state}}
			for _, have := range board().Columns {
				if have.Name == name {
					c.ID = have.ID
				}
			}
			return c
		}
		in, out := board().Columns[0], board().Columns[len(board().Columns)-1]
		layOut(in, column("Develop", "Active", true), column("Test", "Active", false), column("Accept", "Resolved", false), out)
		if err := x.projects.ReplaceRows(t.Context(), ada, "Agile", "Web", "Stories", []project.BoardRow{{Name: "Expedite"}, {}}); err != nil {
			t.Fatal(err)
		}
		at, lane, done := board().FieldName(project.ColumnPart), board().FieldName(project.LanePart), board().FieldName(project.DonePart)
		x.create(t, "Agile", "User Story", `add System.Title "1"`, `add System.AreaPath "Agile\\Web"`)
		x.create(t, "Agile", "Task", `add System.Title "2"`, `add System.AreaPath "Agile\\Web"`)
		x.create(t, "Agile", "User Story", `add System.Title "3"`)
		place := func(i *Item) string {
			text := func(id project.FieldID) string {
				if v := i.Value(id); v != nil {
					return fmt.Sprint(v)
				}
				return "-"
			}
			return strings.Join([]string{text(project.FieldState), text(project.FieldBoardColumn), text(project.FieldBoardColumnDone), text(project.FieldBoardLane)}, " ")
		}
		for _, c := range []struct {
			id   int64
			ops  []string
			want string
		}{
			{1, []string{"add " + at + ` "develop"`}, "Active Develop false -"},
			{1, []string{"add " + done + " true"}, "Active Develop true -"},
			{1, []string{`add System.Title "one"`}, "Active Develop true -"},
			{1, []string{"add " + at + ` "Test"`, "add " + done + " true"}, ""}, // Test is not split
			{1, []string{"add " + at + ` "Test"`, "add " + lane + ` "expedite"`}, "Active Test false Expedite"},
			{1, []string{"test " + at + ` "Test"`, "test System.BoardLane " + `"Expedite"`, `add System.Title "uno"`}, "Active Test false Expedite"},
			{1, []string{`add System.State "Resolved"`}, "Resolved Accept false Expedite"},
			{1, []string{`add System.State "Active"`}, "Active Develop false Expedite"},
			{1, []string{"remove " + lane}, "Active Develop false -"},
			{1, []string{"add " + at + ` "Test"`}, "Active Test false -"},
			{1, []string{`add System.State "Closed"`, "add " + at + ` "Develop"`}, ""},
			{1, []string{"add " + at + ` "Nowhere"`}, ""},
			{1, []string{"add " + lane + ` "Nowhere"`}, ""},
			{1, []string{"add " + done + " true"}, ""},
			{1, []string{`add System.BoardColumn "Test"`}, ""},
			{2, []string{"add " + at + ` "Test"`}, ""},
			{3, []string{"add " + at + ` "Test"`}, ""},
		} {
			before := x.get(t, c.id)
			item, err := x.items.Update(t.Context(), ada, "", c.id, ops(t, c.ops...), Options{})
			if refused := says(t, err); refused != "" != (c.want == "") {
				t.Errorf("%v: %s, want %q", c.ops, refused, c.want)
			} else if refused != "" {
				if after := x.get(t, c.id); after.Rev != before.Rev {
					t.Errorf("%v is refused and changes the item", c.ops)
				}
			} else if got := place(item); got != c.want || place(x.get(t, c.id)) != c.want {
				t.Errorf("%v: %s, want %s", c.ops, got, c.want)
			}
			x.tick()
		}
		// Putting a card where it is changes nothing; nor does a choice outlive its column.
		rev := x.get(t, 1).Rev
		if item := x.update(t, 1, "add "+at+` "Test"`); item.Rev != rev {
			t.Errorf("revision %d, was %d", item.Rev, rev)
		}
		layOut(in, column("Develop", "Active", true), column("Accept", "Resolved", false), out)
		if got, want := place(x.get(t, 1)), "Active Develop false -"; got != want {
			t.Errorf("without its column: %s, want %s", got, want)
		}
		revisions, err := x.items.Revisions(t.Context(), ada, "", 1, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range revisions {
			got = append(got, place(r))
		}
		want := "New New false -, Active Develop false -, Active Develop true -, Active Develop true -, Active Test false Expedite, Active Test false Expedite, " +
			"Resolved Accept false Expedite, Active Develop false Expedite, Active Develop false -, Active Develop false -"
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("history: %s\nwant %s", got, want)
		}
		// A team that is deleted takes its choices along; the work item stays readable.
		x.update(t, 1, "add "+done+" true")
		err = x.db.Update(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(forgetTeams, x.org); err != nil {
				return err
			}
			_, err := tx.Append(x.org, db.Change{Kind: db.TeamChanged})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := place(x.update(t, 1, `add System.Title "alone"`)), "Active - - -"; got != want {
			t.Errorf("without a team: %s, want %s", got, want)
		}
	})
}

var forgetTeams = db.SQL("work.forgetTeams", `UPDATE teams SET is_deleted = true WHERE org_id = $1`)

func (x *fixture) get(t testing.TB, id int64) *Item {
	t.Helper()
	item, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", id, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return item
}
