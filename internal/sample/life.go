package sample

import (
	"slices"
	"time"

	"boardwalk/internal/project"
)

// step is something that happens to an item: a change of state, or any other when to is nil.
type step struct {
	at     time.Time
	to     *project.State
	reason string
}

// live writes what happens to an item after its creation, until the author's present.
func (a *author) live(h *history, p *place) {
	a.steps = a.steps[:0]
	a.planWork(h)
	a.planChanges(h)
	slices.SortStableFunc(a.steps, func(x, y step) int { return x.at.Compare(y.at) })
	for _, s := range a.steps {
		by := a.actor(h, p, s.at)
		at := a.workTime(s.at, by.zone)
		if !at.After(h.at) {
			at = a.later(h.at)
		}
		if at.After(a.present) {
			break
		}
		if s.to != nil {
			a.advance(h, p, s, by, at)
		} else {
			a.change(h, p, at)
		}
		h.save(at, by.id)
	}
	for p.unwanted != nil && p.unwanted(h) && h.rev() > 2 {
		h.undo()
	}
}

// planWork walks the transitions of the type from the initial state on. Some items are never taken up, some are reopened.
func (a *author) planWork(h *history) {
	k := h.kind
	state, at := k.State(k.start), h.at
	if state.Category == project.Proposed && a.chance(90) {
		return
	}
	for len(a.steps) < 24 {
		if state.Category >= project.Completed && !a.chance(65) {
			return
		}
		at = at.Add(a.lasting(median[k.role][state.Category]))
		m := k.moves[state.Name]
		if at.After(a.present) || len(m.to) == 0 {
			return
		}
		i := a.weighted(m.weights)
		reason := m.reasons[i][0]
		if a.chance(250) {
			reason = pick(a.dice, m.reasons[i])
		}
		a.steps = append(a.steps, step{at, m.to[i], reason})
		state = m.to[i]
	}
}

// planChanges puts other changes between creation and the last change of state, and a few behind it.
func (a *author) planChanges(h *history) {
	stop := h.at.Add(60 * days)
	if n := len(a.steps); n > 0 {
		stop = a.steps[n-1].at
		if a.chance(200) {
			a.steps = append(a.steps, step{at: stop.Add(a.lasting(2 * days))})
		}
	}
	if stop.After(a.present) {
		stop = a.present
	}
	window := int64(stop.Sub(h.at)/time.Second) + 1
	for range min(a.spread(a.busyness), 400) {
		a.steps = append(a.steps, step{at: h.at.Add(time.Duration(a.Int64N(window)) * time.Second)})
	}
}

// actor is who makes the next change: mostly the one it is assigned to.
func (a *author) actor(h *history, p *place, at time.Time) *colleague {
	if assigned := h.fields().User(project.FieldAssignedTo); assigned != 0 && a.chance(650) {
		for _, c := range p.staff {
			if c.id == assigned && c.active(at) {
				return c
			}
		}
	}
	return a.someone(p, at)
}

// someone draws a person of the project; the first of the staff do more than the last.
func (a *author) someone(p *place, at time.Time) *colleague {
	for range 8 {
		c := p.staff[min(a.IntN(len(p.staff)), a.IntN(len(p.staff)))]
		if c.active(at) {
			return c
		}
	}
	i := slices.IndexFunc(p.staff, func(c *colleague) bool { return c.left.IsZero() })
	return p.staff[max(i, 0)]
}

// advance changes the state, with what usually goes along.
func (a *author) advance(h *history, p *place, s step, by *colleague, at time.Time) {
	wasDone := h.category() == project.Completed
	h.move(s.to.Name, s.reason)
	switch s.to.Category {
	case project.InProgress, project.Resolved:
		if h.fields()[project.FieldAssignedTo] == nil {
			h.set(project.FieldAssignedTo, by.id)
		}
		if !wasDone {
			a.takeUp(h, p, at)
		} else if h.kind.role == task || h.kind.role == bug {
			h.set(project.FieldRemainingWork, float64(1+a.IntN(8)))
		}
		if wasDone && a.chance(500) {
			h.comment(a.remark())
		}
	case project.Completed:
		if estimate, ok := h.fields()[project.FieldOriginalEstimate].(float64); ok {
			h.set(project.FieldCompletedWork, estimate+float64(a.IntN(5)-2)*0.5)
		}
		a.replan(h, p, at)
		if a.chance(150) {
			h.comment(a.remark())
		}
	case project.Removed:
		if a.chance(300) {
			h.comment(a.remark())
		}
	}
}

// takeUp plans an item for the time at which work on it starts.
func (a *author) takeUp(h *history, p *place, at time.Time) {
	switch h.kind.role {
	case epic, feature:
		h.set(project.FieldIterationID, p.release(at).ID)
		h.set(project.FieldStartDate, midnight(at, p.location))
	default:
		if n := p.sprint(at, nil); n != nil {
			h.set(project.FieldIterationID, n.ID)
		}
		if h.fields()[project.FieldRemainingWork] == nil && h.kind.role == task {
			h.set(project.FieldRemainingWork, float64(2*(1+a.IntN(8))))
		}
	}
}

// replan moves an item out of an iteration that is over, and reports whether it did.
func (a *author) replan(h *history, p *place, at time.Time) bool {
	present := a.world.catalog.Node(h.fields().Int(project.FieldIterationID))
	if h.kind.role <= feature || present == nil || present.Finish != nil && !present.Finish.Before(p.today(at)) {
		return false
	}
	n := p.sprint(at, present)
	if n == nil || n == present {
		return false
	}
	h.set(project.FieldIterationID, n.ID)
	return true
}

// midnight is the start of the day of an instant in a time zone, which is how date fields are set.
func midnight(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
}

// end is when work on an item ended: the time of its last revision if that left it completed or removed.
func (a *author) end(h *history) time.Time {
	if h.category() >= project.Completed {
		return h.at
	}
	return a.present.Add(365 * days)
}
