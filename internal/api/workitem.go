package api

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// renderer turns work items into what goes over the wire.
type renderer struct {
	base  string
	names bool                             // people are text, as in versions up to 4.1
	refs  map[*access.User]json.RawMessage // people of this answer, encoded once
}

func (r *request) renderer() *renderer {
	return &renderer{base: r.base, names: r.version.compare(version{major: 4, minor: 1}) <= 0, refs: map[*access.User]json.RawMessage{}}
}

// single shows an item asked for alone or just written.
func (d *renderer) single(item *work.Item) *azdo.WorkItem {
	shown := d.item(item)
	if shown.MultilineFieldsFormat == nil {
		shown.MultilineFieldsFormat = map[string]string{}
	}
	shown.Links = d.links(item)
	return shown
}

// listed shows an item in a list. observed: with fields asked for, its address does not name the project.
func (d *renderer) listed(item *work.Item, o reading) *azdo.WorkItem {
	shown := d.item(item)
	if len(o.Fields) > 0 {
		shown.URL = d.url(nil, item.ID)
	}
	if o.links {
		shown.Links = d.links(item)
	}
	return shown
}

func (d *renderer) item(item *work.Item) *azdo.WorkItem {
	shown := &azdo.WorkItem{ID: item.ID, Rev: item.Rev, URL: d.url(item.Project, item.ID)}
	shown.Fields = make(azdo.Fields, len(item.Values))
	for i, v := range item.Values {
		shown.Fields[i] = azdo.Field{Name: v.Field.ReferenceName, Value: d.value(v.Value)}
	}
	if len(item.Markdown) > 0 {
		shown.MultilineFieldsFormat = map[string]string{}
	}
	for _, f := range item.Markdown {
		shown.MultilineFieldsFormat[f.ReferenceName] = "markdown"
	}
	shown.Relations = d.relations(item.Project, item.Relations)
	if item.Comment != 0 && !d.names {
		comment := &work.Comment{Item: item.ID, ID: item.Comment, Project: item.Project}
		shown.CommentVersionRef = &azdo.WorkItemCommentVersionRef{CommentID: item.Comment, Version: 1, URL: d.commentURL(comment) + "/versions/1"}
	}
	return shown
}

// relations shows the links of an item of a project; those to other things than work items have ids and dates.
func (d *renderer) relations(p *project.Project, list []work.Relation) (shown []azdo.WorkItemRelation) {
	never := azdo.Time{Time: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, r := range list {
		if r.Target != 0 {
			shown = append(shown, azdo.WorkItemRelation{Rel: r.Type.ReferenceName, URL: d.url(r.Project, r.Target),
				Attributes: azdo.RelationAttributes{IsLocked: new(bool), Name: r.Type.Name, Comment: r.Comment}})
			continue
		}
		made, revised := azdo.Time{Time: r.CreatedAt}, never
		if r.DeletedAt != nil {
			revised.Time = *r.DeletedAt
		}
		address := r.URL
		if r.Type.ReferenceName == "AttachedFile" {
			address = attachmentURL(d.scope(p), r.URL)
		}
		shown = append(shown, azdo.WorkItemRelation{Rel: r.Type.ReferenceName, URL: address, Attributes: azdo.RelationAttributes{
			AuthorizedDate: &made, ID: r.ID, ResourceCreatedDate: &made, ResourceModifiedDate: &made, RevisedDate: &revised,
			ResourceSize: r.Size, Name: r.Name, Comment: r.Comment}})
	}
	return shown
}

func (d *renderer) value(v any) any {
	switch v := v.(type) {
	case time.Time:
		return azdo.Time{Time: v}
	case *access.User:
		if d.names {
			return distinctName(v)
		}
		return d.person(v)
	}
	return v
}

func (d *renderer) person(u *access.User) any {
	ref := d.refs[u]
	if ref == nil {
		person := identityRef(d.base, u)
		var err error
		if ref, err = encode(nil, person); err != nil {
			return person // fails again, where errors are expected
		}
		d.refs[u] = ref
	}
	return ref
}

// reviser is who made a revision, with a name as text beside the person.
func (d *renderer) reviser(u *access.User) *azdo.IdentityReference {
	return &azdo.IdentityReference{IdentityRef: identityRef(d.base, u), Name: distinctName(u)}
}

func distinctName(u *access.User) string { return u.DisplayName + " <" + u.UniqueName + ">" }

// workItemList is a list whose missing items are null.
type workItemList []*azdo.WorkItem

// AppendJSON writes the usual envelope of lists.
func (l workItemList) AppendJSON(dst []byte) (_ []byte, err error) {
	dst = append(strconv.AppendInt(append(dst, `{"count":`...), int64(len(l)), 10), `,"value":[`...)
	for i, item := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		if i == 1 {
			dst = slices.Grow(dst, min(len(l)*len(dst), 1<<20)) // the others are about as long as the first
		}
		if item == nil {
			dst = append(dst, "null"...)
		} else if dst, err = item.AppendJSON(dst); err != nil {
			return nil, err
		}
	}
	return append(dst, "]}"...), nil
}

// url is the address of a work item. Clients compare it with those in relations as text.
func (d *renderer) url(p *project.Project, id int64) string {
	return d.scope(p) + "/_apis/wit/workItems/" + strconv.FormatInt(id, 10)
}

func (d *renderer) scope(p *project.Project) string {
	if p == nil {
		return d.base
	}
	return d.base + "/" + p.GUID.String()
}

func (d *renderer) links(item *work.Item) azdo.Links {
	self, scope := d.url(item.Project, item.ID), d.scope(item.Project)
	return azdo.Links{
		{Name: "self", Href: self},
		{Name: "workItemUpdates", Href: self + "/updates"},
		{Name: "workItemRevisions", Href: self + "/revisions"},
		{Name: "workItemComments", Href: self + "/comments"},
		{Name: "html", Href: scope + "/_workitems/edit/" + strconv.FormatInt(item.ID, 10)},
		{Name: "workItemType", Href: scope + "/_apis/wit/workItemTypes/" + url.PathEscape(item.Type)},
		{Name: "fields", Href: scope + "/_apis/wit/fields"},
	}
}
