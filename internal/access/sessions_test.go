package access

import (
	"errors"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// start begins a session of an account and returns its secret.
func (x *fixture) start(t testing.TB, account int64, address string) (secret string) {
	t.Helper()
	x.update(t, func(tx *db.Tx) (err error) {
		_, secret, err = x.store.StartSession(tx, Session{Account: account, Method: "password", Address: address, Agent: "browser\xff"})
		return err
	})
	return secret
}

// holds is who a session is of an organization, or "refused".
func (x *fixture) holds(t *testing.T, org int64, secret string) string {
	t.Helper()
	c, err := x.store.AuthenticateSession(t.Context(), org, secret)
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status == 401 {
		return "refused"
	}
	if err != nil {
		t.Fatal(err)
	}
	if c.Credential.Kind != BySession || c.Credential.ID == uuid.Nil || c.Org != org {
		t.Errorf("credential %+v of organization %d", c.Credential, c.Org)
	}
	return c.User.DisplayName
}

func TestAuthenticateSession(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada, bob := x.start(t, x.ada, "192.0.2.1"), x.start(t, x.bob, "192.0.2.1")
		left, _ := x.person(t, "Eve", User{Active: false}, 1)
		token := x.token(t, Token{Account: x.ada})
		for name, c := range map[string]struct {
			org    int64
			secret string
			want   string
		}{
			"in one organization":     {1, ada, "Ada"},
			"and in the other":        {2, ada, "Ada"},
			"no member":               {2, bob, "refused"},
			"no such organization":    {3, ada, "refused"},
			"none":                    {1, "", "refused"},
			"cut":                     {1, ada[:len(ada)-1], "refused"},
			"a token":                 {1, token, "refused"},
			"of someone who has left": {1, x.start(t, left, ""), "refused"},
		} {
			if got := x.holds(t, c.org, c.secret); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		if got := x.says(t, 1, ada); got != "refused" {
			t.Errorf("a session is taken for a token of %s", got)
		}
		if _, err := x.store.Session(t.Context(), x.start(t, left, "")); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("who belongs to no organization has a session: %v", err)
		}
		// Removed from one organization, the session is good for the other.
		x.update(t, func(tx *db.Tx) error {
			d, err := x.store.Directory(tx, 1)
			if err != nil {
				return err
			}
			return changeUser(tx, 1, d.byAccount[x.ada].ID, x.ada, Basic, false)
		})
		if got := x.holds(t, 1, ada) + " " + x.holds(t, 2, ada); got != "refused Ada" {
			t.Errorf("after the removal: %s", got)
		}
	})
}

func TestSession_Ends(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		at := today
		pass := func(d time.Duration) {
			at = at.Add(d)
			x.now.Store(at.UnixMicro())
		}
		idle, used := x.start(t, x.ada, ""), x.start(t, x.ada, "")
		for range 3 {
			pass(SessionIdle / 2)
			if got := x.holds(t, 1, used); got != "Ada" {
				t.Fatalf("a session in use is %s after %s", got, at.Sub(today))
			}
		}
		if got := x.holds(t, 1, idle); got != "refused" {
			t.Errorf("a session that nobody used is %s", got)
		}
		for at.Sub(today) < SessionLength-SessionIdle/2 {
			pass(SessionIdle / 2)
			_ = x.holds(t, 1, used)
		}
		pass(SessionLength - at.Sub(today) - time.Second)
		if got := x.holds(t, 1, used); got != "Ada" {
			t.Errorf("at the end it is %s", got)
		}
		pass(time.Second)
		if got := x.holds(t, 1, used); got != "refused" {
			t.Errorf("after its time it is %s", got)
		}
	})
}

func TestEndSessions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		first, second, third, bob := x.start(t, x.ada, "192.0.2.1"), x.start(t, x.ada, "192.0.2.2"), x.start(t, x.ada, ""), x.start(t, x.bob, "")
		all := func() (out string) {
			for _, secret := range []string{first, second, third, bob} {
				out += x.holds(t, 1, secret) + " "
			}
			return out
		}
		id := func(secret string) uuid.UUID {
			s, err := x.store.Session(t.Context(), secret)
			if err != nil {
				t.Fatal(err)
			}
			return s.ID
		}
		x.update(t, func(tx *db.Tx) error { return x.store.EndSession(tx, x.bob, id(third)) }) // not his
		if got := all(); got != "Ada Ada Ada Bob " {
			t.Errorf("somebody else ended a session: %s", got)
		}
		x.update(t, func(tx *db.Tx) error { return x.store.DropSession(tx, third) })
		if got := all(); got != "Ada Ada refused Bob " {
			t.Errorf("after one was dropped: %s", got)
		}
		x.update(t, func(tx *db.Tx) error { return x.store.EndSessions(tx, x.ada, id(second)) })
		if got := all(); got != "refused Ada refused Bob " {
			t.Errorf("after all others were ended: %s", got)
		}
		x.update(t, func(tx *db.Tx) error {
			list, err := x.store.Sessions(tx, x.ada)
			if err != nil || len(list) != 1 || list[0].Address != "192.0.2.2" || list[0].Agent != "browser\uFFFD" {
				t.Errorf("left: %v %v", list, err)
			}
			for address, want := range map[string]bool{"192.0.2.1": true, "192.0.2.2": true, "192.0.2.3": false} {
				if got, err := SignedInFrom(tx, x.ada, address); err != nil || got != want {
					t.Errorf("signed in from %s: %t %v", address, got, err)
				}
			}
			return x.store.EndSessions(tx, x.ada, uuid.Nil)
		})
		if got := all(); got != "refused refused refused Bob " {
			t.Errorf("after all were ended: %s", got)
		}
	})
}

// With a new key sessions go on for as long as the former one is kept, and can be ended.
func TestSession_Keys(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	secret, former := x.start(t, x.ada, ""), x.store.keys[0]
	x.store = New(Config{DB: x.db, TokenKey: []byte("another"), FormerKeys: [][]byte{former}})
	if got := x.holds(t, 1, secret); got != "Ada" {
		t.Errorf("by the former key: %s", got)
	}
	retired := New(Config{DB: x.db, TokenKey: []byte("another")})
	if _, err := retired.AuthenticateSession(t.Context(), 1, secret); err == nil {
		t.Error("without the former key the session goes on")
	}
	x.update(t, func(tx *db.Tx) error { return x.store.DropSession(tx, secret) })
	if got := x.holds(t, 1, secret); got != "refused" {
		t.Errorf("after its end: %s", got)
	}
}

// The wait is computed by hand: 3 free, then 1, 2, 4 and from there 5 seconds.
func TestAttempts(t *testing.T) {
	a := NewAttempts(Patience{Free: 3, First: time.Second, Longest: 5 * time.Second, Forget: time.Minute})
	now := today
	for i, want := range []int{0, 0, 0, 1, 2, 4, 5, 5} {
		if wait := a.Begin("x", now); wait != 0 {
			t.Fatalf("attempt %d has to wait %s", i+1, wait)
		}
		if wait := a.Begin("x", now); want > 0 && wait != time.Duration(want)*time.Second {
			t.Errorf("after attempt %d: wait %s, want %d s", i+1, wait, want)
		} else if want == 0 {
			a.Succeeded("x", false) // takes back the one just counted
		}
		now = now.Add(time.Duration(want) * time.Second)
	}
	if wait := a.Begin("y", now); wait != 0 {
		t.Errorf("another one waits %s", wait)
	}
	a.Succeeded("x", true)
	if wait := a.Begin("x", now); wait != 0 {
		t.Errorf("after a success: %s", wait)
	}
	for range 9 {
		a.Begin("z", now)
	}
	if a.Begin("z", now.Add(time.Second/2)) == 0 {
		t.Error("nothing is remembered")
	}
	for range 2 {
		if wait := a.Begin("z", now.Add(2*time.Minute)); wait != 0 {
			t.Errorf("nothing is forgotten: %s", wait)
		}
	}
	for address, want := range map[string]string{
		"127.0.0.1": "", "::1": "", "::ffff:127.0.0.9": "", "192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "pipe": "pipe",
	} {
		if got := AddressKey(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
