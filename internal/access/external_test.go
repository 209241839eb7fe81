package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

const issuer = "https://id.example.com"

func person(subject, name string, minute int, groups ...string) External {
	return External{Issuer: issuer, Subject: subject, Name: name, DisplayName: "Display of " + subject, Groups: groups,
		IssuedAt: today.Add(time.Duration(minute) * time.Minute)}
}

// refused tells the hint of a 401, "" when nobody was refused.
func refused(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || f.Status != 401 {
		t.Fatalf("%v is no refusal", err)
	}
	return f.Hint
}

// Who a person of a provider becomes, by what is allowed. An account is only ever given to one person of a provider, and a
// name that is taken only where names of the provider are those of here.
func TestSignInExternal_Links(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		link, create := ExternalRules{Link: true}, ExternalRules{Create: Basic, Organizations: []int64{1}}
		both := ExternalRules{Link: true, Create: Stakeholder, Organizations: []int64{1}}
		x.update(t, func(tx *db.Tx) error {
			_, err := x.store.AddUser(tx, 1, User{GUID: uuid.New(), DisplayName: "Data", UniqueName: "data", Level: Basic, Active: true})
			return err
		})
		x.person(t, "Kim", User{Active: true}, 1)
		created := map[string]int64{}
		for _, step := range []struct {
			e     External
			rules ExternalRules
			want  int64  // account, or 0 for one that is made
			hint  string // of a refusal
		}{
			{person("s1", "bob", 1), ExternalRules{}, 0, "--oidc-link"},
			{person("s1", "bob", 1), create, 0, "--oidc-link"},
			{person("s1", "", 1), both, 0, "--oidc-name-claim"},
			{person("s1", "carol", 1), link, 0, "--oidc-create-users"},
			{person("s1", "BOB", 1), link, x.bob, ""},
			{person("s1", "somebody else by now", 1), ExternalRules{}, x.bob, ""}, // who is linked stays linked
			{person("s2", "bob", 1), both, 0, "belongs to another person"},
			{person("s3", "eve<ada>", 1), both, 0, "cannot be one here"},
			{person("s4", uuid.NewString(), 1), both, 0, "cannot be one here"},
			// What is another name at the provider must not be the same one here.
			{person("s7", "\u212aim", 1), both, 0, "cannot be one here"},
			{person("s8", "bob\u00a0", 1), both, 0, "cannot be one here"},
			{person("s9", "bob\x00", 1), both, 0, "cannot be one here"},
			{person("s5", "carol", 1), both, 0, ""},
			{person("s6", "data", 1), create, 0, ""}, // an account, but not the identity of data
			{External{Issuer: "https://other", Subject: "s1", Name: "dave", IssuedAt: today}, create, 0, ""},
		} {
			account, err := x.store.SignInExternal(t.Context(), step.e, step.rules)
			hint := refused(t, err)
			if (hint == "") != (step.hint == "") || !strings.Contains(hint, step.hint) {
				t.Errorf("%s as %q: refused with %q, want %q", step.e.Subject, step.e.Name, hint, step.hint)
			}
			if step.hint == "" && (step.want != 0 && account != step.want || step.want == 0 && (account == x.ada || account == x.bob)) {
				t.Errorf("%s as %q: account %d, want %d", step.e.Subject, step.e.Name, account, step.want)
			}
			created[step.e.Name] = account
		}
		d, err := x.store.Snapshot(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if u := d.byAccount[created["carol"]]; u == nil || u.Level != Stakeholder || u.DisplayName != "Display of s5" || !u.Active || u.Administrator {
			t.Errorf("Carol became %+v", u)
		}
		if u := d.byAccount[created["data"]]; u != nil {
			t.Errorf("a newcomer became %+v, who is known from data", u)
		}
		if u := d.Find("data"); u == nil || u.Account != 0 {
			t.Errorf("who is known from data is %+v", u)
		}
		// Somebody who was unlinked can be linked to another person.
		x.update(t, func(tx *db.Tx) error { return Unlink(tx, x.bob) })
		if account, err := x.store.SignInExternal(t.Context(), person("s2", "bob", 1), link); err != nil || account != x.bob {
			t.Errorf("after unlinking: %d, %v", account, err)
		}
		x.update(t, func(tx *db.Tx) error {
			if err := Unlink(tx, x.ada); !errors.Is(err, db.ErrNotFound) {
				t.Errorf("Unlink of somebody unlinked: %v", err)
			}
			return nil
		})
	})
}

// Claims put people into groups and take them out; what was done by hand stays, an older token changes nothing, and
// the last administrator remains.
func TestSignInExternal_Groups(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		rules := ExternalRules{Link: true, Groups: []GroupRule{
			{"readers", 1, Subject{Reader, 1}}, {"writers", 1, Subject{Contributor, 1}}, {"writers", 1, Subject{Contributor, 2}},
			{"admins", 1, Subject{Administrator, 0}}, {"elsewhere", 2, Subject{Reader, 1}}}}
		bob, hand := Subject{UserKind, x.bobID}, Subject{Reader, 1}
		member := db.SQL("access.testMembers", `SELECT container_kind, container_id, by_hand, by_claim FROM memberships
			WHERE member_kind = 'user' AND member_id = $1 AND org_id = $2 ORDER BY container_kind, container_id`)
		held := func(org int64) (all string) {
			err := x.db.View(t.Context(), func(tx *db.Tx) error {
				found, err := db.Collect(tx, member, []any{x.bobID, org}, func(r *db.Rows) (string, error) {
					var kind string
					var id int64
					var hand, claim bool
					err := r.Scan(&kind, &id, &hand, &claim)
					return fmt.Sprintf("%s%d %t %t", kind, id, hand, claim), err
				})
				all = strings.Join(found, ", ")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		signIn := func(minute int, groups ...string) {
			t.Helper()
			if _, err := x.store.SignInExternal(t.Context(), person("s1", "Bob", minute, groups...), rules); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(want string) {
			t.Helper()
			if got := held(1); got != want {
				t.Errorf("Bob is in %q, want %q", got, want)
			}
		}
		signIn(1, "readers", "nothing", "elsewhere")
		expect("readers1 false true")
		if got := held(2); got != "" { // an account of its own there, which the rules do not make
			t.Errorf("in an organization Bob does not belong to: %q", got)
		}
		x.update(t, func(tx *db.Tx) error {
			d, err := x.store.Directory(tx, 1)
			if err == nil && !d.Claimed(hand, bob) {
				t.Error("the membership is not told to be claimed")
			}
			return err
		})
		err := x.db.Update(t.Context(), func(tx *db.Tx) error { return Leave(tx, by(1), hand, bob) })
		if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 400 {
			t.Errorf("taking a claim away by hand: %v", err)
		}
		x.update(t, func(tx *db.Tx) error { return Join(tx, by(1), hand, bob) })
		expect("readers1 true true")
		signIn(3, "writers")
		expect("contributors1 false true, contributors2 false true, readers1 true false")
		signIn(2, "admins", "readers") // an older token
		expect("contributors1 false true, contributors2 false true, readers1 true false")
		signIn(4, "readers")
		expect("readers1 true true")
		x.update(t, func(tx *db.Tx) error { return Leave(tx, by(1), hand, bob) })
		expect("readers1 false true")
		signIn(5)
		expect("")
		signIn(6, "admins", "readers")
		expect("administrators0 false true, readers1 false true")
		signIn(7) // nobody else administers the organization
		expect("administrators0 false true")
		x.update(t, func(tx *db.Tx) error { return Join(tx, by(1), Subject{Administrator, 0}, Subject{UserKind, 1}) })
		signIn(8)
		expect("")

		// The log tells of what changed, not of what was so by hand.
		told := map[AuditAction]int{}
		for _, e := range x.log(t, 1) {
			if e.Credential.Kind == ByBearer {
				told[e.Action]++
			}
		}
		if told[MemberAdded] != 5 || told[MemberRemoved] != 5 {
			t.Errorf("told: %v", told)
		}

		// Who was removed is not let in again by a provider.
		x.update(t, func(tx *db.Tx) error {
			d, err := x.store.Directory(tx, 1)
			return errors.Join(err, Remove(tx, by(1), d.User(x.bobID)))
		})
		rules.Create, rules.Organizations = Basic, []int64{1}
		signIn(9, "readers")
		expect("")
		if d, err := x.store.Snapshot(t.Context(), 1); err != nil || d.User(x.bobID).Active {
			t.Errorf("the removed are back, %v", err)
		}
	})
}

// A provider's tokens are asked about once a minute; what the directory says counts with every request.
func TestAuthenticate_External(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		asked, known := 0, External{Issuer: issuer, Subject: "s1", Name: "Bob", Scope: "vso.work", IssuedAt: today, Expires: today.Add(90 * time.Second)}
		x.store.Trust(&Provider{
			Recognizes: func(token string) bool { return strings.Contains(token, ".") },
			Verify: func(context.Context, string) (External, error) {
				asked++
				if !time.UnixMicro(x.now.Load()).Before(known.Expires) {
					return External{}, fault.Unauthorized("")
				}
				return known, nil
			},
			Rules: func(context.Context) (ExternalRules, error) { return ExternalRules{Link: true}, nil },
			Clock: func() time.Time { return time.UnixMicro(x.now.Load()) },
		})
		signIn := func(after time.Duration, org int64) (*Caller, int) {
			x.now.Store(today.Add(after).UnixMicro())
			c, err := x.store.Authenticate(t.Context(), org, "a.b.c")
			refused(t, err)
			return c, asked
		}
		for _, step := range []struct {
			after time.Duration
			org   int64
			in    bool
			asked int
		}{
			{0, 1, true, 1}, {59 * time.Second, 1, true, 1}, {59 * time.Second, 2, false, 1}, {59 * time.Second, 7, false, 1}, {60 * time.Second, 1, true, 2},
			{89 * time.Second, 1, true, 2}, {90 * time.Second, 1, false, 3},
		} {
			if c, n := signIn(step.after, step.org); (c != nil) != step.in || n != step.asked || c != nil && (c.User.ID != x.bobID || c.Scope != "vso.work") {
				t.Errorf("%+v: %+v, asked %d times", step, c, n)
			}
		}
		if c, _ := signIn(time.Second, 1); c == nil {
			t.Fatal("not in")
		}
		x.update(t, func(tx *db.Tx) error {
			d, err := x.store.Directory(tx, 1)
			return errors.Join(err, Remove(tx, by(1), d.User(x.bobID)))
		})
		if c, _ := signIn(2*time.Second, 1); c != nil {
			t.Error("who was removed is in for as long as the token is remembered")
		}
	})
}

// BenchmarkAuthenticate_External is what a request pays with an access token of a provider that was checked lately.
func BenchmarkAuthenticate_External(b *testing.B) {
	x, _ := largeFixture(b)
	x.store.Trust(&Provider{
		Recognizes: func(string) bool { return true },
		Verify: func(context.Context, string) (External, error) {
			return External{Issuer: issuer, Subject: "s1", Name: "Bob", IssuedAt: today, Expires: today.Add(time.Hour)}, nil
		},
		Rules: func(context.Context) (ExternalRules, error) { return ExternalRules{Link: true}, nil },
		Clock: func() time.Time { return time.UnixMicro(x.now.Load()) },
	})
	token := strings.Repeat("a", 1000)
	for b.Loop() {
		if c, err := x.store.Authenticate(b.Context(), 1, token); err != nil || !c.CanRead(1) {
			b.Fatal(c, err)
		}
	}
}
