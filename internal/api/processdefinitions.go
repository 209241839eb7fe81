package api

import (
	"context"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// Editing of processes under its older name, processDefinitions: the same operations, with bodies of another shape. What
// their answers link to is the newer name.

// definitionType shows a type in the older shape.
func (r *request) definitionType(p *project.Process, t *project.WorkItemType) (azdo.WorkItemTypeModel, error) {
	now, err := r.processType(p, t)
	class := map[string]string{"system": "system", "inherited": "derived", "custom": "custom"}[now.Customization]
	return azdo.WorkItemTypeModel{ID: now.ReferenceName, Name: now.Name, Description: now.Description, URL: now.URL, Inherits: t.Inherits, Class: class,
		Color: now.Color, Icon: now.Icon, IsDisabled: now.IsDisabled, Behaviors: now.Behaviors, Layout: now.Layout, States: now.States}, err
}

func (a *API) listDefinitionTypes(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemTypeModel, len(p.Types))
	for i, t := range p.Types {
		if list[i], err = r.definitionType(p, t); err != nil {
			return nil, err
		}
	}
	return azdo.NewList(list), nil
}

func (a *API) showDefinitionType(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	return r.definitionType(p, t)
}

// createDefinitionType derives the type that the body inherits from, or makes one that comes from none.
func (a *API) createDefinitionType(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name, Inherits           string
		Description, Color, Icon *string
		IsDisabled               *bool
	}
	err := r.decode(&body)
	if err != nil {
		return nil, err
	}
	r.params["witRefName"], err = a.config.Projects.CreateType(ctx, r.caller, r.params["processId"], project.TypeDraft{Name: body.Name,
		Inherits: body.Inherits, Description: body.Description, Color: body.Color, Icon: body.Icon, Disabled: body.IsDisabled})
	if err != nil {
		return nil, err
	}
	shown, err := a.showDefinitionType(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) updateDefinitionType(ctx context.Context, r *request) (any, error) {
	d, err := r.typeDraft()
	if err != nil {
		return nil, err
	}
	if err := a.config.Projects.UpdateType(ctx, r.caller, r.params["processId"], r.params["witRefName"], d); err != nil {
		return nil, err
	}
	return a.showDefinitionType(ctx, r)
}

// definitionFieldTypes are the types of fields with the numbers that they have under the older name.
func definitionFieldTypes() enum {
	return enum{{"string", "1"}, {"integer", "2"}, {"dateTime", "3"}, {"plainText", "5"}, {"html", "7"}, {"treePath", "8"}, {"history", "9"}, {"double", "10"},
		{"guid", "11"}, {"boolean", "12"}, {"identity", "13"}, {"picklistInteger", "14"}, {"picklistString", "15"}, {"picklistDouble", "16"}}
}

func (r *request) definitionField(p *project.Process, t *project.WorkItemType, f *project.TypeField) azdo.WorkItemTypeFieldModel {
	now := r.processField(p, t, f, false)
	shown := azdo.WorkItemTypeFieldModel{ReferenceName: now.ReferenceName, Name: now.Name, Type: now.Type, Description: now.Description,
		URL: now.URL, Required: now.Required, ReadOnly: now.ReadOnly, DefaultValue: now.DefaultValue}
	if l := f.Field.Picklist; l != nil {
		shown.PickList = r.listWithIDs(l)
		shown.PickList.Items = nil
	}
	return shown
}

func (a *API) listDefinitionFields(ctx context.Context, r *request) (any, error) {
	r.params["witRefName"] = r.params["witRefNameForFields"]
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemTypeFieldModel, len(t.Fields))
	for i := range t.Fields {
		list[i] = r.definitionField(p, t, &t.Fields[i])
	}
	return azdo.NewList(list), nil
}

func (a *API) showDefinitionField(ctx context.Context, r *request) (any, error) {
	r.params["witRefName"] = r.params["witRefNameForFields"]
	catalog, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	if f := catalog.FindField(r.params["fieldRefName"]); f != nil && t.Field(f.ID) != nil {
		return r.definitionField(p, t, t.Field(f.ID)), nil
	}
	return nil, fault.TypeFieldNotFound(t.Name, r.params["fieldRefName"])
}

// putDefinitionField puts a field on a type, or changes what is demanded of it there.
func (a *API) putDefinitionField(ctx context.Context, r *request) (any, error) {
	name, d, err := r.typeFieldDraft()
	if err != nil {
		return nil, err
	}
	if r.params["fieldRefName"] == "" {
		r.params["fieldRefName"] = name
	}
	add := r.method == http.MethodPost
	r.params["fieldRefName"], err = a.config.Projects.PutTypeField(ctx, r.caller, r.params["processId"], r.params["witRefNameForFields"], r.params["fieldRefName"], add, d)
	if err != nil {
		return nil, err
	}
	shown, err := a.showDefinitionField(ctx, r)
	if add {
		return reply{status: http.StatusCreated, value: shown}, err
	}
	return shown, err
}

func (a *API) removeDefinitionField(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.RemoveTypeField(ctx, r.caller, r.params["processId"], r.params["witRefNameForFields"], r.params["fieldRefName"]))
}

// createDefinitionField adds a field to the organization; types get it by an operation of its own.
func (a *API) createDefinitionField(ctx context.Context, r *request) (any, error) {
	var body struct {
		ID, Name, Description string
		Type                  word
		PickList              *struct{ ID string }
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if _, _, err := a.editedProcess(ctx, r, r.params["processId"]); err != nil {
		return nil, err
	}
	kind, err := definitionFieldTypes().parse("type", string(body.Type))
	if err != nil {
		return nil, err
	}
	d := project.FieldDraft{Field: project.Field{Name: body.Name, ReferenceName: body.ID, Description: body.Description, Identity: kind == "identity"}}
	if d.Identity {
		kind = "string"
	}
	if body.PickList != nil {
		d.PicklistID = body.PickList.ID
	}
	plain, listed := strings.CutPrefix(kind, "picklist")
	if listed && d.PicklistID == "" {
		return nil, fault.InvalidArgument("A field of type %s needs a pickList.", kind)
	}
	d.Type, _ = project.ParseFieldType(plain) // one of the words
	name, err := a.config.Projects.CreateField(ctx, r.caller, d)
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	f := catalog.FindField(name)
	shown := azdo.FieldModel{ID: f.ReferenceName, Name: f.Name, Description: f.Description, Type: r.fieldKind(f), URL: fieldURL(r.base, f)}
	if f.Picklist != nil {
		shown.PickList = r.listWithIDs(f.Picklist)
		shown.PickList.Items = nil
	}
	return reply{status: http.StatusCreated, value: shown}, nil
}

func (r *request) definitionBehavior(p *project.Process, b *project.Behavior) azdo.BehaviorModel {
	now := r.wireBehavior(p, b, false)
	shown := azdo.BehaviorModel{ID: now.ReferenceName, Name: now.Name, Rank: now.Rank, Color: now.Color, URL: now.URL, Abstract: b.Abstract, Overridden: b.Edited && !b.Custom}
	if now.Inherits != nil {
		shown.Inherits = &azdo.WorkItemBehaviorReference{ID: now.Inherits.BehaviorRefName, URL: now.Inherits.URL}
	}
	return shown
}

func (a *API) listDefinitionBehaviors(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	list := make([]azdo.BehaviorModel, len(p.Behaviors))
	for i := range p.Behaviors {
		list[i] = r.definitionBehavior(p, &p.Behaviors[i])
	}
	return azdo.NewList(list), nil
}

func (a *API) showDefinitionBehavior(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	b := p.Behavior(r.params["behaviorId"])
	if b == nil {
		return nil, fault.BehaviorNotFound(r.params["behaviorId"])
	}
	return r.definitionBehavior(p, b), nil
}

func (a *API) createDefinitionBehavior(ctx context.Context, r *request) (any, error) {
	var body struct {
		ID, Inherits string
		Name, Color  *string
	}
	err := r.decode(&body)
	if err != nil {
		return nil, err
	}
	d := project.BehaviorDraft{ReferenceName: body.ID, Inherits: body.Inherits, Name: body.Name, Color: body.Color}
	if r.params["behaviorId"], err = a.config.Projects.CreateBehavior(ctx, r.caller, r.params["processId"], d); err != nil {
		return nil, err
	}
	shown, err := a.showDefinitionBehavior(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) replaceDefinitionBehavior(ctx context.Context, r *request) (any, error) {
	var body struct{ Name, Color *string }
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	d := project.BehaviorDraft{Name: body.Name, Color: body.Color}
	if err := a.config.Projects.UpdateBehavior(ctx, r.caller, r.params["processId"], r.params["behaviorId"], d); err != nil {
		return nil, err
	}
	return a.showDefinitionBehavior(ctx, r)
}

func (a *API) deleteDefinitionBehavior(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeleteBehavior(ctx, r.caller, r.params["processId"], r.params["behaviorId"]))
}
