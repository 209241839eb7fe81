package access

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Token is a personal access token without its text.
type Token struct {
	AuthorizationID uuid.UUID
	Account         int64
	Org             int64 // 0 for all organizations of the account
	Name            string
	Scope           string
	ValidFrom       time.Time
	ValidTo         time.Time

	RevokedAt *time.Time // nil while nobody has ended it
	UsedAt    *time.Time // nil when it was never used
	UsedFrom  string     // a network address
}

// Ended reports whether the token is of no use any more at a moment.
func (t *Token) Ended(at time.Time) bool { return t.RevokedAt != nil || !at.Before(t.ValidTo) }

// tokenLength is the length of a classic token text, by which clients recognize one.
const tokenLength = 52

// newTokenText makes up the text of a token: 260 random bits.
func newTokenText() (string, error) {
	raw := make([]byte, 33)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(raw))[:tokenLength], nil
}

// CreateToken stores a token and returns its text, the only time it is known. An empty text makes a random one. It
// checks nothing: IssueToken is for people.
func (s *Store) CreateToken(tx *db.Tx, t Token, text string) (_ string, err error) {
	if text == "" {
		if text, err = newTokenText(); err != nil {
			return "", err
		}
	}
	_, err = tx.Exec(insertToken, s.keys.hash(0, text), s.keys.id(0), t.AuthorizationID, t.Account, t.Org, t.Name, t.Scope, t.ValidFrom, t.ValidTo)
	return text, err
}

// RevokeToken ends a token everywhere.
func (s *Store) RevokeToken(tx *db.Tx, authorizationID uuid.UUID) error {
	n, err := tx.Exec(revokeToken, authorizationID, tx.Now())
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	return err
}

// RevokeAccount ends all tokens of an account and returns how many there were.
func RevokeAccount(tx *db.Tx, account int64) (int64, error) {
	return tx.Exec(revokeAccountTokens, account, tx.Now())
}

// CountTokens counts the tokens with which an account can sign in to an organization.
func (s *Store) CountTokens(tx *db.Tx, account, org int64) (n int64, err error) {
	err = tx.Row(countTokens, []any{account, org, tx.Now()}, &n)
	return n, err
}

// FormerTokens counts the tokens, and secrets of service principals, that work by a former key alone: those that were not
// used since there is a newer one.
func (s *Store) FormerTokens(ctx context.Context) (n int64, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		return tx.Row(countFormerTokens, []any{s.keys.id(0), tx.Now()}, &n)
	})
	return n, err
}

// TokensOf lists the tokens that an account has for an organization, the newest first, those that have ended, too.
// What an administrator ended in the organization counts as revoked there.
func (s *Store) TokensOf(ctx context.Context, account, org int64) (all []Token, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, err = s.readTokens(tx, account, org)
		return err
	})
	return all, err
}

func (s *Store) readTokens(tx *db.Tx, account, org int64) ([]Token, error) {
	all, err := db.Collect(tx, selectTokens, []any{account, org}, func(r *db.Rows) (t Token, err error) {
		err = r.Scan(&t.AuthorizationID, &t.Account, &t.Org, &t.Name, &t.Scope, &t.ValidFrom, &t.ValidTo, &t.RevokedAt, &t.UsedAt, &t.UsedFrom)
		return t, err
	})
	for i := range all {
		s.uses.show(&all[i])
	}
	return all, err
}

var (
	insertToken = db.SQL("access.insertToken", `
		INSERT INTO tokens (hash, key_id, authorization_id, account_id, org_id, name, scope, valid_from, valid_to, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)`)
	revokeToken = db.SQL("access.revokeToken",
		`UPDATE tokens SET revoked_at = $2 WHERE authorization_id = $1 AND revoked_at IS NULL`)
	revokeAccountTokens = db.SQL("access.revokeAccountTokens",
		`UPDATE tokens SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL`)
	countTokens = db.SQL("access.countTokens", `
		SELECT count(*) FROM tokens t
		WHERE account_id = $1 AND org_id IN (0, $2) AND revoked_at IS NULL AND valid_to > $3 AND NOT EXISTS (
			SELECT 1 FROM token_refusals r WHERE r.org_id = $2 AND r.authorization_id = t.authorization_id)`)
	countFormerTokens = db.SQL("access.countFormerTokens",
		`SELECT (SELECT count(*) FROM tokens WHERE key_id <> $1 AND revoked_at IS NULL AND valid_to > $2) +
			(SELECT count(*) FROM service_secrets WHERE key_id <> $1 AND valid_to > $2)`)
	selectTokens = db.SQL("access.selectTokens", `
		SELECT t.authorization_id, t.account_id, t.org_id, t.name, t.scope, t.valid_from, t.valid_to,
			COALESCE(t.revoked_at, r.revoked_at), t.used_at, t.used_from
		FROM tokens t LEFT JOIN token_refusals r ON r.org_id = $2 AND r.authorization_id = t.authorization_id
		WHERE t.account_id = $1 AND t.org_id IN (0, $2) ORDER BY t.valid_from DESC, t.authorization_id`)
)
