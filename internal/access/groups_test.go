package access

import (
	"errors"
	"slices"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// Members of a team contribute to its project as long as the team exists and is among the contributors, and what is
// denied to those is denied to them.
func TestTeamMembers_Contribute(t *testing.T) {
	insertTeam := db.SQL("access.testInsertTeam", `
		INSERT INTO teams (org_id, team_id, project_id, guid, name, description, is_deleted) VALUES (1, 7, 2, '0b0e4b7e-6d0c-4a53-9a53-0d6c57a6f1f7', 'Team', '', false)`)
	deleteTeam := db.SQL("access.testDeleteTeam", `UPDATE teams SET is_deleted = true WHERE org_id = 1 AND team_id = 7`)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		token := x.token(t, Token{Account: x.bob})
		require := func(what string, reads, writes, views bool) {
			t.Helper()
			c, err := x.store.Authenticate(t.Context(), 1, token)
			if err != nil {
				t.Fatal(err)
			}
			if c.CanRead(2) != reads || c.CanWrite(2) != writes || c.CanViewAnalytics(2) != views || c.CanRead(1) || c.CanBypassRules(2) {
				t.Errorf("%s: reads %t, writes %t, views %t", what, c.CanRead(2), c.CanWrite(2), c.CanViewAnalytics(2))
			}
		}
		team, bob := Subject{TeamKind, 7}, Subject{UserKind, x.bobID}
		require("before", false, false, false)
		x.update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(insertTeam)
			return errors.Join(err, Join(tx, by(1), team, bob))
		})
		require("in a team that is in no group but that of all", true, false, false)
		x.update(t, func(tx *db.Tx) error { return Join(tx, by(1), Subject{Contributor, 2}, team) })
		require("as a member", true, true, true)
		x.update(t, func(tx *db.Tx) error { return x.store.AddMember(tx, 1, 2, x.bobID, Reader) })
		require("as a reader, too", true, true, true)
		x.set(t, AnalyticsNamespace, x.analytics(2), Entry{Subject{Contributor, 2}, 0, ViewAnalytics})
		require("while contributors are denied Analytics", true, true, false)
		x.update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(deleteTeam)
			return errors.Join(err, appendMembership(tx, 1, team, bob))
		})
		require("after the team", true, false, true)
	})
}

// One administrator who can sign in remains, whichever way the last one would go.
func TestLeave_LastAdministrator(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		_, bossID := x.person(t, "Boss", User{Active: true, Level: Basic, Administrator: true}, 1)
		boss, bob, all := Subject{UserKind, bossID}, Subject{UserKind, x.bobID}, Subject{Administrator, 0}
		var outer, inner Group
		x.update(t, func(tx *db.Tx) (err error) {
			if outer, err = AddGroup(tx, by(1), Group{Name: "Outer"}); err != nil {
				return err
			}
			inner, err = AddGroup(tx, by(1), Group{Name: "Inner"})
			return errors.Join(err, Join(tx, by(1), outer.Subject(), inner.Subject()), Join(tx, by(1), inner.Subject(), bob))
		})
		for i, step := range []struct {
			change  func(*db.Tx) error
			refused bool
			bob     bool // administers then
		}{
			{func(tx *db.Tx) error { return Leave(tx, by(1), all, boss) }, true, false},
			{func(tx *db.Tx) error { return Join(tx, by(1), all, outer.Subject()) }, false, true},
			{func(tx *db.Tx) error { return Leave(tx, by(1), all, boss) }, false, true},
			{func(tx *db.Tx) error { return Leave(tx, by(1), inner.Subject(), bob) }, true, true},
			{func(tx *db.Tx) error { return Leave(tx, by(1), outer.Subject(), inner.Subject()) }, true, true},
			{func(tx *db.Tx) error { return DeleteGroup(tx, by(1), inner) }, true, true},
			{func(tx *db.Tx) error { return DeleteGroup(tx, by(1), outer) }, true, true},
			{func(tx *db.Tx) error { return Join(tx, by(1), all, boss) }, false, true},
			{func(tx *db.Tx) error { return DeleteGroup(tx, by(1), inner) }, false, false},
		} {
			err := x.db.Update(t.Context(), step.change)
			f, refused := errors.AsType[*fault.Fault](err)
			if refused != step.refused || refused && f.Status != 400 || err != nil && !refused {
				t.Errorf("step %d: %v", i, err)
			}
			people, err := x.store.People(t.Context(), 1)
			if err != nil || slices.Contains(people.Members(all), bob) != step.bob {
				t.Errorf("step %d: Bob is among the administrators: %t (%v)", i, !step.bob, err)
			}
			c, err := x.store.Authenticate(t.Context(), 1, x.token(t, Token{Account: x.bob}))
			if err != nil || c.Administers() != step.bob || c.User.Administrator != step.bob {
				t.Errorf("step %d: Bob administers: %t (%v)", i, c.Administers(), err)
			}
		}
	})
}
