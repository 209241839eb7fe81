package project

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// CreateDashboard stores a dashboard of a team or, without one, of the project, which whoever made it may do everything with.
// Faults: project or team not found, access denied, what a dashboard cannot have.
func (s *Store) CreateDashboard(ctx context.Context, c *access.Caller, projectName, team string, draft DashboardDraft) (d *Dashboard, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		p, t, err := s.dashboardOwner(tx, c, projectName, team)
		if err != nil {
			return err
		}
		if !c.Allowed(access.DashboardNamespace, dashboardToken(p, t), access.CreateDashboards) {
			return deniedDashboards(c, access.CreateDashboards)
		}
		all, err := db.Collect(tx, selectDashboards, []any{c.Org, p.ID}, p.scanDashboard)
		if err != nil {
			return err
		}
		d = &Dashboard{GUID: uuid.New(), Project: p, Team: t, Position: 1, CreatedBy: c.User.ID}
		count, owner := 0, int64(0)
		for _, other := range all {
			if other.Team == t {
				count, d.Position = count+1, max(d.Position, other.Position+1)
			}
		}
		if count >= maxDashboards {
			return fault.DashboardLimit(maxDashboards)
		}
		if t != nil {
			owner = t.ID
		}
		if err := d.replace(draft, true); err != nil {
			return err
		}
		widgets, err := d.touch(tx, c)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(insertDashboard, c.Org, p.ID, d.GUID, owner, d.Name, d.Description, d.Position, d.RefreshInterval, d.Version, d.CreatedBy,
			d.ModifiedBy, d.ModifiedAt, widgets); err != nil {
			return err
		}
		if t == nil {
			if err := access.Own(tx, c, access.FindNamespace(access.DashboardNamespace), dashboardToken(p, nil, d.GUID)); err != nil {
				return err
			}
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: p.ID})
		return err
	})
	return d, err
}

// ReplaceDashboard changes a dashboard, with its widgets when the draft has any list of them. Faults: project, team or
// dashboard not found, access denied, another eTag, what a dashboard cannot have.
func (s *Store) ReplaceDashboard(ctx context.Context, c *access.Caller, projectName, team, id string, draft DashboardDraft) (*Dashboard, error) {
	return s.changeDashboard(ctx, c, projectName, team, id, draft.ETag, func(d *Dashboard) error { return d.replace(draft, false) })
}

// ChangeWidgets changes the widgets of a dashboard; eTag is the dashboard's, or empty. Faults: project, team, dashboard or
// widget not found, access denied, another eTag, what a widget cannot have.
func (s *Store) ChangeWidgets(ctx context.Context, c *access.Caller, projectName, team, id, eTag string, change WidgetChange) (*Dashboard, error) {
	return s.changeDashboard(ctx, c, projectName, team, id, eTag, change)
}

func (s *Store) changeDashboard(ctx context.Context, c *access.Caller, projectName, team, id, eTag string, change func(*Dashboard) error) (d *Dashboard, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if d, err = s.findDashboard(tx, c, projectName, team, id); err != nil {
			return err
		}
		if err := d.permit(c, access.EditDashboards); err != nil {
			return err
		}
		if err := d.expect(eTag); err != nil {
			return err
		}
		if err := change(d); err != nil {
			return err
		}
		widgets, err := d.touch(tx, c)
		if err != nil {
			return err
		}
		if err := d.store(tx, c); err != nil {
			return err
		}
		_, err = tx.Exec(updateWidgets, c.Org, d.Project.ID, d.GUID, widgets)
		return err
	})
	return d, err
}

// ReplaceDashboards gives the dashboards of a team, or without one of a project, other names, positions and such, and
// removes those that the drafts leave out. documented. Widgets stay. It returns the fault for a dashboard that is not among them, access
// denied, another eTag, and what a dashboard cannot have.
func (s *Store) ReplaceDashboards(ctx context.Context, c *access.Caller, projectName, team string, drafts []DashboardDraft) (g *DashboardGroup, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if g, err = s.dashboards(tx, c, projectName, team); err != nil {
			return err
		}
		kept := map[*Dashboard]bool{}
		for _, draft := range drafts {
			at := slices.IndexFunc(g.Dashboards, func(d *Dashboard) bool { return strings.EqualFold(d.GUID.String(), draft.ID) })
			if at < 0 {
				return fault.DashboardNotFound(draft.ID)
			}
			d := g.Dashboards[at]
			if kept[d] {
				return fault.InvalidArgument("The dashboard %s is in the list twice.", d.GUID)
			}
			kept[d] = true
			if err := d.expect(draft.ETag); err != nil {
				return err
			}
			before := *d
			draft.Widgets = nil
			if err := d.replace(draft, false); err != nil {
				return err
			}
			if d.Name == before.Name && d.Description == before.Description && d.Position == before.Position && d.RefreshInterval == before.RefreshInterval {
				continue
			}
			if err := d.permit(c, access.EditDashboards); err != nil {
				return err
			}
			d.Version, d.ModifiedBy, d.ModifiedAt = d.Version+1, c.User.ID, tx.Now()
			if err := d.store(tx, c); err != nil {
				return err
			}
		}
		for _, d := range g.Dashboards {
			if kept[d] {
				continue
			}
			if err := d.remove(tx, c); err != nil {
				return err
			}
		}
		g, err = s.dashboards(tx, c, projectName, team)
		return err
	})
	return g, err
}

// DeleteDashboard removes a dashboard with its widgets. Faults: project, team or dashboard not found, access denied.
func (s *Store) DeleteDashboard(ctx context.Context, c *access.Caller, projectName, team, id string) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		d, err := s.findDashboard(tx, c, projectName, team, id)
		if err != nil {
			return err
		}
		return d.remove(tx, c)
	})
}

func (d *Dashboard) remove(tx *db.Tx, c *access.Caller) error {
	if err := d.permit(c, access.DeleteDashboards); err != nil {
		return err
	}
	if _, err := tx.Exec(deleteDashboard, c.Org, d.Project.ID, d.GUID); err != nil {
		return err
	}
	_, err := tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: d.Project.ID})
	return err
}

// replace puts what a draft says on a dashboard.
func (d *Dashboard) replace(draft DashboardDraft, isNew bool) error {
	if draft.Name != nil {
		d.Name = strings.TrimSpace(*draft.Name)
	}
	if draft.Name != nil || isNew {
		if d.Name == "" || utf8.RuneCountInString(d.Name) > maxDashboardName || strings.ContainsFunc(d.Name, isControl) {
			return fault.InvalidArgument("The name of a dashboard has 1 to %d characters.", maxDashboardName)
		}
	}
	if draft.Description != nil {
		if d.Description = *draft.Description; utf8.RuneCountInString(d.Description) > maxDashboardText || strings.ContainsRune(d.Description, 0) {
			return fault.InvalidArgument("The description of a dashboard has %d characters at most.", maxDashboardText)
		}
	}
	if draft.Position != nil {
		if d.Position = *draft.Position; d.Position < 0 || d.Position > maxPosition {
			return fault.InvalidArgument("The position of a dashboard is a number from 0 to %d.", maxPosition)
		}
	}
	if draft.RefreshInterval != nil {
		if d.RefreshInterval = *draft.RefreshInterval; d.RefreshInterval < 0 || d.RefreshInterval > maxRefreshInterval {
			return fault.InvalidArgument("The refresh interval of a dashboard is 0 to %d minutes.", maxRefreshInterval)
		}
	}
	if draft.Widgets == nil {
		return nil
	}
	return SetWidgets(draft.Widgets)(d)
}

// expect refuses a change that starts from another version than the present one.
func (d *Dashboard) expect(eTag string) error {
	if eTag != "" && eTag != strconv.FormatInt(d.Version, 10) {
		return fault.DashboardStale(d.GUID.String(), d.Version, eTag)
	}
	return nil
}

// touch makes the next version and writes the widgets as they are stored.
func (d *Dashboard) touch(tx *db.Tx, c *access.Caller) (widgets string, err error) {
	d.Version, d.ModifiedBy, d.ModifiedAt = d.Version+1, c.User.ID, tx.Now()
	if len(d.Widgets) > maxDashboardWidgets {
		return "", fault.WidgetLimit(maxDashboardWidgets)
	}
	if d.Widgets == nil {
		d.Widgets = []Widget{}
	}
	text, err := json.Marshal(d.Widgets)
	if err == nil && len(text) > maxWidgetBytes {
		err = fault.InvalidArgument("The widgets of a dashboard have %d bytes at most.", maxWidgetBytes)
	}
	return string(text), err
}

func (d *Dashboard) store(tx *db.Tx, c *access.Caller) error {
	_, err := tx.Exec(updateDashboard, c.Org, d.Project.ID, d.GUID, d.Name, d.Description, d.Position, d.RefreshInterval, d.Version, d.ModifiedBy, d.ModifiedAt)
	return err
}
