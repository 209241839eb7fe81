package api

import (
	"context"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// listAccounts lists the organizations that the caller is in and the token is good for; of other people nobody is told.
func (a *API) listAccounts(ctx context.Context, r *request) (any, error) {
	for _, name := range []string{"ownerId", "properties"} {
		if err := r.query.unserved(name); err != nil {
			return nil, err
		}
	}
	if id := r.query.text("memberId"); id != "" && !strings.EqualFold(id, "me") && !strings.EqualFold(id, r.caller.User.GUID.String()) {
		return nil, fault.AccessDenied(r.caller.User.DisplayName, "View organizations of other people")
	}
	mine, err := a.config.Projects.OrganizationsOf(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.Account, len(mine))
	for i, o := range mine {
		shown[i] = r.account(o)
	}
	return azdo.NewList(shown), nil
}

// showAccount shows one of them, by GUID or name.
func (a *API) showAccount(ctx context.Context, r *request) (any, error) {
	mine, err := a.config.Projects.OrganizationsOf(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	for _, o := range mine {
		if id := r.params["accountId"]; strings.EqualFold(o.GUID.String(), id) || strings.EqualFold(o.Name, id) {
			shown := r.account(o)
			shown.AccountType, shown.AccountStatus, shown.NamespaceID, shown.CreatedDate = "organization", "enabled", uuid.Nil.String(), azdo.Time{Time: o.CreatedAt}
			return shown, nil
		}
	}
	return nil, fault.OrganizationNotFound(r.params["accountId"])
}

// addressOf is the address of another organization in the form in which the client addressed this one.
func (r *request) addressOf(o *project.Organization) string {
	if r.target.orgInHost {
		return strings.Replace(r.root, "//"+r.target.org+".", "//"+strings.ToLower(o.Name)+".", 1)
	}
	return r.exchange.base(o.Name)
}

func (r *request) account(o *project.Organization) azdo.Account {
	return azdo.Account{AccountID: o.GUID.String(), AccountURI: r.addressOf(o) + "/", AccountName: o.Name, Properties: map[string]string{}}
}
