package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
)

// The benchmarks of whole requests run on a generated organization of BOARDWALK_BENCH_ITEMS work items (a million by
// default), which is made once and kept in .cache/bench. Each compares the server over HTTP with the least that DuckDB
// and a hand-written loop need for the same answer, measured in turns in one run, and reports the ratio of the medians.

// benchStore is the data directory of the generated organization.
func benchStore(b *testing.B) string {
	b.Helper()
	items := int64(1_000_000)
	if text := os.Getenv("BOARDWALK_BENCH_ITEMS"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			b.Fatalf("BOARDWALK_BENCH_ITEMS: %v", err)
		}
		items = n
	}
	root, err := filepath.Abs("../../.cache/bench")
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Join(root, strconv.FormatInt(items, 10))
	if _, err := os.Stat(filepath.Join(dir, recordsFile)); errors.Is(err, fs.ErrNotExist) {
		c := SampleConfig{Store: DefaultConfig().Store, Size: items, Seed: 1}
		c.Data = dir
		if err := LoadSample(b.Context(), c, os.Stderr); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// bench is a server on the generated organization, and its analytics tables without the server.
type bench struct {
	server *Server
	org    string
	orgID  int64
	tables *db.Warehouse
}

func startBench(b *testing.B) *bench { return startBenchOn(b, "") }

func benchPostgres() bool { return os.Getenv("BOARDWALK_BENCH_POSTGRES") == "1" }

// startBenchOn has the analytics tables in a PostgreSQL database, or in a file when the URL is empty.
func startBenchOn(b *testing.B, analytics string) *bench {
	b.Helper()
	return startBenchIn(b, benchStore(b), analytics)
}

func startBenchIn(b *testing.B, data, analytics string) *bench {
	b.Helper()
	c := DefaultConfig()
	c.Data, c.Listen, c.Sample, c.Analytics, c.HooksAllowPrivate = data, "127.0.0.1:0", true, analytics, true
	s, err := Start(b.Context(), c, Streams{Out: io.Discard, Log: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	organizations, err := s.stores.projects.Organizations(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	x := &bench{server: s, org: organizations[0].Name, orgID: organizations[0].ID}
	for { // a first start builds the tables
		if x.tables, err = s.feeder.Warehouse(b.Context(), organizations[0].ID); err == nil {
			break
		}
	}
	b.Cleanup(func() {
		if err := s.Stop(); err != nil {
			b.Error(err)
		}
	})
	return x
}

// get reads an answer and returns its size.
func (x *bench) get(b *testing.B, path string) int64 {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, x.server.URL()+"/"+x.org+"/"+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.SetBasicAuth("", adminToken())
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	n, err := io.Copy(io.Discard, answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatal(answer.Status, err)
	}
	return n
}

// compare runs both in turns and reports their medians and the ratio.
func compare(b *testing.B, ours, raw func()) {
	b.Helper()
	var mine, theirs []time.Duration
	ours()
	raw()
	for b.Loop() {
		t0 := time.Now()
		raw()
		t1 := time.Now()
		ours()
		theirs, mine = append(theirs, t1.Sub(t0)), append(mine, time.Since(t1))
	}
	m, t := median(mine), median(theirs)
	b.ReportMetric(m.Seconds()*1000, "http-ms")
	b.ReportMetric(t.Seconds()*1000, "raw-ms")
	b.ReportMetric(m.Seconds()/t.Seconds(), "ratio")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// raw runs a query on the tables and lets write turn its rows to JSON.
func (x *bench) raw(b *testing.B, sql string, write func(buf []byte, v []db.Vector, row int) []byte) {
	b.Helper()
	var buf []byte
	err := x.tables.Read(b.Context(), func(s *db.Session) error {
		result, err := s.Query(sql)
		if err != nil {
			return err
		}
		defer result.Close()
		for result.Next() {
			for i := range result.Rows {
				buf = write(buf, result.Vectors, i)
			}
		}
		return result.Err()
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkBatchRead reads 200 work items with all fields, of the sample and of the generated organization; target: p99
// at most 10 ms on an idle machine.
func BenchmarkBatchRead(b *testing.B) {
	b.Run("sample", func(b *testing.B) {
		c := DefaultConfig()
		c.Data, c.Listen, c.Sample = b.TempDir(), "127.0.0.1:0", true
		s, err := Start(b.Context(), c, Streams{Out: io.Discard, Log: io.Discard})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() {
			if err := s.Stop(); err != nil {
				b.Error(err)
			}
		})
		batchReads(b, &bench{server: s, org: "fabrikam"}, 361, 1_100)
	})
	b.Run("generated", func(b *testing.B) { batchReads(b, startBench(b), 1, 100_000) })
}

// batchReads reads batches of ids from first on, out of so many.
func batchReads(b *testing.B, x *bench, first, of int) {
	b.Helper()
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		ids := make([]string, 200)
		for i := range ids {
			ids[i] = strconv.Itoa(first + (n*7919+i*4987)%of)
		}
		body := `{"errorPolicy":"omit","ids":[` + strings.Join(ids, ",") + `]}`
		r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, x.server.URL()+"/"+x.org+"/_apis/wit/workitemsbatch?api-version=7.1", strings.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		r.SetBasicAuth("", adminToken())
		r.Header.Set("Content-Type", "application/json")
		started := time.Now()
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		if _, err = io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
			b.Fatal(answer.Status, err)
		}
		_ = answer.Body.Close()
		took = append(took, time.Since(started))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(median(took).Seconds()*1000, "p50-ms")
}

// BenchmarkStart starts a server of its own process on the sample; targets: ready in at most 1 s, 150 MB when idle.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	startChild(b, nil, "--data", dir, "--listen", "127.0.0.1:0", "--sample").kill() // loads the sample
	var took []time.Duration
	var resident float64
	for b.Loop() {
		started := time.Now()
		c := startChild(b, nil, "--data", dir, "--listen", "127.0.0.1:0", "--sample")
		for {
			if answer, err := http.Get(c.url + "/healthz"); err == nil { //nolint:noctx // a benchmark of a child process
				_ = answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					break
				}
			}
		}
		took = append(took, time.Since(started))
		resident = max(resident, idleMemory(b, c))
		c.kill()
	}
	b.ReportMetric(median(took).Seconds()*1000, "ready-ms")
	b.ReportMetric(resident, "idle-MB")
}

// idleMemory is the resident memory of a server once its analytics tables answer.
func idleMemory(b *testing.B, c *child) float64 {
	b.Helper()
	for {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, c.url+"/fabrikam/_odata/v4.0-preview/WorkItems/$count", nil)
		if err != nil {
			b.Fatal(err)
		}
		r.SetBasicAuth("", adminToken())
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			break
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.command.Process.Pid))
	if err != nil {
		b.Skip("resident memory is read from /proc")
	}
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(text)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}
