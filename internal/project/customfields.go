package project

import (
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// AddProcess stores a process derived from a system process and returns its GUID.
func (s *Store) AddProcess(tx *db.Tx, org int64, parent *Process, name, description, id string) (string, error) {
	if id == "" {
		id = uuid.NewString()
	}
	if _, err := tx.Exec(insertProcess, org, id, parent.ID, name, description); err != nil {
		return "", err
	}
	_, err := tx.Append(org, db.Change{Kind: db.ProcessChanged})
	return id, err
}

// AddField stores a custom field of the organization and returns its id.
func (s *Store) AddField(tx *db.Tx, org int64, f Field) (FieldID, error) {
	if err := tx.Raise(org, "field", int64(FirstCustomFieldID)-1); err != nil {
		return 0, err
	}
	id, err := tx.Reserve(org, "field", 1)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(insertField, org, id, f.ReferenceName, strings.ToLower(f.ReferenceName), f.Name, f.Description,
		f.Type.String(), f.Identity, f.Picklist.id())
	if err != nil {
		return 0, err
	}
	_, err = tx.Append(org, db.Change{Kind: db.FieldChanged, Ref: id})
	return FieldID(id), err //nolint:gosec // from a counter that starts at 20000
}

// AttachField puts a custom field on a work item type of a derived process.
func (s *Store) AttachField(tx *db.Tx, org int64, process, typeName string, field FieldID) error {
	if _, err := tx.Exec(insertProcessField, org, process, typeName, int64(field)); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.ProcessChanged, Ref: int64(field)})
	return err
}
