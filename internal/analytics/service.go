// Package analytics answers the Analytics OData service: it binds a parsed query to the entity model, proves which
// projects its rows can come from, plans it as SQL and streams the result. It hides all SQL; it must not know HTTP
// types or how the tables are filled. Start reading at Service.Serve, then plan.go
// (options to SQL), bind.go (names and types), prove.go (projects), run.go and encode.go (rows to JSON).
package analytics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/project"
)

// Config is what a Service needs.
type Config struct {
	Projects *project.Store
	// Warehouse returns the analytics database of an organization, caught up or being so; it may wait, and fails when
	// the database cannot be served now.
	Warehouse func(ctx context.Context, org int64) (*db.Warehouse, error)
	// Reach waits until that database follows the feed up to a position.
	Reach func(ctx context.Context, org, position int64) error
	// Damaged is told when an organization's database proves unreadable, so that it is rebuilt.
	Damaged  func(org int64)
	Clock    func() time.Time
	PageSize int // rows of a page; 10,000 when 0
	// Slots is how many long queries run at a time, and how many quick ones beside them; twice the processors when 0. A
	// warehouse needs as many connections.
	Slots int
	// Patience is how long a query may take before it counts as long, and half of it while others wait for its place; 400
	// milliseconds when 0.
	Patience time.Duration
}

// Service answers Analytics requests. It is safe for concurrent use.
type Service struct {
	config Config
	models models

	dimensions dimensionCache
	queue      *queue
}

// New makes a Service.
func New(c Config) *Service {
	if c.PageSize == 0 {
		c.PageSize = 10_000
	}
	if c.Slots == 0 {
		c.Slots = 2 * runtime.GOMAXPROCS(0)
	}
	if c.Patience == 0 {
		c.Patience = 400 * time.Millisecond
	}
	return &Service{config: c, queue: newQueue(c.Slots, c.Patience)}
}

// Request is a request to the service.
type Request struct {
	Project string   // name or GUID in the URL, "" at organization scope
	Path    string   // decoded, behind "_odata/": "v4.0-preview/WorkItems/$count"
	Query   string   // the raw query of the URL
	Base    string   // absolute URL up to and including "_odata", percent-encoded
	Accept  string   // Accept header
	Prefer  []string // Prefer headers
}

// Answer is a successful answer. Body streams it; an error after the first byte can only break the connection.
type Answer struct {
	ContentType string
	Header      map[string]string
	Body        func(w io.Writer) error
}

// Serve answers one request of a caller in an organization. Errors are faults, or internal.
func (s *Service) Serve(ctx context.Context, c *access.Caller, org int64, r Request) (*Answer, error) {
	target, err := parseTarget(r.Path)
	if err != nil {
		return nil, err
	}
	if !c.Licensed() {
		return nil, fault.NotLicensed()
	}
	catalog, err := s.config.Projects.Snapshot(ctx, org)
	if err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	var p *project.Project
	if r.Project != "" {
		if p, err = catalog.FindProject(r.Project); err != nil {
			return nil, err
		}
		switch {
		case !c.CanRead(p.ID):
			return nil, project.NotFound(r.Project)
		case !c.CanViewAnalytics(p.ID):
			return nil, fault.NotLicensed().WithHint("the permission View analytics of the project %s is denied to you", p.Name)
		}
	}
	scope := NewScope(catalog, c, p, s.config.Clock())
	model := s.models.of(catalog, scope, target.version)
	switch {
	case target.metadata:
		return metadata(model, r)
	case target.set == "":
		return serviceDocument(model, r, r.Base+"/"+target.segment)
	}
	t := model.Set(target.set)
	if t == nil {
		return nil, unknownSet(model, target.set)
	}
	q, err := odata.ParseQuery(r.Query)
	if err != nil {
		return nil, syntaxFault(err)
	}
	warehouse, err := s.warehouse(ctx, org)
	if err != nil {
		return nil, err
	}
	if err := s.models.wait(ctx, s.config.Reach, catalog, model); err != nil {
		return nil, fault.AnalyticsPaused().WithHint("a new field is being added to the analytics tables; ask again in a moment")
	}
	return s.query(ctx, asked{org: org, caller: c.User.ID, administrator: c.Administers(), request: r, target: target, model: model, set: t, query: q, scope: scope, catalog: catalog}, warehouse)
}

// metadata answers $metadata, which is XML whatever Accept says: the versions served know no other form of it.
func metadata(m *edm.Model, r Request) (*Answer, error) {
	q, err := odata.ParseQuery(r.Query)
	if err != nil {
		return nil, syntaxFault(err)
	}
	if f := mediaType(q.Format).name; f != "" && f != "xml" && f != "application/xml" {
		return nil, fault.QueryNotValid("The format '%s' is not supported", q.Format).WithHint("$metadata is XML: leave $format out")
	}
	return &Answer{ContentType: "application/xml", Body: m.WriteMetadata}, nil
}

func serviceDocument(m *edm.Model, r Request, root string) (*Answer, error) {
	q, err := odata.ParseQuery(r.Query)
	if err != nil {
		return nil, syntaxFault(err)
	}
	f, err := negotiate(q.Format, r.Accept)
	if err != nil {
		return nil, err
	}
	if f.table != noTable {
		f = format{} // a list of sets is no table
	}
	context := root + "/$metadata"
	if f.control == noControl {
		context = ""
	}
	return &Answer{ContentType: f.contentType(), Body: func(w io.Writer) error { return m.WriteServiceDocument(w, context) }}, nil
}

// syntaxFault words an error of the query's text.
func syntaxFault(err error) error {
	e, ok := errors.AsType[*odata.Error](err)
	if !ok {
		return err
	}
	f := fault.QueryNotValid("%s", e.Message)
	hint := e.Hint
	if e.Option != "" {
		if hint != "" {
			hint += "; "
		}
		hint += fmt.Sprintf("in %s at position %d", e.Option, e.Pos)
	}
	return f.WithHint("%s", hint)
}

func unknownSet(m *edm.Model, name string) error {
	f := fault.QueryNotValid("Resource not found for the segment '%s'", name)
	f.Status = 404
	if near := m.SuggestSet(name); near != "" {
		return f.WithHint("did you mean %s?", near)
	}
	return f.WithHint("the service document at the root lists the entity sets")
}

// warehouse is the organization's analytics database.
func (s *Service) warehouse(ctx context.Context, org int64) (*db.Warehouse, error) {
	w, err := s.config.Warehouse(ctx, org)
	switch {
	case err == nil:
		return w, nil
	case ctx.Err() != nil:
		return nil, fault.Timeout()
	}
	return nil, fault.AnalyticsPaused().WithHint("the analytics tables are being built; ask again in a moment")
}
