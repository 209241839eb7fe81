//go:build compat

package compat

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// python returns an interpreter that has a release of the azure-devops package with requests, or pyarrow alone.
func python(t *testing.T, release string) string {
	t.Helper()
	system, pins := tool(t, "python3"), filepath.Join("python", "requirements-"+release+".txt")
	dir := install(t, "python-"+release, read(t, pins), func(dir string) []*exec.Cmd {
		return []*exec.Cmd{
			exec.Command(system, "-m", "venv", dir),
			exec.Command(filepath.Join(dir, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", pins),
		}
	})
	return filepath.Join(dir, "bin", "python")
}

func TestPython(t *testing.T) {
	for _, c := range []struct{ release, script, want string }{
		{"6.0.0b4", "rest_projects.py", `{'count': 2, 'value': [
{'id': 'GUID', 'name': 'samples', 'url': 'ROOT/youngbinhan/_apis/projects/GUID', 'state': 'wellFormed', 'revision': 12, 'visibility': 'public', 'lastUpdateTime': '2020-10-14T02:40:01.027Z'},
{'id': 'GUID', 'name': 'FittrixTest', 'url': 'ROOT/youngbinhan/_apis/projects/GUID', 'state': 'wellFormed', 'revision': 20, 'visibility': 'private', 'lastUpdateTime': '2020-10-16T01:32:22.173Z'}]}
`},
		{"6.0.0b4", "rest_batch.py", `[1] test
[2] Bug fix
[3] Sign in feature
{'count': 3, 'value': [
{'id': 1, 'rev': 2, 'fields': {'System.Id': 1, 'System.Title': 'test'}, 'url': 'ROOT/youngbinhan/_apis/wit/workItems/1'},
{'id': 2, 'rev': 1, 'fields': {'System.Id': 2, 'System.Title': 'Bug fix'}, 'url': 'ROOT/youngbinhan/_apis/wit/workItems/2'},
{'id': 3, 'rev': 1, 'fields': {'System.Id': 3, 'System.Title': 'Sign in feature'}, 'url': 'ROOT/youngbinhan/_apis/wit/workItems/3'}]}
`},
		{"6.0.0b4", "sdk_printed.py", `[<azure.devops.v5_1.core.models.TeamProjectReference object at ADDRESS>, <azure.devops.v5_1.core.models.TeamProjectReference object at ADDRESS>]
['samples', 'FittrixTest']
1 2 {'System.Id': 1, 'System.Title': 'test'} ROOT/youngbinhan/_apis/wit/workItems/1
2 1 {'System.Id': 2, 'System.Title': 'Bug fix'} ROOT/youngbinhan/_apis/wit/workItems/2
3 1 {'System.Id': 3, 'System.Title': 'Sign in feature'} ROOT/youngbinhan/_apis/wit/workItems/3
`},
		{"6.0.0b4", "sdk_continuation.py", "3 28 28\n"},
		{"7.1.0b4", "sdk_current.py", `['samples', 'FittrixTest']
1 2 {'System.Id': 1, 'System.Title': 'test'}
2 1 {'System.Id': 2, 'System.Title': 'Bug fix'}
3 1 {'System.Id': 3, 'System.Title': 'Sign in feature'}
28 28
56af920d-393b-4236-9a07-24439ccaa85c Git
['Account Management', 'Fabrikam Fiber Team']
480 Customer Phone - Phase 1 True True
['Hello World Web Site', 'Resume']
1 From Python To Do
2 In Progress
WorkItemRevisionMismatchException TF26071: This work item has been changed by someone else since you opened it. You will need to refresh it and discard your changes.
WorkItemUnauthorizedAccessException TF401232: Work item 999999 does not exist, or you do not have permissions to read it.
`},
		{"pyarrow", "tables.py", `json 3 480 328 118
arrow 480 True
arrow int64, string, double, timestamp[us, tz=America/Los_Angeles], string, string, date32[day], duration[us], bool, string, string, double
parquet 480 True
parquet int64, string, double, timestamp[us, tz=America/Los_Angeles], string, string, date32[day], duration[us], bool, string, string, double
csv 480 True
nested 362 184
arrow True list<element: struct<Title: string, ChangedDate: timestamp[us, tz=America/Los_Angeles], Effort: double, Tags: list<element: struct<TagName: string> not null>, Area/AreaPath: string> not null>
parquet True list<element: struct<Title: string, ChangedDate: timestamp[us, tz=America/Los_Angeles], Effort: double, Tags: list<element: struct<TagName: string> not null>, Area/AreaPath: string> not null>
`},
	} {
		t.Run(c.release+"/"+c.script, func(t *testing.T) {
			interpreter := python(t, c.release)
			s := start(t)
			got := run(t, []string{"PAT=" + adminToken(), "ROOT=" + s.url, "PYTHONIOENCODING=utf-8"}, interpreter, filepath.Join("python", c.script))
			if got = masked(got, s); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestPythonClients calls every method of the package's clients that this server serves, of both generations it holds.
// The program checks the values and fails by itself; here stands how much of each client that was.
func TestPythonClients(t *testing.T) {
	interpreter := python(t, "7.1.0b4")
	s := start(t, "--hooks-allow-private") // the program waits for events itself
	for generation, want := range map[string]string{
		"v7_0": `core: 20 of 26
operations: 1 of 1
work_item_tracking: 83 of 84
work: 54 of 54
location: 9 of 9
security: 9 of 9
dashboard: 16 of 16
work_item_tracking_process: 57 of 57
work_item_tracking_process_template: 2 of 5
profile: 1 of 1
identity: 21 of 33
graph: 24 of 25
search: 1 of 7
service_hooks: 20 of 22
settings: 6 of 6
feature_management: 9 of 9
accounts: 1 of 1
customer_intelligence: 1 of 1
client_trace: 1 of 1
member_entitlement_management: 15 of 15
audit: 3 of 9
`,
		"v7_1": `core: 20 of 26
operations: 1 of 1
work_item_tracking: 88 of 91
work: 54 of 54
location: 9 of 9
security: 9 of 9
dashboard: 16 of 16
work_item_tracking_process: 57 of 57
work_item_tracking_process_template: 2 of 5
profile: 1 of 1
identity: 21 of 33
graph: 28 of 29
search: 1 of 7
service_hooks: 20 of 22
settings: 6 of 6
feature_management: 9 of 9
accounts: 1 of 1
customer_intelligence: 1 of 1
client_trace: 1 of 1
member_entitlement_management: 21 of 21
audit: 3 of 9
`,
	} {
		t.Run(generation, func(t *testing.T) {
			got := run(t, []string{"PAT=" + adminToken(), "ROOT=" + s.url, "CLIENTS=" + generation, "PYTHONDONTWRITEBYTECODE=1"},
				interpreter, filepath.Join("python", "clients.py"))
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// masked takes out what differs from run to run and puts each element of a printed list on a line of its own.
func masked(text string, s running) string {
	text = strings.ReplaceAll(text, s.url, "ROOT")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "'value': [{", "'value': [\n{"), "}, {", "},\n{")
	text = regexp.MustCompile(`0x[0-9a-f]+`).ReplaceAllString(text, "ADDRESS")
	return regexp.MustCompile(`('id': '|projects/)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`).ReplaceAllString(text, "${1}GUID")
}
