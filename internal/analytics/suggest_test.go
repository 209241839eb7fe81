package analytics

import (
	"bytes"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/sample"
)

// Refused queries with what is suggested to somebody who reads Fabrikam and Fabrikam Fiber. P is the restriction to both.
var suggestions = []struct{ query, want string }{
	{"WorkItems", "WorkItems?$filter=P"},
	{"WorkItems/$count?$filter=State eq 'New' or State eq 'Done'", "WorkItems/$count?$filter=P and (State eq 'New' or State eq 'Done')"},
	{"WorkItems?$filter=State eq 'New' and Title ne null and Rank eq 1&$compute=Priority add 1 as Rank&$select=WorkItemId",
		"WorkItems?$compute=Priority add 1 as Rank&$filter=P and State eq 'New' and Title ne null and Rank eq 1&$select=WorkItemId"},
	{"WorkItems?$filter=@f&$select=Title&@f=State eq 'New'", "WorkItems?$filter=P and @f&$select=Title&@f=State eq 'New'"},
	{"Projects?$select=ProjectName", "Projects?$filter=ProjectName in ('Fabrikam','Fabrikam Fiber')&$select=ProjectName"},
	{"WorkItems?$apply=aggregate($count as N)", "WorkItems?$apply=filter(P)/aggregate($count as N)"},
	{"WorkItems?$apply=filter(State eq 'New')/groupby((Parent/Title))",
		"WorkItems?$apply=filter(Parent/P and P and State eq 'New')/groupby((Parent/Title))"},
	{"WorkItems?$filter=ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c or ProjectName eq 'no such project'",
		"WorkItems?$filter=Project/ProjectName eq 'Fabrikam Fiber' and (ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85c or ProjectName eq 'no such project')"},
	{"WorkItems?$filter=P&$orderby=Parent/Title desc&$top=3&$select=Title", "WorkItems?$filter=Parent/P and P&$orderby=Parent/Title desc&$select=Title&$top=3"},
	{"WorkItems?$filter=P and Children/any()", "WorkItems?$filter=P and Children/any(x:x/P)"},
	{"WorkItems?$filter=P and not Children/any(c:c/State eq 'Done' or c/Parent/State eq 'New')",
		"WorkItems?$filter=P and not Children/any(c:c/Parent/P and c/P and (c/State eq 'Done' or c/Parent/State eq 'New'))"},
	{"WorkItems?$filter=P and Children/all(c:c/State eq 'Done')",
		"WorkItems?$filter=P and Children/all(c:c/Project/ProjectName ne 'Fabrikam' and c/Project/ProjectName ne 'Fabrikam Fiber' or c/State eq 'Done')"},
	{"WorkItems?$filter=P and Children/$count gt 2", "WorkItems?$filter=P and Children/$count($filter=P) gt 2"},
	{"WorkItems?$filter=P&$expand=Parent,Area,Tags&$select=Title", "WorkItems?$filter=P&$expand=Parent($filter=P),Area,Tags&$select=Title"},
	{"WorkItems?$filter=P&$expand=Children($filter=State eq 'New' or State eq 'Done';$expand=Parent)&$select=Title",
		"WorkItems?$filter=P&$expand=Children($filter=P and (State eq 'New' or State eq 'Done');$expand=Parent($filter=P))&$select=Title"},
	{"WorkItems?$filter=P&$expand=Children($levels=3;$select=Title)&$select=Title",
		"WorkItems?$filter=P&$expand=Children($filter=P;$select=Title;$levels=3)&$select=Title"},
	{"WorkItems?$filter=P&$orderby=Parent/Title&$expand=Parent($levels=2;$select=Title)&$select=Title",
		"WorkItems?$filter=Parent/P and P&$orderby=Parent/Title&$expand=Parent($filter=P;$select=Title;$levels=2)&$select=Title"},
	{"WorkItems?$expand=Descendants($apply=aggregate($count as N))&$select=Title",
		"WorkItems?$filter=P&$expand=Descendants($apply=filter(P)/aggregate($count as N))&$select=Title"},
	{"WorkItems?$filter=P&$expand=Links($expand=TargetWorkItem,SourceWorkItem)&$select=Title",
		"WorkItems?$filter=P&$expand=Links($expand=TargetWorkItem($filter=P),SourceWorkItem($filter=P))&$select=Title"},
	{"WorkItemLinks?$filter=TargetWorkItem/State eq 'New'&$select=Comment",
		"WorkItemLinks?$filter=TargetWorkItem/P and P and TargetWorkItem/State eq 'New'&$select=Comment"},
	{"WorkItemSnapshot?$apply=groupby((DateSK),aggregate($count as N))", "WorkItemSnapshot?$apply=filter(P)/groupby((DateSK),aggregate($count as N))"},
	{"Users?$select=UserName", "Fabrikam: Users?$select=UserName"},
	{"WorkItems?$apply=aggregate(Children/$count as N)", "Fabrikam: WorkItems?$apply=aggregate(Children/$count as N)"},
	{"WorkItems?$filter=ProjectName eq 'no such project'", ""},
}

var shorthand = regexp.MustCompile(`\bP\b`)

const named = "Project/ProjectName in ('Fabrikam','Fabrikam Fiber')"

// Every suggestion is exactly what is expected and is answered. That answers are right is what the oracle checks.
func TestSuggest(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		f.joinsFabrikam(t)
		for _, c := range suggestions {
			query, want := shorthand.ReplaceAllString(c.query, named), shorthand.ReplaceAllString(c.want, named)
			err := f.tries(t, "reader", "", query)
			reason, ok := errors.AsType[*fault.Fault](err)
			if !ok || !strings.Contains(reason.Message, "VS403496") {
				t.Errorf("%s: %v, want VS403496", query, err)
				continue
			}
			got, project := "", ""
			if reason.Suggestion != "" {
				rest, ok := strings.CutPrefix(reason.Suggestion, base+"/v4.0-preview/")
				if !ok {
					project = "Fabrikam"
					rest = strings.TrimPrefix(reason.Suggestion, strings.Replace(base, "/_odata", "/Fabrikam/_odata", 1)+"/v4.0-preview/")
				}
				if got, err = url.PathUnescape(rest); err != nil {
					t.Fatal(err)
				}
				if err := f.tries(t, "reader", project, got); err != nil {
					t.Errorf("%s\nsuggested %s\nis refused: %s", query, got, describe(err))
				}
				if project != "" {
					got = project + ": " + got
				}
			}
			if got != want {
				t.Errorf("%s\nsuggested %s\nwant      %s\n%s", query, got, want, reason.Hint)
			}
		}
	})
}

// joinsFabrikam lets the reader read a second project.
func (f *fixture) joinsFabrikam(t *testing.T) {
	t.Helper()
	catalog, err := f.projects.Snapshot(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	p, err := catalog.FindProject("Fabrikam")
	if err != nil {
		t.Fatal(err)
	}
	err = f.db.Update(t.Context(), func(tx *db.Tx) error {
		return f.people.AddMember(tx, f.org, p.ID, f.callers["reader"].User.ID, access.Reader)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range sample.Tokens() {
		if token.Role != "reader" {
			continue
		}
		if f.callers["reader"], err = f.people.Authenticate(t.Context(), f.org, token.Text); err != nil {
			t.Fatal(err)
		}
	}
}

// tries sends a query and reads its answer.
func (f *fixture) tries(t *testing.T, role, project, query string) error {
	t.Helper()
	set, options, _ := strings.Cut(query, "?")
	root := base
	if project != "" {
		root = strings.Replace(base, "/_odata", "/"+url.PathEscape(project)+"/_odata", 1)
	}
	answer, err := f.service.Serve(t.Context(), f.callers[role], f.org, Request{Project: project, Path: "v4.0-preview/" + set,
		Query: strings.ReplaceAll(url.PathEscape(options), "%26", "&"), Base: root})
	if err != nil {
		return err
	}
	return answer.Body(&bytes.Buffer{})
}
