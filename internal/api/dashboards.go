package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// dashboardScopes are what dashboards belong to; numbers are those of the SDKs.
func dashboardScopes() enum {
	return enum{{"project_Team", "1"}, {"project", "2"}, {"collection_User", "0"}}
}

// dashboardsURL is the address of the dashboards of a team, or without one of a project.
func (r *request) dashboardsURL(p *project.Project, t *project.Team) string {
	at := r.base + "/" + p.GUID.String()
	if t != nil {
		at += "/" + t.GUID.String()
	}
	return at + "/_apis/Dashboard/Dashboards"
}

func (r *request) dashboard(d *project.Dashboard, people *access.Directory, whole bool) azdo.Dashboard {
	group := r.dashboardsURL(d.Project, d.Team)
	url := group + "/" + d.GUID.String()
	shown := azdo.Dashboard{ID: d.GUID.String(), Name: d.Name, Description: d.Description, Position: d.Position, RefreshInterval: d.RefreshInterval,
		ETag: strconv.FormatInt(d.Version, 10), DashboardScope: "project", ModifiedDate: azdo.Time{Time: d.ModifiedAt}, URL: url,
		Links: azdo.Links{{Name: "self", Href: url}, {Name: "group", Href: group}, {Name: "widgets", Href: url + "/Widgets"}}}
	if u := people.User(d.ModifiedBy); u != nil {
		shown.ModifiedBy = u.GUID.String()
	}
	if d.Team != nil {
		shown.DashboardScope, shown.GroupID, shown.OwnerID = "project_Team", d.Team.GUID.String(), d.Team.GUID.String()
	} else if u := people.User(d.CreatedBy); u != nil {
		shown.OwnerID = u.GUID.String()
	}
	if whole {
		shown.Widgets = []azdo.Widget{}
		for i := range d.Widgets {
			w := r.widget(d, &d.Widgets[i])
			w.Dashboard = nil // which it is in
			shown.Widgets = append(shown.Widgets, w)
		}
	}
	return shown
}

func (a *API) dashboardGroup(ctx context.Context, r *request, g *project.DashboardGroup) (shown azdo.DashboardGroup, err error) {
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	if err != nil {
		return shown, err
	}
	shown = azdo.DashboardGroup{DashboardEntries: []azdo.Dashboard{}, TeamDashboardPermission: dashboardPermissions(g.Permissions), URL: r.dashboardsURL(g.Project, g.Team)}
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}}
	for _, d := range g.Dashboards {
		shown.DashboardEntries = append(shown.DashboardEntries, r.dashboard(d, people, false))
	}
	return shown, nil
}

// dashboardPermissions writes permissions as the SDKs name them.
func dashboardPermissions(have int64) string {
	words := []string{}
	for i, word := range []string{"read", "create", "edit", "delete", "managePermissions"} {
		if have&(1<<i) != 0 {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// listDashboards lists dashboards without their widgets. Before the third revision of the resource they were a group.
func (a *API) listDashboards(ctx context.Context, r *request) (any, error) {
	g, err := a.config.Projects.Dashboards(ctx, r.caller, r.target.project, r.target.team)
	if err != nil {
		return nil, err
	}
	shown, err := a.dashboardGroup(ctx, r, g)
	if err != nil || r.version.preview && r.version.revision < 3 {
		return shown, err
	}
	return azdo.NewList(shown.DashboardEntries), nil
}

func (a *API) showDashboard(ctx context.Context, r *request) (any, error) {
	d, err := a.config.Projects.Dashboard(ctx, r.caller, r.target.project, r.target.team, r.params["dashboardId"])
	return a.shownDashboard(ctx, r, d, err)
}

func (a *API) shownDashboard(ctx context.Context, r *request, d *project.Dashboard, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	return r.dashboard(d, people, true), nil
}

// givenDashboard is a dashboard that a client wrote. What it does not say is nil.
type givenDashboard struct {
	ID              string        `json:"id"`
	ETag            string        `json:"eTag"`
	Name            *string       `json:"name"`
	Description     *string       `json:"description"`
	Position        *int64        `json:"position"`
	RefreshInterval *int64        `json:"refreshInterval"`
	DashboardScope  word          `json:"dashboardScope"`
	Widgets         []givenWidget `json:"widgets"`
}

func (g *givenDashboard) draft() project.DashboardDraft {
	return project.DashboardDraft{ID: g.ID, ETag: g.ETag, Name: g.Name, Description: g.Description, Position: g.Position, RefreshInterval: g.RefreshInterval,
		Widgets: widgetDrafts(g.Widgets)}
}

// createDashboard makes a dashboard of the team in the path, or without one of the project.
func (a *API) createDashboard(ctx context.Context, r *request) (any, error) {
	var given givenDashboard
	if err := r.decode(&given); err != nil {
		return nil, err
	}
	fits := map[bool]string{true: "project", false: "project_Team"}[r.target.team == ""]
	if scope := dashboardScopes().spell(given.DashboardScope); scope != "" && !strings.EqualFold(scope, fits) {
		return nil, fault.InvalidArgument("The dashboardScope %q does not fit the path: dashboards of a team are made at /{project}/{team}/, those of a project at /{project}/.", scope)
	}
	d, err := a.config.Projects.CreateDashboard(ctx, r.caller, r.target.project, r.target.team, given.draft())
	return a.shownDashboard(ctx, r, d, err)
}

func (a *API) replaceDashboard(ctx context.Context, r *request) (any, error) {
	var given givenDashboard
	if err := r.decode(&given); err != nil {
		return nil, err
	}
	d, err := a.config.Projects.ReplaceDashboard(ctx, r.caller, r.target.project, r.target.team, r.params["dashboardId"], given.draft())
	return a.shownDashboard(ctx, r, d, err)
}

// replaceDashboards changes what is said of a group of dashboards, and removes those left out.
func (a *API) replaceDashboards(ctx context.Context, r *request) (any, error) {
	var group struct {
		DashboardEntries []givenDashboard `json:"dashboardEntries"`
	}
	if err := r.decode(&group); err != nil {
		return nil, err
	}
	if group.DashboardEntries == nil { // an empty list would say that all go
		return nil, fault.InvalidArgument("A group has dashboardEntries: those that are left out are removed.")
	}
	drafts := make([]project.DashboardDraft, len(group.DashboardEntries))
	for i := range group.DashboardEntries {
		drafts[i] = group.DashboardEntries[i].draft()
	}
	g, err := a.config.Projects.ReplaceDashboards(ctx, r.caller, r.target.project, r.target.team, drafts)
	if err != nil {
		return nil, err
	}
	return a.dashboardGroup(ctx, r, g)
}

func (a *API) deleteDashboard(ctx context.Context, r *request) (any, error) {
	return reply{status: http.StatusNoContent}, a.config.Projects.DeleteDashboard(ctx, r.caller, r.target.project, r.target.team, r.params["dashboardId"])
}
