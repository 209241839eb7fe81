//go:build compat

package compat

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The sample's tokens are names filled up to the length of a personal access token.
func token(name string) string { return name + strings.Repeat("a", 52-len(name)) }

func adminToken() string       { return token("boardwalksampleadmin") }
func readerToken() string      { return token("boardwalksamplereader") }
func stakeholderToken() string { return token("boardwalksamplestakeholder") }

// cache is the folder for the binary and the installed clients.
func cache() (string, error) {
	dir, err := filepath.Abs(filepath.Join("..", ".cache", "compat"))
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o755)
}

// binary builds the program once per run. BOARDWALK_BINARY names one to test in its place, such as a released one.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("BOARDWALK_BINARY"); path != "" {
		return filepath.Abs(path)
	}
	dir, err := cache()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "boardwalk")
	build := exec.Command("go", "build", "-o", path, "./cmd/boardwalk")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// running is a server with the sample.
type running struct {
	url  string // without a slash at the end
	port string
	data string
}

// authority is the certificate to trust of a server with --tls-dev.
func (s running) authority() string { return filepath.Join(s.data, "tls", "ca.pem") }

// start starts a server of its own on a new data directory and stops it when the test ends.
func start(t *testing.T, flags ...string) running {
	t.Helper()
	s := running{data: t.TempDir()}
	s.url = launch(t, "Start page", append([]string{"--sample", "--data", s.data}, flags...)...)
	s.port = s.url[strings.LastIndex(s.url, ":")+1:]
	return s
}

// launch starts a server and returns what stands in its greeting behind a word, without a slash at the end.
func launch(t *testing.T, word string, flags ...string) (told string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	var log strings.Builder
	c.Stderr = &log
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	found, drained := make(chan string, 1), make(chan struct{})
	go func() { // the server greets once it is ready
		defer close(drained)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, rest, ok := strings.Cut(lines.Text(), word); ok {
				found <- strings.TrimSuffix(strings.TrimSpace(rest), "/")
			}
		}
	}()
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM) // it may have ended by itself, which Wait tells
		<-drained
		if err := c.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
		if t.Failed() {
			t.Logf("log of the server:\n%s", log.String())
		}
	})
	select {
	case told = <-found:
	case <-drained:
		t.Fatal("the server ended before it was ready")
	case <-time.After(time.Minute):
		t.Fatal("the server did not become ready in a minute")
	}
	return told
}

// missing ends a test whose client cannot be had: as skipped, or as failed where every client is required.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("BOARDWALK_REQUIRE_BACKENDS") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// tool returns the path of a program of this machine.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, "%s is needed here: %v", name, err)
	}
	return path
}

// install runs commands that put a client into a folder of the cache, unless it holds the same versions already: pins
// is the content of the file that names them.
func install(t *testing.T, name, pins string, commands func(dir string) []*exec.Cmd) string {
	t.Helper()
	root, err := cache()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, name)
	stamp := filepath.Join(dir, "installed")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == pins {
		return dir
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands(dir) {
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("install %s: %s: %v\n%s", name, strings.Join(c.Args, " "), err, out)
		}
	}
	if err := os.WriteFile(stamp, []byte(pins), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// run runs a client's program to its end and returns what it printed. Nothing it does may go through a proxy.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Env = append(os.Environ(), "NO_PROXY=*", "no_proxy=*")
	c.Env = append(c.Env, env...)
	var out, problems strings.Builder
	c.Stdout, c.Stderr = &out, &problems
	if err := c.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out.String(), problems.String())
	}
	return out.String()
}

// read returns a file of a client's folder.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
