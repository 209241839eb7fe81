package db

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// upgrade fills a store as it was before a migration, runs what is left, and compares what queries then find.
func upgrade(t *testing.T, before string, fill []string, found map[string]string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.db")
	e, err := openSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.connect(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	run := func(sql string) {
		t.Helper()
		if err := c.control(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	all, err := migrations(migrationFiles, SQLite)
	if err != nil {
		t.Fatal(err)
	}
	run(createMigrations)
	for _, m := range all[:slices.IndexFunc(all, func(m migration) bool { return m.name == before })] {
		run(m.text)
		if _, err := c.exec(t.Context(), insertMigration, encode([]any{m.version, m.name, m.checksum, time.Now()})); err != nil {
			t.Fatal(err)
		}
	}
	for _, sql := range fill {
		run(sql)
	}
	if err := migrate(t.Context(), c, SQLite, time.Now()); err != nil {
		t.Fatal(err)
	}
	for query, want := range found {
		rows, err := c.query(t.Context(), SQL("db.test", query), nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			got = append(got, line)
		}
		if err := rows.Err(); err != nil || strings.Join(got, ", ") != want {
			t.Errorf("%s:\n%s (%v), want\n%s", query, strings.Join(got, ", "), err, want)
		}
		_ = rows.Close() // read to its end
	}
	if err := c.close(); err != nil {
		t.Error(err)
	}
	if err := e.close(); err != nil {
		t.Error(err)
	}
}

const aProject = `INSERT INTO projects (org_id, project_id, guid, name, name_key, description, state, revision, visibility, process_id, default_team, last_update, is_deleted)
	VALUES (1, 3, 'p3', 'P', 'p', '', 'wellFormed', 1, 'private', '', 4, 0, false)`

// A store from before there were groups: roles, teams, administrators and permissions become memberships and entries.
func TestMigrate_Groups(t *testing.T) {
	upgrade(t, "groups", []string{
		`INSERT INTO users VALUES (1, 1, 'g1', 'Ada', 'ada', 'ada', '', 1, 'basic', true, true), (1, 2, 'g2', 'Bob', 'bob', 'bob', '', 2, 'basic', false, true)`,
		aProject,
		`INSERT INTO teams (org_id, team_id, project_id, guid, name, description, is_deleted) VALUES (1, 4, 3, 't4', 'T', '', false)`,
		`INSERT INTO team_members VALUES (1, 4, 1, true), (1, 4, 2, false)`,
		`INSERT INTO project_members VALUES (1, 3, 2, 'reader'), (1, 3, 2, 'contributor'), (1, 3, 1, 'administrator')`,
		`INSERT INTO project_permissions VALUES (1, 3, 'ViewAnalytics', 0, 'contributor', true), (1, 3, 'ViewAnalytics', 0, 'administrator', true),
			(1, 3, 'ViewAnalytics', 2, '', false)`,
	}, map[string]string{
		`SELECT container_kind||container_id||' '||member_kind||member_id FROM memberships ORDER BY 1`:              "administrators0 user1, administrators3 user1, contributors3 team4, contributors3 user2, readers3 user2, team4 user1, team4 user2",
		`SELECT substr(namespace,1,8)||' '||token||' '||inherits FROM access_lists ORDER BY 1`:                      `58450c49 $/p3 1, 5a27515b p3\t4 1`,
		`SELECT token_key||' '||subject_kind||subject_id||' '||allowed||' '||denied FROM access_entries ORDER BY 1`: `$/p3 administrators3 30 1, $/p3 contributors3 0 1, $/p3 user2 1 0, p3\t4 user1 31 0`,
	})
}

// Whoever made a plan before plans had permissions may do everything with it.
func TestMigrate_PlanPermissions(t *testing.T) {
	upgrade(t, "plan_permissions", []string{
		aProject,
		`INSERT INTO plans VALUES (1, 3, 'd1', 'Road', '', 1, 7, 0, 8, 0, '{}'), (1, 3, 'd2', 'Map', '', 1, 8, 0, 8, 0, '{}')`,
	}, map[string]string{
		`SELECT namespace||' '||token_key||' '||token||' '||inherits FROM access_lists ORDER BY 1`:                  "bed337f8-e5f3-4fb9-80da-81e17d06e7a8 plan/p3/d1 Plan/p3/d1 1, bed337f8-e5f3-4fb9-80da-81e17d06e7a8 plan/p3/d2 Plan/p3/d2 1",
		`SELECT token_key||' '||subject_kind||subject_id||' '||allowed||' '||denied FROM access_entries ORDER BY 1`: "plan/p3/d1 user7 15 0, plan/p3/d2 user8 15 0",
	})
}
