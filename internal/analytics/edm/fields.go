package edm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// Fields is what the work items of an organization or a project have: the union over the processes in scope.
type Fields struct {
	// Predefined holds the reference names of the fields that exist. Only properties marked ProcessField ask for them.
	Predefined map[string]bool

	// Custom holds the fields without a property of their own, in any order. A field listed twice, one that is
	// Predefined or one whose type is never copied to Analytics adds nothing, so a caller may pass every field it has.
	Custom []CustomField
}

// CustomField is a field that has no short property name: a custom field, or a stock field the published document
// spells out.
type CustomField struct {
	ReferenceName, Name, Description string
	Type                             FieldType
}

// FieldType is the type of a work item field as the REST API spells it. Other types than the constants, such as html,
// plainText and history, have no property.
type FieldType string

// The types that become properties.
const (
	FieldString          FieldType = "string"
	FieldTreePath        FieldType = "treePath"
	FieldPicklistString  FieldType = "picklistString"
	FieldInteger         FieldType = "integer"
	FieldPicklistInteger FieldType = "picklistInteger"
	FieldDouble          FieldType = "double"
	FieldPicklistDouble  FieldType = "picklistDouble"
	FieldDateTime        FieldType = "dateTime"
	FieldBoolean         FieldType = "boolean"
	FieldGuid            FieldType = "guid"
	FieldIdentity        FieldType = "identity"
)

// property is the type of a custom field's property. An integer is wider here than in a predefined property.
func (t FieldType) property() (Type, bool) {
	switch t {
	case FieldString, FieldTreePath, FieldPicklistString:
		return text, true
	case FieldInteger, FieldPicklistInteger:
		return long, true
	case FieldDouble, FieldPicklistDouble:
		return double, true
	case FieldDateTime:
		return moment, true
	case FieldBoolean:
		return boolean, true
	case FieldGuid, FieldIdentity: // of an identity the key
		return guid, true
	}
	return Type{}, false
}

// Predefined reports whether a field never becomes a custom property: because it has a property or navigation of its
// own in the published document, because it is a system field, which has one or is left out on purpose, or because the
// name is empty.
func Predefined(referenceName string) bool {
	const system = "System."
	if len(referenceName) >= len(system) && strings.EqualFold(referenceName[:len(system)], system) || referenceName == "" {
		return true
	}
	all := workItemRevisionEntity // has every field the other work item types have
	return slices.ContainsFunc(all.Properties, func(p Property) bool { return strings.EqualFold(p.Ref, referenceName) }) ||
		slices.ContainsFunc(all.Navigation, func(n Navigation) bool { return strings.EqualFold(n.Ref, referenceName) })
}

// PropertyName is the property name of a custom field: the dots of the reference name become underscores and whatever
// an identifier may not hold, here anything but ASCII letters, digits, underscores and a digit at the start, becomes two
// underscores and four hexadecimal digits for each UTF-16 unit. Custom.719f69f1-f7d0 gives Custom_719f69f1__002Df7d0.
func PropertyName(referenceName string) string {
	var name strings.Builder
	for i, r := range referenceName {
		switch {
		case r == '.':
			name.WriteByte('_')
		case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9' && i > 0:
			name.WriteRune(r)
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&name, "__%04X", unit)
			}
		}
	}
	return name.String()
}

// customMembers is what custom fields add to each work item type, sorted by name.
type customMembers struct {
	properties []Property
	navigation []Navigation
}

// nameCustomFields turns fields into members. Several reference names can share a property name, as A.B_C and A.B.C do,
// and a name can be that of a predefined member or of an identity's key. In the order of the reference names the first
// keeps its name; others get the lowest free suffix from _2 on. The name of a field therefore depends on which other
// fields are in scope, and Ref alone identifies it.
func nameCustomFields(fields []CustomField) customMembers {
	taken := map[string]bool{}
	for _, t := range entityTypes {
		if t.CustomFields {
			for _, p := range t.Properties {
				taken[strings.ToLower(p.Name)] = true
			}
			for _, n := range t.Navigation {
				taken[strings.ToLower(n.Name)] = true
			}
		}
	}
	free := func(name string) bool { return !taken[strings.ToLower(name)] }

	fields = slices.Clone(fields)
	slices.SortStableFunc(fields, func(a, b CustomField) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.ReferenceName), strings.ToLower(b.ReferenceName)),
			cmp.Compare(a.ReferenceName, b.ReferenceName))
	})
	fields = slices.CompactFunc(fields, func(a, b CustomField) bool {
		return strings.EqualFold(a.ReferenceName, b.ReferenceName)
	})

	var custom customMembers
	for _, f := range fields {
		kind, stored := f.Type.property()
		if !stored || Predefined(f.ReferenceName) {
			continue
		}
		base := PropertyName(f.ReferenceName)
		name, key := base, base+"SK"
		for n := 2; !free(name) || f.Type == FieldIdentity && !free(key); n++ {
			name = fmt.Sprintf("%s_%d", base, n)
			key = name + "SK"
		}
		taken[strings.ToLower(name)] = true
		p := Property{Name: name, Type: kind, Since: V1, Ref: f.ReferenceName, Custom: true}
		if f.Type == FieldIdentity {
			taken[strings.ToLower(key)] = true
			p.Name = key
			custom.navigation = append(custom.navigation, Navigation{
				Name: name, Target: userEntity.Name, FK: key, RefKey: userEntity.Key[0], Since: V1,
				Ref: f.ReferenceName, Display: f.Name, Custom: true,
			})
		} else {
			p.Display, p.Description = f.Name, f.Description
		}
		custom.properties = append(custom.properties, p)
	}
	slices.SortFunc(custom.properties, func(a, b Property) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(custom.navigation, func(a, b Navigation) int { return cmp.Compare(a.Name, b.Name) })
	return custom
}
