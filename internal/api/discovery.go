package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"

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

// asksWhere reports whether somebody asks where the services of an organization are, which needs no token. documented.
func (x *exchange) asksWhere(found []match) bool {
	return x.method == http.MethodGet && len(found) > 0 && found[0].ResourceName == "ResourceAreas" &&
		(x.target.org == "" || len(x.http.Header["Authorization"]) == 0)
}

// serveAreas answers that for the organization of the path or, documented, of the query.
func (x *exchange) serveAreas(ctx context.Context, found []match) (err error) {
	r := &request{exchange: x}
	if r.query, err = parseQuery(x.http.URL.RawQuery); err != nil {
		return err
	}
	m, v, err := negotiate(found, askedVersion(r.query, x.http.Header), x.method)
	if err != nil {
		return err
	}
	name := cmp.Or(x.target.org, r.query.text("accountName"), r.query.text("organizationName"))
	if name == "" {
		return x.unknownPath("the organization comes first in the path: /{organization}/…")
	}
	org, err := x.config.Projects.Organization(ctx, name)
	if err != nil {
		return err
	}
	r.params, r.base = m.params, x.base(org.Name)
	o, _ := m.operation(x.method)
	value, err := o.handle(ctx, r)
	if err != nil {
		return err
	}
	return x.write(value, v)
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

// showConnection tells a client who it is and, with connectOptions=includeServices, where all services are.
func (a *API) showConnection(_ context.Context, r *request) (any, error) {
	services, err := r.wantsServices()
	if err != nil {
		return nil, err
	}
	user := identity(r.caller.User)
	shown := azdo.ConnectionData{
		AuthenticatedUser: user, AuthorizedUser: user,
		InstanceID:     r.org.GUID.String(),
		DeploymentID:   uuid.NewSHA1(r.org.GUID, []byte("deployment")).String(),
		DeploymentType: "hosted",
		LocationServiceData: azdo.LocationServiceData{
			ServiceOwner: serviceOwner, DefaultAccessMappingMoniker: publicMapping, LastChangeID: 1, LastChangeID64: 1,
		},
	}
	if services {
		shown.LocationServiceData.LocationServices = locationServices(r.base + "/")
	}
	return shown, nil
}

// wantsServices reads connectOptions: words, or a number whose bits stand for them. Only the first bit is served.
func (r *request) wantsServices() (bool, error) {
	options := enum{{"none", "0"}, {"includeServices", "1"}, {"includeLastUserAccess", "2"}, {"includeInheritedDefinitionsOnly", "4"}, {"includeNonInheritedDefinitionsOnly", "8"}}
	bits := 0
	for _, option := range r.query.list("connectOptions") {
		number, err := strconv.Atoi(option)
		if err != nil || number < 0 || number > 15 {
			word, err := options.parse("connectOptions", option)
			if err != nil {
				return false, err
			}
			for _, o := range options {
				if o.word == word {
					number, _ = strconv.Atoi(o.number)
				}
			}
		}
		bits |= number
	}
	if bits > 1 {
		return false, fault.NotImplemented("The parameter connectOptions=" + r.query.text("connectOptions"))
	}
	return bits == 1, nil
}

// publicMapping names the way clients reach the server: the address they used.
const publicMapping = "PublicAccessMapping"

// locationServices is what clients need to find the services that they know by ids: all are at one address. What they
// are told is never fresh enough to be left out, because nothing notes that the address has changed.
func locationServices(address string) *azdo.LocationServices {
	shown := &azdo.LocationServices{
		AccessMappings: []azdo.AccessMapping{
			{DisplayName: "Public Access Mapping", Moniker: publicMapping, AccessPoint: address, ServiceOwner: serviceOwner},
		},
		ClientCacheTimeToLive: 3600,
	}
	for _, service := range []struct{ id, name string }{
		{"951917ac-a960-4999-8464-e3f0aa25b381", "SPS Location Service"}, // identities, the graph, tokens, profiles
		{serviceOwner, "TFS Location Service"},
		{"00000041-0000-8888-8000-000000000000", "AEX Location Service"}, // entitlements
	} {
		shown.ServiceDefinitions = append(shown.ServiceDefinitions, azdo.LocationServiceDefinition{
			ServiceType: "LocationService2", Identifier: service.id, DisplayName: service.name, RelativeToSetting: "fullyQualified", ServiceOwner: service.id,
			LocationMappings: []azdo.LocationMapping{{AccessMappingMoniker: publicMapping, Location: address}}, Properties: map[string]any{},
		})
	}
	return shown
}

// listCollections lists the organization: older servers have several collections of projects.
func (a *API) listCollections(_ context.Context, r *request) (any, error) {
	return azdo.NewList([]azdo.TeamProjectCollectionReference{r.collection()}), nil
}

func (a *API) showCollection(_ context.Context, r *request) (any, error) {
	id := r.params["collectionId"]
	if !strings.EqualFold(id, r.org.GUID.String()) && !strings.EqualFold(id, r.org.Name) {
		return nil, fault.OrganizationNotFound(id)
	}
	ref := r.collection()
	return azdo.TeamProjectCollection{TeamProjectCollectionReference: ref, State: "Started",
		Links: azdo.Links{{Name: "self", Href: ref.URL}, {Name: "web", Href: r.base}}}, nil
}

func (r *request) collection() azdo.TeamProjectCollectionReference {
	return azdo.TeamProjectCollectionReference{ID: r.org.GUID.String(), Name: r.org.Name, URL: r.base + "/_apis/projectCollections/" + r.org.GUID.String()}
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
