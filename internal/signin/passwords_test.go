package signin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
	"golang.org/x/crypto/argon2"
)

// The hash is one that argon2id gives for the cost it names; with another cost it is made anew when somebody signs in.
func TestPasswords_Rehash(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	stored := func() (hash string) {
		x.update(t, func(tx *db.Tx) (err error) {
			hash, err = x.passwords.of(tx, x.ada)
			return err
		})
		return hash
	}
	before := stored()
	x.passwords.cost = Cost{Memory: 128, Passes: 2, Threads: 1}
	x.browser(t).signIn("ada@example.com", secret).wants(303, "/")
	after := stored()
	if !strings.HasPrefix(before, "$argon2id$v=19$m=64,t=1,p=1$") || !strings.HasPrefix(after, "$argon2id$v=19$m=128,t=2,p=1$") {
		t.Errorf("%s, then %s", before, after)
	}
	_, salt, hash, err := decode(after)
	if want := argon2.IDKey([]byte(secret), salt, 2, 128, 1, 32); err != nil || string(hash) != string(want) {
		t.Errorf("the hash is not that of the password: %v", err)
	}
	x.browser(t).signIn("ada@example.com", secret).wants(303, "/")
	if stored() != after {
		t.Error("it was made anew without need")
	}
}

// Whoever tells a password that is changed while it is being checked gets nothing for it: no session, no other password.
func TestPasswords_ChangedMeanwhile(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b, nil)
		const next = "another horse 8 staple"
		hash, err := x.passwords.hash(t.Context(), next)
		if err != nil {
			t.Fatal(err)
		}
		thief, changer := x.browser(t).open("/_signin"), x.browser(t).signIn("ada@example.com", secret).open("/_account")
		for range hashing {
			x.passwords.slots <- struct{}{} // nobody's password is checked now
		}
		var both sync.WaitGroup
		both.Go(func() { thief.submit("/_signin", "name", "ada@example.com", "password", secret) })
		both.Go(func() {
			changer.submit("/_account", "do", "password", "old", secret, "password", "the thief's own word", "again", "the thief's own word")
		})
		for x.passwords.waiting.Load() < 2 {
			runtime.Gosched()
		}
		x.pass(time.Second)
		x.update(t, func(tx *db.Tx) error {
			return x.replacePassword(tx, &visit{Service: x.Service, r: httptest.NewRequest(http.MethodPost, "/", nil)}, x.ada, hash, uuid.Nil)
		})
		for range hashing {
			<-x.passwords.slots
		}
		both.Wait()
		thief.wants(403, "not right")
		changer.wants(403, "present password is not right")
		if thief.is() != "nobody" {
			t.Errorf("%s is signed in with a password that was changed", thief.is())
		}
		x.browser(t).signIn("ada@example.com", next).wants(303, "/")
	})
}

func TestWeakness(t *testing.T) {
	for password, good := range map[string]bool{
		"": false, "short": false, "elevenchars": false, "twelve chars": true, "ada@example.com": false, "ADA-EXAMPLE-2026!": true, "Ada@Example.com123": false,
		"ada.lovelace1815": true, "aaaaaaaaaaaaaaaa": false, "abababababababab": false, "Password1234": false, "qwertyuiop123": false,
		"correct horse 9 staple": true, "열두글자가넘는아주긴암호문": true, "열두글자": false, strings.Repeat("long enough ", 22): false, "nul\x00 in the middle": false, "not \xff text at all": false,
	} {
		if got := weakness(password, "ada@example.com") == ""; got != good {
			t.Errorf("%q: good is %t", password, got)
		}
	}
	if weakness("lovelace12345", "lovelace@example.com") == "" || weakness("Lovelace@Example.Com", "lovelace@example.com") == "" {
		t.Error("the user name is a password")
	}
}

// No more than two passwords are hashed at a time, and few wait: sign-ins cannot take all memory.
func TestPasswords_Busy(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	for range 2 {
		x.passwords.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error)
	before := x.passwords.derived.Load()
	go func() {
		_, err := x.passwords.hash(ctx, secret)
		answered <- err
	}()
	cancel()
	if err := <-answered; !errors.Is(err, context.Canceled) || x.passwords.derived.Load() != before {
		t.Errorf("a third one is hashed: %v", err)
	}
	x.passwords.waiting.Store(mostWaiting)
	x.browser(t).signIn("ada@example.com", secret).wants(503, "Too many people")
	for range 40 { // nothing is tried, so nothing counts
		if _, err := x.checkPassword(t.Context(), "ada@example.com", secret, "192.0.2.66"); !errors.As(err, new(*refusal)) {
			t.Fatal(err)
		}
	}
	x.passwords.waiting.Store(0)
	<-x.passwords.slots
	x.browser(t).signIn("ada@example.com", secret).wants(303, "/")
	if _, err := x.checkPassword(t.Context(), "ada@example.com", secret, "192.0.2.66"); err != nil {
		t.Error(err)
	}
}
