package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sample"

	"github.com/google/go-cmp/cmp"
)

// What `boardwalk explain` writes for the reader of one project. UPDATE=1 writes it into testdata.
func TestExplain(t *testing.T) {
	s, _ := start(t, testConfig(t, dbtest.New(t, "sqlite")))
	tokens := map[string]string{}
	for _, token := range sample.Tokens() {
		tokens[token.Role] = token.Text
	}
	var out strings.Builder
	explain := func(role, query string) error {
		c, err := ParseExplain([]string{query, "--token", tokens[role], "--url", s.URL()}, noEnv, &out, &out)
		if err != nil {
			t.Fatalf("%v %s", err, out.String())
		}
		return Explain(t.Context(), c, &out)
	}
	for _, query := range []string{
		"fabrikam/_odata/v4.0-preview/WorkItems?$apply=filter(Project/ProjectName eq 'Fabrikam Fiber' and Parent/State eq 'New')/groupby((State),aggregate($count as N))",
		s.URL() + "/fabrikam/Fabrikam%20Fiber/_odata/v4.0-preview/WorkItemSnapshot?$apply=groupby((DateSK),aggregate($count as N))",
	} {
		if err := explain("reader", query); err != nil {
			t.Fatal(err)
		}
	}
	path, got := filepath.Join("testdata", "explanation.txt"), strings.ReplaceAll(out.String(), s.URL(), "")
	if os.Getenv("UPDATE") != "" {
		write(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	out.Reset()
	if err := explain("administrator", "fabrikam/_odata/v4.0-preview/Areas?$select=AreaName"); err != nil || !strings.Contains(out.String(), "SELECT ") {
		t.Errorf("the administrator sees no SQL: %v %s", err, out.String())
	}
	for query, want := range map[string]string{
		"fabrikam/_odata/v4.0-preview/WorkItems?$filter=Stat eq 'New'": "did you mean State?",
		"nowhere/_odata/v4.0-preview/WorkItems":                        "404",
		"fabrikam/_odata/v9.0/WorkItems":                               "410",
	} {
		if err := explain("reader", query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}

func TestParseExplain(t *testing.T) {
	for line, want := range map[string]string{
		"":                                  "which QUERY?",
		"fabrikam/_odata/v1.0/WorkItems":    "--token is missing",
		"fabrikam/_apis/projects --token t": "/_odata/",
		"a/_odata/x b --token t":            `unexpected argument "b"`,
	} {
		var out strings.Builder
		if _, err := ParseExplain(strings.Fields(line), noEnv, &out, &out); err == nil || !strings.Contains(out.String(), want) {
			t.Errorf("explain %s: %v %s, want %q", line, err, out.String(), want)
		}
	}
	c, err := ParseExplain([]string{"--token", "t", "/fabrikam/_odata/v1.0/WorkItems?$filter=Title eq \"é\""}, noEnv, &strings.Builder{}, &strings.Builder{})
	if want := "http://127.0.0.1:8080/fabrikam/_odata/v1.0/WorkItems?$filter=Title%20eq%20%22%C3%A9%22&boardwalk.explain=true"; err != nil || c.address() != want {
		t.Errorf("%v, it asks %s, want %s", err, c.address(), want)
	}
}
