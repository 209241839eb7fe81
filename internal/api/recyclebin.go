package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

func (a *API) deleteWorkItem(ctx context.Context, r *request) (any, error) {
	id, err := r.itemID()
	if err != nil {
		return nil, err
	}
	destroy, err := r.query.flag("destroy")
	if err != nil {
		return nil, err
	}
	if destroy {
		return reply{status: http.StatusNoContent}, a.config.Items.Destroy(ctx, r.caller, r.target.project, id, false)
	}
	gone, err := a.config.Items.Delete(ctx, r.caller, r.target.project, id)
	if err != nil {
		return nil, err
	}
	return r.renderer().deleted(gone, true), nil
}

// deleteWorkItems deletes several items, each for itself: what becomes of one does not depend on the others.
func (a *API) deleteWorkItems(ctx context.Context, r *request) (any, error) {
	var body azdo.WorkItemDeleteBatchRequest
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.IDs) == 0 {
		return nil, fault.InvalidArgument("The list of work item ids is empty. Write them like {\"ids\": [1, 2, 3]}.")
	}
	if len(body.IDs) > work.MaxIDs {
		return nil, fault.TooManyWorkItems(len(body.IDs), work.MaxIDs)
	}
	render := r.renderer()
	answer := azdo.WorkItemDeleteBatch{Results: make([]*azdo.WorkItemDelete, len(body.IDs))}
	for i, id := range body.IDs {
		var gone *work.Deleted
		var err error
		switch {
		case body.Destroy:
			err = a.config.Items.Destroy(ctx, r.caller, r.target.project, id, false)
		case body.SkipNotifications:
			gone, err = a.config.Items.DeleteQuietly(ctx, r.caller, r.target.project, id)
		default:
			gone, err = a.config.Items.Delete(ctx, r.caller, r.target.project, id)
		}
		f, refused := errors.AsType[*fault.Fault](err)
		switch {
		case refused:
			answer.Results[i] = &azdo.WorkItemDelete{ID: id, Code: f.Status, Message: f.Message}
		case err != nil:
			return nil, err
		case body.Destroy:
			answer.Results[i] = &azdo.WorkItemDelete{ID: id, Code: http.StatusNoContent}
		default:
			answer.Results[i] = render.deleted(gone, false)
		}
	}
	return answer, nil
}

func (a *API) listRecycleBin(ctx context.Context, r *request) (any, error) {
	var ids []int64
	for _, text := range r.query.list("ids") {
		id, err := parseID(text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	all, err := a.config.Items.RecycleBin(ctx, r.caller, r.target.project, ids)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	if ids == nil {
		list := make([]azdo.WorkItemReference, len(all))
		for i, gone := range all {
			list[i] = azdo.WorkItemReference{ID: gone.ID, URL: render.binURL(gone.ID)}
		}
		return azdo.NewList(list), nil
	}
	list := make([]*azdo.WorkItemDelete, len(all))
	for i, gone := range all {
		list[i] = render.deleted(gone, false)
	}
	return azdo.NewList(list), nil
}

func (a *API) showDeleted(ctx context.Context, r *request) (any, error) {
	id, err := parseID(r.params["id"])
	if err != nil {
		return nil, err
	}
	all, err := a.config.Items.RecycleBin(ctx, r.caller, r.target.project, []int64{id})
	if err != nil {
		return nil, err
	}
	return r.renderer().deleted(all[0], true), nil
}

func (a *API) restoreWorkItem(ctx context.Context, r *request) (any, error) {
	id, err := parseID(r.params["id"])
	if err != nil {
		return nil, err
	}
	var body struct {
		IsDeleted *bool `json:"isDeleted"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.IsDeleted == nil || *body.IsDeleted {
		return nil, fault.InvalidArgument("A work item is restored by the body {\"isDeleted\": false}.")
	}
	item, err := a.config.Items.Restore(ctx, r.caller, r.target.project, id)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := render.deletion(item, render.url(item.Project, item.ID))
	shown.Resource = render.single(item)
	return shown, nil
}

func (a *API) destroyDeleted(ctx context.Context, r *request) (any, error) {
	id, err := parseID(r.params["id"])
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Items.Destroy(ctx, r.caller, r.target.project, id, true)
}

// deleted shows an item of the recycle bin, whole when it is asked for alone.
func (d *renderer) deleted(gone *work.Deleted, whole bool) *azdo.WorkItemDelete {
	shown := d.deletion(gone.Item, d.binURL(gone.ID))
	shown.DeletedDate, shown.DeletedBy = azdo.Time{Time: gone.At}.String(), d.author(gone.By)
	if whole {
		shown.Resource = d.item(gone.Item)
		shown.Resource.URL = shown.URL
	}
	return shown
}

func (d *renderer) deletion(item *work.Item, url string) *azdo.WorkItemDelete {
	title, _ := item.Value(project.FieldTitle).(string)
	return &azdo.WorkItemDelete{ID: item.ID, Code: http.StatusOK, Type: item.Type, Name: title, Project: item.Project.Name, URL: url}
}

func (d *renderer) author(u *access.User) string {
	if u == nil {
		return ""
	}
	return u.DisplayName + " <" + u.UniqueName + ">"
}

func (d *renderer) binURL(id int64) string {
	return d.base + "/_apis/wit/recyclebin/" + strconv.FormatInt(id, 10)
}
