package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// fixture is an organization with the projects Agile and Scrum, an administrator Ada, and Bob, who administers Agile.
type fixture struct {
	db       *db.DB
	projects *project.Store
	people   *access.Store
	items    *work.Items
	org      int64
	ada, bob *access.Caller
	agile    int64
}

func newFixture(t testing.TB, b dbtest.Backend) *fixture {
	t.Helper()
	return newFixtureOn(t, b.Open(t))
}

// process is another process on the record store of a fixture: it keeps nothing in common with the first one.
func (x *fixture) process(t testing.TB, config db.Config) *fixture {
	t.Helper()
	other := *x
	other.open(dbtest.OpenConfig(t, config))
	return &other
}

func (x *fixture) open(store *db.DB) {
	x.db, x.projects, x.people = store, project.New(store), access.New(access.Config{DB: store, TokenKey: []byte("test")})
	x.items = work.New(work.Config{DB: x.db, Projects: x.projects, Access: x.people})
}

func newFixtureOn(t testing.TB, store *db.DB) *fixture {
	t.Helper()
	x := &fixture{}
	x.open(store)
	err := x.db.Update(t.Context(), func(tx *db.Tx) (err error) {
		if x.org, err = x.projects.AddOrganization(tx, project.Organization{GUID: uuid.New(), Name: "test", Location: time.UTC}); err != nil {
			return err
		}
		for _, p := range project.SystemProcesses() {
			if p.Name != "Agile" && p.Name != "Scrum" {
				continue
			}
			id, area, _, err := x.projects.AddProject(tx, x.org, project.Project{GUID: uuid.New(), Name: p.Name, Process: p, Visibility: project.Private}, project.Node{}, project.Node{})
			if err != nil {
				return err
			}
			if _, err := x.projects.AddNode(tx, x.org, project.Node{Project: id, Kind: project.AreaNode, Name: "Web", ParentID: area}); err != nil {
				return err
			}
			if p.Name == "Agile" {
				x.agile = id
			}
		}
		for name, caller := range map[string]**access.Caller{"Ada": &x.ada, "Bob": &x.bob} {
			id, err := x.people.AddUser(tx, x.org, access.User{GUID: uuid.New(), DisplayName: name, UniqueName: name + "@example.com", Level: access.Basic, Active: true, Administrator: name == "Ada"})
			if err != nil {
				return err
			}
			if name == "Bob" {
				if err := x.people.AddMember(tx, x.org, x.agile, id, access.Administrator); err != nil {
					return err
				}
			}
			if *caller, err = x.people.CallerOf(tx, x.org, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// service makes a service whose events are kind, item and revision.
func (x *fixture) service(change func(*Config)) *Service {
	c := Config{DB: x.db, Projects: x.projects, Access: x.people, Items: x.items, Key: []byte("key"), AllowPrivate: true,
		Pause: func(int64) time.Duration { return time.Millisecond },
		Event: func(o Occurrence) ([]byte, error) {
			return json.Marshal(map[string]any{"id": o.ID, "what": fmt.Sprintf("%s %d.%d", o.Event.Kind, o.Event.Item.ID, o.Event.Item.Rev)})
		}}
	if change != nil {
		change(&c)
	}
	return New(c)
}

// run runs a service until stop is called.
func run(t testing.TB, s *Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	once := sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(once)
	return once
}

func (x *fixture) create(t testing.TB, projectName, kind string, fields ...string) int64 {
	t.Helper()
	item, err := x.items.Create(t.Context(), x.ada, projectName, kind, patch(t, append([]string{"System.Title", "new"}, fields...)), work.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return item.ID
}

func (x *fixture) update(t testing.TB, id int64, fields ...string) {
	t.Helper()
	if _, err := x.items.Update(t.Context(), x.ada, "", id, patch(t, fields), work.Options{}); err != nil {
		t.Fatal(err)
	}
}

// patch sets fields, given as names and values.
func patch(t testing.TB, fields []string) (ops []work.Op) {
	t.Helper()
	for i := 0; i < len(fields); i += 2 {
		value, err := json.Marshal(fields[i+1])
		if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, work.Op{Op: "add", Path: "/fields/" + fields[i], Value: value})
	}
	return ops
}

// receiver is a program that is told of events. answer decides what it says to the n-th request, counting from 0.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	got      []delivery
	told     chan struct{}
	attempts int
}

type delivery struct {
	Subscription string `json:"subscriptionId"`
	Number       int64  `json:"notificationId"`
	ID           string `json:"id"`
	What         string `json:"what"`
	header       http.Header
}

func newReceiver(t testing.TB, answer func(n int, w http.ResponseWriter) (taken bool)) *receiver {
	t.Helper()
	r := &receiver{told: make(chan struct{}, 10000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		d := delivery{header: q.Header}
		if err := errors.Join(err, json.Unmarshal(body, &d)); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		r.mu.Lock()
		n := r.attempts
		r.attempts++
		r.mu.Unlock()
		if answer != nil && !answer(n, w) {
			return
		}
		r.mu.Lock()
		r.got = append(r.got, d)
		r.mu.Unlock()
		r.told <- struct{}{}
	}))
	t.Cleanup(r.Close)
	return r
}

// wait waits until n events have arrived and returns what they were.
func (r *receiver) wait(t testing.TB, n int) (what []string) {
	t.Helper()
	for range n {
		select {
		case <-r.told:
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing arrives after %d events: %v", len(r.all()), r.whats())
		}
	}
	return r.whats()
}

func (r *receiver) all() []delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]delivery(nil), r.got...)
}

func (r *receiver) whats() (what []string) {
	for _, d := range r.all() {
		what = append(what, d.What)
	}
	return what
}

func draft(event, url string, publisher ...string) Draft {
	d := Draft{PublisherID: "tfs", EventType: event, ConsumerID: "webHooks", ConsumerAction: "httpRequest", ResourceVersion: "1.0",
		PublisherInputs: map[string]string{}, ConsumerInputs: map[string]string{"url": url}}
	for i := 0; i < len(publisher); i += 2 {
		d.PublisherInputs[publisher[i]] = publisher[i+1]
	}
	return d
}

func (x *fixture) subscribe(t testing.TB, s *Service, c *access.Caller, d Draft) uuid.UUID {
	t.Helper()
	sub, err := s.Create(t.Context(), c, "http://here/test", d)
	if err != nil {
		t.Fatal(err)
	}
	return sub.ID
}

// eventually waits for something that happens beside the test.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			t.Fatalf("%s does not happen", what)
		}
	}
}

// says is the exception of a fault.
func says(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		t.Fatal(err)
	}
	return f.TypeKey
}
