package signin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// link makes the path of a link.
func (x *fixture) link(t *testing.T, make func(*db.Tx) (string, error)) (path string) {
	t.Helper()
	x.update(t, func(tx *db.Tx) (err error) {
		path, err = make(tx)
		return err
	})
	return path
}

func code(path string) string { return path[strings.Index(path, "=")+1:] }

func TestSetUp(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, on dbtest.Backend) {
		x := newStore(t, on, nil)
		if empty, err := x.NeedsSetup(t.Context()); err != nil || !empty {
			t.Fatalf("an empty store needs no set-up: %v", err)
		}
		old := x.link(t, x.SetupLink)
		path := x.link(t, x.SetupLink)
		b := x.browser(t)
		for name, wrong := range map[string]string{"no code": "/_setup", "an earlier code": old, "a wrong code": path + "x", "a code for another page": strings.Replace(path, "_setup", "_password", 1)} {
			if b.open(wrong); b.code != http.StatusForbidden {
				t.Errorf("%s: %d", name, b.code)
			}
		}
		fields := func(change ...string) []string {
			return append([]string{"code", code(path), "organization", "fabrikam", "zone", "Asia/Seoul", "display", "Ada", "name", "ada@example.com", "password", secret, "again", secret}, change...)
		}
		b.open(path).wants(200, "Make organization and account")
		for want, wrong := range map[string][]string{
			"at least 12":             {"code", code(path), "organization", "fabrikam", "zone", "UTC", "name", "ada@example.com", "password", "short", "again", "short"},
			"not the same":            {"code", code(path), "organization", "fabrikam", "zone", "UTC", "name", "ada@example.com", "password", secret, "again", secret + "x"},
			"time zone is unknown":    {"code", code(path), "organization", "fabrikam", "zone", "Mars", "name", "ada@example.com", "password", secret, "again", secret},
			"name of an organization": {"code", code(path), "organization", "-x", "zone", "UTC", "name", "ada@example.com", "password", secret, "again", secret},
			"principal name":          {"code", code(path), "organization", "fabrikam", "zone", "UTC", "name", "<ada>", "password", secret, "again", secret},
		} {
			b.submit("/_setup", wrong...).wants(422, want)
		}
		second := x.browser(t).open(path)
		b.submit("/_setup", fields()...).wants(303, "/")
		if empty, err := x.NeedsSetup(t.Context()); err != nil || empty {
			t.Errorf("it still needs set-up: %v", err)
		}
		second.submit("/_setup", fields("organization", "other")...).wants(403, "not valid")
		second.open(path).wants(403, "not valid")
		// A link that is made now is of no use either.
		second.open(x.link(t, x.SetupLink)).wants(403, "not valid")
		x.org = 1
		b.open("/").wants(200, "fabrikam")
		b.open("/_people").wants(200, "ada@example.com")
		if b.is() != "Ada" {
			t.Error("Ada is not signed in")
		}
		log, err := x.config.Access.AuditLog(t.Context(), 1, time.Time{}, access.AuditPlace{At: x.config.Clock().Add(time.Hour)}, 100)
		if err != nil || !slices.ContainsFunc(log, func(e access.AuditEntry) bool {
			return e.Action == access.OrganizationMade && e.Data["Organization"] == "fabrikam"
		}) {
			t.Errorf("recorded: %v %v", log, err)
		}
	})
}

func TestSetUp_Expires(t *testing.T) {
	x := newStore(t, dbtest.New(t, "sqlite"), nil)
	path := x.link(t, x.SetupLink)
	x.pass(setupValidity - time.Minute)
	x.browser(t).open(path).wants(200, "Set up")
	x.pass(time.Minute)
	x.browser(t).open(path).wants(403, "not valid")
}

// An administrator lets somebody in, who sets a password with the link, once.
func TestPeople(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b, nil)
		ada := x.browser(t).signIn("ada@example.com", secret)
		shown := regexp.MustCompile(`<output id="link">http://[^/]+(/_password\?code=[^<]+)</output>`)
		invite := func(do, name string) string {
			t.Helper()
			m := shown.FindStringSubmatch(ada.open("/_people").submit("/_people", "do", do, "organization", "fabrikam", "name", name, "level", "stakeholder").wants(200, "Link for").page)
			if m == nil {
				t.Fatalf("no link:\n%s", ada.page)
			}
			return m[1]
		}
		first := invite("invite", "eve@example.com")
		path := invite("link", "eve@example.com")
		eve := x.browser(t)
		eve.open(first).wants(403, "not valid")
		eve.open(path).wants(200, "eve@example.com").submit("/_password", "code", code(path), "password", "eve@example.com", "again", "eve@example.com").wants(422, "user name")
		eve.submit("/_password", "code", code(path), "password", secret, "again", secret).wants(303, "/")
		if eve.is() != "eve@example.com" {
			t.Errorf("%s is signed in", eve.is())
		}
		eve.open(path).wants(403, "not valid")
		eve.open("/_account").submit("/_password", "code", code(path), "password", secret, "again", secret).wants(403, "not valid")
		eve.open("/_people").wants(403, "Only for administrators")
		eve.open("/_account").submit("/_people", "do", "link", "organization", "fabrikam", "name", "ada@example.com").wants(403, "Only for administrators")
		if eve.open("/"); strings.Contains(eve.page, "Analytics</a>") {
			t.Error("a Stakeholder is led to Analytics")
		}
		// Ada does not administer northwind, so that she cannot become somebody who belongs to it, nor set up the server.
		x.update(t, func(tx *db.Tx) error {
			_, _, err := x.config.Projects.Found(tx, x.config.Access, project.Founding{Name: "northwind", Location: time.UTC, Administrator: "bob@example.com"})
			return err
		})
		ada.open("/_people").submit("/_people", "do", "link", "organization", "fabrikam", "name", "bob@example.com").wants(422, "belongs to an organization that you do not administer")
		ada.submit("/_people", "do", "invite", "organization", "fabrikam", "name", "bob@example.com").wants(422, "bob@example.com is let in, without a link")
		ada.submit("/_people", "do", "link", "organization", "fabrikam", "name", "nobody@example.com").wants(422, "has an account")
		ada.submit("/_people", "do", "link", "organization", "northwind", "name", "eve@example.com").wants(403, "Only for administrators")
		ada.open("/_people?organization=northwind").wants(403, "Only for administrators")
		// Levels are changed and people removed here, too; Eve, who is removed, is in no organization any more.
		level := func() access.Level {
			t.Helper()
			people, err := x.config.Access.People(t.Context(), x.org)
			if err != nil {
				t.Fatal(err)
			}
			if u := people.Find("eve@example.com"); u.Active {
				return u.Level
			}
			return ""
		}
		person := []string{"organization", "fabrikam", "name", "eve@example.com", "level", "basic", "do"}
		ada.open("/_people").wants(200, "Give Basic access").submit("/_people", append(person, "level")...).wants(200, "has the access level basic")
		if got := level(); got != access.Basic {
			t.Errorf("Eve has the level %s", got)
		}
		eve.open("/").wants(200, "Analytics</a>")
		eve.submit("/_people", append(person, "remove")...).wants(403, "Only for administrators")
		ada.submit("/_people", "do", "remove", "organization", "fabrikam", "name", "ada@example.com").wants(422, "You cannot remove yourself")
		ada.submit("/_people", "do", "remove", "organization", "fabrikam", "name", "bob@example.org").wants(422, "does not belong to fabrikam")
		ada.submit("/_people", append(person, "remove")...).wants(200, "is no longer in fabrikam")
		if got := level(); got != "" {
			t.Errorf("Eve is still in, with %s", got)
		}
		if eve.open("/"); strings.Contains(eve.page, "fabrikam/") {
			t.Error("Eve is still led to fabrikam")
		}
		ada.submit("/_people", append(person, "level")...).wants(422, "does not belong to fabrikam")
		invite("invite", "eve@example.com")
		// Who may let people in without being an administrator gets no link to become one, nor anybody else.
		x.update(t, func(tx *db.Tx) error {
			_, err := x.config.Access.Admit(tx, access.System(x.org, &access.User{}), "del@example.com", access.Basic)
			if err != nil {
				return err
			}
			account, err := access.AccountNamed(tx, "del@example.com")
			if err != nil {
				return err
			}
			path, err = x.PasswordLink(tx, account)
			return err
		})
		people, err := x.config.Access.People(t.Context(), x.org)
		if err != nil {
			t.Fatal(err)
		}
		collection := access.FindNamespace(access.CollectionNamespace)
		_, err = x.config.Access.SetEntries(t.Context(), access.System(x.org, people.Find("ada@example.com")), collection, access.CollectionToken,
			[]access.Entry{{Subject: people.Find("del@example.com").Subject(), Allow: access.EditCollection}}, true)
		if err != nil {
			t.Fatal(err)
		}
		del := x.browser(t).open(path).submit("/_password", "code", code(path), "password", secret, "again", secret).wants(303, "/")
		for _, name := range []string{"ada@example.com", "eve@example.com"} {
			del.open("/_people").submit("/_people", "do", "link", "organization", "fabrikam", "name", name).wants(422, "that you do not administer")
		}
		del.submit("/_people", "do", "invite", "organization", "fabrikam", "name", "fay@example.com").wants(422, "fay@example.com is let in, without a link")
		// Who is removed is signed out with the next request.
		x.update(t, func(tx *db.Tx) error {
			d, err := x.config.Access.Directory(tx, x.org)
			if err != nil {
				return err
			}
			return access.Remove(tx, access.System(x.org, &access.User{}), d.Find("eve@example.com"))
		})
		eve.open("/_account").wants(303, "/_signin?return=")
		eve.signIn("eve@example.com", secret).wants(403, "not right")
	})
}

func TestAccount_Password(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b, nil)
		here, there := x.browser(t).signIn("ada@example.com", secret), x.browser(t).signIn("ada@example.com", secret)
		path := x.link(t, func(tx *db.Tx) (string, error) { return x.PasswordLink(tx, x.ada) })
		const next = "another horse 8 staple"
		here.open("/_account").wants(200, "Present password")
		here.submit("/_account", "do", "password", "old", "wrong", "password", next, "again", next).wants(403, "present password is not right")
		here.submit("/_account", "do", "password", "old", secret, "password", "password1234", "again", "password1234").wants(422, "tried first")
		if there.is() != "Ada" {
			t.Fatal("a change that failed ended a session")
		}
		here.submit("/_account", "do", "password", "old", secret, "password", next, "again", next).wants(200, "is changed")
		if here.is() != "Ada" || there.is() != "nobody" {
			t.Errorf("here %s, there %s", here.is(), there.is())
		}
		there.open(path).wants(403, "not valid") // a link from before
		there.signIn("ada@example.com", secret).wants(403, "not right")
		there.signIn("ada@example.com", next).wants(303, "/")
	})
}

func TestAccount_Sessions(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	first, second, third := x.browser(t).signIn("ada@example.com", secret), x.browser(t).signIn("ada@example.com", secret), x.browser(t).signIn("ada@example.com", secret)
	bob := x.browser(t)
	path := x.link(t, func(tx *db.Tx) (string, error) { return x.PasswordLink(tx, x.bob) })
	bob.open(path).submit("/_password", "code", code(path), "password", secret, "again", secret).wants(303, "/")
	id := func(b *browser) string {
		s, err := x.config.Access.Session(t.Context(), b.cookies()["boardwalk"])
		if err != nil {
			t.Fatal(err)
		}
		return s.ID.String()
	}
	bob.open("/_account").submit("/_account", "do", "end", "session", id(second)) // not his
	if second.is() != "Ada" {
		t.Fatal("Bob ended a session of Ada")
	}
	if first.open("/_account"); strings.Count(first.page, `value="end">`) != 3 {
		t.Errorf("not three sessions:\n%s", first.page)
	}
	first.submit("/_account", "do", "end", "session", id(second)).wants(200, "has ended")
	if got := first.is() + second.is() + third.is(); got != "AdanobodyAda" {
		t.Errorf("after one was ended: %s", got)
	}
	// One that could not be ended is not told to have.
	form := url.Values{"do": {"end"}, "session": {id(third)}}
	r := httptest.NewRequest(http.MethodPost, "/_account", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := r.ParseForm(); err != nil {
		t.Fatal(err)
	}
	away, cancel := context.WithCancel(t.Context())
	cancel()
	v := &visit{Service: x.Service, w: httptest.NewRecorder(), r: r, session: &access.Session{Account: x.ada}}
	if err := x.changeAccount(away, v); !errors.Is(err, context.Canceled) || v.status != 0 {
		t.Errorf("a failure is answered %d: %v", v.status, err)
	}
	first.submit("/_account", "do", "end-all").wants(303, "/_signin")
	if got := first.is() + third.is() + bob.is(); got != "nobodynobodybob@example.com" {
		t.Errorf("after all were ended: %s", got)
	}
	first.submit("/_account", "do", "end-all").wants(403, "") // the form is of the session that ended
	bob.open("/_account").submit("/_account", "do", "end-others").wants(200, "everywhere else")
	if bob.is() == "nobody" {
		t.Error("the session that was to stay has ended")
	}
}

// A token is shown once, does what it was made for, and ends.
func TestTokens(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b, nil)
		ada := x.browser(t).signIn("ada@example.com", secret)
		made := regexp.MustCompile(`<output id="made">([a-z2-7]{52})</output>`)
		who := func(token string) string {
			c, err := x.config.Access.Authenticate(t.Context(), x.org, token)
			if err != nil {
				return "nobody"
			}
			return c.User.DisplayName + " " + c.Scope
		}
		text := func() string {
			t.Helper()
			m := made.FindStringSubmatch(ada.page)
			if m == nil {
				t.Fatalf("no token:\n%s", ada.page)
			}
			return m[1]
		}
		ada.open("/_tokens").wants(200, "no token yet")
		ada.submit("/_tokens", "do", "create", "name", "none", "organization", "fabrikam", "access", "scopes").wants(422, "scope")
		ada.submit("/_tokens", "do", "create", "name", "long", "organization", "fabrikam", "access", "full", "days", "4000").wants(422, "at most")
		ada.submit("/_tokens", "do", "create", "name", "<b>script</b>", "organization", "fabrikam", "access", "scopes", "scope", "vso.work", "scope", "vso.project", "days", "3").wants(200, "&lt;b&gt;script&lt;/b&gt;")
		token := text()
		if got := who(token); got != "Ada vso.work vso.project" {
			t.Errorf("the token is of %s", got)
		}
		ada.open("/_tokens").wants(200, "1 of your tokens expires within a week")
		if strings.Contains(ada.page, token) {
			t.Error("the token is shown again")
		}
		id := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(ada.page)[1]
		ada.submit("/_tokens", "do", "regenerate", "organization", "fabrikam", "token", id)
		if next := text(); who(token) != "nobody" || who(next) != "Ada vso.work vso.project" {
			t.Errorf("regenerated: %s, %s", who(token), who(next))
		} else {
			token = next
		}
		ada.submit("/_tokens", "do", "create", "name", "all", "organization", "fabrikam", "where", "all", "access", "full")
		everything := text()
		path := x.link(t, func(tx *db.Tx) (string, error) { return x.PasswordLink(tx, x.bob) })
		bob := x.browser(t).open(path).submit("/_password", "code", code(path), "password", secret, "again", secret)
		bob.open("/_tokens").submit("/_tokens", "do", "revoke", "organization", "fabrikam", "token", id).wants(422, "no token of that id")
		ada.submit("/_tokens", "do", "revoke", "organization", "fabrikam", "token", id).wants(200, "is revoked")
		if who(token) != "nobody" || who(everything) != "Ada app_token" {
			t.Errorf("after one was revoked: %s, %s", who(token), who(everything))
		}
		ada.submit("/_tokens", "do", "revoke-all", "organization", "fabrikam").wants(200, "1 tokens are revoked")
		if who(everything) != "nobody" {
			t.Errorf("after all were revoked: %s", who(everything))
		}
		ada.open("/_tokens?organization=northwind").wants(404, "")
	})
}

// Every page obeys its policy: no scripts, no styles but the one that is named, nothing from elsewhere.
func TestPages_Policy(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	b := x.browser(t).signIn("ada@example.com", secret)
	for path := range x.pages {
		b.open(path)
		h := b.head
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: headers %v", path, h)
		}
		for _, forbidden := range []string{`<script`, ` style="`, ` on[a-z]+="`, `(src|action|href)="https?:`, `<link rel="stylesheet"`, `@import`, `url\(`} {
			if regexp.MustCompile(forbidden).MatchString(b.page) {
				t.Errorf("%s has %s", path, forbidden)
			}
		}
		if posts, tokens := strings.Count(b.page, `method="post"`), strings.Count(b.page, `name="form" value="`); posts != tokens {
			t.Errorf("%s: %d forms, %d tokens", path, posts, tokens)
		}
	}
	b.send(http.MethodDelete, "/_account", nil).wants(405, "")
	b.send(http.MethodPost, "/", nil).wants(405, "")
}

// The sample's people sign in with what everybody knows, and only where the sample is.
func TestSignIn_Sample(t *testing.T) {
	public := strings.Repeat("a", 52)
	x := newFixture(t, dbtest.New(t, "sqlite"), func(c *Config) { c.Sample = map[string]string{"bob@example.com": public, "eve@example.com": public} })
	x.browser(t).signIn("BOB@example.com", public).wants(303, "/")
	x.browser(t).signIn("eve@example.com", public).wants(403, "") // nobody here
	x.browser(t).signIn("ada@example.com", public).wants(403, "")
	x.browser(t).signIn("ada@example.com", secret).wants(303, "/")
	x.config.Sample = nil
	x.browser(t).signIn("bob@example.com", public).wants(403, "")
}
