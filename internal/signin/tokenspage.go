package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"

	"github.com/google/uuid"
)

// soon is how long before its end a token is pointed out.
const soon = 7 * 24 * time.Hour

// scope is one that people choose from. Others can be given over the API.
type scope struct{ Name, About string }

func scopes() []scope {
	return []scope{
		{"vso.work", "read work items, queries, boards"},
		{"vso.work_write", "read and change work items, queries, boards"},
		{"vso.work_full", "the same, and search and delete for good"},
		{"vso.analytics", "query Analytics"},
		{"vso.project", "read projects and teams"},
		{"vso.project_manage", "make, change and delete projects and teams"},
		{"vso.graph", "read people and groups"},
		{"vso.graph_manage", "manage people and groups"},
		{"vso.memberentitlementmanagement_write", "let people in, and manage access levels"},
		{"vso.security_manage", "read and change permissions"},
		{"vso.hooks_write", "read and make service hooks"},
		{"vso.auditlog", "read the audit log"},
		{"vso.tokens", "manage one's own tokens"},
	}
}

type tokensPage struct {
	Organization  organization
	Organizations []organization
	Tokens        []tokenRow
	Expiring      int
	Scopes        []scope
	Made          string // the text of a token, shown once
	MadeName      string
	Problem, Done string
}

type tokenRow struct {
	access.Token
	State string // "good", "soon" or why it is of no use
}

// showTokens is where people see and make their tokens.
func (s *Service) showTokens(ctx context.Context, v *visit) error {
	o, all, err := v.chosen(ctx, v.r.URL.Query().Get("organization"))
	if err != nil {
		return err
	}
	return v.tokens(ctx, http.StatusOK, tokensPage{Organization: o, Organizations: all})
}

func (v *visit) tokens(ctx context.Context, status int, page tokensPage) error {
	all, err := v.config.Access.TokensOf(ctx, v.session.Account, page.Organization.ID)
	if err != nil {
		return err
	}
	now := v.config.Clock()
	for _, t := range all {
		row := tokenRow{t, "good"}
		switch {
		case t.RevokedAt != nil:
			row.State = "revoked"
		case t.Ended(now):
			row.State = "expired"
		case t.ValidTo.Sub(now) < soon:
			row.State = "soon"
			page.Expiring++
		}
		page.Tokens = append(page.Tokens, row)
	}
	page.Scopes = scopes()
	return v.render(status, "tokens.html", page)
}

// changeTokens does what one of the forms of the page is for.
func (s *Service) changeTokens(ctx context.Context, v *visit) error {
	o, all, err := v.chosen(ctx, v.field("organization"))
	if err != nil {
		return err
	}
	page := tokensPage{Organization: o, Organizations: all}
	err = v.changeToken(ctx, &page)
	if wrong, ok := errors.AsType[*access.TokenError](err); ok {
		page.Problem = wrong.Why
		return v.tokens(ctx, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.tokens(ctx, http.StatusOK, page)
}

func (v *visit) changeToken(ctx context.Context, page *tokensPage) error {
	people, c := v.config.Access, page.Organization.caller
	id := uuid.Nil
	do := v.field("do")
	if do == "regenerate" || do == "revoke" {
		var err error
		if id, err = uuid.Parse(v.field("token")); err != nil {
			return &refusal{http.StatusBadRequest, "Not understood", "The form names no token."}
		}
	}
	switch do {
	case "create":
		draft := access.TokenDraft{Name: v.field("name"), AllOrganizations: v.field("where") == "all", Scope: strings.Join(v.r.PostForm["scope"], " ")}
		if v.field("access") == "full" {
			draft.Scope = access.FullScope
		}
		if text := v.field("days"); text != "" {
			days, err := strconv.Atoi(text)
			if err != nil || days < 1 || days > 36500 {
				return &access.TokenError{Why: "Write the validity as a number of days."}
			}
			draft.ValidTo = v.config.Clock().AddDate(0, 0, days)
		}
		made, text, err := people.IssueToken(ctx, c, draft)
		page.Made, page.MadeName = text, made.Name
		return err
	case "regenerate":
		made, text, err := people.ChangeToken(ctx, c, id, access.TokenChange{Regenerate: true})
		page.Made, page.MadeName = text, made.Name
		return err
	case "revoke":
		page.Done = "The token is revoked."
		return people.RevokeOwnToken(ctx, c, id)
	case "revoke-all":
		n, err := people.RevokeOwnTokens(ctx, c)
		page.Done = fmt.Sprintf("%d tokens are revoked.", n)
		return err
	}
	return &refusal{http.StatusBadRequest, "Not understood", "The form does not say what to do."}
}
