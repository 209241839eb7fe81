package access

import (
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
)

// A request that was let in before what it came with was ended makes nothing that outlives the end.
func TestStands(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		root, rootID := x.person(t, "Root", User{Active: true, Administrator: true, Level: Basic}, 1)
		var boss *Caller
		var program *User
		x.update(t, func(tx *db.Tx) (err error) {
			if boss, err = x.store.CallerOf(tx, 1, rootID); err != nil {
				return err
			}
			id, err := x.store.AdmitService(tx, boss, ServiceDraft{Name: "Nightly"})
			if err != nil {
				return err
			}
			d, err := x.store.Directory(tx, 1)
			if err != nil {
				return err
			}
			program = d.User(id)
			return Join(tx, boss, Subject{Administrator, 0}, program.Subject())
		})
		kept := uuid.New()
		x.token(t, Token{Account: root, Org: 1, Name: "kept", Scope: "vso.code", AuthorizationID: kept})
		session := func() *Caller {
			c, err := x.store.AuthenticateSession(t.Context(), 1, x.start(t, root, ""))
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		token := func(org int64) *Caller {
			return x.caller(t, 1, x.token(t, Token{Account: root, Org: org, Name: "t", Scope: FullScope}))
		}
		k, text, err := x.store.AddSecret(t.Context(), boss, program.GUID.String(), "k", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		access, _, err := x.store.ExchangeSecret(t.Context(), program.Application.String(), text, Origin{})
		if err != nil {
			t.Fatal(err)
		}
		makes := func(c *Caller) (all []int) {
			made, _, err := x.store.IssueToken(t.Context(), c, TokenDraft{Name: "t", Scope: "vso.code"})
			if !c.User.IsService() {
				all = append(all, status(t, err))
				if err == nil {
					x.update(t, func(tx *db.Tx) error { return x.store.RevokeToken(tx, made.AuthorizationID) })
				}
				_, _, err = x.store.ChangeToken(t.Context(), c, kept, TokenChange{Regenerate: true})
				all = append(all, status(t, err))
			}
			_, _, err = x.store.AddSecret(t.Context(), c, program.GUID.String(), "another", time.Time{})
			return append(all, status(t, err))
		}
		for name, c := range map[string]struct {
			as  *Caller
			end func(*testing.T, *Caller)
		}{
			"a token that is revoked": {token(1), func(t *testing.T, c *Caller) {
				x.update(t, func(tx *db.Tx) error { return x.store.RevokeToken(tx, c.Credential.ID) })
			}},
			"one that is ended here": {token(0), func(t *testing.T, c *Caller) {
				if err := x.store.EndTokens(t.Context(), boss, []uuid.UUID{c.Credential.ID}); err != nil {
					t.Fatal(err)
				}
			}},
			"one that gets another text": {token(1), func(t *testing.T, c *Caller) {
				if _, _, err := x.store.ChangeToken(t.Context(), boss.full(), c.Credential.ID, TokenChange{Regenerate: true}); err != nil {
					t.Fatal(err)
				}
			}},
			"a session that is ended": {session(), func(t *testing.T, _ *Caller) {
				x.update(t, func(tx *db.Tx) error { return x.store.EndSessions(tx, root, uuid.Nil) })
			}},
			"a secret that is removed": {x.caller(t, 1, access), func(t *testing.T, _ *Caller) {
				if err := x.store.RemoveSecret(t.Context(), boss, program.GUID.String(), k.ID); err != nil {
					t.Fatal(err)
				}
			}},
		} {
			for _, status := range makes(c.as) {
				if status != 0 {
					t.Errorf("%s, before: %d", name, status)
				}
			}
			c.end(t, c.as)
			for i, status := range makes(c.as) {
				if status != 401 {
					t.Errorf("%s: %d of %d", name, status, i)
				}
			}
		}
		// A token that is hashed anew is the same one.
		before := token(1)
		before.token.hash, before.token.fresh = "former", before.token.hash
		if got := makes(before); got[0] != 0 {
			t.Errorf("a token that was hashed anew: %d", got)
		}
		// Who is removed makes none, either.
		eve, _ := x.person(t, "Eve", User{Active: true}, 1)
		late := x.caller(t, 1, x.token(t, Token{Account: eve, Scope: FullScope}))
		x.update(t, func(tx *db.Tx) error { return Remove(tx, boss, late.User) })
		if _, _, err := x.store.IssueToken(t.Context(), late, TokenDraft{Name: "t", Scope: "vso.code"}); status(t, err) != 401 {
			t.Errorf("somebody who was removed: %v", err)
		}
	})
}

// full is the caller with a scope, which those have who come with something.
func (c *Caller) full() *Caller {
	with := *c
	with.Scope = FullScope
	return &with
}
