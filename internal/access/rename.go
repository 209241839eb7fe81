package access

import (
	"context"
	"strings"
	"unicode/utf8"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Rename gives a user of an organization another display name, under which past revisions are shown, too. It returns a 400
// fault for one that could be taken for somebody's sign-in name. Whoever calls it has checked that the caller may.
func Rename(tx *db.Tx, c *Caller, u *User, name string) error {
	name = strings.TrimSpace(name)
	if name == u.DisplayName {
		return nil
	}
	if !validDisplayName(name) {
		return fault.InvalidArgument("The display name %q is not valid: write 1 to %d characters, none of which is <, >, @ or a backslash, and no id.", name, maxUniqueName)
	}
	directory, err := readDirectory(tx, c.Org)
	if err != nil {
		return err
	}
	for _, other := range directory.users {
		if other.ID != u.ID && key(other.UniqueName) == key(name) {
			return fault.InvalidArgument("The display name %q is the sign-in name of somebody else.", name)
		}
	}
	if err := Audit(tx, c, Event{Action: UserRenamed, Data: map[string]any{"UserDisplayName": name, "PreviousDisplayName": u.DisplayName,
		"UserUniqueName": u.UniqueName, "UserId": u.GUID.String()}}); err != nil {
		return err
	}
	if _, err := tx.Exec(updateDisplayName, c.Org, u.ID, name); err != nil {
		return err
	}
	_, err = tx.Append(c.Org, db.Change{Kind: db.UserChanged, Ref: u.ID})
	return err
}

// RenameSelf gives the caller another display name, in all organizations for which the credential is good.
func (s *Store) RenameSelf(ctx context.Context, c *Caller, name string) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		orgs, err := c.Organizations(tx)
		if err != nil {
			return err
		}
		for _, org := range orgs {
			d, err := s.Directory(tx, org)
			if err != nil {
				return err
			}
			u := d.byAccount[c.User.Account]
			if org == c.Org {
				u = d.User(c.User.ID)
			}
			if u == nil || !u.Active {
				continue
			}
			there := *c
			there.Org, there.User = org, u
			if err := Rename(tx, &there, u, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// validDisplayName reports whether a name could not be taken for the sign-in name of somebody else.
func validDisplayName(name string) bool {
	_, err := uuid.Parse(name)
	return err != nil && name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= maxUniqueName && !strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == 0x7f || strings.ContainsRune(`<>@\`, r)
	})
}

var updateDisplayName = db.SQL("access.updateDisplayName", `UPDATE users SET display_name = $3 WHERE org_id = $1 AND user_id = $2`)
