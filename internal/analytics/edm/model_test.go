package edm

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sampleFields is a small process: two stock fields, an identity, a GUID-named field and text XML has to escape.
var sampleFields = Fields{
	Predefined: map[string]bool{
		"Microsoft.VSTS.Common.Priority":        true,
		"Microsoft.VSTS.Scheduling.StoryPoints": true,
	},
	Custom: []CustomField{
		{ReferenceName: "Custom.TFSID", Name: "TFS ID", Type: FieldString},
		{ReferenceName: "Microsoft.VSTS.CodeReview.AcceptedBy", Name: "Accepted By", Type: FieldIdentity},
		{ReferenceName: "Custom.719f69f1-f7d0-4baa-b6ce-e77ad5dfcdf3", Name: "Größe <&\"'>\x01",
			Description: "line\nbreak", Type: FieldDouble},
		{ReferenceName: "Microsoft.VSTS.Common.StateCode", Name: "State Code", Type: FieldInteger},
		{ReferenceName: "Custom.Approved", Name: "Approved", Description: "By the board", Type: FieldBoolean},
	},
}

func TestNew_SetsOfEachVersion(t *testing.T) {
	v1 := []string{"WorkItemRevisions", "WorkItems", "Tags", "WorkItemSnapshot", "WorkItemBoardSnapshot", "WorkItemLinks",
		"Dates", "Projects", "Iterations", "Areas", "Teams", "BoardLocations", "Users", "WorkItemTypeFields"}
	v3 := slices.Concat(v1, []string{"TestRuns", "TestResults", "Tests", "TestConfigurations", "TestSuites", "TestPoints",
		"TestPointHistorySnapshot", "PipelineRuns", "Branches", "Processes", "TestResultsDaily", "Pipelines",
		"PipelineTasks", "PipelineRunActivityResults", "PipelineJobs"})
	want := map[Version][]string{
		V1:        v1,
		V2:        append(slices.Clone(v1), "Processes"),
		V3Preview: v3,
		V4Preview: slices.Concat(v3, []string{"TaskAgentRequestSnapshots", "TaskAgentPoolSizeSnapshots",
			"ParallelPipelineJobsSnapshot"}),
	}
	for v, sets := range want {
		m := New(v, Fields{})
		if m.Version() != v {
			t.Errorf("Version() = %v, want %v", m.Version(), v)
		}
		var got []string
		for _, e := range m.EntitySets() {
			got = append(got, e.Set)
		}
		if diff := cmp.Diff(sets, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", v, diff)
		}
	}
}

func TestNew_MembersOfLaterVersions(t *testing.T) {
	tests := []struct {
		typ, member string
		since       Version
	}{
		{"WorkItem", "Processes", V2},
		{"WorkItemRevision", "Processes", V2},
		{"WorkItemSnapshot", "Processes", V2},
		{"WorkItem", "Descendants", V3Preview},
		{"BoardLocation", "WorkItems", V3Preview},
		{"User", "GitHubUserId", V3Preview},
		{"User", "UserType", V3Preview},
		{"Area", "AnalyticsUpdatedDate", V3Preview},
		{"WorkItem", "AnalyticsUpdatedDate", V1},
	}
	for _, test := range tests {
		for _, known := range Versions {
			e := New(known.Version, Fields{}).Type(test.typ)
			got := e.Property(test.member) != nil || e.Nav(test.member) != nil
			if want := known.Version >= test.since; got != want {
				t.Errorf("%v: %s.%s present = %v, want %v", known.Version, test.typ, test.member, got, want)
			}
		}
	}
	if since := New(V4Preview, Fields{}).Type("Pipeline").Property("PipelineName").Since; since != V3Preview {
		t.Errorf("Since of a member as old as its type = %v, want %v", since, V3Preview)
	}
}

func TestNew_ProcessFields(t *testing.T) {
	m := New(V4Preview, sampleFields)
	for _, name := range []string{"WorkItem", "WorkItemRevision", "WorkItemSnapshot", "WorkItemBoardSnapshot"} {
		e := m.Type(name)
		if e.Property("Priority") == nil || e.Property("StoryPoints") == nil {
			t.Errorf("%s lacks a field that the scope has", name)
		}
		if e.Property("Size") != nil {
			t.Errorf("%s has Size, which no process in scope has", name)
		}
		if !e.Missing("Size") || !e.Missing("size") {
			t.Errorf("%s does not know that Size is missing", name)
		}
		for _, present := range []string{"Priority", "Title", "Sise", "Custom_TFSID"} {
			if e.Missing(present) {
				t.Errorf("%s.Missing(%q) = true", name, present)
			}
		}
	}
	if p := m.Type("Test").Property("Priority"); p == nil || p.ProcessField {
		t.Errorf("Test.Priority = %+v, want a property of every scope", p)
	}
}

func TestModel_Lookups(t *testing.T) {
	m := New(V2, Fields{})
	if got := m.Set("Workitems"); got == nil || got.Name != "WorkItem" {
		t.Errorf("Set ignores letter case: %v", got)
	}
	if m.Set("WorkItem") != nil || m.Type("WorkItems") != nil || m.Set("Pipelines") != nil {
		t.Error("a set was found by a type's name, a type by a set's name, or a set of a later version")
	}
	if got := m.Type(ModelNamespace + ".CalendarDate"); got == nil || got.Set != "Dates" {
		t.Errorf("Type by qualified name = %v", got)
	}
	item := m.Set("WorkItems")
	if p := item.Property("title"); p == nil || p.Name != "Title" {
		t.Errorf("Property ignores letter case: %v", p)
	}
	if item.Property("AreaPath") != nil || item.Property("Area") != nil || item.Nav("Title") != nil {
		t.Error("a wrong name was found")
	}
	if n := item.Nav("parent"); n == nil || m.Target(n) != item || n.FK != "ParentWorkItemId" || n.RefKey != "WorkItemId" {
		t.Errorf("Parent = %+v", n)
	}
	if n := item.Nav("Project"); !n.NotNull {
		t.Error("Project may be null although its key may not")
	}
	if e := m.EnumType("Period"); e == nil || m.EnumType(ModelNamespace+".Period") != e ||
		item.Property("Count").Type.Enum != nil || m.Set("Dates").Property("IsLastDayOfPeriod").Type.Enum != e {
		t.Error("the enum of a property is not the one found by name")
	}
	if m.EnumType("TestOutcome") != nil {
		t.Error("an enum of a later version was found")
	}
}

func TestModel_ExactNameFirst(t *testing.T) {
	e := &EntityType{Properties: []Property{{Name: "ID"}, {Name: "id"}, {Name: "Id"}}}
	for ask, want := range map[string]string{"Id": "Id", "id": "id", "iD": "ID"} {
		if got := e.Property(ask); got.Name != want {
			t.Errorf("Property(%q) = %q, want %q", ask, got.Name, want)
		}
	}
}

func TestNew_LeavesCatalogueAlone(t *testing.T) {
	before := len(workItemEntity.Properties)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			e := New(V4Preview, sampleFields).Type("WorkItem")
			if e.Property("Custom_TFSID") == nil {
				t.Error("custom property lost")
			}
		})
	}
	wait.Wait()
	other := New(V4Preview, Fields{}).Type("WorkItem")
	if len(workItemEntity.Properties) != before || other.Property("Custom_TFSID") != nil {
		t.Error("the fields of one scope reached another")
	}
}

func TestSuggest(t *testing.T) {
	m := New(V4Preview, Fields{})
	item := m.Set("WorkItems")
	for wrong, want := range map[string]string{
		"Titel":           "Title",
		"WorkItemID":      "WorkItemId",
		"WorkitemTypes":   "WorkItemType",
		"AsignedTo":       "AssignedTo",
		"ChangedDatee":    "ChangedDate",
		"Parrent":         "Parent",
		"Aera":            "Area",
		"ChangedDateS":    "ChangedDateSK", // as near as ChangedDate, but declared before it
		"AreaPath":        "",
		"Custom_Whatever": "",
		"":                "",
		"x":               "",
	} {
		if got := item.Suggest(wrong); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", wrong, got, want)
		}
	}
	for wrong, want := range map[string]string{
		"WorkItem":          "WorkItems",
		"WorkItemSnapshots": "WorkItemSnapshot",
		"PipelinesRuns":     "PipelineRuns",
		"Bugs":              "",
	} {
		if got := m.SuggestSet(wrong); got != want {
			t.Errorf("SuggestSet(%q) = %q, want %q", wrong, got, want)
		}
	}
}

// Every set has a table, and every navigation can be joined.
func TestModel_Stored(t *testing.T) {
	for _, v := range Versions {
		m := New(v.Version, Fields{})
		for _, e := range m.EntitySets() {
			if e.Table() == "" {
				t.Errorf("%s: %s has no table", v.Segment, e.Set)
			}
			for i := range e.Navigation {
				if _, ok := m.Join(e, &e.Navigation[i]); !ok {
					t.Errorf("%s: %s.%s cannot be joined", v.Segment, e.Name, e.Navigation[i].Name)
				}
			}
		}
	}
}
