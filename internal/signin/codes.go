package signin

import (
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"boardwalk/internal/db"
)

// How long the one-time codes of links are good.
const (
	setupValidity    = 24 * time.Hour
	passwordValidity = 7 * 24 * time.Hour
)

// newServer is the account of codes that set up a server.
const newServer = 0

// SetupLink makes the path of a link with which the first organization of a store and its administrator are made. Earlier
// links stop working.
func (s *Service) SetupLink(tx *db.Tx) (path string, err error) {
	code, err := s.issue(tx, newServer, setupValidity)
	return "/_setup?code=" + code, err
}

// PasswordLink makes the path of a link with which the person of an account sets a password. Earlier links stop working.
func (s *Service) PasswordLink(tx *db.Tx, account int64) (path string, err error) {
	code, err := s.issue(tx, account, passwordValidity)
	return "/_password?code=" + code, err
}

func (s *Service) issue(tx *db.Tx, account int64, validity time.Duration) (code string, err error) {
	code = random()
	if _, err := tx.Exec(withdrawCodes, account, tx.Now()); err != nil {
		return "", err
	}
	_, err = tx.Exec(insertCode, s.hashCode(code), account, tx.Now().Add(validity))
	return code, err
}

// codeOf is the account a code is for. It returns a refusal for a code that is unknown, used or too old.
func (s *Service) codeOf(tx *db.Tx, code string) (account int64, err error) {
	err = tx.Row(selectCode, []any{s.hashCode(code), tx.Now()}, &account)
	if errors.Is(err, db.ErrNotFound) {
		return 0, invalidLink()
	}
	return account, err
}

// redeem is codeOf, once: the code is gone with the transaction.
func (s *Service) redeem(tx *db.Tx, code string) (account int64, err error) {
	if account, err = s.codeOf(tx, code); err != nil {
		return 0, err
	}
	_, err = tx.Exec(deleteCode, s.hashCode(code))
	return account, err
}

func invalidLink() error {
	return &refusal{http.StatusForbidden, "This link is not valid", "Links can be used once and not for long, and only the newest one. Ask an administrator for another."}
}

func (s *Service) hashCode(code string) string { return hex.EncodeToString(s.keyed("code\x00" + code)) }

var (
	insertCode    = db.SQL("signin.insertCode", `INSERT INTO signin_codes (hash, account_id, expires_at) VALUES ($1, $2, $3)`)
	selectCode    = db.SQL("signin.selectCode", `SELECT account_id FROM signin_codes WHERE hash = $1 AND expires_at > $2`)
	deleteCode    = db.SQL("signin.deleteCode", `DELETE FROM signin_codes WHERE hash = $1`)
	withdrawCodes = db.SQL("signin.withdrawCodes", `DELETE FROM signin_codes WHERE account_id = $1 OR expires_at <= $2`)
)
