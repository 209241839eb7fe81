package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// requireTable compares a table with rows made by hand.
func requireTable(t *testing.T, w *db.Warehouse, table string, want []row) {
	t.Helper()
	got := tableRows(t, w, table)
	for _, line := range got {
		delete(line, "ProcessKey") // counts processes as they happen to stand in the catalog
	}
	g, e := lines(got), lines(want)
	if !slices.Equal(g, e) {
		onlyGot := slices.DeleteFunc(slices.Clone(g), func(s string) bool { return contains(e, s) })
		onlyWant := slices.DeleteFunc(slices.Clone(e), func(s string) bool { return contains(g, s) })
		t.Errorf("%s: %d rows, want %d\ngot:  %.600s\nwant: %.600s", table, len(g), len(e),
			strings.Join(onlyGot[:min(2, len(onlyGot))], "\n"), strings.Join(onlyWant[:min(2, len(onlyWant))], "\n"))
	}
}

// dimensions reads the rows of the small tables out of the record tables.
func (r *reader) dimensions() map[string][]row {
	type node struct {
		id, project, parent, kind int64
		guid, name                string
		start, finish             *int64
	}
	all := map[string][]row{}
	add := func(table string, line row) { all[table] = append(all[table], line) }
	r.x.query(r.T, `SELECT project_id, guid, name, visibility FROM projects WHERE org_id = 1 AND NOT is_deleted`, func(rows *db.Rows) error {
		var id int64
		var guid, name, visibility string
		err := rows.Scan(&id, &guid, &name, &visibility)
		add(edm.ProjectsTable, row{"ProjectSK": fmt.Sprint(id), "ProjectId": guid, "ProjectName": name,
			"ProjectVisibility": map[string]string{"private": "0", "organization": "1", "public": "2"}[visibility]})
		return err
	})
	nodes := map[int64]node{}
	r.x.query(r.T, `SELECT node_id, project_id, parent_id, kind, guid, name, start_date, finish_date FROM nodes WHERE org_id = 1 AND NOT is_deleted`, func(rows *db.Rows) error {
		var n node
		err := rows.Scan(&n.id, &n.project, &n.parent, &n.kind, &n.guid, &n.name, &n.start, &n.finish)
		nodes[n.id] = n
		return err
	})
	path := func(n node) []string {
		var names []string
		for at, ok := n, true; ok; at, ok = nodes[at.parent], at.parent != 0 {
			names = append([]string{at.name}, names...)
		}
		return names
	}
	for _, n := range nodes {
		table, prefix := edm.AreasTable, "Area"
		if n.kind == 1 {
			table, prefix = edm.IterationsTable, "Iteration"
		}
		names := path(n)
		line := row{prefix + "SK": fmt.Sprint(n.id), "ProjectSK": fmt.Sprint(n.project), prefix + "Id": n.guid, prefix + "Name": n.name,
			"Number": fmt.Sprint(n.id), prefix + "Path": strings.Join(names, `\`), "Depth": fmt.Sprint(len(names) - 1)}
		for i, name := range names {
			line[fmt.Sprintf("%sLevel%d", prefix, i+1)] = name
		}
		if n.start != nil { // kept as midnight UTC, shown as midnight there
			y, m, d := time.UnixMicro(*n.start).UTC().Date()
			line["StartDate"] = moment(time.Date(y, m, d, 0, 0, 0, 0, r.zone).UnixMicro())
		}
		if n.finish != nil {
			y, m, d := time.UnixMicro(*n.finish).UTC().Date()
			line["EndDate"] = moment(time.Date(y, m, d, 23, 59, 59, 999e6, r.zone).UnixMicro())
		}
		add(table, line)
	}
	r.x.query(r.T, `SELECT team_id, project_id, guid, name FROM teams WHERE org_id = 1 AND NOT is_deleted`, func(rows *db.Rows) error {
		var id, project int64
		var guid, name string
		err := rows.Scan(&id, &project, &guid, &name)
		add(edm.TeamsTable, row{"TeamSK": fmt.Sprint(id), "ProjectSK": fmt.Sprint(project), "TeamId": guid, "TeamName": name})
		return err
	})
	owned := map[[2]int64]bool{}
	r.x.query(r.T, `SELECT team_id, node_id, include_children FROM team_areas WHERE org_id = 1`, func(rows *db.Rows) error {
		var team, area int64
		var below bool
		err := rows.Scan(&team, &area, &below)
		for _, n := range nodes {
			for at := n; at.id != 0; at = nodes[at.parent] {
				if at.id == area && (below || n.id == area) {
					owned[[2]int64{team, n.id}] = true
				}
			}
		}
		return err
	})
	for pair := range owned {
		add(edm.TeamAreasTable, row{"TeamSK": fmt.Sprint(pair[0]), "AreaSK": fmt.Sprint(pair[1])})
	}
	r.x.query(r.T, `SELECT team_id, node_id FROM team_iterations WHERE org_id = 1`, func(rows *db.Rows) error {
		var team, iteration int64
		err := rows.Scan(&team, &iteration)
		add(edm.TeamIterationsTable, row{"TeamSK": fmt.Sprint(team), "IterationSK": fmt.Sprint(iteration)})
		return err
	})
	r.x.query(r.T, `SELECT user_id, guid, display_name, email FROM users WHERE org_id = 1`, func(rows *db.Rows) error {
		var id int64
		var guid, name, email string
		err := rows.Scan(&id, &guid, &name, &email)
		add(edm.UsersTable, row{"UserSK": fmt.Sprint(id), "UserId": guid, "UserName": name, "UserEmail": email})
		return err
	})
	r.x.query(r.T, `SELECT tag_id, project_id, guid, name FROM tags WHERE org_id = 1 AND NOT is_deleted`, func(rows *db.Rows) error {
		var id, project int64
		var guid, name string
		err := rows.Scan(&id, &project, &guid, &name)
		add(edm.TagsTable, row{"TagSK": fmt.Sprint(id), "ProjectSK": fmt.Sprint(project), "TagId": guid, "TagName": name})
		return err
	})
	place(all[edm.ProjectsTable], "ProjectName")
	place(all[edm.UsersTable], "UserName")
	for table, prefix := range map[string]string{edm.AreasTable: "Area", edm.IterationsTable: "Iteration"} {
		place(all[table], prefix+"Name", prefix+"Path")
	}
	return all
}

// place numbers the texts of columns by their order without letter case.
func place(rows []row, columns ...string) {
	for _, column := range columns {
		var texts []string
		for _, r := range rows {
			texts = append(texts, strings.ToLower(r[column]))
		}
		slices.Sort(texts)
		texts = slices.Compact(texts)
		for _, r := range rows {
			r[column+"Place"] = fmt.Sprint(1 + slices.Index(texts, strings.ToLower(r[column])))
		}
	}
}

func TestRebuild_Dimensions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		w := x.rebuilt(t, b)
		want := newReader(t, x).dimensions()
		if len(want) != 8 {
			t.Errorf("%d tables have rows", len(want))
		}
		for table, rows := range want {
			requireTable(t, w, table, rows)
		}
	})
}

// linkTypes is what the table says of each end of a link: number, name, acyclic, directional.
var linkTypes = map[string][4]string{
	"System.LinkTypes.Hierarchy-Forward": {"2", "Child", "true", "true"}, "System.LinkTypes.Hierarchy-Reverse": {"-2", "Parent", "true", "true"},
	"System.LinkTypes.Related":            {"1", "Related", "false", "false"},
	"System.LinkTypes.Dependency-Forward": {"3", "Successor", "true", "true"}, "System.LinkTypes.Dependency-Reverse": {"-3", "Predecessor", "true", "true"},
	"System.LinkTypes.Duplicate-Forward": {"4", "Duplicate", "true", "true"}, "System.LinkTypes.Duplicate-Reverse": {"-4", "Duplicate Of", "true", "true"},
	"Microsoft.VSTS.Common.TestedBy-Forward": {"5", "Tested By", "true", "true"}, "Microsoft.VSTS.Common.TestedBy-Reverse": {"-5", "Tests", "true", "true"},
}

func TestRebuild_Links(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.churn(t, 100)
		w := x.rebuilt(t, b)
		var want []row
		for _, l := range newReader(t, x).links {
			kind, ok := linkTypes[l.rel]
			if !ok {
				t.Fatalf("the sample has links of type %s; add them here", l.rel)
			}
			line := row{"ProjectSK": fmt.Sprint(l.project), "SourceWorkItemId": fmt.Sprint(l.item), "TargetWorkItemId": fmt.Sprint(l.other),
				"CreatedDate": moment(l.created), "DeletedDate": "9999-01-01T00:00:00.000000", "LinkTypeReferenceName": l.rel,
				"LinkTypeId": kind[0], "LinkTypeName": kind[1], "LinkTypeIsAcyclic": kind[2], "LinkTypeIsDirectional": kind[3], "Comment": l.comment}
			if l.deleted != nil {
				line["DeletedDate"] = moment(*l.deleted)
			}
			want = append(want, line)
		}
		got := tableRows(t, w, edm.LinksTable)
		keys := map[string]bool{}
		for _, line := range got {
			keys[line["WorkItemLinkSK"]] = true
			delete(line, "WorkItemLinkSK")
		}
		if len(keys) != len(got) || len(got) < 1000 {
			t.Errorf("%d rows have %d different keys", len(got), len(keys))
		}
		if g, e := lines(got), lines(want); !slices.Equal(g, e) {
			for i := range g {
				if i >= len(e) || g[i] != e[i] {
					t.Fatalf("%d rows, want %d; got %s\nwant %s", len(g), len(e), g[i], e[min(i, len(e)-1)])
				}
			}
		}
	})
}

func TestRebuild_Dates(t *testing.T) {
	b := dbtest.New(t, "sqlite")
	x := newFixture(t, b)
	w := x.rebuilt(t, b)
	zone := newReader(t, x).zone
	first := time.UnixMicro(x.number(t, `SELECT min(changed_at) FROM work_revisions WHERE org_id = 1`)).In(zone)
	var want []row
	for at := time.Date(first.Year()-1, 1, 1, 0, 0, 0, 0, zone); at.Year() <= 2027; at = at.AddDate(0, 0, 1) {
		sunday := at.AddDate(0, 0, -int(at.Weekday()))
		want = append(want, row{"DateSK": at.Format("20060102"), "Date": moment(at.UnixMicro()), "DayName": at.Format("Monday"), "DayShortName": at.Format("Mon"),
			"DayOfWeek": fmt.Sprint(int(at.Weekday()) + 1), "DayOfMonth": fmt.Sprint(at.Day()), "DayOfYear": fmt.Sprint(at.YearDay()),
			"WeekStartingDate": moment(sunday.UnixMicro()), "WeekEndingDate": moment(sunday.AddDate(0, 0, 6).UnixMicro()), "Month": at.Format("Jan 2006"),
			"MonthName": at.Format("January"), "MonthShortName": at.Format("Jan"), "MonthOfYear": at.Format("1"), "YearMonth": at.Format("200601"),
			"Year": at.Format("2006"), "IsLastDayOfPeriod": fmt.Sprint(closes(at))})
	}
	requireTable(t, w, edm.DatesTable, want)
}
