package work

import (
	"context"
	"encoding/json"
	"maps"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// TaskboardItem is a task on the taskboard of an iteration.
type TaskboardItem struct {
	ID     int64
	State  string
	Column *project.TaskboardColumn // nil when none stands for the state
}

// Taskboard lists the tasks of a team in one of its iterations with their columns, in the team's order. Faults: project, team
// or iteration not found, a team without areas.
func (s *Items) Taskboard(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID) (items []TaskboardItem, err error) {
	err = s.viewTeam(ctx, c, projectName, team, func(tx *db.Tx, e *environment, t *project.Team) error {
		b, err := e.taskboard(tx, t, iteration)
		if err != nil {
			return err
		}
		items = nil
		for _, i := range b.items {
			items = append(items, TaskboardItem{ID: i.ID, State: i.State.Name, Column: b.Column(i.Type.Name, i.State.Name, b.places[i.ID])})
		}
		return nil
	})
	return items, err
}

// MoveOnTaskboard puts a task into a column, by name, of a taskboard: it gets the state that the column stands for. Faults are
// those of Taskboard, a column or a task that is not on it, and those of a change of the work item.
func (s *Items) MoveOnTaskboard(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID, id int64, column string) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		t, err := e.findTeam(c, projectName, team)
		if err != nil {
			return err
		}
		b, err := e.taskboard(tx, t, iteration)
		if err != nil {
			return err
		}
		target := b.FindColumn(column)
		if target == nil {
			return fault.InvalidArgument("The taskboard has no column '%s'.", column)
		}
		there := map[int64]uuid.UUID{} // without tasks that have gone elsewhere, as far as the caller can tell
		if !e.seesAll(t.Project.ID) {
			there = maps.Clone(b.places)
		}
		var kind *project.WorkItemType
		for _, i := range b.items {
			if chosen, ok := b.places[i.ID]; ok {
				there[i.ID] = chosen
			}
			if i.ID == id {
				kind = i.Type
			}
		}
		if kind == nil {
			return fault.WorkItemNotFound(id)
		}
		state := target.States[kind.Name]
		if state == "" {
			return fault.InvalidArgument("Column '%s' of the taskboard stands for no state of '%s'.", target.Name, kind.Name)
		}
		value, err := json.Marshal(state)
		if err != nil {
			return err
		}
		previous, err := s.current(tx, e, c, projectName, id, false)
		if err != nil {
			return err
		}
		ch, err := s.plan(tx, c, e, previous, []Op{{Op: "add", Path: "/fields/System.State", Value: value}}, Options{})
		if err != nil {
			return err
		}
		if ch.alters() {
			if err := ch.store(tx); err != nil {
				return err
			}
		}
		if there[id] = target.ID; b.Column(kind.Name, state, uuid.Nil) == target {
			delete(there, id) // the state says as much
		}
		return project.SetTaskPlaces(tx, c.Org, t, b.iteration, there)
	})
}

// taskboard is a taskboard with the tasks of an iteration.
type taskboard struct {
	*project.Taskboard
	iteration *project.Node
	items     []BacklogItem
	places    map[int64]uuid.UUID
}

func (e *environment) taskboard(tx *db.Tx, t *project.Team, iteration uuid.UUID) (*taskboard, error) {
	b := &taskboard{iteration: t.Iteration(iteration)}
	if b.iteration == nil {
		return nil, fault.IterationNotFound(iteration.String())
	}
	org := e.catalog.Organization.ID
	var err error
	if b.Taskboard, err = project.ReadTaskboard(tx, org, t); err != nil {
		return nil, err
	}
	if b.places, err = project.TaskPlaces(tx, org, t, b.iteration); err != nil {
		return nil, err
	}
	b.items, err = e.backlog(tx, t, func(i *BacklogItem) bool { return t.OnTaskboard(i.Type) && i.iteration.Under(b.iteration) })
	return b, err
}
