package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// metrics counts what happens and prints it in the text format of Prometheus. It is safe for concurrent use.
type metrics struct {
	requests   series // by route, method, status
	statements series // by name
	started    time.Time
	lag        func(context.Context) (map[string]int64, error) // set before the first scrape
}

func newMetrics() *metrics { return &metrics{started: time.Now()} }

// request counts a finished request.
func (m *metrics) request(route, method string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.of([3]string{route, method, strconv.Itoa(status)}).observe(took)
}

// statement counts a run of a named database statement.
func (m *metrics) statement(name string, took time.Duration) {
	m.statements.of([3]string{name}).observe(took)
}

// bounds are the upper limits of a histogram's buckets.
var bounds = [...]time.Duration{
	500 * time.Microsecond, time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second,
	2500 * time.Millisecond, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
}

// histogram counts durations by bucket.
type histogram struct {
	buckets [len(bounds) + 1]atomic.Uint64
	nanos   atomic.Int64
}

func (h *histogram) observe(took time.Duration) {
	i, _ := slices.BinarySearch(bounds[:], took)
	h.buckets[i].Add(1)
	h.nanos.Add(int64(took))
}

// series are the histograms of one metric by the values of its labels.
type series struct {
	mu  sync.RWMutex
	all map[[3]string]*histogram
}

func (s *series) of(labels [3]string) *histogram {
	s.mu.RLock()
	h := s.all[labels]
	s.mu.RUnlock()
	if h != nil {
		return h
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if h = s.all[labels]; h != nil {
		return h
	}
	if s.all == nil {
		s.all = map[[3]string]*histogram{}
	}
	h = &histogram{}
	s.all[labels] = h
	return h
}

// ServeHTTP answers a scrape.
func (m *metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	out := bufio.NewWriter(w)
	m.write(r.Context(), out)
	_ = out.Flush() // nobody is left to tell when the connection is gone
}

func (m *metrics) write(ctx context.Context, out io.Writer) {
	m.requests.write(out, "boardwalk_http_request_duration_seconds", "HTTP requests by route template.", "route", "method", "status")
	m.statements.write(out, "boardwalk_db_statement_duration_seconds", "Statements run on the record store.", "statement")
	if m.lag != nil {
		if behind, err := m.lag(ctx); err == nil { // a gap in the curve tells that the store did not answer
			help(out, "boardwalk_ingest_behind_changes", "gauge", "Changes that the analytics tables of an organization do not have yet.")
			for _, name := range slices.Sorted(maps.Keys(behind)) {
				fmt.Fprintf(out, "boardwalk_ingest_behind_changes{organization=%s} %d\n", quote(name), behind[name])
			}
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	for _, g := range []struct {
		name, help string
		value      float64
	}{
		{"go_goroutines", "Goroutines that exist.", float64(runtime.NumGoroutine())},
		{"go_memstats_heap_alloc_bytes", "Bytes of Go objects.", float64(memory.HeapAlloc)},
		{"go_memstats_sys_bytes", "Bytes the Go runtime has from the system; databases have more beside it.", float64(memory.Sys)},
		{"process_start_time_seconds", "When the server was started, in seconds since 1970.", float64(m.started.UnixMilli()) / 1000},
	} {
		help(out, g.name, "gauge", g.help)
		fmt.Fprintf(out, "%s %s\n", g.name, number(g.value))
	}
	help(out, "boardwalk_build_info", "gauge", "Always 1; the labels tell what runs.")
	fmt.Fprintf(out, "boardwalk_build_info{version=%s,go=%s} 1\n", quote(Version), quote(runtime.Version()))
}

// write prints the histograms, in the order of their labels.
func (s *series) write(out io.Writer, name, text string, labels ...string) {
	s.mu.RLock()
	all := maps.Clone(s.all)
	s.mu.RUnlock()
	help(out, name, "histogram", text)
	keys := slices.SortedFunc(maps.Keys(all), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	for _, key := range keys {
		pairs := make([]string, len(labels))
		for i, label := range labels {
			pairs[i] = label + "=" + quote(key[i])
		}
		list := strings.Join(pairs, ",")
		h, count := all[key], uint64(0)
		for i, bound := range bounds {
			count += h.buckets[i].Load()
			fmt.Fprintf(out, "%s_bucket{%s,le=\"%s\"} %d\n", name, list, number(bound.Seconds()), count)
		}
		count += h.buckets[len(bounds)].Load()
		fmt.Fprintf(out, "%s_bucket{%s,le=\"+Inf\"} %d\n", name, list, count)
		fmt.Fprintf(out, "%s_sum{%s} %s\n", name, list, number(time.Duration(h.nanos.Load()).Seconds()))
		fmt.Fprintf(out, "%s_count{%s} %d\n", name, list, count)
	}
}

func help(out io.Writer, name, kind, text string) {
	fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, text, name, kind)
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// quote writes the value of a label.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
