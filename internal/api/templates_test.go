package api

import (
	"encoding/json"
	"io"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// Templates belong to a team; what is stored is what is read, until it is replaced or deleted.
func TestTemplates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		const team, other = "/fabrikam/Fabrikam%20Fiber/Fabrikam%20Fiber%20Team/_apis/wit/templates", "/fabrikam/Fabrikam%20Fiber/Data%2FVoice/_apis/wit/templates"
		send := func(who, method, path, body string, status int, into any) {
			t.Helper()
			text := method + " " + path + "?api-version=7.1"
			if body != "" {
				text += "\nContent-Type: application/json\n\n" + body
			}
			w := call(t, a, who, text)
			answer, err := io.ReadAll(w.Body)
			if err != nil || w.StatusCode != status {
				t.Fatalf("%s: %d %s, %v", text, w.StatusCode, answer, err)
			}
			if into != nil {
				if err := json.Unmarshal(answer, into); err != nil {
					t.Fatal(err)
				}
			}
		}
		var made, read azdo.WorkItemTemplate
		const body = `{"name":"New bug","description":"d","workItemTypeName":"bug","fields":{"System.Title":"It \"breaks\"","System.Tags":"a; b","System.Tags-Add":"c","System.Tags-Remove":"d"}}`
		send("reader", "POST", team, body, 403, nil)
		send("writer", "POST", team, `{"name":" ","workItemTypeName":"Bug"}`, 400, nil)
		send("writer", "POST", team, `{"name":"x","workItemTypeName":"Nothing"}`, 404, nil)
		send("writer", "POST", team, `{"name":"x","workItemTypeName":"Bug","fields":{"No.Field":"1"}}`, 400, nil)
		send("writer", "POST", team, body, 201, &made)
		send("reader", "GET", team+"/"+made.ID, "", 200, &read)
		want := azdo.WorkItemTemplate{ID: made.ID, Name: "New bug", Description: "d", WorkItemTypeName: "Bug",
			Fields: map[string]string{"System.Title": `It "breaks"`, "System.Tags": "a; b", "System.Tags-Add": "c", "System.Tags-Remove": "d"},
			URL:    "http://localhost:8080/Fabrikam/" + guid(0x60).String() + "/" + guid(0x70).String() + "/_apis/wit/templates/" + made.ID}
		if diff := cmp.Diff(want, read); diff != "" || cmp.Diff(want, made) != "" {
			t.Errorf("template (-want +got):\n%s", diff)
		}
		var list azdo.List[azdo.WorkItemTemplate]
		send("reader", "GET", team, "", 200, &list)
		if len(list.Value) != 1 || list.Value[0].Name != "New bug" || list.Value[0].Fields != nil {
			t.Errorf("%+v", list)
		}
		send("reader", "GET", other+"/"+made.ID, "", 404, nil)
		send("writer", "PUT", other+"/"+made.ID, body, 404, nil)
		send("writer", "DELETE", other+"/"+made.ID, "", 404, nil)
		send("writer", "PUT", team+"/"+made.ID, `{"name":"Other","workItemTypeName":"Feature"}`, 200, nil)
		read = azdo.WorkItemTemplate{}
		send("reader", "GET", team+"/"+made.ID, "", 200, &read)
		want.Name, want.Description, want.WorkItemTypeName, want.Fields = "Other", "", "Feature", nil
		if diff := cmp.Diff(want, read); diff != "" {
			t.Errorf("replaced (-want +got):\n%s", diff)
		}
		send("writer", "DELETE", team+"/"+made.ID, "", 204, nil)
		send("writer", "DELETE", team+"/"+made.ID, "", 404, nil)
		send("reader", "GET", "/fabrikam/Secret/Agents/_apis/wit/templates", "", 404, nil)
	})
}
