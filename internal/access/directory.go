package access

import (
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Directory is a snapshot of an organization's identities. It is immutable.
type Directory struct {
	metadata  int64 // the feed position it was read at
	users     []*User
	byID      map[int64]*User
	byAccount map[int64]*User
	byGUID    map[uuid.UUID]*User
	byName    map[string][]*User // unique name and display name, folded
}

// Users lists everybody by id.
func (d *Directory) Users() []*User { return d.users }

// User returns the identity with that id, or nil.
func (d *Directory) User(id int64) *User { return d.byID[id] }

// ByGUID returns the identity with that GUID, or nil.
func (d *Directory) ByGUID(id uuid.UUID) *User { return d.byGUID[id] }

// Find resolves what clients write into an identity field: a unique name, a display name, "Display Name <unique name>",
// or a GUID. It returns nil when nobody or more than one person answers to it.
func (d *Directory) Find(text string) *User {
	text = strings.TrimSpace(text)
	if open := strings.LastIndexByte(text, '<'); open >= 0 && strings.HasSuffix(text, ">") {
		text = text[open+1 : len(text)-1]
	}
	if id, err := uuid.Parse(text); err == nil {
		return d.byGUID[id]
	}
	if found := d.byName[key(text)]; len(found) == 1 {
		return found[0]
	}
	return nil
}

// Directory returns the identities of an organization as the transaction sees them.
func (s *Store) Directory(tx *db.Tx, org int64) (*Directory, error) {
	_, metadata, err := tx.Head(org)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	cached := s.directories[org]
	s.mu.Unlock()
	if tx.Settled() && cached != nil && cached.metadata == metadata {
		return cached, nil
	}
	d, err := readDirectory(tx, org)
	if err != nil {
		return nil, err
	}
	d.metadata = metadata
	if tx.Settled() {
		s.mu.Lock()
		s.directories[org] = d
		s.mu.Unlock()
	}
	return d, nil
}

func readDirectory(tx *db.Tx, org int64) (*Directory, error) {
	users, err := db.Collect(tx, selectUsers, []any{org}, func(r *db.Rows) (*User, error) {
		u := &User{}
		var level string
		err := r.Scan(&u.ID, &u.GUID, &u.DisplayName, &u.UniqueName, &u.Email, &u.Account, &level, &u.Administrator, &u.Active)
		u.Level = Level(level)
		return u, err
	})
	if err != nil {
		return nil, err
	}
	d := &Directory{
		users: users, byID: map[int64]*User{}, byAccount: map[int64]*User{}, byGUID: map[uuid.UUID]*User{}, byName: map[string][]*User{},
	}
	for _, u := range users {
		d.byID[u.ID] = u
		d.byGUID[u.GUID] = u
		if u.Account != 0 {
			d.byAccount[u.Account] = u
		}
		d.byName[key(u.UniqueName)] = append(d.byName[key(u.UniqueName)], u)
		if key(u.DisplayName) != key(u.UniqueName) {
			d.byName[key(u.DisplayName)] = append(d.byName[key(u.DisplayName)], u)
		}
	}
	return d, nil
}

var selectUsers = db.SQL("access.selectUsers", `
	SELECT user_id, guid, display_name, unique_name, email, account_id, access_level, is_administrator, is_active
	FROM users WHERE org_id = $1 ORDER BY user_id`)
