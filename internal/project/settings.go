package project

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Place is where clients keep settings: for everybody or for the caller alone, in a project or in the organization.
type Place struct {
	Mine    bool
	Project string // GUID or name; empty for the organization
}

const (
	maxSettingName  = 400      // bytes
	maxSettingValue = 64 << 10 // bytes
	maxSettings     = 1000     // of a place
)

// Settings returns what is kept at a place by name.
func (s *Store) Settings(ctx context.Context, c *access.Caller, at Place) (kept map[string]json.RawMessage, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		project, user, err := s.place(tx, c, at, false)
		if err != nil {
			return err
		}
		kept, err = readSettings(tx, c.Org, project, user)
		return err
	})
	return kept, err
}

// ChangeSettings keeps values at a place; null removes one, and with below all names that go on with a slash. It returns
// the fault for a caller who may not, and for more than a place holds.
func (s *Store) ChangeSettings(ctx context.Context, c *access.Caller, at Place, values map[string]json.RawMessage, below bool) error {
	for name, value := range values {
		if strings.Trim(name, "/ ") == "" || len(name) > maxSettingName || len(value) > maxSettingValue || strings.ContainsFunc(name, unicode.IsControl) {
			return fault.InvalidArgument("A setting has a name of 1 to %d bytes and a value of %d bytes at most.", maxSettingName, maxSettingValue)
		}
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		project, user, err := s.place(tx, c, at, true)
		if err != nil {
			return err
		}
		kept, err := readSettings(tx, c.Org, project, user)
		if err != nil {
			return err
		}
		for name, value := range values {
			name = strings.Trim(name, "/ ")
			for old := range kept {
				if strings.EqualFold(old, name) || below && len(old) > len(name) && strings.EqualFold(old[:len(name)+1], name+"/") {
					delete(kept, old)
					if _, err := tx.Exec(deleteSetting, c.Org, project, user, strings.ToLower(old)); err != nil {
						return err
					}
				}
			}
			if value == nil || string(value) == "null" {
				continue
			}
			kept[name] = value
			if _, err := tx.Exec(insertSetting, c.Org, project, user, strings.ToLower(name), name, string(value)); err != nil {
				return err
			}
		}
		if len(kept) > maxSettings {
			return fault.InvalidArgument("More than %d settings cannot be kept in one place.", maxSettings)
		}
		return nil
	})
}

// place finds a place that the caller may read, or with write change.
func (s *Store) place(tx *db.Tx, c *access.Caller, at Place, write bool) (project, user int64, err error) {
	if at.Mine {
		user = c.User.ID
	}
	if at.Project == "" {
		if write && !at.Mine {
			return 0, user, administers(c)
		}
		return 0, user, nil
	}
	p, err := s.readable(tx, c, at.Project)
	if err != nil {
		return 0, 0, err
	}
	if write && !at.Mine && !c.CanManage(p.ID) {
		return 0, 0, fault.AccessDenied(c.User.DisplayName, "Edit project-level information")
	}
	return p.ID, user, nil
}

func readSettings(tx *db.Tx, org, project, user int64) (map[string]json.RawMessage, error) {
	kept := map[string]json.RawMessage{}
	_, err := db.Collect(tx, selectSettings, []any{org, project, user}, func(r *db.Rows) (struct{}, error) {
		var name, value string
		err := r.Scan(&name, &value)
		kept[name] = json.RawMessage(value)
		return struct{}{}, err
	})
	return kept, err
}

var (
	selectSettings = db.SQL("project.selectSettings",
		`SELECT name, value FROM settings WHERE org_id = $1 AND project_id = $2 AND user_id = $3 ORDER BY name_key`)
	insertSetting = db.SQL("project.insertSetting",
		`INSERT INTO settings (org_id, project_id, user_id, name_key, name, value) VALUES ($1, $2, $3, $4, $5, $6)`)
	deleteSetting = db.SQL("project.deleteSetting",
		`DELETE FROM settings WHERE org_id = $1 AND project_id = $2 AND user_id = $3 AND name_key = $4`)
)
