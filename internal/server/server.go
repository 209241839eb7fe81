// Package server puts the program together: it opens the stores, starts what runs beside requests, serves HTTP, and stops
// everything in order. It hides addresses, certificates, the data directory, and health and metrics; it must not know
// what any request or table means. Start reading at Config and Start; tests start the same server as the command does.
package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"boardwalk/internal/analytics"
	"boardwalk/internal/analytics/ingest"
	"boardwalk/internal/api"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/hooks"
	"boardwalk/internal/oidc"
	"boardwalk/internal/signin"
)

// Streams are where a server writes to: Out is for people, Log for the log.
type Streams struct {
	Out io.Writer
	Log io.Writer
}

// Run serves until ctx ends, then stops gracefully: requests that are being answered have the time Config allows.
func Run(ctx context.Context, c Config, streams Streams) error {
	s, err := Start(ctx, c, streams)
	if err != nil {
		return err
	}
	reload := make(chan os.Signal, 1)
	if c.Faults != "" {
		signal.Notify(reload, syscall.SIGHUP)
		defer signal.Stop(reload)
	}
	for {
		select {
		case <-reload:
			s.reloadFaults()
			continue
		case <-ctx.Done():
			s.log.Info("stopping", "requests_have", s.config.Shutdown)
		case <-s.failed:
		}
		return s.Stop()
	}
}

// gcPercent lets the heap grow further between collections than Go does by itself: it is a few megabytes, most of what a
// request needs is garbage soon, and collecting after every other request took a tenth of the time.
const gcPercent = 400

// Server is a running server.
type Server struct {
	config Config
	log    *slog.Logger
	stores *stores
	feeder *ingest.Feeder
	gate   *gate
	main   *listener
	admin  *listener // nil without an admin address

	api        *api.API
	provider   *oidc.Provider // nil without one
	hooks      *hooks.Service
	stopHooks  context.CancelFunc
	hooked     sync.WaitGroup
	stopUses   context.CancelFunc
	followed   sync.WaitGroup
	stopFeeder context.CancelFunc
	fed        sync.WaitGroup
	failed     chan struct{} // closed when a listener ends by itself
	fail       func(error)
	failure    error
	stop       func() error // runs once
}

// Start returns a server that answers requests. The caller stops it; ctx bounds only the start.
func Start(ctx context.Context, c Config, streams Streams) (_ *Server, err error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	started := time.Now()
	s := &Server{config: c, log: c.logger(streams.Log), gate: &gate{}, failed: make(chan struct{})}
	s.stop = sync.OnceValue(s.shutDown)
	var once sync.Once
	s.fail = func(err error) {
		once.Do(func() {
			s.failure = err
			close(s.failed)
		})
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Stop())
		}
	}()
	faults, err := readFaults(c.Faults)
	if err != nil {
		return nil, err
	}
	metrics := newMetrics()
	if s.stores, err = openStores(ctx, c.Store, s.log, metrics.statement); err != nil {
		return nil, err
	}
	if err := s.listen(); err != nil {
		return nil, err
	}
	if err := s.stores.prepareSample(ctx, c.Sample, s.log); err != nil {
		return nil, err
	}
	if err := s.stores.projects.CompleteBoards(ctx); err != nil {
		return nil, err
	}
	organizations, err := s.stores.projects.Organizations(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the organizations: %w", err)
	}
	if err := s.startProvider(ctx); err != nil {
		return nil, err
	}
	s.startFeeder()
	s.startHooks()
	s.startUses()
	settings := api.Config{
		Projects: s.stores.projects, Access: s.stores.access, Items: s.stores.items, Delivery: s.stores.delivery,
		Analytics: analytics.New(analytics.Config{
			Projects: s.stores.projects, Warehouse: s.warehouse, Reach: s.feeder.Reach, Damaged: s.feeder.Damaged, Clock: time.Now,
			Slots: s.stores.slots(),
		}),
		Hooks: s.hooks, Throttle: api.Throttle{Limit: c.RateLimit, Delay: c.RateLimitDelay}, Faults: faults,
		Log: s.log, Observe: metrics.request, TrustForwarded: c.TrustForwarded, Version: Version, Limits: api.Limits{Results: c.QueryResults},
	}
	if c.Sample {
		settings.Sample = samplePage(organizations)
	}
	metrics.lag = s.lag
	pages := signin.Config{TrustForwarded: c.TrustForwarded, Log: s.log, Observe: metrics.request, Version: Version,
		Provider: s.browserProvider(), Issuer: c.OIDC.Issuer}
	if c.Sample {
		pages.Sample = samplePasswords()
		pages.Start = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) })
	}
	people, err := s.stores.signin(pages)
	if err != nil {
		return nil, err
	}
	settings.Session = people.Session
	s.api = api.New(settings)
	proxies, err := parseNetworks(c.TrustedProxy)
	if err != nil {
		return nil, fmt.Errorf("--trusted-proxy: %w", err)
	}
	s.gate.open(&front{signin: people, api: s.api, proxies: proxies, secure: c.strict}, metrics, s.stores)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	debug.FreeOSMemory() // loading and migrating leave much garbage behind, and an idle server collects none
	s.log.Info("ready", "address", s.URL(), "took", time.Since(started).Round(time.Millisecond))
	setup, err := s.setupLink(ctx, people)
	if err != nil {
		return nil, err
	}
	return s, s.greet(streams.Out, settings.Sample, setup)
}

// setupLink makes the link with which a new store is set up, "" for one that is in use.
func (s *Server) setupLink(ctx context.Context, people *signin.Service) (link string, err error) {
	if empty, err := people.NeedsSetup(ctx); err != nil || !empty {
		return "", err
	}
	err = s.stores.db.Update(ctx, func(tx *db.Tx) error {
		path, err := people.SetupLink(tx)
		link = s.URL() + path
		return err
	})
	return link, err
}

// URL is the address under which the server is reached, without a slash at the end.
func (s *Server) URL() string { return s.main.url() }

// AdminURL is the same of metrics, health and profiles, "" when they are not served.
func (s *Server) AdminURL() string {
	if s.admin == nil {
		return ""
	}
	return s.admin.url()
}

// startFeeder lets the analytics tables follow the records until Stop: longer than ctx of Start, and longer than
// requests.
func (s *Server) startFeeder() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stopFeeder = cancel
	s.feeder = s.stores.feeder(s.log, nil)
	s.fed.Go(func() {
		if err := s.feeder.Run(ctx); err != nil {
			s.fail(fmt.Errorf("feed analytics: %w", err))
		}
	})
}

// startHooks lets notifications be sent until Stop.
func (s *Server) startHooks() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stopHooks = cancel
	s.hooks = s.stores.hooks(s.config.HooksAllowPrivate, s.log)
	s.hooked.Go(func() {
		if err := s.hooks.Run(ctx); err != nil {
			s.fail(fmt.Errorf("send notifications: %w", err))
		}
	})
}

// startUses lets the last uses of tokens be stored until Stop.
func (s *Server) startUses() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stopUses = cancel
	s.followed.Go(func() {
		s.stores.access.FollowUses(ctx, func(err error) { s.log.Warn("cannot store when tokens were used", "error", err) })
	})
}

// warehouse gives Analytics the tables of an organization.
func (s *Server) warehouse(ctx context.Context, org int64) (*db.Warehouse, error) {
	w, err := s.feeder.Warehouse(ctx, org)
	if errors.Is(err, ingest.ErrNotReady) {
		return nil, fault.Storage(err.Error())
	}
	return w, err
}

// lag tells for each organization how many changes its analytics tables are behind.
func (s *Server) lag(ctx context.Context) (map[string]int64, error) {
	organizations, err := s.stores.projects.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	behind := make(map[string]int64, len(organizations))
	err = s.stores.db.View(ctx, func(tx *db.Tx) error {
		for _, o := range organizations {
			head, _, err := tx.Head(o.ID)
			if err != nil {
				return err
			}
			behind[o.Name] = max(0, head-s.feeder.Position(o.ID))
		}
		return nil
	})
	return behind, err
}

// Stop stops a server: it takes no new requests, finishes those it has within the time Config allows, and closes the
// analytics tables, then the records. It returns what ended the server early, if something did. It may be called more
// than once.
func (s *Server) Stop() error { return s.stop() }

func (s *Server) shutDown() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Shutdown)
	defer cancel()
	s.gate.close()
	var errs []error
	for _, l := range []*listener{s.main, s.admin} {
		if l != nil {
			errs = append(errs, l.stop(ctx))
		}
	}
	if s.stopHooks != nil {
		s.stopHooks()
		s.hooked.Wait()
	}
	if s.stopFeeder != nil {
		s.stopFeeder()
		s.fed.Wait()
	}
	if s.stopUses != nil {
		s.stopUses()
		s.followed.Wait()
		errs = append(errs, s.stores.access.WriteUses(context.WithoutCancel(ctx))) // requests may have used up the time
	}
	if s.stores != nil {
		errs = append(errs, s.stores.close())
	}
	select {
	case <-s.failed:
		errs = append(errs, s.failure)
	default:
	}
	if s.gate.ready.Load() != nil {
		s.log.Info("stopped")
	}
	return errors.Join(errs...)
}
