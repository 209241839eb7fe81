package api

import (
	"context"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

// widgetScopes are where widgets can be put; numbers are those of the SDKs.
func widgetScopes() enum { return enum{{"project_Team", "1"}, {"collection_User", "0"}} }

// widgetTypes are the built-in types about work items, by name. documented: the catalog of widgets; sizes are our choice.
func widgetTypes() []azdo.WidgetMetadata {
	const dashboards = "ms.vss-dashboards-web.Microsoft.VisualStudioOnline.Dashboards."
	type size = azdo.WidgetSize
	small, wide, square, large := size{RowSpan: 1, ColumnSpan: 1}, size{RowSpan: 1, ColumnSpan: 2}, size{RowSpan: 2, ColumnSpan: 2}, size{RowSpan: 2, ColumnSpan: 4}
	of := func(name, contribution string, sizes ...size) azdo.WidgetMetadata {
		return azdo.WidgetMetadata{Name: name, ContributionID: contribution, TypeID: contribution[strings.Index(contribution, "Microsoft."):], PublisherName: "Microsoft",
			AllowedSizes: sizes, IsEnabled: true, IsNameConfigurable: true, IsVisibleFromCatalog: true, SupportedScopes: []string{"project_Team"}}
	}
	return []azdo.WidgetMetadata{
		of("Burndown", dashboards+"BurndownWidget", square, large),
		of("Burnup", dashboards+"BurnupWidget", square, large),
		of("Chart for Work Items", dashboards+"WitChartWidget", wide, square, large),
		of("Cumulative Flow Diagram", dashboards+"CumulativeFlowDiagramWidget", square, large),
		of("Cycle Time", dashboards+"CycleTimeWidget", square, large),
		of("Embedded Webpage", dashboards+"IFrameWidget", small, wide, square, large),
		of("Lead Time", dashboards+"LeadTimeWidget", square, large),
		of("Markdown", dashboards+"MarkdownWidget", small, wide, square, large),
		of("New Work Item", dashboards+"NewWorkItemWidget", wide),
		of("Other Links", dashboards+"OtherLinksWidget", wide),
		of("Query Results", "ms.vss-mywork-web.Microsoft.VisualStudioOnline.MyWork.WitViewWidget", square, large),
		of("Query Tile", dashboards+"QueryScalarWidget", small, wide),
		of("Sprint Burndown", dashboards+"SprintBurndownWidget", wide, square),
		of("Sprint Capacity", dashboards+"SprintCapacityWidget", wide),
		of("Sprint Overview", dashboards+"SprintOverviewWidget", wide),
		of("Team Members", dashboards+"TeamMembersWidget", wide),
		of("Velocity", dashboards+"VelocityWidget", square, large),
	}
}

// widgetType is the type with a contribution id. Of one that is not built in nothing else is known.
func widgetType(contribution string) azdo.WidgetMetadata {
	for _, t := range widgetTypes() {
		if strings.EqualFold(t.ContributionID, contribution) {
			return t
		}
	}
	return azdo.WidgetMetadata{}
}

// widgetTypesURL is the address of the types of widgets; the project in the path, if there is one, must be readable.
func (a *API) widgetTypesURL(ctx context.Context, r *request) (string, error) {
	if r.target.project == "" {
		return r.base + "/_apis/Dashboard/WidgetTypes", nil
	}
	p, err := a.project(ctx, r)
	if err != nil {
		return "", err
	}
	return r.base + "/" + p.GUID.String() + "/_apis/Dashboard/WidgetTypes", nil
}

func (a *API) listWidgetTypes(ctx context.Context, r *request) (any, error) {
	scope, err := widgetScopes().parse("$scope", r.query.text("$scope"))
	if err != nil {
		return nil, err
	}
	url, err := a.widgetTypesURL(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := azdo.WidgetTypesResponse{WidgetTypes: []azdo.WidgetMetadata{}, Links: azdo.Links{{Name: "self", Href: url}}, URI: url}
	if scope == "project_Team" {
		shown.WidgetTypes = widgetTypes()
	}
	return shown, nil
}

func (a *API) showWidgetType(ctx context.Context, r *request) (any, error) {
	url, err := a.widgetTypesURL(ctx, r)
	if err != nil {
		return nil, err
	}
	found := widgetType(r.params["contributionId"])
	if found.ContributionID == "" {
		return nil, fault.WidgetTypeNotFound(r.params["contributionId"])
	}
	return azdo.WidgetMetadataResponse{URI: url + "/" + found.ContributionID, WidgetMetadata: found}, nil
}
