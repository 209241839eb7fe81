package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	_ "github.com/mattn/go-sqlite3" // the raw rate is measured without our own code
)

const writers = 64

// BenchmarkUpdate64Writers updates work items from 64 goroutines and compares the rate with that of group commit alone:
// SQLite, as durable, storing the same rows for as many goroutines and nothing else. Items have fields of about 1 kB, as
// those of people do, or hardly any.
func BenchmarkUpdate64Writers(b *testing.B) {
	for name, full := range map[string]bool{"realistic": true, "small": false} {
		b.Run(name, func(b *testing.B) { benchmarkUpdates(b, full) })
	}
}

func benchmarkUpdates(b *testing.B, full bool) {
	x := newFixture(b, dbtest.New(b, "sqlite"))
	ids := x.loadBugs(b, 50_000, full)
	c := x.caller(b, "Bob")
	var mu sync.Mutex
	var latencies []time.Duration
	update := func(n int64) error {
		start := time.Now()
		list := ops(b, fmt.Sprintf(`replace System.Title "title %d"`, n), fmt.Sprintf(`replace Microsoft.VSTS.Common.StackRank %d`, n))
		_, err := x.items.Update(b.Context(), c, "", ids[scattered(n, len(ids))], list, Options{})
		mu.Lock()
		defer mu.Unlock()
		latencies = append(latencies, time.Since(start))
		return err
	}
	raw := newRawStore(b, x.lines(b, `SELECT fields FROM work_items WHERE id = $1`, ids[0])[0], ids)
	var next int64
	var ours, theirs time.Duration
	const round = writers * 16
	perform(b, &next, round, update)
	perform(b, &next, round, raw.update)
	latencies = nil
	for b.Loop() { // in turns, so that both meet the same disk
		ours += perform(b, &next, round, update)
		theirs += perform(b, &next, round, raw.update)
	}
	updates := float64(b.N * round)
	b.ReportMetric(updates/ours.Seconds(), "updates/s")
	b.ReportMetric(updates/theirs.Seconds(), "raw-updates/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "ratio")
	slices.Sort(latencies)
	b.ReportMetric(latencies[len(latencies)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(latencies[len(latencies)*99/100].Seconds()*1000, "p99-ms")
}

// scattered is the index of the n-th update: every item once, in no order, and then again.
func scattered(n int64, items int) int64 { return n * 7919 % int64(items) }

// loadBugs stores bugs whose fields take about 1 kB if they are to be full, with a tag and a text.
func (x *fixture) loadBugs(b *testing.B, n int64, full bool) (ids []int64) {
	b.Helper()
	bug := x.environment(b, "Agile", "Bug")
	var fields = Fields{project.FieldState: "New", project.FieldReason: "New", project.FieldCreatedDate: monday, project.FieldChangedDate: monday,
		project.FieldCreatedBy: User(1), project.FieldChangedBy: User(1), project.FieldAreaID: bug.project.Area.ID, project.FieldIterationID: bug.project.Iteration.ID}
	for _, f := range bug.kind.Fields {
		if !full {
			break
		}
		if _, taken := fields[f.Field.ID]; !taken && f.Field.Type == project.String && !f.Field.Identity && !f.Field.ReadOnly {
			if list, _ := f.AllowedValues(); len(list) > 0 {
				fields[f.Field.ID] = list[0]
			} else {
				fields[f.Field.ID] = strings.Repeat("text of a field ", 15)
			}
		}
	}
	var tag int64
	err := x.db.Update(b.Context(), func(tx *db.Tx) (err error) {
		tag, err = LoadTag(tx, x.org, bug.project.ID, "tag", newGUID())
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	texts := map[project.FieldID]string{}
	if full {
		fields[project.FieldTags], texts[project.FieldDescription] = Tags{tag}, "text"
	}
	next := func() (*History, error) {
		if int64(len(ids)) == n {
			return nil, nil
		}
		ids = append(ids, int64(len(ids)+1))
		return &History{ID: ids[len(ids)-1], Project: bug.project.ID, Revisions: []Revision{{Type: "Bug", Fields: fields.clone(), Texts: texts}}}, nil
	}
	if err := x.items.Load(b.Context(), x.org, next, nil); err != nil {
		b.Fatal(err)
	}
	if size := len(x.lines(b, `SELECT fields FROM work_items WHERE id = 1`)[0]); full && (size < 900 || size > 1500) {
		b.Fatalf("the fields of an item take %d bytes", size)
	}
	return ids
}

// perform makes n updates from all writers at once and returns how long they took.
func perform(b *testing.B, next *int64, n int64, update func(n int64) error) time.Duration {
	start, end := time.Now(), *next+n
	var at atomic.Int64
	at.Store(*next)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for k := at.Add(1); k <= end; k = at.Add(1) {
				if err := update(k); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	*next = end
	return time.Since(start)
}

// rawStore stores the rows of an update with nothing but the driver, prepared statements and group commit.
type rawStore struct {
	fields string
	ids    []int64
	queue  chan rawUpdate
}

type rawUpdate struct {
	n    int64
	done chan error
}

func newRawStore(b *testing.B, fields string, ids []int64) *rawStore {
	b.Helper()
	pool, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "raw.db")+"?_journal_mode=WAL&_synchronous=FULL&_cache_size=-65536")
	if err != nil {
		b.Fatal(err)
	}
	conn, err := pool.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	s := &rawStore{fields: fields, ids: ids, queue: make(chan rawUpdate, writers)}
	exec := func(text string, args ...any) {
		b.Helper()
		if _, err := conn.ExecContext(context.Background(), text, args...); err != nil {
			b.Fatal(err)
		}
	}
	exec(`CREATE TABLE items (org bigint, id bigint, project bigint, rev bigint, watermark bigint, type text, changed bigint, fields text, PRIMARY KEY (org, id, project))`)
	exec(`CREATE TABLE revisions (org bigint, id bigint, rev bigint, project bigint, watermark bigint, type text, changed bigint, fields text, PRIMARY KEY (org, id, rev, project))`)
	exec(`CREATE TABLE heads (org bigint PRIMARY KEY, position bigint)`)
	exec(`INSERT INTO heads VALUES (1, 0)`)
	exec(`CREATE TABLE feed (org bigint, position bigint, at bigint, kind smallint, project bigint, ref bigint, rev bigint, PRIMARY KEY (org, position))`)
	exec(`BEGIN`)
	for _, id := range ids {
		exec(`INSERT INTO items VALUES (1, ?, 1, 1, 1, 'Bug', 0, ?)`, id, fields)
		exec(`INSERT INTO revisions VALUES (1, ?, 1, 1, 1, 'Bug', 0, ?)`, id, fields)
	}
	exec(`COMMIT`)
	var prepared []*sql.Stmt
	for _, text := range []string{`UPDATE heads SET position = position + 1 WHERE org = 1`, `INSERT INTO feed VALUES (1, ?1, ?2, 1, 1, ?3, ?4)`,
		`UPDATE items SET rev = ?4, watermark = ?1, changed = ?2, fields = ?5 WHERE org = 1 AND id = ?3 AND project = 1`,
		`INSERT INTO revisions VALUES (1, ?3, ?4, 1, ?1, 'Bug', ?2, ?5)`} {
		p, err := conn.PrepareContext(context.Background(), text) //nolint:sqlclosecheck // closed with the connection
		if err != nil {
			b.Fatal(err)
		}
		prepared = append(prepared, p)
	}
	stopped := make(chan error)
	go func() { stopped <- s.run(conn, prepared) }()
	b.Cleanup(func() {
		close(s.queue)
		if err := errors.Join(<-stopped, conn.Close(), pool.Close()); err != nil {
			b.Error(err)
		}
	})
	return s
}

func (s *rawStore) update(n int64) error {
	u := rawUpdate{n, make(chan error, 1)}
	s.queue <- u
	return <-u.done
}

// run commits what is waiting, in groups, and lets each update fail alone.
func (s *rawStore) run(conn *sql.Conn, prepared []*sql.Stmt) error {
	ctx := context.Background()
	for first := range s.queue {
		group := []rawUpdate{first}
		for len(s.queue) > 0 {
			group = append(group, <-s.queue)
		}
		_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		for _, u := range group {
			args := []any{u.n, time.Now().UnixMicro(), s.ids[scattered(u.n, len(s.ids))], u.n/int64(len(s.ids)) + 2, s.fields}
			for i, count := range []int{0, 4, 5, 5} {
				if _, e := prepared[i].ExecContext(ctx, args[:count]...); err == nil {
					err = e
				}
			}
		}
		if _, e := conn.ExecContext(ctx, "COMMIT"); err == nil {
			err = e
		}
		for _, u := range group {
			u.done <- err
		}
	}
	return nil
}

// BenchmarkAreaOf is what looking for the area of a row costs, for callers that do not see everything.
func BenchmarkAreaOf(b *testing.B) {
	fields := Fields{project.FieldAreaID: int64(12), project.FieldIterationID: int64(13), project.FieldTitle: "A title of usual length, as people write them", project.FieldState: "Active",
		project.FieldChangedDate: monday, project.FieldCreatedDate: monday, project.FieldAssignedTo: User(7), project.FieldDescription: Text(1)}
	encoded := string(fields.encode(nil))
	for b.Loop() {
		if area, err := areaOf(encoded); area != 12 || err != nil {
			b.Fatal(area, err)
		}
	}
}
