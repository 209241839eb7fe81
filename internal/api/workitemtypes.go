package api

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// typeScope is the project of a request about its types.
func (a *API) typeScope(ctx context.Context, r *request) (*project.Project, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	return r.findProject(catalog, r.target.project)
}

func (a *API) findType(ctx context.Context, r *request) (*project.Project, *project.WorkItemType, error) {
	p, err := a.typeScope(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	t := p.Process.Type(r.params["type"])
	if t == nil {
		return nil, nil, fault.WorkItemTypeNotFound(r.params["type"], p.Name)
	}
	return p, t, nil
}

func (a *API) listWorkItemTypes(ctx context.Context, r *request) (any, error) {
	p, err := a.typeScope(ctx, r)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemType, len(p.Process.Types))
	for i, t := range p.Process.Types {
		list[i] = r.wireType(p, t)
	}
	return azdo.NewList(list), nil
}

func (a *API) showWorkItemType(ctx context.Context, r *request) (any, error) {
	p, t, err := a.findType(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := r.wireType(p, t)
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}}
	return shown, nil
}

func (a *API) listTypeStates(ctx context.Context, r *request) (any, error) {
	_, t, err := a.findType(ctx, r)
	if err != nil {
		return nil, err
	}
	return azdo.NewList(wireStates(t)), nil
}

func wireStates(t *project.WorkItemType) []azdo.WorkItemStateColor {
	list := make([]azdo.WorkItemStateColor, len(t.States))
	for i, s := range t.States {
		list[i] = azdo.WorkItemStateColor{Name: s.Name, Color: s.Color, Category: s.Category.String()}
	}
	return list
}

func (r *request) wireType(p *project.Project, t *project.WorkItemType) azdo.WorkItemType {
	base := r.base + "/" + p.GUID.String()
	shown := azdo.WorkItemType{
		Name: t.Name, ReferenceName: t.ReferenceName, Description: t.Description, Color: t.Color,
		Icon:    azdo.WorkItemIcon{ID: t.Icon, URL: r.base + "/_apis/wit/workItemIcons/" + t.Icon + "?color=" + t.Color + "&v=2"},
		XMLForm: "<FORM></FORM>", States: wireStates(t), URL: r.typeURL(p, t), Transitions: map[string][]azdo.WorkItemStateTransition{},
	}
	for i := range t.Fields {
		f := typeField(base, &t.Fields[i])
		shown.Fields, shown.FieldInstances = append(shown.Fields, f), append(shown.FieldInstances, f)
	}
	for _, s := range t.States { // observed: staying comes first
		shown.Transitions[s.Name] = []azdo.WorkItemStateTransition{{To: s.Name}}
	}
	for _, tr := range t.Transitions {
		shown.Transitions[tr.From] = append(shown.Transitions[tr.From], azdo.WorkItemStateTransition{To: tr.To, Actions: tr.Actions})
	}
	return shown
}

func (r *request) typeURL(p *project.Project, t *project.WorkItemType) string {
	return r.base + "/" + p.GUID.String() + "/_apis/wit/workItemTypes/" + url.PathEscape(t.Name)
}

// typeField shows a field without the lists that only $expand asks for.
func typeField(base string, tf *project.TypeField) azdo.WorkItemTypeField {
	shown := azdo.WorkItemTypeField{HelpText: tf.Field.Description, AlwaysRequired: tf.Required(), ReferenceName: tf.Field.ReferenceName,
		Name: tf.Field.Name, URL: fieldURL(base, tf.Field)}
	if value, ok := tf.Default(); ok {
		shown.DefaultValue = value
	}
	return shown
}

func (a *API) listTypeFields(ctx context.Context, r *request) (any, error) {
	p, t, err := a.findType(ctx, r)
	if err != nil {
		return nil, err
	}
	show, err := a.expandFields(ctx, r, p, t)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemTypeField, len(t.Fields))
	for i := range t.Fields {
		list[i] = show(&t.Fields[i])
	}
	return azdo.NewList(list), nil
}

func (a *API) showTypeField(ctx context.Context, r *request) (any, error) {
	p, t, err := a.findType(ctx, r)
	if err != nil {
		return nil, err
	}
	name := r.params["field"]
	at := slices.IndexFunc(t.Fields, func(f project.TypeField) bool {
		return strings.EqualFold(f.Field.ReferenceName, name) || strings.EqualFold(f.Field.Name, name)
	})
	if at < 0 {
		return nil, fault.FieldMissing(name)
	}
	show, err := a.expandFields(ctx, r, p, t)
	if err != nil {
		return nil, err
	}
	return show(&t.Fields[at]), nil
}

// expandFields returns what shows fields of a type as $expand asks.
func (a *API) expandFields(ctx context.Context, r *request, p *project.Project, t *project.WorkItemType) (func(*project.TypeField) azdo.WorkItemTypeField, error) {
	levels := enum{{"none", "0"}, {"allowedValues", "1"}, {"dependentFields", "2"}, {"all", "3"}}
	level, err := levels.parse("$expand", r.query.text("$expand"))
	if err != nil {
		return nil, err
	}
	var people *access.Directory
	if level == "allowedValues" || level == "all" {
		if people, err = a.config.Access.Snapshot(ctx, r.org.ID); err != nil {
			return nil, err
		}
	}
	base, render := r.base+"/"+p.GUID.String(), r.renderer()
	return func(tf *project.TypeField) azdo.WorkItemTypeField {
		shown := typeField(base, tf)
		if people != nil {
			shown.AllowedValues = []any{}
			for _, v := range work.AllowedValues(t, tf, people) {
				shown.AllowedValues = append(shown.AllowedValues, render.value(v))
			}
		}
		if level == "dependentFields" || level == "all" {
			shown.DependentFields = []azdo.WorkItemFieldReference{}
			for _, f := range t.Dependents(tf.Field) {
				shown.DependentFields = append(shown.DependentFields, fieldRef(base, f))
			}
		}
		return shown
	}, nil
}
