package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// maxLookup is how many subjects one request may look up.
const maxLookup = 500

func (a *API) listGraphUsers(ctx context.Context, r *request) (any, error) {
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	shown, err := all.inScope(all.people(false), r.query.text("scopeDescriptor"))
	if err != nil {
		return nil, err
	}
	return r.graphPage(shown, "aad")
}

func (a *API) listGraphGroups(ctx context.Context, r *request) (any, error) {
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	groups, err := all.groupsOf(r.query.text("scopeDescriptor"))
	if err != nil {
		return nil, err
	}
	return r.graphPage(groups, "vssgp")
}

// graphPage answers with a page of subjects whose descriptors are of a type.
func (r *request) graphPage(all []*subject, kind string) (any, error) {
	if types := r.query.list("subjectTypes"); len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return strings.EqualFold(t, kind) }) {
		all = nil
	}
	part, next, err := page(r.query, all)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.GraphSubject, len(part))
	for i, s := range part {
		shown[i] = r.graphSubject(s)
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
}

// findSubject finds the user or group that a parameter of the path names.
func (a *API) findSubject(ctx context.Context, r *request, parameter string) (*subjects, *subject, error) {
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	s := all.find(r.params[parameter])
	if s == nil {
		return nil, nil, fault.SubjectNotFound(r.params[parameter])
	}
	return all, s, nil
}

func (a *API) showGraphUser(ctx context.Context, r *request) (any, error) {
	_, s, err := a.findSubject(ctx, r, "userDescriptor")
	if err == nil && (s.group != nil || s.isService()) {
		err = fault.SubjectNotFound(r.params["userDescriptor"])
	}
	if err != nil {
		return nil, err
	}
	return r.graphSubject(s), nil
}

func (a *API) showGraphGroup(ctx context.Context, r *request) (any, error) {
	_, s, err := a.findSubject(ctx, r, "groupDescriptor")
	if err == nil && s.group == nil {
		err = fault.SubjectNotFound(r.params["groupDescriptor"])
	}
	if err != nil {
		return nil, err
	}
	return r.graphSubject(s), nil
}

// listMemberships lists the groups a subject is in, or with direction=down its members. depth is one step or, when
// negative, all of them.
func (a *API) listMemberships(ctx context.Context, r *request) (any, error) {
	direction, err := enum{{"up", "2"}, {"down", "1"}}.parse("direction", r.query.text("direction"))
	if err != nil {
		return nil, err
	}
	depth := 1
	if text := r.query.text("depth"); text != "" {
		if depth, err = strconv.Atoi(text); err != nil || depth == 0 || depth > 1 {
			return nil, fault.InvalidArgument("The value %q of the parameter depth is not valid: write 1, or -1 for all.", text)
		}
	}
	all, s, err := a.findSubject(ctx, r, "subjectDescriptor")
	if err != nil {
		return nil, err
	}
	up := direction == "up"
	shown := []azdo.GraphMembership{}
	for _, other := range all.related(s, up, depth < 0) {
		if up {
			shown = append(shown, r.graphMembership(s, other))
		} else {
			shown = append(shown, r.graphMembership(other, s))
		}
	}
	return azdo.NewList(shown), nil
}

func (a *API) showMembership(ctx context.Context, r *request) (any, error) {
	all, member, err := a.findSubject(ctx, r, "subjectDescriptor")
	if err != nil {
		return nil, err
	}
	container := all.find(r.params["containerDescriptor"])
	if container == nil || !slices.Contains(all.members[container], member) {
		return nil, fault.MembershipNotFound(r.params["subjectDescriptor"], r.params["containerDescriptor"])
	}
	return r.graphMembership(member, container), nil
}

func (a *API) addMembership(ctx context.Context, r *request) (any, error) {
	if err := a.config.Projects.SetMember(ctx, a.config.Access, r.caller, r.params["containerDescriptor"], r.params["subjectDescriptor"], true); err != nil {
		return nil, err
	}
	shown, err := a.showMembership(ctx, r)
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) removeMembership(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusOK}, a.config.Projects.SetMember(ctx, a.config.Access, r.caller, r.params["containerDescriptor"], r.params["subjectDescriptor"], false)
}

func (a *API) showMembershipState(ctx context.Context, r *request) (any, error) {
	_, s, err := a.findSubject(ctx, r, "subjectDescriptor")
	if err != nil {
		return nil, err
	}
	return azdo.GraphMembershipState{Active: s.group != nil || s.user.Active, Links: azdo.Links{{Name: "self", Href: r.graphURL("MembershipStates", s.descriptor())}}}, nil
}

// showDescriptor turns the GUID of a user, group or project into the descriptor. observed: that of a project is its scope.
func (a *API) showDescriptor(ctx context.Context, r *request) (any, error) {
	key := r.params["storageKey"]
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	if _, err := uuid.Parse(key); err == nil {
		for _, p := range catalog.Projects {
			if strings.EqualFold(p.GUID.String(), key) && r.caller.CanRead(p.ID) {
				return r.graphDescriptor(key, p.ScopeDescriptor(), "Scopes"), nil
			}
		}
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(key)
	if s == nil {
		return nil, fault.DescriptorNotFound(key)
	}
	return r.graphDescriptor(key, s.descriptor(), s.collection()), nil
}

func (r *request) graphDescriptor(key, descriptor, collection string) azdo.GraphValue {
	return azdo.GraphValue{Value: descriptor, Links: azdo.Links{
		{Name: "self", Href: r.graphURL("Descriptors", key)}, {Name: "storageKey", Href: r.graphURL("StorageKeys", descriptor)},
		{Name: "subject", Href: r.graphURL(collection, descriptor)}}}
}

// showStorageKey is the way back: a scope leads to its project.
func (a *API) showStorageKey(ctx context.Context, r *request) (any, error) {
	descriptor := r.params["subjectDescriptor"]
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range catalog.Projects {
		if p.ScopeDescriptor() == descriptor && r.caller.CanRead(p.ID) {
			return r.graphStorageKey(p.GUID.String(), descriptor), nil
		}
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(descriptor)
	if s == nil {
		return nil, fault.StorageKeyNotFound(descriptor)
	}
	return r.graphStorageKey(s.id(), s.descriptor()), nil
}

func (r *request) graphStorageKey(key, descriptor string) azdo.GraphValue {
	return azdo.GraphValue{Value: key, Links: azdo.Links{
		{Name: "self", Href: r.graphURL("StorageKeys", descriptor)}, {Name: "descriptor", Href: r.graphURL("Descriptors", key)}}}
}

func (a *API) lookUpSubjects(ctx context.Context, r *request) (any, error) {
	var body struct {
		LookupKeys []struct {
			Descriptor string `json:"descriptor"`
		} `json:"lookupKeys"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.LookupKeys) > maxLookup {
		return nil, fault.InvalidArgument("%d subjects are more than the %d one request may look up.", len(body.LookupKeys), maxLookup)
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := map[string]azdo.GraphSubject{}
	for _, key := range body.LookupKeys {
		if s := all.find(key.Descriptor); s != nil && s.descriptor() == key.Descriptor {
			shown[key.Descriptor] = r.graphSubject(s)
		}
	}
	return azdo.GraphSubjectLookup{Count: len(shown), Value: shown}, nil
}

// querySubjects finds users and groups whose names begin with a text, or of which a word does.
func (a *API) querySubjects(ctx context.Context, r *request) (any, error) {
	var body struct {
		Query           string   `json:"query"`
		SubjectKind     []string `json:"subjectKind"`
		ScopeDescriptor string   `json:"scopeDescriptor"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	text := strings.ToLower(strings.TrimSpace(body.Query))
	if text == "" {
		return nil, fault.InvalidArgument("The query is empty.")
	}
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	wants := func(kind string) bool {
		return len(body.SubjectKind) == 0 || slices.ContainsFunc(body.SubjectKind, func(k string) bool { return strings.EqualFold(k, kind) })
	}
	shown := []azdo.GraphSubject{}
	for _, s := range slices.Concat(all.users, all.groups) {
		g := r.graphSubject(s)
		scoped := body.ScopeDescriptor == "" || s.group != nil && s.group.Project != nil && s.group.Project.ScopeDescriptor() == body.ScopeDescriptor
		if scoped && wants(g.SubjectKind) && (begins(g.DisplayName, text) || begins(g.PrincipalName, text)) {
			shown = append(shown, g)
		}
	}
	return azdo.NewList(shown[:min(len(shown), pageSize)]), nil
}

// begins reports whether a name, or a word of it, begins with a text in lower case.
func begins(name, text string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, text) || strings.Contains(name, " "+text)
}

func (r *request) graphURL(collection, id string) string {
	return r.base + "/_apis/Graph/" + collection + "/" + id
}

// collection is where the graph keeps a subject.
func (s *subject) collection() string {
	if s.group != nil {
		return "Groups"
	}
	if s.isService() {
		return "ServicePrincipals"
	}
	return "Users"
}

// graphSubject is a user or a group as the graph shows one. observed.
func (r *request) graphSubject(s *subject) azdo.GraphSubject {
	d := s.descriptor()
	url := r.graphURL(s.collection(), d)
	links := azdo.Links{
		{Name: "self", Href: url}, {Name: "memberships", Href: r.graphURL("Memberships", d)},
		{Name: "membershipState", Href: r.graphURL("MembershipStates", d)}, {Name: "storageKey", Href: r.graphURL("StorageKeys", d)},
	}
	if g := s.group; g != nil {
		return azdo.GraphSubject{
			SubjectKind: "group", Description: &g.Description, Domain: r.groupDomain(g), PrincipalName: r.principalName(g),
			Origin: "vsts", OriginID: s.id(), DisplayName: g.Name, Links: links, URL: url, Descriptor: d,
		}
	}
	links = append(links, azdo.Link{Name: "avatar", Href: r.base + "/_apis/GraphProfile/MemberAvatars/" + d})
	shown := azdo.GraphSubject{
		SubjectKind: "user", DirectoryAlias: alias(s.user), Domain: uuid.Nil.String(), PrincipalName: s.user.UniqueName,
		MailAddress: &s.user.Email, Origin: "aad", OriginID: s.id(), DisplayName: s.user.DisplayName, Links: links, URL: url, Descriptor: d,
	}
	switch {
	case s.isService(): // documented
		shown.SubjectKind, shown.MetaType, shown.ApplicationID, shown.MailAddress = "servicePrincipal", "application", s.user.Application.String(), nil
	case r.version.compare(version{major: 5, minor: 1}) >= 0: // observed: 5.0 answers without
		shown.MetaType = "member"
	}
	return shown
}

func (r *request) graphMembership(member, container *subject) azdo.GraphMembership {
	m, c := member.descriptor(), container.descriptor()
	return azdo.GraphMembership{ContainerDescriptor: c, MemberDescriptor: m, Links: azdo.Links{
		{Name: "self", Href: r.graphURL("Memberships", m) + "/" + c}, {Name: "member", Href: r.graphURL(member.collection(), m)},
		{Name: "container", Href: r.graphURL(container.collection(), c)}}}
}
