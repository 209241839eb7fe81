package sample

import (
	"maps"
	"slices"
	"time"

	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// history is a work item whose revisions are being written. Changes are gathered until save makes them a revision.
type history struct {
	kind  *kind
	item  *work.History
	links []work.Link
	saved work.Fields // of the last revision
	next  work.Fields // of the revision being written; nil when nothing changed yet
	texts map[project.FieldID]string
	at    time.Time // of the last revision

	watermark int64 // of the last revision, when it must have a certain one
}

func newHistory(id, project int64, k *kind) *history {
	return &history{kind: k, item: &work.History{ID: id, Project: project}}
}

// rev is the number of the revision being written.
func (h *history) rev() int64 { return int64(len(h.item.Revisions) + 1) }

// edit returns the fields of the revision being written.
func (h *history) edit() work.Fields {
	if h.next == nil {
		if h.saved == nil {
			h.next = make(work.Fields, 24)
		} else {
			h.next = maps.Clone(h.saved)
		}
	}
	return h.next
}

// fields shows the fields as they are by now.
func (h *history) fields() work.Fields {
	if h.next != nil {
		return h.next
	}
	return h.saved
}

func (h *history) has(id project.FieldID) bool { return h.kind.Field(id) != nil }

// set gives a field a value, or empties it with nil. A field the type does not have is left alone.
func (h *history) set(id project.FieldID, v any) {
	if !h.has(id) {
		return
	}
	if v == nil {
		delete(h.edit(), id)
		return
	}
	h.edit()[id] = v
}

// text gives a field a long text.
func (h *history) text(id project.FieldID, body string) {
	if !h.has(id) {
		return
	}
	if h.texts == nil {
		h.texts = map[project.FieldID]string{}
	}
	h.texts[id] = body
	h.edit()[id] = work.Text(h.rev())
}

// comment adds to the discussion.
func (h *history) comment(body string) {
	h.text(project.FieldHistory, body)
	h.set(project.FieldCommentCount, h.fields().Int(project.FieldCommentCount)+1)
}

// state is the state by now.
func (h *history) state() string { return h.fields().String(project.FieldState) }

func (h *history) category() project.StateCategory { return h.kind.category(h.state()) }

// move changes the state. An empty reason stands for the usual one.
func (h *history) move(state, reason string) {
	if reason == "" {
		from := h.state()
		if reasons, _ := h.kind.Transition(from, state); len(reasons) > 0 {
			reason = reasons[0]
		}
	}
	h.edit()[project.FieldState] = state
	h.edit()[project.FieldReason] = reason
}

// save makes the changes a revision of that time. When nothing is different from before there is none.
func (h *history) save(at time.Time, by work.User) {
	if h.next == nil || len(h.texts) == 0 && maps.EqualFunc(h.next, h.saved, sameValue) {
		h.next = nil
		return
	}
	f := h.next
	if h.saved == nil {
		f[project.FieldCreatedDate], f[project.FieldCreatedBy] = at, by
	}
	f[project.FieldChangedDate], f[project.FieldChangedBy] = at, by
	work.Settle(h.kind.WorkItemType, h.saved, f, by, at)
	h.item.Revisions = append(h.item.Revisions, work.Revision{Type: h.kind.Name, Fields: f, Texts: h.texts})
	h.saved, h.next, h.texts, h.at = f, nil, nil, at
}

func sameValue(a, b any) bool {
	if tags, ok := a.(work.Tags); ok {
		others, ok := b.(work.Tags)
		return ok && slices.Equal(tags, others)
	}
	_, tagged := b.(work.Tags)
	return !tagged && a == b
}

// undo takes back the last revision. The first one stays.
func (h *history) undo() {
	n := len(h.item.Revisions) - 1
	h.item.Revisions = h.item.Revisions[:n]
	h.saved = h.item.Revisions[n-1].Fields
	h.at = h.saved.Time(project.FieldChangedDate)
}

// created is when the item was created.
func (h *history) created() time.Time { return h.saved.Time(project.FieldCreatedDate) }
