package signin

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/oidc"
	"boardwalk/internal/oidc/oidctest"
)

// withProvider lets people sign in with a provider that runs, by rules.
func (x *fixture) withProvider(t *testing.T, rules *access.ExternalRules) *oidctest.Provider {
	t.Helper()
	real := oidctest.Start(t, x.server.URL+callbackPath)
	x.config.Issuer = real.Issuer
	x.config.Provider = oidc.New(oidc.Config{Issuer: real.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, NameClaim: "email",
		GroupsClaim: "groups", Scopes: []string{"openid", "profile", "email"}, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	x.config.Access.Trust(&access.Provider{Recognizes: x.config.Provider.Recognizes, Verify: x.config.Provider.Verify,
		Rules: func(context.Context) (access.ExternalRules, error) { return *rules, nil }, Clock: time.Now})
	x.pages = x.table()
	return real
}

// atProvider goes to the provider and signs in there; it returns the path the browser is sent back to.
func (b *browser) atProvider(p *oidctest.Provider, path string) string {
	b.t.Helper()
	b.open(path).wants(303, p.Issuer)
	back := p.SignIn(b.t, b.head.Get("Location"), oidctest.User, oidctest.Password)
	if !strings.HasPrefix(back.String(), b.x.server.URL+callbackPath+"?") {
		b.t.Fatalf("sent back to %s", back)
	}
	return back.RequestURI()
}

// Somebody signs in with the provider and becomes who the rules say, with the groups that the provider tells, and is led
// to where they wanted to go on this server.
func TestProvider(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b, nil)
		rules := &access.ExternalRules{}
		real := x.withProvider(t, rules)
		guest := x.browser(t)
		guest.open("/_signin?return=/fabrikam/").wants(200, `href="/_signin/oidc?return=%2ffabrikam%2f"`)
		guest.open(guest.atProvider(real, "/_signin/oidc")).wants(403, "none are made")
		if guest.is() != "nobody" {
			t.Fatal("a stranger is signed in")
		}
		rules.Create, rules.Organizations = access.Stakeholder, []int64{x.org}
		rules.Groups = []access.GroupRule{{Claim: "admins", Org: x.org, Container: access.Subject{Kind: access.Administrator}}}
		real.SetGroups(t, oidctest.Subject, "admins")
		back := guest.atProvider(real, "/_signin/oidc?return=/fabrikam/_apis/projects")
		guest.open(back).wants(303, "/fabrikam/_apis/projects")
		if guest.is() != "Test User2" {
			t.Fatalf("%s is signed in", guest.is())
		}
		c, err := x.config.Access.AuthenticateSession(t.Context(), x.org, guest.cookies()["boardwalk"])
		if err != nil || !c.User.Administrator || c.User.Level != access.Stakeholder || c.User.UniqueName != oidctest.Mail {
			t.Errorf("%+v, %v", c.User, err)
		}
		for _, line := range guest.head.Values("Set-Cookie") {
			if !strings.Contains(line, "; HttpOnly; SameSite=Lax") {
				t.Errorf("cookie %s", line)
			}
		}
		if guest.cookies()[attemptName] != "" {
			t.Error("the attempt is kept")
		}
		guest.open("/_signout").submit("/_signout").wants(200, real.Issuer+"/end_session?client_id=boardwalk")
		if guest.is() != "nobody" {
			t.Error("signing out changed nothing")
		}
		// The group is gone with the claim; addresses of others are not gone to.
		real.SetGroups(t, oidctest.Subject)
		x.pass(2 * time.Second)
		guest.open(guest.atProvider(real, "/_signin/oidc?return=//evil.example.com/")).wants(303, "/")
		if guest.head.Get("Location") != "/" {
			t.Errorf("sent to %s", guest.head.Get("Location"))
		}
		if c, err := x.config.Access.AuthenticateSession(t.Context(), x.org, guest.cookies()["boardwalk"]); err != nil || c.User.Administrator {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// What comes back has to belong to what this browser began, once and soon.
func TestProvider_Refusals(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	real := x.withProvider(t, &access.ExternalRules{Create: access.Basic, Organizations: []int64{x.org}})
	change := func(path string, with url.Values) string {
		u, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		for name := range with {
			q.Set(name, with.Get(name))
		}
		u.RawQuery = q.Encode()
		return u.String()
	}
	for name, with := range map[string]url.Values{
		"state": {"state": {"x"}}, "no state": {"state": {""}}, "code": {"code": {"x"}}, "no code": {"code": {""}}, "issuer": {"iss": {"https://evil.example.com"}},
		"error": {"error": {"access_denied"}},
	} {
		b := x.browser(t)
		b.open(change(b.atProvider(real, "/_signin/oidc"), with)).wants(403, "Not signed in")
		if b.is() != "nobody" || b.cookies()["boardwalk"] != "" {
			t.Errorf("%s: %s is signed in", name, b.is())
		}
	}
	b := x.browser(t)
	back := b.atProvider(real, "/_signin/oidc")
	other := x.browser(t)
	other.open(back).wants(403, "This browser did not begin to sign in")
	other.atProvider(real, "/_signin/oidc")
	other.open(back).wants(403, "does not belong to a sign-in that this browser began")
	kept := b.cookies()[attemptName]
	b.open(back).wants(303, "/")
	b.open(back).wants(403, "This browser did not begin to sign in")
	b.open("/_signout").submit("/_signout")
	thief := x.browser(t) // with the cookie and the code
	thief.send(http.MethodGet, back, nil, "Cookie", attemptName+"="+kept).wants(403, "used already")
	thief.send(http.MethodGet, back, nil, "Cookie", attemptName+"="+kept[:len(kept)-2]).wants(403, "This browser did not begin to sign in")
	slow := x.browser(t)
	back = slow.atProvider(real, "/_signin/oidc")
	kept = slow.cookies()[attemptName]
	x.pass(10*time.Minute + time.Second)
	slow.send(http.MethodGet, back, nil, "Cookie", attemptName+"="+kept).wants(403, "took longer than ten minutes")
	slow.send(http.MethodPost, back, nil, "Sec-Fetch-Site", "same-origin").wants(405, "")
	x.update(t, func(tx *db.Tx) error {
		var n int64
		count := db.SQL("signin.testFailures", `SELECT count(*) FROM external_identities`)
		if err := tx.Row(count, nil, &n); err != nil || n != 1 {
			t.Errorf("%d people were linked, %v", n, err)
		}
		return nil
	})
	real.Stop()
	away := x.browser(t)
	x.config.Provider = oidc.New(oidc.Config{Issuer: real.Issuer, ClientID: "x", Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	away.open("/_signin/oidc").wants(503, "does not answer")
	away.open("/_signin").wants(200, "Password")
}
