package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/sample"

	"github.com/google/uuid"
)

func itoa(n int) string { return strconv.Itoa(n) }

func adminToken() string { return sample.Tokens()[0].Text }

// testConfig is a server with the sample on an empty store of a backend.
func testConfig(t *testing.T, b dbtest.Backend) Config {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.Listen, c.Admin, c.Sample = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0", true
	if b.Name == "postgres" {
		records := b.Config(t)
		c.DB, c.Schema = records.URL, records.Schema
		t.Cleanup(func() {
			for org := range int64(2) {
				s := stores{config: c.Store}
				if err := s.discardAnalytics(org + 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	return c
}

// logBuffer takes a log that is read while it is written.
type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// run is a server under test with what it wrote.
type run struct {
	*Server
	out strings.Builder
	log logBuffer
}

// start starts a server. It is stopped when the test ends, or earlier by stop.
func start(t *testing.T, c Config) (r *run, stop func()) {
	t.Helper()
	r = &run{}
	s, err := Start(t.Context(), c, Streams{Out: &r.out, Log: &r.log})
	if err != nil {
		t.Fatal(err)
	}
	r.Server = s
	stop = sync.OnceFunc(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	t.Cleanup(stop)
	return r, stop
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; token may be "".
func ask(client *http.Client, method, url, token, body string) (answer, error) {
	r, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		r.SetBasicAuth("", token)
	}
	if method == http.MethodPatch {
		r.Header.Set("Content-Type", "application/json-patch+json")
	}
	got, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return answer{got.StatusCode, got.Header, string(text)}, err
}

// get asks with the sample's administrator and requires a status.
func get(t *testing.T, url string, status int) string {
	t.Helper()
	a, err := ask(http.DefaultClient, http.MethodGet, url, adminToken(), "")
	if err != nil {
		t.Fatal(err)
	}
	if a.status != status {
		t.Fatalf("GET %s: %d, want %d\n%s", url, a.status, status, a.body)
	}
	return a.body
}

// workItem is what the tests look at in a work item.
type workItem struct {
	ID     int64
	Rev    int64
	Fields map[string]json.RawMessage
}

func (w workItem) title() string {
	var text string
	_ = json.Unmarshal(w.Fields["System.Title"], &text) // "" is no title
	return text
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// retitle is the patch that gives a work item a title if it has that revision.
func retitle(rev int64, title string) string {
	return `[{"op":"test","path":"/rev","value":` + strconv.FormatInt(rev, 10) + `},` +
		`{"op":"add","path":"/fields/System.Title","value":"` + title + `"}]`
}

// eventually repeats a check of something that another goroutine or process brings about.
func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !check() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("it did not happen within a minute: %s", what)
		}
	}
}

// analyticsRevisions reads titles by work item and revision from the analytics tables; each may be there once.
func analyticsRevisions(t *testing.T, w *db.Warehouse) map[[2]int64]string {
	t.Helper()
	titles := map[[2]int64]string{}
	err := w.Read(t.Context(), func(s *db.Session) error {
		r, err := s.Query(`SELECT "WorkItemId"::bigint, "Revision"::bigint, "Title" FROM revisions ` +
			`UNION ALL SELECT "WorkItemId"::bigint, "Revision"::bigint, "Title" FROM items`)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			for i := range r.Rows {
				key := [2]int64{r.Vectors[0].Int(i), r.Vectors[1].Int(i)}
				if _, twice := titles[key]; twice {
					t.Errorf("work item %d has revision %d twice", key[0], key[1])
				}
				titles[key] = string(r.Vectors[2].Text(i))
			}
		}
		return r.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return titles
}

// addOrganization stores an empty organization.
func addOrganization(t *testing.T, s *stores, name string) {
	t.Helper()
	err := s.db.Update(context.Background(), func(tx *db.Tx) error {
		_, err := s.projects.AddOrganization(tx, project.Organization{GUID: uuid.New(), Name: name, Location: time.UTC})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// patient is a client that opens a connection for each request: one may have been broken by a server that was killed.
func patient() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}
}
