package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// EndTokens ends tokens in the caller's organization: one for it alone is revoked, one for all organizations stays good in
// the others. Either all are ended or none: it returns a 400 fault for an id that is no token for the organization.
// Whoever calls it has checked that the caller may.
func (s *Store) EndTokens(ctx context.Context, c *Caller, ids []uuid.UUID) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		for _, id := range ids {
			found, err := db.Collect(tx, selectTokenByID, []any{id, c.Org}, scanEnding)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return fault.InvalidArgument("The authorization %s is none for this organization.", id)
			}
			if err := s.endToken(tx, c, found[0]); err != nil {
				return err
			}
		}
		return nil
	})
}

// EndTokensByRule ends the tokens in the caller's organization that were made before a moment and have one of the scopes.
// It returns a 400 fault for a moment in the future and for scopes that are unknown. Whoever calls it has checked that
// the caller may.
func (s *Store) EndTokensByRule(ctx context.Context, c *Caller, before time.Time, scopes string) error {
	wanted, known := ParseScope(scopes)
	if !known {
		return fault.InvalidArgument("The scopes %q are not valid: write app_token, or names such as vso.work separated by blanks.", scopes)
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		moment := before
		if moment.IsZero() {
			moment = tx.Now()
		}
		if moment.After(tx.Now()) {
			return fault.InvalidArgument("The date createdBefore is in the future: a rule ends tokens that exist.")
		}
		all, err := db.Collect(tx, selectTokensBefore, []any{c.Org, moment, tx.Now()}, scanEnding)
		if err != nil {
			return err
		}
		for _, t := range all {
			if !slices.ContainsFunc(strings.Fields(t.Scope), func(scope string) bool { return slices.Contains(strings.Fields(wanted), scope) }) {
				continue
			}
			if err := s.endToken(tx, c, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// ending is a token that may be ended, and whether its owner is in the organization.
type ending struct {
	Token
	member bool
}

func scanEnding(r *db.Rows) (t ending, err error) {
	err = r.Scan(&t.AuthorizationID, &t.Account, &t.Org, &t.Name, &t.Scope, &t.member)
	return t, err
}

// endToken ends a token in the caller's organization, unless it has been. Tokens of people who are not in it are ended,
// too, since they may join, but the log of the organization does not tell of them.
func (s *Store) endToken(tx *db.Tx, c *Caller, t ending) error {
	end, args := revokeToken, []any{t.AuthorizationID, tx.Now()}
	if t.Org == 0 {
		end, args = insertRefusal, []any{c.Org, t.AuthorizationID, tx.Now()}
	}
	n, err := tx.Exec(end, args...)
	if err != nil || n == 0 || !t.member {
		return err
	}
	return Audit(tx, c, Event{Action: TokenRevoked, Data: map[string]any{
		"DisplayName": t.Name, "AuthorizationId": t.AuthorizationID.String(), "Scopes": t.Scope, "ByAdministrator": true}})
}

var (
	selectTokenByID = db.SQL("access.selectTokenByID", `
		SELECT t.authorization_id, t.account_id, t.org_id, t.name, t.scope, true FROM tokens t
		WHERE t.authorization_id = $1 AND t.org_id IN (0, $2) AND EXISTS (
			SELECT 1 FROM users u WHERE u.org_id = $2 AND u.account_id = t.account_id)`)
	selectTokensBefore = db.SQL("access.selectTokensBefore", `
		SELECT t.authorization_id, t.account_id, t.org_id, t.name, t.scope, EXISTS (
			SELECT 1 FROM users u WHERE u.org_id = $1 AND u.account_id = t.account_id)
		FROM tokens t WHERE t.org_id IN (0, $1) AND t.valid_from < $2 AND t.revoked_at IS NULL AND t.valid_to > $3`)
	insertRefusal = db.SQL("access.insertRefusal", `
		INSERT INTO token_refusals (org_id, authorization_id, revoked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`)
)
