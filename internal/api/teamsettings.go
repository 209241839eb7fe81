package api

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

func (a *API) showTeamSettings(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	return r.wireSettings(t), nil
}

// Numbers are those of the Node SDK.
func bugsBehaviors() enum {
	return enum{{"off", "0"}, {"asRequirements", "1"}, {"asTasks", "2"}}
}

func (a *API) updateTeamSettings(ctx context.Context, r *request) (any, error) {
	var body struct {
		BacklogIteration      *string         `json:"backlogIteration"`
		DefaultIteration      *string         `json:"defaultIteration"`
		DefaultIterationMacro *string         `json:"defaultIterationMacro"`
		BugsBehavior          *word           `json:"bugsBehavior"`
		WorkingDays           *[]word         `json:"workingDays"`
		BacklogVisibilities   map[string]bool `json:"backlogVisibilities"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	change := project.SettingsChange{DefaultIterationMacro: body.DefaultIterationMacro, Visible: body.BacklogVisibilities}
	if body.BacklogIteration != nil {
		id, err := uuid.Parse(*body.BacklogIteration)
		if err != nil {
			return nil, fault.BacklogIterationInvalid()
		}
		change.BacklogIteration = &id
	}
	if body.DefaultIteration != nil {
		id, err := uuid.Parse(*body.DefaultIteration)
		if err != nil {
			return nil, fault.TeamSettings("The default iteration '%s' is no id of an iteration.", *body.DefaultIteration)
		}
		change.DefaultIteration = &id
	}
	if body.BugsBehavior != nil {
		text, err := bugsBehaviors().parse("bugsBehavior", string(*body.BugsBehavior))
		if err != nil {
			return nil, err
		}
		behavior := project.BugsBehavior(text)
		change.Bugs = &behavior
	}
	if body.WorkingDays != nil {
		change.WorkingDays = []time.Weekday{}
		for _, day := range *body.WorkingDays {
			name, err := weekdays().parse("workingDays", string(day))
			if err != nil {
				return nil, err
			}
			for d := time.Sunday; d <= time.Saturday; d++ {
				if strings.EqualFold(d.String(), name) {
					change.WorkingDays = append(change.WorkingDays, d)
				}
			}
		}
	}
	if err := a.config.Projects.SetTeamSettings(ctx, r.caller, r.target.project, r.target.team, change); err != nil {
		return nil, err
	}
	return a.showTeamSettings(ctx, r)
}

func weekdays() enum {
	return enum{{"sunday", "0"}, {"monday", "1"}, {"tuesday", "2"}, {"wednesday", "3"}, {"thursday", "4"}, {"friday", "5"}, {"saturday", "6"}}
}

func (r *request) wireSettings(t *project.Team) azdo.TeamSetting {
	base := r.teamBase(t) + "/_apis/work/teamsettings"
	shown := azdo.TeamSetting{
		BacklogIteration: azdo.TeamSettingsIteration{ID: uuid.Nil.String()}, BugsBehavior: string(t.Bugs()),
		WorkingDays: []string{}, BacklogVisibilities: map[string]bool{}, URL: base,
		Links: azdo.Links{{Name: "self", Href: base}, {Name: "project", Href: r.projectURL(t.Project)}, {Name: "team", Href: r.teamRef(t).URL},
			{Name: "teamIterations", Href: base + "/iterations"}, {Name: "teamFieldValues", Href: base + "/teamfieldvalues"}},
	}
	for _, day := range t.WorkingDays() {
		shown.WorkingDays = append(shown.WorkingDays, strings.ToLower(day.String()))
	}
	for i := range t.Project.Process.Backlogs {
		if b := &t.Project.Process.Backlogs[i]; b.Type != project.TaskBacklog {
			shown.BacklogVisibilities[b.ID] = t.Shows(b)
		}
	}
	if n := t.BacklogIteration; n != nil {
		shown.BacklogIteration = r.settingsIteration(t, n)
		shown.Links = append(shown.Links, azdo.Link{Name: "classificationNode", Href: r.nodeURL(t.Project, n)})
	}
	n, macro := t.DefaultIteration(r.today())
	if shown.DefaultIterationMacro = macro; n != nil {
		iteration := r.settingsIteration(t, n)
		shown.DefaultIteration = &iteration
	}
	return shown
}

func (r *request) settingsIteration(t *project.Team, n *project.Node) azdo.TeamSettingsIteration {
	path := strings.TrimPrefix(n.Path, t.Project.Iteration.Name)
	return azdo.TeamSettingsIteration{ID: n.GUID.String(), Name: n.Name, Path: &path, URL: r.nodeURL(t.Project, n)}
}

// today is the date it is in the organization, at midnight UTC as days of iterations are.
func (r *request) today() time.Time {
	y, m, d := r.config.Clock().In(r.org.Location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// teamBase is the address below which a team's resources are.
func (r *request) teamBase(t *project.Team) string {
	return r.base + "/" + t.Project.GUID.String() + "/" + t.GUID.String()
}

func (a *API) showTeamFieldValues(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	base := r.teamBase(t) + "/_apis/work/teamsettings"
	self := base + "/teamfieldvalues"
	shown := azdo.TeamFieldValues{
		Field:  azdo.FieldReference{ReferenceName: "System.AreaPath", URL: r.base + "/_apis/wit/fields/System.AreaPath"},
		Values: []azdo.TeamFieldValue{}, URL: self,
		Links: azdo.Links{{Name: "self", Href: self}, {Name: "project", Href: r.projectURL(t.Project)}, {Name: "team", Href: r.teamRef(t).URL},
			{Name: "teamSettings", Href: base}, {Name: "areaPathClassificationNodes", Href: r.nodeURL(t.Project, t.Project.Area)}},
	}
	for _, area := range t.Areas {
		shown.Values = append(shown.Values, azdo.TeamFieldValue{Value: area.Node.Path, IncludeChildren: area.IncludeChildren})
		if area.Default {
			shown.DefaultValue = &area.Node.Path
		}
	}
	return shown, nil
}

func (a *API) updateTeamFieldValues(ctx context.Context, r *request) (any, error) {
	var body struct {
		DefaultValue *string                `json:"defaultValue"`
		Values       *[]azdo.TeamFieldValue `json:"values"`
		Field        json.RawMessage        `json:"field"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	switch {
	case body.DefaultValue == nil:
		return nil, fault.TeamFieldMissing("DefaultValue")
	case body.Values == nil:
		return nil, fault.TeamFieldMissing("Values")
	}
	areas := make([]project.TeamAreaPath, len(*body.Values))
	for i, v := range *body.Values {
		areas[i] = project.TeamAreaPath{Path: v.Value, IncludeChildren: v.IncludeChildren}
	}
	if err := a.config.Projects.SetTeamAreas(ctx, r.caller, r.target.project, r.target.team, *body.DefaultValue, areas); err != nil {
		return nil, err
	}
	return a.showTeamFieldValues(ctx, r)
}
