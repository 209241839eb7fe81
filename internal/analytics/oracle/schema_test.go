package oracle

import (
	"slices"
	"strings"
)

// kind is the type of a property.
type kind string

const (
	textKind   kind = "text"
	intKind    kind = "int"
	doubleKind kind = "double"
	boolKind   kind = "bool"
	dateKind   kind = "date"
	guidKind   kind = "guid"
	enumKind   kind = "enum"
	flagsKind  kind = "flags"
	anyKind    kind = "any" // of what is computed
)

type property struct {
	name string
	kind kind
	ref  string // reference name of the field it shows, if any
}

type navigation struct {
	name, target string
	many         bool
	crosses      bool // may lead to another project
}

// entity is a row type as the published metadata describes it, in words of our own: the oracle must not borrow the
// model it checks.
type entity struct {
	set   string
	props []property
	navs  []navigation
	order string // a property that tells rows of a collection apart, to order nested rows by
}

func (e *entity) nav(name string) (navigation, bool) {
	for _, n := range e.navs {
		if n.name == name {
			return n, true
		}
	}
	return navigation{}, false
}

// unpromised are keys the service makes up, and the parents that old revisions had: rows are compared without them.
func (e *entity) unpromised(name string) bool {
	switch name {
	case "WorkItemRevisionSK", "WorkItemLinkSK", "TagSK", "LinkTypeId", "ProcessSK", "TestResultSK", "TestResultDailySK":
		return true
	}
	return (e.set == "WorkItemRevisions" || e.set == snapshotSet || e.set == boardSnapshotSet) && name == "ParentWorkItemId"
}

const itemFields = `
WorkItemId int System.Id
Revision int System.Rev
Watermark int System.Watermark
Title text System.Title
WorkItemType text System.WorkItemType
ChangedDate date System.ChangedDate
CreatedDate date System.CreatedDate
State text System.State
Reason text System.Reason
FoundIn text Microsoft.VSTS.Build.FoundIn
IntegrationBuild text Microsoft.VSTS.Build.IntegrationBuild
ActivatedDate date Microsoft.VSTS.Common.ActivatedDate
Activity text Microsoft.VSTS.Common.Activity
BacklogPriority double Microsoft.VSTS.Common.BacklogPriority
BusinessValue int Microsoft.VSTS.Common.BusinessValue
ClosedDate date Microsoft.VSTS.Common.ClosedDate
Discipline text Microsoft.VSTS.Common.Discipline
Issue text Microsoft.VSTS.Common.Issue
Priority int Microsoft.VSTS.Common.Priority
Rating text Microsoft.VSTS.Common.Rating
ResolvedDate date Microsoft.VSTS.Common.ResolvedDate
ResolvedReason text Microsoft.VSTS.Common.ResolvedReason
Risk text Microsoft.VSTS.Common.Risk
Severity text Microsoft.VSTS.Common.Severity
StackRank double Microsoft.VSTS.Common.StackRank
TimeCriticality double Microsoft.VSTS.Common.TimeCriticality
Triage text Microsoft.VSTS.Common.Triage
ValueArea text Microsoft.VSTS.Common.ValueArea
CompletedWork double Microsoft.VSTS.Scheduling.CompletedWork
DueDate date Microsoft.VSTS.Scheduling.DueDate
Effort double Microsoft.VSTS.Scheduling.Effort
FinishDate date Microsoft.VSTS.Scheduling.FinishDate
OriginalEstimate double Microsoft.VSTS.Scheduling.OriginalEstimate
RemainingWork double Microsoft.VSTS.Scheduling.RemainingWork
Size double Microsoft.VSTS.Scheduling.Size
StartDate date Microsoft.VSTS.Scheduling.StartDate
StoryPoints double Microsoft.VSTS.Scheduling.StoryPoints
TargetDate date Microsoft.VSTS.Scheduling.TargetDate
Blocked text Microsoft.VSTS.CMMI.Blocked
Committed text Microsoft.VSTS.CMMI.Committed
Escalate text Microsoft.VSTS.CMMI.Escalate
FoundInEnvironment text Microsoft.VSTS.CMMI.FoundInEnvironment
HowFound text Microsoft.VSTS.CMMI.HowFound
Probability int Microsoft.VSTS.CMMI.Probability
RequirementType text Microsoft.VSTS.CMMI.RequirementType
RequiresReview text Microsoft.VSTS.CMMI.RequiresReview
RequiresTest text Microsoft.VSTS.CMMI.RequiresTest
RootCause text Microsoft.VSTS.CMMI.RootCause
TargetResolveDate date Microsoft.VSTS.CMMI.TargetResolveDate
TaskType text Microsoft.VSTS.CMMI.TaskType
UserAcceptanceTest text Microsoft.VSTS.CMMI.UserAcceptanceTest
AutomatedTestId text Microsoft.VSTS.TCM.AutomatedTestId
AutomatedTestName text Microsoft.VSTS.TCM.AutomatedTestName
AutomatedTestStorage text Microsoft.VSTS.TCM.AutomatedTestStorage
AutomatedTestType text Microsoft.VSTS.TCM.AutomatedTestType
AutomationStatus text Microsoft.VSTS.TCM.AutomationStatus
StateChangeDate date Microsoft.VSTS.Common.StateChangeDate
CommentCount int System.CommentCount
`

// itemComputed are the properties of work item rows that no field holds as it is.
const itemComputed = `
ParentWorkItemId int
InProgressDate date
CompletedDate date
LeadTimeDays double
CycleTimeDays double
InProgressDateSK int
CompletedDateSK int
AnalyticsUpdatedDate date
ProjectSK guid
WorkItemRevisionSK int
AreaSK guid
IterationSK guid
AssignedToUserSK guid
ChangedByUserSK guid
CreatedByUserSK guid
ActivatedByUserSK guid
ClosedByUserSK guid
ResolvedByUserSK guid
ActivatedDateSK int
ChangedDateSK int
ClosedDateSK int
CreatedDateSK int
ResolvedDateSK int
StateChangeDateSK int
TagNames text
StateCategory text
Count int
`

// people are the identity fields that lead to Users; the key is the navigation's name followed by UserSK.
var people = map[string]string{
	"AssignedTo": "System.AssignedTo", "ChangedBy": "System.ChangedBy", "CreatedBy": "System.CreatedBy",
	"ActivatedBy": "Microsoft.VSTS.Common.ActivatedBy", "ClosedBy": "Microsoft.VSTS.Common.ClosedBy",
	"ResolvedBy": "Microsoft.VSTS.Common.ResolvedBy",
}

// days are the navigations to the calendar by the property whose day they lead to.
var days = map[string]string{
	"ChangedOn": "ChangedDate", "ClosedOn": "ClosedDate", "CreatedOn": "CreatedDate", "ResolvedOn": "ResolvedDate",
	"StateChangeOn": "StateChangeDate", "InProgressOn": "InProgressDate", "CompletedOn": "CompletedDate",
}

const itemNavs = `
Project Projects
Area Areas
Iteration Iterations
AssignedTo Users
ChangedBy Users
CreatedBy Users
ActivatedBy Users
ClosedBy Users
ResolvedBy Users
ChangedOn Dates
ClosedOn Dates
CreatedOn Dates
ResolvedOn Dates
StateChangeOn Dates
InProgressOn Dates
CompletedOn Dates
Tags Tags many
Teams Teams many
Processes Processes many
`

// newSchema describes all entity sets; custom are the custom fields of the organization.
func newSchema(custom []property) map[string]*entity {
	fields := append(properties(itemFields+itemComputed), custom...)
	var customNavs []navigation
	for _, p := range custom {
		if p.kind == guidKind { // an identity: its key
			customNavs = append(customNavs, navigation{name: strings.TrimSuffix(p.name, "SK"), target: "Users"})
		}
	}
	all := []*entity{
		{set: "WorkItems", order: "WorkItemId", props: fields,
			navs: append(navigations(itemNavs+`
				Parent WorkItems crosses
				Children WorkItems many crosses
				Descendants WorkItems many crosses
				BoardLocations BoardLocations many
				Links WorkItemLinks many
				Revisions WorkItemRevisions many`), customNavs...)},
		{set: "WorkItemRevisions", order: "Revision", props: append(properties(`
				RevisedDate date
				RevisedDateSK int
				DateSK int
				IsCurrent bool
				IsLastRevisionOfDay bool
				IsLastRevisionOfPeriod flags`), fields...),
			navs: append(navigations(itemNavs+`
				RevisedOn Dates
				Date Dates
				BoardLocations BoardLocations many
				WorkItem WorkItems`), customNavs...)},
		{set: snapshotSet, order: "WorkItemId", props: append(properties(`
				DateSK int
				DateValue date
				IsLastDayOfPeriod flags
				RevisedDate date
				RevisedDateSK int`), slices.DeleteFunc(slices.Clone(fields), func(p property) bool { return p.name == "AnalyticsUpdatedDate" })...),
			navs: append(navigations(itemNavs+`
				RevisedOn Dates
				Date Dates`), customNavs...)},
		{set: "Processes", order: "WorkItemType", props: properties(`
				ProcessSK int
				ProjectSK guid
				BacklogCategoryReferenceName text
				BacklogName text
				BacklogType text
				BacklogLevel int
				WorkItemType text
				HasBacklog bool
				IsHiddenType bool
				IsBugType bool
				TeamSK guid
				AnalyticsUpdatedDate date`),
			navs: navigations(`
				Project Projects
				Team Teams`)},
		{set: "WorkItemTypeFields", order: "FieldName", props: properties(`
				ProjectSK guid
				FieldName text
				FieldReferenceName text
				FieldType text
				WorkItemType text`),
			navs: navigations(`Project Projects`)},
		{set: "Projects", order: "ProjectName", props: properties(`
				ProjectSK guid
				ProjectId guid
				ProjectName text
				AnalyticsUpdatedDate date
				ProjectVisibility enum`),
			navs: navigations(`
				Areas Areas many
				Iterations Iterations many
				Teams Teams many`)},
		{set: "Areas", order: "AreaPath", props: append(properties(`
				ProjectSK guid
				AreaSK guid
				AreaId guid
				AreaName text
				Number int
				AreaPath text
				Depth int
				AnalyticsUpdatedDate date`), levels("AreaLevel")...),
			navs: navigations(`
				Project Projects
				Teams Teams many`)},
		{set: "Iterations", order: "IterationPath", props: append(properties(`
				ProjectSK guid
				IterationSK guid
				IterationId guid
				IterationName text
				Number int
				IterationPath text
				StartDate date
				EndDate date
				Depth int
				IsEnded bool
				AnalyticsUpdatedDate date`), levels("IterationLevel")...),
			navs: navigations(`
				Project Projects
				Teams Teams many`)},
		{set: "Teams", order: "TeamName", props: properties(`
				TeamSK guid
				ProjectSK guid
				TeamId guid
				TeamName text
				AnalyticsUpdatedDate date`),
			navs: navigations(`
				Project Projects
				Areas Areas many
				Iterations Iterations many`)},
		{set: "Users", order: "UserEmail", props: properties(`
				UserSK guid
				UserId guid
				UserName text
				UserEmail text
				AnalyticsUpdatedDate date
				GitHubUserId text
				UserType enum`)},
		{set: "Tags", order: "TagName", props: properties(`
				TagSK int
				ProjectSK guid
				TagId guid
				TagName text`),
			navs: navigations(`Project Projects`)},
		{set: "WorkItemLinks", order: "TargetWorkItemId", props: properties(`
				WorkItemLinkSK int
				SourceWorkItemId int
				TargetWorkItemId int
				CreatedDate date
				DeletedDate date
				Comment text
				LinkTypeId int
				LinkTypeReferenceName text
				LinkTypeName text
				LinkTypeIsAcyclic bool
				LinkTypeIsDirectional bool
				AnalyticsUpdatedDate date
				ProjectSK guid`),
			navs: navigations(`
				SourceWorkItem WorkItems crosses
				TargetWorkItem WorkItems crosses
				Project Projects`)},
		{set: "Dates", order: "DateSK", props: properties(`
				Date date
				DateSK int
				DayName text
				DayShortName text
				DayOfWeek int
				DayOfMonth int
				DayOfYear int
				WeekStartingDate date
				WeekEndingDate date
				Month text
				MonthName text
				MonthShortName text
				MonthOfYear int
				YearMonth int
				Year int
				IsLastDayOfPeriod flags`)},
	}
	schema := map[string]*entity{}
	for _, e := range slices.Concat(all, boardSchema(fields, customNavs), deliverySchema()) {
		schema[e.set] = e
	}
	return schema
}

func properties(table string) []property {
	var list []property
	for line := range strings.Lines(table) {
		if w := strings.Fields(line); len(w) > 0 {
			p := property{name: w[0], kind: kind(w[1])}
			if len(w) > 2 {
				p.ref = w[2]
			}
			list = append(list, p)
		}
	}
	return list
}

func navigations(table string) []navigation {
	var list []navigation
	for line := range strings.Lines(table) {
		if w := strings.Fields(line); len(w) > 0 {
			flags := " " + strings.Join(w[2:], " ") + " "
			list = append(list, navigation{w[0], w[1], strings.Contains(flags, " many "), strings.Contains(flags, " crosses ")})
		}
	}
	return list
}

func levels(prefix string) []property {
	var list []property
	for _, n := range strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14") {
		list = append(list, property{name: prefix + n, kind: textKind})
	}
	return list
}
