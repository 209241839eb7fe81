//go:build compat

package compat

import (
	"os/exec"
	"path/filepath"
	"testing"
)

func TestGoSDK(t *testing.T) {
	dir, err := cache()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "gosdk")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "gosdk"
	if out, err := build.CombinedOutput(); err != nil {
		missing(t, "build the client: %v\n%s", err, out)
	}
	s := start(t)
	got := run(t, []string{"PAT=" + adminToken(), "ROOT=" + s.url}, program)
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
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
