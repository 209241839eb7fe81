package access

import (
	"fmt"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
)

// largeFixture has somebody in 500 groups, each in another, and a project of 3,000 areas, at every tenth of which something is
// set for one of the groups.
func largeFixture(b *testing.B) (x *fixture, areas []int64) {
	insertNode := db.SQL("access.benchInsertNode", `
		INSERT INTO nodes (org_id, node_id, project_id, guid, kind, parent_id, name, is_deleted) VALUES (1, $1, 1, $2, 0, $3, 'n', false)`)
	x = newFixture(b, dbtest.New(b, "sqlite"))
	var groups []Subject
	x.update(b, func(tx *db.Tx) error {
		above := Subject{Contributor, 1}
		for i := range 500 {
			g, err := AddGroup(tx, by(1), Group{Name: fmt.Sprint("group", i), Project: 1})
			if err != nil {
				return err
			}
			if err := Join(tx, by(1), above, g.Subject()); err != nil {
				return err
			}
			if err := Join(tx, by(1), g.Subject(), Subject{UserKind, x.bobID}); err != nil {
				return err
			}
			if i%10 == 0 {
				above = g.Subject()
			}
			groups = append(groups, g.Subject())
		}
		areas = []int64{1}
		for i := range 3000 {
			id, guid := int64(1000+i), uuid.New()
			if _, err := tx.Exec(insertNode, id, guid, areas[i/8]); err != nil {
				return err
			}
			if areas = append(areas, id); i%10 == 0 {
				e := Entry{groups[i%len(groups)], EditWorkItems, []int64{0, ViewWorkItems}[i/10%2]}
				if err := SetEntry(tx, by(1), FindNamespace(AreaNamespace), NodeToken(guid), e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return x, areas
}

// BenchmarkAuthenticate is what a request pays for knowing who asks and what that allows, of one project and the work items of
// one area.
func BenchmarkAuthenticate(b *testing.B) {
	x, areas := largeFixture(b)
	token := x.token(b, Token{Account: x.bob})
	session := x.start(b, x.bob, "")
	for name, authenticate := range map[string]func() (*Caller, error){
		"token":   func() (*Caller, error) { return x.store.Authenticate(b.Context(), 1, token) },
		"session": func() (*Caller, error) { return x.store.AuthenticateSession(b.Context(), 1, session) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c, err := authenticate()
				if err != nil || !c.CanWrite(1) || c.CanRead(2) || !c.directory.Areas(c).May(areas[0], ViewWorkItems|EditWorkItems) {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAreas is what a batch read pays besides when somebody does not see everything: the areas of 200 work items.
func BenchmarkAreas(b *testing.B) {
	x, areas := largeFixture(b)
	c, err := x.store.Authenticate(b.Context(), 1, x.token(b, Token{Account: x.bob}))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			a := c.directory.Areas(c)
			seen := 0
			for i := range 200 {
				if a.May(areas[i*15], ViewWorkItems) {
					seen++
				}
			}
			if all, _ := a.Views(1); all || seen == 0 || seen == 200 {
				b.Fatal(all, seen)
			}
		}
	})
	b.Run("after_a_change", func(b *testing.B) {
		for b.Loop() {
			c.directory.areas(c.principal.subjects)
		}
	})
}
