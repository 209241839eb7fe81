package access

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// TokenError says why a token cannot be made or changed, in the words of the service.
type TokenError struct {
	Code string // such as "invalidScope"
	Why  string // for people
}

func (e *TokenError) Error() string { return e.Why }

// The codes of token errors that occur here. documented: SessionTokenError.
const (
	errDisplayNameRequired   = "displayNameRequired"
	errInvalidDisplayName    = "invalidDisplayName"
	errInvalidValidTo        = "invalidValidTo"
	errInvalidScope          = "invalidScope"
	errInvalidTargetAccounts = "invalidTargetAccounts"
	errAuthorizationNotFound = "authorizationNotFound"
	errAccessDenied          = "accessDenied"
	errLifespan              = "patLifespanPolicyViolation"
)

const (
	maxTokenName      = 256
	defaultTokenDays  = 30  // of tokens whose maker does not say
	defaultMaxDays    = 365 // when the operator does not say
	maxTokensOfPerson = 10_000
)

// TokenDraft is what somebody asks a token to be.
type TokenDraft struct {
	Name             string
	Scope            string    // as clients write it
	ValidTo          time.Time // zero for 30 days from now, or as many as are allowed
	AllOrganizations bool
}

// TokenChange is what somebody asks to be changed of a token; nil fields stay.
type TokenChange struct {
	Name, Scope      *string
	ValidTo          *time.Time
	AllOrganizations *bool
	Regenerate       bool // give it another text: the former one ends
}

// IssueToken makes a token for the caller and returns it with its text, the only time that is known. It returns a
// *TokenError when the token cannot be as asked for. Who came with a token gets none that may do more than it.
func (s *Store) IssueToken(ctx context.Context, c *Caller, d TokenDraft) (t Token, text string, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.stands(tx, c); err != nil {
			return err
		}
		t = Token{AuthorizationID: uuid.New(), Account: c.User.Account, Org: c.Org, Name: d.Name, Scope: d.Scope, ValidFrom: tx.Now(), ValidTo: d.ValidTo}
		if d.AllOrganizations {
			t.Org = 0
		}
		if t.ValidTo.IsZero() {
			t.ValidTo = tx.Now().AddDate(0, 0, min(defaultTokenDays, s.maxTokenDays))
		}
		if err := s.checkToken(c, &t, tx.Now()); err != nil {
			return err
		}
		known, err := s.readTokens(tx, t.Account, t.Org)
		if err != nil {
			return err
		}
		if len(known) >= maxTokensOfPerson {
			return &TokenError{"failedToIssueAccessToken", "You have had too many tokens."}
		}
		if text, err = s.CreateToken(tx, t, ""); err != nil {
			return err
		}
		return c.auditToken(tx, TokenCreated, t)
	})
	return t, text, err
}

// checkToken completes what a token is to be, and says what is wrong with it.
func (s *Store) checkToken(c *Caller, t *Token, now time.Time) error {
	t.Name = strings.TrimSpace(t.Name)
	scope, known := ParseScope(t.Scope)
	longest := now.AddDate(0, 0, s.maxTokenDays)
	switch {
	case t.Account == 0:
		return &TokenError{errAccessDenied, "Only who has an account has tokens."}
	case t.Name == "":
		return &TokenError{errDisplayNameRequired, "The token needs a name."}
	case utf8.RuneCountInString(t.Name) > maxTokenName || !utf8.ValidString(t.Name) || strings.ContainsFunc(t.Name, unicode.IsControl):
		return &TokenError{errInvalidDisplayName, "The name of the token is too long or has characters that cannot be shown."}
	case !known:
		return &TokenError{errInvalidScope, "The scope is app_token, or names such as vso.work separated by blanks."}
	case !coversAll(c.Scope, scope):
		return &TokenError{errAccessDenied, "You came with a token that may do less: it has " + c.Scope + "."}
	case t.Org == 0 && c.token != nil && c.token.org != 0:
		return &TokenError{errAccessDenied, "You came with a token for one organization: it makes none for all."}
	case !t.ValidTo.After(now):
		return &TokenError{errInvalidValidTo, "The token would have expired already."}
	case t.ValidTo.After(longest):
		return &TokenError{errLifespan, "Tokens of this server are good until " + longest.Format(time.DateOnly) + " at most."}
	}
	t.Scope, t.ValidTo = scope, t.ValidTo.UTC().Truncate(time.Millisecond)
	return nil
}

// ChangeToken changes a token of the caller and returns it, with its new text if it was given one. It returns a
// *TokenError when there is no such token, or it cannot be as asked for. Who came with a token cannot change one that
// may do more than it.
func (s *Store) ChangeToken(ctx context.Context, c *Caller, id uuid.UUID, change TokenChange) (t Token, text string, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.stands(tx, c); err != nil {
			return err
		}
		if t, err = s.ownToken(tx, c, id); err != nil {
			return err
		}
		lifetime := t.ValidTo.Sub(t.ValidFrom)
		switch {
		case t.RevokedAt != nil:
			return &TokenError{errAuthorizationNotFound, "The token was revoked; make another one."}
		case !coversAll(c.Scope, t.Scope) || t.Org == 0 && c.token != nil && c.token.org != 0:
			return &TokenError{errAccessDenied, "You came with a token that may do less than this one."}
		case !change.Regenerate && t.Ended(tx.Now()):
			return &TokenError{errInvalidValidTo, "The token has expired: regenerate it, or make another one."}
		case change.AllOrganizations != nil && *change.AllOrganizations:
			t.Org = 0
		case change.AllOrganizations != nil && t.Org == 0:
			t.Org = c.Org
		}
		if change.Name != nil {
			t.Name = *change.Name
		}
		if change.Scope != nil {
			t.Scope = *change.Scope
		}
		if change.ValidTo != nil {
			t.ValidTo = *change.ValidTo
		} else if change.Regenerate { // for as long as it was made for
			t.ValidTo = earlier(tx.Now().Add(lifetime), tx.Now().AddDate(0, 0, s.maxTokenDays))
		}
		asked := t
		if change.ValidTo == nil && !change.Regenerate { // an old token may be good for longer than new ones
			asked.ValidTo = tx.Now().Add(time.Millisecond)
		}
		if err := s.checkToken(c, &asked, tx.Now()); err != nil {
			return err
		}
		t.Name, t.Scope = asked.Name, asked.Scope
		if change.ValidTo != nil {
			t.ValidTo = asked.ValidTo
		}
		if change.Regenerate {
			if text, err = newTokenText(); err != nil {
				return err
			}
			t.ValidFrom = tx.Now()
			if _, err := tx.Exec(updateTokenText, id, s.keys.hash(0, text), s.keys.id(0), t.ValidFrom); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(updateToken, id, t.Org, t.Name, t.Scope, t.ValidTo); err != nil {
			return err
		}
		return c.auditToken(tx, TokenUpdated, t)
	})
	return t, text, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// OwnToken returns a token of the caller, good for the organization or not any more. It returns a *TokenError when there
// is none of that id.
func (s *Store) OwnToken(ctx context.Context, c *Caller, id uuid.UUID) (t Token, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, err = s.ownToken(tx, c, id)
		return err
	})
	return t, err
}

func (s *Store) ownToken(tx *db.Tx, c *Caller, id uuid.UUID) (Token, error) {
	all, err := s.readTokens(tx, c.User.Account, c.Org)
	if err != nil {
		return Token{}, err
	}
	for _, t := range all {
		if t.AuthorizationID == id && c.User.Account != 0 {
			return t, nil
		}
	}
	return Token{}, &TokenError{errAuthorizationNotFound, "You have no token of that id for this organization."}
}

// RevokeOwnToken ends a token of the caller everywhere; one that has ended stays as it is. It returns a *TokenError when
// there is none of that id.
func (s *Store) RevokeOwnToken(ctx context.Context, c *Caller, id uuid.UUID) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.ownToken(tx, c, id)
		if err != nil {
			return err
		}
		return s.revoke(tx, c, t)
	})
}

// RevokeOwnTokens ends all tokens of the caller that are good for the organization, that which the caller came with
// included, and returns how many there were.
func (s *Store) RevokeOwnTokens(ctx context.Context, c *Caller) (n int, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		n = 0
		all, err := s.readTokens(tx, c.User.Account, c.Org)
		if err != nil {
			return err
		}
		for _, t := range all {
			if t.Ended(tx.Now()) {
				continue
			}
			if err := s.revoke(tx, c, t); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func (s *Store) revoke(tx *db.Tx, c *Caller, t Token) error {
	err := s.RevokeToken(tx, t.AuthorizationID)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.auditToken(tx, TokenRevoked, t)
}

// auditToken records what happened to a token where it is good: one for all organizations in the log of each.
func (c *Caller) auditToken(tx *db.Tx, action AuditAction, t Token) error {
	e := Event{Action: action, Data: map[string]any{"DisplayName": t.Name, "AuthorizationId": t.AuthorizationID.String(), "Scopes": t.Scope}}
	if t.Org == 0 {
		return AuditAccount(tx, t.Account, *c, e)
	}
	return Audit(tx, c, e)
}

var (
	updateToken = db.SQL("access.updateToken",
		`UPDATE tokens SET org_id = $2, name = $3, scope = $4, valid_to = $5 WHERE authorization_id = $1`)
	updateTokenText = db.SQL("access.updateTokenText",
		`UPDATE tokens SET hash = $2, key_id = $3, valid_from = $4, used_at = NULL, used_from = '' WHERE authorization_id = $1`)
)
