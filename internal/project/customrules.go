package project

import (
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/fault"
)

// RuleDefinition is a rule that an organization put on a type of its process, in the words of the process editing API.
type RuleDefinition struct {
	ID         string // GUID
	Name       string
	Disabled   bool
	Conditions []RuleCondition // all of them must hold
	Actions    []RuleAction
}

// RuleCondition is a condition of a rule.
type RuleCondition struct{ Type, Field, Value string }

// RuleAction is what a rule does to a field.
type RuleAction struct{ Type, Field, Value string }

// Numbers of conditions and actions that a rule may have. documented: rules and rule evaluation.
const (
	maxRuleConditions = 2
	maxRuleActions    = 10
)

// addRule puts a rule on the fields of a type. Its error is a fault that says what is wrong with the definition.
func (c *Catalog) addRule(t *WorkItemType, d RuleDefinition) error {
	var when *Condition
	for _, at := range slices.Backward(d.Conditions) {
		chain, err := c.ruleCondition(t, at)
		if err != nil {
			return err
		}
		last := chain
		for last.And != nil {
			last = last.And
		}
		last.And, when = when, chain
	}
	rules, fields := make([]Rule, len(d.Actions)), make([]*TypeField, len(d.Actions))
	for i, a := range d.Actions {
		var err error
		if rules[i], fields[i], err = c.ruleAction(t, a); err != nil {
			return err
		}
	}
	for i, rule := range rules {
		if rule.Kind != 0 { // else it is of forms alone
			rule.When = when
			fields[i].Rules = slices.Concat(fields[i].Rules, []Rule{rule})
		}
	}
	return nil
}

// ruleCondition translates a condition.
func (c *Catalog) ruleCondition(t *WorkItemType, at RuleCondition) (*Condition, error) {
	kinds := map[string]ConditionKind{"when": WhenEquals, "whennot": WhenNotEquals, "whenchanged": WhenChanged, "whennotchanged": WhenNotChanged,
		"whenwas": WhenWas, "whenworkitemiscreated": WhenCreated, "whenvalueisdefined": WhenNotEquals, "whenvalueisnotdefined": WhenEquals}
	word := strings.ToLower(strings.TrimPrefix(at.Type, "$"))
	state := SystemField("System.State")
	switch word {
	case "whenstatechangedto":
		return &Condition{Kind: WhenChanged, Field: state, And: &Condition{Kind: WhenEquals, Field: state, Value: at.Value}}, nil
	case "whenstatechangedfromandto":
		return nil, fault.RuleInvalid("write the condition whenStateChangedFromAndTo as two: whenWas and when, both on System.State")
	case "whencurrentuserismemberofgroup", "whencurrentuserisnotmemberofgroup":
		return nil, fault.NotImplemented("The rule condition " + at.Type)
	case "whenworkitemiscreated":
		return &Condition{Kind: WhenCreated, Field: state}, nil
	}
	kind := kinds[word]
	if kind == 0 {
		return nil, fault.RuleInvalid(fmt.Sprintf("the condition type %q is unknown", at.Type))
	}
	tf := c.typeField(t, at.Field)
	if tf == nil {
		return nil, fault.RuleInvalid(fmt.Sprintf("the type %s has no field %s", t.Name, at.Field))
	}
	if !ruleSource(tf.Field) {
		return nil, fault.RuleInvalid(fmt.Sprintf("conditions cannot look at the field %s", tf.Field.ReferenceName))
	}
	value := at.Value
	if strings.HasPrefix(word, "whenvalue") {
		value = ""
	}
	if longText(tf.Field) && kind != WhenChanged && kind != WhenNotChanged && value != "" {
		return nil, fault.RuleInvalid(fmt.Sprintf("long texts such as %s cannot be compared", at.Field))
	}
	return &Condition{Kind: kind, Field: tf.Field, Value: value}, nil
}

// ruleAction translates an action; the rule of one that concerns forms alone has no kind.
func (c *Catalog) ruleAction(t *WorkItemType, a RuleAction) (rule Rule, f *TypeField, err error) {
	if f = c.typeField(t, a.Field); f == nil {
		return rule, nil, fault.RuleInvalid(fmt.Sprintf("the type %s has no field %s", t.Name, a.Field))
	}
	rules := map[string]Rule{
		"makerequired": {Kind: RuleRequired}, "makereadonly": {Kind: RuleReadOnly}, "setvaluetoempty": {Kind: RuleEmpty}, "hidetargetfield": {},
		"setdefaultvalue": {Kind: RuleDefault, Source: SourceLiteral}, "setdefaultfromclock": {Kind: RuleDefault, Source: SourceNow},
		"setdefaultfromcurrentuser": {Kind: RuleDefault, Source: SourceCurrentUser}, "setdefaultfromfield": {Kind: RuleDefault, Source: SourceField},
		"copyvalue": {Kind: RuleCopy, Source: SourceLiteral}, "copyfromclock": {Kind: RuleCopy, Source: SourceNow},
		"copyfromcurrentuser": {Kind: RuleCopy, Source: SourceCurrentUser}, "copyfromfield": {Kind: RuleCopy, Source: SourceField},
		"copyfromserverclock": {Kind: RuleServerDefault, Source: SourceNow}, "copyfromservercurrentuser": {Kind: RuleServerDefault, Source: SourceCurrentUser},
		"disallowvalue": {Kind: RuleProhibited, Values: []string{a.Value}},
	}
	rule, ok := rules[strings.ToLower(strings.TrimPrefix(a.Type, "$"))]
	of := f.Field
	switch {
	case !ok:
		return rule, nil, fault.RuleInvalid(fmt.Sprintf("the action type %q is unknown", a.Type))
	case rule.Kind == RuleProhibited && of.ID == FieldState:
		return rule, f, nil
	case rule.Kind != 0 && !ruleTarget(of):
		return rule, nil, fault.RuleInvalid(fmt.Sprintf("rules cannot be put on the field %s", of.ReferenceName))
	case rule.Source == SourceNow && of.Type != DateTime, rule.Source == SourceCurrentUser && !of.Identity:
		return rule, nil, fault.RuleInvalid(fmt.Sprintf("the action %s does not fit the type of the field %s", a.Type, of.ReferenceName))
	case longText(of) && (rule.Kind == RuleCopy || rule.Source == SourceField):
		return rule, nil, fault.RuleInvalid(fmt.Sprintf("the action %s does not fit the type of the field %s", a.Type, of.ReferenceName))
	case rule.Source == SourceLiteral && (a.Value == "" || !literal(of, a.Value)):
		return rule, nil, fault.RuleInvalid(fmt.Sprintf("the value %q does not fit the field %s", a.Value, of.ReferenceName))
	case rule.Source == SourceLiteral:
		rule.Value = a.Value
	case rule.Source == SourceField:
		from := c.typeField(t, a.Value)
		if from == nil || from.Field.Type != of.Type || from.Field.Identity != of.Identity || longText(of) || !ruleTarget(from.Field) {
			return rule, nil, fault.RuleInvalid(fmt.Sprintf("the value of %s cannot be copied to %s", a.Value, of.ReferenceName))
		}
		rule.From = from.Field
	}
	return rule, f, nil
}

func (c *Catalog) typeField(t *WorkItemType, name string) *TypeField {
	if f := c.FindField(name); f != nil {
		return t.Field(f.ID)
	}
	return nil
}

func longText(f *Field) bool { return f.Type == HTML || f.Type == PlainText || f.Type == History }

// ruleTarget reports whether rules of organizations may set or demand a field: not what the server keeps itself.
func ruleTarget(f *Field) bool {
	switch f.ID {
	case FieldTitle, FieldAssignedTo, FieldDescription:
		return true
	}
	return !f.Core && !f.Computed && !f.Internal
}

// ruleSource reports whether conditions may look at a field.
func ruleSource(f *Field) bool {
	switch f.ID {
	case FieldState, FieldReason, FieldAreaPath, FieldIterationPath, FieldTeamProject, FieldWorkItemType, FieldCreatedBy, FieldChangedBy:
		return true
	}
	return ruleTarget(f)
}

// literal reports whether a text spells a value of a field. People and moments have no literals.
func literal(f *Field, text string) bool {
	return !f.Identity && f.Type != DateTime && f.Type != TreePath && spells(f.Type, text)
}
