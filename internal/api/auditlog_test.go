package api

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"
)

// The log is read as lines of JSON by programs, and as a table by people, where no name becomes a formula.
func TestDownloadAuditLog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, func(c *Config) { c.TrustForwarded = true })
		made := call(t, a, "admin", "POST /fabrikam/_apis/graph/groups?api-version=7.1-preview.1\nContent-Type: application/json\nUser-Agent: =cmd()\n"+
			"X-Forwarded-For: 198.51.100.1, 203.0.113.9\n\n{\"displayName\":\"Table\"}")
		if made.StatusCode != http.StatusCreated {
			t.Fatal(made.Status)
		}
		lines := call(t, a, "admin", "GET /fabrikam/_apis/audit/downloadlog?api-version=7.1-preview.1\nAccept: application/x-ndjson")
		if got := lines.Header.Get("Content-Type"); got != "application/x-ndjson" {
			t.Errorf("Content-Type %s", got)
		}
		var actions []string
		for scan := bufio.NewScanner(lines.Body); scan.Scan(); {
			var e azdo.DecoratedAuditLogEntry
			if err := json.Unmarshal(scan.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			actions = append(actions, e.ActionID)
		}
		if got := strings.Join(actions, " "); got != "AuditLog.DownloadLog Group.CreateGroups" {
			t.Errorf("entries %s", got)
		}
		table, err := csv.NewReader(call(t, a, "admin", "GET /fabrikam/_apis/audit/downloadlog?format=csv&api-version=7.1-preview.1").Body).ReadAll()
		if err != nil || len(table) != 4 {
			t.Fatalf("%d rows, %v", len(table), err)
		}
		for i, want := range map[int]string{2: "Ada Admin", 6: "203.0.113.9", 7: "'=cmd()", 10: "Group.CreateGroups", 11: `Created the group [Fabrikam]\Table`} {
			if got := table[3][i]; got != want {
				t.Errorf("%s is %q, not %q", table[0][i], got, want)
			}
		}
	})
}
