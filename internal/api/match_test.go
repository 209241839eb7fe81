package api

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// TestTable_Listed compares the locations OPTIONS lists with those recorded from the hosted service: a line each, in
// the recorded order. Behind them stand our own.
func TestTable_Listed(t *testing.T) {
	var got strings.Builder
	for _, l := range New(Config{}).routes.all {
		fmt.Fprintln(&got, l.ID, l.Area, l.ResourceName, l.RouteTemplate, l.ResourceVersion, l.MinVersion, l.MaxVersion, l.ReleasedVersion)
	}
	want, err := os.ReadFile("testdata/locations.golden")
	if err != nil {
		t.Fatal(err)
	}
	ours := "5a6c0d1e-3f0b-4a55-9c1d-7e2f8b9a4c10 analytics ingestion {project}/_apis/{area}/{resource} 1 7.1 7.2 7.1\n" +
		"7c1f5a02-93d4-4e0b-8d7e-2b64c1a9e3f5 boardwalk secrets _apis/{area}/servicePrincipals/{servicePrincipalId}/{resource}/{secretId} 1 7.1 7.2 7.1\n"
	if diff := cmp.Diff(string(want)+ours, got.String()); diff != "" {
		t.Errorf("locations (-recorded +listed):\n%s", diff)
	}
}

func TestTable_WellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range (&API{}).table() {
		if id, err := uuid.Parse(l.ID); err != nil || id.String() != l.ID || seen[l.ID] {
			t.Errorf("%s: an id must be a GUID in lower case that stands once", l.ID)
		}
		seen[l.ID] = true
		for _, v := range []string{l.MinVersion, l.MaxVersion, l.ReleasedVersion} {
			if _, ok := parseVersion(v); !ok {
				t.Errorf("%s: version %q", l.ID, v)
			}
		}
		if l.ResourceVersion < 1 {
			t.Errorf("%s: resource version %d", l.ID, l.ResourceVersion)
		}
	}
}

// TestFind_OwnRoute asks for each location at the path its template describes.
func TestFind_OwnRoute(t *testing.T) {
	routes := compile((&API{}).table())
	parameter := regexp.MustCompile(`\{\*?\w+\}`)
	for _, all := range routes.first {
		for _, l := range all {
			_, path, _ := strings.Cut(l.route, "_apis/")
			found := routes.find(l.scope, strings.Split(parameter.ReplaceAllString(path, "7"), "/"))
			if !slices.ContainsFunc(found, func(m match) bool { return m.location == l }) {
				t.Errorf("%s %s is not found at its own path", l.ID, l.RouteTemplate)
			}
		}
	}
}

func TestFind(t *testing.T) {
	routes := compile((&API{}).table())
	for _, c := range []struct {
		depth int
		path  string
		want  string // template and parameters of the best matches
	}{
		{0, "projects", "_apis/projects/{*projectId}"},
		{0, "PROJECTS/x", "_apis/projects/{*projectId} projectId=x"},
		{0, "projects/x/teams", "_apis/projects/{projectId}/teams/{*teamId} projectId=x"},
		{0, "projects/x/teams/y", "_apis/projects/{projectId}/teams/{*teamId} projectId=x teamId=y"},
		{0, "projects/x/teams/y/members", "_apis/projects/{projectId}/teams/{teamId}/members projectId=x teamId=y"},
		{1, "wit/workItems/12", "{project}/_apis/wit/workItems/{id} id=12"},
		{0, "wit/workitems", "{project}/_apis/wit/workItems/{id}"},
		{1, "wit/workItems/$Task", "{project}/_apis/wit/workItems/${type} type=Task"},
		{0, "wit/$batch", "_apis/wit/$batch | _apis/wit/$batch"},
		{1, "wit/workItems/1/comments/2", "{project}/_apis/wit/workItems/{id}/comments/{revision} id=1 revision=2 | " +
			"{project}/_apis/wit/workItems/{workItemId}/comments/{commentId} commentId=2 workItemId=1"},
		{1, "wit/classificationNodes", "{project}/_apis/wit/classificationNodes"},
		{1, "wit/classificationNodes/areas/a/b", "{project}/_apis/wit/classificationNodes/{structureGroup}/{*path} path=a/b structureGroup=areas"},
		{0, "wit/queries/5", "_apis/wit/queries/{id} id=5"},
		{1, "wit/queries/5", "{project}/_apis/wit/queries/{*query} query=5"},
		{2, "wit/wiql", "{project}/{team}/_apis/wit/wiql"},
		{0, "wit/wiql", "{project}/{team}/_apis/wit/wiql"},
		{2, "wit/fields", ""},
		{2, "work/boards/boardparents", "{project}/{team}/_apis/work/boards/boardparents"},
		{0, "work/processes/lists", "_apis/work/processes/lists/{listId}"},
		{0, "work/processes/5", "_apis/work/processes/{processTypeId} processTypeId=5"},
		{0, "identities/MaxSequenceId", "_apis/Identities/MaxSequenceId"},
		{0, "identities/5", "_apis/Identities/{*identityId} identityId=5"},
		{0, "projects//teams", ""},
		{0, "wit/workItems/1/2/3", ""},
		{0, "", ""},
		{1, "projects", ""},
	} {
		var got []string
		for _, m := range routes.find(c.depth, strings.Split(c.path, "/")) {
			text := m.route
			for _, name := range sortedKeys(m.params) {
				text += " " + name + "=" + m.params[name]
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " | ")); diff != "" {
			t.Errorf("%d %s (-want +got):\n%s", c.depth, c.path, diff)
		}
	}
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k, v := range m {
		if v != "" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// FuzzFind checks that a match accounts for every segment of a path.
func FuzzFind(f *testing.F) {
	routes := compile((&API{}).table())
	for _, seed := range []string{"projects", "wit/workItems/$Task", "wit/workItems/1/comments/2", "identities/a/b/c", "wit//", "$", "wit/$"} {
		f.Add(uint8(1), seed)
	}
	f.Fuzz(func(t *testing.T, depth uint8, text string) {
		path := strings.Split(text, "/")
		for _, m := range routes.find(int(depth%3), path) {
			var rebuilt []string
			for _, s := range m.segments {
				value, given := m.params[s.name]
				switch {
				case s.name == "":
					rebuilt = append(rebuilt, s.literal)
				case given:
					rebuilt = append(rebuilt, s.prefix+value)
				}
			}
			if !strings.EqualFold(strings.Join(rebuilt, "/"), text) {
				t.Fatalf("%q matches %s with %v", text, m.route, m.params)
			}
			if _, ok := m.operation("GET"); ok != slices.Contains(allowed([]match{m}), "GET") && len(m.operations) > 0 {
				t.Fatalf("%s: GET allowed %v, listed %v", m.route, ok, allowed([]match{m}))
			}
		}
	})
}
