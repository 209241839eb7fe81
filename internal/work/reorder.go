package work

import (
	"context"
	"encoding/json"
	"math"
	"slices"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Reordering places work items on a backlog.
type Reordering struct {
	IDs      []int64
	Parent   int64 // of all of them from now on; 0 leaves the parents they have
	Previous int64 // 0 for the beginning
	Next     int64 // 0 for the end
	// Iteration, when set, is the one whose backlog it is; items from elsewhere come into it.
	Iteration *uuid.UUID
}

// Placed is the order a work item has got.
type Placed struct {
	ID    int64
	Order float64
}

// orderStep is the room between two work items that are placed one behind the other at the end.
const orderStep = 1 << 20

// Reorder places work items between two others of a team's backlog, in the order given, and returns all whose order that
// changed. Items in front of them that were never placed are placed as well. Faults: items that are not on one backlog
// with their neighbors, neighbors in the wrong order, and those of the change of each item.
func (s *Items) Reorder(ctx context.Context, c *access.Caller, projectName, team string, r Reordering) (placed []Placed, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		placed = nil
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		t, err := e.findTeam(c, projectName, team)
		if err != nil {
			return err
		}
		list, target, err := s.reordered(tx, c, e, t, r)
		if err != nil {
			return err
		}
		orders, err := r.place(list)
		if err != nil {
			return err
		}
		for _, o := range orders {
			parent, iteration := r.Parent, target
			if !slices.Contains(r.IDs, o.ID) {
				parent, iteration = 0, nil
			}
			if err := s.replace(tx, c, o, t, parent, iteration); err != nil {
				return err
			}
		}
		placed = orders
		return nil
	})
	return placed, err
}

// reordered reads the backlog that is reordered: the level of the first item, or that of an iteration.
func (s *Items) reordered(tx *db.Tx, c *access.Caller, e *environment, t *project.Team, r Reordering) (list []BacklogItem, iteration *project.Node, err error) {
	if len(r.IDs) == 0 {
		return nil, nil, fault.InvalidArgument("The request names no work items.")
	}
	seen := map[int64]bool{r.Previous: r.Previous != 0, r.Next: r.Next != 0}
	var level *project.Backlog
	for _, id := range r.IDs {
		if seen[id] {
			return nil, nil, fault.InvalidArgument("Work item %d occurs twice in the request.", id)
		}
		seen[id] = true
		previous, err := s.current(tx, e, c, t.Project.Name, id, false)
		if err != nil {
			return nil, nil, err
		}
		b := t.BacklogOf(previous.kind)
		if b == nil || !t.Owns(previous.area) || level != nil && b != level && r.Iteration == nil {
			return nil, nil, fault.NotOnBacklog(id)
		}
		level = b
	}
	if r.Iteration == nil {
		if list, err = e.backlog(tx, t, open(t, level)); err != nil {
			return nil, nil, err
		}
		for _, id := range r.IDs {
			if !slices.ContainsFunc(list, func(i BacklogItem) bool { return i.ID == id }) {
				return nil, nil, fault.NotOnBacklog(id)
			}
		}
		return list, nil, nil
	}
	if iteration = t.Iteration(*r.Iteration); iteration == nil {
		return nil, nil, fault.IterationNotFound(r.Iteration.String())
	}
	list, err = e.backlog(tx, t, inIteration(t, iteration))
	return list, iteration, err
}

// place works out orders on a sorted backlog. It changes as few as it can.
func (r *Reordering) place(list []BacklogItem) ([]Placed, error) {
	rest := slices.DeleteFunc(slices.Clone(list), func(i BacklogItem) bool { return slices.Contains(r.IDs, i.ID) })
	position := func(id int64) (int, error) {
		at := slices.IndexFunc(rest, func(i BacklogItem) bool { return i.ID == id })
		if at < 0 {
			return 0, fault.NotOnBacklog(id)
		}
		return at, nil
	}
	at := len(rest) // the moved items come in front of this one
	if r.Next != 0 {
		next, err := position(r.Next)
		if err != nil {
			return nil, err
		}
		at = next
	}
	if r.Previous != 0 {
		previous, err := position(r.Previous)
		if err != nil {
			return nil, err
		}
		if r.Next != 0 && previous >= at {
			return nil, fault.InvalidArgument("Work item %d comes after work item %d.", r.Previous, r.Next)
		}
		at = previous + 1
	}
	var placed []Placed
	low := 0.0
	for i := range rest[:at] { // what was never placed gets a place, so that something can follow it
		if rest[i].ranked {
			low = rest[i].order
			continue
		}
		low += orderStep
		placed = append(placed, Placed{rest[i].ID, low})
	}
	n := float64(len(r.IDs))
	high, bounded := math.Inf(1), at < len(rest) && rest[at].ranked
	step := float64(orderStep)
	if bounded {
		high = rest[at].order
		if at == 0 && high <= 0 {
			low = high - (n+1)*orderStep
		}
		step = (high - low) / (n + 1)
		if step > 2 {
			step = math.Floor(step)
		}
	}
	last := low
	for _, id := range r.IDs {
		last += step
		placed = append(placed, Placed{id, last})
	}
	if bounded && !(low < low+step && last < high) { // no room is left: all that follow move on
		last = low
		placed = placed[:len(placed)-len(r.IDs)]
		for _, id := range r.IDs {
			last += orderStep
			placed = append(placed, Placed{id, last})
		}
		for _, i := range rest[at:] {
			if i.ranked && i.order <= last {
				last += orderStep
				placed = append(placed, Placed{i.ID, last})
			}
		}
	}
	return placed, nil
}

// replace gives a work item its order and, when asked for, a parent and an iteration, as a change of the caller's.
func (s *Items) replace(tx *db.Tx, c *access.Caller, o Placed, t *project.Team, parent int64, iteration *project.Node) error {
	e, err := s.environment(tx, c)
	if err != nil {
		return err
	}
	previous, err := s.current(tx, e, c, "", o.ID, false)
	if err != nil {
		return err
	}
	value, err := json.Marshal(o.Order)
	if err != nil {
		return err
	}
	ops := []Op{{Op: "add", Path: "/fields/" + t.Project.Process.BacklogFields["Order"].ReferenceName, Value: value}}
	if iteration != nil && !previous.iter.Under(iteration) {
		path, err := json.Marshal(iteration.Path)
		if err != nil {
			return err
		}
		ops = append(ops, Op{Op: "add", Path: "/fields/System.IterationPath", Value: path})
	}
	ch, err := s.plan(tx, c, e, previous, ops, Options{})
	if err != nil {
		return err
	}
	if parent != 0 && previous.parent != parent {
		if ch.links, err = e.reparent(tx, previous, parent); err != nil {
			return err
		}
	}
	if ch.alters() {
		if err := ch.store(tx); err != nil {
			return err
		}
	}
	return ch.relate(tx, c)
}

// reparent is what a patch would say to give a work item another parent.
func (e *environment) reparent(tx *db.Tx, item *revision, parent int64) (ops []linkOp, err error) {
	found, err := readRelations(tx, e, []int64{item.id}, neverRevised)
	for i, r := range found[item.id] {
		if r.Type.ReferenceName == parentLink {
			ops = append(ops, linkOp{op: "remove", index: i})
		}
	}
	return append(ops, linkOp{op: "add", kind: project.LinkTypeByRef(parentLink), target: parent}), err
}
