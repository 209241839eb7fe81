package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// Receivers get the documented shapes of version 1.0, written here by hand: people are text in fields and an identity in
// revisedBy, an update has what changed and the revision, messages say it in three ways.
func TestHookEvents(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		bodies := make(chan []byte, 10)
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			bodies <- body
		}))
		defer receiver.Close()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- a.config.Hooks.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}()
		ask := func(line, media, body string, status int) {
			t.Helper()
			if r := call(t, a, "admin", line+"?api-version=7.1\nContent-Type: "+media+"\n\n"+body); r.StatusCode != status {
				text, _ := io.ReadAll(r.Body)
				t.Fatalf("%s: %d %s", line, r.StatusCode, text)
			}
		}
		subscribe := func(event, inputs string) {
			t.Helper()
			ask("POST /fabrikam/_apis/hooks/subscriptions", "application/json", fmt.Sprintf(`{"publisherId":"tfs","eventType":%q,"consumerId":"webHooks",
				"consumerActionId":"httpRequest","publisherInputs":{"projectId":"Fabrikam Fiber"},"consumerInputs":{"url":%q%s}}`, event, receiver.URL, inputs), http.StatusOK)
		}
		received := func() map[string]any {
			t.Helper()
			select {
			case body := <-bodies:
				var event map[string]any
				if err := json.Unmarshal(body, &event); err != nil {
					t.Fatalf("%v in %s", err, body)
				}
				if event["subscriptionId"] == "" || event["id"] == "" || event["notificationId"] != 1.0 {
					t.Errorf("no ids: %s", body)
				}
				delete(event, "subscriptionId")
				delete(event, "id")
				return event
			case <-time.After(20 * time.Second):
				t.Fatal("nothing arrives")
				return nil
			}
		}
		subscribe("workitem.updated", "")
		ask("PATCH /fabrikam/_apis/wit/workItems/10", "application/json-patch+json", `[{"op":"add","path":"/fields/System.Title","value":"Fast [data]"}]`, http.StatusOK)
		base := "http://localhost:8080/Fabrikam"
		item := base + "/00000000-0000-4000-8000-000000000060/_apis/wit/workItems/10"
		edit := base + "/00000000-0000-4000-8000-000000000060/_workitems/edit/10"
		ada := `"Ada Admin <ada@example.com>"`
		avatar := base + "/_apis/GraphProfile/MemberAvatars/aad.MDAwMDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDQw"
		text := `Product Backlog Item #10 (Fast [data]) updated by Ada Admin.\r\n(` + edit + `)`
		html := `<a href=\"` + edit + `\">Product Backlog Item #10</a> (Fast [data]) updated by Ada Admin.`
		markdown := `[Product Backlog Item \\#10](` + edit + `) (Fast \\[data\\]) updated by Ada Admin.`
		change := `changed from 'Slow <data> & voice' to 'Fast [data]'`
		person := `changed from 'Walter Writer <walter@example.com>' to 'Ada Admin <ada@example.com>'`
		want := fmt.Sprintf(`{"notificationId":1,"eventType":"workitem.updated","publisherId":"tfs","resourceVersion":"1.0","createdDate":"2026-11-22T10:00:00.5Z",
			"resourceContainers":{"collection":{"id":"00000000-0000-4000-8000-000000000002","baseUrl":"`+base+`/"},"account":{"id":"00000000-0000-4000-8000-000000000002","baseUrl":"`+base+`/"},
				"project":{"id":"00000000-0000-4000-8000-000000000060","baseUrl":"`+base+`/"}},
			"message":{"text":"%[1]s","html":"%[2]s","markdown":"%[3]s"},
			"detailedMessage":{"text":"%[1]s\r\n- Changed By: %[5]s\r\n- Title: %[4]s\r\n- Board Column: %[10]sNew'\r\n- Board Column Done: %[10]sfalse'\r\n- Priority: %[10]s2'\r\n- Value Area: %[10]sBusiness'\r\n- WEF_D5976252D53D5969A995381462DC6257_Kanban.Column: %[10]sNew'\r\n- WEF_D5976252D53D5969A995381462DC6257_Kanban.Column.Done: %[10]sfalse'","html":"%[2]s<br/>Changed By: %[7]s<br/>Title: %[6]s<br/>Board Column: %[11]sNew&#39;<br/>Board Column Done: %[11]sfalse&#39;<br/>Priority: %[11]s2&#39;<br/>Value Area: %[11]sBusiness&#39;<br/>WEF_D5976252D53D5969A995381462DC6257_Kanban.Column: %[11]sNew&#39;<br/>WEF_D5976252D53D5969A995381462DC6257_Kanban.Column.Done: %[11]sfalse&#39;",
				"markdown":"%[3]s\r\n* Changed By: %[9]s\r\n* Title: %[8]s\r\n* Board Column: %[10]sNew'\r\n* Board Column Done: %[10]sfalse'\r\n* Priority: %[10]s2'\r\n* Value Area: %[10]sBusiness'\r\n* WEF\\_D5976252D53D5969A995381462DC6257\\_Kanban.Column: %[10]sNew'\r\n* WEF\\_D5976252D53D5969A995381462DC6257\\_Kanban.Column.Done: %[10]sfalse'"},
			"resource":{"id":2,"workItemId":10,"rev":2,"revisedDate":"9999-01-01T00:00:00Z","url":"`+item+`/updates/2",
				"revisedBy":{"displayName":"Ada Admin","id":"00000000-0000-4000-8000-000000000040","uniqueName":"ada@example.com","name":"Ada Admin <ada@example.com>","imageUrl":"`+avatar+`",
					"url":"`+base+`/_apis/Identities/00000000-0000-4000-8000-000000000040","descriptor":"aad.MDAwMDAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDQw",
					"_links":{"avatar":{"href":"`+avatar+`"}}},
				"_links":{"self":{"href":"`+item+`/updates/2"},"workItemUpdates":{"href":"`+item+`/updates"},"parent":{"href":"`+item+`"},"html":{"href":"`+edit+`"}},
				"fields":{"System.Rev":{"oldValue":1,"newValue":2},"System.Title":{"oldValue":"Slow <data> & voice","newValue":"Fast [data]"},
					"System.BoardColumn":{"newValue":"New"},"System.BoardColumnDone":{"newValue":false},"WEF_D5976252D53D5969A995381462DC6257_Kanban.Column":{"newValue":"New"},"WEF_D5976252D53D5969A995381462DC6257_Kanban.Column.Done":{"newValue":false},
					"Microsoft.VSTS.Common.Priority":{"newValue":2},"Microsoft.VSTS.Common.ValueArea":{"newValue":"Business"},
					"System.ChangedDate":{"oldValue":"2026-03-31T18:36:26.23Z","newValue":"2026-11-22T10:00:00.5Z"},
					"System.AuthorizedDate":{"oldValue":"2026-03-31T18:36:26.23Z","newValue":"2026-11-22T10:00:00.5Z"},
					"System.RevisedDate":{"oldValue":"2026-11-22T10:00:00.5Z","newValue":"9999-01-01T00:00:00Z"},
					"System.ChangedBy":{"oldValue":"Walter Writer <walter@example.com>","newValue":`+ada+`},
					"System.AuthorizedAs":{"oldValue":"Walter Writer <walter@example.com>","newValue":`+ada+`}},
				"revision":{"id":10,"rev":2,"url":"`+item+`/revisions/2","fields":{"System.AreaPath":"Fabrikam Fiber","System.TeamProject":"Fabrikam Fiber",
					"System.IterationPath":"Fabrikam Fiber","System.WorkItemType":"Product Backlog Item","System.State":"New","System.Reason":"New backlog item",
					"System.AssignedTo":"Walter Writer <walter@example.com>","System.CreatedDate":"2026-03-31T18:36:26.23Z","System.CreatedBy":"Walter Writer <walter@example.com>",
					"System.ChangedDate":"2026-11-22T10:00:00.5Z","System.ChangedBy":`+ada+`,"System.CommentCount":0,"System.Title":"Fast [data]","System.BoardColumn":"New","System.BoardColumnDone":false,"WEF_D5976252D53D5969A995381462DC6257_Kanban.Column":"New","WEF_D5976252D53D5969A995381462DC6257_Kanban.Column.Done":false,
					"Microsoft.VSTS.Scheduling.Effort":5,"Microsoft.VSTS.Common.Priority":2,"Microsoft.VSTS.Common.ValueArea":"Business","System.Description":"<div>All of <b>it</b> & more</div>","System.Parent":11},
					"relations":[{"rel":"System.LinkTypes.Hierarchy-Reverse","url":"`+base+`/00000000-0000-4000-8000-000000000060/_apis/wit/workItems/11",
						"attributes":{"isLocked":false,"name":"Parent"}}]}}}`,
			text, html, markdown, change, person, `changed from &#39;Slow &lt;data&gt; &amp; voice&#39; to &#39;Fast [data]&#39;`,
			`changed from &#39;Walter Writer &lt;walter@example.com&gt;&#39; to &#39;Ada Admin &lt;ada@example.com&gt;&#39;`,
			`changed from 'Slow \\<data\\> & voice' to 'Fast \\[data\\]'`,
			`changed from 'Walter Writer \\<walter@example.com\\>' to 'Ada Admin \\<ada@example.com\\>'`,
			`changed from '' to '`, `changed from &#39;&#39; to &#39;`)
		var expected map[string]any
		if err := json.Unmarshal([]byte(want), &expected); err != nil {
			t.Fatal(err)
		}
		got := received()
		fields := got["resource"].(map[string]any)["fields"].(map[string]any)
		delete(fields, "System.Watermark") // positions and keys are the store's own
		delete(fields, "System.PersonId")
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}

		subscribe("workitem.commented", `,"resourceDetailsToSend":"Minimal","messagesToSend":"text","detailedMessagesToSend":"none"`)
		ask("PATCH /fabrikam/_apis/wit/workItems/11", "application/json-patch+json", `[{"op":"add","path":"/fields/System.History","value":"hello"}]`, http.StatusOK)
		for range 2 { // it is an update as well
			body := <-bodies
			if !bytes.Contains(body, []byte(`"workitem.commented"`)) {
				continue
			}
			if !bytes.Contains(body, []byte(`"message":{"text":"Feature #11 (Faster fiber) commented on by Ada Admin.\r\n(`)) || bytes.Contains(body, []byte("detailedMessage")) ||
				bytes.Contains(body, []byte(`"html"`)) || !bytes.Contains(body, []byte(`"resource":{"id":11,"url":"`+base+`/00000000-0000-4000-8000-000000000060/_apis/wit/workItems/11"}`)) {
				t.Errorf("%s", body)
			}
		}
	})
}
