package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// BenchmarkExport reads every work item with the columns of a report, in each format and as pages of JSON. It reports
// how many rows there are in a second, and the most memory that Go held while they were sent.
func BenchmarkExport(b *testing.B) {
	x := startBench(b)
	path := "_odata/v4.0-preview/WorkItems?$select=" + strings.Join(pageColumns, ",")
	read := map[string]func() int64{"json": func() int64 { return x.pages(b, path) }}
	formats := []string{"json", "csv", "arrow", "parquet"}
	for _, format := range formats[1:] {
		read[format] = func() int64 { return x.get(b, path+"&$format="+format) }
	}
	rows, err := x.count(b)
	if err != nil {
		b.Fatal(err)
	}
	for _, format := range formats {
		b.Run(format, func(b *testing.B) {
			stop, most := make(chan struct{}), make(chan uint64)
			go func() { most <- mostHeap(stop) }()
			var size int64
			for b.Loop() {
				size = read[format]()
			}
			close(stop)
			b.SetBytes(size)
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(<-most)/(1<<20), "heap-MB")
		})
	}
}

// mostHeap is the largest heap seen until it is told to stop.
func mostHeap(stop <-chan struct{}) (most uint64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapInuse)
		select {
		case <-stop:
			return most
		case <-tick.C:
		}
	}
}

func (x *bench) count(b *testing.B) (n int64, err error) {
	b.Helper()
	var page struct{ Value []struct{ Count int64 } }
	err = x.decode(b, x.server.URL()+"/"+x.org+"/_odata/v4.0-preview/WorkItems?"+url.PathEscape("$apply=aggregate($count as Count)"), &page)
	return page.Value[0].Count, err
}

// pages follows the links to all pages of JSON and returns how much they are without what surrounds the rows.
func (x *bench) pages(b *testing.B, path string) (size int64) {
	b.Helper()
	for next := x.server.URL() + "/" + x.org + "/" + path; next != ""; {
		var page struct {
			Value json.RawMessage
			Next  string `json:"@odata.nextLink"`
		}
		if err := x.decode(b, next, &page); err != nil {
			b.Fatal(err)
		}
		size += int64(len(page.Value))
		next = page.Next
	}
	return size
}

func (x *bench) decode(b *testing.B, address string, into any) error {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.SetBasicAuth("", adminToken())
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	return json.NewDecoder(answer.Body).Decode(into)
}
