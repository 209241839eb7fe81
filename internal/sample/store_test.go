package sample

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// newStore opens an empty store whose clock stands still.
func newStore(t testing.TB, b dbtest.Backend, clock func() time.Time) Config {
	t.Helper()
	config := b.Config(t)
	config.Clock = clock
	d := dbtest.OpenConfig(t, config)
	projects, people := project.New(d), access.New(access.Config{DB: d, TokenKey: []byte("test")})
	return Config{DB: d, Projects: projects, Access: people, Items: work.New(work.Config{DB: d, Projects: projects, Access: people})}
}

func clockAt(text string) func() time.Time { return func() time.Time { return instant(text) } }

// loaded is a store with the sample in it.
func loaded(t testing.TB, b dbtest.Backend) Config {
	t.Helper()
	c := newStore(t, b, clockAt("2026-11-22T12:00:00Z"))
	if err := Load(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// rows runs a query and gives each row to scan.
func rows(t testing.TB, d *db.DB, text string, scan func(*db.Rows) error, args ...any) {
	t.Helper()
	s := db.SQL("test", text)
	err := d.View(context.Background(), func(tx *db.Tx) error {
		r, err := tx.Query(s, args...)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			if err := scan(r); err != nil {
				return err
			}
		}
		return r.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func number(t testing.TB, d *db.DB, text string, args ...any) (n int64) {
	t.Helper()
	rows(t, d, text, func(r *db.Rows) error { return r.Scan(&n) }, args...)
	return n
}

// dumps are the tables the sample writes, each as text in the order of its key. The dates of the change feed are left
// out: they say when the sample was loaded.
var dumps = map[string]string{
	"organizations":   `SELECT org_id||'|'||guid||'|'||name||'|'||time_zone||'|'||created_at FROM organizations ORDER BY org_id`,
	"projects":        `SELECT org_id||'|'||project_id||'|'||guid||'|'||name||'|'||description||'|'||state||'|'||revision||'|'||visibility||'|'||process_id||'|'||default_team||'|'||last_update FROM projects ORDER BY org_id, project_id`,
	"nodes":           `SELECT org_id||'|'||node_id||'|'||project_id||'|'||guid||'|'||kind||'|'||parent_id||'|'||name||'|'||coalesce(start_date,0)||'|'||coalesce(finish_date,0) FROM nodes ORDER BY org_id, node_id`,
	"teams":           `SELECT org_id||'|'||team_id||'|'||project_id||'|'||guid||'|'||name||'|'||description FROM teams ORDER BY org_id, team_id`,
	"team_areas":      `SELECT org_id||'|'||team_id||'|'||node_id||'|'||CASE WHEN include_children THEN 1 ELSE 0 END||'|'||CASE WHEN is_default THEN 1 ELSE 0 END FROM team_areas ORDER BY org_id, team_id, node_id`,
	"team_iterations": `SELECT org_id||'|'||team_id||'|'||node_id FROM team_iterations ORDER BY org_id, team_id, node_id`,
	"boards":          `SELECT org_id||'|'||board_id||'|'||team_id||'|'||backlog_id||'|'||guid||'|'||revision FROM boards ORDER BY org_id, board_id`,
	"board_cells":     `SELECT org_id||'|'||cell_id||'|'||board_id||'|'||column_guid||'|'||column_name||'|'||column_order||'|'||states||'|'||row_guid||'|'||half||'|'||takes||'|'||changed_at||'|'||coalesce(revised_at,0) FROM board_cells ORDER BY org_id, cell_id`,
	"processes":       `SELECT org_id||'|'||process_id||'|'||parent_id||'|'||name||'|'||description FROM processes ORDER BY org_id, process_id`,
	"process_states":  `SELECT org_id||'|'||process_id||'|'||type_name||'|'||name||'|'||category FROM process_states ORDER BY org_id, process_id, type_name, name`,
	"process_fields":  `SELECT org_id||'|'||process_id||'|'||type_name||'|'||field_id FROM process_fields ORDER BY org_id, process_id, type_name, field_id`,
	"fields":          `SELECT org_id||'|'||field_id||'|'||reference_name||'|'||name||'|'||description||'|'||type||'|'||CASE WHEN is_identity THEN 1 ELSE 0 END FROM fields ORDER BY org_id, field_id`,
	"accounts":        `SELECT account_id||'|'||guid||'|'||unique_name||'|'||display_name FROM accounts ORDER BY account_id`,
	"tokens":          `SELECT hash||'|'||authorization_id||'|'||account_id||'|'||org_id||'|'||name||'|'||scope||'|'||valid_from||'|'||valid_to FROM tokens ORDER BY account_id`,
	"users":           `SELECT org_id||'|'||user_id||'|'||guid||'|'||display_name||'|'||unique_name||'|'||email||'|'||account_id||'|'||access_level||'|'||CASE WHEN is_active THEN 1 ELSE 0 END FROM users ORDER BY org_id, user_id`,
	"memberships":     `SELECT org_id||'|'||container_kind||'|'||container_id||'|'||member_kind||'|'||member_id FROM memberships ORDER BY org_id, container_kind, container_id, member_kind, member_id`,
	"work_items":      `SELECT org_id||'|'||id||'|'||project_id||'|'||rev||'|'||watermark||'|'||type||'|'||changed_at||'|'||fields||'|'||coalesce(deleted_at,0)||'|'||deleted_by FROM work_items ORDER BY org_id, id`,
	"work_revisions":  `SELECT org_id||'|'||id||'|'||rev||'|'||project_id||'|'||watermark||'|'||type||'|'||changed_at||'|'||fields FROM work_revisions ORDER BY org_id, id, rev`,
	"work_texts":      `SELECT org_id||'|'||id||'|'||field_id||'|'||rev||'|'||project_id||'|'||body FROM work_texts ORDER BY org_id, id, field_id, rev`,
	"work_links":      `SELECT org_id||'|'||item_id||'|'||link_id||'|'||project_id||'|'||rel||'|'||other_id||'|'||other_project||'|'||comment||'|'||created_at||'|'||created_by||'|'||coalesce(deleted_at,0)||'|'||deleted_by FROM work_links ORDER BY org_id, item_id, link_id`,
	"tags":            `SELECT org_id||'|'||tag_id||'|'||project_id||'|'||guid||'|'||name FROM tags ORDER BY org_id, tag_id`,
	"delivery":        `SELECT org_id||'|'||project_id||'|'||kind||'|'||natural_key||'|'||sk||'|'||position||'|'||body FROM delivery_records ORDER BY org_id, project_id, kind, sk`,
	"feed":            `SELECT org_id||'|'||position||'|'||kind||'|'||project_id||'|'||ref_id||'|'||rev FROM feed ORDER BY org_id, position`,
	"counters":        `SELECT org_id||'|'||name||'|'||value FROM counters ORDER BY org_id, name`,
}

// fingerprints hashes each table.
func fingerprints(t testing.TB, d *db.DB) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for table, text := range dumps {
		h := sha256.New()
		n := 0
		rows(t, d, text, func(r *db.Rows) error {
			var line string
			if err := r.Scan(&line); err != nil {
				return err
			}
			n++
			h.Write([]byte(line + "\n"))
			return nil
		})
		sums[table] = fmt.Sprintf("%d rows, %s", n, hex.EncodeToString(h.Sum(nil)[:8]))
	}
	return sums
}

// storedRevision is a revision as it lies in the table; fields are decoded from JSON here, not by package work.
type storedRevision struct {
	id, rev, project, watermark int64
	kind                        string
	changedAt                   time.Time
	fields                      map[project.FieldID]any
}

func (r *storedRevision) text(id project.FieldID) string { s, _ := r.fields[id].(string); return s }

func (r *storedRevision) int(id project.FieldID) int64 {
	n, _ := r.fields[id].(json.Number)
	i, _ := n.Int64() // 0 when absent
	return i
}

func (r *storedRevision) ints(id project.FieldID) (all []int64) {
	list, _ := r.fields[id].([]any)
	for _, v := range list {
		n, _ := v.(json.Number)
		i, _ := n.Int64()
		all = append(all, i)
	}
	return all
}

// revisions passes the revisions of an organization, item by item, in order.
func revisions(t testing.TB, d *db.DB, org int64, each func(storedRevision)) {
	t.Helper()
	rows(t, d, `SELECT id, rev, project_id, watermark, type, changed_at, fields FROM work_revisions WHERE org_id = $1 ORDER BY id, rev`,
		func(r *db.Rows) error {
			var s storedRevision
			var fields string
			if err := r.Scan(&s.id, &s.rev, &s.project, &s.watermark, &s.kind, &s.changedAt, &fields); err != nil {
				return err
			}
			s.fields = decodeFields(t, fields)
			each(s)
			return nil
		}, org)
}

func decodeFields(t testing.TB, text string) map[project.FieldID]any {
	t.Helper()
	fields := map[project.FieldID]any{}
	if err := unmarshalNumbers(text, &fields); err != nil {
		t.Fatalf("stored fields %s: %v", text, err)
	}
	return fields
}

// unmarshalNumbers keeps numbers as they are written.
func unmarshalNumbers(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}
