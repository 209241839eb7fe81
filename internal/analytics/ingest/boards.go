package ingest

import (
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// writeBoards writes every version of every cell, and which items each takes. Nothing is stored of work items that nobody
// put anywhere: they are in the cell that takes their type and state, on the boards of the teams that own their area.
func (b *builder) writeBoards(s *db.Session, now time.Time) error {
	err := replace(s, edm.BoardLocationsTable, func(put func(...any) error) error {
		return b.eachCell(func(board *project.Board, c *project.BoardCell) error {
			var name, done, until any
			revised := never
			if c.Row.Name != "" {
				name = c.Row.Name
			}
			if c.Half != project.Unsplit {
				done = c.Half == project.Done
			}
			if c.RevisedAt != nil {
				revised, until = *c.RevisedAt, b.calendar.sk(c.RevisedAt.UnixMicro())
			}
			return put(c.ID, board.Team.Project.ID, board.Team.ID, [16]byte(board.GUID), board.Backlog.Name, board.Backlog.ID, board.Backlog.Rank,
				backlogTypes[board.Backlog.Type], board.Visible(), [16]byte(c.Column.ID), c.Column.Name, c.ColumnOrder, c.Column.ItemLimit,
				c.Column.Split, [16]byte(c.Row.ID), name, c.RowOrder, c.Row.Name == "", int64(c.Half), done, c.RevisedAt == nil,
				c.ChangedAt, revised, b.calendar.sk(c.ChangedAt.UnixMicro()), until, now)
		})
	})
	if err != nil {
		return err
	}
	err = replace(s, edm.BoardStatesTable, func(put func(...any) error) error {
		return b.eachCell(func(board *project.Board, c *project.BoardCell) error {
			for _, name := range c.Takes {
				if kind := board.Team.Project.Process.Type(name); kind == nil || !board.Holds(kind) {
					continue
				}
				if err := put(c.ID, board.Team.ID, name, c.Column.States[name]); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return b.rewriteOptions(s)
}

func (b *builder) eachCell(fn func(*project.Board, *project.BoardCell) error) error {
	return b.eachTeam(func(t *project.Team) error {
		for _, board := range t.Boards {
			for _, c := range board.Cells {
				if err := fn(board, c); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// usualCells joins revisions (r) that nobody put anywhere with the cells (l) that ever took items of their type, state and
// area. chosenCells does so with the others, of which there are few, and the times (s) at which they were in cells: where
// somebody put them, and where they are anyway on boards on which nobody did.
const usualCells = ` AS r JOIN ` + edm.TeamAreasTable + ` AS t ON t."AreaSK" = r."AreaSK"
	JOIN ` + edm.BoardStatesTable + ` AS s ON s."TeamSK" = t."TeamSK" AND s."WorkItemType" = r."WorkItemType" AND s."State" = r."State"
	JOIN ` + edm.BoardLocationsTable + ` AS l ON l."BoardLocationSK" = s."BoardLocationSK" AND l."ProjectSK" = r."ProjectSK"
	WHERE r."` + placedColumn + `" IS NULL`

const chosenCells = ` AS r JOIN ` + edm.TeamAreasTable + ` AS t ON t."AreaSK" = r."AreaSK"
	JOIN ` + edm.BoardOptionsTable + ` AS s ON s."TeamSK" = t."TeamSK" AND s."WorkItemType" = r."WorkItemType" AND s."State" = r."State"
	LEFT JOIN ` + edm.BoardChoicesTable + ` AS h ON h."WorkItemRevisionSK" = r."WorkItemRevisionSK" AND h."BoardSK" = s."BoardSK"
	JOIN ` + edm.BoardLocationsTable + ` AS l ON l."BoardLocationSK" = s."BoardLocationSK" AND l."ProjectSK" = r."ProjectSK"
	WHERE r."` + placedColumn + `" AND s."Choice" = coalesce(h."Choice", '')`

// createBoardViews defines where work items are on boards, and were. A revision is in a cell from the day on which both
// are there to the day on which one of them ends.
func (l *layout) createBoardViews(s *db.Session) error {
	var columns strings.Builder
	for _, c := range l.columns {
		fmt.Fprintf(&columns, `r.%s, `, quote(c.Name))
	}
	for _, c := range plainTables[edm.BoardLocationsTable] {
		if _, both := l.index[c.Name]; !both {
			fmt.Fprintf(&columns, `l.%s, `, quote(c.Name))
		}
	}
	shared := func(table string) string { // the days that a revision and what table tells have in common
		return strings.ReplaceAll(`greatest(r."ChangedDateSK", x."ChangedDateSK") AS "FromDateSK",
			CASE WHEN r."RevisedDateSK" IS NULL OR x."RevisedDateSK" < r."RevisedDateSK" THEN x."RevisedDateSK" ELSE r."RevisedDateSK" END AS "ToDateSK"`, "x.", table+".")
	}
	const item, revision = `r."WorkItemId", l."BoardLocationSK"`, `r."WorkItemRevisionSK", l."BoardLocationSK"`
	during := func(table string) string { // while the revision was the last one
		return strings.ReplaceAll(` AND x."ChangedDate" < r."RevisedDate" AND x."RevisedDate" > r."ChangedDate"`, "x.", table+".")
	}
	for _, sql := range []string{
		`CREATE VIEW ` + edm.BoardView + ` AS SELECT ` + columns.String() + shared("l") + ` FROM ` + edm.RevisionsView + usualCells +
			` UNION ALL SELECT ` + columns.String() + shared("s") + ` FROM ` + edm.RevisionsView + chosenCells,
		`CREATE VIEW ` + edm.ItemLocationsView + ` AS SELECT ` + item + ` FROM ` + edm.ItemsTable + usualCells + ` AND l."IsCurrent"
			UNION ALL SELECT ` + item + ` FROM ` + edm.ItemsTable + chosenCells + ` AND s."RevisedDateSK" IS NULL`,
		`CREATE VIEW ` + edm.RevisionLocations + ` AS SELECT ` + revision + ` FROM ` + edm.RevisionsView + usualCells + during("l") + `
			UNION ALL SELECT DISTINCT ` + revision + ` FROM ` + edm.RevisionsView + chosenCells + during("s"),
	} {
		if err := s.Exec(sql); err != nil {
			return err
		}
	}
	return nil
}
