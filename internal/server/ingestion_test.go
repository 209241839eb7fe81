package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sample"

	"github.com/google/go-cmp/cmp"
)

// example is the lines of the documentation.
func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "ingestion.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, lines, _ := strings.Cut(string(text), "```ndjson\n")
	lines, _, ok := strings.Cut(lines, "```")
	if !ok {
		t.Fatal("docs/ingestion.md has no example")
	}
	return lines
}

// told is what Analytics says of a set in Fabrikam's project Billing, which has no pipelines in the sample.
func told(t *testing.T, s *run, query string) string {
	t.Helper()
	set, options, _ := strings.Cut(query, "?")
	text := get(t, s.URL()+"/fabrikam/Billing/_odata/v4.0-preview/"+set+"?"+strings.ReplaceAll(url.PathEscape(options), "%26", "&"), http.StatusOK)
	var answer struct {
		Value []json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	rows := make([]string, len(answer.Value))
	for i, r := range answer.Value {
		rows[i] = strings.ReplaceAll(string(r), `"@odata.id":null,`, "")
	}
	return strings.Join(rows, "\n")
}

// answers are what Analytics must make of the example, worked out by hand. The organization counts days in Los Angeles.
var answers = []struct{ query, want string }{
	{"PipelineRuns?$apply=filter(Pipeline/PipelineName eq 'Fiber-CI' and CompletedDate ge 2024-01-01Z)/aggregate($count as TotalCount,SucceededCount with sum as Succeeded,PartiallySucceededCount with sum as Partially)",
		`{"TotalCount":2,"Succeeded":1,"Partially":1}`},
	{"PipelineRuns?$select=PipelineRunId,RunNumberRevision,RunReason,RunOutcome,QueuedDate,QueuedDateSK,CompletedDateSK,RunDurationSeconds,QueueDurationSeconds,TotalDurationSeconds&$filter=PipelineRunId eq 334&$expand=Branch($select=BranchName),QueuedOn($select=DayName)",
		`{"PipelineRunId":334,"RunNumberRevision":2,"RunReason":"IndividualCI","RunOutcome":"PartiallySucceeded","QueuedDate":"2026-03-03T23:50:00-08:00","QueuedDateSK":20260303,"CompletedDateSK":20260304,"RunDurationSeconds":1770.0,"QueueDurationSeconds":30.0,"TotalDurationSeconds":1800.0,"Branch":{"BranchName":"main"},"QueuedOn":{"DayName":"Tuesday"}}`},
	{"PipelineRunActivityResults?$apply=filter(Pipeline/PipelineName eq 'Fiber-CI' and PipelineRunCompletedOn/Date ge 2024-01-01Z and TaskOutcome eq 'Failed')/groupby((PipelineRunCompletedOn/Date,TaskDisplayName),aggregate(FailedCount with sum as FailedCount))",
		`{"TaskDisplayName":"Test","FailedCount":1,"PipelineRunCompletedOn":{"Date":"2026-03-04T00:00:00-08:00"}}`},
	{"PipelineRunActivityResults?$select=ActivityType,ActivityDurationSeconds&$filter=TaskOutcome eq null&$expand=PipelineJob($select=FullJobName),PipelineTask($select=TaskDefinitionName)",
		`{"ActivityDurationSeconds":30.0,"ActivityType":"AgentWait","PipelineJob":{"FullJobName":"Build.Linux"},"PipelineTask":null}`},
	{"TestResultsDaily?$apply=filter(Pipeline/PipelineName eq 'Fiber-CI' And Date/Date ge 2024-01-01Z And Workflow eq 'Build')/groupby((Test/TestName),aggregate(ResultCount with sum as Total,ResultFailCount with sum as Failed,ResultFlakyCount with sum as Flaky,ResultDurationSeconds with sum as Duration))&$orderby=Test/TestName",
		`{"Total":1,"Failed":0,"Flaky":0,"Duration":1.2,"Test":{"TestName":"Login works"}}` + "\n" + `{"Total":1,"Failed":1,"Flaky":1,"Duration":0.3,"Test":{"TestName":"Search works"}}`},
	{"TestRuns?$apply=filter(CompletedOn/Date ge 2024-01-01Z)/groupby((Workflow,Branch/BranchName),aggregate(ResultCount with sum as Results,ResultPassCount with sum as Passed))&$orderby=Workflow",
		`{"Workflow":"Build","Results":2,"Passed":1,"Branch":{"BranchName":"main"}}` + "\n" + `{"Workflow":"Release","Results":1,"Passed":1,"Branch":{"BranchName":"features/map"}}`},
	{"TestResults?$select=TestResultId,Outcome,DurationSeconds&$filter=Test/TestOwner eq 'team blue' and TestRun/TestRunId eq 701&$expand=Test($select=TestName,Priority)",
		`{"TestResultId":100000,"Outcome":"Passed","DurationSeconds":0.8,"Test":{"TestName":"Login works","Priority":1}}`},
	{"TestSuites?$select=Title,TestPlanTitle,Depth,IdLevel1,IdLevel2&$orderby=TestSuiteId&$expand=RequirementWorkItem($select=Title)", // work item 480 lies in another project
		`{"TestPlanTitle":"Release 2","Title":"Release 2","IdLevel1":90001,"IdLevel2":null,"Depth":0,"RequirementWorkItem":null}` + "\n" +
			`{"TestPlanTitle":"Release 2","Title":"Outage map","IdLevel1":90001,"IdLevel2":90002,"Depth":1,"RequirementWorkItem":null}`},
	{"TestPoints?$apply=filter((TestSuite/TestPlanTitle eq 'Release 2'))/aggregate($count as TotalCount,cast(LastResultOutcome eq 'Passed',Edm.Int32) with sum as Passed)", `{"TotalCount":1,"Passed":1}`},
	{"TestPointHistorySnapshot?$apply=filter(DateSK ge 20260301 and DateSK le 20260305)/groupby((DateSK,ResultOutcome),aggregate($count as Count))&$orderby=DateSK",
		`{"DateSK":20260302,"ResultOutcome":"None","Count":1}` + "\n" + `{"DateSK":20260303,"ResultOutcome":"None","Count":1}` + "\n" +
			`{"DateSK":20260304,"ResultOutcome":"Passed","Count":1}` + "\n" + `{"DateSK":20260305,"ResultOutcome":"Passed","Count":1}`},
	{"TaskAgentRequestSnapshots?$select=SamplingHour,SamplingTime,IsRunning,IsQueued&$expand=Pipeline($select=PipelineName)",
		`{"SamplingHour":23,"SamplingTime":"2026-03-03T23:50:00-08:00","IsRunning":false,"IsQueued":true,"Pipeline":{"PipelineName":"Fiber-CI"}}` + "\n" +
			`{"SamplingHour":0,"SamplingTime":"2026-03-04T00:00:00-08:00","IsRunning":true,"IsQueued":false,"Pipeline":{"PipelineName":"Fiber-CI"}}`},
	{"TaskAgentPoolSizeSnapshots?$select=PoolId,OnlineCount&$filter=SamplingDate eq 2026-03-04T08:00:00Z", `{"PoolId":2,"OnlineCount":3}`},
	{"ParallelPipelineJobsSnapshot?$select=ParallelismTag,TotalCount&$filter=SamplingDate eq 2026-03-04T08:00:00Z", `{"ParallelismTag":"Private","TotalCount":5}`},
	{"TestConfigurations?$select=Name,State", `{"Name":"Windows 11, Edge","State":"Active"}`},
	{"Branches?$select=BranchName&$orderby=BranchName", `{"BranchName":"features/map"}` + "\n" + `{"BranchName":"main"}`},
}

// The documentation's example goes in and out, also when it is sent twice and after a restart.
func TestIngestion(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		s, stop := start(t, c)
		target := func(s *run) string {
			return s.URL() + "/fabrikam/Billing/_apis/analytics/ingestion?api-version=7.1"
		}
		lines := strings.Count(example(t), "\n")
		post := func(s *run, body, token string) answer {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target(s), strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-ndjson")
			r.SetBasicAuth("", token)
			got, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			text, err := io.ReadAll(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			return answer{got.StatusCode, got.Header, string(text)}
		}
		if got := post(s, example(t), adminToken()); got.status != http.StatusOK || got.body != fmt.Sprintf(`{"lines":%d,"changed":%d,"unchanged":0}`, lines, lines) {
			t.Fatalf("%d %s", got.status, got.body)
		}
		check := func(s *run, when string) {
			eventually(t, "Analytics follows", func() bool { return told(t, s, answers[0].query) == answers[0].want })
			for _, a := range answers {
				if diff := cmp.Diff(a.want, told(t, s, a.query)); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", when, a.query, diff)
				}
			}
		}
		check(s, "sent")
		key := told(t, s, "PipelineRuns?$select=PipelineRunSK&$orderby=PipelineRunId")
		if got := post(s, example(t), adminToken()); got.status != http.StatusOK || !strings.Contains(got.body, `"changed":0`) {
			t.Errorf("sent again: %d %s", got.status, got.body)
		}
		check(s, "sent again")
		for _, token := range sample.Tokens()[1:] {
			if got := post(s, example(t), token.Text); got.status != http.StatusForbidden && got.status != http.StatusNotFound {
				t.Errorf("%s may send: %d %s", token.Name, got.status, got.body)
			}
		}
		stop()
		s, _ = start(t, c)
		check(s, "restarted")
		if again := told(t, s, "PipelineRuns?$select=PipelineRunSK&$orderby=PipelineRunId"); again != key {
			t.Errorf("keys were %s and are %s", key, again)
		}
	})
}

// The command sends files in parts, repeats what fails, and names the line to go on with.
func TestSendRecords(t *testing.T) {
	var parts []string
	var fail atomic.Int32
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if fail.Add(-1) >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if strings.Contains(string(body), "bad") {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"message":"line 7: it is bad"}`)
			return
		}
		parts = append(parts, fmt.Sprint(r.URL.Query().Get("firstLine"), ":", strings.Count(string(body), "\n")))
		fmt.Fprintf(w, `{"lines":1,"changed":1,"unchanged":2}`)
	})
	x := httptest.NewServer(h)
	t.Cleanup(x.Close)
	send := func(c IngestConfig, in string) (string, error) {
		parts = nil
		c.URL, c.Token = x.URL+"/o/p", "t"
		var out strings.Builder
		err := SendRecords(t.Context(), c, strings.NewReader(in), &out)
		return out.String(), err
	}
	fail.Store(2)
	out, err := send(IngestConfig{FromLine: 1}, strings.Repeat("x\n", ingestLines+5))
	if got := strings.Join(parts, " "); err != nil || got != "1:2000 2001:5" || !strings.Contains(out, "Sent 2,005 lines") || !strings.Contains(out, "2 records changed, 4 were there") {
		t.Errorf("parts %s, %v: %s", got, err, out)
	}
	if _, err = send(IngestConfig{FromLine: 2003}, strings.Repeat("x\n", ingestLines+5)); err != nil || strings.Join(parts, " ") != "2003:3" {
		t.Errorf("parts %v, %v", parts, err)
	}
	if _, err = send(IngestConfig{FromLine: 1}, "a\nbad\n"); err == nil || !strings.Contains(err.Error(), "line 7: it is bad") || !strings.Contains(err.Error(), "--from-line 1") {
		t.Errorf("a bad line: %v", err)
	}
	fail.Store(100)
	if _, err = send(IngestConfig{FromLine: 3}, "a\nb\nc\n"); err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), "--from-line 3") || fail.Load() != 95 {
		t.Errorf("a server that cannot: %v after %d attempts", err, 100-fail.Load())
	}
	for _, args := range [][]string{{}, {"--url", "http://x/o"}, {"--url", "http://x/o/p"}, {"--url", "http://x/o/p", "--token", "t", "--from-line", "0"}} {
		var said strings.Builder
		if _, err := ParseIngest(args, noEnv, &said, &said); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}
