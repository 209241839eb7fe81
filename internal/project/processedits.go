package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// edit is a change of a process that is kept as a row of process_edits.
type edit struct {
	process, typeName, kind, part string
	body                          []byte
}

// The kinds of edits.
const (
	editProcess = "process"
	editType    = "type"
	editField   = "field"
	editState   = "state"
	editRule    = "rule"
	editForm    = "form"

	editBehavior = "behavior"
	editLevel    = "level"
)

// The bodies of edits. Zero members leave what is there.
type (
	processBody struct {
		Disabled *bool `json:",omitempty"`
		Default  *bool `json:",omitempty"`
	}
	typeBody struct {
		ReferenceName, Inherits, Description, Color, Icon string
		Disabled                                          bool
	}
	fieldBody struct {
		Required, ReadOnly *bool
		Default            *string // "" for none
		Allowed            []string
	}
	stateBody struct {
		Hidden          bool // or deleted, for an added one
		Color, Category string
		Order           int
	}
)

func (c *Catalog) readEdits(tx *db.Tx, org int64) (err error) {
	c.edits, err = db.Collect(tx, selectEdits, []any{org}, func(r *db.Rows) (e edit, err error) {
		var body string
		err = r.Scan(&e.process, &e.typeName, &e.kind, &e.part, &body)
		e.body = []byte(body)
		return e, err
	})
	return err
}

// applyEdits carries out the edits of some kinds on the catalog's processes.
func (c *Catalog) applyEdits(kinds ...string) error {
	for _, e := range c.edits {
		if !slices.Contains(kinds, e.kind) {
			continue
		}
		i := slices.IndexFunc(c.Processes, func(p *Process) bool { return p.ID == e.process })
		if i < 0 {
			return fmt.Errorf("edit of %s %s: no process %s", e.kind, e.part, e.process)
		}
		if e.kind == editProcess && c.Processes[i].ParentID == "" { // system processes are shared
			own := *c.Processes[i]
			c.Processes[i] = &own
		}
		if err := c.applyEdit(c.Processes[i], e); err != nil {
			return fmt.Errorf("process %s, type %s, %s %s: %w", e.process, e.typeName, e.kind, e.part, err)
		}
	}
	return nil
}

func (c *Catalog) applyEdit(p *Process, e edit) error {
	switch e.kind {
	case editProcess:
		var b processBody
		if err := json.Unmarshal(e.body, &b); err != nil {
			return err
		}
		if b.Disabled != nil {
			p.Disabled = *b.Disabled
		}
		if b.Default != nil {
			p.Default = *b.Default
		}
		return nil
	case editBehavior:
		var b behaviorBody
		if err := json.Unmarshal(e.body, &b); err != nil {
			return err
		}
		p.applyBehavior(e.part, b)
		return nil
	case editType:
		var b typeBody
		if err := json.Unmarshal(e.body, &b); err != nil {
			return err
		}
		p.editType(e.typeName, b)
		return nil
	}
	t, err := p.mutableType(e.typeName)
	if err != nil {
		return err
	}
	t.Edited = true
	switch e.kind {
	case editField:
		var b fieldBody
		if err := json.Unmarshal(e.body, &b); err != nil {
			return err
		}
		if f := c.FindField(e.part); f != nil && t.Field(f.ID) != nil { // else it is deleted
			t.Field(f.ID).edit(b)
		}
	case editState:
		var b stateBody
		if err := json.Unmarshal(e.body, &b); err != nil {
			return err
		}
		t.editState(e.part, b)
	case editLevel:
		var b levelBody
		if err := json.Unmarshal(e.body, &b); err != nil {
			return err
		}
		p.applyLevel(t, b)
	case editForm:
		t.form = &Form{}
		return json.Unmarshal(e.body, t.form)
	case editRule:
		var d RuleDefinition
		if err := json.Unmarshal(e.body, &d); err != nil {
			return err
		}
		t.CustomRules = append(t.CustomRules, d)
		if !d.Disabled {
			if err := c.addRule(t, d); err != nil && !isFault(err) {
				return err
			}
		}
	}
	return nil
}

// editType changes a type, or adds one that comes from none.
func (p *Process) editType(name string, b typeBody) {
	t := p.Type(name)
	if t == nil {
		t = newType(name)
		p.Types = append(p.Types, t)
	}
	t.ReferenceName, t.Inherits, t.Edited = b.ReferenceName, b.Inherits, true
	t.Description, t.Color, t.Icon, t.Disabled = b.Description, b.Color, b.Icon, b.Disabled
}

// newType is a type that comes from no other, as it begins. Dates and people of its workflow are kept.
func newType(name string) *WorkItemType {
	t := &WorkItemType{Name: name, Custom: true, stateRules: map[string][]TypeField{}, transitionRules: map[[2]string][]reasonRules{}}
	fields := slices.Clone(system().core)
	for _, ref := range []string{"ActivatedBy", "ActivatedDate", "ClosedBy", "ClosedDate", "ResolvedBy", "ResolvedDate", "StateChangeDate", "Priority", "StackRank"} {
		fields = append(fields, TypeField{Field: system().field("Microsoft.VSTS.Common." + ref)})
	}
	_ = t.setFields(fields) // no field is there twice
	for _, s := range []State{{Name: "New", Category: Proposed}, {Name: "Active", Category: InProgress}, {Name: "Closed", Category: Completed}} {
		t.addState(s)
	}
	return t
}

// edit puts what an organization says about a field of a type on top of the rules that are there.
func (f *TypeField) edit(b fieldBody) {
	f.Edited = true
	rules := slices.DeleteFunc(slices.Clone(f.Rules), func(r Rule) bool {
		return r.When == nil && (b.Required != nil && r.Kind == RuleRequired || b.ReadOnly != nil && r.Kind == RuleReadOnly ||
			b.Default != nil && r.Kind == RuleDefault || b.Allowed != nil && (r.Kind == RuleAllowed || r.Kind == RuleSuggested))
	})
	if b.Required != nil && *b.Required {
		rules = append(rules, Rule{Kind: RuleRequired})
	}
	if b.ReadOnly != nil && *b.ReadOnly {
		rules = append(rules, Rule{Kind: RuleReadOnly})
	}
	if b.Default != nil && *b.Default != "" {
		rules = append(rules, Rule{Kind: RuleDefault, Source: SourceLiteral, Value: *b.Default})
	}
	if b.Allowed != nil {
		rules = append(rules, Rule{Kind: RuleAllowed, Values: b.Allowed})
	}
	f.Rules = rules
}

// editState changes or hides a state. A hidden one is known for the items that are in it: they may leave it, none may
// enter.
func (t *WorkItemType) editState(name string, b stateBody) {
	i := slices.IndexFunc(t.States, func(s State) bool { return strings.EqualFold(s.Name, name) })
	if i < 0 {
		return
	}
	s := &t.States[i]
	if b.Color != "" {
		s.Color = b.Color
	}
	if category, ok := ParseStateCategory(b.Category); ok {
		s.Category = category
	}
	if b.Order > 0 {
		s.Order = b.Order
	}
	if b.Hidden {
		t.Hiding = append(t.Hiding, *s)
		t.States = slices.Delete(t.States, i, i+1)
	}
}

// finish brings the states of a type that was edited into order and its transitions into line with them.
func (t *WorkItemType) finish() {
	slices.SortStableFunc(t.States, func(a, b State) int {
		if a.Category != b.Category {
			return int(a.Category) - int(b.Category)
		}
		return a.Order - b.Order
	})
	for i := range t.States {
		t.States[i].Order = i + 1
	}
	shown := func(name string) bool {
		return slices.ContainsFunc(t.States, func(s State) bool { return strings.EqualFold(s.Name, name) })
	}
	t.Transitions = slices.DeleteFunc(t.Transitions, func(tr Transition) bool { return tr.From != "" && !shown(tr.To) })
	for i := range t.Transitions {
		if tr := &t.Transitions[i]; tr.From == "" && !shown(tr.To) && len(t.States) > 0 {
			*tr = Transition{To: t.States[0].Name, Reasons: []string{"Moved to state " + t.States[0].Name}}
		}
	}
}

// isFault tells what is wrong with data from what is wrong with the program: a stored rule that cannot be carried out
// any more must not keep anybody from reading.
func isFault(err error) bool {
	_, ok := errors.AsType[*fault.Fault](err)
	return ok
}
