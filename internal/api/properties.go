package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

func (a *API) listProperties(ctx context.Context, r *request) (any, error) {
	_, all, err := a.config.Projects.Properties(ctx, r.caller, r.params["projectId"], r.query.list("keys"))
	return azdo.NewList(wireProperties(all)), err
}

func wireProperties(all []project.Property) []azdo.ProjectProperty {
	shown := make([]azdo.ProjectProperty, len(all))
	for i, p := range all {
		shown[i] = azdo.ProjectProperty{Name: p.Name, Value: p.Value}
	}
	return shown
}

// listProjectsProperties lists the properties of several projects, each of which the caller must be able to read.
func (a *API) listProjectsProperties(ctx context.Context, r *request) (any, error) {
	ids := r.query.list("projectIds")
	if len(ids) == 0 || len(ids) > maxPropertyProjects {
		return nil, fault.InvalidArgument("The parameter projectIds must name 1 to %d projects.", maxPropertyProjects)
	}
	list := make([]azdo.ProjectProperties, len(ids))
	for i, id := range ids {
		p, all, err := a.config.Projects.Properties(ctx, r.caller, id, r.query.list("properties"))
		if err != nil {
			return nil, err
		}
		list[i] = azdo.ProjectProperties{ProjectID: p.GUID.String(), Properties: wireProperties(all)}
	}
	return azdo.NewList(list), nil
}

// maxPropertyProjects is how many projects a request may name. Our choice.
const maxPropertyProjects = 100

// updateProperties takes a patch of an object whose members are the properties.
func (a *API) updateProperties(ctx context.Context, r *request) (any, error) {
	body, err := r.body("application/json-patch+json")
	if err != nil {
		return nil, err
	}
	ops, err := work.ParsePatch(body)
	if err != nil {
		return nil, err
	}
	changes := make([]project.Property, len(ops))
	for i, op := range ops {
		name := strings.NewReplacer("~1", "/", "~0", "~").Replace(strings.TrimPrefix(op.Path, "/"))
		changes[i] = project.Property{Name: name, Value: op.Value}
		switch {
		case op.Op == "remove":
			changes[i].Value = json.RawMessage("null")
		case op.Op == "test":
			return nil, fault.InvalidPatch().WithHint("operation %d: properties are added, replaced or removed", i+1)
		case len(op.Value) == 0:
			return nil, fault.InvalidPatch().WithHint("operation %d has no value", i+1)
		}
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.SetProperties(ctx, r.caller, r.params["projectId"], changes)
}
