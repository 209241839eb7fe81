package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// soon is how long before its end a token counts as expiring.
const soon = 14 * 24 * time.Hour

// patBody is what clients write of a token.
type patBody struct {
	AuthorizationID string  `json:"authorizationId"`
	DisplayName     *string `json:"displayName"`
	Scope           *string `json:"scope"`
	ValidTo         *string `json:"validTo"`
	AllOrgs         *bool   `json:"allOrgs"`
}

// until is the date in a body, nil when it has none; ok is false when it is no date.
func (b *patBody) until() (until *time.Time, ok bool) {
	if b.ValidTo == nil || *b.ValidTo == "" {
		return nil, true
	}
	var t azdo.Time
	quoted, err := json.Marshal(*b.ValidTo)
	if err == nil {
		err = t.UnmarshalJSON(quoted)
	}
	return &t.Time, err == nil
}

func (a *API) createPAT(ctx context.Context, r *request) (any, error) {
	if err := r.query.own(); err != nil {
		return nil, err
	}
	var body patBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	until, ok := body.until()
	if !ok {
		return patRefusal("invalidValidTo", "The date validTo cannot be read."), nil
	}
	draft := access.TokenDraft{AllOrganizations: body.AllOrgs != nil && *body.AllOrgs}
	if body.DisplayName != nil {
		draft.Name = *body.DisplayName
	}
	if body.Scope != nil {
		draft.Scope = *body.Scope
	}
	if until != nil {
		draft.ValidTo = *until
	}
	if !draft.AllOrganizations && !r.named {
		return patRefusal("invalidTargetAccounts", "Name the organization in the path: you are in several."), nil
	}
	t, text, err := a.config.Access.IssueToken(ctx, r.caller, draft)
	return r.patResult(t, text, err)
}

func (a *API) updatePAT(ctx context.Context, r *request) (any, error) {
	if err := r.query.own("regenerate"); err != nil {
		return nil, err
	}
	again, err := r.query.flag("boardwalk.regenerate")
	if err != nil {
		return nil, err
	}
	var body patBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	id, err := uuid.Parse(body.AuthorizationID)
	if err != nil {
		return patRefusal("invalidAuthorizationId", "The authorizationId is missing or no id."), nil
	}
	until, ok := body.until()
	if !ok {
		return patRefusal("invalidValidTo", "The date validTo cannot be read."), nil
	}
	t, text, err := a.config.Access.ChangeToken(ctx, r.caller, id, access.TokenChange{
		Name: body.DisplayName, Scope: body.Scope, ValidTo: until, AllOrganizations: body.AllOrgs, Regenerate: again,
	})
	return r.patResult(t, text, err)
}

// deletePAT revokes a token, or all of them at once.
func (a *API) deletePAT(ctx context.Context, r *request) (any, error) {
	if err := r.query.own("all"); err != nil {
		return nil, err
	}
	all, err := r.query.flag("boardwalk.all")
	if err != nil {
		return nil, err
	}
	text := r.query.text("authorizationId")
	if all {
		if text != "" {
			return nil, fault.InvalidArgument("Write either authorizationId or boardwalk.all=true.")
		}
		_, err := a.config.Access.RevokeOwnTokens(ctx, r.caller)
		return reply{status: http.StatusNoContent}, err
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return nil, fault.InvalidArgument("The parameter authorizationId is missing or no id.")
	}
	err = a.config.Access.RevokeOwnToken(ctx, r.caller, id)
	if refused, ok := errors.AsType[*access.TokenError](err); ok {
		return nil, fault.InvalidArgument("%s", refused.Why)
	}
	return reply{status: http.StatusNoContent}, err
}

func (a *API) showPAT(ctx context.Context, r *request) (any, error) {
	if err := r.query.own("extensions"); err != nil {
		return nil, err
	}
	id, err := uuid.Parse(r.query.text("authorizationId"))
	if err != nil {
		return patRefusal("invalidAuthorizationId", "The parameter authorizationId is no id."), nil
	}
	t, err := a.config.Access.OwnToken(ctx, r.caller, id)
	return r.patResult(t, "", err)
}

func (a *API) listPATs(ctx context.Context, r *request) (any, error) {
	if r.query.text("authorizationId") != "" {
		return a.showPAT(ctx, r)
	}
	if err := r.query.own("extensions", "expiringWithin"); err != nil {
		return nil, err
	}
	filter, err := enum{{"active", "0"}, {"revoked", "1"}, {"expired", "2"}, {"all", "3"}}.parse("displayFilterOption", r.query.text("displayFilterOption"))
	if err != nil {
		return nil, err
	}
	order, err := enum{{"displayName", "0"}, {"displayDate", "1"}, {"status", "2"}}.parse("sortByOption", r.query.text("sortByOption"))
	if err != nil {
		return nil, err
	}
	ascending := true
	if r.query.text("isSortAscending") != "" {
		if ascending, err = r.query.flag("isSortAscending"); err != nil {
			return nil, err
		}
	}
	within, err := r.query.count("boardwalk.expiringWithin", -1)
	if err != nil {
		return nil, err
	}
	all, err := a.config.Access.TokensOf(ctx, r.caller.User.Account, r.org.ID)
	if err != nil {
		return nil, err
	}
	at := a.config.Clock()
	all = slices.DeleteFunc(all, func(t access.Token) bool {
		return filter != "all" && patStatus(t, at) != filter || within >= 0 && (t.Ended(at) || t.ValidTo.After(at.AddDate(0, 0, within)))
	})
	slices.SortStableFunc(all, func(a, b access.Token) int {
		by := cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		switch order {
		case "displayDate":
			by = a.ValidTo.Compare(b.ValidTo)
		case "status":
			by = cmp.Compare(patStatus(a, at), patStatus(b, at))
		}
		if !ascending {
			by = -by
		}
		return cmp.Or(by, strings.Compare(a.AuthorizationID.String(), b.AuthorizationID.String()))
	})
	part, next, err := page(r.query, all)
	if err != nil {
		return nil, err
	}
	shown := azdo.PagedPATTokens{ContinuationToken: next, PATTokens: make([]azdo.PATToken, len(part))}
	for i, t := range part {
		shown.PATTokens[i] = *r.pat(t, "")
	}
	return shown, nil
}

func patStatus(t access.Token, at time.Time) string {
	switch {
	case t.RevokedAt != nil:
		return "revoked"
	case t.Ended(at):
		return "expired"
	}
	return "active"
}

// patResult is a token, or what is wrong with it: the service tells that with status 200.
func (r *request) patResult(t access.Token, text string, err error) (any, error) {
	if refused, ok := errors.AsType[*access.TokenError](err); ok {
		return patRefusal(refused.Code, refused.Why), nil
	}
	if err != nil {
		return nil, err
	}
	return azdo.PATTokenResult{PATToken: r.pat(t, text), PATTokenError: "none"}, nil
}

func patRefusal(code, why string) azdo.PATTokenResult {
	return azdo.PATTokenResult{PATTokenError: code, Hint: why}
}

// pat is a token as its owner sees it. text is "" but for a token that was just given one.
func (r *request) pat(t access.Token, text string) *azdo.PATToken {
	shown := &azdo.PATToken{DisplayName: t.Name, ValidTo: azdo.Time{Time: t.ValidTo}, Scope: t.Scope, ValidFrom: azdo.Time{Time: t.ValidFrom},
		AuthorizationID: t.AuthorizationID.String()}
	if t.Org != 0 {
		shown.TargetAccounts = []string{r.org.GUID.String()}
	}
	if text != "" {
		shown.Token = &text
	}
	if more, err := r.query.flag("boardwalk.extensions"); err == nil && more {
		at := r.config.Clock()
		ending := !t.Ended(at) && t.ValidTo.Before(at.Add(soon))
		shown.ExpiresSoon = &ending
		if t.UsedAt != nil {
			shown.LastUsed, shown.LastUsedFrom = &azdo.Time{Time: *t.UsedAt}, &t.UsedFrom
		}
	}
	return shown
}
