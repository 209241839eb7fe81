package api

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// formClient changes the form of a type as a client does.
type formClient struct {
	*testing.T
	a    *API
	base string
}

// send sends a request below the type and returns the status and the answer.
func (c *formClient) send(method, path, body string) (int, string) {
	c.Helper()
	if !strings.Contains(path, "?") {
		path += "?"
	}
	r := call(c, c.a, "admin", method+" "+c.base+path+"&api-version=7.1\nContent-Type: application/json\n\n"+body)
	text, err := io.ReadAll(r.Body)
	if err != nil {
		c.Fatal(err)
	}
	return r.StatusCode, string(text)
}

func (c *formClient) layout() (l azdo.FormLayout) {
	c.Helper()
	_, text := c.send("GET", "/layout", "")
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		c.Fatalf("%v in %s", err, text)
	}
	return l
}

// outline tells what is on the pages for fields, a line for each section with groups.
func (c *formClient) outline() []string {
	c.Helper()
	mark := func(inherited, visible bool) string {
		return map[bool]string{true: "", false: "+"}[inherited] + map[bool]string{true: "", false: "-"}[visible]
	}
	var lines []string
	for _, p := range c.layout().Pages {
		if p.Locked {
			continue
		}
		for i, s := range p.Sections {
			var groups []string
			for _, g := range s.Groups {
				var controls []string
				for _, at := range g.Controls {
					controls = append(controls, mark(at.Inherited, at.Visible)+at.ID[strings.LastIndexByte(at.ID, '.')+1:])
				}
				groups = append(groups, fmt.Sprintf("%s%s(%s)", mark(g.Inherited, g.Visible), g.Label, strings.Join(controls, " ")))
			}
			if len(groups) > 0 || i == 0 {
				lines = append(lines, mark(p.Inherited, p.Visible)+p.Label+"/"+s.ID+": "+strings.Join(groups, " "))
			}
		}
	}
	return lines
}

// node finds the id of an inherited page or group by its label.
func (c *formClient) node(label string) string {
	c.Helper()
	for _, p := range c.layout().Pages {
		if p.Label == label {
			return p.ID
		}
		for _, s := range p.Sections {
			for _, g := range s.Groups {
				if g.Label == label {
					return g.ID
				}
			}
		}
	}
	c.Fatalf("nothing is called %s", label)
	return ""
}

// TestFormLayout makes one change after the other and compares the form with what it must be then. + marks what the
// organization added, - what is hidden. A step that is refused changes nothing.
func TestFormLayout(t *testing.T) {
	const (
		texts  = "Details/Section1: Description(Description) Acceptance Criteria(AcceptanceCriteria) Discussion(History)"
		middle = "Details/Section2: Build(IntegrationBuild) Details(BusinessValue TimeCriticality) Planning(Priority Effort StartDate TargetDate) Classification(ValueArea)"
		links  = "Details/Section3: Development(Development) Related Work(Related Work)"
		more   = "+More/Section1: "
	)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := &formClient{t, fixture(t, b, nil), "/fabrikam/_apis/work/processes/00000000-0000-4000-8000-000000000050/workItemTypes/Feature"}
		if diff := cmp.Diff([]string{texts, middle, links}, c.outline()); diff != "" {
			t.Fatal(diff)
		}
		details, planning, build, discussion, classification := c.node("Details"), c.node("Planning"), c.node("Build"), c.node("Discussion"), c.node("Classification")
		at := func(page, section string) string {
			return "/layout/pages/" + page + "/sections/" + section + "/groups"
		}
		for i, step := range []struct {
			method, path, body string
			status             int
			want               []string // nil: as before
		}{
			{"POST", "/layout/pages", `{"id": "more", "label": "More", "order": 0}`, 201, []string{more, texts, middle, links}},
			{"PATCH", "/layout/pages", `{"id": "more", "order": 9}`, 200, []string{texts, middle, links, more}}, // as SDKs name the page
			{"POST", "/layout/pages", `{"id": "MORE", "label": "Again"}`, 400, nil},
			{"PATCH", "/layout/pages/" + c.node("History"), `{"visible": false}`, 400, nil},
			{"POST", at(c.node("Links"), "Section1"), `{"label": "Mine"}`, 400, nil},
			{"POST", at("more", "Section9"), `{"label": "Mine"}`, 404, nil},
			{"POST", at("nowhere", "Section1"), `{"label": "Mine"}`, 404, nil},

			// A field is on the form once a control shows it.
			{"POST", at("more", "section2"), `{"id": "mine", "label": "Mine", "controls": [{"id": "Custom.Nothing"}]}`, 404, nil},
			{"POST", at("more", "section2"), `{"id": "mine", "label": "Mine", "controls": [{"id": "System.CreatedDate", "readOnly": true}]}`, 201,
				[]string{texts, middle, links, more, "+More/Section2: +Mine(+CreatedDate)"}},
			{"POST", "/fields", `{"referenceName": "Microsoft.VSTS.Common.Severity"}`, 201, nil},
			{"POST", "/layout/groups/mine/controls", `{"id": "microsoft.vsts.common.severity", "order": 0, "label": "How bad"}`, 201,
				[]string{texts, middle, links, more, "+More/Section2: +Mine(+Severity +CreatedDate)"}},
			{"POST", "/layout/groups/mine/controls", `{"id": "Microsoft.VSTS.Common.Severity"}`, 400, nil},
			{"POST", "/layout/groups/mine/controls", `{"id": "System.Title"}`, 400, nil},
			{"POST", "/layout/groups/mine/controls", `{"id": "Microsoft.VSTS.TCM.ReproSteps"}`, 404, nil},
			{"POST", "/fields", `{"referenceName": "Microsoft.VSTS.TCM.ReproSteps"}`, 201, nil},
			{"POST", "/layout/groups/mine/controls", `{"id": "Microsoft.VSTS.TCM.ReproSteps"}`, 400, nil}, // long texts are alone
			{"POST", "/layout/groups/mine/controls", `{"contribution": {"contributionId": "acme.tools.rating", "inputs": {"Max": 5}}, "id": "rating"}`, 201,
				[]string{texts, middle, links, more, "+More/Section2: +Mine(+Severity +CreatedDate +rating)"}},
			{"DELETE", "/layout/groups/mine/controls/rating", ``, 204, []string{texts, middle, links, more, "+More/Section2: +Mine(+Severity +CreatedDate)"}},

			// What is inherited is hidden, named anew and moved, never lost.
			{"PATCH", "/layout/groups/" + planning + "/controls/Microsoft.VSTS.Common.Priority", `{"visible": false}`, 200, []string{texts,
				strings.Replace(middle, "(Priority", "(-Priority", 1), links, more, "+More/Section2: +Mine(+Severity +CreatedDate)"}},
			{"DELETE", "/layout/groups/" + planning + "/controls/Microsoft.VSTS.Scheduling.Effort", ``, 400, nil},
			{"PUT", "/layout/groups/mine/controls/Microsoft.VSTS.Common.Priority?removeFromGroupId=" + build, `{}`, 404, nil},
			{"PUT", "/layout/groups/mine/controls/Microsoft.VSTS.Common.Priority", `{}`, 400, nil},
			{"PUT", "/layout/groups/mine/controls/Microsoft.VSTS.Common.Priority?removeFromGroupId=" + planning, `{"order": 1}`, 200, []string{texts,
				strings.Replace(middle, "(Priority ", "(", 1), links, more, "+More/Section2: +Mine(+Severity -Priority +CreatedDate)"}},
			{"PUT", "/layout/groups/" + discussion + "/controls/Microsoft.VSTS.Common.Severity?removeFromGroupId=mine", `{}`, 200, []string{
				strings.Replace(texts, "(History", "(History +Severity", 1), strings.Replace(middle, "(Priority ", "(", 1), links, more, "+More/Section2: +Mine(-Priority +CreatedDate)"}},
			{"DELETE", at("more", "Section2") + "/mine", ``, 400, nil}, // it holds an inherited control
			{"DELETE", "/layout/pages/more", ``, 400, nil},
			{"DELETE", "/layout/groups/mine/controls/Microsoft.VSTS.Common.Priority", ``, 204, []string{
				strings.Replace(texts, "(History", "(History +Severity", 1), middle, links, more, "+More/Section2: +Mine(+CreatedDate)"}},
			{"DELETE", "/layout/groups/" + discussion + "/controls/Microsoft.VSTS.Common.Severity", ``, 204, []string{texts, middle, links, more, "+More/Section2: +Mine(+CreatedDate)"}},

			// Groups move within a page and to another one.
			{"DELETE", at(details, "Section2") + "/" + build, ``, 400, nil},
			{"PUT", at("more", "Section1") + "/" + build + "?removeFromPageId=" + details + "&removeFromSectionId=Section1", `{}`, 404, nil},
			{"PUT", at("more", "Section1") + "/" + build + "?removeFromPageId=" + details + "&removeFromSectionId=Section2", `{"label": "Builds"}`, 200, []string{texts,
				strings.Replace(middle, "Build(IntegrationBuild) ", "", 1), links, more + "Builds(IntegrationBuild)", "+More/Section2: +Mine(+CreatedDate)"}},
			{"PUT", at("more", "Section3") + "/" + build + "?removeFromSectionId=Section1", `{}`, 200, []string{texts,
				strings.Replace(middle, "Build(IntegrationBuild) ", "", 1), links, more, "+More/Section2: +Mine(+CreatedDate)", "+More/Section3: Builds(IntegrationBuild)"}},
			{"PATCH", at("more", "Section1") + "/" + build, `{"label": "?"}`, 404, nil},
			{"DELETE", at("more", "Section3") + "/" + build, ``, 204, []string{texts, middle, links, more, "+More/Section2: +Mine(+CreatedDate)"}},
			{"PATCH", at(details, "Section2") + "/" + classification, `{"visible": false, "order": 0}`, 200, []string{texts,
				"Details/Section2: -Classification(ValueArea) Build(IntegrationBuild) Details(BusinessValue TimeCriticality) Planning(Priority Effort StartDate TargetDate)",
				links, more, "+More/Section2: +Mine(+CreatedDate)"}},
			{"DELETE", at(details, "Section2") + "/" + classification, ``, 204, []string{texts, middle, links, more, "+More/Section2: +Mine(+CreatedDate)"}},

			// A field that leaves the type leaves the form.
			{"POST", "/layout/groups/mine/controls", `{"id": "Microsoft.VSTS.Common.Severity"}`, 201, []string{texts, middle, links, more, "+More/Section2: +Mine(+CreatedDate +Severity)"}},
			{"DELETE", "/fields/Microsoft.VSTS.Common.Severity", ``, 204, []string{texts, middle, links, more, "+More/Section2: +Mine(+CreatedDate)"}},
			{"PATCH", "/layout/pages/more", `{"visible": false}`, 200, []string{texts, middle, links, "+-More/Section1: ", "+-More/Section2: +Mine(+CreatedDate)"}},
			{"DELETE", "/layout/pages/more", ``, 204, []string{texts, middle, links}},
			{"DELETE", "/layout/pages/" + details, ``, 400, nil},
		} {
			before := c.outline()
			if step.want == nil {
				step.want = before
			}
			status, text := c.send(step.method, step.path, step.body)
			if status != step.status {
				t.Fatalf("step %d, %s %s: status %d, want %d: %s", i, step.method, step.path, status, step.status, text)
			}
			if diff := cmp.Diff(step.want, c.outline()); diff != "" {
				t.Fatalf("step %d, %s %s (-want +got):\n%s", i, step.method, step.path, diff)
			}
		}

		// The header: what is changed is listed, and can be taken back.
		if status, text := c.send("PATCH", "/layout/systemcontrols/System.Reason", `{"visible": false, "label": "Why"}`); status != 200 || !strings.Contains(text, `"label":"Why"`) {
			t.Errorf("hiding a system control: %d %s", status, text)
		}
		if status, _ := c.send("PATCH", "/layout/systemcontrols/System.Title", `{"visible": false}`); status != 400 {
			t.Errorf("hiding the title: status %d", status)
		}
		if _, text := c.send("GET", "/layout/systemcontrols", ""); !strings.HasPrefix(text, `{"count":1,`) || !strings.Contains(text, "System.Reason") {
			t.Errorf("changed system controls: %s", text)
		}
		var shown struct{ Layout azdo.FormLayout }
		_, text := c.send("GET", "?$expand=layout", "")
		if err := json.Unmarshal([]byte(text), &shown); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.layout(), shown.Layout); diff != "" || shown.Layout.SystemControls[3].Visible {
			t.Errorf("$expand=layout differs, or shows the reason:\n%s", diff)
		}
		if status, text := c.send("DELETE", "/layout/systemcontrols/System.Reason", ""); status != 200 || !strings.HasPrefix(text, `{"count":0,`) {
			t.Errorf("taking it back: %d %s", status, text)
		}
		old := &formClient{t, c.a, strings.Replace(c.base, "/processes/", "/processDefinitions/", 1)}
		if diff := cmp.Diff(c.layout(), old.layout()); diff != "" {
			t.Errorf("the old address of the form shows another one:\n%s", diff)
		}
	})
}
