//go:build compat

package compat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestAz runs the cases of az/*.txt: commands of the Azure CLI with its extension for Azure DevOps, as Debian and Ubuntu
// package them (azure-cli, python3-azext-devops), and what they must print.
func TestAz(t *testing.T) {
	for _, file := range []string{"boards.txt", "devops.txt", "security.txt", "users.txt"} {
		t.Run(strings.TrimSuffix(file, ".txt"), func(t *testing.T) {
			t.Parallel()
			s := start(t)
			runAz(t, file, s, "ROOT="+s.url)
		})
	}
}

// TestAzHostNames runs a release of the extension that is newer than that of many distributions, under the names of the
// hosted service: it is told of the server by a proxy and of the authority by REQUESTS_CA_BUNDLE, as users would.
func TestAzHostNames(t *testing.T) {
	const script = "extension.sh"
	dir := install(t, "az", read(t, filepath.Join("az", script)), func(dir string) []*exec.Cmd {
		return []*exec.Cmd{exec.Command("sh", filepath.Join("az", script), dir)}
	})
	extension := filepath.Join(dir, "usr", "lib", "python3", "dist-packages", "azure-cli-extensions")
	s := start(t, "--tls-dev")
	runAz(t, "hostnames.txt", s, "ROOT=https://dev.azure.com", "REQUESTS_CA_BUNDLE="+s.authority(),
		"EXTENSION="+extension, "AZURE_EXTENSION_SYS_DIR="+extension,
		"PYTHONPATH="+filepath.Join(extension, "azure-devops")) // before the extension that is installed
}

// runAz runs the cases of a file one after the other, as one user with a home directory of their own.
func runAz(t *testing.T, file string, s running, env ...string) {
	t.Helper()
	if _, err := exec.LookPath("az"); err != nil {
		t.Fatalf("the Azure CLI is needed, apt-get install azure-cli python3-azext-devops: %v", err)
	}
	home, proxy := t.TempDir(), redirect(t, "127.0.0.1:"+s.port)
	env = append(append(os.Environ(), "HTTPS_PROXY="+proxy, "https_proxy="+proxy, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"HOME="+home, "AZURE_CONFIG_DIR="+filepath.Join(home, ".azure"), "AZURE_EXTENSION_DIR="+filepath.Join(home, "none"),
		"AZURE_CORE_COLLECT_TELEMETRY=false", "AZURE_CORE_ONLY_SHOW_ERRORS=true", "AZURE_CORE_NO_COLOR=true",
		"AZURE_DEVOPS_EXT_PAT="+adminToken(), "READER="+readerToken(), "TZ=UTC"), env...)
	for _, c := range parseCases(t, filepath.Join("az", file)) {
		t.Run(c.title, func(t *testing.T) {
			shell := exec.CommandContext(t.Context(), "sh", "-e", "-c", c.command)
			shell.Env, shell.Dir = env, home
			printed, err := shell.CombinedOutput()
			if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			got := strings.TrimSpace(strings.ReplaceAll(string(printed), s.url, "ROOT"))
			if exit := strconv.Itoa(shell.ProcessState.ExitCode()); exit != c.status {
				t.Errorf("exit code %s, want %s", exit, c.status)
			}
			if err := comparePrinted(c.body, got); err != nil {
				t.Error(err)
			}
			if t.Failed() {
				t.Logf("%s\nprinted\n%.4000s", c.command, got)
			}
		})
	}
}

// comparePrinted compares JSON by its members, and anything else as it is.
func comparePrinted(want, got string) error {
	w, err := values(want)
	if err != nil {
		if got != want {
			return fmt.Errorf("want\n%s", want)
		}
		return nil
	}
	g, err := values(got)
	if err != nil {
		return fmt.Errorf("what was printed is no JSON: %w", err)
	}
	return contains("printed", w, g)
}

// values decodes the JSON values that stand one after the other in a text, as commands one after the other print them.
func values(text string) ([]any, error) {
	all := []any{}
	for d := json.NewDecoder(strings.NewReader(text)); ; {
		var one any
		if err := d.Decode(&one); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}

// TestComparePrinted proves that a comparison can fail.
func TestComparePrinted(t *testing.T) {
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{``, ``, true},
		{``, `[]`, false},
		{``, `ERROR: no`, false},
		{`{"a": 1} ["b"]`, "{\"a\": 1, \"c\": 2}\n[\"b\"]", true},
		{`{"a": 1}`, `{"a": 1} ["b"]`, false},
		{`{"a": 1} ["b"]`, `{"a": 1}`, false},
		{`"a"`, `"b"`, false},
		{`ERROR: no`, `ERROR: no`, true},
		{`ERROR: no`, `ERROR: no, not at all`, false},
		{`["b"]`, `ERROR: no`, false},
	} {
		if err := comparePrinted(c.want, c.got); (err == nil) != c.same {
			t.Errorf("%q printed for %q: %v", c.got, c.want, err)
		}
	}
}
