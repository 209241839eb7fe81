package access

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// External is what an identity provider says of a person, after the proof of it was checked.
type External struct {
	Issuer, Subject string // who it is, for good
	Name            string // the sign-in name; "" when the provider does not vouch for one
	DisplayName     string
	Email           string
	Groups          []string
	Scope           string // of an access token, as tokens of ours have it
	IssuedAt        time.Time
	Expires         time.Time
}

// ExternalRules says what people of an identity provider become here.
type ExternalRules struct {
	Link          bool    // at their first sign-in they get the account with their name
	Create        Level   // those without an account get one, with this level; "" for nobody
	Organizations []int64 // which everybody joins who is created
	Groups        []GroupRule
}

// GroupRule puts people with a group claim into a group, and with it into its organization.
type GroupRule struct {
	Claim     string
	Org       int64
	Container Subject
}

// Provider is an identity provider whose access tokens are accepted.
type Provider struct {
	// Recognizes tells the provider's tokens from others by their form.
	Recognizes func(token string) bool
	// Verify checks an access token. It returns a fault for one that is not good, and one of status 503 when that cannot
	// be told now.
	Verify func(ctx context.Context, token string) (External, error)
	// Rules are those of the moment: organizations and groups come and go.
	Rules func(ctx context.Context) (ExternalRules, error)
	Clock func() time.Time
}

// Trust makes the store accept access tokens of an identity provider. It is called before anybody authenticates.
func (s *Store) Trust(p *Provider) { s.provider = p }

// External tokens are checked again after a while: the provider may have withdrawn the key that signed them.
const (
	externalLifetime = time.Minute
	maxExternals     = 10_000
)

// externals remembers the accounts of access tokens that were checked lately.
type externals struct {
	mu      sync.Mutex
	byToken map[[sha256.Size]byte]knownExternal
}

type knownExternal struct {
	account int64
	scope   string
	until   time.Time
}

// authenticateExternal finds out who presents an access token of the identity provider to an organization.
func (s *Store) authenticateExternal(ctx context.Context, org int64, token string) (*Caller, error) {
	account, scope, err := s.accountOfExternal(ctx, token)
	if err != nil {
		return nil, err
	}
	c := &Caller{Org: org, Scope: scope, Credential: Credential{Kind: ByBearer}}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		directory, err := s.Directory(tx, org)
		if errors.Is(err, db.ErrNotFound) { // no such organization
			return fault.Unauthorized("")
		}
		if err != nil {
			return err
		}
		if c.User = directory.byAccount[account]; c.User == nil || !c.User.Active {
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

func (s *Store) accountOfExternal(ctx context.Context, token string) (account int64, scope string, err error) {
	id, now := sha256.Sum256([]byte(token)), s.provider.Clock()
	s.externals.mu.Lock()
	known, ok := s.externals.byToken[id]
	s.externals.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.account, known.scope, nil
	}
	e, err := s.provider.Verify(ctx, token)
	if err != nil {
		return 0, "", err
	}
	if account, err = s.AccountOfExternal(ctx, e); err != nil {
		return 0, "", err
	}
	until := now.Add(externalLifetime)
	if e.Expires.Before(until) {
		until = e.Expires
	}
	s.externals.mu.Lock()
	defer s.externals.mu.Unlock()
	if s.externals.byToken == nil || len(s.externals.byToken) >= maxExternals {
		s.externals.byToken = map[[sha256.Size]byte]knownExternal{}
	}
	s.externals.byToken[id] = knownExternal{account, e.Scope, until}
	return account, e.Scope, nil
}

// AccountOfExternal is SignInExternal with the rules of the provider that the store trusts.
func (s *Store) AccountOfExternal(ctx context.Context, e External) (account int64, err error) {
	rules, err := s.provider.Rules(ctx)
	if err != nil {
		return 0, err
	}
	return s.SignInExternal(ctx, e, rules)
}

// SignInExternal returns the account of a person of an identity provider, after linking or making it and applying group
// claims as the rules say. It returns a 401 fault for somebody who is not let in.
func (s *Store) SignInExternal(ctx context.Context, e External, rules ExternalRules) (account int64, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		var applied time.Time
		err := tx.Row(selectExternal, []any{e.Issuer, e.Subject}, &account, &applied)
		if errors.Is(err, db.ErrNotFound) {
			account, err = s.link(tx, e, rules)
		}
		// An older token does not bring back groups that a newer one no longer had.
		if err != nil || e.IssuedAt.Before(applied) {
			return err
		}
		if e.IssuedAt.After(applied) {
			if _, err := tx.Exec(updateExternal, e.Issuer, e.Subject, e.IssuedAt); err != nil {
				return err
			}
		}
		return s.applyClaims(tx, account, e, rules)
	})
	return account, err
}

// link finds or makes the account for a first sign-in. Whoever has a name here has been given rights under it, so another
// person must not come by it unless the rules say that names of the provider are those of here.
func (s *Store) link(tx *db.Tx, e External, rules ExternalRules) (account int64, err error) {
	if e.Name == "" {
		return 0, fault.Unauthorized(e.DisplayName).WithHint("the identity provider does not vouch for a sign-in name: see --oidc-name-claim")
	}
	if !validUniqueName(e.Name) || strings.ContainsFunc(e.Name, becomesASCII) {
		return 0, fault.Unauthorized("").WithHint("the sign-in name that the identity provider tells cannot be one here")
	}
	err = tx.Row(selectAccount, []any{key(e.Name)}, &account)
	switch {
	case err == nil && !rules.Link:
		return 0, fault.Unauthorized(e.Name).WithHint("there is an account of that name, and accounts are not linked to the identity provider: see --oidc-link")
	case err == nil:
		var other string
		err := tx.Row(selectLinked, []any{e.Issuer, account}, &other)
		if err == nil {
			return 0, fault.Unauthorized(e.Name).WithHint("the account of that name belongs to another person of the identity provider")
		}
		if !errors.Is(err, db.ErrNotFound) {
			return 0, err
		}
	case !errors.Is(err, db.ErrNotFound):
		return 0, err
	case rules.Create == "":
		return 0, fault.Unauthorized(e.Name).WithHint("there is no account of that name, and none are made: see --oidc-create-users")
	default:
		if account, err = s.AddAccount(tx, Account{GUID: uuid.New(), UniqueName: e.Name, DisplayName: displayName(e)}); err != nil {
			return 0, err
		}
	}
	_, err = tx.Exec(insertExternal, e.Issuer, e.Subject, account, tx.Now(), time.UnixMicro(0))
	return account, err
}

// becomesASCII reports whether a letter is a different one in lower case, such as the sign of the Kelvin, which becomes a k:
// names that a provider tells apart would be one and the same here.
func becomesASCII(r rune) bool { return r > unicode.MaxASCII && unicode.ToLower(r) <= unicode.MaxASCII }

// displayName is how people read somebody's name: what the provider tells, unless it could be taken for the sign-in name of
// somebody else.
func displayName(e External) string {
	if !validDisplayName(e.DisplayName) {
		return e.Name
	}
	return e.DisplayName
}

// Unlink takes an account from the person of the identity provider it was given to, and from then on the account can be
// given to another. It returns db.ErrNotFound when it was given to nobody.
func Unlink(tx *db.Tx, account int64) error {
	n, err := tx.Exec(deleteExternals, account)
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	return err
}

var (
	selectExternal = db.SQL("access.selectExternal",
		`SELECT account_id, claims_at FROM external_identities WHERE issuer = $1 AND subject = $2`)
	selectLinked = db.SQL("access.selectLinked",
		`SELECT subject FROM external_identities WHERE issuer = $1 AND account_id = $2`)
	insertExternal = db.SQL("access.insertExternal", `
		INSERT INTO external_identities (issuer, subject, account_id, linked_at, claims_at) VALUES ($1, $2, $3, $4, $5)`)
	updateExternal = db.SQL("access.updateExternal",
		`UPDATE external_identities SET claims_at = $3 WHERE issuer = $1 AND subject = $2`)
	deleteExternals = db.SQL("access.deleteExternals", `DELETE FROM external_identities WHERE account_id = $1`)
)
