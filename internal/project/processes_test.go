package project

import (
	"slices"
	"testing"
	"time"

	"boardwalk/internal/access"

	"github.com/google/go-cmp/cmp"
)

func TestSystemProcesses_Order(t *testing.T) {
	var names, defaults []string
	for _, p := range SystemProcesses() {
		names = append(names, p.Name)
		if p.Default {
			defaults = append(defaults, p.Name)
		}
	}
	if diff := cmp.Diff([]string{"Scrum", "Basic", "Agile", "CMMI"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Basic"}, defaults); diff != "" {
		t.Errorf("default process: %s", diff)
	}
}

func TestSystemProcesses_Tokens(t *testing.T) {
	var ids []string
	for _, p := range SystemProcesses() {
		ids = append(ids, p.ID)
	}
	slices.Sort(ids)
	if diff := cmp.Diff(slices.Sorted(slices.Values(access.SystemProcesses())), ids); diff != "" {
		t.Errorf("processes with permissions: %s", diff)
	}
}

func TestSystemProcess(t *testing.T) {
	for _, name := range []string{"agile", "ADCC42AB-9882-485E-A3ED-7678F01F66BC"} {
		p := SystemProcess(name)
		if p == nil || p.Name != "Agile" {
			t.Errorf("SystemProcess(%q) = %v, want Agile", name, p)
		}
	}
	if p := SystemProcess("Kanban"); p != nil {
		t.Errorf("SystemProcess(Kanban) = %s, want nil", p.Name)
	}
}

func TestProcess_Type(t *testing.T) {
	p := SystemProcess("Agile")
	for _, name := range []string{"user story", "Microsoft.VSTS.WorkItemTypes.UserStory"} {
		if wit := p.Type(name); wit == nil || wit.Name != "User Story" {
			t.Errorf("Type(%q) = %v, want User Story", name, wit)
		}
	}
	if wit := p.Type("Impediment"); wit != nil {
		t.Errorf("Agile has the Scrum type %s", wit.Name)
	}
}

func TestProcess_SharedTypesKnowTheirOwnCategories(t *testing.T) {
	tests := []struct {
		process, wit string
		want         []string
	}{
		{"Agile", "Code Review Request", []string{"Microsoft.CodeReviewRequestCategory", "Microsoft.HiddenCategory"}},
		{"CMMI", "Code Review Request", []string{"Microsoft.CodeReviewRequestCategory", "Microsoft.HiddenCategory"}},
		{"Basic", "Code Review Request", []string{"Microsoft.HiddenCategory"}},
		{"Basic", "Test Case", []string{"Microsoft.TestCaseCategory"}},
	}
	for _, test := range tests {
		wit := SystemProcess(test.process).Type(test.wit)
		if diff := cmp.Diff(test.want, wit.Categories); diff != "" {
			t.Errorf("%s %s: %s", test.process, test.wit, diff)
		}
		if hidden := slices.Contains(test.want, "Microsoft.HiddenCategory"); wit.Hidden() != hidden {
			t.Errorf("%s %s: Hidden() = %t", test.process, test.wit, wit.Hidden())
		}
	}
}

func TestProcess_NewTeamDefaults(t *testing.T) {
	type defaults struct {
		Bugs       BugsBehavior
		Hidden     []string
		Iterations int
	}
	want := map[string]defaults{
		"Scrum": {BugsAsRequirements, []string{"Microsoft.EpicCategory"}, 6},
		"Basic": {BugsOff, []string{}, 1},
		"Agile": {BugsAsTasks, []string{"Microsoft.EpicCategory"}, 3},
		"CMMI":  {BugsAsTasks, []string{"Microsoft.EpicCategory"}, 3},
	}
	for _, p := range SystemProcesses() {
		got := defaults{p.BugsBehavior, p.HiddenBacklogs, len(p.DefaultIterations)}
		if diff := cmp.Diff(want[p.Name], got); diff != "" {
			t.Errorf("%s: %s", p.Name, diff)
		}
		if diff := cmp.Diff([]time.Weekday{time.Sunday, time.Saturday}, p.Weekends); diff != "" {
			t.Errorf("%s: weekends: %s", p.Name, diff)
		}
	}
	if got := SystemProcess("Basic").DefaultIterations[0]; got != "Sprint 1" {
		t.Errorf("first iteration of Basic = %q, want Sprint 1", got)
	}
}

func TestProcess_Backlogs(t *testing.T) {
	for _, p := range SystemProcesses() {
		parent, rank := "", 5
		for _, b := range p.Backlogs {
			if b.Parent != parent || b.Rank >= rank {
				t.Errorf("%s: backlog %s has parent %q and rank %d below %q", p.Name, b.Name, b.Parent, b.Rank, parent)
			}
			parent, rank = b.ID, b.Rank
			wit := p.Type(p.Category(b.ID).Default)
			for _, s := range b.States {
				state := wit.State(s.Name)
				if state == nil {
					t.Fatalf("%s: backlog %s maps %s, which %s does not have", p.Name, b.Name, s.Name, wit.Name)
				}
				want := state.Category
				if want == Resolved {
					want = InProgress
				}
				if s.Category != want {
					t.Errorf("%s: backlog %s maps %s to %s, want %s", p.Name, b.Name, s.Name, s.Category, want)
				}
			}
			for _, c := range b.Columns {
				if c.Width <= 0 {
					t.Errorf("%s: backlog %s: column %s has no width", p.Name, b.Name, c.Field.Name)
				}
			}
		}
	}
	if b := SystemProcess("Scrum").Backlog("backlog items"); b == nil || b.ID != "Microsoft.RequirementCategory" {
		t.Errorf("Backlog(backlog items) = %v", b)
	}
	if b := SystemProcess("Basic").Backlog("Microsoft.FeatureCategory"); b != nil {
		t.Errorf("Basic has a backlog %s", b.Name)
	}
}

// Recorded for Agile; the other processes follow the same scheme.
func TestProcess_Behaviors(t *testing.T) {
	type row struct {
		Ref, Name     string
		Rank          int
		Inherits, Cat string
		Fields        string
	}
	rows := func(p *Process) (list []row) {
		for _, b := range p.Behaviors {
			fields := ""
			for _, f := range b.Fields {
				fields += f.Name + ";"
			}
			list = append(list, row{b.ReferenceName, b.Name, b.Rank, b.Inherits, b.Category, fields})
			if b.Abstract != (b.Rank == 0) {
				t.Errorf("%s: abstract = %t at rank %d", b.ReferenceName, b.Abstract, b.Rank)
			}
		}
		return list
	}
	ordered := row{"System.OrderedBehavior", "Ordered", 0, "", "", ""}
	portfolio := row{"System.PortfolioBacklogBehavior", "Portfolio", 0, "System.OrderedBehavior", "", ""}
	want := []row{
		ordered, portfolio,
		{"System.TaskBacklogBehavior", "Tasks", 10, "System.OrderedBehavior", "Microsoft.TaskCategory", "Stack Rank;Remaining Work;Activity;"},
		{"System.RequirementBacklogBehavior", "Stories", 20, "System.OrderedBehavior", "Microsoft.RequirementCategory", "Stack Rank;Story Points;"},
		{"Microsoft.VSTS.Agile.FeatureBacklogBehavior", "Features", 30, "System.PortfolioBacklogBehavior", "Microsoft.FeatureCategory", ""},
		{"Microsoft.VSTS.Agile.EpicBacklogBehavior", "Epics", 40, "System.PortfolioBacklogBehavior", "Microsoft.EpicCategory", ""},
	}
	if diff := cmp.Diff(want, rows(SystemProcess("Agile"))); diff != "" {
		t.Error(diff)
	}
	want = []row{
		ordered, portfolio,
		{"System.TaskBacklogBehavior", "Tasks", 10, "System.OrderedBehavior", "Microsoft.TaskCategory", "Stack Rank;Remaining Work;Activity;"},
		{"System.RequirementBacklogBehavior", "Issues", 20, "System.OrderedBehavior", "Microsoft.RequirementCategory", "Stack Rank;Effort;"},
		{"Microsoft.VSTS.Basic.EpicBacklogBehavior", "Epics", 40, "System.PortfolioBacklogBehavior", "Microsoft.EpicCategory", ""},
	}
	if diff := cmp.Diff(want, rows(SystemProcess("Basic"))); diff != "" {
		t.Error(diff)
	}
}

func TestLinkTypes(t *testing.T) {
	if n := len(LinkTypes()); n != 21 {
		t.Errorf("%d link types, want 21", n)
	}
	for _, l := range LinkTypes() {
		opposite := l.Opposite()
		switch {
		case l.Usage == ResourceLink:
			if opposite != nil || l.Topology != "" {
				t.Errorf("%s: resource link has opposite %v and topology %q", l.Name, opposite, l.Topology)
			}
		case opposite == nil || opposite.Opposite() != l:
			t.Errorf("%s: the opposite of the opposite is another link type", l.Name)
		case opposite.Topology != l.Topology || opposite.Forward == l.Forward && l.Directional:
			t.Errorf("%s and %s are not two ends of one link", l.Name, opposite.Name)
		}
	}
	parent := LinkTypeByRef("system.linktypes.hierarchy-reverse")
	if parent == nil || parent.Name != "Parent" || parent.Opposite().Name != "Child" || parent.Topology != TopologyTree {
		t.Errorf("hierarchy-reverse = %+v, want Parent in a tree, opposite to Child", parent)
	}
	if related := LinkTypeByRef("System.LinkTypes.Related"); related.Opposite() != related || related.Topology != TopologyNetwork {
		t.Errorf("Related is not symmetric: %+v", related)
	}
	if l := LinkTypeByRef("System.LinkTypes.Nothing"); l != nil {
		t.Errorf("LinkTypeByRef of an unknown name = %s", l.Name)
	}
}

func BenchmarkLoadSystemData(b *testing.B) {
	for b.Loop() {
		if _, err := loadSystemData(processFiles); err != nil {
			b.Fatal(err)
		}
	}
}
