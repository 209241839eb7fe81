package project

import (
	"slices"
	"strings"
)

// rules checks the rules below a field or a condition.
func (k *definitionCheck) rules(e *element, field string) {
	for _, r := range e.children {
		k.groups(r)
		switch r.name {
		case "WHEN", "WHENNOT", "WHENCHANGED", "WHENNOTCHANGED":
			k.uses(r, r.attr("field"))
			k.rules(r, field)
		case "ALLOWEDVALUES", "SUGGESTEDVALUES", "PROHIBITEDVALUES":
			k.list(r, field)
		case "DEFAULT", "COPY", "SERVERDEFAULT":
			k.source(r, field)
		case "VALIDUSER":
			if r.has("group") {
				k.warn(r, "no rule here is about the members of a group")
			}
		case "ALLOWEXISTINGVALUE", "CANNOTLOSEVALUE", "MATCH", "NOTSAMEAS", "VALIDDATE":
			k.warn(r, "there is no rule here that does what %s says", r.name)
		}
	}
}

// groups warns about rules for some people only.
func (k *definitionCheck) groups(e *element) {
	if e.has("for") || e.has("not") {
		k.warn(e, "%s is for some people only, which no rule here can be", e.name)
	}
}

// kindOf is the type of a field that the definition or every type has.
func (k *definitionCheck) kindOf(ref string) FieldType {
	if t, ok := k.fields[strings.ToLower(ref)]; ok {
		return t
	}
	if f := SystemField(ref); f != nil {
		return f.Type
	}
	return String
}

// list checks the values of a rule.
func (k *definitionCheck) list(e *element, field string) {
	if len(e.children) == 0 {
		k.wrong(e, "%s of the field %s has no values", e.name, field)
	}
	seen := map[string]bool{}
	for _, item := range e.children {
		if item.name == "GLOBALLIST" {
			k.warn(item, "there is no global list %q here", item.attr("name"))
			continue
		}
		value := item.attr("value")
		switch {
		case seen[strings.ToLower(value)]:
			k.wrong(item, "%s of the field %s has the value %q twice", e.name, field, value)
		case !spells(k.kindOf(field), value):
			k.wrong(item, "the value %q does not fit the type of the field %s", value, field)
		}
		seen[strings.ToLower(value)] = true
	}
}

// source checks where a rule takes a value from.
func (k *definitionCheck) source(e *element, field string) {
	from := e.attr("from")
	words := []string{"clock", "currentuser", "value", "field"}
	if e.name == "SERVERDEFAULT" {
		words = words[:2]
	}
	switch {
	case !slices.Contains(words, from):
		k.wrong(e, "%s takes no value from %q: write %s", e.name, from, strings.Join(words, ", "))
	case from == "clock" && k.kindOf(field) != DateTime:
		k.wrong(e, "the field %s holds no date", field)
	case from == "currentuser" && k.kindOf(field) != String:
		k.wrong(e, "the field %s holds no people", field)
	case from == "value" && !e.has("value"), from == "field" && e.attr("field") == "":
		k.wrong(e, "%s needs the attribute %s", e.name, from)
	case from == "value" && !spells(k.kindOf(field), e.attr("value")):
		k.wrong(e, "the value %q does not fit the type of the field %s", e.attr("value"), field)
	case from == "field":
		k.uses(e, e.attr("field"))
		if k.has(e.attr("field")) && k.kindOf(e.attr("field")) != k.kindOf(field) {
			k.wrong(e, "the field %s has another type than %s", e.attr("field"), field)
		}
	}
}
