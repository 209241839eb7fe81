package analytics

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sample"
)

// explained asks for the explanation of a query.
func (f *fixture) explained(t *testing.T, role, query string) (x Explanation, text string) {
	t.Helper()
	set, options, _ := strings.Cut(query, "?")
	options = strings.ReplaceAll(url.PathEscape(options), "%26", "&")
	if options != "" {
		options += "&"
	}
	answer, err := f.service.Serve(t.Context(), f.callers[role], f.org, Request{Path: "v4.0-preview/" + set, Query: options + "boardwalk.explain=true", Base: base})
	if err != nil {
		t.Fatalf("%s: %s", query, describe(err))
	}
	var body bytes.Buffer
	if err := answer.Body(&body); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if err := json.Unmarshal(body.Bytes(), &x); err != nil {
		t.Fatal(err)
	}
	return x, body.String()
}

// An administrator sees each statement that answers a query, and what the database says about it.
func TestExplain_Administrator(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		x, _ := f.explained(t, "administrator", "WorkItems?$filter=State eq 'New'&$select=Title&$expand=Children($select=Title;$expand=Links($select=Comment)),Area($select=AreaName)")
		got := map[string]string{}
		for _, s := range x.Statements {
			got[s.For] = s.Plan
			if !strings.HasPrefix(s.SQL, "SELECT ") {
				t.Errorf("%s: %s", s.For, s.SQL)
			}
		}
		for what, table := range map[string]string{"the rows of the page": "items", "$count": "items", "Children": "items", "Children/Links": "links"} {
			if !strings.Contains(got[what], table) {
				t.Errorf("the plan of %q does not name the table %s: %s", what, table, got[what])
			}
		}
		if len(got) != 4 || len(x.Relations) != 4 || !x.Relations[0].EveryProject {
			t.Errorf("%d statements, relations %+v", len(got), x.Relations)
		}
		f.hides(t, "Fabrikam", f.callers["administrator"].User.ID)
		if x, text := f.explained(t, "administrator", "WorkItems?$filter=Project/ProjectName eq 'Fabrikam Fiber'"); x.Statements != nil || x.Refused != nil {
			t.Errorf("statements that read rows of a project that is denied: %s", text)
		}
	})
}

// hides denies somebody Analytics of a project.
func (f *fixture) hides(t *testing.T, project string, user int64) {
	t.Helper()
	catalog, err := f.projects.Snapshot(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	p, err := catalog.FindProject(project)
	if err != nil {
		t.Fatal(err)
	}
	err = f.db.Update(t.Context(), func(tx *db.Tx) error {
		return access.SetEntry(tx, &access.Caller{Org: f.org}, access.FindNamespace(access.AnalyticsNamespace), access.AnalyticsToken(p.GUID),
			access.Entry{Subject: access.Subject{Kind: access.UserKind, ID: user}, Deny: access.ViewAnalytics})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range sample.Tokens() {
		if f.callers[token.Role], err = f.people.Authenticate(t.Context(), f.org, token.Text); err != nil {
			t.Fatal(err)
		}
	}
}

// What a reader of one project is told has no SQL, no figures of the database and no name that is not his to see; and it
// is the same whether a project that is named exists or not.
func TestExplain_Reader(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		catalog, err := f.projects.Snapshot(t.Context(), f.org)
		if err != nil {
			t.Fatal(err)
		}
		const in = "Project/ProjectName eq 'Fabrikam Fiber'"
		queries := []string{"WorkItems", "Users", "Projects?$filter=Teams/any()", "WorkItems?$filter=" + in + "&$expand=Parent", "WorkItemSnapshot?$filter=" + in,
			"WorkItems?$filter=" + in + " and Children/any(c:c/" + in + ")&$expand=Children", "WorkItems?$filter=" + in + "&$select=Custom_Unknown&$compute=1 add 1 as Custom_Unknown"}
		for _, s := range suggestions {
			queries = append(queries, shorthand.ReplaceAllString(s.query, in))
		}
		secrets := regexp.MustCompile(`SELECT |t1"|[Cc]ost=|"items"|\[2\]`)
		for _, query := range queries {
			x, text := f.explained(t, "reader", query)
			if x.Statements != nil || secrets.MatchString(text) {
				t.Errorf("%s tells how it is computed: %s", query, text)
			}
			for _, p := range catalog.Projects {
				if told := strings.Contains(text, "\""+p.Name+"\"") || strings.Contains(text, "'"+p.Name+"'"); told && p.Name != "Fabrikam Fiber" {
					t.Errorf("%s tells of the project %s: %s", query, p.Name, text)
				}
			}
		}
		for _, query := range []string{"WorkItems?$filter=" + in + " and Project/ProjectName ne 'NAME'", "WorkItems?$filter=Project/ProjectName eq 'NAME'",
			"WorkItems?$filter=Project/ProjectName eq 'NAME' or " + in, "WorkItems?$filter=" + in + "&$expand=Parent($filter=Project/ProjectName eq 'NAME')"} {
			_, there := f.explained(t, "reader", strings.ReplaceAll(query, "NAME", "Fabrikam"))
			_, nowhere := f.explained(t, "reader", strings.ReplaceAll(query, "NAME", "Nowhere"))
			if strings.ReplaceAll(nowhere, "Nowhere", "Fabrikam") != there {
				t.Errorf("%s tells whether a project exists:\n%s\n%s", query, there, nowhere)
			}
		}
	})
}
