// Package oidctest runs an OpenID Connect provider as a process of its own, for tests. It hides how the provider is built
// and what it is built on (provider.go, with modules of its own); it must not know what is tested. Start reading at Start.
package oidctest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// What the provider knows this server as, and who can sign in there.
const (
	ClientID     = "boardwalk"
	ClientSecret = "a secret/with+signs"
	User         = "test-user2" // with the subject Subject and the mail address Mail, which is verified
	Password     = "verysecure"
	Subject      = "id2"
	Mail         = "test-user2@zitadel.ch"
)

// Provider is a running provider.
type Provider struct {
	Issuer  string
	command *exec.Cmd
	input   io.Closer
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "internal", "oidc", "oidctest")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("tests of the provider run inside the repository")
		}
	}
	// One program for all runs, each of which puts its own in place whole: others may be starting it.
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	cache = filepath.Join(cache, "boardwalk-test")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	final := filepath.Join(cache, "provider")
	name := fmt.Sprintf("%s-%d", final, os.Getpid())
	command := exec.Command("go", "build", "-modfile=provider.mod", "-o", name, "provider.go")
	command.Dir = filepath.Join(dir, "internal", "oidc", "oidctest")
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the provider: %w\n%s", err, said)
	}
	return final, os.Rename(name, final)
})

// Start starts a provider that sends browsers back to the addresses redirect. It is stopped with the test. A provider that
// cannot be started fails the test: skipping would prove nothing.
func Start(t testing.TB, redirect ...string) *Provider {
	t.Helper()
	return StartAt(t, "127.0.0.1:0", redirect...)
}

// StartAt is Start on an address.
func StartAt(t testing.TB, address string, redirect ...string) *Provider {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{}
	p.command = exec.Command(program, "-listen", address, "-redirect", strings.Join(redirect, ","))
	p.command.Stderr = os.Stderr
	if p.input, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not start: %v", err)
	}
	p.Issuer = strings.TrimSpace(line)
	return p
}

// Stop ends the provider.
func (p *Provider) Stop() {
	if p.input == nil {
		return
	}
	_ = p.input.Close() // which it takes as a reason to end
	p.input = nil
	_ = p.command.Wait()
}

// SetGroups says which groups a user is in.
func (p *Provider) SetGroups(t testing.TB, subject string, groups ...string) {
	t.Helper()
	body, err := json.Marshal(append([]string{}, groups...))
	if err != nil {
		t.Fatal(err)
	}
	p.post(t, "/test/groups/"+subject, body)
}

// Rotate gives the provider another key; it does not tell of the old one any more.
func (p *Provider) Rotate(t testing.TB) {
	t.Helper()
	p.post(t, "/test/rotate", nil)
}

// Sign makes a token of any claims: by the "provider", by an "other" key that is called the same, by the "public key" of
// the provider as the secret of an HMAC, or by "nobody". A kid that is not empty stands in the header in place of the real one.
func (p *Provider) Sign(t testing.TB, by, kid string, claims map[string]any) string {
	t.Helper()
	ask := map[string]any{"claims": claims, "by": by}
	if kid != "" {
		ask["kid"] = kid
	}
	body, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	return p.post(t, "/test/sign", body)
}

func (p *Provider) post(t testing.TB, path string, body []byte) string {
	t.Helper()
	answer, err := http.Post(p.Issuer+path, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s %v", path, answer.Status, said, err)
	}
	return string(said)
}

// SignIn is a browser whose user signs in at an address that Begin of the flow returned. It returns the address that the
// provider sends the browser back to, without going there.
func (p *Provider) SignIn(t testing.TB, address, user, password string) *url.URL {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.Issuer) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	if page.Request.URL.Path != "/login/username" {
		t.Fatalf("the provider shows %s, %s", page.Request.URL, page.Status)
	}
	form := url.Values{"username": {user}, "password": {password}, "id": {page.Request.URL.Query().Get("authRequestID")}}
	answer, err := browser.PostForm(p.Issuer+"/login/username", form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	back, err := answer.Location()
	if err != nil {
		said, _ := io.ReadAll(answer.Body)
		t.Fatalf("not signed in: %s %s", answer.Status, said)
	}
	return back
}
