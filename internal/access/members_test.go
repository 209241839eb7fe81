package access

import (
	"errors"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// Members of a team contribute to its project as long as the team exists, and what is denied to contributors is denied
// to them.
func TestTeamMembers_Contribute(t *testing.T) {
	insertTeam := db.SQL("access.testInsertTeam", `
		INSERT INTO teams (org_id, team_id, project_id, guid, name, description, is_deleted) VALUES (1, 7, 2, 'g', 'Team', '', false)`)
	insertMember := db.SQL("access.testInsertTeamMember", `INSERT INTO team_members (org_id, team_id, user_id, is_admin) VALUES (1, 7, $1, true)`)
	deleteTeam := db.SQL("access.testDeleteTeam", `UPDATE teams SET is_deleted = true WHERE org_id = 1 AND team_id = 7`)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		boss, _ := x.person(t, "Boss", User{Active: true, Level: Basic, Administrator: true}, 1)
		tokens := map[string]string{"boss": x.token(t, Token{Account: boss}), "bob": x.token(t, Token{Account: x.bob})}
		require := func(what string, reads, writes, views bool) *Caller {
			t.Helper()
			c, err := x.store.Authenticate(t.Context(), 1, tokens["bob"])
			if err != nil {
				t.Fatal(err)
			}
			if c.CanRead(2) != reads || c.CanWrite(2) != writes || c.CanViewAnalytics(2) != views || c.CanRead(1) || c.CanBypassRules(2) {
				t.Errorf("%s: reads %t, writes %t, views %t", what, c.CanRead(2), c.CanWrite(2), c.CanViewAnalytics(2))
			}
			return c
		}
		exec := func(s *db.Stmt, args ...any) {
			t.Helper()
			x.update(t, func(tx *db.Tx) error {
				_, err := tx.Exec(s, args...)
				return err
			})
		}
		require("before", false, false, false)
		exec(insertTeam)
		exec(insertMember, x.bobID)
		require("as a member", true, true, true)
		x.update(t, func(tx *db.Tx) error { return x.store.AddMember(tx, 1, 2, x.bobID, Reader) })
		require("as a reader, too", true, true, true)
		admin, err := x.store.Authenticate(t.Context(), 1, tokens["boss"])
		if err != nil {
			t.Fatal(err)
		}
		x.update(t, func(tx *db.Tx) error {
			return x.store.SetPermission(tx, admin, 2, ViewAnalytics, Subject{Role: Contributor}, Deny)
		})
		require("while contributors are denied Analytics", true, true, false)
		exec(deleteTeam)
		require("after the team", true, false, true)
	})
}

// One administrator who can sign in remains, and only administrators make others.
func TestSetAdministrator(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		boss, bossID := x.person(t, "Boss", User{Active: true, Level: Basic, Administrator: true}, 1)
		tokens := map[string]string{"boss": x.token(t, Token{Account: boss}), "bob": x.token(t, Token{Account: x.bob})}
		set := func(who string, user int64, is bool) int {
			t.Helper()
			c, err := x.store.Authenticate(t.Context(), 1, tokens[who])
			if err != nil {
				t.Fatal(err)
			}
			err = x.db.Update(t.Context(), func(tx *db.Tx) error {
				d, err := x.store.Directory(tx, 1)
				if err != nil {
					return err
				}
				return x.store.SetAdministrator(tx, c, d.User(user), is)
			})
			if f, ok := errors.AsType[*fault.Fault](err); ok {
				return f.Status
			}
			if err != nil {
				t.Fatal(err)
			}
			return 0
		}
		for i, step := range []struct {
			who    string
			user   int64
			is     bool
			status int
		}{
			{"bob", x.bobID, true, 403}, {"boss", bossID, false, 400}, {"boss", x.bobID, true, 0}, {"bob", bossID, false, 0},
			{"boss", bossID, true, 403}, {"bob", x.bobID, false, 400},
		} {
			if got := set(step.who, step.user, step.is); got != step.status {
				t.Errorf("step %d: %d, want %d", i, got, step.status)
			}
		}
	})
}
