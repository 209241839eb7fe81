//go:build compat

package compat

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrowser_SignIn sets up a server and signs in to it with Chromium, makes a token and uses it, and lets another site try.
// Over HTTPS it is the same with other cookies.
func TestBrowser_SignIn(t *testing.T) {
	chromium, node, npm := tool(t, "chromium"), tool(t, "node"), tool(t, "npm")
	tool(t, "curl")
	dir := install(t, "browser", read(t, filepath.Join("browser", "package-lock.json")), func(dir string) []*exec.Cmd {
		ci := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		ci.Dir = dir
		return []*exec.Cmd{exec.Command("cp", filepath.Join("browser", "package.json"), filepath.Join("browser", "package-lock.json"), dir), ci}
	})
	const want = `set-up | Set up Boardwalk
weak | Set up Boardwalk
Use at least 12 characters; a few words are good.
home | Organizations
set-up again | This link is not valid
COOKIE
scripts see ""
projects 0
sign in | Sign in
strangers are led to /_signin?return=%2F_account
User name or password are not right.
account | Ada
tokens | Tokens for fabrikam
token made | Tokens for fabrikam
token 52 200 403
shown 0 times again
regenerated true 401 200
The token is revoked. 401
people | People of fabrikam
invited | Set a password bob@example.com
bob | Organizations 403 403
another site reads nothing
and without cookies 401
another site posts 403
account again | Ada
signed out | Sign in
problems []
`
	for name, c := range map[string]struct {
		flags  []string
		cookie string
	}{
		"http":  {nil, "boardwalk true false Lax true"},
		"https": {[]string{"--tls-dev"}, "__Host-boardwalk true true Lax true"},
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			setup := launch(t, "Set up", append([]string{"--data", data}, c.flags...)...)
			env := []string{"NODE_PATH=" + filepath.Join(dir, "node_modules"), "SETUP=" + setup, "CHROMIUM=" + chromium}
			if len(c.flags) > 0 {
				env = append(env, "CA="+filepath.Join(data, "tls", "ca.pem"))
			}
			if got := run(t, env, node, filepath.Join("browser", "signin.js")); got != strings.Replace(want, "COOKIE", c.cookie, 1) {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Replace(want, "COOKIE", c.cookie, 1))
			}
		})
	}
}
