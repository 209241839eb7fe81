package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

func (a *API) listCategories(ctx context.Context, r *request) (any, error) {
	p, err := a.typeScope(ctx, r)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.WorkItemTypeCategory, len(p.Process.Categories))
	for i := range p.Process.Categories {
		list[i] = r.wireCategory(p, &p.Process.Categories[i])
	}
	return azdo.NewList(list), nil
}

func (a *API) showCategory(ctx context.Context, r *request) (any, error) {
	p, err := a.typeScope(ctx, r)
	if err != nil {
		return nil, err
	}
	c := p.Process.Category(r.params["category"])
	if c == nil {
		return nil, fault.CategoryNotFound(r.params["category"])
	}
	return r.wireCategory(p, c), nil
}

func (r *request) wireCategory(p *project.Project, c *project.Category) azdo.WorkItemTypeCategory {
	ref := func(name string) azdo.WorkItemTypeReference {
		t := p.Process.Type(name)
		return azdo.WorkItemTypeReference{Name: t.Name, URL: r.typeURL(p, t)}
	}
	shown := azdo.WorkItemTypeCategory{Name: c.Name, ReferenceName: c.ReferenceName, DefaultWorkItemType: ref(c.Default),
		URL: r.base + "/" + p.GUID.String() + "/_apis/wit/workItemTypeCategories/" + c.ReferenceName}
	for _, name := range c.Types {
		shown.WorkItemTypes = append(shown.WorkItemTypes, ref(name))
	}
	return shown
}
