package ingest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"boardwalk/internal/db"
	"boardwalk/internal/work"
)

// maxChanges is how many entries of the feed one batch takes.
const maxChanges = 5000

// batch is what a stretch of the change feed does to the tables.
type batch struct {
	to       int64   // position reached
	head     int64   // position of the feed
	rebuild  bool    // records were loaded in bulk, or the organization's days changed
	catalog  bool    // dimensions changed
	fields   bool    // fields or processes changed
	tagged   bool    // tags changed
	loads    bool    // records of pipelines and tests changed
	projects []int64 // those that changed, or are gone
	removed  []int64
	restored []int64 // items that came back; they are in removed as well, for whatever is there

	tags      []work.Tag         // all tags, when some changed
	rewritten []int64            // items of which every row is written anew
	whole     []work.RevisionRow // all revisions of those
	added     []work.RevisionRow // new revisions of other items, item by item
	linked    []int64            // items whose links are written anew
	links     []work.Link        // all links of those
	parents   parents            // of all items in whole, added and linked
	delivered delivered
}

// sortChanges turns entries of the change feed, at least one, into what has to be done.
func sortChanges(changes []db.Change) *batch {
	t := &batch{to: changes[len(changes)-1].Position, parents: parents{}}
	back := map[int64]bool{} // the last word on an item that went away or came back
	for _, c := range changes {
		switch c.Kind {
		case db.Loaded:
			t.rebuild = true
		case db.Deleted, db.Destroyed:
			back[c.Ref] = false
		case db.Restored:
			back[c.Ref] = true
		case db.Delivered:
			t.loads = true
		case db.TagChanged:
			t.tagged = true
		case db.FieldChanged, db.ProcessChanged:
			t.fields, t.catalog = true, true
		case db.ProjectChanged:
			t.projects, t.catalog = append(t.projects, c.Ref), true
		case db.OrganizationChanged, db.NodeChanged, db.TeamChanged, db.UserChanged:
			t.catalog = true
		}
	}
	for id, yes := range back {
		t.removed = append(t.removed, id)
		if yes {
			t.restored = append(t.restored, id)
		}
	}
	slices.Sort(t.removed)
	slices.Sort(t.restored)
	return t
}

// read gathers the next batch from the record store, nil when there is nothing new, and the builder that can write it.
func (f *follower) read(ctx context.Context, tx *db.Tx, w *db.Warehouse) (*batch, *builder, error) {
	changes, err := tx.Changes(f.org, f.position, f.limit)
	if err != nil || len(changes) == 0 {
		return nil, nil, err
	}
	t, b := sortChanges(portion(changes)), f.rows
	if t.head, _, err = tx.Head(f.org); err != nil || t.rebuild {
		return t, nil, err
	}
	fresh := b == nil || t.catalog
	if fresh {
		if b, err = f.builder(tx); err != nil {
			return nil, nil, err
		}
		gone := slices.ContainsFunc(t.projects, func(id int64) bool { return b.catalog.Project(id) == nil })
		if t.rebuild = gone || b.catalog.Organization.Location.String() != f.zone; t.rebuild {
			return t, nil, nil
		}
	}
	if t.tagged = t.tagged || fresh; t.tagged {
		if t.tags, err = work.ReadTags(tx, f.org); err != nil {
			return nil, nil, err
		}
		b.setTags(t.tags)
		err := w.Read(ctx, func(s *db.Session) error {
			if fresh {
				if err := b.resume(s); err != nil {
					return err
				}
			}
			t.rewritten, err = b.renamed(s)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
	}
	if t.loads {
		if t.delivered, err = f.readDelivered(ctx, tx, w, t.to); err != nil {
			return nil, nil, err
		}
	}
	if err := f.readLinks(tx, t); err != nil {
		return nil, nil, err
	}
	return t, b, f.readRevisions(tx, t)
}

// readLinks finds out whose links are written anew and reads them.
func (f *follower) readLinks(tx *db.Tx, t *batch) (err error) {
	if t.linked, err = work.LinkedItems(tx, f.org, f.position, t.to); err != nil {
		return err
	}
	// Removing an item took its links away at the other end as well, and itself as the parent of others.
	t.linked, t.rewritten = append(t.linked, t.restored...), append(t.rewritten, t.restored...)
	err = work.StreamLinks(tx, f.org, t.restored, func(l *work.Link) error {
		t.linked = append(t.linked, l.Target)
		if l.Rel == childLink {
			t.rewritten = append(t.rewritten, l.Target)
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.linked, t.rewritten = distinct(t.linked), distinct(t.rewritten)
	return work.StreamLinks(tx, f.org, t.linked, func(l *work.Link) error {
		t.links = append(t.links, *l)
		t.parents.add(l)
		return nil
	})
}

func (f *follower) readRevisions(tx *db.Tx, t *batch) error {
	err := work.StreamItems(tx, f.org, t.rewritten, func(r *work.RevisionRow) error {
		t.whole = append(t.whole, *r)
		return nil
	})
	if err != nil {
		return err
	}
	err = work.StreamFeed(tx, f.org, f.position, t.to, func(r *work.RevisionRow) error {
		if !contains(t.rewritten, r.ID) && !contains(t.removed, r.ID) {
			t.added = append(t.added, *r)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var unknown []int64
	for _, id := range append(itemsOf(t.added), t.rewritten...) {
		if !contains(t.linked, id) {
			unknown = append(unknown, id)
		}
	}
	return work.StreamLinks(tx, f.org, distinct(unknown), func(l *work.Link) error {
		t.parents.add(l)
		return nil
	})
}

// itemsOf lists the items of revisions that come item by item.
func itemsOf(rows []work.RevisionRow) (ids []int64) {
	for i, r := range rows {
		if i == 0 || rows[i-1].ID != r.ID {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func distinct(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// contains looks into a sorted list.
func contains[T cmp.Ordered](sorted []T, x T) bool {
	_, found := slices.BinarySearch(sorted, x)
	return found
}

// renamed lists the work items whose rows hold a name that has changed since they were written: that of a tag, or of a
// person in one of the few fields that show people by name.
func (b *builder) renamed(s *db.Session) ([]int64, error) {
	tags, err := changedNames(s, `SELECT "TagSK", "TagName" FROM tags`, func(id int64) string { return b.tags[id] })
	if err != nil {
		return nil, err
	}
	people, err := changedNames(s, `SELECT "UserSK", "UserName" FROM users`, func(id int64) string {
		if u := b.directory.User(id); u != nil {
			return u.DisplayName
		}
		return ""
	})
	if err != nil {
		return nil, err
	}
	var items []int64
	add := func(sql string, arg any) error {
		r, err := s.Query(sql, arg)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			for i := range r.Rows {
				items = append(items, r.Vectors[0].Int(i))
			}
		}
		return r.Err()
	}
	if len(tags) > 0 {
		ids := slices.Collect(maps.Keys(tags))
		if err := add(`SELECT DISTINCT "WorkItemId" FROM revision_tags WHERE "TagSK"`+anyOf, ids); err != nil {
			return nil, err
		}
	}
	if where := b.layout.showsName("$1"); where != "" {
		for _, name := range people {
			if err := add("SELECT DISTINCT \"WorkItemId\" FROM work_item_revisions WHERE "+where, name); err != nil {
				return nil, err
			}
		}
	}
	return items, nil
}

// changedNames returns the stored names that are no longer what now says, by key.
func changedNames(s *db.Session, sql string, now func(id int64) string) (map[int64]string, error) {
	r, err := s.Query(sql)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	changed := map[int64]string{}
	for r.Next() {
		for i := range r.Rows {
			id, name := r.Vectors[0].Int(i), string(r.Vectors[1].Text(i))
			if now(id) != name {
				changed[id] = name
			}
		}
	}
	return changed, r.Err()
}
