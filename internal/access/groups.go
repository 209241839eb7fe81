package access

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Join puts a subject into a group; one that is in it stays. Whoever calls it has checked that the caller may, and that no
// group comes to hold itself.
func Join(tx *db.Tx, c *Caller, container, member Subject) error {
	if err := JoinNew(tx, c.Org, container, member); err != nil {
		return err
	}
	return changed(tx, c, MemberAdded, container, member)
}

// JoinNew puts a subject that is being made into a group. Whoever makes it appends to the change feed.
func JoinNew(tx *db.Tx, org int64, container, member Subject) error {
	_, err := tx.Exec(insertMembership, org, string(container.Kind), container.ID, string(member.Kind), member.ID)
	return err
}

// Leave takes a subject out of a group into which somebody put it; one that an identity provider put there, too, stays.
// It returns a 400 fault when only the provider did, and when the organization would have no administrator left who can
// sign in.
func Leave(tx *db.Tx, c *Caller, container, member Subject) error {
	return stayAdministered(tx, c.Org, container, func() error {
		args := []any{c.Org, string(container.Kind), container.ID, string(member.Kind), member.ID}
		n, err := tx.Exec(updateLeft, slices.Clone(args)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.InvalidArgument("The identity provider says who is in the group: take the membership away there.")
		}
		if _, err := tx.Exec(deleteUnclaimed, args...); err != nil {
			return err
		}
		return changed(tx, c, MemberRemoved, container, member)
	})
}

func changed(tx *db.Tx, c *Caller, action AuditAction, container, member Subject) error {
	if err := auditMembership(tx, c, action, container, member); err != nil {
		return err
	}
	return appendMembership(tx, c.Org, container, member)
}

func appendMembership(tx *db.Tx, org int64, container, member Subject) error {
	change := db.Change{Kind: db.AccessChanged}
	if container.Kind.BuiltIn() {
		change.Project = container.ID
	}
	if member.Kind == UserKind {
		change.Ref = member.ID
	}
	_, err := tx.Append(org, change)
	return err
}

// stayAdministered refuses a change to a group that leaves the organization without an administrator who can sign in.
func stayAdministered(tx *db.Tx, org int64, group Subject, change func() error) error {
	before, err := readDirectory(tx, org)
	if err != nil {
		return err
	}
	if err := change(); err != nil || !slices.Contains(append(before.Containers(group), group), Subject{Administrator, 0}) {
		return err
	}
	after, err := readDirectory(tx, org)
	if err != nil {
		return err
	}
	if before.administered() && !after.administered() {
		return fault.InvalidArgument("The organization would have no administrator left who can sign in.")
	}
	return nil
}

// administered reports whether somebody administers the organization who can sign in.
func (d *Directory) administered() bool {
	return slices.ContainsFunc(d.users, func(u *User) bool { return u.Administrator && u.Active && u.Account != 0 })
}

// AddGroup stores a group and returns it with its id. A zero GUID is made up.
func AddGroup(tx *db.Tx, c *Caller, g Group) (_ Group, err error) {
	if g.ID, err = tx.Reserve(c.Org, "group", 1); err != nil {
		return g, err
	}
	if g.GUID == uuid.Nil {
		g.GUID = uuid.New()
	}
	if _, err := tx.Exec(insertGroup, c.Org, g.ID, g.GUID, g.Project, g.Name, g.Description); err != nil {
		return g, err
	}
	if err := AuditGroup(tx, c, GroupCreated, g.Subject()); err != nil {
		return g, err
	}
	_, err = tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: g.Project})
	return g, err
}

// ChangeGroup stores a group's name and description.
func ChangeGroup(tx *db.Tx, c *Caller, g Group) error {
	if _, err := tx.Exec(updateGroup, c.Org, g.ID, g.Name, g.Description); err != nil {
		return err
	}
	if err := AuditGroup(tx, c, GroupUpdated, g.Subject()); err != nil {
		return err
	}
	_, err := tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: g.Project})
	return err
}

// DeleteGroup removes a group. It returns a 400 fault when that leaves the organization without an administrator.
func DeleteGroup(tx *db.Tx, c *Caller, g Group) error {
	return stayAdministered(tx, c.Org, g.Subject(), func() error {
		if err := AuditGroup(tx, c, GroupDeleted, g.Subject()); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteGroup, c.Org, g.ID); err != nil {
			return err
		}
		_, err := tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: g.Project})
		return err
	})
}

// People returns the identities of an organization.
func (s *Store) People(ctx context.Context, org int64) (d *Directory, err error) {
	return s.Snapshot(ctx, org)
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
	insertMembership = db.SQL("access.insertMembership", `
		INSERT INTO memberships (org_id, container_kind, container_id, member_kind, member_id) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, container_kind, container_id, member_kind, member_id) DO UPDATE SET by_hand = true`)
	updateLeft = db.SQL("access.updateLeft", `
		UPDATE memberships SET by_hand = false
		WHERE org_id = $1 AND container_kind = $2 AND container_id = $3 AND member_kind = $4 AND member_id = $5 AND by_hand`)
	insertGroup = db.SQL("access.insertGroup", `
		INSERT INTO security_groups (org_id, group_id, guid, project_id, name, description, is_deleted) VALUES ($1, $2, $3, $4, $5, $6, false)`)
	updateGroup = db.SQL("access.updateGroup",
		`UPDATE security_groups SET name = $3, description = $4 WHERE org_id = $1 AND group_id = $2`)
	deleteGroup = db.SQL("access.deleteGroup", `UPDATE security_groups SET is_deleted = true WHERE org_id = $1 AND group_id = $2`)
)
