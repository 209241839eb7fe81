package work

import (
	"maps"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// workflowFields are what a change of state sets by itself.
var workflowFields = map[string]project.FieldID{
	"reason": project.FieldReason, "state-changed": project.FieldStateChangeDate,
	"activated": project.FieldActivatedDate, "activated-by": project.FieldActivatedBy,
	"resolved": project.FieldResolvedDate, "resolved-by": project.FieldResolvedBy,
	"closed": project.FieldClosedDate, "closed-by": project.FieldClosedBy,
}

// Every process keeps the dates and people of its workflow; documented: "Workflow and state fields" of the process guide.
// Each step is a day later than the one before; on Monday Ada creates the item, Bob makes the changes.
func TestApply_Workflow(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	type step map[string]string // beside state
	for _, c := range []struct {
		process, kind string
		steps         []step
	}{
		{"Agile", "User Story", []step{
			{"state": "New", "reason": "New", "state-changed": "Mon"},
			{"state": "Active", "reason": "Implementation started", "state-changed": "Tue", "activated": "Tue", "activated-by": "Bob"},
			{"state": "Resolved", "reason": "Code complete and unit tests pass", "state-changed": "Wed", "activated": "Tue", "activated-by": "Bob", "resolved": "Wed", "resolved-by": "Bob"},
			{"state": "Closed", "reason": "Acceptance tests pass", "state-changed": "Thu", "activated": "Tue", "activated-by": "Bob", "resolved": "Wed", "resolved-by": "Bob", "closed": "Thu", "closed-by": "Bob"},
			{"state": "Active", "reason": "Reintroduced in Scope", "state-changed": "Fri", "activated": "Fri", "activated-by": "Bob"},
		}},
		{"Basic", "Issue", []step{
			{"state": "To Do", "reason": "Added to backlog", "state-changed": "Mon"},
			{"state": "Doing", "reason": "Started", "state-changed": "Tue", "activated": "Tue", "activated-by": "Bob"},
			{"state": "Done", "reason": "Completed", "state-changed": "Wed", "activated": "Tue", "activated-by": "Bob", "closed": "Wed", "closed-by": "Bob"},
			{"state": "To Do", "reason": "Moved to state To Do", "state-changed": "Thu"},
		}},
		{"Scrum", "Task", []step{
			{"state": "To Do", "reason": "New task", "state-changed": "Mon"},
			{"state": "In Progress", "reason": "Work started", "state-changed": "Tue", "activated": "Tue", "activated-by": "Bob"},
			{"state": "Done", "reason": "Work finished", "state-changed": "Wed", "activated": "Tue", "activated-by": "Bob", "closed": "Wed", "closed-by": "Bob"},
			{"state": "In Progress", "reason": "Additional work found", "state-changed": "Thu", "activated": "Thu", "activated-by": "Bob"},
		}},
		{"CMMI", "Task", []step{
			{"state": "Proposed", "reason": "New", "state-changed": "Mon"},
			{"state": "Active", "reason": "Investigate", "state-changed": "Tue", "activated": "Tue", "activated-by": "Bob"},
			{"state": "Closed", "reason": "Complete and Does Not Require Review/Test", "state-changed": "Wed", "activated": "Tue", "activated-by": "Bob", "closed": "Wed", "closed-by": "Bob"},
		}},
	} {
		t.Run(c.process+" "+c.kind, func(t *testing.T) {
			e := x.environment(t, c.process, c.kind)
			var current *revision
			for i, want := range c.steps {
				e.now, e.user = monday.AddDate(0, 0, i), User(min(i+1, 2))
				list := ops(t, `add System.State "`+want["state"]+`"`)
				if i == 0 {
					list = append(list, ops(t, `add System.Title "x"`)...)
				}
				var before Fields
				if current != nil {
					before = maps.Clone(current.fields)
				}
				next, err := apply(e, 1, current, list)
				if err != nil {
					t.Fatalf("%s: %v", want["state"], err)
				}
				if current != nil && cmp.Diff(before, current.fields) != "" {
					t.Error("the previous revision was changed")
				}
				got := step{"state": next.fields.String(project.FieldState)}
				for name, id := range workflowFields {
					if v := value(next.fields[id]); v != "" {
						got[name] = strings.TrimSuffix(v, " 09:00")
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("step %d to %s (-want +got): %s", i, want["state"], diff)
				}
				if by := value(next.fields[project.FieldChangedBy]); by != value(e.user) || !next.fields.Time(project.FieldChangedDate).Equal(e.now) {
					t.Errorf("changed by %s at %s", by, next.fields.Time(project.FieldChangedDate))
				}
				if by := value(next.fields[project.FieldCreatedBy]); by != "Ada" || !next.fields.Time(project.FieldCreatedDate).Equal(monday) {
					t.Errorf("created by %s at %s", by, next.fields.Time(project.FieldCreatedDate))
				}
				current = next
			}
		})
	}
}

func TestApply_Refuses(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	long := strings.Repeat("é", maxString+1)
	for _, c := range []struct{ kind, op, want string }{
		{"Bug", `remove System.Title`, "System.Title required, invalidEmpty"},
		{"Bug", `add System.Title ""`, "System.Title required, invalidEmpty"},
		{"Bug", `add System.Title "` + long + `"`, "System.Title invalidTooLong"},
		{"Bug", `add System.Title "a\u0000b"`, "System.Title invalidType"},
		{"Bug", `add Microsoft.VSTS.TCM.ReproSteps "a\u0000b"`, "Microsoft.VSTS.TCM.ReproSteps invalidType"},
		{"Bug", `add System.Tags "a\u0000b"`, "System.Tags invalidType"},
		{"Bug", `add System.History "\u0000"`, "System.History invalidType"},
		{"Bug", `add System.State "Doing"`, "System.State hasValues, limitedToValues, invalidListValue"},
		{"Bug", `remove System.State`, "System.State required, invalidEmpty"},
		{"Bug", `add Microsoft.VSTS.Common.Priority 9`, "Microsoft.VSTS.Common.Priority hasValues, limitedToValues, invalidListValue"},
		{"Bug", `add Microsoft.VSTS.Common.Priority "high"`, "Microsoft.VSTS.Common.Priority invalidType"},
		{"Bug", `add Microsoft.VSTS.Common.Priority 99999999999`, "Microsoft.VSTS.Common.Priority invalidType"},
		{"Bug", `add Microsoft.VSTS.Common.Severity "5 - Odd"`, "Microsoft.VSTS.Common.Severity hasValues, limitedToValues, invalidListValue"},
		{"Bug", `add Microsoft.VSTS.Common.StackRank "1e999"`, "Microsoft.VSTS.Common.StackRank invalidType"},
		{"Bug", `add System.AssignedTo "Nobody"`, "System.AssignedTo invalidValidUser"},
		{"Bug", `add System.AssignedTo 7`, "System.AssignedTo invalidValidUser"},
		{"User Story", `add Microsoft.VSTS.Scheduling.DueDate "soon"`, "WorkItemTrackingFieldDefinitionNotFoundException"},
		{"Task", `add Microsoft.VSTS.Scheduling.FinishDate "soon"`, "Microsoft.VSTS.Scheduling.FinishDate invalidDate"},
		{"Task", `add Microsoft.VSTS.Scheduling.FinishDate "0999-01-01"`, "Microsoft.VSTS.Scheduling.FinishDate invalidDate"},
		{"Bug", `add System.Id 5`, "WorkItemFieldReadOnlyException"},
		{"Bug", `add System.CreatedDate "2020-01-01"`, "WorkItemFieldReadOnlyException"},
		{"Bug", `add System.AreaPath "Agile\\Nowhere"`, "WorkItemFieldInvalidTreeNameException"},
		{"Bug", `add System.AreaPath "Scrum\\Web"`, "WorkItemFieldInvalidTreeNameException"},
		{"Bug", `remove System.AreaPath`, "System.AreaPath required, invalidEmpty"},
		{"Bug", `add Custom.Unknown 1`, "WorkItemTrackingFieldDefinitionNotFoundException"},
		{"Bug", `test /rev 2`, "WorkItemRevisionMismatchException"},
		{"Bug", `test System.Title "other"`, "WorkItemPatchTestFailedException"},
		{"Bug", `add /relations/- {}`, "VssPropertyValidationException"},
	} {
		e := x.environment(t, "Agile", c.kind)
		first, err := apply(e, 1, nil, ops(t, `add System.Title "first"`))
		if err != nil {
			t.Fatal(err)
		}
		before := maps.Clone(first.fields)
		e.now = e.now.Add(time.Hour)
		_, err = apply(e, 1, first, ops(t, c.op))
		if got := says(t, err); got != c.want {
			t.Errorf("%s %.60s: %q, want %q", c.kind, c.op, got, c.want)
		}
		if cmp.Diff(before, first.fields) != "" {
			t.Errorf("%s %.60s: the revision before was changed", c.kind, c.op)
		}
	}
}

// Values take the spelling and type of the field, whatever a client sends.
func TestApply_Converts(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	e := x.environment(t, "Agile", "Bug")
	for _, c := range []struct {
		op   string
		id   project.FieldID
		want any
	}{
		{`add System.State "aCTIVE"`, project.FieldState, "Active"},
		{`add Microsoft.VSTS.Common.Priority "3"`, project.FieldPriority, int64(3)},
		{`add microsoft.vsts.common.priority 3.0`, project.FieldPriority, int64(3)},
		{`add Severity "1 - critical"`, project.SystemField("Severity").ID, "1 - Critical"},
		{`add System.AssignedTo "BOB@example.com"`, project.FieldAssignedTo, User(2)},
		{`add System.AssignedTo "Bob <bob@example.com>"`, project.FieldAssignedTo, User(2)},
		{`add System.AssignedTo {"displayName": "Bob", "uniqueName": "bob@example.com"}`, project.FieldAssignedTo, User(2)},
		{`add System.Title 12`, project.FieldTitle, "12"},
		{`add Microsoft.VSTS.Common.StackRank "1.5"`, project.SystemField("Microsoft.VSTS.Common.StackRank").ID, 1.5},
	} {
		r, err := apply(e, -1, nil, append(ops(t, `add System.Title "x"`), ops(t, c.op)...))
		if err != nil {
			t.Errorf("%s: %v", c.op, err)
			continue
		}
		if r.fields[c.id] != c.want {
			t.Errorf("%s: got %v (%T), want %v", c.op, r.fields[c.id], r.fields[c.id], c.want)
		}
	}
}

// A change that changes nothing makes no revision; the date of a revision is later than that of the one before.
func TestApply_UnchangedAndLater(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	e := x.environment(t, "Agile", "Bug")
	first, err := apply(e, 1, nil, ops(t, `add System.Title "x"`, `add System.AreaPath "Agile\\Web"`))
	if err != nil {
		t.Fatal(err)
	}
	same, err := apply(e, 1, first, ops(t, `replace System.Title "x"`, `add System.AreaPath "\\agile\\web"`, `test /rev 1`, `test System.Title "x"`))
	if err != nil || !same.unchanged(first) {
		t.Errorf("a change of nothing is a change: %v", err)
	}
	e.now = e.now.Add(-time.Hour) // a clock that goes back
	next, err := apply(e, 1, first, ops(t, `replace System.Title "y"`))
	if err != nil || !next.fields.Time(project.FieldChangedDate).After(first.fields.Time(project.FieldChangedDate)) {
		t.Errorf("revision 2 is of %s, 1 of %s: %v", next.fields.Time(project.FieldChangedDate), first.fields.Time(project.FieldChangedDate), err)
	}
}
