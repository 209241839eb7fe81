//go:build compat

package compat

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCurl runs the cases of curl/*.txt: what people type into a shell, and what must come back.
func TestCurl(t *testing.T) {
	tool(t, "curl")
	for _, c := range []struct {
		file  string
		flags []string
	}{
		{"rest.txt", nil},
		{"analytics.txt", nil},
		{"printed.txt", []string{"--tls-dev"}},
	} {
		t.Run(strings.TrimSuffix(c.file, ".txt"), func(t *testing.T) {
			t.Parallel()
			s := start(t, c.flags...)
			shell := newShell(t, s, len(c.flags) > 0)
			for _, k := range parseCases(t, filepath.Join("curl", c.file)) {
				t.Run(k.title, func(t *testing.T) { k.run(t, shell) })
			}
		})
	}
}

// newShell returns the environment of the commands: tokens, the server's address, and settings for curl that leave the
// commands as they are printed.
func newShell(t *testing.T, s running, tls bool) []string {
	t.Helper()
	settings := []string{"silent", "show-error", "globoff", `noproxy = "*"`, `write-out = "\n%{http_code}"`, "max-time = 60"}
	if tls {
		// Every name leads to this server, so that nothing leaves the machine.
		settings = append(settings, fmt.Sprintf(`connect-to = "::127.0.0.1:%s"`, s.port), fmt.Sprintf("cacert = %q", s.authority()))
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte(strings.Join(settings, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"CURL_HOME=" + home, "ROOT=" + s.url, "PAT=" + adminToken(), "READER=" + readerToken(), "STAKEHOLDER=" + stakeholderToken()}
}

// prelude defines browse, which opens a URL as a browser does: line breaks vanish and blanks become %20, which curl
// leaves to its user.
const prelude = `browse() { curl -u ":${1:?}" "$(printf %s "${2:?}" | tr -d '\n' | sed 's/ /%20/g')"; }
`

// curlCase is a title, a command, and the status and body that must come back.
type curlCase struct{ title, command, status, body string }

// parseCases reads cases that are separated by blank lines: a title behind "#", a shell command, "----", the status,
// and the body, either JSON whose members must be in the answer, or lines that must be.
func parseCases(t *testing.T, path string) (all []curlCase) {
	t.Helper()
	for block := range strings.SplitSeq(read(t, path), "\n\n") {
		question, answer, ok := strings.Cut(strings.TrimSpace(block), "\n----\n")
		if !ok {
			if strings.TrimSpace(block) != "" && !strings.HasPrefix(block, "##") {
				t.Fatalf("%s: no ---- in\n%s", path, block)
			}
			continue
		}
		title, command, _ := strings.Cut(question, "\n")
		status, body, _ := strings.Cut(answer, "\n")
		c := curlCase{strings.TrimPrefix(title, "# "), command, status, body}
		if c.title == title || c.command == "" || slices.ContainsFunc(all, func(o curlCase) bool { return o.title == c.title }) {
			t.Fatalf("%s: a case needs a title of its own and a command:\n%s", path, block)
		}
		all = append(all, c)
	}
	return all
}

func (c curlCase) run(t *testing.T, shell []string) {
	answer := run(t, shell, "sh", "-c", prelude+c.command)
	cut := strings.LastIndex(answer, "\n")
	if cut < 0 {
		t.Fatalf("curl printed no status: %s", answer)
	}
	body, status := answer[:cut], answer[cut+1:]
	if status != c.status {
		t.Errorf("status %s, want %s", status, c.status)
	}
	if !strings.HasPrefix(c.body, "{") && !strings.HasPrefix(c.body, "[") {
		for line := range strings.Lines(c.body) {
			if line = strings.TrimSpace(line); !strings.Contains(body, line) {
				t.Errorf("the answer lacks %q", line)
			}
		}
	} else if err := compareJSON(c.body, body); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("%s\nanswered\n%.2000s", c.command, body)
	}
}

func compareJSON(want, got string) error {
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		return fmt.Errorf("the expectation is no JSON: %w", err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		return fmt.Errorf("the answer is no JSON: %w", err)
	}
	return contains("$", w, g)
}

// contains says where an answer lacks what is wanted. Objects may have more members than are wanted; lists may not have
// more elements. "*" stands for anything but null.
func contains(at string, want, got any) error {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is %v, not an object", at, got)
		}
		for name, value := range w {
			member, ok := g[name]
			if !ok {
				return fmt.Errorf("%s has no %s", at, name)
			}
			if err := contains(at+"."+name, value, member); err != nil {
				return err
			}
		}
		return nil
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return fmt.Errorf("%s is %v, not a list of %d", at, got, len(w))
		}
		for i := range w {
			if err := contains(fmt.Sprintf("%s[%d]", at, i), w[i], g[i]); err != nil {
				return err
			}
		}
		return nil
	case string:
		if w == "*" && got != nil {
			return nil
		}
	}
	if want != got {
		return fmt.Errorf("%s is %v, want %v", at, got, want)
	}
	return nil
}

// TestContains proves that a comparison can fail.
func TestContains(t *testing.T) {
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{`{"a":1}`, `{"a":1,"b":2}`, true},
		{`{"a":1,"b":2}`, `{"a":1}`, false},
		{`{"a":"1"}`, `{"a":1}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":null}`, `{"a":0}`, false},
		{`{"a":"*"}`, `{"a":[1]}`, true},
		{`{"a":"*"}`, `{"a":null}`, false},
		{`[1,2]`, `[1,2]`, true},
		{`[1,2]`, `[2,1]`, false},
		{`[1]`, `[1,2]`, false},
		{`{"a":{"b":[{"c":true}]}}`, `{"a":{"b":[{"c":false}]}}`, false},
		{`[]`, `null`, false},
		{`{}`, `<html>`, false},
	} {
		if err := compareJSON(c.want, c.got); (err == nil) != c.same {
			t.Errorf("%s in %s: %v", c.want, c.got, err)
		}
	}
}
