package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

func byName(a, b *access.User) int {
	return cmp.Or(strings.Compare(strings.ToLower(a.DisplayName), strings.ToLower(b.DisplayName)), cmp.Compare(a.ID, b.ID))
}

// groupIdentity is a group as the identity service shows one, its members untold. observed.
func (r *request) groupIdentity(g *project.Group) azdo.Identity {
	scope, domain, kind := r.org.GUID.String(), r.groupDomain(g), "ServiceHost"
	local, name := r.org.GUID.String(), r.org.Name
	if g.Project != nil {
		scope, kind = g.Project.Scope().String(), "TeamProject"
		local, name = g.Project.GUID.String(), g.Project.Name
	}
	properties := map[string]azdo.Property{
		"SchemaClassName": azdo.StringProperty("Group"), "Description": azdo.StringProperty(g.Description),
		"Domain": azdo.StringProperty(domain), "Account": azdo.StringProperty(g.Name),
		"SecurityGroup": azdo.StringProperty("SecurityGroup"), "SpecialType": azdo.StringProperty("Generic"),
		"ScopeId": azdo.StringProperty(scope), "ScopeType": azdo.StringProperty(kind), "LocalScopeId": azdo.StringProperty(local),
		"SecuringHostId": azdo.StringProperty(uuid.NewSHA1(r.org.GUID, []byte("host")).String()),
		"ScopeName":      azdo.StringProperty(name), "VirtualPlugin": azdo.StringProperty(""),
	}
	if g.Team != nil {
		properties["Microsoft.TeamFoundation.Team"] = azdo.Property{Type: "System.Boolean", Value: true}
	}
	return azdo.Identity{
		ID: g.GUID.String(), Descriptor: g.IdentityDescriptor(), SubjectDescriptor: g.Descriptor(),
		ProviderDisplayName: r.principalName(g), IsActive: true, IsContainer: true, Members: []string{}, MemberOf: []string{},
		MasterID: g.GUID.String(), Properties: properties, ResourceVersion: 2, MetaTypeID: 255,
	}
}

// principalName is the name of a group with what it belongs to.
func (r *request) principalName(g *project.Group) string {
	if g.Project == nil {
		return "[" + r.org.Name + `]\` + g.Name
	}
	return "[" + g.Project.Name + `]\` + g.Name
}

func (r *request) groupDomain(g *project.Group) string {
	if g.Project == nil {
		return "vstfs:///Framework/IdentityDomain/" + r.org.GUID.String()
	}
	return projectURI(g.Project)
}

// listMembers lists the descriptors of those in a group, or answers with that of one member. Queries for expanded
// membership are answered with those in groups of the group as well.
func (a *API) listMembers(ctx context.Context, r *request) (any, error) {
	return a.membership(ctx, r, "containerId", "memberId", false)
}

// listMembersOf lists the descriptors of the groups that somebody or a group is in, or answers with that of one.
func (a *API) listMembersOf(ctx context.Context, r *request) (any, error) {
	return a.membership(ctx, r, "memberId", "containerId", true)
}

func (a *API) membership(ctx context.Context, r *request, from, to string, up bool) (any, error) {
	depth, err := queryMemberships().parse("queryMembership", r.query.text("queryMembership"))
	if err != nil {
		return nil, err
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	of := all.find(r.params[from])
	if of == nil {
		return nil, fault.SubjectNotFound(r.params[from])
	}
	related := all.related(of, up, depth == "expanded" || depth == "expandedUp" || depth == "expandedDown")
	if r.params[to] != "" {
		other := all.find(r.params[to])
		if other == nil || !slices.Contains(related, other) {
			return nil, fault.SubjectNotFound(r.params[to])
		}
		return other.identityDescriptor(), nil
	}
	shown := make([]string, len(related))
	for i, s := range related {
		shown[i] = s.identityDescriptor()
	}
	return azdo.NewList(shown), nil
}

// Numbers are those of the Node SDK.
func queryMemberships() enum {
	return enum{{"direct", "1"}, {"none", "0"}, {"expanded", "2"}, {"expandedUp", "3"}, {"expandedDown", "4"}}
}

func (a *API) addMember(ctx context.Context, r *request) (any, error) {
	return true, a.config.Projects.SetMember(ctx, a.config.Access, r.caller, r.params["containerId"], r.params["memberId"], true)
}

func (a *API) removeMember(ctx context.Context, r *request) (any, error) {
	return true, a.config.Projects.SetMember(ctx, a.config.Access, r.caller, r.params["containerId"], r.params["memberId"], false)
}
