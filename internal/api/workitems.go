package api

import (
	"context"
	"net/url"
	"strconv"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// The words of requests for work items; numbers are those of the Node SDK, which sends them in URLs and bodies.
func expands() enum {
	return enum{{"none", "0"}, {"relations", "1"}, {"fields", "2"}, {"links", "3"}, {"all", "4"}}
}

func errorPolicies() enum { return enum{{"fail", "1"}, {"omit", "2"}} }

// reading is how work items are to be shown.
type reading struct {
	work.ReadOptions
	links bool // in lists; single answers always have them
	omit  bool // leave out what cannot be read
}

// parseReading puts together what a URL or a body says.
func parseReading(fields []string, asOf, expand, errorPolicy string) (o reading, err error) {
	if expand, err = expands().parse("$expand", expand); err != nil {
		return o, err
	}
	if errorPolicy, err = errorPolicies().parse("errorPolicy", errorPolicy); err != nil {
		return o, err
	}
	if len(fields) > 0 && expand != "none" && expand != "links" {
		return o, fault.FieldsAndExpand()
	}
	if asOf != "" {
		at, ok := work.ParseTime(asOf)
		if !ok {
			return o, fault.InvalidArgument("The value %q of asOf is not a date. Write it like 2026-11-22T10:00:00Z.", asOf)
		}
		o.AsOf = &at
	}
	o.Fields, o.omit = fields, errorPolicy == "omit"
	o.All = expand == "fields" || expand == "all"
	o.Relations = expand == "relations" || expand == "all"
	o.links = expand == "links" || expand == "all"
	return o, nil
}

func (r *request) reading() (reading, error) {
	return parseReading(r.query.list("fields"), r.query.text("asOf"), r.query.text("$expand"), r.query.text("errorPolicy"))
}

func (a *API) showWorkItem(ctx context.Context, r *request) (any, error) {
	id, err := r.itemID()
	if err != nil {
		return nil, err
	}
	o, err := r.reading()
	if err != nil {
		return nil, err
	}
	item, err := a.config.Items.Get(ctx, r.caller, r.target.project, id, o.ReadOptions)
	if err != nil {
		return nil, err
	}
	return r.renderer().single(item), nil
}

func (a *API) listWorkItems(ctx context.Context, r *request) (any, error) {
	ids, err := parseIDs(r.query.list("ids"))
	if err != nil {
		return nil, err
	}
	o, err := r.reading()
	if err != nil {
		return nil, err
	}
	return a.readWorkItems(ctx, r, ids, o)
}

func (a *API) batchWorkItems(ctx context.Context, r *request) (any, error) {
	var body struct {
		IDs         []int64  `json:"ids"`
		Fields      []string `json:"fields"`
		AsOf        string   `json:"asOf"`
		Expand      word     `json:"$expand"`
		ErrorPolicy word     `json:"errorPolicy"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	o, err := parseReading(body.Fields, body.AsOf, string(body.Expand), string(body.ErrorPolicy))
	if err != nil {
		return nil, err
	}
	return a.readWorkItems(ctx, r, body.IDs, o)
}

// readWorkItems answers with a list in the order of ids; what is omitted is null.
func (a *API) readWorkItems(ctx context.Context, r *request, ids []int64, o reading) (any, error) {
	if len(ids) == 0 {
		return nil, fault.InvalidArgument("The list of work item ids is empty. Write them like ids=1,2,3.")
	}
	items, err := a.config.Items.List(ctx, r.caller, r.target.project, ids, o.omit, o.ReadOptions)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := make([]*azdo.WorkItem, len(items))
	for i, item := range items {
		if item != nil {
			shown[i] = render.listed(item, o)
		}
	}
	return workItemList(shown), nil
}

// showDefaults shows what a new work item of a type begins with.
func (a *API) showDefaults(ctx context.Context, r *request) (any, error) {
	if r.target.project == "" {
		return nil, fault.InvalidArgument("A type belongs to a project: GET /{organization}/{project}/_apis/wit/workItems/$%s.", r.params["type"])
	}
	o, err := r.reading()
	if err != nil {
		return nil, err
	}
	item, err := a.config.Items.Defaults(ctx, r.caller, r.target.project, r.params["type"], o.Fields)
	if err != nil {
		return nil, err
	}
	d := r.renderer()
	scope := d.scope(item.Project)
	return azdo.WorkItemDefaults{Fields: d.item(item).Fields, URL: scope + "/_apis/wit/workItems/$" + url.PathEscape(item.Type), Links: azdo.Links{
		{Name: "self", Href: scope + "/_apis/wit/workItems/$" + url.PathEscape(item.Type)},
		{Name: "workItemType", Href: scope + "/_apis/wit/workItemTypes/" + url.PathEscape(item.Type)},
		{Name: "fields", Href: scope + "/_apis/wit/fields"},
	}}, nil
}

func (a *API) createWorkItem(ctx context.Context, r *request) (any, error) {
	if r.target.project == "" {
		return nil, fault.InvalidArgument("A work item is made in a project: POST /{organization}/{project}/_apis/wit/workItems/$%s.", r.params["type"])
	}
	return a.writeWorkItem(ctx, r, func(ops []work.Op, o work.Options) (*work.Item, error) {
		return a.config.Items.Create(ctx, r.caller, r.target.project, r.params["type"], ops, o)
	})
}

func (a *API) updateWorkItem(ctx context.Context, r *request) (any, error) {
	id, err := r.itemID()
	if err != nil {
		return nil, err
	}
	return a.writeWorkItem(ctx, r, func(ops []work.Op, o work.Options) (*work.Item, error) {
		return a.config.Items.Update(ctx, r.caller, r.target.project, id, ops, o)
	})
}

func (a *API) writeWorkItem(ctx context.Context, r *request, write func([]work.Op, work.Options) (*work.Item, error)) (any, error) {
	var o work.Options
	var err error
	for name, target := range map[string]*bool{"validateOnly": &o.ValidateOnly, "bypassRules": &o.BypassRules, "suppressNotifications": &o.Quiet} {
		if *target, err = r.query.flag(name); err != nil {
			return nil, err
		}
	}
	show, err := r.reading()
	if err != nil {
		return nil, err
	}
	body, err := r.body("application/json-patch+json")
	if err != nil {
		return nil, err
	}
	ops, err := work.ParsePatch(body)
	if err != nil {
		return nil, err
	}
	var temporary int64
	if r.made != nil {
		if ops, temporary, err = takeID(ops); err != nil {
			return nil, err
		}
		o.IDs = r.made
	}
	item, err := write(ops, o)
	if err != nil {
		return nil, err
	}
	if temporary != 0 {
		r.made[temporary] = item.ID
	}
	if (show.All || show.Relations) && !o.ValidateOnly {
		if item, err = a.config.Items.Get(ctx, r.caller, "", item.ID, show.ReadOptions); err != nil {
			return nil, err
		}
	}
	return r.renderer().single(item), nil
}

// itemID is the number of the work item in the path. Numbers begin at 1: nothing is routed to less.
func (r *request) itemID() (int64, error) {
	id, err := parseID(r.params["id"])
	if err == nil && id < 1 {
		err = r.unknownPath("")
	}
	return id, err
}

func parseID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fault.InvalidArgument("The work item id %q is not valid: it must be a whole number.", text)
	}
	return id, nil
}

func parseIDs(list []string) (ids []int64, err error) {
	for _, text := range list {
		id, err := parseID(text)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
