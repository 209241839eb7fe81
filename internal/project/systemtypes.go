package project

import (
	"cmp"
	"fmt"
	"slices"
)

// typeRow is a work item type of a process file. With SameAs there is nothing but the name.
type typeRow struct {
	Name, SameAs                            string
	ReferenceName, Description, Color, Icon string
	States                                  []State
	Transitions                             []Transition
	Fields                                  []typeFieldRow
	StateRules                              []stateRuleRow
	TransitionRules                         []transitionRuleRow
}

// typeFieldRow is a field of a type: the common rules have keys of their own, the others are in
// the notation of parseRules.
type typeFieldRow struct {
	Field                       string
	Required, Frozen, ValidUser bool
	Default                     *string
	Allowed, Suggested          []string
	Rules                       []string
}

type stateRuleRow struct {
	State         string
	Rules, Fields []string
}

type transitionRuleRow struct {
	From, To, Reason string
	Rules, Fields    []string
}

func (d *systemData) workItemType(row *typeRow) (*WorkItemType, error) {
	t := &WorkItemType{
		Name: row.Name, ReferenceName: row.ReferenceName, Description: row.Description,
		Color: row.Color, Icon: row.Icon, States: row.States, Transitions: row.Transitions,
	}
	for i := range t.States {
		s := &t.States[i]
		s.Order = i + 1
		if s.Color == "" {
			s.Color = s.Category.Color()
		}
	}
	for _, tr := range t.Transitions {
		if t.State(tr.To) == nil || tr.From != "" && t.State(tr.From) == nil {
			return nil, fmt.Errorf("transition from %q to %q: unknown state", tr.From, tr.To)
		}
		if len(tr.Reasons) == 0 {
			return nil, fmt.Errorf("transition from %q to %q: no reason", tr.From, tr.To)
		}
	}
	if t.InitialState() == nil {
		return nil, fmt.Errorf("no initial state")
	}
	fields := slices.Clone(d.core)
	for i := range row.Fields {
		f, err := d.typeField(&row.Fields[i])
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", row.Fields[i].Field, err)
		}
		fields = append(fields, f)
	}
	if err := t.setFields(fields); err != nil {
		return nil, err
	}
	if err := d.loadStateRules(t, row.StateRules); err != nil {
		return nil, err
	}
	return t, d.loadTransitionRules(t, row.TransitionRules)
}

func (d *systemData) typeField(row *typeFieldRow) (TypeField, error) {
	f := d.field(row.Field)
	if f == nil {
		return TypeField{}, fmt.Errorf("unknown field")
	}
	var rules []Rule
	if row.Required {
		rules = append(rules, Rule{Kind: RuleRequired})
	}
	if row.Frozen {
		rules = append(rules, Rule{Kind: RuleFrozen})
	}
	if row.ValidUser {
		rules = append(rules, Rule{Kind: RuleValidUser})
	}
	if row.Default != nil {
		rules = append(rules, Rule{Kind: RuleDefault, Source: SourceLiteral, Value: *row.Default})
	}
	if row.Allowed != nil {
		rules = append(rules, Rule{Kind: RuleAllowed, Values: row.Allowed})
	}
	if row.Suggested != nil {
		rules = append(rules, Rule{Kind: RuleSuggested, Values: row.Suggested})
	}
	parsed, err := d.ruleList(row.Rules)
	return TypeField{Field: f, Rules: append(rules, parsed...)}, err
}

func (d *systemData) loadStateRules(t *WorkItemType, rows []stateRuleRow) error {
	t.stateRules = make(map[string][]TypeField)
	for _, row := range rows {
		if !slices.ContainsFunc(t.States, func(s State) bool { return s.Name == row.State }) {
			return fmt.Errorf("state rule: unknown state %q", row.State)
		}
		fields, err := d.ruledFields(t, row.Fields, row.Rules)
		if err != nil {
			return fmt.Errorf("state rule of %s: %w", row.State, err)
		}
		t.stateRules[row.State] = append(t.stateRules[row.State], fields...)
	}
	return nil
}

func (d *systemData) loadTransitionRules(t *WorkItemType, rows []transitionRuleRow) error {
	t.transitionRules = make(map[[2]string][]reasonRules)
	for _, row := range rows {
		i := slices.IndexFunc(t.Transitions, func(tr Transition) bool { return tr.From == row.From && tr.To == row.To })
		if i < 0 || row.Reason != "" && !slices.Contains(t.Transitions[i].Reasons, row.Reason) {
			return fmt.Errorf("rule of transition from %q to %q, reason %q: no such transition", row.From, row.To, row.Reason)
		}
		fields, err := d.ruledFields(t, row.Fields, row.Rules)
		if err != nil {
			return fmt.Errorf("rule of transition from %q to %q: %w", row.From, row.To, err)
		}
		key := [2]string{row.From, row.To}
		for _, f := range fields {
			t.transitionRules[key] = append(t.transitionRules[key], reasonRules{reason: row.Reason, TypeField: f})
		}
	}
	for _, rules := range t.transitionRules {
		// Rules for one reason override those for all.
		slices.SortStableFunc(rules, func(a, b reasonRules) int {
			return cmp.Compare(min(len(a.reason), 1), min(len(b.reason), 1))
		})
	}
	return nil
}

// ruledFields puts the same rules on several fields of a type.
func (d *systemData) ruledFields(t *WorkItemType, refs, texts []string) ([]TypeField, error) {
	fields, err := d.fieldList(refs)
	if err != nil {
		return nil, err
	}
	rules, err := d.ruleList(texts)
	if err != nil {
		return nil, err
	}
	ruled := make([]TypeField, len(fields))
	for i, f := range fields {
		if t.Field(f.ID) == nil {
			return nil, fmt.Errorf("the type has no field %s", f.ReferenceName)
		}
		ruled[i] = TypeField{Field: f, Rules: rules}
	}
	return ruled, nil
}
