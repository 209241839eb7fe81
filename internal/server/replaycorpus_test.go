package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// public is a query found in documentation or public code.
type public struct {
	ID        string   `yaml:"id"`
	Scope     string   `yaml:"scope"`
	Version   string   `yaml:"version"`
	EntitySet string   `yaml:"entity_set"`
	Query     string   `yaml:"query"`
	Expect    string   `yaml:"expect"`
	Tags      []string `yaml:"tags"`
	Odd       string   `yaml:"odd"`
}

func (p *public) tagged(tag string) bool { return slices.Contains(p.Tags, tag) }

// answered are queries that the corpus infers or reports to be refused, and that we answer: $metadata declares
// BoardLocation, and DateValue in (...) means what it says.
var answered = []string{"agg-cfd-boardlocation-legacy", "pub-mobile-datevalue-in"}

// ofDelivery reports whether the query asks for pipelines, tests or agents, of which the sample has something in every
// project the corpus is sent to.
func (p *public) ofDelivery() bool {
	set := strings.ToLower(p.EntitySet)
	return strings.HasPrefix(set, "pipeline") || strings.HasPrefix(set, "test") || strings.HasPrefix(set, "taskagent")
}

// project is a project whose process has the fields of the query.
func (p *public) project() string {
	for _, word := range []string{"StoryPoints", "User Story", "OriginalEstimate", "CompletedWork"} {
		if strings.Contains(p.Query, word) {
			return "Adventure Works" // Agile
		}
	}
	return fiber
}

// TestReplay_Corpus sends queries that other people wrote. Each gets the outcome the corpus states; how it went is counted.
func TestReplay_Corpus(t *testing.T) {
	var queries []*public
	corpusFile(t, "odata-queries.yaml", &queries)
	x := startSample(t)
	fill, tested := tokens(t, x), testedTokens(t, x)
	count := map[string]int{}
	for _, p := range queries {
		t.Run(p.ID, func(t *testing.T) {
			project := ""
			if p.Scope == "project" {
				project = p.project()
			}
			if p.ofDelivery() {
				p.Query = tested.Replace(p.Query)
			}
			_, target := odataURL(project, p.version(), p.EntitySet, fill[p.project()].Replace(p.Query))
			r := x.do(t, "administrator", "GET", target, nil, "")
			problem := p.judge(r)
			if problem == "" && p.ofDelivery() && len(r.list) == 0 && p.Expect == "ok" {
				problem = "want rows"
			}
			switch {
			case problem == "":
				count["as stated"]++
			case p.tagged("disputed") || p.tagged("unverified"):
				count["otherwise, and the outcome is in doubt"]++
				t.Logf("GET %s: %d %s; %s", target, r.status, cut(r.body), problem)
			default:
				count["otherwise"]++
				t.Errorf("GET %s: %d %s; %s", target, r.status, cut(r.body), problem)
			}
			if strings.Contains(p.Odd, "$ as %24") {
				path, query, _ := strings.Cut(target, "?")
				odd := path + "?" + strings.NewReplacer("$", "%24", "%20", "+").Replace(query)
				if r := x.do(t, "administrator", "GET", odd, nil, ""); p.judge(r) != "" {
					t.Errorf("GET %s: %d %s; %s", odd, r.status, cut(r.body), p.judge(r))
				}
			}
			if p.Expect == "ok" && (p.tagged("access:limited-refused") || p.tagged("access:all-projects") && p.Scope == "org") {
				x.do(t, "reader", "GET", target, nil, "").mustBeRefused(t, "as reader "+target, 403)
			}
		})
	}
	for what, n := range count {
		t.Logf("%3d %s", n, what)
	}
}

// judge says how an answer to the administrator is not what the corpus states, "" when it is.
func (p *public) judge(r *reply) string {
	switch {
	case p.Expect == "refused" && !slices.Contains(answered, p.ID) || p.tagged("version"):
		if r.status < 400 || r.status >= 500 || r.err != nil {
			return "want it refused"
		}
	case r.status != 200:
		return "want 200"
	case strings.HasPrefix(p.Query, "/$count"):
		if n := strings.TrimPrefix(string(r.body), "\ufeff"); n == "" || strings.Trim(n, "0123456789") != "" {
			return "want a number alone"
		}
	case r.err != nil:
		return fmt.Sprintf("not well formed: %v", r.err)
	case r.json["@odata.context"] == nil || r.json["value"] == nil:
		return "no context or no value"
	}
	return ""
}

// version is the one asked for, or one that is served in place of those since retired.
func (p *public) version() string {
	supported := []string{"v1.0", "v2.0", "v3.0-preview", "v4.0-preview"}
	if slices.Contains(supported, strings.ToLower(p.Version)) || p.tagged("version") {
		return p.Version
	}
	return "v4.0-preview"
}

// testedTokens are an area and an iteration with a requirement that has a test suite.
func testedTokens(t *testing.T, x *client) *strings.Replacer {
	t.Helper()
	_, target := odataURL(fiber, "v4.0-preview", "TestSuites", "?$filter=RequirementWorkItem/Processes/any(p:p/IsBugType eq false)&$orderby=TestSuiteId&$top=1&$expand=RequirementWorkItem($select=AreaSK,IterationSK)")
	r := x.do(t, "administrator", "GET", target, nil, "")
	if len(r.list) != 1 {
		t.Fatalf("%s: %d %s", target, r.status, cut(r.body))
	}
	return strings.NewReplacer("{areask}", fmt.Sprint(member(r.list[0], "RequirementWorkItem", "AreaSK")),
		"{iterationsk}", fmt.Sprint(member(r.list[0], "RequirementWorkItem", "IterationSK")))
}

// tokens are the values for the placeholders of the corpus, by project.
func tokens(t *testing.T, x *client) map[string]*strings.Replacer {
	t.Helper()
	all := map[string]*strings.Replacer{}
	for _, name := range []string{fiber, "Adventure Works"} {
		one := func(set, query, member string, i int) string {
			_, target := odataURL(name, "v4.0-preview", set, query)
			r := x.do(t, "administrator", "GET", target, nil, "")
			if len(r.list) <= i {
				t.Fatalf("%s: %d %s", target, r.status, cut(r.body))
			}
			return fmt.Sprint(r.list[i][member])
		}
		area := one("Areas", "?$filter=Depth eq 1&$orderby=AreaPath", "AreaPath", 0)
		sprints := "?$filter=StartDate ne null&$orderby=IterationPath"
		all[name] = strings.NewReplacer(
			"{project}", name, "{areapath}", area, "{areasuffix}", area[strings.LastIndex(area, `\`)+1:],
			"{iterationpath}", one("Iterations", sprints, "IterationPath", 0), "{iterationname}", one("Iterations", sprints, "IterationName", 0),
			"{iterationsk}", one("Iterations", sprints, "IterationSK", 0), "{iterationsk2}", one("Iterations", sprints, "IterationSK", 1),
			"{iterationid}", one("Iterations", sprints, "IterationId", 0), "{areask}", one("Areas", "?$filter=Depth eq 1&$orderby=AreaPath", "AreaSK", 0),
			"{teamname}", one("Teams", "?$orderby=TeamName", "TeamName", 0), "{teamsk}", one("Teams", "?$orderby=TeamName", "TeamSK", 0),
			"{tagname}", "Security", "{tagname2}", "Customer", "{boardname}", "Stories", "{workitemtype}", "Bug", "{workitemtype2}", "Feature",
			"{state}", "New", "{state2}", "Done", "{username}", "Jamal Hartnett", "{useremail}", "jamal@fabrikam.com",
			"{startdate}", "2024-01-01Z", "{enddate}", "2025-01-01Z", "{startday}", "2024-01-01", "{endday}", "2025-01-01",
			"{startdatesk}", "20240101", "{enddatesk}", "20250101", "{workitemid}", "480",
			"{projectsk}", one("Projects", "", "ProjectSK", 0), "{projectsk2}", "b924d696-3eae-4116-8443-9a18392d8544",
			"{pipelinename}", one("Pipelines", "?$orderby=PipelineId", "PipelineName", 0), "{pipelineid}", one("Pipelines", "?$orderby=PipelineId", "PipelineId", 0),
			"{taskname}", "Compile", "{taskdefinitionid}", "71a9a2d3-a98a-4caa-96ab-affca411ecda", "{testplantitle}", name+" acceptance", "{testname}", "Login works",
			"{customfieldname}", "Custom_CustomerVotes", "{customidentityfield}", "Custom_ProductOwner", "{fieldreferencename}", "'Custom.RiskLevel'",
		)
	}
	return all
}
