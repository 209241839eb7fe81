package api

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// The rules of docs/testing-scripts.md do what it says.
func TestFaults_Documented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/testing-scripts.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(doc), "```json\n")
	text, _, _ = strings.Cut(text, "```")
	rules, err := ParseFaults([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fixture(t, dbtest.New(t, "sqlite"), func(c *Config) { c.Faults = rules }))
	defer server.Close()
	ask := func(method, path, agent, body string) (status int, h http.Header, text string, err error) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(":"+tokens()["admin"])))
		r.Header.Set("User-Agent", agent)
		r.Header.Set("Content-Type", "application/json-patch+json")
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/json")
		}
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			return 0, nil, "", err
		}
		defer func() { _ = answer.Body.Close() }()
		content, err := io.ReadAll(answer.Body)
		return answer.StatusCode, answer.Header, string(content), err
	}
	patch := `[{"op":"test","path":"/rev","value":1},{"op":"add","path":"/fields/System.Title","value":"x"}]`
	for n, c := range []struct {
		method, path, agent, body string
		status                    int
		rule, says                string
	}{
		{"PATCH", "/fabrikam/_apis/wit/workItems/10?api-version=7.1", "x", patch, 503, "busy twice", "busy twice"},
		{"PATCH", "/fabrikam/Fabrikam%20Fiber/_apis/wit/workitems/10?api-version=7.1", "x", patch, 503, "busy twice", "busy twice"},
		{"PATCH", "/fabrikam/_apis/wit/workItems/10?api-version=7.1", "x", patch, 200, "", `"rev":2`}, // nothing was changed before
		{"GET", "/fabrikam/_odata/v4.0-preview/WorkItems", "x", "", 200, "", "caller"},
		{"GET", "/fabrikam/_odata/v4.0-preview/WorkItems", "x", "", 200, "", "caller"},
		{"GET", "/fabrikam/_odata/v4.0-preview/WorkItems", "x", "", 429, "throttled", `"$id":"1"`},
		{"GET", "/fabrikam/_apis/wit/workItems/10", "My Old-Script/1", "", 203, "expired token", "Sign In"},
		{"GET", "/fabrikam/_apis/teams", "x", "", 502, "gateway", "<h1>Bad Gateway</h1>"},
		{"POST", "/fabrikam/_apis/wit/wiql?api-version=7.1", "x", `{"query":"SELECT [System.Id] FROM WorkItems"}`, 200, "slow", "workItems"},
	} {
		began := time.Now()
		status, h, text, err := ask(c.method, c.path, c.agent, c.body)
		if err != nil || status != c.status || h.Get("X-Boardwalk-Fault") != c.rule || !strings.Contains(text, c.says) {
			t.Errorf("%d: %d %v %s %v", n, status, h, text, err)
		}
		if c.rule == "slow" && time.Since(began) < 50*time.Millisecond {
			t.Errorf("it took %v", time.Since(began))
		}
		if want := map[string]string{"busy twice": "1", "throttled": "2"}[c.rule]; want != "" && h.Get("Retry-After") != want {
			t.Errorf("%d: Retry-After %q", n, h.Get("Retry-After"))
		}
	}
	_, _, whole, err := ask("GET", "/fabrikam/_apis/wit/fields", "x", "")
	if err != nil || len(whole) < 1000 {
		t.Errorf("%d bytes, %v", len(whole), err)
	}
	if _, h, cut, err := ask("GET", "/fabrikam/_apis/wit/fields", "x", ""); err == nil || h.Get("X-Boardwalk-Fault") != "half an answer" {
		t.Errorf("it is whole: %d bytes, %v, %v", len(cut), h, err)
	}
	if _, _, _, err := ask("GET", "/fabrikam/_apis/projects", "x", ""); err == nil {
		t.Error("it was answered")
	}
	if status, h, _, err := ask("GET", "/fabrikam/_apis/projects", "x", ""); err != nil || status != http.StatusOK || h.Get("X-Boardwalk-Fault") != "" {
		t.Errorf("%d %v %v", status, h, err)
	}
}

// The same seed strikes the same requests, about as many as it says.
func TestFaults_Rate(t *testing.T) {
	struck := func(seed int) (turns string) {
		f, err := ParseFaults([]byte(`{"seed":` + strconv.Itoa(seed) + `,"rules":[{"rate":0.25,"status":500}]}`))
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if f.rules[0].fires() {
				turns += "x"
			} else {
				turns += "."
			}
		}
		return turns
	}
	if first, again := struck(1), struck(1); first != again || first == struck(2) {
		t.Error("the seed does not decide")
	}
	if n := strings.Count(struck(1), "x"); n < 200 || n > 300 {
		t.Errorf("%d of 1000", n)
	}
}

func TestParseFaults_Wrong(t *testing.T) {
	for text, want := range map[string]string{
		"{\n\"rule\": []}": `line 2: there is no key "rule"`,
		"{\"rules\": [\n{\"status\": 500},\n{\"stats\": 500}]}":            `line 3: rule 2: there is no key "stats"`,
		"{\"rules\": [\n{\"status\": \"many\"}]}":                          `line 2: key "status": it is a string, where a int belongs`,
		"{\"rules\": [\n{\"status\": 500,,}]}":                             `line 2: no valid JSON: invalid character ',' looking for beginning of object key string`,
		"{\"rules\": [":                                                    `line 1: no valid JSON: it ends too early`,
		"[]":                                                               `line 1: expected {, found [`,
		"{\"rules\": [{\"status\": 99}]}":                                  `line 1: rule 1: key "status": 99 is none from 200 to 599`,
		"{\"rules\": [{}]}":                                                `line 1: rule 1: one of the keys "status", "signIn", "drop", "truncate" and "latency" must be there`,
		"{\"rules\": [{\"drop\": true, \"signIn\": true}]}":                `line 1: rule 1: only one of the keys "status", "signIn", "drop" and "truncate" can be there`,
		"{\"rules\": [{\"latency\": \"soon\"}]}":                           `line 1: rule 1: key "latency": "soon" is no duration such as "500ms"`,
		"{\"rules\": [{\"rate\": 2, \"drop\": true}]}":                     `line 1: rule 1: key "rate": 2 is none from 0 to 1`,
		"{\"rules\": [{\"rate\": 0.5, \"every\": 2, \"drop\": true}]}":     `line 1: rule 1: only one of the keys "rate" and "every" can be there`,
		"{\"rules\": [{\"path\": \"/fabrikam/_apis/x\", \"drop\": true}]}": `line 1: rule 1: key "path": it begins with _apis or _odata, behind organization and project, such as _apis/wit/workItems/*`,
		"{\"rules\": [{\"body\": \"x\", \"drop\": true}]}":                 `line 1: rule 1: key "body": it goes with "status"`,
		"{\"rules\": []} x":                                                "",
	} {
		_, err := ParseFaults([]byte(text))
		if want == "" {
			if err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s:\n got %v\nwant %s", text, err, want)
		}
	}
}
