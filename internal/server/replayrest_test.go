package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const organization = "youngbinhan"

// restChecks send the requests of the automation guide and compare what it prints.
var restChecks = map[string]func(t *testing.T, x *client, s *seed){
	"seed-rest-projects":          checkProjects,
	"seed-rest-projects-curl":     checkProjects,
	"seed-rest-projects-requests": checkProjects,
	"seed-sdk-projects":           checkProjects,
	"seed-sdk-connect":            checkDiscovery,
	"seed-rest-workitem-org":      checkItem,
	"seed-web-batch":              checkBatch,
	"seed-rest-batch":             checkBatch,
	"seed-rest-batch-print":       checkBatch,
	"seed-sdk-batch":              checkBatch,
}

// send sends the request as administrator, and as a reader of another organization, who must be turned away.
func send(t *testing.T, x *client, s *seed, method, path string, body any) *reply {
	t.Helper()
	path = strings.NewReplacer("{organization}", organization, "{project}", "samples").Replace(path)
	accept := ""
	if !strings.Contains(path, "api-version") && s.ID != "seed-rest-workitem-org" { // SDKs and the web portal put it there
		accept = "application/json;api-version=7.1-preview"
	}
	other := x.do(t, "reader", method, path, body, accept)
	open := method == "OPTIONS" // which operations there are is no secret
	told := slices.ContainsFunc([]string{"FittrixTest", "samples", "<html"}, func(word string) bool {
		return strings.Contains(strings.ToLower(string(other.body)), strings.ToLower(word))
	})
	if told || !open && (other.status != 401 || strings.Contains(string(other.body), "test")) {
		t.Errorf("%s %s by somebody of another organization: %d %s", method, path, other.status, cut(other.body))
	}
	r := x.do(t, "administrator", method, path, body, accept)
	if r.status != 200 || r.err != nil && method != "OPTIONS" {
		t.Fatalf("%s %s: %d %s", method, path, r.status, cut(r.body))
	}
	return r
}

// checkPrinted compares the rows a document prints, in its order, with addresses on this server.
func checkPrinted(t *testing.T, x *client, s *seed, r *reply) {
	t.Helper()
	shape, _ := s.Expect.Shape.(map[string]any)
	if shape == nil {
		return
	}
	if fmt.Sprint(r.json["count"]) != fmt.Sprint(shape["count"]) {
		t.Errorf("count is %v, want %v", r.json["count"], shape["count"])
	}
	want, _ := shape["value"].([]any)
	if len(r.list) != len(want) {
		t.Fatalf("%d rows, want %d", len(r.list), len(want))
	}
	for i, w := range want {
		printed := w.(map[string]any)
		address := strings.NewReplacer("https://dev.azure.com/{organization}", x.url+"/"+organization, "{id}", fmt.Sprint(r.list[i]["id"])).
			Replace(fmt.Sprint(printed["url"]))
		if r.list[i]["url"] != address {
			t.Errorf("url is %v, want %s", r.list[i]["url"], address)
		}
		if p := differs(printed, r.list[i], []string{"url"}); p != "" {
			t.Errorf("row %d: %s", i, p)
		}
		if last, ok := printed["lastUpdateTime"]; ok && last != r.list[i]["lastUpdateTime"] {
			t.Errorf("lastUpdateTime is written %v, want %v", r.list[i]["lastUpdateTime"], last)
		}
	}
}

func checkProjects(t *testing.T, x *client, s *seed) {
	r := send(t, x, s, "GET", s.Path, nil)
	checkPrinted(t, x, s, r)
	var names []string
	for _, p := range r.list {
		names = append(names, fmt.Sprint(p["name"]))
	}
	if !slices.Equal(names, []string{"samples", "FittrixTest"}) {
		t.Errorf("projects %v", names)
	}
	preflight := x.do(t, "administrator", "OPTIONS", "/"+organization+"/_apis/projects", nil, "")
	if preflight.status >= 400 {
		t.Errorf("preflight of a browser tool: %d", preflight.status)
	}
}

func checkDiscovery(t *testing.T, x *client, s *seed) {
	r := send(t, x, s, "OPTIONS", "/{organization}/_apis", nil)
	everyRow(func(l map[string]any) bool {
		for _, name := range []string{"id", "area", "resourceName", "routeTemplate", "minVersion", "maxVersion", "releasedVersion", "resourceVersion"} {
			if _, ok := l[name]; !ok {
				return false
			}
		}
		return true
	})(t, x, s, r)
	for _, needed := range [][2]string{{"core", "projects"}, {"wit", "workItemsBatch"}} {
		if !slices.ContainsFunc(r.list, func(l map[string]any) bool {
			return strings.EqualFold(fmt.Sprint(l["area"]), needed[0]) && strings.EqualFold(fmt.Sprint(l["resourceName"]), needed[1])
		}) {
			t.Errorf("no location of %s/%s", needed[0], needed[1])
		}
	}
	areas := send(t, x, s, "GET", "/{organization}/_apis/resourceAreas", nil)
	for _, area := range areas.list {
		if address := fmt.Sprint(area["locationUrl"]); !strings.HasPrefix(address, x.url+"/"+organization) {
			t.Errorf("area %v leads to %s", area["name"], address)
		}
	}
	if _, ok := areas.json["value"]; !ok {
		t.Errorf("no list of areas: %s", cut(areas.body))
	}
}

func checkItem(t *testing.T, x *client, s *seed) {
	r := send(t, x, s, "GET", s.Path, nil)
	fields, _ := r.json["fields"].(map[string]any)
	if fmt.Sprint(r.json["id"]) != "117" || fields["System.Title"] != "작업 항목을 한 번에 가져온다" || fields["System.TeamProject"] != "FittrixTest" ||
		r.json["url"] == nil || r.json["_links"] == nil {
		t.Errorf("item 117 is %s", cut(r.body))
	}
}

// checkBatch also serves requests whose body the documents do not show: they list the same items.
func checkBatch(t *testing.T, x *client, s *seed) {
	body := s.Body
	if body == nil {
		body = map[string]any{"ids": []int{1, 2, 3}, "fields": []string{"System.Id", "System.Title"}}
	}
	r := send(t, x, s, "POST", s.Path, body)
	checkPrinted(t, x, s, r)
	var printed []string
	for _, item := range r.list {
		fields, _ := item["fields"].(map[string]any)
		printed = append(printed, fmt.Sprintf("[%v] %v", item["id"], fields["System.Title"]))
		address := fmt.Sprintf("%s/%s/_apis/wit/workItems/%v", x.url, organization, item["id"])
		if item["url"] != address {
			t.Errorf("url is %v, want %s", item["url"], address)
		}
		one := x.do(t, "administrator", "GET", strings.TrimPrefix(address, x.url), nil, "")
		if fmt.Sprint(one.json["id"]) != fmt.Sprint(item["id"]) || fmt.Sprint(one.json["rev"]) != fmt.Sprint(item["rev"]) {
			t.Errorf("behind %s is %s", address, cut(one.body))
		}
	}
	if want := []string{"[1] test", "[2] Bug fix", "[3] Sign in feature"}; !slices.Equal(printed, want) {
		t.Errorf("prints %q, want %q", printed, want)
	}
	if s.Expect.Prints != nil && !slices.Equal(printed, s.Expect.Prints) {
		t.Errorf("prints %q, want %q", printed, s.Expect.Prints)
	}
}
