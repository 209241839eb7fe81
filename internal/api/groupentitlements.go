package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// byGroupRule is where a level comes from that a group gives. documented.
const byGroupRule = "groupRule"

// groupEntitlement is a group as entitlements show one that gives its members a level.
func (r *request) groupEntitlement(all *subjects, s *subject, l *access.GroupLevel) azdo.GroupEntitlement {
	rule := accessLevel(l.Level)
	rule.AssignmentSource = byGroupRule
	return azdo.GroupEntitlement{Group: r.graphSubject(s), ID: s.id(), LicenseRule: rule, ExtensionRules: []struct{}{},
		ProjectEntitlements: r.projectEntitlements(all, s), Status: "applied", LastExecuted: azdo.Time{Time: l.ChangedAt}}
}

func (a *API) listGroupEntitlements(ctx context.Context, r *request) (any, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := []azdo.GroupEntitlement{}
	for _, s := range all.groups {
		if l := all.directory.GroupLevel(s.subject()); l != nil {
			shown = append(shown, r.groupEntitlement(all, s, l))
		}
	}
	slices.SortStableFunc(shown, func(a, b azdo.GroupEntitlement) int {
		return cmp.Compare(strings.ToLower(a.Group.PrincipalName), strings.ToLower(b.Group.PrincipalName))
	})
	return azdo.NewList(shown), nil
}

func (r *request) entitledGroup() string {
	return cmp.Or(r.params["groupId"], r.params["groupDescriptor"])
}

func (a *API) showGroupEntitlement(ctx context.Context, r *request) (any, error) {
	return a.entitledGroup(ctx, r, r.entitledGroup())
}

func (a *API) entitledGroup(ctx context.Context, r *request, id string) (*azdo.GroupEntitlement, error) {
	all, s, l, err := a.findEntitled(ctx, r, id)
	if err != nil {
		return nil, err
	}
	shown := r.groupEntitlement(all, s, l)
	return &shown, nil
}

func (a *API) findEntitled(ctx context.Context, r *request, id string) (*subjects, *subject, *access.GroupLevel, error) {
	all, err := a.admitted(ctx, r)
	if err != nil {
		return nil, nil, nil, err
	}
	if s := all.find(id); s != nil && s.group != nil {
		if l := all.directory.GroupLevel(s.subject()); l != nil {
			return all, s, l, nil
		}
	}
	return nil, nil, nil, fault.SubjectNotFound(id)
}

// ruleOption refuses to only try out what a change would do.
func (r *request) ruleOption() error {
	switch option := r.query.text("ruleOption"); strings.ToLower(option) {
	case "", "applygrouprule", "0":
		return nil
	case "testapplygrouprule", "1":
		return fault.NotImplemented("Trying out the entitlements of groups")
	default:
		return fault.InvalidArgument("The ruleOption %q is not valid. Valid values are: applyGroupRule, testApplyGroupRule.", option)
	}
}

// groupOperations is the answer to changes of what a group gives, each with its own result. Other errors than faults fail
// the request.
func (a *API) groupOperations(ctx context.Context, r *request, id string, gone bool, outcomes ...error) (*azdo.GroupEntitlementOperations, error) {
	answer := &azdo.GroupEntitlementOperations{ID: a.config.NewID().String(), Status: "succeeded", HaveResultsSucceeded: true, Completed: true}
	for _, err := range outcomes {
		result := azdo.GroupEntitlementOperation{GroupID: id, IsSuccess: err == nil, Errors: []azdo.EntitlementError{}}
		if f, ok := errors.AsType[*fault.Fault](err); ok {
			result.Errors = refusals(f)
			answer.Status, answer.HaveResultsSucceeded = "failed", false
		} else if err != nil {
			return nil, err
		}
		if err == nil && !gone {
			if result.Result, err = a.entitledGroup(ctx, r, id); err != nil {
				return nil, err
			}
		}
		answer.Results = append(answer.Results, result)
	}
	return answer, nil
}

// createGroupEntitlement lets a group give its members a level. What is wrong with it is told in the result, as with people.
func (a *API) createGroupEntitlement(ctx context.Context, r *request) (any, error) {
	content, err := r.jsonBody()
	if err != nil {
		return nil, err
	}
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	if err := r.ruleOption(); err != nil {
		return nil, err
	}
	id, err := a.entitleGroup(ctx, r, content)
	return a.groupOperations(ctx, r, id, false, err)
}

func (a *API) entitleGroup(ctx context.Context, r *request, content []byte) (id string, err error) {
	var body struct {
		Group struct {
			Descriptor  string `json:"descriptor"`
			OriginID    string `json:"originId"`
			DisplayName string `json:"displayName"`
		} `json:"group"`
		ID                  string       `json:"id"`
		LicenseRule         *licenseBody `json:"licenseRule"`
		ProjectEntitlements []placeBody  `json:"projectEntitlements"`
		Members             []struct {
			ID   string `json:"id"`
			User struct {
				Descriptor string `json:"descriptor"`
				OriginID   string `json:"originId"`
			} `json:"user"`
		} `json:"members"`
	}
	if err := readJSON(content, &body); err != nil {
		return "", err
	}
	draft := project.GroupEntitlementDraft{Group: cmp.Or(body.Group.Descriptor, body.Group.OriginID, body.ID), Name: body.Group.DisplayName}
	if draft.Group == "" && draft.Name == "" {
		return "", fault.InvalidArgument("Say which group: by descriptor, by originId, or by displayName.")
	}
	if body.LicenseRule == nil {
		return "", fault.InvalidArgument("Say which licenseRule the group gives its members.")
	}
	if draft.Level, err = body.LicenseRule.level(); err != nil {
		return "", err
	}
	if draft.In, err = parsePlaces(body.ProjectEntitlements); err != nil {
		return "", err
	}
	for _, m := range body.Members {
		draft.Members = append(draft.Members, cmp.Or(m.ID, m.User.Descriptor, m.User.OriginID))
	}
	group, err := a.config.Projects.EntitleGroup(ctx, a.config.Access, r.caller, draft)
	if err != nil {
		return "", err
	}
	return group.String(), nil
}

// updateGroupEntitlement changes what a group gives, each operation for itself.
func (a *API) updateGroupEntitlement(ctx context.Context, r *request) (any, error) {
	ops, err := r.entitlementPatch()
	if err != nil {
		return nil, err
	}
	if err := r.ruleOption(); err != nil {
		return nil, err
	}
	_, s, _, err := a.findEntitled(ctx, r, r.entitledGroup())
	if err != nil {
		return nil, err
	}
	var outcomes []error
	for _, op := range ops {
		level, in, err := op.parse(strings.TrimPrefix(op.Path, "/"))
		if err == nil {
			err = a.config.Projects.ChangeGroupEntitlement(ctx, a.config.Access, r.caller, s.id(), level, in)
		}
		outcomes = append(outcomes, err)
	}
	return a.groupOperations(ctx, r, s.id(), false, outcomes...)
}

func (a *API) deleteGroupEntitlement(ctx context.Context, r *request) (any, error) {
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	if err := r.ruleOption(); err != nil {
		return nil, err
	}
	out, err := r.query.flag("removeGroupMembership")
	if err != nil {
		return nil, err
	}
	_, s, _, err := a.findEntitled(ctx, r, r.entitledGroup())
	if err != nil {
		return nil, err
	}
	err = a.config.Projects.RemoveGroupEntitlement(ctx, a.config.Access, r.caller, s.id(), out)
	return a.groupOperations(ctx, r, s.id(), true, err)
}

// listGroupEntitlementMembers lists the people who are directly in a group that gives a level.
func (a *API) listGroupEntitlementMembers(ctx context.Context, r *request) (any, error) {
	all, s, _, err := a.findEntitled(ctx, r, r.entitledGroup())
	if err != nil {
		return nil, err
	}
	people := slices.DeleteFunc(slices.Clone(all.members[s]), func(m *subject) bool { return m.user == nil || !m.user.Active || m.isService() })
	for name, documented := range map[string]string{"$top": "maxResults", "continuationToken": "pagingToken"} {
		if v, ok := r.query[strings.ToLower(documented)]; ok {
			r.query[strings.ToLower(name)] = v
		}
	}
	part, next, err := page(r.query, people)
	if err != nil {
		return nil, err
	}
	answer := azdo.UserEntitlements{Members: make([]azdo.UserEntitlement, len(part)), TotalCount: len(people)}
	for i, m := range part {
		answer.Members[i] = r.userEntitlement(all, m, true, false)
	}
	if next != "" {
		answer.ContinuationToken = &next
	}
	return answer, nil
}

func (a *API) addGroupEntitlementMember(ctx context.Context, r *request) (any, error) {
	return a.setGroupEntitlementMember(ctx, r, true)
}

func (a *API) removeGroupEntitlementMember(ctx context.Context, r *request) (any, error) {
	return a.setGroupEntitlementMember(ctx, r, false)
}

func (a *API) setGroupEntitlementMember(ctx context.Context, r *request, in bool) (any, error) {
	if _, _, _, err := a.findEntitled(ctx, r, r.entitledGroup()); err != nil {
		return nil, err
	}
	err := a.config.Projects.SetMember(ctx, a.config.Access, r.caller, r.entitledGroup(), r.params["memberId"], in)
	return reply{status: http.StatusNoContent}, err
}
