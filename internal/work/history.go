package work

import (
	"context"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// Update is one step in the life of a work item: a revision, a change of its links, or both at once.
type Update struct {
	ID        int64 // from 1; at least the revision's number, because links make updates of their own
	Rev       int64
	Project   *project.Project // of the item then
	By        *access.User     // nil when nobody knows
	RevisedAt time.Time        // when the next update was made; the year 9999 for the last one
	Fields    []FieldChange
	Added     []Relation
	Removed   []Relation
}

// FieldChange is what an update did to a field; an empty value is nil.
type FieldChange struct {
	Field    *project.Field
	Old, New any
}

var selectHistory = db.SQL("work.selectHistory", `
	SELECT r.id, r.project_id, r.rev, r.watermark, r.type, r.changed_at, r.fields, n.changed_at FROM work_revisions r
	LEFT JOIN work_revisions n ON n.org_id = r.org_id AND n.id = r.id AND n.rev = r.rev + 1
	WHERE r.org_id = $1 AND r.id = $2 ORDER BY r.rev`)

// history is all that is known of a work item.
type history struct {
	e         *environment
	rows      []stored // by revision
	fields    []Fields
	related   *related
	relations []Relation
	hidden    []bool // of the revisions, those made where the caller does not see work items
}

// history reads a live work item that the caller can read.
func (s *Items) history(tx *db.Tx, c *access.Caller, projectName string, id int64) (*history, error) {
	e, err := s.environment(tx, c)
	if err != nil {
		return nil, err
	}
	if _, err := s.current(tx, e, c, projectName, id, false); err != nil {
		return nil, err
	}
	return readHistory(tx, e, c, id)
}

// readHistory reads a work item, deleted or not. Without one the history has no rows.
func readHistory(tx *db.Tx, e *environment, c *access.Caller, id int64) (h *history, err error) {
	h = &history{e: e}
	if h.rows, err = db.Collect(tx, selectHistory, []any{c.Org, id}, scanRevised); err != nil {
		return nil, err
	}
	h.fields, h.hidden = make([]Fields, len(h.rows)), make([]bool, len(h.rows))
	for i, at := range h.rows {
		if h.fields[i], err = (decoder{e.catalog}).decode(at.fields); err != nil {
			return nil, err
		}
		h.hidden[i] = !e.sees(at.project, h.fields[i].Int(project.FieldAreaID))
	}
	if h.related, err = readRelated(tx, c.Org, h.rows, h.fields, nil, neverRevised); err != nil {
		return nil, err
	}
	h.relations, err = relationHistory(tx, e, id)
	return h, err
}

// at lists the relations at a moment.
func (h *history) at(moment time.Time) (list []Relation) {
	for _, r := range h.relations {
		if r.then(moment) {
			list = append(list, r)
		}
	}
	return list
}

// show is a revision with the links of a moment.
func (h *history) show(i int, moment time.Time, wanted []*project.Field, all bool) *Item {
	rel := related{tags: h.related.tags, texts: h.related.texts, parents: map[int64]int64{}}
	relations := h.at(moment)
	for _, r := range relations {
		if r.Type.ReferenceName == parentLink {
			rel.parents[h.rows[i].id] = r.Target
		}
	}
	item := h.e.item(h.rows[i], h.fields[i], &rel, wanted, all)
	item.Relations = relations
	return item
}

// end is the last moment of a revision.
func (h *history) end(i int) time.Time {
	if next := h.rows[i].revisedAt; next != nil {
		return next.Add(-time.Microsecond)
	}
	return neverRevised
}

// Revisions lists the revisions of a work item, oldest first, with the links that each had when the next one replaced it.
// Revisions made in projects or areas the caller does not see are left out. Fault: item not found.
func (s *Items) Revisions(ctx context.Context, c *access.Caller, projectName string, id int64, o ReadOptions) (all []*Item, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all = nil
		h, err := s.history(tx, c, projectName, id)
		if err != nil {
			return err
		}
		wanted, err := h.e.findFields(o.Fields)
		if err != nil {
			return err
		}
		for i := range h.rows {
			if h.hidden[i] {
				continue
			}
			item := h.show(i, h.end(i), wanted, o.All)
			if !o.Relations {
				item.Relations = nil
			}
			all = append(all, item)
		}
		return nil
	})
	return all, err
}

// Revision reads one revision of a work item, as Revisions lists it. Faults: item or revision not found.
func (s *Items) Revision(ctx context.Context, c *access.Caller, projectName string, id, rev int64, o ReadOptions) (*Item, error) {
	all, err := s.Revisions(ctx, c, projectName, id, o)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(item *Item) bool { return item.Rev == rev })
	if i < 0 {
		return nil, fault.RevisionNotFound(id, rev)
	}
	return all[i], nil
}

// Updates lists what happened to a work item, oldest first. Applied one after the other to nothing, updates give every
// revision. What happened in projects or areas the caller does not see is left out. Fault: item not found.
func (s *Items) Updates(ctx context.Context, c *access.Caller, projectName string, id int64) (all []*Update, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		h, err := s.history(tx, c, projectName, id)
		if err == nil {
			all = h.updates()
		}
		return err
	})
	return all, err
}

func (h *history) updates() (all []*Update) {
	moments := h.moments()
	var before *Item
	i := 0
	for n, at := range moments {
		for i+1 < len(h.rows) && !h.rows[i+1].changedAt.After(at) {
			i++
		}
		if h.hidden[i] {
			before = nil
			continue
		}
		now := h.show(i, at, nil, true)
		all, before = append(all, h.update(moments, n, i, before, now)), now
	}
	return all
}

// update is what led from one state to another, which is that of moment n, in row i.
func (h *history) update(moments []time.Time, n, i int, before, now *Item) *Update {
	u := &Update{ID: int64(n) + 1, Rev: now.Rev, Project: now.Project, By: h.author(i, moments[n]), RevisedAt: neverRevised,
		Fields: fieldChanges(before, now), Added: without(now, before)}
	if before != nil {
		u.Removed = without(before, now)
	}
	if n+1 < len(moments) {
		u.RevisedAt = moments[n+1]
	}
	return u
}

// moments lists when something happened, each moment once.
func (h *history) moments() (all []time.Time) {
	for _, at := range h.rows {
		all = append(all, at.changedAt)
	}
	first := h.rows[0].changedAt
	for _, r := range h.relations {
		if r.DeletedAt != nil && !r.DeletedAt.After(r.CreatedAt) {
			continue // was never there
		}
		all = append(all, r.CreatedAt)
		if r.DeletedAt != nil {
			all = append(all, *r.DeletedAt)
		}
	}
	all = slices.DeleteFunc(all, func(t time.Time) bool { return t.Before(first) })
	slices.SortFunc(all, time.Time.Compare)
	return slices.CompactFunc(all, time.Time.Equal)
}

// author is who did what happened at a moment.
func (h *history) author(i int, at time.Time) *access.User {
	id := h.fields[i].User(project.FieldChangedBy)
	if !h.rows[i].changedAt.Equal(at) {
		for _, r := range h.relations {
			if r.CreatedAt.Equal(at) {
				id = r.CreatedBy
			} else if r.DeletedAt != nil && r.DeletedAt.Equal(at) {
				id = r.DeletedBy
			}
		}
	}
	return h.e.directory.User(int64(id))
}

// fieldChanges compares the fields of two states; before may be nil.
func fieldChanges(before, now *Item) (all []FieldChange) {
	for _, v := range now.Values {
		var old any
		if before != nil {
			old = before.Value(v.Field.ID)
		}
		if !sameValue(old, v.Value) {
			all = append(all, FieldChange{v.Field, old, v.Value})
		}
	}
	if before == nil {
		return all
	}
	for _, v := range before.Values {
		if now.Value(v.Field.ID) == nil {
			all = append(all, FieldChange{v.Field, v.Value, nil})
		}
	}
	return all
}

// without lists the relations of one state that another lacks.
func without(a, b *Item) (list []Relation) {
	for _, r := range a.Relations {
		if b == nil || !slices.ContainsFunc(b.Relations, func(o Relation) bool { return o.ID == r.ID }) {
			list = append(list, r)
		}
	}
	return list
}
