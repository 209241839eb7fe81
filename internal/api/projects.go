package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"boardwalk/azdo"
	"boardwalk/internal/project"
)

// Numbers are those of the Node SDK.
func projectStates() enum {
	return enum{{"wellFormed", "1"}, {"all", "-1"}, {"unchanged", "-2"}, {"new", "0"}, {"deleting", "2"}, {"createPending", "3"}, {"deleted", "4"}}
}

func (a *API) listProjects(ctx context.Context, r *request) (any, error) {
	images, err := r.query.flag("getDefaultTeamImageUrl")
	if err != nil {
		return nil, err
	}
	state, err := projectStates().parse("stateFilter", r.query.text("stateFilter"))
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	listed := catalog.Projects
	if state == project.Deleted { // documented: all are those that are not deleted
		if listed, err = a.config.Projects.DeletedProjects(ctx, r.caller); err != nil {
			return nil, err
		}
	}
	var readable []*project.Project
	for _, p := range listed {
		if r.caller.CanRead(p.ID) && (state == "all" || p.State == state) {
			readable = append(readable, p)
		}
	}
	// observed: the project changed last comes last.
	slices.SortStableFunc(readable, func(a, b *project.Project) int { return a.LastUpdate.Compare(b.LastUpdate) })
	part, next, err := page(r.query, readable)
	if err != nil {
		return nil, err
	}
	people, err := a.peopleIf(ctx, r, images)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.TeamProjectReference, len(part))
	for i, p := range part {
		shown[i] = azdo.TeamProjectReference{
			ID: p.GUID.String(), Name: p.Name, Description: p.Description, URL: r.projectURL(p), State: p.State, Revision: p.Revision,
			Visibility: string(p.Visibility), LastUpdateTime: azdo.Time{Time: p.LastUpdate},
		}
		if t := catalog.Team(p.DefaultTeam); t != nil && people != nil {
			if g := people.Find(t.GUID.String()); g != nil {
				shown[i].DefaultTeamImageURL = r.base + "/_apis/GraphProfile/MemberAvatars/" + g.Descriptor()
			}
		}
	}
	return reply{status: http.StatusOK, value: azdo.NewList(shown), continuation: next}, nil
}

func (a *API) showProject(ctx context.Context, r *request) (any, error) {
	capabilities, err := r.query.flag("includeCapabilities")
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	history, err := r.query.flag("includeHistory")
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.params["projectId"])
	if err != nil && history {
		p, err = a.config.Projects.FormerProject(ctx, r.caller, r.params["projectId"])
	}
	if err != nil {
		return nil, err
	}
	self := r.projectURL(p)
	shown := azdo.TeamProject{
		ID: p.GUID.String(), Name: p.Name, Description: p.Description, URL: self, State: p.State, Revision: p.Revision,
		Links: azdo.Links{
			{Name: "self", Href: self},
			{Name: "collection", Href: r.collection().URL},
			{Name: "web", Href: r.base + "/" + url.PathEscape(p.Name)},
		},
		Visibility: string(p.Visibility), LastUpdateTime: azdo.Time{Time: p.LastUpdate},
	}
	if t := catalog.Team(p.DefaultTeam); t != nil {
		ref := r.teamRef(t)
		shown.DefaultTeam = &ref
	}
	if capabilities {
		shown.Capabilities = map[string]map[string]string{
			"processTemplate": {"templateName": p.Process.Name, "templateTypeId": p.Process.ID},
			"versioncontrol":  sourceControl(p),
		}
	}
	return shown, nil
}

func sourceControl(p *project.Project) map[string]string {
	tfvc := p.SourceControl == "Tfvc"
	yes := map[bool]string{true: "True", false: "False"}
	return map[string]string{"sourceControlType": p.SourceControl, "gitEnabled": yes[!tfvc], "tfvcEnabled": yes[tfvc]}
}

// findProject finds a project the caller may read.
func (r *request) findProject(c *project.Catalog, nameOrID string) (*project.Project, error) {
	p, err := c.FindProject(nameOrID)
	if err == nil && !r.caller.CanRead(p.ID) {
		err = project.NotFound(nameOrID)
	}
	return p, err
}

func (r *request) projectURL(p *project.Project) string {
	return r.base + "/_apis/projects/" + p.GUID.String()
}
