package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
)

// ErrNoOrganization says that an account belongs to no organization, so that there is nothing to sign in to.
var ErrNoOrganization = errors.New("the account belongs to no organization")

// How guessing passwords is slowed down: for each name, and for each address whatever names are tried.
func patienceWithName() access.Patience {
	return access.Patience{Free: 5, First: 2 * time.Second, Longest: time.Minute, Forget: time.Hour}
}

func patienceWithAddress() access.Patience {
	return access.Patience{Free: 30, First: 2 * time.Second, Longest: 15 * time.Minute, Forget: time.Hour}
}

// guesses counts failed sign-ins.
type guesses struct{ names, addresses *access.Attempts }

func newGuesses() guesses {
	return guesses{access.NewAttempts(patienceWithName()), access.NewAttempts(patienceWithAddress())}
}

// begin counts an attempt, or tells how long to wait. Whoever has signed in from an address before is not held up there by
// what others do with the name elsewhere.
func (g guesses) begin(name, address string, known bool, now time.Time) time.Duration {
	at := access.AddressKey(address)
	if at != "" {
		if wait := g.addresses.Begin(at, now); wait > 0 {
			return wait
		}
	}
	if known {
		name = address + "\x00" + name
	}
	wait := g.names.Begin(name, now)
	if wait > 0 && at != "" {
		g.addresses.Succeeded(at, false) // nothing was tried
	}
	return wait
}

// untried takes back an attempt that begin counted, and that came to nothing before the password was looked at.
func (g guesses) untried(name, address string, known bool) {
	g.addresses.Succeeded(access.AddressKey(address), false)
	if known {
		name = address + "\x00" + name
	}
	g.names.Succeeded(name, false)
}

func (g guesses) succeeded(name, address string) {
	g.addresses.Succeeded(access.AddressKey(address), false)
	g.names.Succeeded(name, true)
	g.names.Succeeded(address+"\x00"+name, true)
}

// maxName is how many bytes of a name count: more than any name has.
const maxName = 1024

// errWrong is the one answer to a name and a password that do not fit, whatever the reason.
var errWrong = errors.New("wrong name or password")

// proven is whose password somebody has told, and since when that is the password.
type proven struct {
	account int64
	since   time.Time
}

// still returns errWrong when the password was changed since it was checked, which can take seconds: what is done because
// somebody told it checks that in its transaction.
func (s *Service) still(tx *db.Tx, of proven) error {
	since, err := s.passwords.since(tx, of.account)
	if err == nil && !since.Equal(of.since) {
		err = errWrong
	}
	return err
}

// checkPassword finds the account of a name and a password. It returns errWrong, doing the same work whether or not there
// is such an account, and a refusal for those who have to wait.
func (s *Service) checkPassword(ctx context.Context, name, password, address string) (of proven, err error) {
	if name = strings.ToLower(name); len(name) > maxName { // nobody has such a name, and it would be remembered
		name = name[:maxName]
	}
	var found proven
	var stored string
	var known bool
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		if found.account, err = access.AccountNamed(tx, name); errors.Is(err, db.ErrNotFound) {
			found.account = -1 // whose rows are looked for all the same
		} else if err != nil {
			return err
		}
		if stored, err = s.passwords.of(tx, found.account); err != nil {
			return err
		}
		if found.since, err = s.passwords.since(tx, found.account); err != nil {
			return err
		}
		if known, err = access.SignedInFrom(tx, found.account, address); err != nil {
			return err
		}
		orgs, err := access.OrganizationsOf(tx, found.account)
		if len(orgs) == 0 {
			stored = ""
		}
		return err
	})
	if err != nil {
		return of, err
	}
	if wait := s.guesses.begin(name, address, known, s.config.Clock()); wait > 0 {
		return of, &tooMany{wait}
	}
	ok, outdated, err := s.passwords.check(ctx, stored, password)
	if err != nil {
		s.guesses.untried(name, address, known)
		return of, err
	}
	if public, exists := s.config.Sample[name]; exists && found.account > 0 && subtle.ConstantTimeCompare([]byte(public), []byte(password)) == 1 {
		ok = true
	}
	if !ok {
		return of, errWrong
	}
	s.guesses.succeeded(name, address)
	if outdated {
		err = s.rehash(ctx, found.account, stored, password)
	}
	return found, err
}

// rehash stores a password's hash anew, at today's cost, unless that was done or the password was changed meanwhile.
func (s *Service) rehash(ctx context.Context, account int64, stored, password string) error {
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.config.DB.Update(ctx, func(tx *db.Tx) error { return s.passwords.replace(tx, account, stored, hash) })
}

// tooMany is the refusal of those who have to wait.
type tooMany struct{ wait time.Duration }

func (t *tooMany) Error() string {
	return "Too many attempts. Wait " + t.seconds() + " seconds, then try again."
}

func (t *tooMany) seconds() string { return strconv.Itoa(int(math.Ceil(t.wait.Seconds()))) }

// head writes the headers of the refusal and returns its status.
func (t *tooMany) head(w http.ResponseWriter) int {
	w.Header().Set("Retry-After", t.seconds())
	return http.StatusTooManyRequests
}
