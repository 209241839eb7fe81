package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/work"
)

// BenchmarkFresh changes 1,000 work items a second and measures how long after its answer a change is seen by a query of
// Analytics; target: p99 at most 1 s.
func BenchmarkFresh(b *testing.B) {
	const perSecond, items = 1_000, 20_000
	c := SampleConfig{Store: DefaultConfig().Store, Size: items, Seed: 1}
	c.Data = b.TempDir()
	if err := LoadSample(b.Context(), c, io.Discard); err != nil {
		b.Fatal(err)
	}
	x := startBenchIn(b, c.Data, "")
	retitle := x.retitle(b)
	stop := x.load(b, perSecond, items/2)
	var took []time.Duration
	began := time.Now()
	for n := 0; b.Loop(); n++ {
		title := fmt.Sprintf("fresh %d", n)
		item, err := retitle(b.Context(), items/2+1+int64(n%(items/4)), title)
		if err != nil {
			continue
		}
		acknowledged := time.Now()
		for {
			text := x.text(b, odataPath(fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d&$select=Title", item.ID)))
			if strings.Contains(text, title) {
				break
			}
			if time.Since(acknowledged) > 40*time.Second {
				b.Fatalf("%s is not seen after 10 s: %s; analytics are at change %d", title, text, x.server.feeder.Position(x.orgID))
			}
			time.Sleep(5 * time.Millisecond)
		}
		took = append(took, time.Since(acknowledged))
	}
	seconds := time.Since(began).Seconds()
	total := stop()
	slices.Sort(took)
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(median(took).Seconds()*1000, "p50-ms")
	b.ReportMetric(float64(total)/seconds, "updates/s")
}

// retitle makes what gives work items other titles, as an administrator.
func (x *bench) retitle(b *testing.B) func(ctx context.Context, id int64, title string) (*work.Item, error) {
	b.Helper()
	caller, err := x.server.stores.access.Authenticate(b.Context(), x.orgID, adminToken())
	if err != nil {
		b.Fatal(err)
	}
	return func(ctx context.Context, id int64, title string) (*work.Item, error) {
		return x.server.stores.items.Update(ctx, caller, "", id, []work.Op{{Op: "add", Path: "/fields/System.Title", Value: json.RawMessage(`"` + title + `"`)}}, work.Options{})
	}
}

// load changes so many of the first work items a second, until stop is called, which tells how many it has changed.
func (x *bench) load(b *testing.B, perSecond, items int) (stop func() int) {
	b.Helper()
	retitle := x.retitle(b)
	ctx, cancel := context.WithCancel(b.Context())
	turns := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // a turn every millisecond; those that were missed are made up for
		defer close(turns)
		started := time.Now()
		for n := 0; ctx.Err() == nil; {
			for due := int(time.Since(started).Seconds() * float64(perSecond)); n < due; n++ {
				select {
				case turns <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
			time.Sleep(time.Millisecond)
		}
	})
	written := make([]int, 32)
	for writer := range written {
		wg.Go(func() {
			dice := rand.New(rand.NewPCG(1, uint64(writer))) //nolint:gosec // no secret
			for range turns {
				// Deleted items are in the way now and then.
				if _, err := retitle(ctx, 1+dice.Int64N(int64(items)), fmt.Sprintf("written %d", dice.Int64())); err == nil {
					written[writer]++
				}
			}
		})
	}
	return func() (total int) {
		cancel()
		wg.Wait()
		for _, n := range written {
			total += n
		}
		return total
	}
}

// text is an answer.
func (x *bench) text(b *testing.B, path string) string {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, x.server.URL()+"/"+x.org+"/"+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.SetBasicAuth("", adminToken())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatal(answer.Status, err, string(body))
	}
	return string(body)
}
