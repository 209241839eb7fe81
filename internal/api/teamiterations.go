package api

import (
	"context"
	"net/http"
	"slices"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// listTeamIterations lists the iterations of a team, or the one it is in now.
func (a *API) listTeamIterations(ctx context.Context, r *request) (any, error) {
	frame := r.query.text("$timeframe")
	if frame != "" {
		var err error
		if frame, err = (enum{{"past", "0"}, {"current", "1"}, {"future", "2"}}).parse("$timeframe", frame); err != nil {
			return nil, err
		}
	}
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	today := r.today()
	wanted := slices.Clone(t.Iterations)
	if frame != "" {
		wanted = slices.DeleteFunc(wanted, func(n *project.Node) bool { return n.TimeFrame(today) != frame })
	}
	if current := t.CurrentIteration(today); frame == "current" && current != nil {
		wanted = []*project.Node{current}
	}
	shown := make([]azdo.TeamSettingsIteration, len(wanted))
	for i, n := range wanted {
		shown[i] = r.teamIteration(t, n)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showTeamIteration(ctx context.Context, r *request) (any, error) {
	t, n, err := a.iteration(ctx, r, r.params["id"])
	if err != nil {
		return nil, err
	}
	return r.linkedIteration(t, n), nil
}

func (a *API) addTeamIteration(ctx context.Context, r *request) (any, error) {
	var body struct {
		ID string `json:"id"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	id, err := uuid.Parse(body.ID)
	if err != nil {
		return nil, fault.InvalidArgument("The id %q is not the GUID of an iteration.", body.ID)
	}
	if err := a.config.Projects.AddTeamIteration(ctx, r.caller, r.target.project, r.target.team, id); err != nil {
		return nil, err
	}
	t, n, err := a.iteration(ctx, r, body.ID)
	if err != nil {
		return nil, err
	}
	shown := r.linkedIteration(t, n)
	return reply{status: http.StatusCreated, value: shown, location: shown.URL}, nil
}

func (a *API) removeTeamIteration(ctx context.Context, r *request) (any, error) {
	id, err := uuid.Parse(r.params["id"])
	if err != nil {
		return nil, fault.IterationNotFound(r.params["id"])
	}
	if err := a.config.Projects.RemoveTeamIteration(ctx, r.caller, r.target.project, r.target.team, id); err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, nil
}

// iteration is an iteration of the team of the path.
func (a *API) iteration(ctx context.Context, r *request, text string) (*project.Team, *project.Node, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, nil, fault.IterationNotFound(text)
	}
	n := t.Iteration(id)
	if n == nil {
		return nil, nil, fault.IterationNotFound(text)
	}
	return t, n, nil
}

func (r *request) teamIteration(t *project.Team, n *project.Node) azdo.TeamSettingsIteration {
	return azdo.TeamSettingsIteration{ID: n.GUID.String(), Name: n.Name, Path: &n.Path, URL: r.iterationURL(t, n),
		Attributes: &azdo.TeamIterationAttributes{StartDate: wireTime(n.Start), FinishDate: wireTime(n.Finish), TimeFrame: n.TimeFrame(r.today())}}
}

func (r *request) iterationURL(t *project.Team, n *project.Node) string {
	return r.teamBase(t) + "/_apis/work/teamsettings/iterations/" + n.GUID.String()
}

func (r *request) linkedIteration(t *project.Team, n *project.Node) azdo.TeamSettingsIteration {
	shown, settings := r.teamIteration(t, n), r.teamBase(t)+"/_apis/work/teamsettings"
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}, {Name: "project", Href: r.projectURL(t.Project)}, {Name: "team", Href: r.teamRef(t).URL},
		{Name: "teamSettings", Href: settings}, {Name: "teamIterations", Href: settings + "/iterations"}, {Name: "capacity", Href: shown.URL + "/capacities"},
		{Name: "workitems", Href: shown.URL + "/workitems"}, {Name: "classificationNode", Href: r.nodeURL(t.Project, n)}, {Name: "teamDaysOff", Href: shown.URL + "/teamdaysoff"}}
	return shown
}
