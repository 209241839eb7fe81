package oracle

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics"
	"boardwalk/internal/analytics/ingest"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/sample"
	"boardwalk/internal/work"
)

const version = "v4.0-preview"

func now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// fixture is a store with the sample and a few items of our own in it, and the service that answers from its copy.
type fixture struct {
	db       *db.DB
	projects *project.Store
	org      int64
	admin    *access.Caller
	reader   *access.Caller // of Fabrikam Fiber only
	service  *analytics.Service
	paged    *analytics.Service // with pages of a few rows
	worlds   map[string]*world
	items    *work.Items
	feeder   *ingest.Feeder
	clock    *atomic.Int64 // microseconds
	people   *access.Store
}

const smallPage = 7

func newFixture(t *testing.T, b dbtest.Backend) *fixture {
	t.Helper()
	config := b.Config(t)
	f := &fixture{worlds: map[string]*world{}, clock: &atomic.Int64{}}
	f.clock.Store(now().UnixMicro())
	config.Clock = f.time
	d := dbtest.OpenConfig(t, config)
	projects, people := project.New(d), access.New(access.Config{DB: d, TokenKey: []byte("test")})
	items := work.New(work.Config{DB: d, Projects: projects, Access: people})
	if err := sample.Load(t.Context(), sample.Config{DB: d, Projects: projects, Access: people, Items: items}); err != nil {
		t.Fatal(err)
	}
	f.db, f.projects, f.people = d, projects, people
	o, err := projects.Organization(t.Context(), "fabrikam")
	if err != nil {
		t.Fatal(err)
	}
	f.org = o.ID
	for _, token := range sample.Tokens() {
		c, err := people.Authenticate(t.Context(), f.org, token.Text)
		if err != nil {
			t.Fatal(err)
		}
		switch token.Role {
		case "administrator":
			f.admin = c
		case "reader":
			f.reader = c
		}
	}
	f.link(t)
	f.redraw(t)
	f.deliver(t, "Fabrikam", sent[0])
	tables := map[int64]db.WarehouseConfig{}
	organizations, err := projects.Organizations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range organizations {
		tables[o.ID] = b.WarehouseConfig(t)
	}
	feeder := ingest.New(ingest.Config{
		DB: d, Projects: projects, Access: people, Log: slog.New(slog.DiscardHandler), Clock: now,
		Open:    func(ctx context.Context, org int64) (*db.Warehouse, error) { return db.OpenWarehouse(ctx, tables[org]) },
		Discard: func(int64) error { return nil },
	})
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- feeder.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("feeder: %v", err)
		}
	})
	f.items, f.feeder = items, feeder
	f.follow(t, feeder)
	f.write(t, items) // some rows come in one by one, most in bulk
	f.deliver(t, "Fabrikam", sent[1])
	f.deliver(t, "Fabrikam Fiber", named)
	f.redrawAll(t, last)
	f.follow(t, feeder)
	service := analytics.Config{Projects: projects, Warehouse: feeder.Warehouse, Reach: feeder.Reach, Damaged: feeder.Damaged, Clock: now}
	f.service = analytics.New(service)
	service.PageSize = smallPage
	f.paged = analytics.New(service)
	return f
}

// The ends of links that the sample lacks.
const (
	family   = 376 // of Fabrikam Fiber, has children there
	relative = 480 // one of them
	stranger = 361 // of Fabrikam Fiber
)

// link gives an item of Fabrikam Fiber a child in Fabrikam, and removes a parent and a related item from others.
func (f *fixture) link(t *testing.T) {
	t.Helper()
	err := f.db.Update(t.Context(), func(tx *db.Tx) error {
		catalog, err := f.projects.Catalog(tx, f.org)
		if err != nil {
			return err
		}
		fiber, err := catalog.FindProject("Fabrikam Fiber")
		if err != nil {
			return err
		}
		old, err := catalog.FindProject("Fabrikam")
		if err != nil {
			return err
		}
		var orphan int64
		err = tx.Row(db.SQL("oracle", `SELECT min(id) FROM work_items i WHERE org_id = $1 AND project_id = $2 AND NOT is_deleted
			AND NOT EXISTS (SELECT 1 FROM work_links l WHERE l.org_id = i.org_id AND l.item_id = i.id AND l.rel = 'System.LinkTypes.Hierarchy-Reverse')`),
			[]any{f.org, old.ID}, &orphan)
		if err != nil {
			return err
		}
		now := now()
		link := work.Link{SourceProject: fiber.ID, TargetProject: fiber.ID, Rel: "System.LinkTypes.Hierarchy-Forward", CreatedAt: now, CreatedBy: 1}
		across, former, related := link, link, link
		across.Source, across.Target, across.TargetProject, across.Comment = family, orphan, old.ID, "across"
		former.Source, former.Target, former.DeletedAt, former.DeletedBy = stranger, relative, &now, 1
		related.Source, related.Target, related.Rel, related.DeletedAt, related.DeletedBy = stranger, relative, "System.LinkTypes.Related", &now, 1
		return work.LoadLinks(tx, f.org, []work.Link{across, former, related})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// follow waits until the copy has everything.
func (f *fixture) follow(t *testing.T, feeder *ingest.Feeder) {
	t.Helper()
	var head int64
	err := f.db.View(t.Context(), func(tx *db.Tx) (err error) {
		head, _, err = tx.Head(f.org)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(60 * time.Second); feeder.Position(f.org) < head; time.Sleep(5 * time.Millisecond) { // another goroutine
		if time.Now().After(end) {
			t.Fatalf("the copy is at %d of %d", feeder.Position(f.org), head)
		}
	}
}

// written are items that the sample lacks: names that differ in letter case only, wildcards, and moments around the
// changes of daylight saving time in Los Angeles.
var written = []map[string]any{
	{"System.Title": "Oracle CASE", "Custom.GoLiveDate": "2026-03-08T09:59:59.999Z", "System.Tags": "Oracle; Perf"},
	{"System.Title": "oracle case", "Custom.GoLiveDate": "2026-03-08T10:00:00Z", "System.Tags": "ORACLE"},
	{"System.Title": "100% of it's _raw_ \\path", "Custom.GoLiveDate": "2026-11-01T08:30:00Z"},
	{"System.Title": "100 percent", "Custom.GoLiveDate": "2026-11-01T09:30:00.0000001Z", "Microsoft.VSTS.Scheduling.Effort": 0},
	{"System.Title": "Oracle Case", "Custom.GoLiveDate": "2026-03-01T07:59:59.5Z", "Microsoft.VSTS.Scheduling.Effort": 2.5},
	{"System.Title": "(oracle) 오라클", "Custom.GoLiveDate": "2026-03-01T08:00:00Z", "Custom.RiskLevel": "high"},
}

func (f *fixture) write(t *testing.T, items *work.Items) {
	t.Helper()
	for i, fields := range written {
		item, err := items.Create(t.Context(), f.admin, "Fabrikam Fiber", "Product Backlog Item", patch(t, fields), work.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range []string{"Approved", "Committed", "Done", "New"}[:i%5] {
			change := map[string]any{"System.State": state, "System.AssignedTo": "jamal@fabrikam.com", "System.Tags": "Oracle; " + state}
			if _, err = items.Update(t.Context(), f.admin, "", item.ID, patch(t, change), work.Options{}); err != nil {
				t.Fatalf("%s to %s: %v", fields["System.Title"], state, err)
			}
		}
	}
}

func patch(t *testing.T, fields map[string]any) []work.Op {
	t.Helper()
	var ops []work.Op
	for name, value := range fields {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, work.Op{Op: "add", Path: "/fields/" + name, Value: text})
	}
	return ops
}

// world returns the rows visible to the administrator at organization scope, which is "", or in a project.
func (f *fixture) world(t *testing.T, project string) *world {
	t.Helper()
	return f.worldOf(t, project, false)
}

func (f *fixture) worldOf(t *testing.T, project string, limited bool) *world {
	t.Helper()
	key := fmt.Sprint(project, limited)
	if f.worlds[key] == nil {
		f.worlds[key] = readWorld(t, f, project, limited)
	}
	return f.worlds[key]
}

// ask sends a query and returns the body of the answer.
func (f *fixture) ask(t *testing.T, s *analytics.Service, c *access.Caller, project, path, query string) ([]byte, error) {
	t.Helper()
	answer, err := s.Serve(t.Context(), c, f.org, analytics.Request{
		Project: project, Path: path, Query: query, Base: "https://boardwalk.test/fabrikam/_odata",
	})
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if err := answer.Body(&body); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}
