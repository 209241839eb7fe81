package ingest

import (
	"fmt"
	"math"
	"slices"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/delivery"

	"github.com/google/uuid"
)

// deliveryTable is a table of pipelines, tests or agents: a column for each property, and the hidden ones.
type deliveryTable struct {
	name    string
	columns []db.Column
	index   map[string]int
}

func deliveryTables(model *edm.Model) map[string]*deliveryTable {
	all := map[string]*deliveryTable{}
	for _, e := range model.DeliveryTypes() {
		t := &deliveryTable{name: e.Table(), index: map[string]int{}}
		add := func(c db.Column) {
			t.index[c.Name] = len(t.columns)
			t.columns = append(t.columns, c)
		}
		for i := range e.Properties {
			if p := &e.Properties[i]; !e.Daily() || edm.SnapshotDay(p.Name) == "" {
				add(db.Column{Name: p.Column(), Kind: kindOf(p)})
			}
		}
		for _, name := range e.HiddenColumns() {
			add(db.Column{Name: name, Kind: db.Int64})
		}
		all[t.name] = t
	}
	return all
}

// deliveryIndexes are what rows are looked up by: their keys, and what they are replaced by.
func deliveryIndexes() [][]string {
	return [][]string{
		{edm.PipelinesTable, "PipelineSK"}, {edm.BranchesTable, "BranchSK"}, {edm.PipelineJobsTable, "PipelineJobSK"},
		{edm.PipelineTasksTable, "PipelineTaskSK"}, {edm.PipelineRunsTable, "PipelineRunSK"},
		{edm.PipelineRunsTable, "ProjectSK", "CompletedDate"}, {edm.PipelineActivitiesTable, "PipelineRunSK"},
		{edm.PipelineActivitiesTable, "ProjectSK", "PipelineRunCompletedDateSK"},
		{edm.TestsTable, "TestSK"}, {edm.TestRunsTable, "TestRunSK"}, {edm.TestRunsTable, "PipelineRunSK"},
		{edm.TestResultsTable, "TestRunSK"}, {edm.TestResultsTable, "ProjectSK", "CompletedDateSK"},
		{edm.TestDaysTable, "ProjectSK", "DateSK"}, {edm.TestConfigurationsTable, "TestConfigurationSK"},
		{edm.TestSuitesTable, "TestSuiteSK"}, {edm.TestPointsTable, "TestPointSK"}, {edm.TestPointHistoryTable, "TestPointSK"},
		{edm.AgentRequestsTable, "RecordSK"}, {edm.AgentRequestsTable, "ProjectSK", "SamplingTime"},
	}
}

// deliveryWriter turns records of pipelines, tests and agents into rows.
type deliveryWriter struct {
	b      *builder
	s      *db.Session
	open   map[string]*deliveryRows
	runs   map[int64]runKeys // of pipeline runs that test runs name
	plans  map[int64]*delivery.Plan
	suites map[int64]*suite
}

// runKeys is what a test run takes over from the pipeline run it belongs to.
type runKeys struct {
	pipeline int64
	branch   int64 // 0 for none
}

func (k runKeys) of(r *delivery.Run) runKeys {
	k.pipeline = r.PipelineSK
	if r.BranchSK != nil {
		k.branch = *r.BranchSK
	}
	return k
}

func (b *builder) deliver(s *db.Session) *deliveryWriter {
	return &deliveryWriter{b: b, s: s, open: map[string]*deliveryRows{}, runs: map[int64]runKeys{},
		plans: map[int64]*delivery.Plan{}, suites: map[int64]*suite{}}
}

// record writes the rows of a record. Those of suites wait for close, because they show their ancestors.
func (w *deliveryWriter) record(r *delivery.Record) (err error) {
	switch r.Kind {
	case delivery.PipelineKind:
		err = rowsOf(w.pipeline, r)
	case delivery.BranchKind:
		err = rowsOf(w.branch, r)
	case delivery.JobKind:
		err = rowsOf(w.job, r)
	case delivery.TaskKind:
		err = rowsOf(w.task, r)
	case delivery.RunKind:
		err = rowsOf(w.run, r)
	case delivery.TestKind:
		err = rowsOf(w.test, r)
	case delivery.ConfigurationKind:
		err = rowsOf(w.configuration, r)
	case delivery.PlanKind:
		err = rowsOf(w.plan, r)
	case delivery.SuiteKind:
		err = rowsOf(w.suite, r)
	case delivery.PointKind:
		err = rowsOf(w.point, r)
	case delivery.TestRunKind:
		err = rowsOf(w.testRun, r)
	case delivery.RequestKind:
		err = rowsOf(w.request, r)
	case delivery.PoolSizeKind:
		err = rowsOf(w.poolSize, r)
	case delivery.ParallelJobsKind:
		err = rowsOf(w.parallelJobs, r)
	}
	return err
}

func rowsOf[T any](write func(r *delivery.Record, v *T) error, r *delivery.Record) error {
	v, err := delivery.Decode[T](r)
	if err != nil {
		return err
	}
	return write(r, v)
}

// close writes what is left, unless there was an error, and returns the first error.
func (w *deliveryWriter) close(err error) error {
	if err == nil {
		err = w.writeSuites()
	}
	for _, t := range w.open {
		if err != nil {
			t.a.Abort()
		} else {
			err = t.a.Close()
		}
	}
	return err
}

// deliveryRows is the open bulk insert of a table.
type deliveryRows struct {
	w     *deliveryWriter
	table *deliveryTable
	a     *db.Appender
	err   error
}

// to begins a row of a table, with what every row has.
func (w *deliveryWriter) to(table string) *deliveryRows {
	t := w.open[table]
	if t == nil {
		t = &deliveryRows{w: w, table: w.b.layout.delivery[table]}
		if t.a, t.err = w.s.Append(table, t.table.columns); t.err != nil {
			return t
		}
		w.open[table] = t
	}
	if at, ok := t.table.index["AnalyticsUpdatedDate"]; ok {
		t.a.Int(at, w.b.updated)
	}
	return t
}

// set sets a column; nil, a nil pointer and an empty text leave it null.
func (t *deliveryRows) set(column string, v any) *deliveryRows {
	at, ok := t.table.index[column]
	if !ok {
		t.err = fmt.Errorf("table %s has no column %s", t.table.name, column)
	}
	if t.err != nil {
		return t
	}
	switch v := v.(type) {
	case nil:
	case int64:
		t.a.Int(at, v)
	case int:
		t.a.Int(at, int64(v))
	case *int64:
		if v != nil {
			t.a.Int(at, *v)
		}
	case bool:
		t.a.Bool(at, v)
	case float64:
		t.a.Float(at, v)
	case *float64:
		if v != nil {
			t.a.Float(at, *v)
		}
	case string:
		if v != "" {
			t.a.Text(at, v)
		}
	case time.Time:
		t.a.Time(at, v)
	case uuid.UUID:
		t.a.UUID(at, v)
	default:
		t.err = fmt.Errorf("column %s of %s: cannot write a %T", column, t.table.name, v)
	}
	return t
}

// date sets a column with a moment and the one with its day.
func (t *deliveryRows) date(column string, at *time.Time) *deliveryRows {
	if at == nil {
		return t
	}
	return t.set(column, *at).day(column+"SK", at)
}

// day sets a column with the day of a moment.
func (t *deliveryRows) day(column string, at *time.Time) *deliveryRows {
	if at == nil {
		return t
	}
	micros := at.UnixMicro()
	t.w.b.first = min(t.w.b.first, micros)
	return t.set(column, t.w.b.calendar.sk(micros))
}

// end completes the row.
func (t *deliveryRows) end() error {
	if t.err != nil {
		return t.err
	}
	return t.a.EndRow()
}

// secondsBetween is nil when a moment is missing.
func secondsBetween(from, to *time.Time) *float64 {
	if from == nil || to == nil {
		return nil
	}
	d := to.Sub(*from).Seconds()
	return &d
}

// wholeSeconds is the same in whole ones.
func wholeSeconds(from, to *time.Time) *int64 {
	d := secondsBetween(from, to)
	if d == nil {
		return nil
	}
	n := int64(math.Floor(*d))
	return &n
}

// one is 1 when a number is there and one of those.
func one(v *int64, of ...int64) int64 {
	if v != nil && slices.Contains(of, *v) {
		return 1
	}
	return 0
}

// deliveryKinds is the order in which records become rows.
func deliveryKinds() []delivery.Kind {
	return []delivery.Kind{delivery.PipelineKind, delivery.BranchKind, delivery.JobKind, delivery.TaskKind, delivery.RunKind,
		delivery.TestKind, delivery.ConfigurationKind, delivery.PlanKind, delivery.SuiteKind, delivery.PointKind, delivery.TestRunKind,
		delivery.RequestKind, delivery.PoolSizeKind, delivery.ParallelJobsKind}
}

// writeDelivery fills the empty tables with all records.
func (b *builder) writeDelivery(tx *db.Tx, s *db.Session, org int64) error {
	w := b.deliver(s)
	err := delivery.All(tx, org, w.record, deliveryKinds()...)
	if err = w.close(err); err != nil {
		return fmt.Errorf("write pipelines and tests: %w", err)
	}
	return countDays(s, nil)
}
