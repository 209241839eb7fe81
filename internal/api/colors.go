package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// maxColoredProjects keeps answers small.
const maxColoredProjects = 100

// ofProjects answers for each project that the body names.
func ofProjects[T any](ctx context.Context, a *API, r *request, show func(name string, p *project.Project) T) (any, error) {
	var names []string
	if err := r.decode(&names); err != nil {
		return nil, err
	}
	if len(names) > maxColoredProjects {
		return nil, fault.InvalidArgument("The body names %d projects. Up to %d can be asked for at a time.", len(names), maxColoredProjects)
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	list := make([]T, len(names))
	for i, name := range names {
		p, err := r.findProject(catalog, name)
		if err != nil {
			return nil, err
		}
		list[i] = show(name, p)
	}
	return azdo.NewList(list), nil
}

// listTypeColors lists the colors of the types of projects.
func (a *API) listTypeColors(ctx context.Context, r *request) (any, error) {
	return ofProjects(ctx, a, r, func(name string, p *project.Project) azdo.ProjectTypeColors {
		shown := azdo.ProjectTypeColors{Key: name, Value: []azdo.WorkItemTypeColor{}}
		for _, t := range p.Process.Types {
			shown.Value = append(shown.Value, azdo.WorkItemTypeColor{PrimaryColor: t.Color, SecondaryColor: t.Color, WorkItemTypeName: t.Name})
		}
		return shown
	})
}

// listTypeColorsAndIcons lists the colors and icons of the types of projects.
func (a *API) listTypeColorsAndIcons(ctx context.Context, r *request) (any, error) {
	return ofProjects(ctx, a, r, func(name string, p *project.Project) azdo.ProjectTypeIcons {
		shown := azdo.ProjectTypeIcons{Key: name, Value: []azdo.WorkItemTypeColorAndIcon{}}
		for _, t := range p.Process.Types {
			shown.Value = append(shown.Value, azdo.WorkItemTypeColorAndIcon{Color: t.Color, Icon: t.Icon, WorkItemTypeName: t.Name})
		}
		return shown
	})
}

// listStateColors lists the colors of the states of projects' types.
func (a *API) listStateColors(ctx context.Context, r *request) (any, error) {
	return ofProjects(ctx, a, r, func(name string, p *project.Project) azdo.ProjectStateColors {
		shown := azdo.ProjectStateColors{ProjectName: name, WorkItemTypeStateColors: []azdo.WorkItemTypeStateColors{}}
		for _, t := range p.Process.Types {
			shown.WorkItemTypeStateColors = append(shown.WorkItemTypeStateColors, azdo.WorkItemTypeStateColors{StateColors: wireStates(t), WorkItemTypeName: t.Name})
		}
		return shown
	})
}
