package api

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// subject is a user or a group that a caller may see.
type subject struct {
	user  *access.User
	group *project.Group // nil for a user
}

func (s *subject) id() string {
	if s.group != nil {
		return s.group.GUID.String()
	}
	return s.user.GUID.String()
}

func (s *subject) descriptor() string {
	if s.group != nil {
		return s.group.Descriptor()
	}
	return s.user.Descriptor()
}

func (s *subject) identityDescriptor() string {
	if s.group != nil {
		return s.group.IdentityDescriptor()
	}
	return s.user.IdentityDescriptor()
}

// subject is how permissions name it.
func (s *subject) subject() access.Subject {
	if s.group != nil {
		return s.group.Subject
	}
	return s.user.Subject()
}

// subjects is everybody the caller may see: the people of the organization, and groups of it and of readable projects.
type subjects struct {
	users, groups []*subject
	members       map[*subject][]*subject // by group
	directory     *access.Directory
}

func (a *API) subjects(ctx context.Context, r *request) (*subjects, error) {
	directory, err := a.config.Access.People(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	people, err := a.config.Projects.People(ctx, a.config.Access, r.caller)
	if err != nil {
		return nil, err
	}
	all := &subjects{members: map[*subject][]*subject{}, directory: directory}
	users, groups := map[int64]*subject{}, map[*project.Group]*subject{}
	for _, u := range directory.Users() {
		s := &subject{user: u}
		users[u.ID], all.users = s, append(all.users, s)
	}
	for _, g := range people.Groups {
		s := &subject{group: g}
		groups[g], all.groups = s, append(all.groups, s)
	}
	for _, m := range people.Memberships {
		member := users[m.User]
		if m.Group != nil {
			member = groups[m.Group]
		}
		if member != nil {
			all.members[groups[m.Container]] = append(all.members[groups[m.Container]], member)
		}
	}
	return all, nil
}

// find finds somebody by GUID or by either descriptor, or returns nil.
func (a *subjects) find(id string) *subject {
	for _, list := range [][]*subject{a.users, a.groups} {
		for _, s := range list {
			if s.descriptor() == id || strings.EqualFold(s.id(), id) || strings.EqualFold(s.identityDescriptor(), id) {
				return s
			}
		}
	}
	return nil
}

// by finds somebody whom permissions name, or returns nil.
func (a *subjects) by(who access.Subject) *subject {
	for _, list := range [][]*subject{a.users, a.groups} {
		for _, s := range list {
			if s.subject() == who {
				return s
			}
		}
	}
	return nil
}

// groupsOf lists the groups of the project with a scope, all of them without one.
func (a *subjects) groupsOf(scope string) ([]*subject, error) {
	if scope == "" {
		return a.groups, nil
	}
	groups := slices.DeleteFunc(slices.Clone(a.groups), func(s *subject) bool {
		return s.group.Project == nil || s.group.Project.ScopeDescriptor() != scope
	})
	if len(groups) == 0 { // every project has some
		return nil, fault.SubjectNotFound(scope)
	}
	return groups, nil
}

// inScope leaves those of people who are in groups of the project with a scope, or in groups in those.
func (a *subjects) inScope(people []*subject, scope string) ([]*subject, error) {
	if scope == "" {
		return people, nil
	}
	groups, err := a.groupsOf(scope)
	if err != nil {
		return nil, err
	}
	in := map[*subject]bool{}
	for _, g := range groups {
		for _, s := range a.related(g, false, true) {
			in[s] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(people), func(s *subject) bool { return !in[s] }), nil
}

// related lists the members of a subject, or with up the groups it is in; deep goes on from those.
func (a *subjects) related(of *subject, up, deep bool) (found []*subject) {
	next := []*subject{of}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		for _, s := range a.near(at, up) {
			if s != of && !slices.Contains(found, s) {
				found = append(found, s)
				if deep {
					next = append(next, s)
				}
			}
		}
	}
	return found
}

func (a *subjects) near(of *subject, up bool) (found []*subject) {
	if !up {
		return a.members[of]
	}
	for _, g := range a.groups {
		if slices.Contains(a.members[g], of) {
			found = append(found, g)
		}
	}
	return found
}
