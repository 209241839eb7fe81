package project

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

var (
	// 2 is the id of System.State, see package work.
	usedStates = db.TwinSQL("project.usedStates",
		`SELECT DISTINCT type, coalesce(fields ->> '$."2"', '') FROM work_revisions WHERE org_id = $1 AND project_id = $2 ORDER BY 1, 2`,
		`SELECT DISTINCT type, coalesce(CAST(fields AS json) ->> '2', '') FROM work_revisions WHERE org_id = $1 AND project_id = $2 ORDER BY 1, 2`)
	updateProjectProcess = db.SQL("project.updateProjectProcess",
		`UPDATE projects SET process_id = $3 WHERE org_id = $1 AND project_id = $2`)
)

// MigrateProject moves a project to another process and returns the project as it was. The process must know every type
// and state that work items of the project have or had, hidden states included; the fault says what is missing. The caller
// must administer the project.
func (s *Store) MigrateProject(ctx context.Context, c *access.Caller, nameOrID, process string) (p *Project, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		if p, err = s.projectToChange(tx, c, catalog, nameOrID); err != nil {
			return err
		}
		if p.State == Deleted {
			return NotFound(nameOrID)
		}
		to, err := catalog.FindProcess(process)
		if err != nil || to.ID == p.processID {
			return err
		}
		moved := *p
		if err := s.change(tx, c, p, &moved); err != nil {
			return err
		}
		return s.migrate(tx, c, p, to)
	})
	return p, err
}

// migrate gives a project another process. Its boards follow, and followers of the feed start over: what states mean may
// have changed for every revision.
func (s *Store) migrate(tx *db.Tx, c *access.Caller, p *Project, to *Process) error {
	org := c.Org
	if to.Disabled {
		return fault.MigrationRefused(p.Name, to.Name, "the process is disabled")
	}
	var missing []string
	_, err := db.Collect(tx, usedStates, []any{org, p.ID}, func(r *db.Rows) (struct{}, error) {
		var kind, state string
		err := r.Scan(&kind, &state)
		switch t := to.Type(kind); {
		case t == nil || t.Name != kind:
			missing = append(missing, "the work item type "+kind)
		case t.State(state) == nil || t.State(state).Name != state:
			missing = append(missing, fmt.Sprintf("the state %s of %s", state, kind))
		}
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fault.MigrationRefused(p.Name, to.Name, "work items of it have or had what the process lacks: "+strings.Join(slices.Compact(missing), ", "))
	}
	if _, err := tx.Exec(updateProjectProcess, org, p.ID, to.ID); err != nil {
		return err
	}
	from := ""
	if p.Process != nil {
		from = p.Process.Name
	}
	if err := access.Audit(tx, c, p.Audited(access.ProjectProcess, map[string]any{"OldProcess": from, "NewProcess": to.Name})); err != nil {
		return err
	}
	if _, err := tx.Append(org, db.Change{Kind: db.ProjectChanged, Project: p.ID, Ref: p.ID}); err != nil {
		return err
	}
	after, err := s.Catalog(tx, org)
	if err != nil {
		return err
	}
	for _, t := range after.Project(p.ID).Teams {
		if err := s.alignTeam(tx, org, t); err != nil {
			return err
		}
	}
	_, err = tx.Append(org, db.Change{Kind: db.Loaded})
	return err
}
