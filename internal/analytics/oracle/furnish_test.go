package oracle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/delivery"
	"boardwalk/internal/project"
)

// redraw changes boards at some moments of the items' history, two of them on one day: columns are renamed, added, split,
// mapped anew and removed, lanes come and go. One team puts its bugs elsewhere than its process does, and hides a board.
func (f *fixture) redraw(t *testing.T) {
	t.Helper()
	for step, at := range []string{"2022-03-05T08:00:00Z", "2023-11-20T23:30:00Z", "2023-11-21T01:00:00Z", "2024-06-15T12:00:00Z", "2026-05-01T06:00:00Z"} {
		f.clock.Store(moment(at).UnixMicro())
		f.redrawAll(t, step)
	}
	f.clock.Store(now().UnixMicro())
	for _, name := range []string{"Fabrikam Fiber", "Adventure Works"} {
		catalog, err := f.projects.Snapshot(t.Context(), f.org)
		if err != nil {
			t.Fatal(err)
		}
		p, err := catalog.FindProject(name)
		if err != nil {
			t.Fatal(err)
		}
		team, bugs := p.Teams[len(p.Teams)-1], project.BugsAsTasks
		if p.Process.BugsBehavior == bugs {
			bugs = project.BugsAsRequirements
		}
		change := project.SettingsChange{Bugs: &bugs, Visible: map[string]bool{"Microsoft.FeatureCategory": false}}
		if err := f.projects.SetTeamSettings(t.Context(), f.admin, name, team.Name, change); err != nil {
			t.Fatal(err)
		}
	}
}

// redrawAll takes a step with all boards; with one behind the last, of projects that the reader cannot read.
func (f *fixture) redrawAll(t *testing.T, step int) {
	t.Helper()
	err := f.db.Update(t.Context(), func(tx *db.Tx) error {
		catalog, err := f.projects.Catalog(tx, f.org)
		if err != nil {
			return err
		}
		for _, p := range catalog.Projects {
			if step > last && p.Name == "Fabrikam Fiber" {
				continue
			}
			for _, team := range p.Teams {
				for _, b := range team.Boards {
					if (int(b.ID)+step)%5 == 0 {
						continue
					}
					if err := f.redrawOne(tx, b, step); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// last is the step of a board's changes that comes when the rest has been copied.
const last = 5

func (f *fixture) redrawOne(tx *db.Tx, b *project.Board, step int) error {
	c := slices.Clone(b.Columns)
	end := len(c) - 1
	switch {
	case step == 0:
		c[1].Name, c[1].ItemLimit = "Develop", 4
	case step == 1: // what was in the first column in progress waits in front of it
		c = slices.Insert(c, 1, project.BoardColumn{Name: "Ready", Type: project.InProgressColumn, States: c[1].States})
	case step == 2:
		c[1].Split = true
	case step == 3:
		c[0].Name, c[end].Name = "Ideas", "Shipped"
	case step == 4 && b.ID%2 == 0:
		return f.projects.SetRows(tx, f.org, b, []project.BoardRow{{Name: "Expedite"}, {}})
	case step > last:
		c[0].Name, c[end].Name, c[1].ItemLimit = "Secret", "Secrets", 77
	case step == last:
		c[0].Name = "Inbox"
	case end > 2:
		c = slices.Delete(c, 1, 2)
	}
	return f.projects.SetColumns(tx, f.org, b, c)
}

// sent is what the sample lacks of pipelines and tests: runs that have not begun or ended or that nothing is known of,
// suites in suites, states of a point around midnight and within a day, results without durations and without a day,
// numbers that other projects use as well. It is sent to Fabrikam in two parts, the second of which changes some of the first.
var sent = [2]string{`
{"kind":"pipeline","id":1,"name":"Oracle CI"}
{"kind":"pipelineRun","id":110,"definition":{"id":1},"queueTime":"2026-03-08T09:59:59.999Z"}
{"kind":"pipelineRun","id":111,"definition":{"id":1},"buildNumber":"a.b","reason":"resourceTrigger","queueTime":"2026-11-01T08:30:00Z","startTime":"2026-11-01T09:30:00.25Z","sourceBranch":"refs/heads/Main","repository":{"id":"oracle"}}
{"kind":"pipelineRun","id":112,"definition":{"id":1},"buildNumber":"7","result":"none","queueTime":"2024-02-29T07:59:59Z","startTime":"2024-02-29T08:00:00Z","finishTime":"2024-02-29T08:00:00Z","sourceBranch":"refs/heads/main","repository":{"id":"oracle"},"records":[{"id":"a","type":"Task","name":"alone","result":"abandoned"},{"id":"b","type":"Task","name":"early","result":"skipped","startTime":"2024-02-29T07:59:58.5Z","finishTime":"2024-02-29T08:00:00Z"}]}
{"kind":"testConfiguration","id":1,"name":"none","state":"inactive"}
{"kind":"testPlan","id":480,"name":"Oracle plan"}
{"kind":"testSuite","id":376,"name":"root","plan":{"id":480}}
{"kind":"testSuite","id":361,"name":"middle","plan":{"id":480},"parentSuite":{"id":376},"order":2,"suiteType":"dynamicTestSuite"}
{"kind":"testSuite","id":3,"name":"leaf","plan":{"id":480},"parentSuite":{"id":361},"suiteType":"requirementTestSuite","requirementId":480}
{"kind":"testPoint","id":1,"testPlan":{"id":480},"suite":{"id":3},"configuration":{"id":1},"testCase":{"id":480},"lastUpdatedDate":"2026-03-08T07:59:59Z","outcome":"Paused"}
{"kind":"testPoint","id":1,"testPlan":{"id":480},"suite":{"id":3},"configuration":{"id":1},"testCase":{"id":480},"lastUpdatedDate":"2026-03-08T08:00:00Z","outcome":"Failed"}
{"kind":"testPoint","id":1,"testPlan":{"id":480},"suite":{"id":3},"configuration":{"id":1},"testCase":{"id":480},"lastUpdatedDate":"2026-03-09T06:30:00Z","outcome":"Passed","lastResultState":"completed","priority":2}
{"kind":"testRun","id":1,"name":"by hand","startedDate":"2026-03-08T09:00:00Z","results":[{"id":1,"testCaseTitle":"Login works","outcome":"Error"},{"id":2,"testCaseTitle":"login works","outcome":"Timeout","durationInMs":0}]}
{"kind":"testRun","id":2,"isAutomated":true,"build":{"id":110},"completedDate":"2026-11-01T08:30:00Z","results":[{"id":1,"automatedTestName":"T.Late","outcome":"Passed","durationInMs":1.5,"completedDate":"2026-10-31T07:00:00Z"},{"id":2,"automatedTestName":"T.Late","outcome":"Passed","durationInMs":20}]}
{"kind":"agentRequest","requestId":110,"poolId":9,"queueTime":"2026-03-08T09:55:00Z","assignTime":"2026-03-08T10:10:00Z","finishTime":"2026-03-08T10:20:00Z"}
{"kind":"agentRequest","requestId":112,"poolId":9,"definition":{"id":1},"planType":"Build","isHosted":true,"queueTime":"2026-11-22T11:40:00Z"}
`, `
{"kind":"pipelineRun","id":110,"definition":{"id":1},"result":"canceled","queueTime":"2026-03-08T09:59:59.999Z","startTime":"2026-03-08T10:00:00Z","finishTime":"2026-03-08T10:00:10.0001Z","sourceBranch":"refs/heads/late","repository":{"id":"0c0f9c4e-7a6f-4f0c-9a3e-5c1b6c1d2e3f","url":"https://example.com/late"}}
{"kind":"testPlan","id":480,"name":"Oracle Plan, renamed"}
{"kind":"testSuite","id":361,"name":"Middle","plan":{"id":480},"parentSuite":{"id":376},"order":3,"suiteType":"staticTestSuite"}
{"kind":"testPoint","id":1,"testPlan":{"id":480},"suite":{"id":3},"configuration":{"id":1},"testCase":{"id":361},"lastUpdatedDate":"2026-03-10T20:00:00Z","outcome":"NotImpacted","tester":{"uniqueName":"jamal@fabrikam.com"}}
{"kind":"testRun","id":2,"isAutomated":true,"build":{"id":110},"release":{"definitionId":4},"completedDate":"2026-11-01T08:30:00Z","results":[{"id":1,"automatedTestName":"T.Late","outcome":"Blocked","durationInMs":1.5,"completedDate":"2026-10-31T07:00:00Z"},{"id":2,"automatedTestName":"T.Late","outcome":"Passed"},{"id":3,"automatedTestName":"T.Late","outcome":"Aborted","isFlaky":true}]}
{"kind":"testRun","id":3}
`}

// elsewhereItem is a work item of Fabrikam.
const elsewhereItem = 490

// named is tests of Fabrikam Fiber that name work items of Fabrikam.
const named = `
{"kind":"testConfiguration","id":900,"name":"all"}
{"kind":"testPlan","id":900,"name":"of others"}
{"kind":"testSuite","id":490,"name":"of others","plan":{"id":900},"suiteType":"requirementTestSuite","requirementId":490}
{"kind":"testPoint","id":900,"testPlan":{"id":900},"suite":{"id":490},"configuration":{"id":900},"testCase":{"id":490},"lastUpdatedDate":"2026-03-08T07:59:59Z","outcome":"Passed"}
`

// changedElsewhere is what happens to pipelines and tests that the reader cannot read.
const changedElsewhere = `
{"kind":"pipeline","id":1,"name":"Secret CI"}
{"kind":"pipelineRun","id":111,"definition":{"id":1},"buildNumber":"20261122.9","result":"failed","queueTime":"2026-11-20T08:30:00Z","startTime":"2026-11-20T09:30:00.25Z","finishTime":"2026-11-20T19:30:00Z","sourceBranch":"refs/heads/main","repository":{"id":"oracle"},"records":[{"id":"a","type":"Task","name":"secret","result":"failed"}]}
{"kind":"testRun","id":2,"isAutomated":true,"build":{"id":111},"completedDate":"2026-11-01T08:30:00Z","results":[{"id":1,"automatedTestName":"T.Late","outcome":"Failed","durationInMs":150000},{"id":9,"testCaseTitle":"Login works","automatedTestName":"Tests.Login_01","outcome":"Failed","durationInMs":99}]}
{"kind":"testConfiguration","id":1,"name":"secret"}
{"kind":"testPlan","id":480,"name":"Secret plan"}
{"kind":"testSuite","id":490,"name":"secret","plan":{"id":480},"suiteType":"requirementTestSuite","requirementId":361}
{"kind":"testPoint","id":900,"testPlan":{"id":480},"suite":{"id":490},"configuration":{"id":1},"testCase":{"id":361},"lastUpdatedDate":"2026-11-21T20:00:00Z","outcome":"Failed","tester":{"uniqueName":"jamal@fabrikam.com"}}
`

// deliver stores what is sent to a project.
func (f *fixture) deliver(t *testing.T, project, lines string) {
	t.Helper()
	catalog, err := f.projects.Snapshot(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	p, err := catalog.FindProject(project)
	if err != nil {
		t.Fatal(err)
	}
	store := delivery.New(delivery.Config{DB: f.db, Access: f.people, Clock: now})
	if _, err := store.Ingest(t.Context(), f.admin, p.ID, []byte(strings.TrimSpace(lines)), 1); err != nil {
		t.Fatal(err)
	}
}

// time is the clock of the record store.
func (f *fixture) time() time.Time { return time.UnixMicro(f.clock.Load()).UTC() }
