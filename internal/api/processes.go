package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// listProcesses lists what new projects can choose from.
func (a *API) listProcesses(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.Process, len(catalog.Processes))
	for i, p := range catalog.Processes {
		shown[i] = r.wireProcess(p)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showProcess(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p := catalog.Process(r.params["processId"])
	if p == nil {
		return nil, fault.ProcessNotFound(r.params["processId"])
	}
	shown := r.wireProcess(p)
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}}
	return shown, nil
}

func (r *request) wireProcess(p *project.Process) azdo.Process {
	kind := "system"
	if p.ParentID != "" {
		kind = "inherited"
	}
	return azdo.Process{
		ID: p.ID, Description: p.Description, IsDefault: p.Default, Type: kind,
		URL: r.base + "/_apis/process/processes/" + p.ID, Name: p.Name,
	}
}
