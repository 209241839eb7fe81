package edm

// taskAgentRequestSnapshotEntity is the requests for build machines, sampled every ten minutes. The documentation
// publishes this and the next two types without saying what may be null, so their keys alone are not.
var taskAgentRequestSnapshotEntity = &EntityType{
	Name: "TaskAgentRequestSnapshot", Set: "TaskAgentRequestSnapshots", Since: V4Preview,
	Key: []string{"SamplingDateSK", "SamplingTime"}, ProjectBound: true, Snapshot: true,
	Properties: []Property{
		{Name: "SamplingDateSK", Type: integer, NotNull: true},
		{Name: "SamplingHour", Type: integer},
		{Name: "SamplingTime", Type: moment, NotNull: true, Display: "Sample Time"},
		{Name: "QueuedDate", Type: moment, Display: "Queued Date"},
		{Name: "QueuedDateSK", Type: integer},
		{Name: "StartedDate", Type: moment, Display: "Started Date"},
		{Name: "StartedDateSK", Type: integer},
		{Name: "FinishedDate", Type: moment, Display: "Job End Date"},
		{Name: "FinishedDateSK", Type: integer},
		{Name: "QueueDurationSeconds", Type: decimal, Display: "Queue Duration Seconds"},
		{Name: "ProjectSK", Type: guid},
		{Name: "PipelineSK", Type: integer},
		{Name: "RequestId", Type: long, Display: "Request Id"},
		{Name: "PoolId", Type: integer, Display: "Pool Id"},
		{Name: "PipelineType", Type: text, Display: "Pipeline Type"},
		{Name: "IsHosted", Type: boolean, Display: "Hosted Or Self-hosted"},
		{Name: "IsRunning", Type: boolean, Display: "Build Running"},
		{Name: "IsQueued", Type: boolean, Display: "Build Queued"},
	},
	Navigation: []Navigation{
		{Name: "QueuedOn", Target: "CalendarDate", FK: "QueuedDateSK"},
		{Name: "StartedOn", Target: "CalendarDate", FK: "StartedDateSK"},
		{Name: "FinishedOn", Target: "CalendarDate", FK: "FinishedDateSK"},
		{Name: "Pipeline", Target: "Pipeline", FK: "PipelineSK"},
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}

// taskAgentPoolSizeSnapshotEntity is the size of the agent pools at each sample.
var taskAgentPoolSizeSnapshotEntity = &EntityType{
	Name: "TaskAgentPoolSizeSnapshot", Set: "TaskAgentPoolSizeSnapshots", Since: V4Preview,
	Key: []string{"SamplingDate"}, Snapshot: true,
	Properties: []Property{
		{Name: "SamplingDate", Type: moment, NotNull: true, Display: "Sample Date"},
		{Name: "PoolId", Type: integer, Display: "Pool Id"},
		{Name: "OnlineCount", Type: integer, Display: "Online Count"},
		{Name: "OfflineCount", Type: integer, Display: "Offline Count"},
	},
}

// parallelPipelineJobsSnapshotEntity is the parallel jobs bought and used at each sample.
var parallelPipelineJobsSnapshotEntity = &EntityType{
	Name: "ParallelPipelineJobsSnapshot", Set: "ParallelPipelineJobsSnapshot", Since: V4Preview,
	Key: []string{"IsHosted", "ParallelismTag", "SamplingDate"}, Snapshot: true,
	Properties: []Property{
		{Name: "SamplingDate", Type: moment, NotNull: true, Display: "Sample Date"},
		{Name: "ParallelismTag", Type: text, NotNull: true, Display: "Parallelism Type"},
		{Name: "IsHosted", Type: boolean, NotNull: true, Display: "Hosted Or Self-hosted"},
		{Name: "IsPremium", Type: boolean, Display: "Premium Type"},
		{Name: "TotalCount", Type: integer, Display: "Number Of Parallel Pipelines Jobs"},
		{Name: "TotalMinutes", Type: integer, Display: "Number Of Parallel Pipelines Minutes"},
		{Name: "FailedToReachAllProviders", Type: boolean, Display: "Failed To Reach All Providers"},
	},
}
