package project

import (
	"fmt"
	"strings"
	"testing"
)

// constants is what fieldids.go promises. Ids are stored with every revision, so a difference is
// never mended here.
var constants = map[string]FieldID{
	"System.AreaId": FieldAreaID, "System.AreaLevel1": FieldAreaLevel1, "System.AreaPath": FieldAreaPath,
	"System.AssignedTo": FieldAssignedTo, "System.AttachedFileCount": FieldAttachedFileCount,
	"System.AuthorizedAs": FieldAuthorizedAs, "System.AuthorizedDate": FieldAuthorizedDate,
	"System.BoardColumn": FieldBoardColumn, "System.BoardColumnDone": FieldBoardColumnDone, "System.BoardLane": FieldBoardLane,
	"System.ChangedBy": FieldChangedBy, "System.ChangedDate": FieldChangedDate, "System.CommentCount": FieldCommentCount,
	"System.CreatedBy": FieldCreatedBy, "System.CreatedDate": FieldCreatedDate, "System.Description": FieldDescription,
	"System.ExternalLinkCount": FieldExternalLinkCount, "System.History": FieldHistory, "System.HyperLinkCount": FieldHyperLinkCount,
	"System.Id": FieldWorkItemID, "System.IterationId": FieldIterationID, "System.IterationLevel1": FieldIterationLevel1,
	"System.IterationPath": FieldIterationPath, "System.NodeName": FieldNodeName, "System.Parent": FieldParent,
	"System.PersonId": FieldPersonID, "System.Reason": FieldReason, "System.RelatedLinkCount": FieldRelatedLinkCount,
	"System.RemoteLinkCount": FieldRemoteLinkCount, "System.Rev": FieldRev, "System.RevisedDate": FieldRevisedDate,
	"System.State": FieldState, "System.Tags": FieldTags, "System.TeamProject": FieldTeamProject, "System.Title": FieldTitle,
	"System.Watermark": FieldWatermark, "System.WorkItemType": FieldWorkItemType,

	"Microsoft.VSTS.Common.ActivatedBy": FieldActivatedBy, "Microsoft.VSTS.Common.ActivatedDate": FieldActivatedDate,
	"Microsoft.VSTS.Common.Activity": FieldActivity, "Microsoft.VSTS.Common.BacklogPriority": FieldBacklogPriority,
	"Microsoft.VSTS.Common.ClosedBy": FieldClosedBy, "Microsoft.VSTS.Common.ClosedDate": FieldClosedDate,
	"Microsoft.VSTS.Common.Discipline": FieldDiscipline, "Microsoft.VSTS.Common.Priority": FieldPriority,
	"Microsoft.VSTS.Common.ResolvedBy": FieldResolvedBy, "Microsoft.VSTS.Common.ResolvedDate": FieldResolvedDate,
	"Microsoft.VSTS.Common.ResolvedReason": FieldResolvedReason, "Microsoft.VSTS.Common.StackRank": FieldStackRank,
	"Microsoft.VSTS.Common.StateChangeDate":      FieldStateChangeDate,
	"Microsoft.VSTS.Scheduling.CompletedWork":    FieldCompletedWork,
	"Microsoft.VSTS.Scheduling.DueDate":          FieldDueDate,
	"Microsoft.VSTS.Scheduling.Effort":           FieldEffort,
	"Microsoft.VSTS.Scheduling.FinishDate":       FieldFinishDate,
	"Microsoft.VSTS.Scheduling.OriginalEstimate": FieldOriginalEstimate,
	"Microsoft.VSTS.Scheduling.RemainingWork":    FieldRemainingWork,
	"Microsoft.VSTS.Scheduling.Size":             FieldSize,
	"Microsoft.VSTS.Scheduling.StartDate":        FieldStartDate,
	"Microsoft.VSTS.Scheduling.StoryPoints":      FieldStoryPoints,
	"Microsoft.VSTS.Scheduling.TargetDate":       FieldTargetDate,
}

func TestFieldConstants(t *testing.T) {
	for ref, id := range constants {
		f := SystemField(ref)
		switch {
		case f == nil:
			t.Errorf("no field %s", ref)
		case f.ID != id:
			t.Errorf("%s has id %d in fields.json, constant %d", ref, f.ID, id)
		}
	}
	for _, f := range SystemFields() {
		if _, ok := constants[f.ReferenceName]; f.Core && !ok {
			t.Errorf("core field %s has no constant", f.ReferenceName)
		}
	}
	for level := range FieldID(7) {
		for name, id := range map[string]FieldID{"System.AreaLevel": FieldAreaLevel1, "System.IterationLevel": FieldIterationLevel1} {
			if f := SystemField(fmt.Sprint(name, level+1)); f == nil || f.ID != id+level {
				t.Errorf("%s%d = %+v, want id %d", name, level+1, f, id+level)
			}
		}
	}
}

func TestSystemFields_Numbering(t *testing.T) {
	next := FieldID(10000)
	for _, f := range SystemFields() {
		if f.Custom {
			t.Errorf("%s is marked custom", f.ReferenceName)
		}
		if strings.HasPrefix(f.ReferenceName, "System.") {
			if f.ID >= 1000 {
				t.Errorf("%s has id %d, want less than 1000", f.ReferenceName, f.ID)
			}
			continue
		}
		if f.ID != next || f.ID >= FirstCustomFieldID {
			t.Errorf("%s has id %d, want %d", f.ReferenceName, f.ID, next)
		}
		next++
	}
}

func TestSystemField(t *testing.T) {
	for _, name := range []string{"System.AssignedTo", "system.assignedto", "Assigned To", "ASSIGNED TO"} {
		f := SystemField(name)
		if f == nil || f.ID != FieldAssignedTo || f.Type != String || !f.Identity || !f.Core {
			t.Errorf("SystemField(%q) = %+v, want the person field System.AssignedTo", name, f)
		}
	}
	for _, name := range []string{"", "System", "Custom.Color"} {
		if f := SystemField(name); f != nil {
			t.Errorf("SystemField(%q) = %s, want nil", name, f.ReferenceName)
		}
	}
}

func TestSystemFields_CallerOwnsSlice(t *testing.T) {
	SystemFields()[0] = nil
	if SystemFields()[0] == nil {
		t.Error("changing the returned slice changes the catalogue")
	}
}

func TestFieldType_Names(t *testing.T) {
	names := map[string]FieldType{
		"string": String, "integer": Integer, "double": Double, "dateTime": DateTime, "boolean": Boolean,
		"guid": GUID, "plainText": PlainText, "html": HTML, "history": History, "treePath": TreePath,
	}
	for name, want := range names {
		if got, ok := ParseFieldType(strings.ToUpper(name)); !ok || got != want {
			t.Errorf("ParseFieldType(%q) = %v, %t", name, got, ok)
		}
		if want.String() != name {
			t.Errorf("name of type %d = %q, want %q", want, want, name)
		}
	}
	for _, name := range []string{"", "identity", "picklistString"} {
		if got, ok := ParseFieldType(name); ok {
			t.Errorf("ParseFieldType(%q) = %s, want none", name, got)
		}
	}
	if got := FieldType(99).String(); got != "FieldType(99)" {
		t.Errorf("unknown type prints as %q", got)
	}
}

func TestStateCategory_Names(t *testing.T) {
	names := []string{"Proposed", "InProgress", "Resolved", "Completed", "Removed"}
	last := StateCategory(0)
	for _, name := range names {
		c, ok := ParseStateCategory(strings.ToLower(name))
		if !ok || c.String() != name || c <= last || len(c.Color()) != 6 {
			t.Errorf("ParseStateCategory(%q) = %s, %t, color %q", name, c, ok, c.Color())
		}
		last = c
	}
	if c, ok := ParseStateCategory("In Progress"); ok {
		t.Errorf("ParseStateCategory(In Progress) = %s, want none", c)
	}
	if c := StateCategory(9); c.String() != "StateCategory(9)" || c.Color() != "" {
		t.Errorf("unknown category prints as %q, color %q", c, c.Color())
	}
}
