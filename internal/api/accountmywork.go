package api

import (
	"context"
	"slices"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// maxMyWork is how many work items of somebody are looked at.
const maxMyWork = 1000

// myFields are what lists of somebody's work show.
func myFields() []string {
	return []string{"System.AssignedTo", "System.ChangedDate", "System.State", "System.Title"}
}

// listMyWork lists what is assigned to the caller in all projects: what they do, what they have done, or what they follow.
func (a *API) listMyWork(ctx context.Context, r *request) (any, error) {
	option, err := enum{{"doing", "1"}, {"done", "2"}, {"followed", "3"}}.parse("$queryOption", r.query.text("$queryOption"))
	if err != nil {
		return nil, err
	}
	condition := "[System.AssignedTo] = @Me"
	if option == "followed" {
		condition = "[System.Id] IN (@Follows)"
	}
	found, err := a.config.Items.Query(ctx, r.caller, work.Query{Top: maxMyWork + 1,
		Text: "SELECT [System.Id] FROM WorkItems WHERE " + condition + " ORDER BY [System.ChangedDate] DESC"})
	if err != nil {
		return nil, err
	}
	items, err := a.myItems(ctx, r, found.IDs[:min(maxMyWork, len(found.IDs))])
	if err != nil {
		return nil, err
	}
	shown := azdo.AccountMyWorkResult{QuerySizeLimitExceeded: len(found.IDs) > maxMyWork, WorkItemDetails: []azdo.AccountWorkWorkItemModel{}}
	for _, item := range items {
		if item != nil && (option == "followed" || completed(item) == (option == "done")) {
			shown.WorkItemDetails = append(shown.WorkItemDetails, azdo.AccountWorkWorkItemModel{AssignedTo: assignee(item), ChangedDate: changed(item), ID: item.ID,
				State: text(item, project.FieldState), TeamProject: item.Project.Name, Title: text(item, project.FieldTitle), WorkItemType: item.Type})
		}
	}
	return shown, nil
}

// listMyActivity lists what the caller changed of late. Who visits what is not recorded.
func (a *API) listMyActivity(ctx context.Context, r *request) (any, error) {
	recent, err := a.config.Items.RecentActivity(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	items, err := a.myItems(ctx, r, recentIDs(recent))
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := []azdo.AccountRecentActivityWorkItemModel{}
	for i, item := range items {
		if item == nil {
			continue
		}
		model := azdo.AccountRecentActivityWorkItemModel{ActivityDate: azdo.Time{Time: recent[i].At}, ActivityType: "edited", ChangedDate: changed(item), ID: item.ID,
			IdentityID: r.caller.User.GUID.String(), State: text(item, project.FieldState), TeamProject: item.Project.Name,
			Title: text(item, project.FieldTitle), WorkItemType: item.Type}
		if u := item.Value(project.FieldAssignedTo); u != nil {
			model.AssignedTo = render.value(u)
		}
		shown = append(shown, model)
	}
	return azdo.NewList(shown), nil
}

// listMyMentions lists where the caller was mentioned of late.
func (a *API) listMyMentions(ctx context.Context, r *request) (any, error) {
	recent, err := a.config.Items.RecentMentions(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	items, err := a.myItems(ctx, r, recentIDs(recent))
	if err != nil {
		return nil, err
	}
	shown := []azdo.AccountRecentMentionWorkItemModel{}
	for i, item := range items {
		if item == nil {
			continue
		}
		shown = append(shown, azdo.AccountRecentMentionWorkItemModel{AssignedTo: assignee(item), ID: item.ID, MentionedDateField: azdo.Time{Time: recent[i].At},
			State: text(item, project.FieldState), TeamProject: item.Project.Name, Title: text(item, project.FieldTitle), WorkItemType: item.Type})
	}
	return azdo.NewList(shown), nil
}

func recentIDs(recent []work.Recent) []int64 {
	ids := make([]int64, len(recent))
	for i, at := range recent {
		ids[i] = at.ID
	}
	return ids
}

// myItems reads work items in the order of their ids; those that were deleted a moment ago are nil.
func (a *API) myItems(ctx context.Context, r *request, ids []int64) (all []*work.Item, err error) {
	for part := range slices.Chunk(ids, work.MaxIDs) {
		items, err := a.config.Items.List(ctx, r.caller, "", part, true, work.ReadOptions{Fields: myFields()})
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	return all, nil
}

// completed reports whether a work item needs nothing more.
func completed(item *work.Item) bool {
	kind := item.Project.Process.Type(item.Type)
	if kind == nil {
		return false
	}
	state := kind.State(text(item, project.FieldState))
	return state != nil && (state.Category == project.Completed || state.Category == project.Removed)
}

func text(item *work.Item, field project.FieldID) string {
	s, _ := item.Value(field).(string)
	return s
}

func changed(item *work.Item) azdo.Time {
	at, _ := item.Value(project.FieldChangedDate).(time.Time)
	return azdo.Time{Time: at}
}

// assignee is whose a work item is, as text.
func assignee(item *work.Item) string {
	if u, ok := item.Value(project.FieldAssignedTo).(*access.User); ok {
		return u.DisplayName + " <" + u.UniqueName + ">"
	}
	return ""
}
