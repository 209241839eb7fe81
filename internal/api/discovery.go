package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"

	"github.com/google/uuid"
)

// serveOptions tells clients which resources exist. It needs no token: clients ask before they sign in.
func (x *exchange) serveOptions(ctx context.Context, found []match) error {
	if x.target.org != "" {
		if _, err := x.config.Projects.Organization(ctx, x.target.org); err != nil {
			return err
		}
	}
	path := x.target.path
	if len(path) > 1 {
		if len(found) == 0 {
			return x.unknownPath("")
		}
		x.out.Header().Set("Allow", strings.Join(allowed(found), ", "))
		x.out.WriteHeader(http.StatusNoContent)
		return nil
	}
	x.route = "_apis"
	all := x.routes.all
	if len(path) == 1 {
		x.route = "_apis/{area}"
		all = nil
		for _, l := range x.routes.all {
			if strings.EqualFold(l.Area, path[0]) {
				all = append(all, l)
			}
		}
	}
	x.out.Header().Set("Content-Type", "application/json; charset=utf-8")
	return x.writeJSON(http.StatusOK, azdo.NewList(all))
}

// listResourceAreas points every area to the address the client used: one server serves them all.
func (a *API) listResourceAreas(_ context.Context, r *request) (any, error) {
	all := areas()
	for i := range all {
		all[i].LocationURL = r.base + "/"
	}
	return azdo.NewList(all), nil
}

// showResourceArea finds an area by id or name. The answer for an unknown one is null, as clients expect.
func (a *API) showResourceArea(_ context.Context, r *request) (any, error) {
	id := r.params["areaId"]
	for _, area := range areas() {
		if strings.EqualFold(area.ID, id) || strings.EqualFold(area.Name, id) {
			area.LocationURL = r.base + "/"
			return area, nil
		}
	}
	return json.RawMessage("null"), nil
}

// serviceOwner is the id of the service that keeps work items. observed in recorded answers.
const serviceOwner = "00025394-6065-48ca-87d9-7f5672854ef7"

func (a *API) showConnection(_ context.Context, r *request) (any, error) {
	if err := r.query.unserved("connectOptions", "none", "0"); err != nil {
		return nil, err
	}
	user := identity(r.caller.User)
	return azdo.ConnectionData{
		AuthenticatedUser: user, AuthorizedUser: user,
		InstanceID:     r.org.GUID.String(),
		DeploymentID:   uuid.NewSHA1(r.org.GUID, []byte("deployment")).String(),
		DeploymentType: "hosted",
		LocationServiceData: azdo.LocationServiceData{
			ServiceOwner: serviceOwner, DefaultAccessMappingMoniker: "PublicAccessMapping", LastChangeID: 1, LastChangeID64: 1,
		},
	}, nil
}

// identity is a user as the identity service shows one.
func identity(u *access.User) azdo.Identity {
	return azdo.Identity{
		ID:                u.GUID.String(),
		Descriptor:        u.IdentityDescriptor(),
		SubjectDescriptor: u.Descriptor(), ProviderDisplayName: u.DisplayName, IsActive: u.Active,
		Properties:      map[string]azdo.Property{"Account": azdo.StringProperty(u.UniqueName)},
		ResourceVersion: 2,
	}
}

// discardEvents takes the telemetry clients send and keeps none of it.
func (a *API) discardEvents(context.Context, *request) (any, error) {
	return reply{status: http.StatusNoContent}, nil
}
