package work

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"

	_ "github.com/mattn/go-sqlite3" // the raw rate is measured without our own code
)

// BenchmarkUpdate64Writers updates work items from 64 goroutines and compares the rate with what SQLite does when one
// writer stores the same rows in groups of 64, as durably.
func BenchmarkUpdate64Writers(b *testing.B) {
	const writers, items = 64, 1000
	x := newFixture(b, dbtest.New(b, "sqlite"))
	ids := make([]int64, items)
	for i := range ids {
		ids[i] = x.create(b, "Agile", "Bug", fmt.Sprintf(`add System.Title "item %d"`, i), `add System.Tags "one; two"`, `add System.Description "text"`).ID
	}
	c := x.caller(b, "Bob")
	var next atomic.Int64
	run := func(total int64) time.Duration {
		start := time.Now()
		end := next.Load() + total
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for n := next.Add(1); n <= end; n = next.Add(1) {
					list := ops(b, fmt.Sprintf(`replace System.Title "title %d"`, n), fmt.Sprintf(`replace Microsoft.VSTS.Common.StackRank %d`, n))
					if _, err := x.items.Update(b.Context(), c, "", ids[n%items], list, Options{}); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		next.Store(end)
		return time.Since(start)
	}
	run(writers * 10)
	raw := newRawWriter(b, x.lines(b, `SELECT fields FROM work_items WHERE id = $1`, ids[0])[0], ids)
	raw.group(b, writers)
	var ours, theirs time.Duration
	var updates int64
	for b.Loop() { // in turns, so that both meet the same disk
		ours += run(writers * 8)
		for range 8 {
			theirs += raw.group(b, writers)
		}
		updates += writers * 8
	}
	b.ReportMetric(float64(updates)/ours.Seconds(), "updates/s")
	b.ReportMetric(float64(updates)/theirs.Seconds(), "raw-updates/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
}

// rawWriter stores what an update stores, with nothing but the driver and prepared statements.
type rawWriter struct {
	conn   *sql.DB
	fields string
	ids    []int64
	n      int64
}

func newRawWriter(b *testing.B, fields string, ids []int64) *rawWriter {
	b.Helper()
	conn, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_journal_mode=WAL&_synchronous=FULL&_cache_size=-65536")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := conn.Close(); err != nil {
			b.Error(err)
		}
	})
	conn.SetMaxOpenConns(1)
	for _, statement := range []string{
		`CREATE TABLE items (org bigint, id bigint, project bigint, rev bigint, watermark bigint, type text, changed bigint, fields text, PRIMARY KEY (org, id, project))`,
		`CREATE TABLE revisions (org bigint, id bigint, rev bigint, project bigint, watermark bigint, type text, changed bigint, fields text, PRIMARY KEY (org, id, rev, project))`,
		`CREATE TABLE heads (org bigint PRIMARY KEY, position bigint)`, `INSERT INTO heads VALUES (1, 0)`,
		`CREATE TABLE feed (org bigint, position bigint, at bigint, kind smallint, project bigint, ref bigint, rev bigint, PRIMARY KEY (org, position))`,
	} {
		if _, err := conn.Exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	for _, id := range ids {
		if _, err := conn.Exec(`INSERT INTO items VALUES (1, ?, 1, 1, 1, 'Bug', 0, ?)`, id, fields); err != nil {
			b.Fatal(err)
		}
	}
	return &rawWriter{conn: conn, fields: fields, ids: ids}
}

// group stores n updates with one commit and returns how long it took.
func (w *rawWriter) group(b *testing.B, n int) time.Duration {
	b.Helper()
	start := time.Now()
	tx, err := w.conn.Begin()
	if err != nil {
		b.Fatal(err)
	}
	var prepared [4]*sql.Stmt
	for i, text := range []string{`UPDATE heads SET position = position + 1 WHERE org = 1`, `INSERT INTO feed VALUES (1, ?1, ?2, 1, 1, ?3, ?4)`,
		`UPDATE items SET rev = ?4, watermark = ?1, changed = ?2, fields = ?5 WHERE org = 1 AND id = ?3 AND project = 1`,
		`INSERT INTO revisions VALUES (1, ?3, ?4, 1, ?1, 'Bug', ?2, ?5)`} {
		if prepared[i], err = tx.Prepare(text); err != nil {
			b.Fatal(err)
		}
	}
	for range n {
		w.n++
		args := []any{w.n, time.Now().UnixMicro(), w.ids[w.n%int64(len(w.ids))], w.n/int64(len(w.ids)) + 2, w.fields}
		for i, count := range []int{0, 4, 5, 5} {
			if _, err := prepared[i].Exec(args[:count]...); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}
