package access

import (
	"cmp"
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

const maxUniqueName = 256

// Admit lets the person with a unique name into an organization, with a level, and returns who that is. Somebody who is
// known from data, or was removed, stays the same identity. An empty level is Basic, or what somebody who is known has. It returns a 400
// fault for a name that nobody can have. Whoever calls it has checked that the caller may.
func (s *Store) Admit(tx *db.Tx, c *Caller, name string, level Level) (id int64, err error) {
	name = strings.TrimSpace(name)
	if err := CheckUniqueName(name); err != nil {
		return 0, err
	}
	directory, err := readDirectory(tx, c.Org)
	if err != nil {
		return 0, err
	}
	var known *User
	for _, u := range directory.users {
		if key(u.UniqueName) == key(name) && (known == nil || u.Active) {
			known = u
		}
	}
	if known != nil && known.Account != 0 {
		level = cmp.Or(level, known.OwnLevel)
		action := LevelAssigned
		if known.Active {
			action = LevelModified
		}
		if known.Active && known.OwnLevel == level {
			return known.ID, nil
		}
		if err := auditLevel(tx, c, action, known, level); err != nil {
			return 0, err
		}
		return known.ID, changeUser(tx, c.Org, known.ID, known.Account, level, true)
	}
	account, err := s.AccountOf(tx, Account{GUID: uuid.New(), UniqueName: name, DisplayName: name})
	if err != nil {
		return 0, err
	}
	if known == nil {
		known = directory.byAccount[account]
	}
	if known == nil {
		u := User{GUID: uuid.New(), DisplayName: name, UniqueName: name, Email: name, Account: account, Level: cmp.Or(level, Basic), Active: true}
		if err := auditLevel(tx, c, LevelAssigned, &u, u.Level); err != nil {
			return 0, err
		}
		return s.AddUser(tx, c.Org, u)
	}
	level = cmp.Or(level, known.OwnLevel)
	if err := auditLevel(tx, c, LevelAssigned, known, level); err != nil {
		return 0, err
	}
	return known.ID, changeUser(tx, c.Org, known.ID, account, level, true)
}

// validUniqueName reports whether somebody can have a sign-in name: it must not be taken for an id, nor end early where
// clients write it behind a display name.
func validUniqueName(name string) bool {
	_, err := uuid.Parse(name)
	return err != nil && name != "" && name == strings.TrimSpace(name) && len(name) <= maxUniqueName && !strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == 0x7f || strings.ContainsRune(`<>,;"\`, r)
	})
}

// SetLevel changes the access level that is given to a user alone.
func SetLevel(tx *db.Tx, c *Caller, u *User, level Level) error {
	if err := auditLevel(tx, c, LevelModified, u, level); err != nil {
		return err
	}
	return changeUser(tx, c.Org, u.ID, u.Account, level, u.Active)
}

// Remove takes somebody out of an organization: out of its groups, with what was allowed or denied, and with the tokens
// that are good for nothing else. The identity stays, because work items show it. It returns a 400 fault when the
// organization would have no administrator left who can sign in.
func Remove(tx *db.Tx, c *Caller, u *User) error {
	org := c.Org
	return stayAdministered(tx, org, Subject{Administrator, 0}, func() error {
		if _, err := tx.Exec(leaveAll, org, string(UserKind), u.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteEntries, org, string(UserKind), u.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteSecretsOf, org, u.ID); err != nil {
			return err
		}
		if u.Account != 0 {
			if _, err := tx.Exec(revokeTokensOf, u.Account, org, tx.Now()); err != nil {
				return err
			}
		}
		if err := auditLevel(tx, c, LevelRemoved, u, u.OwnLevel); err != nil {
			return err
		}
		if _, err := tx.Append(org, db.Change{Kind: db.AccessChanged, Ref: u.ID}); err != nil {
			return err
		}
		return changeUser(tx, org, u.ID, u.Account, u.OwnLevel, false)
	})
}

func changeUser(tx *db.Tx, org, id, account int64, level Level, active bool) error {
	if _, err := tx.Exec(updateUser, org, id, account, string(level), active); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.UserChanged, Ref: id})
	return err
}

var (
	updateUser = db.SQL("access.updateUser",
		`UPDATE users SET account_id = $3, access_level = $4, is_active = $5 WHERE org_id = $1 AND user_id = $2`)
	leaveAll = db.SQL("access.leaveAll",
		`DELETE FROM memberships WHERE org_id = $1 AND member_kind = $2 AND member_id = $3`)
	deleteEntries = db.SQL("access.deleteEntries",
		`DELETE FROM access_entries WHERE org_id = $1 AND subject_kind = $2 AND subject_id = $3`)
	revokeTokensOf = db.SQL("access.revokeTokensOf",
		`UPDATE tokens SET revoked_at = $3 WHERE account_id = $1 AND org_id = $2 AND revoked_at IS NULL`)
)
