package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// An access token of a service principal says which secret it was exchanged for and until when it is good, under a keyed
// hash. It needs no row of its own: it ends with its secret.
const (
	servicePrefix = "bwsp_"
	serviceLength = 8 + 8 + 16 + 8 // organization, user, secret, end
	// ServiceTokenLife is how long an access token of a service principal is good.
	ServiceTokenLife = time.Hour
)

// ErrWrongSecret says that a client id and a secret do not belong together, whatever the reason.
var ErrWrongSecret = errors.New("the client id and the secret do not belong together")

// ExchangeSecret returns an access token for a secret of the service principal with a client id. It returns
// ErrWrongSecret when it is none, has expired or is unknown, and as well when the service principal was removed.
func (s *Store) ExchangeSecret(ctx context.Context, client, secret string, from Origin) (token string, until time.Time, err error) {
	application, bad := uuid.Parse(client)
	if bad != nil || application == uuid.Nil || len(secret) > 4*tokenLength {
		return "", until, ErrWrongSecret
	}
	var org int64
	var u *User
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		var user int64
		err := tx.Row(selectApplication, []any{application}, &org, &user)
		if errors.Is(err, db.ErrNotFound) {
			return ErrWrongSecret
		}
		if err != nil {
			return err
		}
		stored, err := db.Collect(tx, selectSecretHashes, []any{org, user, tx.Now()}, func(r *db.Rows) (h secretHash, err error) {
			return h, r.Scan(&h.id, &h.hash, &h.validTo)
		})
		if err != nil {
			return err
		}
		directory, err := s.Directory(tx, org)
		if err != nil {
			return err
		}
		u = directory.User(user)
		found, fresh := s.keys.match(stored, secret)
		if found == nil || u == nil || !u.Active {
			return ErrWrongSecret
		}
		if found.hash != fresh {
			if _, err := tx.Exec(updateSecret, org, found.id, fresh, s.keys.id(0)); err != nil {
				return err
			}
		}
		if until = tx.Now().Add(ServiceTokenLife); found.validTo.Before(until) {
			until = found.validTo
		}
		token = s.keys.serviceToken(org, user, found.id, until)
		return Audit(tx, &Caller{Org: org, User: u, Credential: Credential{Kind: BySecret, ID: found.id}, Origin: from},
			Event{Action: SignedIn, Data: map[string]any{"Method": "client secret"}})
	})
	if errors.Is(err, ErrWrongSecret) && u != nil {
		failed := s.db.Update(ctx, func(tx *db.Tx) error {
			return Audit(tx, &Caller{Org: org, Origin: from}, Event{Action: SignInFailed, Data: map[string]any{"UniqueName": u.DisplayName, "Reason": "wrong client secret"}})
		})
		err = errors.Join(err, failed)
	}
	if err != nil {
		return "", until, err
	}
	return token, until, nil
}

type secretHash struct {
	id      uuid.UUID
	hash    string
	validTo time.Time
}

// match finds the secret with a text, and its hash by the newest key.
func (k tokenKeys) match(stored []secretHash, text string) (found *secretHash, fresh string) {
	for i := range k {
		hash := k.hash(i, text)
		if i == 0 {
			fresh = hash
		}
		for j := range stored {
			if subtle.ConstantTimeCompare([]byte(stored[j].hash), []byte(hash)) == 1 {
				found = &stored[j]
			}
		}
	}
	return found, fresh
}

func (k tokenKeys) serviceToken(org, user int64, secret uuid.UUID, until time.Time) string {
	content := make([]byte, 0, serviceLength)
	content = binary.BigEndian.AppendUint64(content, uint64(org))
	content = binary.BigEndian.AppendUint64(content, uint64(user))
	content = append(content, secret[:]...)
	content = binary.BigEndian.AppendUint64(content, uint64(until.UnixMilli()))
	return servicePrefix + base64.RawURLEncoding.EncodeToString(append(content, k.seal(0, content)...))
}

func (k tokenKeys) seal(i int, content []byte) []byte {
	h := hmac.New(sha256.New, k[i])
	h.Write([]byte("access token of a service principal\x00"))
	h.Write(content)
	return h.Sum(nil)
}

// serviceClaim is what an access token of a service principal says.
type serviceClaim struct {
	org, user int64
	secret    uuid.UUID
	until     time.Time
}

// open reads an access token of a service principal that this server made.
func (k tokenKeys) open(token string) (c serviceClaim, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimPrefix(token, servicePrefix))
	if err != nil || len(raw) != serviceLength+sha256.Size {
		return c, false
	}
	content, seal := raw[:serviceLength], raw[serviceLength:]
	for i := range k {
		ok = ok || hmac.Equal(k.seal(i, content), seal)
	}
	if !ok {
		return c, false
	}
	c.org, c.user = int64(binary.BigEndian.Uint64(content)), int64(binary.BigEndian.Uint64(content[8:]))
	c.secret, c.until = uuid.UUID(content[16:32]), time.UnixMilli(int64(binary.BigEndian.Uint64(content[32:])))
	return c, true
}

// authenticateService finds out which service principal presents an access token to an organization.
func (s *Store) authenticateService(ctx context.Context, org int64, token string) (*Caller, error) {
	claim, ok := s.keys.open(token)
	if !ok || claim.org != org {
		return nil, fault.Unauthorized("")
	}
	c := &Caller{Org: org, Scope: "app_token", Credential: Credential{Kind: BySecret, ID: claim.secret}}
	err := s.db.View(ctx, func(tx *db.Tx) error {
		if !tx.Now().Before(claim.until) {
			return fault.TokenExpired()
		}
		var until time.Time
		err := tx.Row(selectSecret, []any{org, claim.user, claim.secret}, &until)
		if errors.Is(err, db.ErrNotFound) || err == nil && !tx.Now().Before(until) {
			return fault.Unauthorized("").WithHint("the secret that the token was exchanged for was removed, or has expired")
		}
		if err != nil {
			return err
		}
		directory, err := s.Directory(tx, org)
		if errors.Is(err, db.ErrNotFound) {
			return fault.Unauthorized("")
		}
		if err != nil {
			return err
		}
		if c.User = directory.User(claim.user); c.User == nil || !c.User.Active || !c.User.IsService() {
			return fault.Unauthorized("")
		}
		c.directory, c.principal = directory, directory.principal(c.User)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

var (
	// Of all organizations: a client id names no other.
	selectApplication = db.SQL("access.selectApplication",
		`SELECT org_id, user_id FROM users WHERE application_id = $1 AND is_active`)
	selectSecretHashes = db.SQL("access.selectSecretHashes",
		`SELECT secret_id, hash, valid_to FROM service_secrets WHERE org_id = $1 AND user_id = $2 AND valid_to > $3`)
	updateSecret = db.SQL("access.updateSecret",
		`UPDATE service_secrets SET hash = $3, key_id = $4 WHERE org_id = $1 AND secret_id = $2`)
	selectSecret = db.SQL("access.selectSecret",
		`SELECT valid_to FROM service_secrets WHERE org_id = $1 AND user_id = $2 AND secret_id = $3`)
)
