package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// redesign changes boards at some moments of the items' history: columns are renamed, added, moved, split and mapped anew,
// rows come and go.
func (x *fixture) redesign(t *testing.T) {
	t.Helper()
	present := x.now.Load()
	for i, at := range []string{"2024-03-05T08:00:00Z", "2024-11-20T23:30:00Z", "2024-11-21T01:00:00Z", "2025-08-15T12:00:00Z", "2026-05-01T06:00:00Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		x.now.Store(moment.UnixMicro())
		catalog, _ := x.snapshot(t)
		err = x.DB.Update(t.Context(), func(tx *db.Tx) error {
			for _, p := range catalog.Projects {
				for _, team := range p.Teams {
					for _, board := range team.Boards {
						if err := x.redraw(tx, board, i); err != nil {
							return err
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	x.now.Store(present)
}

func (x *fixture) redraw(tx *db.Tx, board *project.Board, step int) error {
	c := slices.Clone(board.Columns)
	last := len(c) - 1
	switch {
	case step == 3 && board.ID%2 == 0:
		return x.Projects.SetRows(tx, fabrikam, board, []project.BoardRow{{Name: "Expedite"}, {}})
	case step == 0:
		c[1].Name, c[1].ItemLimit = "Develop", 4
	case step == 1: // what was in the first column in progress waits in front of it
		c = slices.Insert(c, 1, project.BoardColumn{Name: "Ready", Type: project.InProgressColumn, States: c[1].States})
	case step == 2:
		c[2].Split = true
	case step == 3:
		c[0].Name, c[last].Name = "Ideas", "Shipped"
	case last > 2:
		c = slices.Delete(c, 1, 2)
	}
	return x.Projects.SetColumns(tx, fabrikam, board, c)
}

type storedCell struct {
	id, board, team, order, half int64
	backlog, column, lane        string
	states                       map[string]string
	changed                      int64
	revised                      *int64
}

// cells reads all versions of all cells.
func (r *reader) cells() (cells []storedCell) {
	r.x.query(r.T, `SELECT c.cell_id, b.board_id, b.team_id, b.backlog_id, c.column_order, c.half, c.column_guid, c.row_guid, c.states, c.changed_at, c.revised_at
		FROM boards b, board_cells c WHERE b.org_id = 1 AND c.org_id = 1 AND c.board_id = b.board_id`, func(rows *db.Rows) error {
		var c storedCell
		var states string
		if err := rows.Scan(&c.id, &c.board, &c.team, &c.backlog, &c.order, &c.half, &c.column, &c.lane, &states, &c.changed, &c.revised); err != nil {
			return err
		}
		cells = append(cells, c)
		return json.Unmarshal([]byte(states), &cells[len(cells)-1].states)
	})
	return cells
}

// level is the backlog of a type in a project, told from the categories of its process.
func (r *reader) level(of int64, kind string) string {
	p := r.catalog.Project(of).Process
	for _, b := range p.Backlogs {
		if slices.Contains(p.Category(b.ID).Types, kind) {
			return b.ID
		}
	}
	if kind == "Bug" && p.BugsBehavior == "asRequirements" {
		return "Microsoft.RequirementCategory"
	}
	return ""
}

// places tells which cell an item of a team's area is in on each board at a moment: in the column it was put in while that
// stands for its state, otherwise in the first one that does; in the row it was put in while there is one.
func (r *reader) places(cells []storedCell, owns map[[2]int64]bool, s storedRevision, at int64) (ids []int64) {
	var fields map[string]any
	if err := json.Unmarshal([]byte(s.fields), &fields); err != nil {
		r.Fatal(err)
	}
	boards := map[int64][]storedCell{}
	for _, c := range cells {
		if owns[[2]int64{c.team, int64(fields["-2"].(float64))}] && c.backlog == r.level(s.project, s.kind) && c.changed < at && (c.revised == nil || *c.revised >= at) {
			boards[c.board] = append(boards[c.board], c)
		}
	}
	for board, there := range boards {
		field := func(part int64) string { return fmt.Sprint(1<<30 + 4*board + part) }
		column, lane, half := "", uuid.Nil.String(), int64(0)
		var first *storedCell
		for _, c := range there {
			if c.lane == fields[field(1)] {
				lane = c.lane
			}
			if c.states[s.kind] != fields["2"] {
				continue
			}
			if c.column == fields[field(0)] {
				column = c.column
			}
			if first == nil || c.order < first.order {
				first = &c
			}
		}
		if first == nil {
			continue
		}
		if column == "" {
			column = first.column
		} else if fields[field(2)] == true {
			half = 1
		}
		for _, c := range there {
			if c.column == column && c.lane == lane && (c.half == half || c.half == 2) {
				ids = append(ids, c.id)
			}
		}
	}
	return ids
}

// shuffle puts cards somewhere else on boards of their teams, as far as their states can follow, and changes the boards
// from time to time.
func (x *fixture) shuffle(t *testing.T) {
	t.Helper()
	_, people := x.snapshot(t)
	c := access.System(fabrikam, people.Users()[0])
	var ids []int64
	x.query(t, `SELECT id FROM work_items WHERE org_id = 1 AND NOT is_deleted ORDER BY id`, func(r *db.Rows) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	moved := 0
	for step := range 5 {
		x.now.Add(36 * int64(time.Hour/time.Microsecond))
		catalog, _ := x.snapshot(t)
		var boards []*project.Board
		for _, p := range catalog.Projects {
			for _, team := range p.Teams {
				boards = append(boards, team.Boards...)
			}
		}
		for range 120 {
			x.now.Add(int64(time.Minute / time.Microsecond))
			id := pick(x.rnd, ids)
			item, err := x.Items.Get(t.Context(), c, "", id, work.ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			p, on := item.Project, []*project.Board{}
			area, kind := p.FindNode(project.AreaNode, item.Value(project.FieldAreaPath).(string)), p.Process.Type(item.Type)
			for _, b := range boards {
				if b.Team.Project.ID == p.ID && b.Team.Owns(area) && b.Holds(kind) {
					on = append(on, b)
				}
			}
			if len(on) == 0 {
				continue
			}
			board := pick(x.rnd, on)
			ops := []work.Op{op("add", board.FieldName(project.ColumnPart), pick(x.rnd, board.Columns).Name)}
			if x.rnd.IntN(3) == 0 {
				ops = append(ops, op("add", board.FieldName(project.LanePart), pick(x.rnd, board.Rows).Name))
			}
			if x.rnd.IntN(3) == 0 {
				ops = append(ops, op("add", board.FieldName(project.DonePart), true))
			}
			_, err = x.Items.Update(t.Context(), c, "", id, ops, work.Options{})
			if _, refused := errors.AsType[*fault.Fault](err); err != nil && !refused {
				t.Fatal(err)
			}
			if err == nil {
				moved++
			}
		}
		for _, board := range boards {
			err := x.DB.Update(t.Context(), func(tx *db.Tx) error { return x.redraw(tx, board, step) })
			if _, refused := errors.AsType[*fault.Fault](err); err != nil && !refused {
				t.Fatal(err)
			}
		}
	}
	if moved < 50 {
		t.Errorf("only %d cards were moved", moved)
	}
}

// Where items were on boards at the end of days, and are now, is what the records say when each is looked at in turn;
// whether the tables were rebuilt or followed.
func TestBoards_Places(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			x.redesign(t)
			catchUp(t, f, w)
			x.shuffle(t)
			x.churn(t, 60)
			x.update(t, db.Change{Kind: db.TeamChanged}, `DELETE FROM team_areas WHERE org_id = 1 AND team_id = 2`)
			catchUp(t, f, w)
			r := newReader(t, x)
			cells, owns := r.cells(), map[[2]int64]bool{}
			for _, line := range tableRows(t, w, edm.TeamAreasTable) { // checked by TestRebuild_Dimensions
				var pair [2]int64
				if _, err := fmt.Sscan(line["TeamSK"]+" "+line["AreaSK"], &pair[0], &pair[1]); err != nil {
					t.Fatal(err)
				}
				owns[pair] = true
			}
			items := map[int64][]storedRevision{}
			r.each(func(s storedRevision, _ row, _ []string) { items[s.id] = append(items[s.id], s) })
			found := 0
			for _, day := range []string{"2024-03-04", "2024-03-05", "2024-11-20", "2024-11-21", "2025-01-02", "2025-08-15", "2025-12-31", "2026-04-30", "2026-05-01", "2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27", "2026-11-28", "2030-01-01"} {
				midnight, err := time.ParseInLocation(time.DateOnly, day, r.zone)
				if err != nil {
					t.Fatal(err)
				}
				end := midnight.AddDate(0, 0, 1).UnixMicro()
				var want []string
				for id, revisions := range items {
					last := slices.IndexFunc(revisions, func(s storedRevision) bool { return s.changed >= end }) - 1
					if last == -2 {
						last = len(revisions) - 1
					}
					if last < 0 {
						continue
					}
					for _, cell := range r.places(cells, owns, revisions[last], end) {
						want = append(want, fmt.Sprintf("%d.%d in %d", id, revisions[last].rev, cell))
					}
				}
				key := midnight.Format("20060102")
				var got []string
				x.warehouseRows(t, w, `SELECT "WorkItemId", "Revision", "BoardLocationSK" FROM `+edm.BoardView+` WHERE "FromDateSK" <= `+key+
					` AND ("ToDateSK" IS NULL OR "ToDateSK" > `+key+`)`, func(v []db.Vector, i int) {
					got = append(got, fmt.Sprintf("%d.%d in %d", v[0].Int(i), v[1].Int(i), v[2].Int(i)))
				})
				requireLines(t, day, got, want)
				found += len(want)
			}
			if found < 500 {
				t.Errorf("only %d places were compared", found)
			}
			var got, want, gotRevisions, wantRevisions []string
			for id, revisions := range items {
				for _, cell := range r.places(cells, owns, revisions[len(revisions)-1], never.UnixMicro()) {
					want = append(want, fmt.Sprintf("%d in %d", id, cell))
				}
				for i, s := range revisions {
					seen := map[int64]bool{}
					end := never.UnixMicro()
					if i+1 < len(revisions) {
						end = revisions[i+1].changed
					}
					for _, c := range append(cells, storedCell{changed: s.changed}) { // at its beginning, and whenever a board changes
						if c.changed < s.changed || c.changed >= end {
							continue
						}
						for _, cell := range r.places(cells, owns, s, c.changed+1) {
							if !seen[cell] {
								wantRevisions = append(wantRevisions, fmt.Sprintf("%d in %d", s.watermark, cell))
							}
							seen[cell] = true
						}
					}
				}
			}
			for view, into := range map[string]*[]string{edm.ItemLocationsView: &got, edm.RevisionLocations: &gotRevisions} {
				x.warehouseRows(t, w, `SELECT * FROM `+view, func(v []db.Vector, i int) {
					*into = append(*into, fmt.Sprintf("%d in %d", v[0].Int(i), v[1].Int(i)))
				})
			}
			requireLines(t, "now", got, want)
			requireLines(t, "revisions", gotRevisions, wantRevisions)
			requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
		})
	})
}

// warehouseRows passes the rows of a query on the analytics tables.
func (x *fixture) warehouseRows(t *testing.T, w *db.Warehouse, sql string, fn func(v []db.Vector, i int)) {
	t.Helper()
	err := w.Read(t.Context(), func(s *db.Session) error {
		r, err := s.Query(sql)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			for i := range r.Rows {
				fn(r.Vectors, i)
			}
		}
		return r.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func requireLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return
	}
	onlyGot := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return contains(want, s) })
	onlyWant := slices.DeleteFunc(slices.Clone(want), func(s string) bool { return contains(got, s) })
	t.Errorf("%s: %d, want %d; got only %.300q, want only %.300q", what, len(got), len(want), onlyGot, onlyWant)
}

// Every version of a cell is a row with what the records say of it.
func TestBoards_Locations(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.redesign(t)
		w := x.rebuilt(t, b)
		r := newReader(t, x)
		var want []row
		x.query(t, `SELECT c.cell_id, t.project_id, t.team_id, b.guid, b.backlog_id, c.column_guid, c.column_name, c.column_order, c.item_limit,
			c.row_guid, c.row_name, c.row_order, c.half, c.changed_at, coalesce(c.revised_at, 0) FROM teams t, boards b, board_cells c
			WHERE t.org_id = 1 AND b.org_id = 1 AND c.org_id = 1 AND b.team_id = t.team_id AND c.board_id = b.board_id`, func(rows *db.Rows) error {
			var id, of, team, order, limit, rowOrder, half, changed, revised int64
			var board, backlog, column, name, lane, laneName string
			if err := rows.Scan(&id, &of, &team, &board, &backlog, &column, &name, &order, &limit, &lane, &laneName, &rowOrder, &half, &changed, &revised); err != nil {
				return err
			}
			process := r.catalog.Project(of).Process
			level := process.Backlog(backlog)
			line := row{"BoardLocationSK": fmt.Sprint(id), "ProjectSK": fmt.Sprint(of), "TeamSK": fmt.Sprint(team), "BoardId": board, "BoardName": level.Name,
				"BoardCategoryReferenceName": backlog, "BoardLevel": fmt.Sprint(level.Rank), "IsBoardVisible": fmt.Sprint(!slices.Contains(process.HiddenBacklogs, backlog)),
				"BacklogType": map[bool]string{true: "RequirementBacklog", false: "PortfolioBacklog"}[backlog == "Microsoft.RequirementCategory"],
				"ColumnId":    column, "ColumnName": name, "ColumnOrder": fmt.Sprint(order), "ColumnItemLimit": fmt.Sprint(limit), "IsColumnSplit": fmt.Sprint(half != 2),
				"LaneId": lane, "LaneOrder": fmt.Sprint(rowOrder), "IsDefaultLane": fmt.Sprint(laneName == ""), "Done": fmt.Sprint(half), "IsCurrent": fmt.Sprint(revised == 0),
				"ChangedDate": moment(changed), "ChangedDateSK": r.day(changed), "RevisedDate": "9999-01-01T00:00:00.000000"}
			if laneName != "" {
				line["LaneName"] = laneName
			}
			if half != 2 {
				line["IsDone"] = fmt.Sprint(half == 1)
			}
			if revised != 0 {
				line["RevisedDate"], line["RevisedDateSK"] = moment(revised), r.day(revised)
			}
			want = append(want, line)
			return nil
		})
		if len(want) < 100 {
			t.Errorf("only %d cells", len(want))
		}
		requireTable(t, w, edm.BoardLocationsTable, want)
	})
}
