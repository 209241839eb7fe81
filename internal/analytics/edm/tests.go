package edm

import "slices"

// testPointFields is what a test point shows today and in its history.
var testPointFields = []Property{
	{Name: "TestPointSK", Type: integer, NotNull: true},
	{Name: "AnalyticsUpdatedDate", Type: moment},
	{Name: "ProjectSK", Type: guid},
	{Name: "TestSuiteSK", Type: integer},
	{Name: "TestPlanId", Type: integer, Display: "Test Plan Id"},
	{Name: "TestSuiteId", Type: integer, Display: "Test Suite Id"},
	{Name: "TestPointId", Type: integer, Display: "Test Point Id"},
	{Name: "TestConfigurationSK", Type: integer},
	{Name: "TestConfigurationId", Type: integer, Display: "Test Configuration Id"},
	{Name: "TestCaseId", Type: integer, Display: "Test Case Id"},
	{Name: "TesterUserSK", Type: guid},
	{Name: "AssignedToUserSK", Type: guid},
	{Name: "Priority", Type: integer, Display: "Priority"},
	{Name: "AutomationStatus", Type: text, Display: "Automation Status"},
}

// testPointDimensions is where the keys of testPointFields lead.
var testPointDimensions = []Navigation{
	{Name: "Project", Target: "Project", FK: "ProjectSK", Display: "Project"},
	{Name: "TestSuite", Target: "TestSuite", FK: "TestSuiteSK", Display: "Test Suite"},
	{Name: "TestConfiguration", Target: "TestConfiguration", FK: "TestConfigurationSK", Display: "Test Configuration"},
	{Name: "TestCase", Target: "WorkItem", FK: "TestCaseId", Display: "Test Case Work Item"},
	{Name: "Tester", Target: "User", FK: "TesterUserSK", Display: "Tester User Name"},
	{Name: "AssignedTo", Target: "User", FK: "AssignedToUserSK", Display: "Assigned To"},
}

// testEntity is one row for each test that has run.
var testEntity = &EntityType{
	Name: "Test", Set: "Tests", SetDisplay: "Tests", Since: V3Preview,
	Key: []string{"TestSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "TestSK", Type: integer, NotNull: true},
		{Name: "TestCaseReferenceId", Type: integer, NotNull: true, Display: "Test Case Reference Id"},
		{Name: "TestName", Type: text, Display: "Test Name"},
		{Name: "FullyQualifiedTestName", Type: text, Display: "Fully Qualified Test Name"},
		{Name: "TestOwner", Type: text, Display: "Test Owner"},
		{Name: "ContainerName", Type: text, Display: "Container Name"},
		{Name: "Priority", Type: integer, Display: "Priority"},
		{Name: "AnalyticsUpdatedDate", Type: moment},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}

// testRunEntity is one row for each run of tests, with its results counted.
var testRunEntity = &EntityType{
	Name: "TestRun", Set: "TestRuns", SetDisplay: "Test Runs", Since: V3Preview,
	Key: []string{"TestRunSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "AnalyticsUpdatedDate", Type: moment},
		{Name: "ProjectSK", Type: guid},
		{Name: "TestRunSK", Type: integer, NotNull: true},
		{Name: "TestRunId", Type: integer, NotNull: true, Display: "Test Run Id"},
		{Name: "Title", Type: text, Display: "Title"},
		{Name: "IsAutomated", Type: boolean, Display: "Is Automated"},
		{Name: "TestRunType", Type: testRunType, Display: "Test Run Type"},
		{Name: "Workflow", Type: sourceWorkflow, Display: "Workflow"},
		{Name: "PipelineRunSK", Type: integer},
		{Name: "PipelineSK", Type: integer},
		{Name: "BranchSK", Type: integer},
		{Name: "CompletedDateSK", Type: integer},
		{Name: "CompletedDate", Type: moment, Display: "Completed Date"},
		{Name: "StartedDateSK", Type: integer},
		{Name: "StartedDate", Type: moment, Display: "Started Date"},
		{Name: "RunDurationSeconds", Type: decimal, Display: "Run Duration Seconds"},
		{Name: "ResultDurationSeconds", Type: decimal, Display: "Result Duration Seconds"},
		{Name: "ResultCount", Type: integer, NotNull: true, Display: "Result Count"},
		{Name: "ResultPassCount", Type: integer, NotNull: true, Display: "Result Pass Count"},
		{Name: "ResultFailCount", Type: integer, NotNull: true, Display: "Result Fail Count"},
		{Name: "ResultNoneCount", Type: integer, Display: "Result None Count"},
		{Name: "ResultInconclusiveCount", Type: integer, Display: "Result Inconclusive Count"},
		{Name: "ResultTimeoutCount", Type: integer, Display: "Result Timeout Count"},
		{Name: "ResultAbortedCount", Type: integer, Display: "Result Aborted Count"},
		{Name: "ResultBlockedCount", Type: integer, Display: "Result Blocked Count"},
		{Name: "ResultNotExecutedCount", Type: integer, Display: "Result Not Executed Count"},
		{Name: "ResultWarningCount", Type: integer, Display: "Result Warning Count"},
		{Name: "ResultErrorCount", Type: integer, Display: "Result Error Count"},
		{Name: "ResultNotApplicableCount", Type: integer, Display: "Result Not Applicable Count"},
		{Name: "ResultNotImpactedCount", Type: integer, Display: "Result Not Impacted Count"},
		{Name: "HasDetail", Type: boolean, Display: "Has Detail"},
		{Name: "ReleaseId", Type: integer, Display: "Release Id"},
		{Name: "ReleaseEnvironmentId", Type: integer, Display: "Release Environment Id"},
		{Name: "ReleasePipelineId", Type: integer, Display: "Release Pipeline Id"},
		{Name: "ReleaseStageId", Type: integer, Display: "Release Stage Id"},
		{Name: "ResultFlakyCount", Type: integer, Display: "Result Flaky Count"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "PipelineRun", Target: "PipelineRun", FK: "PipelineRunSK"},
		{Name: "Pipeline", Target: "Pipeline", FK: "PipelineSK"},
		{Name: "Branch", Target: "Branch", FK: "BranchSK"},
		{Name: "CompletedOn", Target: "CalendarDate", FK: "CompletedDateSK"},
		{Name: "StartedOn", Target: "CalendarDate", FK: "StartedDateSK"},
	},
}

// testResultEntity is one row for each result of a test in a run.
var testResultEntity = &EntityType{
	Name: "TestResult", Set: "TestResults", SetDisplay: "Test Results", Since: V3Preview,
	Key: []string{"TestResultSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "AnalyticsUpdatedDate", Type: moment},
		{Name: "ProjectSK", Type: guid},
		{Name: "TestResultSK", Type: long, NotNull: true},
		{Name: "TestResultId", Type: integer, NotNull: true, Display: "Test Result Id"},
		{Name: "TestRunSK", Type: integer},
		{Name: "TestRunId", Type: integer, Display: "Test Run Id"},
		{Name: "Outcome", Type: testOutcome, Display: "Test Outcome"},
		{Name: "TestSK", Type: integer, NotNull: true},
		{Name: "PipelineRunSK", Type: integer},
		{Name: "PipelineSK", Type: integer},
		{Name: "BranchSK", Type: integer},
		{Name: "CompletedDateSK", Type: integer},
		{Name: "CompletedDate", Type: moment, Display: "Completed Date"},
		{Name: "StartedDateSK", Type: integer},
		{Name: "StartedDate", Type: moment, Display: "Started Date"},
		{Name: "DurationSeconds", Type: decimal, Display: "Duration Seconds"},
		{Name: "TestRunType", Type: testRunType, Display: "Test Run Type"},
		{Name: "Workflow", Type: sourceWorkflow, Display: "Workflow"},
		{Name: "ReleaseId", Type: integer, Display: "Release Id"},
		{Name: "ReleaseEnvironmentId", Type: integer, Display: "Release Environment Id"},
		{Name: "ReleasePipelineId", Type: integer, Display: "Release Pipeline Id"},
		{Name: "ReleaseStageId", Type: integer, Display: "Release Stage Id"},
		{Name: "IsFlaky", Type: boolean, Display: "Is Flaky"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "TestRun", Target: "TestRun", FK: "TestRunSK"},
		{Name: "Test", Target: "Test", FK: "TestSK"},
		{Name: "PipelineRun", Target: "PipelineRun", FK: "PipelineRunSK"},
		{Name: "Pipeline", Target: "Pipeline", FK: "PipelineSK"},
		{Name: "Branch", Target: "Branch", FK: "BranchSK"},
		{Name: "CompletedOn", Target: "CalendarDate", FK: "CompletedDateSK"},
		{Name: "StartedOn", Target: "CalendarDate", FK: "StartedDateSK"},
	},
}

// testResultDailyEntity is the results counted for each test and day.
var testResultDailyEntity = &EntityType{
	Name: "TestResultDaily", Set: "TestResultsDaily", SetDisplay: "Test Results Daily", Since: V3Preview,
	Key: []string{"TestResultDailySK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "AnalyticsUpdatedDate", Type: moment},
		{Name: "ProjectSK", Type: guid},
		{Name: "TestResultDailySK", Type: long, NotNull: true},
		{Name: "TestSK", Type: integer, NotNull: true},
		{Name: "PipelineSK", Type: integer},
		{Name: "BranchSK", Type: integer},
		{Name: "DateSK", Type: integer},
		{Name: "ResultDurationSeconds", Type: decimal, Display: "Result Duration Seconds"},
		{Name: "ResultCount", Type: integer, NotNull: true, Display: "Result Count"},
		{Name: "ResultPassCount", Type: integer, NotNull: true, Display: "Result Pass Count"},
		{Name: "ResultFailCount", Type: integer, NotNull: true, Display: "Result Fail Count"},
		{Name: "ResultFlakyCount", Type: integer, Display: "Result Flaky Count"},
		{Name: "ResultNoneCount", Type: integer, Display: "Result None Count"},
		{Name: "ResultInconclusiveCount", Type: integer, Display: "Result Inconclusive Count"},
		{Name: "ResultTimeoutCount", Type: integer, Display: "Result Timeout Count"},
		{Name: "ResultAbortedCount", Type: integer, Display: "Result Aborted Count"},
		{Name: "ResultBlockedCount", Type: integer, Display: "Result Blocked Count"},
		{Name: "ResultNotExecutedCount", Type: integer, Display: "Result Not Executed Count"},
		{Name: "ResultWarningCount", Type: integer, Display: "Result Warning Count"},
		{Name: "ResultErrorCount", Type: integer, Display: "Result Error Count"},
		{Name: "ResultNotApplicableCount", Type: integer, Display: "Result Not Applicable Count"},
		{Name: "ResultNotImpactedCount", Type: integer, Display: "Result Not Impacted Count"},
		{Name: "TestRunType", Type: testRunType, Display: "Test Run Type"},
		{Name: "Workflow", Type: sourceWorkflow, Display: "Workflow"},
		{Name: "ReleasePipelineId", Type: integer, Display: "Release Pipeline Id"},
		{Name: "ReleaseStageId", Type: integer, Display: "Release Stage Id"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "Test", Target: "Test", FK: "TestSK"},
		{Name: "Pipeline", Target: "Pipeline", FK: "PipelineSK"},
		{Name: "Branch", Target: "Branch", FK: "BranchSK"},
		{Name: "Date", Target: "CalendarDate", FK: "DateSK"},
	},
}

// testConfigurationEntity is the test configurations of each project.
var testConfigurationEntity = &EntityType{
	Name: "TestConfiguration", Set: "TestConfigurations", SetDisplay: "Test Configurations", Since: V3Preview,
	Key: []string{"TestConfigurationSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "TestConfigurationSK", Type: integer, NotNull: true},
		{Name: "TestConfigurationId", Type: integer, NotNull: true, Display: "Test Configuration Id"},
		{Name: "Name", Type: text, Display: "Test Configuration Name"},
		{Name: "State", Type: text, Display: "Test Configuration State"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}

// testSuiteEntity is the suites of each test plan, with their ancestors flattened into levels.
var testSuiteEntity = &EntityType{
	Name: "TestSuite", Set: "TestSuites", SetDisplay: "Test Suite", Since: V3Preview,
	Key: []string{"TestSuiteSK"}, ProjectBound: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "AnalyticsUpdatedDate", Type: moment},
			{Name: "ProjectSK", Type: guid},
			{Name: "TestSuiteSK", Type: integer, NotNull: true},
			{Name: "TestPlanId", Type: integer, Display: "Test Plan Id"},
			{Name: "TestSuiteId", Type: integer, Display: "Test Suite Id"},
			{Name: "TestPlanTitle", Type: text, Display: "Test Plan Title"},
			{Name: "Title", Type: text, NotNull: true, Display: "Test Suite Title"},
			{Name: "OrderId", Type: integer, NotNull: true, Display: "Test Suite Order Id"},
		},
		levels(
			Property{Name: "IdLevel%d", Type: integer, Display: "Test Suite Level %d Id"},
			Property{Name: "TitleLevel%d", Type: text, Display: "Test Suite Level %d Title"},
		),
		[]Property{
			{Name: "Depth", Type: octet, NotNull: true, Display: "Test Suite Depth"},
			{Name: "Type", Type: testSuiteType, Display: "Test Suite Type"},
			{Name: "RequirementWorkItemId", Type: integer, Display: "Requirement Work Item Id"},
		},
	),
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK", Display: "Project"},
		{Name: "TestSuiteWorkItem", Target: "WorkItem", FK: "TestSuiteId", Display: "Test Suite Work Item"},
		{Name: "TestPlanWorkItem", Target: "WorkItem", FK: "TestPlanId", Display: "Test Plan Work Item"},
		{Name: "RequirementWorkItem", Target: "WorkItem", FK: "RequirementWorkItemId", Display: "Requirement Work Item"},
	},
}

// testPointEntity is one row for each test case, suite and configuration, with the last result.
var testPointEntity = &EntityType{
	Name: "TestPoint", Set: "TestPoints", SetDisplay: "Test Points", Since: V3Preview,
	Key: []string{"TestPointSK"}, ProjectBound: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "LastResultState", Type: testResultState, Display: "Last Result State"},
			{Name: "LastResultOutcome", Type: testOutcome, Display: "Test Result Outcome"},
			{Name: "ChangedDate", Type: moment, Display: "Changed Date"},
			{Name: "ChangedDateSK", Type: integer},
		},
		testPointFields,
	),
	Navigation: slices.Concat(
		[]Navigation{
			{Name: "ChangedOn", Target: "CalendarDate", FK: "ChangedDateSK"},
		},
		testPointDimensions,
	),
}

// testPointHistorySnapshotEntity is one row for each test point and day.
var testPointHistorySnapshotEntity = &EntityType{
	Name: "TestPointHistorySnapshot", Set: "TestPointHistorySnapshot", SetDisplay: "Test Point History Snapshot", Since: V3Preview,
	Key: []string{"DateSK", "TestPointSK"}, ProjectBound: true, Snapshot: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "ResultOutcome", Type: testOutcome, Display: "Test Result Outcome"},
			{Name: "DateSK", Type: integer},
			{Name: "IsLastDayOfPeriod", Type: period, NotNull: true},
		},
		testPointFields,
	),
	Navigation: slices.Concat(
		[]Navigation{
			{Name: "Date", Target: "CalendarDate", FK: "DateSK"},
		},
		testPointDimensions,
	),
}
