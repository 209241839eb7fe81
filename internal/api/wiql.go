package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// queryByWIQL answers a query that the request brings along.
func (a *API) queryByWIQL(ctx context.Context, r *request) (any, error) {
	var body azdo.WIQL
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	q, err := r.wiql(body.Query)
	if err != nil {
		return nil, err
	}
	result, err := a.config.Items.Query(ctx, r.caller, q)
	if err != nil {
		return nil, err
	}
	return r.queryResult(result), nil
}

// keepQuery keeps a query for a while, to be run by its id.
func (a *API) keepQuery(ctx context.Context, r *request) (any, error) {
	var body azdo.TemporaryQueryRequest
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.WIQL == "" {
		return nil, fault.InvalidArgument(`The query is missing. Write {"wiql": "SELECT …"}.`)
	}
	id, err := a.config.Items.KeepQuery(ctx, r.caller, r.target.project, body.WIQL)
	if err != nil {
		return nil, err
	}
	return azdo.TemporaryQueryResponse{ID: id.String()}, nil
}

// wiql is a query with what the URL says about it.
func (r *request) wiql(text string) (q work.Query, err error) {
	q = work.Query{Text: text, Project: r.target.project, Team: r.target.team, Limit: r.config.Limits.Results}
	if q.TimePrecision, err = r.query.flag("timePrecision"); err != nil {
		return q, err
	}
	if q.Top, err = r.query.count("$top", 0); err != nil {
		return q, err
	}
	if q.Top == 0 && r.query.text("$top") != "" {
		return q, fault.InvalidArgument("The value 0 of the parameter $top is not valid: it must be at least 1.")
	}
	return q, nil
}

// queryResult shows what a query found. observed: with a project in the URL, addresses have its GUID.
func (r *request) queryResult(found *work.QueryResult) azdo.WorkItemQueryResult {
	render := r.renderer()
	ref := func(id int64) azdo.WorkItemReference {
		return azdo.WorkItemReference{ID: id, URL: render.url(found.Project, id)}
	}
	shown := azdo.WorkItemQueryResult{QueryType: string(found.Type), QueryResultType: "workItem", AsOf: azdo.Time{Time: found.AsOf},
		Columns: r.columns(found.Columns), SortColumns: r.sortColumns(found.Sort)}
	if found.Type == work.Flat {
		shown.WorkItems = make([]azdo.WorkItemReference, len(found.IDs))
		for i, id := range found.IDs {
			shown.WorkItems[i] = ref(id)
		}
		return shown
	}
	shown.QueryResultType = "workItemLink"
	shown.WorkItemRelations = make([]azdo.WorkItemQueryLink, len(found.Links))
	for i, l := range found.Links {
		shown.WorkItemRelations[i] = azdo.WorkItemQueryLink{Rel: l.Rel, Target: ref(l.Target)}
		if l.Source != 0 {
			source := ref(l.Source)
			shown.WorkItemRelations[i].Source = &source
		}
	}
	return shown
}

func (r *request) columns(fields []*project.Field) []azdo.WorkItemFieldReference {
	shown := make([]azdo.WorkItemFieldReference, len(fields))
	for i, f := range fields {
		shown[i] = fieldRef(r.base, f)
	}
	return shown
}

func (r *request) sortColumns(sort []work.SortColumn) (shown []azdo.WorkItemQuerySortColumn) {
	for _, s := range sort {
		shown = append(shown, azdo.WorkItemQuerySortColumn{Field: fieldRef(r.base, s.Field), Descending: s.Desc})
	}
	return shown
}
