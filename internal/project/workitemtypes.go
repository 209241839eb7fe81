package project

import (
	"fmt"
	"slices"
	"strings"
)

// WorkItemType is a type of work item as one process defines it. Names are compared without case
// everywhere; what is returned is spelled as the process spells it. A type is immutable and safe
// for concurrent use once its process is.
type WorkItemType struct {
	Name          string
	ReferenceName string
	Description   string
	Color         string // six hex digits
	Icon          string
	Categories    []string // reference names of the categories the type belongs to

	States      []State      // in the order of their columns
	Transitions []Transition // the creation first; staying in a state is no entry
	Fields      []TypeField  // the core fields first

	// What an organization made of the type.
	Inherits    string           // reference name of the type this one comes from when it was derived, else empty
	Custom      bool             // comes from no type of a system process
	Edited      bool             // differs from the one it comes from
	Disabled    bool             // no new items
	Added       []string         // names of states the type that it comes from does not have
	Hiding      []State          // states that no item may enter any more: hidden, or added and deleted again
	CustomRules []RuleDefinition // those that are disabled included

	form            *Form // nil while nobody has changed it
	fieldIndex      map[FieldID]int
	stateRules      map[string][]TypeField
	transitionRules map[[2]string][]reasonRules // by from and to
}

// Transition is an allowed change of state.
type Transition struct {
	From    string // empty: the creation of an item
	To      string
	Reasons []string // the first is the default
	Actions []string // reference names of the actions that cause the change, such as a check-in
}

// TypeField is a field with the rules on it: of a type, of one of its states or of a transition.
type TypeField struct {
	Field  *Field
	Rules  []Rule
	Added  bool // by the organization
	Edited bool // by the organization
}

// reasonRules are rules of a transition, for one reason or, when it is empty, for all of them.
type reasonRules struct {
	reason string
	TypeField
}

// State finds a state by name, those that are hidden included, or returns nil.
func (t *WorkItemType) State(name string) *State {
	for i := range t.States {
		if strings.EqualFold(t.States[i].Name, name) {
			return &t.States[i]
		}
	}
	for i := range t.Hiding {
		if strings.EqualFold(t.Hiding[i].Name, name) {
			return &t.Hiding[i]
		}
	}
	return nil
}

// InitialState returns the state of a new item.
func (t *WorkItemType) InitialState() *State {
	for _, tr := range t.Transitions {
		if tr.From == "" {
			return t.State(tr.To)
		}
	}
	return nil
}

// Transition says whether an item may go from one state to another, and the reasons a client may
// give, the default first. From is empty for a new item. Staying in a state is always allowed
// and has no reasons.
func (t *WorkItemType) Transition(from, to string) (reasons []string, ok bool) {
	for _, tr := range t.Transitions {
		if strings.EqualFold(tr.From, from) && strings.EqualFold(tr.To, to) {
			return tr.Reasons, true
		}
	}
	return nil, strings.EqualFold(from, to) && t.State(to) != nil
}

// Field returns a field of the type with the rules that always hold, or nil when the type does
// not have the field.
func (t *WorkItemType) Field(id FieldID) *TypeField {
	if i, ok := t.fieldIndex[id]; ok {
		return &t.Fields[i]
	}
	return nil
}

// StateRules returns the rules that hold while an item is in a state, at most one entry per field.
func (t *WorkItemType) StateRules(state string) []TypeField {
	return t.stateRules[t.canonical(state)]
}

// TransitionRules returns the rules of a change of state for a reason. Rules for the reason alone
// come last, so a field may occur twice and the later entry is the more specific.
func (t *WorkItemType) TransitionRules(from, to, reason string) []TypeField {
	var rules []TypeField
	for _, r := range t.transitionRules[[2]string{t.canonical(from), t.canonical(to)}] {
		if r.reason == "" || strings.EqualFold(r.reason, reason) {
			rules = append(rules, r.TypeField)
		}
	}
	return rules
}

// Hidden says whether the type is left out where people pick a type for a new item.
func (t *WorkItemType) Hidden() bool {
	return slices.Contains(t.Categories, hiddenCategory)
}

const hiddenCategory = "Microsoft.HiddenCategory"

// canonical returns the spelling of a state name, or the name itself when there is no such state.
func (t *WorkItemType) canonical(state string) string {
	if s := t.State(state); s != nil {
		return s.Name
	}
	return state
}

// setFields replaces the fields of a type under construction.
func (t *WorkItemType) setFields(fields []TypeField) error {
	t.Fields = fields
	t.fieldIndex = make(map[FieldID]int, len(fields))
	for i, f := range fields {
		if _, twice := t.fieldIndex[f.Field.ID]; twice {
			return fmt.Errorf("field %s is listed twice", f.Field.ReferenceName)
		}
		t.fieldIndex[f.Field.ID] = i
	}
	return nil
}

// Required says whether the field may never be empty.
func (f TypeField) Required() bool {
	_, ok := f.always(RuleRequired)
	return ok
}

// Default returns the value, as text, the field takes when a new item leaves it empty; ok is
// false when it has none that is known beforehand.
func (f TypeField) Default() (value string, ok bool) {
	rule, ok := f.always(RuleDefault)
	if !ok || rule.Source != SourceLiteral {
		return "", false
	}
	return rule.Value, true
}

// AllowedValues returns the values to pick from, as text, and whether others are accepted too.
// The list is empty for fields without one and for fields whose list depends on another field.
func (f TypeField) AllowedValues() (values []string, suggested bool) {
	if rule, ok := f.always(RuleAllowed); ok {
		return rule.Values, false
	}
	rule, ok := f.always(RuleSuggested)
	return rule.Values, ok
}

// always finds an unconditional rule.
func (f TypeField) always(kind RuleKind) (Rule, bool) {
	i := slices.IndexFunc(f.Rules, func(r Rule) bool { return r.Kind == kind && r.When == nil })
	if i < 0 {
		return Rule{}, false
	}
	return f.Rules[i], true
}

// Dependents lists the fields with rules that look at a field, in the order of the type's fields. The reason depends on
// the state.
func (t *WorkItemType) Dependents(of *Field) (list []*Field) {
	looks := func(rules []Rule) bool {
		return slices.ContainsFunc(rules, func(r Rule) bool { return r.When != nil && r.When.Field == of || r.From == of })
	}
	for _, f := range t.Fields {
		depends := looks(f.Rules) || of.ID == FieldState && f.Field.ID == FieldReason
		for _, s := range t.States {
			for _, ruled := range t.stateRules[s.Name] {
				depends = depends || ruled.Field == f.Field && (of.ID == FieldState || looks(ruled.Rules))
			}
		}
		if depends && f.Field != of {
			list = append(list, f.Field)
		}
	}
	return list
}

// ReadOnly says whether a client may never change the field.
func (f TypeField) ReadOnly() bool {
	_, ok := f.always(RuleReadOnly)
	return ok
}
