package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// madeThing is something that operations of the matrix need to be there: the request that makes it, and where the answer has
// the name it is known by in lines of testdata/access.golden, as <name>.
type madeThing struct{ name, method, path, body, at string }

// madeThings are made in this order, by the administrator.
func madeThings() []madeThing {
	process := "_apis/work/processes/" + guid(0x50).String()
	project := "Fabrikam%20Fiber/"
	team := project + "Fabrikam%20Fiber%20Team/_apis/"
	return []madeThing{
		{"process", "POST", "_apis/work/processes", `{"name":"Spare","parentProcessTypeId":"adcc42ab-9882-485e-a3ed-7678f01f66bc"}`, "typeId"},
		{"list", "POST", "_apis/work/processes/lists", `{"name":"Sizes","type":"String","items":["S","L"]}`, "id"},
		{"field", "POST", "_apis/wit/fields", `{"name":"Weight","type":"integer"}`, "referenceName"},
		{"spare field", "POST", "_apis/wit/fields", `{"name":"Height","type":"integer"}`, "referenceName"},
		{"", "POST", "_apis/wit/fields", `{"name":"Depth","type":"integer"}`, ""},
		{"type", "POST", process + "/workItemTypes", `{"name":"Crate","color":"ff9d00"}`, "referenceName"},
		{"", "POST", process + "/workItemTypes/<type>/fields", `{"referenceName":"Custom.Weight"}`, ""},
		{"", "POST", process + "/workItemTypes/<type>/fields", `{"referenceName":"Custom.Depth"}`, ""},
		{"state", "POST", process + "/workItemTypes/<type>/states", `{"name":"Packed","color":"b2b2b2","stateCategory":"InProgress"}`, "id"},
		{"spare state", "POST", process + "/workItemTypes/<type>/states", `{"name":"Lost","color":"b2b2b2","stateCategory":"InProgress"}`, "id"},
		{"second type", "POST", process + "/workItemTypes", `{"name":"Barrel","color":"ff9d00"}`, "referenceName"},
		{"", "POST", process + "/workItemTypes/<second type>/fields", `{"referenceName":"Custom.Weight"}`, ""},
		{"task type", "POST", process + "/workItemTypes", `{"inheritsFrom":"Microsoft.VSTS.WorkItemTypes.Task"}`, "referenceName"},
		{"task state", "GET", process + "/workItemTypes/<task type>/states", "", "value.1.id"},
		{"rule", "POST", process + "/workItemTypes/<type>/rules", `{"name":"Weighed","conditions":[{"conditionType":"when","field":"System.State","value":"Packed"}],"actions":[{"actionType":"makeRequired","targetField":"Custom.Weight"}]}`, "id"},
		{"behavior", "POST", process + "/behaviors", `{"name":"Ships","color":"ff9d00","inherits":"System.PortfolioBacklogBehavior"}`, "referenceName"},
		{"spare behavior", "POST", process + "/behaviors", `{"name":"Harbors","color":"ff9d00","inherits":"System.PortfolioBacklogBehavior"}`, "referenceName"},
		{"", "POST", process + "/workItemTypesBehaviors/<type>/behaviors", `{"behavior":{"id":"<behavior>"},"isDefault":true}`, ""},
		{"page", "POST", process + "/workItemTypes/<type>/layout/pages", `{"label":"Cargo"}`, "id"},
		{"section", "GET", process + "/workItemTypes/<type>/layout", "", "pages.-1.sections.0.id"},
		{"group", "POST", process + "/workItemTypes/<type>/layout/pages/<page>/sections/<section>/groups", `{"label":"Weights"}`, "id"},
		{"control", "POST", process + "/workItemTypes/<type>/layout/groups/<group>/controls", `{"id":"Custom.Weight","label":"Weight"}`, "id"},
		{"sprint", "POST", project + "_apis/wit/classificationNodes/iterations", `{"name":"Sprint 1","attributes":{"startDate":"2026-10-01T00:00:00Z","finishDate":"2026-12-31T00:00:00Z"}}`, "identifier"},
		{"spare sprint", "POST", project + "_apis/wit/classificationNodes/iterations", `{"name":"Sprint 2"}`, "identifier"},
		{"", "POST", team + "work/teamsettings/iterations", `{"id":"<sprint>"}`, ""},
		{"dock", "POST", project + "_apis/wit/classificationNodes/areas", `{"name":"Dock"}`, "id"},
		{"", "POST", project + "_apis/wit/classificationNodes/areas", `{"name":"Pier"}`, ""},
		{"root area", "GET", project + "_apis/wit/classificationNodes/areas", "", "id"},
		{"query", "POST", project + "_apis/wit/queries/Shared%20Queries", `{"name":"All","wiql":"SELECT [System.Id] FROM WorkItems"}`, "id"},
		{"template", "POST", team + "wit/templates", `{"name":"Quick bug","workItemTypeName":"Bug","fields":{"System.Title":"Quick"}}`, "id"},
		{"", "PATCH", project + "_apis/wit/workItems/10", `[{"op":"add","path":"/fields/System.Tags","value":"deep"}]`, ""},
		{"tag", "GET", project + "_apis/wit/tags/deep", "", "id"},
		{"comment", "POST", project + "_apis/wit/workItems/10/comments?api-version=7.1-preview.4", `{"text":"Look"}`, "id"},
		{"", "PUT", project + "_apis/wit/workItems/10/comments/<comment>/reactions/like?api-version=7.1-preview.1", "", ""},
		{"hook", "POST", "_apis/hooks/subscriptions", `{"publisherId":"tfs","eventType":"workitem.created","consumerId":"webHooks","consumerActionId":"httpRequest","publisherInputs":{"projectId":"` + guid(0x60).String() + `"},"consumerInputs":{"url":"<receiver>"}}`, "id"},
		{"task", "POST", project + "_apis/wit/workItems/$Task", `[{"op":"add","path":"/fields/System.Title","value":"Moor"},{"op":"add","path":"/fields/System.IterationPath","value":"Fabrikam Fiber\\Sprint 1"}]`, "id"},
		{"attachment", "POST", project + "_apis/wit/attachments?fileName=a.txt", "bytes of a file", "id"},
		{"", "PATCH", project + "_apis/wit/workItems/10", `[{"op":"add","path":"/relations/-","value":{"rel":"AttachedFile","url":"http://localhost:8080/Fabrikam/_apis/wit/attachments/<attachment>?fileName=a.txt"}}]`, ""},
		{"chunked", "POST", project + "_apis/wit/attachments?fileName=b.txt&uploadType=chunked", "", "id"},
		{"columns", "GET", team + "work/boards/Backlog%20items/columns", "", "value"},
		{"", "PATCH", team + "work/teamsettings/iterations/<sprint>/capacities/" + guid(0x41).String(), `{"activities":[{"name":"Development","capacityPerDay":4}],"daysOff":[]}`, ""},
		{"", "PATCH", process + "/workItemTypes/<type>/layout/systemcontrols/System.IterationPath", `{"label":"Voyage"}`, ""},
		{"secret team", "POST", "_apis/projects/Secret/teams", `{"name":"Secret Team"}`, "id"},
		{"plan", "POST", project + "_apis/work/plans", `{"name":"Roadmap","type":"deliveryTimelineView","properties":{"teamBacklogMappings":[{"teamId":"` + guid(0x70).String() + `","categoryReferenceName":"Microsoft.RequirementCategory"},{"teamId":"<secret team>","categoryReferenceName":"Microsoft.RequirementCategory"}]}}`, "id"},
		{"dashboard", "POST", team + "Dashboard/Dashboards", `{"name":"Overview","widgets":[{"contributionId":"c"}]}`, "id"},
		{"widget", "GET", team + "Dashboard/Dashboards/<dashboard>", "", "widgets.0.id"},
		{"own dashboard", "POST", project + "_apis/Dashboard/Dashboards", `{"name":"All"}`, "id"},
		{"operation", "POST", "_apis/projects", `{"name":"Queued","capabilities":{"versioncontrol":{"sourceControlType":"Git"},"processTemplate":{"templateTypeId":"adcc42ab-9882-485e-a3ed-7678f01f66bc"}}}`, "id"},
		{"app", "POST", "_apis/ServicePrincipalEntitlements", `{"accessLevel":{"accountLicenseType":"express"},"servicePrincipal":{"displayName":"Crane","origin":"aad","originId":"0f4a9b52-61c8-4a27-9d8e-3b5f0c7d2e11"}}`, "servicePrincipalEntitlement.id"},
		{"app descriptor", "GET", "_apis/ServicePrincipalEntitlements/<app>", "", "servicePrincipal.descriptor"},
		{"secret", "POST", "_apis/boardwalk/servicePrincipals/<app>/secrets", `{"displayName":"first"}`, "id"},
		{"scope", "GET", "_apis/Graph/Descriptors/" + guid(0x60).String(), "", "value"},
		{"people", "POST", "_apis/Graph/Groups?scopeDescriptor=<scope>", `{"displayName":"Packers"}`, "descriptor"},
		{"people id", "GET", "_apis/Graph/StorageKeys/<people>", "", "value"},
		{"person", "GET", "_apis/Graph/Descriptors/" + guid(0x42).String(), "", "value"},
		{"", "PUT", "_apis/Graph/Memberships/<person>/<people>", "", ""},
		{"other person", "GET", "_apis/Graph/Descriptors/" + guid(0x41).String(), "", "value"},
		{"", "POST", "_apis/GroupEntitlements", `{"group":{"descriptor":"<people>"},"licenseRule":{"accountLicenseType":"express"}}`, ""},
		{"", "PATCH", "_apis/ServiceDefinitions", `{"value":[{"serviceType":"Pier","identifier":"` + guid(0x43).String() + `"}]}`, ""},
		{"pat", "POST", "_apis/Tokens/Pats", `{"displayName":"of the administrator","scope":"vso.work","allOrgs":false}`, "patToken.authorizationId"},
	}
}

// fill puts what was made in place of its names.
func (x *matrixServer) fill(text string) string {
	var pairs []string
	for name, value := range x.made {
		pairs = append(pairs, "<"+name+">", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// make makes things and remembers what they are called.
func (x *matrixServer) make(t *testing.T, things []madeThing) {
	t.Helper()
	for _, m := range things {
		path := m.path
		if !strings.Contains(path, "api-version=") {
			path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "api-version=7.2-preview"
		}
		answer := call(t, x.api, matrixTokens()["administrator"], requestText(m.method, "/Fabrikam/"+x.fill(path), x.fill(m.body)))
		body, err := io.ReadAll(answer.Body)
		check(t, err)
		if answer.StatusCode >= http.StatusMultipleChoices {
			t.Fatalf("%s %s: %d %s", m.method, m.path, answer.StatusCode, body)
		}
		if m.name == "" {
			continue
		}
		var value any
		check(t, json.Unmarshal(body, &value))
		for name := range strings.SplitSeq(m.at, ".") {
			switch v := value.(type) {
			case map[string]any:
				value = v[name]
			case []any:
				n, err := strconv.Atoi(name)
				check(t, err)
				value = v[(n+len(v))%len(v)] // -1 is the last one
			}
		}
		if value == nil {
			t.Fatalf("%s %s has no %s: %s", m.method, m.path, m.at, body)
		}
		x.made[m.name] = fmt.Sprint(value)
		if list, ok := value.([]any); ok {
			text, err := json.Marshal(list)
			check(t, err)
			x.made[m.name] = string(text)
		}
	}
}

// deliver sends the notifications that are due, to a receiver that goes on receiving.
func (x *matrixServer) deliver(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- x.api.config.Hooks.Run(ctx) }()
	select {
	case <-x.received:
	case <-time.After(20 * time.Second):
		t.Error("no notification was delivered")
	}
	cancel() // what is being sent is finished
	check(t, <-ended)
	x.make(t, []madeThing{{"notification", "GET", "_apis/hooks/subscriptions/<hook>/notifications", "", "value.0.id"}})
}

// requestText is a request as text, with the media type that its body has.
func requestText(method, path, body string) string {
	text := method + " " + path
	switch {
	case strings.HasPrefix(body, `[{"op"`):
		text += "\nContent-Type: application/json-patch+json\n\n" + body
	case strings.HasPrefix(body, `{"kind"`):
		text += "\nContent-Type: application/x-ndjson\n\n" + body
	case strings.HasPrefix(body, "bytes"):
		if method == http.MethodPut {
			text += fmt.Sprintf("\nContent-Range: bytes 0-%d/%d", len(body)-1, len(body))
		}
		text += "\nContent-Type: application/octet-stream\n\n" + body
	case body != "":
		text += "\nContent-Type: application/json\n\n" + body
	}
	return text
}
