package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"boardwalk/internal/db"
)

// record is what is stored of a pipeline, a test or an agent, with its members by their names in JSON.
type record struct {
	project, sk int64
	body        map[string]any
}

// int is the number of a member, nil when there is none.
func (r record) int(name string) any {
	if n, ok := r.body[name].(json.Number); ok {
		return integer(n)
	}
	return nil
}

// key is the number of a member, 0 when there is none.
func (r record) key(name string) int64 {
	n, _ := r.int(name).(int64)
	return n
}

// text is the text of a member, nil when there is none.
func (r record) text(name string) any {
	if s, _ := r.body[name].(string); s != "" {
		return s
	}
	return nil
}

func (r record) flag(name string) bool { b, _ := r.body[name].(bool); return b }

func (r record) time(name string) (time.Time, bool) {
	s, _ := r.body[name].(string)
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil
}

// parts are the members of a list, as records of their own.
func (r record) parts(name string) []record {
	var list []record
	of, _ := r.body[name].([]any)
	for _, x := range of {
		body, _ := x.(map[string]any)
		list = append(list, record{r.project, r.sk, body})
	}
	return list
}

// name is one of some names by the number of a member, nil when there is none.
func (r record) name(member string, names map[int64]enum) any {
	if n, ok := r.int(member).(int64); ok {
		if names[n] == "" {
			panic(fmt.Sprintf("%s %d has no name", member, n)) // stored by the store itself
		}
		return names[n]
	}
	return nil
}

// The names of the enums by number, as the published metadata lists them.
var (
	processTypes  = map[int64]enum{1: "Designer", 2: "Yaml", 3: "Docker"}
	runReasons    = map[int64]enum{0: "None", 1: "Manual", 2: "IndividualCI", 4: "BatchedCI", 8: "Schedule", 32: "UserCreated", 64: "ValidateShelveset", 128: "CheckInShelveset", 256: "PullRequest", 512: "PipelineRunCompletion"}
	runOutcomes   = map[int64]enum{0: "None", 2: "Succeed", 4: "PartiallySucceeded", 8: "Failed", 32: "Canceled"}
	taskOutcomes  = map[int64]enum{0: "Succeeded", 1: "SucceededWithIssues", 2: "Failed", 3: "Canceled", 4: "Skipped", 5: "Abandoned"}
	activityTypes = map[int64]enum{0: "Task", 1: "Approval", 2: "AgentWait"}
)

// made begins the row of a record in a project in sight; nil for others.
func (w *world) made(r record) row {
	p := w.projects[r.project]
	if p == nil {
		return nil
	}
	return row{"ProjectSK": p["ProjectSK"], "Project": p, "AnalyticsUpdatedDate": w.updated}
}

// put sets a value, unless there is none.
func (r row) put(name string, v any) {
	if v != nil {
		r[name] = v
	}
}

// lead sets a key and the row that it leads to.
func (r row) lead(name, key string, rows map[int64]row, sk any) {
	if n, ok := sk.(int64); ok {
		r[key], r[name] = n, rows[n]
	}
}

// moment sets a date of a record with its day and what leads there.
func (w *world) moment(r row, date string, of record, member string) {
	if at, ok := of.time(member); ok {
		r[date], r[date+"SK"] = at, w.daySK(at)
		w.link(r, strings.TrimSuffix(date, "Date")+"On", at)
	}
}

// between is the seconds from one moment of a record to another, nil when one is missing.
func between(a record, from string, b record, to string) any {
	x, ok := a.time(from)
	y, also := b.time(to)
	if !ok || !also {
		return nil
	}
	return float64(y.Sub(x).Microseconds()) / 1e6
}

// count sets the columns that are 1 for one outcome and 0 for all others.
func (r row) count(outcome any, columns map[string]enum) {
	for column, name := range columns {
		r[column] = int64(truthNumber(outcome == name))
	}
}

// records reads what is stored of a kind, in the order of keys.
func records(tx *db.Tx, org, kind int64, each func(r record)) error {
	rows, err := tx.Query(db.SQL("oracle", `SELECT project_id, sk, body FROM delivery_records WHERE org_id = $1 AND kind = $2 ORDER BY sk`), org, kind)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r record
		var body string
		if err := rows.Scan(&r.project, &r.sk, &body); err != nil {
			return err
		}
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&r.body); err != nil {
			return fmt.Errorf("record %d of kind %d: %w", r.sk, kind, err)
		}
		each(r)
	}
	return rows.Err()
}

// delivered are the rows of pipelines and tests by key, as others lead to them.
type delivered struct {
	pipelines, branches, jobs, tasks, runs, tests, configurations, suites map[int64]row
	plans, suiteRecords                                                   map[int64]record
}

// readDelivery makes the rows of pipelines, tests and agents. Kinds are numbered in the order in which one may name
// another.
func (w *world) readDelivery(tx *db.Tx, org int64) error {
	w.delivered = delivered{map[int64]row{}, map[int64]row{}, map[int64]row{}, map[int64]row{}, map[int64]row{}, map[int64]row{}, map[int64]row{}, map[int64]row{},
		map[int64]record{}, map[int64]record{}}
	for kind, read := range []func(record, row){w.addPipeline, w.addBranch, w.addJob, w.addTask, w.addRun, w.addTest, w.addConfiguration,
		w.addPlan, w.addSuite, w.addPoint, w.addTestRun, w.addRequest, w.addPoolSize, w.addParallelJobs} {
		err := records(tx, org, int64(kind+1), func(r record) {
			if made := w.made(r); made != nil || r.project == 0 {
				read(r, made)
			}
		})
		if err != nil {
			return err
		}
		if kind+1 == 9 {
			w.addSuites()
		}
	}
	w.addDays()
	return nil
}

func (w *world) addPipeline(of record, r row) {
	r["PipelineSK"], r["PipelineId"] = of.sk, of.int("id")
	r.put("PipelineName", of.text("name"))
	r.put("PipelineVersion", of.int("revision"))
	r.put("PipelineProcessType", of.name("process", processTypes))
	w.pipelines[of.sk] = w.add("Pipelines", r)
}

func (w *world) addBranch(of record, r row) {
	r["BranchSK"], r["RepositoryId"] = of.sk, of.body["repository"]
	r.put("BranchName", of.text("name"))
	r.put("RepositoryUrl", of.text("url"))
	if id, ok := of.text("hosted").(string); ok {
		r["RepositoryVstsId"] = guid(id)
	}
	w.branches[of.sk] = w.add("Branches", r)
}

func (w *world) addJob(of record, r row) {
	r["PipelineJobSK"], r["PipelineSK"], r["PipelineId"] = of.sk, of.int("pipeline"), of.int("pipelineId")
	full := of.body["name"].(string)
	if stage, ok := of.text("stage").(string); ok {
		r["StageName"], full = stage, stage+"."+full
	}
	r.put("StageId", of.text("stageId"))
	r.put("JobName", of.text("name"))
	r.put("JobId", of.text("id"))
	r.put("FullJobName", full)
	w.jobs[of.sk] = w.add("PipelineJobs", r)
}

func (w *world) addTask(of record, r row) {
	r["PipelineTaskSK"], r["TaskDefinitionId"] = of.sk, guid(of.body["id"].(string))
	r.put("TaskDefinitionName", of.text("name"))
	r.put("TaskDefinitionVersion", of.text("version"))
	w.tasks[of.sk] = w.add("PipelineTasks", r)
}

func (w *world) addRun(of record, r row) {
	r["PipelineRunSK"], r["PipelineRunId"], r["PipelineId"] = of.sk, of.int("id"), of.int("pipelineId")
	r.lead("Pipeline", "PipelineSK", w.pipelines, of.int("pipeline"))
	r.lead("Branch", "BranchSK", w.branches, of.int("branch"))
	r.put("RunNumber", of.text("number"))
	r.put("RunNumberRevision", of.int("revision"))
	r.put("RunReason", of.name("reason", runReasons))
	outcome := of.name("outcome", runOutcomes)
	r.put("RunOutcome", outcome)
	w.moment(r, "QueuedDate", of, "queued")
	w.moment(r, "StartedDate", of, "started")
	w.moment(r, "CompletedDate", of, "completed")
	r.put("RunDurationSeconds", between(of, "started", of, "completed"))
	r.put("QueueDurationSeconds", between(of, "queued", of, "started"))
	r.put("TotalDurationSeconds", between(of, "queued", of, "completed"))
	r.count(outcome, map[string]enum{"SucceededCount": "Succeed", "PartiallySucceededCount": "PartiallySucceeded", "FailedCount": "Failed", "CanceledCount": "Canceled"})
	w.runs[of.sk] = w.add("PipelineRuns", r)
	for i, step := range of.parts("steps") {
		w.addStep(of, step, int64(i), r)
	}
}

func (w *world) addStep(run, of record, i int64, ofRun row) {
	r := w.made(run)
	r["PipelineRunActivityResultSK"], r["PipelineRunId"] = run.key("firstStep")+i, run.int("id")
	for _, name := range []string{"PipelineSK", "Pipeline", "BranchSK", "Branch"} {
		r.put(name, ofRun[name])
	}
	for _, name := range []string{"Queued", "Started", "Completed"} {
		if at, ok := run.time(strings.ToLower(name)); ok {
			r["PipelineRun"+name+"DateSK"] = w.daySK(at)
			w.link(r, "PipelineRun"+name+"On", at)
		}
	}
	r.put("PipelineRunOutcome", ofRun["RunOutcome"])
	r.lead("PipelineTask", "PipelineTaskSK", w.tasks, of.int("task"))
	r.lead("PipelineJob", "PipelineJobSK", w.jobs, of.int("job"))
	w.moment(r, "ActivityStartedDate", of, "started")
	w.moment(r, "ActivityCompletedDate", of, "completed")
	r.put("TaskDisplayName", of.text("name"))
	r.put("TaskLogPath", of.text("log"))
	outcome := of.name("outcome", taskOutcomes)
	r.put("TaskOutcome", outcome)
	r.put("ActivityType", of.name("type", activityTypes))
	r.count(outcome, map[string]enum{"SucceededCount": "Succeeded", "SucceededWithIssuesCount": "SucceededWithIssues", "FailedCount": "Failed",
		"CanceledCount": "Canceled", "SkippedCount": "Skipped", "AbandonedCount": "Abandoned"})
	r.put("ActivityDurationSeconds", between(of, "started", of, "completed"))
	r.put("RelativeStartTimeFromJobSeconds", of.int("fromJob"))
	r.put("RelativeStartTimeFromStageSeconds", of.int("fromStage"))
	if seconds, ok := between(run, "started", of, "started").(float64); ok {
		r["RelativeStartTimeFromRunSeconds"] = int64(math.Floor(seconds))
	}
	w.add("PipelineRunActivityResults", r)
}

// addRequest makes a row for each full ten minutes at which a job waited for an agent or ran. documented: every ten
// minutes.
func (w *world) addRequest(of record, r row) {
	queued, _ := of.time("queued")
	started, ran := of.time("started")
	known, _ := of.time("received")
	r["RequestId"], r["PoolId"], r["IsHosted"] = of.int("id"), of.int("pool"), of.flag("hosted")
	r.put("PipelineType", of.text("plan"))
	r.lead("Pipeline", "PipelineSK", w.pipelines, of.int("pipeline"))
	w.moment(r, "QueuedDate", of, "queued")
	w.moment(r, "StartedDate", of, "started")
	w.moment(r, "FinishedDate", of, "finished")
	if r["QueueDurationSeconds"] = between(of, "queued", of, "started"); !ran {
		r["QueueDurationSeconds"] = between(of, "queued", of, "received")
	}
	for minute := queued.Unix() / 600 * 600; minute < known.Unix()+1; minute += 600 {
		at := time.Unix(minute, 0)
		if at.Before(queued) || !at.Before(known) {
			continue
		}
		sample := copyOf(r)
		sample["SamplingTime"], sample["SamplingDateSK"], sample["SamplingHour"] = at, w.daySK(at), int64(at.In(w.zone).Hour())
		sample["IsRunning"] = ran && !started.After(at)
		sample["IsQueued"] = sample["IsRunning"] == false
		w.add("TaskAgentRequestSnapshots", sample)
	}
}

func (w *world) addPoolSize(of record, _ row) {
	at, _ := of.time("sampled")
	w.add("TaskAgentPoolSizeSnapshots", row{"SamplingDate": at, "PoolId": of.int("pool"), "OnlineCount": of.int("online"), "OfflineCount": of.int("offline")})
}

func (w *world) addParallelJobs(of record, _ row) {
	at, _ := of.time("sampled")
	r := row{"SamplingDate": at, "ParallelismTag": of.body["tag"], "IsHosted": of.flag("hosted"), "IsPremium": of.flag("premium"),
		"FailedToReachAllProviders": of.flag("incomplete")}
	r.put("TotalCount", of.int("total"))
	r.put("TotalMinutes", of.int("minutes"))
	w.add("ParallelPipelineJobsSnapshot", r)
}
