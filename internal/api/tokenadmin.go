package api

import (
	"context"
	"net/http"
	"slices"

	"boardwalk/azdo"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// maxRevocations bounds how many tokens one request ends.
const maxRevocations = 1000

// listSessionTokens shows administrators the tokens that somebody has for the organization.
func (a *API) listSessionTokens(ctx context.Context, r *request) (any, error) {
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	public, err := r.query.flag("isPublic")
	if err != nil {
		return nil, err
	}
	size, err := r.query.count("pageSize", 20)
	if err != nil {
		return nil, err
	}
	people, err := a.config.Access.People(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	u := people.FindSubject(r.params["subjectDescriptor"])
	if u == nil {
		return nil, fault.SubjectNotFound(r.params["subjectDescriptor"])
	}
	shown := azdo.SessionTokens{Value: []azdo.SessionToken{}}
	if public || u.Account == 0 { // keys of SSH are public; there are none
		return shown, nil
	}
	all, err := a.config.Access.TokensOf(ctx, u.Account, r.org.ID)
	if err != nil {
		return nil, err
	}
	if after := r.query.text("continuationToken"); after != "" && after != uuid.Nil.String() {
		for i, t := range all {
			if t.AuthorizationID.String() == after {
				all = all[i+1:]
				break
			}
		}
	}
	if size > 0 && len(all) > size {
		last := all[size-1].AuthorizationID.String()
		all, shown.ContinuationToken = all[:size], &last
	}
	for _, t := range all {
		to := azdo.SessionToken{ClientID: uuid.Nil.String(), AccessID: t.AuthorizationID.String(), AuthorizationID: t.AuthorizationID.String(),
			HostAuthorizationID: uuid.Nil.String(), UserID: u.GUID.String(), ValidFrom: azdo.Time{Time: t.ValidFrom}, ValidTo: azdo.Time{Time: t.ValidTo},
			DisplayName: t.Name, Scope: t.Scope, IsValid: patStatus(t, a.config.Clock()) == "active"}
		if t.Org != 0 {
			to.TargetAccounts = []string{r.org.GUID.String()}
		}
		shown.Value = append(shown.Value, to)
	}
	return shown, nil
}

// revokeAuthorizations ends tokens of anybody in the organization.
func (a *API) revokeAuthorizations(ctx context.Context, r *request) (any, error) {
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	public, err := r.query.flag("isPublic")
	if err != nil {
		return nil, err
	}
	var body []azdo.TokenRevocation
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body) == 0 || len(body) > maxRevocations || public { // there are no public keys
		return nil, fault.InvalidArgument("Write a list of 1 to %d authorizations.", maxRevocations)
	}
	ids := make([]uuid.UUID, len(body))
	for i, b := range body {
		if ids[i], err = uuid.Parse(b.AuthorizationID); err != nil {
			return nil, fault.InvalidArgument("The authorizationId %q is no id.", b.AuthorizationID)
		}
	}
	return reply{status: http.StatusNoContent}, a.config.Access.EndTokens(ctx, r.caller, slices.Compact(ids))
}

// createRevocationRule ends the tokens of the organization that a rule describes.
func (a *API) createRevocationRule(ctx context.Context, r *request) (any, error) {
	if err := r.mayChangePeople(); err != nil {
		return nil, err
	}
	var body azdo.TokenRevocationRule
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	var before azdo.Time
	if body.CreatedBefore != nil {
		before = *body.CreatedBefore
	}
	return reply{status: http.StatusNoContent}, a.config.Access.EndTokensByRule(ctx, r.caller, before.Time, body.Scopes)
}
