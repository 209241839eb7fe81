package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// planTypes are the types of plans; numbers are those of the SDKs.
func planTypes() enum { return enum{{"deliveryTimelineView", "0"}} }

// planPermissions writes permissions on a plan as the SDKs name them.
func planPermissions(have int64) string {
	n := access.FindNamespace(access.PlanNamespace)
	if have == n.All() {
		return "allPermissions"
	}
	return strings.ToLower(strings.Join(n.Labels(have), ", "))
}

func (r *request) plan(p *project.Plan, people *access.Directory, whole bool) azdo.Plan {
	id := p.GUID.String()
	shown := azdo.Plan{ID: id, Revision: p.Revision, Name: p.Name, Type: planTypes()[0].word, Description: p.Description, UserPermissions: planPermissions(p.Permissions),
		CreatedDate: azdo.Time{Time: p.CreatedAt}, ModifiedDate: azdo.Time{Time: p.ModifiedAt},
		URL: r.base + "/" + p.Project.GUID.String() + "/_apis/work/plans/" + id}
	if u := people.User(p.CreatedBy); u != nil {
		shown.CreatedByIdentity = identityRef(r.base, u)
	}
	if u := people.User(p.ModifiedBy); u != nil {
		shown.ModifiedByIdentity = identityRef(r.base, u)
	}
	if whole {
		shown.Properties = p.Properties
	}
	return shown
}

// listPlans lists plans without their properties.
func (a *API) listPlans(ctx context.Context, r *request) (any, error) {
	all, err := a.config.Projects.Plans(ctx, r.caller, r.target.project)
	if err != nil {
		return nil, err
	}
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.Plan, len(all))
	for i, p := range all {
		shown[i] = r.plan(p, people, false)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showPlan(ctx context.Context, r *request) (any, error) {
	p, err := a.config.Projects.Plan(ctx, r.caller, r.target.project, r.params["id"])
	return a.shownPlan(ctx, r, p, err)
}

func (a *API) shownPlan(ctx context.Context, r *request, p *project.Plan, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	return r.plan(p, people, true), nil
}

// givenPlan reads a plan that a client wrote.
func (r *request) givenPlan() (p project.Plan, err error) {
	var body struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Type        word            `json:"type"`
		Revision    int64           `json:"revision"`
		Properties  json.RawMessage `json:"properties"`
	}
	if err := r.decode(&body); err != nil {
		return p, err
	}
	if _, err := planTypes().parse("type", string(body.Type)); err != nil {
		return p, fault.PlanType(string(body.Type))
	}
	return project.Plan{Name: body.Name, Description: body.Description, Revision: body.Revision, Properties: body.Properties}, nil
}

func (a *API) createPlan(ctx context.Context, r *request) (any, error) {
	given, err := r.givenPlan()
	if err != nil {
		return nil, err
	}
	p, err := a.config.Projects.CreatePlan(ctx, r.caller, r.target.project, given)
	return a.shownPlan(ctx, r, p, err)
}

func (a *API) replacePlan(ctx context.Context, r *request) (any, error) {
	given, err := r.givenPlan()
	if err != nil {
		return nil, err
	}
	p, err := a.config.Projects.ReplacePlan(ctx, r.caller, r.target.project, r.params["id"], given)
	return a.shownPlan(ctx, r, p, err)
}

func (a *API) deletePlan(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.DeletePlan(ctx, r.caller, r.target.project, r.params["id"])
}
