package db

import (
	"errors"
	"fmt"
)

// The tables with rows of organizations: all that name one in a column.
var organizationTables = TwinSQL("db.organizationTables",
	`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'org_id' WHERE m.type = 'table' ORDER BY m.name`,
	`SELECT table_name FROM information_schema.columns
	WHERE table_schema = current_schema() AND column_name = 'org_id' ORDER BY table_name`)

// Purge removes every row of an organization. What belongs to none, such as accounts, stays.
func (t *Tx) Purge(org int64) error {
	if org == 0 {
		return errors.New("rows of no organization belong to all")
	}
	tables, err := Collect(t, organizationTables, nil, func(r *Rows) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	})
	if err != nil {
		return err
	}
	for _, table := range tables {
		if _, err := t.Exec(SQL("db.purge", `DELETE FROM "`+table+`" WHERE org_id = $1`), org); err != nil {
			return fmt.Errorf("purge %s: %w", table, err)
		}
	}
	delete(t.heads, org)
	return nil
}
