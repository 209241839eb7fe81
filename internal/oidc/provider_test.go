package oidc_test

import (
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/oidc"
	"boardwalk/internal/oidc/oidctest"
)

const (
	audience = "boardwalk-api"
	callback = "http://127.0.0.1:9/callback"
)

// clock is the time of a provider under test: it stands still from when it is first read until it is moved.
type clock struct {
	begin sync.Once
	base  time.Time
	moved atomic.Int64
}

func (c *clock) now() time.Time {
	c.begin.Do(func() { c.base = time.Now() })
	return c.base.Add(time.Duration(c.moved.Load()))
}

func (c *clock) move(d time.Duration) { c.moved.Add(int64(d)) }

func config(issuer string, c *clock) oidc.Config {
	return oidc.Config{Issuer: issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, Audience: audience, NameClaim: "email",
		GroupsClaim: "groups", Scopes: []string{"openid", "profile", "email"}, Clock: c.now, Log: slog.New(slog.DiscardHandler)}
}

// says is what is wrong with a token, "" for nothing, and who it is of.
func says(t *testing.T, p *oidc.Provider, token string) (status int, hint string, who access.External) {
	t.Helper()
	who, err := p.Verify(t.Context(), token)
	if err == nil {
		return 0, "", who
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		t.Fatal(err)
	}
	return f.Status, f.Hint, who
}

// Access tokens that the provider signed for this server are accepted within their time; forged ones, and those for
// others, are not.
func TestVerify(t *testing.T) {
	real := oidctest.Start(t, callback)
	other := oidctest.Start(t, callback)
	c := &clock{}
	p := oidc.New(config(real.Issuer, c))
	good := func(change map[string]any) map[string]any {
		claims := map[string]any{"iss": real.Issuer, "sub": "s1", "aud": audience, "iat": c.now().Unix(), "exp": c.now().Add(time.Hour).Unix(),
			"email": "ada@example.com", "email_verified": true, "name": "Ada", "groups": []string{"g1", "g2"}, "scope": "openid vso.work vso.project"}
		for name, value := range change {
			if claims[name] = value; value == nil {
				delete(claims, name)
			}
		}
		return claims
	}
	at := func(d time.Duration) int64 { return c.now().Add(d).Unix() }
	for name, step := range map[string]struct {
		by, kid string
		change  map[string]any
		refused string // part of the hint, "" for a good token
	}{
		"good":                  {by: "provider"},
		"several audiences":     {by: "provider", change: map[string]any{"aud": []string{"x", audience}}},
		"times with fractions":  {by: "provider", change: map[string]any{"exp": float64(at(time.Hour)) + 0.5}},
		"just expired":          {by: "provider", change: map[string]any{"exp": at(-20 * time.Second)}},
		"typ":                   {by: "provider", change: map[string]any{"typ": "Bearer"}},
		"expired":               {by: "provider", change: map[string]any{"exp": at(-35 * time.Second)}, refused: "expired"},
		"nearly good":           {by: "provider", change: map[string]any{"nbf": at(20 * time.Second)}},
		"not good yet":          {by: "provider", change: map[string]any{"nbf": at(time.Minute)}, refused: "not good yet"},
		"of the future":         {by: "provider", change: map[string]any{"iat": at(time.Minute)}, refused: "in the future"},
		"no end":                {by: "provider", change: map[string]any{"exp": nil}, refused: "when it expires"},
		"no beginning":          {by: "provider", change: map[string]any{"iat": nil}, refused: "when it was issued"},
		"time is a text":        {by: "provider", change: map[string]any{"exp": "tomorrow"}, refused: "not for this server"},
		"wrong audience":        {by: "provider", change: map[string]any{"aud": "another"}, refused: "audience"},
		"no audience":           {by: "provider", change: map[string]any{"aud": nil}, refused: "audience"},
		"wrong issuer":          {by: "provider", change: map[string]any{"iss": other.Issuer}, refused: "issuer"},
		"issuer with a slash":   {by: "provider", change: map[string]any{"iss": real.Issuer + "/"}, refused: "issuer"},
		"nobody":                {by: "provider", change: map[string]any{"sub": nil}, refused: "whose it is"},
		"an ID token":           {by: "provider", change: map[string]any{"nonce": "n"}, refused: "access token is needed"},
		"an ID token by kind":   {by: "provider", change: map[string]any{"typ": "ID"}, refused: "access token is needed"},
		"a refresh token":       {by: "provider", change: map[string]any{"typ": "Refresh"}, refused: "access token is needed"},
		"a sign-out token":      {by: "provider", change: map[string]any{"events": map[string]any{}}, refused: "access token is needed"},
		"groups elsewhere":      {by: "provider", change: map[string]any{"groups": nil, "_claim_names": map[string]any{"groups": "src1"}, "_claim_sources": map[string]any{"src1": map[string]any{"endpoint": "https://x"}}}, refused: "not followed"},
		"groups are no list":    {by: "provider", change: map[string]any{"groups": map[string]any{"a": 1}}, refused: "no list"},
		"another key":           {by: "other", refused: "signature"},
		"an unknown key":        {by: "provider", kid: "key-99", refused: "signature"},
		"HMAC with the key":     {by: "public key", refused: "malformed"},
		"not signed":            {by: "nobody", refused: "malformed"},
		"another's own unknown": {by: "other", kid: "key-99", refused: "signature"},
	} {
		token := real.Sign(t, step.by, step.kid, good(step.change))
		status, hint, who := says(t, p, token)
		if !p.Recognizes(token) {
			t.Errorf("%s: not recognized", name)
		}
		if (step.refused == "") != (status == 0) || status != 0 && (status != 401 || !strings.Contains(hint, step.refused)) {
			t.Errorf("%s: %d %q, want %q", name, status, hint, step.refused)
		}
		if status == 0 && (who.Subject != "s1" || who.Issuer != real.Issuer || who.Name != "ada@example.com" || who.DisplayName != "Ada" ||
			!slices.Equal(who.Groups, []string{"g1", "g2"}) || who.Scope != "vso.work vso.project" || who.Expires.Before(c.now())) {
			t.Errorf("%s: %+v", name, who)
		}
	}
	signed := real.Sign(t, "provider", "", good(nil))
	for name, token := range map[string]string{
		"by another provider": other.Sign(t, "provider", "", good(nil)),
		"changed":             signed[:len(signed)/2] + "A" + signed[len(signed)/2+1:],
		"cut":                 signed[:len(signed)-5],
		"without signature":   signed[:strings.LastIndex(signed, ".")+1],
		"long":                signed + strings.Repeat("A", 40<<10),
		"empty parts":         "eyJ..",
		"five parts":          signed + ".a.b",
	} {
		if status, hint, _ := says(t, p, token); status != 401 {
			t.Errorf("%s: %d %q", name, status, hint)
		}
	}
	no := config(real.Issuer, c)
	no.Audience = ""
	if status, hint, _ := says(t, oidc.New(no), signed); status != 401 || !strings.Contains(hint, "--oidc-audience") {
		t.Errorf("without an audience: %d %q", status, hint)
	}
}

// What is in claims beyond the usual.
func TestVerify_Claims(t *testing.T) {
	real := oidctest.Start(t, callback)
	sign := func(change map[string]any) string {
		claims := map[string]any{"iss": real.Issuer, "sub": "s1", "aud": audience, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
		for name, value := range change {
			claims[name] = value
		}
		return real.Sign(t, "provider", "", claims)
	}
	for _, step := range []struct {
		nameClaim, groupsClaim string
		claims                 map[string]any
		name                   string
		groups                 []string
		scope                  string
	}{
		{"email", "groups", map[string]any{"email": "a@b", "email_verified": false}, "", nil, "app_token"},
		{"email", "groups", map[string]any{"email": "a@b"}, "", nil, "app_token"},
		{"email", "groups", map[string]any{"email": "a@b", "email_verified": "true", "scp": "vso.analytics user"}, "a@b", nil, "vso.analytics"},
		{"preferred_username", "realm_access.roles", map[string]any{"preferred_username": "ada", "email": "a@b",
			"realm_access": map[string]any{"roles": []string{"r1"}}, "groups": []string{"g"}}, "ada", []string{"r1"}, "app_token"},
		{"upn", "https://example.com/groups", map[string]any{"upn": "ada", "https://example.com/groups": "one"}, "ada", []string{"one"}, "app_token"},
		{"upn", "", map[string]any{"upn": 7, "groups": []string{"g"}, "scp": []string{"vso.work", "vso.code"}}, "", nil, "vso.work vso.code"},
	} {
		c := config(real.Issuer, &clock{})
		c.NameClaim, c.GroupsClaim = step.nameClaim, step.groupsClaim
		if status, hint, who := says(t, oidc.New(c), sign(step.claims)); status != 0 || who.Name != step.name || !slices.Equal(who.Groups, step.groups) || who.Scope != step.scope {
			t.Errorf("%v: %d %q, %+v", step.claims, status, hint, who)
		}
	}
}

// A provider that cannot be reached is no reason to let anybody in, nor to refuse for good: 503 until it is there. Its keys
// are read again when they are replaced and, after a while, so that those withdrawn do not count; they outlive a short
// absence.
func TestVerify_Reachable(t *testing.T) {
	hold, err := net.Listen("tcp", "127.0.0.1:0") // an address that is free
	if err != nil {
		t.Fatal(err)
	}
	address := hold.Addr().String()
	_ = hold.Close()
	c := &clock{}
	p := oidc.New(config("http://"+address, c))
	helper := oidctest.Start(t, callback)
	claims := func(d time.Duration) map[string]any {
		return map[string]any{"iss": "http://" + address, "sub": "s1", "aud": audience, "iat": time.Now().Unix(), "exp": c.now().Add(d).Unix()}
	}
	expect := func(when, token string, want int) {
		t.Helper()
		if status, hint, _ := says(t, p, token); status != want {
			t.Errorf("%s: %d %q, want %d", when, status, hint, want)
		}
	}
	expect("down", helper.Sign(t, "provider", "", claims(time.Hour)), 503)
	if err := p.Connect(t.Context()); err == nil {
		t.Error("connected to nobody")
	}
	real := oidctest.StartAt(t, address, callback)
	expect("asked again too soon", real.Sign(t, "provider", "", claims(time.Hour)), 503)
	c.move(6 * time.Second)
	first := real.Sign(t, "provider", "", claims(5*time.Hour))
	expect("up", first, 0)

	real.Rotate(t)
	second := real.Sign(t, "provider", "", claims(5*time.Hour))
	expect("a new key, a moment after keys were read", second, 401)
	expect("the old key, meanwhile", first, 0)
	c.move(6 * time.Second)
	expect("a new key", second, 0)
	expect("the withdrawn key", first, 401)

	real.Rotate(t)
	expect("a withdrawn key that is still remembered", second, 0)
	c.move(11 * time.Minute)
	expect("a withdrawn key, later", second, 401)
	third := real.Sign(t, "provider", "", claims(5*time.Hour))
	expect("the newest key", third, 0)
	real.Stop()
	c.move(30 * time.Minute)
	expect("half an hour without the provider", third, 0)
	c.move(time.Hour)
	expect("more than an hour without the provider", third, 503)
}

func TestCheckIssuer(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://id.example.com": true, "https://id.example.com/realms/a": true, "http://localhost:8080/x": true, "http://127.0.0.1:1": true, "http://[::1]:1": true,
		"http://id.example.com": false, "http://127.0.0.1.example.com": false, "id.example.com": false, "https://": false, "https://a?b": false, "https://u:p@a": false, "ftp://a": false, "": false,
	} {
		if err := oidc.CheckIssuer(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
