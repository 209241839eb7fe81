package project

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Taskboard is the columns in which a team sees the tasks of an iteration. Until the team changes them there is one for each
// state.
type Taskboard struct {
	Team       *Team
	Columns    []TaskboardColumn
	Customized bool
}

// TaskboardColumn is a column of a taskboard.
type TaskboardColumn struct {
	ID     uuid.UUID         `json:"id"` // zero for a new one
	Name   string            `json:"name"`
	States map[string]string `json:"states"` // by work item type
}

// Names of documents; the id of the iteration follows the second.
const (
	taskboardDocument = "taskboard"
	taskPlaceDocument = "taskboard/"
)

// OnTaskboard reports whether work items of a type are on the taskboard of the team.
func (t *Team) OnTaskboard(kind *WorkItemType) bool {
	b := t.BacklogOf(kind)
	return b != nil && b.Type == TaskBacklog
}

func (t *Team) taskTypes() []*WorkItemType {
	return slices.DeleteFunc(slices.Clone(t.Project.Process.Types), func(kind *WorkItemType) bool { return !t.OnTaskboard(kind) })
}

// Unmapped is a state of a type for which the taskboard has no column; both are empty when there is none.
func (b *Taskboard) Unmapped() (kind, state string) {
	for _, t := range b.Team.taskTypes() {
		for _, s := range t.States {
			if s.Category != Removed && b.Column(t.Name, s.Name, uuid.Nil) == nil {
				return t.Name, s.Name
			}
		}
	}
	return "", ""
}

// Column is the column of a task: the one it was put in while that stands for its state, otherwise the first that does; or nil.
func (b *Taskboard) Column(kind, state string, chosen uuid.UUID) (found *TaskboardColumn) {
	for i := range b.Columns {
		c := &b.Columns[i]
		if strings.EqualFold(c.States[kind], state) && (found == nil || c.ID == chosen) {
			found = c
		}
	}
	return found
}

// FindColumn finds a column by name, or returns nil.
func (b *Taskboard) FindColumn(name string) *TaskboardColumn {
	for i := range b.Columns {
		if strings.EqualFold(b.Columns[i].Name, name) {
			return &b.Columns[i]
		}
	}
	return nil
}

// ReadTaskboard reads the taskboard of a team.
func ReadTaskboard(tx *db.Tx, org int64, t *Team) (*Taskboard, error) {
	b := &Taskboard{Team: t}
	if err := readDocument(tx, org, t.ID, taskboardDocument, 0, &b.Columns); err != nil {
		return nil, err
	}
	if b.Customized = b.Columns != nil; b.Customized {
		return b, nil
	}
	for _, c := range columnsOf(nil, t.taskTypes()) {
		b.Columns = append(b.Columns, TaskboardColumn{ID: uuid.NewSHA1(t.GUID, []byte(taskPlaceDocument+c.Name)), Name: c.Name, States: c.States})
	}
	return b, nil
}

// Taskboard reads the taskboard of a team. Faults: project or team not found.
func (s *Store) Taskboard(ctx context.Context, c *access.Caller, projectName, team string) (b *Taskboard, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		b, err = ReadTaskboard(tx, c.Org, t)
		return err
	})
	return b, err
}

// SetTaskboard replaces the columns of a taskboard. Columns without an id are new; the others must be on it. Each stands for a
// state of every type. Faults: project or team not found, access denied, columns a taskboard cannot have.
func (s *Store) SetTaskboard(ctx context.Context, c *access.Caller, projectName, team string, columns []TaskboardColumn) error {
	columns = slices.Clone(columns)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		if err := t.mayManage(c); err != nil {
			return err
		}
		before, err := ReadTaskboard(tx, c.Org, t)
		if err != nil {
			return err
		}
		after := &Taskboard{Team: t, Columns: columns}
		if err := after.check(before); err != nil {
			return err
		}
		for i := range columns {
			if columns[i].ID == uuid.Nil {
				columns[i].ID = uuid.New()
			}
		}
		return writeDocument(tx, c.Org, t.ID, taskboardDocument, 0, columns)
	})
}

func (b *Taskboard) check(before *Taskboard) error {
	names, ids, kinds := map[string]bool{}, map[uuid.UUID]bool{uuid.Nil: true}, map[string]*WorkItemType{}
	for _, t := range b.Team.taskTypes() {
		kinds[t.Name] = t
	}
	for _, c := range before.Columns {
		ids[c.ID] = true
	}
	for i := range b.Columns {
		c := &b.Columns[i]
		if c.Name = strings.TrimSpace(c.Name); c.Name == "" || names[strings.ToLower(c.Name)] {
			return fault.InvalidArgument("The columns of a taskboard must have different names; '%s' is none or occurs twice.", c.Name)
		}
		names[strings.ToLower(c.Name)] = true
		if !ids[c.ID] {
			return fault.InvalidArgument("The taskboard has no column with the id %s, or it occurs twice.", c.ID)
		}
		if c.ID != uuid.Nil {
			delete(ids, c.ID)
		}
		c.States = maps.Clone(c.States)
		for name, state := range c.States {
			kind := kinds[name]
			if kind == nil {
				return fault.InvalidArgument("Work items of type '%s' are not on the taskboard.", name)
			}
			s := kind.State(state)
			if s == nil || s.Category == Removed {
				return fault.InvalidArgument("Column '%s' cannot stand for state '%s' of '%s'.", c.Name, state, name)
			}
			c.States[name] = s.Name
		}
		for name := range kinds {
			if c.States[name] == "" {
				return fault.InvalidArgument("Column '%s' stands for no state of '%s'.", c.Name, name)
			}
		}
	}
	if kind, state := b.Unmapped(); kind != "" {
		return fault.InvalidArgument("No column of the taskboard stands for state '%s' of '%s'.", state, kind)
	}
	return nil
}

// TaskPlaces tells in which columns tasks of an iteration were put, by id; the others are where their state puts them.
func TaskPlaces(tx *db.Tx, org int64, t *Team, iteration *Node) (map[int64]uuid.UUID, error) {
	places := map[int64]uuid.UUID{}
	return places, readDocument(tx, org, t.ID, taskPlaceDocument+strconv.FormatInt(iteration.ID, 10), 0, &places)
}

// SetTaskPlaces stores what TaskPlaces tells.
func SetTaskPlaces(tx *db.Tx, org int64, t *Team, iteration *Node, places map[int64]uuid.UUID) error {
	return writeDocument(tx, org, t.ID, taskPlaceDocument+strconv.FormatInt(iteration.ID, 10), 0, places)
}

// SetTaskboardSetting stores what the cards of a team's taskboard show, or how they are colored. Clients only write that.
func (s *Store) SetTaskboardSetting(ctx context.Context, c *access.Caller, projectName, team string, setting BoardSetting, values map[string]json.RawMessage, merge bool) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		if err := t.mayManage(c); err != nil {
			return err
		}
		return mergeDocument(tx, c.Org, t.ID, string(setting)+"/"+taskboardDocument, 0, values, merge)
	})
}
