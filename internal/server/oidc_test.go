package server

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/oidc/oidctest"
)

func TestParseServe_OIDC(t *testing.T) {
	const base = "--oidc-issuer https://id.example.com --oidc-audience a "
	for args, want := range map[string]string{
		"--oidc-audience a":                    "--oidc-issuer names, which is missing",
		"--oidc-link":                          "--oidc-issuer names, which is missing",
		"--oidc-issuer https://id.example.com": "--oidc-client-id to sign in browsers",
		"--oidc-issuer http://id.example.com --oidc-audience a":            "is not safe",
		"--oidc-issuer id.example.com --oidc-audience a":                   "expected https://HOST",
		base + "--oidc-client-secret-file f":                               "--oidc-client-id, which is missing",
		base + "--oidc-name-claim=":                                        "--oidc-name-claim is empty",
		base + "--oidc-scopes profile":                                     "must contain openid",
		base + "--oidc-create-users administrator":                         "use basic or stakeholder",
		base + "--oidc-create-users basic":                                 "where people belong",
		base + "--oidc-organization x":                                     "--oidc-create-users lets in, which is missing",
		base + "--oidc-groups-file f --oidc-groups-claim=":                 "which is empty",
		base + "--oidc-create-users basic --oidc-organization x":           "",
		base + "--oidc-create-users stakeholder --oidc-groups-file groups": "",
	} {
		var out strings.Builder
		_, err := ParseServe(strings.Fields(args), noEnv, &out, &out)
		if (want == "") != (err == nil) || err != nil && (!errors.Is(err, ErrUsage) || !strings.Contains(out.String(), want)) {
			t.Errorf("%s: %v; it says: %s", args, err, out.String())
		}
	}
}

func TestReadGroupsFile(t *testing.T) {
	for content, want := range map[string]string{
		`[{"claim":"a","organization":"o","project":"p","group":"Readers"}]`: "",
		`[]`:                                 "",
		`[{"claim":"a","organization":"o"}]`: "entry 1 needs claim, organization and group",
		`[{"claim":"a","org":"o"}]`:          "unknown field",
		`{"claim":"a"}`:                      "cannot unmarshal",
		`[{"claim":"a","organization":"o","group":"g"}] x`: "something behind",
		``: "EOF",
	} {
		path := filepath.Join(t.TempDir(), "groups.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readGroupsFile(path); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", content, err)
		}
	}
	if _, err := readGroupsFile(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is no error")
	}
}

// People of a provider use the API with its access tokens, with the rights that their groups at the provider give them.
func TestServe_OIDC(t *testing.T) {
	provider := oidctest.Start(t)
	c := testConfig(t, dbtest.New(t, "sqlite"))
	groups := filepath.Join(t.TempDir(), "groups.json")
	err := os.WriteFile(groups, []byte(`[
				{"claim": "fiber", "organization": "Fabrikam", "project": "fabrikam fiber", "group": "Contributors"},
				{"claim": "admins", "organization": "fabrikam", "group": "Project Collection Administrators"},
				{"claim": "team", "organization": "fabrikam", "project": "Fabrikam Fiber", "group": "Fabrikam Fiber Team"},
				{"claim": "fiber", "organization": "fabrikam", "project": "No such", "group": "Readers"}]`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	c.OIDC.ClientID = oidctest.ClientID
	c.OIDC.Issuer, c.OIDC.Audience, c.OIDC.GroupsFile, c.OIDC.Link, c.OIDC.CreateUsers = provider.Issuer, "api", groups, true, "basic"
	s, stop := start(t, c)
	minute := 0
	// token is one of somebody, issued later than those before.
	token := func(subject, mail, scope string, groups ...string) string {
		minute++
		return provider.Sign(t, "provider", "", map[string]any{"iss": provider.Issuer, "sub": subject, "aud": "api", "name": "Name of " + subject,
			"iat": time.Now().Add(-time.Hour).Unix() + int64(minute), "exp": time.Now().Add(time.Hour).Unix(),
			"email": mail, "email_verified": true, "groups": groups, "scope": scope})
	}
	ask := func(token, path string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	projects := func(token string) (names string) {
		t.Helper()
		status, body := ask(token, "/fabrikam/_apis/projects?api-version=7.1")
		if status != http.StatusOK {
			return http.StatusText(status)
		}
		var list struct{ Value []struct{ Name string } }
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err)
		}
		for _, p := range list.Value {
			names += p.Name + ";"
		}
		return names
	}
	expect := func(who, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s sees %q, want %q", who, got, want)
		}
	}
	// An account that is there gets linked, and keeps what it had.
	expect("Nicole", projects(token("n1", "Nicole@contoso.com", "")), "Fabrikam Fiber;")
	expect("another Nicole", projects(token("n2", "nicole@contoso.com", "")), "Unauthorized")
	// Somebody new, without and with a group.
	expect("a stranger", projects(token("s1", "stranger@example.com", "")), "Unauthorized")
	expect("a colleague", projects(token("s2", "colleague@example.com", "", "fiber", "unknown")), "Fabrikam Fiber;")
	status, body := ask(token("s2", "colleague@example.com", "", "fiber"), "/fabrikam/_apis/connectionData?api-version=7.1-preview")
	if status != http.StatusOK || !strings.Contains(body, `"providerDisplayName":"Name of s2"`) || !strings.Contains(body, "colleague@example.com") {
		t.Errorf("the colleague is told to be %s", body)
	}
	all := projects(adminToken())
	expect("an administrator by group", projects(token("s2", "colleague@example.com", "", "admins")), all)
	expect("a former administrator", projects(token("s2", "colleague@example.com", "")), "")
	expect("a member of a team", projects(token("s2", "colleague@example.com", "", "team")), "Fabrikam Fiber;")
	if status, _ := ask(token("s2", "colleague@example.com", "", "fiber"), "/youngbinhan/_apis/projects?api-version=7.1"); status != http.StatusUnauthorized {
		t.Errorf("another organization: %d", status)
	}
	if status, body := ask(token("s2", "colleague@example.com", "", "fiber"), "/fabrikam/_odata/v4.0-preview/WorkItems/$count"); status == http.StatusUnauthorized {
		t.Errorf("Analytics: %d %s", status, body)
	}
	// What is known from data becomes the person only with the name that the provider vouches for.
	if status, body := ask(token("r1", "raisa@fabrikam.com", "", "fiber"), "/fabrikam/_apis/connectionData?api-version=7.1-preview"); status != http.StatusOK || !strings.Contains(body, "Raisa Pokrovskaya") {
		t.Errorf("Raisa is told to be %d %s", status, body)
	}
	if !strings.Contains(s.log.String(), "no such group as in") || strings.Contains(s.log.String(), "eyJ") {
		t.Errorf("the log says %s", s.log.String())
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(s.URL() + "/_signin/oidc")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if to := answer.Header.Get("Location"); !strings.HasPrefix(to, provider.Issuer+"/auth?") || !strings.Contains(to, url.QueryEscape(s.URL()+"/_signin/oidc/callback")) {
		t.Errorf("a browser is sent to %q", to)
	}
	provider.Stop()
	status, body = ask(token2(t, provider), "/fabrikam/_apis/projects?api-version=7.1")
	if status != http.StatusUnauthorized { // its keys are still known
		t.Errorf("a forged token while the provider is away: %d %s", status, body)
	}
	stop()
	var out strings.Builder
	for user, want := range map[string]string{"nicole@contoso.com": "", "adam@fabrikam.com": "belongs to nobody", "nobody@example.com": "has an account"} {
		err := UnlinkProvider(t.Context(), AdminConfig{Store: c.Store, User: user}, &out)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("unlink %s: %v", user, err)
		}
	}
	if err := UnlinkProvider(t.Context(), AdminConfig{Store: c.Store, User: "nicole@contoso.com"}, &out); err == nil {
		t.Error("unlinked twice")
	}
}

// token2 is a token that another provider signed for the issuer of one that is away.
func token2(t *testing.T, away *oidctest.Provider) string {
	t.Helper()
	other := oidctest.Start(t)
	return other.Sign(t, "provider", "", map[string]any{"iss": away.Issuer, "sub": "n1", "aud": "api", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})
}

// A provider that is not there keeps nobody with another token out, nor the server from starting.
func TestServe_OIDCAway(t *testing.T) {
	away, other := oidctest.Start(t), oidctest.Start(t)
	away.Stop()
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.OIDC.Issuer, c.OIDC.Audience = away.Issuer, "api"
	s, _ := start(t, c)
	token := other.Sign(t, "provider", "", map[string]any{"iss": away.Issuer, "sub": "n1", "aud": "api", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})
	for token, want := range map[string]int{adminToken(): 200, token: 503, "eyJ.x.y": 401} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/fabrikam/_apis/projects?api-version=7.1", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%.10s: %d, want %d", token, answer.StatusCode, want)
		}
	}
}
