package sample

import (
	"slices"
	"time"

	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// written is an item of a table: what it is at the end, and when it came about. It reaches its state by way of the
// states before it.
type written struct {
	id              int64
	kind, title     string
	state           string
	area, iteration string // below the root
	created         string // the first revision
	changed         string // the last revision; empty when there is only one
	by, assigned    string // mail addresses
	parent          int64
	reason          string // of the last change of state, when not the usual one
	first, last     work.Fields
	description     string
	comments        []string // one with each revision after the first
	tags            []string
}

// write makes the history of an item of a table in a project.
func (a *author) write(w written, p *place) *history {
	a.start(w.id)
	k := p.kindNamed(w.kind)
	h := newHistory(w.id, p.ID, k)
	by := a.world.person(w.by)
	h.set(project.FieldTitle, w.title)
	h.set(project.FieldAreaID, p.FindNode(project.AreaNode, p.Name+`\`+w.area).ID)
	h.set(project.FieldIterationID, p.FindNode(project.IterationNode, p.Name+`\`+w.iteration).ID)
	h.set(k.order, a.rank(h))
	if w.assigned != "" {
		h.set(project.FieldAssignedTo, a.world.person(w.assigned))
	}
	for _, id := range sortedIDs(w.first) {
		h.set(id, w.first[id])
	}
	if w.description != "" {
		h.text(project.FieldDescription, w.description)
	}
	if ids := p.tagIDs(w.tags); len(ids) > 0 {
		h.set(project.FieldTags, ids)
	}
	h.move(k.start, "")
	created := instant(w.created)
	h.save(created, by)
	if w.changed != "" {
		a.finish(h, w, by, created, instant(w.changed))
	}
	return h
}

// finish takes an item to its last state, in equal steps.
func (a *author) finish(h *history, w written, by work.User, created, changed time.Time) {
	path := h.kind.route(h.state(), w.state)
	n := max(len(path), len(w.comments), 1)
	for i := range n {
		at := created.Add(changed.Sub(created) / time.Duration(n) * time.Duration(i+1)).Truncate(time.Second).Add(a.tick())
		if state := i - (n - len(path)); state >= 0 {
			reason := ""
			if state == len(path)-1 {
				reason = w.reason
			}
			h.move(path[state], reason)
		}
		if i < len(w.comments) {
			h.comment("<div>" + w.comments[i] + "</div>")
		}
		if i == n-1 {
			at = changed
			for _, id := range sortedIDs(w.last) {
				h.set(id, w.last[id])
			}
			if h.next == nil {
				h.set(h.kind.order, a.rank(h))
			}
		}
		h.save(at, by)
	}
}

// route lists the states between two, the last one included: those in which an item usually waits on the way.
func (k *kind) route(from, to string) []string {
	var path []string
	target := k.State(to)
	for _, s := range k.States {
		if s.Order <= k.State(from).Order || s.Category >= target.Category {
			continue
		}
		if _, ok := k.Transition(from, s.Name); ok && target.Category != project.Removed {
			path = append(path, s.Name)
			from = s.Name
		}
	}
	if from != to {
		path = append(path, to)
	}
	return path
}

// kindNamed finds a type of the project, also one that is not written by chance.
func (p *place) kindNamed(name string) *kind {
	for _, k := range p.kinds {
		if k.Name == name {
			return k
		}
	}
	return newKind(p.Process, p.Process.Type(name), other)
}

// tagIDs are the ids of tags, by name.
func (p *place) tagIDs(names []string) work.Tags {
	var ids work.Tags
	for _, t := range p.tags {
		if slices.Contains(names, t.Name) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// person finds an identity by mail address.
func (w *world) person(mail string) work.User {
	return work.User(slices.Index(w.mails, mail) + 1)
}

func sortedIDs(f work.Fields) []project.FieldID {
	ids := make([]project.FieldID, 0, len(f))
	for id := range f {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}
