package analytics

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// TestSnapshot compares grouped snapshots with SQL written by hand over revisions times days.
func TestSnapshot(t *testing.T) {
	cases := []struct{ apply, keys, aggregates, where string }{
		{"filter(DateSK ge 20220101 and DateSK le 20220401)/groupby((DateSK),aggregate($count as N))",
			`d."DateSK"`, `count(*)`, `d."DateSK" BETWEEN 20220101 AND 20220401`},
		{"filter(DateSK ge 20220101 and DateSK le 20220401)/groupby((DateSK,State),aggregate($count as N,Effort with sum as E,Priority with sum as P,Effort with average as A))",
			`d."DateSK", r."State"`, `count(*), sum(r."Effort"), CAST(sum(r."Priority") AS bigint), avg(r."Effort")`, `d."DateSK" BETWEEN 20220101 AND 20220401`},
		{"filter(DateSK gt 20210601 and WorkItemType eq 'bug' and Date/DayOfWeek eq 6)/groupby((DateSK,Severity),aggregate($count as N))",
			`d."DateSK", r."Severity"`, `count(*)`, `d."DateSK" > 20210601 AND r."WorkItemType" = 'Bug' AND d."DayOfWeek" = 6`},
		{"filter(Date/Year eq 2023)/groupby((Date/MonthOfYear,StateCategory),aggregate($count as N,RemainingWork with sum as R))",
			`d."MonthOfYear", r."StateCategory"`, `count(*), sum(r."RemainingWork")`, `d."Year" = 2023`},
		{"filter(DateSK ge 20240101 and DateSK lt 20240301 and Tags/any(t:t/TagName eq 'perf'))/groupby((DateSK,Area/Depth,ParentWorkItemId),aggregate($count as N))",
			`d."DateSK", (SELECT "Depth" FROM areas a WHERE a."AreaSK" = r."AreaSK"), r."ParentWorkItemId"`, `count(*)`,
			`d."DateSK" >= 20240101 AND d."DateSK" < 20240301 AND EXISTS (SELECT 1 FROM revision_tags x JOIN tags g ON g."TagSK" = x."TagSK" WHERE x."WorkItemRevisionSK" = r."WorkItemRevisionSK" AND g."TagName" = 'Perf')`},
		{"filter(DateSK eq 20240115)/groupby((DateSK,WorkItemType),aggregate(iif(State eq 'Done',1,0) with sum as Done,$count as N))",
			`d."DateSK", r."WorkItemType"`, `CAST(sum(CASE WHEN r."State" = 'Done' THEN 1 ELSE 0 END) AS bigint), count(*)`, `d."DateSK" = 20240115`},
		{"filter(DateSK ge 20261101)/groupby((DateSK,Priority),filter(State ne 'New')/aggregate($count as N,Effort with sum as E))",
			`d."DateSK", r."Priority"`, `count(*) FILTER (WHERE r."State" <> 'New'), sum(r."Effort") FILTER (WHERE r."State" <> 'New')`, `d."DateSK" >= 20261101`},
		{"filter(DateSK ge 20240101 and DateSK le 20240110)/groupby((DateSK,Iteration/IsEnded,Area/Number),aggregate($count as N))",
			`d."DateSK", (SELECT coalesce("EndDate" < TIMESTAMP '2026-11-22 12:00:00', false) FROM iterations i WHERE i."IterationSK" = r."IterationSK"), (SELECT "Number" FROM areas a WHERE a."AreaSK" = r."AreaSK")`,
			`count(*)`, `d."DateSK" BETWEEN 20240101 AND 20240110`},
		{"filter(DateSK lt 20000101)/groupby((DateSK),aggregate($count as N))", `d."DateSK"`, `count(*)`, `d."DateSK" < 20000101`},
		{"filter(DateSK ge 20240101 and DateSK le 20240105 and CreatedDateSK lt DateSK)/groupby((DateSK),aggregate($count as N,CreatedDateSK with max as M))",
			`d."DateSK"`, `count(*), max(r."CreatedDateSK")`, `d."DateSK" BETWEEN 20240101 AND 20240105 AND r."CreatedDateSK" < d."DateSK"`},
	}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		w, err := f.service.config.Warehouse(t.Context(), f.org)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			for _, project := range []string{"", "Fabrikam Fiber"} {
				got, names := f.table(t, project, "WorkItemSnapshot", c.apply)
				where := c.where
				if project != "" {
					where += ` AND r."ProjectSK" = (SELECT "ProjectSK" FROM projects WHERE "ProjectName" = 'Fabrikam Fiber')`
				}
				want := handWritten(t, w, len(names), `SELECT `+c.keys+`, `+c.aggregates+` FROM work_item_revisions r JOIN dates d `+
					`ON d."DateSK" >= r."ChangedDateSK" AND (r."RevisedDateSK" IS NULL OR d."DateSK" < r."RevisedDateSK") `+
					`WHERE d."DateSK" <= 20261122 AND `+where+` GROUP BY `+c.keys)
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("project %q: %s\n%s", project, c.apply, d)
				}
			}
		}
	})
}

// table is a grouped answer as sorted lines, and its columns.
func (f *fixture) table(t *testing.T, project, set, apply string) (lines, names []string) {
	t.Helper()
	r := Request{Project: project, Path: "v4.0-preview/" + set, Base: base, Query: "$apply=" + url.QueryEscape(apply)}
	answer, err := f.service.Serve(t.Context(), f.callers["administrator"], f.org, r)
	var body bytes.Buffer
	if err == nil {
		err = answer.Body(&body)
	}
	if err != nil {
		t.Fatalf("%s: %s", apply, describe(err))
	}
	var parsed struct {
		Context string `json:"@odata.context"`
		Next    string `json:"@odata.nextLink"`
		Value   []map[string]any
	}
	d := json.NewDecoder(&body)
	d.UseNumber()
	if err := d.Decode(&parsed); err != nil || parsed.Next != "" {
		t.Fatal(err, parsed.Next)
	}
	_, list, _ := strings.Cut(parsed.Context, "#"+set+"(")
	for name := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSuffix(list, ")"), ")", ""), ",") {
		names = append(names, strings.ReplaceAll(name, "(", "/"))
	}
	for _, row := range parsed.Value {
		var cells []string
		for _, name := range names {
			value := any(row)
			for part := range strings.SplitSeq(name, "/") {
				value = value.(map[string]any)[part]
			}
			cells = append(cells, cell(value))
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	slices.Sort(lines)
	return lines, names
}

func cell(x any) string {
	if n, ok := x.(json.Number); ok {
		if f, err := n.Float64(); err == nil {
			return fmt.Sprintf("%.6f", f)
		}
	}
	return fmt.Sprint(x)
}

func handWritten(t *testing.T, w *db.Warehouse, columns int, sql string) (lines []string) {
	t.Helper()
	err := w.Read(context.WithoutCancel(t.Context()), func(s *db.Session) error {
		result, err := s.Query(sql)
		if err != nil {
			return err
		}
		defer result.Close()
		for result.Next() {
			for i := range result.Rows {
				var cells []string
				for c := range columns {
					switch v := &result.Vectors[c]; {
					case v.Null(i):
						cells = append(cells, "<nil>")
					case v.Kind == db.Bool:
						cells = append(cells, fmt.Sprint(v.Int(i) != 0))
					case v.Kind == db.Text:
						cells = append(cells, string(v.Text(i)))
					case v.Kind == db.Float64:
						cells = append(cells, fmt.Sprintf("%.6f", v.Float(i)))
					default:
						cells = append(cells, fmt.Sprintf("%.6f", float64(v.Int(i))))
					}
				}
				lines = append(lines, strings.Join(cells, "|"))
			}
		}
		return result.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	slices.Sort(lines)
	return lines
}
