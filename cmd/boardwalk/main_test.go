package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// command runs a command line and returns its exit code with what it wrote.
func command(ctx context.Context, t *testing.T, line string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(ctx, strings.Fields(line), streams{strings.NewReader(""), &stdout, &stderr, func(string) string { return "" }})
	return code, stdout.String(), stderr.String()
}

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	for _, c := range []struct {
		line     string
		code     int
		out, err string
	}{
		{"", exitUsage, "", "boardwalk serve --sample"},
		{"help", exitOK, "analytics rebuild", ""},
		{"help help", exitOK, "analytics rebuild", ""},
		{"--help", exitOK, "analytics rebuild", ""},
		{"version", exitOK, "boardwalk ", ""},
		{"help serve", exitOK, "--listen ADDRESS", ""},
		{"help analytics rebuild", exitOK, "--organization NAME", ""},
		{"help explain", exitOK, "boardwalk explain QUERY", ""},
		{"explain", exitUsage, "", "which QUERY?"},
		{"explain http://127.0.0.1:1/a/_odata/v1.0/Areas --token t", exitError, "", "ask the server"},
		{"ingest -h", exitOK, "[FILE...]", ""},
		{"ingest --url http://127.0.0.1:1/o/p x", exitUsage, "", "--token is missing"},
		{"ingest --url http://127.0.0.1:1/o/p --token t " + file, exitError, "", "no such file"},
		{"sample -h", exitOK, "--seed NUMBER", ""},
		{"organization", exitUsage, "", `unknown command "organization"`},
		{"organization create", exitUsage, "", "which NAME?"},
		{"organization create _a --administrator a@b.c", exitUsage, "", "cannot be the name"},
		{"organization create contoso", exitUsage, "", "--administrator is missing"},
		{"organization delete contoso", exitUsage, "", "--yes"},
		{"organization list -h", exitOK, "--data DIRECTORY", ""},
		{"admin", exitUsage, "", `unknown command "admin"`},
		{"admin list -h", exitOK, "--organization NAME", ""},
		{"admin grant --organization contoso", exitUsage, "", "--user is missing"},
		{"admin create-token --user a", exitUsage, "", "--organization is missing"},
		{"dance", exitUsage, "", `unknown command "dance"`},
		{"analytics", exitUsage, "", `unknown command "analytics"`},
		{"serve --dance", exitUsage, "", "--dance"},
		{"serve --listen 0.0.0.0:1 --sample", exitUsage, "", "--allow-remote-sample"},
		{"serve --data /dev/null/x", exitError, "", "boardwalk: cannot create the data directory"},
		{"analytics rebuild --data " + file, exitOK, "no organization", ""},
		{"sample --size 20 --data " + file, exitOK, "20 work items", ""},
		{"sample --data " + file, exitError, "", "needs an empty store"},
		{"analytics rebuild --organization generated --data " + file, exitOK, "generated: analytics tables built", ""},
	} {
		code, out, err := command(t.Context(), t, c.line)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(err, c.err) || c.err == "" && err != "" || c.out == "" && out != "" {
			t.Errorf("boardwalk %s: exit code %d, want %d; it wrote %q and %q", c.line, code, c.code, out, err)
		}
		if code == exitError && strings.Count(err, "\n") != 1 {
			t.Errorf("boardwalk %s: the error is not one line: %q", c.line, err)
		}
	}
}

// stopper ends a context with the first thing written.
type stopper struct {
	text strings.Builder
	stop context.CancelFunc
}

func (s *stopper) Write(p []byte) (int, error) {
	defer s.stop()
	return s.text.Write(p)
}

func TestRun_ServeUntilStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &stopper{stop: stop}
	var log strings.Builder
	code := run(ctx, []string{"serve", "--sample", "--data", t.TempDir(), "--listen", "127.0.0.1:0"}, streams{strings.NewReader(""), out, &log, func(string) string { return "" }})
	if code != exitOK || !strings.Contains(out.text.String(), "is ready") || !strings.Contains(log.String(), "msg=stopped") {
		t.Errorf("exit code %d; it wrote %s and %s", code, out.text.String(), log.String())
	}
}

type textError string

func (e textError) Error() string { return string(e) }

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"one": "one", "one\ntwo": "one; two", "failed to connect:\n\thost: refused\n\n": "failed to connect: host: refused", "\n": "",
	} {
		if got := oneLine(textError(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
