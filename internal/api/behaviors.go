package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

func (r *request) wireBehavior(p *project.Process, b *project.Behavior, fields bool) azdo.ProcessBehavior {
	url := func(name string) string { return r.processURL(p) + "/behaviors/" + name }
	shown := azdo.ProcessBehavior{ReferenceName: b.ReferenceName, Name: b.Name, Rank: b.Rank, Color: b.Color, Customization: "system", URL: url(b.ReferenceName)}
	switch {
	case b.Custom:
		shown.Customization = "custom"
	case b.Edited:
		shown.Customization = "inherited"
	}
	if b.Inherits != "" {
		shown.Inherits = &azdo.ProcessBehaviorReference{BehaviorRefName: b.Inherits, URL: url(b.Inherits)}
	}
	if fields {
		shown.Fields = []azdo.WorkItemFieldReference{}
		for _, f := range b.Fields {
			shown.Fields = append(shown.Fields, fieldRef(r.base, f))
		}
	}
	return shown
}

func (a *API) listBehaviors(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	expand, err := behaviorExpands().parse("$expand", r.query.text("$expand"))
	list := make([]azdo.ProcessBehavior, len(p.Behaviors))
	for i := range p.Behaviors {
		list[i] = r.wireBehavior(p, &p.Behaviors[i], expand != "none")
	}
	return azdo.NewList(list), err
}

func (a *API) showBehavior(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	expand, err := behaviorExpands().parse("$expand", r.query.text("$expand"))
	if err != nil {
		return nil, err
	}
	for i := range p.Behaviors {
		if b := &p.Behaviors[i]; strings.EqualFold(b.ReferenceName, r.params["behaviorRefName"]) {
			return r.wireBehavior(p, b, expand != "none"), nil
		}
	}
	return nil, fault.BehaviorNotFound(r.params["behaviorRefName"])
}

// showAdminBehaviors lists the backlog levels of a process as its administration shows them, or shows the one that the address
// or the parameter behaviorRefName names.
func (a *API) showAdminBehaviors(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	if name := cmp.Or(r.params["behaviorid"], r.query.text("behaviorRefName")); name != "" {
		b := p.Behavior(name)
		if b == nil {
			return nil, fault.BehaviorNotFound(name)
		}
		return adminBehavior(p, b), nil
	}
	list := make([]azdo.AdminBehavior, len(p.Behaviors))
	for i := range p.Behaviors {
		list[i] = adminBehavior(p, &p.Behaviors[i])
	}
	return azdo.NewList(list), nil
}

func adminBehavior(p *project.Process, b *project.Behavior) azdo.AdminBehavior {
	shown := azdo.AdminBehavior{ID: b.ReferenceName, Name: b.Name, Abstract: b.Abstract, Rank: b.Rank, Color: b.Color, Inherits: b.Inherits,
		Custom: b.Custom, Overridden: b.Edited && !b.Custom, Fields: []azdo.AdminBehaviorField{}}
	for _, f := range b.Fields {
		field := azdo.AdminBehaviorField{ID: f.ReferenceName, Name: f.Name}
		for part, of := range p.BacklogFields {
			if of == f {
				field.BehaviorFieldID = part
			}
		}
		shown.Fields = append(shown.Fields, field)
	}
	return shown
}

func behaviorExpands() enum { return enum{{"none", "0"}, {"fields", "1"}, {"combinedFields", "2"}} }

// typeBehaviors lists the backlog levels of a type.
func (r *request) typeBehaviors(p *project.Process, t *project.WorkItemType) []azdo.WorkItemTypeBehavior {
	list := []azdo.WorkItemTypeBehavior{}
	for _, b := range p.Behaviors {
		if c := p.Category(b.Category); c != nil && slices.Contains(c.Types, t.Name) {
			list = append(list, azdo.WorkItemTypeBehavior{IsDefault: c.Default == t.Name,
				Behavior: azdo.WorkItemBehaviorReference{ID: b.ReferenceName, URL: r.processURL(p) + "/behaviors/" + b.ReferenceName},
				URL:      r.processURL(p) + "/workItemTypesBehaviors/" + t.ReferenceName + "/behaviors/" + b.ReferenceName})
		}
	}
	return list
}

func (a *API) createBehavior(ctx context.Context, r *request) (any, error) {
	var d struct {
		ReferenceName, Inherits string
		Name, Color             *string
	}
	err := r.decode(&d)
	if err != nil {
		return nil, err
	}
	if r.params["behaviorRefName"], err = a.config.Projects.CreateBehavior(ctx, r.caller, r.params["processId"], project.BehaviorDraft(d)); err != nil {
		return nil, err
	}
	shown, err := a.showBehavior(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) updateBehavior(ctx context.Context, r *request) (any, error) {
	var d struct{ Name, Color *string } // clients also write the level as they have read it
	if err := r.decode(&d); err != nil {
		return nil, err
	}
	if err := a.config.Projects.UpdateBehavior(ctx, r.caller, r.params["processId"], r.params["behaviorRefName"], project.BehaviorDraft{Name: d.Name, Color: d.Color}); err != nil {
		return nil, err
	}
	return a.showBehavior(ctx, r)
}

func (a *API) deleteBehavior(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeleteBehavior(ctx, r.caller, r.params["processId"], r.params["behaviorRefName"]))
}

// putTypeBehavior puts a type on the level that the body names or, for PATCH, makes it the default there.
func (a *API) putTypeBehavior(ctx context.Context, r *request) (any, error) {
	var body struct {
		Behavior  struct{ ID string }
		IsDefault bool
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	put, status := a.config.Projects.AddTypeBehavior, http.StatusCreated
	if r.method == http.MethodPatch {
		put, status = a.config.Projects.UpdateTypeBehavior, http.StatusOK
	}
	if r.params["behaviorRefName"] == "" {
		r.params["behaviorRefName"] = body.Behavior.ID
	}
	if err := put(ctx, r.caller, r.params["processId"], r.params["witRefNameForBehaviors"], r.params["behaviorRefName"], body.IsDefault); err != nil {
		return nil, err
	}
	shown, err := a.listTypeBehaviors(ctx, r)
	return reply{status: status, value: shown}, err
}

func (a *API) removeTypeBehavior(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.RemoveTypeBehavior(ctx, r.caller, r.params["processId"], r.params["witRefNameForBehaviors"], r.params["behaviorRefName"]))
}

func (a *API) listTypeBehaviors(ctx context.Context, r *request) (any, error) {
	r.params["witRefName"] = r.params["witRefNameForBehaviors"]
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	list := r.typeBehaviors(p, t)
	name := r.params["behaviorRefName"]
	if name == "" {
		return azdo.NewList(list), nil
	}
	for _, b := range list {
		if strings.EqualFold(b.Behavior.ID, name) {
			return b, nil
		}
	}
	return nil, fault.BehaviorNotFound(name)
}
