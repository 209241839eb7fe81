package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// Config is what a Feeder needs.
type Config struct {
	DB       *db.DB
	Projects *project.Store
	Access   *access.Store
	// Open opens the analytics tables of an organization. Discard removes what Open could not open.
	Open    func(ctx context.Context, org int64) (*db.Warehouse, error)
	Discard func(org int64) error
	Log     *slog.Logger
	Clock   func() time.Time
	// Progress, when set, is told from time to time how many revisions a rebuild has written.
	Progress func(org, revisions int64)
	// Lag, when set, is told after each batch how many changes an organization is behind.
	Lag func(org, changes int64)
}

// Feeder keeps the analytics tables of all organizations up to date. It is safe for concurrent use.
type Feeder struct {
	config Config

	mu        sync.Mutex
	followers map[int64]*follower
	ctx       context.Context // of Run
	running   sync.WaitGroup
}

// New returns a feeder that does nothing until Run.
func New(c Config) *Feeder { return &Feeder{config: c, followers: map[int64]*follower{}} }

// pollInterval is how often the record store is asked for changes and organizations that other processes made.
const pollInterval = 500 * time.Millisecond

// Run follows the feeds of all organizations until ctx ends, then closes their tables.
func (f *Feeder) Run(ctx context.Context) error {
	f.mu.Lock()
	f.ctx = ctx
	f.mu.Unlock()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		committed := f.config.DB.Committed()
		organizations, err := f.config.Projects.Organizations(ctx)
		if err != nil && ctx.Err() == nil {
			f.config.Log.Error("listing organizations failed", "error", err)
		}
		for _, o := range organizations {
			f.follower(o.ID)
		}
		select {
		case <-committed:
		case <-ticker.C:
		case <-ctx.Done():
			f.running.Wait()
			return nil
		}
	}
}

// follower returns the follower of an organization, started at first use; nil before Run.
func (f *Feeder) follower(org int64) *follower {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.followers[org] == nil && f.ctx != nil && f.ctx.Err() == nil {
		x := &follower{config: f.config, org: org, ready: make(chan struct{}), damaged: make(chan struct{}, 1)}
		f.followers[org] = x
		f.running.Go(func() { x.run(f.ctx) })
	}
	return f.followers[org]
}

// ErrNotReady is returned while an organization's tables are being built.
var ErrNotReady = errors.New("the analytics tables are being built")

// Warehouse returns the tables of an organization once they have caught up with the feed for the first time; it waits
// for that until ctx ends or a moment has passed.
func (f *Feeder) Warehouse(ctx context.Context, org int64) (*db.Warehouse, error) {
	x := f.follower(org)
	if x == nil {
		return nil, ErrNotReady
	}
	wait := time.NewTimer(10 * time.Second)
	defer wait.Stop()
	for {
		x.mu.Lock()
		w, ready := x.warehouse, x.ready
		x.mu.Unlock()
		if w != nil {
			return w, nil
		}
		select {
		case <-ready:
		case <-wait.C:
			return nil, ErrNotReady
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Damaged tells the feeder that reading an organization's tables found them damaged: they are discarded and rebuilt.
func (f *Feeder) Damaged(org int64) {
	if x := f.follower(org); x != nil {
		select {
		case x.damaged <- struct{}{}:
		default:
		}
	}
}

// Position is how far an organization's tables follow the feed; 0 before they are ready.
func (f *Feeder) Position(org int64) int64 {
	x := f.follower(org)
	if x == nil {
		return 0
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.reached
}

// follower keeps the tables of one organization up to date.
type follower struct {
	config   Config
	org      int64
	position int64
	damaged  chan struct{}
	rows     *builder // kept between batches while the catalog stays the same

	mu        sync.Mutex
	warehouse *db.Warehouse // for readers; nil while not ready
	ready     chan struct{} // closed when warehouse is set
	reached   int64
}

func (f *follower) publish(w *db.Warehouse) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reached = f.position
	if w != nil && f.warehouse == nil {
		f.warehouse = w
		close(f.ready)
	}
	if w == nil && f.warehouse != nil {
		f.warehouse, f.ready = nil, make(chan struct{})
	}
}

// run opens the tables and follows the feed; after an error it starts over with growing pauses.
func (f *follower) run(ctx context.Context) {
	pause := time.Second
	for ctx.Err() == nil {
		w, err := f.open(ctx)
		if err == nil {
			pause = time.Second
			err = f.follow(ctx, w)
			f.publish(nil)
			if e := w.Close(); e != nil && err == nil {
				err = e
			}
		}
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, db.ErrDamaged) {
			f.config.Log.Warn("analytics tables are damaged and will be rebuilt", "organization_id", f.org, "error", err)
			if err = f.config.Discard(f.org); err == nil {
				continue
			}
		}
		f.config.Log.Error("following the change feed failed", "organization_id", f.org, "error", err, "retry_in", pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, time.Minute)
	}
}

// open opens the tables, rebuilding them when they are missing, of another layout, or of another organization.
func (f *follower) open(ctx context.Context) (w *db.Warehouse, err error) {
	w, err = f.config.Open(ctx, f.org)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	var st state
	err = w.Read(ctx, func(s *db.Session) error {
		st, err = readState(s)
		return err
	})
	if err != nil {
		return nil, err
	}
	var b *builder
	var head int64
	err = f.config.DB.View(ctx, func(tx *db.Tx) error {
		if head, _, err = tx.Head(f.org); err != nil {
			return err
		}
		b, err = f.builder(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	organization := b.catalog.Organization
	f.position, f.rows = st.position, nil
	switch {
	case st.layout == "":
		err = f.rebuild(ctx, w)
	case st.layout != b.layout.signature(), st.organization != organization.GUID.String(), st.zone != organization.Location.String(), st.position > head:
		f.config.Log.Info("analytics tables are outdated and will be rebuilt", "organization_id", f.org)
		err = f.rebuild(ctx, w)
	default:
		err = w.Write(ctx, func(s *db.Session) error { return f.extend(s, b) })
		if errors.Is(err, errRebuild) {
			err = f.rebuild(ctx, w)
		}
	}
	return w, err
}

var errRebuild = errors.New("rebuild needed")

// extend adds columns for fields that are new, and remembers what the tables hold.
func (f *follower) extend(s *db.Session, b *builder) error {
	ok, err := b.layout.extend(s)
	if err != nil {
		return err
	}
	if !ok {
		return errRebuild
	}
	return b.writeCatalog(s)
}

// follow applies batches until ctx ends or something fails.
func (f *follower) follow(ctx context.Context, w *db.Warehouse) error {
	for {
		committed := f.config.DB.Committed()
		more, err := f.step(ctx, w)
		if err != nil {
			f.rows = nil
			return err
		}
		if more {
			continue
		}
		f.publish(w)
		select {
		case <-committed:
		case <-time.After(pollInterval):
		case <-f.damaged:
			return db.ErrDamaged
		case <-ctx.Done():
			return nil
		}
	}
}

// step applies one batch. It reports false when there was nothing to do.
func (f *follower) step(ctx context.Context, w *db.Warehouse) (bool, error) {
	var t *batch
	b := f.rows
	err := f.config.DB.View(ctx, func(tx *db.Tx) (err error) {
		if t, err = f.read(tx); err != nil || t == nil || t.rebuild {
			return err
		}
		if b == nil || t.catalog {
			if b, err = f.builder(tx); err != nil {
				return err
			}
			if t.tags == nil {
				t.tags, err = work.ReadTags(tx, f.org)
			}
		}
		return err
	})
	if err != nil || t == nil {
		return false, err
	}
	if t.rebuild {
		f.rows = nil
		return true, f.rebuild(ctx, w)
	}
	b.updated = f.config.Clock().UnixMicro()
	if b != f.rows {
		if err := w.Read(ctx, b.readUsers); err != nil {
			return false, err
		}
	}
	if t.fields {
		err := w.Write(ctx, func(s *db.Session) error {
			ok, err := b.layout.extend(s)
			if err == nil && !ok {
				err = errRebuild
			}
			return err
		})
		if errors.Is(err, errRebuild) {
			return true, f.rebuild(ctx, w)
		}
		if err != nil {
			return false, err
		}
	}
	if err := f.write(ctx, w, b, t); err != nil {
		return false, fmt.Errorf("apply changes %d to %d: %w", f.position+1, t.to, err)
	}
	f.rows, f.position = b, t.to
	if f.config.Lag != nil {
		f.config.Lag(f.org, int64(len(t.revisions)))
	}
	return true, nil
}

// builder makes a builder for the catalog as the transaction sees it.
func (f *follower) builder(tx *db.Tx) (*builder, error) {
	catalog, err := f.config.Projects.Catalog(tx, f.org)
	if err != nil {
		return nil, err
	}
	directory, err := f.config.Access.Directory(tx, f.org)
	if err != nil {
		return nil, err
	}
	b := newBuilder(catalog, directory, newLayout(catalog), nil)
	b.updated = f.config.Clock().UnixMicro()
	return b, nil
}

// Rebuild builds an organization's tables from nothing; for use without Run.
func (f *Feeder) Rebuild(ctx context.Context, org int64) error {
	w, err := f.config.Open(ctx, org)
	if err != nil {
		return err
	}
	x := &follower{config: f.config, org: org}
	return errors.Join(x.rebuild(ctx, w), w.Close())
}
