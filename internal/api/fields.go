package api

import (
	"context"
	"net/url"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// fieldScope is the catalog and the address below which a request about fields or types asks. Fields belong to the
// organization, whichever project is in the path.
func (a *API) fieldScope(ctx context.Context, r *request) (*project.Catalog, string, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil || r.target.project == "" {
		return catalog, r.base, err
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, "", err
	}
	return catalog, r.base + "/" + p.GUID.String(), nil
}

func (a *API) listFields(ctx context.Context, r *request) (any, error) {
	catalog, base, err := a.fieldScope(ctx, r)
	if err != nil {
		return nil, err
	}
	expand := enum{{"none", "0"}, {"extensionFields", "1"}, {"includeDeleted", "2"}}
	if _, err := expand.parse("$expand", r.query.text("$expand")); err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemField, len(catalog.Fields))
	for i, f := range catalog.Fields {
		list[i] = wireField(base, f)
	}
	return azdo.NewList(list), nil
}

func (a *API) showField(ctx context.Context, r *request) (any, error) {
	catalog, base, err := a.fieldScope(ctx, r)
	if err != nil {
		return nil, err
	}
	f := catalog.FindField(r.params["fieldNameOrRefName"])
	if f == nil {
		return nil, fault.FieldMissing(r.params["fieldNameOrRefName"])
	}
	return wireField(base, f), nil
}

func wireField(base string, f *project.Field) azdo.WorkItemField {
	return azdo.WorkItemField{
		Name: f.Name, ReferenceName: f.ReferenceName, Description: f.Description, Type: f.Type.String(), Usage: "workItem",
		ReadOnly: f.ReadOnly, CanSortBy: f.Sortable(), IsQueryable: true, SupportedOperations: fieldOperations(f),
		IsIdentity: f.Identity, URL: fieldURL(base, f),
	}
}

func fieldURL(base string, f *project.Field) string {
	return base + "/_apis/wit/fields/" + url.PathEscape(f.ReferenceName)
}

func fieldRef(base string, f *project.Field) azdo.WorkItemFieldReference {
	return azdo.WorkItemFieldReference{ReferenceName: f.ReferenceName, Name: f.Name, URL: fieldURL(base, f)}
}

// fieldOperations lists the operators of queries on a field. observed: by type alone.
func fieldOperations(f *project.Field) []azdo.WorkItemFieldOperation {
	named := map[string]string{
		"=": "Equals", "<>": "NotEquals", ">": "GreaterThan", "<": "LessThan", ">=": "GreaterThanEquals", "<=": "LessThanEquals",
		"Contains": "Contains", "Does Not Contain": "NotContains", "In": "In", "In Group": "InGroup", "Not In Group": "NotInGroup",
		"Was Ever": "Ever", "= [Field]": "EqualsField", "<> [Field]": "NotEqualsField", "> [Field]": "GreaterThanField",
		"< [Field]": "LessThanField", ">= [Field]": "GreaterThanEqualsField", "<= [Field]": "LessThanEqualsField",
		"Under": "Under", "Not Under": "NotUnder",
	}
	var list []azdo.WorkItemFieldOperation
	for _, name := range f.Operators() {
		list = append(list, azdo.WorkItemFieldOperation{ReferenceName: "SupportedOperations." + named[name], Name: name})
	}
	return list
}
