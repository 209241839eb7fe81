package project

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Derive returns an inherited process that starts as a copy of p. Whoever derives it may change
// it with AddField and AddState until others can see it; p is not affected.
func (p *Process) Derive(name, id string) *Process {
	d := *p
	d.Name, d.ID, d.ParentID, d.Default = name, id, p.ID, false
	d.ReferenceName = "Inherited." + strings.ReplaceAll(strings.ToLower(id), "-", "")
	d.Backlogs, d.Behaviors, d.Categories = slices.Clone(p.Backlogs), slices.Clone(p.Behaviors), slices.Clone(p.Categories)
	for i := range d.Categories {
		d.Categories[i].Types = slices.Clone(d.Categories[i].Types)
	}
	d.Types = make([]*WorkItemType, len(p.Types))
	for i, t := range p.Types {
		c := *t
		c.States = slices.Clone(t.States)
		c.Transitions = slices.Clone(t.Transitions)
		c.Fields = slices.Clone(t.Fields)
		c.fieldIndex = maps.Clone(t.fieldIndex)
		c.Categories = slices.Clone(t.Categories)
		d.Types[i] = &c
	}
	return &d
}

// AddField puts a field on a type of an inherited process, with the rules that always hold. It
// fails when the type is unknown, or has the field already.
func (p *Process) AddField(typeName string, f *Field, rules ...Rule) error {
	t, err := p.mutableType(typeName)
	if err != nil {
		return fmt.Errorf("add field %s: %w", f.ReferenceName, err)
	}
	if t.Field(f.ID) != nil {
		return fmt.Errorf("add field %s: %s has it already", f.ReferenceName, t.Name)
	}
	t.fieldIndex[f.ID] = len(t.Fields)
	t.Fields = append(t.Fields, TypeField{Field: f, Rules: slices.Concat(f.Picklist.rules(), rules), Added: true})
	t.Edited = true
	return nil
}

// AddState puts a state on a type of an inherited process, behind the other states of its
// category, with changes to and from every state. Without a color it takes that of its category;
// its order is assigned. It fails when the type is unknown, or has the state already.
func (p *Process) AddState(typeName string, s State) error {
	t, err := p.mutableType(typeName)
	if err != nil {
		return fmt.Errorf("add state %s: %w", s.Name, err)
	}
	if t.State(s.Name) != nil {
		return fmt.Errorf("add state %s: %s has it already", s.Name, t.Name)
	}
	t.addState(s)
	return nil
}

func (t *WorkItemType) addState(s State) {
	if s.Color == "" {
		s.Color = s.Category.Color()
	}
	t.Added, t.Edited = append(t.Added, s.Name), true
	if len(t.States) == 0 {
		t.Transitions = append(t.Transitions, Transition{To: s.Name, Reasons: []string{"Moved to state " + s.Name}})
	}
	for _, other := range t.States {
		t.Transitions = append(t.Transitions,
			Transition{From: other.Name, To: s.Name, Reasons: []string{"Moved to state " + s.Name}},
			Transition{From: s.Name, To: other.Name, Reasons: []string{"Moved out of state " + s.Name}})
	}
	at := slices.IndexFunc(t.States, func(other State) bool { return other.Category > s.Category })
	if at < 0 {
		at = len(t.States)
	}
	t.States = slices.Insert(t.States, at, s)
	for i := range t.States {
		t.States[i].Order = i + 1
	}
}

// mutableType finds a type that may be changed.
func (p *Process) mutableType(name string) (*WorkItemType, error) {
	if p.ParentID == "" {
		return nil, errors.New("system processes cannot be changed")
	}
	t := p.Type(name)
	if t == nil {
		return nil, fmt.Errorf("%s has no type %s", p.Name, name)
	}
	return t, nil
}
