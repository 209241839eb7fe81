package work

import (
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// A deleted area hands on its live work items by one revision each; those in the recycle bin come back where the others
// went. What was is told by the paths of then.
func TestDeleteNode(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada, bob := x.caller(t, "Ada"), x.caller(t, "Bob")
		add := func(parent, name string) *project.Node {
			n, err := x.projects.CreateNode(t.Context(), ada, "Agile", project.AreaNode, parent, name, project.Dates{})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		shop, heir := add("Web", "Shop"), add("", "Heir")
		add("Web/Shop", "Cart")
		for i, path := range []string{`Web`, `Web\Shop\Cart`, `Web\Shop`, `Heir`} {
			x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i+1), fmt.Sprintf("add System.AreaPath %q", `Agile\`+path))
		}
		x.tick()
		if _, err := x.items.Delete(t.Context(), ada, "", 3); err != nil {
			t.Fatal(err)
		}
		remove := func(path string, to int64) error {
			return x.items.DeleteNode(t.Context(), bob, "Agile", project.AreaNode, path, to)
		}
		for _, c := range []struct {
			path string
			to   int64
			want string
		}{{"", heir.ID, "InvalidClassificationNodeException"}, {"Shop", heir.ID, "WorkItemTrackingTreeNodeNotFoundException"}, {"Web/Shop", 0, "InvalidClassificationNodeException"},
			{"Web", shop.ID, "InvalidClassificationNodeException"}, {"Web/Shop", 4711, "WorkItemTrackingTreeNodeNotFoundException"}} {
			if got := says(t, remove(c.path, c.to)); got != c.want {
				t.Errorf("delete %q in favor of %d: %q, want %q", c.path, c.to, got, c.want)
			}
		}
		x.tick()
		if err := remove("Web/Shop", heir.ID); err != nil {
			t.Fatal(err)
		}
		x.tick()
		if _, err := x.items.Restore(t.Context(), ada, "", 3); err != nil {
			t.Fatal(err)
		}
		want := map[int64]string{1: `1 Agile\Web Ada`, 2: `1 Agile\Web\Shop\Cart Ada, 2 Agile\Heir Bob`,
			3: `1 Agile\Web\Shop Ada, 2 Agile\Web\Shop Ada, 3 Agile\Heir Ada`, 4: `1 Agile\Heir Ada`}
		for id, want := range want {
			revisions, err := x.items.Revisions(t.Context(), ada, "", id, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range revisions {
				got = append(got, fmt.Sprintf("%d %v %s", r.Rev, r.Value(project.FieldAreaPath), r.Value(project.FieldChangedBy).(*access.User).DisplayName))
			}
			if got := strings.Join(got, ", "); got != want {
				t.Errorf("item %d: %s\nwant %s", id, got, want)
			}
		}
		// The successor goes as well: a second step leads further.
		if err := remove("Heir", 0); says(t, err) != "InvalidClassificationNodeException" {
			t.Errorf("deleted with work items: %v", err)
		}
	})
}
