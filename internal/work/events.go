package work

import (
	"context"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// EventKind is what happened to a work item, in the words of service hooks.
type EventKind string

// The kinds of events.
const (
	ItemCreated   EventKind = "workitem.created"
	ItemUpdated   EventKind = "workitem.updated"
	ItemDeleted   EventKind = "workitem.deleted"
	ItemRestored  EventKind = "workitem.restored"
	ItemCommented EventKind = "workitem.commented"
)

// Event is something that happened to a work item.
type Event struct {
	Kind     EventKind
	Position int64     // of the change in the feed
	At       time.Time // when it was stored
	Item     *Item     // as it was then
	Update   *Update   // what changed
	Areas    []int64   // in which the item was then and, as far as that is told, before: who is told sees them
}

// Events tells what a stretch of the change feed did to work items, in order, as far as the caller can read both the
// project it happened in and the one the item is in. Quiet changes are left out, and so is what was destroyed meanwhile.
func (s *Items) Events(ctx context.Context, c *access.Caller, changes []db.Change) (all []Event, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all = nil
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		t := teller{seen: map[occasion]bool{}}
		histories := map[int64]*history{}
		for _, at := range changes {
			if at.Quiet || at.Kind != db.Revised && at.Kind != db.Related {
				continue
			}
			h := histories[at.Ref]
			if h == nil {
				if h, err = readHistory(tx, e, c, at.Ref); err != nil {
					return err
				}
				histories[at.Ref] = h
			}
			t.tell(h, at)
		}
		all = t.events
		return nil
	})
	return all, err
}

// occasion is when something happened to a work item. A patch that changes fields and links does both at once.
type occasion struct {
	item int64
	at   int64
}

// teller gathers events, each once.
type teller struct {
	seen   map[occasion]bool
	events []Event
}

func (t *teller) tell(h *history, c db.Change) {
	last := len(h.rows) - 1
	if last < 0 || h.hidden[last] {
		return
	}
	at := time.UnixMicro(c.Rev).UTC()
	if c.Kind == db.Revised {
		i := slices.IndexFunc(h.rows, func(r stored) bool { return r.rev == c.Rev })
		if i < 0 {
			return
		}
		at = h.rows[i].changedAt
	}
	if key := (occasion{c.Ref, at.UnixMicro()}); t.seen[key] {
		return
	} else {
		t.seen[key] = true
	}
	moments := h.moments()
	n := slices.IndexFunc(moments, at.Equal)
	if n < 0 { // a link that is gone with the item at its other end
		return
	}
	i := h.row(at)
	if h.hidden[i] {
		return
	}
	var before *Item
	areas := []int64{h.fields[i].Int(project.FieldAreaID)}
	if n > 0 {
		if earlier := h.row(moments[n-1]); !h.hidden[earlier] {
			before = h.show(earlier, moments[n-1], nil, true)
			areas = append(areas, h.fields[earlier].Int(project.FieldAreaID))
		}
	}
	event := Event{Kind: ItemUpdated, Position: c.Position, At: c.At, Item: h.show(i, at, nil, false), Areas: slices.Compact(areas),
		Update: h.update(moments, n, i, before, h.show(i, at, nil, true))}
	revised := h.rows[i].changedAt.Equal(at)
	switch {
	case !revised:
	case i == 0:
		event.Kind = ItemCreated
	case h.deleted(i) && !h.deleted(i-1):
		event.Kind = ItemDeleted
	case !h.deleted(i) && h.deleted(i-1):
		event.Kind = ItemRestored
	}
	t.events = append(t.events, event)
	if revised && event.Item.Comment != 0 {
		event.Kind = ItemCommented
		t.events = append(t.events, event)
	}
}

// row is the revision of a moment.
func (h *history) row(at time.Time) int {
	i := 0
	for i+1 < len(h.rows) && !h.rows[i+1].changedAt.After(at) {
		i++
	}
	return i
}

func (h *history) deleted(i int) bool {
	yes, _ := h.fields[i][project.FieldIsDeleted].(bool)
	return yes
}
