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

// listAllTeams lists the teams of all projects the caller may read.
func (a *API) listAllTeams(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	var all []*project.Team
	for _, p := range catalog.Projects {
		if r.caller.CanRead(p.ID) {
			all = append(all, p.Teams...)
		}
	}
	return r.pageOfTeams(all)
}

func (a *API) listTeams(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.params["projectId"])
	if err != nil {
		return nil, err
	}
	return r.pageOfTeams(slices.Clone(p.Teams))
}

// pageOfTeams answers with a page of teams by name. It sorts all.
func (r *request) pageOfTeams(all []*project.Team) (any, error) {
	for _, unserved := range []string{"$mine", "$expandIdentity"} {
		if err := r.query.unserved(unserved, "false"); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b *project.Team) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	part, next, err := page(r.query, all)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.WebAPITeam, len(part))
	for i, t := range part {
		shown[i] = r.wireTeam(t)
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
}

func (a *API) showTeam(ctx context.Context, r *request) (any, error) {
	if err := r.query.unserved("$expandIdentity", "false"); err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.params["projectId"])
	if err != nil {
		return nil, err
	}
	t := p.FindTeam(r.params["teamId"])
	if t == nil {
		return nil, fault.TeamNotFound(r.params["teamId"])
	}
	return r.wireTeam(t), nil
}

func (r *request) wireTeam(t *project.Team) azdo.WebAPITeam {
	return azdo.WebAPITeam{
		WebAPITeamRef: r.teamRef(t), Description: t.Description, IdentityURL: r.base + "/_apis/Identities/" + t.GUID.String(),
		ProjectName: t.Project.Name, ProjectID: t.Project.GUID.String(),
	}
}

func (r *request) teamRef(t *project.Team) azdo.WebAPITeamRef {
	return azdo.WebAPITeamRef{ID: t.GUID.String(), Name: t.Name, URL: r.projectURL(t.Project) + "/teams/" + t.GUID.String()}
}
