package ingest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/delivery"

	"github.com/google/go-cmp/cmp"
)

// line is a record as it is sent.
type line map[string]any

// deliver sends lines to a project as its administrator.
func (x *fixture) deliver(t *testing.T, project int64, lines ...line) {
	t.Helper()
	var body []byte
	for _, l := range lines {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		body = append(append(body, text...), '\n')
	}
	store := delivery.New(delivery.Config{DB: x.DB, Access: x.Access, Clock: x.config.Clock})
	_, people := x.snapshot(t)
	if _, err := store.Ingest(t.Context(), access.System(fabrikam, people.Users()[0]), project, body, 1); err != nil {
		t.Fatal(err)
	}
}

// westCoast makes the organization count days in Los Angeles, seven or eight hours behind the times written here.
func (x *fixture) westCoast(t *testing.T) {
	t.Helper()
	x.update(t, db.Change{Kind: db.OrganizationChanged, Ref: fabrikam}, `UPDATE organizations SET time_zone = 'America/Los_Angeles' WHERE org_id = 1`)
}

// selected reads what a query by hand says, cells joined by blanks.
func selected(t *testing.T, w *db.Warehouse, sql string) (rows []string) {
	t.Helper()
	err := w.Read(t.Context(), func(s *db.Session) error {
		r, err := s.Query(sql)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			for i := range r.Rows {
				var cells []string
				for k := range r.Vectors {
					if v := &r.Vectors[k]; v.Null(i) {
						cells = append(cells, "-")
					} else {
						cells = append(cells, strings.TrimSuffix(strings.TrimSuffix(cell(v, i), "000"), ".000"))
					}
				}
				rows = append(rows, strings.Join(cells, " "))
			}
		}
		return r.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

// workday is a small delivery of which every derived value is worked out by hand in TestDelivery_Rows. The run was queued
// late in the evening of March 3 in Los Angeles and ended after midnight.
func workday(tester string) []line {
	const repository = "a6e0a1f0-0c2d-4c5a-9b57-0e3e6f1c8d11"
	ref := func(id int) line { return line{"id": id} }
	return []line{
		{"kind": "pipeline", "id": 7, "name": "CI", "revision": 4, "process": line{"type": 2}},
		{"kind": "pipelineRun", "id": 70, "definition": ref(7), "buildNumber": "20260303.2", "reason": "individualCI", "result": "partiallySucceeded",
			"queueTime": "2026-03-04T07:50:00Z", "startTime": "2026-03-04T07:50:30.5Z", "finishTime": "2026-03-04T08:20:00Z",
			"sourceBranch": "refs/heads/main", "repository": line{"id": repository, "url": "https://example.com/r"},
			"records": []line{
				{"id": "s", "type": "Stage", "name": "Build it", "identifier": "Build", "startTime": "2026-03-04T07:51:00Z"},
				{"id": "p", "parentId": "s", "type": "Phase", "name": "Phase"},
				{"id": "j", "parentId": "p", "type": "Job", "name": "Linux", "queueTime": "2026-03-04T07:51:10Z", "startTime": "2026-03-04T07:51:40Z"},
				{"id": "1", "parentId": "j", "type": "Task", "name": "Compile", "result": "succeeded", "startTime": "2026-03-04T07:52:00Z",
					"finishTime": "2026-03-04T07:59:00.25Z", "task": line{"id": "71A9A2D3-A98A-4CAA-96AB-AFFCA411ECDA", "name": "VSBuild", "version": "1.2"}, "log": line{"url": "https://example.com/l"}},
				{"id": "2", "parentId": "j", "type": "Task", "name": "Test", "result": "succeededWithIssues", "startTime": "2026-03-04T07:59:30Z", "finishTime": "2026-03-04T08:19:00Z"},
				{"id": "3", "parentId": "j", "type": "Task", "name": "Publish", "result": "skipped"},
			}},
		{"kind": "testRun", "id": 700, "name": "unit", "isAutomated": true, "build": ref(70), "startedDate": "2026-03-04T07:59:30Z", "completedDate": "2026-03-04T08:19:00Z",
			"results": []line{
				{"id": 1, "automatedTestName": "N.A", "automatedTestStorage": "a.dll", "testCaseTitle": "A", "outcome": "Passed", "durationInMs": 100, "completedDate": "2026-03-04T07:59:59Z"},
				{"id": 2, "automatedTestName": "N.A", "automatedTestStorage": "a.dll", "testCaseTitle": "A", "outcome": "failed", "durationInMs": 200.4, "isFlaky": true},
				{"id": 3, "automatedTestName": "N.B", "automatedTestStorage": "a.dll", "outcome": "NotImpacted", "owner": line{"displayName": "Ann"}, "priority": 2, "testCaseReferenceId": 77},
				{"id": 4, "automatedTestName": "N.A", "automatedTestStorage": "b.dll", "outcome": "Error", "durationInMs": 300},
			}},
		{"kind": "testRun", "id": 701, "name": "by hand", "results": []line{{"id": 1, "testCaseTitle": "A", "outcome": "Blocked", "completedDate": "2026-03-04T12:00:00Z"}}},
		{"kind": "testRun", "id": 702, "isAutomated": true, "build": ref(70), "release": line{"id": 5, "environmentId": 6, "definitionId": 8, "environmentDefinitionId": 9},
			"completedDate": "2026-03-04T09:00:00Z", "results": []line{{"id": 1, "automatedTestName": "N.B", "automatedTestStorage": "a.dll", "outcome": "Passed", "durationInMs": 50}}},
		{"kind": "testConfiguration", "id": 3, "name": "Edge", "state": "inactive"},
		{"kind": "testPlan", "id": 900, "name": "Release 2"},
		{"kind": "testSuite", "id": 901, "name": "Release 2", "plan": ref(900), "suiteType": "staticTestSuite"},
		{"kind": "testSuite", "id": 902, "name": "Story", "plan": ref(900), "parentSuite": ref(901), "order": 4, "suiteType": "requirementTestSuite", "requirementId": 5},
		{"kind": "testPoint", "id": 50, "testPlan": ref(900), "suite": ref(902), "configuration": ref(3), "testCase": ref(6), "lastUpdatedDate": "2026-03-02T20:00:00Z", "priority": 1},
		{"kind": "testPoint", "id": 50, "testPlan": ref(900), "suite": ref(902), "configuration": ref(3), "testCase": ref(6), "lastUpdatedDate": "2026-03-04T07:00:00Z",
			"outcome": "Failed", "lastResultState": "completed", "tester": line{"uniqueName": tester}, "automationStatus": "Planned"},
		{"kind": "testPoint", "id": 50, "testPlan": ref(900), "suite": ref(902), "configuration": ref(3), "testCase": ref(6), "lastUpdatedDate": "2026-03-04T07:30:00Z",
			"outcome": "Passed", "lastResultState": "completed", "tester": line{"uniqueName": tester}},
		{"kind": "agentRequest", "requestId": 11, "poolId": 2, "definition": ref(7), "planType": "Build", "isHosted": true,
			"queueTime": "2026-03-04T07:45:00Z", "assignTime": "2026-03-04T07:55:30Z", "finishTime": "2026-03-04T08:10:00Z"},
		{"kind": "agentPoolSize", "poolId": 2, "samplingDate": "2026-03-04T08:00:00Z", "onlineCount": 3, "offlineCount": 1},
		{"kind": "parallelJobs", "samplingDate": "2026-03-04T08:00:00Z", "parallelismTag": "Private", "isHosted": true, "totalCount": 5},
	}
}

// Every derived value, worked out by hand: durations, days in the organization's zone, counts, keys between rows.
func TestDelivery_Rows(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.westCoast(t)
		x.now.Store(time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC).UnixMicro())
		x.follow(t, func(*follower, *db.Warehouse) {}) // so that there are tables to follow with
		_, people := x.snapshot(t)
		tester := people.Users()[1]
		x.deliver(t, 1, workday(tester.UniqueName)...)
		followed := func(check func(name string, w *db.Warehouse)) {
			check("rebuilt", x.rebuilt(t, b))
			x.follow(t, func(f *follower, w *db.Warehouse) {
				catchUp(t, f, w)
				check("followed", w)
			})
		}
		followed(func(name string, w *db.Warehouse) {
			for _, c := range []struct {
				sql  string
				want []string
			}{
				{`SELECT "PipelineId", "PipelineName", "PipelineVersion", "PipelineProcessType", "ProjectSK" FROM pipelines`, []string{"7 CI 4 2 1"}},
				{`SELECT "BranchName", "RepositoryId", "RepositoryVstsId", "RepositoryUrl" FROM branches`,
					[]string{"main a6e0a1f0-0c2d-4c5a-9b57-0e3e6f1c8d11 a6e0a1f0-0c2d-4c5a-9b57-0e3e6f1c8d11 https://example.com/r"}},
				{`SELECT "PipelineRunId", "RunNumber", "RunNumberRevision", "RunReason", "RunOutcome", "QueuedDateSK", "StartedDateSK", "CompletedDateSK", "QueuedDate" FROM pipeline_runs`,
					[]string{"70 20260303.2 2 2 4 20260303 20260303 20260304 2026-03-04T07:50:00"}},
				{`SELECT "QueueDurationSeconds", "RunDurationSeconds", "TotalDurationSeconds", "SucceededCount", "PartiallySucceededCount", "FailedCount", "CanceledCount" FROM pipeline_runs`,
					[]string{"30.500 1769.500 1800 0 1 0 0"}},
				{`SELECT r."PipelineRunId", p."PipelineName", b."BranchName" FROM pipeline_runs r JOIN pipelines p ON p."PipelineSK" = r."PipelineSK" JOIN branches b ON b."BranchSK" = r."BranchSK"`,
					[]string{"70 CI main"}},
				{`SELECT "StageName", "StageId", "JobName", "JobId", "FullJobName", "PipelineId" FROM pipeline_jobs`, []string{"Build it Build Linux Linux Build it.Linux 7"}},
				{`SELECT "TaskDefinitionId", "TaskDefinitionName", "TaskDefinitionVersion" FROM pipeline_tasks`, []string{"71a9a2d3-a98a-4caa-96ab-affca411ecda VSBuild 1.2"}},
				{`SELECT "ActivityType", "TaskDisplayName", "TaskOutcome", "SucceededCount", "SucceededWithIssuesCount", "FailedCount", "CanceledCount", "SkippedCount", "AbandonedCount",
					"ActivityDurationSeconds", "RelativeStartTimeFromJobSeconds", "RelativeStartTimeFromStageSeconds", "RelativeStartTimeFromRunSeconds", "ActivityCompletedDateSK",
					"PipelineRunCompletedDateSK", "PipelineRunOutcome", "TaskLogPath", "PipelineTaskSK" IS NULL FROM pipeline_activities ORDER BY "PipelineRunActivityResultSK"`,
					[]string{"2 - - 0 0 0 0 0 0 30 - 10 39 20260303 20260304 4 - true",
						"0 Compile 0 1 0 0 0 0 0 420.250 20 60 89 20260303 20260304 4 https://example.com/l false",
						"0 Test 1 0 1 0 0 0 0 1170 470 510 539 20260304 20260304 4 - true",
						"0 Publish 4 0 0 0 0 1 0 - - - - - 20260304 4 - true"}},
				{`SELECT "TestName", "FullyQualifiedTestName", "ContainerName", "TestOwner", "Priority", "TestCaseReferenceId" = "TestSK" FROM tests ORDER BY 3, 2, 1`,
					slices.Sorted(slices.Values([]string{"A N.A a.dll - - true", "N.B N.B a.dll Ann 2 false", "N.A N.A b.dll - - true", "A - - - - true"}))},
				{`SELECT "TestRunId", "Title", "IsAutomated", "TestRunType", "Workflow", "PipelineRunSK" IS NULL, "CompletedDateSK", "StartedDateSK", "RunDurationSeconds", "ResultDurationSeconds",
					"ResultCount", "ResultPassCount", "ResultFailCount", "ResultErrorCount", "ResultNotImpactedCount", "ResultBlockedCount", "ResultNoneCount", "ResultFlakyCount", "HasDetail",
					"ReleaseId", "ReleaseEnvironmentId", "ReleasePipelineId", "ReleaseStageId" FROM test_runs ORDER BY "TestRunId"`,
					[]string{"700 unit true 1 1 false 20260304 20260303 1170 0.600 4 1 1 1 1 0 0 1 true - - - -",
						"701 by hand false 2 3 true - - - 0 1 0 0 0 0 1 0 0 true - - - -",
						"702 - true 1 2 false 20260304 - - 0.050 1 1 0 0 0 0 0 0 true 5 6 8 9"}},
				{`SELECT "TestRunId", "TestResultId", "Outcome", "CompletedDateSK", "StartedDateSK", "DurationSeconds", "IsFlaky" FROM test_results ORDER BY 1, 2`,
					[]string{"700 1 2 20260303 20260303 0.100 false", "700 2 3 20260304 20260303 0.200 true", "700 3 14 20260304 20260303 - false",
						"700 4 10 20260304 20260303 0.300 false", "701 1 7 20260304 - - false", "702 1 2 20260304 - 0.050 false"}},
				{`SELECT t."TestName", t."ContainerName", d."DateSK", d."Workflow", d."TestRunType", d."ReleasePipelineId", d."PipelineSK" IS NULL, d."ResultCount", d."ResultPassCount", d."ResultFailCount",
					d."ResultNotImpactedCount", d."ResultErrorCount", d."ResultBlockedCount", d."ResultFlakyCount", d."ResultDurationSeconds"
					FROM test_days d JOIN tests t ON t."TestSK" = d."TestSK" ORDER BY 4, 1, 2, 3`,
					[]string{"A a.dll 20260303 1 1 - false 1 1 0 0 0 0 0 0.100", "A a.dll 20260304 1 1 - false 1 0 1 0 0 0 1 0.200",
						"N.A b.dll 20260304 1 1 - false 1 0 0 0 1 0 0 0.300", "N.B a.dll 20260304 1 1 - false 1 0 0 1 0 0 0 -",
						"N.B a.dll 20260304 2 1 8 false 1 1 0 0 0 0 0 0.050", "A - 20260304 3 2 - true 1 0 0 0 0 1 0 -"}},
				{`SELECT "TestConfigurationId", "Name", "State" FROM test_configurations`, []string{"3 Edge Inactive"}},
				{`SELECT "TestSuiteId", "TestPlanId", "TestPlanTitle", "Title", "OrderId", "Depth", "Type", "RequirementWorkItemId", "IdLevel1", "TitleLevel1", "IdLevel2", "TitleLevel2", "IdLevel3" FROM test_suites ORDER BY 1`,
					[]string{"901 900 Release 2 Release 2 0 0 2 - 901 Release 2 - - -", "902 900 Release 2 Story 4 1 3 5 901 Release 2 902 Story -"}},
				{`SELECT "TestPointId", "TestSuiteId", "TestPlanId", "TestConfigurationId", "TestCaseId", "LastResultOutcome", "LastResultState", "ChangedDateSK", "Priority", "AutomationStatus", "TesterUserSK" FROM test_points`,
					[]string{fmt.Sprintf("50 902 900 3 6 2 5 20260303 - - %d", tester.ID)}},
				{`SELECT "ResultOutcome", "ChangedDateSK", "RevisedDateSK", "Priority", "AutomationStatus" FROM test_point_history ORDER BY 2, 3 NULLS LAST`,
					[]string{"1 20260302 20260303 1 -", "2 20260303 - - -"}},
				{`SELECT "SamplingTime", "SamplingDateSK", "SamplingHour", "IsQueued", "IsRunning", "QueueDurationSeconds", "RequestId", "PoolId", "PipelineType", "IsHosted", "FinishedDateSK" FROM agent_requests ORDER BY 1`,
					[]string{"2026-03-04T07:50:00 20260303 23 true false 630 11 2 Build true 20260304", "2026-03-04T08:00:00 20260304 0 false true 630 11 2 Build true 20260304"}},
				{`SELECT "SamplingDate", "PoolId", "OnlineCount", "OfflineCount" FROM agent_pools`, []string{"2026-03-04T08:00:00 2 3 1"}},
				{`SELECT "SamplingDate", "ParallelismTag", "IsHosted", "IsPremium", "TotalCount", "TotalMinutes", "FailedToReachAllProviders" FROM parallel_jobs`,
					[]string{"2026-03-04T08:00:00 Private true false 5 - false"}},
				{fmt.Sprintf(`SELECT "ProjectSK" FROM project_users WHERE "UserSK" = %d AND "ProjectSK" = 1`, tester.ID), []string{"1"}},
			} {
				got := selected(t, w, c.sql)
				if strings.Contains(c.sql, "ORDER BY 3, 2, 1") { // databases sort null differently
					slices.Sort(got)
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", name, c.sql, diff)
				}
			}
		})
	})
}

// What a deleted project had is nowhere; what belongs to the organization stays.
func TestDelivery_DeletedProject(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		_, people := x.snapshot(t)
		x.deliver(t, 1, workday(people.Users()[1].UniqueName)...)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			x.update(t, db.Change{Kind: db.ProjectChanged, Project: 1, Ref: 1}, `UPDATE projects SET is_deleted = true WHERE org_id = 1 AND project_id = 1`)
			catchUp(t, f, w)
			for table, want := range map[string]string{edm.PipelinesTable: "0", edm.PipelineRunsTable: "0", edm.TestRunsTable: "0", edm.TestResultsTable: "0", edm.TestDaysTable: "0",
				edm.TestSuitesTable: "0", edm.TestPointHistoryTable: "0", edm.AgentRequestsTable: "0", edm.AgentPoolsTable: "1"} {
				if got := selected(t, w, `SELECT count(*) FROM `+table); got[0] != want {
					t.Errorf("%s has %s rows, want %s", table, got[0], want)
				}
			}
		})
	})
}

// churnDelivery sends random lines: new and replaced records of every kind. What it says of results is kept, for an
// independent count.
type churnDelivery struct {
	*fixture
	branch  map[int]string // of pipeline runs
	results map[int]line   // test runs
}

func (x *churnDelivery) step(t *testing.T, tester string) {
	t.Helper()
	n := func(limit int) int { return x.rnd.IntN(limit) }
	at := func() string {
		return time.UnixMicro(x.now.Load()).Add(-time.Duration(n(5*24*3600)) * time.Second).UTC().Format(time.RFC3339)
	}
	ref := func(id int) line { return line{"id": id} }
	var lines []line
	for range 1 + n(6) {
		switch n(9) {
		case 0:
			lines = append(lines, line{"kind": "pipeline", "id": 1 + n(2), "name": fmt.Sprint("pipeline ", n(9))})
		case 1, 2:
			id := 10 + n(8)
			x.branch[id] = fmt.Sprint("b", n(3))
			lines = append(lines, line{"kind": "pipelineRun", "id": id, "definition": ref(1 + n(2)), "queueTime": at(), "result": "failed",
				"sourceBranch": "refs/heads/" + x.branch[id], "repository": line{"id": "r"}, "records": []line{
					{"id": "j", "type": "Job", "name": fmt.Sprint("job ", n(2))}, {"id": "t", "parentId": "j", "type": "Task", "name": "t", "result": "failed"}}[:1+n(2)]})
		case 3, 4, 5:
			id, r := 100+n(8), line{"kind": "testRun", "completedDate": at()}
			if n(4) > 0 {
				r["build"] = ref(10 + n(8))
			}
			var results []line
			for i := range n(5) {
				results = append(results, line{"id": i + 1, "testCaseTitle": fmt.Sprint("test ", n(3)), "durationInMs": n(1000), "priority": n(3),
					"outcome": []string{"Passed", "Failed", "Blocked"}[n(3)]})
			}
			r["id"], r["results"] = id, results
			x.results[id] = r
			lines = append(lines, r)
		case 6:
			suite := line{"kind": "testSuite", "id": 300 + n(4), "name": fmt.Sprint("suite ", n(9)), "plan": ref(200)}
			if parent := 300 + n(4); parent != suite["id"] {
				suite["parentSuite"] = ref(parent)
			}
			lines = append(lines, line{"kind": "testPlan", "id": 200, "name": fmt.Sprint("plan ", n(9))}, suite)
		case 7:
			lines = append(lines, line{"kind": "testPoint", "id": 400 + n(3), "testPlan": ref(200), "suite": ref(300 + n(4)), "configuration": ref(1), "testCase": ref(1),
				"lastUpdatedDate": at(), "outcome": []string{"Passed", "Failed"}[n(2)], "tester": line{"uniqueName": tester}})
		case 8:
			lines = append(lines, line{"kind": "agentRequest", "requestId": 1 + n(3), "poolId": 1, "queueTime": at()},
				line{"kind": "agentPoolSize", "poolId": 1, "samplingDate": "2026-03-04T08:00:00Z", "onlineCount": n(9), "offlineCount": 1})
		}
	}
	x.deliver(t, 1, lines...)
}

// counted is the results by test, branch and day, as a naive reader of the last lines counts them.
func (x *churnDelivery) counted(t *testing.T) []string {
	t.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	type group struct{ test, branch, day string }
	type sums struct{ all, passed, failed, millis int }
	groups := map[group]sums{}
	for _, run := range x.results {
		done, err := time.Parse(time.RFC3339, run["completedDate"].(string))
		if err != nil {
			t.Fatal(err)
		}
		branch := "-"
		if build, ok := run["build"].(line); ok {
			branch = x.branch[build["id"].(int)]
		}
		for _, r := range run["results"].([]line) {
			g := group{r["testCaseTitle"].(string), branch, done.In(zone).Format("20060102")}
			s := groups[g]
			s.all++
			s.millis += r["durationInMs"].(int)
			switch r["outcome"] {
			case "Passed":
				s.passed++
			case "Failed":
				s.failed++
			}
			groups[g] = s
		}
	}
	var all []string
	for g, s := range groups {
		all = append(all, fmt.Sprintf("%s %s %s %d %d %d %d", g.test, g.branch, g.day, s.all, s.passed, s.failed, s.millis))
	}
	return slices.Sorted(slices.Values(all))
}

// However deliveries are cut into batches, following them leads to what a rebuild makes, and days count what was sent.
func TestDelivery_FollowEqualsRebuild(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := &churnDelivery{newSmallFixture(t, b), map[int]string{}, map[int]line{}}
		x.westCoast(t)
		_, people := x.snapshot(t)
		tester := people.Users()[0].UniqueName
		base := []line{{"kind": "testConfiguration", "id": 1, "name": "one"}, {"kind": "testPlan", "id": 200, "name": "plan"}}
		for i := range 2 {
			base = append(base, line{"kind": "pipeline", "id": 1 + i, "name": "p"})
		}
		for i := range 8 {
			x.branch[10+i] = "-"
			base = append(base, line{"kind": "pipelineRun", "id": 10 + i, "definition": line{"id": 1}, "queueTime": "2026-03-04T08:00:00Z"})
		}
		for i := range 4 {
			base = append(base, line{"kind": "testSuite", "id": 300 + i, "name": "s", "plan": line{"id": 200}})
		}
		x.deliver(t, 1, base...)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			for _, limit := range []int{maxChanges, 1, 7} {
				f.limit = limit
				for range 25 {
					x.now.Add(int64(time.Hour / time.Microsecond))
					x.step(t, tester)
				}
				if catchUp(t, f, w) == 0 {
					t.Error("nothing was applied")
				}
				requireSame(t, w, x.rebuilt(t, b))
				got := selected(t, w, `SELECT t."TestName", b."BranchName", d."DateSK", CAST(sum(d."ResultCount") AS bigint), CAST(sum(d."ResultPassCount") AS bigint),
					CAST(sum(d."ResultFailCount") AS bigint),
					CAST(round(sum(d."ResultDurationSeconds") * 1000) AS bigint) FROM test_days d JOIN tests t ON t."TestSK" = d."TestSK"
					LEFT JOIN branches b ON b."BranchSK" = d."BranchSK" GROUP BY 1, 2, 3`)
				slices.Sort(got)
				if diff := cmp.Diff(x.counted(t), trimmed(got)); diff != "" {
					t.Errorf("days (-want +got):\n%s", diff)
				}
			}
		})
	})
}

// trimmed takes the zeros of fractions off sums, whose type differs between databases.
func trimmed(rows []string) []string {
	for i, r := range rows {
		cells := strings.Fields(r)
		for k := range cells {
			if whole, rest, ok := strings.Cut(cells[k], "."); ok && strings.Trim(rest, "0") == "" {
				cells[k] = whole
			}
		}
		rows[i] = strings.Join(cells, " ")
	}
	return rows
}

// The numbers of words are those of the enums of Analytics.
func TestDelivery_Enums(t *testing.T) {
	model := edm.New(edm.V4Preview, edm.Fields{})
	for _, c := range []struct {
		enum, member string
		number       int64
	}{
		{"PipelineRunOutcome", "Succeed", runSucceeded}, {"PipelineRunOutcome", "PartiallySucceeded", runPartiallySucceeded},
		{"PipelineRunOutcome", "Failed", runFailed}, {"PipelineRunOutcome", "Canceled", runCanceled},
		{"PipelineRunTaskOutcome", "Succeeded", stepSucceeded}, {"PipelineRunTaskOutcome", "SucceededWithIssues", stepSucceededWithIssues},
		{"PipelineRunTaskOutcome", "Failed", stepFailed}, {"PipelineRunTaskOutcome", "Canceled", stepCanceled},
		{"PipelineRunTaskOutcome", "Skipped", stepSkipped}, {"PipelineRunTaskOutcome", "Abandoned", stepAbandoned},
		{"TestRunType", "Automated", automatedRun}, {"TestRunType", "Manual", manualRun},
		{"SourceWorkflow", "Build", buildWorkflow}, {"SourceWorkflow", "Release", releaseWorkflow}, {"SourceWorkflow", "Manual", manualWorkflow},
	} {
		if i := slices.IndexFunc(model.EnumType(c.enum).Members, func(m edm.EnumMember) bool { return m.Name == c.member }); i < 0 || model.EnumType(c.enum).Members[i].Value != c.number {
			t.Errorf("%s.%s is not %d", c.enum, c.member, c.number)
		}
	}
	outcomes := map[string]int64{}
	for _, m := range model.EnumType("TestOutcome").Members {
		outcomes[m.Name] = m.Value
	}
	for column, number := range counted() {
		name := strings.TrimSuffix(strings.TrimPrefix(column, "Result"), "Count")
		name = map[string]string{"Pass": "Passed", "Fail": "Failed"}[name] + map[bool]string{true: name}[name != "Pass" && name != "Fail"]
		if outcomes[name] != number {
			t.Errorf("%s counts %d, and %s is %d; known are %v", column, number, name, outcomes[name], slices.Sorted(maps.Keys(outcomes)))
		}
	}
}
