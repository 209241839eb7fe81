package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

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
	expanded, err := expand.parse("$expand", r.query.text("$expand"))
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemField, 0, len(catalog.Fields))
	for _, f := range catalog.Fields {
		if !f.Deleted || expanded == "includeDeleted" {
			list = append(list, wireField(base, f))
		}
	}
	return azdo.NewList(list), nil
}

func (a *API) showField(ctx context.Context, r *request) (any, error) {
	catalog, base, err := a.fieldScope(ctx, r)
	if err != nil {
		return nil, err
	}
	f := catalog.FindField(r.params["fieldNameOrRefName"])
	if f == nil || f.Board != nil && !r.caller.CanRead(f.Board.Team.Project.ID) {
		return nil, fault.FieldMissing(r.params["fieldNameOrRefName"])
	}
	return wireField(base, f), nil
}

func wireField(base string, f *project.Field) azdo.WorkItemField {
	shown := azdo.WorkItemField{
		Name: f.Name, ReferenceName: f.ReferenceName, Description: f.Description, Type: f.Type.String(), Usage: "workItem",
		ReadOnly: f.ReadOnly, CanSortBy: f.Sortable(), IsQueryable: true, SupportedOperations: fieldOperations(f),
		IsIdentity: f.Identity, IsDeleted: f.Deleted, IsLocked: f.Locked, URL: fieldURL(base, f),
	}
	if l := f.Picklist; l != nil {
		shown.IsPicklist, shown.IsPicklistSuggested, shown.PicklistID = true, l.Suggested, l.ID
	}
	return shown
}

func (a *API) createField(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name, ReferenceName, Description, PicklistID string
		Type, Usage                                  word
		IsIdentity                                   bool
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if usage := fieldUsages().spell(body.Usage); usage != "" && !strings.EqualFold(usage, "workItem") {
		return nil, fault.InvalidArgument("Fields with the usage %q cannot be added. Write workItem.", usage)
	}
	d := project.FieldDraft{PicklistID: body.PicklistID, Field: project.Field{Name: body.Name, ReferenceName: body.ReferenceName,
		Description: body.Description, Identity: body.IsIdentity}}
	kind := fieldTypes().spell(body.Type)
	if strings.EqualFold(kind, "identity") {
		kind, d.Identity = "string", true
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(kind), "picklist"); ok {
		kind = rest
	}
	var ok bool
	if d.Type, ok = project.ParseFieldType(kind); !ok || d.Identity && d.Type != project.String {
		return nil, fault.InvalidArgument("The field type %q is not valid.", body.Type)
	}
	name, err := a.config.Projects.CreateField(ctx, r.caller, d)
	if err != nil {
		return nil, err
	}
	r.params["fieldNameOrRefName"] = name
	shown, err := a.showField(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

// Numbers are those of the Node SDK.
func fieldUsages() enum {
	return enum{{"none", "0"}, {"workItem", "1"}, {"workItemLink", "2"}, {"tree", "3"}, {"workItemTypeExtension", "4"}}
}

func fieldTypes() enum {
	return enum{{"string", "0"}, {"integer", "1"}, {"dateTime", "2"}, {"plainText", "3"}, {"html", "4"}, {"treePath", "5"}, {"history", "6"}, {"double", "7"},
		{"guid", "8"}, {"boolean", "9"}, {"identity", "10"}, {"picklistString", "11"}, {"picklistInteger", "12"}, {"picklistDouble", "13"}}
}

// updateField deletes a field, restores or locks it.
func (a *API) updateField(ctx context.Context, r *request) (any, error) {
	var body struct{ IsDeleted, IsLocked *bool }
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	name := r.params["fieldNameOrRefName"]
	if err := a.config.Projects.UpdateField(ctx, r.caller, name, body.IsDeleted, body.IsLocked); err != nil {
		return nil, err
	}
	catalog, base, err := a.fieldScope(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, f := range catalog.Fields {
		if strings.EqualFold(f.ReferenceName, name) || strings.EqualFold(f.Name, name) {
			return wireField(base, f), nil
		}
	}
	return nil, fault.FieldMissing(name)
}

func (a *API) deleteField(ctx context.Context, r *request) (any, error) {
	yes := true
	return gone(a.config.Projects.UpdateField(ctx, r.caller, r.params["fieldNameOrRefName"], &yes, nil))
}

func fieldURL(base string, f *project.Field) string {
	return base + "/_apis/wit/fields/" + url.PathEscape(f.ReferenceName)
}

func fieldRef(base string, f *project.Field) azdo.WorkItemFieldReference {
	return azdo.WorkItemFieldReference{ReferenceName: f.ReferenceName, Name: f.Name, URL: fieldURL(base, f)}
}

// fieldOperations lists the operators of queries on a field. observed: by type alone.
func fieldOperations(f *project.Field) []azdo.WorkItemFieldOperation {
	var list []azdo.WorkItemFieldOperation
	for _, name := range f.Operators() {
		list = append(list, fieldOperation(name))
	}
	return list
}

// fieldOperation is an operator by the name that people see.
func fieldOperation(name string) azdo.WorkItemFieldOperation {
	named := map[string]string{
		"=": "Equals", "<>": "NotEquals", ">": "GreaterThan", "<": "LessThan", ">=": "GreaterThanEquals", "<=": "LessThanEquals",
		"Contains": "Contains", "Does Not Contain": "NotContains", "In": "In", "Not In": "NotIn", "In Group": "InGroup", "Not In Group": "NotInGroup",
		"Was Ever": "Ever", "= [Field]": "EqualsField", "<> [Field]": "NotEqualsField", "> [Field]": "GreaterThanField",
		"< [Field]": "LessThanField", ">= [Field]": "GreaterThanEqualsField", "<= [Field]": "LessThanEqualsField",
		"Under": "Under", "Not Under": "NotUnder", "Contains Words": "ContainsWords", "Does Not Contain Words": "NotContainsWords",
		"Is Empty": "IsEmpty", "Is Not Empty": "IsNotEmpty",
	}
	return azdo.WorkItemFieldOperation{ReferenceName: "SupportedOperations." + named[name], Name: name}
}
