package access

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
)

// caller lets somebody in by a token.
func (x *fixture) caller(t *testing.T, org int64, token string) *Caller {
	t.Helper()
	c, err := x.store.Authenticate(t.Context(), org, token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// code is what a token error is called, "" for none.
func code(t *testing.T, err error) string {
	t.Helper()
	if refused, ok := errors.AsType[*TokenError](err); ok {
		return refused.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

func TestIssueToken(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		all := x.caller(t, 1, x.token(t, Token{Account: x.ada, Scope: FullScope}))
		one := x.caller(t, 1, x.token(t, Token{Account: x.ada, Org: 1, Scope: FullScope}))
		narrow := x.caller(t, 1, x.token(t, Token{Account: x.ada, Scope: "vso.work_write vso.tokens"}))
		day := func(n int) time.Time { return today.AddDate(0, 0, n) }
		for name, c := range map[string]struct {
			as   *Caller
			d    TokenDraft
			want string
		}{
			"everything":              {all, TokenDraft{"t", "app_token", day(30), true}, ""},
			"some":                    {all, TokenDraft{" t ", "vso.work, VSO.Analytics vso.work", day(30), false}, ""},
			"as long as can be":       {all, TokenDraft{"t", "vso.work", day(365), false}, ""},
			"longer":                  {all, TokenDraft{"t", "vso.work", day(365).Add(time.Second), false}, "patLifespanPolicyViolation"},
			"no end given":            {all, TokenDraft{"t", "vso.work", time.Time{}, false}, ""},
			"over already":            {all, TokenDraft{"t", "vso.work", today, false}, "invalidValidTo"},
			"nameless":                {all, TokenDraft{" \t", "vso.work", day(1), false}, "displayNameRequired"},
			"endless name":            {all, TokenDraft{strings.Repeat("한", 257), "vso.work", day(1), false}, "invalidDisplayName"},
			"name of two lines":       {all, TokenDraft{"a\nb", "vso.work", day(1), false}, "invalidDisplayName"},
			"no scope":                {all, TokenDraft{"t", " ", day(1), false}, "invalidScope"},
			"unknown scope":           {all, TokenDraft{"t", "vso.work vso.dance", day(1), false}, "invalidScope"},
			"of applications":         {all, TokenDraft{"t", "user_impersonation", day(1), false}, "invalidScope"},
			"less than the caller's":  {narrow, TokenDraft{"t", "vso.work vso.project", day(1), false}, ""},
			"more than the caller's":  {narrow, TokenDraft{"t", "vso.work vso.analytics", day(1), false}, "accessDenied"},
			"wider than the caller's": {narrow, TokenDraft{"t", "vso.work_full", day(1), false}, "accessDenied"},
			"all of the caller's":     {narrow, TokenDraft{"t", "app_token", day(1), false}, "accessDenied"},
			"for one organization":    {one, TokenDraft{"t", "app_token", day(1), false}, ""},
			"for more organizations":  {one, TokenDraft{"t", "app_token", day(1), true}, "accessDenied"},
		} {
			made, text, err := x.store.IssueToken(t.Context(), c.as, c.d)
			if got := code(t, err); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
			if c.want != "" {
				if text != "" {
					t.Errorf("%s: it was refused and made", name)
				}
				continue
			}
			for org, want := range map[int64]string{1: "Ada", 2: map[bool]string{true: "Ada", false: "refused"}[c.d.AllOrganizations]} {
				if got := x.says(t, org, text); got != want {
					t.Errorf("%s: organization %d says %s, want %s", name, org, got, want)
				}
			}
			if name == "some" && (made.Name != "t" || made.Scope != "vso.work vso.analytics") || name == "no end given" && !made.ValidTo.Equal(day(30)) {
				t.Errorf("%s: %+v", name, made)
			}
		}
	})
}

// A token is changed and ended by its owner alone, and by no lesser token of theirs.
func TestChangeToken(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, 1, x.token(t, Token{Account: x.ada, Scope: FullScope}))
		one := x.caller(t, 1, x.token(t, Token{Account: x.ada, Org: 1, Scope: FullScope}))
		narrow := x.caller(t, 1, x.token(t, Token{Account: x.ada, Scope: "vso.tokens vso.work"}))
		bob := x.caller(t, 1, x.token(t, Token{Account: x.bob, Scope: FullScope}))
		elsewhere := x.caller(t, 2, x.token(t, Token{Account: x.ada, Scope: FullScope}))
		issue := func(scope string, all bool) (Token, string) {
			t.Helper()
			made, text, err := x.store.IssueToken(t.Context(), ada, TokenDraft{"t", scope, today.AddDate(0, 0, 10), all})
			if err != nil {
				t.Fatal(err)
			}
			return made, text
		}
		name, scope, yes, no := "new name", "vso.project", true, false
		wide, wideText := issue("vso.work_full", false)
		everywhere, everywhereText := issue("vso.work", true)
		for _, c := range []struct {
			what   string
			as     *Caller
			id     uuid.UUID
			change TokenChange
			want   string
		}{
			{"another person", bob, wide.AuthorizationID, TokenChange{Name: &name}, "authorizationNotFound"},
			{"another organization", elsewhere, wide.AuthorizationID, TokenChange{Name: &name}, "authorizationNotFound"},
			{"no token", ada, uuid.New(), TokenChange{Name: &name}, "authorizationNotFound"},
			{"a lesser token", narrow, wide.AuthorizationID, TokenChange{Regenerate: true}, "accessDenied"},
			{"by a token for one", one, everywhere.AuthorizationID, TokenChange{Regenerate: true}, "accessDenied"},
			{"another scope that the lesser one has", narrow, everywhere.AuthorizationID, TokenChange{Scope: &scope, Name: &name}, ""},
			{"its owner", ada, wide.AuthorizationID, TokenChange{Scope: &scope, AllOrganizations: &yes}, ""},
			{"its owner elsewhere", elsewhere, everywhere.AuthorizationID, TokenChange{AllOrganizations: &no}, ""},
		} {
			_, text, err := x.store.ChangeToken(t.Context(), c.as, c.id, c.change)
			if got := code(t, err); got != c.want || text != "" {
				t.Errorf("%s: %q, want %q", c.what, got, c.want)
			}
		}
		if c := x.caller(t, 2, wideText); c.Scope != "vso.project" {
			t.Errorf("the changed token may do %s", c.Scope)
		}
		if got := x.says(t, 1, everywhereText) + x.says(t, 2, everywhereText); got != "refusedAda" {
			t.Errorf("the token that is for the second organization by now: %s", got)
		}

		// Another text ends the former one, and makes an expired token good again for as long as it was made for.
		x.now.Store(today.AddDate(0, 0, 20).UnixMicro())
		ada = x.caller(t, 1, x.token(t, Token{Account: x.ada, Scope: FullScope, ValidFrom: today, ValidTo: today.AddDate(0, 0, 300)}))
		later := today.AddDate(0, 0, 25)
		if _, _, err := x.store.ChangeToken(t.Context(), ada, wide.AuthorizationID, TokenChange{ValidTo: &later}); code(t, err) != "invalidValidTo" {
			t.Errorf("an expired token is revived: %v", err)
		}
		again, text, err := x.store.ChangeToken(t.Context(), ada, wide.AuthorizationID, TokenChange{Regenerate: true})
		if err != nil || !again.ValidTo.Equal(today.AddDate(0, 0, 30)) || again.AuthorizationID != wide.AuthorizationID {
			t.Errorf("%+v %v", again, err)
		}
		if got := x.says(t, 1, text) + x.says(t, 1, wideText); got != "Adarefused" {
			t.Errorf("the new and the old text: %s", got)
		}
	})
}

// A revoked token works nowhere any more at the next request, also of another server of the same store.
func TestRevokeOwnTokens(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		second := New(Config{DB: dbtest.OpenConfig(t, x.config), TokenKey: []byte("key")})
		lets := func(s *Store, token string) bool {
			_, err := s.Authenticate(t.Context(), 1, token)
			return err == nil
		}
		first, other, bobs := x.token(t, Token{Account: x.ada}), x.token(t, Token{Account: x.ada, Org: 1}), x.token(t, Token{Account: x.bob})
		elsewhere := x.token(t, Token{Account: x.ada, Org: 2})
		for _, s := range []*Store{x.store, second} {
			if !lets(s, first) || !lets(s, other) {
				t.Fatal("the tokens do not work to begin with")
			}
		}
		ada := x.caller(t, 1, first)
		if err := x.store.RevokeOwnToken(t.Context(), x.caller(t, 1, bobs), ada.Credential.ID); code(t, err) != "authorizationNotFound" {
			t.Errorf("Bob revokes a token of Ada: %v", err)
		}
		if err := x.store.RevokeOwnToken(t.Context(), ada, ada.Credential.ID); err != nil {
			t.Fatal(err)
		}
		if lets(x.store, first) || lets(second, first) || !lets(second, other) {
			t.Error("the token that was revoked works, or the other does not")
		}
		if n, err := x.store.RevokeOwnTokens(t.Context(), x.caller(t, 1, other)); n != 1 || err != nil {
			t.Errorf("%d tokens %v", n, err)
		}
		if lets(second, other) || !lets(second, bobs) || x.says(t, 2, elsewhere) != "Ada" {
			t.Error("all tokens of Ada for the organization were revoked, and no others")
		}
		var actions []string
		for _, e := range x.log(t, 1) {
			actions = append(actions, string(e.Action)+" by "+e.ActorName)
		}
		if want := []string{"Token.PatRevokeEvent by Ada", "Token.PatRevokeEvent by Ada"}; !slices.Equal(actions, want) {
			t.Errorf("the log has %q", actions)
		}
	})
}

// Uses are shown at once and stored later; the latest wins, whichever server writes first.
func TestWriteUses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		second := New(Config{DB: x.db, TokenKey: []byte("key")})
		text := x.token(t, Token{Account: x.ada})
		use := func(s *Store, from string) {
			c, err := s.Authenticate(t.Context(), 1, text)
			if err != nil {
				t.Fatal(err)
			}
			c.Origin.Address = from
			s.Used(c)
		}
		used := func(s *Store) string {
			all, err := s.TokensOf(t.Context(), x.ada, 1)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			if all[0].UsedAt == nil {
				return "never"
			}
			return all[0].UsedAt.Sub(today).String() + " " + all[0].UsedFrom
		}
		if got := used(x.store); got != "never" {
			t.Errorf("it was used %s", got)
		}
		use(x.store, "192.0.2.1")
		x.now.Store(today.Add(time.Minute).UnixMicro())
		use(second, "192.0.2.2")
		if got := used(x.store) + ", " + used(second); got != "0s 192.0.2.1, 1m0s 192.0.2.2" {
			t.Errorf("before it is written: %s", got)
		}
		for _, s := range []*Store{second, x.store} {
			if err := s.WriteUses(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := used(New(Config{DB: x.db, TokenKey: []byte("key")})); got != "1m0s 192.0.2.2" {
			t.Errorf("after a restart: %s", got)
		}
	})
}

// Tokens made by a former key work, are hashed anew with the next use, and end with the key unless they were.
func TestTokenKeys(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		used, unused := x.token(t, Token{Account: x.ada}), x.token(t, Token{Account: x.ada})
		x.update(t, func(tx *db.Tx) error { // as it was before keys had names
			_, err := tx.Exec(db.SQL("test", `UPDATE tokens SET key_id = ''`))
			return err
		})
		x.store = New(Config{DB: x.db, TokenKey: []byte("second key"), FormerKeys: [][]byte{[]byte("key")}})
		if got := x.says(t, 1, used) + x.says(t, 1, unused); got != "AdaAda" {
			t.Fatalf("with both keys: %s", got)
		}
		if n, err := x.store.FormerTokens(t.Context()); n != 2 || err != nil {
			t.Errorf("%d tokens of former keys, %v", n, err)
		}
		x.store.Used(x.caller(t, 1, used))
		if err := x.store.WriteUses(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := x.store.FormerTokens(t.Context()); n != 1 || err != nil {
			t.Errorf("%d tokens of former keys after one was used, %v", n, err)
		}
		x.store = New(Config{DB: x.db, TokenKey: []byte("second key")})
		if got := x.says(t, 1, used) + x.says(t, 1, unused); got != "Adarefused" {
			t.Errorf("with the second key alone: %s", got)
		}
	})
}

// Administrators end tokens in their organization, one by one or by a rule, and leave those for others alone.
func TestEndTokens(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		stranger, _ := x.person(t, "Stranger", User{Active: true}, 2)
		at := func(hours int, k Token) string {
			k.ValidFrom, k.ValidTo = today.Add(time.Duration(hours)*time.Hour), today.AddDate(0, 0, 9)
			return x.token(t, k)
		}
		tokens := map[string]string{
			"by id":           at(-9, Token{Account: x.bob, Org: 1, Scope: "vso.code", AuthorizationID: uuid.MustParse("11111111-1111-4111-8111-111111111111")}),
			"everywhere":      at(-9, Token{Account: x.ada, Scope: "vso.code", AuthorizationID: uuid.MustParse("22222222-2222-4222-8222-222222222222")}),
			"elsewhere":       at(-9, Token{Account: x.ada, Org: 2, Scope: "vso.work", AuthorizationID: uuid.MustParse("33333333-3333-4333-8333-333333333333")}),
			"rule":            at(-9, Token{Account: x.ada, Scope: "vso.code vso.work"}),
			"rule, but later": at(-1, Token{Account: x.ada, Scope: "vso.work"}),
			"wider":           at(-9, Token{Account: x.ada, Scope: "vso.work_full"}),
			"stranger":        at(-9, Token{Account: stranger, Scope: "vso.work"}),
		}
		boss := x.caller(t, 1, at(-1, Token{Account: x.ada, Scope: FullScope}))
		if err := x.store.EndTokens(t.Context(), boss, []uuid.UUID{uuid.MustParse("11111111-1111-4111-8111-111111111111"), uuid.MustParse("33333333-3333-4333-8333-333333333333")}); err == nil {
			t.Error("a token for another organization is ended")
		}
		if got := x.says(t, 1, tokens["by id"]); got != "Bob" {
			t.Errorf("one of a list that was refused: %s", got)
		}
		if err := x.store.EndTokens(t.Context(), boss, []uuid.UUID{uuid.MustParse("11111111-1111-4111-8111-111111111111"), uuid.MustParse("22222222-2222-4222-8222-222222222222")}); err != nil {
			t.Fatal(err)
		}
		if err := x.store.EndTokensByRule(t.Context(), boss, today.Add(-5*time.Hour), "vso.work"); err != nil {
			t.Fatal(err)
		}
		// What has ended is not told to be ended again.
		if err := x.store.EndTokens(t.Context(), boss, []uuid.UUID{uuid.MustParse("11111111-1111-4111-8111-111111111111"), uuid.MustParse("22222222-2222-4222-8222-222222222222")}); err != nil {
			t.Fatal(err)
		}
		if err := x.store.EndTokensByRule(t.Context(), boss, today.Add(-5*time.Hour), "vso.work"); err != nil {
			t.Fatal(err)
		}
		if err := x.store.EndTokensByRule(t.Context(), boss, today.Add(time.Second), "vso.work"); err == nil {
			t.Error("a rule for the future")
		}
		x.update(t, func(tx *db.Tx) error { _, err := x.store.Admit(tx, boss, "Stranger", Basic); return err })
		for name, want := range map[string]string{"by id": "refused refused", "everywhere": "refused Ada", "elsewhere": "refused Ada", "rule": "refused Ada",
			"rule, but later": "Ada Ada", "wider": "Ada Ada", "stranger": "refused Stranger"} {
			if got := x.says(t, 1, tokens[name]) + " " + x.says(t, 2, tokens[name]); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		ended := 0
		for _, e := range x.log(t, 1) {
			if e.Action == TokenRevoked {
				ended++
			}
		}
		if ended != 3 || len(x.log(t, 2)) != 0 { // those of members
			t.Errorf("%d entries, and %v", ended, x.log(t, 2))
		}
		all, err := x.store.TokensOf(t.Context(), x.ada, 1)
		if err != nil || !slices.ContainsFunc(all, func(k Token) bool { return k.RevokedAt != nil && k.Org == 0 }) {
			t.Errorf("what was ended here is listed as good: %v %v", all, err)
		}
	})
}

// The hierarchy of scopes, by hand.
func TestCovers(t *testing.T) {
	for _, c := range []struct {
		has, wanted string
		want        bool
	}{
		{"app_token", "vso.anything", true}, {"user_impersonation", "vso.work_full", true}, {"", "", true}, {"", "vso.work", false},
		{"vso.work", "vso.work", true}, {"vso.work", "vso.work_write", false}, {"vso.work_write", "vso.work", true}, {"vso.work_full", "vso.work", true},
		{"vso.work", "vso.project", true}, {"vso.work", "vso.profile", true}, {"vso.work", "vso.analytics", false}, {"vso.work", "vso.project_write", false},
		{"vso.analytics", "vso.project", false}, {"vso.project_manage", "vso.project_write", true}, {"vso.project_write", "vso.project_manage", false},
		{"vso.project", "vso.profile", false}, {"vso.graph_manage", "vso.graph", true}, {"vso.graph", "vso.graph_manage", false}, {"vso.graph_manage", "vso.identity", false},
		{"vso.wor", "vso.work", false}, {"vso.work_writer", "vso.work", false}, {"vso.code vso.analytics", "vso.analytics", true},
		{"vso.tokens", "vso.tokenadministration", false}, {"vso.memberentitlementmanagement_write", "vso.memberentitlementmanagement", true},
	} {
		if got := Covers(c.has, c.wanted); got != c.want {
			t.Errorf("%q covers %q: %t", c.has, c.wanted, got)
		}
	}
}
