package project

import (
	"context"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// TeamMember is somebody in a team. Administrators of a team manage it and its members.
type TeamMember struct {
	Team          int64
	User          int64
	Administrator bool
}

// CreateTeam makes a team without areas and iterations, which the caller administers. The caller must administer the project.
func (s *Store) CreateTeam(ctx context.Context, a *access.Store, c *access.Caller, projectNameOrID, name, description string) (id uuid.UUID, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		p, err := s.readable(tx, c, projectNameOrID)
		if err != nil {
			return err
		}
		if !c.CanManage(p.ID) {
			return fault.AccessDenied(c.User.DisplayName, "Create teams")
		}
		t := Team{GUID: uuid.New(), Project: p}
		if err := s.describeTeam(tx, a, c, &t, &name, &description); err != nil {
			return err
		}
		id = t.GUID
		team, err := s.AddTeam(tx, c.Org, p.ID, t, nil, false, nil)
		if err != nil {
			return err
		}
		t.ID = team
		if err := access.AuditGroup(tx, c, access.GroupCreated, t.Subject()); err != nil {
			return err
		}
		return t.addAdministrator(tx, c)
	})
	return id, err
}

// UpdateTeam changes the name or the description of a team; nil leaves it. The caller must administer team or project.
func (s *Store) UpdateTeam(ctx context.Context, a *access.Store, c *access.Caller, projectNameOrID, team string, name, description *string) (id uuid.UUID, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		found, err := s.teamToChange(tx, c, projectNameOrID, team)
		if err != nil {
			return err
		}
		t := *found
		if err := s.describeTeam(tx, a, c, &t, name, description); err != nil {
			return err
		}
		id = t.GUID
		if _, err := tx.Exec(updateTeam, c.Org, t.ID, t.Name, t.Description); err != nil {
			return err
		}
		if err := access.AuditGroup(tx, c, access.GroupUpdated, t.Subject()); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.TeamChanged, Project: t.Project.ID, Ref: t.ID})
		return err
	})
	return id, err
}

// RemoveTeam deletes a team, with its boards, its dashboards and what its members had by it. A project keeps its default team.
func (s *Store) RemoveTeam(ctx context.Context, c *access.Caller, projectNameOrID, team string) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.teamToChange(tx, c, projectNameOrID, team)
		switch {
		case err != nil:
			return err
		case !c.CanManage(t.Project.ID):
			return fault.AccessDenied(c.User.DisplayName, "Delete teams")
		case t.ID == t.Project.DefaultTeam:
			return fault.DefaultTeam(t.Name)
		}
		if err := access.AuditGroup(tx, c, access.GroupDeleted, t.Subject()); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteTeam, c.Org, t.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteTeamDashboards, c.Org, t.Project.ID, t.ID); err != nil {
			return err
		}
		if _, err := tx.Append(c.Org, db.Change{Kind: db.TeamChanged, Project: t.Project.ID, Ref: t.ID}); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: t.Project.ID})
		return err
	})
}

// TeamMembers lists who was put into the teams of the projects the caller may read, by team and user.
func (s *Store) TeamMembers(ctx context.Context, a *access.Store, c *access.Caller) (all []TeamMember, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		directory, err := a.Directory(tx, c.Org)
		if err != nil {
			return err
		}
		for _, m := range directory.Memberships() {
			if t := catalog.Team(m.Container.ID); m.Container.Kind == access.TeamKind && m.Member.Kind == access.UserKind && t != nil && c.CanRead(t.Project.ID) {
				all = append(all, TeamMember{t.ID, m.Member.ID, directory.Administers(t.Token(), m.Member.ID)})
			}
		}
		return nil
	})
	return all, err
}

// addAdministrator makes the caller the first member of a team, who administers it.
func (t *Team) addAdministrator(tx *db.Tx, c *access.Caller) error {
	if err := access.Join(tx, c, t.Subject(), c.User.Subject()); err != nil {
		return err
	}
	all := access.ViewIdentity | access.EditIdentity | access.DeleteIdentity | access.ManageMembership | access.CreateScope
	return access.SetEntry(tx, c, access.FindNamespace(access.IdentityNamespace), t.Token(), access.Entry{Subject: c.User.Subject(), Allow: all})
}

// readable finds a project the caller may read.
func (s *Store) readable(tx *db.Tx, c *access.Caller, nameOrID string) (*Project, error) {
	catalog, err := s.Catalog(tx, c.Org)
	if err != nil {
		return nil, err
	}
	p, err := catalog.FindProject(nameOrID)
	if err == nil && !c.CanRead(p.ID) {
		err = NotFound(nameOrID)
	}
	return p, err
}

func (s *Store) teamToChange(tx *db.Tx, c *access.Caller, projectNameOrID, team string) (*Team, error) {
	p, err := s.readable(tx, c, projectNameOrID)
	if err != nil {
		return nil, err
	}
	t := p.FindTeam(team)
	if t == nil {
		return nil, fault.TeamNotFound(team)
	}
	return t, t.mayManage(c)
}

// mayManage refuses callers who administer neither a team nor its project.
func (t *Team) mayManage(c *access.Caller) error {
	if !c.Allowed(access.IdentityNamespace, t.Token(), access.EditIdentity) {
		return fault.AccessDenied(c.User.DisplayName, "Manage teams")
	}
	return nil
}

// describeTeam sets name and description, unless the name is that of another team or group of the project.
func (s *Store) describeTeam(tx *db.Tx, a *access.Store, c *access.Caller, t *Team, name, description *string) error {
	if err := t.describe(name, description); err != nil || name == nil {
		return err
	}
	catalog, err := s.Catalog(tx, c.Org)
	if err != nil {
		return err
	}
	directory, err := a.Directory(tx, c.Org)
	if err != nil {
		return err
	}
	for _, g := range catalog.Groups(directory) {
		if g.Project != nil && g.Project.ID == t.Project.ID && g.Subject != t.Subject() && strings.EqualFold(g.Name, t.Name) {
			return fault.GroupExists(g.Name)
		}
	}
	return nil
}

// describe sets name and description, or says what is wrong with them.
func (t *Team) describe(name, description *string) error {
	if name != nil {
		t.Name = strings.TrimSpace(*name)
		if !validName(t.Name) {
			return fault.TeamNameInvalid(t.Name)
		}
		if other := t.Project.FindTeam(t.Name); other != nil && other.ID != t.ID {
			return fault.TeamExists(t.Name)
		}
	}
	if description != nil {
		t.Description = *description
		if n := len([]rune(t.Description)); n > maxDescription {
			return fault.InvalidArgument("The description of a team has %d characters at most, not %d.", maxDescription, n)
		}
	}
	return nil
}
