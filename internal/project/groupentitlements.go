package project

import (
	"context"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// GroupEntitlementDraft is what a group is to give its members.
type GroupEntitlementDraft struct {
	Group   string // GUID or descriptor; empty for the group of the organization with the name, which is made unless it is there
	Name    string
	Level   access.Level
	In      []Entitlement // where the group is to be
	Members []string      // GUIDs or descriptors of who is to be in the group
}

// EntitleGroup lets a group give its members an access level, puts it into groups of projects and people into it, and
// returns the group's GUID. Faults: the caller does not administer the organization; a group, project or member is not there.
func (s *Store) EntitleGroup(ctx context.Context, a *access.Store, c *access.Caller, d GroupEntitlementDraft) (id uuid.UUID, err error) {
	err = s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		if err := administers(c); err != nil {
			return err
		}
		g := p.Find(d.Group)
		if d.Group == "" {
			g = find(p.Groups, func(g *Group) bool { return g.Project == nil && strings.EqualFold(g.Name, strings.TrimSpace(d.Name)) })
		}
		if g == nil {
			if d.Group != "" {
				return fault.SubjectNotFound(d.Group)
			}
			if g, p, err = s.makeGroup(tx, a, c, p, access.Group{Name: strings.TrimSpace(d.Name)}, p.catalog.Organization.GUID.String()); err != nil {
				return err
			}
		}
		if err := givesLevels(g); err != nil {
			return err
		}
		id = g.GUID
		for _, member := range d.Members {
			who, err := p.subject(member)
			if err != nil {
				return err
			}
			if err := p.put(tx, c, g, who, true); err != nil {
				return err
			}
		}
		if err := access.SetGroupLevel(tx, c, g.Subject, d.Level); err != nil {
			return err
		}
		return p.entitle(tx, c, g.Subject, d.In)
	})
	if err != nil {
		return uuid.Nil, err
	}
	return id, nil
}

// ChangeGroupEntitlement gives the members of a group another level, unless it is empty, and puts the group into groups of
// projects. Faults are those of EntitleGroup, and that the group gives none.
func (s *Store) ChangeGroupEntitlement(ctx context.Context, a *access.Store, c *access.Caller, id string, level access.Level, in []Entitlement) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		g, err := p.entitled(c, id)
		if err != nil {
			return err
		}
		if level != "" {
			if err := access.SetGroupLevel(tx, c, g.Subject, level); err != nil {
				return err
			}
		}
		return p.entitle(tx, c, g.Subject, in)
	})
}

// RemoveGroupEntitlement ends what a group gives its members, who keep what was given to themselves. With out the group
// also leaves all groups it is in. Faults are those of ChangeGroupEntitlement.
func (s *Store) RemoveGroupEntitlement(ctx context.Context, a *access.Store, c *access.Caller, id string, out bool) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		g, err := p.entitled(c, id)
		if err != nil {
			return err
		}
		if out {
			for _, container := range p.Groups {
				if p.directory.Has(container.Subject, g.Subject) {
					if err := p.put(tx, c, container, g.Subject, false); err != nil {
						return err
					}
				}
			}
		}
		return access.SetGroupLevel(tx, c, g.Subject, "")
	})
}

// entitled finds a group that gives its members a level which the caller may change.
func (p *People) entitled(c *access.Caller, id string) (*Group, error) {
	if err := administers(c); err != nil {
		return nil, err
	}
	g := p.Find(id)
	if g == nil || p.directory.GroupLevel(g.Subject) == nil {
		return nil, fault.SubjectNotFound(id)
	}
	return g, nil
}

// givesLevels refuses groups that hold everybody: who is in the organization at all has a level.
func givesLevels(g *Group) error {
	if g.Kind == access.ValidUser {
		return fault.InvalidArgument("%s holds everybody: access levels are given by other groups.", g.Name)
	}
	return nil
}
