// Package edm is the entity model of the Analytics service: entity types, properties, navigations and enums for
// each OData version, what an organization's fields add to them, and the documents that publish them. It knows names,
// types and the shape of the tables the rows live in; it must not know SQL text, HTTP or who is asking. Start reading at
// EntityType and New; the model itself stands in one file for each entity type or family, listed by catalogue.go.
package edm

import (
	"iter"
	"slices"
	"strings"
)

// Version is a service version, in order of publication.
type Version int

// The published versions; see ParseVersion for their spelling in a URL.
const (
	V1 Version = iota + 1
	V2
	V3Preview
	V4Preview
)

// Versions lists every served version with its path segment, oldest first.
var Versions = []struct {
	Version Version
	Segment string
}{{V1, "v1.0"}, {V2, "v2.0"}, {V3Preview, "v3.0-preview"}, {V4Preview, "v4.0-preview"}}

// String is the version's path segment, "v4.0-preview".
func (v Version) String() string {
	for _, known := range Versions {
		if known.Version == v {
			return known.Segment
		}
	}
	return ""
}

// ParseVersion reads a path segment in any letter case; documented samples also write "V3.0-preview".
func ParseVersion(segment string) (Version, bool) {
	for _, known := range Versions {
		if strings.EqualFold(known.Segment, segment) {
			return known.Version, true
		}
	}
	return 0, false
}

// Kind is a primitive type of the protocol.
type Kind uint8

// The primitive kinds. Null is the type of the literal null only; Enum values carry their EnumType beside the kind.
const (
	Invalid Kind = iota
	Null
	Boolean
	Byte
	SByte
	Int16
	Int32
	Int64
	Single
	Double
	Decimal
	String
	Guid
	DateTimeOffset
	Date
	TimeOfDay
	Duration
	Enum
)

var kindNames = [...]string{
	Invalid: "", Null: "Edm.Null", Boolean: "Edm.Boolean", Byte: "Edm.Byte", SByte: "Edm.SByte", Int16: "Edm.Int16",
	Int32: "Edm.Int32", Int64: "Edm.Int64", Single: "Edm.Single", Double: "Edm.Double", Decimal: "Edm.Decimal",
	String: "Edm.String", Guid: "Edm.Guid", DateTimeOffset: "Edm.DateTimeOffset", Date: "Edm.Date",
	TimeOfDay: "Edm.TimeOfDay", Duration: "Edm.Duration", Enum: "enum",
}

// Type is the type of a property or an expression: a primitive kind, or an enum. Types compare with ==.
type Type struct {
	Kind Kind
	Enum *EnumType // set exactly when Kind is Enum
}

// String is the type's qualified name, "Edm.Int32" or "Microsoft.VisualStudio.Services.Analytics.Model.Period".
func (t Type) String() string {
	if t.Enum != nil {
		return ModelNamespace + "." + t.Enum.Name
	}
	return kindNames[t.Kind]
}

// The namespaces of the published metadata document.
const (
	ModelNamespace    = "Microsoft.VisualStudio.Services.Analytics.Model"
	FunctionNamespace = "Microsoft.VisualStudio.Services.Analytics"
)

// EnumType is an enumeration; its values are stored as their number and written as their name.
type EnumType struct {
	Name       string
	Underlying Kind // Int32 (left out of the document), Byte or Int16
	Flags      bool
	Since      Version
	Members    []EnumMember
}

// EnumMember is one named value.
type EnumMember struct {
	Name    string
	Value   int64
	Display string // Display.DisplayName annotation; empty when there is none
}

// EntityType describes one entity type together with the entity set that serves it. Property order is the order of the
// published document; rows are written in it whatever order $select names.
type EntityType struct {
	Name         string
	Set          string
	SetDisplay   string // display annotation of the set; empty when there is none
	Since        Version
	Key          []string // sorted by name
	ProjectBound bool     // rows belong to a project, so reading them needs the right to read it
	Snapshot     bool     // one row per day; meant for aggregation only
	CustomFields bool     // custom fields are appended, sorted by name
	Properties   []Property
	Navigation   []Navigation

	missing []string // properties left out because no process in scope has their field
}

// Property is a structural property.
type Property struct {
	Name         string
	Type         Type
	NotNull      bool
	Since        Version
	Ref          string // reference name of the work item field it shows; published only beside a display name
	Display      string
	Description  string
	PII          bool // personally identifiable: hidden from callers who are no members
	ProcessField bool // exists only where a process in scope has the field Ref, be it a field every stock process has
	Custom       bool // comes from the custom field Ref
}

// Navigation is a navigation property. A single-valued one joins FK of this type to RefKey of the target; how a
// collection is joined is a matter of storage.
type Navigation struct {
	Name           string
	Target         string // entity type name
	Collection     bool
	NotNull        bool
	FK             string
	RefKey         string
	Since          Version
	Ref            string
	Display        string
	CrossesProject bool // targets may lie in another project than the source
	NotExpandable  bool
	Custom         bool // comes from the custom identity field Ref
}

// Model is the entity model as one scope sees it: the members of one version, without the predefined properties whose
// field the scope lacks, with a property for each custom field. It never changes after New and is safe for concurrent
// use as long as callers change nothing reached through it either.
type Model struct {
	version Version
	types   []*EntityType
	enums   []*EnumType
}

// New is the model of a version for a scope with the given fields.
func New(v Version, f Fields) *Model {
	m := &Model{version: v}
	for _, e := range enumTypes {
		if e.Since <= v {
			m.enums = append(m.enums, e)
		}
	}
	custom := nameCustomFields(f.Custom)
	for _, t := range entityTypes {
		if t.Since <= v {
			m.types = append(m.types, t.in(v, f.Predefined, custom))
		}
	}
	return m
}

// in is the copy of a literal that a scope sees, completed with what literals leave out.
func (t *EntityType) in(v Version, predefined map[string]bool, custom customMembers) *EntityType {
	scoped := *t
	scoped.Properties, scoped.Navigation = nil, nil
	for _, p := range t.Properties {
		switch {
		case p.Since > v:
		case p.ProcessField && !predefined[p.Ref]:
			scoped.missing = append(scoped.missing, p.Name)
		default:
			p.Since = max(p.Since, t.Since)
			scoped.Properties = append(scoped.Properties, p)
		}
	}
	for _, n := range t.Navigation {
		if n.Since > v {
			continue
		}
		n.Since = max(n.Since, t.Since)
		if !n.Collection {
			n.RefKey = typeNamed(entityTypes, n.Target).Key[0]
			n.NotNull = t.Property(n.FK).NotNull
		}
		scoped.Navigation = append(scoped.Navigation, n)
	}
	if t.CustomFields {
		scoped.Properties = append(scoped.Properties, custom.properties...)
		scoped.Navigation = append(scoped.Navigation, custom.navigation...)
	}
	return &scoped
}

// Version is the version the model was made for.
func (m *Model) Version() Version { return m.version }

// EntitySets lists the types in the order of their sets in the container.
func (m *Model) EntitySets() []*EntityType { return slices.Clone(m.types) }

// Set is the type behind an entity set, or nil. Like all lookups here it tries the exact name first and then any
// letter case, because documented samples write "Workitems".
func (m *Model) Set(name string) *EntityType {
	return find(slices.Values(m.types), name, func(t *EntityType) string { return t.Set })
}

// Type is the entity type of a short or qualified name, or nil.
func (m *Model) Type(name string) *EntityType { return typeNamed(m.types, name) }

func typeNamed(types []*EntityType, name string) *EntityType {
	return find(slices.Values(types), unqualified(name), func(t *EntityType) string { return t.Name })
}

// EnumType is the enum type of a short or qualified name, or nil.
func (m *Model) EnumType(name string) *EnumType {
	return find(slices.Values(m.enums), unqualified(name), func(e *EnumType) string { return e.Name })
}

func unqualified(name string) string { return strings.TrimPrefix(name, ModelNamespace+".") }

// Target is the type a navigation property of this model leads to.
func (m *Model) Target(n *Navigation) *EntityType { return m.Type(n.Target) }

// Property is the property of that name, or nil.
func (t *EntityType) Property(name string) *Property {
	return find(pointers(t.Properties), name, func(p *Property) string { return p.Name })
}

// Nav is the navigation property of that name, or nil.
func (t *EntityType) Nav(name string) *Navigation {
	return find(pointers(t.Navigation), name, func(n *Navigation) string { return n.Name })
}

// Missing reports whether the name is that of a predefined property which this scope lacks because no process in it has
// the field, as opposed to a name that is plainly wrong.
func (t *EntityType) Missing(name string) bool {
	return slices.ContainsFunc(t.missing, func(missing string) bool { return strings.EqualFold(missing, name) })
}

// find is the member of that name, an exact match before one in other letter case, or nil.
func find[E any](members iter.Seq[*E], want string, name func(*E) string) *E {
	var folded *E
	for member := range members {
		switch got := name(member); {
		case got == want:
			return member
		case folded == nil && strings.EqualFold(got, want):
			folded = member
		}
	}
	return folded
}

func pointers[E any](list []E) iter.Seq[*E] {
	return func(yield func(*E) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}
