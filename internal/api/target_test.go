package api

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		host, path string
		want       string // organization, project, team, service, segments behind the marker, each in brackets
	}{
		{"localhost:8080", "/fabrikam/_apis/projects", "[fabrikam][][] apis [projects]"},
		{"localhost", "/fabrikam/Fabrikam%20Fiber/_APIS/wit/workItems/%24Task", "[fabrikam][Fabrikam Fiber][] apis [wit][workItems][$Task]"},
		{"localhost", "/fabrikam/p/t/_apis/work/teamsettings", "[fabrikam][p][t] apis [work][teamsettings]"},
		{"localhost", "/_apis", "[][][] apis "},
		{"localhost", "/_apis/", "[][][] apis "},
		{"localhost", "/fabrikam/_apis/projects/", "[fabrikam][][] apis [projects]"},
		{"localhost", "/fabrikam/_apis//projects", "[fabrikam][][] apis [projects]"},
		{"localhost", "/fabrikam/_apis/projects/a%2Fb", "[fabrikam][][] apis [projects][a/b]"},
		{"localhost", "/a%2Fb/_apis/projects", "[a/b][][] apis [projects]"},
		{"localhost", "/fabrikam/%2e%2e/_apis/projects", "[fabrikam][..][] apis [projects]"},
		{"localhost", "/fabrikam/_apis/_odata/_apis", "[fabrikam][][] apis [_odata][_apis]"},
		{"localhost", "/fabrikam/_apis/wit/classificationNodes/areas/%5CRoot%5CChild", `[fabrikam][][] apis [wit][classificationNodes][areas][\Root\Child]`},
		{"localhost", "/tfs/DefaultCollection/p/_odata/v4.0-preview/WorkItems", "[DefaultCollection][p][] odata [v4.0-preview][WorkItems]"},
		{"localhost", "/tfs/_apis", "[][][] apis "},
		{"localhost", "//_apis", "[][][] malformed"},
		{"localhost", "/fabrikam//_apis", "[fabrikam][][] malformed"},
		{"localhost", "/a/b/c/d/_apis", "[a][b][c] malformed"},
		{"analytics.dev.azure.com", "/fabrikam/p/_odata/v4.0-preview//WorkItems/", "[fabrikam][p][] odata [v4.0-preview][WorkItems]"},
		{"dev.azure.com", "/fabrikam/_apis", "[fabrikam][][] apis "},
		{"vssps.dev.azure.com", "/fabrikam/_apis/graph/users", "[fabrikam][][] apis [graph][users]"},
		{"vsaex.dev.azure.com:443", "/fabrikam/_apis/x", "[fabrikam][][] apis [x]"},
		{"Fabrikam.VisualStudio.com", "/_apis/projects", "[fabrikam][][] apis [projects]"},
		{"fabrikam.visualstudio.com:8080", "/DefaultCollection/p/_apis/projects", "[fabrikam][p][] apis [projects]"},
		{"fabrikam.analytics.visualstudio.com", "/p/_odata/v2.0", "[fabrikam][p][] odata [v2.0]"},
		{"fabrikam.vssps.visualstudio.com", "/_apis/identities", "[fabrikam][][] apis [identities]"},
		{"app.vssps.visualstudio.com", "/_apis/profile/profiles/me", "[][][] apis [profile][profiles][me]"},
		{"evil.example.com", "/fabrikam/_apis", "[fabrikam][][] apis "},
		{"localhost", "/", "page"},
		{"localhost", "/favicon.ico", "page"},
		{"localhost", "/fabrikam/_apisx", "page"},
		{"localhost", "/a%00b/_apis", "error"},
		{"localhost", "/a%ffb/_apis", "error"},
		{"localhost", "/%zz/_apis", "error"},
	} {
		got, err := parseTarget(c.host, c.path)
		if text := describe(got, err); text != c.want {
			t.Errorf("%s%s: got %s, want %s", c.host, c.path, text, c.want)
		}
	}
}

func describe(t target, err error) string {
	scope := "[" + t.org + "][" + t.project + "][" + t.team + "]"
	var path strings.Builder
	for _, s := range t.path {
		path.WriteString("[" + s + "]")
	}
	switch {
	case err != nil:
		return "error"
	case t.malformed:
		return scope + " malformed"
	case t.service == pages:
		return "page"
	case t.service == odata:
		return scope + " odata " + path.String()
	}
	return scope + " apis " + path.String()
}

// FuzzParseTarget checks that nothing in a path is lost, invented or moved between organization, project and resource.
func FuzzParseTarget(f *testing.F) {
	for _, seed := range []string{"/fabrikam/_apis/projects", "/tfs/c/p/t/_odata/v4.0-preview//WorkItems", "//_apis//", "/a%2Fb/_APIS/%24Task/", "/%zz", ""} {
		f.Add("localhost", seed)
	}
	f.Add("fabrikam.visualstudio.com:1", "/DefaultCollection/p/_apis/x")
	f.Fuzz(func(t *testing.T, host, path string) {
		got, err := parseTarget(host, path)
		if err != nil || got.malformed || got.service == pages {
			return
		}
		marker := "_apis"
		if got.service == odata {
			marker = "_odata"
		}
		front, back := []string{}, []string{}
		if got.orgInHost && !strings.Contains(strings.ToLower(host), ".visualstudio.com") {
			t.Fatalf("organization %q came from host %q", got.org, host)
		}
		scope := []string{strings.TrimPrefix(got.prefix, "/"), got.org, got.project, got.team}
		if got.orgInHost {
			scope = []string{"DefaultCollection", got.project, got.team}
		}
		for _, s := range nonEmpty(scope) {
			front = append(front, url.PathEscape(s))
		}
		for _, s := range got.path {
			back = append(back, url.PathEscape(s))
		}
		again, err := parseTarget(host, "/"+strings.Join(append(append(front, marker), back...), "/"))
		if err != nil || again.org != got.org || again.project != got.project || again.team != got.team || !slices.Equal(nonEmpty(again.path), nonEmpty(got.path)) {
			t.Fatalf("%s: read as %s, rebuilt as %s (%v)", path, describe(got, nil), describe(again, err), err)
		}
	})
}
