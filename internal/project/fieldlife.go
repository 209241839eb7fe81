package project

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// FieldDraft is a custom field to make.
type FieldDraft struct {
	Field
	PicklistID string
}

// customPrefix begins the reference names of fields that organizations add.
const customPrefix = "Custom."

var (
	notPlain      = regexp.MustCompile(`[^A-Za-z0-9_]+`)
	referenceForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*\.[A-Za-z0-9_.-]+$`)
)

const maxReference = 70

// validReference reports whether a field or a type can have a reference name.
func validReference(name string) bool {
	return referenceForm.MatchString(name) && len(name) <= maxReference
}

// reserved reports whether a reference name can only be one of the system's.
func reserved(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "system.") || strings.HasPrefix(name, "microsoft.")
}

// CreateField adds a field to the organization and returns its reference name. Without one it is made of the name; a
// name without Latin letters and digits gets a GUID.
func (s *Store) CreateField(ctx context.Context, c *access.Caller, d FieldDraft) (ref string, err error) {
	err = s.customize(ctx, c, mayAdd(c), func(tx *db.Tx, catalog *Catalog) error {
		f := d.Field
		f.Name = strings.TrimSpace(f.Name)
		if !validTypeName(f.Name) {
			return fault.InvalidArgument("The name %q is not valid for a field.", f.Name)
		}
		if f.ReferenceName == "" {
			plain := notPlain.ReplaceAllString(f.Name, "")
			if plain == "" {
				plain = newGUID()
			}
			f.ReferenceName = customPrefix + plain
		}
		if !validReference(f.ReferenceName) || reserved(f.ReferenceName) {
			return fault.InvalidArgument("The reference name %q is not valid for a field. Write one such as Custom.%s.", f.ReferenceName, "Risk")
		}
		if slices.ContainsFunc(catalog.Fields, func(o *Field) bool {
			return strings.EqualFold(o.ReferenceName, f.ReferenceName) || strings.EqualFold(o.Name, f.Name)
		}) {
			return fault.FieldExists(f.Name)
		}
		switch f.Type {
		case String, Integer, Double, DateTime, Boolean, PlainText, HTML:
		default:
			return fault.InvalidArgument("Fields of type %s cannot be added.", f.Type)
		}
		if d.PicklistID != "" {
			if f.Picklist = catalog.Picklist(d.PicklistID); f.Picklist == nil {
				return fault.PicklistNotFound(d.PicklistID)
			}
			if f.Picklist.Type != f.Type || f.Identity {
				return fault.InvalidArgument("The list has values of type %s, the field of type %s.", f.Picklist.Type, f.Type)
			}
		}
		ref = f.ReferenceName
		if _, err := s.AddField(tx, c.Org, f); err != nil {
			return err
		}
		return access.Audit(tx, c, access.Event{Action: access.FieldCreated, Data: map[string]any{"FieldName": f.Name, "FieldReferenceName": ref}})
	})
	return ref, err
}

// UpdateField deletes a custom field that no item has a value of, brings it back, or locks it. nil leaves what is there.
// Deleting takes the field from all types; rules that name it must go before.
func (s *Store) UpdateField(ctx context.Context, c *access.Caller, name string, deleted, locked *bool) error {
	return s.customize(ctx, c, mayChange(c, access.EditProcess, ""), func(tx *db.Tx, catalog *Catalog) error {
		f := find(catalog.Fields, func(f *Field) bool {
			return strings.EqualFold(f.ReferenceName, name) || strings.EqualFold(f.Name, name)
		})
		switch {
		case f == nil:
			return fault.FieldMissing(name)
		case !f.Custom:
			return fault.FieldInUse(f.ReferenceName, "it belongs to the system")
		}
		gone, fixed := f.Deleted, f.Locked
		if locked != nil {
			fixed = *locked
		}
		if deleted != nil {
			gone = *deleted
		}
		if gone && !f.Deleted {
			for _, p := range catalog.Processes {
				for _, t := range p.Types {
					if rule := t.mentions(f); rule != "" {
						return fault.FieldInUse(f.ReferenceName, "the rule "+rule+" of the work item type "+t.Name+" names it")
					}
				}
			}
		}
		if gone && !f.Deleted {
			var used bool
			if err := tx.Row(fieldHasValues, []any{c.Org, f.stored()}, &used); err != nil {
				return err
			}
			if used {
				return fault.FieldInUse(f.ReferenceName, "work items have values of it")
			}
		}
		if _, err := tx.Exec(updateField, c.Org, int64(f.ID), gone, fixed, f.Description); err != nil {
			return err
		}
		if err := access.Audit(tx, c, access.Event{Action: access.FieldUpdated, Data: map[string]any{"FieldName": f.Name, "FieldReferenceName": f.ReferenceName,
			"Deleted": gone, "Locked": fixed}}); err != nil {
			return err
		}
		_, err := tx.Append(c.Org, db.Change{Kind: db.FieldChanged, Ref: int64(f.ID)})
		return err
	})
}

// mentions finds a rule of the organization that names a field, "" when there is none.
func (t *WorkItemType) mentions(f *Field) string {
	is := func(name string) bool {
		return strings.EqualFold(name, f.ReferenceName) || strings.EqualFold(name, f.Name)
	}
	for _, d := range t.CustomRules {
		if slices.ContainsFunc(d.Conditions, func(c RuleCondition) bool { return is(c.Field) }) ||
			slices.ContainsFunc(d.Actions, func(a RuleAction) bool {
				return is(a.Field) || strings.HasSuffix(strings.ToLower(a.Type), "fromfield") && is(a.Value)
			}) {
			return d.Name
		}
	}
	return ""
}

// TypeFieldDraft is what to say of a field of a type, where nil leaves what is there.
type TypeFieldDraft struct {
	Required, ReadOnly *bool
	Default            *string
	Allowed            []string
}

// PutTypeField adds a field to a type of a derived process or changes what holds for it there, and returns its
// reference name.
func (s *Store) PutTypeField(ctx context.Context, c *access.Caller, process, typeName, name string, add bool, d TypeFieldDraft) (ref string, err error) {
	err = s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		f := t.catalog.FindField(name)
		if f == nil {
			return fault.FieldNotFound(name)
		}
		ref = f.ReferenceName
		on := t.kind.Field(f.ID)
		switch {
		case on == nil && !add:
			return fault.TypeFieldNotFound(t.kind.Name, name)
		case f.Internal, f.Computed, f.Core && !ruleTarget(f):
			return fault.FieldInUse(f.ReferenceName, "it is kept by the system")
		case on == nil:
			if err := s.AttachField(t.tx, t.org, t.process.ID, t.kind.Name, f.ID); err != nil {
				return err
			}
			on = &TypeField{Field: f}
		}
		var b fieldBody
		if err := t.stored(editField, f.ReferenceName, &b); err != nil {
			return err
		}
		if d.Required != nil {
			b.Required = d.Required
		}
		if d.ReadOnly != nil {
			b.ReadOnly = d.ReadOnly
		}
		if d.Allowed != nil {
			if f.Type != String && f.Type != Integer && f.Type != Double || f.Identity || f.Picklist != nil {
				return fault.InvalidArgument("The field %s takes no list of values.", f.ReferenceName)
			}
			list := Picklist{Type: f.Type, Items: d.Allowed}
			if err := list.check(); err != nil {
				return err
			}
			b.Allowed = list.Items
		}
		if d.Default != nil {
			values, suggested := on.AllowedValues()
			if f.Picklist != nil {
				values, suggested = f.Picklist.Items, f.Picklist.Suggested
			}
			if b.Allowed != nil {
				values, suggested = b.Allowed, false
			}
			known := len(values) == 0 || suggested || slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, *d.Default) })
			if *d.Default != "" && (!literal(f, *d.Default) || !known) {
				return fault.InvalidArgument("The default %q does not fit the field %s.", *d.Default, f.ReferenceName)
			}
			b.Default = d.Default
		}
		return t.put(editField, f.ReferenceName, b)
	})
	return ref, err
}

// RemoveTypeField takes a field from a type, where the organization added it and no item has a value of it.
func (s *Store) RemoveTypeField(ctx context.Context, c *access.Caller, process, typeName, name string) error {
	return s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		f := t.catalog.FindField(name)
		if f == nil || t.kind.Field(f.ID) == nil {
			return fault.TypeFieldNotFound(t.kind.Name, name)
		}
		if rule := t.kind.mentions(f); rule != "" {
			return fault.FieldInUse(f.ReferenceName, "the rule "+rule+" names it")
		}
		if !t.kind.Field(f.ID).Added {
			return fault.FieldInUse(f.ReferenceName, "it belongs to the system")
		}
		var used bool
		if err := t.tx.Row(typeFieldHasValues, []any{t.org, t.process.ID, t.kind.Name, f.stored()}, &used); err != nil {
			return err
		}
		if used {
			return fault.FieldInUse(f.ReferenceName, "work items of the type have values of it")
		}
		if _, err := t.tx.Exec(deleteTypeField, t.org, t.process.ID, t.kind.Name, int64(f.ID)); err != nil {
			return err
		}
		return t.drop(editField, f.ReferenceName)
	})
}

// stored is the pattern of stored fields, see package work, that hold a value of the field.
func (f *Field) stored() string { return "%\"" + strconv.Itoa(int(f.ID)) + "\":%" }
