package project

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// SetMember puts a user or a group into a group whose members the caller manages, or takes one out.
func (s *Store) SetMember(ctx context.Context, a *access.Store, c *access.Caller, group, member string, in bool) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		g := p.Find(group)
		if g == nil {
			return fault.SubjectNotFound(group)
		}
		who, err := p.subject(member)
		if err != nil {
			return err
		}
		return p.put(tx, c, g, who, in)
	})
}

// subject finds a user or a group.
func (p *People) subject(id string) (access.Subject, error) {
	if u := p.directory.FindSubject(id); u != nil {
		return u.Subject(), nil
	}
	if g := p.Find(id); g != nil {
		return g.Subject, nil
	}
	return access.Subject{}, fault.SubjectNotFound(id)
}

// put puts a subject into a group, or takes it out.
func (p *People) put(tx *db.Tx, c *access.Caller, g *Group, who access.Subject, in bool) error {
	if g.Kind == access.ValidUser || !c.Allowed(access.IdentityNamespace, g.Token(p.catalog), access.ManageMembership) {
		return fault.AccessDenied(c.User.DisplayName, "Manage group membership")
	}
	if p.directory.Has(g.Subject, who) == in && !(in && p.directory.Claimed(g.Subject, who)) {
		return nil
	}
	if !in {
		return access.Leave(tx, c, g.Subject, who)
	}
	if member := find(p.Groups, func(o *Group) bool { return o.Subject == who }); member != nil {
		switch {
		case member.Kind == access.ValidUser:
			return fault.InvalidArgument("%s holds everybody and is in no other group.", member.Name)
		case g.Project == nil && member.Project != nil:
			return fault.InvalidArgument("Groups of projects cannot be in groups of the organization.")
		case member == g || slices.Contains(p.directory.Members(who), g.Subject):
			return fault.CyclicMembership(member.Name, g.Name)
		}
	}
	return access.Join(tx, c, g.Subject, who)
}

// GroupDraft is a group to make: where, what it is called, and the groups it is put into.
type GroupDraft struct {
	Scope       string // descriptor of a project; "" for the organization
	Name        string
	Description string
	Containers  []string // GUIDs or descriptors
}

// CreateGroups makes groups in projects that the caller administers, or in the organization, and returns them. All are made,
// or none.
func (s *Store) CreateGroups(ctx context.Context, a *access.Store, c *access.Caller, drafts ...GroupDraft) (all []*Group, err error) {
	err = s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		all = nil
		for _, d := range drafts {
			g := access.Group{Name: strings.TrimSpace(d.Name), Description: d.Description}
			token := p.catalog.Organization.GUID.String()
			if d.Scope != "" {
				at := find(p.catalog.Projects, func(at *Project) bool { return at.ScopeDescriptor() == d.Scope && c.CanRead(at.ID) })
				if at == nil {
					return fault.SubjectNotFound(d.Scope)
				}
				g.Project, token = at.ID, at.GUID.String()
			}
			var made *Group
			var err error
			if made, p, err = s.makeGroup(tx, a, c, p, g, token); err != nil {
				return err
			}
			for _, id := range d.Containers {
				container := p.Find(id)
				if container == nil {
					return fault.SubjectNotFound(id)
				}
				if err := p.put(tx, c, container, made.Subject, true); err != nil {
					return err
				}
			}
			all = append(all, made)
		}
		return nil
	})
	return all, err
}

// makeGroup stores a group at whose token the caller may, and returns it with the groups there are then.
func (s *Store) makeGroup(tx *db.Tx, a *access.Store, c *access.Caller, p *People, g access.Group, token string) (*Group, *People, error) {
	if !c.Allowed(access.IdentityNamespace, token, access.EditIdentity) {
		return nil, nil, fault.AccessDenied(c.User.DisplayName, "Edit identity information")
	}
	if err := p.named(g); err != nil {
		return nil, nil, err
	}
	stored, err := access.AddGroup(tx, c, g)
	if err != nil {
		return nil, nil, err
	}
	if p, err = s.people(tx, a, c, p.catalog); err != nil {
		return nil, nil, err
	}
	return find(p.Groups, func(o *Group) bool { return o.Subject == stored.Subject() }), p, nil
}

// ChangeGroup changes the name or the description of a group that somebody made; nil leaves it. It returns the group.
func (s *Store) ChangeGroup(ctx context.Context, a *access.Store, c *access.Caller, id string, name, description *string) (changed *Group, err error) {
	err = s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		g, err := p.madeToChange(c, id, access.EditIdentity, "Edit identity information")
		if err != nil {
			return err
		}
		stored, shown := *g.made, *g
		if name != nil {
			stored.Name = strings.TrimSpace(*name)
		}
		if description != nil {
			stored.Description = *description
		}
		if err := p.named(stored); err != nil {
			return err
		}
		shown.Name, shown.Description, changed = stored.Name, stored.Description, &shown
		return access.ChangeGroup(tx, c, stored)
	})
	return changed, err
}

// DeleteGroup removes a group that somebody made. Its members lose what they had by it.
func (s *Store) DeleteGroup(ctx context.Context, a *access.Store, c *access.Caller, id string) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		g, err := p.madeToChange(c, id, access.DeleteIdentity, "Delete identity information")
		if err != nil {
			return err
		}
		return access.DeleteGroup(tx, c, *g.made)
	})
}

func (p *People) madeToChange(c *access.Caller, id string, permission int64, label string) (*Group, error) {
	g := p.Find(id)
	switch {
	case g == nil:
		return nil, fault.SubjectNotFound(id)
	case !c.Allowed(access.IdentityNamespace, g.Token(p.catalog), permission):
		return nil, fault.AccessDenied(c.User.DisplayName, label)
	case g.made == nil:
		return nil, fault.InvalidArgument("%s is built in or a team: it cannot be changed as a group.", g.Name)
	}
	return g, nil
}

// named refuses names that no group can have, or that another group of the project or organization has.
func (p *People) named(g access.Group) error {
	if !validName(g.Name) {
		return fault.InvalidArgument("The name of a group has 1 to %d characters, none of which is special.", maxName)
	}
	if n := len([]rune(g.Description)); n > maxDescription {
		return fault.InvalidArgument("The description of a group has %d characters at most, not %d.", maxDescription, n)
	}
	for _, o := range p.Groups {
		of := int64(0)
		if o.Project != nil {
			of = o.Project.ID
		}
		if strings.EqualFold(o.Name, g.Name) && of == g.Project && (o.made == nil || o.made.ID != g.ID) {
			return fault.GroupExists(o.Name)
		}
	}
	return nil
}

// changePeople runs a change of groups in a transaction.
func (s *Store) changePeople(ctx context.Context, a *access.Store, c *access.Caller, change func(*db.Tx, *People) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		p, err := s.people(tx, a, c, catalog)
		if err != nil {
			return err
		}
		return change(tx, p)
	})
}
