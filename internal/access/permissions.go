package access

import (
	"errors"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Permission is a right in a project that can be set apart from the roles.
type Permission string

// ViewAnalytics is the right to ask Analytics for a project's data. Readers, contributors and administrators have it.
// documented: permissions and prerequisites of Analytics.
const ViewAnalytics Permission = "ViewAnalytics"

// Decision is what is set for a permission. A denial wins over every allowance.
type Decision uint8

// The decisions. NotSet leaves it to the other settings and, without any, to the role.
const (
	NotSet Decision = iota
	Allow
	Deny
)

// Subject is whom a permission is set for: a user, or everybody who has a role in the project.
type Subject struct {
	User int64
	Role Role
}

// SetPermission sets a permission of a project. It returns a 403 fault unless the caller administers the project.
func (s *Store) SetPermission(tx *db.Tx, c *Caller, project int64, p Permission, of Subject, d Decision) error {
	if !c.CanBypassRules(project) {
		return fault.AccessDenied(c.User.DisplayName, "Manage permissions")
	}
	if (of.User == 0) == (of.Role == "") {
		return errors.New("a permission is set for a user or for a role")
	}
	if _, err := tx.Exec(deletePermission, c.Org, project, string(p), of.User, string(of.Role)); err != nil {
		return err
	}
	if d != NotSet {
		if _, err := tx.Exec(insertPermission, c.Org, project, string(p), of.User, string(of.Role), d == Deny); err != nil {
			return err
		}
	}
	_, err := tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: project, Ref: of.User})
	return err
}

// readDenials notes the projects whose Analytics data the caller must not see.
func (s *Store) readDenials(tx *db.Tx, c *Caller) error {
	denied, err := db.Collect(tx, selectDenied, []any{c.Org, string(ViewAnalytics), c.User.ID}, func(r *db.Rows) (int64, error) {
		var project int64
		err := r.Scan(&project)
		return project, err
	})
	for _, project := range denied {
		if c.noAnalytics == nil {
			c.noAnalytics = map[int64]bool{}
		}
		c.noAnalytics[project] = true
	}
	return err
}

var (
	deletePermission = db.SQL("access.deletePermission", `
		DELETE FROM project_permissions WHERE org_id = $1 AND project_id = $2 AND permission = $3 AND user_id = $4 AND role = $5`)
	insertPermission = db.SQL("access.insertPermission", `
		INSERT INTO project_permissions (org_id, project_id, permission, user_id, role, is_denied) VALUES ($1, $2, $3, $4, $5, $6)`)
	selectDenied = db.SQL("access.selectDenied", `
		SELECT d.project_id FROM project_permissions d
		JOIN projects p ON p.org_id = d.org_id AND p.project_id = d.project_id AND NOT p.is_deleted
		WHERE d.org_id = $1 AND d.permission = $2 AND d.is_denied AND (d.user_id = $3
			OR d.user_id = 0 AND d.role IN (SELECT m.role FROM project_members m
					WHERE m.org_id = d.org_id AND m.project_id = d.project_id AND m.user_id = $3
				UNION ALL
				SELECT 'contributor' FROM team_members m
					JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id AND NOT t.is_deleted
					WHERE m.org_id = d.org_id AND t.project_id = d.project_id AND m.user_id = $3))`)
)
