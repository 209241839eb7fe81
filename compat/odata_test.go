//go:build compat

package compat

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// installOData installs the OData clients of npm.
func installOData(t *testing.T) (node, modules string) {
	t.Helper()
	node, npm := tool(t, "node"), tool(t, "npm")
	dir := install(t, "odata", read(t, filepath.Join("odata", "package-lock.json")), func(dir string) []*exec.Cmd {
		ci := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		ci.Dir = dir
		return []*exec.Cmd{exec.Command("cp", filepath.Join("odata", "package.json"), filepath.Join("odata", "package-lock.json"), dir), ci}
	})
	return node, filepath.Join(dir, "node_modules")
}

// TestOData_Queries sends queries that odata-query builds, and those of o.js and @odata/client.
func TestOData_Queries(t *testing.T) {
	node, modules := installOData(t)
	s := start(t)
	got := run(t, []string{"NODE_PATH=" + modules, "NODE_NO_WARNINGS=1", "PAT=" + adminToken(), "ROOT=" + s.url}, node, filepath.Join("odata", "queries.js"))
	const want = `1 [ '480 Customer Phone - Phase 1, Fabrikam Fiber\\Service Delivery' ]
[ 361, 362, 363, 365 ]
[ 'Bug 202 403', 'Epic 51 174' ]
[ '361 Hello World Web Site', '480 Customer Phone - Phase 1' ]
400
[ 'Fabrikam Fiber\\Service Delivery\\Voice' ]
VS403483:` + " \n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestOData_Generated generates a client from $metadata of two versions and asks with each.
func TestOData_Generated(t *testing.T) {
	node, modules := installOData(t)
	s := start(t)
	work := t.TempDir()
	input, output := filepath.Join(work, "metadata"), filepath.Join(work, "generated")
	if err := os.Mkdir(input, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, version := range map[string]string{"V4.edmx": "v4.0-preview", "V2.edmx": "v2.0"} {
		if err := os.WriteFile(filepath.Join(input, name), download(t, s.url+"/fabrikam/_odata/"+version+"/$metadata"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// Names that are reserved or taken would fail here: nothing is renamed to be valid.
	said := run(t, nil, node, filepath.Join(modules, "@sap-cloud-sdk", "generator", "dist", "cli.js"), "--input", input, "--outputDir", output)
	if strings.Contains(said, "ERROR") || !strings.Contains(said, "finished successfully") {
		t.Fatal(said)
	}
	if err := os.Symlink(modules, filepath.Join(work, "node_modules")); err != nil {
		t.Fatal(err)
	}
	got := run(t, []string{"NODE_PATH=" + modules, "NODE_NO_WARNINGS=1", "PAT=" + adminToken(), "ROOT=" + s.url, "GENERATED=" + output}, node, filepath.Join("odata", "generated.js"))
	const each = `VERSION 480 Customer Phone - Phase 1 2022-01-18T21:50:17.997Z 8 26be05fd-e68a-4fcb-833f-497f6bee45f2 Fabrikam Fiber\Service Delivery Jamal Hartnett
VERSION 479 Customer Web - Phase 1 2022-02-07T17:04:50.303Z 13 637dc203-0549-4415-9663-b6358ac27d21 Fabrikam Fiber\Service Delivery\Internet Raisa Pokrovskaya
VERSION SETS sets, 1166
`
	want := strings.NewReplacer("VERSION", "V4", "SETS", "32").Replace(each) + strings.NewReplacer("VERSION", "V2", "SETS", "15").Replace(each)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// download reads a document of the server.
func download(t *testing.T, url string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("", adminToken())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, err)
	}
	return body
}
