package api

import (
	"context"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

// showProfile shows the caller; other people have identities, but no profile for everybody to see.
func (a *API) showProfile(_ context.Context, r *request) (any, error) {
	u := r.caller.User
	if id := r.params["id"]; !strings.EqualFold(id, "me") && !strings.EqualFold(id, u.GUID.String()) {
		return nil, fault.SubjectNotFound(id)
	}
	return azdo.Profile{
		DisplayName: u.DisplayName, PublicAlias: u.GUID.String(), EmailAddress: u.Email, CoreRevision: 1,
		TimeStamp: azdo.Time{Time: r.org.CreatedAt}, ID: u.GUID.String(), Revision: 1,
	}, nil
}

// listServiceDefinitions has nothing to list: one server serves everything, at the address the client used.
func (a *API) listServiceDefinitions(context.Context, *request) (any, error) {
	return azdo.NewList[struct{}](nil), nil
}
