package ingest

import (
	"context"
	"fmt"
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/work"
)

// write brings the tables to the batch's position in one transaction.
func (f *follower) write(ctx context.Context, w *db.Warehouse, b *builder, t *batch) error {
	return w.Write(ctx, func(s *db.Session) error {
		b.parents = t.parents
		if t.catalog {
			if err := b.writeCatalog(s); err != nil {
				return fmt.Errorf("write dimensions: %w", err)
			}
		}
		if t.tagged {
			if err := writeTags(s, t.tags); err != nil {
				return fmt.Errorf("write tags: %w", err)
			}
		}
		if err := remove(s, t); err != nil {
			return fmt.Errorf("remove items: %w", err)
		}
		if err := b.addRevisions(s, t); err != nil {
			return err
		}
		if err := b.addOptions(s); err != nil {
			return fmt.Errorf("write places on boards: %w", err)
		}
		if err := b.replaceLinks(s, t); err != nil {
			return fmt.Errorf("write links: %w", err)
		}
		if err := moveDescendants(s, t); err != nil {
			return fmt.Errorf("write descendants: %w", err)
		}
		if err := b.replaceDelivered(s, &t.delivered); err != nil {
			return fmt.Errorf("write pipelines and tests: %w", err)
		}
		if err := b.writeUsers(s); err != nil {
			return err
		}
		if err := b.growDates(s); err != nil {
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

// remove takes out the rows of items that are gone or written anew, and what points to those that are gone.
func remove(s *db.Session, t *batch) error {
	err := inList(s, t.removed,
		`DELETE FROM links WHERE "SourceWorkItemId"`+anyOf, `DELETE FROM links WHERE "TargetWorkItemId"`+anyOf,
		`UPDATE items SET "ParentWorkItemId" = NULL WHERE "ParentWorkItemId"`+anyOf,
		`UPDATE revisions SET "ParentWorkItemId" = NULL WHERE "ParentWorkItemId"`+anyOf)
	if err != nil {
		return err
	}
	return inList(s, distinct(slices.Concat(t.removed, t.rewritten)),
		`DELETE FROM items WHERE "WorkItemId"`+anyOf, `DELETE FROM revisions WHERE "WorkItemId"`+anyOf,
		`DELETE FROM item_tags WHERE "WorkItemId"`+anyOf, `DELETE FROM revision_tags WHERE "WorkItemId"`+anyOf,
		`DELETE FROM `+edm.BoardChoicesTable+` WHERE "WorkItemId"`+anyOf)
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
func (b *builder) addRevisions(s *db.Session, t *batch) error {
	if len(t.added)+len(t.whole) == 0 {
		return nil
	}
	current, err := readCurrent(s, itemsOf(t.added))
	if err != nil {
		return fmt.Errorf("read current rows: %w", err)
	}
	added := slices.DeleteFunc(slices.Clone(t.added), func(r work.RevisionRow) bool { return r.Rev <= current[r.ID].rev }) // seen before
	if err := b.closeCurrent(s, added, current); err != nil {
		return fmt.Errorf("close superseded revisions: %w", err)
	}
	tables, err := b.openTables(s)
	if err != nil {
		return err
	}
	return tables.close(b.putRevisions(tables, append(added, t.whole...), current))
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
			var parent any
			if p := b.parents.at(r.ID, k.revised); p != 0 {
				parent = p
			}
			if err := put(r.ID, parent, k.revisedTime(), k.revisedSK, k.lastOfDay, k.lastOf); err != nil {
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
			if p := t.parents.at(id, forever); p != 0 {
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
