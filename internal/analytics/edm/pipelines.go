package edm

// pipelineEntity is the pipelines of each project.
var pipelineEntity = &EntityType{
	Name: "Pipeline", Set: "Pipelines", SetDisplay: "Pipelines", Since: V3Preview,
	Key: []string{"PipelineSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "PipelineSK", Type: integer, NotNull: true},
		{Name: "PipelineId", Type: integer, Display: "Pipeline Id"},
		{Name: "PipelineName", Type: text, Display: "Pipeline Name"},
		{Name: "PipelineVersion", Type: integer, Display: "Pipeline Version"},
		{Name: "PipelineProcessType", Type: pipelineProcessType, Display: "Pipeline Process Type"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK", Display: "Project"},
	},
}

// pipelineRunEntity is one row for each run of a pipeline.
var pipelineRunEntity = &EntityType{
	Name: "PipelineRun", Set: "PipelineRuns", SetDisplay: "Pipeline Runs", Since: V3Preview,
	Key: []string{"PipelineRunSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "PipelineRunSK", Type: integer, NotNull: true},
		{Name: "PipelineRunId", Type: integer, NotNull: true, Display: "Pipeline Run Id"},
		{Name: "PipelineId", Type: integer, Display: "Pipeline Id"},
		{Name: "PipelineSK", Type: integer},
		{Name: "BranchSK", Type: integer},
		{Name: "RunNumber", Type: text, Display: "Run Number"},
		{Name: "RunNumberRevision", Type: integer, Display: "Number Revision"},
		{Name: "RunReason", Type: pipelineRunReason, Display: "Run Reason"},
		{Name: "RunOutcome", Type: pipelineRunOutcome, Display: "Run Outcome"},
		{Name: "QueuedDate", Type: moment, Display: "Queued Date"},
		{Name: "QueuedDateSK", Type: integer},
		{Name: "StartedDate", Type: moment, Display: "Started Date"},
		{Name: "StartedDateSK", Type: integer},
		{Name: "CompletedDate", Type: moment, Display: "Completed Date"},
		{Name: "CompletedDateSK", Type: integer},
		{Name: "RunDurationSeconds", Type: decimal, Display: "Run Duration Seconds"},
		{Name: "QueueDurationSeconds", Type: decimal, Display: "Queue Duration Seconds"},
		{Name: "TotalDurationSeconds", Type: decimal, Display: "Total Duration Seconds"},
		{Name: "SucceededCount", Type: integer, Display: "Succeeded Count"},
		{Name: "PartiallySucceededCount", Type: integer, Display: "Partially Succeeded Count"},
		{Name: "FailedCount", Type: integer, Display: "Failed Count"},
		{Name: "CanceledCount", Type: integer, Display: "Canceled Count"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK", Display: "Project"},
		{Name: "Pipeline", Target: "Pipeline", FK: "PipelineSK", Display: "Pipeline"},
		{Name: "Branch", Target: "Branch", FK: "BranchSK", Display: "Branch"},
		{Name: "QueuedOn", Target: "CalendarDate", FK: "QueuedDateSK", Display: "Queued On"},
		{Name: "StartedOn", Target: "CalendarDate", FK: "StartedDateSK", Display: "Started On"},
		{Name: "CompletedOn", Target: "CalendarDate", FK: "CompletedDateSK", Display: "Completed On"},
	},
}

// pipelineRunActivityResultEntity is one row for each step of a run: a task, an approval or the wait for an agent.
var pipelineRunActivityResultEntity = &EntityType{
	Name: "PipelineRunActivityResult", Set: "PipelineRunActivityResults", Since: V3Preview,
	Key: []string{"PipelineRunActivityResultSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "PipelineRunActivityResultSK", Type: integer, NotNull: true},
		{Name: "ProjectSK", Type: guid},
		{Name: "PipelineRunId", Type: integer, Display: "Pipeline Run Id"},
		{Name: "PipelineSK", Type: integer},
		{Name: "PipelineTaskSK", Type: integer},
		{Name: "PipelineJobSK", Type: integer},
		{Name: "BranchSK", Type: integer},
		{Name: "PipelineRunQueuedDateSK", Type: integer},
		{Name: "PipelineRunStartedDateSK", Type: integer},
		{Name: "PipelineRunCompletedDateSK", Type: integer},
		{Name: "ActivityStartedDateSK", Type: integer},
		{Name: "ActivityStartedDate", Type: moment, Display: "Activity Started Date"},
		{Name: "ActivityCompletedDateSK", Type: integer},
		{Name: "ActivityCompletedDate", Type: moment, Display: "Activity Completed Date"},
		{Name: "TaskDisplayName", Type: text, Display: "Task Display Name"},
		{Name: "TaskLogPath", Type: text, Display: "Task Log Path"},
		{Name: "TaskOutcome", Type: pipelineRunTaskOutcome, Display: "Task Result"},
		{Name: "SucceededCount", Type: integer, Display: "Succeeded Count"},
		{Name: "SucceededWithIssuesCount", Type: integer, Display: "Succeeded With Issues Count"},
		{Name: "FailedCount", Type: integer, Display: "Failed Count"},
		{Name: "CanceledCount", Type: integer, Display: "Canceled Count"},
		{Name: "SkippedCount", Type: integer, Display: "Skipped Count"},
		{Name: "AbandonedCount", Type: integer, Display: "Abandoned Count"},
		{Name: "ActivityDurationSeconds", Type: decimal, Display: "Activity Duration Seconds"},
		{Name: "PipelineRunOutcome", Type: pipelineRunOutcome, Display: "Pipeline Run Outcome"},
		{Name: "ActivityType", Type: pipelineActivityType, Display: "Pipeline Activity Type"},
		{Name: "RelativeStartTimeFromJobSeconds", Type: integer, Display: "Relative Start Time From Job In Seconds"},
		{Name: "RelativeStartTimeFromStageSeconds", Type: integer, Display: "Relative Start Time From Stage In Seconds"},
		{Name: "RelativeStartTimeFromRunSeconds", Type: integer, Display: "Relative Start Time From Pipeline Run In Seconds"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK", Display: "Project"},
		{Name: "Pipeline", Target: "Pipeline", FK: "PipelineSK", Display: "Pipeline"},
		{Name: "PipelineTask", Target: "PipelineTask", FK: "PipelineTaskSK", Display: "Pipeline Task"},
		{Name: "PipelineJob", Target: "PipelineJob", FK: "PipelineJobSK", Display: "Pipeline Job"},
		{Name: "Branch", Target: "Branch", FK: "BranchSK", Display: "Branch"},
		{Name: "PipelineRunQueuedOn", Target: "CalendarDate", FK: "PipelineRunQueuedDateSK", Display: "Pipeline Run Queued On"},
		{Name: "PipelineRunStartedOn", Target: "CalendarDate", FK: "PipelineRunStartedDateSK", Display: "Pipeline Run Started On"},
		{Name: "PipelineRunCompletedOn", Target: "CalendarDate", FK: "PipelineRunCompletedDateSK", Display: "Completed On"},
		{Name: "ActivityStartedOn", Target: "CalendarDate", FK: "ActivityStartedDateSK", Display: "Activity Started On"},
		{Name: "ActivityCompletedOn", Target: "CalendarDate", FK: "ActivityCompletedDateSK", Display: "Activity Completed On"},
	},
}

// pipelineJobEntity is the jobs that runs have had.
var pipelineJobEntity = &EntityType{
	Name: "PipelineJob", Set: "PipelineJobs", Since: V3Preview,
	Key: []string{"PipelineJobSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "PipelineJobSK", Type: integer, NotNull: true},
		{Name: "PipelineId", Type: integer, Display: "Pipeline Id"},
		{Name: "PipelineSK", Type: integer},
		{Name: "StageName", Type: text, Display: "Pipeline Stage Name"},
		{Name: "JobName", Type: text, Display: "Pipeline Job Name"},
		{Name: "FullJobName", Type: text, Display: "Pipeline Full Job Name"},
		{Name: "StrategyAttributes", Type: text, Display: "Pipeline Job Strategy Attributes"},
		{Name: "StageId", Type: text, Display: "Stage Identifier"},
		{Name: "JobId", Type: text, Display: "Pipeline Job Identifier"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}

// pipelineTaskEntity is the task definitions that runs have used. Observed: the label of its set is the name of a text
// that was never supplied.
var pipelineTaskEntity = &EntityType{
	Name: "PipelineTask", Set: "PipelineTasks", SetDisplay: "ENTITY_SET_NAME_PIPELINE_TASKS", Since: V3Preview,
	Key: []string{"PipelineTaskSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "PipelineTaskSK", Type: integer, NotNull: true},
		{Name: "ProjectSK", Type: guid},
		{Name: "TaskDefinitionId", Type: guid, Display: "Task Definition Id"},
		{Name: "TaskDefinitionName", Type: text, Display: "Task Definition Name"},
		{Name: "TaskDefinitionVersion", Type: text, Display: "Task Definition Version"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}

// branchEntity is the branches that runs have built.
var branchEntity = &EntityType{
	Name: "Branch", Set: "Branches", SetDisplay: "Branches", Since: V3Preview,
	Key: []string{"BranchSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "BranchSK", Type: integer, NotNull: true},
		{Name: "RepositoryId", Type: text, NotNull: true, Display: "Repository Id"},
		{Name: "BranchName", Type: text, NotNull: true, Display: "Branch Name"},
		{Name: "RepositoryVstsId", Type: guid, Display: "Repository Vsts Id"},
		{Name: "AnalyticsUpdatedDate", Type: moment},
		{Name: "RepositoryUrl", Type: text, Display: "Repository Url"},
	},
}
