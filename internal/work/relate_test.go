package work

import (
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// to is the operation that adds a link; rel is a link type's short name.
func to(rel string, id int64) string {
	ref := map[string]string{"parent": parentLink, "child": childLink, "related": "System.LinkTypes.Related",
		"successor": "System.LinkTypes.Dependency-Forward", "predecessor": "System.LinkTypes.Dependency-Reverse",
		"duplicate": "System.LinkTypes.Duplicate-Forward"}[rel]
	return fmt.Sprintf(`add /relations/- {"rel":%q,"url":"https://example.com/x/_apis/wit/workItems/%d"}`, ref, id)
}

// relations shows the links of an item as it is read.
func (x *fixture) relations(t testing.TB, id int64) string {
	t.Helper()
	item, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", id, ReadOptions{Relations: true})
	if err != nil {
		return says(t, err)
	}
	var list []string
	if parent := item.Value(project.FieldParent); parent != nil {
		list = append(list, fmt.Sprint("under ", parent))
	}
	for _, r := range item.Relations {
		end := fmt.Sprint(r.Target)
		if r.Target == 0 {
			end = strings.TrimSpace(r.URL + " " + r.Name)
		}
		list = append(list, strings.TrimSpace(r.Type.Name+" "+end+" "+r.Comment))
	}
	return strings.Join(list, ", ")
}

// Links show at both ends at once, keep to the shape of their type, and are no revisions.
func TestUpdate_Relations(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		for i := range 6 {
			x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i+1))
		}
		for i, c := range []struct {
			id   int64
			ops  []string
			says string
			want map[int64]string // relations afterwards
		}{
			{1, []string{to("child", 2), to("child", 3)}, "", map[int64]string{1: "Child 2, Child 3", 2: "under 1, Parent 1", 3: "under 1, Parent 1"}},
			{4, []string{to("child", 2)}, "WorkItemLinkAddExtraParentException", map[int64]string{4: "", 2: "under 1, Parent 1"}},
			{2, []string{to("parent", 4)}, "WorkItemLinkAddExtraParentException", nil},
			{5, []string{to("parent", 4), to("parent", 6)}, "WorkItemLinkAddExtraParentException", map[int64]string{5: "", 4: "", 6: ""}},
			{2, []string{to("child", 1)}, "WorkItemLinkCircularException", nil},
			{2, []string{to("child", 5)}, "", map[int64]string{2: "under 1, Parent 1, Child 5"}},
			{1, []string{to("parent", 5)}, "WorkItemLinkCircularException", nil},
			{1, []string{to("related", 1)}, "WorkItemLinkInvalidEndsException", nil},
			{1, []string{to("related", 2), to("related", 2)}, "VssPropertyValidationException", map[int64]string{1: "Child 2, Child 3"}},
			{2, []string{to("parent", 1)}, "VssPropertyValidationException", nil},
			{1, []string{to("related", 99)}, "WorkItemUnauthorizedAccessException", nil},
			{1, []string{`add /relations/- {"rel":"Nothing","url":"x/1"}`}, "VssPropertyValidationException", nil},
			{1, []string{`remove /relations/7`}, "VssPropertyValidationException", nil},
			{1, []string{`test /relations/0 1`}, "VssPropertyValidationException", nil},
			// The new parent comes first in the patch; the old one makes room all the same.
			{2, []string{to("parent", 4), `remove /relations/0`}, "", map[int64]string{1: "Child 3", 2: "under 4, Child 5, Parent 4", 4: "Child 2"}},
			// Indexes count what was there before the patch.
			{2, []string{`remove /relations/1`, `remove /relations/0`}, "", map[int64]string{2: "", 4: "", 5: ""}},
			{2, []string{`remove /relations/0`, `remove /relations/0`}, "VssPropertyValidationException", nil},
			// Dependencies form no circle, whichever end is given; several are fine.
			{1, []string{to("successor", 4), to("successor", 5)}, "", map[int64]string{4: "Predecessor 1"}},
			{5, []string{to("successor", 6)}, "", nil},
			{6, []string{to("successor", 1)}, "WorkItemLinkCircularException", nil},
			{1, []string{to("predecessor", 6)}, "WorkItemLinkCircularException", nil},
			{1, []string{to("duplicate", 4)}, "", map[int64]string{1: "Child 3, Successor 4, Successor 5, Duplicate 4", 4: "Predecessor 1, Duplicate Of 1"}},
			{1, []string{`replace /relations/0/attributes/comment "first"`}, "", map[int64]string{3: "under 1, Parent 1 first"}},
			{1, []string{`replace /relations/0 {"attributes":{"comment":"second"}}`}, "", map[int64]string{3: "under 1, Parent 1 second"}},
			{1, []string{`remove /relations/0/attributes/comment`}, "", map[int64]string{3: "under 1, Parent 1"}},
			{6, []string{`add /relations/- {"rel":"Hyperlink","url":"https://example.com","attributes":{"comment":"see"}}`,
				`add /relations/- {"rel":"ArtifactLink","url":"vstfs:///Build/Build/7","attributes":{"name":"Build"}}`}, "",
				map[int64]string{6: "Predecessor 5, Hyperlink https://example.com see, Artifact Link vstfs:///Build/Build/7 Build"}},
			{6, []string{`remove /relations/1`}, "", map[int64]string{6: "Predecessor 5, Artifact Link vstfs:///Build/Build/7 Build"}},
			{6, []string{`test /rev 2`, to("related", 3)}, "WorkItemRevisionMismatchException", nil},
		} {
			x.tick()
			item, err := x.items.Update(t.Context(), x.caller(t, "Bob"), "", c.id, ops(t, c.ops...), Options{})
			if got := says(t, err); got != c.says {
				t.Errorf("step %d: %q, want %q: %v", i, got, c.says, err)
			}
			if err == nil && item.Rev != 1 {
				t.Errorf("step %d: links made revision %d", i, item.Rev)
			}
			for id, want := range c.want {
				if got := x.relations(t, id); got != want {
					t.Errorf("step %d: item %d has %q, want %q", i, id, got, want)
				}
			}
		}
		if n := x.lines(t, `SELECT CAST(count(*) AS text) FROM work_revisions`); n[0] != "6" {
			t.Errorf("%s revisions of 6 items", n[0])
		}
	})
}

// A new item is linked in the transaction that makes it, and not made when a link is refused.
func TestCreate_Relations(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.create(t, "Agile", "Feature", `add System.Title "1"`)
		_, err := x.items.Create(t.Context(), x.caller(t, "Ada"), "Agile", "Task", ops(t, `add System.Title "no"`, to("parent", 77)), Options{})
		if says(t, err) != "WorkItemUnauthorizedAccessException" {
			t.Errorf("linked to nothing: %v", err)
		}
		item, err := x.items.Create(t.Context(), x.caller(t, "Ada"), "Agile", "Task", ops(t, `add System.Title "2"`, to("parent", -5)), Options{IDs: map[int64]int64{-5: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if item.ID != 2 || item.Value(project.FieldParent) != int64(1) || len(item.Relations) != 1 {
			t.Errorf("made %d under %v with %v", item.ID, item.Value(project.FieldParent), item.Relations)
		}
		if diff := cmp.Diff("Child 2", x.relations(t, 1)); diff != "" {
			t.Error(diff)
		}
		_, err = x.items.Update(t.Context(), x.caller(t, "Ada"), "", 2, ops(t, `remove /relations/0`), Options{ValidateOnly: true})
		if err != nil || x.relations(t, 2) != "under 1, Parent 1" {
			t.Errorf("a validated change was stored: %v, %s", err, x.relations(t, 2))
		}
	})
}
