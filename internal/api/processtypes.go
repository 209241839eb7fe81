package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

func (a *API) editedType(ctx context.Context, r *request) (*project.Catalog, *project.Process, *project.WorkItemType, error) {
	catalog, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, nil, nil, err
	}
	t := p.Type(r.params["witRefName"])
	if t == nil {
		return nil, nil, nil, fault.ProcessTypeNotFound(r.params["witRefName"])
	}
	return catalog, p, t, nil
}

func (r *request) processType(p *project.Process, t *project.WorkItemType) (azdo.ProcessWorkItemType, error) {
	expand, err := typeExpand(r.query.text("$expand"))
	shown := azdo.ProcessWorkItemType{ReferenceName: t.ReferenceName, Name: t.Name, Description: t.Description, URL: r.processTypeURL(p, t),
		Customization: "system", Color: t.Color, Icon: t.Icon, IsDisabled: t.Disabled}
	if t.Inherits != "" {
		shown.Inherits = &t.Inherits
	}
	switch {
	case t.Custom:
		shown.Customization = "custom"
	case t.Edited:
		shown.Customization = "inherited"
	}
	if expand["states"] {
		shown.States = r.processStates(p, t)
	}
	if expand["behaviors"] {
		shown.Behaviors = r.typeBehaviors(p, t)
	}
	if expand["layout"] {
		layout := wireForm(t.Form())
		shown.Layout = &layout
	}
	return shown, err
}

// typeExpand reads what to show of types besides: words, or the sum of their numbers.
func typeExpand(text string) (map[string]bool, error) {
	words, expand := enum{{"none", "0"}, {"states", "1"}, {"behaviors", "2"}, {"layout", "4"}}, map[string]bool{}
	if sum, err := strconv.Atoi(text); err == nil && sum >= 0 && sum < 8 {
		for bit, at := range words[1:] {
			expand[at.word] = sum>>bit&1 == 1
		}
		return expand, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		word, err := words.parse("$expand", strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		expand[word] = true
	}
	return expand, nil
}

func (r *request) processTypeURL(p *project.Process, t *project.WorkItemType) string {
	return r.processURL(p) + "/workItemTypes/" + t.ReferenceName
}

func (a *API) listProcessTypes(ctx context.Context, r *request) (any, error) {
	_, p, err := a.editedProcess(ctx, r, r.params["processId"])
	if err != nil {
		return nil, err
	}
	list := make([]azdo.ProcessWorkItemType, len(p.Types))
	for i, t := range p.Types {
		if list[i], err = r.processType(p, t); err != nil {
			return nil, err
		}
	}
	return azdo.NewList(list), nil
}

func (a *API) showProcessType(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	return r.processType(p, t)
}

func (r *request) typeDraft() (d project.TypeDraft, err error) {
	var body struct {
		Name, InheritsFrom       string
		Description, Color, Icon *string
		IsDisabled               *bool
	}
	err = r.decode(&body)
	return project.TypeDraft{Name: body.Name, Inherits: body.InheritsFrom, Description: body.Description, Color: body.Color,
		Icon: body.Icon, Disabled: body.IsDisabled}, err
}

func (a *API) createProcessType(ctx context.Context, r *request) (any, error) {
	d, err := r.typeDraft()
	if err != nil {
		return nil, err
	}
	if r.params["witRefName"], err = a.config.Projects.CreateType(ctx, r.caller, r.params["processId"], d); err != nil {
		return nil, err
	}
	shown, err := a.showProcessType(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) updateProcessType(ctx context.Context, r *request) (any, error) {
	d, err := r.typeDraft()
	if err != nil {
		return nil, err
	}
	if err := a.config.Projects.UpdateType(ctx, r.caller, r.params["processId"], r.params["witRefName"], d); err != nil {
		return nil, err
	}
	return a.showProcessType(ctx, r)
}

func (a *API) deleteProcessType(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeleteType(ctx, r.caller, r.params["processId"], r.params["witRefName"]))
}

func (r *request) processField(p *project.Process, t *project.WorkItemType, f *project.TypeField, values bool) azdo.ProcessWorkItemTypeField {
	shown := azdo.ProcessWorkItemTypeField{ReferenceName: f.Field.ReferenceName, Name: f.Field.Name, Type: r.fieldKind(f.Field),
		Description: f.Field.Description, URL: r.processTypeURL(p, t) + "/fields/" + f.Field.ReferenceName, Required: f.Required(),
		ReadOnly: f.ReadOnly(), IsLocked: f.Field.Locked, Customization: "system"}
	switch {
	case f.Field.Custom:
		shown.Customization = "custom"
	case f.Edited:
		shown.Customization = "inherited"
	}
	if value, ok := f.Default(); ok {
		shown.DefaultValue = value
	}
	if list, _ := f.AllowedValues(); values && len(list) > 0 {
		for _, v := range list {
			shown.AllowedValues = append(shown.AllowedValues, v)
		}
	}
	return shown
}

// fieldKind is the type of a field as the editing of processes names it.
func (r *request) fieldKind(f *project.Field) string {
	switch {
	case f.Identity:
		return "identity"
	case f.Picklist != nil:
		return "picklist" + r.wirePicklist(f.Picklist).Type
	}
	return f.Type.String()
}

func (a *API) listProcessFields(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	expand, err := fieldExpands().parse("$expand", r.query.text("$expand"))
	list := make([]azdo.ProcessWorkItemTypeField, len(t.Fields))
	for i := range t.Fields {
		list[i] = r.processField(p, t, &t.Fields[i], expand != "none")
	}
	return azdo.NewList(list), err
}

func fieldExpands() enum { return enum{{"none", "0"}, {"allowedValues", "1"}, {"all", "2"}} }

func (a *API) showProcessField(ctx context.Context, r *request) (any, error) {
	catalog, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	expand, err := fieldExpands().parse("$expand", r.query.text("$expand"))
	if err != nil {
		return nil, err
	}
	if f := catalog.FindField(r.params["fieldRefName"]); f != nil && t.Field(f.ID) != nil {
		return r.processField(p, t, t.Field(f.ID), expand != "none"), nil
	}
	return nil, fault.TypeFieldNotFound(t.Name, r.params["fieldRefName"])
}

// typeFieldDraft reads what a body demands of a field of a type, and the field's name if it has one.
func (r *request) typeFieldDraft() (name string, d project.TypeFieldDraft, err error) {
	var body struct {
		ReferenceName      string
		Required, ReadOnly *bool
		DefaultValue       json.RawMessage
		AllowedValues      []string
		AllowGroups        *bool
	}
	if err := r.decode(&body); err != nil {
		return "", d, err
	}
	d = project.TypeFieldDraft{Required: body.Required, ReadOnly: body.ReadOnly, Allowed: body.AllowedValues}
	if text := string(body.DefaultValue); text != "" && text != "null" {
		var quoted string
		if err := json.Unmarshal(body.DefaultValue, &quoted); err == nil {
			text = quoted
		}
		d.Default = &text
	}
	return body.ReferenceName, d, nil
}

func (a *API) putProcessField(ctx context.Context, r *request) (any, error) {
	name, d, err := r.typeFieldDraft()
	if err != nil {
		return nil, err
	}
	add := r.method == http.MethodPost
	if !add {
		name = r.params["fieldRefName"]
	}
	if r.params["fieldRefName"], err = a.config.Projects.PutTypeField(ctx, r.caller, r.params["processId"], r.params["witRefName"], name, add, d); err != nil {
		return nil, err
	}
	shown, err := a.showProcessField(ctx, r)
	if add {
		return reply{status: http.StatusCreated, value: shown}, err
	}
	return shown, err
}

func (a *API) removeProcessField(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.RemoveTypeField(ctx, r.caller, r.params["processId"], r.params["witRefName"], r.params["fieldRefName"]))
}

func (r *request) processState(p *project.Process, t *project.WorkItemType, s *project.State, hidden bool) azdo.WorkItemStateResult {
	id := p.StateID(t, s.Name)
	kind := "system"
	switch {
	case slices.Contains(t.Added, s.Name):
		kind = "custom"
	case hidden:
		kind = "inherited"
	}
	return azdo.WorkItemStateResult{ID: id, Name: s.Name, Color: s.Color, StateCategory: s.Category.String(), Order: s.Order, Hidden: hidden,
		URL: r.processTypeURL(p, t) + "/states/" + id, CustomizationType: kind}
}

// processStates lists the states of a type, behind them those that are hidden.
func (r *request) processStates(p *project.Process, t *project.WorkItemType) (list []azdo.WorkItemStateResult) {
	for i := range t.States {
		list = append(list, r.processState(p, t, &t.States[i], false))
	}
	for i := range t.Hiding {
		if s := &t.Hiding[i]; !slices.Contains(t.Added, s.Name) {
			list = append(list, r.processState(p, t, s, true))
		}
	}
	return list
}

func (a *API) listProcessStates(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	return azdo.NewList(r.processStates(p, t)), nil
}

func (a *API) showProcessState(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	s, hidden, err := p.FindState(t, r.params["stateId"])
	if err != nil {
		return nil, err
	}
	return r.processState(p, t, s, hidden), nil
}

func (r *request) stateDraft() (d project.StateDraft, err error) {
	var body struct {
		Name, Color, StateCategory *string
		Order                      *int
	}
	err = r.decode(&body)
	return project.StateDraft{Name: body.Name, Color: body.Color, Category: body.StateCategory, Order: body.Order}, err
}

func (a *API) createProcessState(ctx context.Context, r *request) (any, error) {
	d, err := r.stateDraft()
	if err != nil {
		return nil, err
	}
	if r.params["stateId"], err = a.config.Projects.CreateState(ctx, r.caller, r.params["processId"], r.params["witRefName"], d); err != nil {
		return nil, err
	}
	shown, err := a.showProcessState(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) updateProcessState(ctx context.Context, r *request) (any, error) {
	d, err := r.stateDraft()
	if err != nil {
		return nil, err
	}
	if err := a.config.Projects.UpdateState(ctx, r.caller, r.params["processId"], r.params["witRefName"], r.params["stateId"], d); err != nil {
		return nil, err
	}
	return a.showProcessState(ctx, r)
}

func (a *API) hideProcessState(ctx context.Context, r *request) (any, error) {
	var body struct{ Hidden bool }
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if err := a.config.Projects.HideState(ctx, r.caller, r.params["processId"], r.params["witRefName"], r.params["stateId"], body.Hidden); err != nil {
		return nil, err
	}
	return a.showProcessState(ctx, r)
}

func (a *API) deleteProcessState(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeleteState(ctx, r.caller, r.params["processId"], r.params["witRefName"], r.params["stateId"]))
}

func (r *request) processRule(p *project.Process, t *project.WorkItemType, d *project.RuleDefinition) azdo.ProcessRule {
	shown := azdo.ProcessRule{ID: d.ID, Name: d.Name, IsDisabled: d.Disabled, CustomizationType: "custom", URL: r.processTypeURL(p, t) + "/rules/" + d.ID}
	for _, c := range d.Conditions {
		shown.Conditions = append(shown.Conditions, azdo.RuleCondition{ConditionType: c.Type, Field: c.Field, Value: c.Value})
	}
	for _, c := range d.Actions {
		shown.Actions = append(shown.Actions, azdo.RuleAction{ActionType: c.Type, TargetField: c.Field, Value: c.Value})
	}
	return shown
}

func (a *API) listProcessRules(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	var list []azdo.ProcessRule
	for i := range t.CustomRules {
		list = append(list, r.processRule(p, t, &t.CustomRules[i]))
	}
	return azdo.NewList(list), nil
}

func (a *API) showProcessRule(ctx context.Context, r *request) (any, error) {
	_, p, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	d := t.Rule(r.params["ruleId"])
	if d == nil {
		return nil, fault.RuleNotFound(r.params["ruleId"])
	}
	return r.processRule(p, t, d), nil
}

// conditionTypes and actionTypes are the numbers of what rules are made of. Which of them are served is not told here.
func conditionTypes() enum {
	return enum{{"when", "1"}, {"whenNot", "2"}, {"whenChanged", "3"}, {"whenNotChanged", "4"}, {"whenWas", "5"},
		{"whenStateChangedTo", "6"}, {"whenStateChangedFromAndTo", "7"}, {"whenWorkItemIsCreated", "8"}, {"whenValueIsDefined", "9"},
		{"whenValueIsNotDefined", "10"}, {"whenCurrentUserIsMemberOfGroup", "11"}, {"whenCurrentUserIsNotMemberOfGroup", "12"}}
}

func actionTypes() enum {
	return enum{{"makeRequired", "1"}, {"makeReadOnly", "2"}, {"setDefaultValue", "3"}, {"setDefaultFromClock", "4"},
		{"setDefaultFromCurrentUser", "5"}, {"setDefaultFromField", "6"}, {"copyValue", "7"}, {"copyFromClock", "8"},
		{"copyFromCurrentUser", "9"}, {"copyFromField", "10"}, {"setValueToEmpty", "11"}, {"copyFromServerClock", "12"},
		{"copyFromServerCurrentUser", "13"}, {"hideTargetField", "14"}, {"disallowValue", "15"}}
}

func (a *API) putProcessRule(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name       string `json:"name"`
		IsDisabled bool   `json:"isDisabled"`
		Conditions []struct {
			ConditionType word   `json:"conditionType"`
			Field         string `json:"field"`
			Value         string `json:"value"`
		} `json:"conditions"`
		Actions []struct {
			ActionType  word   `json:"actionType"`
			TargetField string `json:"targetField"`
			Value       string `json:"value"`
		} `json:"actions"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	d := project.RuleDefinition{ID: r.params["ruleId"], Name: body.Name, Disabled: body.IsDisabled}
	for _, c := range body.Conditions {
		d.Conditions = append(d.Conditions, project.RuleCondition{Type: conditionTypes().spell(c.ConditionType), Field: c.Field, Value: c.Value})
	}
	for _, c := range body.Actions {
		d.Actions = append(d.Actions, project.RuleAction{Type: actionTypes().spell(c.ActionType), Field: c.TargetField, Value: c.Value})
	}
	stored, err := a.config.Projects.PutRule(ctx, r.caller, r.params["processId"], r.params["witRefName"], d)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if r.params["ruleId"] == "" {
		status = http.StatusCreated
	}
	r.params["ruleId"] = stored.ID
	shown, err := a.showProcessRule(ctx, r)
	return reply{status: status, value: shown}, err
}

func (a *API) deleteProcessRule(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeleteRule(ctx, r.caller, r.params["processId"], r.params["witRefName"], r.params["ruleId"]))
}
