package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// createGraphGroup makes a group in a project, or in the organization, and puts it into others.
func (a *API) createGraphGroup(ctx context.Context, r *request) (any, error) {
	var body struct {
		DisplayName string  `json:"displayName"`
		Description string  `json:"description"`
		OriginID    *string `json:"originId"`
		MailAddress *string `json:"mailAddress"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.OriginID != nil || body.MailAddress != nil {
		return nil, fault.NotImplemented("Taking in groups of a directory")
	}
	made, err := a.config.Projects.CreateGroups(ctx, a.config.Access, r.caller, project.GroupDraft{Scope: r.query.text("scopeDescriptor"),
		Name: body.DisplayName, Description: body.Description, Containers: r.query.list("groupDescriptors")})
	if err != nil {
		return nil, err
	}
	shown := r.graphSubject(&subject{group: made[0]})
	return reply{status: http.StatusCreated, value: shown, location: shown.URL}, nil
}

// updateGraphGroup takes a patch of the name and the description of a group.
func (a *API) updateGraphGroup(ctx context.Context, r *request) (any, error) {
	body, err := r.body("application/json-patch+json")
	if err != nil {
		return nil, err
	}
	ops, err := work.ParsePatch(body)
	if err != nil {
		return nil, err
	}
	var name, description *string
	for i, op := range ops {
		var text string
		if op.Op != "replace" && op.Op != "add" || json.Unmarshal(op.Value, &text) != nil {
			return nil, fault.InvalidPatch().WithHint("operation %d: the name and the description are replaced, by texts", i+1)
		}
		switch strings.ToLower(op.Path) {
		case "/displayname":
			name = &text
		case "/description":
			description = &text
		default:
			return nil, fault.InvalidPatch().WithHint("operation %d: a group has /displayName and /description to change", i+1)
		}
	}
	changed, err := a.config.Projects.ChangeGroup(ctx, a.config.Access, r.caller, r.params["groupDescriptor"], name, description)
	if err != nil {
		return nil, err
	}
	return r.graphSubject(&subject{group: changed}), nil
}

func (a *API) deleteGraphGroup(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.DeleteGroup(ctx, a.config.Access, r.caller, r.params["groupDescriptor"])
}
