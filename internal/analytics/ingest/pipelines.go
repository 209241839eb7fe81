package ingest

import (
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/delivery"

	"github.com/google/uuid"
)

// The outcomes of pipeline runs that are counted.
const (
	runSucceeded          = 2
	runPartiallySucceeded = 4
	runFailed             = 8
	runCanceled           = 32
)

// The outcomes of steps that are counted.
const (
	stepSucceeded = iota
	stepSucceededWithIssues
	stepFailed
	stepCanceled
	stepSkipped
	stepAbandoned
)

func (w *deliveryWriter) pipeline(r *delivery.Record, p *delivery.Pipeline) error {
	return w.to(edm.PipelinesTable).set("ProjectSK", r.Project).set("PipelineSK", r.SK).set("PipelineId", p.ID).set("PipelineName", p.Name).
		set("PipelineVersion", p.Revision).set("PipelineProcessType", p.Process).end()
}

func (w *deliveryWriter) branch(r *delivery.Record, v *delivery.Branch) error {
	row := w.to(edm.BranchesTable).set("ProjectSK", r.Project).set("BranchSK", r.SK).set("RepositoryId", v.RepositoryID).
		set("BranchName", v.Name).set("RepositoryUrl", v.URL)
	if v.Hosted != "" {
		id, err := uuid.Parse(v.Hosted)
		if err != nil {
			return err
		}
		row.set("RepositoryVstsId", id)
	}
	return row.end()
}

func (w *deliveryWriter) job(r *delivery.Record, j *delivery.Job) error {
	full := j.Name
	if j.Stage != "" {
		full = j.Stage + "." + j.Name
	}
	return w.to(edm.PipelineJobsTable).set("ProjectSK", r.Project).set("PipelineJobSK", r.SK).set("PipelineId", j.PipelineID).
		set("PipelineSK", j.PipelineSK).set("StageName", j.Stage).set("JobName", j.Name).set("FullJobName", full).
		set("StageId", j.StageID).set("JobId", j.ID).end()
}

func (w *deliveryWriter) task(r *delivery.Record, t *delivery.Task) error {
	id, err := uuid.Parse(t.ID)
	if err != nil {
		return err
	}
	return w.to(edm.PipelineTasksTable).set("ProjectSK", r.Project).set("PipelineTaskSK", r.SK).set("TaskDefinitionId", id).
		set("TaskDefinitionName", t.Name).set("TaskDefinitionVersion", t.Version).end()
}

func (w *deliveryWriter) run(r *delivery.Record, v *delivery.Run) error {
	w.runs[r.SK] = runKeys{}.of(v)
	err := w.to(edm.PipelineRunsTable).set("ProjectSK", r.Project).set("PipelineRunSK", r.SK).set("PipelineRunId", v.ID).
		set("PipelineId", v.PipelineID).set("PipelineSK", v.PipelineSK).set("BranchSK", v.BranchSK).
		set("RunNumber", v.Number).set("RunNumberRevision", v.Revision).set("RunReason", v.Reason).set("RunOutcome", v.Outcome).
		date("QueuedDate", v.Queued).date("StartedDate", v.Started).date("CompletedDate", v.Completed).
		set("RunDurationSeconds", secondsBetween(v.Started, v.Completed)).set("QueueDurationSeconds", secondsBetween(v.Queued, v.Started)).
		set("TotalDurationSeconds", secondsBetween(v.Queued, v.Completed)).
		set("SucceededCount", one(v.Outcome, runSucceeded)).set("PartiallySucceededCount", one(v.Outcome, runPartiallySucceeded)).
		set("FailedCount", one(v.Outcome, runFailed)).set("CanceledCount", one(v.Outcome, runCanceled)).end()
	if err != nil {
		return err
	}
	for i := range v.Steps {
		if err := w.step(r, v, i); err != nil {
			return err
		}
	}
	return nil
}

func (w *deliveryWriter) step(r *delivery.Record, v *delivery.Run, i int) error {
	s := &v.Steps[i]
	return w.to(edm.PipelineActivitiesTable).set("PipelineRunActivityResultSK", v.FirstStep+int64(i)).set("PipelineRunSK", r.SK).
		set("ProjectSK", r.Project).set("PipelineRunId", v.ID).set("PipelineSK", v.PipelineSK).set("BranchSK", v.BranchSK).
		set("PipelineTaskSK", s.TaskSK).set("PipelineJobSK", s.JobSK).
		day("PipelineRunQueuedDateSK", v.Queued).day("PipelineRunStartedDateSK", v.Started).day("PipelineRunCompletedDateSK", v.Completed).
		date("ActivityStartedDate", s.Started).date("ActivityCompletedDate", s.Completed).
		set("TaskDisplayName", s.Name).set("TaskLogPath", s.Log).set("TaskOutcome", s.Outcome).
		set("SucceededCount", one(s.Outcome, stepSucceeded)).set("SucceededWithIssuesCount", one(s.Outcome, stepSucceededWithIssues)).
		set("FailedCount", one(s.Outcome, stepFailed)).set("CanceledCount", one(s.Outcome, stepCanceled)).
		set("SkippedCount", one(s.Outcome, stepSkipped)).set("AbandonedCount", one(s.Outcome, stepAbandoned)).
		set("ActivityDurationSeconds", secondsBetween(s.Started, s.Completed)).set("PipelineRunOutcome", v.Outcome).
		set("ActivityType", s.Type).set("RelativeStartTimeFromJobSeconds", s.FromJob).set("RelativeStartTimeFromStageSeconds", s.FromStage).
		set("RelativeStartTimeFromRunSeconds", wholeSeconds(v.Started, s.Started)).end()
}

// sampling is how far the moments are apart at which requests for agents are looked at: full ten minutes of UTC.
// documented: every ten minutes.
const sampling = 10 * time.Minute

// request writes a row for each moment of the sampling at which a job waited or ran.
func (w *deliveryWriter) request(r *delivery.Record, v *delivery.Request) error {
	at := v.Queued.Truncate(sampling)
	if at.Before(v.Queued) {
		at = at.Add(sampling)
	}
	waited := v.Started
	if waited == nil {
		waited = &v.Received
	}
	for ; at.Before(v.Received); at = at.Add(sampling) {
		running := v.Started != nil && !at.Before(*v.Started)
		moment := at
		err := w.to(edm.AgentRequestsTable).set("RecordSK", r.SK).set("ProjectSK", r.Project).
			set("SamplingTime", at).day("SamplingDateSK", &moment).set("SamplingHour", at.In(w.b.catalog.Organization.Location).Hour()).
			date("QueuedDate", &v.Queued).date("StartedDate", v.Started).date("FinishedDate", v.Finished).
			set("QueueDurationSeconds", secondsBetween(&v.Queued, waited)).
			set("PipelineSK", v.PipelineSK).set("RequestId", v.ID).set("PoolId", v.PoolID).set("PipelineType", v.Plan).
			set("IsHosted", v.Hosted).set("IsRunning", running).set("IsQueued", !running).end()
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *deliveryWriter) poolSize(r *delivery.Record, v *delivery.PoolSize) error {
	return w.to(edm.AgentPoolsTable).set("RecordSK", r.SK).set("SamplingDate", v.Sampled).set("PoolId", v.PoolID).
		set("OnlineCount", v.Online).set("OfflineCount", v.Offline).end()
}

func (w *deliveryWriter) parallelJobs(r *delivery.Record, v *delivery.ParallelJobs) error {
	return w.to(edm.ParallelJobsTable).set("RecordSK", r.SK).set("SamplingDate", v.Sampled).set("ParallelismTag", v.Tag).
		set("IsHosted", v.Hosted).set("IsPremium", v.Premium).set("TotalCount", v.Total).set("TotalMinutes", v.Minutes).
		set("FailedToReachAllProviders", v.Incomplete).end()
}
