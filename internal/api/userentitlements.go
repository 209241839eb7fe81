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
	"boardwalk/internal/project"
)

// neverAccessed is the date of a last visit that is not kept. observed: of people who were just added.
const neverAccessed = "0001-01-01T00:00:00Z"

// licenses are the access levels as licenses name them.
func licenses() []struct {
	level         access.Level
	license, name string
} {
	return []struct {
		level         access.Level
		license, name string
	}{
		{access.Basic, "express", "Basic"}, {access.Stakeholder, "stakeholder", "Stakeholder"},
		{access.TestPlans, "advanced", "Basic + Test Plans"}, {access.EarlyAdopter, "earlyAdopter", "Early Adopter"},
		{access.Professional, "professional", "Professional"},
	}
}

// parseLicense is the level that a license stands for.
func parseLicense(license string) (access.Level, error) {
	var words []string
	for _, l := range licenses() {
		if strings.EqualFold(l.license, license) {
			return l.level, nil
		}
		words = append(words, l.license)
	}
	return "", fault.InvalidArgument("The accountLicenseType %q is not valid. Valid values are: %s.", license, strings.Join(words, ", "))
}

func accessLevel(level access.Level) azdo.AccessLevel {
	shown := azdo.AccessLevel{LicensingSource: "account", MSDNLicenseType: "none", GitHubLicenseType: "none", Status: "active", AssignmentSource: "unknown"}
	for _, l := range licenses() {
		if l.level == level {
			shown.AccountLicenseType, shown.LicenseDisplayName = l.license, l.name
		}
	}
	return shown
}

// places are the built-in groups of projects as entitlements name them.
func places() []struct {
	kind access.Kind
	azdo.EntitlementGroup
} {
	return []struct {
		kind access.Kind
		azdo.EntitlementGroup
	}{
		{access.Administrator, azdo.EntitlementGroup{GroupType: "projectAdministrator", DisplayName: "Project Administrators"}},
		{access.Contributor, azdo.EntitlementGroup{GroupType: "projectContributor", DisplayName: "Contributors"}},
		{access.Reader, azdo.EntitlementGroup{GroupType: "projectReader", DisplayName: "Readers"}},
	}
}

// userEntitlement is a person as entitlements show one; the places in projects, and the groups that give levels, only where
// they are asked for.
func (r *request) userEntitlement(all *subjects, s *subject, projects, groups bool) azdo.UserEntitlement {
	u := s.user
	shown := azdo.UserEntitlement{User: r.graphSubject(s), Extensions: []struct{}{}, ID: s.id(), AccessLevel: accessLevel(u.Level),
		LastAccessedDate: neverAccessed, DateCreated: neverAccessed, ProjectEntitlements: []azdo.ProjectEntitlement{}, GroupAssignments: []azdo.GroupEntitlement{}}
	if !u.CreatedAt.IsZero() {
		shown.DateCreated = azdo.Time{Time: u.CreatedAt}.String()
	}
	if !u.Active {
		shown.AccessLevel.Status = "deleted"
	}
	if u.Level != u.OwnLevel {
		shown.AccessLevel.AssignmentSource = byGroupRule
	}
	if groups {
		for _, l := range all.directory.LevelsOf(u) {
			if g := all.by(l.Group); g != nil {
				shown.GroupAssignments = append(shown.GroupAssignments, r.groupEntitlement(all, g, l))
			}
		}
	}
	if projects {
		shown.ProjectEntitlements = r.projectEntitlements(all, s)
	}
	return shown
}

// projectEntitlements is the highest place of a person or group in each project.
func (r *request) projectEntitlements(all *subjects, s *subject) []azdo.ProjectEntitlement {
	shown, taken := []azdo.ProjectEntitlement{}, map[int64]bool{}
	for _, p := range places() {
		for _, g := range all.groups {
			if g.group.Kind == p.kind && g.group.Project != nil && !taken[g.group.Project.ID] && slices.Contains(all.members[g], s) {
				taken[g.group.Project.ID] = true
				shown = append(shown, azdo.ProjectEntitlement{Group: p.EntitlementGroup,
					ProjectRef:       azdo.ProjectRef{ID: g.group.Project.GUID.String(), Name: g.group.Project.Name},
					AssignmentSource: "unknown", ProjectPermissionInherited: "notInherited", TeamRefs: []struct{}{}})
			}
		}
	}
	return shown
}

// admitted is the people of the organization; who was removed is none of them.
func (a *API) admitted(ctx context.Context, r *request) (*subjects, error) {
	all, err := a.subjects(ctx, r)
	if err == nil {
		all.users = slices.DeleteFunc(all.users, func(s *subject) bool { return !s.user.Active })
	}
	return all, err
}

// entitledPage is a page of those who have an access level.
type entitledPage struct {
	members []azdo.UserEntitlement
	next    *string // of the page behind it
	total   int
}

// listUserEntitlements lists people by name, a page of them.
func (a *API) listUserEntitlements(ctx context.Context, r *request) (any, error) {
	found, err := a.entitledPage(ctx, r, func(all *subjects) []*subject { return all.people(false) })
	if err != nil {
		return nil, err
	}
	answer := azdo.UserEntitlements{Members: found.members, ContinuationToken: found.next, TotalCount: found.total}
	if r.version.compare(version{major: 5, minor: 1}) >= 0 {
		answer.Items = answer.Members
	}
	return answer, nil
}

// listMemberEntitlements lists people and service principals.
func (a *API) listMemberEntitlements(ctx context.Context, r *request) (any, error) {
	found, err := a.entitledPage(ctx, r, func(all *subjects) []*subject { return slices.Concat(all.people(false), all.people(true)) })
	if err != nil {
		return nil, err
	}
	answer := azdo.MemberEntitlements{Members: make([]azdo.MemberEntitlement, len(found.members)), ContinuationToken: found.next, TotalCount: found.total}
	for i := range found.members {
		answer.Members[i] = memberEntitlement(&found.members[i])
	}
	answer.Items = answer.Members
	return answer, nil
}

func memberEntitlement(u *azdo.UserEntitlement) azdo.MemberEntitlement {
	return azdo.MemberEntitlement{Member: u.User, Extensions: u.Extensions, ID: u.ID, AccessLevel: u.AccessLevel, LastAccessedDate: u.LastAccessedDate,
		DateCreated: u.DateCreated, ProjectEntitlements: u.ProjectEntitlements, GroupAssignments: u.GroupAssignments}
}

// showMemberEntitlement shows one of them.
func (a *API) showMemberEntitlement(ctx context.Context, r *request) (any, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(r.params["memberId"])
	if s == nil || s.user == nil {
		return nil, fault.SubjectNotFound(r.params["memberId"])
	}
	shown := r.userEntitlement(all, s, true, true)
	return memberEntitlement(&shown), nil
}

// entitledPage is the page of some of the members of the organization that the query asks for.
func (a *API) entitledPage(ctx context.Context, r *request, of func(*subjects) []*subject) (*entitledPage, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	people, err := entitlementFilter(of(all), cmp.Or(r.query.text("$filter"), r.query.text("filter")))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(people, func(a, b *subject) int {
		return strings.Compare(strings.ToLower(a.user.DisplayName), strings.ToLower(b.user.DisplayName))
	})
	switch order := strings.ToLower(strings.TrimSpace(cmp.Or(r.query.text("$orderBy"), r.query.text("orderBy")))); order {
	case "", "name", "name ascending":
	case "name descending":
		slices.Reverse(people)
	default:
		return nil, fault.InvalidArgument("The order %q is not valid: people are ordered by name Ascending or name Descending.", order)
	}
	for _, name := range []string{"top", "skip"} { // both spellings are documented
		if v, ok := r.query[name]; ok {
			r.query["$"+name] = v
		}
	}
	part, next, err := page(r.query, people)
	if err != nil {
		return nil, err
	}
	selected := func(part string) bool {
		return slices.ContainsFunc(r.query.list("select"), func(s string) bool { return strings.EqualFold(s, part) })
	}
	projects, groups := selected("Projects"), selected("Grouprules") // documented
	found := &entitledPage{members: make([]azdo.UserEntitlement, len(part)), total: len(people)}
	for i, s := range part {
		found.members[i] = r.userEntitlement(all, s, projects, groups)
	}
	if next != "" {
		found.next = &next
	}
	return found, nil
}

// entitlementFilter keeps the people that fulfill a filter: comparisons joined by and. documented: licenseId, licenseStatus
// and name, which finds parts of names.
func entitlementFilter(people []*subject, filter string) ([]*subject, error) {
	people = slices.Clone(people)
	if strings.TrimSpace(filter) == "" {
		return people, nil
	}
	for term := range strings.SplitSeq(filter, " and ") {
		words := strings.SplitN(strings.TrimSpace(term), " ", 3)
		if len(words) != 3 || words[1] != "eq" && words[1] != "ne" || len(words[2]) < 2 || words[2][0] != '\'' || !strings.HasSuffix(words[2], "'") ||
			strings.Contains(words[2][1:len(words[2])-1], "'") {
			return nil, fault.InvalidArgument("The filter %q is not valid: write comparisons such as name eq 'Jamal', joined by and.", filter)
		}
		value := strings.ToLower(words[2][1 : len(words[2])-1])
		var has func(*access.User) bool
		switch strings.ToLower(words[0]) {
		case "name":
			has = func(u *access.User) bool {
				return strings.Contains(strings.ToLower(u.DisplayName), value) || strings.Contains(strings.ToLower(u.UniqueName), value)
			}
		case "licenseid":
			has = func(u *access.User) bool {
				return value == "account-"+strings.ToLower(accessLevel(u.Level).AccountLicenseType)
			}
		case "licensestatus":
			has = func(*access.User) bool { return value == "active" }
		default:
			return nil, fault.InvalidArgument("The filter %q is not valid: people are filtered by name, licenseId and licenseStatus.", filter)
		}
		people = slices.DeleteFunc(people, func(s *subject) bool { return has(s.user) != (words[1] == "eq") })
	}
	return people, nil
}

func (r *request) entitledID() string { return cmp.Or(r.params["userId"], r.params["userDescriptor"]) }

func (a *API) showUserEntitlement(ctx context.Context, r *request) (any, error) {
	return a.entitlement(ctx, r, r.entitledID())
}

func (a *API) entitlement(ctx context.Context, r *request, id string) (*azdo.UserEntitlement, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(id)
	if s == nil || s.user == nil || s.isService() {
		return nil, fault.SubjectNotFound(id)
	}
	shown := r.userEntitlement(all, s, true, true)
	return &shown, nil
}

func (a *API) deleteUserEntitlement(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.RemovePerson(ctx, a.config.Access, r.caller, r.entitledID())
}

// showUserEntitlementSummary counts the people by license.
func (a *API) showUserEntitlementSummary(ctx context.Context, r *request) (any, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	selected := r.query.list("select")
	wants := func(part string) bool {
		return len(selected) == 0 || slices.ContainsFunc(selected, func(s string) bool { return strings.EqualFold(s, part) })
	}
	answer := azdo.UserEntitlementSummary{Licenses: []azdo.LicenseSummary{}, Extensions: []struct{}{}, GroupOptions: []azdo.GroupOption{},
		ProjectRefs: []azdo.ProjectRef{}, AvailableAccessLevels: []azdo.AccessLevel{}, DefaultAccessLevel: accessLevel(access.Basic)}
	for _, l := range licenses() {
		if wants("AccessLevels") {
			answer.AvailableAccessLevels = append(answer.AvailableAccessLevels, accessLevel(l.level))
		}
		n := 0
		for _, s := range all.users {
			if s.user.Level == l.level {
				n++
			}
		}
		if wants("Licenses") && n > 0 {
			answer.Licenses = append(answer.Licenses, azdo.LicenseSummary{LicensingSource: "account", AccountLicenseType: l.license, LicenseName: l.name,
				Assigned: n, Total: n})
		}
	}
	for _, p := range places() {
		if wants("Groups") {
			answer.GroupOptions = append(answer.GroupOptions, azdo.GroupOption{Group: p.EntitlementGroup})
		}
	}
	for _, p := range catalog.Projects {
		if wants("Projects") && r.caller.CanRead(p.ID) {
			answer.ProjectRefs = append(answer.ProjectRefs, azdo.ProjectRef{ID: p.GUID.String(), Name: p.Name})
		}
	}
	return answer, nil
}

// createGraphUser lets somebody in with the level that people begin with.
func (a *API) createGraphUser(ctx context.Context, r *request) (any, error) {
	var body struct {
		PrincipalName string `json:"principalName"`
		MailAddress   string `json:"mailAddress"`
		OriginID      string `json:"originId"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if body.OriginID != "" {
		return nil, fault.NotImplemented("Taking in users of a directory")
	}
	groups := r.query.list("groupDescriptors")
	id, err := a.config.Projects.AddPerson(ctx, a.config.Access, r.caller, project.PersonDraft{Name: cmp.Or(body.PrincipalName, body.MailAddress), Groups: groups})
	if err != nil {
		return nil, err
	}
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(id.String())
	if s == nil { // removed since
		return nil, fault.SubjectNotFound(id.String())
	}
	shown := r.graphSubject(s)
	return reply{status: http.StatusCreated, value: shown, location: shown.URL}, nil
}

// updateGraphUser is asked to take a user for another one of the directory. There is none here: everybody stays who they are,
// and who is to be another one is not found.
func (a *API) updateGraphUser(ctx context.Context, r *request) (any, error) {
	var body struct {
		OriginID   string `json:"originId"`
		StorageKey string `json:"storageKey"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	s := all.find(r.params["userDescriptor"])
	if s == nil || s.user == nil || s.isService() {
		return nil, fault.SubjectNotFound(r.params["userDescriptor"])
	}
	id := cmp.Or(body.OriginID, body.StorageKey)
	if id == "" {
		return nil, fault.InvalidArgument("Say which user of the directory it is: by originId.")
	}
	if !strings.EqualFold(id, s.id()) {
		return nil, fault.SubjectNotFound(id)
	}
	return r.graphSubject(s), nil
}

func (a *API) deleteGraphUser(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.RemovePerson(ctx, a.config.Access, r.caller, r.params["userDescriptor"])
}
