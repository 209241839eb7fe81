package api

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// givenWidget is a widget that a client wrote. What it does not say is nil.
type givenWidget struct {
	ID        string `json:"id"`
	ETag      string `json:"eTag"`
	Dashboard struct {
		ETag string `json:"eTag"`
	} `json:"dashboard"`
	project.WidgetContent
}

func (g *givenWidget) draft() project.WidgetDraft {
	return project.WidgetDraft{ID: g.ID, ETag: g.ETag, WidgetContent: g.WidgetContent}
}

func widgetDrafts(given []givenWidget) []project.WidgetDraft {
	if given == nil {
		return nil
	}
	drafts := make([]project.WidgetDraft, len(given))
	for i := range given {
		drafts[i] = given[i].draft()
	}
	return drafts
}

// widget writes a widget with what its type says where nobody else did.
func (r *request) widget(d *project.Dashboard, w *project.Widget) azdo.Widget {
	group := r.dashboardsURL(d.Project, d.Team)
	dashboard := group + "/" + d.GUID.String()
	url := dashboard + "/Widgets/" + w.GUID.String()
	contribution := or(w.ContributionID, "")
	kind := widgetType(contribution)
	shown := azdo.Widget{ID: w.GUID.String(), ETag: strconv.FormatInt(w.Version, 10), Name: or(w.Name, kind.Name), Size: azdo.WidgetSize{RowSpan: 1, ColumnSpan: 1},
		Settings: w.Settings, SettingsVersion: azdo.SemanticVersion(or(w.SettingsVersion, project.SemanticVersion{Major: 1})), ArtifactID: or(w.ArtifactID, ""),
		ContributionID: contribution, TypeID: or(w.TypeID, kind.TypeID),
		ConfigurationContributionID: w.ConfigurationContributionID, ConfigurationContributionRelativeID: w.ConfigurationContributionRelativeID,
		ContentURI: w.ContentURI, LoadingImageURL: w.LoadingImageURL,
		IsEnabled: or(w.IsEnabled, true), IsNameConfigurable: or(w.IsNameConfigurable, true), AllowedSizes: kind.AllowedSizes,
		Position: azdo.WidgetPosition(or(w.Position, project.WidgetPosition{})), LightboxOptions: (*azdo.LightboxOptions)(w.LightboxOptions),
		Dashboard: &azdo.WidgetDashboard{ETag: strconv.FormatInt(d.Version, 10)}, URL: url,
		Links: azdo.Links{{Name: "self", Href: url}, {Name: "group", Href: group}, {Name: "dashboard", Href: dashboard}}}
	if w.Size != nil {
		shown.Size = azdo.WidgetSize(*w.Size)
	}
	if w.AllowedSizes != nil {
		shown.AllowedSizes = nil
		for _, s := range w.AllowedSizes {
			shown.AllowedSizes = append(shown.AllowedSizes, azdo.WidgetSize(s))
		}
	}
	return shown
}

// or is what p points to, or else something.
func or[T any](p *T, missing T) T {
	if p == nil {
		return missing
	}
	return *p
}

// widgets is a list of widgets with the eTag of their dashboard in front.
func (r *request) widgets(d *project.Dashboard) reply {
	shown := make([]azdo.Widget, len(d.Widgets))
	for i := range d.Widgets {
		shown[i] = r.widget(d, &d.Widgets[i])
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), etag: strconv.FormatInt(d.Version, 10)}
}

// dashboardETag is the eTag of the dashboard that a change starts from: lists of widgets have it in a header, widgets of their own.
func (r *request) dashboardETag(given ...givenWidget) string {
	tag := strings.Trim(strings.TrimPrefix(r.http.Header.Get("ETag"), "W/"), `"`)
	for i := range given {
		tag = cmp.Or(tag, given[i].Dashboard.ETag)
	}
	return tag
}

func (a *API) listWidgets(ctx context.Context, r *request) (any, error) {
	d, err := a.config.Projects.Dashboard(ctx, r.caller, r.target.project, r.target.team, r.params["dashboardId"])
	if err != nil {
		return nil, err
	}
	return r.widgets(d), nil
}

func (a *API) showWidget(ctx context.Context, r *request) (any, error) {
	d, err := a.config.Projects.Dashboard(ctx, r.caller, r.target.project, r.target.team, r.params["dashboardId"])
	return r.shownWidget(d, r.params["widgetId"], err)
}

func (r *request) shownWidget(d *project.Dashboard, id string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	w, err := d.Widget(id)
	if err != nil {
		return nil, err
	}
	return r.widget(d, w), nil
}

func (a *API) changeWidgets(ctx context.Context, r *request, eTag string, change project.WidgetChange) (*project.Dashboard, error) {
	return a.config.Projects.ChangeWidgets(ctx, r.caller, r.target.project, r.target.team, r.params["dashboardId"], eTag, change)
}

func (a *API) createWidget(ctx context.Context, r *request) (any, error) {
	var given givenWidget
	if err := r.decode(&given); err != nil {
		return nil, err
	}
	d, err := a.changeWidgets(ctx, r, r.dashboardETag(given), project.AddWidget(given.draft()))
	if err != nil {
		return nil, err
	}
	return r.widget(d, &d.Widgets[len(d.Widgets)-1]), nil
}

// changeWidget replaces or updates the widget in the path.
func (a *API) changeWidget(ctx context.Context, r *request, change func(project.WidgetDraft) project.WidgetChange) (any, error) {
	var given givenWidget
	if err := r.decode(&given); err != nil {
		return nil, err
	}
	id := r.params["widgetId"]
	if given.ID != "" && !strings.EqualFold(given.ID, id) {
		return nil, fault.InvalidArgument("The path names the widget %s, the body %s.", id, given.ID)
	}
	given.ID = id
	d, err := a.changeWidgets(ctx, r, r.dashboardETag(given), change(given.draft()))
	return r.shownWidget(d, id, err)
}

func (a *API) replaceWidget(ctx context.Context, r *request) (any, error) {
	return a.changeWidget(ctx, r, project.ReplaceWidget)
}

func (a *API) updateWidget(ctx context.Context, r *request) (any, error) {
	return a.changeWidget(ctx, r, func(draft project.WidgetDraft) project.WidgetChange {
		return project.UpdateWidgets([]project.WidgetDraft{draft})
	})
}

// changeWidgetList replaces or updates the widgets of a dashboard, all of which come back.
func (a *API) changeWidgetList(ctx context.Context, r *request, change func([]project.WidgetDraft) project.WidgetChange) (any, error) {
	given := []givenWidget{}
	if err := r.decode(&given); err != nil {
		return nil, err
	}
	if given == nil { // null
		return nil, fault.InvalidArgument("The request body must be a list of widgets.")
	}
	d, err := a.changeWidgets(ctx, r, r.dashboardETag(given...), change(widgetDrafts(given)))
	if err != nil {
		return nil, err
	}
	return r.widgets(d), nil
}

func (a *API) replaceWidgets(ctx context.Context, r *request) (any, error) {
	return a.changeWidgetList(ctx, r, project.SetWidgets)
}

func (a *API) updateWidgets(ctx context.Context, r *request) (any, error) {
	return a.changeWidgetList(ctx, r, project.UpdateWidgets)
}

// deleteWidget takes a widget off and answers with what is left of its dashboard.
func (a *API) deleteWidget(ctx context.Context, r *request) (any, error) {
	d, err := a.changeWidgets(ctx, r, r.dashboardETag(), project.RemoveWidget(r.params["widgetId"]))
	return a.shownDashboard(ctx, r, d, err)
}
