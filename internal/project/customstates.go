package project

import (
	"errors"
	"fmt"

	"boardwalk/internal/db"
)

// AddState stores a workflow state of a work item type of a derived process. An empty color stands for that of the
// category. Items may go to and from it from and to every other state, see [Process.AddState].
func (s *Store) AddState(tx *db.Tx, org int64, process, typeName string, state State) error {
	if _, err := tx.Exec(insertProcessState, org, process, typeName, state.Name, state.Category.String(), state.Color); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.ProcessChanged})
	return err
}

// readStates puts the added states on the derived processes.
func (c *Catalog) readStates(tx *db.Tx, org int64) error {
	rows, err := tx.Query(selectProcessStates, org)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var process, typeName, category string
		var state State
		if err := rows.Scan(&process, &typeName, &state.Name, &category, &state.Color); err != nil {
			return err
		}
		var ok bool
		if state.Category, ok = ParseStateCategory(category); !ok {
			return fmt.Errorf("state %s of type %s: unknown category %q", state.Name, typeName, category)
		}
		p := c.Process(process)
		if p == nil {
			return fmt.Errorf("state %s of type %s: no process %s", state.Name, typeName, process)
		}
		if err := p.AddState(typeName, state); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
