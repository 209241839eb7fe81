package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

func (a *API) listRelationTypes(_ context.Context, r *request) (any, error) {
	var list []azdo.WorkItemRelationType
	for _, t := range project.LinkTypes() {
		list = append(list, relationType(r, t))
	}
	return azdo.NewList(list), nil
}

func (a *API) showRelationType(_ context.Context, r *request) (any, error) {
	t := project.LinkTypeByRef(r.params["relation"])
	if t == nil {
		return nil, fault.NoRelationType(r.params["relation"])
	}
	return relationType(r, t), nil
}

// relationType shows a link type with the attributes that recorded answers have.
func relationType(r *request, t *project.LinkType) azdo.WorkItemRelationType {
	attributes := azdo.Fields{{Name: "usage", Value: string(t.Usage)}, {Name: "editable", Value: t.Editable}, {Name: "enabled", Value: true}}
	if t.Usage == project.WorkItemLink {
		attributes = append(attributes, azdo.Fields{{Name: "acyclic", Value: t.Acyclic}, {Name: "directional", Value: t.Directional},
			{Name: "singleTarget", Value: t.SingleTarget}, {Name: "topology", Value: string(t.Topology)}, {Name: "remote", Value: t.Remote}}...)
	}
	if t.OppositeEnd != "" {
		attributes = append(attributes, azdo.Field{Name: "isForward", Value: t.Forward}, azdo.Field{Name: "oppositeEndReferenceName", Value: t.OppositeEnd})
	}
	return azdo.WorkItemRelationType{Attributes: attributes, ReferenceName: t.ReferenceName, Name: t.Name,
		URL: r.base + "/_apis/wit/workItemRelationTypes/" + t.ReferenceName}
}
