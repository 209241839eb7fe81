package api

import (
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// A project moves to a process that knows the types and states of its work items, and to no other one.
func TestMigrateProject(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := &client{t, fixture(t, b, nil)}
		var made struct{ TypeID string }
		scrum := project.SystemProcess("Scrum").ID
		c.do(201, "POST", "_apis/work/processes", `{"name": "Other Scrum", "parentProcessTypeId": "`+scrum+`"}`, &made)
		migrate := func(status int, name, process string) string {
			t.Helper()
			return c.do(status, "POST", name+"/_apis/wit/projectProcessMigration", `{"typeId": "`+process+`"}`)
		}
		current := func(name string) string {
			var shown struct {
				Capabilities struct {
					ProcessTemplate struct{ TemplateTypeID string }
				}
			}
			c.do(200, "GET", "_apis/projects/"+name+"?includeCapabilities=true", "", &shown)
			return shown.Capabilities.ProcessTemplate.TemplateTypeID
		}
		const fiber, own = "Fabrikam%20Fiber", "00000000-0000-4000-8000-000000000050"

		migrate(404, fiber, "00000000-0000-4000-8000-00000000ffff")
		migrate(404, "Nowhere", made.TypeID)
		if text := migrate(400, fiber, project.SystemProcess("Basic").ID); !strings.Contains(text, "the work item type Bug, the work item type Feature, the work item type Product Backlog Item.") {
			t.Errorf("the refusal does not name what is missing: %s", text)
		}
		r := call(t, c.a, "writer", "POST /fabrikam/"+fiber+"/_apis/wit/projectProcessMigration?api-version=7.1\nContent-Type: application/json\n\n"+`{"typeId": "`+made.TypeID+`"}`)
		if r.StatusCode != 403 {
			t.Errorf("a contributor moves a project: status %d", r.StatusCode)
		}
		if got := current(fiber); got != own {
			t.Fatalf("refusals moved the project to %s", got)
		}

		var moved struct{ ProcessID, ProjectID string }
		c.do(200, "POST", fiber+"/_apis/wit/projectProcessMigration", `{"typeId": "`+strings.ToUpper(made.TypeID)+`"}`, &moved)
		if moved.ProcessID != made.TypeID || moved.ProjectID != guid(0x60).String() || current(fiber) != made.TypeID {
			t.Errorf("moved to %+v, and is in %s", moved, current(fiber))
		}
		// What is made in the new process keeps the project there.
		c.do(201, "POST", "_apis/work/processes/"+made.TypeID+"/workItemTypes", `{"name": "Idea"}`)
		c.do(201, "POST", "_apis/work/processes/"+made.TypeID+"/workItemTypes/Microsoft.VSTS.WorkItemTypes.Feature/states", `{"name": "Checking", "stateCategory": "InProgress"}`)
		c.create("Fabrikam Fiber", "Idea", `[{"op": "add", "path": "/fields/System.Title", "value": "x"}]`)
		c.create("Fabrikam Fiber", "Feature", `[{"op": "add", "path": "/fields/System.Title", "value": "y"}, {"op": "add", "path": "/fields/System.State", "value": "Checking"}]`)
		if text := migrate(400, fiber, own); !strings.Contains(text, "the state Checking of Feature, the work item type Idea.") {
			t.Errorf("the refusal does not name what is missing: %s", text)
		}
		// PATCH of the project says the same; with both there the way back is open.
		c.do(400, "PATCH", "_apis/projects/"+guid(0x60).String(), `{"name": "Elsewhere", "capabilities": {"processTemplate": {"templateTypeId": "`+own+`"}}}`)
		c.do(201, "POST", "_apis/work/processes/"+own+"/workItemTypes", `{"name": "Idea"}`)
		c.do(201, "POST", "_apis/work/processes/"+own+"/workItemTypes/Microsoft.VSTS.WorkItemTypes.Feature/states", `{"name": "Checking", "stateCategory": "InProgress"}`)
		c.do(202, "PATCH", "_apis/projects/"+guid(0x60).String(), `{"capabilities": {"processTemplate": {"templateTypeId": "`+own+`"}}}`)
		if got := current(fiber); got != own {
			t.Errorf("the project is in %s", got)
		}

		// From Agile to Scrum: the one epic is New, which both have; boards get the columns of the new types.
		columns := func(board string) (list []string) {
			var shown struct {
				Value []struct {
					Name          string
					StateMappings map[string]string
				}
			}
			c.do(200, "GET", "Secret/Agents/_apis/work/boards/"+board+"/columns", "", &shown)
			for _, at := range shown.Value {
				list = append(list, at.Name+"="+at.StateMappings["User Story"]+at.StateMappings["Product Backlog Item"])
			}
			return list
		}
		if diff := cmp.Diff([]string{"New=New", "Active=Active", "Resolved=Resolved", "Closed=Closed"}, columns("Stories")); diff != "" {
			t.Error(diff)
		}
		migrate(200, "Secret", scrum)
		if diff := cmp.Diff([]string{"New=New", "Approved=Approved", "Committed=Committed", "Done=Done"}, columns("Backlog%20items")); diff != "" {
			t.Errorf("columns after the move (-want +got):\n%s", diff)
		}
		c.do(200, "PATCH", "_apis/wit/workitems/12", `[{"op": "add", "path": "/fields/System.State", "value": "In Progress"}]`)
		if text := migrate(400, "Secret", project.SystemProcess("Agile").ID); !strings.Contains(text, "the state In Progress of Epic.") {
			t.Errorf("the refusal does not name the state: %s", text)
		}
		c.do(200, "PATCH", "_apis/work/processes/"+made.TypeID, `{"isEnabled": false}`)
		if text := migrate(400, "Secret", made.TypeID); !strings.Contains(text, "is disabled") {
			t.Errorf("a move to a disabled process: %s", text)
		}
	})
}
