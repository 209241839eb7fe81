package server

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// status is what a request with a token is answered.
func status(t *testing.T, address, token string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("", token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// lastLine is where commands print a token.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// Somebody without a token, removed from an organization whose only administrator is gone, gets back in on the machine.
func TestAdmin_Recover(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		c.Sample = false
		var out strings.Builder
		err := CreateOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: "contoso", Administrator: "ada@example.com", TimeZone: "UTC", TokenDays: 30}, &out)
		if err != nil {
			t.Fatal(err)
		}
		first := lastLine(out.String())
		run := func(want string, do func(AdminConfig, *strings.Builder) error, a AdminConfig) string {
			t.Helper()
			var out strings.Builder
			a.Store, a.TokenDays = c.Store, 3
			err := do(a, &out)
			if text := out.String() + errorText(err); !strings.Contains(text, want) {
				t.Errorf("it says %q, want %q", text, want)
			}
			return out.String()
		}
		list := func(a AdminConfig, out *strings.Builder) error { return ListPeople(t.Context(), a, out) }
		create := func(a AdminConfig, out *strings.Builder) error { return CreateToken(t.Context(), a, out) }
		grant := func(a AdminConfig, out *strings.Builder) error { return GrantAdministration(t.Context(), a, out) }
		revoke := func(a AdminConfig, out *strings.Builder) error { return RevokeTokens(t.Context(), a, out) }

		run("ada@example.com  ada@example.com  basic   yes            1", list, AdminConfig{})
		run("Revoked 1 tokens", revoke, AdminConfig{User: "ADA@example.com"})
		run("ada@example.com  ada@example.com  basic   yes            0", list, AdminConfig{Organization: "Contoso"})
		run("nobody called", create, AdminConfig{Organization: "contoso", User: "bob@example.com", Scope: "app_token"})
		run("no organization", create, AdminConfig{Organization: "fabrikam", User: "ada@example.com", Scope: "app_token"})
		run("has an account", revoke, AdminConfig{User: "bob@example.com"})
		run("administers contoso", grant, AdminConfig{Organization: "contoso", User: "bob@example.com"})
		invite := func(a AdminConfig, out *strings.Builder) error { return Invite(t.Context(), a, out) }
		reset := func(a AdminConfig, out *strings.Builder) error { return ResetPassword(t.Context(), a, out) }
		run("has an account", reset, AdminConfig{User: "eve@example.com"})
		old := lastLine(run("eve@example.com sets a password", invite, AdminConfig{Organization: "contoso", User: "eve@example.com", URL: "http://x"}))
		link := lastLine(run("eve@example.com sets a password", reset, AdminConfig{User: "eve@example.com", URL: "http://x"}))
		token := lastLine(run("shown this once", create, AdminConfig{Organization: "contoso", User: "Bob@example.com", Scope: "app_token"}))
		listed := lastLine(run("shown this once", create, AdminConfig{Organization: "contoso", User: "bob@example.com", Scope: "VSO.Project,vso.work"}))

		s, stop := start(t, c)
		defer stop()
		if got := status(t, s.URL()+"/contoso/_apis/projects", listed); got != 200 {
			t.Errorf("a token whose scopes were written with a comma: %d", got)
		}
		if got := status(t, s.URL()+"/contoso/_apis/projects", first); got != 401 {
			t.Errorf("the revoked token: %d", got)
		}
		for address, want := range map[string]int{old: 403, link: 200} {
			if got := status(t, s.URL()+strings.TrimPrefix(address, "http://x"), ""); got != want {
				t.Errorf("%s: %d, want %d", address, got, want)
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/contoso/_apis/projects?api-version=7.1", strings.NewReader(`{"name": "Fiber"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("", token)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if _ = answer.Body.Close(); answer.StatusCode != 202 {
			t.Errorf("an administrator makes a project: %d", answer.StatusCode)
		}
		if err := ListPeople(t.Context(), AdminConfig{Store: c.Store}, &out); err == nil || !strings.Contains(err.Error(), "is in use by process") {
			t.Errorf("while the server runs: %v", err)
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// What is done on the machine is in the log, which is written there as lines of JSON and cut off at a day.
func TestAudit_Commands(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		c.Sample = false
		var out strings.Builder
		if err := CreateOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: "contoso", Administrator: "ada@example.com", TimeZone: "UTC", TokenDays: 30}, &out); err != nil {
			t.Fatal(err)
		}
		for _, do := range []func(context.Context, AdminConfig, io.Writer) error{GrantAdministration, CreateToken, RevokeTokens} {
			if err := do(t.Context(), AdminConfig{Store: c.Store, Organization: "contoso", User: "bob@example.com", Scope: "vso.work", TokenDays: 3}, &out); err != nil {
				t.Fatal(err)
			}
		}
		out.Reset()
		if err := ExportAudit(t.Context(), AuditConfig{Store: c.Store, Organization: "contoso"}, &out); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(out.String()) {
			var e struct{ AuthenticationMechanism, Details string }
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			got = append(got, e.AuthenticationMechanism+": "+e.Details)
		}
		want := []string{"Console: Downloaded the audit log as ndjson", "Console: Ran boardwalk admin revoke-tokens --user bob@example.com on the server",
			"Console: Created the personal access token Made on the server's machine", `Console: Added bob@example.com to the group [contoso]\Project Collection Administrators`,
			"Console: Let bob@example.com in with the access level basic", "Console: Created the personal access token First token of contoso", "Console: Made the organization"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		out.Reset()
		if err := DiscardAudit(t.Context(), AuditConfig{Store: c.Store, Organization: "contoso", Before: "2126-01-01", Yes: true}, &out); err != nil || !strings.HasPrefix(out.String(), "Discarded 7 entries") {
			t.Error(out.String(), err)
		}
	})
}

// The command says which entry, of which group, decided about a permission.
func TestAdmin_Why(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		c.Sample = false
		var out strings.Builder
		err := CreateOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: "contoso", Administrator: "ada@example.com", TimeZone: "UTC", TokenDays: 30}, &out)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct{ namespace, token, permission, want string }{
			{"Collection", "NAMESPACE:", "GENERIC_WRITE", `Allowed: Edit collection-level information at the top of the namespace Collection. [contoso]\Project Collection Administrators is allowed it, as such groups begin with.`},
			{"collection", "NAMESPACE:", "4", `Allowed: Create new projects at`},
			{"Collection", "NAMESPACE:", "FLY", `has no permission "FLY"`},
			{"Moon", "NAMESPACE:", "4", `no security namespace "Moon"`},
		} {
			var out strings.Builder
			err := ExplainPermission(t.Context(), AdminConfig{Store: c.Store, Organization: "contoso", User: "ada@example.com",
				Namespace: test.namespace, Token: test.token, Permission: test.permission}, &out)
			if text := out.String() + errorText(err); !strings.Contains(text, test.want) {
				t.Errorf("it says %q, want %q", text, test.want)
			}
		}
	})
}

// Tokens outlive a new key, change to it as they are used, and end with the old one unless they were.
func TestAdmin_TokenKeys(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		c.Sample = false
		var out strings.Builder
		if err := CreateOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: "contoso", Administrator: "ada@example.com", TimeZone: "UTC", TokenDays: 30}, &out); err != nil {
			t.Fatal(err)
		}
		used := anyToken.FindString(out.String())
		admin := AdminConfig{Store: c.Store, Organization: "contoso", User: "ada@example.com", Scope: "app_token", TokenDays: 3}
		out.Reset()
		if err := CreateToken(t.Context(), admin, &out); err != nil {
			t.Fatal(err)
		}
		unused := anyToken.FindString(out.String())
		secret, err := os.ReadFile(filepath.Join(c.Data, secretKeyFile))
		if err != nil {
			t.Fatal(err)
		}

		s, stop := start(t, c) // while it runs
		if err := RotateTokenKey(t.Context(), admin, &out); err != nil {
			t.Fatal(err)
		}
		if got := status(t, s.URL()+"/contoso/_apis/projects", used); got != 200 {
			t.Errorf("until the next start: %d", got)
		}
		if err := RetireTokenKeys(t.Context(), admin, &out); err == nil || !strings.Contains(err.Error(), "is in use") {
			t.Errorf("keys are removed under a server: %v", err)
		}
		stop()
		if err := RetireTokenKeys(t.Context(), admin, &out); err == nil || !strings.Contains(err.Error(), "2 tokens") {
			t.Errorf("keys that are needed are removed: %v", err)
		}
		s, stop = start(t, c)
		if got := status(t, s.URL()+"/contoso/_apis/projects", used); got != 200 {
			t.Errorf("with both keys: %d", got)
		}
		stop() // it stores what was used
		if err := RetireTokenKeys(t.Context(), admin, &out); err == nil || !strings.Contains(err.Error(), "1 tokens") {
			t.Errorf("a key that is needed is removed: %v", err)
		}
		admin.Yes = true
		if err := RetireTokenKeys(t.Context(), admin, &out); err != nil || !strings.Contains(out.String(), "Removed 1 keys") {
			t.Errorf("%v %s", err, out.String())
		}
		out.Reset()
		if err := ExportAudit(t.Context(), AuditConfig{Store: c.Store}, &out); err != nil || strings.Count(out.String(), "Ran boardwalk admin retire-token-keys on the server") != 1 {
			t.Errorf("%v %s", err, out.String())
		}
		s, stop = start(t, c)
		defer stop()
		if got, ended := status(t, s.URL()+"/contoso/_apis/projects", used), status(t, s.URL()+"/contoso/_apis/projects", unused); got != 200 || ended != 401 {
			t.Errorf("with the new key: %d and %d", got, ended)
		}
		if now, err := os.ReadFile(filepath.Join(c.Data, secretKeyFile)); err != nil || string(now) != string(secret) {
			t.Errorf("the key of other secrets changed: %v", err)
		}
	})
}

var anyToken = regexp.MustCompile(`(?m)^[a-z2-7]{52}$`)
