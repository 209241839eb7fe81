package edm

import "slices"

// The properties that WorkItem, WorkItemRevision and both snapshots have in common, in blocks: their documents list the
// same blocks in different order.

// revisionKeys starts with the keys every work item row has.
var revisionKeys = []Property{
	{Name: "ProjectSK", Type: guid, NotNull: true},
	{Name: "WorkItemRevisionSK", Type: integer, NotNull: true},
	{Name: "AreaSK", Type: guid},
	{Name: "IterationSK", Type: guid},
	{Name: "AssignedToUserSK", Type: guid},
	{Name: "ChangedByUserSK", Type: guid},
	{Name: "CreatedByUserSK", Type: guid},
	{Name: "ActivatedByUserSK", Type: guid},
	{Name: "ClosedByUserSK", Type: guid},
	{Name: "ResolvedByUserSK", Type: guid},
	{Name: "ActivatedDateSK", Type: integer},
	{Name: "ChangedDateSK", Type: integer},
	{Name: "ClosedDateSK", Type: integer},
	{Name: "CreatedDateSK", Type: integer},
	{Name: "ResolvedDateSK", Type: integer},
	{Name: "StateChangeDateSK", Type: integer},
}

// progressKeys are the calendar keys of progressFields.
var progressKeys = []Property{
	{Name: "InProgressDateSK", Type: integer},
	{Name: "CompletedDateSK", Type: integer},
}

// itemFields are the fields of the work item and what is computed from them.
var itemFields = slices.Concat(
	[]Property{
		{Name: "Watermark", Type: integer, Ref: "System.Watermark", Display: "Watermark"},
		{Name: "Title", Type: text, Ref: "System.Title", Display: "Title"},
		{Name: "WorkItemType", Type: text, Ref: "System.WorkItemType", Display: "Work Item Type"},
		{Name: "ChangedDate", Type: moment, Ref: "System.ChangedDate", Display: "Changed Date"},
		{Name: "CreatedDate", Type: moment, Ref: "System.CreatedDate", Display: "Created Date"},
		{Name: "State", Type: text, Ref: "System.State", Display: "State"},
		{Name: "Reason", Type: text, Ref: "System.Reason", Display: "Reason"},
	},
	perProcess(
		Property{Name: "FoundIn", Type: text, Ref: "Microsoft.VSTS.Build.FoundIn", Display: "Found In"},
		Property{Name: "IntegrationBuild", Type: text, Ref: "Microsoft.VSTS.Build.IntegrationBuild", Display: "Integration Build"},
		Property{Name: "ActivatedDate", Type: moment, Ref: "Microsoft.VSTS.Common.ActivatedDate", Display: "Activated Date"},
		Property{Name: "Activity", Type: text, Ref: "Microsoft.VSTS.Common.Activity", Display: "Activity"},
		Property{Name: "BacklogPriority", Type: double, Ref: "Microsoft.VSTS.Common.BacklogPriority", Display: "Backlog Priority"},
		Property{Name: "BusinessValue", Type: integer, Ref: "Microsoft.VSTS.Common.BusinessValue", Display: "Business Value"},
		Property{Name: "ClosedDate", Type: moment, Ref: "Microsoft.VSTS.Common.ClosedDate", Display: "Closed Date"},
		Property{Name: "Discipline", Type: text, Ref: "Microsoft.VSTS.Common.Discipline", Display: "Discipline"},
		Property{Name: "Issue", Type: text, Ref: "Microsoft.VSTS.Common.Issue", Display: "Issue"},
		Property{Name: "Priority", Type: integer, Ref: "Microsoft.VSTS.Common.Priority", Display: "Priority"},
		Property{Name: "Rating", Type: text, Ref: "Microsoft.VSTS.Common.Rating", Display: "Rating"},
		Property{Name: "ResolvedDate", Type: moment, Ref: "Microsoft.VSTS.Common.ResolvedDate", Display: "Resolved Date"},
		Property{Name: "ResolvedReason", Type: text, Ref: "Microsoft.VSTS.Common.ResolvedReason", Display: "Resolved Reason"},
		Property{Name: "Risk", Type: text, Ref: "Microsoft.VSTS.Common.Risk", Display: "Risk"},
		Property{Name: "Severity", Type: text, Ref: "Microsoft.VSTS.Common.Severity", Display: "Severity"},
		Property{Name: "StackRank", Type: double, Ref: "Microsoft.VSTS.Common.StackRank", Display: "Stack Rank"},
		Property{Name: "TimeCriticality", Type: double, Ref: "Microsoft.VSTS.Common.TimeCriticality", Display: "Time Criticality"},
		Property{Name: "Triage", Type: text, Ref: "Microsoft.VSTS.Common.Triage", Display: "Triage"},
		Property{Name: "ValueArea", Type: text, Ref: "Microsoft.VSTS.Common.ValueArea", Display: "Value Area"},
		Property{Name: "CompletedWork", Type: double, Ref: "Microsoft.VSTS.Scheduling.CompletedWork", Display: "Completed Work"},
		Property{Name: "DueDate", Type: moment, Ref: "Microsoft.VSTS.Scheduling.DueDate", Display: "Due Date"},
		Property{Name: "Effort", Type: double, Ref: "Microsoft.VSTS.Scheduling.Effort", Display: "Effort"},
		Property{Name: "FinishDate", Type: moment, Ref: "Microsoft.VSTS.Scheduling.FinishDate", Display: "Finish Date"},
		Property{Name: "OriginalEstimate", Type: double, Ref: "Microsoft.VSTS.Scheduling.OriginalEstimate", Display: "Original Estimate"},
		Property{Name: "RemainingWork", Type: double, Ref: "Microsoft.VSTS.Scheduling.RemainingWork", Display: "Remaining Work"},
		Property{Name: "Size", Type: double, Ref: "Microsoft.VSTS.Scheduling.Size", Display: "Size"},
		Property{Name: "StartDate", Type: moment, Ref: "Microsoft.VSTS.Scheduling.StartDate", Display: "Start Date"},
		Property{Name: "StoryPoints", Type: double, Ref: "Microsoft.VSTS.Scheduling.StoryPoints", Display: "Story Points"},
		Property{Name: "TargetDate", Type: moment, Ref: "Microsoft.VSTS.Scheduling.TargetDate", Display: "Target Date"},
		Property{Name: "Blocked", Type: text, Ref: "Microsoft.VSTS.CMMI.Blocked", Display: "Blocked"},
		Property{Name: "Committed", Type: text, Ref: "Microsoft.VSTS.CMMI.Committed", Display: "Committed"},
		Property{Name: "Escalate", Type: text, Ref: "Microsoft.VSTS.CMMI.Escalate", Display: "Escalate"},
		Property{Name: "FoundInEnvironment", Type: text, Ref: "Microsoft.VSTS.CMMI.FoundInEnvironment", Display: "Found In Environment"},
		Property{Name: "HowFound", Type: text, Ref: "Microsoft.VSTS.CMMI.HowFound", Display: "How Found"},
		Property{Name: "Probability", Type: integer, Ref: "Microsoft.VSTS.CMMI.Probability", Display: "Probability"},
		Property{Name: "RequirementType", Type: text, Ref: "Microsoft.VSTS.CMMI.RequirementType", Display: "Requirement Type"},
		Property{Name: "RequiresReview", Type: text, Ref: "Microsoft.VSTS.CMMI.RequiresReview", Display: "Requires Review"},
		Property{Name: "RequiresTest", Type: text, Ref: "Microsoft.VSTS.CMMI.RequiresTest", Display: "Requires Test"},
		Property{Name: "RootCause", Type: text, Ref: "Microsoft.VSTS.CMMI.RootCause", Display: "Root Cause"},
		Property{Name: "SubjectMatterExpert1", Type: text, Ref: "Microsoft.VSTS.CMMI.SubjectMatterExpert1", Display: "Subject Matter Expert 1"},
		Property{Name: "SubjectMatterExpert2", Type: text, Ref: "Microsoft.VSTS.CMMI.SubjectMatterExpert2", Display: "Subject Matter Expert 2"},
		Property{Name: "SubjectMatterExpert3", Type: text, Ref: "Microsoft.VSTS.CMMI.SubjectMatterExpert3", Display: "Subject Matter Expert 3"},
		Property{Name: "TargetResolveDate", Type: moment, Ref: "Microsoft.VSTS.CMMI.TargetResolveDate", Display: "Target Resolve Date"},
		Property{Name: "TaskType", Type: text, Ref: "Microsoft.VSTS.CMMI.TaskType", Display: "Task Type"},
		Property{Name: "UserAcceptanceTest", Type: text, Ref: "Microsoft.VSTS.CMMI.UserAcceptanceTest", Display: "User Acceptance Test"},
	),
	[]Property{
		{Name: "ParentWorkItemId", Type: integer, Display: "Parent Work Item Id"},
		{Name: "TagNames", Type: text, Ref: "System.Tags", Display: "Tags"},
		{Name: "StateCategory", Type: text, Display: "State Category"},
	},
)

// progressFields are computed from the categories of the states an item went through.
var progressFields = []Property{
	{Name: "InProgressDate", Type: moment, Display: "InProgress Date"},
	{Name: "CompletedDate", Type: moment, Display: "Completed Date"},
	{Name: "LeadTimeDays", Type: double, Display: "Lead Time Days"},
	{Name: "CycleTimeDays", Type: double, Display: "Cycle Time Days"},
}

// testFields are the fields of test cases and, by the order of the document, StateChangeDate.
var testFields = slices.Concat(
	perProcess(
		Property{Name: "AutomatedTestId", Type: text, Ref: "Microsoft.VSTS.TCM.AutomatedTestId", Display: "Automated Test Id"},
		Property{Name: "AutomatedTestName", Type: text, Ref: "Microsoft.VSTS.TCM.AutomatedTestName", Display: "Automated Test Name"},
		Property{Name: "AutomatedTestStorage", Type: text, Ref: "Microsoft.VSTS.TCM.AutomatedTestStorage", Display: "Automated Test Storage"},
		Property{Name: "AutomatedTestType", Type: text, Ref: "Microsoft.VSTS.TCM.AutomatedTestType", Display: "Automated Test Type"},
		Property{Name: "AutomationStatus", Type: text, Ref: "Microsoft.VSTS.TCM.AutomationStatus", Display: "Automation Status"},
	),
	[]Property{
		{Name: "StateChangeDate", Type: moment, Ref: "Microsoft.VSTS.Common.StateChangeDate", Display: "State Change Date"},
	},
)

// itemDimensions is where revisionKeys lead.
var itemDimensions = []Navigation{
	{Name: "Project", Target: "Project", FK: "ProjectSK", Display: "Project"},
	{Name: "Area", Target: "Area", FK: "AreaSK", Display: "Area"},
	{Name: "Iteration", Target: "Iteration", FK: "IterationSK", Display: "Iteration"},
	{Name: "AssignedTo", Target: "User", FK: "AssignedToUserSK", Ref: "System.AssignedTo", Display: "Assigned To"},
	{Name: "ChangedBy", Target: "User", FK: "ChangedByUserSK", Ref: "System.ChangedBy", Display: "Changed By"},
	{Name: "CreatedBy", Target: "User", FK: "CreatedByUserSK", Ref: "System.CreatedBy", Display: "Created By"},
	{Name: "ActivatedBy", Target: "User", FK: "ActivatedByUserSK", Ref: "Microsoft.VSTS.Common.ActivatedBy", Display: "Activated By"},
	{Name: "ClosedBy", Target: "User", FK: "ClosedByUserSK", Ref: "Microsoft.VSTS.Common.ClosedBy", Display: "Closed By"},
	{Name: "ResolvedBy", Target: "User", FK: "ResolvedByUserSK", Ref: "Microsoft.VSTS.Common.ResolvedBy", Display: "Resolved By"},
	{Name: "Tags", Target: "Tag", Collection: true},
	{Name: "ChangedOn", Target: "CalendarDate", FK: "ChangedDateSK"},
	{Name: "ClosedOn", Target: "CalendarDate", FK: "ClosedDateSK"},
	{Name: "CreatedOn", Target: "CalendarDate", FK: "CreatedDateSK"},
	{Name: "ResolvedOn", Target: "CalendarDate", FK: "ResolvedDateSK"},
	{Name: "StateChangeOn", Target: "CalendarDate", FK: "StateChangeDateSK"},
}

// progressDates is where progressKeys lead.
var progressDates = []Navigation{
	{Name: "InProgressOn", Target: "CalendarDate", FK: "InProgressDateSK"},
	{Name: "CompletedOn", Target: "CalendarDate", FK: "CompletedDateSK"},
}
