package project

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const derivedID = "6FE9C9E9-3B0C-4E3A-9E7B-0C5A6F1D2E3B"

func TestDerive(t *testing.T) {
	agile := SystemProcess("Agile")
	p := agile.Derive("Fabrikam Agile", derivedID)
	if p.Name != "Fabrikam Agile" || p.ID != derivedID || p.ParentID != agile.ID || p.Default {
		t.Errorf("derived process = %q %s, parent %s, default %t", p.Name, p.ID, p.ParentID, p.Default)
	}
	if want := "Inherited.6fe9c9e93b0c4e3a9e7b0c5a6f1d2e3b"; p.ReferenceName != want {
		t.Errorf("reference name %s, want %s", p.ReferenceName, want)
	}
	if SystemProcess("Basic").Derive("B", derivedID).Default {
		t.Error("a process derived from the default process is the default")
	}
	if got, want := len(p.Types), len(agile.Types); got != want {
		t.Errorf("%d types, want %d", got, want)
	}
}

func TestAddField(t *testing.T) {
	agile := SystemProcess("Agile")
	p, sibling := agile.Derive("A", derivedID), agile.Derive("B", derivedID)
	color := &Field{ID: FirstCustomFieldID, ReferenceName: "Custom.Color", Name: "Color", Type: String, Custom: true}
	rule := Rule{Kind: RuleAllowed, Values: []string{"Red", "Green"}}
	if err := p.AddField("user story", color, rule); err != nil {
		t.Fatal(err)
	}
	got := p.Type("User Story").Field(color.ID)
	if diff := cmp.Diff(&TypeField{Field: color, Rules: []Rule{rule}, Added: true}, got); diff != "" {
		t.Error(diff)
	}
	if !slices.Contains(p.Fields(), color) {
		t.Error("the process does not list the field")
	}
	for _, other := range []*Process{agile, sibling} {
		if slices.Contains(other.Fields(), color) {
			t.Errorf("adding a field to a derived process adds it to %s", other.Name)
		}
	}
	if p.Type("Bug").Field(color.ID) != nil {
		t.Error("the field is on other types too")
	}

	if err := p.AddField("User Story", color); err == nil {
		t.Error("a field can be added twice")
	}
	if err := p.AddField("Saga", color); err == nil {
		t.Error("a field can be added to an unknown type")
	}
	if err := agile.AddField("User Story", color); err == nil || agile.Type("User Story").Field(color.ID) != nil {
		t.Errorf("a field can be added to a system process: %v", err)
	}
}

func TestAddState(t *testing.T) {
	agile := SystemProcess("Agile")
	before := slices.Clone(agile.Type("User Story").States)
	p := agile.Derive("A", derivedID)
	if err := p.AddState("User Story", State{Name: "Approved", Category: Proposed}); err != nil {
		t.Fatal(err)
	}
	if err := p.AddState("User Story", State{Name: "In Test", Category: InProgress, Color: "112233"}); err != nil {
		t.Fatal(err)
	}
	story := p.Type("User Story")
	want := []State{
		{"New", Proposed, "b2b2b2", 1},
		{"Approved", Proposed, "b2b2b2", 2},
		{"Active", InProgress, "007acc", 3},
		{"Resolved", InProgress, "007acc", 4},
		{"In Test", InProgress, "112233", 5},
		{"Closed", Completed, "339933", 6},
		{"Removed", Removed, "ffffff", 7},
	}
	if diff := cmp.Diff(want, story.States); diff != "" {
		t.Error(diff)
	}
	if got := story.InitialState().Name; got != "New" {
		t.Errorf("new stories start in %s", got)
	}
	for _, s := range want {
		for _, custom := range []string{"Approved", "In Test"} {
			if _, in := story.Transition(s.Name, custom); !in {
				t.Errorf("no way from %s to %s", s.Name, custom)
			}
			if _, out := story.Transition(custom, s.Name); !out {
				t.Errorf("no way from %s to %s", custom, s.Name)
			}
		}
	}
	if reasons, _ := story.Transition("New", "Approved"); !slices.Equal(reasons, []string{"Moved to state Approved"}) {
		t.Errorf("reasons to enter Approved: %q", reasons)
	}
	if reasons, _ := story.Transition("Approved", "New"); !slices.Equal(reasons, []string{"Moved out of state Approved"}) {
		t.Errorf("reasons to leave Approved: %q", reasons)
	}
	if diff := cmp.Diff(before, agile.Type("User Story").States); diff != "" {
		t.Errorf("the system process changed: %s", diff)
	}
	if _, ok := agile.Type("User Story").Transition("New", "Approved"); ok {
		t.Error("the system process has the new transition")
	}

	if err := p.AddState("User Story", State{Name: "ACTIVE", Category: InProgress}); err == nil {
		t.Error("a state can be added twice")
	}
	if err := agile.AddState("User Story", State{Name: "Approved", Category: Proposed}); err == nil {
		t.Error("a state can be added to a system process")
	}
}
