package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// client sends requests as an administrator of Fabrikam.
type client struct {
	*testing.T
	a *API
}

// do sends a request below the organization, checks the status and decodes the answer.
func (c *client) do(status int, method, path, body string, into ...any) string {
	c.Helper()
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	media := "application/json"
	if strings.HasPrefix(body, "[") {
		media = "application/json-patch+json"
	}
	r := call(c, c.a, "admin", method+" /fabrikam/"+path+separator+"api-version=7.1\nContent-Type: "+media+"\n\n"+body)
	text, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	if r.StatusCode != status {
		c.Fatalf("%s %s %s: status %d, want %d: %s", method, path, body, r.StatusCode, status, text)
	}
	for _, x := range into {
		if err := json.Unmarshal(text, x); err != nil {
			c.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return string(text)
}

// create creates a work item and returns its id.
func (c *client) create(project, kind, fields string) int64 {
	c.Helper()
	var made struct{ ID int64 }
	c.do(200, "POST", url.PathEscape(project)+"/_apis/wit/workitems/$"+url.PathEscape(kind), fields, &made)
	return made.ID
}

type named struct {
	Value []struct{ ID, Name, ReferenceName string }
}

func (n named) names() (list []string) {
	for _, v := range n.Value {
		list = append(list, v.Name)
	}
	return list
}

// A level that an organization adds is a backlog and a board as soon as a type is on it; types of its own join those of the
// system on their levels.
func TestBehaviors(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := &client{t, fixture(t, b, nil)}
		const process, team = "_apis/work/processes/00000000-0000-4000-8000-000000000050", "Fabrikam%20Fiber/Fabrikam%20Fiber%20Team/_apis/work/"
		levels := func() (list []string) {
			var shown struct {
				Value []struct {
					Name                string
					Rank                int
					WorkItemTypes       []struct{ Name string }
					DefaultWorkItemType struct{ Name string }
				}
			}
			c.do(200, "GET", team+"backlogs", "", &shown)
			for _, l := range shown.Value {
				var types []string
				for _, w := range l.WorkItemTypes {
					types = append(types, w.Name)
				}
				list = append(list, fmt.Sprintf("%d %s: %s, %s first", l.Rank, l.Name, strings.Join(types, " "), l.DefaultWorkItemType.Name))
			}
			return list
		}
		require := func(what string, want, got any) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		before := []string{"4 Epics: Epic, Epic first", "3 Features: Feature, Feature first",
			"2 Backlog items: Product Backlog Item Bug, Product Backlog Item first", "1 Tasks: Task, Task first"}
		require("levels at first", before, levels())

		var level struct {
			ReferenceName, Name, Color, Customization string
			Rank                                      int
			Inherits                                  struct{ BehaviorRefName string }
		}
		c.do(201, "POST", process+"/behaviors", `{"name": "Initiatives", "color": "#ff00aa", "inherits": "System.PortfolioBacklogBehavior"}`, &level)
		if !regexp.MustCompile(`^Custom\.[0-9a-f-]{36}$`).MatchString(level.ReferenceName) || level.Rank != 50 || level.Customization != "custom" ||
			level.Color != "ff00aa" || level.Inherits.BehaviorRefName != "System.PortfolioBacklogBehavior" {
			t.Errorf("the new level is %+v", level)
		}
		for _, wrong := range []string{`{}`, `{"name": "epics"}`, `{"name": "a/b"}`, `{"name": "X", "color": "red"}`, `{"name": "X", "inherits": "System.TaskBacklogBehavior"}`,
			`{"name": "X", "referenceName": "System.X"}`} {
			c.do(400, "POST", process+"/behaviors", wrong)
		}
		c.do(403, "POST", "_apis/work/processes/adcc42ab-9882-485e-a3ed-7678f01f66bc/behaviors", `{"name": "X"}`)
		require("a level without types is no backlog", before, levels())

		for _, name := range []string{"Initiative", "Theme", "Chore"} {
			c.do(201, "POST", process+"/workItemTypes", `{"name": "`+name+`"}`)
		}
		c.do(201, "POST", process+"/workItemTypes/FabrikamScrum.Chore/states", `{"name": "Waiting", "stateCategory": "InProgress", "order": 2}`)
		on := func(kind, behavior string) string {
			return `{"behavior": {"id": "` + behavior + `"}, "isDefault": ` + fmt.Sprint(kind != "") + `}`
		}
		types := process + "/workItemTypesBehaviors/"
		c.do(201, "POST", types+"FabrikamScrum.Initiative/behaviors", on("", level.ReferenceName))
		c.do(201, "POST", types+"FabrikamScrum.Theme/behaviors", on("default", level.ReferenceName))
		c.do(201, "POST", types+"FabrikamScrum.Chore/behaviors", on("", "System.RequirementBacklogBehavior"))
		c.do(400, "POST", types+"FabrikamScrum.Chore/behaviors", on("", level.ReferenceName))
		c.do(400, "POST", types+"Microsoft.VSTS.WorkItemTypes.Bug/behaviors", on("", level.ReferenceName))
		c.do(400, "POST", types+"FabrikamScrum.Chore/behaviors", on("", "System.OrderedBehavior"))
		c.do(404, "POST", types+"FabrikamScrum.Chore/behaviors", on("", "Custom.Nothing"))
		c.do(404, "PATCH", types+"FabrikamScrum.Chore/behaviors", on("default", level.ReferenceName))
		c.do(400, "PATCH", types+"FabrikamScrum.Theme/behaviors", on("", level.ReferenceName))
		c.do(400, "DELETE", types+"Microsoft.VSTS.WorkItemTypes.Epic/behaviors/Microsoft.VSTS.Scrum.EpicBacklogBehavior", "")
		with := slices.Clone(before)
		with[2] = "2 Backlog items: Product Backlog Item Bug Chore, Product Backlog Item first"
		require("levels with types", append([]string{"5 Initiatives: Initiative Theme, Theme first"}, with...), levels())
		c.do(200, "PATCH", types+"FabrikamScrum.Initiative/behaviors", on("default", level.ReferenceName))
		require("another default", append([]string{"5 Initiatives: Initiative Theme, Initiative first"}, with...), levels())

		var boards named
		c.do(200, "GET", team+"boards", "", &boards)
		require("boards", []string{"Initiatives", "Features", "Backlog items"}, slices.DeleteFunc(boards.names(), func(n string) bool { return n == "Epics" }))
		columns := func(board string) (list []string) {
			var shown struct {
				Value []struct {
					Name          string
					StateMappings map[string]string
				}
			}
			c.do(200, "GET", team+"boards/"+url.PathEscape(board)+"/columns", "", &shown)
			for _, at := range shown.Value {
				list = append(list, at.Name+"="+at.StateMappings["Chore"]+at.StateMappings["Theme"])
			}
			return list
		}
		require("columns of the new board", []string{"New=New", "Active=Active", "Closed=Closed"}, columns("Initiatives"))
		require("columns for states that are new to the board", []string{"New=New", "Active=Active", "Waiting=Waiting", "Approved=Waiting", "Committed=Waiting", "Done=Closed"}, columns("Backlog items"))

		initiative := c.create("Fabrikam Fiber", "Initiative", `[{"op": "add", "path": "/fields/System.Title", "value": "Win"}]`)
		chore := c.create("Fabrikam Fiber", "Chore", `[{"op": "add", "path": "/fields/System.Title", "value": "Sweep"}, {"op": "add", "path": "/fields/System.State", "value": "Waiting"}, {"op": "add", "path": "/fields/Microsoft.VSTS.Scheduling.Effort", "value": 3}]`)
		items := func(backlog string) (ids []int64) {
			var shown struct {
				WorkItems []struct{ Target struct{ ID int64 } }
			}
			c.do(200, "GET", team+"backlogs/"+backlog+"/workItems", "", &shown)
			for _, w := range shown.WorkItems {
				ids = append(ids, w.Target.ID)
			}
			slices.Sort(ids)
			return ids
		}
		require("items of the new level", []int64{initiative}, items(level.ReferenceName))
		require("items of the level of requirements", []int64{10, chore}, items("Microsoft.RequirementCategory"))

		c.do(200, "PUT", process+"/behaviors/"+level.ReferenceName, `{"name": "Bets", "inherits": {"behaviorRefName": "System.PortfolioBacklogBehavior"}}`, &level) // as it is read
		c.do(200, "PUT", process+"/behaviors/Microsoft.VSTS.Scrum.EpicBacklogBehavior", `{"name": "Sagas", "color": "112233"}`, &level)
		if level.Customization != "inherited" || level.Name != "Sagas" || level.Color != "112233" {
			t.Errorf("the renamed level is %+v", level)
		}
		c.do(400, "PUT", process+"/behaviors/System.OrderedBehavior", `{"name": "X"}`)
		with[0] = "4 Sagas: Epic, Epic first"
		require("renamed levels", append([]string{"5 Bets: Initiative Theme, Initiative first"}, with...), levels())

		var list named
		c.do(200, "GET", process+"/behaviors", "", &list)
		custom := list.Value[len(list.Value)-1].ReferenceName
		c.do(400, "DELETE", process+"/behaviors/"+custom, "") // types are on it
		c.do(204, "DELETE", types+"FabrikamScrum.Initiative/behaviors/"+custom, "")
		require("the other type is the default", "5 Bets: Theme, Theme first", levels()[0])
		c.do(204, "DELETE", process+"/workItemTypes/FabrikamScrum.Theme", "")
		c.do(204, "DELETE", types+"FabrikamScrum.Chore/behaviors/System.RequirementBacklogBehavior", "")
		c.do(404, "DELETE", types+"FabrikamScrum.Chore/behaviors/System.RequirementBacklogBehavior", "")
		with[2] = before[2]
		require("levels in the end", with, levels())
		require("items in the end", []int64{10}, items("Microsoft.RequirementCategory"))
		c.do(204, "DELETE", process+"/behaviors/"+custom, "")
		c.do(404, "GET", process+"/behaviors/"+custom, "")
		c.do(400, "DELETE", process+"/behaviors/Microsoft.VSTS.Scrum.EpicBacklogBehavior", "")
	})
}
