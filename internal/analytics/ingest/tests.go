package ingest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/delivery"
)

func (w *deliveryWriter) test(r *delivery.Record, v *delivery.Test) error {
	reference := r.SK
	if v.Reference != nil {
		reference = *v.Reference
	}
	return w.to(edm.TestsTable).set("ProjectSK", r.Project).set("TestSK", r.SK).set("TestCaseReferenceId", reference).set("TestName", v.Name).
		set("FullyQualifiedTestName", v.FullName).set("TestOwner", v.Owner).set("ContainerName", v.Container).set("Priority", v.Priority).end()
}

func (w *deliveryWriter) configuration(r *delivery.Record, v *delivery.Configuration) error {
	return w.to(edm.TestConfigurationsTable).set("ProjectSK", r.Project).set("TestConfigurationSK", r.SK).set("TestConfigurationId", v.ID).
		set("Name", v.Name).set("State", v.State).end()
}

func (w *deliveryWriter) plan(r *delivery.Record, v *delivery.Plan) error {
	w.plans[r.SK] = v
	return nil
}

// suite is a test suite with its place among the records.
type suite struct {
	*delivery.Suite
	sk, project int64
}

func (w *deliveryWriter) suite(r *delivery.Record, v *delivery.Suite) error {
	w.suites[r.SK] = &suite{v, r.SK, r.Project}
	return nil
}

// writeSuites writes all suites, which show the name of their plan and the path from their root.
func (w *deliveryWriter) writeSuites() error {
	for _, sk := range slices.Sorted(maps.Keys(w.suites)) {
		v := w.suites[sk]
		path := w.path(v)
		plan := w.plans[v.PlanSK]
		row := w.to(edm.TestSuitesTable).set("ProjectSK", v.project).set("TestSuiteSK", sk).set("TestPlanId", plan.ID).set("TestSuiteId", v.ID).
			set("TestPlanTitle", plan.Name).set("Title", v.Name).set("OrderId", v.Order).set("Depth", min(len(path)-1, 255)).
			set("Type", v.Type).set("RequirementWorkItemId", v.Requirement)
		for i, at := range path[:min(len(path), edmLevels)] {
			row.set(fmt.Sprintf("IdLevel%d", i+1), at.ID).set(fmt.Sprintf("TitleLevel%d", i+1), at.Name)
		}
		if err := row.end(); err != nil {
			return err
		}
	}
	return nil
}

// path is the suites from the root to one. Suites that lead back to themselves, which somebody could send, end it.
func (w *deliveryWriter) path(s *suite) []*suite {
	path := []*suite{s}
	seen := map[int64]bool{s.sk: true}
	for s.ParentSK != nil && !seen[*s.ParentSK] {
		s = w.suites[*s.ParentSK]
		seen[s.sk] = true
		path = append(path, s)
	}
	slices.Reverse(path)
	return path
}

// point writes a test point as it is, and the states it was in on some day's end with the days on which they were the
// last one.
func (w *deliveryWriter) point(r *delivery.Record, v *delivery.Point) error {
	for i := range v.States {
		s := &v.States[i]
		for _, user := range []*int64{s.Tester, s.AssignedTo} {
			if user != nil {
				w.b.addUser(r.Project, *user)
			}
		}
		var next *time.Time
		if i+1 < len(v.States) {
			next = &v.States[i+1].Changed
		}
		if next != nil && w.b.calendar.sk(next.UnixMicro()) == w.b.calendar.sk(s.Changed.UnixMicro()) {
			continue
		}
		row := w.pointRow(edm.TestPointHistoryTable, r, v, s).day("ChangedDateSK", &s.Changed).day("RevisedDateSK", next).set("ResultOutcome", s.Outcome)
		if err := row.end(); err != nil {
			return err
		}
	}
	s := &v.States[len(v.States)-1]
	return w.pointRow(edm.TestPointsTable, r, v, s).set("LastResultOutcome", s.Outcome).set("LastResultState", s.State).
		date("ChangedDate", &s.Changed).end()
}

func (w *deliveryWriter) pointRow(table string, r *delivery.Record, v *delivery.Point, s *delivery.PointState) *deliveryRows {
	return w.to(table).set("ProjectSK", r.Project).set("TestPointSK", r.SK).set("TestPointId", v.ID).set("TestPlanId", v.PlanID).
		set("TestSuiteSK", v.SuiteSK).set("TestSuiteId", v.SuiteID).set("TestConfigurationSK", v.ConfigurationSK).
		set("TestConfigurationId", v.ConfigurationID).set("TestCaseId", v.TestCase).set("TesterUserSK", s.Tester).
		set("AssignedToUserSK", s.AssignedTo).set("Priority", s.Priority).set("AutomationStatus", s.Automation)
}

// counted is the columns that count results, by outcome.
func counted() map[string]int64 {
	return map[string]int64{"ResultPassCount": 2, "ResultFailCount": 3, "ResultNoneCount": 1, "ResultInconclusiveCount": 4, "ResultTimeoutCount": 5,
		"ResultAbortedCount": 6, "ResultBlockedCount": 7, "ResultNotExecutedCount": 8, "ResultWarningCount": 9, "ResultErrorCount": 10,
		"ResultNotApplicableCount": 11, "ResultNotImpactedCount": 14}
}

// The numbers of TestRunType and SourceWorkflow.
const (
	automatedRun = 1
	manualRun    = 2

	buildWorkflow   = 1
	releaseWorkflow = 2
	manualWorkflow  = 3
)

// maxResultBits leaves room for more results than a run may have.
const maxResultBits = 20

func (w *deliveryWriter) testRun(r *delivery.Record, v *delivery.TestRun) error {
	outcomes := map[int64]int64{}
	var millis, flaky int64
	for i := range v.Results {
		x := &v.Results[i]
		outcomes[x.Outcome]++
		if x.Millis != nil {
			millis += *x.Millis
		}
		if x.Flaky {
			flaky++
		}
	}
	row := w.ofRun(edm.TestRunsTable, r, v).set("TestRunId", v.ID).set("Title", v.Title).set("IsAutomated", v.Automated).
		date("CompletedDate", v.Completed).date("StartedDate", v.Started).set("RunDurationSeconds", secondsBetween(v.Started, v.Completed)).
		set("ResultDurationSeconds", float64(millis)/1000).set("ResultCount", len(v.Results)).set("ResultFlakyCount", flaky).
		set("HasDetail", len(v.Results) > 0)
	for column, outcome := range counted() {
		row.set(column, outcomes[outcome])
	}
	if err := row.end(); err != nil {
		return err
	}
	for i := range v.Results {
		x := &v.Results[i]
		started, completed := cmp.Or(x.Started, v.Started), cmp.Or(x.Completed, v.Completed)
		var duration *float64
		if x.Millis != nil {
			d := float64(*x.Millis) / 1000
			duration = &d
		}
		err := w.ofRun(edm.TestResultsTable, r, v).set("TestResultSK", r.SK<<maxResultBits|int64(i)).set("TestResultId", x.ID).set("TestRunId", v.ID).
			set("Outcome", x.Outcome).set("TestSK", x.TestSK).date("CompletedDate", completed).date("StartedDate", started).
			set("DurationSeconds", duration).set("IsFlaky", x.Flaky).end()
		if err != nil {
			return err
		}
	}
	return nil
}

// ofRun begins a row with what a test run and its results have in common.
func (w *deliveryWriter) ofRun(table string, r *delivery.Record, v *delivery.TestRun) *deliveryRows {
	kind, workflow := int64(manualRun), int64(manualWorkflow)
	if v.Automated {
		kind = automatedRun
	}
	switch {
	case v.Release != nil:
		workflow = releaseWorkflow
	case v.RunSK != nil:
		workflow = buildWorkflow
	}
	row := w.to(table).set("ProjectSK", r.Project).set("TestRunSK", r.SK).set("TestRunType", kind).set("Workflow", workflow)
	if v.RunSK != nil {
		keys := w.runs[*v.RunSK]
		row.set("PipelineRunSK", *v.RunSK).set("PipelineSK", keys.pipeline)
		if keys.branch != 0 {
			row.set("BranchSK", keys.branch)
		}
	}
	if v.Release != nil {
		row.set("ReleaseId", v.Release.ID).set("ReleaseEnvironmentId", v.Release.EnvironmentID).
			set("ReleasePipelineId", v.Release.DefinitionID).set("ReleaseStageId", v.Release.EnvironmentDefinitionID)
	}
	return row
}

// projectDay is a number for a project and a day; $1 may list such numbers.
const projectDay = `CAST("ProjectSK" AS bigint) * 100000000 + coalesce("%s", 0)`

// countDays counts the results of each test and day anew: of certain projects and days, or of all with nil. A day is that
// on which a result was completed; what tells groups apart beside test and day is what Analytics shows of them.
func countDays(s *db.Session, projectDays []int64) error {
	groups := []string{"ProjectSK", "TestSK", "PipelineSK", "BranchSK", "CompletedDateSK", "TestRunType", "Workflow", "ReleasePipelineId", "ReleaseStageId"}
	columns, values := []string{"TestResultDailySK", "ResultCount", "ResultFlakyCount", "ResultDurationSeconds", "AnalyticsUpdatedDate"}, []string{
		`min("TestResultSK")`, `count(*)`, `coalesce(sum(CASE WHEN "IsFlaky" THEN 1 ELSE 0 END), 0)`,
		`CAST(sum(CAST(round("DurationSeconds" * 1000) AS bigint)) AS double precision) / 1000`, `max("AnalyticsUpdatedDate")`}
	for column, outcome := range counted() {
		columns = append(columns, column)
		values = append(values, fmt.Sprintf(`sum(CASE WHEN "Outcome" = %d THEN 1 ELSE 0 END)`, outcome))
	}
	for _, g := range groups {
		if g == "CompletedDateSK" {
			columns = append(columns, "DateSK")
		} else {
			columns = append(columns, g)
		}
		values = append(values, `"`+g+`"`)
	}
	insert := `INSERT INTO ` + edm.TestDaysTable + ` ("` + strings.Join(columns, `", "`) + `") SELECT ` + strings.Join(values, ", ") +
		` FROM ` + edm.TestResultsTable + ` %s GROUP BY "` + strings.Join(groups, `", "`) + `"`
	if projectDays == nil {
		return s.Exec(fmt.Sprintf(insert, ""))
	}
	return inList(s, projectDays, `DELETE FROM `+edm.TestDaysTable+` WHERE `+fmt.Sprintf(projectDay, "DateSK")+anyOf,
		fmt.Sprintf(insert, "WHERE "+fmt.Sprintf(projectDay, "CompletedDateSK")+anyOf))
}
