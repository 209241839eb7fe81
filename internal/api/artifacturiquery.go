package api

import (
	"context"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

// queryArtifactURIs finds the work items that have artifact links to some addresses.
func (a *API) queryArtifactURIs(ctx context.Context, r *request) (any, error) {
	var body azdo.ArtifactURIQuery
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.ArtifactURIs) == 0 {
		return nil, fault.InvalidArgument(`The list of addresses is empty. Write {"artifactUris": ["vstfs:///Build/Build/7"]}.`)
	}
	found, in, err := a.config.Items.Linked(ctx, r.caller, r.target.project, body.ArtifactURIs)
	if err != nil {
		return nil, err
	}
	d := r.renderer()
	shown := azdo.ArtifactURIQueryResult{Result: map[string][]azdo.WorkItemReference{}}
	for i, address := range body.ArtifactURIs {
		list := []azdo.WorkItemReference{}
		for _, id := range found[i] {
			list = append(list, azdo.WorkItemReference{ID: id, URL: d.url(in, id)})
		}
		shown.Result[address] = list
	}
	return shown, nil
}
