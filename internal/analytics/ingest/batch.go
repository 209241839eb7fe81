package ingest

import (
	"context"
	"fmt"
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/work"
)

// maxChanges is how many entries of the feed one batch takes.
const maxChanges = 5000

// batch is what a stretch of the change feed does to the tables.
type batch struct {
	to        int64              // position reached
	rebuild   bool               // records were loaded in bulk, or columns changed in a way that cannot be added
	catalog   bool               // dimensions changed
	fields    bool               // fields or processes changed
	tags      []work.Tag         // all tags, when some changed
	revisions []work.RevisionRow // new ones, item by item
	removed   []int64            // items to take out
	restored  []work.RevisionRow // all revisions of items that came back
	linked    []int64            // items whose links changed
	links     []work.Link        // all links of those
	parents   map[int64]int64    // of all items in revisions, restored and linked
}

// read gathers the next batch from the record store; nil when there is nothing new.
func (f *follower) read(tx *db.Tx) (*batch, error) {
	changes, err := tx.Changes(f.org, f.position, maxChanges)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	t := &batch{to: changes[len(changes)-1].Position, parents: map[int64]int64{}}
	restored, tagged := map[int64]bool{}, false
	for _, c := range changes {
		switch c.Kind {
		case db.Loaded:
			t.rebuild = true
			return t, nil
		case db.Deleted, db.Destroyed:
			t.removed = append(t.removed, c.Ref)
			restored[c.Ref] = false
		case db.Restored:
			t.removed = append(t.removed, c.Ref) // whatever is there, it is written anew
			restored[c.Ref] = true
		case db.TagChanged:
			tagged = true
		case db.FieldChanged, db.ProcessChanged:
			t.fields, t.catalog = true, true
		case db.OrganizationChanged, db.ProjectChanged, db.NodeChanged, db.TeamChanged, db.UserChanged:
			t.catalog = true
		}
	}
	if tagged {
		if t.tags, err = work.ReadTags(tx, f.org); err != nil {
			return nil, err
		}
	}
	if err := f.readRevisions(tx, t, restored); err != nil {
		return nil, err
	}
	return t, f.readLinks(tx, t)
}

func (f *follower) readRevisions(tx *db.Tx, t *batch, restored map[int64]bool) error {
	var back []int64
	for id, yes := range restored {
		if yes {
			back = append(back, id)
		}
	}
	slices.Sort(back)
	err := work.StreamItems(tx, f.org, back, func(r *work.RevisionRow) error {
		t.restored = append(t.restored, *r)
		return nil
	})
	if err != nil {
		return err
	}
	return work.StreamFeed(tx, f.org, f.position, t.to, func(r *work.RevisionRow) error {
		if !restored[r.ID] {
			t.revisions = append(t.revisions, *r)
		}
		return nil
	})
}

func (f *follower) readLinks(tx *db.Tx, t *batch) error {
	var err error
	if t.linked, err = work.LinkedItems(tx, f.org, f.position, t.to); err != nil {
		return err
	}
	touched := slices.Clone(t.linked)
	for _, rows := range [][]work.RevisionRow{t.revisions, t.restored} {
		for _, r := range rows {
			touched = append(touched, r.ID)
		}
	}
	for _, r := range t.restored {
		t.linked = append(t.linked, r.ID)
	}
	slices.Sort(t.linked)
	t.linked = slices.Compact(t.linked)
	slices.Sort(touched)
	return work.StreamLinks(tx, f.org, slices.Compact(touched), func(l *work.Link) error {
		if isParentLink(l) {
			t.parents[l.Source] = l.Target
		}
		if _, ok := slices.BinarySearch(t.linked, l.Source); ok {
			t.links = append(t.links, *l)
		}
		return nil
	})
}

// write brings the tables to the batch's position in one transaction.
func (f *follower) write(ctx context.Context, w *db.Warehouse, b *builder, t *batch) error {
	return w.Write(ctx, func(s *db.Session) error {
		b.parents = t.parents
		if t.catalog {
			if err := b.writeCatalog(s); err != nil {
				return fmt.Errorf("write dimensions: %w", err)
			}
		}
		if t.tags != nil {
			b.setTags(t.tags)
			if err := writeTags(s, t.tags); err != nil {
				return err
			}
		}
		if err := remove(s, t.removed); err != nil {
			return err
		}
		if err := b.addRevisions(s, t.revisions, t.restored); err != nil {
			return err
		}
		if err := b.replaceLinks(s, t); err != nil {
			return err
		}
		if err := b.writeUsers(s); err != nil {
			return err
		}
		return b.finish(s, t.to)
	})
}

// inList runs a statement with $1 as a list of ids.
func inList(s *db.Session, ids []int64, statements ...string) error {
	if len(ids) == 0 {
		return nil
	}
	for _, sql := range statements {
		if err := s.Exec(sql, ids); err != nil {
			return err
		}
	}
	return nil
}

const anyOf = ` IN (SELECT unnest(CAST($1 AS bigint[])))`

func remove(s *db.Session, ids []int64) error {
	return inList(s, ids,
		`DELETE FROM items WHERE "WorkItemId"`+anyOf, `DELETE FROM revisions WHERE "WorkItemId"`+anyOf,
		`DELETE FROM item_tags WHERE "WorkItemId"`+anyOf, `DELETE FROM revision_tags WHERE "WorkItemId"`+anyOf,
		`DELETE FROM links WHERE "SourceWorkItemId"`+anyOf, `DELETE FROM links WHERE "TargetWorkItemId"`+anyOf,
		`UPDATE items SET "ParentWorkItemId" = NULL WHERE "ParentWorkItemId"`+anyOf)
}

// currentRow is what a new revision needs to know of the row it supersedes.
type currentRow struct {
	rev, changed int64
	history
}

func readCurrent(s *db.Session, ids []int64) (map[int64]currentRow, error) {
	r, err := s.Query(`SELECT "WorkItemId", "Revision", "ChangedDate", "InProgressDate", "CompletedDate" FROM items
		WHERE "WorkItemId"`+anyOf, ids)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	rows := map[int64]currentRow{}
	for r.Next() {
		for i := range r.Rows {
			v := r.Vectors
			c := currentRow{rev: v[1].Int(i), changed: v[2].Int(i)}
			if !v[3].Null(i) {
				c.inProgress = v[3].Int(i)
			}
			if !v[4].Null(i) {
				c.completed = v[4].Int(i)
			}
			rows[v[0].Int(i)] = c
		}
	}
	return rows, r.Err()
}

// addRevisions closes the current rows that new revisions supersede and adds the new ones, of which all but the last of
// an item are superseded at once.
func (b *builder) addRevisions(s *db.Session, added, restored []work.RevisionRow) error {
	if len(added)+len(restored) == 0 {
		return nil
	}
	var ids []int64
	for _, r := range added {
		if len(ids) == 0 || ids[len(ids)-1] != r.ID {
			ids = append(ids, r.ID)
		}
	}
	current, err := readCurrent(s, ids)
	if err != nil {
		return err
	}
	added = slices.DeleteFunc(slices.Clone(added), func(r work.RevisionRow) bool { return r.Rev <= current[r.ID].rev }) // seen before
	if err := b.closeCurrent(s, added, current); err != nil {
		return fmt.Errorf("close superseded revisions: %w", err)
	}
	t, err := b.openTables(s)
	if err != nil {
		return err
	}
	return t.close(b.putRevisions(t, append(added, restored...), current))
}

func (b *builder) putRevisions(t *itemTables, rows []work.RevisionRow, current map[int64]currentRow) error {
	var h history
	for i := range rows {
		r := &rows[i]
		if i == 0 || rows[i-1].ID != r.ID {
			h = current[r.ID].history
		}
		var end *closing
		if i+1 < len(rows) && rows[i+1].ID == r.ID {
			k := b.close(r.ChangedAt.UnixMicro(), rows[i+1].ChangedAt.UnixMicro())
			end = &k
		}
		if err := t.put(r, &h, end); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) closeCurrent(s *db.Session, added []work.RevisionRow, current map[int64]currentRow) error {
	var ids []int64
	err := appendRows(s, closingTable, func(put func(...any) error) error {
		for i, r := range added {
			c, ok := current[r.ID]
			if !ok || i > 0 && added[i-1].ID == r.ID {
				continue
			}
			ids = append(ids, r.ID)
			k := b.close(c.changed, r.ChangedAt.UnixMicro())
			if err := put(r.ID, k.revisedTime(), k.revisedSK, k.lastOfDay, k.lastOf); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(ids) == 0 {
		return err
	}
	columns, values := b.layout.copyList()
	if err := s.Exec("INSERT INTO " + edm.RevisionsTable + " (" + columns + ") SELECT " + values + " FROM " + edm.ItemsTable +
		" AS i JOIN " + closingTable + ` AS c ON c."WorkItemId" = i."WorkItemId"`); err != nil {
		return err
	}
	return inList(s, ids, `DELETE FROM items WHERE "WorkItemId"`+anyOf, `DELETE FROM item_tags WHERE "WorkItemId"`+anyOf,
		`DELETE FROM `+closingTable+` WHERE "WorkItemId"`+anyOf)
}

// replaceLinks writes the links of items whose links changed and brings the parents of their rows up to date.
func (b *builder) replaceLinks(s *db.Session, t *batch) error {
	if len(t.linked) == 0 {
		return nil
	}
	if err := inList(s, t.linked, `DELETE FROM links WHERE "SourceWorkItemId"`+anyOf); err != nil {
		return err
	}
	err := appendRows(s, edm.LinksTable, func(put func(...any) error) error {
		for i := range t.links {
			if err := b.putLink(put, &t.links[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = appendRows(s, parentsTable, func(put func(...any) error) error {
		for _, id := range t.linked {
			var parent any
			if p := t.parents[id]; p != 0 {
				parent = p
			}
			if err := put(id, parent); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.Exec(`UPDATE items SET "ParentWorkItemId" = p."ParentWorkItemId" FROM ` + parentsTable + ` AS p
		WHERE p."WorkItemId" = items."WorkItemId"`); err != nil {
		return err
	}
	return s.Exec("DELETE FROM " + parentsTable)
}
