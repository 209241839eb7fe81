package analytics

import (
	"bytes"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sample"
)

// A project whose Analytics data a caller may not see counts as one that cannot be read, at both scopes and for every
// kind of request, although REST still shows it.
func TestViewAnalytics(t *testing.T) {
	f := newFixture(t, dbtest.New(t, "sqlite"))
	catalog, err := f.projects.Snapshot(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	fiber, err := catalog.FindProject("Fabrikam Fiber")
	if err != nil {
		t.Fatal(err)
	}
	admin := f.callers["administrator"]
	set := func(of access.Subject, allow, deny int64) {
		err := f.db.Update(t.Context(), func(tx *db.Tx) error {
			return access.SetEntry(tx, &access.Caller{Org: f.org}, access.FindNamespace(access.AnalyticsNamespace), access.AnalyticsToken(fiber.GUID), access.Entry{Subject: of, Allow: allow, Deny: deny})
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
	ask := func(role, project, path, query string) string {
		answer, err := f.service.Serve(t.Context(), f.callers[role], f.org, Request{Project: project, Path: "v4.0-preview/" + path, Query: query, Base: base})
		var body bytes.Buffer
		if err == nil {
			err = answer.Body(&body)
		}
		if err != nil {
			return describe(err)
		}
		return body.String()
	}
	const inFiber = "$filter=Project/ProjectName%20eq%20'Fabrikam%20Fiber'"
	const elsewhere = "$filter=Project/ProjectName%20eq%20'Fabrikam'"
	const misspelled = "$select=Custom_RiskLevl,StackRank"
	for path, query := range map[string]string{"$metadata": "", "WorkItems": misspelled} {
		if got := ask("administrator", "", path, query); !strings.Contains(got, "Custom_RiskLevel") {
			t.Errorf("%s?%s does not name Custom_RiskLevel to who may see it: %.500s", path, query, got)
		}
	}
	before := ask("administrator", "", "WorkItems/$count", elsewhere)

	set(admin.User.Subject(), 0, access.ViewAnalytics)
	if !f.callers["administrator"].CanRead(fiber.ID) {
		t.Error("REST no longer shows the project")
	}
	for _, c := range []struct{ role, project, path, query, want string }{
		{"administrator", "", "WorkItems/$count", "", "403 VS403496"},
		{"administrator", "", "WorkItems/$count", inFiber, "403 VS403496"},
		{"administrator", "", "WorkItems/$count", elsewhere, before},
		{"administrator", "", "Users/$count", "", "403 VS403496"},
		{"administrator", "", "Dates/$count", "$filter=DateSK%20eq%2020240101", "1"},
		{"administrator", "Fabrikam Fiber", "WorkItems/$count", "", "403 VS403527"},
		{"administrator", "Fabrikam Fiber", "$metadata", "", "403 VS403527"},
		{"administrator", "Fabrikam Fiber", "", "", "403 VS403527"},
		{"administrator", fiber.GUID.String(), "WorkItems/$count", "", "403 VS403527"},
		{"administrator", "Fabrikam", "WorkItems/$count", "", before},
		{"reader", "Fabrikam Fiber", "WorkItems/$count", "", "480"},
	} {
		if got := ask(c.role, c.project, c.path, c.query); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s asks %s/%s?%s: %.150s, want %s", c.role, c.project, c.path, c.query, got, c.want)
		}
	}

	// Names of custom fields that only other projects have are not told; predefined ones are public.
	for path, query := range map[string]string{"$metadata": "", "WorkItems": misspelled, "WorkItemTypeFields": "$select=FieldRefrenceName"} {
		if got := ask("administrator", "", path, query); strings.Contains(got, "RiskLevel") || strings.Contains(got, "'StackRank'") {
			t.Errorf("%s?%s tells of a field of another project: %.500s", path, query, got)
		}
	}

	set(admin.User.Subject(), 0, 0)
	set(access.Subject{Kind: access.Reader, ID: fiber.ID}, 0, access.ViewAnalytics)
	for _, c := range []struct{ role, project, path, query, want string }{
		{"administrator", "", "WorkItems/$count", inFiber, "480"},
		{"reader", "Fabrikam Fiber", "WorkItems/$count", "", "403 VS403527"},
		{"reader", "", "WorkItems/$count", inFiber, "403 VS403496"},
		{"stakeholder", "Fabrikam Fiber", "$metadata", "", "403 VS403527"},
	} {
		if got := ask(c.role, c.project, c.path, c.query); !strings.HasPrefix(got, c.want) {
			t.Errorf("readers denied, %s asks %s/%s?%s: %.150s, want %s", c.role, c.project, c.path, c.query, got, c.want)
		}
	}
}
