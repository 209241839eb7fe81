package access

import (
	"fmt"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
)

// Somebody has the highest of their own level and those of groups they are in, at the next request, and their own again
// once groups give none. Where nobody is asked for it, a level of a group never becomes their own.
func TestGroupLevels(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		token := x.token(t, Token{Account: x.bob})
		bob := Subject{UserKind, x.bobID}
		var inner, outer Subject
		group := func(tx *db.Tx, name string) Subject {
			g, err := AddGroup(tx, by(1), Group{GUID: uuid.New(), Name: name})
			if err != nil {
				t.Fatal(err)
			}
			return g.Subject()
		}
		user := func(tx *db.Tx) *User {
			d, err := x.store.Directory(tx, 1)
			if err != nil {
				t.Fatal(err)
			}
			return d.User(x.bobID)
		}
		give := func(group *Subject, level Level) func(*db.Tx) error {
			return func(tx *db.Tx) error { return SetGroupLevel(tx, by(1), *group, level) }
		}
		x.update(t, func(tx *db.Tx) error {
			inner, outer = group(tx, "inner"), group(tx, "outer")
			return SetLevel(tx, by(1), user(tx), Stakeholder)
		})
		for i, c := range []struct {
			change   func(*db.Tx) error
			own, has Level
			by       int // so many groups
		}{
			{func(*db.Tx) error { return nil }, Stakeholder, Stakeholder, 0},
			{give(&outer, Basic), Stakeholder, Stakeholder, 0}, // not in it
			{func(tx *db.Tx) error { return Join(tx, by(1), inner, bob) }, Stakeholder, Stakeholder, 0},
			{func(tx *db.Tx) error { return Join(tx, by(1), outer, inner) }, Stakeholder, Basic, 1},
			{give(&inner, TestPlans), Stakeholder, TestPlans, 2},
			{give(&inner, Stakeholder), Stakeholder, Basic, 2},
			{func(tx *db.Tx) error { return SetLevel(tx, by(1), user(tx), Professional) }, Professional, Professional, 2},
			{func(tx *db.Tx) error {
				_, err := x.store.Admit(tx, by(1), user(tx).UniqueName, Stakeholder)
				return err
			}, Stakeholder, Basic, 2},
			{func(tx *db.Tx) error {
				_, err := x.store.Admit(tx, by(1), user(tx).UniqueName, "")
				return err
			}, Stakeholder, Basic, 2},
			{func(tx *db.Tx) error { return Leave(tx, by(1), outer, inner) }, Stakeholder, Stakeholder, 1},
			{func(tx *db.Tx) error { return Join(tx, by(1), outer, bob) }, Stakeholder, Basic, 2},
			{give(&outer, ""), Stakeholder, Stakeholder, 1},
			{give(&outer, EarlyAdopter), Stakeholder, EarlyAdopter, 2},
			{func(tx *db.Tx) error { return DeleteGroup(tx, by(1), Group{ID: outer.ID}) }, Stakeholder, Stakeholder, 1},
			{give(&inner, Basic), Stakeholder, Basic, 1},
			{func(tx *db.Tx) error { return Remove(tx, by(1), user(tx)) }, Stakeholder, "", 0},
			{func(tx *db.Tx) error {
				_, err := x.store.Admit(tx, by(1), user(tx).UniqueName, "")
				return err
			}, Stakeholder, Stakeholder, 0},
		} {
			x.update(t, c.change)
			if c.has == "" {
				continue // removed
			}
			caller, err := x.store.Authenticate(t.Context(), 1, token)
			if err != nil {
				t.Fatal(i, err)
			}
			d, err := x.store.Snapshot(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			u := caller.User
			if u.OwnLevel != c.own || u.Level != c.has || caller.Licensed() != (c.has != Stakeholder) || len(d.LevelsOf(u)) != c.by {
				t.Errorf("%d: %s, of its own %s, by %d groups; want %s, %s, %d", i, u.Level, u.OwnLevel, len(d.LevelsOf(u)), c.has, c.own, c.by)
			}
		}
		var said []string
		err := x.store.db.View(t.Context(), func(tx *db.Tx) (err error) {
			said, err = db.Collect(tx, db.SQL("access.testRules", `
				SELECT action FROM audit_log WHERE org_id = 1 AND action LIKE 'Licensing.GroupRule%' ORDER BY action`), nil, func(r *db.Rows) (s string, err error) {
				return s, r.Scan(&s)
			})
			return err
		})
		want := "[Licensing.GroupRuleCreated Licensing.GroupRuleCreated Licensing.GroupRuleCreated Licensing.GroupRuleDeleted Licensing.GroupRuleModified Licensing.GroupRuleModified]"
		if err != nil || fmt.Sprint(said) != want {
			t.Errorf("the audit log has %v, %v", said, err)
		}
	})
}
