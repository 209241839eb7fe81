package project

import (
	"fmt"
	"slices"
	"strings"
)

// FieldID identifies a field inside an organization. It is stored with every revision and is not
// part of the REST contract, so the id of a field never changes: fields.json gives each system
// field its number, new ones take the next free number from 10000 on, and the custom fields of an
// organization count from [FirstCustomFieldID].
type FieldID int32

// FirstCustomFieldID is the lowest id a custom field may have.
const FirstCustomFieldID FieldID = 20000

// Field is a field work items may carry. Fields are immutable and safe for concurrent use.
type Field struct {
	ID            FieldID
	ReferenceName string
	Name          string
	Description   string
	Type          FieldType

	Identity bool // the value is a person
	ReadOnly bool // as GET wit/fields says; area and iteration path are writable all the same
	Core     bool // on every work item type of every process
	Computed bool // follows from another field, is never stored
	Internal bool // listed for completeness, carries no value in REST answers
	Custom   bool // added by the organization

	Board   *Board // that the field puts cards on, nil for all others
	Part    BoardPart
	Deleted bool // by the organization
	Locked  bool // by the organization: cannot be changed

	Picklist *Picklist // the values it takes, nil for any
}

// FieldType is the type of a field's values. Persons are fields of type String with
// [Field.Identity] set.
type FieldType uint8

// The field types, in the order of their numbers in the database.
const (
	String FieldType = iota + 1
	Integer
	Double
	DateTime
	Boolean
	GUID
	PlainText
	HTML
	History
	TreePath
)

// fieldTypeNames holds the wire names, indexed by type.
var fieldTypeNames = [...]string{
	String: "string", Integer: "integer", Double: "double", DateTime: "dateTime", Boolean: "boolean",
	GUID: "guid", PlainText: "plainText", HTML: "html", History: "history", TreePath: "treePath",
}

// ParseFieldType finds the type with a wire name, whatever its case; ok is false when there is none.
func ParseFieldType(name string) (t FieldType, ok bool) {
	i := indexFold(fieldTypeNames[:], name)
	return FieldType(max(i, 0)), i > 0
}

// String returns the wire name.
func (t FieldType) String() string {
	if t == 0 || int(t) >= len(fieldTypeNames) {
		return fmt.Sprintf("FieldType(%d)", uint8(t))
	}
	return fieldTypeNames[t]
}

// UnmarshalText reads a wire name.
func (t *FieldType) UnmarshalText(text []byte) error {
	parsed, ok := ParseFieldType(string(text))
	if !ok {
		return fmt.Errorf("unknown field type %q", text)
	}
	*t = parsed
	return nil
}

// SystemFields returns the fields every organization has, System fields first and each group in
// the order of its reference names. The slice belongs to the caller.
func SystemFields() []*Field {
	return slices.Clone(system().fields)
}

// SystemField finds a system field by reference name or by name, whatever the case, or returns nil.
func SystemField(referenceNameOrName string) *Field {
	return system().field(referenceNameOrName)
}

// indexFold is slices.Index for names that differ in case only.
func indexFold(names []string, name string) int {
	return slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}
