package access

import (
	"context"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Member is a user with a role in a project.
type Member struct {
	Project int64
	User    int64
	Role    Role
}

// Members lists the roles that were given to users, by project and user. Members of teams have theirs besides.
func (s *Store) Members(tx *db.Tx, org int64) ([]Member, error) {
	return db.Collect(tx, selectMembers, []any{org}, func(r *db.Rows) (m Member, err error) {
		var role string
		err = r.Scan(&m.Project, &m.User, &role)
		m.Role = Role(role)
		return m, err
	})
}

// SetRole gives a user a role in a project that the caller administers, besides others, or takes it away.
func (s *Store) SetRole(tx *db.Tx, c *Caller, project int64, u *User, role Role, has bool) error {
	if !c.CanBypassRules(project) {
		return fault.AccessDenied(c.User.DisplayName, "Manage members")
	}
	if _, err := tx.Exec(deleteMember, c.Org, project, u.ID, string(role)); err != nil {
		return err
	}
	if has {
		return s.AddMember(tx, c.Org, project, u.ID, role)
	}
	_, err := tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: project, Ref: u.ID})
	return err
}

// SetAdministrator makes a user an administrator of the organization, or no longer. One that can sign in always remains.
func (s *Store) SetAdministrator(tx *db.Tx, c *Caller, u *User, is bool) error {
	if !c.Administers() {
		return fault.AccessDenied(c.User.DisplayName, "Edit instance-level information")
	}
	if u.Administrator == is {
		return nil
	}
	directory, err := s.Directory(tx, c.Org)
	if err != nil {
		return err
	}
	others := 0
	for _, at := range directory.Users() {
		if at.ID != u.ID && at.Administrator && at.Active && at.Account != 0 {
			others++
		}
	}
	if !is && others == 0 {
		return fault.InvalidArgument("%s is the last administrator of the organization.", u.DisplayName)
	}
	if _, err := tx.Exec(updateAdministrator, c.Org, u.ID, is); err != nil {
		return err
	}
	_, err = tx.Append(c.Org, db.Change{Kind: db.UserChanged, Ref: u.ID})
	return err
}

// People returns the identities of an organization.
func (s *Store) People(ctx context.Context, org int64) (d *Directory, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		d, err = s.Directory(tx, org)
		return err
	})
	return d, err
}

// FindSubject finds a user by GUID or by either descriptor, or returns nil.
func (d *Directory) FindSubject(id string) *User {
	for _, u := range d.users {
		if strings.EqualFold(u.GUID.String(), id) || u.Descriptor() == id || strings.EqualFold(u.IdentityDescriptor(), id) {
			return u
		}
	}
	return nil
}

var (
	selectMembers = db.SQL("access.selectMembers",
		`SELECT project_id, user_id, role FROM project_members WHERE org_id = $1 ORDER BY project_id, user_id, role`)
	deleteMember = db.SQL("access.deleteMember",
		`DELETE FROM project_members WHERE org_id = $1 AND project_id = $2 AND user_id = $3 AND role = $4`)
	updateAdministrator = db.SQL("access.updateAdministrator",
		`UPDATE users SET is_administrator = $3 WHERE org_id = $1 AND user_id = $2`)
)
