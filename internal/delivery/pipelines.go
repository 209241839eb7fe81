package delivery

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The lines of pipelines. Names are those of Build in the REST API.
type (
	pipelineLine struct {
		Kind     string   `json:"kind"`
		ID       *int64   `json:"id"`
		Name     string   `json:"name"`
		Revision *int64   `json:"revision"`
		Process  *process `json:"process"`
	}
	process struct {
		Type *int64 `json:"type"`
	}
	runLine struct {
		Kind       string           `json:"kind"`
		ID         *int64           `json:"id"`
		Definition *ref             `json:"definition"`
		Number     string           `json:"buildNumber"`
		Revision   *int64           `json:"buildNumberRevision"`
		Reason     string           `json:"reason"`
		Result     string           `json:"result"`
		Queued     *time.Time       `json:"queueTime"`
		Started    *time.Time       `json:"startTime"`
		Finished   *time.Time       `json:"finishTime"`
		Branch     string           `json:"sourceBranch"`
		Repository *repository      `json:"repository"`
		Records    []timelineRecord `json:"records"`
	}
	repository struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	}
	timelineRecord struct {
		ID         string          `json:"id"`
		Parent     string          `json:"parentId"`
		Type       string          `json:"type"`
		Name       string          `json:"name"`
		Identifier string          `json:"identifier"`
		Queued     *time.Time      `json:"queueTime"`
		Started    *time.Time      `json:"startTime"`
		Finished   *time.Time      `json:"finishTime"`
		Result     string          `json:"result"`
		Task       *taskDefinition `json:"task"`
		Log        *taskLog        `json:"log"`
	}
	taskDefinition struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	taskLog struct {
		URL string `json:"url"`
	}
)

func (p *pipelineLine) kind() Kind  { return PipelineKind }
func (p *pipelineLine) key() string { return number(p.ID) }

func (p *pipelineLine) check(c *checker) {
	c.id("id", p.ID)
	c.name("name", p.Name)
	c.count("revision", p.Revision)
	if p.Process != nil && (p.Process.Type == nil || *p.Process.Type < 1 || *p.Process.Type > 3) {
		c.fail("process.type must be 1 (designer), 2 (YAML) or 3 (Docker)")
	}
}

func (p *pipelineLine) needs(*needs) {}

func (p *pipelineLine) value(*resolver) any {
	v := Pipeline{ID: *p.ID, Name: p.Name, Revision: p.Revision}
	if p.Process != nil {
		v.Process = p.Process.Type
	}
	return v
}

func (r *runLine) kind() Kind  { return RunKind }
func (r *runLine) key() string { return number(r.ID) }

func (r *runLine) check(c *checker) {
	c.id("id", r.ID)
	c.ref("definition", r.Definition, true)
	c.text("buildNumber", r.Number, maxName)
	c.count("buildNumberRevision", r.Revision)
	c.word("reason", r.Reason, runReasons())
	c.word("result", r.Result, runResults())
	c.sequence(stamp{"queueTime", r.Queued}, stamp{"startTime", r.Started}, stamp{"finishTime", r.Finished})
	if r.Queued == nil {
		c.fail("queueTime is missing")
	}
	if (r.Branch == "") != (r.Repository == nil) {
		c.fail("sourceBranch and repository belong together; give both or neither")
	}
	c.text("sourceBranch", r.Branch, maxName)
	if r.Repository != nil {
		c.name("repository.id", r.Repository.ID)
		c.text("repository.url", r.Repository.URL, maxText)
	}
	if len(r.Records) > maxRecords {
		c.fail("records holds %d; a run may have %d", len(r.Records), maxRecords)
		return
	}
	byID := r.byID()
	for i := range r.Records {
		r.Records[i].check(c, byID)
	}
	if c.problem == "" && len(byID) < len(r.Records) {
		c.fail("two records have the same id")
	}
}

func (r *runLine) byID() map[string]*timelineRecord {
	all := make(map[string]*timelineRecord, len(r.Records))
	for i := range r.Records {
		all[r.Records[i].ID] = &r.Records[i]
	}
	return all
}

func (t *timelineRecord) check(c *checker, byID map[string]*timelineRecord) {
	in := func(member string) string { return "records." + member + " of " + strconv.Quote(t.Name) }
	c.name("records.id", t.ID)
	c.text("records.name", t.Name, maxName)
	c.text(in("identifier"), t.Identifier, maxName)
	if !isRecordType(t.Type) {
		c.fail("%s is %.40q; it must be one of %s", in("type"), t.Type, strings.Join(recordTypes(), ", "))
	}
	c.word(in("result"), t.Result, stepResults())
	c.sequence(stamp{in("queueTime"), t.Queued}, stamp{in("startTime"), t.Started}, stamp{in("finishTime"), t.Finished})
	if t.Queued != nil && t.Type != recordJob {
		c.fail("%s is only known of records of type Job", in("queueTime"))
	}
	if t.Task != nil {
		c.guid(in("task.id"), t.Task.ID)
		c.text(in("task.name"), t.Task.Name, maxName)
		c.text(in("task.version"), t.Task.Version, maxName)
	}
	if t.Log != nil {
		c.text(in("log.url"), t.Log.URL, maxText)
	}
	for at, steps := t, 0; at.Parent != ""; steps++ {
		parent := byID[at.Parent]
		if parent == nil {
			c.fail("%s is %.60q, which is no id of a record", in("parentId"), at.Parent)
			return
		}
		if steps > len(recordTypes()) {
			c.fail("%s leads more than %d records up; a timeline is no deeper", in("parentId"), len(recordTypes()))
			return
		}
		at = parent
	}
}

// above is the nearest record of a type above, or itself; nil for none.
func (t *timelineRecord) above(kind string, byID map[string]*timelineRecord) *timelineRecord {
	for ; t != nil; t = byID[t.Parent] {
		if t.Type == kind {
			return t
		}
	}
	return nil
}

func (t *timelineRecord) identifier() string {
	if t == nil || t.Identifier != "" {
		if t == nil {
			return ""
		}
		return t.Identifier
	}
	return t.Name
}

func (r *runLine) branchKey() string { return digest(r.Repository.ID, r.Branch) }

func (r *runLine) jobKey(job, stage *timelineRecord) string {
	return digest(number(r.Definition.ID), stage.identifier(), job.identifier())
}

func taskKey(t *taskDefinition) string { return digest(strings.ToLower(t.ID), t.Version) }

func (r *runLine) needs(n *needs) {
	n.known(PipelineKind, r.Definition)
	if r.Repository != nil {
		n.made(BranchKind, r.branchKey())
	}
	byID := r.byID()
	for i := range r.Records {
		t := &r.Records[i]
		if t.Type == recordJob {
			n.made(JobKind, r.jobKey(t, t.above(recordStage, byID)))
		}
		if t.Type == recordTask && t.Task != nil {
			n.made(TaskKind, taskKey(t.Task))
		}
	}
}

func (r *runLine) value(x *resolver) any {
	v := Run{ID: *r.ID, PipelineSK: x.known(PipelineKind, "definition", r.Definition), PipelineID: *r.Definition.ID, Number: r.Number,
		Revision: r.Revision, Reason: runReasons().number(r.Reason), Outcome: runResults().number(r.Result),
		Queued: exact(r.Queued), Started: exact(r.Started), Completed: exact(r.Finished)}
	if v.Revision == nil {
		v.Revision = trailingNumber(r.Number)
	}
	if r.Repository != nil {
		b := Branch{RepositoryID: r.Repository.ID, Name: strings.TrimPrefix(r.Branch, "refs/heads/"), URL: r.Repository.URL}
		if id, err := uuid.Parse(b.RepositoryID); err == nil && len(b.RepositoryID) == 36 {
			b.Hosted = id.String()
		}
		sk := x.made(BranchKind, r.branchKey(), b)
		v.BranchSK = &sk
	}
	byID := r.byID()
	for i := range r.Records {
		if s, ok := r.step(x, &r.Records[i], byID, v.PipelineSK); ok {
			v.Steps = append(v.Steps, s)
		}
	}
	v.FirstStep = x.firstStep(len(v.Steps))
	return v
}

// step is what a record of the timeline tells: tasks and approvals are steps, and so is the time a job was queued.
func (r *runLine) step(x *resolver, t *timelineRecord, byID map[string]*timelineRecord, pipeline int64) (s Step, ok bool) {
	job, stage := t.above(recordJob, byID), t.above(recordStage, byID)
	if job != nil {
		j := Job{PipelineSK: pipeline, PipelineID: *r.Definition.ID, Name: job.Name, ID: job.identifier()}
		if stage != nil {
			j.Stage, j.StageID = stage.Name, stage.identifier()
		}
		sk := x.made(JobKind, r.jobKey(job, stage), j)
		s.JobSK = &sk
		s.FromJob = seconds(job.Started, t.Started)
	}
	if stage != nil {
		s.FromStage = seconds(stage.Started, t.Started)
	}
	s.Name, s.Started, s.Completed, s.Outcome = t.Name, exact(t.Started), exact(t.Finished), stepResults().number(t.Result)
	if t.Log != nil {
		s.Log = t.Log.URL
	}
	switch {
	case t.Type == recordTask:
		s.Type = stepTask
		if t.Task != nil {
			sk := x.made(TaskKind, taskKey(t.Task), Task{ID: strings.ToLower(t.Task.ID), Name: t.Task.Name, Version: t.Task.Version})
			s.TaskSK = &sk
		}
	case t.Type == recordApproval:
		s.Type = stepApproval
	case t.Type == recordJob && t.Queued != nil:
		s = Step{Type: stepWait, JobSK: s.JobSK, Started: exact(t.Queued), Completed: exact(t.Started)}
		if stage != nil {
			s.FromStage = seconds(stage.Started, t.Queued)
		}
	default:
		return s, false
	}
	return s, true
}

// seconds is the whole seconds from one moment to another, nil when one of them is not known.
func seconds(from, to *time.Time) *int64 {
	if from == nil || to == nil {
		return nil
	}
	d := int64(to.Sub(*from) / time.Second)
	return &d
}

// trailingNumber is the counter at the end of a label like 20261122.3.
func trailingNumber(label string) *int64 {
	at := strings.LastIndexByte(label, '.')
	if at < 0 {
		return nil
	}
	n, err := strconv.ParseInt(label[at+1:], 10, 32)
	if err != nil || n < 0 {
		return nil
	}
	return &n
}
