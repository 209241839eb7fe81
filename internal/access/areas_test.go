package access

import (
	"fmt"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// People whose groups say the same of areas have it once, and the one for whom something else is set has it for themselves:
// with thousands of areas and people everything else would be more than memory holds.
func TestAreas_Shared(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	var people []*Caller
	root := NodeToken(x.roots[0])
	for i := range 4 {
		account, id := x.person(t, fmt.Sprint("user", i), User{Active: true, Level: Basic}, 1)
		x.update(t, func(tx *db.Tx) error {
			g, err := AddGroup(tx, by(1), Group{Name: fmt.Sprint("group", i), Project: 1}) // of which areas know nothing
			if err != nil {
				return err
			}
			for _, group := range []Subject{g.Subject(), {Contributor, 1}} {
				if err := Join(tx, by(1), group, Subject{UserKind, id}); err != nil {
					return err
				}
			}
			if i == 3 {
				return SetEntry(tx, by(1), FindNamespace(AreaNamespace), root, Entry{Subject{UserKind, id}, 0, EditWorkItems})
			}
			return nil
		})
		c, err := x.store.Authenticate(t.Context(), 1, x.token(t, Token{Account: account}))
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, c)
	}
	d, err := x.store.Snapshot(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	first, last := d.Areas(people[0]), d.Areas(people[3])
	if d.Areas(people[1]) != first || d.Areas(people[2]) != first || last == first {
		t.Error("areas are not shared by those, and only those, for whom they are the same")
	}
	area := d.nodes[FindNamespace(AreaNamespace).key(root)].id
	if !first.May(area, ViewWorkItems|EditWorkItems) || !last.May(area, ViewWorkItems) || last.May(area, EditWorkItems) {
		t.Errorf("rights of %v and %v", first.allowed, last.allowed)
	}
}
