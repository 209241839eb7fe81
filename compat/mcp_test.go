//go:build compat

package compat

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMCP drives Azure DevOps' own server for agents with the protocol's client. That server knows the addresses of the
// hosted service only, so its process is led to ours, which answers under those names.
func TestMCP(t *testing.T) {
	node, npm := tool(t, "node"), tool(t, "npm")
	dir := install(t, "mcp", read(t, filepath.Join("mcp", "package-lock.json")), func(dir string) []*exec.Cmd {
		ci := exec.Command(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
		ci.Dir = dir
		return []*exec.Cmd{exec.Command("cp", filepath.Join("mcp", "package.json"), filepath.Join("mcp", "package-lock.json"), dir), ci}
	})
	s := start(t, "--tls-dev")
	got := run(t, []string{"MODULES=" + filepath.Join(dir, "node_modules"), "NODE_NO_WARNINGS=1", "NODE_EXTRA_CA_CERTS=" + s.authority(),
		"HOME=" + t.TempDir(), "PAT=" + adminToken(), "ROOT=https://localhost:" + s.port, "SERVER_PORT=" + s.port, "REQUIREMENT=Product Backlog Item"},
		node, filepath.Join("mcp", "tools.mjs"))
	const want = `core_list_projects 1
core_list_project_teams 1
core_get_identity_ids 1
work_iteration_write 2
work 5
work_capacity_write 1
wit_work_item_write 4
wit_work_item_link_write 4
wit_work_item 7
wit_work_item_comment_write 2
wit_query 3
wit_backlog 3
search_workitem 1
wit_work_item_attachment 1
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
