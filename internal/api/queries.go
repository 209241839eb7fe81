package api

import (
	"context"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// maxQueryDepth is how deep folders are shown. documented: queries, parameter $depth.
const maxQueryDepth = 2

func queryExpands() enum {
	return enum{{"none", "0"}, {"wiql", "1"}, {"clauses", "2"}, {"all", "3"}, {"minimal", "4"}}
}

// queryView is how saved queries are to be shown.
type queryView struct {
	*request
	depth   int
	expand  string
	deleted bool // also those that are
}

func (r *request) queryView() (v queryView, err error) {
	v.request = r
	if v.depth, err = r.query.count("$depth", 0); err != nil {
		return v, err
	}
	if v.depth > maxQueryDepth {
		return v, fault.InvalidArgument("The value %d of the parameter $depth is not valid: it may be %d at most.", v.depth, maxQueryDepth)
	}
	if v.expand, err = queryExpands().parse("$expand", r.query.text("$expand")); err != nil {
		return v, err
	}
	v.deleted, err = r.query.flag("$includeDeleted")
	return v, err
}

// listQueries lists the two roots of saved queries, or those whose names hold a text.
func (a *API) listQueries(ctx context.Context, r *request) (any, error) {
	v, err := r.queryView()
	if err != nil {
		return nil, err
	}
	roots, err := a.config.Items.SavedQueries(ctx, r.caller, r.target.project)
	if err != nil {
		return nil, err
	}
	if part := r.query.text("$filter"); part != "" {
		return v.search(roots, part)
	}
	shown := make([]*azdo.QueryHierarchyItem, len(roots))
	for i, q := range roots {
		shown[i] = v.item(q, v.depth)
	}
	return azdo.NewList(shown), nil
}

// search finds queries, not folders, by a part of their names.
func (v queryView) search(roots []*work.SavedQuery, part string) (any, error) {
	top, err := v.query.count("$top", 50)
	if err != nil {
		return nil, err
	}
	found := azdo.QueryHierarchyItemsResult{Value: []*azdo.QueryHierarchyItem{}}
	var look func(q *work.SavedQuery)
	look = func(q *work.SavedQuery) {
		if !q.Folder && (v.deleted || !q.Deleted) && strings.Contains(strings.ToLower(q.Name), strings.ToLower(part)) {
			if found.HasMore = len(found.Value) >= top; !found.HasMore {
				found.Value = append(found.Value, v.item(q, 0))
			}
		}
		for _, child := range q.Children {
			if !found.HasMore {
				look(child)
			}
		}
	}
	for _, q := range roots {
		look(q)
	}
	found.Count = len(found.Value)
	return found, nil
}

func (a *API) showQuery(ctx context.Context, r *request) (any, error) {
	v, err := r.queryView()
	if err != nil {
		return nil, err
	}
	found, err := a.config.Items.FindQueries(ctx, r.caller, r.target.project, []string{r.params["query"]})
	if err != nil {
		return nil, err
	}
	if q := found[0]; q != nil && (v.deleted || !q.Deleted) {
		return v.item(q, v.depth), nil
	}
	return nil, fault.QueryNotFound(r.params["query"])
}

// saveQuery saves a query or makes a folder; a body with the id of one moves it.
func (a *API) saveQuery(ctx context.Context, r *request) (any, error) {
	var body struct {
		ID, Name, WIQL string
		IsFolder       bool
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	v := queryView{request: r, depth: 1, expand: "all"}
	if body.ID != "" {
		q, err := a.config.Items.MoveQuery(ctx, r.caller, r.target.project, r.params["query"], body.ID)
		if err != nil {
			return nil, err
		}
		return v.item(q, 1), nil
	}
	if body.IsFolder == (body.WIQL != "") {
		return nil, fault.InvalidArgument(`Write {"name": "…", "wiql": "SELECT …"} for a query, {"name": "…", "isFolder": true} for a folder.`)
	}
	check, err := r.query.flag("validateWiqlOnly")
	if err != nil {
		return nil, err
	}
	q, err := a.config.Items.SaveQuery(ctx, r.caller, r.target.project, r.params["query"],
		work.QueryDraft{Name: body.Name, Folder: body.IsFolder, Text: body.WIQL, Check: check})
	if err != nil {
		return nil, err
	}
	shown := v.item(q, 0)
	if check {
		return shown, nil
	}
	return reply{status: http.StatusCreated, value: shown, location: shown.URL}, nil
}

func (a *API) updateQuery(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name, WIQL *string
		IsDeleted  *bool
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.Name == nil && body.WIQL == nil && body.IsDeleted == nil {
		return nil, fault.InvalidArgument("The body changes nothing: it may hold name, wiql and isDeleted.")
	}
	change := work.QueryChange{Name: body.Name, Text: body.WIQL, Deleted: body.IsDeleted}
	var err error
	if change.Descendants, err = r.query.flag("$undeleteDescendants"); err != nil {
		return nil, err
	}
	q, err := a.config.Items.ChangeQuery(ctx, r.caller, r.target.project, r.params["query"], change)
	if err != nil {
		return nil, err
	}
	return queryView{request: r, expand: "all", deleted: true}.item(q, 1), nil
}

func (a *API) deleteQuery(ctx context.Context, r *request) (any, error) {
	deleted := true
	_, err := a.config.Items.ChangeQuery(ctx, r.caller, r.target.project, r.params["query"], work.QueryChange{Deleted: &deleted})
	return reply{status: http.StatusNoContent}, err
}

func (a *API) batchQueries(ctx context.Context, r *request) (any, error) {
	var body struct {
		IDs         []string `json:"ids"`
		Expand      word     `json:"$expand"`
		ErrorPolicy word     `json:"errorPolicy"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.IDs) > work.MaxIDs {
		return nil, fault.InvalidArgument("The list of ids holds %d queries; %d are allowed.", len(body.IDs), work.MaxIDs)
	}
	v := queryView{request: r}
	var err error
	if v.expand, err = queryExpands().parse("$expand", string(body.Expand)); err != nil {
		return nil, err
	}
	policy, err := errorPolicies().parse("errorPolicy", string(body.ErrorPolicy))
	if err != nil {
		return nil, err
	}
	found, err := a.config.Items.FindQueries(ctx, r.caller, r.target.project, body.IDs)
	if err != nil {
		return nil, err
	}
	shown := make([]*azdo.QueryHierarchyItem, len(found))
	for i, q := range found {
		if q != nil && !q.Deleted {
			shown[i] = v.item(q, 0)
		} else if policy == "fail" {
			return nil, fault.QueryNotFound(body.IDs[i])
		}
	}
	return azdo.NewList(shown), nil
}

// runQuery answers a saved query.
func (a *API) runQuery(ctx context.Context, r *request) (any, error) {
	q, err := r.wiql("")
	if err != nil {
		return nil, err
	}
	found, err := a.config.Items.RunSaved(ctx, r.caller, r.params["id"], q)
	if err != nil {
		return nil, err
	}
	if r.target.project == "" {
		found.Project = nil // its project is not part of addresses
	}
	return reply{status: http.StatusOK, value: r.queryResult(found), total: len(found.IDs) + len(found.Links), counted: true}, nil
}

// item shows a query or folder with what is in it, depth levels deep.
func (v queryView) item(q *work.SavedQuery, depth int) *azdo.QueryHierarchyItem {
	scope := v.base + "/" + q.Project.GUID.String()
	address := scope + "/_apis/wit/queries/"
	shown := &azdo.QueryHierarchyItem{ID: q.GUID.String(), Name: q.Name, Path: q.Path, IsFolder: q.Folder, IsDeleted: q.Deleted, IsPublic: q.Public, URL: address + q.GUID.String()}
	for _, child := range q.Children {
		if child.Deleted && !v.deleted {
			continue
		}
		if shown.HasChildren = true; depth > 0 {
			shown.Children = append(shown.Children, v.item(child, depth-1))
		}
	}
	if q.Shape != nil {
		shown.QueryType = string(q.Shape.Type)
	}
	if v.expand != "none" {
		shown.WIQL = q.Text
	}
	if v.expand == "minimal" {
		return shown
	}
	if q.Shape != nil && v.expand != "none" {
		shown.Columns, shown.SortColumns = v.columns(q.Shape.Columns), v.sortColumns(q.Shape.Sort)
	}
	if q.Clauses != nil && v.expand != "none" && v.expand != "wiql" {
		v.clauses(q.Clauses, q.Shape.Type, shown)
	}
	if q.CreatedBy != nil {
		shown.CreatedBy, shown.CreatedDate = identityRef(v.base, q.CreatedBy), &azdo.Time{Time: q.CreatedAt}
	}
	if q.ModifiedBy != nil {
		shown.LastModifiedBy, shown.LastModifiedDate = identityRef(v.base, q.ModifiedBy), &azdo.Time{Time: q.ModifiedAt}
	}
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}, {Name: "html", Href: scope + "/_queries/query/" + shown.ID + "/"}}
	if q.Parent != nil {
		shown.Links = append(shown.Links, azdo.Link{Name: "parent", Href: address + q.Parent.GUID.String()})
	}
	if !q.Folder {
		shown.Links = append(shown.Links, azdo.Link{Name: "wiql", Href: scope + "/_apis/wit/wiql/" + shown.ID})
	}
	return shown
}

// clauses shows the conditions of a query.
func (v queryView) clauses(all *work.Clauses, shape work.QueryType, shown *azdo.QueryHierarchyItem) {
	clause := func(c *work.Clause) *azdo.WorkItemQueryClause {
		if c == nil {
			return nil
		}
		one := v.clause(*c)
		return &one
	}
	shown.Clauses, shown.SourceClauses, shown.TargetClauses, shown.LinkClauses = clause(all.Where), clause(all.Source), clause(all.Target), clause(all.Link)
	if shape == work.Flat {
		return
	}
	shown.FilterOptions = all.Filter
	if shape == work.Tree {
		shown.QueryRecursionOption = map[bool]string{true: "childFirst", false: "parentFirst"}[all.ChildFirst]
	}
}

func (v queryView) clause(c work.Clause) azdo.WorkItemQueryClause {
	if len(c.Parts) > 0 {
		shown := azdo.WorkItemQueryClause{LogicalOperator: map[bool]string{true: "OR", false: "AND"}[c.Or]}
		for _, part := range c.Parts {
			shown.Clauses = append(shown.Clauses, v.clause(part))
		}
		return shown
	}
	field := fieldRef(v.base, c.Field)
	operator := fieldOperation(c.Operator)
	shown := azdo.WorkItemQueryClause{Field: &field, Operator: &operator, Value: c.Value}
	if c.Other != nil {
		other := fieldRef(v.base, c.Other)
		shown.IsFieldValue, shown.FieldValue = true, &other
	}
	return shown
}
