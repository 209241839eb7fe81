package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// projectDraft is a body that makes or changes a project.
type projectDraft struct {
	Name         *string `json:"name"`
	Description  *string `json:"description"`
	Visibility   *word   `json:"visibility"`
	State        *word   `json:"state"`
	Capabilities struct {
		VersionControl struct {
			SourceControlType string `json:"sourceControlType"`
		} `json:"versioncontrol"`
		ProcessTemplate struct {
			TemplateTypeID string `json:"templateTypeId"`
		} `json:"processTemplate"`
	} `json:"capabilities"`
}

// Numbers are those of the Node SDK, the source control types in the spelling of answers.
func visibilities() enum {
	return enum{{"private", "0"}, {"organization", "1"}, {"public", "2"}}
}
func sourceControlTypes() enum { return enum{{"Git", "2"}, {"Tfvc", "1"}} }

func (r *request) projectDraft() (d project.Draft, err error) {
	var body projectDraft
	if err := r.decode(&body); err != nil {
		return d, err
	}
	d.Name, d.Description, d.Process = body.Name, body.Description, body.Capabilities.ProcessTemplate.TemplateTypeID
	if body.Visibility != nil {
		text, err := visibilities().parse("visibility", string(*body.Visibility))
		if err != nil {
			return d, err
		}
		v := project.Visibility(text)
		d.Visibility = &v
	}
	if body.State != nil {
		state, err := projectStates().parse("state", string(*body.State))
		if err != nil {
			return d, err
		}
		d.State = &state
	}
	d.SourceControl, err = sourceControlTypes().parse("sourceControlType", body.Capabilities.VersionControl.SourceControlType)
	return d, err
}

func (a *API) createProject(ctx context.Context, r *request) (any, error) {
	d, err := r.projectDraft()
	if err != nil {
		return nil, err
	}
	d.State = nil
	id, err := a.config.Projects.CreateProject(ctx, r.caller, d)
	return r.accepted(id), err
}

func (a *API) updateProject(ctx context.Context, r *request) (any, error) {
	d, err := r.projectDraft()
	if err != nil {
		return nil, err
	}
	id, err := a.config.Projects.UpdateProject(ctx, r.caller, r.params["projectId"], d)
	return r.accepted(id), err
}

func (a *API) deleteProject(ctx context.Context, r *request) (any, error) {
	guid, err := uuid.Parse(r.params["projectId"])
	if err != nil {
		return nil, fault.InvalidArgument("The project id %q is not valid: a project is deleted by its GUID.", r.params["projectId"])
	}
	id, err := a.config.Projects.RemoveProject(ctx, r.caller, guid)
	return r.accepted(id), err
}

// accepted refers to an operation. observed: its status is notSet, whatever has been done by then.
func (r *request) accepted(id uuid.UUID) reply {
	return reply{status: http.StatusAccepted, value: azdo.OperationReference{ID: id.String(), Status: "notSet", URL: r.operationURL(id)}}
}

func (r *request) operationURL(id uuid.UUID) string {
	return r.base + "/_apis/operations/" + id.String()
}

// showOperation tells how far an operation is. All have ended well by the time that their ids are known.
func (a *API) showOperation(ctx context.Context, r *request) (any, error) {
	id, err := uuid.Parse(r.params["operationId"])
	if err != nil {
		return nil, fault.OperationNotFound(r.params["operationId"])
	}
	if err := a.config.Projects.Operation(ctx, r.caller, id); err != nil {
		return nil, err
	}
	ref := azdo.OperationReference{ID: id.String(), Status: "succeeded", URL: r.operationURL(id)}
	return azdo.Operation{OperationReference: ref, Links: azdo.Links{{Name: "self", Href: ref.URL}}}, nil
}

func (a *API) listProjectHistory(ctx context.Context, r *request) (any, error) {
	var from int64
	if text := r.query.text("minRevision"); text != "" {
		var err error
		if from, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fault.InvalidArgument("The value %q of the parameter minRevision is not valid: it must be a whole number.", text)
		}
	}
	all, err := a.config.Projects.ProjectHistory(ctx, r.caller, from)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.ProjectInfo, len(all))
	for i, p := range all {
		shown[i] = azdo.ProjectInfo{
			ID: p.GUID.String(), Name: p.Name, Description: p.Description, URI: projectURI(p), State: p.State, Revision: p.Revision,
			Visibility: string(p.Visibility), LastUpdateTime: azdo.Time{Time: p.LastUpdate},
		}
	}
	return azdo.NewList(shown), nil
}

// projectURI is the name of a project among all artifacts.
func projectURI(p *project.Project) string {
	return "vstfs:///Classification/TeamProject/" + strings.ToLower(p.GUID.String())
}
