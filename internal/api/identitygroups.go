package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// identityScope is what groups are in: the organization, or a project of it.
type identityScope struct {
	project *project.Project // nil for the organization
	groups  []*subject
}

// identityScopes are the organization and the projects that the caller may read, with their groups.
func (a *API) identityScopes(ctx context.Context, r *request) ([]*identityScope, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	scopes := []*identityScope{{}}
	for _, p := range catalog.Projects {
		if r.caller.CanRead(p.ID) {
			scopes = append(scopes, &identityScope{project: p})
		}
	}
	for _, s := range scopes {
		for _, g := range all.groups {
			if of := g.group.Project; of == nil && s.project == nil || of != nil && s.project != nil && of.ID == s.project.ID {
				s.groups = append(s.groups, g)
			}
		}
	}
	return scopes, nil
}

// is reports whether an id means the scope: that of its project works as well, which clients know.
func (s *identityScope) is(r *request, id string) bool {
	if s.project == nil {
		return strings.EqualFold(id, r.org.GUID.String())
	}
	return strings.EqualFold(id, s.project.Scope().String()) || strings.EqualFold(id, s.project.GUID.String()) || id == s.project.ScopeDescriptor()
}

func findScope(scopes []*identityScope, r *request, id string) (*identityScope, error) {
	if i := slices.IndexFunc(scopes, func(s *identityScope) bool { return s.is(r, id) }); i >= 0 {
		return scopes[i], nil
	}
	return nil, fault.SubjectNotFound(id)
}

// showIdentityScope shows a scope, by id or by the parameter scopeName.
func (a *API) showIdentityScope(ctx context.Context, r *request) (any, error) {
	scopes, err := a.identityScopes(ctx, r)
	if err != nil {
		return nil, err
	}
	id, name := r.params["scopeId"], r.query.text("scopeName")
	if id == "" {
		for _, s := range scopes {
			if shown := r.wireScope(s); strings.EqualFold(shown.Name, name) {
				return shown, nil
			}
		}
		return nil, fault.SubjectNotFound(name)
	}
	s, err := findScope(scopes, r, id)
	if err != nil {
		return nil, err
	}
	return r.wireScope(s), nil
}

func (r *request) wireScope(s *identityScope) azdo.IdentityScope {
	org := r.org.GUID.String()
	shown := azdo.IdentityScope{ID: org, LocalScopeID: org, ParentID: uuid.Nil.String(), ScopeType: "serviceHost", Name: r.org.Name,
		SecuringHostID: r.securingHost(), IsActive: true, SubjectDescriptor: project.ScopeDescriptor(r.org.GUID)}
	if p := s.project; p != nil {
		shown.ID, shown.LocalScopeID, shown.ParentID, shown.ScopeType = p.Scope().String(), p.GUID.String(), org, "teamProject"
		shown.Name, shown.SubjectDescriptor = p.Name, p.ScopeDescriptor()
	}
	for _, g := range s.groups {
		if g.group.Kind == access.Administrator {
			shown.Administrators = g.identityDescriptor()
		}
	}
	return shown
}

// listIdentityGroups lists the groups of scopes, of the organization when none is named; recurse adds those of its projects.
func (a *API) listIdentityGroups(ctx context.Context, r *request) (any, error) {
	if err := r.query.unserved("deleted", "false"); err != nil {
		return nil, err
	}
	recurse, err := r.query.flag("recurse")
	if err != nil {
		return nil, err
	}
	scopes, err := a.identityScopes(ctx, r)
	if err != nil {
		return nil, err
	}
	ids := r.query.list("scopeIds")
	if len(ids) == 0 {
		ids = []string{r.org.GUID.String()}
	}
	wanted := map[*identityScope]bool{}
	for _, id := range ids {
		s, err := findScope(scopes, r, id)
		if err != nil {
			return nil, err
		}
		wanted[s] = true
	}
	shown := []azdo.Identity{}
	for _, s := range scopes {
		if wanted[s] || recurse && wanted[scopes[0]] {
			for _, g := range s.groups {
				shown = append(shown, r.groupIdentity(g.group))
			}
		}
	}
	return azdo.NewList(shown), nil
}

// showIdentityGroup shows one of them.
func (a *API) showIdentityGroup(ctx context.Context, r *request) (any, error) {
	_, s, err := a.findSubject(ctx, r, "groupId")
	if err != nil {
		return nil, err
	}
	if s.group == nil {
		return nil, fault.SubjectNotFound(r.params["groupId"])
	}
	return r.groupIdentity(s.group), nil
}

// createIdentityGroups makes groups of a scope, all or none.
func (a *API) createIdentityGroups(ctx context.Context, r *request) (any, error) {
	var body struct {
		ScopeID string         `json:"scopeId"`
		Groups  []identityBody `json:"groups"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.Groups) == 0 || len(body.Groups) > maxLookup {
		return nil, fault.InvalidArgument("Write 1 to %d groups.", maxLookup)
	}
	scopes, err := a.identityScopes(ctx, r)
	if err != nil {
		return nil, err
	}
	at := scopes[0]
	if body.ScopeID != "" {
		if at, err = findScope(scopes, r, body.ScopeID); err != nil {
			return nil, err
		}
	}
	drafts := make([]project.GroupDraft, len(body.Groups))
	for i, b := range body.Groups {
		name, description := b.group()
		if name != nil {
			drafts[i].Name = *name
		} else if account, ok := b.Properties["Account"].Value.(string); ok {
			drafts[i].Name = account
		}
		if description != nil {
			drafts[i].Description = *description
		}
		if at.project != nil {
			drafts[i].Scope = at.project.ScopeDescriptor()
		}
	}
	made, err := a.config.Projects.CreateGroups(ctx, a.config.Access, r.caller, drafts...)
	shown := make([]azdo.Identity, len(made))
	for i, g := range made {
		shown[i] = r.groupIdentity(g)
	}
	return azdo.NewList(shown), err
}

func (a *API) deleteIdentityGroup(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.DeleteGroup(ctx, a.config.Access, r.caller, r.params["groupId"])
}
