package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

func (a *API) showTaskboardColumns(ctx context.Context, r *request) (any, error) {
	b, err := a.config.Projects.Taskboard(ctx, r.caller, r.target.project, r.target.team)
	if err != nil {
		return nil, err
	}
	shown := azdo.TaskboardColumns{Columns: make([]azdo.TaskboardColumn, len(b.Columns)), IsCustomized: b.Customized, IsValid: true}
	for i, c := range b.Columns {
		shown.Columns[i] = azdo.TaskboardColumn{ID: c.ID.String(), Name: c.Name, Order: i, Mappings: []azdo.TaskboardColumnMapping{}}
		for _, kind := range slices.Sorted(maps.Keys(c.States)) {
			if t := b.Team.Project.Process.Type(kind); t != nil && b.Team.OnTaskboard(t) {
				shown.Columns[i].Mappings = append(shown.Columns[i].Mappings, azdo.TaskboardColumnMapping{WorkItemType: kind, State: c.States[kind]})
			}
		}
	}
	if kind, state := b.Unmapped(); kind != "" {
		shown.IsValid, shown.ValidationMessage = false, "No column stands for state '"+state+"' of '"+kind+"'."
	}
	return shown, nil
}

func (a *API) replaceTaskboardColumns(ctx context.Context, r *request) (any, error) {
	var body []azdo.TaskboardColumn
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	slices.SortStableFunc(body, func(a, b azdo.TaskboardColumn) int { return a.Order - b.Order })
	columns := make([]project.TaskboardColumn, len(body))
	for i, c := range body {
		id, err := optionalID(c.ID)
		if err != nil {
			return nil, err
		}
		columns[i] = project.TaskboardColumn{ID: id, Name: c.Name, States: map[string]string{}}
		for _, m := range c.Mappings {
			if columns[i].States[m.WorkItemType] != "" {
				return nil, fault.InvalidArgument("Column '%s' stands for two states of '%s'.", c.Name, m.WorkItemType)
			}
			columns[i].States[m.WorkItemType] = m.State
		}
	}
	if err := a.config.Projects.SetTaskboard(ctx, r.caller, r.target.project, r.target.team, columns); err != nil {
		return nil, err
	}
	return a.showTaskboardColumns(ctx, r)
}

func (a *API) listTaskboardItems(ctx context.Context, r *request) (any, error) {
	iteration, err := r.pathID("iterationId")
	if err != nil {
		return nil, err
	}
	items, err := a.config.Items.Taskboard(ctx, r.caller, r.target.project, r.target.team, iteration)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.TaskboardWorkItemColumn, len(items))
	for i, item := range items {
		shown[i] = azdo.TaskboardWorkItemColumn{WorkItemID: item.ID, State: item.State}
		if c := item.Column; c != nil {
			shown[i].Column, shown[i].ColumnID = c.Name, c.ID.String()
		}
	}
	return azdo.NewList(shown), nil
}

func (a *API) moveTaskboardItem(ctx context.Context, r *request) (any, error) {
	var body struct {
		NewColumn string `json:"newColumn"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	iteration, err := r.pathID("iterationId")
	if err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(r.params["workItemId"], 10, 64)
	if err != nil {
		return nil, fault.InvalidArgument("The id of the work item %q is no number.", r.params["workItemId"])
	}
	return reply{status: http.StatusNoContent}, a.config.Items.MoveOnTaskboard(ctx, r.caller, r.target.project, r.target.team, iteration, id, body.NewColumn)
}

// replaceTaskboardCards stores what the cards of the taskboard show.
func (a *API) replaceTaskboardCards(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	raw, err := a.givenCards(ctx, r, t, t.OnTaskboard)
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.SetTaskboardSetting(ctx, r.caller, r.target.project, r.target.team, project.CardFields, raw, false)
}

// updateTaskboardCardRules stores how the cards of the taskboard are colored.
func (a *API) updateTaskboardCardRules(ctx context.Context, r *request) (any, error) {
	raw, err := r.givenCardRules()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.SetTaskboardSetting(ctx, r.caller, r.target.project, r.target.team, project.CardRules, raw, true)
}
