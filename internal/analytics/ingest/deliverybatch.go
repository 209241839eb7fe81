package ingest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/delivery"
)

// maxDelivered is how many loads of records one batch takes: a load can have megabytes.
const maxDelivered = 4

// portion cuts entries of the feed behind the last load that a batch takes.
func portion(changes []db.Change) []db.Change {
	loads := 0
	for i, c := range changes {
		if c.Kind == db.Delivered {
			if loads++; loads == maxDelivered {
				return changes[:i+1]
			}
		}
	}
	return changes
}

// delivered is what a batch does to the tables of pipelines, tests and agents.
type delivered struct {
	records []delivery.Record // changed ones, and test runs that show what changed
	runs    map[int64]runKeys // of pipeline runs that test runs among records name
	suites  []delivery.Record // all plans and suites, when one of them changed
}

// readDelivered gathers what was delivered between the follower's position and that of the batch.
func (f *follower) readDelivered(ctx context.Context, tx *db.Tx, w *db.Warehouse, to int64) (d delivered, err error) {
	if d.records, err = delivery.Changed(tx, f.org, f.position, to); err != nil {
		return d, err
	}
	d.runs = map[int64]runKeys{}
	var stale []int64 // test runs that show another pipeline or branch than their pipeline run has by now
	have := map[int64]bool{}
	for i := range d.records {
		r := &d.records[i]
		switch r.Kind {
		case delivery.RunKind:
			v, err := delivery.Decode[delivery.Run](r)
			if err != nil {
				return d, err
			}
			d.runs[r.SK] = runKeys{}.of(v)
		case delivery.TestRunKind:
			have[r.SK] = true
		}
	}
	if len(d.runs) > 0 {
		if err := w.Read(ctx, func(s *db.Session) error { stale, err = staleTestRuns(s, d.runs); return err }); err != nil {
			return d, err
		}
		more, err := delivery.Some(tx, f.org, delivery.TestRunKind, slices.DeleteFunc(stale, func(sk int64) bool { return have[sk] }))
		if err != nil {
			return d, err
		}
		d.records = append(d.records, more...)
	}
	if err := f.readRunKeys(tx, &d); err != nil {
		return d, err
	}
	if slices.ContainsFunc(d.records, isOfSuite) {
		d.records = slices.DeleteFunc(d.records, isOfSuite)
		err = delivery.All(tx, f.org, func(r *delivery.Record) error {
			d.suites = append(d.suites, *r)
			return nil
		}, delivery.PlanKind, delivery.SuiteKind)
	}
	return d, err
}

func isOfSuite(r delivery.Record) bool {
	return r.Kind == delivery.PlanKind || r.Kind == delivery.SuiteKind
}

// staleTestRuns lists the test runs of pipeline runs whose rows show other keys.
func staleTestRuns(s *db.Session, runs map[int64]runKeys) (stale []int64, err error) {
	r, err := s.Query(`SELECT "TestRunSK", "PipelineRunSK", "PipelineSK", "BranchSK" FROM `+edm.TestRunsTable+` WHERE "PipelineRunSK"`+anyOf,
		slices.Sorted(maps.Keys(runs)))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		for i := range r.Rows {
			shown := runKeys{pipeline: r.Vectors[2].Int(i)}
			if !r.Vectors[3].Null(i) {
				shown.branch = r.Vectors[3].Int(i)
			}
			if shown != runs[r.Vectors[1].Int(i)] {
				stale = append(stale, r.Vectors[0].Int(i))
			}
		}
	}
	return stale, r.Err()
}

// readRunKeys reads the pipeline runs that test runs name and that did not change themselves.
func (f *follower) readRunKeys(tx *db.Tx, d *delivered) error {
	var missing []int64
	for i := range d.records {
		if d.records[i].Kind != delivery.TestRunKind {
			continue
		}
		v, err := delivery.Decode[delivery.TestRun](&d.records[i])
		if err != nil {
			return err
		}
		if v.RunSK == nil {
			continue
		}
		if _, ok := d.runs[*v.RunSK]; !ok {
			missing = append(missing, *v.RunSK)
		}
	}
	found, err := delivery.Some(tx, f.org, delivery.RunKind, distinct(missing))
	if err != nil {
		return err
	}
	for i := range found {
		v, err := delivery.Decode[delivery.Run](&found[i])
		if err != nil {
			return err
		}
		d.runs[found[i].SK] = runKeys{}.of(v)
	}
	return nil
}

// replacedBy is the tables that hold rows of a kind of record, with the column that holds its key.
func replacedBy() map[delivery.Kind][][2]string {
	return map[delivery.Kind][][2]string{
		delivery.PipelineKind:      {{edm.PipelinesTable, "PipelineSK"}},
		delivery.BranchKind:        {{edm.BranchesTable, "BranchSK"}},
		delivery.JobKind:           {{edm.PipelineJobsTable, "PipelineJobSK"}},
		delivery.TaskKind:          {{edm.PipelineTasksTable, "PipelineTaskSK"}},
		delivery.RunKind:           {{edm.PipelineRunsTable, "PipelineRunSK"}, {edm.PipelineActivitiesTable, "PipelineRunSK"}},
		delivery.TestKind:          {{edm.TestsTable, "TestSK"}},
		delivery.ConfigurationKind: {{edm.TestConfigurationsTable, "TestConfigurationSK"}},
		delivery.PointKind:         {{edm.TestPointsTable, "TestPointSK"}, {edm.TestPointHistoryTable, "TestPointSK"}},
		delivery.TestRunKind:       {{edm.TestRunsTable, "TestRunSK"}, {edm.TestResultsTable, "TestRunSK"}},
		delivery.RequestKind:       {{edm.AgentRequestsTable, "RecordSK"}},
		delivery.PoolSizeKind:      {{edm.AgentPoolsTable, "RecordSK"}},
		delivery.ParallelJobsKind:  {{edm.ParallelJobsTable, "RecordSK"}},
	}
}

// replaceDelivered writes the rows of changed records anew.
func (b *builder) replaceDelivered(s *db.Session, d *delivered) error {
	if len(d.records)+len(d.suites) == 0 {
		return nil
	}
	keys := map[delivery.Kind][]int64{}
	for i := range d.records {
		keys[d.records[i].Kind] = append(keys[d.records[i].Kind], d.records[i].SK)
	}
	days, err := daysOf(s, keys[delivery.TestRunKind])
	if err != nil {
		return err
	}
	for kind, tables := range replacedBy() {
		for _, t := range tables {
			if err := inList(s, keys[kind], `DELETE FROM `+t[0]+` WHERE "`+t[1]+`"`+anyOf); err != nil {
				return err
			}
		}
	}
	if len(d.suites) > 0 {
		if err := s.Exec(`DELETE FROM ` + edm.TestSuitesTable); err != nil {
			return err
		}
	}
	w := b.deliver(s)
	w.runs = d.runs
	slices.SortFunc(d.records, func(a, b delivery.Record) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SK, b.SK)) })
	for _, list := range [][]delivery.Record{d.records, d.suites} {
		for i := range list {
			if err == nil {
				err = w.record(&list[i])
			}
		}
	}
	if err = w.close(err); err != nil {
		return err
	}
	now, err := daysOf(s, keys[delivery.TestRunKind])
	if err != nil {
		return err
	}
	if days = distinct(append(days, now...)); len(days) == 0 {
		return nil
	}
	return countDays(s, days)
}

// daysOf lists the projects and days of the results of test runs.
func daysOf(s *db.Session, runs []int64) (days []int64, err error) {
	if len(runs) == 0 {
		return nil, nil
	}
	r, err := s.Query(`SELECT DISTINCT `+fmt.Sprintf(projectDay, "CompletedDateSK")+` FROM `+edm.TestResultsTable+` WHERE "TestRunSK"`+anyOf, runs)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		for i := range r.Rows {
			days = append(days, r.Vectors[0].Int(i))
		}
	}
	return days, r.Err()
}
