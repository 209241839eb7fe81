package api

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// entitlementBody is what clients write of an entitlement.
type entitlementBody struct {
	AccessLevel *licenseBody `json:"accessLevel"`
	User        struct {
		PrincipalName string `json:"principalName"`
		MailAddress   string `json:"mailAddress"`
		OriginID      string `json:"originId"`
	} `json:"user"`
	ProjectEntitlements []placeBody `json:"projectEntitlements"`
}

type licenseBody struct {
	AccountLicenseType word `json:"accountLicenseType"`
}

type placeBody struct {
	Group struct {
		GroupType string `json:"groupType"`
	} `json:"group"`
	ProjectRef azdo.ProjectRef `json:"projectRef"`
	TeamRefs   []struct{}      `json:"teamRefs"`
}

// level is the level a license stands for; licenses are also written by their numbers. documented: the numbers.
func (b *licenseBody) level() (access.Level, error) {
	return parseLicense(enum{{"express", "2"}, {"professional", "3"}, {"advanced", "4"}, {"stakeholder", "5"}, {"earlyAdopter", "1"}}.spell(b.AccountLicenseType))
}

func parsePlaces(all []placeBody) (in []project.Entitlement, err error) {
	for _, b := range all {
		if len(b.TeamRefs) > 0 {
			return nil, fault.NotImplemented("Putting people into teams by their entitlements")
		}
		e := project.Entitlement{Project: b.ProjectRef.ID}
		if e.Project == "" {
			e.Project = b.ProjectRef.Name
		}
		for _, p := range places() {
			if strings.EqualFold(p.GroupType, b.Group.GroupType) {
				e.Group = p.kind
			}
		}
		if e.Group == "" {
			return nil, fault.InvalidArgument("The groupType %q is not valid. Valid values are: projectReader, projectContributor, projectAdministrator.", b.Group.GroupType)
		}
		in = append(in, e)
	}
	return in, nil
}

// entitlementOp is one operation of a patch of entitlements.
type entitlementOp struct {
	Op    work.Verb       `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value"`
}

// addPerson does what the body of an entitlement asks for and returns the id of the person.
func (a *API) addPerson(ctx context.Context, r *request, content []byte) (string, error) {
	var body entitlementBody
	if err := readJSON(content, &body); err != nil {
		return "", err
	}
	if body.User.OriginID != "" && body.User.PrincipalName == "" && body.User.MailAddress == "" {
		return "", fault.NotImplemented("Taking in users of a directory")
	}
	draft := project.PersonDraft{Name: body.User.PrincipalName}
	if draft.Name == "" {
		draft.Name = body.User.MailAddress
	}
	var err error
	if body.AccessLevel != nil && body.AccessLevel.AccountLicenseType != "" {
		if draft.Level, err = body.AccessLevel.level(); err != nil {
			return "", err
		}
	}
	if draft.In, err = parsePlaces(body.ProjectEntitlements); err != nil {
		return "", err
	}
	id, err := a.config.Projects.AddPerson(ctx, a.config.Access, r.caller, draft)
	return id.String(), err
}

// changePerson does one operation on a person.
func (a *API) changePerson(ctx context.Context, r *request, id, path string, op entitlementOp) error {
	level, in, err := op.parse(path)
	if err != nil {
		return err
	}
	return a.config.Projects.ChangePerson(ctx, a.config.Access, r.caller, id, level, in)
}

// parse reads the level that an operation gives, or the places in projects.
func (op entitlementOp) parse(path string) (level access.Level, in []project.Entitlement, err error) {
	writes := op.Op == "replace" || op.Op == "add"
	switch {
	case writes && (strings.EqualFold(path, "accessLevel") || strings.EqualFold(path, "licenseRule")):
		var body licenseBody
		if err := readJSON(op.Value, &body); err != nil {
			return "", nil, err
		}
		level, err = body.level()
	case op.Op == "add" && strings.EqualFold(path, "projectEntitlements"):
		var body []placeBody
		if err := json.Unmarshal(op.Value, &body); err != nil { // one, or a list of them
			body = make([]placeBody, 1)
			if err := json.Unmarshal(op.Value, &body[0]); err != nil {
				return "", nil, fault.InvalidArgument("The project entitlements are not valid: %s.", err)
			}
		}
		in, err = parsePlaces(body)
	default:
		return "", nil, fault.InvalidArgument("The operation %s %s is not valid: replace /accessLevel, or add to /projectEntitlements.", op.Op, op.Path)
	}
	return level, in, err
}

// refusals is how results tell why a change was refused. documented: a key and the message.
func refusals(f *fault.Fault) []azdo.EntitlementError {
	return []azdo.EntitlementError{{Key: f.Status, Value: f.Message}}
}

// entitlementResult is the result of a change: who it was about, or why it was refused. Other errors fail the request.
func (a *API) entitlementResult(ctx context.Context, r *request, id string, err error) (azdo.EntitlementOperation, error) {
	result := azdo.EntitlementOperation{UserID: id, IsSuccess: err == nil, Errors: []azdo.EntitlementError{}}
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		if _, bad := uuid.Parse(id); bad != nil || id == uuid.Nil.String() {
			result.UserID = ""
		}
		result.Errors = refusals(f)
		return result, nil
	}
	if err == nil {
		result.Result, err = a.entitlement(ctx, r, id)
	}
	return result, err
}

// createUserEntitlement adds a person. What is wrong with the person is told in the result, as the service does.
func (a *API) createUserEntitlement(ctx context.Context, r *request) (any, error) {
	body, err := r.jsonBody()
	if err != nil {
		return nil, err
	}
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	id, err := a.addPerson(ctx, r, body)
	result, err := a.entitlementResult(ctx, r, id, err)
	if err != nil {
		return nil, err
	}
	return azdo.UserEntitlementAdded{IsSuccess: result.IsSuccess, UserEntitlement: result.Result, OperationResult: result}, nil
}

func (r *request) mayChangePeople() error {
	if !r.caller.Administers() {
		return fault.AccessDenied(r.caller.User.DisplayName, "Edit instance-level information")
	}
	return nil
}

// entitlementPatch reads a patch of entitlements.
func (r *request) entitlementPatch() ([]entitlementOp, error) {
	body, err := r.body("application/json-patch+json", "application/json")
	if err != nil {
		return nil, err
	}
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	var ops []entitlementOp
	if err := json.Unmarshal(body, &ops); err != nil || len(ops) == 0 || len(ops) > maxLookup {
		return nil, fault.InvalidPatch().WithHint("write an array of 1 to %d operations, each with op, path and value", maxLookup)
	}
	return ops, nil
}

// updateUserEntitlement changes one person.
func (a *API) updateUserEntitlement(ctx context.Context, r *request) (any, error) {
	ops, err := r.entitlementPatch()
	if err != nil {
		return nil, err
	}
	shown, err := a.entitlement(ctx, r, r.entitledID())
	if err != nil {
		return nil, err
	}
	answer := azdo.UserEntitlementChanged{IsSuccess: true, UserEntitlement: shown, OperationResults: []azdo.EntitlementOperation{}}
	for _, op := range ops {
		err := a.changePerson(ctx, r, shown.ID, strings.TrimPrefix(op.Path, "/"), op)
		result, err := a.entitlementResult(ctx, r, shown.ID, err)
		if err != nil {
			return nil, err
		}
		if answer.OperationResults = append(answer.OperationResults, result); result.IsSuccess {
			answer.UserEntitlement = result.Result
		} else {
			answer.IsSuccess = false
		}
	}
	return answer, nil
}

// updateUserEntitlements adds, changes and removes people, each operation for itself. observed: az devops user add adds at
// the empty path. documented: other paths begin with the id of a person.
func (a *API) updateUserEntitlements(ctx context.Context, r *request) (any, error) {
	ops, err := r.entitlementPatch()
	if err != nil {
		return nil, err
	}
	answer := azdo.EntitlementOperations{ID: a.config.NewID().String(), Status: "succeeded", HaveResultsSucceeded: true, Completed: true}
	for _, op := range ops {
		id, path, _ := strings.Cut(strings.Trim(op.Path, "/"), "/")
		var result azdo.EntitlementOperation
		switch {
		case op.Op == "add" && id == "":
			id, err = a.addPerson(ctx, r, op.Value)
		case op.Op == "remove" && id != "" && path == "":
			if err = a.config.Projects.RemovePerson(ctx, a.config.Access, r.caller, id); err == nil {
				result = azdo.EntitlementOperation{UserID: id, IsSuccess: true, Errors: []azdo.EntitlementError{}}
			}
		default:
			if _, err = a.entitlement(ctx, r, id); err == nil { // which service principals have none of
				err = a.changePerson(ctx, r, id, path, op)
			}
		}
		if !result.IsSuccess {
			if result, err = a.entitlementResult(ctx, r, id, err); err != nil {
				return nil, err
			}
		}
		if answer.Results = append(answer.Results, result); !result.IsSuccess {
			answer.Status, answer.HaveResultsSucceeded = "failed", false
		}
	}
	return answer, nil
}
