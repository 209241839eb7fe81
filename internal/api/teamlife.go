package api

import (
	"context"
	"net/http"
	"slices"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// createTeam answers with the identity of the team, too. observed.
func (a *API) createTeam(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if r.params["teamId"] != "" {
		return nil, fault.InvalidArgument("A team is made without an id in the path.")
	}
	id, err := a.config.Projects.CreateTeam(ctx, r.caller, r.params["projectId"], body.Name, body.Description)
	if err != nil {
		return nil, err
	}
	t, err := a.findTeam(ctx, r, id.String())
	if err != nil {
		return nil, err
	}
	people, err := a.peopleIf(ctx, r, true)
	return reply{status: http.StatusCreated, value: r.wireTeam(t, people)}, err
}

func (a *API) updateTeam(ctx context.Context, r *request) (any, error) {
	var body struct {
		Name        *string `json:"name"`
		Description *string `json:"description"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	id, err := a.config.Projects.UpdateTeam(ctx, r.caller, r.params["projectId"], r.params["teamId"], body.Name, body.Description)
	if err != nil {
		return nil, err
	}
	t, err := a.findTeam(ctx, r, id.String())
	if err != nil {
		return nil, err
	}
	return r.wireTeam(t, nil), nil
}

func (a *API) deleteTeam(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.RemoveTeam(ctx, r.caller, r.params["projectId"], r.params["teamId"])
}

// listTeamMembers lists the members of a team by name.
func (a *API) listTeamMembers(ctx context.Context, r *request) (any, error) {
	t, err := a.findTeam(ctx, r, r.params["teamId"])
	if err != nil {
		return nil, err
	}
	all, err := a.config.Projects.TeamMembers(ctx, a.config.Access, r.caller)
	if err != nil {
		return nil, err
	}
	people, err := a.config.Access.People(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m project.TeamMember) bool { return m.Team != t.ID || people.User(m.User) == nil })
	slices.SortStableFunc(all, func(x, y project.TeamMember) int {
		return byName(people.User(x.User), people.User(y.User))
	})
	part, next, err := page(r.query, all)
	if err != nil {
		return nil, err
	}
	if r.version.compare(version{major: 4, minor: 1}) < 0 { // documented: until then without a word about administrators
		shown := make([]*azdo.IdentityRef, len(part))
		for i, m := range part {
			shown[i] = identityRef(r.base, people.User(m.User))
		}
		return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
	}
	shown := make([]azdo.TeamMember, len(part))
	for i, m := range part {
		shown[i] = azdo.TeamMember{IsTeamAdmin: m.Administrator, Identity: *identityRef(r.base, people.User(m.User))}
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
}

// identityRef refers to a user.
func identityRef(base string, u *access.User) *azdo.IdentityRef {
	avatar := base + "/_apis/GraphProfile/MemberAvatars/" + u.Descriptor()
	return &azdo.IdentityRef{
		DisplayName: u.DisplayName, URL: base + "/_apis/Identities/" + u.GUID.String(),
		Links: azdo.Links{{Name: "avatar", Href: avatar}},
		ID:    u.GUID.String(), UniqueName: u.UniqueName, ImageURL: avatar, Descriptor: u.Descriptor(),
	}
}
