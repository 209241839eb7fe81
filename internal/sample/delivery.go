package sample

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/delivery"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// object is a line of records, or a part of one, as docs/ingestion.md describes them.
type object = map[string]any

// workshop makes the pipelines, runs and tests of a project. Its dice are its own: nothing else of the sample depends on
// what it draws.
type workshop struct {
	*dice
	name   string // of the project
	first  int64  // number its ids begin at
	lines  bytes.Buffer
	number int // of lines
	people []string
	points int64 // made so far

	requirements []*history
	cases        []*history
}

// product is what a workshop makes: its pipelines, and how often they run.
type product struct {
	project   string
	slug      string
	pipelines []pipelineSpec
	runs      int
	suites    []string
	areas     []string // names of test containers
}

type pipelineSpec struct {
	name     string
	process  int64
	deploys  bool
	schedule bool
	weight   int
}

func products() []product {
	return []product{
		{project: "Fabrikam Fiber", slug: "fabrikam-fiber", runs: 260, pipelines: []pipelineSpec{
			{"Fabrikam-Fiber-CI", 2, false, false, 6}, {"Fabrikam-Fiber-Release", 2, true, false, 2}, {"Fabrikam-Fiber-Nightly", 1, false, true, 2}},
			suites: []string{"Smoke", "Billing", "Self service"}, areas: []string{"Fabrikam.Fiber.Tests.dll", "Fabrikam.Fiber.Web.Tests.dll"}},
		{project: "Adventure Works", slug: "adventure-works", runs: 120, pipelines: []pipelineSpec{
			{"Adventure-Works-CI", 2, false, false, 5}, {"Adventure-Works-Deploy", 2, true, false, 2}},
			suites: []string{"Smoke", "Checkout"}, areas: []string{"AdventureWorks.Tests.dll"}},
	}
}

// loadDelivery stores pipelines and tests of some projects.
func (c Config) loadDelivery(ctx context.Context, org int64, w *world, all []*history) error {
	caller := access.System(org, &access.User{UniqueName: "sample"})
	store := delivery.New(delivery.Config{DB: c.DB, Access: c.Access, Clock: present})
	for i, p := range products() {
		at, err := w.catalog.FindProject(p.project)
		if err != nil {
			return err
		}
		s := &workshop{dice: newDice(0x6465_6c69_7665_7279), name: p.project, first: int64(1 + i*1000)}
		s.start(int64(i))
		for _, h := range all {
			switch {
			case h.item.Project != at.ID || h.item.DeletedAt != nil:
			case h.kind.role == requirement:
				s.requirements = append(s.requirements, h)
				s.know(w.mails[h.fields().User(project.FieldChangedBy)-1])
			case h.kind.role == test:
				s.cases = append(s.cases, h)
			}
		}
		if err := s.make(&p); err != nil {
			return err
		}
		if _, err := store.Ingest(ctx, caller, at.ID, s.lines.Bytes(), 1); err != nil {
			return fmt.Errorf("pipelines and tests of %s: %w", p.project, err)
		}
	}
	return nil
}

func (s *workshop) make(p *product) error {
	for i, one := range p.pipelines {
		err := s.write(object{"kind": "pipeline", "id": s.first + int64(i), "name": one.name, "revision": 3 + s.IntN(20), "process": object{"type": one.process}})
		if err != nil {
			return err
		}
	}
	if err := s.agents(p); err != nil {
		return err
	}
	if err := s.runs(p); err != nil {
		return err
	}
	return s.plans(p)
}

// know adds somebody who has worked in the project to those who test.
func (s *workshop) know(mail string) {
	if !slices.Contains(s.people, mail) {
		s.people = append(s.people, mail)
	}
}

// write adds a line.
func (s *workshop) write(o object) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	s.number++
	s.lines.Write(text)
	return s.lines.WriteByte('\n')
}

func stampOf(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// began is when the sample's pipelines ran first.
func began() time.Time { return instant("2024-01-03T15:00:00Z") }

// branches are built in this proportion.
func (s *workshop) branch(p *pipelineSpec) (ref, reason string) {
	switch {
	case p.schedule:
		return "refs/heads/main", "schedule"
	case p.deploys:
		return pick(s.dice, []string{"refs/heads/main", "refs/heads/main", "refs/heads/releases/2026"}), pick(s.dice, []string{"manual", "buildCompletion"})
	}
	if s.chance(400) {
		return fmt.Sprintf("refs/pull/%d/merge", 100+s.IntN(40)), "pullRequest"
	}
	return pick(s.dice, []string{"refs/heads/main", "refs/heads/main", "refs/heads/main", "refs/heads/releases/2026", "refs/heads/features/outage-map"}),
		pick(s.dice, []string{"individualCI", "individualCI", "batchedCI", "manual"})
}

// runs spreads runs between the beginning and the present.
func (s *workshop) runs(p *product) error {
	weights := make([]int, len(p.pipelines))
	for i, one := range p.pipelines {
		weights[i] = one.weight
	}
	span := present().Add(-5 * time.Hour).Sub(began())
	perDay := map[string]int{}
	for i := range p.runs {
		at := s.weighted(weights)
		one := &p.pipelines[at]
		queued := began().Add(span/time.Duration(p.runs)*time.Duration(i) + time.Duration(s.IntN(3*3600))*time.Second + time.Duration(s.IntN(1000))*time.Millisecond)
		day := queued.Format("20060102")
		perDay[day]++
		r := &pipelineRun{workshop: s, product: p, spec: one, id: 100 + s.first*10 + int64(i), pipeline: s.first + int64(at), queued: queued,
			label: fmt.Sprintf("%s.%d", day, perDay[day])}
		if err := r.write(); err != nil {
			return err
		}
	}
	return nil
}

// pipelineRun is a run being written.
type pipelineRun struct {
	*workshop
	product  *product
	spec     *pipelineSpec
	id       int64
	pipeline int64
	label    string
	queued   time.Time
	at       time.Time // of the step being written
	records  []object
	result   string
	tests    []object // results
}

func (r *pipelineRun) record(kind, name, parent string, o object) string {
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s/%d/%d", r.name, r.id, len(r.records))).String()
	o["id"], o["type"], o["name"] = id, kind, name
	if parent != "" {
		o["parentId"] = parent
	}
	r.records = append(r.records, o)
	return id
}

// The tasks of the sample, with the GUIDs under which they are known.
func tasks() map[string]object {
	return map[string]object{
		"NuGet restore":    {"id": "333b11bd-d341-40d9-afcf-b32d5ce6f23b", "name": "NuGetCommand", "version": "2.221.1"},
		"Build solution":   {"id": "71a9a2d3-a98a-4caa-96ab-affca411ecda", "name": "VSBuild", "version": "1.217.2"},
		"Run tests":        {"id": "ef087383-ee5e-42c7-9a53-ab56c98420f9", "name": "VSTest", "version": "2.221.0"},
		"Publish artifact": {"id": "2ff763a7-ce83-4e1f-bc89-0ae63477cebe", "name": "PublishBuildArtifacts", "version": "1.200.0"},
		"Deploy web app":   {"id": "497d490f-eea7-4f2b-ab94-48d9c1acdcb1", "name": "AzureRmWebAppDeployment", "version": "4.210.2"},
	}
}

// write makes the stages of a run and, when tests ran, the test run.
func (r *pipelineRun) write() error {
	ref, reason := r.branch(r.spec)
	wait := r.lasting(40 * time.Second)
	if wait > time.Hour {
		wait = time.Hour
	}
	started := r.queued.Add(wait)
	r.at, r.result = started, "succeeded"
	r.stage("Build", started, "NuGet restore", "Build solution", "Run tests", "Publish artifact")
	if r.spec.deploys && r.result == "succeeded" {
		approval := r.at
		r.at = r.at.Add(r.lasting(20 * time.Minute))
		if limit := approval.Add(2 * time.Hour); r.at.After(limit) {
			r.at = limit
		}
		checkpoint := r.record("Checkpoint", "Checkpoint", "", object{})
		r.record("Checkpoint.Approval", "Approval", checkpoint, object{"startTime": stampOf(approval), "finishTime": stampOf(r.at), "result": "succeeded"})
		r.stage("Deploy", r.at, "Deploy web app")
	}
	err := r.workshop.write(object{"kind": "pipelineRun", "id": r.id, "definition": object{"id": r.pipeline}, "buildNumber": r.label, "reason": reason,
		"result": r.result, "queueTime": stampOf(r.queued), "startTime": stampOf(started), "finishTime": stampOf(r.at),
		"sourceBranch": ref, "repository": object{"id": guid(r.name, "repository").String(), "url": "https://example.com/" + r.product.slug + "/_git/main"},
		"records": r.records})
	if err != nil {
		return err
	}
	if len(r.tests) > 0 {
		if err := r.testRun(started); err != nil {
			return err
		}
	}
	return r.workshop.write(object{"kind": "agentRequest", "requestId": r.id, "poolId": 1 + r.id%2, "isHosted": r.id%2 == 0, "planType": "Build",
		"definition": object{"id": r.pipeline}, "queueTime": stampOf(r.queued), "assignTime": stampOf(started), "finishTime": stampOf(r.at)})
}

// stage writes a stage with one job and its tasks, and decides how the run ends.
func (r *pipelineRun) stage(name string, begin time.Time, steps ...string) {
	known := tasks()
	stage := r.record("Stage", name, "", object{"identifier": name, "startTime": stampOf(begin)})
	job := r.record("Job", name+" job", stage, object{"identifier": name + ".Job1", "queueTime": stampOf(begin.Add(-3 * time.Second)), "startTime": stampOf(begin)})
	inStage, inJob := r.records[len(r.records)-2], r.records[len(r.records)-1]
	ended := ""
	for _, step := range steps {
		if ended != "" {
			r.record("Task", step, job, object{"result": "skipped", "task": known[step]})
			continue
		}
		from := r.at
		r.at = from.Add(r.lasting(70*time.Second) + time.Duration(r.IntN(1000))*time.Millisecond)
		if limit := from.Add(50 * time.Minute); r.at.After(limit) {
			r.at = limit
		}
		result := "succeeded"
		switch draw := r.IntN(1000); {
		case step == "Run tests":
			result = r.results(from)
		case draw < 25:
			result = "failed"
		case draw < 40:
			result = "canceled"
		case draw < 90:
			result = "succeededWithIssues"
		}
		r.record("Task", step, job, object{"result": result, "startTime": stampOf(from), "finishTime": stampOf(r.at), "task": known[step],
			"log": object{"url": fmt.Sprintf("https://example.com/%s/_apis/build/builds/%d/logs/%d", r.product.slug, r.id, len(r.records))}})
		switch result {
		case "failed", "canceled":
			ended, r.result = result, result
		case "succeededWithIssues":
			if r.result == "succeeded" && r.chance(300) {
				r.result = "partiallySucceeded"
			}
		}
	}
	for _, o := range []object{inStage, inJob} {
		o["finishTime"] = stampOf(r.at)
		if o["result"] = "succeeded"; ended != "" {
			o["result"] = ended
		}
	}
}

// results draws the outcomes of tests, and what the task that ran them says.
func (r *pipelineRun) results(from time.Time) string {
	verdict := "succeeded"
	words := []string{"Login", "Outage map", "Invoice", "Speed test", "Modem swap", "Plan change", "Credit card", "Search", "Ticket", "Sign up"}
	for i, word := range words {
		container := r.product.areas[i%len(r.product.areas)]
		outcome, flaky := "Passed", false
		switch draw := r.IntN(1000); {
		case draw < 25+5*i:
			outcome = "Failed"
		case draw < 100:
			outcome = "NotExecuted"
		case draw < 110:
			outcome = "NotImpacted"
		case draw < 130:
			flaky = true
		}
		if outcome == "Failed" {
			verdict = "failed"
			if r.chance(700) {
				verdict = "succeededWithIssues"
			}
		}
		name := fmt.Sprintf("%s_%02d", word, i+1)
		result := object{"id": 100000 + i, "testCaseTitle": word + " works", "automatedTestName": "Tests." + name, "automatedTestStorage": container,
			"outcome": outcome, "priority": 1 + i%3, "owner": object{"displayName": []string{"Team Blue", "Team Red"}[i%2]}}
		if outcome != "NotExecuted" {
			result["durationInMs"] = min(r.spread(int64(400+100*i)), math.MaxInt16)
		}
		if flaky {
			result["isFlaky"] = true
		}
		r.tests = append(r.tests, result)
	}
	return verdict
}

func (r *pipelineRun) testRun(started time.Time) error {
	run := object{"kind": "testRun", "id": r.id, "name": "VSTest " + r.label, "isAutomated": true, "build": object{"id": r.id},
		"startedDate": stampOf(started), "completedDate": stampOf(r.at), "results": r.tests}
	if r.spec.deploys {
		run["release"] = object{"id": r.id, "environmentId": 2 * r.id, "definitionId": r.pipeline, "environmentDefinitionId": 2}
	}
	return r.workshop.write(run)
}

// agents writes how large the agent pools were, for the first project only: they belong to the organization.
func (s *workshop) agents(p *product) error {
	if p.project != products()[0].project {
		return nil
	}
	for i := range 60 {
		at := present().Truncate(24*time.Hour).AddDate(0, 0, -i)
		for pool := 1; pool <= 2; pool++ {
			online := 3 + s.IntN(4)
			if err := s.write(object{"kind": "agentPoolSize", "poolId": pool, "samplingDate": stampOf(at), "onlineCount": online, "offlineCount": 7 - online}); err != nil {
				return err
			}
		}
		if err := s.write(object{"kind": "parallelJobs", "samplingDate": stampOf(at), "parallelismTag": "Private", "isHosted": true, "totalCount": 5}); err != nil {
			return err
		}
	}
	return nil
}
