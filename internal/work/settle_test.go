package work

import (
	"testing"
	"time"

	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// The rules of an Agile bug, as the process documentation states them.
func TestSettle(t *testing.T) {
	bug := project.SystemProcess("Agile").Type("Bug")
	severity := project.SystemField("Microsoft.VSTS.Common.Severity").ID
	valueArea := project.SystemField("Microsoft.VSTS.Common.ValueArea").ID
	monday := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	tuesday, wednesday := monday.AddDate(0, 0, 1), monday.AddDate(0, 0, 2)

	first := Fields{project.FieldState: "New", project.FieldReason: "New"}
	Settle(bug, nil, first, 1, monday)
	want := Fields{project.FieldState: "New", project.FieldReason: "New", project.FieldPriority: int64(2), severity: "3 - Medium",
		valueArea: "Business", project.FieldStateChangeDate: monday}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Errorf("new: %s", diff)
	}

	active := first.clone()
	active[project.FieldState], active[project.FieldReason] = "Active", "Approved"
	Settle(bug, first, active, 2, tuesday)
	want[project.FieldState], want[project.FieldReason] = "Active", "Approved"
	want[project.FieldStateChangeDate], want[project.FieldActivatedDate], want[project.FieldActivatedBy] = tuesday, tuesday, User(2)
	if diff := cmp.Diff(want, active); diff != "" {
		t.Errorf("active: %s", diff)
	}

	resolved := active.clone()
	resolved[project.FieldState], resolved[project.FieldReason] = "Resolved", "Duplicate"
	Settle(bug, active, resolved, 3, wednesday)
	want[project.FieldState], want[project.FieldReason], want[project.FieldResolvedReason] = "Resolved", "Duplicate", "Duplicate"
	want[project.FieldStateChangeDate], want[project.FieldResolvedDate], want[project.FieldResolvedBy] = wednesday, wednesday, User(3)
	if diff := cmp.Diff(want, resolved); diff != "" {
		t.Errorf("resolved: %s", diff)
	}
	if active.String(project.FieldState) != "Active" || first.String(project.FieldState) != "New" {
		t.Error("the previous revision was changed")
	}
}

// A test case is activated by going back to its first state: the rule of that transition wins over the workflow.
func TestSettle_TestCaseReactivated(t *testing.T) {
	testCase := project.SystemProcess("Agile").Type("Test Case")
	monday := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	tuesday, wednesday := monday.AddDate(0, 0, 1), monday.AddDate(0, 0, 2)
	design := Fields{project.FieldState: "Design", project.FieldReason: "New"}
	Settle(testCase, nil, design, 1, monday)
	closed := design.clone()
	closed[project.FieldState], closed[project.FieldReason] = "Closed", "Obsolete"
	Settle(testCase, design, closed, 1, tuesday)
	again := closed.clone()
	again[project.FieldState], again[project.FieldReason] = "Design", "Reactivated"
	Settle(testCase, closed, again, 1, wednesday)
	if by, at := again.User(project.FieldActivatedBy), again.Time(project.FieldActivatedDate); by != 1 || !at.Equal(wednesday) {
		t.Errorf("activated by %d at %s, want 1 at %s", by, at, wednesday)
	}
}
