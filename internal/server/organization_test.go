package server

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// An organization made on the command line is worked with over HTTP by the token that was printed, and leaves nothing
// behind when it is deleted; the one beside it stays.
func TestOrganization_Life(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		c.Sample = false
		empty, stop := start(t, c)
		if !strings.Contains(empty.out.String(), "boardwalk organization create") {
			t.Errorf("it greets with %s", empty.out.String())
		}
		stop()
		create := func(name string) (token string) {
			t.Helper()
			var out strings.Builder
			err := CreateOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: name, Administrator: "Ada@example.com", TimeZone: "Asia/Seoul", TokenDays: 30}, &out)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			return lines[len(lines)-1]
		}
		tokens := map[string]string{"contoso": create("contoso"), "northwind": create("northwind")}
		err := CreateOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: "CONTOSO", Administrator: "x", TimeZone: "UTC", TokenDays: 1}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("a second one of the name: %v", err)
		}

		s, stop := start(t, c)
		if strings.Contains(s.out.String(), "organization create") {
			t.Errorf("it greets with %s", s.out.String())
		}
		call := func(method, path, token, media, body string, status int) string {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.SetBasicAuth("", token)
			r.Header.Set("Content-Type", media)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = answer.Body.Close() }()
			text, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != status {
				t.Fatalf("%s %s: %d %s %v, want %d", method, path, answer.StatusCode, text, err, status)
			}
			return string(text)
		}
		for name, token := range tokens {
			call("POST", "/"+name+"/_apis/projects?api-version=7.1", token, "application/json", `{"name": "Fiber"}`, 202)
			call("POST", "/"+name+"/Fiber/_apis/wit/workitems/$Issue?api-version=7.1", token, "application/json-patch+json",
				`[{"op": "add", "path": "/fields/System.Title", "value": "of `+name+`"}]`, 200)
		}
		call("GET", "/northwind/_apis/projects", tokens["contoso"], "", "", 401)
		stop()

		var out strings.Builder
		if err := ListOrganizations(t.Context(), c.Store, &out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		if len(lines) != 4 || strings.Join(strings.Fields(lines[1])[2:], " ") != "Asia/Seoul 1" || !strings.HasPrefix(lines[2], "northwind ") {
			t.Errorf("it lists:\n%s", out.String())
		}
		if err := DeleteOrganization(t.Context(), OrganizationConfig{Store: c.Store, Name: "Contoso", Yes: true}, io.Discard); err != nil {
			t.Fatal(err)
		}
		requireNoRows(t, c.Store, 1)

		s, stop = start(t, c)
		defer stop()
		call("GET", "/contoso/_apis/projects", tokens["contoso"], "", "", 404)
		call("GET", "/northwind/_apis/projects", tokens["contoso"], "", "", 401)
		var item struct{ Fields map[string]any }
		if err := json.Unmarshal([]byte(call("GET", "/northwind/_apis/wit/workitems/1", tokens["northwind"], "", "", 200)), &item); err != nil || item.Fields["System.Title"] != "of northwind" {
			t.Errorf("the work item of the other organization: %v %v", item.Fields, err)
		}
	})
}

// requireNoRows looks for rows of an organization in tables of every package.
func requireNoRows(t *testing.T, c Store, org int64) {
	t.Helper()
	s, err := openStores(t.Context(), c, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	for _, table := range []string{"organizations", "projects", "nodes", "teams", "memberships", "team_areas", "users", "tokens", "work_items",
		"work_revisions", "feed", "feed_heads", "counters", "boards", "board_cells", "operations", "project_history"} {
		for of, want := range map[int64]bool{org: false, org + 1: true} {
			var n int64
			err := s.db.View(t.Context(), func(tx *db.Tx) error {
				return tx.Row(db.SQL("server.testCount", "SELECT count(*) FROM "+table+" WHERE org_id = $1"), []any{of}, &n)
			})
			if err != nil || n > 0 != want {
				t.Errorf("%s has %d rows of organization %d (%v)", table, n, of, err)
			}
		}
	}
}
