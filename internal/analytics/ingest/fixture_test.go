package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sample"
	"boardwalk/internal/work"
)

// fixture is a record store with the sample in it and the place of its analytics tables.
type fixture struct {
	sample.Config
	config    Config
	warehouse db.WarehouseConfig
	now       atomic.Int64 // of the record store, microseconds
	rnd       *rand.Rand
}

const fabrikam = 1

func newFixture(t testing.TB, b dbtest.Backend) *fixture {
	x := newEmptyFixture(t, b)
	if err := sample.Load(t.Context(), x.Config); err != nil {
		t.Fatal(err)
	}
	return x
}

// newSmallFixture has a generated organization instead: enough for what only compares tables with tables.
func newSmallFixture(t testing.TB, b dbtest.Backend) *fixture {
	x := newEmptyFixture(t, b)
	if err := sample.Generate(t.Context(), x.Config, sample.GenerateConfig{Items: 200}); err != nil {
		t.Fatal(err)
	}
	return x
}

func newEmptyFixture(t testing.TB, b dbtest.Backend) *fixture {
	t.Helper()
	x := &fixture{warehouse: b.WarehouseConfig(t), rnd: rand.New(rand.NewPCG(1, 2))}
	other := b.WarehouseConfig(t) // of the sample's second organization
	x.now.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixMicro())
	records := b.Config(t)
	records.Clock = func() time.Time { return time.UnixMicro(x.now.Load()) }
	d := dbtest.OpenConfig(t, records)
	projects, people := project.New(d), access.New(access.Config{DB: d, TokenKey: []byte("test")})
	x.Config = sample.Config{DB: d, Projects: projects, Access: people, Items: work.New(work.Config{DB: d, Projects: projects, Access: people})}
	x.config = Config{DB: d, Projects: projects, Access: people, Log: slog.New(slog.DiscardHandler), Clock: records.Clock,
		Open: func(ctx context.Context, org int64) (*db.Warehouse, error) {
			if org != fabrikam {
				return db.OpenWarehouse(ctx, other)
			}
			return db.OpenWarehouse(ctx, x.warehouse)
		}}
	return x
}

// rebuilt returns tables that were built from nothing, elsewhere.
func (x *fixture) rebuilt(t *testing.T, b dbtest.Backend) *db.Warehouse {
	t.Helper()
	w := b.OpenWarehouse(t)
	if err := newFollower(x.config, fabrikam).rebuild(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	return w
}

// follow opens the tables as they are, lets fn work on them, and closes them.
func (x *fixture) follow(t *testing.T, fn func(f *follower, w *db.Warehouse)) {
	t.Helper()
	f := newFollower(x.config, fabrikam)
	w, err := f.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	fn(f, w)
}

// catchUp applies batches until there are no more changes, and returns their number.
func catchUp(t *testing.T, f *follower, w *db.Warehouse) (batches int) {
	t.Helper()
	for {
		more, _, err := f.step(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return batches
		}
		batches++
	}
}

// update runs statements on the record store and announces changes, as the owners of the tables do.
func (x *fixture) update(t *testing.T, change db.Change, statements ...string) {
	t.Helper()
	err := x.DB.Update(t.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(db.SQL("test", s)); err != nil {
				return err
			}
		}
		_, err := tx.Append(fabrikam, change)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// number runs a query for one integer on the record store.
func (x *fixture) number(t *testing.T, sql string, args ...any) (n int64) {
	t.Helper()
	err := x.DB.View(t.Context(), func(tx *db.Tx) error { return tx.Row(db.SQL("test", sql), args, &n) })
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// query passes the rows of a query on the record store.
func (x *fixture) query(t *testing.T, sql string, scan func(*db.Rows) error) {
	t.Helper()
	err := x.DB.View(t.Context(), func(tx *db.Tx) error {
		_, err := db.Collect(tx, db.SQL("test", sql), nil, func(r *db.Rows) (struct{}, error) { return struct{}{}, scan(r) })
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (x *fixture) snapshot(t *testing.T) (catalog *project.Catalog, people *access.Directory) {
	t.Helper()
	err := x.DB.View(t.Context(), func(tx *db.Tx) (err error) {
		if catalog, err = x.Projects.Catalog(tx, fabrikam); err != nil {
			return err
		}
		people, err = x.Access.Directory(tx, fabrikam)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return catalog, people
}

// allTables are compared; the view of all revisions only repeats two of them.
var allTables = []string{edm.BoardChoicesTable, edm.BoardOptionsTable, edm.ItemsTable, edm.RevisionsTable, edm.ProjectsTable, edm.AreasTable, edm.IterationsTable, edm.TeamsTable,
	edm.UsersTable, edm.TagsTable, edm.DatesTable, edm.LinksTable, edm.ItemTagsTable, edm.RevisionTagsTable, edm.TeamAreasTable,
	edm.TeamIterationsTable, edm.ProjectUsersTable, edm.ProcessesTable, edm.ProcessFieldsTable, edm.DescendantsTable, edm.BoardLocationsTable,
	edm.BoardStatesTable, metaTable, closingTable, parentsTable,
	edm.PipelinesTable, edm.BranchesTable, edm.PipelineJobsTable, edm.PipelineTasksTable, edm.PipelineRunsTable, edm.PipelineActivitiesTable,
	edm.TestsTable, edm.TestRunsTable, edm.TestResultsTable, edm.TestDaysTable, edm.TestConfigurationsTable, edm.TestSuitesTable, edm.TestPointsTable,
	edm.TestPointHistoryTable, edm.AgentRequestsTable, edm.AgentPoolsTable, edm.ParallelJobsTable}

// row is a row of a table as text, without its nulls and without the time at which it was written.
type row map[string]string

// eachRow passes the rows of a table, columns in the order of their names.
func eachRow(t *testing.T, w *db.Warehouse, table string, fn func(names []string, v []db.Vector, i int)) {
	t.Helper()
	err := w.Read(t.Context(), func(s *db.Session) error {
		columns, err := s.Columns(table)
		if err != nil || len(columns) == 0 {
			return fmt.Errorf("table %s has no columns: %w", table, err)
		}
		delete(columns, "AnalyticsUpdatedDate")
		names := slices.Sorted(maps.Keys(columns))
		r, err := s.Query(`SELECT "` + strings.Join(names, `", "`) + `" FROM ` + table)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			for i := range r.Rows {
				fn(names, r.Vectors, i)
			}
		}
		return r.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tableRows reads a table.
func tableRows(t *testing.T, w *db.Warehouse, table string) (rows []row) {
	t.Helper()
	eachRow(t, w, table, func(names []string, v []db.Vector, i int) {
		line := row{}
		for k, name := range names {
			if !v[k].Null(i) {
				line[name] = cell(&v[k], i)
			}
		}
		rows = append(rows, line)
	})
	return rows
}

// tableLines reads a table as sorted lines of text.
func tableLines(t *testing.T, w *db.Warehouse, table string) (all []string) {
	t.Helper()
	var b strings.Builder
	eachRow(t, w, table, func(names []string, v []db.Vector, i int) {
		b.Reset()
		for k, name := range names {
			if !v[k].Null(i) {
				b.WriteString(name + "=" + cell(&v[k], i) + " ")
			}
		}
		all = append(all, b.String())
	})
	slices.Sort(all)
	return all
}

func cell(v *db.Vector, i int) string {
	switch v.Kind {
	case db.Float64:
		return fmt.Sprintf("%.6f", v.Float(i))
	case db.Text:
		return string(v.Text(i))
	case db.Timestamp:
		return moment(v.Int(i))
	case db.Bool:
		return fmt.Sprint(v.Int(i) != 0)
	case db.UUID:
		id := v.UUID(i)
		return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	default:
		return fmt.Sprint(v.Int(i))
	}
}

func moment(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000")
}

func lines(rows []row) []string {
	all := make([]string, len(rows))
	for i, r := range rows {
		text, _ := json.Marshal(r) // sorts the columns; strings always marshal
		all[i] = string(text)
	}
	slices.Sort(all)
	return all
}

// requireSame compares all tables of two warehouses, whatever the order of rows and columns. superset names tables that
// may hold more in got.
func requireSame(t *testing.T, got, want *db.Warehouse, superset ...string) {
	t.Helper()
	superset = append(slices.Clone(superset), edm.BoardOptionsTable) // of choices that no revision has any more, too
	for _, table := range allTables {
		g, w := tableLines(t, got, table), tableLines(t, want, table)
		if slices.Contains(superset, table) {
			g = slices.DeleteFunc(g, func(s string) bool { return !contains(w, s) })
		}
		for i := range g {
			if i > 0 && g[i] == g[i-1] && table != metaTable {
				t.Fatalf("%s holds twice: %s", table, g[i])
			}
		}
		if !slices.Equal(g, w) {
			onlyGot := slices.DeleteFunc(slices.Clone(g), func(s string) bool { return contains(w, s) })
			onlyWant := slices.DeleteFunc(slices.Clone(w), func(s string) bool { return contains(g, s) })
			t.Errorf("%s: %d rows, rebuilt %d\nfollowed: %q\nrebuilt:  %q", table, len(g), len(w), onlyGot[:min(1, len(onlyGot))], onlyWant[:min(1, len(onlyWant))])
		}
	}
}

func op(kind, field string, value any) work.Op {
	text, _ := json.Marshal(value) // strings and numbers always marshal
	return work.Op{Op: work.Verb(kind), Path: "/fields/" + field, Value: text}
}

// retag renames or deletes a tag of a project.
func (x *fixture) retag(t *testing.T, projectName string) error {
	t.Helper()
	as := access.System(fabrikam, &access.User{ID: 1, Administrator: true})
	_, tags, err := x.Items.Tags(t.Context(), as, projectName)
	if err != nil || len(tags) == 0 {
		return err
	}
	tag := pick(x.rnd, tags).GUID.String()
	if x.rnd.IntN(3) == 0 {
		return x.Items.DeleteTag(t.Context(), as, projectName, tag)
	}
	_, _, err = x.Items.RenameTag(t.Context(), as, projectName, tag, fmt.Sprint(x.rnd.IntN(100)))
	return err
}

// churn makes n random changes of all kinds.
func (x *fixture) churn(t *testing.T, n int) {
	t.Helper()
	catalog, people := x.snapshot(t)
	caller := func() *access.Caller { return access.System(fabrikam, pick(x.rnd, people.Users())) }
	var live, gone []int64
	x.query(t, `SELECT id, is_deleted FROM work_items WHERE org_id = 1 ORDER BY id`, func(r *db.Rows) error {
		var id int64
		var deleted bool
		err := r.Scan(&id, &deleted)
		if deleted {
			gone = append(gone, id)
		} else {
			live = append(live, id)
		}
		return err
	})
	live = live[:60] // few enough to be hit again and again
	accepted := 0
	for range n {
		x.now.Add(x.rnd.Int64N(int64(20*time.Hour/time.Microsecond)) + 1000)
		id := pick(x.rnd, live)
		var err error
		switch x.rnd.IntN(16) {
		case 14, 15:
			err = x.retag(t, catalog.Project(x.number(t, `SELECT project_id FROM work_items WHERE org_id = 1 AND id = $1`, id)).Name)
		case 0:
			p := catalog.Project(x.number(t, `SELECT project_id FROM work_items WHERE org_id = 1 AND id = $1`, id))
			var item *work.Item
			item, err = x.Items.Create(t.Context(), caller(), p.Name, "Task",
				[]work.Op{op("add", "System.Title", fmt.Sprint("made ", x.rnd.Int())), op("add", "System.Tags", "churn; new")}, work.Options{})
			if err == nil {
				live = append(live, item.ID)
			}
		case 1:
			if i := slices.Index(live, id); len(live) > 40 {
				if _, err = x.Items.Delete(t.Context(), caller(), "", id); err == nil {
					live, gone = slices.Delete(live, i, i+1), append(gone, id)
				}
			}
		case 2:
			if len(gone) == 0 {
				continue
			}
			i := x.rnd.IntN(len(gone))
			if x.rnd.IntN(4) == 0 {
				err = x.Items.Destroy(t.Context(), caller(), "", gone[i], x.rnd.IntN(2) == 0)
			} else if _, err = x.Items.Restore(t.Context(), caller(), "", gone[i]); err == nil {
				live = append(live, gone[i])
			}
			if err == nil {
				gone = slices.Delete(gone, i, i+1)
			}
		case 3:
			err = x.relate(t, caller(), id, pick(x.rnd, live))
		case 4:
			err = x.move(t, caller(), catalog, id)
		default:
			err = x.revise(t, caller(), catalog, people, id)
		}
		if err == nil {
			accepted++
		} else if _, ok := errors.AsType[*fault.Fault](err); !ok {
			t.Fatal(err)
		}
	}
	if accepted < n/2 {
		t.Fatalf("only %d of %d changes were accepted", accepted, n)
	}
}

// revise makes one random change to a work item.
func (x *fixture) revise(t *testing.T, c *access.Caller, catalog *project.Catalog, people *access.Directory, id int64) error {
	t.Helper()
	item, err := x.Items.Get(t.Context(), c, "", id, work.ReadOptions{})
	if err != nil {
		return err
	}
	nodes := slices.DeleteFunc(catalog.Nodes(), func(n *project.Node) bool { return n.Project != item.Project.ID })
	node := pick(x.rnd, nodes)
	field := "System.AreaPath"
	if node.Kind == project.IterationNode {
		field = "System.IterationPath"
	}
	ops := [][]work.Op{
		{op("replace", "System.State", pick(x.rnd, item.Project.Process.Type(item.Type).States).Name)},
		{op("replace", "System.State", pick(x.rnd, item.Project.Process.Type(item.Type).States).Name)},
		{op("replace", "System.Tags", pick(x.rnd, []string{"churn", "one; two", "two; three; churn", "four"}))},
		{{Op: "remove", Path: "/fields/System.Tags"}},
		{op("replace", field, node.Path)},
		{op("replace", "System.AssignedTo", pick(x.rnd, people.Users()).UniqueName)},
		{{Op: "remove", Path: "/fields/System.AssignedTo"}},
		{op("replace", "System.Title", fmt.Sprint("title ", x.rnd.Int(), " 한글"))},
		{op("add", "System.History", "a comment")},
		{op("add", "Microsoft.VSTS.Scheduling.RemainingWork", x.rnd.Float64())},
	}
	_, err = x.Items.Update(t.Context(), c, "", id, pick(x.rnd, ops), work.Options{})
	return err
}

// relate adds a link to a work item, or changes one it has.
func (x *fixture) relate(t *testing.T, c *access.Caller, id, other int64) error {
	t.Helper()
	item, err := x.Items.Get(t.Context(), c, "", id, work.ReadOptions{Relations: true})
	if err != nil {
		return err
	}
	var ops []work.Op
	add := func(kind, path string, value any) {
		text, _ := json.Marshal(value) // strings and maps always marshal
		ops = append(ops, work.Op{Op: work.Verb(kind), Path: "/relations/" + path, Value: text})
	}
	rel := pick(x.rnd, []string{parentLink, parentLink, childLink, childLink, "System.LinkTypes.Related", "System.LinkTypes.Dependency-Forward"})
	for i, r := range item.Relations {
		if x.rnd.IntN(3) == 0 || rel == parentLink && r.Type.ReferenceName == parentLink {
			add("remove", fmt.Sprint(i), nil)
		} else if x.rnd.IntN(3) == 0 {
			add("replace", fmt.Sprint(i, "/attributes/comment"), "so "+fmt.Sprint(x.rnd.IntN(10)))
		}
	}
	if len(ops) == 0 || x.rnd.IntN(3) > 0 {
		add("add", "-", map[string]string{"rel": rel, "url": fmt.Sprint("x/", other)})
	}
	_, err = x.Items.Update(t.Context(), c, "", id, ops, work.Options{})
	return err
}

// move takes a work item to a project, gives it a type, or both.
func (x *fixture) move(t *testing.T, c *access.Caller, catalog *project.Catalog, id int64) error {
	t.Helper()
	item, err := x.Items.Get(t.Context(), c, "", id, work.ReadOptions{})
	if err != nil {
		return err
	}
	to := item.Project
	var ops []work.Op
	if x.rnd.IntN(2) == 0 {
		to = pick(x.rnd, catalog.Projects)
		ops = append(ops, op("add", "System.TeamProject", to.Name), op("add", "System.AreaPath", to.Area.Path), op("add", "System.IterationPath", to.Iteration.Path))
	}
	kind := to.Process.Type(pick(x.rnd, []string{item.Type, "Task", "Bug", "Feature"}))
	if kind == nil {
		return fault.WorkItemTypeNotFound(item.Type, to.Name)
	}
	ops = append(ops, op("add", "System.WorkItemType", kind.Name), op("add", "System.State", pick(x.rnd, kind.States).Name))
	_, err = x.Items.Update(t.Context(), c, "", id, ops, work.Options{})
	return err
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
