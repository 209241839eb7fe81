package access

import (
	"cmp"
	"slices"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// applyClaims puts the person with an account into the groups that the claims stand for, and takes them out of those that
// other claims put them into. What somebody did by hand stays.
func (s *Store) applyClaims(tx *db.Tx, account int64, e External, rules ExternalRules) error {
	wanted := map[int64][]Subject{} // by organization
	for _, org := range rules.Organizations {
		wanted[org] = nil
	}
	for _, r := range rules.Groups {
		if slices.Contains(e.Groups, r.Claim) {
			wanted[r.Org] = append(wanted[r.Org], r.Container)
		}
	}
	held, err := db.Collect(tx, selectClaimed, []any{account}, func(r *db.Rows) (h heldByClaim, err error) {
		var kind string
		err = r.Scan(&h.org, &kind, &h.container.ID)
		h.container.Kind = Kind(kind)
		return h, err
	})
	if err != nil {
		return err
	}
	for _, h := range held {
		if _, ok := wanted[h.org]; !ok {
			wanted[h.org] = nil
		}
	}
	for org, groups := range wanted {
		u, err := s.joinByClaim(tx, org, account, e, rules, len(groups) > 0)
		if err != nil {
			return err
		}
		if u == nil {
			continue
		}
		for _, g := range groups {
			if !slices.Contains(held, heldByClaim{org, g}) {
				if err := claim(tx, byClaim(org, u), g, u.Subject()); err != nil {
					return err
				}
			}
		}
		for _, h := range held {
			if h.org == org && !slices.Contains(groups, h.container) {
				if err := unclaim(tx, byClaim(org, u), h.container, u.Subject()); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// byClaim is who the audit log names for what claims do: the person who brought them.
func byClaim(org int64, u *User) *Caller {
	return &Caller{Org: org, User: u, Credential: Credential{Kind: ByBearer}}
}

// heldByClaim is a group of an organization that claims put somebody into.
type heldByClaim struct {
	org       int64
	container Subject
}

// joinByClaim returns who somebody is in an organization, letting them in if the rules do: nil when they are not in it, or
// were removed, which a provider does not undo.
func (s *Store) joinByClaim(tx *db.Tx, org, account int64, e External, rules ExternalRules, mapped bool) (*User, error) {
	d, err := s.Directory(tx, org)
	if err != nil {
		return nil, err
	}
	if u := d.byAccount[account]; u != nil {
		if !u.Active {
			return nil, nil //nolint:nilnil // nobody is an answer
		}
		return u, nil
	}
	if rules.Create == "" || !mapped && !slices.Contains(rules.Organizations, org) {
		return nil, nil //nolint:nilnil // as above
	}
	var name, display string
	if err := tx.Row(selectAccountNames, []any{account}, &name, &display); err != nil {
		return nil, err
	}
	same := slices.IndexFunc(d.users, func(u *User) bool { return key(u.UniqueName) == key(name) })
	if same < 0 {
		u := User{GUID: uuid.New(), DisplayName: display, UniqueName: name, Email: cmp.Or(e.Email, name), Account: account, Level: rules.Create, Active: true}
		if err := auditLevel(tx, byClaim(org, &u), LevelAssigned, &u, u.Level); err != nil {
			return nil, err
		}
		u.ID, err = s.AddUser(tx, org, u)
		return &u, err
	}
	// Known from data: that is who they are if names of the provider are those of here.
	if u := d.users[same]; rules.Link && u.Active && u.Account == 0 {
		if err := auditLevel(tx, byClaim(org, u), LevelAssigned, u, rules.Create); err != nil {
			return nil, err
		}
		return u, changeUser(tx, org, u.ID, account, rules.Create, true)
	}
	return nil, nil //nolint:nilnil // as above
}

// claim puts somebody into a group because a claim says so. Who is in it by hand was in it before.
func claim(tx *db.Tx, c *Caller, container, member Subject) error {
	args := []any{c.Org, string(container.Kind), container.ID, string(member.Kind), member.ID}
	if n, err := tx.Exec(updateClaimed, slices.Clone(args)...); err != nil || n > 0 {
		return err
	}
	if _, err := tx.Exec(insertClaimed, args...); err != nil {
		return err
	}
	return changed(tx, c, MemberAdded, container, member)
}

// unclaim takes somebody out of a group that only a claim put them into. The last administrator who can sign in stays.
func unclaim(tx *db.Tx, c *Caller, container, member Subject) error {
	before, err := readDirectory(tx, c.Org)
	if err != nil {
		return err
	}
	args := []any{c.Org, string(container.Kind), container.ID, string(member.Kind), member.ID}
	if _, err := tx.Exec(updateUnclaimed, slices.Clone(args)...); err != nil {
		return err
	}
	if n, err := tx.Exec(deleteUnclaimed, slices.Clone(args)...); err != nil || n == 0 { // in it by hand, too
		return err
	}
	after, err := readDirectory(tx, c.Org)
	if err != nil {
		return err
	}
	if before.administered() && !after.administered() {
		_, err := tx.Exec(insertClaimed, args...)
		return err
	}
	return changed(tx, c, MemberRemoved, container, member)
}

// Claimed reports whether somebody is in a group only because an identity provider says so.
func (d *Directory) Claimed(container, member Subject) bool {
	return d.claimed[Membership{container, member}]
}

var (
	selectClaimed = db.SQL("access.selectClaimed", `
		SELECT m.org_id, m.container_kind, m.container_id FROM users u
		JOIN memberships m ON m.org_id = u.org_id AND m.member_kind = 'user' AND m.member_id = u.user_id AND m.by_claim
		WHERE u.account_id = $1 ORDER BY m.org_id, m.container_kind, m.container_id`)
	updateClaimed = db.SQL("access.updateClaimed", `
		UPDATE memberships SET by_claim = true
		WHERE org_id = $1 AND container_kind = $2 AND container_id = $3 AND member_kind = $4 AND member_id = $5`)
	insertClaimed = db.SQL("access.insertClaimed", `
		INSERT INTO memberships (org_id, container_kind, container_id, member_kind, member_id, by_hand, by_claim) VALUES ($1, $2, $3, $4, $5, false, true)`)
	updateUnclaimed = db.SQL("access.updateUnclaimed", `
		UPDATE memberships SET by_claim = false
		WHERE org_id = $1 AND container_kind = $2 AND container_id = $3 AND member_kind = $4 AND member_id = $5`)
	deleteUnclaimed = db.SQL("access.deleteUnclaimed", `
		DELETE FROM memberships
		WHERE org_id = $1 AND container_kind = $2 AND container_id = $3 AND member_kind = $4 AND member_id = $5 AND NOT by_hand AND NOT by_claim`)
	selectAccountNames = db.SQL("access.selectAccountNames", `SELECT unique_name, display_name FROM accounts WHERE account_id = $1`)
)
