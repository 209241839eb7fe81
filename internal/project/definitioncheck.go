package project

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// ImportDefinition refuses to make a type of a project's process what a definition says: processes hold less than definitions
// can say, and no import leaves something out. Who may not edit the process is told so.
func (s *Store) ImportDefinition(ctx context.Context, c *access.Caller, at *Project) error {
	catalog, err := s.Snapshot(ctx, c.Org)
	if err != nil {
		return err
	}
	if err := mayChange(c, access.EditProcess, at.Process.ID)(catalog); err != nil {
		return err
	}
	return fault.DefinitionImport(at.Process.Name)
}

// CheckDefinition lists what is wrong with the definition of a type, written in XML: errors against the format and itself,
// and warnings about what processes of the organization cannot hold.
func (c *Catalog) CheckDefinition(text string) (events []string) {
	root, err := readDefinition(text)
	if err != nil {
		return []string{"Error: the template is not the XML of a work item type definition: " + err.Error() + "."}
	}
	k := &definitionCheck{catalog: c, shapes: shapes(), fields: map[string]FieldType{}, states: map[string]bool{}}
	k.shape(root, "WITD")
	if len(k.events) == 0 { // else what is missing would be missed again
		k.kind(root.child("WORKITEMTYPE"))
	}
	return k.events
}

// definitionCheck collects what is wrong with a definition.
type definitionCheck struct {
	catalog *Catalog
	shapes  map[string]shape
	fields  map[string]FieldType // of the definition, by reference name in lower case
	states  map[string]bool      // by name in lower case
	events  []string
}

// maxDefinitionEvents is how much is told of one definition. Our choice.
const maxDefinitionEvents = 500

func (k *definitionCheck) wrong(at *element, format string, args ...any) {
	k.tell("Error", at, format, args)
}

func (k *definitionCheck) warn(at *element, format string, args ...any) {
	k.tell("Warning", at, format, args)
}

func (k *definitionCheck) tell(kind string, at *element, format string, args []any) {
	switch n := len(k.events); {
	case n < maxDefinitionEvents:
		k.events = append(k.events, fmt.Sprintf("%s: line %d: ", kind, at.line)+fmt.Sprintf(format, args...)+".")
	case n == maxDefinitionEvents:
		k.events = append(k.events, "Error: there is more than is told here.")
	}
}

// shape compares an element with the format. Forms are free below their layouts.
func (k *definitionCheck) shape(e *element, name string) {
	if name == "FORM" {
		if len(e.all("Layout"))+len(e.all("WebLayout")) != len(e.children) || len(e.children) == 0 {
			k.wrong(e, "the element FORM must hold Layout or WebLayout, and nothing else")
		}
		return
	}
	want := k.shapes[name]
	attrs, children := strings.Fields(want.attrs), strings.Fields(want.children)
	for _, a := range e.attrs {
		if !slices.Contains(attrs, a.Name.Local) && !slices.Contains(attrs, a.Name.Local+"!") {
			k.wrong(e, "the element %s has no attribute %s", e.name, a.Name.Local)
		}
	}
	for _, a := range attrs {
		if required, ok := strings.CutSuffix(a, "!"); ok && !e.has(required) {
			k.wrong(e, "the element %s needs the attribute %s", e.name, required)
		}
	}
	if strings.TrimSpace(e.text) != "" && (len(children) > 0 || len(attrs) > 0) {
		k.wrong(e, "the element %s holds no text", e.name)
	}
	for _, child := range children {
		plain := strings.TrimRight(child, "!+?")
		switch n := len(e.all(plain)); {
		case n == 0 && strings.ContainsAny(child, "!+"):
			k.wrong(e, "the element %s needs an element %s", e.name, plain)
		case n > 1 && strings.ContainsAny(child, "!?"):
			k.wrong(e.all(plain)[1], "the element %s has more than one element %s", e.name, plain)
		}
	}
	for _, child := range e.children {
		known := func(s string) bool { return strings.TrimRight(s, "!+?") == child.name }
		if !slices.ContainsFunc(children, known) {
			k.wrong(child, "the element %s has no place in %s", child.name, e.name)
			continue
		}
		below := child.name
		if below == "FIELD" && name == "ruled FIELDS" {
			below = "ruled FIELD"
		} else if below == "FIELDS" && name != "WORKITEMTYPE" {
			below = "ruled FIELDS"
		}
		k.shape(child, below)
	}
}

// kind checks what a definition says.
func (k *definitionCheck) kind(e *element) {
	if name := e.attr("name"); !validTypeName(name) {
		k.wrong(e, "the name %q is not valid for a work item type", name)
	}
	if ref := e.attr("refname"); e.has("refname") && !validReference(ref) {
		k.wrong(e, "the reference name %q is not valid", ref)
	}
	for _, list := range e.all("GLOBALLISTS") {
		k.warn(list, "there are no global lists here: fields take their values from lists below _apis/work/processes/lists")
	}
	names := map[string]bool{}
	for _, f := range e.child("FIELDS").all("FIELD") {
		k.field(f, names)
	}
	for _, f := range e.child("FIELDS").all("FIELD") {
		k.rules(f, f.attr("refname"))
	}
	workflow := e.child("WORKFLOW")
	for _, s := range workflow.child("STATES").all("STATE") {
		k.state(s)
	}
	seen, begins := map[string]bool{}, false
	for _, tr := range workflow.child("TRANSITIONS").all("TRANSITION") {
		k.transition(tr, seen)
		begins = begins || tr.attr("from") == ""
	}
	if !begins {
		k.wrong(workflow, "no transition begins the workflow: one must be from the empty state")
	}
	k.controls(e.child("FORM"))
}

// field checks a field that a definition gives the type, against those of the organization.
func (k *definitionCheck) field(e *element, names map[string]bool) {
	ref, name := e.attr("refname"), e.attr("name")
	kind := slices.Index(definitionTypes[:], e.attr("type"))
	switch {
	case !validReference(ref):
		k.wrong(e, "the reference name %q is not valid", ref)
	case kind <= 0:
		k.wrong(e, "the field %s has an unknown type %q", ref, e.attr("type"))
	case k.has(ref):
		k.wrong(e, "the field %s is defined twice", ref)
	case strings.TrimSpace(name) == "" || len([]rune(name)) > maxTypeName || names[strings.ToLower(name)]:
		k.wrong(e, "the name %q of the field %s is not valid, or another field has it", name, ref)
	default:
		k.known(e, FieldType(kind)) //nolint:gosec // an index into a list of ten
	}
	k.fields[strings.ToLower(ref)], names[strings.ToLower(name)] = FieldType(max(kind, 0)), true //nolint:gosec // as above
	if e.has("formula") {
		k.warn(e, "the field %s: formulas are of the warehouse of another product and are left out", ref)
	}
}

// known compares a field with the one that the organization has.
func (k *definitionCheck) known(e *element, kind FieldType) {
	ref, name := e.attr("refname"), e.attr("name")
	there := find(k.catalog.Fields, func(f *Field) bool { return strings.EqualFold(f.ReferenceName, ref) })
	other := find(k.catalog.Fields, func(f *Field) bool { return strings.EqualFold(f.Name, name) })
	switch {
	case there == nil && reserved(ref):
		k.wrong(e, "there is no field %s, and reference names that begin like it belong to the system", ref)
	case there == nil && other != nil:
		k.wrong(e, "the field %s has the name of the field %s", ref, other.ReferenceName)
	case there == nil:
		k.warn(e, "there is no field %s yet: POST _apis/wit/fields makes it", ref)
	case there.Type != kind:
		k.wrong(e, "the field %s is of type %s, not %s", there.ReferenceName, definitionTypes[there.Type], definitionTypes[kind])
	case !strings.EqualFold(there.Name, name):
		k.wrong(e, "the name of the field %s is %s, not %s", there.ReferenceName, there.Name, name)
	case e.has("syncnamechanges") && strings.EqualFold(e.attr("syncnamechanges"), "true") != there.Identity:
		k.warn(e, "the field %s holds people: %t, which syncnamechanges does not change", there.ReferenceName, there.Identity)
	}
}

// has reports whether the type has a field: those of the definition, and those that every type has.
func (k *definitionCheck) has(ref string) bool {
	_, ok := k.fields[strings.ToLower(ref)]
	return ok
}

// uses checks that a field is there where one is named.
func (k *definitionCheck) uses(e *element, ref string) {
	if core := find(system().fields, func(f *Field) bool { return f.Core && strings.EqualFold(f.ReferenceName, ref) }); core == nil && !k.has(ref) {
		k.wrong(e, "%s names the field %q, which the definition does not have", e.name, ref)
	}
}

func (k *definitionCheck) state(e *element) {
	name := e.attr("value")
	switch {
	case strings.TrimSpace(name) == "" || len([]rune(name)) > maxTypeName || strings.ContainsFunc(name, isControl):
		k.wrong(e, "the state name %q is not valid", name)
	case k.states[strings.ToLower(name)]:
		k.wrong(e, "the state %q is defined twice", name)
	}
	k.states[strings.ToLower(name)] = true
	k.ruled(e)
}

func (k *definitionCheck) transition(e *element, seen map[string]bool) {
	from, to := e.attr("from"), e.attr("to")
	key := strings.ToLower(from + "\n" + to)
	switch {
	case from != "" && !k.states[strings.ToLower(from)]:
		k.wrong(e, "the transition begins in the state %q, which is not defined", from)
	case !k.states[strings.ToLower(to)]:
		k.wrong(e, "the transition leads to the state %q, which is not defined", to)
	case strings.EqualFold(from, to):
		k.wrong(e, "the transition leads from the state %q to itself", to)
	case seen[key]:
		k.wrong(e, "the transition from %q to %q is defined twice", from, to)
	}
	seen[key] = true
	k.groups(e)
	k.ruled(e)
	reasons := map[string]bool{}
	for _, r := range e.child("REASONS").children {
		name := strings.ToLower(r.attr("value"))
		if strings.TrimSpace(name) == "" || reasons[name] {
			k.wrong(r, "the reason %q is empty or there twice", r.attr("value"))
		}
		reasons[name] = true
		k.ruled(r)
	}
}

// ruled checks the rules that a place of the workflow puts on fields.
func (k *definitionCheck) ruled(e *element) {
	for _, f := range e.child("FIELDS").all("FIELD") {
		k.uses(f, f.attr("refname"))
		k.rules(f, f.attr("refname"))
	}
}

// controls checks that a form shows fields that are there.
func (k *definitionCheck) controls(e *element) {
	if e.name == "Control" && e.attr("FieldName") != "" {
		k.uses(e, e.attr("FieldName"))
	}
	for _, c := range e.children {
		k.controls(c)
	}
}
