package api

import (
	"encoding/json"
	"io"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"
)

// A tag that is renamed has its new name in every revision; one that is deleted is on no work item any more, and its
// name can be used anew. Neither is a revision. Stakeholders use the tags that there are.
func TestTags(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		send := func(who, text string, status int, into any) {
			t.Helper()
			w := call(t, a, who, text)
			body, err := io.ReadAll(w.Body)
			if err != nil || w.StatusCode != status {
				t.Fatalf("%s: %d %s, %v", text, w.StatusCode, body, err)
			}
			if into != nil {
				if err := json.Unmarshal(body, into); err != nil {
					t.Fatal(err)
				}
			}
		}
		const tags, version = "/fabrikam/Fabrikam%20Fiber/_apis/wit/tags", "?api-version=7.1"
		tag := func(value string) {
			t.Helper()
			send("writer", "PATCH /fabrikam/_apis/wit/workItems/10"+version+"\nContent-Type: application/json-patch+json\n\n"+
				`[{"op":"add","path":"/fields/System.Tags","value":"`+value+`"}]`, 200, nil)
		}
		has := func(path, want string) {
			t.Helper()
			var item azdo.WorkItem
			send("reader", "GET /fabrikam/_apis/wit/workItems/10"+path+version, 200, &item)
			if got, _ := item.Fields.Value("System.Tags").(string); got != want {
				t.Errorf("tags of 10%s are %q, want %q", path, got, want)
			}
		}
		tag("Middle; beta")
		tag("zeta")
		has("", "beta; Middle; zeta")
		var list azdo.List[azdo.WorkItemTagDefinition]
		send("reader", "GET "+tags+version, 200, &list)
		if list.Count != 3 || list.Value[0].Name != "beta" || list.Value[1].Name != "Middle" || list.Value[0].LastUpdated == nil || !list.Value[0].LastUpdated.Equal(now) {
			t.Errorf("%+v", list)
		}
		middle := list.Value[1].ID
		if want := "http://localhost:8080/Fabrikam/" + guid(0x60).String() + "/_apis/wit/tags/" + middle; list.Value[1].URL != want {
			t.Errorf("url %s, want %s", list.Value[1].URL, want)
		}
		rename := func(who, id, name string, status int) {
			t.Helper()
			send(who, "PATCH "+tags+"/"+id+version+"\nContent-Type: application/json\n\n"+`{"name":"`+name+`"}`, status, nil)
		}
		rename("writer", middle, "x", 403)
		rename("admin", middle, "BETA", 409)
		rename("admin", middle, "a;b", 400)
		rename("admin", middle, " ", 400)
		rename("admin", "unknown", "x", 404)
		rename("admin", middle, "alpha", 200)
		has("", "alpha; beta; zeta")
		has("/revisions/2", "alpha; beta")
		rename("admin", "ALPHA", "Alpha", 200)
		var one azdo.WorkItemTagDefinition
		if send("reader", "GET "+tags+"/aLPHA"+version, 200, &one); one.ID != middle || one.Name != "Alpha" {
			t.Errorf("%+v", one)
		}
		send("writer", "DELETE "+tags+"/beta"+version, 403, nil)
		send("admin", "DELETE "+tags+"/beta"+version, 204, nil)
		send("reader", "GET "+tags+"/beta"+version, 404, nil)
		has("", "Alpha; zeta")
		has("/revisions/2", "Alpha")
		has("/revisions/3", "Alpha; zeta")
		tag("BETA")
		has("", "Alpha; BETA; zeta")
		has("/revisions/3", "Alpha; zeta")
		send("admin", "PATCH /fabrikam/_apis/UserEntitlements/"+guid(0x41).String()+"?api-version=7.1-preview.3\nContent-Type: application/json-patch+json\n\n"+
			`[{"op":"replace","path":"/accessLevel","value":{"accountLicenseType":"stakeholder","licensingSource":"account"}}]`, 200, nil)
		send("writer", "PATCH /fabrikam/_apis/wit/workItems/11"+version+"\nContent-Type: application/json-patch+json\n\n"+
			`[{"op":"add","path":"/fields/System.Tags","value":"Alpha; of a stakeholder"}]`, 403, nil)
		send("reader", "GET "+tags+"/of%20a%20stakeholder"+version, 404, nil)
		send("writer", "PATCH /fabrikam/_apis/wit/workItems/11"+version+"\nContent-Type: application/json-patch+json\n\n"+
			`[{"op":"add","path":"/fields/System.Tags","value":"alpha"}]`, 200, nil)
		send("reader", "GET /fabrikam/Secret/_apis/wit/tags"+version, 404, nil)
		send("reader", "GET /fabrikam/_apis/wit/tags"+version, 400, nil)
	})
}
