//go:build compat

package compat

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// installNode installs azure-devops-node-api, older major releases in folders with their numbers.
func installNode(t *testing.T) (node, modules string) {
	t.Helper()
	node, npm := tool(t, "node"), tool(t, "npm")
	dir := install(t, "node", read(t, filepath.Join("node", "package-lock.json")), func(dir string) []*exec.Cmd {
		ci := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		ci.Dir = dir
		return []*exec.Cmd{exec.Command("cp", filepath.Join("node", "package.json"), filepath.Join("node", "package-lock.json"), dir), ci}
	})
	return node, filepath.Join(dir, "node_modules")
}

// TestNode_Clients calls every method of seven clients, in a project of its own, with the newest major release and with older
// ones that are in use. The program checks the values, and that each method which it does not call is refused with 501, and
// fails by itself; here stands how many methods of each were called.
func TestNode_Clients(t *testing.T) {
	node, modules := installNode(t)
	for _, c := range []struct{ folder, want string }{
		{"azure-devops-node-api", "core 23 of 33, wit 89 of 90, work 56 of 59, process 57 of 57, dashboard 13 of 13, features 9 of 9, locations 10 of 10"},
		{"azure-devops-node-api-12", "core 23 of 33, wit 89 of 90, work 54 of 57, process 57 of 57, dashboard 13 of 13, features 9 of 9, locations 9 of 9"},
		{"azure-devops-node-api-11", "core 22 of 32, wit 89 of 90, work 54 of 56, process 57 of 57, dashboard 13 of 13, features 9 of 9, locations 9 of 9"},
		{"azure-devops-node-api-10", "core 22 of 32, wit 89 of 89, work 53 of 55, process 57 of 57, dashboard 13 of 13, features 9 of 9, locations 9 of 9"},
	} {
		t.Run(c.folder, func(t *testing.T) {
			named := t.TempDir() // holds the release under the name by which programs ask for it
			if err := os.Symlink(filepath.Join(modules, c.folder), filepath.Join(named, "azure-devops-node-api")); err != nil {
				t.Fatal(err)
			}
			s := start(t)
			got := run(t, []string{"NODE_PATH=" + named, "NODE_NO_WARNINGS=1", "PAT=" + adminToken(), "ROOT=" + s.url}, node, filepath.Join("node", "clients.js"))
			if got = strings.ReplaceAll(strings.TrimSpace(got), "\n", ", "); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestNode(t *testing.T) {
	node, modules := installNode(t)
	s := start(t)
	got := run(t, []string{"NODE_PATH=" + modules, "NODE_NO_WARNINGS=1", "PAT=" + adminToken(), "READER=" + readerToken(), "ROOT=" + s.url},
		node, filepath.Join("node", "workitems.js"))
	const want = `Jamal Hartnett
28 true
[ 10, 10, 8 ] 28
Fabrikam Fiber Git Fabrikam Fiber Team
480 Customer Phone - Phase 1 In Progress true
[ '362 Resume', null, '361 Hello World Web Site' ]
[ 'Removed', 'New' ]
1 New
1 Customer Phone - Phase 2 Customer; phone; second Jamal Hartnett
412 WorkItemRevisionMismatchException
1 Bug From Node
null
[ 'Fabrikam Fiber' ]
401 UnauthorizedRequestException
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
