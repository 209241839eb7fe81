package work

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// A deleted item is nowhere but in the recycle bin; restored, it is as it was, two revisions later.
func TestDelete_Restore(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada, bob := x.caller(t, "Ada"), x.caller(t, "Bob")
		for i := range 3 {
			x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i+1), `add System.Description "long"`, `add System.Tags "a"`)
		}
		x.update(t, 1, to("child", 2), to("related", 3))
		day := x.tick()
		gone, err := x.items.Delete(t.Context(), bob, "Agile", 1)
		if err != nil {
			t.Fatal(err)
		}
		if gone.Rev != 2 || !gone.At.Equal(day) || gone.By.DisplayName != "Bob" || gone.Value(project.FieldChangedBy).(*access.User).DisplayName != "Bob" {
			t.Errorf("revision %d at %s by %s", gone.Rev, gone.At, gone.By.DisplayName)
		}
		for id, want := range map[int64]string{1: "WorkItemUnauthorizedAccessException", 2: "", 3: ""} {
			if got := x.relations(t, id); got != want {
				t.Errorf("item %d: %q, want %q", id, got, want)
			}
		}
		_, again := x.items.Delete(t.Context(), bob, "", 1)
		_, update := x.items.Update(t.Context(), bob, "", 1, ops(t, `add System.Title "x"`), Options{})
		_, link := x.items.Update(t.Context(), bob, "", 3, ops(t, to("related", 1)), Options{})
		_, updates := x.items.Updates(t.Context(), bob, "", 1)
		for _, err := range []error{again, update, link, updates} {
			if says(t, err) != "WorkItemUnauthorizedAccessException" {
				t.Errorf("of a deleted item: %v", err)
			}
		}
		if _, err := x.items.Restore(t.Context(), bob, "", 2); says(t, err) != "WorkItemNotInRecycleBinException" {
			t.Errorf("restored what was never deleted: %v", err)
		}
		if _, err := x.items.Restore(t.Context(), bob, "Scrum", 1); says(t, err) != "WorkItemNotInRecycleBinException" {
			t.Errorf("restored in another project: %v", err)
		}
		// Meanwhile the child gets another parent: the old one comes back without it.
		x.update(t, 2, to("parent", 3))
		x.tick()
		item, err := x.items.Restore(t.Context(), ada, "", 1)
		if err != nil {
			t.Fatal(err)
		}
		if item.Rev != 3 || item.Value(project.FieldTitle) != "1" || item.Value(project.FieldDescription) != "long" || item.Value(project.FieldTags) != "a" {
			t.Errorf("restored: %+v", item)
		}
		for id, want := range map[int64]string{1: "Related 3", 2: "under 3, Parent 3", 3: "Related 1, Child 2"} {
			if got := x.relations(t, id); got != want {
				t.Errorf("item %d: %q, want %q", id, got, want)
			}
		}
		kinds := x.lines(t, `SELECT kind || ' ' || ref_id || ' ' || rev FROM feed WHERE kind IN (1, 2, 3, 4) AND ref_id = 1 ORDER BY position`)
		if diff := cmp.Diff([]string{"1 1 1", "1 1 2", "2 1 0", "1 1 3", "3 1 0"}, kinds); diff != "" {
			t.Errorf("the feed: %s", diff)
		}
	})
}

// What comes back must not close a circle that was opened while it was away.
func TestRestore_Circle(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	for i := range 3 {
		x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i+1))
	}
	x.update(t, 2, to("parent", 1), to("child", 3))
	if _, err := x.items.Delete(t.Context(), x.caller(t, "Bob"), "", 2); err != nil {
		t.Fatal(err)
	}
	x.update(t, 1, to("parent", 3))
	if _, err := x.items.Restore(t.Context(), x.caller(t, "Bob"), "", 2); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[int64]string{1: "under 3, Parent 3", 2: "Child 3", 3: "under 2, Child 1, Parent 2"} {
		got := strings.Split(x.relations(t, id), ", ")
		wanted := strings.Split(want, ", ")
		slices.Sort(got)
		slices.Sort(wanted)
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("item %d: %s", id, diff)
		}
	}
}

// What is destroyed leaves nothing in any table but its entries in the feed, which hold no content.
func TestDestroy(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		for i := range 3 {
			x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i+1), `add System.Description "long"`)
		}
		x.update(t, 1, to("child", 2), `add /relations/- {"rel":"Hyperlink","url":"https://example.com"}`)
		plan := x.create(t, "Agile", "Test Plan", `add System.Title "plan"`)
		writer, administrator := x.member(t, plan.Project.ID, access.Contributor), x.member(t, plan.Project.ID, access.Administrator)
		for _, c := range []struct {
			caller  *access.Caller
			id      int64
			fromBin bool
			want    string
		}{
			{writer, 1, false, "AccessCheckException"},
			{x.member(t, plan.Project.ID, ""), 1, false, "WorkItemUnauthorizedAccessException"},
			{administrator, 1, true, "WorkItemNotInRecycleBinException"},
			{administrator, plan.ID, false, "WorkItemTestArtifactException"},
			{administrator, 1, false, ""},
			{administrator, 1, false, "WorkItemUnauthorizedAccessException"},
		} {
			if got := says(t, x.items.Destroy(t.Context(), c.caller, "", c.id, c.fromBin)); got != c.want {
				t.Errorf("destroy %d: %q, want %q", c.id, got, c.want)
			}
		}
		if _, err := x.items.Delete(t.Context(), writer, "", 3); err != nil {
			t.Fatal(err)
		}
		if err := x.items.Destroy(t.Context(), administrator, "", 3, true); err != nil {
			t.Fatal(err)
		}
		for table, column := range map[string]string{"work_items": "id", "work_revisions": "id", "work_texts": "id", "work_links": "item_id", "work_resources": "item_id"} {
			if left := x.lines(t, `SELECT CAST(`+column+` AS text) FROM `+table+` WHERE `+column+` IN (1, 3)`); len(left) != 0 {
				t.Errorf("%s: %d rows are left", table, len(left))
			}
		}
		if got := x.relations(t, 2); got != "" {
			t.Errorf("the child has %q", got)
		}
	})
}

// The recycle bin shows what the caller can read, and what was asked for or nothing.
func TestRecycleBin(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		agile := x.create(t, "Agile", "Task", `add System.Title "agile"`)
		scrum := x.create(t, "Scrum", "Task", `add System.Title "scrum"`)
		x.create(t, "Agile", "Task", `add System.Title "live"`)
		for _, id := range []int64{agile.ID, scrum.ID} {
			if _, err := x.items.Delete(t.Context(), x.caller(t, "Bob"), "", id); err != nil {
				t.Fatal(err)
			}
		}
		reader := x.member(t, agile.Project.ID, access.Reader)
		for _, c := range []struct {
			caller  *access.Caller
			project string
			ids     []int64
			want    string
		}{
			{x.caller(t, "Ada"), "", nil, "agile scrum"},
			{x.caller(t, "Ada"), "Scrum", nil, "scrum"},
			{reader, "", nil, "agile"},
			{reader, "Scrum", nil, "ProjectDoesNotExistWithNameException"},
			{reader, "", []int64{agile.ID}, "agile"},
			{reader, "", []int64{agile.ID, scrum.ID}, "WorkItemNotInRecycleBinException"},
			{x.caller(t, "Ada"), "", []int64{3}, "WorkItemNotInRecycleBinException"},
		} {
			bin, err := x.items.RecycleBin(t.Context(), c.caller, c.project, c.ids)
			got := says(t, err)
			for _, d := range bin {
				if got = strings.TrimSpace(got + " " + d.Value(project.FieldTitle).(string)); d.By.DisplayName != "Bob" || d.At.IsZero() {
					t.Errorf("%d was deleted by %v at %s", d.ID, d.By, d.At)
				}
				if err != nil {
					break
				}
			}
			if err != nil {
				got = says(t, err)
			}
			if got != c.want {
				t.Errorf("%q %v: %q, want %q", c.project, c.ids, got, c.want)
			}
		}
		if _, err := x.items.Delete(t.Context(), reader, "", 3); says(t, err) != "AccessCheckException" {
			t.Errorf("a reader deleted: %v", err)
		}
	})
}
