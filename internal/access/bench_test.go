package access

import (
	"fmt"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// BenchmarkAuthenticate is what a request pays for knowing who asks and what that allows: somebody in 500 groups, each in
// another, checked for one project and one area.
func BenchmarkAuthenticate(b *testing.B) {
	x := newFixture(b, dbtest.New(b, "sqlite"))
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
		}
		return nil
	})
	token := x.token(b, Token{Account: x.bob})
	area := NodeToken(x.roots[0])
	for b.Loop() {
		c, err := x.store.Authenticate(b.Context(), 1, token)
		if err != nil || !c.CanWrite(1) || !c.Allowed(AreaNamespace, area, EditWorkItems) || c.CanRead(2) {
			b.Fatal(err)
		}
	}
}
