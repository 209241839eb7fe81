package access

import (
	"context"
	"errors"
	"sync"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Store keeps identities and tokens. It is safe for concurrent use.
type Store struct {
	db       *db.DB
	key      []byte
	provider *Provider // nil for none

	mu          sync.Mutex
	directories map[int64]*Directory
	externals   externals
}

// Config is what a Store needs. TokenKey keys the hashes of tokens; with another key no stored token is recognized.
type Config struct {
	DB       *db.DB
	TokenKey []byte
	Provider *Provider // nil for none
}

// New returns a store.
func New(c Config) *Store {
	return &Store{db: c.DB, key: c.TokenKey, provider: c.Provider, directories: map[int64]*Directory{}}
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
	c := &Caller{Org: org, Credential: Credential{Kind: ByToken}}
	err := s.db.View(ctx, func(tx *db.Tx) error {
		var account, tokenOrg int64
		var from, to time.Time
		var revoked *time.Time
		err := tx.Row(selectToken, []any{s.hash(token)}, &c.Credential.ID, &account, &tokenOrg, &c.Scope, &from, &to, &revoked)
		if errors.Is(err, db.ErrNotFound) {
			return fault.Unauthorized("")
		}
		if err != nil {
			return err
		}
		if revoked != nil || tx.Now().Before(from) || !tx.Now().Before(to) || tokenOrg != 0 && tokenOrg != org {
			return fault.Unauthorized("")
		}
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
	_, err = tx.Exec(insertUser, org, u.ID, u.GUID, u.DisplayName, u.UniqueName, key(u.UniqueName), u.Email, u.Account,
		string(u.Level), u.Active, tx.Now())
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
	selectToken = db.SQL("access.selectToken",
		`SELECT authorization_id, account_id, org_id, scope, valid_from, valid_to, revoked_at FROM tokens WHERE hash = $1`)
	selectAccount = db.SQL("access.selectAccount", `SELECT account_id FROM accounts WHERE unique_key = $1`)
	insertAccount = db.SQL("access.insertAccount",
		`INSERT INTO accounts (account_id, guid, unique_name, unique_key, display_name) VALUES ($1, $2, $3, $4, $5)`)
	insertUser = db.SQL("access.insertUser", `
		INSERT INTO users (org_id, user_id, guid, display_name, unique_name, unique_key, email, account_id,
			access_level, is_active, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
)
