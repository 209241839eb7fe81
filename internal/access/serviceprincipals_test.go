package access

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// status is that of a fault, 0 for none.
func status(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		t.Fatal(err)
	}
	return f.Status
}

// A program signs in with a secret for an hour, as long as the secret is there, and has the rights of the groups it is in.
func TestServicePrincipal(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		_, root := x.person(t, "Root", User{Active: true, Administrator: true, Level: Basic}, 1)
		var admin, bob *Caller
		origin := uuid.New()
		var service *User
		x.update(t, func(tx *db.Tx) (err error) {
			if admin, err = x.store.CallerOf(tx, 1, root); err != nil {
				return err
			}
			if bob, err = x.store.CallerOf(tx, 1, x.bobID); err != nil {
				return err
			}
			id, err := x.store.AdmitService(tx, admin, ServiceDraft{Origin: origin, Name: "Nightly build"})
			if err != nil {
				return err
			}
			d, err := x.store.Directory(tx, 1)
			service = d.User(id)
			return err
		})
		if service.GUID != origin || !service.IsService() || service.Level != Basic || !strings.HasPrefix(service.Descriptor(), "aadsp.") {
			t.Fatalf("%+v", service)
		}
		x.update(t, func(tx *db.Tx) error { return Join(tx, admin, Subject{Reader, 2}, service.Subject()) })
		client := service.Application.String()
		if _, _, err := x.store.AddSecret(t.Context(), bob, origin.String(), "mine", time.Time{}); status(t, err) != 403 {
			t.Errorf("somebody makes secrets: %v", err)
		}
		if _, err := x.store.Secrets(t.Context(), bob, origin.String()); status(t, err) != 403 {
			t.Errorf("somebody lists secrets: %v", err)
		}
		for name, until := range map[string]time.Time{"": {}, "late": today.AddDate(2, 0, 0), "early": today.Add(-time.Second)} {
			if _, _, err := x.store.AddSecret(t.Context(), admin, origin.String(), name, until); status(t, err) != 400 {
				t.Errorf("secret %q until %s: %v", name, until, err)
			}
		}
		if _, _, err := x.store.AddSecret(t.Context(), admin, bob.User.GUID.String(), "of a person", time.Time{}); status(t, err) != 404 {
			t.Errorf("a secret of a person: %v", err)
		}
		first, text, err := x.store.AddSecret(t.Context(), admin, origin.String(), "first", today.Add(90*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		second, other, err := x.store.AddSecret(t.Context(), admin, service.Descriptor(), "second", time.Time{})
		if err != nil || other == text {
			t.Fatal(err)
		}
		all, err := x.store.Secrets(t.Context(), admin, origin.String())
		if err != nil || len(all) != 2 || !all[0].ValidTo.Equal(first.ValidTo) && !all[1].ValidTo.Equal(first.ValidTo) {
			t.Errorf("secrets %+v, %v", all, err)
		}
		exchange := func(client, secret string) (string, error) {
			token, until, err := x.store.ExchangeSecret(t.Context(), client, secret, Origin{})
			if err == nil && until.After(time.UnixMicro(x.now.Load()).Add(time.Hour)) {
				t.Errorf("good until %s", until)
			}
			return token, err
		}
		for _, wrong := range [][2]string{{client, text + "x"}, {client, ""}, {uuid.NewString(), text}, {uuid.Nil.String(), text}, {"", text}, {client, first.ID.String()},
			{origin.String(), text}, {"bob", "x"}, {client, strings.Repeat("x", 1000)}} {
			if _, err := exchange(wrong[0], wrong[1]); !errors.Is(err, ErrWrongSecret) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		token, err := exchange(strings.ToUpper(client), text)
		if err != nil {
			t.Fatal(err)
		}
		ends, err := exchange(client, other)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x.store.Authenticate(t.Context(), 1, token)
		if err != nil || c.User.ID != service.ID || !c.CanRead(2) || c.CanRead(1) || c.Administers() || c.Credential != (Credential{BySecret, first.ID}) {
			t.Fatalf("%+v, %v", c, err)
		}
		if org, alone, err := x.store.HomeOf(t.Context(), token); org != 1 || !alone || err != nil {
			t.Errorf("at home in %d, %v", org, err)
		}
		if got := x.says(t, 2, token); got != "refused" {
			t.Errorf("in another organization: %s", got)
		}
		// Every bit of a token counts.
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(token, servicePrefix))
		if err != nil {
			t.Fatal(err)
		}
		for i := range raw {
			raw[i] ^= 1
			if got := x.says(t, 1, servicePrefix+base64.RawURLEncoding.EncodeToString(raw)); got != "refused" {
				t.Errorf("byte %d changed: %s", i, got)
			}
			raw[i] ^= 1
		}
		for _, bad := range []string{servicePrefix, token[:len(token)-1], token + "A", strings.ToUpper(token), text} {
			if got := x.says(t, 1, bad); got != "refused" {
				t.Errorf("%q: %s", bad, got)
			}
		}
		// Secrets are found by the key they were stored with, and stored anew with the newest.
		x.store.keys = tokenKeys{[]byte("newer"), []byte("key")}
		if _, err := exchange(client, other); err != nil {
			t.Errorf("after a rotation: %v", err)
		}
		if got := x.says(t, 1, ends); got != "Nightly build" {
			t.Errorf("a token from before the rotation: %s", got)
		}
		x.store.keys = tokenKeys{[]byte("newer")}
		if _, err = exchange(client, other); err != nil {
			t.Errorf("after the old key is gone: %v", err)
		}
		if got := x.says(t, 1, token); got != "refused" {
			t.Errorf("a token of a key that is gone: %s", got)
		}
		x.store.keys = tokenKeys{[]byte("newer"), []byte("key")}

		x.now.Store(today.Add(time.Hour).UnixMicro())
		if got := x.says(t, 1, token); got != "refused" {
			t.Errorf("after an hour: %s", got)
		}
		if token, err = exchange(client, text); err != nil { // its secret is good for half an hour only
			t.Fatal(err)
		}
		x.now.Store(today.Add(90 * time.Minute).UnixMicro())
		if got := x.says(t, 1, token); got != "refused" {
			t.Errorf("after the end of the secret: %s", got)
		}
		if _, err := exchange(client, text); !errors.Is(err, ErrWrongSecret) {
			t.Errorf("an expired secret: %v", err)
		}
		if ends, err = exchange(client, other); err != nil {
			t.Fatal(err)
		}
		if err := x.store.RemoveSecret(t.Context(), bob, origin.String(), second.ID); status(t, err) != 403 {
			t.Errorf("somebody removes a secret: %v", err)
		}
		if err := x.store.RemoveSecret(t.Context(), admin, origin.String(), second.ID); err != nil {
			t.Fatal(err)
		}
		if err := x.store.RemoveSecret(t.Context(), admin, origin.String(), second.ID); status(t, err) != 404 {
			t.Errorf("removed twice: %v", err)
		}
		if got := x.says(t, 1, ends); got != "refused" {
			t.Errorf("after its secret was removed: %s", got)
		}
	})
}

// A service principal that is removed has lost its secrets; it is never the administrator that an organization has to
// keep, and its id is nobody else's.
func TestServicePrincipal_Removed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		_, root := x.person(t, "Root", User{Active: true, Administrator: true, Level: Basic}, 1)
		var admin *Caller
		user := func(id int64) *User {
			d, err := x.store.Snapshot(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			return d.User(id)
		}
		var id int64
		draft := ServiceDraft{Origin: uuid.New(), Name: "S", Level: Stakeholder}
		admit := func() (err error) {
			return x.db.Update(t.Context(), func(tx *db.Tx) error {
				if admin, err = x.store.CallerOf(tx, 1, root); err != nil {
					return err
				}
				id, err = x.store.AdmitService(tx, admin, draft)
				return err
			})
		}
		if err := admit(); err != nil {
			t.Fatal(err)
		}
		first := id
		program := user(id)
		x.update(t, func(tx *db.Tx) error { return Join(tx, admin, Subject{Administrator, 0}, program.Subject()) })
		err := x.db.Update(t.Context(), func(tx *db.Tx) error { return Remove(tx, admin, admin.User) })
		if status(t, err) != 400 {
			t.Errorf("a program is left as the only administrator: %v", err)
		}
		_, text, err := x.store.AddSecret(t.Context(), admin, draft.Origin.String(), "k", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		client := user(id).Application.String()
		token, _, err := x.store.ExchangeSecret(t.Context(), client, text, Origin{})
		if err != nil {
			t.Fatal(err)
		}
		x.update(t, func(tx *db.Tx) error { return Remove(tx, admin, program) })
		if got := x.says(t, 1, token); got != "refused" {
			t.Errorf("removed: %s", got)
		}
		draft.Level, draft.Name = "", ""
		if err := admit(); err != nil || id != first || user(id).Level != Stakeholder || user(id).Administrator {
			t.Errorf("back as %+v, %v", user(id), err)
		}
		if got := x.says(t, 1, token); got != "refused" {
			t.Errorf("back with a token from before: %s", got)
		}
		if _, _, err := x.store.ExchangeSecret(t.Context(), client, text, Origin{}); !errors.Is(err, ErrWrongSecret) {
			t.Errorf("back with a secret from before: %v", err)
		}
		draft.Origin = admin.User.GUID
		if err := admit(); status(t, err) != 400 {
			t.Errorf("with the id of a person: %v", err)
		}
		draft.Origin, draft.Name = uuid.Nil, "<script>"
		if err := admit(); status(t, err) != 400 {
			t.Errorf("with a bad name: %v", err)
		}
	})
}
