package api

import (
	"context"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

func (a *API) listBacklogs(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := []azdo.BacklogLevelConfiguration{}
	for i := range t.Project.Process.Backlogs {
		shown = append(shown, r.wireBacklog(t, &t.Project.Process.Backlogs[i]))
	}
	return azdo.NewList(shown), nil
}

func (a *API) showBacklog(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	b := t.Project.Process.Backlog(r.params["id"])
	if b == nil {
		return nil, fault.BacklogNotFound(r.params["id"])
	}
	return r.wireBacklog(t, b), nil
}

func (r *request) wireBacklog(t *project.Team, b *project.Backlog) azdo.BacklogLevelConfiguration {
	p := t.Project
	shown := azdo.BacklogLevelConfiguration{ID: b.ID, Name: b.Name, Rank: b.Rank, WorkItemCountLimit: b.Limit, IsHidden: !t.Shows(b), Type: string(b.Type),
		AddPanelFields: []azdo.WorkItemFieldReference{}, ColumnFields: []azdo.BacklogColumn{}, WorkItemTypes: []azdo.WorkItemTypeReference{}}
	for _, f := range b.AddPanel {
		shown.AddPanelFields = append(shown.AddPanelFields, r.fieldRef(f))
	}
	for _, c := range b.Columns {
		shown.ColumnFields = append(shown.ColumnFields, azdo.BacklogColumn{ColumnFieldReference: r.fieldRef(c.Field), Width: c.Width})
	}
	for _, kind := range p.Process.Types {
		if t.BacklogOf(kind) == b {
			shown.WorkItemTypes = append(shown.WorkItemTypes, azdo.WorkItemTypeReference{Name: kind.Name, URL: r.typeURL(p, kind)})
		}
	}
	if category := p.Process.Category(b.ID); category != nil {
		if kind := p.Process.Type(category.Default); kind != nil {
			shown.DefaultWorkItemType, shown.Color = azdo.WorkItemTypeReference{Name: kind.Name, URL: r.typeURL(p, kind)}, kind.Color
		}
	}
	return shown
}

func (r *request) fieldRef(f *project.Field) azdo.WorkItemFieldReference {
	return azdo.WorkItemFieldReference{ReferenceName: f.ReferenceName, Name: f.Name, URL: fieldURL(r.base, f)}
}

func (a *API) showBacklogConfiguration(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	process := t.Project.Process
	shown := azdo.BacklogConfiguration{PortfolioBacklogs: []azdo.BacklogLevelConfiguration{}, WorkItemTypeMappedStates: []azdo.WorkItemTypeStateInfo{},
		BacklogFields: azdo.BacklogFields{TypeFields: map[string]string{}}, BugsBehavior: string(t.Bugs()), HiddenBacklogs: []string{},
		IsBugsBehaviorConfigured: t.ChoseBugs(), URL: r.teamBase(t) + "/_apis/work/backlogconfiguration"}
	for i := range process.Backlogs {
		b := &process.Backlogs[i]
		level := r.wireBacklog(t, b)
		switch b.Type {
		case project.TaskBacklog:
			shown.TaskBacklog = level
		case project.RequirementBacklog:
			shown.RequirementBacklog = level
		default:
			shown.PortfolioBacklogs = append(shown.PortfolioBacklogs, level)
		}
		if level.IsHidden {
			shown.HiddenBacklogs = append(shown.HiddenBacklogs, b.ID)
		}
	}
	for _, kind := range process.Types {
		if process.BacklogOf(kind) == nil && t.BacklogOf(kind) == nil {
			continue
		}
		states := map[string]string{}
		for _, s := range kind.States {
			states[s.Name] = s.Category.String()
		}
		shown.WorkItemTypeMappedStates = append(shown.WorkItemTypeMappedStates, azdo.WorkItemTypeStateInfo{WorkItemTypeName: kind.Name, States: states})
	}
	for part, f := range process.BacklogFields {
		shown.BacklogFields.TypeFields[part] = f.ReferenceName
	}
	return shown, nil
}

func (a *API) showProcessConfiguration(ctx context.Context, r *request) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, err
	}
	category := func(id, name string) azdo.CategoryConfiguration {
		shown := azdo.CategoryConfiguration{Name: name, ReferenceName: id, WorkItemTypes: []azdo.WorkItemTypeReference{}}
		c := p.Process.Category(id)
		if c == nil {
			return shown
		}
		if name == "" {
			shown.Name = c.Name
		}
		for _, name := range c.Types {
			if kind := p.Process.Type(name); kind != nil {
				shown.WorkItemTypes = append(shown.WorkItemTypes, azdo.WorkItemTypeReference{Name: kind.Name, URL: r.typeURL(p, kind)})
			}
		}
		return shown
	}
	shown := azdo.ProcessConfiguration{BugWorkItems: category("Microsoft.BugCategory", ""), PortfolioBacklogs: []azdo.CategoryConfiguration{},
		TypeFields: map[string]azdo.FieldReference{}, URL: r.base + "/" + p.GUID.String() + "/_apis/work/processconfiguration"}
	for _, b := range p.Process.Backlogs {
		level := category(b.ID, b.Name)
		switch b.Type {
		case project.TaskBacklog:
			shown.TaskBacklog = level
		case project.RequirementBacklog:
			shown.RequirementBacklog = level
		default:
			shown.PortfolioBacklogs = append(shown.PortfolioBacklogs, level)
		}
	}
	for part, f := range p.Process.BacklogFields {
		shown.TypeFields[part] = azdo.FieldReference{ReferenceName: f.ReferenceName, URL: fieldURL(r.base, f)}
	}
	return shown, nil
}

func (a *API) listBacklogItems(ctx context.Context, r *request) (any, error) {
	items, err := a.config.Items.Backlog(ctx, r.caller, r.target.project, r.target.team, r.params["backlogId"])
	if err != nil {
		return nil, err
	}
	return azdo.BacklogLevelWorkItems{WorkItems: r.wireTree(nil, items)}, nil
}

func (a *API) listIterationItems(ctx context.Context, r *request) (any, error) {
	t, n, err := a.iteration(ctx, r, r.params["iterationId"])
	if err != nil {
		return nil, err
	}
	items, err := a.config.Items.IterationItems(ctx, r.caller, r.target.project, r.target.team, n.GUID)
	if err != nil {
		return nil, err
	}
	base := r.iterationURL(t, n)
	self := base + "/workitems"
	return azdo.IterationWorkItems{WorkItemRelations: r.wireTree(t.Project, items), URL: self, Links: azdo.Links{{Name: "self", Href: self},
		{Name: "project", Href: r.projectURL(t.Project)}, {Name: "team", Href: r.teamRef(t).URL}, {Name: "teamIteration", Href: base}}}, nil
}

// wireTree shows work items with the links that lead to them.
func (r *request) wireTree(p *project.Project, items []work.BacklogItem) []azdo.WorkItemLink {
	d, child := r.renderer(), "System.LinkTypes.Hierarchy-Forward"
	shown := make([]azdo.WorkItemLink, len(items))
	for i, item := range items {
		shown[i].Target = azdo.WorkItemReference{ID: item.ID, URL: d.url(p, item.ID)}
		if item.Parent != 0 {
			shown[i].Rel, shown[i].Source = &child, &azdo.WorkItemReference{ID: item.Parent, URL: d.url(p, item.Parent)}
		}
	}
	return shown
}

// reorderItems places work items on the team's backlog, or on that of the iteration in the path.
func (a *API) reorderItems(ctx context.Context, r *request) (any, error) {
	var body struct {
		IDs           []int64 `json:"ids"`
		ParentID      int64   `json:"parentId"`
		PreviousID    int64   `json:"previousId"`
		NextID        int64   `json:"nextId"`
		IterationPath *string `json:"iterationPath"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	asked := work.Reordering{IDs: body.IDs, Parent: body.ParentID, Previous: body.PreviousID, Next: body.NextID}
	if text := r.params["iterationId"]; text != "" {
		_, n, err := a.iteration(ctx, r, text)
		if err != nil {
			return nil, err
		}
		if path := body.IterationPath; path != nil && *path != "" && !strings.EqualFold(strings.Trim(*path, `\`), n.Path) {
			return nil, fault.InvalidArgument("The iteration path %q is not that of iteration %s.", *path, n.Name)
		}
		asked.Iteration = &n.GUID
	}
	placed, err := a.config.Items.Reorder(ctx, r.caller, r.target.project, r.target.team, asked)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.ReorderResult, len(placed))
	for i, at := range placed {
		shown[i] = azdo.ReorderResult{ID: at.ID, Order: azdo.Double(at.Order)}
	}
	return azdo.NewList(shown), nil
}
