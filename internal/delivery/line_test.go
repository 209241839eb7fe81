package delivery

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func now() time.Time { return time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC) }

// Each bad line is refused by its number, with what would be right.
func TestSplit_Refuses(t *testing.T) {
	const run = `"kind":"pipelineRun","id":1,"definition":{"id":1},"queueTime":"2026-03-01T00:00:00Z"`
	const point = `"kind":"testPoint","id":1,"testPlan":{"id":1},"suite":{"id":1},"configuration":{"id":1},"testCase":{"id":1}`
	const tests = `"kind":"testRun","id":1`
	for _, c := range []struct{ line, want string }{
		{`{"kind":"pipeline","id":1,"name":"x"}`, ""},
		{`{"kind":"pipeline","id":1,"name":"x"`, "the JSON ends early"},
		{`{"kind":"pipeline",}`, "it is not JSON: at byte"},
		{`[1]`, "not a JSON object"},
		{`{"kind":"pipeline","id":1,"name":"x"} {}`, "write one record on each line"},
		{`{"id":1}`, "kind is missing; it is one of pipeline, pipelineRun,"},
		{`{"kind":"build","id":1}`, `the kind "build" is not known; it is one of pipeline,`},
		{`{"kind":7}`, "kind holds a number where a text belongs"},
		{`{"kind":"pipeline","id":"1","name":"x"}`, "id holds a string where a whole number belongs"},
		{`{"kind":"pipeline","id":1.5,"name":"x"}`, "id holds a number 1.5 where a whole number belongs"},
		{`{"kind":"pipeline","name":"x"}`, "id is missing"},
		{`{"kind":"pipeline","id":0,"name":"x"}`, "id is 0; it must be 1 to 2147483647"},
		{`{"kind":"pipeline","id":2147483648,"name":"x"}`, "it must be 1 to 2147483647"},
		{`{"kind":"pipeline","id":1,"name":" "}`, "name is missing"},
		{`{"kind":"pipeline","id":1,"name":"` + strings.Repeat("한", 513) + `"}`, "name has 513 characters; it may have 512"},
		{`{"kind":"pipeline","id":1,"name":"a\u0000b"}`, "NUL"},
		{`{"kind":"pipeline","id":1,"name":"x","process":{"type":4}}`, "process.type must be 1 (designer), 2 (YAML) or 3 (Docker)"},
		{`{"kind":"pipeline","id":1,"name":"x","nome":"y"}`, `the member "nome" is not known; a line of this kind has kind, id, name, revision, process (type)`},
		{`{` + run + `}`, ""},
		{`{` + run + `,"result":"success"}`, `result is "success"; it must be one of none, succeeded, partiallySucceeded, failed, canceled`},
		{`{` + run + `,"startTime":"yesterday"}`, "is not a date; write it like 2026-11-22T10:00:00Z"},
		{`{` + run + `,"startTime":"2026-02-28T00:00:00Z"}`, "startTime (2026-02-28T00:00:00Z) is before queueTime (2026-03-01T00:00:00Z)"},
		{`{` + run + `,"finishTime":"2036-02-28T00:00:00Z"}`, "which is in the future"},
		{`{` + run + `,"sourceBranch":"refs/heads/main"}`, "sourceBranch and repository belong together"},
		{`{` + strings.Replace(run, `"id":1}`, `"id":-4}`, 1) + `}`, "definition.id is -4"},
		{`{` + strings.Replace(run, `{"id":1}`, `{}`, 1) + `}`, "definition.id is missing"},
		{`{` + strings.Replace(run, `"definition":{"id":1},`, ``, 1) + `}`, `definition is missing; write it like "definition": {"id": 12}`},
		{`{` + strings.Replace(run, `2026-03-01`, `1926-03-01`, 1) + `}`, "must not be before 1990"},
		{`{` + run + `,"records":[{"id":"a","type":"Step","name":"n"}]}`, `records.type of "n" is "Step"; it must be one of Stage, Phase, Job, Task,`},
		{`{` + run + `,"records":[{"id":"a","type":"Task","name":"n","parentId":"b"}]}`, `is "b", which is no id of a record`},
		{`{` + run + `,"records":[{"id":"a","type":"Job","parentId":"b"},{"id":"b","type":"Stage","parentId":"a"}]}`, "a timeline is no deeper"},
		{`{` + run + `,"records":[{"id":"a","type":"Job"},{"id":"a","type":"Job"}]}`, "two records have the same id"},
		{`{` + run + `,"records":[{"id":"a","type":"Task","task":{"id":"x"}}]}`, "it is a GUID like"},
		{`{` + run + `,"records":[{"id":"a","type":"Task","queueTime":"2026-03-01T00:00:00Z"}]}`, "only known of records of type Job"},
		{`{` + tests + `,"results":[{"id":1,"testCaseTitle":"x","outcome":"Passed"}]}`, ""},
		{`{` + tests + `,"results":[{"id":1,"testCaseTitle":"x"}]}`, "results[0].outcome is missing"},
		{`{` + tests + `,"results":[{"id":1,"outcome":"Passed"}]}`, "names its test by testCaseTitle, automatedTestName or both"},
		{`{` + tests + `,"results":[{"id":1,"testCaseTitle":"x","outcome":"Pass"}]}`, `results[0].outcome is "Pass"; it must be one of Unspecified, None, Passed,`},
		{`{` + tests + `,"results":[{"id":1,"testCaseTitle":"x","outcome":"Passed"},{"id":1,"testCaseTitle":"x","outcome":"Passed"}]}`, "two results have the id 1"},
		{`{` + tests + `,"results":[{"id":1,"testCaseTitle":"x","outcome":"Passed","durationInMs":-1}]}`, "results[0].durationInMs is -1"},
		{`{` + tests + `,"results":{}}`, "results holds a object where a list belongs"},
		{`{` + tests + `,"results":[` + strings.TrimSuffix(strings.Repeat(`{},`, maxResults+1), ",") + `]}`, "send the rest as a run of its own"},
		{`{"kind":"testSuite","id":1,"name":"x","plan":{"id":1},"parentSuite":{"id":1}}`, "parentSuite.id is the suite itself"},
		{`{"kind":"testSuite","id":1,"name":"x","plan":{"id":1},"suiteType":"Static"}`, "dynamicTestSuite, staticTestSuite, requirementTestSuite"},
		{`{"kind":"testConfiguration","id":1,"name":"x","state":"on"}`, "one of active, inactive"},
		{`{` + point + `}`, "lastUpdatedDate is missing"},
		{`{` + point + `,"lastUpdatedDate":"2026-03-01T00:00:00Z","tester":{}}`, "tester.uniqueName is missing"},
		{`{"kind":"agentRequest","requestId":1,"poolId":1,"queueTime":"2026-01-01T00:00:00Z","finishTime":"2026-03-01T00:00:00Z"}`, "more than 31 days after queueTime"},
		{`{"kind":"agentRequest","requestId":1,"poolId":1}`, "queueTime is missing"},
		{`{"kind":"agentPoolSize","poolId":1,"samplingDate":"2026-03-01T00:00:00Z","onlineCount":1}`, "onlineCount and offlineCount must both be there"},
		{`{"kind":"parallelJobs","samplingDate":"2026-03-01T00:00:00Z"}`, "parallelismTag is missing"},
	} {
		lines := split([]byte("\n"+c.line+"\n\n"), 40, now())
		if len(lines) != 1 || lines[0].number != 41 {
			t.Fatalf("%.100s: %v", c.line, lines)
		}
		if got := lines[0].problem; c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%.200s: %q, want %q", c.line, got, c.want)
		}
	}
}

// A refusal names twenty lines and counts the others.
func TestRefuse(t *testing.T) {
	body := strings.Repeat("{\n", 23) + `{"kind":"testPlan","id":1,"name":"good"}`
	text := fmt.Sprint(refuse(split([]byte(body), 1, now())))
	if strings.Count(text, "line ") != 20 || !strings.Contains(text, "line 20: ") || !strings.HasSuffix(text, "and 3 more") || !strings.HasPrefix(text, "Nothing of this request was stored.") {
		t.Error(text)
	}
}

func TestTrailingNumber(t *testing.T) {
	for label, want := range map[string]int64{"20260303.2": 2, "1.0.17": 17, "x": -1, "": -1, "1.x": -1, "1.-2": -1, "1.99999999999": -1} {
		got := trailingNumber(label)
		if got == nil && want != -1 || got != nil && *got != want {
			t.Errorf("%q: %v, want %d", label, got, want)
		}
	}
}

// FuzzSplit: no body makes it panic, and every line is either good or has a problem.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(`{"kind":"pipelineRun","id":1,"definition":{"id":1},"queueTime":"2026-03-01T00:00:00Z","records":[{"id":"a","type":"Job","parentId":"a"}]}`))
	f.Add([]byte(`{"kind":"testRun","id":1,"results":[{"id":1,"testCaseTitle":"x","outcome":"Passed"}]}`))
	f.Add([]byte(`{"kind":"testPoint","id":1,"testPlan":null,"suite":{"id":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, l := range split(body, 1, now()) {
			if l.problem == "" {
				l.line.needs(&needs{slots: map[slot]bool{}})
			}
		}
	})
}
