package sample

import (
	"slices"
	"time"

	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// author makes up the work items of an organization, oldest first.
type author struct {
	*dice
	world    *world
	present  time.Time // nothing happens later
	prose    int       // so many of a thousand items start with a long text
	busyness int64     // the usual number of changes besides those of state
	habits   []habit

	steps   []step // reused
	weights []int
}

func newAuthor(seed uint64, w *world, present time.Time) *author {
	return &author{dice: newDice(seed), world: w, present: present, prose: 550, busyness: 2, habits: habits()}
}

// slot is the creation of an item.
type slot struct {
	at      time.Time
	place   *place
	by      *colleague
	deleted bool
}

// item makes up the item of a slot.
func (a *author) item(id int64, s slot) *history {
	a.start(id)
	h := newHistory(id, s.place.ID, a.kindFor(s))
	a.fillSlot(h, s)
	return h
}

// fillSlot writes the history of an item from its creation on and shelves it.
func (a *author) fillSlot(h *history, s slot) {
	parent := a.parentFor(s, h.kind.role)
	area := a.begin(h, s, parent)
	a.live(h, s.place)
	if s.deleted {
		a.remove(h, s.place)
		return
	}
	a.link(h, s, parent)
	if h.category() != project.Removed {
		s.place.shelve(h.kind.role, shelved{h.item.ID, s.place, area, h.created(), a.end(h)})
	}
}

// kindFor draws the type of a new item. Large items come first, so that there is something to break down.
func (a *author) kindFor(s slot) *kind {
	for _, r := range [...]role{epic, feature} {
		i := slices.IndexFunc(s.place.kinds, func(k *kind) bool { return k.role == r })
		if i >= 0 && len(s.place.open(r, s.at)) == 0 && a.chance(150) {
			return s.place.kinds[i]
		}
	}
	return s.place.kinds[a.weighted(s.place.shares)]
}

// begin writes the first revision and returns the area.
func (a *author) begin(h *history, s slot, parent *shelved) *project.Node {
	k, p := h.kind, s.place
	area := pick(a.dice, p.areas)
	if parent != nil && parent.place == p && a.chance(750) {
		area = parent.area
	}
	iteration := p.Iteration
	if a.chance(450) {
		if k.role <= feature {
			iteration = p.release(s.at)
		} else if n := p.sprint(s.at, nil); n != nil {
			iteration = n
		}
	}
	h.set(project.FieldTitle, a.title(k.role))
	h.set(project.FieldAreaID, area.ID)
	h.set(project.FieldIterationID, iteration.ID)
	h.move(k.start, "")
	if a.chance(450) {
		h.set(project.FieldPriority, int64(1+a.weighted([]int{2, 6, 5, 2})))
	}
	if a.chance(300) {
		h.set(k.severity, severities[a.weighted([]int{1, 4, 8, 4})])
	}
	if a.chance(120) {
		h.set(k.valueArea, "Architectural")
	}
	h.set(k.probability, int64(10*(1+a.IntN(9))))
	h.set(k.order, a.rank(h))
	if a.chance(350) {
		a.estimate(h, p, s.at)
	}
	if k.role == task {
		h.set(project.FieldActivity, pick(a.dice, []string{"Development", "Development", "Testing", "Design", "Documentation", "Deployment"}))
	}
	if a.chance(400) {
		h.set(project.FieldAssignedTo, a.someone(p, s.at).id)
	}
	if a.chance(300) {
		a.tag(h, p)
	}
	if a.chance(600) {
		for range 1 + a.IntN(3) {
			a.fill(h, p, s.at)
		}
	}
	if a.chance(a.prose) {
		a.explain(h)
	}
	h.save(s.at, s.by.id)
	return area
}

// remove puts an item into the recycle bin.
func (a *author) remove(h *history, p *place) {
	by := a.someone(p, h.at)
	at := a.later(h.at)
	h.item.DeletedAt, h.item.DeletedBy = &at, by.id
}

// parentRoles are the roles of parents by that of the child, in the order of preference.
var parentRoles = [roles][]role{
	feature: {epic}, requirement: {feature, epic}, bug: {feature, requirement}, task: {requirement, bug}, other: {feature},
}

// parentFor looks for an open item to put a new one under, now and then in another project; nil when there is none.
func (a *author) parentFor(s slot, r role) *shelved {
	if a.chance(100) || r == bug && a.chance(350) {
		return nil
	}
	p := s.place
	if r <= requirement && a.chance(60) {
		p = pick(a.dice, a.world.places)
	}
	for _, r := range parentRoles[r] {
		if found := p.open(r, s.at); len(found) > 0 {
			parent := pick(a.dice, found)
			return &parent
		}
	}
	return nil
}

const (
	hierarchy  = "System.LinkTypes.Hierarchy-Forward"
	related    = "System.LinkTypes.Related"
	duplicate  = "System.LinkTypes.Duplicate-Forward"
	dependency = "System.LinkTypes.Dependency-Forward"
	testedBy   = "Microsoft.VSTS.Common.TestedBy-Forward"
)

// link connects a new item with earlier ones. Links lead from the earlier to the later item, so they form no circle.
func (a *author) link(h *history, s slot, parent *shelved) {
	if parent != nil {
		first := a.join(h, *parent, hierarchy, h.created(), s.by.id)
		if better := a.parentFor(s, h.kind.role); better != nil && better.id != parent.id && h.at.After(h.created()) && a.chance(60) {
			// It was moved below another parent.
			moved := h.at
			first.DeletedAt, first.DeletedBy = &moved, h.saved.User(project.FieldChangedBy)
			a.join(h, *better, hierarchy, moved, first.DeletedBy)
		}
	}
	r := h.kind.role
	switch {
	case r == bug && a.chance(60):
		a.joinSome(h, s, bug, duplicate)
	case r == test:
		a.joinSome(h, s, requirement, testedBy)
	case r == requirement && a.chance(80):
		a.joinSome(h, s, requirement, dependency)
	case a.chance(50):
		if l := a.joinSome(h, s, pick(a.dice, []role{requirement, bug, feature}), related); l != nil && a.chance(250) {
			removed := a.later(l.CreatedAt)
			l.DeletedAt, l.DeletedBy = &removed, s.by.id
		}
	}
}

// joinSome connects an item with one of the last of a role in its project.
func (a *author) joinSome(h *history, s slot, r role, rel string) *work.Link {
	var earlier []shelved
	for _, x := range s.place.shelves[r] {
		if x.created.Before(h.created()) {
			earlier = append(earlier, x)
		}
	}
	if len(earlier) == 0 {
		return nil
	}
	return a.join(h, pick(a.dice, earlier), rel, h.created(), s.by.id)
}

// join connects an earlier item with this one. The link is valid until the next one is added.
func (a *author) join(h *history, earlier shelved, rel string, at time.Time, by work.User) *work.Link {
	h.links = append(h.links, work.Link{Source: earlier.id, SourceProject: earlier.place.ID, Target: h.item.ID,
		TargetProject: h.item.Project, Rel: rel, CreatedAt: at, CreatedBy: by})
	return &h.links[len(h.links)-1]
}
