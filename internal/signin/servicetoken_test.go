package signin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// A program exchanges its secret for an access token, and is told what is wrong in the words of RFC 6749.
func TestServiceToken(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	var admin *access.Caller
	var id int64
	x.update(t, func(tx *db.Tx) error {
		d, err := x.config.Access.Directory(tx, x.org)
		if err != nil {
			return err
		}
		if admin, err = x.config.Access.CallerOf(tx, x.org, d.Find("ada@example.com").ID); err != nil {
			return err
		}
		id, err = x.config.Access.AdmitService(tx, admin, access.ServiceDraft{Name: "Nightly"})
		return err
	})
	d, err := x.config.Access.Snapshot(t.Context(), x.org)
	if err != nil {
		t.Fatal(err)
	}
	program := d.User(id)
	_, secret, err := x.config.Access.AddSecret(t.Context(), admin, program.GUID.String(), "k", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	client := program.Application.String()
	b := x.browser(t)
	type answer struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int    `json:"expires_in"`
		Error   string
	}
	ask := func(form url.Values, headers ...string) (a answer) {
		t.Helper()
		b.send(http.MethodPost, "/_oauth/token", form, headers...)
		if err := json.Unmarshal([]byte(b.page), &a); err != nil {
			t.Fatalf("%d %s", b.code, b.page)
		}
		if b.head.Get("Cache-Control") != "no-store" || len(b.head.Values("Set-Cookie")) > 0 {
			t.Errorf("headers %v", b.head)
		}
		return a
	}
	// What was not looked at is no guess: the store may have been away for a while.
	away, cancel := context.WithCancel(t.Context())
	cancel()
	exchange := func(ctx context.Context) error {
		form := url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {secret}}
		r := httptest.NewRequest(http.MethodPost, "/_oauth/token", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = "192.0.2.66:1"
		_, err := x.serviceToken(ctx, &visit{Service: x.Service, w: httptest.NewRecorder(), r: r})
		return err
	}
	for range 40 {
		if err := exchange(away); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if err := exchange(t.Context()); err != nil {
		t.Error(err)
	}
	basic := func(user, password string) string {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	form := func(pairs ...string) url.Values {
		f := url.Values{"grant_type": {"client_credentials"}}
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	for name, a := range map[string]answer{
		"parameters": ask(form("client_id", client, "client_secret", secret)),
		"header":     ask(form(), "Authorization", basic(client, secret)),
		"both":       ask(form("client_id", client, "scope", "499b84ac-1321-427f-aa17-267ca6975798/.default"), "Authorization", basic(client, secret)),
	} {
		c, err := x.config.Access.Authenticate(t.Context(), x.org, a.Token)
		if a.Type != "Bearer" || a.Expires != 3600 || err != nil || c.User.ID != id {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	for name, step := range map[string]struct {
		form    url.Values
		headers []string
		status  int
		want    string
	}{
		"another secret":      {form("client_id", client, "client_secret", secret+"x"), nil, 401, "invalid_client"},
		"an id that is wrong": {form("client_id", program.GUID.String(), "client_secret", secret), nil, 401, "invalid_client"},
		"a person":            {form("client_id", "ada@example.com", "client_secret", "correct horse 9 staple"), nil, 401, "invalid_client"},
		"no secret":           {form("client_id", client), nil, 401, "invalid_client"},
		"no client":           {form(), nil, 401, "invalid_client"},
		"a bearer":            {form(), []string{"Authorization", "Bearer " + secret}, 401, "invalid_client"},
		"twice":               {form("client_secret", secret), []string{"Authorization", basic(client, secret)}, 400, "invalid_request"},
		"two clients":         {form("client_id", "x"), []string{"Authorization", basic(client, secret)}, 400, "invalid_request"},
		"no grant":            {url.Values{"client_id": {client}, "client_secret": {secret}}, nil, 400, "invalid_request"},
		"another grant":       {url.Values{"grant_type": {"password"}, "client_id": {client}, "client_secret": {secret}}, nil, 400, "unsupported_grant_type"},
		"two grants":          {url.Values{"grant_type": {"client_credentials", "client_credentials"}, "client_id": {client}, "client_secret": {secret}}, nil, 400, "invalid_request"},
		"a scope":             {form("client_id", client, "client_secret", secret, "scope", "vso.work"), nil, 400, "invalid_scope"},
		"JSON":                {form("client_id", client, "client_secret", secret), []string{"Content-Type", "application/json"}, 400, "invalid_request"},
	} {
		a := ask(step.form, step.headers...)
		if b.code != step.status || a.Error != step.want || a.Token != "" || strings.Contains(b.page, secret) {
			t.Errorf("%s: %d %s", name, b.code, b.page)
		}
		if (b.head.Get("WWW-Authenticate") != "") != (step.status == 401) {
			t.Errorf("%s: asked for %q", name, b.head.Get("WWW-Authenticate"))
		}
	}
	// A secret in an address would be in logs; a program is no browser.
	b.open("/_oauth/token?grant_type=client_credentials&client_id="+client+"&client_secret="+secret).wants(405, "")
	if a := ask(form("client_id", client)); a.Token != "" {
		t.Errorf("%+v", a)
	}
	b.send(http.MethodPost, "/_oauth/token?client_secret="+secret, form("client_id", client)).wants(401, "invalid_client")
	b.open("/_signin").submit("/_signin", "name", client, "password", secret).wants(403, "not right")
	b.submit("/_signin", "name", program.UniqueName, "password", secret).wants(403, "not right")
}
