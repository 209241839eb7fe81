package access

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// Who may ask Analytics about which of the projects 1 to 3, while ViewAnalytics is denied and allowed again.
func TestSetPermission(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		boss, bossID := x.person(t, "Boss", User{Active: true, Level: Basic, Administrator: true}, 1)
		writer, writerID := x.person(t, "Writer", User{Active: true, Level: Basic}, 1)
		x.update(t, func(tx *db.Tx) error {
			return errors.Join(x.store.AddMember(tx, 1, 1, x.bobID, Reader), x.store.AddMember(tx, 1, 2, x.bobID, Contributor),
				x.store.AddMember(tx, 1, 1, writerID, Contributor), x.store.AddMember(tx, 1, 2, writerID, Administrator),
				x.store.AddMember(tx, 1, 3, writerID, Reader))
		})
		tokens := map[string]string{"boss": x.token(t, Token{Account: boss}), "bob": x.token(t, Token{Account: x.bob}), "writer": x.token(t, Token{Account: writer})}
		caller := func(who string) *Caller {
			c, err := x.store.Authenticate(t.Context(), 1, tokens[who])
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		// views lists the projects whose Analytics data somebody may see, and tells whether those are all there are.
		views := func(who string) string {
			c, list := caller(who), []int64{}
			for project := range int64(4) {
				if c.CanViewAnalytics(project) && project > 0 {
					list = append(list, project)
				}
				if project > 0 && (c.CanRead(project) != (who != "bob" || project < 3)) {
					t.Errorf("%s reads project %d: %t; the permission must not change that", who, project, c.CanRead(project))
				}
			}
			return fmt.Sprint(list, c.ViewsAllAnalytics())
		}
		for i, step := range []struct {
			project            int64
			of                 Subject
			decision           Decision
			boss, bob, writers string
		}{
			{1, Subject{User: x.bobID}, NotSet, "[1 2 3] true", "[1 2] false", "[1 2 3] true"},
			{1, Subject{User: x.bobID}, Deny, "[1 2 3] true", "[2] false", "[1 2 3] true"},
			{2, Subject{Role: Contributor}, Deny, "[1 2 3] true", "[] false", "[1 2 3] true"},
			{1, Subject{Role: Contributor}, Deny, "[1 2 3] true", "[] false", "[2 3] false"},
			{1, Subject{User: writerID}, Allow, "[1 2 3] true", "[] false", "[2 3] false"}, // a denial wins
			{3, Subject{User: bossID}, Deny, "[1 2] false", "[] false", "[2 3] false"},
			{1, Subject{Role: Contributor}, NotSet, "[1 2] false", "[] false", "[1 2 3] true"},
			{2, Subject{Role: Contributor}, Allow, "[1 2] false", "[2] false", "[1 2 3] true"},
			{1, Subject{User: x.bobID}, NotSet, "[1 2] false", "[1 2] false", "[1 2 3] true"},
			{3, Subject{User: bossID}, NotSet, "[1 2 3] true", "[1 2] false", "[1 2 3] true"},
		} {
			x.update(t, func(tx *db.Tx) error {
				return x.store.SetPermission(tx, caller("boss"), step.project, ViewAnalytics, step.of, step.decision)
			})
			got, want := []string{views("boss"), views("bob"), views("writer")}, []string{step.boss, step.bob, step.writers}
			if !slices.Equal(got, want) {
				t.Errorf("step %d: %q, want %q", i, got, want)
			}
		}
		for who, may := range map[string][]int64{"bob": nil, "writer": {2}, "boss": {1, 2, 3}} {
			for project := int64(1); project <= 3; project++ {
				err := x.db.Update(t.Context(), func(tx *db.Tx) error {
					return x.store.SetPermission(tx, caller(who), project, ViewAnalytics, Subject{Role: Reader}, NotSet)
				})
				f, refused := errors.AsType[*fault.Fault](err)
				if refused == slices.Contains(may, project) || refused && f.Status != 403 || err != nil && !refused {
					t.Errorf("%s sets a permission of project %d: %v", who, project, err)
				}
			}
		}
	})
}
