package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

// exportTypeDefinition shows a type in XML. No type takes values from a global list, so exportGlobalLists adds none.
func (a *API) exportTypeDefinition(ctx context.Context, r *request) (any, error) {
	if _, err := r.query.flag("exportGlobalLists"); err != nil {
		return nil, err
	}
	if r.params["type"] == "" {
		return nil, noGlobalWorkflow()
	}
	_, t, err := a.findType(ctx, r)
	if err != nil {
		return nil, err
	}
	text, err := t.Definition()
	return azdo.WorkItemTypeTemplate{Template: text}, err
}

// noGlobalWorkflow says what is right where no type is named.
func noGlobalWorkflow() error {
	return fault.InvalidArgument("There is no global workflow: name a work item type. Lists of values are at _apis/work/processes/lists, fields at _apis/wit/fields.")
}

// updateTypeDefinition validates a definition; imports are refused.
func (a *API) updateTypeDefinition(ctx context.Context, r *request) (any, error) {
	var body struct {
		ActionType, TemplateType word
		Methodology, Template    string
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	p, err := a.typeScope(ctx, r)
	if err != nil {
		return nil, err
	}
	action, err := enum{{"import", "0"}, {"validate", "1"}}.parse("actionType", string(body.ActionType))
	if err != nil {
		return nil, err
	}
	kind, err := enum{{"workItemType", "0"}, {"globalWorkflow", "1"}}.parse("templateType", string(body.TemplateType))
	switch {
	case err != nil:
		return nil, err
	case kind == "globalWorkflow":
		return nil, noGlobalWorkflow()
	case r.params["type"] != "":
		return nil, fault.InvalidArgument("The definition names its work item type: leave it out of the address.")
	case action == "import":
		return nil, a.config.Projects.ImportDefinition(ctx, r.caller, p)
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	return azdo.ProvisioningResult{ProvisioningImportEvents: append([]string{}, catalog.CheckDefinition(body.Template)...)}, nil
}
