package work

import (
	"context"
	"fmt"
	"slices"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// History is a work item with all its revisions, as Load takes it: a mirror of another service or generated data.
type History struct {
	ID        int64
	Project   int64
	Revisions []Revision // in order; the first is revision 1
	DeletedAt *time.Time // when the item is in the recycle bin
	DeletedBy User
}

// Revision is one revision of a History. Fields hold ids; long texts are in Texts and are taken over by later revisions
// until set again. Fields must hold ChangedDate.
type Revision struct {
	Type   string
	Fields Fields
	Texts  map[project.FieldID]string
}

// loadChunk is how many items one transaction of Load stores.
const loadChunk = 1000

// Load stores work items that already have a history, without running rules. next returns the items in any order until
// it returns nil. progress, when not nil, is told the totals after each transaction. A load that fails midway leaves
// the items stored so far.
func (s *Items) Load(ctx context.Context, org int64, next func() (*History, error), progress func(items, revisions int64)) error {
	var items, revisions int64
	for more := true; more; {
		var part []*History
		for len(part) < loadChunk {
			h, err := next()
			if err != nil {
				return err
			}
			if more = h != nil; !more {
				break
			}
			part = append(part, h)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		var count int64
		for _, h := range part {
			count += int64(len(h.Revisions))
		}
		err := s.db.Update(ctx, func(tx *db.Tx) error { return loadPart(tx, org, part, count) })
		if err != nil {
			return fmt.Errorf("load work items: %w", err)
		}
		items, revisions = items+int64(len(part)), revisions+count
		if progress != nil {
			progress(items, revisions)
		}
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := tellBin(tx, org); err != nil {
			return err
		}
		_, err := tx.Append(org, db.Change{Kind: db.Loaded})
		return err
	})
}

func loadPart(tx *db.Tx, org int64, part []*History, revisions int64) error {
	if revisions == 0 {
		return nil
	}
	watermark, err := tx.Skip(org, revisions)
	if err != nil {
		return err
	}
	var rows, current, texts [][]any
	var highest int64
	for _, h := range part {
		highest = max(highest, h.ID)
		latest := map[project.FieldID]Text{}
		var encoded string
		for i, r := range h.Revisions {
			rev := int64(i + 1)
			for id, body := range r.Texts {
				latest[id] = Text(rev)
				texts = append(texts, []any{org, h.ID, int64(id), rev, h.Project, body})
			}
			for id, at := range latest {
				r.Fields[id] = at
			}
			encoded = string(r.Fields.encode(nil))
			rows = append(rows, []any{org, h.ID, h.Project, rev, watermark, r.Type, r.Fields.Time(project.FieldChangedDate), encoded})
			watermark++
		}
		last := h.Revisions[len(h.Revisions)-1]
		current = append(current, []any{org, h.ID, h.Project, int64(len(h.Revisions)), watermark - 1, last.Type,
			last.Fields.Time(project.FieldChangedDate), encoded, h.DeletedAt != nil, h.DeletedAt, int64(h.DeletedBy)})
	}
	if err := tx.Raise(org, "workitem", highest); err != nil {
		return err
	}
	if err := tx.ExecMany(insertRevision, rows); err != nil {
		return err
	}
	if err := tx.ExecMany(insertItem, current); err != nil {
		return err
	}
	return tx.ExecMany(insertText, texts)
}

// LoadTag stores a tag and returns its id.
func LoadTag(tx *db.Tx, org, project int64, name string, guid uuid.UUID) (int64, error) {
	return addTag(tx, org, project, name, guid)
}

// LoadLinks stores links that already have a history.
func LoadLinks(tx *db.Tx, org int64, links []Link) error {
	if len(links) == 0 {
		return nil
	}
	first, err := tx.Reserve(org, "link", int64(len(links)))
	if err != nil {
		return err
	}
	rows := make([][]any, 0, 2*len(links))
	links = slices.Clone(links)
	for i, l := range links {
		t := project.LinkTypeByRef(l.Rel)
		if t == nil || t.Opposite() == nil {
			return fmt.Errorf("load links: %q is no link type between work items", l.Rel)
		}
		id := first + int64(i)
		links[i].ID = id
		rows = append(rows,
			[]any{org, l.Source, id, l.SourceProject, l.Rel, l.Target, l.TargetProject, l.Comment, l.CreatedAt,
				int64(l.CreatedBy), l.DeletedAt, int64(l.DeletedBy)},
			[]any{org, l.Target, id, l.TargetProject, t.Opposite().ReferenceName, l.Source, l.SourceProject, l.Comment, l.CreatedAt,
				int64(l.CreatedBy), l.DeletedAt, int64(l.DeletedBy)})
	}
	if err := tx.ExecMany(insertLink, rows); err != nil {
		return err
	}
	if err := tellLinks(tx, org, links); err != nil {
		return err
	}
	return tellBin(tx, org)
}
