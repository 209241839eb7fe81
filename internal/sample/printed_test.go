package sample

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/go-cmp/cmp"
)

// The service's documentation prints these numbers of fabrikam, and these values of areas, iterations and projects.
func TestFabrikam_Printed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := loaded(t, b)
		counts := map[string]int64{
			"projects":   number(t, c.DB, `SELECT count(*) FROM projects WHERE org_id = 1 AND NOT is_deleted`),
			"work items": number(t, c.DB, `SELECT count(*) FROM work_items WHERE org_id = 1 AND NOT is_deleted`),
			"areas":      number(t, c.DB, `SELECT count(*) FROM nodes WHERE org_id = 1 AND kind = 0`),
			"users":      number(t, c.DB, `SELECT count(*) FROM users WHERE org_id = 1`),
		}
		if diff := cmp.Diff(map[string]int64{"projects": 28, "work items": 1166, "areas": 70, "users": 16}, counts); diff != "" {
			t.Error(diff)
		}
		if n := number(t, c.DB, `SELECT count(*) FROM work_items WHERE org_id = 1 AND is_deleted`); n != deletedItems {
			t.Errorf("%d items are in the recycle bin, want %d", n, deletedItems)
		}
		catalog, directory := c.catalog(t, 1)
		if zone := catalog.Organization.Location.String(); zone != "America/Los_Angeles" {
			t.Errorf("time zone %s", zone)
		}
		fiber, err := catalog.FindProject("56af920d-393b-4236-9a07-24439ccaa85c")
		if err != nil || fiber.Name != "Fabrikam Fiber" || catalog.Process(fiber.Process.ParentID).Name != "Scrum" {
			t.Fatalf("Fabrikam Fiber: %+v, %v", fiber, err)
		}
		old, err := catalog.FindProject("b924d696-3eae-4116-8443-9a18392d8544")
		if err != nil || old.Name != "Fabrikam" {
			t.Fatalf("Fabrikam: %+v, %v", old, err)
		}
		type row struct {
			Path, GUID string
			Number     int64
			Depth      int
			Days       string
		}
		var got []row
		add := func(p *project.Project, kind project.NodeKind, path string) {
			n := p.FindNode(kind, path)
			if n == nil {
				t.Errorf("there is no %s", path)
				return
			}
			r := row{n.Path, n.GUID.String(), n.ID, n.Depth, ""}
			if n.Start != nil {
				r.Days = n.Start.Format(time.RFC3339) + " " + n.Finish.Format(time.RFC3339)
			}
			got = append(got, r)
		}
		add(fiber, project.AreaNode, `Fabrikam Fiber\Service Delivery`)
		add(fiber, project.AreaNode, `Fabrikam Fiber\Service Delivery\Internet`)
		add(fiber, project.IterationNode, `Fabrikam Fiber\Release 1\Sprint 1`)
		add(fiber, project.IterationNode, `Fabrikam Fiber\Release 1\Sprint 3`)
		add(old, project.IterationNode, `Fabrikam\Sprints\Sprint 55`)
		want := []row{
			{`Fabrikam Fiber\Service Delivery`, "26be05fd-e68a-4fcb-833f-497f6bee45f2", 55373, 1, ""},
			{`Fabrikam Fiber\Service Delivery\Internet`, "637dc203-0549-4415-9663-b6358ac27d21", got[1].Number, 2, ""},
			{`Fabrikam Fiber\Release 1\Sprint 1`, "c7063041-ff3a-4d7f-bb46-c433c7030d59", 55297, 2, "2022-01-17T00:00:00Z 2022-02-04T00:00:00Z"},
			{`Fabrikam Fiber\Release 1\Sprint 3`, "862e961a-ac7a-4fcc-9ebc-8afd0c12fed5", got[3].Number, 2, "2022-02-28T00:00:00Z 2022-03-18T00:00:00Z"},
			{`Fabrikam\Sprints\Sprint 55`, "7a2c246e-fc62-41af-ad18-62332017bc46", 13021, 2, "2013-09-23T00:00:00Z 2013-10-11T00:00:00Z"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if u := directory.Find("Microsoft.VisualStudio.Services.TFS"); u == nil {
			t.Error("the service account is missing")
		}
		// Public queries name these.
		for _, path := range []string{`Fabrikam Fiber\Production Planning\Web`, `Fabrikam Fiber\Account Management`, `Fabrikam Fiber\Service Delivery\Voice`} {
			if fiber.FindNode(project.AreaNode, path) == nil {
				t.Errorf("there is no %s", path)
			}
		}
		for _, path := range []string{`Fabrikam Fiber\Release 1\Sprint 6`, `Fabrikam Fiber\3Week Sprints\Sprint 3`} {
			if fiber.FindNode(project.IterationNode, path) == nil {
				t.Errorf("there is no %s", path)
			}
		}
	})
}

// shown is an item as the documentation prints it.
func shown(item *work.Item) string {
	return fmt.Sprintf("%d %s %q %s", item.ID, item.Type, item.Value(project.FieldTitle), item.Value(project.FieldState))
}

// reader reads items as the administrator.
func (c Config) reader(t testing.TB, org int64, name string) func(ids ...int64) []*work.Item {
	t.Helper()
	caller, err := c.Access.Authenticate(t.Context(), org, Tokens()[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	return func(ids ...int64) []*work.Item {
		t.Helper()
		items, err := c.Items.List(t.Context(), caller, name, ids, false, work.ReadOptions{All: true, Relations: true})
		if err != nil {
			t.Fatal(err)
		}
		return items
	}
}

func TestFabrikam_PrintedItems(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := loaded(t, b)
		read := c.reader(t, 1, "Fabrikam Fiber")
		var got []string
		for _, item := range read(462, 491, 461) {
			got = append(got, shown(item))
		}
		want := []string{`462 Test Case "Test case" Design`, `491 Shared Steps "Change color settings" Active`, `461 Impediment "Test impediment" Open`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}

		catalog, _ := c.catalog(t, 1)
		fiber, _ := catalog.FindProject("Fabrikam Fiber")
		voice := fiber.FindNode(project.AreaNode, `Fabrikam Fiber\Service Delivery\Voice`)
		var inVoice, features []int64
		last := map[int64]storedRevision{}
		revisions(t, c.DB, 1, func(r storedRevision) { last[r.id] = r })
		for id, r := range last {
			if r.int(project.FieldAreaID) == voice.ID {
				inVoice = append(inVoice, id)
			}
			if r.project == fiber.ID && r.kind == "Feature" && r.text(project.FieldState) == "In Progress" {
				features = append(features, id)
			}
		}
		slices.Sort(inVoice)
		slices.Sort(features)
		got = nil
		for _, item := range read(inVoice[:5]...) {
			got = append(got, shown(item))
		}
		want = []string{`361 Product Backlog Item "Hello World Web Site" Removed`, `362 Product Backlog Item "Resume" New`,
			`363 Product Backlog Item "Welcome back page" Done`, `365 Feature "Pause" New`, `374 Task "Fix performance issues" To Do`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the first five under Voice: %s", diff)
		}
		got = nil
		for _, item := range read(features...) {
			got = append(got, shown(item))
		}
		want = []string{`380 Feature "Refresh web look, feel, performance factors" In Progress`, `479 Feature "Customer Web - Phase 1" In Progress`,
			`480 Feature "Customer Phone - Phase 1" In Progress`, `493 Feature "Change initial view" In Progress`, `551 Feature "Mobile feedback" In Progress`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("features in progress: %s", diff)
		}
		if path := read(480)[0].Value(project.FieldIterationPath); path != `Fabrikam Fiber\Release 1\Sprint 1` {
			t.Errorf("480 is in %s", path)
		}
		// A query for a few days of April 2021 finds something.
		if n := number(t, c.DB, `SELECT count(*) FROM work_items WHERE org_id = 1 AND changed_at >= $1 AND changed_at <= $2`, day("2021-04-26"), day("2021-04-30")); n == 0 {
			t.Error("nothing was last changed between 26 and 30 April 2021")
		}
	})
}

func TestFabrikam_Item10000(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := loaded(t, b)
		item := c.reader(t, 1, "Fabrikam")(10000)[0]
		got := map[string]any{"type": item.Type, "rev": item.Rev}
		for _, f := range []project.FieldID{project.FieldTitle, project.FieldState, project.FieldReason, project.FieldPriority, project.FieldCompletedWork,
			project.FieldOriginalEstimate, project.FieldIterationPath, project.FieldWatermark, project.FieldChangedDate, project.FieldCreatedDate} {
			v := item.Value(f)
			if at, ok := v.(time.Time); ok {
				v = at.Format(time.RFC3339Nano)
			}
			got[project.SystemFields()[slices.IndexFunc(project.SystemFields(), func(x *project.Field) bool { return x.ID == f })].Name] = v
		}
		want := map[string]any{
			"type": "Task", "rev": int64(3), "Watermark": int64(283397), "State": "Completed", "Reason": "Completed", "Priority": int64(2),
			"Title":          "Production deployment and testing for Entitlement API v2 and Subscriber database",
			"Completed Work": 10.0, "Original Estimate": 20.0, "Iteration Path": `Fabrikam\Sprints\Sprint 55`,
			"Changed Date": "2014-07-10T19:29:58.41Z", "Created Date": "2014-04-19T22:44:58.31Z",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestYoungbinhan_Printed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := loaded(t, b)
		catalog, _ := c.catalog(t, 2)
		var projects []string
		for _, p := range catalog.Projects {
			projects = append(projects, fmt.Sprint(p.Name, " ", p.State, " ", p.Revision, " ", p.Visibility, " ", p.LastUpdate.Format(time.RFC3339Nano)))
		}
		want := []string{"samples wellFormed 12 public 2020-10-14T02:40:01.027Z", "FittrixTest wellFormed 20 private 2020-10-16T01:32:22.173Z"}
		if diff := cmp.Diff(want, projects); diff != "" {
			t.Error(diff)
		}
		if zone := catalog.Organization.Location.String(); zone != "Asia/Seoul" {
			t.Errorf("time zone %s", zone)
		}
		var items []string
		for _, item := range c.reader(t, 2, "samples")(1, 2, 3) {
			items = append(items, fmt.Sprint(item.ID, " ", item.Rev, " ", item.Value(project.FieldTitle)))
		}
		if diff := cmp.Diff([]string{"1 2 test", "2 1 Bug fix", "3 1 Sign in feature"}, items); diff != "" {
			t.Error(diff)
		}
		item := c.reader(t, 2, "")(117)[0]
		for _, f := range []project.FieldID{project.FieldTitle, project.FieldDescription, project.FieldAssignedTo, project.FieldTags, project.FieldStoryPoints,
			project.FieldParent, project.FieldHistory, project.FieldActivatedDate} {
			if item.Value(f) == nil {
				t.Errorf("item 117 has no field %d", f)
			}
		}
		if len(item.Relations) != 3 {
			t.Errorf("item 117 has %d links, want one to its parent and two to its children", len(item.Relations))
		}
	})
}

// Someone who reads Fabrikam Fiber alone meets parents that cannot be read.
func TestFabrikam_UnreadableParents(t *testing.T) {
	c := loaded(t, dbtest.New(t, "sqlite"))
	caller, err := c.Access.Authenticate(t.Context(), 1, Tokens()[1].Text)
	if err != nil {
		t.Fatal(err)
	}
	hidden := 0
	rows(t, c.DB, `SELECT other_project FROM work_links WHERE org_id = 1 AND project_id = $1 AND other_project <> $1
		AND rel = 'System.LinkTypes.Hierarchy-Reverse' AND deleted_at IS NULL`, func(r *db.Rows) error {
		var other int64
		if err := r.Scan(&other); err != nil {
			return err
		}
		if !caller.CanRead(other) {
			hidden++
		}
		return nil
	}, c.projectID(t, 1, "Fabrikam Fiber"))
	if hidden < 2 {
		t.Errorf("%d items of Fabrikam Fiber have a parent that its reader cannot read", hidden)
	}
}
