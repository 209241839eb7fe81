package project

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWorkItemType_States(t *testing.T) {
	bug := SystemProcess("Agile").Type("Bug")
	want := []State{
		{"New", Proposed, "b2b2b2", 1},
		{"Active", InProgress, "007acc", 2},
		{"Resolved", Resolved, "ff9d00", 3},
		{"Closed", Completed, "339933", 4},
	}
	if diff := cmp.Diff(want, bug.States); diff != "" {
		t.Error(diff)
	}
	if s := bug.State("rESOLVED"); s == nil || s.Name != "Resolved" {
		t.Errorf("State(rESOLVED) = %v", s)
	}
	if s := bug.State("Done"); s != nil {
		t.Errorf("State(Done) = %v, want nil", s)
	}
}

func TestWorkItemType_InitialState(t *testing.T) {
	// A test suite starts in its second state.
	tests := []struct{ process, wit, want string }{
		{"Agile", "Bug", "New"}, {"Scrum", "Task", "To Do"}, {"CMMI", "Review", "Active"},
		{"Basic", "Issue", "To Do"}, {"Agile", "Test Suite", "In Progress"},
	}
	for _, test := range tests {
		if got := SystemProcess(test.process).Type(test.wit).InitialState(); got == nil || got.Name != test.want {
			t.Errorf("%s %s starts in %v, want %s", test.process, test.wit, got, test.want)
		}
	}
}

func TestWorkItemType_Transition(t *testing.T) {
	bug := SystemProcess("Agile").Type("Bug")
	tests := []struct {
		from, to string
		reasons  []string
		ok       bool
	}{
		{"", "New", []string{"New", "Build Failure"}, true},
		{"", "Active", nil, false},
		{"active", "NEW", []string{"Investigation Complete"}, true},
		{"Resolved", "Closed", []string{"Verified"}, true},
		{"Closed", "closed", nil, true},
		{"Done", "Done", nil, false},
		{"New", "Removed", nil, false},
		{"", "", nil, false},
	}
	for _, test := range tests {
		reasons, ok := bug.Transition(test.from, test.to)
		if ok != test.ok || !slices.Equal(reasons, test.reasons) {
			t.Errorf("Transition(%q, %q) = %q, %t, want %q, %t", test.from, test.to, reasons, ok, test.reasons, test.ok)
		}
	}
}

func TestWorkItemType_Field(t *testing.T) {
	agile := SystemProcess("Agile")
	epic, bug := agile.Type("Epic"), agile.Type("Bug")

	priority := epic.Field(FieldPriority)
	if value, ok := priority.Default(); !priority.Required() || !ok || value != "2" {
		t.Errorf("priority of an epic: required %t, default %q, %t, want required and 2", priority.Required(), value, ok)
	}
	if values, suggested := priority.AllowedValues(); suggested || !slices.Equal(values, []string{"1", "2", "3", "4"}) {
		t.Errorf("priority of an epic: values %q, suggested %t", values, suggested)
	}
	if bug.Field(FieldPriority).Required() {
		t.Error("the priority of a bug is required, want required for epics only")
	}
	build := bug.Field(SystemField("Microsoft.VSTS.Build.FoundIn").ID)
	if values, suggested := build.AllowedValues(); !suggested || !slices.Equal(values, []string{"<None>"}) {
		t.Errorf("found in: values %q, suggested %t, want <None> suggested", values, suggested)
	}
	if values, suggested := bug.Field(FieldTags).AllowedValues(); values != nil || suggested {
		t.Errorf("tags: values %q, suggested %t, want none", values, suggested)
	}
	if !bug.Field(FieldTitle).Required() || bug.Field(FieldDescription).Required() {
		t.Error("want the title required and the description not")
	}
	if f := bug.Field(FieldBacklogPriority); f != nil {
		t.Error("the Agile bug has the backlog priority of Scrum")
	}
	for _, f := range SystemFields() {
		if f.Core && epic.Field(f.ID) == nil {
			t.Errorf("epic lacks the core field %s", f.ReferenceName)
		}
	}
	// Lists that depend on another field are no list of the field.
	status := agile.Type("Test Case").Field(SystemField("Microsoft.VSTS.TCM.AutomationStatus").ID)
	if values, _ := status.AllowedValues(); values != nil || len(status.Rules) != 3 {
		t.Errorf("automation status: values %q, rules %v", values, status.Rules)
	}
}

func TestWorkItemType_Rules(t *testing.T) {
	print := func(fields []TypeField) (lines []string) {
		for _, f := range fields {
			line := f.Field.Name + ":"
			for _, r := range f.Rules {
				line += " " + r.String() + ";"
			}
			lines = append(lines, line)
		}
		return lines
	}
	task := SystemProcess("Agile").Type("Task")
	if diff := cmp.Diff([]string{"Remaining Work: empty;", "Closed Date: serverDefault now; required;"}, print(task.StateRules("CLOSED"))); diff != "" {
		t.Error(diff)
	}
	if rules := print(task.StateRules("Removed")); rules != nil {
		t.Errorf("rules of Removed: %q", rules)
	}
	bug := SystemProcess("Agile").Type("Bug")
	want := []string{
		"Resolved By: copy currentUser; validUser; required;",
		"Activated Date: readonly;",
		"Activated By: readonly;",
		"Resolved Date: serverDefault now;",
		`Resolved Reason: set "Duplicate";`,
	}
	if diff := cmp.Diff(want, print(bug.TransitionRules("active", "resolved", "duplicate"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:4], print(bug.TransitionRules("Active", "Resolved", ""))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Assigned To: default currentUser;"}, print(SystemProcess("CMMI").Type("Bug").TransitionRules("", "Proposed", "New"))); diff != "" {
		t.Error(diff)
	}
}

func TestDependents(t *testing.T) {
	bug := SystemProcess("Agile").Type("Bug")
	names := func(of FieldID) (list []string) {
		for _, f := range bug.Dependents(bug.Field(of).Field) {
			list = append(list, f.ReferenceName)
		}
		return list
	}
	if got := names(FieldState); !slices.Contains(got, "System.Reason") || !slices.Contains(got, "Microsoft.VSTS.Common.ClosedDate") {
		t.Errorf("on the state depend %q", got)
	}
	if got := names(FieldTitle); len(got) > 0 {
		t.Errorf("on the title depend %q", got)
	}
}
