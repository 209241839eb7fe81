package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// How long sessions last: since they were used, and in all.
const (
	SessionIdle   = 12 * time.Hour
	SessionLength = 14 * 24 * time.Hour
)

// seenEvery is how exactly it is known when a session was used: writing that down with each request would cost too much.
const seenEvery = 5 * time.Minute

// Session is a browser in which somebody signed in. What tells it is a secret in a cookie, which is not part of it.
type Session struct {
	ID        uuid.UUID
	Account   int64
	Method    string // how they signed in: "password", or the name of a provider
	Address   string
	Agent     string // the browser, as it names itself
	CreatedAt time.Time
	SeenAt    time.Time // within minutes
	ExpiresAt time.Time // at the latest

	stale bool // SeenAt has to be written anew
}

// StartSession stores a session of an account and returns it with its secret, the only time that is known. Sessions that ended so
// long ago that nobody needs them any more are removed.
func (s *Store) StartSession(tx *db.Tx, of Session) (begun Session, secret string, err error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return of, "", fmt.Errorf("make a session: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	of.ID, of.Address, of.Agent = uuid.New(), printable(of.Address, 64), printable(of.Agent, maxUserAgent)
	of.CreatedAt, of.SeenAt, of.ExpiresAt = tx.Now(), tx.Now(), tx.Now().Add(SessionLength)
	if _, err := tx.Exec(forgetSessions, tx.Now()); err != nil {
		return of, "", err
	}
	_, err = tx.Exec(insertSession, s.hashSession(0, secret), of.ID, of.Account, of.Method, of.Address, of.Agent, of.CreatedAt, of.ExpiresAt)
	return of, secret, err
}

// Session finds the session that a secret tells. It returns db.ErrNotFound when it ended, and when its account belongs to
// no organization any more.
func (s *Store) Session(ctx context.Context, secret string) (of *Session, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if of, err = s.session(tx, secret); err != nil {
			return err
		}
		orgs, err := OrganizationsOf(tx, of.Account)
		if err == nil && len(orgs) == 0 {
			err = db.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.see(ctx, of)
	return of, nil
}

// AuthenticateSession finds out who is at the browser that sends a secret to an organization. It returns a 401 fault for
// a session that is unknown or has ended, and of someone who does not belong to the organization. Whoever calls it has
// made sure that the request is no other site's doing.
func (s *Store) AuthenticateSession(ctx context.Context, org int64, secret string) (*Caller, error) {
	c := &Caller{Org: org, Scope: "app_token"}
	var of *Session
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		if of, err = s.session(tx, secret); errors.Is(err, db.ErrNotFound) {
			return fault.Unauthorized("")
		} else if err != nil {
			return err
		}
		directory, err := s.Directory(tx, org)
		if errors.Is(err, db.ErrNotFound) { // no such organization
			return fault.Unauthorized("")
		}
		if err != nil {
			return err
		}
		if c.User = directory.byAccount[of.Account]; c.User == nil || !c.User.Active {
			return fault.Unauthorized("")
		}
		c.Credential = Credential{Kind: BySession, ID: of.ID}
		c.directory, c.principal = directory, directory.principal(c.User)
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.see(ctx, of)
	return c, nil
}

// session reads a session that has not ended.
func (s *Store) session(tx *db.Tx, secret string) (*Session, error) {
	for i := range s.keys {
		found, err := db.Collect(tx, selectSession, []any{s.hashSession(i, secret), tx.Now(), tx.Now().Add(-SessionIdle)}, scanSession)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			found[0].stale = tx.Now().Sub(found[0].SeenAt) >= seenEvery
			return found[0], nil
		}
	}
	return nil, db.ErrNotFound
}

// see writes down that a session is in use, unless that was done shortly before. That it could not be is no reason to
// refuse a request, which may only read.
func (s *Store) see(ctx context.Context, of *Session) {
	if of.stale {
		_ = s.db.Update(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(seeSession, of.ID, tx.Now())
			return err
		})
	}
}

// Sessions lists the sessions of an account that have not ended, those used last first.
func (s *Store) Sessions(tx *db.Tx, account int64) ([]*Session, error) {
	return db.Collect(tx, selectSessions, []any{account, tx.Now(), tx.Now().Add(-SessionIdle)}, scanSession)
}

// EndSession ends a session of an account; that it has ended before is no error.
func (s *Store) EndSession(tx *db.Tx, account int64, id uuid.UUID) error {
	_, err := tx.Exec(endSession, account, id, tx.Now())
	return err
}

// DropSession ends the session that a secret tells, if there is one.
func (s *Store) DropSession(tx *db.Tx, secret string) error {
	if secret == "" {
		return nil
	}
	for i := range s.keys {
		if _, err := tx.Exec(dropSession, s.hashSession(i, secret), tx.Now()); err != nil {
			return err
		}
	}
	return nil
}

// EndSessions ends all sessions of an account but one; uuid.Nil spares none.
func (s *Store) EndSessions(tx *db.Tx, account int64, but uuid.UUID) error {
	_, err := tx.Exec(endSessions, account, but, tx.Now())
	return err
}

// SignedInFrom reports whether an account has signed in from an address not long ago.
func SignedInFrom(tx *db.Tx, account int64, address string) (bool, error) {
	var n int64
	err := tx.Row(countFromAddress, []any{account, printable(address, 64), tx.Now()}, &n)
	return n > 0, err
}

// hashSession is the stored form of a session's secret by one of the keys, which no token's can equal.
func (s *Store) hashSession(i int, secret string) string {
	h := hmac.New(sha256.New, s.keys[i])
	h.Write([]byte("session\x00" + secret))
	return hex.EncodeToString(h.Sum(nil))
}

func scanSession(r *db.Rows) (*Session, error) {
	s := &Session{}
	return s, r.Scan(&s.ID, &s.Account, &s.Method, &s.Address, &s.Agent, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt)
}

const sessionColumns = `session_id, account_id, method, address, agent, created_at, seen_at, expires_at`

var (
	insertSession = db.SQL("access.insertSession", `
		INSERT INTO sessions (hash, session_id, account_id, method, address, agent, created_at, seen_at, expires_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, NULL)`)
	selectSession = db.SQL("access.selectSession", `SELECT `+sessionColumns+` FROM sessions
		WHERE hash = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3`)
	selectSessions = db.SQL("access.selectSessions", `SELECT `+sessionColumns+` FROM sessions
		WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, session_id`)
	seeSession  = db.SQL("access.seeSession", `UPDATE sessions SET seen_at = $2 WHERE session_id = $1`)
	endSession  = db.SQL("access.endSession", `UPDATE sessions SET ended_at = $3 WHERE account_id = $1 AND session_id = $2 AND ended_at IS NULL`)
	dropSession = db.SQL("access.dropSession", `UPDATE sessions SET ended_at = $2 WHERE hash = $1 AND ended_at IS NULL`)
	endSessions = db.SQL("access.endSessions",
		`UPDATE sessions SET ended_at = $3 WHERE account_id = $1 AND session_id <> $2 AND ended_at IS NULL`)
	forgetSessions   = db.SQL("access.forgetSessions", `DELETE FROM sessions WHERE expires_at <= $1`)
	countFromAddress = db.SQL("access.countFromAddress",
		`SELECT COUNT(*) FROM sessions WHERE account_id = $1 AND address = $2 AND expires_at > $3`)
)
