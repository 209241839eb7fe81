package api

import (
	"context"
	"net/http"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

func (d *renderer) tag(p *project.Project, t work.Tag) azdo.WorkItemTagDefinition {
	id := t.GUID.String()
	shown := azdo.WorkItemTagDefinition{ID: id, Name: t.Name, URL: d.scope(p) + "/_apis/wit/tags/" + id}
	if t.At.Unix() > 0 {
		shown.LastUpdated = &azdo.Time{Time: t.At}
	}
	return shown
}

// tagged returns the project whose tags are asked for.
func (r *request) tagged() (string, error) {
	if r.target.project == "" {
		return "", fault.InvalidArgument("Tags belong to projects: /{organization}/{project}/_apis/wit/tags.")
	}
	return r.target.project, nil
}

func (a *API) listTags(ctx context.Context, r *request) (any, error) {
	name, err := r.tagged()
	if err != nil {
		return nil, err
	}
	p, tags, err := a.config.Items.Tags(ctx, r.caller, name)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := make([]azdo.WorkItemTagDefinition, len(tags))
	for i, t := range tags {
		shown[i] = render.tag(p, t)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showTag(ctx context.Context, r *request) (any, error) {
	name, err := r.tagged()
	if err != nil {
		return nil, err
	}
	p, t, err := a.config.Items.Tag(ctx, r.caller, name, r.params["tagIdOrName"])
	if err != nil {
		return nil, err
	}
	return r.renderer().tag(p, t), nil
}

func (a *API) renameTag(ctx context.Context, r *request) (any, error) {
	name, err := r.tagged()
	if err != nil {
		return nil, err
	}
	var body struct {
		Name string `json:"name"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	p, t, err := a.config.Items.RenameTag(ctx, r.caller, name, r.params["tagIdOrName"], body.Name)
	if err != nil {
		return nil, err
	}
	return r.renderer().tag(p, t), nil
}

func (a *API) deleteTag(ctx context.Context, r *request) (any, error) {
	name, err := r.tagged()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Items.DeleteTag(ctx, r.caller, name, r.params["tagIdOrName"])
}
