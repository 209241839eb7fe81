//go:build compat

package compat

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// installNode installs azure-devops-node-api.
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

// TestNode_Clients calls every method of seven clients, in a project of its own. The program checks the values, and that each
// method which it does not call is refused with 501, and fails by itself; here stands how many methods of each were called.
func TestNode_Clients(t *testing.T) {
	node, modules := installNode(t)
	s := start(t)
	got := run(t, []string{"NODE_PATH=" + modules, "NODE_NO_WARNINGS=1", "PAT=" + adminToken(), "ROOT=" + s.url}, node, filepath.Join("node", "clients.js"))
	const want = `core 17 of 33
wit 89 of 90
work 56 of 59
process 57 of 57
dashboard 13 of 13
features 9 of 9
locations 10 of 10
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
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
