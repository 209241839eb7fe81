package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// FullScope is the scope of tokens that may do whatever their owner may.
const FullScope = "app_token"

// hash is the stored form of a token. Tokens are long and random, so a keyed hash resists guessing and needs no salt;
// the database compares it as a key, which leaks nothing about the token.
func (s *Store) hash(token string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(strings.ToLower(token)))
	return hex.EncodeToString(h.Sum(nil))
}

// tokenLength is the length of a classic token text, by which clients recognize one.
const tokenLength = 52

// CreateToken stores a token and returns its text, the only time it is known. An empty text makes a random one.
func (s *Store) CreateToken(tx *db.Tx, t Token, text string) (string, error) {
	if text == "" {
		raw := make([]byte, 33)
		if _, err := rand.Read(raw); err != nil {
			return "", fmt.Errorf("make a token: %w", err)
		}
		text = strings.ToLower(base32.StdEncoding.EncodeToString(raw))[:tokenLength]
	}
	_, err := tx.Exec(insertToken, s.hash(text), t.AuthorizationID, t.Account, t.Org, t.Name, t.Scope, t.ValidFrom, t.ValidTo)
	return text, err
}

// RevokeToken ends a token.
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

var (
	insertToken = db.SQL("access.insertToken", `
		INSERT INTO tokens (hash, authorization_id, account_id, org_id, name, scope, valid_from, valid_to, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)`)
	revokeToken = db.SQL("access.revokeToken",
		`UPDATE tokens SET revoked_at = $2 WHERE authorization_id = $1 AND revoked_at IS NULL`)
	revokeAccountTokens = db.SQL("access.revokeAccountTokens",
		`UPDATE tokens SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL`)
	countTokens = db.SQL("access.countTokens", `
		SELECT count(*) FROM tokens
		WHERE account_id = $1 AND org_id IN (0, $2) AND revoked_at IS NULL AND valid_to > $3`)
)
