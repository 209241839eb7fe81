package project

import (
	"context"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Entitlement is the place of a person in a project: a built-in group.
type Entitlement struct {
	Project string // GUID or name
	Group   access.Kind
}

// PersonDraft is somebody to let in.
type PersonDraft struct {
	Name   string       // to sign in with
	Level  access.Level // empty for Basic, or the one that somebody who is in already has
	In     []Entitlement
	Groups []string // GUIDs or descriptors of groups to be in

	Service *access.ServiceDraft // for a program; then Name and Level do not count
}

// AddPerson lets somebody into the organization, with a level and into groups. It returns the person's GUID, and the fault
// for a caller who does not administer the organization, a bad name, or a project or group that is not there.
func (s *Store) AddPerson(ctx context.Context, a *access.Store, c *access.Caller, d PersonDraft) (id uuid.UUID, err error) {
	err = s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		if err := administers(c); err != nil {
			return err
		}
		var user int64
		if d.Service != nil {
			user, err = a.AdmitService(tx, c, *d.Service)
		} else {
			user, err = a.Admit(tx, c, d.Name, d.Level)
		}
		if err != nil {
			return err
		}
		if p, err = s.people(tx, a, c, p.catalog); err != nil {
			return err
		}
		id = p.directory.User(user).GUID
		for _, group := range d.Groups {
			g := p.Find(group)
			if g == nil {
				return fault.SubjectNotFound(group)
			}
			if err := p.put(tx, c, g, access.Subject{Kind: access.UserKind, ID: user}, true); err != nil {
				return err
			}
		}
		return p.entitle(tx, c, access.Subject{Kind: access.UserKind, ID: user}, d.In)
	})
	if err != nil {
		return uuid.Nil, err
	}
	return id, nil
}

// ChangePerson gives somebody another level, unless it is empty, and puts them into groups of projects.
func (s *Store) ChangePerson(ctx context.Context, a *access.Store, c *access.Caller, id string, level access.Level, in []Entitlement) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		u, err := p.person(c, id)
		if err != nil {
			return err
		}
		if level != "" {
			if err := access.SetLevel(tx, c, u, level); err != nil {
				return err
			}
		}
		return p.entitle(tx, c, u.Subject(), in)
	})
}

// RenamePerson gives somebody another display name.
func (s *Store) RenamePerson(ctx context.Context, a *access.Store, c *access.Caller, id, name string) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		u, err := p.person(c, id)
		if err != nil {
			return err
		}
		return access.Rename(tx, c, u, name)
	})
}

// RemovePerson takes somebody out of the organization, which keeps an administrator who can sign in.
func (s *Store) RemovePerson(ctx context.Context, a *access.Store, c *access.Caller, id string) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		u, err := p.person(c, id)
		if err != nil {
			return err
		}
		return access.Remove(tx, c, u)
	})
}

func administers(c *access.Caller) error {
	if !c.Administers() {
		return fault.AccessDenied(c.User.DisplayName, "Edit instance-level information")
	}
	return nil
}

// person finds somebody of the organization whom the caller may change.
func (p *People) person(c *access.Caller, id string) (*access.User, error) {
	if err := administers(c); err != nil {
		return nil, err
	}
	u := p.directory.FindSubject(id)
	if u == nil || !u.Active {
		return nil, fault.SubjectNotFound(id)
	}
	return u, nil
}

// entitle puts a user or a group into built-in groups of projects.
func (p *People) entitle(tx *db.Tx, c *access.Caller, who access.Subject, in []Entitlement) error {
	for _, e := range in {
		at := find(p.catalog.Projects, func(at *Project) bool {
			return c.CanRead(at.ID) && (strings.EqualFold(at.GUID.String(), e.Project) || strings.EqualFold(at.Name, e.Project))
		})
		if at == nil {
			return fault.ProjectNotFound(e.Project)
		}
		g := find(p.Groups, func(g *Group) bool { return g.Subject == access.Subject{Kind: e.Group, ID: at.ID} })
		if err := p.put(tx, c, g, who, true); err != nil {
			return err
		}
	}
	return nil
}
