package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// usualTimeline is how many days a timeline shows when nobody says.
const usualTimeline = 65

// timelineFields are what a timeline tells of each work item.
func timelineFields() []string {
	return []string{"System.Id", "System.WorkItemType", "System.Title", "System.State", "System.AssignedTo", "System.AreaPath", "System.IterationPath",
		"System.Tags", "Microsoft.VSTS.Scheduling.StartDate", "Microsoft.VSTS.Scheduling.TargetDate"}
}

// showDeliveryTimeline shows what the teams of a plan have in their iterations. observed: words of the SDKs' enumerations.
func (a *API) showDeliveryTimeline(ctx context.Context, r *request) (any, error) {
	p, err := a.config.Projects.Plan(ctx, r.caller, r.target.project, r.params["id"])
	if err != nil {
		return nil, err
	}
	if text := r.query.text("revision"); text != "" {
		asked, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fault.InvalidArgument("The value %q of revision is no number.", text)
		}
		if asked != p.Revision {
			return nil, fault.PlanRevisionMismatch(p.Revision, asked)
		}
	}
	from, to, err := r.timelineDates()
	if err != nil {
		return nil, err
	}
	if p.HasCriteria() {
		return nil, fault.NotImplemented("The timeline of a plan with field criteria")
	}
	backlogs, err := p.Backlogs()
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	fields := make([]*project.Field, len(timelineFields()))
	for i, name := range timelineFields() {
		fields[i] = catalog.FindField(name)
	}
	all, err := a.config.Items.Timeline(ctx, r.caller, backlogs, from, to, timelineFields())
	if err != nil {
		return nil, err
	}
	shown := azdo.DeliveryViewData{ID: p.GUID.String(), Revision: p.Revision, StartDate: azdo.Time{Time: from}, EndDate: azdo.Time{Time: to},
		Teams: make([]azdo.TimelineTeamData, len(all.Teams)), ChildIDToParentIDMap: map[string]int64{}, ParentItemMaps: []azdo.ParentChildWIMap{},
		CriteriaStatus: azdo.TimelineCriteriaStatus{Type: "ok"}, MaxExpandedTeams: project.MaxPlanBacklogs}
	d := r.renderer()
	d.names = true // cells are no objects
	for i, t := range all.Teams {
		shown.Teams[i] = d.timelineTeam(t, fields)
	}
	for _, parent := range all.Parents {
		shown.ParentItemMaps = append(shown.ParentItemMaps, azdo.ParentChildWIMap{ID: parent.ID, Title: parent.Title, WorkItemTypeName: parent.Type, ChildWorkItemIDs: parent.Children})
		for _, child := range parent.Children {
			shown.ChildIDToParentIDMap[strconv.FormatInt(child, 10)] = parent.ID
		}
	}
	return shown, nil
}

// timelineDates reads the days that are asked for.
func (r *request) timelineDates() (from, to time.Time, err error) {
	day := func(name string, missing time.Time) (time.Time, error) {
		text := r.query.text(name)
		if text == "" {
			return missing, nil
		}
		at, ok := work.ParseTime(text)
		if !ok {
			return at, fault.InvalidArgument("The value %q of %s is not a date. Write it like 2026-11-22T10:00:00Z.", text, name)
		}
		return at.UTC().Truncate(24 * time.Hour), nil
	}
	if from, err = day("startDate", r.today()); err != nil {
		return from, to, err
	}
	if to, err = day("endDate", from.AddDate(0, 0, usualTimeline)); err != nil {
		return from, to, err
	}
	if to.Before(from) {
		err = fault.InvalidArgument("The value of endDate lies before that of startDate.")
	}
	return from, to, err
}

func (d *renderer) timelineTeam(t work.TimelineTeam, fields []*project.Field) azdo.TimelineTeamData {
	shown := azdo.TimelineTeamData{ID: t.Asked.Team.String(), IsExpanded: t.Problem == work.NoProblem, Status: timelineStatus(t.Problem),
		Iterations: make([]azdo.TimelineTeamIteration, len(t.Iterations)), PartiallyPagedWorkItems: d.cells(t.Outside, fields), WorkItems: [][]any{}}
	if t.Team == nil {
		return shown
	}
	shown.Name, shown.ProjectID = t.Team.Name, t.Team.Project.GUID.String()
	shown.TeamFieldName, shown.TeamFieldValues = "System.AreaPath", []azdo.TeamFieldValue{}
	for _, area := range t.Team.Areas {
		shown.TeamFieldValues = append(shown.TeamFieldValues, azdo.TeamFieldValue{Value: area.Node.Path, IncludeChildren: area.IncludeChildren})
		if area.Default {
			shown.TeamFieldDefaultValue = area.Node.Path
		}
	}
	if t.Backlog == nil {
		return shown
	}
	process := t.Team.Project.Process
	shown.FieldReferenceNames, shown.PartiallyPagedFieldReferenceNames = timelineFields(), timelineFields()
	shown.OrderByField = process.BacklogFields["Order"].ReferenceName
	shown.Backlog = &azdo.TimelineBacklog{CategoryReferenceName: t.Backlog.ID, PluralName: t.Backlog.Name, WorkItemStates: []string{}, WorkItemTypes: []string{}}
	for _, kind := range process.Types {
		if t.Team.BacklogOf(kind) != t.Backlog {
			continue
		}
		shown.Backlog.WorkItemTypes = append(shown.Backlog.WorkItemTypes, kind.Name)
		shown.WorkItemTypeColors = append(shown.WorkItemTypeColors, azdo.WorkItemTypeColor{PrimaryColor: kind.Color, SecondaryColor: kind.Color, WorkItemTypeName: kind.Name})
		for _, s := range kind.States {
			if s.Category != project.Removed && !slices.Contains(shown.Backlog.WorkItemStates, s.Name) {
				shown.Backlog.WorkItemStates = append(shown.Backlog.WorkItemStates, s.Name)
			}
		}
	}
	for i, n := range t.Iterations {
		shown.Iterations[i] = azdo.TimelineTeamIteration{CSSNodeID: n.GUID.String(), Name: n.Name, Path: n.Path, StartDate: azdo.Time{Time: *n.Start},
			FinishDate: azdo.Time{Time: *n.Finish}, Status: azdo.TimelineTeamStatus{Type: "ok"}, PartiallyPagedWorkItems: d.cells(n.Items, fields), WorkItems: [][]any{}}
		if n.Overlapping {
			shown.Iterations[i].Status = azdo.TimelineTeamStatus{Type: "isOverlapping", Message: "The iteration overlaps with another one of the team."}
		}
	}
	return shown
}

func timelineStatus(p work.TimelineProblem) azdo.TimelineTeamStatus {
	switch p {
	case work.TeamUnknown:
		return azdo.TimelineTeamStatus{Type: "doesntExistOrAccessDenied", Message: "The team does not exist, or you do not have permission to access it."}
	case work.BacklogUnknown:
		return azdo.TimelineTeamStatus{Type: "backlogInError", Message: "The team does not have this backlog."}
	case work.TeamWithoutAreas:
		return azdo.TimelineTeamStatus{Type: "missingTeamFieldValue", Message: "The team has no areas."}
	case work.TeamWithoutDates:
		return azdo.TimelineTeamStatus{Type: "noIterationsExist", Message: "No iteration of the team has dates."}
	}
	return azdo.TimelineTeamStatus{Type: "ok"}
}

// cells are the values of items, field by field.
func (d *renderer) cells(items []*work.Item, fields []*project.Field) [][]any {
	rows := make([][]any, len(items))
	for i, item := range items {
		rows[i] = make([]any, len(fields))
		for j, f := range fields {
			rows[i][j] = d.value(item.Value(f.ID))
		}
	}
	return rows
}
