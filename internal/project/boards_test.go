package project_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// boards is an organization with a project of a process and one team.
type boards struct {
	*testing.T
	db    *db.DB
	store *project.Store
	org   int64
	now   time.Time
}

func newBoards(t *testing.T, b dbtest.Backend, process string) *boards {
	x := &boards{T: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	config := b.Config(t)
	config.Clock = func() time.Time { return x.now }
	x.db = dbtest.OpenConfig(t, config)
	x.store = project.New(x.db)
	x.update(func(tx *db.Tx) (err error) {
		if x.org, err = x.store.AddOrganization(tx, project.Organization{GUID: uuid.New(), Name: "fabrikam", Location: time.UTC}); err != nil {
			return err
		}
		id, area, _, err := x.store.AddProject(tx, x.org, project.Project{Name: "Fiber", Process: project.SystemProcess(process), Visibility: project.Private}, project.Node{}, project.Node{})
		if err != nil {
			return err
		}
		_, err = x.store.AddTeam(tx, x.org, id, project.Team{Name: "Fiber Team"}, []int64{area}, true, nil)
		return err
	})
	return x
}

func (x *boards) update(fn func(*db.Tx) error) {
	x.Helper()
	if err := x.db.Update(x.Context(), fn); err != nil {
		x.Fatal(err)
	}
}

func (x *boards) team() *project.Team {
	x.Helper()
	c, err := x.store.Snapshot(x.Context(), x.org)
	if err != nil {
		x.Fatal(err)
	}
	return c.Projects[0].Teams[0]
}

// describe lists boards as "name visible: column type limit [type=state ...]".
func describe(boards []*project.Board, kinds ...string) string {
	var b strings.Builder
	for _, board := range boards {
		fmt.Fprintf(&b, "%s visible=%t revision=%d\n", board.Backlog.Name, board.Visible(), board.Revision)
		for _, c := range board.Columns {
			fmt.Fprintf(&b, "  %s %s %d", c.Name, c.Type, c.ItemLimit)
			for _, kind := range kinds {
				if c.States[kind] != "" {
					fmt.Fprintf(&b, " %s=%s", kind, c.States[kind])
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestAddTeam_Boards(t *testing.T) {
	for process, want := range map[string]string{
		"Agile": `Epics visible=false revision=1
  New incoming 0 Epic=New
  Active inProgress 5 Epic=Active
  Resolved inProgress 5 Epic=Resolved
  Closed outgoing 0 Epic=Closed
Features visible=true revision=1
  New incoming 0 Feature=New
  Active inProgress 5 Feature=Active
  Resolved inProgress 5 Feature=Resolved
  Closed outgoing 0 Feature=Closed
Stories visible=true revision=1
  New incoming 0 User Story=New Bug=New
  Active inProgress 5 User Story=Active Bug=Active
  Resolved inProgress 5 User Story=Resolved Bug=Resolved
  Closed outgoing 0 User Story=Closed Bug=Closed
`,
		"Scrum": `Epics visible=false revision=1
  New incoming 0 Epic=New
  In Progress inProgress 5 Epic=In Progress
  Done outgoing 0 Epic=Done
Features visible=true revision=1
  New incoming 0 Feature=New
  In Progress inProgress 5 Feature=In Progress
  Done outgoing 0 Feature=Done
Backlog items visible=true revision=1
  New incoming 0 Product Backlog Item=New Bug=New
  Approved inProgress 5 Product Backlog Item=Approved Bug=Approved
  Committed inProgress 5 Product Backlog Item=Committed Bug=Committed
  Done outgoing 0 Product Backlog Item=Done Bug=Done
`,
	} {
		dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
			x := newBoards(t, b, process)
			if d := cmp.Diff(want, describe(x.team().Boards, "Epic", "Feature", "User Story", "Product Backlog Item", "Bug", "Task")); d != "" {
				t.Error(d)
			}
			for _, board := range x.team().Boards {
				for _, c := range board.Cells {
					if !c.ChangedAt.Equal(x.now) || c.RevisedAt != nil || c.Row != (project.BoardRow{}) || c.Half != project.Unsplit {
						t.Errorf("%s: %+v", board.Backlog.Name, c)
					}
				}
			}
		})
	}
}

// history lists all versions of cells as "column order/row/half takes changed-revised", minutes after nine.
func (x *boards) history(board *project.Board) (lines []string) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range board.Cells {
		until := ""
		if c.RevisedAt != nil {
			until = fmt.Sprint(c.RevisedAt.Sub(start).Minutes())
		}
		half := [...]string{"doing", "done", "-"}[c.Half]
		lines = append(lines, fmt.Sprintf("%s %d/%s/%s %s %v-%s", c.Column.Name, c.ColumnOrder, c.Row.Name, half, strings.Join(c.Takes, ","), c.ChangedAt.Sub(start).Minutes(), until))
	}
	return lines
}

// A change of columns and rows ends the cells that say something else from then on, and no others.
func TestSetColumns_Versions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newBoards(t, b, "Basic")
		issues := func() *project.Board { return x.team().FindBoard("Issues") }
		before := issues()
		set := func(minute int, change func(columns []project.BoardColumn) []project.BoardColumn) {
			t.Helper()
			x.now = time.Date(2026, 3, 2, 9, minute, 0, 0, time.UTC)
			x.update(func(tx *db.Tx) error { return x.store.SetColumns(tx, x.org, issues(), change(issues().Columns)) })
		}
		set(1, func(c []project.BoardColumn) []project.BoardColumn { return c }) // nothing
		set(2, func(c []project.BoardColumn) []project.BoardColumn {
			c[1].Name, c[1].ItemLimit = "Develop", 3
			return c
		})
		set(3, func(c []project.BoardColumn) []project.BoardColumn {
			c[1].Split = true
			test := project.BoardColumn{Name: "Test", Type: project.InProgressColumn, States: map[string]string{"Issue": "Doing"}}
			return []project.BoardColumn{c[0], c[1], test, c[2]}
		})
		x.now = x.now.Add(time.Minute)
		x.update(func(tx *db.Tx) error {
			return x.store.SetRows(tx, x.org, issues(), []project.BoardRow{{Name: "Expedite", Color: "ff0000"}, {}})
		})
		x.now = x.now.Add(time.Minute)
		x.update(func(tx *db.Tx) error { return x.store.SetRows(tx, x.org, issues(), []project.BoardRow{{}}) })
		set(6, func(c []project.BoardColumn) []project.BoardColumn { return []project.BoardColumn{c[0], c[2], c[3]} })
		board := issues()
		want := []string{
			"To Do 0//- Issue 0-4", "Doing 1//- Issue 0-2", "Done 2//- Issue 0-3",
			"Develop 1//- Issue 2-3",
			"Develop 1//doing Issue 3-4", "Develop 1//done  3-4", "Test 2//-  3-4", "Done 3//- Issue 3-4",
			// the default row is the second now
			"To Do 0/Expedite/-  4-5", "To Do 0//- Issue 4-5", "Develop 1/Expedite/doing  4-5", "Develop 1/Expedite/done  4-5",
			"Develop 1//doing Issue 4-5", "Develop 1//done  4-5", "Test 2/Expedite/-  4-5", "Test 2//-  4-5", "Done 3/Expedite/-  4-5", "Done 3//- Issue 4-5",
			"To Do 0//- Issue 5-", "Develop 1//doing Issue 5-6", "Develop 1//done  5-6", "Test 2//-  5-6", "Done 3//- Issue 5-6",
			// without the column before it, Test takes what is being done
			"Test 1//- Issue 6-", "Done 2//- Issue 6-",
		}
		if d := cmp.Diff(want, x.history(board)); d != "" {
			t.Error(d)
		}
		if board.Revision != 6 || board.GUID != before.GUID || board.Columns[0].ID != before.Columns[0].ID || board.Columns[2].ID != before.Columns[2].ID {
			t.Errorf("revision %d, columns %v", board.Revision, board.Columns)
		}
		issue := board.Team.Project.Process.Type("Issue")
		for state, column := range map[string]string{"To Do": "To Do", "doing": "Test", "Done": "Done"} {
			if c := board.Cell(issue, state); c == nil || c.Column.Name != column {
				t.Errorf("%s is in %+v", state, c)
			}
		}
		if c := board.Cell(board.Team.Project.Process.Type("Task"), "Doing"); c != nil {
			t.Errorf("a task is in %s", c.Column.Name)
		}
	})
}

func TestSetColumns_Refused(t *testing.T) {
	x := newBoards(t, dbtest.New(t, "sqlite"), "Agile")
	for name, change := range map[string]func(c []project.BoardColumn) []project.BoardColumn{
		"no incoming": func(c []project.BoardColumn) []project.BoardColumn { return c[1:] },
		"one":         func(c []project.BoardColumn) []project.BoardColumn { return c[:1] },
		"same name":   func(c []project.BoardColumn) []project.BoardColumn { c[1].Name = "closed"; return c },
		"no name":     func(c []project.BoardColumn) []project.BoardColumn { c[1].Name = " "; return c },
		"no state":    func(c []project.BoardColumn) []project.BoardColumn { c[1].States = nil; return c },
		"unknown state": func(c []project.BoardColumn) []project.BoardColumn {
			c[1].States = map[string]string{"User Story": "Open"}
			return c
		},
		"removed state": func(c []project.BoardColumn) []project.BoardColumn {
			c[1].States = map[string]string{"User Story": "Removed"}
			return c
		},
		"limited at last": func(c []project.BoardColumn) []project.BoardColumn { c[3].ItemLimit = 2; return c },
	} {
		err := x.db.Update(t.Context(), func(tx *db.Tx) error {
			board := x.team().FindBoard("Stories")
			return x.store.SetColumns(tx, x.org, board, change(append([]project.BoardColumn(nil), board.Columns...)))
		})
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, rows := range map[string][]project.BoardRow{
		"no default": {{Name: "Expedite"}}, "twice": {{}, {Name: "A"}, {Name: "a"}}, "a nameless one": {{}, {ID: uuid.New()}},
	} {
		err := x.db.Update(t.Context(), func(tx *db.Tx) error { return x.store.SetRows(tx, x.org, x.team().FindBoard("Stories"), rows) })
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if board := x.team().FindBoard("Stories"); board.Revision != 1 || len(board.Cells) != 4 {
		t.Errorf("revision %d with %d cells", board.Revision, len(board.Cells))
	}
}

// Teams of a store that knew no boards get them when a server starts, since their organization began.
func TestCompleteBoards(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newBoards(t, b, "CMMI")
		want := describe(x.team().Boards, "Requirement", "Bug")
		guid := x.team().Boards[0].GUID
		x.update(func(tx *db.Tx) error {
			for _, table := range []string{"boards", "board_cells"} {
				if _, err := tx.Exec(db.SQL("test", "DELETE FROM "+table)); err != nil {
					return err
				}
			}
			_, err := tx.Append(x.org, db.Change{Kind: db.TeamChanged})
			return err
		})
		if boards := x.team().Boards; len(boards) != 0 {
			t.Fatalf("%d boards are left", len(boards))
		}
		began := x.now
		x.now = x.now.AddDate(0, 1, 0)
		for range 2 {
			if err := x.store.CompleteBoards(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		boards := x.team().Boards
		if d := cmp.Diff(want, describe(boards, "Requirement", "Bug")); d != "" || boards[0].GUID != guid {
			t.Error(d, boards[0].GUID, guid)
		}
		if at := boards[2].Cells[0].ChangedAt; !at.Equal(began) {
			t.Errorf("the board stands since %s", at)
		}
	})
}
