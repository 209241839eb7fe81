package work

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// A follower who polls while several write gets every revision exactly once, and those of an item in order.
func TestReportRevisions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		var writing sync.WaitGroup
		done := make(chan struct{})
		for w := range 4 {
			writing.Go(func() {
				item, err := x.items.Create(t.Context(), ada, "Agile", "Task", ops(t, `add System.Title "t"`), Options{})
				for n := 0; n < 60 && err == nil; n++ {
					_, err = x.items.Update(t.Context(), ada, "", item.ID, ops(t, fmt.Sprintf(`add System.Title "%d of %d"`, n, w)), Options{})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		go func() { writing.Wait(); close(done) }()
		var got []string
		latest := map[int64]int64{}
		rnd := rand.New(rand.NewPCG(5, 6))
		for after, over := int64(0), false; ; {
			select {
			case <-done:
				over = true
			default:
			}
			part, next, end, err := x.items.ReportRevisions(t.Context(), ada, "", Reporting{After: after, Max: 1 + rnd.IntN(20)})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range part {
				if r.Rev != latest[r.ID]+1 {
					t.Fatalf("revision %d of %d behind %d", r.Rev, r.ID, latest[r.ID])
				}
				latest[r.ID] = r.Rev
				got = append(got, fmt.Sprint(r.ID, " ", r.Rev))
			}
			if after = next; over && end {
				break
			}
		}
		var want []string
		all := db.SQL("test.revisions", `SELECT id, rev FROM work_revisions WHERE org_id = $1`)
		err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
			want, err = db.Collect(tx, all, []any{x.org}, func(r *db.Rows) (string, error) {
				var id, rev int64
				err := r.Scan(&id, &rev)
				return fmt.Sprint(id, " ", rev), err
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("revisions (-want +got):\n%s", diff)
		}
	})
}

// BenchmarkReportRevisions reads a stream with all fields but long texts.
func BenchmarkReportRevisions(b *testing.B) {
	x := newFixture(b, dbtest.New(b, "sqlite"))
	x.loadBugs(b, 50_000, true)
	ada := x.caller(b, "Ada")
	read, after := 0, int64(0)
	start := time.Now()
	for b.Loop() {
		part, next, end, err := x.items.ReportRevisions(b.Context(), ada, "", Reporting{After: after, Max: 1000})
		if err != nil {
			b.Fatal(err)
		}
		if read, after = read+len(part), next; end {
			after = 0
		}
	}
	b.ReportMetric(float64(read)/time.Since(start).Seconds(), "revisions/s")
}
