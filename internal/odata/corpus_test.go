package odata

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// corpusFile finds a file of the corpus of public requests in a folder named shared next to this repository or above
// it. The corpus is not part of the repository; without it the tests that need it are skipped.
func corpusFile(t *testing.T, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		content, err := os.ReadFile(filepath.Join(dir, "shared", "corpus", name))
		if err == nil {
			return content
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skipf("no shared/corpus/%s beside the repository", name)
		}
		dir = parent
	}
}

type corpusEntry struct {
	ID    string   `yaml:"id"`
	Kind  string   `yaml:"kind"`
	Query string   `yaml:"query"`
	Tags  []string `yaml:"tags"`
	Odd   string   `yaml:"odd"`
}

var tokens = strings.NewReplacer(
	"{startdate}", "2026-08-01Z", "{enddate}", "2026-09-01Z",
	"{startday}", "2026-08-01", "{endday}", "2026-09-01",
	"{startdatesk}", "20260801", "{enddatesk}", "20260901",
	"{projectsk}", "56af920d-393b-4236-9a07-24439ccaa85c", "{projectsk2}", "a6af920d-393b-4236-9a07-24439ccaa85c",
	"{areask}", "f6af920d-393b-4236-9a07-24439ccaa85c", "{iterationsk}", "00af920d-393b-4236-9a07-24439ccaa85c",
	"{iterationsk2}", "deadbeef-393b-4236-9a07-24439ccaa85c", "{iterationid}", "1e5f920d-393b-4236-9a07-24439ccaa85c",
	"{teamsk}", "12345678-393b-4236-9a07-24439ccaa85c", "{taskdefinitionid}", "abcdefab-393b-4236-9a07-24439ccaa85c",
	"{workitemid}", "117", "{pipelineid}", "5", "{pipelinerunid}", "334448",
	"{customfieldname}", "Custom_Größe", "{customidentityfield}", "Custom_Reviewer", "{fieldreferencename}", "'Custom.Risk'",
	"{areapath}", `Fabrikam Fiber\R&D`, "{teamname}", "O''Brien 팀", "{tagname}", "100% (a;b),c",
)

// spellings are the forms in which clients send a query of the corpus. The tokens are filled in after the query was
// split, because their values hold ampersands.
func spellings(query string) map[string]string {
	var parts []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, found := strings.Cut(part, "=")
		part = url.QueryEscape(name)
		if found {
			part += "=" + url.QueryEscape(tokens.Replace(value))
		}
		parts = append(parts, part)
	}
	form := strings.Join(parts, "&")
	percent := strings.ReplaceAll(form, "+", "%20")
	plain := strings.NewReplacer("%24", "$", "%28", "(", "%29", ")", "%2C", ",", "%2F", "/", "%3A", ":", "%3B", ";",
		"%27", "'", "%3D", "=").Replace(percent)
	return map[string]string{
		"as the documentation writes it": plain,
		"fully encoded":                  percent,
		"form encoded":                   form,
		"line breaks for blanks":         strings.ReplaceAll(plain, "%20", "%0D%0A%09"),
		"blanks around options":          "%20" + strings.ReplaceAll(plain, "&", "%20&%0A%20") + "%20",
	}
}

// options is the query part of a corpus entry, which may begin with a path such as /$count.
func options(query string) string {
	_, after, _ := strings.Cut(query, "?")
	return after
}

// refusedForSyntax tells refused entries whose text itself is damaged from those that only a model can refuse, by what
// the corpus says is odd about them.
func refusedForSyntax(e corpusEntry) bool {
	for _, sign := range []string{"syntax error", "Syntax error", "stray quote", "slash before the aggregate",
		"without the semicolon", "with a space; the page means", "$count($filter=...) inside aggregate"} {
		if strings.Contains(e.Odd, sign) {
			return true
		}
	}
	return false
}

func TestCorpus_Queries(t *testing.T) {
	var entries []struct {
		corpusEntry `yaml:",inline"`
		Expect      string `yaml:"expect"`
	}
	if err := yaml.Unmarshal(corpusFile(t, "odata-queries.yaml"), &entries); err != nil {
		t.Fatal(err)
	}
	parsed, refused := 0, 0
	for _, e := range entries {
		for form, raw := range spellings(options(e.Query)) {
			_, err := ParseQuery(raw)
			switch {
			case e.Expect == "ok" || !refusedForSyntax(e.corpusEntry):
				parsed++
				if err != nil {
					t.Errorf("%s, %s: %v\n%s", e.ID, form, err, raw)
				}
			default:
				refused++
				var at *Error
				if !errors.As(err, &at) || !strings.HasPrefix(at.Message, "Syntax error at position ") {
					t.Errorf("%s, %s: want a syntax error, got %v", e.ID, form, err)
				}
			}
		}
	}
	if parsed < 800 || refused < 20 {
		t.Errorf("only %d accepted and %d refused: the corpus was not read as it should be", parsed, refused)
	}
}

func TestCorpus_Seed(t *testing.T) {
	var entries []corpusEntry
	if err := yaml.Unmarshal(corpusFile(t, "seed-requests.yaml"), &entries); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		if !slices.Contains([]string{"odata", "odata-clause"}, e.Kind) {
			continue
		}
		seen++
		for form, raw := range spellings(options(e.Query)) {
			if _, err := ParseQuery(raw); err != nil {
				t.Errorf("%s, %s: %v", e.ID, form, err)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d entries", seen)
	}
}
