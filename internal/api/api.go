// Package api is HTTP as clients see it: the REST API below "_apis", the door to Analytics below "_odata", and the start
// page. It hides paths, methods, api-versions, credentials, JSON and both error envelopes; it must not know tables, SQL
// or the rules of work items. Start reading at dispatch.go, which takes a request from its path to its answer; the one
// table of operations is routes.go.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics"
	"boardwalk/internal/delivery"
	"boardwalk/internal/hooks"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
	"boardwalk/ui"

	"github.com/google/uuid"
)

// Config is what an API needs.
type Config struct {
	Projects  *project.Store
	Access    *access.Store
	Items     *work.Items
	Delivery  *delivery.Store
	Analytics Analytics
	Hooks     *hooks.Service

	// Session, when set, returns the secret of the session whose cookie a request has, "" for none, or a fault for a
	// request that another site made a browser send. Requests with an Authorization header are not asked about.
	Session func(*http.Request) (string, error)

	// Log gets one line for each request; nil discards them.
	Log *slog.Logger
	// Observe, when set, is told about each finished request. route is a template, never a path; it is "" where none
	// matched. It must be fast and safe for concurrent use.
	Observe func(route, method string, status int, took time.Duration)
	// Clock and NewID are the time and the source of activity ids; nil means the real ones.
	Clock func() time.Time
	NewID func() uuid.UUID

	Limits   Limits
	Throttle Throttle
	Faults   *Faults // nil for none
	// TrustForwarded makes the addresses in answers follow X-Forwarded-Proto and X-Forwarded-Host. Set it only behind a
	// proxy that writes both.
	TrustForwarded bool

	// Version of the program, for the start page.
	Version string
	// Sample, when set, makes the start page show the sample organizations with their tokens.
	Sample *ui.Sample
}

// Limits bound what one request may take. Zero fields have defaults.
type Limits struct {
	Body    int64         // bytes of a request body: 16 MiB
	URL     int           // bytes of the URL of a REST request: 32 KiB
	Timeout time.Duration // of a request: one minute
	Whole   time.Duration // of a request for a whole result in place of a page: ten minutes
	Results int           // of a query in WIQL: those of work.MaxResults
	Stall   time.Duration // that a client may take to read the next part of an answer: 15 seconds
}

// Analytics answers the OData service.
type Analytics interface {
	Serve(ctx context.Context, c *access.Caller, org int64, r analytics.Request) (*analytics.Answer, error)
}

// API answers HTTP requests. It is safe for concurrent use.
type API struct {
	config   Config
	routes   *routes
	instance uuid.UUID // names this run of the server
	gzips    sync.Pool
	bodies   sync.Pool // of *[]byte
	meter    meter
	refusals *access.Attempts // of tokens, by address
	faults   atomic.Pointer[Faults]
}

// New returns the handler of everything clients reach.
func New(c Config) *API {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Observe == nil {
		c.Observe = func(string, string, int, time.Duration) {}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.NewID == nil {
		c.NewID = uuid.New
	}
	if c.Limits.Body == 0 {
		c.Limits.Body = 16 << 20
	}
	if c.Limits.URL == 0 {
		c.Limits.URL = 32 << 10
	}
	if c.Limits.Timeout == 0 {
		c.Limits.Timeout = time.Minute
	}
	if c.Limits.Whole == 0 {
		c.Limits.Whole = max(10*time.Minute, c.Limits.Timeout)
	}
	if c.Limits.Stall == 0 {
		c.Limits.Stall = 15 * time.Second
	}
	a := &API{config: c, instance: c.NewID(), refusals: access.NewAttempts(patienceWithTokens())}
	a.routes = compile(a.table())
	a.SetFaults(c.Faults)
	return a
}

var _ http.Handler = (*API)(nil)
