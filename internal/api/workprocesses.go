package api

import (
	"context"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// editedProcess finds the process of a request of the process editing API.
func (a *API) editedProcess(ctx context.Context, r *request, id string) (*project.Catalog, *project.Process, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, nil, err
	}
	p, err := catalog.FindProcess(id)
	return catalog, p, err
}

func (r *request) processInfo(catalog *project.Catalog, p *project.Process) (azdo.ProcessInfo, error) {
	expand, err := enum{{"none", "0"}, {"projects", "1"}}.parse("$expand", r.query.text("$expand"))
	shown := azdo.ProcessInfo{TypeID: p.ID, Name: p.Name, ReferenceName: p.ReferenceName, Description: p.Description,
		ParentProcessTypeID: "00000000-0000-0000-0000-000000000000", IsEnabled: !p.Disabled, IsDefault: p.Default, CustomizationType: "system"}
	if p.ParentID != "" {
		shown.ParentProcessTypeID, shown.CustomizationType = p.ParentID, "inherited"
	}
	if expand == "projects" {
		shown.Projects = []azdo.ProjectReference{}
		for _, at := range catalog.Projects {
			if at.Process.ID == p.ID && r.caller.CanRead(at.ID) {
				shown.Projects = append(shown.Projects, azdo.ProjectReference{ID: at.GUID.String(), Name: at.Name, Description: at.Description, URL: r.projectURL(at)})
			}
		}
	}
	return shown, err
}

func (a *API) listWorkProcesses(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.ProcessInfo, len(catalog.Processes))
	for i, p := range catalog.Processes {
		if list[i], err = r.processInfo(catalog, p); err != nil {
			return nil, err
		}
	}
	return azdo.NewList(list), nil
}

func (a *API) showWorkProcess(ctx context.Context, r *request) (any, error) {
	catalog, p, err := a.editedProcess(ctx, r, r.params["processTypeId"])
	if err != nil {
		return nil, err
	}
	return r.processInfo(catalog, p)
}

func (a *API) createWorkProcess(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name, Description   *string
		ParentProcessTypeID string
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.Name == nil {
		return nil, fault.ProcessNameInvalid("")
	}
	id, err := a.config.Projects.CreateProcess(ctx, r.caller, project.ProcessDraft{Parent: body.ParentProcessTypeID, Name: body.Name, Description: body.Description})
	if err != nil {
		return nil, err
	}
	r.params["processTypeId"] = id
	shown, err := a.showWorkProcess(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) updateWorkProcess(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name, Description    *string
		IsEnabled, IsDefault *bool
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	d := project.ProcessDraft{Name: body.Name, Description: body.Description, Enabled: body.IsEnabled, Default: body.IsDefault}
	if err := a.config.Projects.UpdateProcess(ctx, r.caller, r.params["processTypeId"], d); err != nil {
		return nil, err
	}
	return a.showWorkProcess(ctx, r)
}

func (a *API) deleteWorkProcess(ctx context.Context, r *request) (any, error) {
	return gone(a.config.Projects.DeleteProcess(ctx, r.caller, r.params["processTypeId"]))
}

// migrateProject moves a project to another process.
func (a *API) migrateProject(ctx context.Context, r *request) (any, error) {
	var body struct{ TypeID string }
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	p, err := a.config.Projects.MigrateProject(ctx, r.caller, r.target.project, body.TypeID)
	if err != nil {
		return nil, err
	}
	return azdo.ProcessMigration{ProcessID: strings.ToLower(body.TypeID), ProjectID: p.GUID.String()}, nil
}

// gone answers that something was deleted.
func gone(err error) (any, error) { return reply{status: http.StatusNoContent}, err }

func (r *request) processURL(p *project.Process) string {
	return r.base + "/_apis/work/processes/" + p.ID
}
