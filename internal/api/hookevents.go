package api

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/hooks"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// HookEvent puts an event into the words of service hooks, version 1.0, in which people are text. documented: service
// hooks events, work item.
func HookEvent(o hooks.Occurrence) ([]byte, error) {
	d := &renderer{base: o.Base, names: true, refs: map[*access.User]json.RawMessage{}}
	e := o.Event
	organization := azdo.HookContainer{ID: o.Organization.GUID.String(), BaseURL: o.Base + "/"}
	shown := azdo.HookEvent{ID: o.ID.String(), EventType: string(e.Kind), PublisherID: hooks.Publisher, ResourceVersion: "1.0",
		ResourceContainers: map[string]azdo.HookContainer{"collection": organization, "account": organization},
		CreatedDate:        azdo.Time{Time: e.At}}
	if p := e.Item.Project; p != nil {
		shown.ResourceContainers["project"] = azdo.HookContainer{ID: p.GUID.String(), BaseURL: o.Base + "/"}
	}
	switch o.Details {
	case "none":
	case "minimal":
		shown.Resource = map[string]any{"id": e.Item.ID, "url": d.hookURL(e)}
	default:
		shown.Resource = d.hookResource(e)
	}
	shown.Message, shown.DetailedMessage = d.hookMessage(e, o.Messages, false), d.hookMessage(e, o.DetailedMessages, true)
	return encode(nil, shown)
}

// hookURL is the address of the resource of an event.
func (d *renderer) hookURL(e *work.Event) string {
	switch e.Kind {
	case work.ItemUpdated:
		return d.url(e.Item.Project, e.Item.ID) + "/updates/" + strconv.FormatInt(e.Update.ID, 10)
	case work.ItemDeleted:
		return d.binURL(e.Item.ID)
	}
	return d.url(e.Item.Project, e.Item.ID)
}

func (d *renderer) hookResource(e *work.Event) any {
	item := d.item(e.Item)
	item.CommentVersionRef = nil
	if e.Kind != work.ItemUpdated {
		item.Links, item.URL = d.links(e.Item), d.hookURL(e)
		if e.Kind == work.ItemDeleted {
			scope := d.scope(e.Item.Project)
			item.Links = azdo.Links{{Name: "self", Href: item.URL},
				{Name: "workItemType", Href: scope + "/_apis/wit/workItemTypes/" + url.PathEscape(e.Item.Type)}, {Name: "fields", Href: scope + "/_apis/wit/fields"}}
		}
		return item
	}
	item.URL += "/revisions/" + strconv.FormatInt(e.Item.Rev, 10)
	return struct {
		*azdo.WorkItemUpdate
		Revision *azdo.WorkItem `json:"revision"`
	}{d.linkedUpdate(e.Item.ID, e.Update), item}
}

// hookMessage says what happened in words: in text, HTML and Markdown, or in the one that is asked for.
func (d *renderer) hookMessage(e *work.Event, which string, detailed bool) *azdo.HookMessage {
	if which == "none" {
		return nil
	}
	verb := map[work.EventKind]string{work.ItemCreated: "created", work.ItemUpdated: "updated", work.ItemDeleted: "deleted",
		work.ItemRestored: "restored", work.ItemCommented: "commented on"}[e.Kind]
	by := "somebody"
	if e.Update.By != nil {
		by = e.Update.By.DisplayName
	}
	title, _ := e.Item.Value(project.FieldTitle).(string)
	name := fmt.Sprintf("%s #%d", e.Item.Type, e.Item.ID)
	address := d.scope(e.Item.Project) + "/_workitems/edit/" + strconv.FormatInt(e.Item.ID, 10)
	tail := fmt.Sprintf(" (%s) %s by %s.", title, verb, by)
	m := &azdo.HookMessage{
		Text:     name + tail + "\r\n(" + address + ")",
		HTML:     `<a href="` + html.EscapeString(address) + `">` + html.EscapeString(name) + "</a>" + html.EscapeString(tail),
		Markdown: "[" + escapeMarkdown(name) + "](" + address + ")" + escapeMarkdown(tail),
	}
	if detailed {
		for _, line := range d.hookDetails(e) {
			m.Text += "\r\n- " + line[0] + ": " + line[1]
			m.HTML += "<br/>" + html.EscapeString(line[0]+": "+line[1])
			m.Markdown += "\r\n* " + escapeMarkdown(line[0]+": "+line[1])
		}
	}
	switch which {
	case "text":
		return &azdo.HookMessage{Text: m.Text}
	case "html":
		return &azdo.HookMessage{HTML: m.HTML}
	case "markdown":
		return &azdo.HookMessage{Markdown: m.Markdown}
	}
	return m
}

// hookDetails are the lines of a detailed message: where the item is, or what changed.
func (d *renderer) hookDetails(e *work.Event) (lines [][2]string) {
	text := func(v any) string {
		if v = d.value(v); v == nil {
			return ""
		}
		return fmt.Sprint(v)
	}
	switch e.Kind {
	case work.ItemUpdated:
		for _, f := range e.Update.Fields {
			switch f.Field.ID {
			case project.FieldRev, project.FieldWatermark, project.FieldChangedDate, project.FieldAuthorizedDate, project.FieldRevisedDate,
				project.FieldPersonID, project.FieldAuthorizedAs, project.FieldHistory, project.FieldCommentCount, project.FieldDescription:
			default:
				lines = append(lines, [2]string{f.Field.Name, "changed from '" + text(f.Old) + "' to '" + text(f.New) + "'"})
			}
		}
	case work.ItemCommented:
		lines = append(lines, [2]string{"Comment", text(e.Item.Value(project.FieldHistory))})
	default:
		for _, at := range []struct {
			name string
			id   project.FieldID
		}{{"Area", project.FieldAreaPath}, {"Iteration", project.FieldIterationPath}, {"State", project.FieldState}} {
			lines = append(lines, [2]string{at.name, text(e.Item.Value(at.id))})
		}
	}
	return lines
}

// escapeMarkdown keeps what people wrote from being read as markup.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]<>#|~!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
