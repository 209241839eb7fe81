package access

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Store keeps identities and tokens. It is safe for concurrent use.
type Store struct {
	db   *db.DB
	keys tokenKeys
	uses tokenUses

	maxTokenDays int
	provider     *Provider // nil for none

	mu          sync.Mutex
	directories map[int64]*Directory
	externals   externals
}

// Config is what a Store needs. TokenKey keys the hashes of tokens. What was stored before there was this key is
// recognized by FormerKeys, the latest first; without them it is of no use.
type Config struct {
	DB         *db.DB
	TokenKey   []byte
	FormerKeys [][]byte
	// MaxTokenDays is how long new tokens are good at most; 0 means a year.
	MaxTokenDays int
}

// New returns a store.
func New(c Config) *Store {
	return &Store{db: c.DB, keys: append(tokenKeys{c.TokenKey}, c.FormerKeys...), uses: tokenUses{pending: map[uuid.UUID]tokenUse{}},
		maxTokenDays: cmp.Or(c.MaxTokenDays, defaultMaxDays),
		directories:  map[int64]*Directory{}}
}

// Authenticate finds out who presents a token to an organization. It returns a 401 fault for a token that is missing,
// malformed, unknown, expired, revoked, or of someone who does not belong to the organization.
func (s *Store) Authenticate(ctx context.Context, org int64, token string) (*Caller, error) {
	if token == "" {
		return nil, fault.Anonymous()
	}
	if s.provider != nil && s.provider.Recognizes(token) {
		return s.authenticateExternal(ctx, org, token)
	}
	if strings.HasPrefix(token, servicePrefix) {
		return s.authenticateService(ctx, org, token)
	}
	c := &Caller{Org: org, Credential: Credential{Kind: ByToken}}
	err := s.db.View(ctx, func(tx *db.Tx) error {
		t, mark, err := s.findToken(tx, org, token)
		if err != nil {
			return err
		}
		directory, err := s.Directory(tx, org)
		if errors.Is(err, db.ErrNotFound) { // no such organization
			return fault.Unauthorized("")
		}
		if err != nil {
			return err
		}
		if c.User = directory.byAccount[t.Account]; c.User == nil || !c.User.Active {
			return fault.Unauthorized("")
		}
		c.Scope, c.Credential.ID, c.token = t.Scope, t.AuthorizationID, mark
		c.directory, c.principal = directory, directory.principal(c.User)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// tokenMark is how a caller's token was found.
type tokenMark struct {
	at          time.Time
	org         int64  // the only organization it is for, or 0
	hash, fresh string // stored, and by the newest key
}

// findToken returns the token with a text if it is good for an organization; for organization 0, if it is good at all.
func (s *Store) findToken(tx *db.Tx, org int64, text string) (t Token, mark *tokenMark, err error) {
	mark = &tokenMark{at: tx.Now()}
	for i := range s.keys {
		mark.hash = s.keys.hash(i, text)
		if i == 0 {
			mark.fresh = mark.hash
		}
		err = tx.Row(selectToken, []any{mark.hash, org}, &t.AuthorizationID, &t.Account, &t.Org, &t.Scope, &t.ValidFrom, &t.ValidTo, &t.RevokedAt)
		if !errors.Is(err, db.ErrNotFound) {
			break
		}
	}
	mark.org = t.Org
	switch {
	case errors.Is(err, db.ErrNotFound):
		return t, nil, fault.Unauthorized("")
	case err != nil:
		return t, nil, err
	case t.RevokedAt != nil:
		return t, nil, fault.Unauthorized("").WithHint("the token was revoked")
	case !mark.at.Before(t.ValidTo): // who has the text may know why it fails
		return t, nil, fault.TokenExpired()
	case mark.at.Before(t.ValidFrom) || t.Org != 0 && org != 0 && t.Org != org:
		return t, nil, fault.Unauthorized("")
	}
	return t, mark, nil
}

// HomeOf returns the organization that a token is for: its only one, or the first of its owner's, for requests that
// name none. alone tells whether the owner has no other. Errors are those of Authenticate.
func (s *Store) HomeOf(ctx context.Context, token string) (org int64, alone bool, err error) {
	if token == "" {
		return 0, false, fault.Anonymous()
	}
	if strings.HasPrefix(token, servicePrefix) {
		claim, _ := s.keys.open(token)
		_, err := s.authenticateService(ctx, claim.org, token)
		return claim.org, true, err
	}
	var account int64
	external := s.provider != nil && s.provider.Recognizes(token)
	if external {
		if account, _, err = s.accountOfExternal(ctx, token); err != nil {
			return 0, false, err
		}
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t := Token{Account: account}
		if !external {
			if t, _, err = s.findToken(tx, 0, token); err != nil {
				return err
			}
		}
		orgs, err := db.Collect(tx, selectHomes, []any{t.Account, t.Org}, func(r *db.Rows) (org int64, err error) {
			err = r.Scan(&org)
			return org, err
		})
		if err != nil {
			return err
		}
		if len(orgs) == 0 {
			return fault.Unauthorized("")
		}
		org, alone = orgs[0], len(orgs) == 1
		return nil
	})
	return org, alone, err
}

// CallerOf is a person as a caller, for what the program does in their name while they are away. It returns nil for
// somebody who does not belong to the organization any more.
func (s *Store) CallerOf(tx *db.Tx, org, user int64) (*Caller, error) {
	directory, err := s.Directory(tx, org)
	if err != nil {
		return nil, err
	}
	u := directory.User(user)
	if u == nil || !u.Active {
		return nil, nil //nolint:nilnil // nobody is an answer
	}
	return &Caller{Org: org, User: u, directory: directory, principal: directory.principal(u)}, nil
}

// AddAccount stores an account and returns its id.
func (s *Store) AddAccount(tx *db.Tx, a Account) (int64, error) {
	id, err := tx.Reserve(0, "account", 1)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(insertAccount, id, a.GUID, a.UniqueName, key(a.UniqueName), a.DisplayName)
	return id, err
}

// AccountNamed returns the account with a unique name, or db.ErrNotFound.
func AccountNamed(tx *db.Tx, name string) (id int64, err error) {
	err = tx.Row(selectAccount, []any{key(name)}, &id)
	return id, err
}

// AccountOf returns the account with the unique name of a, storing a when there is none.
func (s *Store) AccountOf(tx *db.Tx, a Account) (id int64, err error) {
	id, err = AccountNamed(tx, a.UniqueName)
	if errors.Is(err, db.ErrNotFound) {
		return s.AddAccount(tx, a)
	}
	return id, err
}

// AddUser stores an identity of an organization, in the group of its administrators if it is one. A zero ID is allocated;
// the id is returned.
func (s *Store) AddUser(tx *db.Tx, org int64, u User) (int64, error) {
	var err error
	if u.ID == 0 {
		u.ID, err = tx.Reserve(org, "user", 1)
	} else {
		err = tx.Raise(org, "user", u.ID)
	}
	if err != nil {
		return 0, err
	}
	application := ""
	if u.IsService() {
		application = u.Application.String()
	}
	_, err = tx.Exec(insertUser, org, u.ID, u.GUID, u.DisplayName, u.UniqueName, key(u.UniqueName), u.Email, u.Account,
		string(u.Level), u.Active, tx.Now(), application)
	if err != nil {
		return 0, err
	}
	if u.Administrator {
		if err := JoinNew(tx, org, Subject{Administrator, 0}, Subject{UserKind, u.ID}); err != nil {
			return 0, err
		}
	}
	_, err = tx.Append(org, db.Change{Kind: db.UserChanged, Ref: u.ID})
	return u.ID, err
}

// AddMember puts a user into a built-in group of a project that is being loaded.
func (s *Store) AddMember(tx *db.Tx, org, project, user int64, group Kind) error {
	if err := JoinNew(tx, org, Subject{group, project}, Subject{UserKind, user}); err != nil {
		return err
	}
	return appendMembership(tx, org, Subject{group, project}, Subject{UserKind, user})
}

var (
	selectToken = db.SQL("access.selectToken", `
		SELECT t.authorization_id, t.account_id, t.org_id, t.scope, t.valid_from, t.valid_to, COALESCE(t.revoked_at, r.revoked_at)
		FROM tokens t LEFT JOIN token_refusals r ON r.org_id = $2 AND r.authorization_id = t.authorization_id
		WHERE t.hash = $1`)
	// Of all organizations: the caller has named none.
	selectHomes = db.SQL("access.selectHomes", `
		SELECT org_id FROM users WHERE account_id = $1 AND is_active AND (org_id = $2 OR $2 = CAST(0 AS bigint)) ORDER BY org_id`)
	selectAccount = db.SQL("access.selectAccount", `SELECT account_id FROM accounts WHERE unique_key = $1`)
	insertAccount = db.SQL("access.insertAccount",
		`INSERT INTO accounts (account_id, guid, unique_name, unique_key, display_name) VALUES ($1, $2, $3, $4, $5)`)
	insertUser = db.SQL("access.insertUser", `
		INSERT INTO users (org_id, user_id, guid, display_name, unique_name, unique_key, email, account_id,
			access_level, is_active, created_at, application_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
)
