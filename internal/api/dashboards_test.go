package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"
)

// ask sends a request about dashboards of Fabrikam and returns the answer with its body.
func askDashboards(t *testing.T, a *API, who, method, path, body string, status int, into any) *http.Response {
	t.Helper()
	text := method + " /fabrikam/" + path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "api-version=7.1-preview"
	if body != "" {
		text += "\nContent-Type: application/json\n\n" + body
	}
	answer := call(t, a, who, text)
	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		t.Fatalf("%s %s %s: %d %.300s, %v; want %d", who, method, path, answer.StatusCode, content, err, status)
	}
	if into != nil {
		if err := json.Unmarshal(content, into); err != nil {
			t.Fatal(err)
		}
	}
	return answer
}

const (
	fiberDashboards = "Fabrikam%20Fiber/_apis/Dashboard/Dashboards"
	voiceDashboards = "Fabrikam%20Fiber/Data%2FVoice/_apis/Dashboard/Dashboards"
)

// Who is in a team edits its dashboards, until that is taken from the team; with the team its dashboards go.
func TestDashboards_TeamMembers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		ask := func(who, method, path, body string, status int, into any) {
			t.Helper()
			askDashboards(t, a, who, method, path, body, status, into)
		}
		ask("reader", "POST", voiceDashboards, `{"name":"Calls"}`, 403, nil)
		var rita, team struct{ Value string }
		ask("admin", "GET", "_apis/Graph/Descriptors/"+guid(0x42).String(), "", 200, &rita)
		ask("admin", "GET", "_apis/Graph/Descriptors/"+guid(0x71).String(), "", 200, &team)
		ask("admin", "PUT", "_apis/Graph/Memberships/"+rita.Value+"/"+team.Value, "", 201, nil)
		var calls azdo.Dashboard
		ask("reader", "POST", voiceDashboards, `{"name":"Calls"}`, 200, &calls)
		ask("reader", "POST", voiceDashboards+"/"+calls.ID+"/Widgets", `{"contributionId":"c"}`, 200, nil)
		ask("reader", "PUT", voiceDashboards+"/"+calls.ID, `{"name":"Rings"}`, 200, nil)
		ask("writer", "PUT", voiceDashboards+"/"+calls.ID, `{"name":"Mine"}`, 403, nil)
		ask("reader", "POST", "Fabrikam%20Fiber/Fabrikam%20Fiber%20Team/_apis/Dashboard/Dashboards", `{"name":"Of others"}`, 403, nil)

		// What the team begins with can be taken from it.
		var lists azdo.List[azdo.AccessControlList]
		token := "$/" + guid(0x60).String() + "/" + guid(0x71).String()
		ask("admin", "GET", "_apis/AccessControlLists/8adf73b7-389a-4276-b638-fe1653f7efc7?token="+token, "", 200, &lists)
		if lists.Count != 1 || len(lists.Value[0].AcesDictionary) != 1 {
			t.Fatalf("%+v", lists)
		}
		for descriptor := range lists.Value[0].AcesDictionary {
			ask("admin", "DELETE", "_apis/AccessControlEntries/8adf73b7-389a-4276-b638-fe1653f7efc7?token="+token+"&descriptors="+strings.ReplaceAll(descriptor, ";", "%3B"), "", 200, nil)
		}
		ask("reader", "PUT", voiceDashboards+"/"+calls.ID, `{"name":"Again"}`, 403, nil)
		ask("reader", "GET", voiceDashboards+"/"+calls.ID, "", 200, nil)

		var all azdo.List[azdo.Dashboard]
		ask("reader", "GET", fiberDashboards, "", 200, &all)
		if all.Count != 1 || all.Value[0].Name != "Rings" || all.Value[0].ETag != "3" {
			t.Errorf("%+v", all)
		}
		ask("admin", "DELETE", "_apis/projects/"+guid(0x60).String()+"/teams/"+guid(0x71).String(), "", 204, nil)
		ask("reader", "GET", fiberDashboards, "", 200, &all)
		if all.Count != 0 {
			t.Errorf("after the team: %+v", all)
		}
		ask("admin", "GET", fiberDashboards+"/"+calls.ID, "", 404, nil)
	})
}

// The eTag of the dashboard comes with lists of widgets, and settings come back byte by byte.
func TestWidgets_ETag(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		var d azdo.Dashboard
		askDashboards(t, a, "admin", "POST", fiberDashboards, `{"name":"Board"}`, 200, &d)
		settings := "{\"query\":\"<a href='x'>\\u0041</a> & 'ü'\",\n\t\"n\":1.0}"
		text, err := json.Marshal([]map[string]string{{"contributionId": "c", "settings": settings}})
		check(t, err)
		var list azdo.List[azdo.Widget]
		answer := askDashboards(t, a, "admin", "PUT", fiberDashboards+"/"+d.ID+"/Widgets", string(text), 200, &list)
		if answer.Header.Get("ETag") != `"2"` || list.Count != 1 || *list.Value[0].Settings != settings {
			t.Errorf("%q %+v", answer.Header.Get("ETag"), list)
		}
		askDashboards(t, a, "admin", "PUT", fiberDashboards+"/"+d.ID+"/Widgets", "null", 400, nil)
		answer = askDashboards(t, a, "reader", "GET", fiberDashboards+"/"+d.ID+"/Widgets", "", 200, &list)
		if answer.Header.Get("ETag") != `"2"` || list.Count != 1 || *list.Value[0].Settings != settings {
			t.Errorf("%q %+v", answer.Header.Get("ETag"), list)
		}
	})
}

// A dashboard holds 200 widgets, a widget 64 KiB of settings, and a team 500 dashboards.
func TestDashboards_Limits(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	widgets := func(n int) string {
		return `{"name":"Full","widgets":[` + strings.Join(slices.Repeat([]string{`{"contributionId":"c"}`}, n), ",") + `]}`
	}
	var d azdo.Dashboard
	askDashboards(t, a, "admin", "POST", voiceDashboards, widgets(201), 400, nil)
	askDashboards(t, a, "admin", "POST", voiceDashboards, widgets(200), 200, &d)
	askDashboards(t, a, "admin", "POST", voiceDashboards+"/"+d.ID+"/Widgets", `{"contributionId":"c"}`, 400, nil)
	if askDashboards(t, a, "admin", "GET", voiceDashboards+"/"+d.ID, "", 200, &d); len(d.Widgets) != 200 || d.ETag != "1" {
		t.Errorf("%d widgets, eTag %s", len(d.Widgets), d.ETag)
	}
	change := func(n int) string { return fmt.Sprintf(`{"settings":%q}`, strings.Repeat("s", n)) }
	askDashboards(t, a, "admin", "PATCH", voiceDashboards+"/"+d.ID+"/Widgets/"+d.Widgets[0].ID, change(64<<10), 200, nil)
	askDashboards(t, a, "admin", "PATCH", voiceDashboards+"/"+d.ID+"/Widgets/"+d.Widgets[0].ID, change(64<<10+1), 400, nil)
	for i := range 499 {
		askDashboards(t, a, "admin", "POST", voiceDashboards, fmt.Sprintf(`{"name":"%d"}`, i), 200, nil)
	}
	askDashboards(t, a, "admin", "POST", voiceDashboards, `{"name":"One more"}`, 400, nil)
	askDashboards(t, a, "admin", "POST", fiberDashboards, `{"name":"Of the project"}`, 200, nil)
}
