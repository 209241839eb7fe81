package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// isService reports whether a subject is a service principal.
func (s *subject) isService() bool { return s.user != nil && s.user.IsService() }

// people leaves out service principals, or with services people.
func (a *subjects) people(services bool) []*subject {
	return slices.DeleteFunc(slices.Clone(a.users), func(s *subject) bool { return s.isService() != services })
}

func (a *API) listServicePrincipals(ctx context.Context, r *request) (any, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	shown, err := all.inScope(all.people(true), r.query.text("scopeDescriptor"))
	if err != nil {
		return nil, err
	}
	return r.graphPage(shown, "aadsp")
}

func (a *API) showServicePrincipal(ctx context.Context, r *request) (any, error) {
	s, err := a.findService(ctx, r, r.params["servicePrincipalDescriptor"])
	if err != nil {
		return nil, err
	}
	return r.graphSubject(s), nil
}

func (a *API) findService(ctx context.Context, r *request, id string) (*subject, error) {
	_, s, err := a.findServiceIn(ctx, r, id)
	return s, err
}

func (a *API) findServiceIn(ctx context.Context, r *request, id string) (*subjects, *subject, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	s := all.find(id)
	if s == nil || !s.isService() {
		return nil, nil, fault.SubjectNotFound(id)
	}
	return all, s, nil
}

// serviceBody is what clients write of a service principal. There is no directory to take it from: who is not known by
// the id is made, with the name.
type serviceBody struct {
	OriginID    string `json:"originId"`
	StorageKey  string `json:"storageKey"`
	DisplayName string `json:"displayName"`
}

func (b serviceBody) draft() (d access.ServiceDraft, err error) {
	d.Name = b.DisplayName
	id := b.OriginID
	if id == "" {
		id = b.StorageKey
	}
	if id == "" && b.DisplayName == "" {
		return d, fault.InvalidArgument("Say which service principal: by originId, by displayName, or by both.")
	}
	if id != "" {
		if d.Origin, err = uuid.Parse(id); err != nil || d.Origin == uuid.Nil {
			return d, fault.InvalidArgument("The originId %q is not the GUID of a service principal.", id)
		}
	}
	return d, nil
}

func (a *API) createServicePrincipal(ctx context.Context, r *request) (any, error) {
	var body serviceBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	draft, err := body.draft()
	if err != nil {
		return nil, err
	}
	id, err := a.config.Projects.AddPerson(ctx, a.config.Access, r.caller, project.PersonDraft{Service: &draft, Groups: r.query.list("groupDescriptors")})
	if err != nil {
		return nil, err
	}
	s, err := a.findService(ctx, r, id.String())
	if err != nil {
		return nil, err
	}
	shown := r.graphSubject(s)
	return reply{status: http.StatusCreated, value: shown, location: shown.URL}, nil
}

func (a *API) deleteServicePrincipal(ctx context.Context, r *request) (any, error) {
	return a.removeService(ctx, r, r.params["servicePrincipalDescriptor"])
}

func (a *API) removeService(ctx context.Context, r *request, id string) (any, error) {
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	if _, err := a.findService(ctx, r, id); err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.RemovePerson(ctx, a.config.Access, r.caller, id)
}

// serviceEntitlement is a service principal as entitlements show one.
func (a *API) serviceEntitlement(ctx context.Context, r *request, id string) (*azdo.ServicePrincipalEntitlement, error) {
	all, s, err := a.findServiceIn(ctx, r, id)
	if err != nil {
		return nil, err
	}
	e := r.userEntitlement(all, s, true, true)
	return &azdo.ServicePrincipalEntitlement{ServicePrincipal: e.User, Extensions: e.Extensions, ID: e.ID, AccessLevel: e.AccessLevel,
		LastAccessedDate: e.LastAccessedDate, DateCreated: e.DateCreated, ProjectEntitlements: e.ProjectEntitlements, GroupAssignments: e.GroupAssignments}, nil
}

func (a *API) showServicePrincipalEntitlement(ctx context.Context, r *request) (any, error) {
	return a.serviceEntitlement(ctx, r, r.params["servicePrincipalId"])
}

func (a *API) deleteServicePrincipalEntitlement(ctx context.Context, r *request) (any, error) {
	return a.removeService(ctx, r, r.params["servicePrincipalId"])
}

// serviceOperation is the result of a change, or why it was refused. Other errors fail the request.
func (a *API) serviceOperation(ctx context.Context, r *request, id string, err error) (azdo.ServicePrincipalOperation, error) {
	result := azdo.ServicePrincipalOperation{IsSuccess: err == nil, Errors: []azdo.EntitlementError{}}
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		result.Errors = refusals(f)
		return result, nil
	}
	if err == nil {
		result.ServicePrincipalID = id
		result.Result, err = a.serviceEntitlement(ctx, r, id)
	}
	return result, err
}

// createServicePrincipalEntitlement adds a service principal. What is wrong with it is told in the result, as with people.
func (a *API) createServicePrincipalEntitlement(ctx context.Context, r *request) (any, error) {
	content, err := r.jsonBody()
	if err != nil {
		return nil, err
	}
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	id, err := a.addService(ctx, r, content)
	result, err := a.serviceOperation(ctx, r, id.String(), err)
	if err != nil {
		return nil, err
	}
	return azdo.ServicePrincipalAdded{IsSuccess: result.IsSuccess, ServicePrincipalEntitlement: result.Result, OperationResult: result}, nil
}

func (a *API) addService(ctx context.Context, r *request, content []byte) (id uuid.UUID, err error) {
	var body struct {
		AccessLevel         *licenseBody `json:"accessLevel"`
		ServicePrincipal    serviceBody  `json:"servicePrincipal"`
		ProjectEntitlements []placeBody  `json:"projectEntitlements"`
	}
	if err := readJSON(content, &body); err != nil {
		return id, err
	}
	draft, err := body.ServicePrincipal.draft()
	if err != nil {
		return id, err
	}
	if body.AccessLevel != nil && body.AccessLevel.AccountLicenseType != "" {
		if draft.Level, err = body.AccessLevel.level(); err != nil {
			return id, err
		}
	}
	in, err := parsePlaces(body.ProjectEntitlements)
	if err != nil {
		return id, err
	}
	return a.config.Projects.AddPerson(ctx, a.config.Access, r.caller, project.PersonDraft{Service: &draft, In: in})
}

// updateServicePrincipalEntitlement changes a service principal, each operation for itself.
func (a *API) updateServicePrincipalEntitlement(ctx context.Context, r *request) (any, error) {
	ops, err := r.entitlementPatch()
	if err != nil {
		return nil, err
	}
	shown, err := a.serviceEntitlement(ctx, r, r.params["servicePrincipalId"])
	if err != nil {
		return nil, err
	}
	answer := azdo.ServicePrincipalChanged{IsSuccess: true, ServicePrincipalEntitlement: shown, OperationResults: []azdo.ServicePrincipalOperation{}}
	for _, op := range ops {
		err := a.changePerson(ctx, r, shown.ID, strings.TrimPrefix(op.Path, "/"), op)
		result, err := a.serviceOperation(ctx, r, shown.ID, err)
		if err != nil {
			return nil, err
		}
		if answer.OperationResults = append(answer.OperationResults, result); result.IsSuccess {
			answer.ServicePrincipalEntitlement = result.Result
		} else {
			answer.IsSuccess = false
		}
	}
	return answer, nil
}

// updateServicePrincipalEntitlements adds, changes and removes service principals, each operation for itself, as lists of
// changes of people do.
func (a *API) updateServicePrincipalEntitlements(ctx context.Context, r *request) (any, error) {
	ops, err := r.entitlementPatch()
	if err != nil {
		return nil, err
	}
	answer := azdo.ServicePrincipalOperations{ID: a.config.NewID().String(), Status: "succeeded", HaveResultsSucceeded: true, Completed: true}
	for _, op := range ops {
		id, path, _ := strings.Cut(strings.Trim(op.Path, "/"), "/")
		gone := false
		switch {
		case op.Op == "add" && id == "":
			var made uuid.UUID
			made, err = a.addService(ctx, r, op.Value)
			id = made.String()
		case op.Op == "remove" && id != "" && path == "":
			_, err = a.removeService(ctx, r, id)
			gone = err == nil
		default:
			if _, err = a.findService(ctx, r, id); err == nil {
				err = a.changePerson(ctx, r, id, path, op)
			}
		}
		result := azdo.ServicePrincipalOperation{ServicePrincipalID: id, IsSuccess: true, Errors: []azdo.EntitlementError{}}
		if !gone {
			if result, err = a.serviceOperation(ctx, r, id, err); err != nil {
				return nil, err
			}
		}
		if answer.Results = append(answer.Results, result); !result.IsSuccess {
			answer.Status, answer.HaveResultsSucceeded = "failed", false
		}
	}
	return answer, nil
}

// The secrets of service principals are our own operations: the hosted service leaves them to its directory.

func (a *API) listServicePrincipalSecrets(ctx context.Context, r *request) (any, error) {
	all, err := a.config.Access.Secrets(ctx, r.caller, r.params["servicePrincipalId"])
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.ServicePrincipalSecret, len(all))
	for i, k := range all {
		shown[i] = secret(k)
	}
	return azdo.NewList(shown), nil
}

func (a *API) createServicePrincipalSecret(ctx context.Context, r *request) (any, error) {
	var body struct {
		DisplayName string     `json:"displayName"`
		ValidTo     *time.Time `json:"validTo"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	var until time.Time
	if body.ValidTo != nil {
		until = *body.ValidTo
	}
	k, text, err := a.config.Access.AddSecret(ctx, r.caller, r.params["servicePrincipalId"], body.DisplayName, until)
	if err != nil {
		return nil, err
	}
	shown := secret(k)
	shown.Text = text
	return reply{status: http.StatusCreated, value: shown}, nil
}

func (a *API) deleteServicePrincipalSecret(ctx context.Context, r *request) (any, error) {
	id, err := uuid.Parse(r.params["secretId"])
	if err != nil {
		return nil, fault.UnknownPath("secret " + r.params["secretId"])
	}
	return reply{status: http.StatusNoContent}, a.config.Access.RemoveSecret(ctx, r.caller, r.params["servicePrincipalId"], id)
}

func secret(k access.Secret) azdo.ServicePrincipalSecret {
	return azdo.ServicePrincipalSecret{ID: k.ID.String(), Name: k.Name, ValidFrom: azdo.Time{Time: k.CreatedAt}, ValidTo: azdo.Time{Time: k.ValidTo}}
}
