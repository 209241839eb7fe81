package oracle

import "slices"

const runDates = `
QueuedDate date
QueuedDateSK int
StartedDate date
StartedDateSK int
CompletedDate date
CompletedDateSK int
`

const resultCounts = `
ResultCount int
ResultPassCount int
ResultFailCount int
ResultNoneCount int
ResultInconclusiveCount int
ResultTimeoutCount int
ResultAbortedCount int
ResultBlockedCount int
ResultNotExecutedCount int
ResultWarningCount int
ResultErrorCount int
ResultNotApplicableCount int
ResultNotImpactedCount int
ResultFlakyCount int
ResultDurationSeconds double
`

const testPlace = `
AnalyticsUpdatedDate date
ProjectSK guid
PipelineSK int
BranchSK int
TestRunType enum
Workflow enum
ReleasePipelineId int
ReleaseStageId int
`

const testPointFields = `
TestPointSK int
AnalyticsUpdatedDate date
ProjectSK guid
TestSuiteSK int
TestPlanId int
TestSuiteId int
TestPointId int
TestConfigurationSK int
TestConfigurationId int
TestCaseId int
TesterUserSK guid
AssignedToUserSK guid
Priority int
AutomationStatus text
`

// Work items that tests name by number may be anywhere.
const testPointNavs = `
Project Projects
TestSuite TestSuites
TestConfiguration TestConfigurations
TestCase WorkItems crosses
Tester Users
AssignedTo Users
`

// deliverySchema describes the sets of pipelines, tests and agents.
func deliverySchema() []*entity {
	return slices.Concat(pipelineSchema(), testSchema(), []*entity{
		{set: "TaskAgentRequestSnapshots", order: "RequestId", props: properties(`
				SamplingDateSK int
				SamplingHour int
				SamplingTime date
				QueuedDate date
				QueuedDateSK int
				StartedDate date
				StartedDateSK int
				FinishedDate date
				FinishedDateSK int
				QueueDurationSeconds double
				ProjectSK guid
				PipelineSK int
				RequestId int
				PoolId int
				PipelineType text
				IsHosted bool
				IsRunning bool
				IsQueued bool`),
			navs: navigations(`
				QueuedOn Dates
				StartedOn Dates
				FinishedOn Dates
				Pipeline Pipelines
				Project Projects`)},
		{set: "TaskAgentPoolSizeSnapshots", order: "PoolId", props: properties(`
				SamplingDate date
				PoolId int
				OnlineCount int
				OfflineCount int`)},
		{set: "ParallelPipelineJobsSnapshot", order: "ParallelismTag", props: properties(`
				SamplingDate date
				ParallelismTag text
				IsHosted bool
				IsPremium bool
				TotalCount int
				TotalMinutes int
				FailedToReachAllProviders bool`)},
	})
}

func pipelineSchema() []*entity {
	return []*entity{
		{set: "Pipelines", order: "PipelineId", props: properties(`
				ProjectSK guid
				PipelineSK int
				PipelineId int
				PipelineName text
				PipelineVersion int
				PipelineProcessType enum`),
			navs: navigations(`Project Projects`)},
		{set: "PipelineRuns", order: "PipelineRunId", props: append(properties(runDates), properties(`
				ProjectSK guid
				PipelineRunSK int
				PipelineRunId int
				PipelineId int
				PipelineSK int
				BranchSK int
				RunNumber text
				RunNumberRevision int
				RunReason enum
				RunOutcome enum
				RunDurationSeconds double
				QueueDurationSeconds double
				TotalDurationSeconds double
				SucceededCount int
				PartiallySucceededCount int
				FailedCount int
				CanceledCount int`)...),
			navs: navigations(`
				Project Projects
				Pipeline Pipelines
				Branch Branches
				QueuedOn Dates
				StartedOn Dates
				CompletedOn Dates`)},
		{set: "PipelineRunActivityResults", order: "PipelineRunActivityResultSK", props: properties(`
				PipelineRunActivityResultSK int
				ProjectSK guid
				PipelineRunId int
				PipelineSK int
				PipelineTaskSK int
				PipelineJobSK int
				BranchSK int
				PipelineRunQueuedDateSK int
				PipelineRunStartedDateSK int
				PipelineRunCompletedDateSK int
				ActivityStartedDateSK int
				ActivityStartedDate date
				ActivityCompletedDateSK int
				ActivityCompletedDate date
				TaskDisplayName text
				TaskLogPath text
				TaskOutcome enum
				SucceededCount int
				SucceededWithIssuesCount int
				FailedCount int
				CanceledCount int
				SkippedCount int
				AbandonedCount int
				ActivityDurationSeconds double
				PipelineRunOutcome enum
				ActivityType enum
				RelativeStartTimeFromJobSeconds int
				RelativeStartTimeFromStageSeconds int
				RelativeStartTimeFromRunSeconds int`),
			navs: navigations(`
				Project Projects
				Pipeline Pipelines
				PipelineTask PipelineTasks
				PipelineJob PipelineJobs
				Branch Branches
				PipelineRunQueuedOn Dates
				PipelineRunStartedOn Dates
				PipelineRunCompletedOn Dates
				ActivityStartedOn Dates
				ActivityCompletedOn Dates`)},
		{set: "PipelineJobs", order: "PipelineJobSK", props: properties(`
				ProjectSK guid
				PipelineJobSK int
				PipelineId int
				PipelineSK int
				StageName text
				JobName text
				FullJobName text
				StrategyAttributes text
				StageId text
				JobId text`),
			navs: navigations(`Project Projects`)},
		{set: "PipelineTasks", order: "PipelineTaskSK", props: properties(`
				PipelineTaskSK int
				ProjectSK guid
				TaskDefinitionId guid
				TaskDefinitionName text
				TaskDefinitionVersion text`),
			navs: navigations(`Project Projects`)},
		{set: "Branches", order: "BranchSK", props: properties(`
				ProjectSK guid
				BranchSK int
				RepositoryId text
				BranchName text
				RepositoryVstsId guid
				AnalyticsUpdatedDate date
				RepositoryUrl text`)},
	}
}

func testSchema() []*entity {
	suite := properties(`
		AnalyticsUpdatedDate date
		ProjectSK guid
		TestSuiteSK int
		TestPlanId int
		TestSuiteId int
		TestPlanTitle text
		Title text
		OrderId int
		Depth int
		Type enum
		RequirementWorkItemId int`)
	for _, level := range levels("IdLevel") {
		suite = append(suite, property{name: level.name, kind: intKind})
	}
	return []*entity{
		{set: "Tests", order: "TestSK", props: properties(`
				ProjectSK guid
				TestSK int
				TestCaseReferenceId int
				TestName text
				FullyQualifiedTestName text
				TestOwner text
				ContainerName text
				Priority int
				AnalyticsUpdatedDate date`),
			navs: navigations(`Project Projects`)},
		{set: "TestRuns", order: "TestRunId", props: slices.Concat(properties(testPlace), properties(resultCounts), properties(runDates)[2:], properties(`
				TestRunSK int
				TestRunId int
				Title text
				IsAutomated bool
				PipelineRunSK int
				RunDurationSeconds double
				HasDetail bool
				ReleaseId int
				ReleaseEnvironmentId int`)),
			navs: navigations(`
				Project Projects
				PipelineRun PipelineRuns
				Pipeline Pipelines
				Branch Branches
				CompletedOn Dates
				StartedOn Dates`)},
		{set: "TestResults", order: "TestResultSK", props: slices.Concat(properties(testPlace), properties(runDates)[2:], properties(`
				TestResultSK int
				TestResultId int
				TestRunSK int
				TestRunId int
				Outcome enum
				TestSK int
				PipelineRunSK int
				DurationSeconds double
				ReleaseId int
				ReleaseEnvironmentId int
				IsFlaky bool`)),
			navs: navigations(`
				Project Projects
				TestRun TestRuns
				Test Tests
				PipelineRun PipelineRuns
				Pipeline Pipelines
				Branch Branches
				CompletedOn Dates
				StartedOn Dates`)},
		{set: "TestResultsDaily", order: "TestResultDailySK", props: slices.Concat(properties(testPlace), properties(resultCounts), properties(`
				TestResultDailySK int
				TestSK int
				DateSK int`)),
			navs: navigations(`
				Project Projects
				Test Tests
				Pipeline Pipelines
				Branch Branches
				Date Dates`)},
		{set: "TestConfigurations", order: "TestConfigurationId", props: properties(`
				ProjectSK guid
				TestConfigurationSK int
				TestConfigurationId int
				Name text
				State text`),
			navs: navigations(`Project Projects`)},
		{set: "TestSuites", order: "TestSuiteId", props: append(suite, levels("TitleLevel")...),
			navs: navigations(`
				Project Projects
				TestSuiteWorkItem WorkItems crosses
				TestPlanWorkItem WorkItems crosses
				RequirementWorkItem WorkItems crosses`)},
		{set: "TestPoints", order: "TestPointId", props: append(properties(`
				LastResultState enum
				LastResultOutcome enum
				ChangedDate date
				ChangedDateSK int`), properties(testPointFields)...),
			navs: append(navigations(`ChangedOn Dates`), navigations(testPointNavs)...)},
		{set: pointHistorySet, order: "TestPointId", props: append(properties(`
				ResultOutcome enum
				DateSK int
				IsLastDayOfPeriod flags`), properties(testPointFields)...),
			navs: append(navigations(`Date Dates`), navigations(testPointNavs)...)},
	}
}

// cellFields are what a place on a board says of itself, also in the rows of items that were there.
const cellFields = `
BoardLocationSK int
TeamSK guid
ColumnId guid
ColumnName text
ColumnOrder int
ColumnItemLimit int
IsDone bool
BoardId guid
BoardCategoryReferenceName text
BoardName text
BoardLevel int
BacklogType text
IsBoardVisible bool
LaneId guid
LaneName text
LaneOrder int
IsColumnSplit bool
IsCurrent bool
Done enum
IsDefaultLane bool
`

// boardSchema describes the sets of boards; fields are those of work items.
func boardSchema(fields []property, customNavs []navigation) []*entity {
	fields = slices.DeleteFunc(slices.Clone(fields), func(p property) bool { return p.name == "AnalyticsUpdatedDate" })
	return []*entity{
		{set: "BoardLocations", order: "BoardLocationSK", props: append(properties(cellFields), properties(`
				ProjectSK guid
				ChangedDate date
				RevisedDate date
				AnalyticsUpdatedDate date`)...),
			navs: navigations(`
				Team Teams
				WorkItems WorkItems many`)},
		{set: boardSnapshotSet, order: "WorkItemId", props: slices.Concat(properties(cellFields), properties(`
				DateSK int
				DateValue date
				IsLastDayOfPeriod flags`), fields),
			navs: slices.Concat(slices.DeleteFunc(navigations(itemNavs), func(n navigation) bool { return n.many && n.name != "Tags" }), navigations(`
				Date Dates
				BoardLocation BoardLocations
				Team Teams`), customNavs)},
	}
}
