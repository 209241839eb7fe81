package project

import (
	"strconv"
	"strings"
)

// Rule is one thing a process demands of a field. Where the rule is found says when it holds:
// always ([WorkItemType.Fields]), while the item is in a state ([WorkItemType.StateRules]) or on a
// state change ([WorkItemType.TransitionRules]). Rules are immutable.
type Rule struct {
	Kind   RuleKind
	Source ValueSource // RuleCopy, RuleDefault and RuleServerDefault: where the value comes from
	Value  string      // SourceLiteral: the value as text, to be converted to the field's type
	From   *Field      // SourceField: the field to read
	Values []string    // RuleAllowed and RuleSuggested: the values as text, in the order to show
	When   *Condition  // nil when the rule needs no further condition
}

// RuleKind says what a rule does.
type RuleKind uint8

// The rule kinds.
const (
	RuleRequired      RuleKind = iota + 1 // the field must not be empty
	RuleReadOnly                          // a client may not change the field
	RuleFrozen                            // once saved with a value, the field may not change
	RuleEmpty                             // the field is cleared and stays empty
	RuleValidUser                         // the value is empty or a person of the organization
	RuleAllowed                           // the value is empty or one of Values
	RuleSuggested                         // Values are offered, others are accepted
	RuleCopy                              // the field takes the value, whatever it held
	RuleDefault                           // the field takes the value when it is empty
	RuleServerDefault                     // the field takes the value on saving, a client cannot choose it
	RuleProhibited                        // the value is none of Values
)

// ValueSource says where a rule takes a value from.
type ValueSource uint8

// The value sources.
const (
	SourceLiteral     ValueSource = iota + 1 // Rule.Value
	SourceField                              // the value of Rule.From
	SourceCurrentUser                        // who makes the change
	SourceNow                                // the time of the change
)

// Condition limits a rule to items whose other field is in a certain condition.
type Condition struct {
	Kind  ConditionKind
	Field *Field
	Value string // WhenEquals, WhenNotEquals and WhenWas: the value as text, "" for an empty field
	And   *Condition
}

// ConditionKind says what a condition asks of its field.
type ConditionKind uint8

// The condition kinds.
const (
	WhenEquals     ConditionKind = iota + 1 // the field has the value
	WhenNotEquals                           // the field has another value
	WhenChanged                             // this change alters the field
	WhenNotChanged                          // this change leaves the field alone
	WhenWas                                 // the field had the value before this change
	WhenCreated                             // this change creates the item; the field does not matter
)

// The words of the notation, by kind. Rules print as the process files write them.
var (
	ruleWords = [...]string{
		RuleRequired: "required", RuleReadOnly: "readonly", RuleFrozen: "frozen", RuleEmpty: "empty",
		RuleValidUser: "validUser", RuleAllowed: "allowed", RuleSuggested: "suggested",
		RuleCopy: "copy", RuleDefault: "default", RuleServerDefault: "serverDefault", RuleProhibited: "prohibited",
	}
	conditionWords = [...]string{
		WhenEquals: "when", WhenNotEquals: "whenNot", WhenChanged: "whenChanged", WhenNotChanged: "whenNotChanged",
		WhenWas: "whenWas", WhenCreated: "whenCreated",
	}
	sourceWords = [...]string{SourceField: "field", SourceCurrentUser: "currentUser", SourceNow: "now"}
)

// setWord begins the copy of a literal, which has a word of its own.
const setWord = "set"

// String prints the rule in the notation of the process files, such as
//
//	when System.State="Closed": set "1"
func (r Rule) String() string {
	var b strings.Builder
	if r.When != nil {
		b.WriteString(r.When.String() + ": ")
	}
	if r.Kind == RuleCopy && r.Source == SourceLiteral {
		return b.String() + setWord + " " + strconv.Quote(r.Value)
	}
	b.WriteString(ruleWords[r.Kind])
	switch r.Kind {
	case RuleAllowed, RuleSuggested, RuleProhibited:
		quoted := make([]string, len(r.Values))
		for i, v := range r.Values {
			quoted[i] = strconv.Quote(v)
		}
		b.WriteString(" [" + strings.Join(quoted, ", ") + "]")
	case RuleCopy, RuleDefault, RuleServerDefault:
		switch r.Source {
		case SourceLiteral:
			b.WriteString(" " + strconv.Quote(r.Value))
		case SourceField:
			b.WriteString(" " + sourceWords[SourceField] + " " + r.From.ReferenceName)
		default:
			b.WriteString(" " + sourceWords[r.Source])
		}
	}
	return b.String()
}

// String prints the condition in the notation of the process files.
func (c Condition) String() string {
	text := conditionWords[c.Kind] + " " + c.Field.ReferenceName
	if c.Kind == WhenEquals || c.Kind == WhenNotEquals || c.Kind == WhenWas {
		text += "=" + strconv.Quote(c.Value)
	}
	if c.And != nil {
		text += " and " + c.And.String()
	}
	return text
}
