//go:build compat

package compat

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// gosdk builds the program once per run.
var gosdk = sync.OnceValues(func() (string, error) {
	dir, err := cache()
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "gosdk")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "gosdk"
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the client: %w\n%s", err, out)
	}
	return program, nil
})

func TestGoSDK(t *testing.T) {
	const want = `3 28 true
480 Customer Phone - Phase 1 Fabrikam Fiber\Release 1\Sprint 1 true
1 Customer Phone - Phase 3
412 WorkItemRevisionMismatchException
361 true map[System.Title:Hello World Web Site]
362 true map[System.Title:Resume]
Agile True Go clients Team
\Go clients\Iteration\Sprint Go clients\Sprint 2026-11-02
asTasks 4 New map[cardReordering:1]
inherited custom Waiting InProgress
`
	runGoSDK(t, want)
}

// TestTerraform makes the calls of the Terraform provider with the client that it is built on. The provider itself is
// not run: Terraform's own registry distributes it, and nothing is fetched here but from package registries.
func TestTerraform(t *testing.T) {
	const want = `Harbor / Managed by Terraform / private Git adcc42ab-9882-485e-a3ed-7678f01f66bc
Harbor North / Moved by Terraform / private Git adcc42ab-9882-485e-a3ed-7678f01f66bc
Harbor Pilots / Bring ships in
[Jamal Hartnett Raisa Pokrovskaya]
[Jamal Hartnett]
Harbor North 1 true
team 404 TeamNotFoundException
[Harbor North]\Wrappers / Pack the crates true
1 true
membership 404 without a body
group 404 GraphSubjectNotFoundException
Berth New deep; north 4 true
Berth Active <nil> <nil> true
work item 404 WorkItemUnauthorizedAccessException
project 404 ProjectDoesNotExistException
project 404 ProjectDoesNotExistException
`
	runGoSDK(t, want, "terraform")
}

// TestGoSDK_Access changes permissions, people and service principals, and reads the audit log.
func TestGoSDK_Access(t *testing.T) {
	const want = `CSS
sees some: true
denied: 16
sees some: false
administrator: true listed: 16 effective: 16
removed: true
sees some: true
true berth@fabrikam.com stakeholder
person 404 IdentityNotFoundException
true Crane servicePrincipal express true
service principal 404 IdentityNotFoundException
AuditLog.AccessLog Licensing.Removed Licensing.Assigned Licensing.Removed Licensing.Assigned Security.RemoveIdentityACEs Security.ModifyPermission
`
	runGoSDK(t, want, "access")
}

// TestGoSDK_Clients plays the scripts of gosdk/clients, which call every method of the clients they name. The program compares
// the values and fails by itself; here stands how many methods of each client were answered.
func TestGoSDK_Clients(t *testing.T) {
	const want = `accounts: 1 served, 0 refused
audit: 3 served, 6 refused
core: 20 served, 6 refused
dashboard: 16 served, 0 refused
features: 9 served, 0 refused
graph: 27 served, 6 refused
hooks: 20 served, 2 refused
identity: 21 served, 12 refused
location: 9 served, 0 refused
members: 20 served, 1 refused
operations: 1 served, 0 refused
process: 57 served, 0 refused
profile: 1 served, 0 refused
search: 1 served, 6 refused
security: 9 served, 0 refused
settings: 6 served, 0 refused
tokenadmin: 3 served, 0 refused
wit: 87 served, 4 refused
work: 54 served, 0 refused
`
	runGoSDK(t, want, "clients")
}

func runGoSDK(t *testing.T, want string, args ...string) {
	t.Helper()
	program, err := gosdk()
	if err != nil {
		missing(t, "%v", err)
	}
	s := start(t)
	if got := run(t, []string{"PAT=" + adminToken(), "READER=" + readerToken(), "ROOT=" + s.url}, program, args...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
