package sample

import (
	"fmt"
	"slices"
	"time"

	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// habit is a kind of change people make, with its weight while an item is proposed, in progress, and over. do reports
// false when there is nothing of that kind to change.
type habit struct {
	proposed, doing, over int
	do                    func(a *author, h *history, p *place, at time.Time) bool
}

func habits() []habit {
	return []habit{
		{20, 8, 0, (*author).estimate},
		{20, 12, 0, (*author).assign},
		{14, 5, 0, (*author).prioritize},
		{14, 10, 25, (*author).retag},
		{10, 4, 0, (*author).describe},
		{4, 2, 0, (*author).retitle},
		{4, 1, 0, (*author).moveArea},
		{14, 14, 0, (*author).plan},
		{0, 36, 0, (*author).burn},
		{8, 8, 10, (*author).fill},
		{12, 20, 65, (*author).discuss},
	}
}

// change makes one change other than of the state.
func (a *author) change(h *history, p *place, at time.Time) {
	a.weights = a.weights[:0]
	for _, x := range a.habits {
		switch c := h.category(); {
		case c == project.Proposed:
			a.weights = append(a.weights, x.proposed)
		case c < project.Completed:
			a.weights = append(a.weights, x.doing)
		default:
			a.weights = append(a.weights, x.over)
		}
	}
	if !a.habits[a.weighted(a.weights)].do(a, h, p, at) {
		a.discuss(h, p, at)
	}
}

// sizes are usual estimates.
var sizes = [...]float64{1, 2, 3, 5, 8, 13, 20}

func (a *author) estimate(h *history, _ *place, _ time.Time) bool {
	switch {
	case h.kind.effort != 0:
		h.set(h.kind.effort, sizes[a.IntN(len(sizes))])
	case h.kind.role == task && h.has(project.FieldRemainingWork):
		hours := float64(2 * (1 + a.IntN(10)))
		h.set(project.FieldOriginalEstimate, hours)
		h.set(project.FieldRemainingWork, hours)
	default:
		return false
	}
	return true
}

func (a *author) assign(h *history, p *place, at time.Time) bool {
	if h.category() == project.Proposed && h.fields()[project.FieldAssignedTo] != nil && a.chance(100) {
		h.set(project.FieldAssignedTo, nil)
		return true
	}
	c := a.someone(p, at)
	if c.id == h.fields().User(project.FieldAssignedTo) {
		return false
	}
	h.set(project.FieldAssignedTo, c.id)
	return true
}

var severities = [...]string{"1 - Critical", "2 - High", "3 - Medium", "4 - Low"}

func (a *author) prioritize(h *history, _ *place, _ time.Time) bool {
	if h.kind.role == bug && h.kind.severity != 0 && a.chance(350) {
		h.set(h.kind.severity, severities[a.weighted([]int{1, 4, 8, 4})])
		return true
	}
	priority := int64(1 + a.weighted([]int{2, 6, 5, 2}))
	if h.fields().Int(project.FieldPriority) == priority {
		return false
	}
	h.set(project.FieldPriority, priority)
	h.set(h.kind.order, a.rank(h))
	return true
}

// rank is a place in the order of a backlog.
func (a *author) rank(h *history) float64 {
	return float64(1_000_000_000 + h.item.ID*1_000 + int64(a.IntN(1000)))
}

// retag sets or removes a tag.
func (a *author) retag(h *history, p *place, _ time.Time) bool {
	tags := h.fields().Tags()
	if len(tags) > 0 && a.chance(350) {
		at := a.IntN(len(tags))
		tags = slices.Delete(slices.Clone(tags), at, at+1)
		if len(tags) == 0 {
			h.set(project.FieldTags, nil)
			return true
		}
		h.set(project.FieldTags, tags)
		return true
	}
	return a.tag(h, p)
}

// tag adds a tag; they are kept in the order of their names.
func (a *author) tag(h *history, p *place) bool {
	if len(p.tags) == 0 {
		return false
	}
	added := p.tags[min(a.IntN(len(p.tags)), a.IntN(len(p.tags)))].ID
	old := h.fields().Tags()
	if slices.Contains(old, added) {
		return false
	}
	tags := make(work.Tags, 0, len(old)+1)
	for _, t := range p.tags {
		if t.ID == added || slices.Contains(old, t.ID) {
			tags = append(tags, t.ID)
		}
	}
	h.set(project.FieldTags, tags)
	return true
}

func (a *author) describe(h *history, _ *place, _ time.Time) bool {
	if h.kind.acceptance != 0 && a.chance(500) {
		h.text(h.kind.acceptance, a.acceptance())
		return true
	}
	a.explain(h)
	return true
}

// explain writes the long text that a type leads with.
func (a *author) explain(h *history) {
	switch {
	case h.kind.repro != 0:
		h.text(h.kind.repro, a.reproduction())
	case h.kind.steps != 0:
		h.text(h.kind.steps, a.testSteps())
	default:
		h.text(project.FieldDescription, a.description())
	}
}

func (a *author) retitle(h *history, _ *place, _ time.Time) bool {
	h.set(project.FieldTitle, a.title(h.kind.role))
	return true
}

func (a *author) moveArea(h *history, p *place, _ time.Time) bool {
	n := pick(a.dice, p.areas)
	if n.ID == h.fields().Int(project.FieldAreaID) {
		return false
	}
	h.set(project.FieldAreaID, n.ID)
	return true
}

// plan moves an item to the iteration that is due, or gives a large one its dates.
func (a *author) plan(h *history, p *place, at time.Time) bool {
	if h.kind.role > feature {
		return a.replan(h, p, at)
	}
	h.set(project.FieldTargetDate, midnight(at.Add(time.Duration(20+a.IntN(160))*days), p.location))
	return h.has(project.FieldTargetDate)
}

// burn takes from the remaining work and, where it is kept, adds to the completed work.
func (a *author) burn(h *history, p *place, at time.Time) bool {
	left, ok := h.fields()[project.FieldRemainingWork].(float64)
	if !ok || left == 0 {
		return a.replan(h, p, at)
	}
	spent := min(left, float64(1+a.IntN(8))/2)
	h.set(project.FieldRemainingWork, left-spent)
	if h.has(project.FieldCompletedWork) {
		done, _ := h.fields()[project.FieldCompletedWork].(float64)
		h.set(project.FieldCompletedWork, done+spent)
	}
	a.replan(h, p, at)
	return true
}

func (a *author) discuss(h *history, _ *place, _ time.Time) bool {
	h.comment(a.remark())
	return true
}

// fill gives a custom field a value.
func (a *author) fill(h *history, p *place, at time.Time) bool {
	if len(h.kind.custom) == 0 {
		return false
	}
	f := pick(a.dice, h.kind.custom)
	var v any
	switch f.Type {
	case project.Boolean:
		v = a.chance(500)
	case project.Integer:
		v = a.spread(12)
	case project.Double:
		v = float64(a.spread(5000)) / 4
	case project.DateTime:
		v = midnight(at.Add(time.Duration(a.IntN(120))*days), p.location)
	default:
		switch values := a.world.values[f.ID]; {
		case f.Identity:
			v = a.someone(p, at).id
		case len(values) > 0:
			v = pick(a.dice, values)
		default:
			v = requestNumber(at, a.IntN(9000))
		}
	}
	if v == h.fields()[f.ID] {
		return false
	}
	h.set(f.ID, v)
	return true
}

// requestNumber is what customers quote.
func requestNumber(at time.Time, n int) string { return fmt.Sprintf("REQ-%d-%04d", at.Year(), n) }
