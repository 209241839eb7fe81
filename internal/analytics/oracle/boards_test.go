package oracle

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// cell is a version of a place on a board, as it is stored.
type cell struct {
	row     row
	order   int64
	states  map[string]string // of the column, by work item type
	from    time.Time
	until   time.Time
	catches bool // items that nobody put anywhere: those of the default lane, in Doing of a split column
}

// board is a team's board with all versions of its cells.
type board struct {
	process *project.Process
	bugs    project.BugsBehavior
	backlog *project.Backlog
	cells   []*cell
	stays   map[[2]string][]stay
}

// stay is a cell and the time in which items of a type and state were there.
type stay struct {
	cell        *cell
	from, until time.Time
}

var halves = []enum{"Doing", "Done", "Unknown"}

// settingsOf is what teams set for themselves.
type settingsOf struct {
	Bugs    project.BugsBehavior `json:"bugs"`
	Visible map[string]bool      `json:"visible"`
}

// readBoards makes a row for every version of every cell.
func (w *world) readBoards(tx *db.Tx, org int64) error {
	settings, err := w.readTeamSettings(tx, org)
	if err != nil {
		return err
	}
	boards := map[int64]*board{}
	shown := map[int64]row{}
	err = each(tx, `SELECT b.board_id, b.team_id, b.backlog_id, b.guid, t.project_id FROM boards b
			JOIN teams t ON t.org_id = b.org_id AND t.team_id = b.team_id WHERE b.org_id = $1 ORDER BY b.board_id`, org, func(r *db.Rows) error {
		var id, team, of int64
		var backlog, key string
		if err := r.Scan(&id, &team, &backlog, &key, &of); err != nil || w.teams[team] == nil {
			return err
		}
		p := w.catalog.Project(of).Process
		i := slices.IndexFunc(p.Backlogs, func(b project.Backlog) bool { return b.ID == backlog })
		if i < 0 { // a level that the process no longer has
			return nil
		}
		b := &p.Backlogs[i]
		boards[id] = &board{process: p, bugs: cmp.Or(settings[team].Bugs, p.BugsBehavior), backlog: b, stays: map[[2]string][]stay{}}
		w.boards[team] = append(w.boards[team], boards[id])
		visible, set := settings[team].Visible[b.ID]
		if !set {
			visible = !slices.Contains(p.HiddenBacklogs, b.ID)
		}
		shown[id] = row{"TeamSK": w.teams[team]["TeamSK"], "Team": w.teams[team], "ProjectSK": w.teams[team]["ProjectSK"], "BoardId": guid(key),
			"BoardCategoryReferenceName": b.ID, "BoardName": b.Name, "BoardLevel": int64(b.Rank), "BacklogType": backlogTypes[b.Type],
			"IsBoardVisible": visible, "AnalyticsUpdatedDate": w.updated}
		return nil
	})
	if err != nil {
		return err
	}
	return each(tx, `SELECT cell_id, board_id, column_guid, column_name, column_order, item_limit, states, row_guid, row_name, row_order, half,
			changed_at, revised_at FROM board_cells WHERE org_id = $1 ORDER BY cell_id`, org, func(r *db.Rows) error {
		var id, of, order, limit, lane, half int64
		var column, name, states, laneKey, laneName string
		var revised *time.Time
		c := &cell{until: never()}
		if err := r.Scan(&id, &of, &column, &name, &order, &limit, &states, &laneKey, &laneName, &lane, &half, &c.from, &revised); err != nil || boards[of] == nil {
			return err
		}
		c.row, c.order, c.catches = copyOf(shown[of]), order, laneName == "" && half != 1
		for name, v := range (row{"BoardLocationSK": id, "ColumnId": guid(column), "ColumnName": name, "ColumnOrder": order, "ColumnItemLimit": limit,
			"IsColumnSplit": half != 2, "Done": halves[half], "LaneId": guid(laneKey), "LaneOrder": lane, "IsDefaultLane": laneName == "",
			"IsCurrent": revised == nil, "ChangedDate": c.from, "RevisedDate": never(), "WorkItems": []row(nil)}) {
			c.row[name] = v
		}
		if half != 2 {
			c.row["IsDone"] = half == 1
		}
		if laneName != "" {
			c.row["LaneName"] = laneName
		}
		if revised != nil {
			c.until, c.row["RevisedDate"] = *revised, *revised
		}
		boards[of].cells = append(boards[of].cells, c)
		w.add("BoardLocations", c.row)
		return json.Unmarshal([]byte(states), &c.states)
	})
}

func (w *world) readTeamSettings(tx *db.Tx, org int64) (map[int64]settingsOf, error) {
	all := map[int64]settingsOf{}
	return all, each(tx, `SELECT team_id, settings FROM teams WHERE org_id = $1`, org, func(r *db.Rows) error {
		var id int64
		var text string
		if err := r.Scan(&id, &text); err != nil {
			return err
		}
		var s settingsOf
		err := json.Unmarshal([]byte(text), &s)
		all[id] = s
		return err
	})
}

// holds reports whether work items of a type are on the board.
func (b *board) holds(kind string) bool {
	t := b.process.Type(kind)
	for i := range b.process.Backlogs { // a type is on one level only, the first that takes it
		level := &b.process.Backlogs[i]
		bug := slices.Contains(t.Categories, "Microsoft.BugCategory") &&
			(b.bugs == project.BugsAsRequirements && level.Type == project.RequirementBacklog || b.bugs == project.BugsAsTasks && level.Type == project.TaskBacklog)
		if bug || slices.Contains(t.Categories, level.ID) {
			return level == b.backlog
		}
	}
	return false
}

// where tells in which cells items of a type and state were and are: of the columns that stood for the state at a time,
// in the first.
func (b *board) where(kind, state string) []stay {
	key := [2]string{kind, state}
	if stays, ok := b.stays[key]; ok {
		return stays
	}
	var stays []stay
	if b.holds(kind) {
		moments := []time.Time{never()}
		for _, c := range b.cells {
			moments = append(moments, c.from, c.until)
		}
		slices.SortFunc(moments, time.Time.Compare)
		for i, from := range moments[:len(moments)-1] {
			var first *cell
			for _, c := range b.cells {
				if c.catches && c.states[kind] == state && !c.from.After(from) && c.until.After(from) && (first == nil || c.order < first.order) {
					first = c
				}
			}
			if first != nil && from.Before(moments[i+1]) {
				stays = append(stays, stay{first, from, moments[i+1]})
			}
		}
	}
	b.stays[key] = stays
	return stays
}

// placed passes where a revision was on boards: on those of the teams that own its area today.
func (w *world) placed(r row, each func(s stay)) {
	state, _ := r["State"].(string)
	for id, team := range w.teams {
		if !slices.ContainsFunc(collection(r, "Teams"), func(t row) bool { return t["TeamSK"] == team["TeamSK"] }) {
			continue
		}
		for _, b := range w.boards[id] {
			for _, s := range b.where(r["WorkItemType"].(string), state) {
				each(s)
			}
		}
	}
}

// place puts work items and revisions on boards.
func (w *world) place() {
	for _, r := range w.sets["WorkItems"] {
		r["BoardLocations"] = []row(nil)
		w.placed(r, func(s stay) {
			if s.cell.row["IsCurrent"] == true {
				join(r, "BoardLocations", s.cell.row)
				join(s.cell.row, "WorkItems", r)
			}
		})
	}
	for _, r := range w.sets["WorkItemRevisions"] {
		r["BoardLocations"] = []row(nil)
		w.placed(r, func(s stay) {
			if s.from.Before(r["RevisedDate"].(time.Time)) && s.until.After(r["ChangedDate"].(time.Time)) {
				join(r, "BoardLocations", s.cell.row)
			}
		})
	}
}

// boardSpans are the days on which revisions were in a cell at midnight.
func (w *world) boardSpans() []span {
	var spans []span
	for _, revision := range w.spans(snapshotSet) {
		w.placed(revision.of, func(s stay) {
			days := span{from: max(revision.from, w.daySK(s.from)), until: min(revision.until, w.daySK(s.until))}
			if days.from >= days.until {
				return
			}
			days.of = copyOf(revision.of)
			for _, p := range properties(cellFields) {
				days.of[p.name] = s.cell.row[p.name]
			}
			days.of["Team"], days.of["BoardLocation"] = s.cell.row["Team"], s.cell.row
			spans = append(spans, days)
		})
	}
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.of["WorkItemId"].(int64), b.of["WorkItemId"].(int64)), cmp.Compare(a.of["Revision"].(int64), b.of["Revision"].(int64)),
			cmp.Compare(a.of["BoardLocationSK"].(int64), b.of["BoardLocationSK"].(int64)), cmp.Compare(a.from, b.from))
	})
	return spans
}
