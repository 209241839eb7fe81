package project

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Dashboard is a page of widgets, of a team or of a whole project.
type Dashboard struct {
	GUID            uuid.UUID
	Project         *Project
	Team            *Team // nil of the project itself
	Name            string
	Description     string
	Position        int64 // among those of its team
	RefreshInterval int64 // minutes
	Version         int64 // grows with every change; clients know it as the eTag
	CreatedBy       int64
	ModifiedBy      int64
	ModifiedAt      time.Time
	Widgets         []Widget // none when dashboards are listed
}

// DashboardGroup is the dashboards of a team or, without a team, all of a project that the caller may read.
type DashboardGroup struct {
	Project     *Project
	Team        *Team
	Dashboards  []*Dashboard // by position
	Permissions int64        // of the caller, on those of the team or of the project itself
}

// DashboardDraft is what a request says of a dashboard. Nil members are as they were, or as the server decides.
type DashboardDraft struct {
	ID              string
	ETag            string // that the change starts from; empty for whichever
	Name            *string
	Description     *string
	Position        *int64
	RefreshInterval *int64
	Widgets         []WidgetDraft
}

const (
	maxDashboards       = 500 // of a team; documented: limits of dashboards
	maxDashboardName    = 128
	maxDashboardText    = 4000    // characters of a description
	maxRefreshInterval  = 24 * 60 // minutes
	maxPosition         = 1_000_000
	maxDashboardWidgets = 200      // documented
	maxWidgetSettings   = 64 << 10 // bytes
	maxWidgetBytes      = 4 << 20  // of all widgets
)

var (
	selectDashboards = db.SQL("project.selectDashboards", `
		SELECT guid, team_id, name, description, position, refresh_interval, version, created_by, modified_by, modified_at, '[]'
		FROM dashboards WHERE org_id = $1 AND project_id = $2 ORDER BY position, name, guid`)
	selectDashboard = db.SQL("project.selectDashboard", `
		SELECT guid, team_id, name, description, position, refresh_interval, version, created_by, modified_by, modified_at, widgets
		FROM dashboards WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
	insertDashboard = db.SQL("project.insertDashboard", `
		INSERT INTO dashboards (org_id, project_id, guid, team_id, name, description, position, refresh_interval, version, created_by,
			modified_by, modified_at, widgets) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`)
	updateDashboard = db.SQL("project.updateDashboard", `
		UPDATE dashboards SET name = $4, description = $5, position = $6, refresh_interval = $7, version = $8, modified_by = $9, modified_at = $10
		WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
	updateWidgets = db.SQL("project.updateWidgets",
		`UPDATE dashboards SET widgets = $4 WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
	deleteDashboard = db.SQL("project.deleteDashboard",
		`DELETE FROM dashboards WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
	deleteTeamDashboards = db.SQL("project.deleteTeamDashboards",
		`DELETE FROM dashboards WHERE org_id = $1 AND project_id = $2 AND team_id = $3`)
)

func (p *Project) scanDashboard(r *db.Rows) (*Dashboard, error) {
	d := &Dashboard{Project: p}
	var team int64
	var widgets string
	err := r.Scan(&d.GUID, &team, &d.Name, &d.Description, &d.Position, &d.RefreshInterval, &d.Version, &d.CreatedBy, &d.ModifiedBy, &d.ModifiedAt, &widgets)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(p.Teams, func(t *Team) bool { return t.ID == team }); at >= 0 {
		d.Team = p.Teams[at]
	} else if team != 0 { // never show it as one of the project
		return nil, fmt.Errorf("the dashboard %s is of the unknown team %d", d.GUID, team)
	}
	if err := json.Unmarshal([]byte(widgets), &d.Widgets); err != nil {
		return nil, fmt.Errorf("widgets of the dashboard %s: %w", d.GUID, err)
	}
	return d, nil
}

// dashboardToken is the token of the dashboards of a team, or of the project's own ones.
func dashboardToken(p *Project, t *Team, dashboard ...uuid.UUID) string {
	team := uuid.Nil
	if t != nil {
		team = t.GUID
	}
	return access.DashboardToken(p.GUID, append([]uuid.UUID{team}, dashboard...)...)
}

func (d *Dashboard) allows(c *access.Caller, permission int64) bool {
	return c.Allowed(access.DashboardNamespace, dashboardToken(d.Project, d.Team, d.GUID), permission)
}

func (d *Dashboard) permit(c *access.Caller, permission int64) error {
	if !d.allows(c, permission) {
		return deniedDashboards(c, permission)
	}
	return nil
}

func deniedDashboards(c *access.Caller, permission int64) error {
	return fault.AccessDenied(c.User.DisplayName, map[int64]string{access.CreateDashboards: "Create dashboards", access.EditDashboards: "Edit dashboards",
		access.DeleteDashboards: "Delete dashboards"}[permission])
}

// Dashboards lists the dashboards of a team, or without one all of a project, without their widgets. Faults: project or team
// not found.
func (s *Store) Dashboards(ctx context.Context, c *access.Caller, projectName, team string) (g *DashboardGroup, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		g, err = s.dashboards(tx, c, projectName, team)
		return err
	})
	return g, err
}

func (s *Store) dashboards(tx *db.Tx, c *access.Caller, projectName, team string) (*DashboardGroup, error) {
	p, t, err := s.dashboardOwner(tx, c, projectName, team)
	if err != nil {
		return nil, err
	}
	g := &DashboardGroup{Project: p, Team: t, Permissions: c.Permissions(access.DashboardNamespace, dashboardToken(p, t))}
	g.Dashboards, err = db.Collect(tx, selectDashboards, []any{c.Org, p.ID}, p.scanDashboard)
	g.Dashboards = slices.DeleteFunc(g.Dashboards, func(d *Dashboard) bool {
		return t != nil && d.Team != t || !d.allows(c, access.ReadDashboards)
	})
	return g, err
}

func (s *Store) dashboardOwner(tx *db.Tx, c *access.Caller, projectName, team string) (p *Project, t *Team, err error) {
	if p, err = s.readable(tx, c, projectName); err != nil || team == "" {
		return p, nil, err
	}
	if t = p.FindTeam(team); t == nil {
		err = fault.TeamNotFound(team)
	}
	return p, t, err
}

// Dashboard reads a dashboard of a team, or without one whichever of a project. Faults: project, team or dashboard not found.
func (s *Store) Dashboard(ctx context.Context, c *access.Caller, projectName, team, id string) (d *Dashboard, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		d, err = s.findDashboard(tx, c, projectName, team, id)
		return err
	})
	return d, err
}

func (s *Store) findDashboard(tx *db.Tx, c *access.Caller, projectName, team, id string) (*Dashboard, error) {
	p, t, err := s.dashboardOwner(tx, c, projectName, team)
	if err != nil {
		return nil, err
	}
	guid, err := uuid.Parse(id)
	if err != nil {
		return nil, fault.DashboardNotFound(id)
	}
	found, err := db.Collect(tx, selectDashboard, []any{c.Org, p.ID, guid}, p.scanDashboard)
	if err == nil && (len(found) == 0 || t != nil && found[0].Team != t || !found[0].allows(c, access.ReadDashboards)) {
		err = fault.DashboardNotFound(id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
