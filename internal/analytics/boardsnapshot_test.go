package analytics

import (
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// onBoards is the places of work items on the boards of the sample, told without the tables of boards: there a column is
// named after the one state it stands for, and a type is on one board of every team that owns the item's area.
const onBoards = `(SELECT r.*, t."TeamSK", m."TeamName", (CASE WHEN r."WorkItemType" = 'Epic' THEN 'Epics' WHEN r."WorkItemType" = 'Feature' THEN 'Features'
	WHEN r."WorkItemType" = 'User Story' THEN 'Stories' WHEN r."WorkItemType" = 'Requirement' THEN 'Requirements'
	WHEN r."WorkItemType" = 'Issue' THEN 'Issues' ELSE 'Backlog items' END) AS "BoardName"
	FROM work_item_revisions r JOIN team_areas t ON t."AreaSK" = r."AreaSK" JOIN teams m ON m."TeamSK" = t."TeamSK"
	WHERE r."State" <> 'Removed' AND (r."WorkItemType" IN ('Epic', 'Feature', 'User Story', 'Product Backlog Item', 'Requirement')
		OR r."WorkItemType" = 'Bug' AND EXISTS (SELECT 1 FROM work_item_revisions x WHERE x."ProjectSK" = r."ProjectSK" AND x."WorkItemType" = 'Product Backlog Item')
		OR r."WorkItemType" = 'Issue' AND r."State" IN ('To Do', 'Doing', 'Done')))`

// TestBoardSnapshot compares grouped board snapshots with SQL written by hand over revisions times days times teams.
func TestBoardSnapshot(t *testing.T) {
	cases := []struct{ project, apply, keys, aggregates, where string }{
		{"Fabrikam", "filter(Team/TeamName eq 'Entitlement' and BoardName eq 'Stories' and DateSK ge 20240101 and DateSK le 20240601)/groupby((DateSK,ColumnName),aggregate($count as N))",
			`d."DateSK", r."State"`, `count(*)`, `r."TeamName" = 'Entitlement' AND r."BoardName" = 'Stories' AND d."DateSK" BETWEEN 20240101 AND 20240601`},
		{"Fabrikam", "filter(BoardName eq 'Stories' and DateSK ge 20260801)/groupby((DateSK,BoardLocation/ColumnName,Team/TeamName),aggregate($count as N,StoryPoints with sum as P))",
			`d."DateSK", r."State", r."TeamName"`, `count(*), sum(r."StoryPoints")`, `r."BoardName" = 'Stories' AND d."DateSK" >= 20260801`},
		{"", "filter(DateSK ge 20250101 and DateSK lt 20250301)/groupby((DateSK,BoardName,Team/TeamName),aggregate(Count with sum as N,Effort with average as A))",
			`d."DateSK", r."BoardName", r."TeamName"`, `CAST(count(*) AS bigint), avg(r."Effort")`, `d."DateSK" >= 20250101 AND d."DateSK" < 20250301`},
		{"Fabrikam Fiber", "filter(BoardName eq 'backlog items' and WorkItemType eq 'Bug' and Date/DayOfWeek eq 6 and DateSK gt 20220101)/groupby((DateSK,ColumnName,Priority),aggregate($count as N))",
			`d."DateSK", r."State", r."Priority"`, `count(*)`,
			`r."BoardName" = 'Backlog items' AND r."WorkItemType" = 'Bug' AND d."DayOfWeek" = 6 AND d."DateSK" > 20220101`},
		{"Fabrikam Fiber", "filter(DateSK eq 20240115)/groupby((BoardName,ColumnName),aggregate($count as N,WorkItemId with max as M))",
			`r."BoardName", r."State"`, `count(*), max(r."WorkItemId")`, `d."DateSK" = 20240115`},
	}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		w, err := f.service.config.Warehouse(t.Context(), f.org)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			got, names := f.table(t, c.project, "WorkItemBoardSnapshot", c.apply)
			where := c.where
			if c.project != "" {
				where += ` AND r."ProjectSK" = (SELECT "ProjectSK" FROM projects WHERE "ProjectName" = '` + c.project + `')`
			}
			want := handWritten(t, w, len(names), `SELECT `+c.keys+`, `+c.aggregates+` FROM `+onBoards+` r JOIN dates d `+
				`ON d."DateSK" >= r."ChangedDateSK" AND (r."RevisedDateSK" IS NULL OR d."DateSK" < r."RevisedDateSK") `+
				`WHERE d."DateSK" <= 20261122 AND `+where+` GROUP BY `+c.keys)
			if d := cmp.Diff(want, got); d != "" || len(got) == 0 {
				t.Errorf("project %q: %s\n%.3000s", c.project, c.apply, d)
			}
		}
	})
}
