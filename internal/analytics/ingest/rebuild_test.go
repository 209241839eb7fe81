package ingest

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sample"
)

// BenchmarkRebuild builds the tables of 20,000 work items from nothing, and reports how much more memory Go used at most
// at the end of a part.
func BenchmarkRebuild(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			backend := dbtest.New(b, name)
			x := newEmptyFixture(b, backend)
			var revisions int64
			g := sample.GenerateConfig{Items: 20_000, Progress: func(_, n int64) { revisions = n }}
			if err := sample.Generate(b.Context(), x.Config, g); err != nil {
				b.Fatal(err)
			}
			w, err := db.OpenWarehouse(b.Context(), x.warehouse)
			if err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			var highest atomic.Uint64
			done := make(chan struct{})
			go func() {
				for tick := time.NewTicker(20 * time.Millisecond); ; {
					select {
					case <-tick.C:
						runtime.ReadMemStats(&now)
						highest.Store(max(highest.Load(), now.HeapAlloc))
					case <-done:
						tick.Stop()
						return
					}
				}
			}()
			for b.Loop() {
				if err := newFollower(x.config, fabrikam).rebuild(b.Context(), w); err != nil {
					b.Fatal(err)
				}
			}
			close(done)
			b.ReportMetric(float64(revisions)*float64(b.N)/b.Elapsed().Seconds(), "revisions/s")
			b.ReportMetric(float64(highest.Load()-min(before.HeapAlloc, highest.Load()))/1e6, "MB-heap")
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
