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
	return a.pageOfTeams(ctx, r, all)
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
	return a.pageOfTeams(ctx, r, slices.Clone(p.Teams))
}

// listCategorizedTeams takes a page of the teams of a project apart into those that the caller is in, and others.
func (a *API) listCategorizedTeams(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.params["projectId"])
	if err != nil {
		return nil, err
	}
	expand, err := r.query.flag("$expandIdentity")
	if err != nil {
		return nil, err
	}
	all := slices.Clone(p.Teams)
	sortTeams(all)
	part, _, err := page(r.query, all)
	if err != nil {
		return nil, err
	}
	people, err := a.peopleIf(ctx, r, expand)
	if err != nil {
		return nil, err
	}
	mine, err := a.myTeams(ctx, r)
	shown := azdo.CategorizedWebAPITeams{MyTeams: []azdo.WebAPITeam{}, OtherReadableTeams: []azdo.WebAPITeam{}}
	for _, t := range part {
		if mine[t.ID] {
			shown.MyTeams = append(shown.MyTeams, r.wireTeam(t, people))
		} else {
			shown.OtherReadableTeams = append(shown.OtherReadableTeams, r.wireTeam(t, people))
		}
	}
	return shown, err
}

// myTeams are the ids of the teams that the caller is in.
func (a *API) myTeams(ctx context.Context, r *request) (map[int64]bool, error) {
	members, err := a.config.Projects.TeamMembers(ctx, a.config.Access, r.caller)
	mine := map[int64]bool{}
	for _, m := range members {
		if m.User == r.caller.User.ID {
			mine[m.Team] = true
		}
	}
	return mine, err
}

func sortTeams(all []*project.Team) {
	slices.SortStableFunc(all, func(a, b *project.Team) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}

// pageOfTeams answers with a page of teams by name. It sorts all.
func (a *API) pageOfTeams(ctx context.Context, r *request, all []*project.Team) (any, error) {
	mine, err := r.query.flag("$mine")
	if err != nil {
		return nil, err
	}
	expand, err := r.query.flag("$expandIdentity")
	if err != nil {
		return nil, err
	}
	if mine {
		in, err := a.myTeams(ctx, r)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(t *project.Team) bool { return !in[t.ID] })
	}
	sortTeams(all)
	part, next, err := page(r.query, all)
	if err != nil {
		return nil, err
	}
	people, err := a.peopleIf(ctx, r, expand)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.WebAPITeam, len(part))
	for i, t := range part {
		shown[i] = r.wireTeam(t, people)
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
}

func (a *API) showTeam(ctx context.Context, r *request) (any, error) {
	expand, err := r.query.flag("$expandIdentity")
	if err != nil {
		return nil, err
	}
	t, err := a.findTeam(ctx, r, r.params["teamId"])
	if err != nil {
		return nil, err
	}
	people, err := a.peopleIf(ctx, r, expand)
	return r.wireTeam(t, people), err
}

// peopleIf returns the groups the caller may see where identities are wanted, else nil.
func (a *API) peopleIf(ctx context.Context, r *request, wanted bool) (*project.People, error) {
	if !wanted {
		return nil, nil
	}
	return a.config.Projects.People(ctx, a.config.Access, r.caller)
}

// findTeam finds a team of the project that the path names.
func (a *API) findTeam(ctx context.Context, r *request, nameOrID string) (*project.Team, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.params["projectId"])
	if err != nil {
		return nil, err
	}
	if t := p.FindTeam(nameOrID); t != nil {
		return t, nil
	}
	return nil, fault.TeamNotFound(nameOrID)
}

// wireTeam shows a team, with its identity when there are people.
func (r *request) wireTeam(t *project.Team, people *project.People) azdo.WebAPITeam {
	shown := azdo.WebAPITeam{
		WebAPITeamRef: r.teamRef(t), Description: t.Description, IdentityURL: r.base + "/_apis/Identities/" + t.GUID.String(),
		ProjectName: t.Project.Name, ProjectID: t.Project.GUID.String(),
	}
	if people != nil {
		if g := people.Find(t.GUID.String()); g != nil {
			i := r.groupIdentity(g)
			shown.Identity = &i
		}
	}
	return shown
}

func (r *request) teamRef(t *project.Team) azdo.WebAPITeamRef {
	return azdo.WebAPITeamRef{ID: t.GUID.String(), Name: t.Name, URL: r.projectURL(t.Project) + "/teams/" + t.GUID.String()}
}
