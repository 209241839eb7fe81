// Package delivery keeps what is known of building and testing software: pipelines and their runs, tests and their
// results, agents. It hides the lines such records arrive in, how they are checked, and where they are stored; it must
// not know HTTP, queries or the analytics tables. Start reading at Store.Ingest, then line.go (what a line is), pipelines.go
// and tests.go (what it holds); followers of the change feed read with Changed and All.
package delivery

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kind tells what a record is. Numbers are stored: never reuse one. All passes records in this order, so that what others
// refer to comes first.
type Kind int64

// The kinds. Those of the second half are not sent: they are made when a run first names them.
const (
	PipelineKind      Kind = 1
	BranchKind        Kind = 2
	JobKind           Kind = 3
	TaskKind          Kind = 4
	RunKind           Kind = 5
	TestKind          Kind = 6
	ConfigurationKind Kind = 7
	PlanKind          Kind = 8
	SuiteKind         Kind = 9
	PointKind         Kind = 10
	TestRunKind       Kind = 11
	RequestKind       Kind = 12
	PoolSizeKind      Kind = 13
	ParallelJobsKind  Kind = 14
)

// Record is a stored record. SK is its key in Analytics: a positive 32-bit number, unique among the records of a kind.
type Record struct {
	Project int64
	Kind    Kind
	SK      int64
	body    string
}

// Decode reads the record's value, which must be of the type that belongs to the kind.
func Decode[T any](r *Record) (*T, error) {
	v := new(T)
	if err := json.Unmarshal([]byte(r.body), v); err != nil {
		return nil, fmt.Errorf("record %d of kind %d: %w", r.SK, r.Kind, err)
	}
	return v, nil
}

// The values of records. Fields that end in SK are keys of other records of the same project; numbers of outcomes,
// reasons and types are those of the enums of Analytics.
type (
	// Pipeline is a definition.
	Pipeline struct {
		ID       int64  `json:"id"`
		Name     string `json:"name"`
		Revision *int64 `json:"revision,omitempty"`
		Process  *int64 `json:"process,omitempty"`
	}
	// Branch is a branch that was built.
	Branch struct {
		RepositoryID string `json:"repository"`
		Hosted       string `json:"hosted,omitempty"` // GUID of a repository of the service itself
		Name         string `json:"name"`
		URL          string `json:"url,omitempty"`
	}
	// Job is a job that runs of a pipeline have had.
	Job struct {
		PipelineSK int64  `json:"pipeline"`
		PipelineID int64  `json:"pipelineId"`
		Stage      string `json:"stage,omitempty"`
		StageID    string `json:"stageId,omitempty"`
		Name       string `json:"name"`
		ID         string `json:"id"`
	}
	// Task is a version of a task definition.
	Task struct {
		ID      string `json:"id"` // GUID
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	// Run is a run of a pipeline with its steps.
	Run struct {
		ID         int64      `json:"id"`
		PipelineSK int64      `json:"pipeline"`
		PipelineID int64      `json:"pipelineId"`
		BranchSK   *int64     `json:"branch,omitempty"`
		Number     string     `json:"number,omitempty"`
		Revision   *int64     `json:"revision,omitempty"`
		Reason     *int64     `json:"reason,omitempty"`
		Outcome    *int64     `json:"outcome,omitempty"`
		Queued     *time.Time `json:"queued,omitempty"`
		Started    *time.Time `json:"started,omitempty"`
		Completed  *time.Time `json:"completed,omitempty"`
		FirstStep  int64      `json:"firstStep,omitempty"` // key of the first step; the others follow
		Steps      []Step     `json:"steps,omitempty"`
	}
	// Step is a task, an approval, or a job's wait for an agent.
	Step struct {
		Type      int64      `json:"type"`
		Name      string     `json:"name,omitempty"`
		Log       string     `json:"log,omitempty"`
		TaskSK    *int64     `json:"task,omitempty"`
		JobSK     *int64     `json:"job,omitempty"`
		Outcome   *int64     `json:"outcome,omitempty"`
		Started   *time.Time `json:"started,omitempty"`
		Completed *time.Time `json:"completed,omitempty"`
		FromJob   *int64     `json:"fromJob,omitempty"` // seconds between the start of the job and that of the step
		FromStage *int64     `json:"fromStage,omitempty"`
	}
	// Test is a test that has run.
	Test struct {
		Reference *int64 `json:"reference,omitempty"`
		Name      string `json:"name"`
		FullName  string `json:"fullName,omitempty"`
		Container string `json:"container,omitempty"`
		Owner     string `json:"owner,omitempty"`
		Priority  *int64 `json:"priority,omitempty"`
	}
	// Configuration is a test configuration.
	Configuration struct {
		ID    int64  `json:"id"`
		Name  string `json:"name"`
		State string `json:"state,omitempty"`
	}
	// Plan is a test plan.
	Plan struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	// Suite is a test suite.
	Suite struct {
		ID          int64  `json:"id"`
		PlanSK      int64  `json:"plan"`
		ParentSK    *int64 `json:"parent,omitempty"`
		Name        string `json:"name"`
		Order       int64  `json:"order,omitempty"`
		Type        *int64 `json:"type,omitempty"`
		Requirement *int64 `json:"requirement,omitempty"` // id of a work item
	}
	// Point is a test case in a suite and a configuration, with all states it was in, the oldest first.
	Point struct {
		ID              int64        `json:"id"`
		PlanID          int64        `json:"planId"`
		SuiteID         int64        `json:"suiteId"`
		SuiteSK         int64        `json:"suite"`
		ConfigurationSK int64        `json:"configuration"`
		ConfigurationID int64        `json:"configurationId"`
		TestCase        int64        `json:"testCase"` // id of a work item
		States          []PointState `json:"states"`
	}
	// PointState is what a point was from a moment on.
	PointState struct {
		Changed    time.Time `json:"changed"`
		Outcome    int64     `json:"outcome"`
		State      int64     `json:"state"`
		Tester     *int64    `json:"tester,omitempty"` // id of a user
		AssignedTo *int64    `json:"assignedTo,omitempty"`
		Priority   *int64    `json:"priority,omitempty"`
		Automation string    `json:"automation,omitempty"`
	}
	// TestRun is a run of tests with its results.
	TestRun struct {
		ID        int64      `json:"id"`
		Title     string     `json:"title,omitempty"`
		Automated bool       `json:"automated,omitempty"`
		RunSK     *int64     `json:"run,omitempty"` // pipeline run
		Release   *Release   `json:"release,omitempty"`
		Started   *time.Time `json:"started,omitempty"`
		Completed *time.Time `json:"completed,omitempty"`
		Results   []Result   `json:"results,omitempty"`
	}
	// Release is where a classic release ran tests.
	Release struct {
		ID                      *int64 `json:"id,omitempty"`
		EnvironmentID           *int64 `json:"environmentId,omitempty"`
		DefinitionID            *int64 `json:"definitionId,omitempty"`
		EnvironmentDefinitionID *int64 `json:"environmentDefinitionId,omitempty"`
	}
	// Result is the result of a test.
	Result struct {
		ID        int64      `json:"id"`
		TestSK    int64      `json:"test"`
		Outcome   int64      `json:"outcome"`
		Millis    *int64     `json:"ms,omitempty"`
		Started   *time.Time `json:"started,omitempty"`
		Completed *time.Time `json:"completed,omitempty"`
		Flaky     bool       `json:"flaky,omitempty"`
	}
	// Request is a job's request for an agent.
	Request struct {
		ID         int64      `json:"id"`
		PoolID     int64      `json:"pool"`
		PipelineSK *int64     `json:"pipeline,omitempty"`
		Plan       string     `json:"plan,omitempty"`
		Hosted     bool       `json:"hosted,omitempty"`
		Queued     time.Time  `json:"queued"`
		Started    *time.Time `json:"started,omitempty"`
		Finished   *time.Time `json:"finished,omitempty"`
		Received   time.Time  `json:"received"` // the last moment anything is known of
	}
	// PoolSize is how many agents a pool had at a moment.
	PoolSize struct {
		Sampled time.Time `json:"sampled"`
		PoolID  int64     `json:"pool"`
		Online  int64     `json:"online"`
		Offline int64     `json:"offline"`
	}
	// ParallelJobs is how many parallel jobs an organization had at a moment.
	ParallelJobs struct {
		Sampled    time.Time `json:"sampled"`
		Tag        string    `json:"tag"`
		Hosted     bool      `json:"hosted,omitempty"`
		Premium    bool      `json:"premium,omitempty"`
		Total      *int64    `json:"total,omitempty"`
		Minutes    *int64    `json:"minutes,omitempty"`
		Incomplete bool      `json:"incomplete,omitempty"`
	}
)
