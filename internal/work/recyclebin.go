package work

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Deleted is a work item in the recycle bin.
type Deleted struct {
	*Item
	At time.Time
	By *access.User // nil when nobody knows
}

var (
	binItem = db.SQL("work.binItem", `
		UPDATE work_items SET is_deleted = true, deleted_at = $4, deleted_by = $5 WHERE org_id = $1 AND id = $2 AND project_id = $3`)
	unbinItem = db.SQL("work.unbinItem", `
		UPDATE work_items SET is_deleted = false, deleted_at = NULL, deleted_by = 0 WHERE org_id = $1 AND id = $2 AND project_id = $3`)
	selectBin = db.SQL("work.selectBin", `
		SELECT id, deleted_at, deleted_by FROM work_items WHERE org_id = $1 AND is_deleted ORDER BY id`)
	selectBinItems = db.SQL("work.selectBinItems", `
		SELECT `+storedColumns+` FROM work_items WHERE org_id = $1 AND is_deleted AND id IN (`+db.List(2, chunk)+`)`)
	selectAnyPlace = db.SQL("work.selectAnyPlace", `
		SELECT project_id, type, fields FROM work_items WHERE org_id = $1 AND id = $2 AND (is_deleted OR NOT $3)`)
	// What a work item consists of; one that is destroyed leaves nothing behind but that its links have ended, for those
	// who follow links.
	destroyRows = []*db.Stmt{
		db.SQL("work.destroyLinkChanges", `
			DELETE FROM work_link_changes WHERE org_id = $1 AND link_id IN (SELECT link_id FROM work_links WHERE org_id = $1 AND item_id = $2)
			AND position < (SELECT max(n.position) FROM work_link_changes n WHERE n.org_id = work_link_changes.org_id AND n.link_id = work_link_changes.link_id)`),
		db.SQL("work.destroyLinks", `
			DELETE FROM work_links WHERE org_id = $1 AND link_id IN (SELECT link_id FROM work_links WHERE org_id = $1 AND item_id = $2)`),
		db.SQL("work.destroyResources", `DELETE FROM work_resources WHERE org_id = $1 AND item_id = $2`),
		db.SQL("work.destroyComments", `DELETE FROM work_comments WHERE org_id = $1 AND item_id = $2`),
		db.SQL("work.destroyReactions", `DELETE FROM work_reactions WHERE org_id = $1 AND item_id = $2`),
		db.SQL("work.destroyTexts", `DELETE FROM work_texts WHERE org_id = $1 AND id = $2`),
		db.SQL("work.destroyRevisions", `DELETE FROM work_revisions WHERE org_id = $1 AND id = $2`),
		db.SQL("work.destroyItem", `DELETE FROM work_items WHERE org_id = $1 AND id = $2`),
	}
)

// Delete puts a work item into the recycle bin: a last revision says so, and until it is restored nobody finds it.
// Faults: item not found, access denied, an item of test management.
func (s *Items) Delete(ctx context.Context, c *access.Caller, projectName string, id int64) (*Deleted, error) {
	return s.delete(ctx, c, projectName, id, false)
}

// DeleteQuietly is Delete without notifying anybody.
func (s *Items) DeleteQuietly(ctx context.Context, c *access.Caller, projectName string, id int64) (*Deleted, error) {
	return s.delete(ctx, c, projectName, id, true)
}

func (s *Items) delete(ctx context.Context, c *access.Caller, projectName string, id int64, quiet bool) (*Deleted, error) {
	var ch *change
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if quiet {
			tx.Quiet()
		}
		if ch, err = s.flag(tx, c, projectName, id, true); err != nil {
			return err
		}
		p := ch.e.project.ID
		if err := tellItem(tx, c.Org, id, false, ch.at(), ch.e.user); err != nil {
			return err
		}
		if _, err := tx.Exec(binItem, c.Org, id, p, ch.at(), int64(ch.e.user)); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.Deleted, Project: p, Ref: id})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Deleted{ch.item(), ch.at(), c.User}, nil
}

// Restore takes a work item out of the recycle bin, with its links as far as those made meanwhile leave room for them.
// Faults: not in the recycle bin, access denied.
func (s *Items) Restore(ctx context.Context, c *access.Caller, projectName string, id int64) (*Item, error) {
	var ch *change
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if ch, err = s.flag(tx, c, projectName, id, false); err != nil {
			return err
		}
		p := ch.e.project.ID
		if _, err := tx.Exec(unbinItem, c.Org, id, p); err != nil {
			return err
		}
		if err := ch.relink(tx); err != nil {
			return err
		}
		if err := tellItem(tx, c.Org, id, true, ch.at(), ch.e.user); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.Restored, Project: p, Ref: id})
		return err
	})
	if err != nil {
		return nil, err
	}
	return ch.item(), nil
}

// flag stores a revision that says whether the item is deleted.
func (s *Items) flag(tx *db.Tx, c *access.Caller, projectName string, id int64, deleted bool) (*change, error) {
	e, err := s.environment(tx, c)
	if err != nil {
		return nil, err
	}
	previous, err := s.current(tx, e, c, projectName, id, !deleted)
	if err != nil {
		if !deleted {
			return nil, inBin(err, id)
		}
		return nil, err
	}
	if !c.May(e.project.ID, access.DeleteWorkItems) {
		return nil, fault.AccessDenied(c.User.DisplayName, "Delete and restore work items")
	}
	if err := e.mayEdit(previous.area); err != nil {
		return nil, err
	}
	if err := notOfTests(id, e.kind); err != nil {
		return nil, err
	}
	fields := previous.fields.clone()
	fields[project.FieldIsDeleted] = deleted
	fields[project.FieldAreaID], fields[project.FieldIterationID] = previous.area.ID, previous.iter.ID // the old ones may have gone
	return e.touch(tx, c, previous, fields)
}

// touch stores a revision with other fields, without running rules.
func (e *environment) touch(tx *db.Tx, c *access.Caller, previous *revision, fields Fields) (*change, error) {
	next := *previous
	next.rev, next.fields = previous.rev+1, fields
	if err := next.date(e, previous); err != nil {
		return nil, err
	}
	ch := &change{org: c.Org, e: e, previous: previous, next: &next}
	if err := ch.readRelated(tx); err != nil {
		return nil, err
	}
	return ch, ch.store(tx)
}

// at is when the change was made.
func (c *change) at() time.Time { return c.next.fields.Time(project.FieldChangedDate) }

// inBin says of an item that was not found that it is not in the recycle bin.
func inBin(err error, id int64) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status == fault.WorkItemNotFound(id).Status {
		return fault.NotInRecycleBin(id)
	}
	return err
}

// notOfTests refuses test plans, suites, cases and what they share. documented: they have operations of their own.
func notOfTests(id int64, kind *project.WorkItemType) error {
	for _, category := range kind.Categories {
		switch strings.TrimPrefix(category, "Microsoft.") {
		case "TestPlanCategory", "TestSuiteCategory", "TestCaseCategory", "SharedStepCategory", "SharedParameterCategory":
			return fault.TestItem(id, kind.Name)
		}
	}
	return nil
}

// relink removes those links of a restored item for which there is no room any more, such as a second parent.
func (c *change) relink(tx *db.Tx) error {
	found, err := readRelations(tx, c.e, []int64{c.next.id}, neverRevised)
	if err != nil {
		return err
	}
	for _, r := range found[c.next.id] {
		if r.Target == 0 {
			continue
		}
		err := admit(tx, c.org, r.Type, c.next.id, r.Target, r.ID)
		if _, refused := errors.AsType[*fault.Fault](err); refused {
			err = c.e.unlink(tx, c.org, c.next.id, &r, c.at())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Destroy removes a work item for good, from the recycle bin only when fromBin is set: no revision, link or text of it is
// left. It takes the permission of project administrators. Faults: item not found, access denied, an item of test
// management.
func (s *Items) Destroy(ctx context.Context, c *access.Caller, projectName string, id int64, fromBin bool) error {
	var files []uuid.UUID
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		var at stored
		at.fields = "{}"
		err = tx.Row(selectAnyPlace, []any{c.Org, id, fromBin}, &at.project, &at.kind, &at.fields)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		seen, err := e.seesStored(at.project, at.fields)
		if err != nil {
			return err
		}
		if e.project = e.catalog.Project(at.project); !seen || !e.named(projectName) {
			if fromBin {
				return fault.NotInRecycleBin(id)
			}
			return fault.WorkItemNotFound(id)
		}
		if !c.CanDestroy(at.project) {
			return fault.AccessDenied(c.User.DisplayName, "Permanently delete work items")
		}
		area, err := areaOf(at.fields)
		if err != nil {
			return err
		}
		if !e.areas.May(area, access.EditWorkItems) {
			return fault.WorkItemSave()
		}
		if kind := e.project.Process.Type(at.kind); kind != nil {
			if err := notOfTests(id, kind); err != nil {
				return err
			}
		}
		if err := tellItem(tx, c.Org, id, false, e.now, e.user); err != nil {
			return err
		}
		if files, err = dropAttached(tx, c.Org, id); err != nil {
			return err
		}
		for _, statement := range destroyRows {
			if _, err := tx.Exec(statement, c.Org, id); err != nil {
				return err
			}
		}
		if err := access.Audit(tx, c, e.project.Audited(access.WorkItemDestroyed, map[string]any{"WorkItemId": id, "WorkItemType": at.kind})); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.Destroyed, Project: at.project, Ref: id})
		return err
	})
	if err != nil {
		return err
	}
	for _, guid := range files {
		if err := removeFile(s.file(c.Org, guid)); err != nil {
			return err
		}
	}
	return nil
}

// named reports whether the environment's project has that name, or any when there is none.
func (e *environment) named(projectName string) bool {
	if projectName == "" {
		return true
	}
	p, err := e.catalog.FindProject(projectName)
	return err == nil && p == e.project
}

// RecycleBin lists the deleted work items of a project, of all readable ones without a name; ids, when not nil, are the
// only ones of interest, and each of them must be there.
func (s *Items) RecycleBin(ctx context.Context, c *access.Caller, projectName string, ids []int64) (all []*Deleted, err error) {
	if len(ids) > MaxIDs {
		return nil, fault.TooManyWorkItems(len(ids), MaxIDs)
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all = nil
		e, err := s.within(tx, c, projectName)
		if err != nil {
			return err
		}
		bin, err := db.Collect(tx, selectBin, []any{c.Org}, func(r *db.Rows) (d binned, err error) {
			return d, r.Scan(&d.id, &d.at, &d.by)
		})
		if err != nil {
			return err
		}
		if ids != nil {
			bin = slices.DeleteFunc(bin, func(d binned) bool { return !slices.Contains(ids, d.id) })
		}
		for part := range slices.Chunk(bin, chunk) {
			shown, err := s.showBin(tx, c, e, part)
			if err != nil {
				return err
			}
			all = append(all, shown...)
		}
		for _, id := range ids {
			if !slices.ContainsFunc(all, func(d *Deleted) bool { return d.ID == id }) {
				return fault.NotInRecycleBin(id)
			}
		}
		return nil
	})
	return all, err
}

// binned is an item of the recycle bin as its table has it.
type binned struct {
	id int64
	at *time.Time
	by int64
}

func (s *Items) showBin(tx *db.Tx, c *access.Caller, e *environment, part []binned) ([]*Deleted, error) {
	ids := make([]int64, len(part))
	for i, d := range part {
		ids[i] = d.id
	}
	all, err := db.Collect(tx, selectBinItems, padded([]any{c.Org}, ids), scanStored)
	if err != nil {
		return nil, err
	}
	var rows []stored
	for _, at := range all {
		seen, err := e.seesStored(at.project, at.fields)
		if err != nil {
			return nil, err
		}
		if seen && (e.project == nil || e.project.ID == at.project) {
			rows = append(rows, at)
		}
	}
	items, err := s.show(tx, e, rows, ReadOptions{})
	if err != nil {
		return nil, err
	}
	var shown []*Deleted
	for _, d := range part {
		i := slices.IndexFunc(items, func(item *Item) bool { return item.ID == d.id })
		if i < 0 {
			continue
		}
		item := &Deleted{Item: items[i], By: e.directory.User(d.by)}
		if d.at != nil {
			item.At = *d.at
		}
		shown = append(shown, item)
	}
	return shown, nil
}
