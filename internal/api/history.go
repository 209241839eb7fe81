package api

import (
	"context"
	"strconv"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// historySize is how many revisions or updates an answer has when the client does not say.
const historySize = 200

// cutHistory is the part of a history that $top and $skip ask for.
func cutHistory[T any](r *request, all []T) ([]T, error) {
	top, err := r.query.count("$top", historySize)
	if err != nil {
		return nil, err
	}
	skip, err := r.query.count("$skip", 0)
	if err != nil {
		return nil, err
	}
	all = all[min(skip, len(all)):]
	return all[:min(top, len(all))], nil
}

// history reads what the paths of revisions and updates have in common; number is 0 for the list.
func (r *request) history(parameter string) (id, number int64, o reading, err error) {
	if id, err = parseID(r.params["id"]); err != nil {
		return 0, 0, o, err
	}
	if text := r.params[parameter]; text != "" {
		if number, err = strconv.ParseInt(text, 10, 64); err != nil || number < 1 {
			return 0, 0, o, fault.InvalidArgument("The number %q is not valid: it must be a whole number from 1 on.", text)
		}
	}
	o, err = r.reading()
	return id, number, o, err
}

func (a *API) listRevisions(ctx context.Context, r *request) (any, error) {
	id, _, o, err := r.history("")
	if err != nil {
		return nil, err
	}
	all, err := a.config.Items.Revisions(ctx, r.caller, r.target.project, id, o.ReadOptions)
	if err != nil {
		return nil, err
	}
	if all, err = cutHistory(r, all); err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := make([]*azdo.WorkItem, len(all))
	for i, item := range all {
		shown[i] = render.revision(item, o.links)
	}
	return workItemList(shown), nil
}

func (a *API) showRevision(ctx context.Context, r *request) (any, error) {
	id, rev, o, err := r.history("revisionNumber")
	if err != nil {
		return nil, err
	}
	item, err := a.config.Items.Revision(ctx, r.caller, r.target.project, id, rev, o.ReadOptions)
	if err != nil {
		return nil, err
	}
	return r.renderer().revision(item, true), nil
}

// revision shows a revision of an item under its own address.
func (d *renderer) revision(item *work.Item, links bool) *azdo.WorkItem {
	shown := d.item(item)
	self := shown.URL
	shown.URL += "/revisions/" + strconv.FormatInt(item.Rev, 10)
	if links {
		shown.Links = azdo.Links{{Name: "self", Href: shown.URL}, {Name: "workItemRevisions", Href: self + "/revisions"}, {Name: "parent", Href: self}}
	}
	return shown
}

func (a *API) listUpdates(ctx context.Context, r *request) (any, error) {
	id, _, _, err := r.history("")
	if err != nil {
		return nil, err
	}
	all, err := a.config.Items.Updates(ctx, r.caller, r.target.project, id)
	if err != nil {
		return nil, err
	}
	if all, err = cutHistory(r, all); err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := make([]*azdo.WorkItemUpdate, len(all))
	for i, u := range all {
		shown[i] = render.update(id, u)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showUpdate(ctx context.Context, r *request) (any, error) {
	id, number, _, err := r.history("updateNumber")
	if err != nil {
		return nil, err
	}
	all, err := a.config.Items.Updates(ctx, r.caller, r.target.project, id)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.ID == number {
			return r.renderer().linkedUpdate(id, u), nil
		}
	}
	return nil, fault.UpdateNotFound(id, number)
}

// linkedUpdate shows an update that was asked for alone.
func (d *renderer) linkedUpdate(item int64, u *work.Update) *azdo.WorkItemUpdate {
	shown, self := d.update(item, u), d.url(u.Project, item)
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}, {Name: "workItemUpdates", Href: self + "/updates"}, {Name: "parent", Href: self},
		{Name: "html", Href: d.scope(u.Project) + "/_workitems/edit/" + strconv.FormatInt(item, 10)}}
	return shown
}

func (d *renderer) update(item int64, u *work.Update) *azdo.WorkItemUpdate {
	shown := &azdo.WorkItemUpdate{ID: u.ID, WorkItemID: item, Rev: u.Rev, RevisedDate: azdo.Time{Time: u.RevisedAt.Truncate(time.Microsecond)},
		URL: d.url(u.Project, item) + "/updates/" + strconv.FormatInt(u.ID, 10)}
	if u.By != nil {
		shown.RevisedBy = d.reviser(u.By)
	}
	for _, f := range u.Fields {
		shown.Fields = append(shown.Fields, azdo.Field{Name: f.Field.ReferenceName, Value: azdo.FieldUpdate{Old: d.value(f.Old), New: d.value(f.New)}})
	}
	if len(u.Added)+len(u.Removed) > 0 {
		shown.Relations = &azdo.WorkItemRelations{Added: d.relations(u.Project, u.Added), Removed: d.relations(u.Project, u.Removed)}
	}
	return shown
}
