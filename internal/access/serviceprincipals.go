package access

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// ServiceDraft is a service principal to let in: a program with rights of its own.
type ServiceDraft struct {
	Origin uuid.UUID // the id it is known by; made up when zero
	Name   string    // for people; the id when empty
	Level  Level     // empty for Basic, or what it has
}

// Secret is a secret of a service principal without its text.
type Secret struct {
	ID        uuid.UUID
	Name      string
	CreatedAt time.Time
	ValidTo   time.Time
}

const (
	maxSecrets        = 20
	defaultSecretDays = 180 // of secrets whose maker does not say
)

// IsService reports whether the user is a service principal.
func (u *User) IsService() bool { return u.Application != uuid.Nil }

// AdmitService lets a service principal into an organization and returns who it is. One that was removed stays the same
// identity. It returns a 400 fault for an id that is somebody else's. Whoever calls it has checked that the caller may.
func (s *Store) AdmitService(tx *db.Tx, c *Caller, d ServiceDraft) (id int64, err error) {
	d.Name = strings.TrimSpace(d.Name)
	if utf8.RuneCountInString(d.Name) > maxUniqueName || strings.ContainsFunc(d.Name, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune("<>@", r) }) {
		return 0, fault.InvalidArgument("The name of a service principal has at most %d characters, none of which is <, > or @.", maxUniqueName)
	}
	if d.Origin == uuid.Nil {
		d.Origin = uuid.New()
	}
	directory, err := readDirectory(tx, c.Org)
	if err != nil {
		return 0, err
	}
	known := directory.byGUID[d.Origin]
	switch {
	case known == nil:
		u := User{GUID: d.Origin, DisplayName: cmp.Or(d.Name, d.Origin.String()), UniqueName: d.Origin.String(), Application: uuid.New(),
			Level: cmp.Or(d.Level, Basic), Active: true}
		if err := auditLevel(tx, c, LevelAssigned, &u, u.Level); err != nil {
			return 0, err
		}
		return s.AddUser(tx, c.Org, u)
	case !known.IsService():
		return 0, fault.InvalidArgument("The id %s is not that of a service principal.", d.Origin)
	}
	level := cmp.Or(d.Level, known.OwnLevel)
	if known.Active && known.OwnLevel == level {
		return known.ID, nil
	}
	action := LevelAssigned
	if known.Active {
		action = LevelModified
	}
	if err := auditLevel(tx, c, action, known, level); err != nil {
		return 0, err
	}
	return known.ID, changeUser(tx, c.Org, known.ID, 0, level, true)
}

// service finds a service principal whose secrets the caller may manage: administrators of the organization, since whoever
// has a secret may do what the service principal may.
func (s *Store) service(tx *db.Tx, c *Caller, id string) (*User, error) {
	directory, err := s.Directory(tx, c.Org)
	if err != nil {
		return nil, err
	}
	if u := directory.User(c.User.ID); u == nil || !u.Administrator || !u.Active {
		return nil, fault.AccessDenied(c.User.DisplayName, "Membership of Project Collection Administrators")
	}
	u := directory.FindSubject(id)
	if u == nil || !u.IsService() || !u.Active {
		return nil, fault.SubjectNotFound(id)
	}
	return u, nil
}

// Secrets lists the secrets of a service principal, those that have expired included.
func (s *Store) Secrets(ctx context.Context, c *Caller, id string) (all []Secret, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		u, err := s.service(tx, c, id)
		if err != nil {
			return err
		}
		all, err = readSecrets(tx, c.Org, u.ID)
		return err
	})
	return all, err
}

func readSecrets(tx *db.Tx, org, user int64) ([]Secret, error) {
	return db.Collect(tx, selectSecrets, []any{org, user}, func(r *db.Rows) (k Secret, err error) {
		return k, r.Scan(&k.ID, &k.Name, &k.CreatedAt, &k.ValidTo)
	})
}

// AddSecret gives a service principal a secret that is good until a moment, or for half a year, and returns it with its
// text, the only time that is known.
func (s *Store) AddSecret(ctx context.Context, c *Caller, id, name string, until time.Time) (k Secret, text string, err error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxTokenName || strings.ContainsFunc(name, unicode.IsControl) {
		return k, "", fault.InvalidArgument("The name of a secret has 1 to %d characters.", maxTokenName)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.stands(tx, c); err != nil {
			return err
		}
		u, err := s.service(tx, c, id)
		if err != nil {
			return err
		}
		k = Secret{ID: uuid.New(), Name: name, CreatedAt: tx.Now(), ValidTo: until.UTC().Truncate(time.Millisecond)}
		longest := tx.Now().AddDate(0, 0, s.maxTokenDays)
		if until.IsZero() {
			k.ValidTo = tx.Now().AddDate(0, 0, min(defaultSecretDays, s.maxTokenDays))
		}
		if !k.ValidTo.After(tx.Now()) || k.ValidTo.After(longest) {
			return fault.InvalidArgument("A secret is good until some time from now on, %s at most.", longest.Format(time.DateOnly))
		}
		all, err := readSecrets(tx, c.Org, u.ID)
		if err != nil {
			return err
		}
		if len(all) >= maxSecrets {
			return fault.InvalidArgument("A service principal has at most %d secrets: remove one first.", maxSecrets)
		}
		if text, err = newTokenText(); err != nil {
			return err
		}
		if _, err := tx.Exec(insertSecret, c.Org, k.ID, u.ID, s.keys.hash(0, text), s.keys.id(0), k.Name, k.CreatedAt, k.ValidTo); err != nil {
			return err
		}
		return auditSecret(tx, c, SecretCreated, u, k)
	})
	return k, text, err
}

// RemoveSecret ends a secret of a service principal, and the access tokens that it was exchanged for. It returns a 404
// fault when there is none of that id.
func (s *Store) RemoveSecret(ctx context.Context, c *Caller, id string, secret uuid.UUID) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		u, err := s.service(tx, c, id)
		if err != nil {
			return err
		}
		all, err := readSecrets(tx, c.Org, u.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(k Secret) bool { return k.ID == secret })
		if at < 0 {
			return fault.UnknownPath("secret " + secret.String())
		}
		if _, err := tx.Exec(deleteSecret, c.Org, u.ID, secret); err != nil {
			return err
		}
		return auditSecret(tx, c, SecretRevoked, u, all[at])
	})
}

func auditSecret(tx *db.Tx, c *Caller, action AuditAction, u *User, k Secret) error {
	return Audit(tx, c, Event{Action: action, Data: map[string]any{"DisplayName": u.DisplayName, "ServicePrincipalId": u.GUID.String(),
		"SecretName": k.Name, "SecretId": k.ID.String()}})
}

var (
	selectSecrets = db.SQL("access.selectSecrets", `
		SELECT secret_id, name, created_at, valid_to FROM service_secrets WHERE org_id = $1 AND user_id = $2 ORDER BY created_at, secret_id`)
	insertSecret = db.SQL("access.insertSecret", `
		INSERT INTO service_secrets (org_id, secret_id, user_id, hash, key_id, name, created_at, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	deleteSecret    = db.SQL("access.deleteSecret", `DELETE FROM service_secrets WHERE org_id = $1 AND user_id = $2 AND secret_id = $3`)
	deleteSecretsOf = db.SQL("access.deleteSecretsOf", `DELETE FROM service_secrets WHERE org_id = $1 AND user_id = $2`)
)
