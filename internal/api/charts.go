package api

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// chartName is the only chart that boards have. documented: board charts.
const chartName = "cumulativeFlow"

// usualChart is what the chart shows to begin with.
func usualChart() map[string]json.RawMessage {
	return map[string]json.RawMessage{"hideIncoming": json.RawMessage("false"), "hideOutgoing": json.RawMessage("false")}
}

func (a *API) listCharts(ctx context.Context, r *request) (any, error) {
	b, err := a.board(ctx, r, r.params["board"])
	if err != nil {
		return nil, err
	}
	return azdo.NewList([]azdo.BoardChartReference{{Name: chartName, URL: r.boardURL(b) + "/charts/" + chartName}}), nil
}

func (a *API) showChart(ctx context.Context, r *request) (any, error) {
	b, values, err := a.boardSetting(ctx, r, project.BoardChart)
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(r.params["name"], chartName) {
		return nil, fault.ChartNotFound(r.params["name"])
	}
	settings := usualChart()
	maps.Copy(settings, values)
	self := r.boardURL(b) + "/charts/" + chartName
	return azdo.BoardChart{Name: chartName, URL: self, Settings: settings, Links: azdo.Links{{Name: "self", Href: self},
		{Name: "project", Href: r.projectURL(b.Team.Project)}, {Name: "team", Href: r.teamRef(b.Team).URL},
		{Name: "board", Href: r.boardURL(b)}, {Name: "charts", Href: r.boardURL(b) + "/charts"}}}, nil
}

// updateChart changes the settings that the body names.
func (a *API) updateChart(ctx context.Context, r *request) (any, error) {
	raw, err := r.rawMembers("settings", &struct{}{})
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(r.params["name"], chartName) {
		return nil, fault.ChartNotFound(r.params["name"])
	}
	if err := a.config.Projects.SetBoardSetting(ctx, r.caller, r.target.project, r.target.team, r.params["board"], project.BoardChart, raw, true); err != nil {
		return nil, err
	}
	return a.showChart(ctx, r)
}
