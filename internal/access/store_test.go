package access

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// fixture is a store with the organizations 1 and 2. Ada and Bob have an account; Ada is in both, Bob in the first.
type fixture struct {
	store  *Store
	db     *db.DB
	config db.Config
	now    atomic.Int64 // microseconds
	ada    int64        // accounts
	bob    int64
	bobID  int64 // in organization 1

	projects, roots []uuid.UUID // the GUIDs of the projects 1 to 3 and of their root areas
}

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newFixture(t testing.TB, b dbtest.Backend) *fixture {
	t.Helper()
	x := &fixture{}
	x.now.Store(today.UnixMicro())
	config := b.Config(t)
	config.Clock = func() time.Time { return time.UnixMicro(x.now.Load()) }
	x.db, x.config = dbtest.OpenConfig(t, config), config
	x.store = New(Config{DB: x.db, TokenKey: []byte("key")})
	x.update(t, func(tx *db.Tx) error {
		for org := int64(1); org <= 2; org++ {
			if err := tx.StartFeed(org); err != nil {
				return err
			}
		}
		for id := range 3 {
			insert := db.SQL("test", `INSERT INTO projects (org_id, project_id, guid, name, name_key, description, state, revision, visibility, process_id,
				default_team, last_update, is_deleted) VALUES (1, $1, $2, 'p', 'p', '', 'wellFormed', 1, 'private', '', 0, 0, false)`)
			root := db.SQL("access.testInsertRoot", `INSERT INTO nodes (org_id, node_id, project_id, guid, kind, parent_id, name, is_deleted)
				VALUES (1, $1, $1, $2, 0, 0, 'p', false)`)
			x.projects, x.roots = append(x.projects, uuid.New()), append(x.roots, uuid.New())
			if _, err := tx.Exec(insert, id+1, x.projects[id]); err != nil {
				return err
			}
			if _, err := tx.Exec(root, id+1, x.roots[id]); err != nil {
				return err
			}
		}
		return nil
	})
	x.ada, _ = x.person(t, "Ada", User{Active: true}, 1, 2)
	x.bob, x.bobID = x.person(t, "Bob", User{Active: true}, 1)
	return x
}

func (x *fixture) update(t testing.TB, fn func(*db.Tx) error) {
	t.Helper()
	if err := x.db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// by is a caller who does what the tests set up in an organization.
func by(org int64) *Caller { return &Caller{Org: org} }

// person adds someone to organizations and returns the account and the id in the last one.
func (x *fixture) person(t testing.TB, name string, u User, orgs ...int64) (account, id int64) {
	t.Helper()
	x.update(t, func(tx *db.Tx) (err error) {
		if account, err = x.store.AddAccount(tx, Account{GUID: uuid.New(), UniqueName: name, DisplayName: name}); err != nil {
			return err
		}
		for _, org := range orgs {
			u.GUID, u.DisplayName, u.UniqueName, u.Account = uuid.New(), name, name, account
			if id, err = x.store.AddUser(tx, org, u); err != nil {
				return err
			}
		}
		return nil
	})
	return account, id
}

// token makes a token that is valid from an hour ago for a day, unless told otherwise.
func (x *fixture) token(t testing.TB, k Token) (text string) {
	t.Helper()
	if k.ValidFrom.IsZero() {
		k.ValidFrom, k.ValidTo = today.Add(-time.Hour), today.AddDate(0, 0, 1)
	}
	if k.AuthorizationID == uuid.Nil {
		k.AuthorizationID = uuid.New()
	}
	x.update(t, func(tx *db.Tx) (err error) {
		text, err = x.store.CreateToken(tx, k, "")
		return err
	})
	return text
}

// says is the name of the person who is let in, or the status of the refusal.
func (x *fixture) says(t *testing.T, org int64, token string) string {
	t.Helper()
	c, err := x.store.Authenticate(t.Context(), org, token)
	if err != nil {
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok {
			t.Fatal(err)
		}
		if f.Status != 401 || strings.Contains(f.Message+f.Hint, token) && token != "" {
			t.Errorf("%d %s", f.Status, f.Message)
		}
		return "refused"
	}
	if c.Org != org {
		t.Errorf("a caller of organization %d", c.Org)
	}
	return c.User.DisplayName
}

func TestAuthenticate(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		everywhere := x.token(t, Token{Account: x.ada})
		second := x.token(t, Token{Account: x.ada, Org: 2})
		bob := x.token(t, Token{Account: x.bob})
		revoked := uuid.New()
		gone := x.token(t, Token{Account: x.ada, AuthorizationID: revoked})
		x.update(t, func(tx *db.Tx) error { return x.store.RevokeToken(tx, revoked) })
		left, _ := x.person(t, "Eve", User{Active: false}, 1)
		for name, c := range map[string]struct {
			org   int64
			token string
			want  string
		}{
			"in one organization":        {1, everywhere, "Ada"},
			"and in the other":           {2, everywhere, "Ada"},
			"in capitals":                {1, strings.ToUpper(everywhere), "Ada"},
			"for its organization":       {2, second, "Ada"},
			"for another organization":   {1, second, "refused"},
			"member":                     {1, bob, "Bob"},
			"no member":                  {2, bob, "refused"},
			"no such organization":       {3, everywhere, "refused"},
			"none":                       {1, "", "refused"},
			"unknown":                    {1, strings.Repeat("a", 52), "refused"},
			"cut":                        {1, everywhere[:51], "refused"},
			"malformed":                  {1, "\x00' OR 1=1 --", "refused"},
			"revoked":                    {1, gone, "refused"},
			"expired":                    {1, x.token(t, Token{Account: x.ada, ValidFrom: today.AddDate(0, 0, -2), ValidTo: today}), "refused"},
			"about to expire":            {1, x.token(t, Token{Account: x.ada, ValidFrom: today, ValidTo: today.Add(time.Millisecond)}), "Ada"},
			"not valid yet":              {1, x.token(t, Token{Account: x.ada, ValidFrom: today.Add(time.Millisecond), ValidTo: today.AddDate(0, 0, 1)}), "refused"},
			"of someone who has left":    {1, x.token(t, Token{Account: left}), "refused"},
			"of an account that is gone": {1, x.token(t, Token{Account: 999}), "refused"},
		} {
			if got := x.says(t, c.org, c.token); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
		x.now.Store(today.AddDate(0, 0, 1).UnixMicro())
		if got := x.says(t, 1, everywhere); got != "refused" {
			t.Errorf("a day later: %s", got)
		}
		if got := New(Config{DB: x.db, TokenKey: []byte("another")}); got.keys.hash(0, everywhere) == x.store.keys.hash(0, everywhere) {
			t.Error("the hash does not depend on the key")
		}
		err := x.db.Update(t.Context(), func(tx *db.Tx) error { return x.store.RevokeToken(tx, revoked) })
		if err == nil {
			t.Error("a token is revoked twice")
		}
	})
}

// What is stored does not tell the token: no column holds it, nor a hash that others could compute.
func TestCreateToken_KeepsOnlyHash(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		seen := map[string]bool{}
		for range 20 {
			text := x.token(t, Token{Account: x.ada, Name: "test"})
			if len(text) != 52 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz234567") != "" || seen[text] {
				t.Errorf("token %q", text)
			}
			seen[text] = true
		}
		rows := 0
		err := x.db.View(context.Background(), func(tx *db.Tx) error {
			_, err := db.Collect(tx, db.SQL("test", `SELECT hash, hash || authorization_id || account_id || org_id || name || scope FROM tokens`), nil,
				func(r *db.Rows) (struct{}, error) {
					var hash, all string
					err := r.Scan(&hash, &all)
					if raw, e := hex.DecodeString(hash); e != nil || len(raw) != 32 {
						t.Errorf("stored %q", hash)
					}
					for text := range seen {
						if strings.Contains(all, text) || strings.Contains(all, text[:20]) {
							t.Errorf("a row holds a token: %s", all)
						}
					}
					rows++
					return struct{}{}, err
				})
			return err
		})
		if err != nil || rows != len(seen) {
			t.Errorf("%d rows: %v", rows, err)
		}
	})
}

func TestCaller_Rights(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		administrator, _ := x.person(t, "Administrator", User{Active: true, Level: Basic, Administrator: true}, 1)
		stakeholder, stakeholderID := x.person(t, "Stakeholder", User{Active: true, Level: Stakeholder}, 1)
		everywhere, everywhereID := x.person(t, "Everywhere", User{Active: true, Level: Basic}, 1)
		x.update(t, func(tx *db.Tx) error {
			for _, m := range []struct {
				project, user int64
				role          Kind
			}{
				{1, x.bobID, Reader}, {2, x.bobID, Contributor}, {1, stakeholderID, Contributor}, {2, stakeholderID, Reader}, {3, stakeholderID, Reader},
				{1, everywhereID, Reader}, {2, everywhereID, Administrator}, {3, everywhereID, Contributor},
			} {
				if err := x.store.AddMember(tx, 1, m.project, m.user, m.role); err != nil {
					return err
				}
			}
			return nil
		})
		// The letters of each project are the rights in it: read, write, bypass rules, Analytics.
		for _, c := range []struct {
			account int64
			all     bool
			rights  [4]string // projects 1 to 3 and one that does not exist
		}{
			{administrator, true, [4]string{"rwba", "rwba", "rwba", "rwba"}},
			{x.ada, false, [4]string{"", "", "", ""}},
			{0, false, [4]string{"", "", "", ""}}, // nobody
			{x.bob, false, [4]string{"ra", "rwa", "", ""}},
			{stakeholder, true, [4]string{"rw", "r", "r", "r"}},
			{everywhere, true, [4]string{"ra", "rwba", "rwa", "ra"}},
		} {
			caller, err := &Caller{Org: 1, User: &User{Level: Basic, Administrator: true}}, error(nil)
			if c.account != 0 {
				caller, err = x.store.Authenticate(t.Context(), 1, x.token(t, Token{Account: c.account}))
			}
			if err != nil {
				t.Fatal(err)
			}
			if caller.Administers() != (c.account == administrator) || caller.Allowed(ProjectNamespace, "", 1) != (c.account == administrator) {
				t.Errorf("%s administers: %t", caller.User.DisplayName, caller.Administers())
			}
			if caller.ReadsAll() != c.all {
				t.Errorf("%s reads all: %t", caller.User.DisplayName, caller.ReadsAll())
			}
			for i, want := range c.rights {
				project, got := int64(i+1), ""
				for _, r := range []struct {
					letter string
					has    bool
				}{{"r", caller.CanRead(project)}, {"w", caller.CanWrite(project)}, {"b", caller.CanBypassRules(project)}, {"a", caller.CanViewAnalytics(project)}} {
					if r.has {
						got += r.letter
					}
				}
				if got != want {
					t.Errorf("%s in project %d: %q, want %q", caller.User.DisplayName, project, got, want)
				}
			}
		}
		// A project that is deleted takes the rights in it along.
		x.update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(db.SQL("test", `UPDATE projects SET is_deleted = true WHERE org_id = 1 AND project_id = 2`))
			if err == nil {
				_, err = tx.Append(1, db.Change{Kind: db.ProjectChanged, Project: 2, Ref: 2})
			}
			return err
		})
		caller, err := x.store.Authenticate(t.Context(), 1, x.token(t, Token{Account: x.bob}))
		if err != nil || caller.CanRead(2) || !caller.CanRead(1) {
			t.Errorf("after a project was deleted: %v", err)
		}
	})
}

func TestDirectory_Find(t *testing.T) {
	b := dbtest.New(t, "sqlite")
	x := newFixture(t, b)
	x.person(t, "twin", User{Active: true}, 1)
	x.update(t, func(tx *db.Tx) error {
		_, err := x.store.AddUser(tx, 1, User{GUID: uuid.MustParse("56af920d-393b-4236-9a07-24439ccaa85c"), DisplayName: "TWIN", UniqueName: "other@example.com"})
		return err
	})
	err := x.db.View(t.Context(), func(tx *db.Tx) error {
		d, err := x.store.Directory(tx, 1)
		if err != nil {
			return err
		}
		for text, want := range map[string]string{
			"Ada": "Ada", " ada ": "Ada", "Someone Else <ADA>": "Ada", "other@example.com": "TWIN", "twin": "", "": "", "nobody": "", "<>": "",
			"56AF920D-393B-4236-9A07-24439CCAA85C": "TWIN", "00000000-0000-0000-0000-000000000000": "",
		} {
			got := ""
			if u := d.Find(text); u != nil {
				got = u.DisplayName
			}
			if got != want {
				t.Errorf("%q is %q, want %q", text, got, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
