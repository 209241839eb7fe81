package project

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// StateDraft is a state to add, or what to change of one, where nil leaves what is there.
type StateDraft struct {
	Name, Color, Category *string
	Order                 *int
}

// StateID is the GUID of a state of a type.
func (p *Process) StateID(t *WorkItemType, state string) string {
	process, err := uuid.Parse(p.ID)
	if err != nil {
		process = uuid.Nil // GUIDs are all there is
	}
	return uuid.NewSHA1(process, []byte(strings.ToLower(t.Name+"/"+state))).String()
}

// FindState finds a state of a type by its GUID. Of those hidden it finds the system's. It returns a 404 fault when
// there is none.
func (p *Process) FindState(t *WorkItemType, id string) (s *State, hidden bool, err error) {
	for i := range t.States {
		if strings.EqualFold(p.StateID(t, t.States[i].Name), id) {
			return &t.States[i], false, nil
		}
	}
	for i := range t.Hiding {
		if strings.EqualFold(p.StateID(t, t.Hiding[i].Name), id) && !slices.Contains(t.Added, t.Hiding[i].Name) {
			return &t.Hiding[i], true, nil
		}
	}
	return nil, false, fault.StateNotFound(id)
}

// CreateState adds a state to a type of a derived process and returns its GUID. One that was deleted comes back.
func (s *Store) CreateState(ctx context.Context, c *access.Caller, process, typeName string, d StateDraft) (id string, err error) {
	err = s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		if d.Name == nil || d.Category == nil {
			return fault.StateInvalid("a state needs a name and a stateCategory")
		}
		name := strings.TrimSpace(*d.Name)
		if name == "" || len([]rune(name)) > maxTypeName || strings.ContainsFunc(name, isControl) || strings.ContainsAny(name, `;"`) {
			return fault.StateInvalid("the name is not valid")
		}
		body := stateBody{}
		old := t.kind.State(name)
		back := old != nil && slices.Contains(t.kind.Added, old.Name) && !slices.ContainsFunc(t.kind.States, func(s State) bool { return s.Name == old.Name })
		if old != nil && !back {
			return fault.StateInvalid("the work item type has a state of that name")
		}
		if err := d.apply(&body); err != nil {
			return err
		}
		category, _ := ParseStateCategory(body.Category)
		if category == Completed && slices.ContainsFunc(t.kind.States, func(s State) bool { return s.Category == Completed }) {
			return fault.StateInvalid("a work item type has one state of category Completed")
		}
		if back {
			name, t.rebuild = old.Name, true
		} else if err := s.AddState(t.tx, t.org, t.process.ID, t.kind.Name, State{Name: name, Category: category, Color: body.Color}); err != nil {
			return err
		}
		if body.Color == "" {
			body.Color = category.Color()
		}
		id = t.process.StateID(t.kind, name)
		return t.put(editState, name, body)
	})
	return id, err
}

// apply puts the draft into the body of an edit.
func (d *StateDraft) apply(b *stateBody) error {
	if d.Color != nil {
		color, ok := validColor(*d.Color)
		if !ok {
			return fault.StateInvalid("the color must be six hex digits")
		}
		b.Color = color
	}
	if d.Category != nil {
		category, ok := ParseStateCategory(*d.Category)
		if !ok {
			return fault.StateInvalid("there is no category " + *d.Category)
		}
		b.Category = category.String()
	}
	if d.Order != nil {
		if *d.Order < 1 {
			return fault.StateInvalid("orders begin with 1")
		}
		b.Order = *d.Order
	}
	return nil
}

// UpdateState changes a state that the organization added. Its name stays.
func (s *Store) UpdateState(ctx context.Context, c *access.Caller, process, typeName, id string, d StateDraft) error {
	return s.changeState(ctx, c, process, typeName, id, func(t *typeChange, at *State, hidden bool) error {
		if !slices.Contains(t.kind.Added, at.Name) {
			return fault.StateInvalid("states of the system can be hidden, and nothing else")
		}
		if d.Name != nil && !strings.EqualFold(*d.Name, at.Name) {
			return fault.StateInvalid("a state keeps its name")
		}
		var body stateBody
		if err := t.stored(editState, at.Name, &body); err != nil {
			return err
		}
		if err := d.apply(&body); err != nil {
			return err
		}
		category, ok := ParseStateCategory(body.Category)
		t.rebuild = ok && category != at.Category
		if t.rebuild && (category == Completed || at.Category == Completed || at.Name == t.kind.InitialState().Name) {
			return fault.StateInvalid("the state that begins the workflow and the one of category Completed keep their category")
		}
		return t.put(editState, at.Name, body)
	})
}

// HideState hides a state of the system, which no item can enter then, or shows it again.
func (s *Store) HideState(ctx context.Context, c *access.Caller, process, typeName, id string, hide bool) error {
	return s.changeState(ctx, c, process, typeName, id, func(t *typeChange, at *State, hidden bool) error {
		switch {
		case slices.Contains(t.kind.Added, at.Name):
			return fault.StateInvalid("states that were added are deleted, not hidden")
		case hide == hidden:
			return nil
		case !hide:
			return t.drop(editState, at.Name)
		}
		if err := t.leavable(at); err != nil {
			return err
		}
		return t.put(editState, at.Name, stateBody{Hidden: true})
	})
}

// DeleteState deletes a state that the organization added, or shows a hidden one again. Items that are in it stay there
// until they are moved.
func (s *Store) DeleteState(ctx context.Context, c *access.Caller, process, typeName, id string) error {
	return s.changeState(ctx, c, process, typeName, id, func(t *typeChange, at *State, hidden bool) error {
		if hidden {
			return t.drop(editState, at.Name)
		}
		if !slices.Contains(t.kind.Added, at.Name) {
			return fault.StateInvalid("states of the system can be hidden, not deleted")
		}
		if err := t.leavable(at); err != nil {
			return err
		}
		return t.put(editState, at.Name, stateBody{Hidden: true, Color: at.Color, Category: at.Category.String()})
	})
}

// leavable reports what is wrong with a type without one of its states: it needs one that begins the workflow and one
// that completes it.
func (t *typeChange) leavable(gone *State) error {
	begins, ends := false, false
	for _, s := range t.kind.States {
		if s.Name != gone.Name {
			begins, ends = begins || s.Category == Proposed || s.Category == InProgress, ends || s.Category == Completed
		}
	}
	if !begins || !ends {
		return fault.StateInvalid("the work item type needs a state to begin with and one of category Completed")
	}
	return nil
}

func (s *Store) changeState(ctx context.Context, c *access.Caller, process, typeName, id string, change func(t *typeChange, at *State, hidden bool) error) error {
	return s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		at, hidden, err := t.process.FindState(t.kind, id)
		if err != nil {
			return err
		}
		return change(t, at, hidden)
	})
}

// PutRule adds a rule to a type of a derived process or, when it has an id, replaces that one. It returns the rule.
func (s *Store) PutRule(ctx context.Context, c *access.Caller, process, typeName string, d RuleDefinition) (*RuleDefinition, error) {
	err := s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		if d.ID == "" {
			d.ID = newGUID()
		} else if old := t.kind.Rule(d.ID); old != nil {
			d.ID = old.ID
		} else {
			return fault.RuleNotFound(d.ID)
		}
		switch {
		case strings.TrimSpace(d.Name) == "":
			return fault.RuleInvalid("it needs a name")
		case len(d.Conditions) == 0 || len(d.Conditions) > maxRuleConditions:
			return fault.RuleInvalid("it needs one or two conditions")
		case len(d.Actions) == 0 || len(d.Actions) > maxRuleActions:
			return fault.RuleInvalid("it needs one to ten actions")
		}
		tried := *t.kind // the rule is checked on a copy
		tried.Fields = slices.Clone(t.kind.Fields)
		if err := t.catalog.addRule(&tried, d); err != nil {
			return err
		}
		return t.put(editRule, d.ID, d)
	})
	return &d, err
}

// Rule finds a rule of the organization by its GUID, or returns nil.
func (t *WorkItemType) Rule(id string) *RuleDefinition {
	for i := range t.CustomRules {
		if strings.EqualFold(t.CustomRules[i].ID, id) {
			return &t.CustomRules[i]
		}
	}
	return nil
}

// DeleteRule deletes a rule of a type.
func (s *Store) DeleteRule(ctx context.Context, c *access.Caller, process, typeName, id string) error {
	return s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		d := t.kind.Rule(id)
		if d == nil {
			return fault.RuleNotFound(id)
		}
		return t.drop(editRule, d.ID)
	})
}
