package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// A list of values has two shapes: that of processes, and that of processDefinitions, an older name of the same. A
// handler is made for each.
type listShape func(*request, *project.Picklist) any

func plainList(r *request, l *project.Picklist) any { return r.wirePicklist(l) }

func listWithIDs(r *request, l *project.Picklist) any { return r.listWithIDs(l) }

// listWithIDs shows a list in the older shape, in which values have ids.
func (r *request) listWithIDs(l *project.Picklist) *azdo.PickListModel {
	now := r.wirePicklist(l)
	shown := &azdo.PickListModel{ID: now.ID, Name: now.Name, Type: now.Type, IsSuggested: now.IsSuggested, URL: now.URL}
	for _, item := range l.Items {
		shown.Items = append(shown.Items, azdo.PickListItemModel{ID: uuid.NewSHA1(r.org.GUID, []byte(l.ID+" "+item)).String(), Value: item})
	}
	return shown
}

func (r *request) wirePicklist(l *project.Picklist) azdo.PickList {
	name := l.Type.String()
	return azdo.PickList{ID: l.ID, Name: l.Name, Type: strings.ToUpper(name[:1]) + name[1:], IsSuggested: l.Suggested,
		URL: r.base + "/_apis/work/processes/lists/" + l.ID, Items: l.Items}
}

// listItems are the values in a body, in either shape.
type listItems []string

func (d *listItems) UnmarshalJSON(data []byte) error {
	var items []struct{ Value string }
	if err := json.Unmarshal(data, &items); err != nil {
		return json.Unmarshal(data, (*[]string)(d))
	}
	for _, item := range items {
		*d = append(*d, item.Value)
	}
	return nil
}

func (r *request) picklist() (l project.Picklist, err error) {
	var body struct {
		Name, Type  string
		IsSuggested bool
		Items       listItems
	}
	if err := r.decode(&body); err != nil {
		return l, err
	}
	l = project.Picklist{Name: body.Name, Type: project.String, Suggested: body.IsSuggested, Items: body.Items}
	if body.Type != "" {
		l.Type, _ = project.ParseFieldType(body.Type)
	}
	return l, nil
}

// listPicklists lists the lists without their values, which is the same in both shapes.
func (a *API) listPicklists(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.PickList, len(catalog.Picklists))
	for i, l := range catalog.Picklists {
		list[i] = r.wirePicklist(l)
		list[i].Items = nil
	}
	return azdo.NewList(list), nil
}

func (a *API) showPicklist(shape listShape) handler {
	return func(ctx context.Context, r *request) (any, error) {
		catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
		if err != nil {
			return nil, err
		}
		l := catalog.Picklist(r.params["listId"])
		if l == nil {
			return nil, fault.PicklistNotFound(r.params["listId"])
		}
		return shape(r, l), nil
	}
}

func (a *API) createPicklist(shape listShape) handler {
	return func(ctx context.Context, r *request) (any, error) {
		l, err := r.picklist()
		if err != nil {
			return nil, err
		}
		made, err := a.config.Projects.CreatePicklist(ctx, r.caller, l)
		if err != nil {
			return nil, err
		}
		return reply{status: http.StatusCreated, value: shape(r, made)}, nil
	}
}

func (a *API) updatePicklist(shape listShape) handler {
	return func(ctx context.Context, r *request) (any, error) {
		l, err := r.picklist()
		if err != nil {
			return nil, err
		}
		changed, err := a.config.Projects.UpdatePicklist(ctx, r.caller, r.params["listId"], l)
		if err != nil {
			return nil, err
		}
		return shape(r, changed), nil
	}
}

func (a *API) deletePicklist(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeletePicklist(ctx, r.caller, r.params["listId"]))
}
