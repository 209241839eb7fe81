package api

import (
	"context"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

func (r *request) template(t project.Template, whole bool) azdo.WorkItemTemplate {
	id := t.GUID.String()
	shown := azdo.WorkItemTemplate{ID: id, Name: t.Name, Description: t.Description, WorkItemTypeName: t.Type,
		URL: r.base + "/" + t.Team.Project.GUID.String() + "/" + t.Team.GUID.String() + "/_apis/wit/templates/" + id}
	if whole {
		shown.Fields = t.Fields
	}
	return shown
}

func (a *API) listTemplates(ctx context.Context, r *request) (any, error) {
	all, err := a.config.Projects.Templates(ctx, r.caller, r.target.project, r.target.team)
	if err != nil {
		return nil, err
	}
	kind := r.query.text("workitemtypename")
	shown := []azdo.WorkItemTemplate{}
	for _, t := range all {
		if kind == "" || strings.EqualFold(kind, t.Type) {
			shown = append(shown, r.template(t, false))
		}
	}
	return azdo.NewList(shown), nil
}

func (r *request) templateID() (uuid.UUID, error) {
	id, err := uuid.Parse(r.params["templateId"])
	if err != nil {
		return id, fault.TemplateNotFound(r.params["templateId"])
	}
	return id, nil
}

func (a *API) showTemplate(ctx context.Context, r *request) (any, error) {
	id, err := r.templateID()
	if err != nil {
		return nil, err
	}
	all, err := a.config.Projects.Templates(ctx, r.caller, r.target.project, r.target.team)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.GUID == id {
			return r.template(t, true), nil
		}
	}
	return nil, fault.TemplateNotFound(id.String())
}

// givenTemplate reads a template that a client wrote.
func (r *request) givenTemplate() (project.Template, error) {
	var body azdo.WorkItemTemplate
	err := r.decode(&body)
	return project.Template{Name: body.Name, Description: body.Description, Type: body.WorkItemTypeName, Fields: body.Fields}, err
}

func (a *API) createTemplate(ctx context.Context, r *request) (any, error) {
	t, err := r.givenTemplate()
	if err != nil {
		return nil, err
	}
	if t, err = a.config.Projects.CreateTemplate(ctx, r.caller, r.target.project, r.target.team, t); err != nil {
		return nil, err
	}
	return reply{status: http.StatusCreated, value: r.template(t, true)}, nil
}

func (a *API) replaceTemplate(ctx context.Context, r *request) (any, error) {
	id, err := r.templateID()
	if err != nil {
		return nil, err
	}
	t, err := r.givenTemplate()
	if err != nil {
		return nil, err
	}
	t.GUID = id
	if t, err = a.config.Projects.ReplaceTemplate(ctx, r.caller, r.target.project, r.target.team, t); err != nil {
		return nil, err
	}
	return r.template(t, true), nil
}

func (a *API) deleteTemplate(ctx context.Context, r *request) (any, error) {
	id, err := r.templateID()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.DeleteTemplate(ctx, r.caller, r.target.project, r.target.team, id)
}
