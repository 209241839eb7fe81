package access

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// MayManage reports whether the caller may change what is set for a token: with the permission of the namespace to do so,
// or as an administrator of the organization, who cannot be locked out.
func (c *Caller) MayManage(n *Namespace, token string) bool {
	return c.system || c.directory != nil && c.User.Administrator || c.Allowed(n.ID, token, n.Write)
}

// MaySee reports whether the caller may see what is set for a token.
func (c *Caller) MaySee(n *Namespace, token string) bool {
	return c.system || c.directory != nil && c.User.Administrator || c.Allowed(n.ID, token, n.Read)
}

// List returns what is set right at a token, what built-in groups begin with included.
func (d *Directory) List(n *Namespace, token string) List {
	l := List{Token: token}
	l.Entries, l.Inherits = d.at(n, n.key(token))
	return l
}

// Administers reports whether a user was given the right to manage the members of a group or team, at its token.
func (d *Directory) Administers(token string, user int64) bool {
	return slices.ContainsFunc(d.List(FindNamespace(IdentityNamespace), token).Entries, func(e Entry) bool {
		return e.Subject == Subject{UserKind, user} && e.Allow&^e.Deny&ManageMembership != 0
	})
}

// SetEntries sets what subjects are allowed and denied at a token, and returns that. With merge, permissions that the
// entries do not name stay as they are. It returns a 403 fault unless the caller may manage permissions there.
func (s *Store) SetEntries(ctx context.Context, c *Caller, n *Namespace, token string, entries []Entry, merge bool) (set []Entry, err error) {
	err = s.manage(ctx, c, n, []string{token}, func(tx *db.Tx, d *Directory) error {
		set = nil
		for _, e := range entries {
			old := d.Entry(n, token, e.Subject)
			if merge {
				e.Allow, e.Deny = old.Allow&^e.Deny|e.Allow, old.Deny&^e.Allow|e.Deny
			}
			e.Allow &^= e.Deny
			if err := n.settable(e); err != nil {
				return err
			}
			set = append(set, e)
			if err := SetEntry(tx, c, n, token, e); err != nil {
				return err
			}
		}
		return nil
	})
	return set, err
}

// RemovePermissions takes permissions from what a subject is allowed and denied at a token, and returns what is left. It
// returns a 403 fault unless the caller may manage permissions there.
func (s *Store) RemovePermissions(ctx context.Context, c *Caller, n *Namespace, token string, of Subject, permissions int64) (left Entry, err error) {
	err = s.manage(ctx, c, n, []string{token}, func(tx *db.Tx, d *Directory) error {
		old := d.Entry(n, token, of)
		left = Entry{of, old.Allow &^ permissions, old.Deny &^ permissions}
		if err := n.settable(left); err != nil {
			return err
		}
		if err := putEntry(tx, c.Org, n, token, left); err != nil {
			return err
		}
		return auditEntry(tx, c, PermissionRemoved, n, token, Entry{of, old.Allow &^ left.Allow, old.Deny &^ left.Deny})
	})
	return left, err
}

// RemoveEntries takes from subjects whatever they are allowed and denied at a token, and tells whether there was any. It
// returns a 403 fault unless the caller may manage permissions there.
func (s *Store) RemoveEntries(ctx context.Context, c *Caller, n *Namespace, token string, of []Subject) (found bool, err error) {
	err = s.manage(ctx, c, n, []string{token}, func(tx *db.Tx, d *Directory) error {
		found = false
		for _, subject := range of {
			if old := d.Entry(n, token, subject); old.Allow|old.Deny != 0 {
				found = true
				if err := putEntry(tx, c.Org, n, token, Entry{Subject: subject}); err != nil {
					return err
				}
				if err := auditEntry(tx, c, EntriesRemoved, n, token, old); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return found, err
}

// SetLists makes lists what is set at their tokens: what they do not name is no longer. It returns a 403 fault unless the
// caller may manage permissions at all of them.
func (s *Store) SetLists(ctx context.Context, c *Caller, n *Namespace, lists []List) error {
	tokens := make([]string, len(lists))
	for i, l := range lists {
		tokens[i] = l.Token
	}
	return s.manage(ctx, c, n, tokens, func(tx *db.Tx, d *Directory) error {
		for _, l := range lists {
			if err := d.replace(tx, c.Org, n, l); err != nil {
				return err
			}
			if err := setInherits(tx, c.Org, n, l.Token, l.Inherits); err != nil {
				return err
			}
			if err := auditList(tx, c, ListsModified, n, l); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveLists takes away all that is set at tokens, what groups begin with included, with recurse also below them, and tells whether there was any. It
// returns a 403 fault unless the caller may manage permissions at all of them.
func (s *Store) RemoveLists(ctx context.Context, c *Caller, n *Namespace, tokens []string, recurse bool) (found bool, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		d, err := s.Directory(tx, c.Org)
		if err != nil {
			return err
		}
		found = false
		for _, l := range d.Lists(n, tokens, recurse) {
			if !c.MayManage(n, l.Token) {
				return fault.AccessDenied(c.User.DisplayName, n.Label(n.Write))
			}
			found = true
			if err := d.replace(tx, c.Org, n, List{Token: l.Token}); err != nil {
				return err
			}
			if err := setInherits(tx, c.Org, n, l.Token, true); err != nil {
				return err
			}
			if err := auditList(tx, c, ListsRemoved, n, l); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// manage runs a change of what is set at tokens.
func (s *Store) manage(ctx context.Context, c *Caller, n *Namespace, tokens []string, change func(*db.Tx, *Directory) error) error {
	if !n.Enforced() {
		return fault.NotImplemented("Permissions of the namespace " + n.Name)
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		d, err := s.Directory(tx, c.Org)
		if err != nil {
			return err
		}
		for _, token := range tokens {
			if !c.MayManage(n, token) {
				return fault.AccessDenied(c.User.DisplayName, n.Label(n.Write))
			}
			if !d.known(n, token) {
				return fault.InvalidArgument("The token %q names nothing that has permissions of the namespace %s.", token, n.Name)
			}
		}
		return change(tx, d)
	})
}

// known reports whether something that exists has a token, or that it stands for all there is.
func (d *Directory) known(n *Namespace, token string) bool {
	k := n.key(token)
	switch n.ID {
	case AreaNamespace, IterationNamespace:
		node, ok := d.nodes[k]
		return ok && node.area == (n.ID == AreaNamespace)
	case CollectionNamespace:
		return k == n.key(CollectionToken)
	case QueryNamespace:
		_, of := d.starts[listKey{n.ID, k}]
		_, in := d.queries[k]
		return of || in || k == ""
	case ProcessNamespace:
		_, ok := d.processes[k]
		return ok || k == ""
	case AuditNamespace:
		return k == n.key(AuditToken)
	case IdentityNamespace:
		_, in := d.starts[listKey{n.ID, k}]
		above, _ := d.parent(n, k)
		_, of := d.starts[listKey{n.ID, above}]
		return in || of
	}
	if _, ok := d.starts[listKey{n.ID, k}]; ok || d.made[listKey{n.ID, k}] || d.begins[listKey{n.ID, k}] != nil {
		return true
	}
	return k == strings.ToLower(strings.TrimRight(map[string]string{ProjectNamespace: "$PROJECT", AnalyticsNamespace: "$", PlanNamespace: "Plan", DashboardNamespace: "$"}[n.ID], n.Separator))
}

// settable refuses entries with permissions that the namespace does not have.
func (n *Namespace) settable(e Entry) error {
	if unknown := (e.Allow | e.Deny) &^ n.all; unknown != 0 {
		return fault.InvalidArgument("The namespace %s has no permissions with the bits %d.", n.Name, unknown)
	}
	return nil
}

// Effective is what a subject is allowed and denied at a token, by way of its groups and of the tokens above, too.
func (d *Directory) Effective(of Subject, n *Namespace, token string) (allow, deny int64) {
	subjects := map[Subject]bool{of: true}
	for _, s := range d.Containers(of) {
		subjects[s] = true
	}
	e := d.evaluate(subjects, n, token)
	return e.effectiveAllow, e.effectiveDeny
}

// Entry is what a subject is allowed and denied right at a token.
func (d *Directory) Entry(n *Namespace, token string, of Subject) Entry {
	entries, _ := d.at(n, n.key(token))
	for _, e := range entries {
		if e.Subject == of {
			return e
		}
	}
	return Entry{Subject: of}
}

// replace makes a list what is set at its token.
func (d *Directory) replace(tx *db.Tx, org int64, n *Namespace, l List) error {
	next := map[Subject]Entry{}
	for _, e := range d.List(n, l.Token).Entries {
		next[e.Subject] = Entry{Subject: e.Subject}
	}
	for _, e := range l.Entries {
		e.Allow &^= e.Deny
		next[e.Subject] = e
	}
	for _, e := range next {
		if err := n.settable(e); err != nil {
			return err
		}
		if err := putEntry(tx, org, n, l.Token, e); err != nil {
			return err
		}
	}
	return nil
}

// SetEntry stores what is set for a subject at a token, in place of what was. Nothing is stored as such for built-in
// groups, for them not to have there what such groups begin with. Whoever calls it has checked that the caller may.
func SetEntry(tx *db.Tx, c *Caller, n *Namespace, token string, e Entry) error {
	if err := putEntry(tx, c.Org, n, token, e); err != nil {
		return err
	}
	return auditEntry(tx, c, PermissionModified, n, token, e)
}

// Own gives everything at a token to who made what is there, unless they may do everything there anyway.
func Own(tx *db.Tx, c *Caller, n *Namespace, token string) error {
	if c.Allowed(n.ID, token, n.all) {
		return nil
	}
	return SetEntry(tx, c, n, token, Entry{Subject: Subject{UserKind, c.User.ID}, Allow: n.all})
}

func putEntry(tx *db.Tx, org int64, n *Namespace, token string, e Entry) (err error) {
	k := n.key(token)
	if _, err := tx.Exec(insertList, org, n.ID, k, token); err != nil {
		return err
	}
	team := n.ID == DashboardNamespace && e.Subject.Kind == TeamKind // begins with something, too
	if e.Allow|e.Deny == 0 && !e.Subject.Kind.BuiltIn() && !team {
		_, err = tx.Exec(deleteEntry, org, n.ID, k, string(e.Subject.Kind), e.Subject.ID)
	} else {
		_, err = tx.Exec(upsertEntry, org, n.ID, k, string(e.Subject.Kind), e.Subject.ID, e.Allow, e.Deny)
	}
	if err == nil {
		_, err = tx.Append(org, db.Change{Kind: db.AccessChanged})
	}
	return err
}

func setInherits(tx *db.Tx, org int64, n *Namespace, token string, inherits bool) error {
	k := n.key(token)
	if _, err := tx.Exec(insertList, org, n.ID, k, token); err != nil {
		return err
	}
	if _, err := tx.Exec(updateList, org, n.ID, k, inherits); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.AccessChanged})
	return err
}

var (
	insertList = db.SQL("access.insertList", `
		INSERT INTO access_lists (org_id, namespace, token_key, token, inherits) VALUES ($1, $2, $3, $4, true) ON CONFLICT DO NOTHING`)
	updateList = db.SQL("access.updateList",
		`UPDATE access_lists SET inherits = $4 WHERE org_id = $1 AND namespace = $2 AND token_key = $3`)
	upsertEntry = db.SQL("access.upsertEntry", `
		INSERT INTO access_entries (org_id, namespace, token_key, subject_kind, subject_id, allowed, denied) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org_id, namespace, token_key, subject_kind, subject_id) DO UPDATE SET allowed = excluded.allowed, denied = excluded.denied`)
	deleteEntry = db.SQL("access.deleteEntry", `
		DELETE FROM access_entries WHERE org_id = $1 AND namespace = $2 AND token_key = $3 AND subject_kind = $4 AND subject_id = $5`)
)
