package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
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
	id, err := a.config.Projects.CreateTeam(ctx, a.config.Access, r.caller, r.params["projectId"], body.Name, body.Description)
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
	id, err := a.config.Projects.UpdateTeam(ctx, a.config.Access, r.caller, r.params["projectId"], r.params["teamId"], body.Name, body.Description)
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

// listTeamMembers lists who and which groups were put into a team, by name.
func (a *API) listTeamMembers(ctx context.Context, r *request) (any, error) {
	t, err := a.findTeam(ctx, r, r.params["teamId"])
	if err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	members := slices.Clone(all.members[all.by(t.Subject())])
	slices.SortFunc(members, func(x, y *subject) int {
		return cmp.Or(strings.Compare(strings.ToLower(r.displayName(x)), strings.ToLower(r.displayName(y))), strings.Compare(x.id(), y.id()))
	})
	part, next, err := page(r.query, members)
	if err != nil {
		return nil, err
	}
	refs, shown := make([]*azdo.IdentityRef, len(part)), make([]azdo.TeamMember, len(part))
	for i, m := range part {
		refs[i] = r.reference(m)
		shown[i] = azdo.TeamMember{Identity: *refs[i], IsTeamAdmin: m.user != nil && all.directory.Administers(t.Token(), m.user.ID)}
	}
	if r.version.compare(version{major: 4, minor: 1}) < 0 { // documented: until then without a word about administrators
		return reply{status: http.StatusOK, value: azdo.NewList(refs), continuation: next}, nil
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
}

// reference refers to a user or a group.
func (r *request) reference(s *subject) *azdo.IdentityRef {
	if s.group == nil {
		return identityRef(r.base, s.user)
	}
	avatar := r.base + "/_apis/GraphProfile/MemberAvatars/" + s.descriptor()
	return &azdo.IdentityRef{
		DisplayName: r.principalName(s.group), URL: r.base + "/_apis/Identities/" + s.id(),
		Links: azdo.Links{{Name: "avatar", Href: avatar}},
		ID:    s.id(), UniqueName: r.groupDomain(s.group) + `\` + s.group.Name, ImageURL: avatar, Descriptor: s.descriptor(), IsContainer: true,
	}
}

func (r *request) displayName(s *subject) string {
	if s.group != nil {
		return r.principalName(s.group)
	}
	return s.user.DisplayName
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
