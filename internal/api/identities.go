package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// alias is the sign-in name without what is behind its @.
func alias(u *access.User) string {
	name, _, _ := strings.Cut(u.UniqueName, "@")
	return name
}

// searchFilters are the kinds of names. documented: LocalGroupName finds groups alone.
func searchFilters() enum {
	return enum{{"General", "5"}, {"AccountName", "0"}, {"DisplayName", "1"}, {"MailAddress", "4"}, {"Identifier", "3"}, {"Alias", "6"},
		{"DirectoryAlias", "8"}, {"LocalGroupName", "10"}}
}

// listIdentities finds identities by a text, by ids or by either kind of descriptors. observed: what is asked for by id
// and unknown is null.
func (a *API) listIdentities(ctx context.Context, r *request) (any, error) {
	for _, other := range []string{"identitySequenceId", "scopeId", "domainId"} { // other questions to the same address
		if err := r.query.unserved(other); err != nil {
			return nil, err
		}
	}
	q := identityQuery{queryMembership: r.query.text("queryMembership")}
	q.ids = slices.Concat(r.query.list("identityIds"), r.query.list("descriptors"), r.query.list("subjectDescriptors"))
	if r.query.text("searchFilter") != "" {
		q.filter, q.text = r.query.text("searchFilter"), r.query.text("filterValue")
	}
	return a.identities(ctx, r, q)
}

func (a *API) batchIdentities(ctx context.Context, r *request) (any, error) {
	var body struct {
		IdentityIDs        []string `json:"identityIds"`
		Descriptors        []string `json:"descriptors"`
		SubjectDescriptors []string `json:"subjectDescriptors"`
		QueryMembership    word     `json:"queryMembership"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	return a.identities(ctx, r, identityQuery{ids: slices.Concat(body.IdentityIDs, body.Descriptors, body.SubjectDescriptors), queryMembership: string(body.QueryMembership)})
}

// identityQuery asks for identities by ids, or by a text that a filter looks for.
type identityQuery struct {
	ids             []string
	filter, text    string
	queryMembership string
}

func (a *API) identities(ctx context.Context, r *request, q identityQuery) (any, error) {
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	found := make([]*subject, len(q.ids))
	switch {
	case len(q.ids) > maxLookup:
		return nil, fault.InvalidArgument("%d identities are more than the %d one request may ask for.", len(q.ids), maxLookup)
	case len(q.ids) > 0:
		for i, id := range q.ids {
			found[i] = all.find(id)
		}
	case q.filter != "" && q.text != "":
		if found, err = r.search(all, q.filter, q.text); err != nil {
			return nil, err
		}
	default:
		return nil, fault.InvalidArgument("Say which identities: by identityIds, descriptors or subjectDescriptors, or by searchFilter and filterValue.")
	}
	shown := make([]*azdo.Identity, len(found))
	for i, s := range found {
		if s != nil {
			if shown[i], err = r.wireIdentity(all, s, q.queryMembership); err != nil {
				return nil, err
			}
		}
	}
	return azdo.NewList(shown), nil
}

// search finds the subjects to whom a text is a name of the kind that a filter says; General takes all kinds, and names
// that begin with the text when none is it.
func (r *request) search(all *subjects, filter, text string) (found []*subject, err error) {
	if filter, err = searchFilters().parse("searchFilter", filter); err != nil {
		return nil, err
	}
	if filter == "Alias" {
		filter = "DirectoryAlias"
	}
	if filter == "Identifier" {
		if s := all.find(text); s != nil {
			found = append(found, s)
		}
		return found, nil
	}
	people := slices.Concat(all.users, all.groups)
	for _, s := range people {
		names := r.names(s)
		for kind, name := range names {
			if (filter == kind || filter == "General") && name != "" && strings.EqualFold(name, text) && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	if found == nil && filter == "General" {
		for _, s := range people {
			if names := r.names(s); begins(names["DisplayName"], strings.ToLower(text)) || begins(names["AccountName"], strings.ToLower(text)) {
				found = append(found, s)
			}
		}
	}
	return found, nil
}

// names are the names of a subject by the filters that look for them.
func (r *request) names(s *subject) map[string]string {
	if s.group != nil {
		return map[string]string{"DisplayName": r.principalName(s.group), "AccountName": s.group.Name, "LocalGroupName": s.group.Name}
	}
	return map[string]string{"DisplayName": s.user.DisplayName, "AccountName": s.user.UniqueName, "MailAddress": s.user.Email, "DirectoryAlias": alias(s.user)}
}

func (a *API) showIdentity(ctx context.Context, r *request) (any, error) {
	all, s, err := a.findSubject(ctx, r, "identityId")
	if err != nil {
		return nil, err
	}
	return r.wireIdentity(all, s, r.query.text("queryMembership"))
}

// showSelf is the caller's identity in short.
func (a *API) showSelf(_ context.Context, r *request) (any, error) {
	u := r.caller.User
	return azdo.IdentitySelf{ID: u.GUID.String(), DisplayName: u.DisplayName, AccountName: u.UniqueName, Origin: "aad",
		OriginID: u.GUID.String(), Domain: uuid.Nil.String(), Tenants: []string{}}, nil
}

// wireIdentity shows an identity, with who is in it and what it is in as far as asked for; nothing unless it is.
func (r *request) wireIdentity(all *subjects, s *subject, queryMembership string) (*azdo.Identity, error) {
	if queryMembership == "" {
		queryMembership = "none"
	}
	depth, err := queryMemberships().parse("queryMembership", queryMembership)
	if err != nil {
		return nil, err
	}
	shown := r.userOrGroup(s)
	shown.Members, shown.MemberOf, shown.MemberIDs = []string{}, []string{}, []string{}
	if depth == "none" {
		return &shown, nil
	}
	if depth != "expandedUp" {
		for _, m := range all.related(s, false, depth != "direct") {
			shown.Members, shown.MemberIDs = append(shown.Members, m.identityDescriptor()), append(shown.MemberIDs, m.id())
		}
	}
	if depth != "expandedDown" {
		for _, m := range all.related(s, true, depth != "direct") {
			shown.MemberOf = append(shown.MemberOf, m.identityDescriptor())
		}
	}
	return &shown, nil
}

func (r *request) userOrGroup(s *subject) azdo.Identity {
	if s.group != nil {
		return r.groupIdentity(s.group)
	}
	shown := identity(s.user)
	shown.MetaTypeID = 255
	year, month, day := r.config.Clock().UTC().Date()
	for name, value := range map[string]string{
		"SchemaClassName": "User", "Description": "", "Domain": uuid.Nil.String(), "DN": "", "Mail": s.user.Email, "SpecialType": "Generic",
		"PUID": "aad:", "DirectoryAlias": alias(s.user), "http://schemas.microsoft.com/identity/claims/objectidentifier": s.id(),
	} {
		shown.Properties[name] = azdo.StringProperty(value)
	}
	shown.Properties["ComplianceValidated"] = azdo.Property{Type: "System.DateTime", Value: azdo.Time{Time: time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}}
	return shown
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
		"SecuringHostId": azdo.StringProperty(r.securingHost()),
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

// securingHost is the id of what keeps the identities of the organization.
func (r *request) securingHost() string { return uuid.NewSHA1(r.org.GUID, []byte("host")).String() }

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
