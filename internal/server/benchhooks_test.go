package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/hooks"
)

// BenchmarkHooks changes 1,000 work items a second, of which nobody or one subscription is told, and measures how long
// after its answer a change has reached the receiver; target: p99 at most 1 s, and as many updates as without.
func BenchmarkHooks(b *testing.B) {
	const perSecond, items, seconds = 1_000, 20_000, 10
	for _, subscriptions := range []int{0, 1} {
		b.Run(fmt.Sprintf("subscriptions=%d", subscriptions), func(b *testing.B) {
			c := SampleConfig{Store: DefaultConfig().Store, Size: items, Seed: 1}
			c.Data = b.TempDir()
			if err := LoadSample(b.Context(), c, io.Discard); err != nil {
				b.Fatal(err)
			}
			x := startBenchIn(b, c.Data, "")
			var mu sync.Mutex
			acknowledged := map[string]time.Time{}
			heard := map[string]time.Time{}
			var told atomic.Int64
			receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				var event struct {
					Resource struct {
						Revision struct {
							Fields map[string]any `json:"fields"`
						} `json:"revision"`
					} `json:"resource"`
				}
				if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
					b.Error(err)
				}
				told.Add(1)
				if title, _ := event.Resource.Revision.Fields["System.Title"].(string); strings.HasPrefix(title, "told ") {
					mu.Lock()
					heard[title] = time.Now()
					mu.Unlock()
				}
			}))
			b.Cleanup(receiver.Close)
			caller, err := x.server.stores.access.Authenticate(b.Context(), x.orgID, adminToken())
			if err != nil {
				b.Fatal(err)
			}
			for range subscriptions {
				_, err := x.server.hooks.Create(b.Context(), caller, "http://here/"+x.org, hooks.Draft{PublisherID: "tfs", EventType: "workitem.updated",
					ConsumerID: "webHooks", ConsumerAction: "httpRequest", ResourceVersion: "1.0", PublisherInputs: map[string]string{},
					ConsumerInputs: map[string]string{"url": receiver.URL}})
				if err != nil {
					b.Fatal(err)
				}
			}
			retitle := x.retitle(b)
			var answered []time.Duration
			written, duringLoad, lasted := 0, int64(0), time.Duration(0)
			for b.Loop() {
				before, began := told.Load(), time.Now()
				stop := x.load(b, perSecond, items/2)
				for time.Since(began) < seconds*time.Second {
					title, asked := fmt.Sprintf("told %d", len(answered)), time.Now()
					if _, err := retitle(b.Context(), int64(items/2+1+len(answered)%(items/4)), title); err == nil { // it may be deleted
						mu.Lock()
						acknowledged[title] = time.Now()
						mu.Unlock()
					}
					answered = append(answered, time.Since(asked))
					time.Sleep(10 * time.Millisecond)
				}
				written, lasted, duringLoad = written+stop(), lasted+time.Since(began), duringLoad+told.Load()-before
			}
			var took []time.Duration
			for deadline := time.Now().Add(time.Minute); subscriptions > 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
				mu.Lock()
				all := len(heard) == len(acknowledged)
				mu.Unlock()
				if all {
					break
				}
			}
			for title, at := range acknowledged {
				if h, ok := heard[title]; ok {
					took = append(took, h.Sub(at))
				} else if subscriptions > 0 {
					took = append(took, time.Since(at))
				}
			}
			slices.Sort(took)
			slices.Sort(answered)
			b.ReportMetric(float64(written)/lasted.Seconds(), "updates/s")
			b.ReportMetric(median(answered).Seconds()*1000, "update-p50-ms")
			b.ReportMetric(answered[len(answered)*99/100].Seconds()*1000, "update-p99-ms")
			if subscriptions > 0 {
				b.ReportMetric(median(took).Seconds()*1000, "p50-ms")
				b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
				b.ReportMetric(float64(duringLoad)/lasted.Seconds(), "told/s")
			}
		})
	}
}
