package api

import (
	"bufio"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"
)

// The log is read as lines of JSON by programs, and as a table by people, where no name becomes a formula.
func TestDownloadAuditLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		made := call(t, a, "admin", "POST /fabrikam/_apis/graph/groups?api-version=7.1-preview.1\nContent-Type: application/json\nUser-Agent: =cmd()\n\n{\"displayName\":\"Table\"}")
		if made.StatusCode != http.StatusCreated {
			t.Fatal(made.Status)
		}
		lines := call(t, a, "admin", "GET /fabrikam/_apis/audit/downloadlog?api-version=7.1-preview.1\nAccept: application/x-ndjson")
		if got := lines.Header.Get("Content-Type"); got != "application/x-ndjson" {
			t.Errorf("Content-Type %s", got)
		}
		var actions []string
		for scan := bufio.NewScanner(lines.Body); scan.Scan(); {
			var e azdo.DecoratedAuditLogEntry
			if err := json.Unmarshal(scan.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			actions = append(actions, e.ActionID)
		}
		if got := strings.Join(actions, " "); got != "AuditLog.DownloadLog Group.CreateGroups" {
			t.Errorf("entries %s", got)
		}
		table, err := csv.NewReader(call(t, a, "admin", "GET /fabrikam/_apis/audit/downloadlog?format=csv&api-version=7.1-preview.1").Body).ReadAll()
		if err != nil || len(table) != 4 {
			t.Fatalf("%d rows, %v", len(table), err)
		}
		for i, want := range map[int]string{2: "Ada Admin", 7: "'=cmd()", 10: "Group.CreateGroups", 11: `Created the group [Fabrikam]\Table`} {
			if got := table[3][i]; got != want {
				t.Errorf("%s is %q, not %q", table[0][i], got, want)
			}
		}
	})
}

// Each kind of change is in the log once, with who made it and of which project; what was refused is not.
func TestAuditLog_Recorded(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		const jsonType = "\nContent-Type: application/json\n\n"
		process := ""
		for _, step := range []struct{ who, request, logged string }{
			{"writer", `POST /fabrikam/_apis/projects?api-version=7.1` + jsonType + `{"name":"No","capabilities":{"processTemplate":{"templateTypeId":"adcc42ab-9882-485e-a3ed-7678f01f66bc"},"versioncontrol":{"sourceControlType":"Git"}}}`, ""},
			{"admin", `POST /fabrikam/_apis/projects?api-version=7.1` + jsonType + `{"name":"New","capabilities":{"processTemplate":{"templateTypeId":"adcc42ab-9882-485e-a3ed-7678f01f66bc"},"versioncontrol":{"sourceControlType":"Git"}}}`,
				`New: Created the project New`},
			{"admin", `PATCH /fabrikam/_apis/projects/00000000-0000-4000-8000-000000000061?api-version=7.1` + jsonType + `{"name":"Hidden"}`, `Hidden: Renamed the project Secret to Hidden`},
			{"admin", `PATCH /fabrikam/_apis/projects/00000000-0000-4000-8000-000000000061?api-version=7.1` + jsonType + `{"description":"d"}`, ``},
			{"admin", `PATCH /fabrikam/_apis/projects/00000000-0000-4000-8000-000000000061?api-version=7.1` + jsonType + `{"visibility":"public"}`, `Hidden: Changed the visibility of the project Hidden to public`},
			{"admin", `DELETE /fabrikam/_apis/projects/00000000-0000-4000-8000-000000000061?api-version=7.1`, `Hidden: Deleted the project Hidden`},
			{"admin", `PATCH /fabrikam/_apis/projects/00000000-0000-4000-8000-000000000061?api-version=7.1` + jsonType + `{"state":"wellFormed"}`, `Hidden: Restored the project Hidden`},
			{"admin", `POST /fabrikam/Fabrikam%20Fiber/_apis/wit/classificationnodes/areas?api-version=7.1` + jsonType + `{"name":"Voice"}`, `Fabrikam Fiber: Created the area Fabrikam Fiber\Voice`},
			{"admin", `PATCH /fabrikam/Fabrikam%20Fiber/_apis/wit/classificationnodes/areas/Voice?api-version=7.1` + jsonType + `{"name":"Data"}`, `Fabrikam Fiber: Changed the area Fabrikam Fiber\Data`},
			{"admin", `DELETE /fabrikam/Fabrikam%20Fiber/_apis/wit/classificationnodes/areas/Data?api-version=7.1`, `Fabrikam Fiber: Deleted the area Fabrikam Fiber\Data`},
			{"admin", `POST /fabrikam/Fabrikam%20Fiber/_apis/wit/classificationnodes/iterations?api-version=7.1` + jsonType + `{"name":"Soon"}`, `Fabrikam Fiber: Created the iteration Fabrikam Fiber\Soon`},
			{"admin", `POST /fabrikam/_apis/projects/Fabrikam%20Fiber/teams?api-version=7.1` + jsonType + `{"name":"Ops"}`, `Fabrikam Fiber: Created the group [Fabrikam Fiber]\Ops`},
			{"admin", `PATCH /fabrikam/_apis/projects/Fabrikam%20Fiber/teams/Ops?api-version=7.1` + jsonType + `{"name":"Dev"}`, `Fabrikam Fiber: Changed the group [Fabrikam Fiber]\Dev`},
			{"admin", `DELETE /fabrikam/_apis/projects/Fabrikam%20Fiber/teams/Dev?api-version=7.1`, `Fabrikam Fiber: Deleted the group [Fabrikam Fiber]\Dev`},
			{"writer", `DELETE /fabrikam/_apis/wit/workitems/10?destroy=true&api-version=7.1`, ``},
			{"admin", `DELETE /fabrikam/_apis/wit/workitems/10?destroy=true&api-version=7.1`, `Fabrikam Fiber: Destroyed the work item 10`},
			{"admin", `DELETE /fabrikam/_apis/wit/workitems/11?api-version=7.1`, ``}, // comes back
			{"admin", `POST /fabrikam/_apis/work/processes?api-version=7.1` + jsonType + `{"name":"Ours","parentProcessTypeId":"adcc42ab-9882-485e-a3ed-7678f01f66bc"}`, `: Created the process Ours`},
			{"admin", `PATCH /fabrikam/_apis/work/processes/PROCESS?api-version=7.1` + jsonType + `{"description":"d"}`, `: Changed the process Ours`},
			{"admin", `POST /fabrikam/_apis/work/processes/PROCESS/workitemtypes?api-version=7.1` + jsonType + `{"name":"Risk","color":"ff0000","icon":"icon_clipboard"}`, `: Changed the process Ours: type `},
			{"admin", `DELETE /fabrikam/_apis/work/processes/PROCESS?api-version=7.1`, `: Deleted the process Ours`},
			{"admin", `POST /fabrikam/_apis/work/processes/lists?api-version=7.1` + jsonType + `{"name":"Sizes","type":"String","items":["S","L"]}`, `: Created the picklist Sizes`},
			{"admin", `POST /fabrikam/_apis/wit/fields?api-version=7.1` + jsonType + `{"name":"Girth","referenceName":"Custom.Girth","type":"string"}`, `: Created the field Girth`},
			{"admin", `PATCH /fabrikam/_apis/wit/fields/Custom.Girth?api-version=7.1` + jsonType + `{"isDeleted":true}`, `: Changed the field Girth: deleted true, locked false`},
			{"admin", `POST /fabrikam/_apis/hooks/subscriptions?api-version=7.1` + jsonType + `{"publisherId":"tfs","eventType":"workitem.created","consumerId":"webHooks","consumerActionId":"httpRequest",
				"publisherInputs":{"projectId":"00000000-0000-4000-8000-000000000060"},"consumerInputs":{"url":"http://127.0.0.1:9/secret","basicAuthPassword":"hunter2"}}`, `Fabrikam Fiber: Created the service hooks subscription`},
			{"reader", `GET /fabrikam/Fabrikam%20Fiber/_odata/v4.0-preview/WorkItems?$format=parquet`, `: Exported WorkItems from Analytics as application/vnd.apache.parquet`},
			{"reader", `GET /fabrikam/Fabrikam%20Fiber/_odata/v4.0-preview/WorkItems`, ``},
			{"admin", `POST /fabrikam/_apis/userentitlements?api-version=7.1` + jsonType + `{"accessLevel":{"accountLicenseType":"stakeholder"},"user":{"principalName":"n@example.com","subjectKind":"user"}}`, `: Let n@example.com in with the access level stakeholder`},
		} {
			before := auditOf(t, a)
			answer := call(t, a, step.who, strings.ReplaceAll(step.request, "PROCESS", process))
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			name, _, _ := strings.Cut(step.request, "?")
			if step.logged != "" && answer.StatusCode >= 300 {
				t.Fatalf("%s: %s %s", name, answer.Status, body)
			}
			var made struct{ TypeID string }
			if json.Unmarshal(body, &made) == nil && made.TypeID != "" {
				process = made.TypeID
			}
			after := auditOf(t, a)
			var news []string
			found := 0
			for _, e := range after[:len(after)-len(before)] {
				line := orEmpty(e.ProjectName) + ": " + e.Details
				if news = append(news, line); strings.HasPrefix(line, step.logged) && step.logged != "" {
					found++
				}
				if want := map[string]string{"admin": "ada@example.com", "writer": "walter@example.com", "reader": "rita@example.com"}[step.who]; e.ActorUPN != want {
					t.Errorf("%s: by %s, not %s", name, e.ActorUPN, want)
				}
				if text, err := json.Marshal(e); err != nil || strings.Contains(string(text), "secret") || strings.Contains(string(text), "hunter2") {
					t.Errorf("%s: %s, %v", name, text, err)
				}
			}
			if step.logged == "" && len(news) > 0 || step.logged != "" && found != 1 {
				t.Errorf("%s: %s\nlogged %q", name, answer.Status, news)
			}
		}
	})
}

// Nobody looks at the log without an entry that says so, whatever they say to have seen.
func TestAuditLog_MadeUpPlace(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		look := func(token string) (looks int) {
			answer := call(t, a, "admin", "GET /fabrikam/_apis/audit/auditlog?skipAggregation=true&continuationToken="+token+"&api-version=7.1-preview.1")
			var all azdo.AuditLogQueryResult
			if err := json.NewDecoder(answer.Body).Decode(&all); err != nil || answer.StatusCode != http.StatusOK {
				t.Fatal(answer.Status, err)
			}
			for _, e := range all.DecoratedAuditLogEntries {
				if e.ActionID == "AuditLog.AccessLog" {
					looks++
				}
			}
			return looks
		}
		for _, place := range []string{"9223372036854775807.0", strconv.FormatInt(now.Add(time.Minute).UnixMicro(), 10) + ".7"} {
			before := look("")
			if after := look(base64.RawURLEncoding.EncodeToString([]byte(place))); after != before+1 {
				t.Errorf("after a look from %s the log tells of %d, not one more than %d", place, after, before)
			}
		}
	})
}

// auditOf is what the log holds besides its being read.
func auditOf(t *testing.T, a *API) (entries []azdo.DecoratedAuditLogEntry) {
	t.Helper()
	answer := call(t, a, "admin", "GET /fabrikam/_apis/audit/auditlog?batchSize=1000&skipAggregation=true&api-version=7.1-preview.1")
	var all azdo.AuditLogQueryResult
	if err := json.NewDecoder(answer.Body).Decode(&all); err != nil || all.HasMore {
		t.Fatal(answer.Status, err)
	}
	for _, e := range all.DecoratedAuditLogEntries {
		if e.ActionID != "AuditLog.AccessLog" {
			entries = append(entries, e)
		}
	}
	return entries
}
