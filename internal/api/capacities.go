package api

import (
	"context"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// pathID is a parameter of the path that is the GUID of an iteration.
func (r *request) pathID(name string) (uuid.UUID, error) {
	id, err := uuid.Parse(r.params[name])
	if err != nil {
		return uuid.Nil, fault.IterationNotFound(r.params[name])
	}
	return id, nil
}

// capacity reads what the path of a capacity names, with the people in it.
func (a *API) capacity(ctx context.Context, r *request) (*project.TeamCapacity, *access.Directory, error) {
	id, err := r.pathID("iterationId")
	if err != nil {
		return nil, nil, err
	}
	found, err := a.config.Projects.Capacity(ctx, r.caller, r.target.project, r.target.team, id)
	if err != nil {
		return nil, nil, err
	}
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	return found, people, err
}

// listCapacities answers with a list up to version 6.0, later with totals. documented: versions of capacities.
func (a *API) listCapacities(ctx context.Context, r *request) (any, error) {
	found, people, err := a.capacity(ctx, r)
	if err != nil {
		return nil, err
	}
	members := make([]azdo.TeamMemberCapacity, 0, len(found.Members))
	for _, m := range found.Members {
		if u := people.User(m.User); u != nil {
			members = append(members, r.wireCapacity(found, u, m))
		}
	}
	if r.version.compare(version{major: 6}) <= 0 || r.method != "GET" {
		return azdo.NewList(members), nil
	}
	return azdo.TeamCapacity{TeamMembers: members, TotalCapacityPerDay: azdo.Double(found.PerDay()), TotalDaysOff: found.MembersOff()}, nil
}

func (a *API) showCapacity(ctx context.Context, r *request) (any, error) {
	found, people, err := a.capacity(ctx, r)
	if err != nil {
		return nil, err
	}
	u := people.Find(r.params["teamMemberId"])
	for _, m := range found.Members {
		if u != nil && m.User == u.ID {
			shown := r.wireCapacity(found, u, m)
			base := r.iterationURL(found.Team, found.Iteration)
			shown.Links = azdo.Links{{Name: "self", Href: shown.URL}, {Name: "teamIterations", Href: r.teamBase(found.Team) + "/_apis/work/teamsettings/iterations"},
				{Name: "teamIteration", Href: base}, {Name: "capacity", Href: base + "/capacities"}}
			return shown, nil
		}
	}
	return nil, fault.MemberCapacityNotFound(r.params["teamMemberId"])
}

// capacityBody is a capacity as clients write it.
type capacityBody struct {
	TeamMember struct {
		ID string `json:"id"`
	} `json:"teamMember"`
	Activities []struct {
		Name   string  `json:"name"`
		PerDay float64 `json:"capacityPerDay"`
	} `json:"activities"`
	DaysOff []azdo.DateRange `json:"daysOff"`
}

func (b *capacityBody) capacity(people *access.Directory, member string) (project.Capacity, error) {
	u := people.Find(member)
	if u == nil {
		return project.Capacity{}, fault.MemberCapacityNotFound(member)
	}
	m := project.Capacity{User: u.ID, Activities: []project.Activity{}, DaysOff: spans(b.DaysOff)}
	for _, a := range b.Activities {
		m.Activities = append(m.Activities, project.Activity{Name: a.Name, PerDay: a.PerDay})
	}
	return m, nil
}

func spans(ranges []azdo.DateRange) []project.DateSpan {
	all := make([]project.DateSpan, len(ranges))
	for i, d := range ranges {
		all[i] = project.DateSpan{Start: d.Start.Time, End: d.End.Time}
	}
	return all
}

func wireRanges(spans []project.DateSpan) []azdo.DateRange {
	all := make([]azdo.DateRange, len(spans))
	for i, d := range spans {
		all[i] = azdo.DateRange{Start: azdo.Time{Time: d.Start.In(time.UTC)}, End: azdo.Time{Time: d.End.In(time.UTC)}}
	}
	return all
}

// replaceCapacities stores the capacity of everybody in a team.
func (a *API) replaceCapacities(ctx context.Context, r *request) (any, error) {
	var body []capacityBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	members := make([]project.Capacity, len(body))
	for i, b := range body {
		if members[i], err = b.capacity(people, b.TeamMember.ID); err != nil {
			return nil, err
		}
	}
	if err := a.setCapacities(ctx, r, members, true); err != nil {
		return nil, err
	}
	return a.listCapacities(ctx, r)
}

func (a *API) updateCapacity(ctx context.Context, r *request) (any, error) {
	var body capacityBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	people, err := a.config.Access.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	m, err := body.capacity(people, r.params["teamMemberId"])
	if err != nil {
		return nil, err
	}
	if err := a.setCapacities(ctx, r, []project.Capacity{m}, false); err != nil {
		return nil, err
	}
	return a.showCapacity(ctx, r)
}

func (a *API) setCapacities(ctx context.Context, r *request, members []project.Capacity, replace bool) error {
	id, err := r.pathID("iterationId")
	if err != nil {
		return err
	}
	return a.config.Projects.SetCapacities(ctx, r.caller, r.target.project, r.target.team, id, members, replace)
}

func (r *request) wireCapacity(c *project.TeamCapacity, u *access.User, m project.Capacity) azdo.TeamMemberCapacity {
	shown := azdo.TeamMemberCapacity{TeamMember: *identityRef(r.base, u), Activities: []azdo.Activity{}, DaysOff: wireRanges(m.DaysOff),
		URL: r.iterationURL(c.Team, c.Iteration) + "/capacities/" + u.GUID.String()}
	for _, a := range m.Activities {
		shown.Activities = append(shown.Activities, azdo.Activity{CapacityPerDay: azdo.Double(a.PerDay), Name: a.Name})
	}
	return shown
}

func (a *API) showTeamDaysOff(ctx context.Context, r *request) (any, error) {
	found, _, err := a.capacity(ctx, r)
	if err != nil {
		return nil, err
	}
	base := r.iterationURL(found.Team, found.Iteration)
	self := base + "/teamdaysoff"
	return azdo.TeamSettingsDaysOff{DaysOff: wireRanges(found.DaysOff), URL: self, Links: azdo.Links{{Name: "self", Href: self},
		{Name: "project", Href: r.projectURL(found.Team.Project)}, {Name: "team", Href: r.teamRef(found.Team).URL},
		{Name: "teamSettings", Href: r.teamBase(found.Team) + "/_apis/work/teamsettings"},
		{Name: "teamIterations", Href: r.teamBase(found.Team) + "/_apis/work/teamsettings/iterations"}, {Name: "teamIteration", Href: base}}}, nil
}

func (a *API) updateTeamDaysOff(ctx context.Context, r *request) (any, error) {
	var body struct {
		DaysOff []azdo.DateRange `json:"daysOff"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	id, err := r.pathID("iterationId")
	if err != nil {
		return nil, err
	}
	if err := a.config.Projects.SetTeamDaysOff(ctx, r.caller, r.target.project, r.target.team, id, spans(body.DaysOff)); err != nil {
		return nil, err
	}
	return a.showTeamDaysOff(ctx, r)
}

// listIterationCapacities adds up the capacities of all teams in an iteration.
func (a *API) listIterationCapacities(ctx context.Context, r *request) (any, error) {
	id, err := r.pathID("iterationId")
	if err != nil {
		return nil, err
	}
	all, err := a.config.Projects.IterationCapacities(ctx, r.caller, r.target.project, id)
	if err != nil {
		return nil, err
	}
	shown := azdo.IterationCapacity{Teams: []azdo.TeamCapacityTotals{}}
	for _, c := range all {
		totals := azdo.TeamCapacityTotals{TeamID: c.Team.GUID.String(), TeamCapacityPerDay: azdo.Double(c.PerDay()), TeamTotalDaysOff: c.TotalOff()}
		shown.TotalIterationCapacityPerDay += totals.TeamCapacityPerDay
		shown.TotalIterationDaysOff += totals.TeamTotalDaysOff
		shown.Teams = append(shown.Teams, totals)
	}
	return shown, nil
}
