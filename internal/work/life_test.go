package work

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// state is a work item as it is shown, field by field, with its links.
type state map[string]string

func stateOf(item *Item) state {
	s := state{}
	for _, v := range item.Values {
		s[v.Field.ReferenceName] = fmt.Sprint(v.Value)
	}
	for _, r := range item.Relations {
		s[linkName(r)] = fmt.Sprint(r.Target, r.URL, " ", r.Comment)
	}
	return s
}

func linkName(r Relation) string { return fmt.Sprint("link ", r.ID, " ", r.Type.Name) }

// live makes a random change to one of some items; a fault is as good as a change.
func (x *fixture) live(t *testing.T, rnd *rand.Rand, ids []int64) {
	t.Helper()
	x.now.Add(rnd.Int64N(int64(30*time.Hour/time.Microsecond)) + 1000)
	id, other := ids[rnd.IntN(len(ids))], ids[rnd.IntN(len(ids))]
	any := func(list ...string) string { return list[rnd.IntN(len(list))] }
	to := any("Agile", "Scrum", "Basic")
	patches := [][]string{
		{fmt.Sprintf(`add System.Title "%d"`, rnd.IntN(1000))},
		{`add System.Description "` + any("one", "two", "three") + `"`},
		{`remove System.Description`},
		{`add System.History "` + any("why", "how") + `"`},
		{`add System.Tags "` + any("a", "b; c", "C; d") + `"`},
		{`replace System.Tags "` + any("a", "b; c") + `"`, `add System.AssignedTo "` + any("Ada", "Bob") + `"`},
		{`remove System.Tags`, `remove System.AssignedTo`},
		{`add System.State "` + any("New", "Active", "Closed", "To Do", "In Progress", "Doing", "Done") + `"`},
		{`add System.WorkItemType "` + any("Task", "Bug", "Feature", "Epic") + `"`, `add System.State "` + any("New", "To Do", "Active") + `"`},
		{`add System.TeamProject "` + to + `"`, `add System.AreaPath "` + to + `\\Web"`, `add System.IterationPath "` + to + `"`, `add System.State "` + any("New", "To Do") + `"`},
		{linkTo(any("parent", "child", "related", "successor"), other)},
		{linkTo(any("parent", "child", "related"), other), `add System.Title "linked"`},
		{`remove /relations/0`},
		{`remove /relations/1`, `add /relations/- {"rel":"Hyperlink","url":"https://example.com/` + any("a", "b") + `"}`},
	}
	var err error
	switch n := rnd.IntN(len(patches) + 2); n {
	case len(patches):
		_, err = x.items.Delete(t.Context(), x.caller(t, "Bob"), "", id)
	case len(patches) + 1:
		_, err = x.items.Restore(t.Context(), x.caller(t, "Ada"), "", id)
	default:
		_, err = x.items.Update(t.Context(), x.caller(t, any("Ada", "Bob")), "", id, ops(t, patches[n]...), Options{})
	}
	if _, refused := errors.AsType[*fault.Fault](err); err != nil && !refused {
		t.Fatal(err)
	}
}

// linkTo is to, for names that shadow it.
func linkTo(rel string, id int64) string { return to(rel, id) }

// Whatever happens to work items: their updates, applied one after the other, give every revision and the present item,
// and as of the moment of any update an item is what the updates up to it make of it.
func TestLife(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		rnd := rand.New(rand.NewPCG(7, 11))
		var ids []int64
		for i := range 5 {
			ids = append(ids, x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i)).ID)
		}
		for range 250 {
			x.live(t, rnd, ids)
		}
		ada := x.caller(t, "Ada")
		for _, id := range ids { // links to items in the recycle bin are not shown
			if _, err := x.items.Restore(t.Context(), ada, "", id); err != nil && says(t, err) != "WorkItemNotInRecycleBinException" {
				t.Fatal(err)
			}
		}
		compared := 0
		for _, id := range ids {
			updates, err := x.items.Updates(t.Context(), ada, "", id)
			if err != nil {
				t.Fatal(err)
			}
			revisions, err := x.items.Revisions(t.Context(), ada, "", id, ReadOptions{All: true, Relations: true})
			if err != nil {
				t.Fatal(err)
			}
			now, at := state{}, revisions[0].Value(project.FieldChangedDate).(time.Time)
			for i, u := range updates {
				now = u.apply(t, now)
				if u.ID != int64(i+1) {
					t.Fatalf("update %d has number %d", i+1, u.ID)
				}
				then, err := x.items.Get(t.Context(), ada, "", id, ReadOptions{AsOf: &at, All: true, Relations: true})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(now, stateOf(then)); diff != "" {
					t.Fatalf("item %d as of update %d (-updates +read): %s", id, u.ID, diff)
				}
				if last := i+1 == len(updates); last || updates[i+1].Rev > u.Rev {
					if diff := cmp.Diff(now, stateOf(revisions[u.Rev-1])); diff != "" {
						t.Fatalf("item %d revision %d (-updates +read): %s", id, u.Rev, diff)
					}
					compared++
				}
				at = u.RevisedAt
			}
			current, err := x.items.Get(t.Context(), ada, "", id, ReadOptions{All: true, Relations: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(now, stateOf(current)); diff != "" || len(revisions) != int(current.Rev) {
				t.Errorf("item %d of %d revisions (-updates +read): %s", id, len(revisions), diff)
			}
		}
		if compared < 60 {
			t.Errorf("only %d revisions came about", compared)
		}
		x.trees(t)
	})
}

// apply is what an update makes of a state, checking that it changes what was there.
func (u *Update) apply(t *testing.T, s state) state {
	t.Helper()
	s = maps.Clone(s)
	for _, f := range u.Fields {
		name := f.Field.ReferenceName
		if old, ok := s[name]; ok != (f.Old != nil) || ok && old != fmt.Sprint(f.Old) {
			t.Fatalf("update %d replaces %s %v, but it was %q", u.ID, name, f.Old, old)
		}
		delete(s, name)
		if f.New != nil {
			s[name] = fmt.Sprint(f.New)
		}
	}
	for _, r := range u.Removed {
		delete(s, linkName(r))
	}
	for _, r := range u.Added {
		s[linkName(r)] = fmt.Sprint(r.Target, r.URL, " ", r.Comment)
	}
	return s
}

// trees checks that links show at both ends, and that nobody has two parents or is an ancestor of itself.
func (x *fixture) trees(t *testing.T) {
	t.Helper()
	parents := map[string]string{}
	for _, line := range x.lines(t, `SELECT item_id || ' ' || other_id FROM work_links WHERE deleted_at IS NULL AND rel = '`+parentLink+`' ORDER BY item_id`) {
		child, parent, _ := strings.Cut(line, " ")
		if parents[child] != "" {
			t.Errorf("item %s has two parents", child)
		}
		parents[child] = parent
	}
	for child := range parents {
		seen := []string{}
		for at := child; at != ""; at = parents[at] {
			if slices.Contains(seen, at) {
				t.Fatalf("item %s is its own ancestor", at)
			}
			seen = append(seen, at)
		}
	}
	for _, line := range x.lines(t, `SELECT l.link_id || ' ' || l.item_id FROM work_links l WHERE NOT EXISTS (SELECT 1 FROM work_links o
		WHERE o.org_id = l.org_id AND o.link_id = l.link_id AND o.item_id = l.other_id AND o.other_id = l.item_id
		AND coalesce(o.deleted_at, 0) = coalesce(l.deleted_at, 0) AND (l.deleted_at IS NOT NULL OR o.other_project = l.project_id))`) {
		t.Errorf("link %s has no other end", line)
	}
}

// Of patches that test the revision they saw none is lost: each adds its line to the title exactly once.
func TestLife_NothingLost(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Basic", "Task", `add System.Title "0"`)
		c := x.caller(t, "Bob")
		var wg sync.WaitGroup
		const writers, each = 6, 5
		for w := range writers {
			wg.Go(func() {
				for n := 0; n < each; {
					at, err := x.items.Get(t.Context(), c, "", item.ID, ReadOptions{})
					if err != nil {
						t.Error(err)
						return
					}
					_, err = x.items.Update(t.Context(), c, "", item.ID, ops(t, fmt.Sprintf(`test /rev %d`, at.Rev),
						fmt.Sprintf(`add System.Title "%s,%d.%d"`, at.Value(project.FieldTitle), w, n)), Options{})
					if f, refused := errors.AsType[*fault.Fault](err); refused && f.TypeKey == "WorkItemRevisionMismatchException" {
						continue
					} else if err != nil {
						t.Error(err)
						return
					}
					n++
				}
			})
		}
		wg.Wait()
		got, err := x.items.Get(t.Context(), c, "", item.ID, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		title := "," + got.Value(project.FieldTitle).(string) + ","
		for w := range writers {
			for n := range each {
				if strings.Count(title, fmt.Sprintf(",%d.%d,", w, n)) != 1 {
					t.Errorf("%d.%d is in %s %d times", w, n, title, strings.Count(title, fmt.Sprintf(",%d.%d,", w, n)))
				}
			}
		}
		if got.Rev != 1+writers*each {
			t.Errorf("revision %d", got.Rev)
		}
	})
}
