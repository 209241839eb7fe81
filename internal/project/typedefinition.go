package project

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Definition writes a type in the XML in which definitions of work item types travel between servers. States that are
// hidden are not in it, nor is what the form hides; rules that the format has no element for are comments.
func (t *WorkItemType) Definition() (string, error) {
	kind := with("WORKITEMTYPE", leaf("DESCRIPTION", t.Description), t.defineFields(), with("WORKFLOW", t.defineStates(), t.defineTransitions()),
		with("FORM", t.Form().define())).set("name", t.Name, "refname", t.ReferenceName)
	root := with("witd:WITD", kind).set("application", "Work item type editor", "version", "1.0", "xmlns:witd", definitionSpace)
	var out bytes.Buffer
	out.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	if err := errors.Join(root.write(encoder), encoder.Close()); err != nil {
		return "", fmt.Errorf("definition of type %s: %w", t.Name, err)
	}
	return out.String(), nil
}

// leaf is an element that holds text.
func leaf(name, text string) *element { return &element{name: name, text: text} }

// definitionTypes are the names of field types in definitions.
var definitionTypes = [...]string{
	String: "String", Integer: "Integer", Double: "Double", DateTime: "DateTime", Boolean: "Boolean",
	GUID: "GUID", PlainText: "PlainText", HTML: "HTML", History: "History", TreePath: "TreePath",
}

func (t *WorkItemType) defineFields() *element {
	all := with("FIELDS")
	for _, f := range t.Fields {
		one := with("FIELD").set("name", f.Field.Name, "refname", f.Field.ReferenceName, "type", definitionTypes[f.Field.Type])
		if f.Field.Identity {
			one.set("syncnamechanges", "true")
		}
		if f.Field.Description != "" {
			one.add(leaf("HELPTEXT", f.Field.Description))
		}
		one.add(defineRules(f.Rules)...)
		all.add(one)
	}
	return all
}

// defineRules writes the rules on a field, those of a condition below it.
func defineRules(rules []Rule) (list []*element) {
	conditions := map[Condition]*element{}
	for _, r := range rules {
		rule := r.define()
		switch {
		case r.When == nil && rule != nil:
			list = append(list, rule)
			continue
		case rule != nil && conditions[*r.When] != nil:
			conditions[*r.When].add(rule)
			continue
		case rule != nil:
			if when := r.When.define(); when != nil {
				when.children = []*element{rule}
				conditions[*r.When] = when
				list = append(list, when)
				continue
			}
		}
		list = append(list, &element{text: "No element of this format says: " + r.String()})
	}
	return list
}

// define writes a condition, or returns nil when the format has none like it.
func (c *Condition) define() *element {
	switch {
	case c.And != nil:
		return nil
	case c.Kind == WhenEquals:
		return with("WHEN").set("field", c.Field.ReferenceName, "value", c.Value)
	case c.Kind == WhenNotEquals:
		return with("WHENNOT").set("field", c.Field.ReferenceName, "value", c.Value)
	case c.Kind == WhenChanged:
		return with("WHENCHANGED").set("field", c.Field.ReferenceName)
	case c.Kind == WhenNotChanged:
		return with("WHENNOTCHANGED").set("field", c.Field.ReferenceName)
	}
	return nil
}

// define writes what a rule does, or returns nil when the format has nothing like it.
func (r Rule) define() *element {
	names := [...]string{RuleRequired: "REQUIRED", RuleReadOnly: "READONLY", RuleFrozen: "FROZEN", RuleEmpty: "EMPTY", RuleValidUser: "VALIDUSER",
		RuleAllowed: "ALLOWEDVALUES", RuleSuggested: "SUGGESTEDVALUES", RuleProhibited: "PROHIBITEDVALUES",
		RuleCopy: "COPY", RuleDefault: "DEFAULT", RuleServerDefault: "SERVERDEFAULT"}
	rule := with(names[r.Kind])
	for _, v := range r.Values {
		rule.add(with("LISTITEM").set("value", v))
	}
	switch r.Kind {
	case RuleCopy, RuleDefault, RuleServerDefault:
		switch r.Source {
		case SourceLiteral:
			rule.set("from", "value", "value", r.Value)
		case SourceField:
			rule.set("from", "field", "field", r.From.ReferenceName)
		case SourceCurrentUser:
			rule.set("from", "currentuser")
		case SourceNow:
			rule.set("from", "clock")
		}
		if r.Kind == RuleServerDefault && r.Source != SourceCurrentUser && r.Source != SourceNow {
			return nil
		}
	}
	return rule
}

// defineRuled writes the rules that a place of the workflow puts on fields, or returns nil where there are none.
func defineRuled(fields []TypeField) *element {
	all := with("FIELDS")
	for _, f := range fields {
		at := slices.IndexFunc(all.children, func(e *element) bool { return e.attr("refname") == f.Field.ReferenceName })
		if at < 0 {
			at = len(all.children)
			all.add(with("FIELD").set("refname", f.Field.ReferenceName))
		}
		all.children[at].add(defineRules(f.Rules)...)
	}
	if len(all.children) == 0 {
		return nil
	}
	return all
}

func (t *WorkItemType) defineStates() *element {
	all := with("STATES")
	for _, s := range t.States {
		all.add(with("STATE", defineRuled(t.StateRules(s.Name))).set("value", s.Name))
	}
	return all
}

func (t *WorkItemType) defineTransitions() *element {
	all := with("TRANSITIONS")
	for _, tr := range t.Transitions {
		if hidden := func(s State) bool { return strings.EqualFold(s.Name, tr.From) }; slices.ContainsFunc(t.Hiding, hidden) {
			continue
		}
		var always []TypeField
		byReason := map[string][]TypeField{}
		for _, r := range t.transitionRules[[2]string{t.canonical(tr.From), t.canonical(tr.To)}] {
			if r.reason == "" {
				always = append(always, r.TypeField)
			} else {
				byReason[strings.ToLower(r.reason)] = append(byReason[strings.ToLower(r.reason)], r.TypeField)
			}
		}
		one := with("TRANSITION").set("from", tr.From, "to", tr.To)
		if len(tr.Actions) > 0 {
			actions := with("ACTIONS")
			for _, a := range tr.Actions {
				actions.add(with("ACTION").set("value", a))
			}
			one.add(actions)
		}
		reasons := with("REASONS")
		for i, reason := range tr.Reasons {
			name := "REASON"
			if i == 0 {
				name = "DEFAULTREASON"
			}
			reasons.add(with(name, defineRuled(byReason[strings.ToLower(reason)])).set("value", reason))
		}
		all.add(one.add(reasons, defineRuled(always)))
	}
	return all
}

// define writes what the form shows. The pages of links, attachments and history are on every form and not written.
func (f *Form) define() *element {
	header := with("SystemControls")
	for _, c := range f.Header {
		header.add(c.define())
	}
	all := with("WebLayout", header)
	for _, p := range f.Pages {
		if p.Type != CustomPage || p.Hidden {
			continue
		}
		page := with("Page").set("Label", p.Label, "LayoutMode", "FirstColumnWide")
		if p.Contribution != nil {
			page = p.Contribution.define("PageContribution").set("Label", p.Label)
		}
		for _, s := range p.Sections {
			if len(s.Groups) == 0 {
				continue
			}
			section := with("Section")
			for _, g := range s.Groups {
				section.add(g.define())
			}
			page.add(section)
		}
		all.add(page)
	}
	return all
}

func (g *FormGroup) define() *element {
	if g.Hidden {
		return nil
	}
	if g.Contribution != nil {
		return g.Contribution.define("GroupContribution").set("Label", g.Label)
	}
	group := with("Group").set("Label", g.Label)
	for _, c := range g.Controls {
		group.add(c.define())
	}
	return group
}

func (c *FormControl) define() *element {
	switch {
	case c.Hidden:
		return nil
	case c.Contribution != nil:
		return c.Contribution.define("ControlContribution").set("Label", c.Label)
	}
	name := "FieldName"
	if !strings.Contains(c.ID, ".") {
		name = "Name"
	}
	control := with("Control").set("Label", c.Label, "Type", c.Type, name, c.ID)
	if c.ReadOnly {
		control.set("ReadOnly", "True")
	}
	if c.Watermark != "" {
		control.set("EmptyText", c.Watermark)
	}
	return control
}

func (c *FormContribution) define(name string) *element {
	contribution := with(name).set("Id", c.ID)
	if c.Height > 0 {
		contribution.set("Height", fmt.Sprint(c.Height))
	}
	inputs := with("Inputs")
	for id, value := range c.Inputs {
		inputs.add(with("Input").set("Id", id, "Value", fmt.Sprint(value)))
	}
	slices.SortFunc(inputs.children, func(a, b *element) int { return strings.Compare(a.attr("Id"), b.attr("Id")) })
	if len(inputs.children) > 0 {
		contribution.add(inputs)
	}
	return contribution
}
