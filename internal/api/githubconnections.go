package api

import (
	"context"

	"boardwalk/azdo"
)

// listGitHubConnections lists the connections of a project with GitHub: there are none.
func (a *API) listGitHubConnections(ctx context.Context, r *request) (any, error) {
	if _, err := a.project(ctx, r); err != nil {
		return nil, err
	}
	return azdo.NewList([]struct{}{}), nil
}
