package api

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// predefined is a query that everybody has. Its condition is WIQL.
type predefined struct {
	id, name, condition string
	completed           bool // asks for what is completed
}

func predefinedQueries() []predefined {
	return []predefined{
		{"assignedtome", "Assigned to me", "[System.AssignedTo] = @Me", false},
		{"followed", "Following", "[System.Id] IN (@Follows)", false},
		{"mentioned", "Mentioned", "[System.Id] IN (@RecentMentions)", false},
		{"myactivity", "My activity", "[System.Id] IN (@MyRecentActivity)", false},
		{"recentlyupdated", "Recently updated", "[System.Id] IN (@RecentProjectActivity)", false},
		{"recentlycreated", "Recently created", "[System.CreatedDate] >= @Today - 30", false},
		{"recentlycompleted", "Recently completed", "[System.ChangedDate] >= @Today - 30", true},
	}
}

// maxPredefined is how many work items a predefined query tells at most, and when nothing else is asked for.
const maxPredefined = 200

func (a *API) listPredefinedQueries(ctx context.Context, r *request) (any, error) {
	p, err := a.project(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := []azdo.PredefinedQuery{}
	for _, q := range predefinedQueries() {
		shown = append(shown, r.wirePredefined(p, q))
	}
	return azdo.NewList(shown), nil
}

func (a *API) runPredefinedQuery(ctx context.Context, r *request) (any, error) {
	top, err := r.query.count("$top", maxPredefined)
	if err != nil {
		return nil, err
	}
	top = min(top, maxPredefined)
	completed, err := r.query.flag("includeCompleted")
	if err != nil {
		return nil, err
	}
	p, err := a.project(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, q := range predefinedQueries() {
		if !strings.EqualFold(q.id, r.params["id"]) {
			continue
		}
		condition := q.condition
		switch done := whereCompleted(p.Process); {
		case q.completed:
			condition += " AND " + done
		case !completed:
			condition += " AND NOT " + done
		}
		found, err := a.config.Items.Query(ctx, r.caller, work.Query{Project: r.target.project, Top: top + 1,
			Text: "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @Project AND " + condition + " ORDER BY [System.ChangedDate] DESC"})
		if err != nil {
			return nil, err
		}
		shown, d := r.wirePredefined(p, q), r.renderer()
		results := []azdo.WorkItemReference{}
		for _, id := range found.IDs[:min(top, len(found.IDs))] {
			results = append(results, azdo.WorkItemReference{ID: id, URL: d.url(p, id)})
		}
		shown.Results, shown.HasMore = &results, len(found.IDs) > top
		return shown, nil
	}
	return nil, fault.QueryNotFound(r.params["id"])
}

// whereCompleted is the WIQL condition for work items that need nothing more.
func whereCompleted(p *project.Process) string {
	var kinds []string
	for _, t := range p.Types {
		var states []string
		for _, s := range t.States {
			if s.Category == project.Completed || s.Category == project.Removed {
				states = append(states, quoteWIQL(s.Name))
			}
		}
		if len(states) > 0 {
			kinds = append(kinds, fmt.Sprintf("([System.WorkItemType] = %s AND [System.State] IN (%s))", quoteWIQL(t.Name), strings.Join(states, ", ")))
		}
	}
	return "(" + strings.Join(kinds, " OR ") + ")"
}

func quoteWIQL(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (r *request) wirePredefined(p *project.Project, q predefined) azdo.PredefinedQuery {
	return azdo.PredefinedQuery{ID: q.id, Name: q.name, URL: r.base + "/" + p.GUID.String() + "/_apis/work/predefinedQueries/" + q.id,
		WebURL: r.base + "/" + url.PathEscape(p.Name) + "/_workitems/" + q.id}
}

// project is the project of the path.
func (a *API) project(ctx context.Context, r *request) (*project.Project, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	return r.findProject(catalog, r.target.project)
}
