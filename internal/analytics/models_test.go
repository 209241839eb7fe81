package analytics

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// A custom field is part of the model from the moment a process gets it: in $metadata and queries of projects with that
// process, not in those of others; it has values after the next change.
func TestModels_FieldWhileServing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		id := f.someItem(t, "Fabrikam Fiber", "Bug")
		ask := func(role, project, path, query string) string {
			answer, err := f.service.Serve(t.Context(), f.callers[role], f.org, Request{Project: project, Path: "v2.0/" + path, Query: query, Base: base})
			var body bytes.Buffer
			if err == nil {
				err = answer.Body(&body)
			}
			if err != nil {
				return describe(err)
			}
			return body.String()
		}
		const votes, reviewer = `<Property Name="Custom_NewVotes" Type="Edm.Int64"`, `<NavigationProperty Name="Custom_Reviewer" Type="Microsoft.VisualStudio.Services.Analytics.Model.User"`
		if got := ask("reader", "Fabrikam Fiber", "$metadata", ""); strings.Contains(got, "Custom_NewVotes") {
			t.Error("the field is there before it is made")
		}
		if got := ask("reader", "Fabrikam Fiber", "WorkItems", "$select=Custom_NewVotes"); !strings.Contains(got, "VS403522") {
			t.Errorf("a field that is not there: %s", got)
		}
		err := f.db.Update(t.Context(), func(tx *db.Tx) error {
			catalog, err := f.projects.Catalog(tx, f.org)
			if err != nil {
				return err
			}
			p, err := catalog.FindProject("Fabrikam Fiber")
			if err != nil {
				return err
			}
			for _, field := range []project.Field{{ReferenceName: "Custom.NewVotes", Name: "New Votes", Type: project.Integer},
				{ReferenceName: "Custom.Reviewer", Name: "Reviewer", Type: project.String, Identity: true}} {
				n, err := f.projects.AddField(tx, f.org, field)
				if err != nil {
					return err
				}
				if err := f.projects.AttachField(tx, f.org, p.Process.ID, "Bug", n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			role, project string
			has           bool
		}{{"reader", "Fabrikam Fiber", true}, {"reader", "", true}, {"administrator", "", true}, {"administrator", "Fabrikam", false}} {
			got := ask(c.role, c.project, "$metadata", "")
			if strings.Contains(got, votes) != c.has || strings.Contains(got, reviewer) != c.has || strings.Contains(got, `Name="Custom_ReviewerSK"`) != c.has {
				t.Errorf("$metadata of %q for the %s has the fields: %t, want %t", c.project, c.role, !c.has, c.has)
			}
		}
		query := "$filter=WorkItemId%20eq%20" + strconv.FormatInt(id, 10) + "&$select=Custom_NewVotes&$expand=Custom_Reviewer($select=UserName)"
		if got := ask("reader", "Fabrikam Fiber", "WorkItems", query); !strings.Contains(got, `"value":[{"Custom_NewVotes":null,"Custom_Reviewer":null}]`) {
			t.Errorf("at once: %s", got)
		}
		if got := ask("administrator", "Fabrikam", "WorkItems", "$select=Custom_NewVotes"); !strings.Contains(got, "VS403522") {
			t.Errorf("in another process: %s", got)
		}
		f.edit(t, id, [2]string{"Custom.NewVotes", "7"}, [2]string{"Custom.Reviewer", "jamal@fabrikam.com"})
		f.caughtUp(t)
		if got := ask("reader", "Fabrikam Fiber", "WorkItems", query+"&$compute=1%20add%20Custom_NewVotes%20as%20N"); !strings.Contains(got, `"value":[{"Custom_NewVotes":7,"Custom_Reviewer":{"UserName":"Jamal Hartnett"}}]`) {
			t.Errorf("after a change: %s", got)
		}
	})
}
