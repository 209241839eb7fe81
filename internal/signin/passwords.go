package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/db"

	"golang.org/x/crypto/argon2"
)

// Cost is how much work it is to check a password.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is above what OWASP recommends for argon2id, and takes about a tenth of a second.
func DefaultCost() Cost { return Cost{Memory: 32 << 10, Passes: 3, Threads: 1} }

const (
	hashing     = 2  // passwords that are hashed at a time: each takes Cost.Memory
	mostWaiting = 64 // sign-ins that wait for their turn
	saltLength  = 16
	hashLength  = 32

	minPassword = 12  // characters
	maxPassword = 256 // characters
)

// passwords checks passwords. What is stored is a hash in the form of the PHC, which names the cost it was made with.
type passwords struct {
	db      *db.DB
	cost    Cost
	decoy   string // a hash that no password has
	slots   chan struct{}
	waiting atomic.Int64
	derived atomic.Int64 // work done so far, for tests
}

func newPasswords(d *db.DB, cost Cost) (*passwords, error) {
	decoy := make([]byte, saltLength+hashLength)
	if _, err := rand.Read(decoy); err != nil {
		return nil, fmt.Errorf("make a decoy: %w", err)
	}
	return &passwords{db: d, cost: cost, decoy: cost.encode(decoy[:saltLength], decoy[saltLength:]), slots: make(chan struct{}, hashing)}, nil
}

func (c Cost) encode(salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func decode(stored string) (c Cost, salt, hash []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errors.New("a password's hash is of no known form")
	}
	_, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads)
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err = errors.Join(err, err1, err2); err != nil || c.Passes == 0 || c.Threads == 0 || len(hash) != hashLength {
		return c, nil, nil, fmt.Errorf("a password's hash is damaged: %w", err)
	}
	return c, salt, hash, nil
}

// derive does the work, a few at a time.
func (p *passwords) derive(ctx context.Context, c Cost, password string, salt []byte) ([]byte, error) {
	defer p.waiting.Add(-1)
	if p.waiting.Add(1) > mostWaiting {
		return nil, busy()
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.slots }()
	p.derived.Add(int64(c.Memory) * int64(c.Passes))
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashLength), nil
}

func busy() error {
	return &refusal{http.StatusServiceUnavailable, "Too many people are signing in", "Try again in a few seconds."}
}

// hash is the stored form of a password.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	hash, err := p.derive(ctx, p.cost, password, salt)
	return p.cost.encode(salt, hash), err
}

// check reports whether a password is the one of a stored hash, and whether the hash should be made anew. Without a hash
// it does the same work and says no.
func (p *passwords) check(ctx context.Context, stored, password string) (ok, outdated bool, err error) {
	against := stored
	if stored == "" {
		against = p.decoy
	}
	c, salt, want, err := decode(against)
	if err != nil {
		return false, false, err
	}
	got, err := p.derive(ctx, c, clip(password), salt)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1 && stored != "" && utf8.RuneCountInString(password) <= maxPassword
	return ok, ok && c != p.cost, nil
}

// clip bounds what is hashed. What was cut is never the right password.
func clip(password string) string {
	if len(password) > 4*maxPassword {
		return password[:4*maxPassword]
	}
	return password
}

// set stores the hash of an account's password.
func (p *passwords) set(tx *db.Tx, account int64, hash string) error {
	_, err := tx.Exec(setPassword, account, hash, tx.Now())
	return err
}

// replace stores another hash of the password that a hash is of. The password is as old as before.
func (p *passwords) replace(tx *db.Tx, account int64, stored, hash string) error {
	_, err := tx.Exec(replaceHash, account, stored, hash)
	return err
}

// since is when an account was given its password, zero when it has none.
func (p *passwords) since(tx *db.Tx, account int64) (at time.Time, err error) {
	err = tx.Row(selectChanged, []any{account}, &at)
	if errors.Is(err, db.ErrNotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// of is the hash of an account's password, "" when it has none.
func (p *passwords) of(tx *db.Tx, account int64) (hash string, err error) {
	err = tx.Row(selectPassword, []any{account}, &hash)
	if errors.Is(err, db.ErrNotFound) {
		return "", nil
	}
	return hash, err
}

//go:embed commonpasswords.txt
var commonPasswords string

// weakness says what is wrong with a password somebody chose, "" for nothing. There are no rules about kinds of
// characters: length is what matters, and that it is not among those that are tried first.
func weakness(password, name string) string {
	folded := strings.ToLower(password)
	local, _, _ := strings.Cut(strings.ToLower(name), "@")
	switch length := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return "It has characters that are no text."
	case length < minPassword:
		return fmt.Sprintf("Use at least %d characters; a few words are good.", minPassword)
	case length > maxPassword:
		return fmt.Sprintf("Use at most %d characters.", maxPassword)
	case letters(folded) != "" && (letters(folded) == letters(strings.ToLower(name)) || letters(folded) == letters(local)):
		return "It is the user name, or almost."
	case distinct(folded) < 4 || slices.Contains(strings.Fields(commonPasswords), folded):
		return "It is one of those that are tried first."
	}
	return ""
}

func letters(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) {
			return c
		}
		return -1
	}, text)
}

// distinct is how many different characters a text has.
func distinct(text string) int {
	seen := map[rune]bool{}
	for _, c := range text {
		seen[c] = true
	}
	return len(seen)
}

var (
	selectPassword = db.SQL("signin.selectPassword", `SELECT hash FROM passwords WHERE account_id = $1`)
	selectChanged  = db.SQL("signin.selectChanged", `SELECT changed_at FROM passwords WHERE account_id = $1`)
	replaceHash    = db.SQL("signin.replaceHash", `UPDATE passwords SET hash = $3 WHERE account_id = $1 AND hash = $2`)
	setPassword    = db.SQL("signin.setPassword", `
		INSERT INTO passwords (account_id, hash, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`)
)
