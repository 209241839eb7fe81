package server

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sqlgen"
)

// The last day that the benchmarks ask for, and ranges of days up to it.
const (
	lastDay    = "20261122"
	yearBefore = "20251122"
)

// pageColumns are what a report reads: numbers, texts, dates and keys.
var pageColumns = []string{
	"WorkItemId", "InProgressDate", "CompletedDate", "LeadTimeDays", "CycleTimeDays",
	"WorkItemRevisionSK", "CreatedDateSK", "ChangedDateSK", "StateCategory", "Revision",
	"Watermark", "Title", "WorkItemType", "ChangedDate", "CreatedDate", "State",
	"Reason", "Priority", "TagNames", "ParentWorkItemId",
}

// measured is a query and the SQL that somebody who knows the tables would write by hand for the same answer.
type measured struct {
	name  string
	query string   // behind the version
	by    []string // statements, run one after the other
}

// measurements need a project and a tag that the generated organization has.
func measurements(engine, projectName, project, tag string) []measured {
	seven := `"WorkItemId", "Title", "WorkItemType", "State", "Priority", "CreatedDate", "ChangedDate"`
	wide := `"` + strings.Join(pageColumns, `", "`) + `"`
	// A page's rows by hand: which ones, then their columns; a stable order needs the key at the end.
	page := func(columns, where string, n int) string {
		return fmt.Sprintf(`SELECT %s FROM items WHERE "WorkItemId" IN (SELECT "WorkItemId" FROM items WHERE %s ORDER BY "ChangedDate" DESC, "WorkItemId" LIMIT %d)
			ORDER BY "ChangedDate" DESC, "WorkItemId"`, columns, where, n)
	}
	active := `"State" = 'Active'`
	if engine == "postgres" { // what there is an index of
		active = sqlgen.Postgres.Folded("State") + ` = 'active'`
	}
	inOrder := `lower(a."AreaPath")` // that of the answer, whatever the letter case
	if engine == "postgres" {
		inOrder = strings.ReplaceAll(sqlgen.Postgres.Folded("AreaPath"), `"AreaPath"`, `a."AreaPath"`)
	}
	top := `(SELECT "WorkItemId" FROM items WHERE "WorkItemType" = 'Feature' ORDER BY "ChangedDate" DESC, "WorkItemId" LIMIT 1000)`
	return []measured{
		{"StateType", "WorkItems?$apply=groupby((State,WorkItemType),aggregate($count as Count))",
			[]string{`SELECT "State", "WorkItemType", count(*) AS "Count" FROM items GROUP BY "State", "WorkItemType"`}},
		{"AreaPath", "WorkItems?$apply=groupby((Area/AreaPath),aggregate($count as Count))",
			[]string{`SELECT a."AreaPath", i.n AS "Count" FROM (SELECT "AreaSK", count(*) AS n FROM items GROUP BY "AreaSK") AS i LEFT JOIN areas AS a ON a."AreaSK" = i."AreaSK" ORDER BY ` + inOrder}},
		{"Tags", "WorkItems?$apply=filter(Tags/any(t:t/TagName eq '" + tag + "'))/groupby((State),aggregate($count as Count))",
			[]string{`SELECT "State", count(*) AS "Count" FROM items WHERE "WorkItemId" IN (SELECT b."WorkItemId" FROM item_tags AS b JOIN tags AS t ON t."TagSK" = b."TagSK" WHERE lower(t."TagName") = lower('` + tag + `')) GROUP BY "State"`}},
		{"Page1000x7", "WorkItems?$top=1000&$filter=State eq 'Active'&$orderby=ChangedDate desc&$select=" + strings.ReplaceAll(strings.ReplaceAll(seven, `"`, ""), " ", ""),
			[]string{page(seven, active, 1000)}},
		{"Page10000x20", "WorkItems?$top=10000&$filter=Priority le 2&$orderby=ChangedDate desc&$select=" + strings.Join(pageColumns, ","),
			[]string{page(wide, `"Priority" <= 2`, 10000)}},
		{"TwoLevels", "WorkItems?$top=1000&$filter=WorkItemType eq 'Feature'&$orderby=ChangedDate desc&$select=WorkItemId,Title&$expand=Children($select=WorkItemId,Title,State;$expand=Children($select=WorkItemId,Title,State))",
			[]string{
				`SELECT "WorkItemId", "Title" FROM items WHERE "WorkItemId" IN ` + top,
				`SELECT "ParentWorkItemId", "WorkItemId", "Title", "State" FROM items WHERE "ParentWorkItemId" IN ` + top,
				`SELECT "ParentWorkItemId", "WorkItemId", "Title", "State" FROM items WHERE "ParentWorkItemId" IN (SELECT "WorkItemId" FROM items WHERE "ParentWorkItemId" IN ` + top + `)`,
			}},
		{"SnapshotYear", snapshotByState(yearBefore), []string{telescopedByHand(yearBefore, "State", "", "")}},
		{"SnapshotSumByArea", "WorkItemSnapshot?$apply=filter(Project/ProjectName eq '" + projectName + "' and DateSK gt " + yearBefore + " and DateSK le " + lastDay + ")/groupby((DateSK,AreaSK),aggregate($count as Count,StackRank with sum as Sum))",
			[]string{telescopedByHand(yearBefore, "AreaSK", `"StackRank"`, `"ProjectSK" = `+project)}},
		{"BoardYear", "WorkItemBoardSnapshot?$apply=filter(Project/ProjectName eq '" + projectName + "' and Team/TeamName eq '" + projectName + " Team' and BoardName eq 'Features' and DateSK gt " + yearBefore + " and DateSK le " + lastDay + ")/groupby((DateSK,ColumnName),aggregate($count as Count))",
			[]string{telescopedByHand(yearBefore, "State", "", `"ProjectSK" = `+project+` AND "WorkItemType" = 'Feature' AND "State" <> 'Removed' AND "AreaSK" IN
				(SELECT t."AreaSK" FROM team_areas AS t JOIN teams AS m ON m."TeamSK" = t."TeamSK" WHERE m."TeamName" = '`+projectName+` Team')`)}},
	}
}

func snapshotByState(after string) string {
	return "WorkItemSnapshot?$apply=filter(DateSK gt " + after + " and DateSK le " + lastDay + ")/groupby((DateSK,State),aggregate($count as Count))"
}

// telescopedByHand counts items by day and a key, and sums a value, from the beginnings and ends of their revisions.
func telescopedByHand(after, key, sum, where string) string {
	n, err := strconv.Atoi(after)
	if err != nil {
		panic(err)
	}
	first := strconv.Itoa(n + 1)
	if where != "" {
		where = " AND " + where
	}
	sums, less, more, running := "", "", "", ""
	if sum != "" {
		sums, less, more = ", sum("+sum+") AS s", ", -sum("+sum+")", ", sum(s) AS s"
		running = `, sum(coalesce(g.s, 0)) OVER (PARTITION BY s.k ORDER BY days."DateSK") AS "Sum"`
	}
	return strings.NewReplacer("KEY", `"`+key+`"`, "FIRST", first, "AFTER", after, "LAST", lastDay, "WHERE_MORE", where,
		"SUMS", sums, "LESS", less, "MORE", more, "RUNNING", running).Replace(`
	WITH days AS (SELECT "DateSK" FROM dates WHERE "DateSK" > AFTER AND "DateSK" <= LAST),
	g AS (SELECT k, d, sum(n) AS nMORE FROM (
		SELECT KEY AS k, CASE WHEN "ChangedDateSK" < FIRST THEN FIRST ELSE "ChangedDateSK" END AS d, count(*) AS nSUMS FROM work_item_revisions
		WHERE "ChangedDateSK" <= LAST AND ("RevisedDateSK" IS NULL OR "RevisedDateSK" > FIRST AND "ChangedDateSK" < "RevisedDateSK")WHERE_MORE GROUP BY 1, 2
		UNION ALL
		SELECT KEY, "RevisedDateSK", -count(*)LESS FROM work_item_revisions
		WHERE "RevisedDateSK" > FIRST AND "RevisedDateSK" <= LAST AND "ChangedDateSK" < "RevisedDateSK"WHERE_MORE GROUP BY 1, 2) AS both_ways GROUP BY 1, 2)
	SELECT * FROM (SELECT s.k, days."DateSK" AS d, CAST(sum(coalesce(g.n, 0)) OVER (PARTITION BY s.k ORDER BY days."DateSK") AS bigint) AS nRUNNING
		FROM (SELECT DISTINCT k FROM g) AS s CROSS JOIN days LEFT JOIN g ON g.k = s.k AND g.d = days."DateSK") AS counted WHERE n > 0`)
}

// BenchmarkAnalytics measures queries over HTTP against hand-written SQL on the same tables, with a plain loop that
// writes JSON. With BOARDWALK_BENCH_POSTGRES=1 it does so on PostgreSQL, too.
func BenchmarkAnalytics(b *testing.B) {
	onEngines(b, func(b *testing.B, x *bench) {
		projectName, project, tag := x.names(b)
		for _, m := range measurements(x.tables.Dialect(), projectName, project, tag) {
			b.Run(m.name, func(b *testing.B) {
				compare(b, func() { x.get(b, odataPath(m.query)) }, func() {
					for _, sql := range m.by {
						x.raw(b, sql, writeVectors)
					}
				})
			})
		}
	})
}

// BenchmarkSnapshotForms measures a grouped snapshot against joining every item with every day, and a month of it
// against three years.
func BenchmarkSnapshotForms(b *testing.B) {
	onEngines(b, func(b *testing.B, x *bench) {
		b.Run("naive", func(b *testing.B) {
			naive := `SELECT d."DateSK", r."State", count(*) AS n FROM work_item_revisions AS r JOIN dates AS d ON r."ChangedDateSK" <= d."DateSK"
				AND (r."RevisedDateSK" IS NULL OR d."DateSK" < r."RevisedDateSK") WHERE d."DateSK" > ` + yearBefore + ` AND d."DateSK" <= ` + lastDay + ` GROUP BY 1, 2`
			compare(b, func() { x.get(b, odataPath(snapshotByState(yearBefore))) }, func() { x.raw(b, naive, writeVectors) })
		})
		b.Run("3years-1month", func(b *testing.B) {
			compare(b, func() { x.get(b, odataPath(snapshotByState("20231123"))) }, func() { x.get(b, odataPath(snapshotByState("20261023"))) })
		})
	})
}

// BenchmarkBesideLong measures quick queries while 16 clients send long ones that are all different: p50 and p99, and how
// many long ones were answered in the same time.
func BenchmarkBesideLong(b *testing.B) {
	x := startBench(b)
	ctx := b.Context()
	var long atomic.Int64
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for client := range 16 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-ctx.Done():
					return
				default:
				}
				query := fmt.Sprintf("WorkItemRevisions?$apply=filter(contains(Title,'%d'))/groupby((Title),aggregate($count as N,Revision with max as M))&$top=1&$orderby=N", client*1000+n)
				x.get(b, odataPath(query))
				long.Add(1)
			}
		})
	}
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		started := time.Now()
		x.get(b, odataPath(fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d&$select=WorkItemId,Title", 1+n%100_000)))
		took = append(took, time.Since(started))
	}
	close(stop)
	wg.Wait()
	slices.Sort(took)
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(median(took).Seconds()*1000, "p50-ms")
	b.ReportMetric(float64(long.Load()), "long-queries")
}

func odataPath(query string) string {
	set, options, _ := strings.Cut(query, "?")
	return "_odata/v4.0-preview/" + set + "?" + strings.ReplaceAll(url.PathEscape(options), "%26", "&")
}

// names are a project of the organization, by name and key, and a tag of it.
func (x *bench) names(b *testing.B) (name, key, tag string) {
	b.Helper()
	x.each(b, `SELECT "ProjectName", "ProjectSK" FROM projects ORDER BY "ProjectSK" LIMIT 1`, func(v []db.Vector, i int) {
		name, key = string(v[0].Text(i)), strconv.FormatInt(v[1].Int(i), 10)
	})
	x.each(b, `SELECT "TagName" FROM tags WHERE "ProjectSK" = `+key+` ORDER BY "TagSK" LIMIT 1`, func(v []db.Vector, i int) { tag = string(v[0].Text(i)) })
	return name, key, tag
}

func (x *bench) each(b *testing.B, sql string, fn func(v []db.Vector, i int)) {
	b.Helper()
	x.raw(b, sql, func(buf []byte, v []db.Vector, i int) []byte { fn(v, i); return buf })
}

// writeVectors writes a row without any of the protocol.
func writeVectors(buf []byte, v []db.Vector, i int) []byte {
	buf = append(buf, '{')
	for k := range v {
		buf = append(strconv.AppendInt(append(buf, '"', 'c'), int64(k), 10), '"', ':')
		switch {
		case v[k].Null(i):
			buf = append(buf, "null"...)
		case v[k].Kind == db.Float64:
			buf = strconv.AppendFloat(buf, v[k].Float(i), 'g', -1, 64)
		case v[k].Kind == db.Text && bytes.IndexByte(v[k].Text(i), '"') < 0:
			buf = append(append(append(buf, '"'), v[k].Text(i)...), '"')
		case v[k].Kind == db.Text:
			buf = strconv.AppendQuote(buf, string(v[k].Text(i)))
		case v[k].Kind == db.Timestamp:
			buf = append(time.UnixMicro(v[k].Int(i)).UTC().AppendFormat(append(buf, '"'), time.RFC3339Nano), '"')
		default:
			buf = strconv.AppendInt(buf, v[k].Int(i), 10)
		}
		buf = append(buf, ',')
	}
	return append(buf, '}', ',')
}

// onEngines runs a benchmark on DuckDB and, when asked to, on PostgreSQL, whose tables are built first.
func onEngines(b *testing.B, fn func(b *testing.B, x *bench)) {
	b.Run("duckdb", func(b *testing.B) { fn(b, startBench(b)) })
	if benchPostgres() {
		b.Run("postgres", func(b *testing.B) {
			fn(b, startBenchOn(b, dbtest.New(b, "postgres").WarehouseConfig(b).URL))
		})
	}
}
