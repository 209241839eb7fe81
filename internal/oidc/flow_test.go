package oidc_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/fault"
	"boardwalk/internal/oidc"
	"boardwalk/internal/oidc/oidctest"
)

// A browser signs in once with what the provider sends it back with; what was changed on the way, or belongs to another
// browser, proves nothing.
func TestFlow(t *testing.T) {
	real := oidctest.Start(t, callback)
	real.SetGroups(t, oidctest.Subject, "staff", "board")
	p := oidc.New(config(real.Issuer, &clock{}))
	begin := func() (oidc.Attempt, oidc.Answer) {
		t.Helper()
		where, attempt, err := p.Begin(t.Context(), callback)
		if err != nil {
			t.Fatal(err)
		}
		q := query(t, where)
		if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("nonce") != attempt.Nonce || strings.Contains(where, attempt.Verifier) {
			t.Errorf("sent to %s", where)
		}
		back := real.SignIn(t, where, oidctest.User, oidctest.Password)
		return attempt, oidc.Answer{State: back.Query().Get("state"), Code: back.Query().Get("code"), Issuer: back.Query().Get("iss")}
	}
	finish := func(a oidc.Attempt, answer oidc.Answer, redirect string) string {
		t.Helper()
		who, _, err := p.Finish(t.Context(), redirect, a, answer)
		if err == nil {
			t.Errorf("%+v signed in", who)
			return ""
		}
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Status != 401 {
			t.Fatal(err)
		}
		return f.Hint
	}
	attempt, answer := begin()
	who, idToken, err := p.Finish(t.Context(), callback, attempt, answer)
	if err != nil {
		t.Fatal(err)
	}
	if who.Subject != oidctest.Subject || who.Issuer != real.Issuer || who.Name != oidctest.Mail || !slices.Equal(who.Groups, []string{"staff", "board"}) {
		t.Errorf("%+v", who)
	}
	if out := query(t, p.EndSession(t.Context(), idToken, "http://127.0.0.1:9/")); out.Get("id_token_hint") != idToken || out.Get("client_id") != oidctest.ClientID {
		t.Errorf("signed out at %v", out)
	}
	if hint := finish(attempt, answer, callback); !strings.Contains(hint, "used already") {
		t.Errorf("a replayed code: %q", hint)
	}
	if status, hint, _ := says(t, p, idToken); status != 401 {
		t.Errorf("the ID token is taken for an access token: %d %q", status, hint)
	}

	for name, step := range map[string]struct {
		change func(*oidc.Attempt, *oidc.Answer)
		want   string
	}{
		"another state":     {func(_ *oidc.Attempt, b *oidc.Answer) { b.State += "x" }, "this browser began"},
		"no state":          {func(a *oidc.Attempt, b *oidc.Answer) { a.State, b.State = "", "" }, "this browser began"},
		"another nonce":     {func(a *oidc.Attempt, _ *oidc.Answer) { a.Nonce += "x" }, "another sign-in"},
		"another verifier":  {func(a *oidc.Attempt, _ *oidc.Answer) { a.Verifier = strings.Repeat("x", 43) }, "does not accept the code"},
		"another issuer":    {func(_ *oidc.Attempt, b *oidc.Answer) { b.Issuer = "https://evil.example.com" }, "not of the identity provider"},
		"no code":           {func(_ *oidc.Attempt, b *oidc.Answer) { b.Code = "" }, "no code"},
		"a code of nowhere": {func(_ *oidc.Attempt, b *oidc.Answer) { b.Code = "abc" }, "does not accept the code"},
		"an error":          {func(_ *oidc.Attempt, b *oidc.Answer) { b.Error = "access_denied" }, "access_denied"},
	} {
		a, b := begin()
		step.change(&a, &b)
		if hint := finish(a, b, callback); !strings.Contains(hint, step.want) {
			t.Errorf("%s: %q, want %q", name, hint, step.want)
		}
	}
	a, b := begin()
	if hint := finish(a, b, callback+"2"); !strings.Contains(hint, "does not accept the code") {
		t.Errorf("another address: %q", hint)
	}
	// The code of one browser in another: a sign-in as somebody else.
	_, stolen := begin()
	_, mine, err := p.Begin(t.Context(), callback)
	if err != nil {
		t.Fatal(err)
	}
	stolen.State = mine.State
	if hint := finish(mine, stolen, callback); !strings.Contains(hint, "does not accept the code") {
		t.Errorf("a stolen code: %q", hint)
	}
	wrong := config(real.Issuer, &clock{})
	wrong.ClientSecret = "wrong"
	a, b = begin()
	_, _, err = oidc.New(wrong).Finish(t.Context(), callback, a, b)
	if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 401 {
		t.Errorf("a wrong secret of this server: %v", err)
	}
}

func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
