package access

import (
	"errors"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// Who is removed cannot sign in at the next request and has lost groups and what was set for them; who comes back is the
// same identity with none of it. The last administrator who can sign in stays.
func TestRemove(t *testing.T) {
	entries := db.SQL("access.testEntries", `SELECT count(*) FROM access_entries WHERE org_id = 1 AND subject_kind = 'user' AND subject_id = $1`)
	insertEntry := db.SQL("access.testInsertEntry", `INSERT INTO access_entries (org_id, namespace, token_key, subject_kind, subject_id, allowed, denied)
		VALUES (1, 'n', 't', 'user', $1, 1, 0)`)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		everywhere, here := x.token(t, Token{Account: x.bob}), x.token(t, Token{Account: x.bob, Org: 1})
		signIn := func(token string) *Caller {
			c, err := x.store.Authenticate(t.Context(), 1, token)
			if f, ok := errors.AsType[*fault.Fault](err); err != nil && (!ok || f.Status != 401) {
				t.Fatal(err)
			}
			return c
		}
		user := func(tx *db.Tx, id int64) *User {
			d, err := x.store.Directory(tx, 1)
			if err != nil {
				t.Fatal(err)
			}
			return d.User(id)
		}
		x.update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(insertEntry, x.bobID)
			return errors.Join(err, Join(tx, by(1), Subject{Contributor, 2}, Subject{UserKind, x.bobID}))
		})
		if c := signIn(everywhere); c == nil || !c.CanRead(2) {
			t.Fatal("cannot read before")
		}
		x.update(t, func(tx *db.Tx) error { return Remove(tx, by(1), user(tx, x.bobID)) })
		if signIn(everywhere) != nil || signIn(here) != nil {
			t.Error("who was removed signs in")
		}
		x.update(t, func(tx *db.Tx) error {
			var left int64
			if err := tx.Row(entries, []any{x.bobID}, &left); err != nil || left != 0 {
				t.Errorf("%d entries left, %v", left, err)
			}
			id, err := x.store.Admit(tx, by(1), " "+user(tx, x.bobID).UniqueName, Stakeholder)
			if id != x.bobID {
				t.Errorf("back as %d, was %d", id, x.bobID)
			}
			return err
		})
		c := signIn(everywhere)
		if c == nil || c.CanRead(2) || c.Licensed() {
			t.Errorf("back with too much, or not: %+v", c)
		}
		if signIn(here) != nil {
			t.Error("a token of the organization outlives the removal")
		}
		x.update(t, func(tx *db.Tx) error { return Join(tx, by(1), Subject{Administrator, 0}, Subject{UserKind, x.bobID}) })
		err := x.store.db.Update(t.Context(), func(tx *db.Tx) error { return Remove(tx, by(1), user(tx, x.bobID)) })
		if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 400 {
			t.Errorf("the last administrator is removed: %v", err)
		}
		if signIn(everywhere) == nil {
			t.Error("a refused removal did something")
		}
	})
}
