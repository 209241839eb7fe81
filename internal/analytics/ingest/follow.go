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
	begun     chan struct{}   // closed by Run
	running   sync.WaitGroup
}

// New returns a feeder that does nothing until Run.
func New(c Config) *Feeder {
	return &Feeder{config: c, followers: map[int64]*follower{}, begun: make(chan struct{})}
}

// pollInterval is how often the record store is asked for changes and organizations that other processes made.
const pollInterval = 500 * time.Millisecond

// Run follows the feeds of all organizations until ctx ends, then closes their tables.
func (f *Feeder) Run(ctx context.Context) error {
	f.mu.Lock()
	f.ctx = ctx
	f.mu.Unlock()
	close(f.begun)
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
		x := newFollower(f.config, org)
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
	ctx, cancel := context.WithTimeoutCause(ctx, 10*time.Second, ErrNotReady)
	defer cancel()
	return f.await(ctx, org, 0)
}

// await waits for Run to begin, then for the follower.
func (f *Feeder) await(ctx context.Context, org, position int64) (*db.Warehouse, error) {
	select {
	case <-f.begun:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	x := f.follower(org)
	if x == nil { // Run has ended
		return nil, ErrNotReady
	}
	return x.await(ctx, position)
}

// Reach waits until an organization's tables follow the feed up to a position, or ctx ends.
func (f *Feeder) Reach(ctx context.Context, org, position int64) error {
	_, err := f.await(ctx, org, position)
	return err
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
	limit    int // entries of the feed that one batch takes
	position int64
	zone     string // in whose days the tables count
	damaged  chan struct{}
	rows     *builder // kept between batches while the catalog stays the same

	mu        sync.Mutex
	warehouse *db.Warehouse // for readers; nil while not ready
	reached   int64
	published chan struct{} // closed and replaced when one of both changes
}

func newFollower(c Config, org int64) *follower {
	return &follower{config: c, org: org, limit: maxChanges, published: make(chan struct{}), damaged: make(chan struct{}, 1)}
}

// publish lets readers have the tables, or not any more.
func (f *follower) publish(w *db.Warehouse) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.warehouse, f.reached = w, f.position
	close(f.published)
	f.published = make(chan struct{})
}

// await returns the tables once they follow the feed up to a position.
func (f *follower) await(ctx context.Context, position int64) (*db.Warehouse, error) {
	for {
		f.mu.Lock()
		w, reached, published := f.warehouse, f.reached, f.published
		f.mu.Unlock()
		if w != nil && reached >= position {
			return w, nil
		}
		select {
		case <-published:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
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
				select {
				case <-f.damaged: // told by somebody who was reading what has been discarded
				default:
				}
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
func (f *follower) open(ctx context.Context) (_ *db.Warehouse, err error) {
	w, err := f.config.Open(ctx, f.org)
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
	f.position, f.zone, f.rows = st.position, st.zone, nil
	switch {
	case st.layout == "":
		err = f.rebuild(ctx, w)
	case st.layout != b.layout.signature(), st.organization != organization.GUID.String(), st.zone != organization.Location.String(), st.position > head:
		f.config.Log.Info("analytics tables are outdated and will be rebuilt", "organization_id", f.org)
		err = f.rebuild(ctx, w)
	default:
		err = w.Write(ctx, func(s *db.Session) error {
			if err := b.layout.extend(s); err != nil {
				return err
			}
			if err := b.resume(s); err != nil {
				return err
			}
			return b.growDates(s) // a year may have passed
		})
		if errors.Is(err, errRebuild) {
			err = f.rebuild(ctx, w)
		}
	}
	return w, err
}

// maxRest bounds how long a follower rests between two batches.
const maxRest = 250 * time.Millisecond

// follow applies batches until ctx ends or something fails. Between two of them it rests for twice as long as the last one
// took: what a batch costs depends little on how much it holds, and writers need the processor, too.
func (f *follower) follow(ctx context.Context, w *db.Warehouse) error {
	for published := false; ; {
		committed := f.config.DB.Committed()
		wait := pollInterval
		began := time.Now()
		applied, behind, err := f.step(ctx, w)
		switch {
		case err != nil:
			f.rows = nil
			return err
		case behind:
			continue
		case applied:
			published = false
			wait, committed = min(2*time.Since(began), maxRest), nil
		}
		if !published {
			f.publish(w)
			published = true
		}
		select {
		case <-committed:
		case <-time.After(wait):
		case <-f.damaged:
			return db.ErrDamaged
		case <-ctx.Done():
			return nil
		}
	}
}

// step applies one batch. It reports whether there was something to do, and whether there is more already.
func (f *follower) step(ctx context.Context, w *db.Warehouse) (applied, behind bool, err error) {
	var t *batch
	var b *builder
	err = f.config.DB.View(ctx, func(tx *db.Tx) (err error) {
		t, b, err = f.read(ctx, tx, w)
		return err
	})
	if err != nil || t == nil {
		return false, false, err
	}
	if !t.rebuild && t.fields {
		err := w.Write(ctx, func(s *db.Session) error { return b.layout.extend(s) })
		if t.rebuild = errors.Is(err, errRebuild); err != nil && !t.rebuild {
			return false, false, err
		}
	}
	if t.rebuild {
		return true, true, f.rebuild(ctx, w)
	}
	b.updated = f.config.Clock().UnixMicro()
	if err := f.write(ctx, w, b, t); err != nil {
		return false, false, fmt.Errorf("apply changes %d to %d: %w", f.position+1, t.to, err)
	}
	f.rows, f.position = b, t.to
	if f.config.Lag != nil {
		f.config.Lag(f.org, t.head-t.to)
	}
	return true, t.to < t.head, nil
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
	b := newBuilder(catalog, directory, newLayout(catalog))
	b.updated = f.config.Clock().UnixMicro()
	return b, nil
}

// Rebuild builds an organization's tables from nothing, whatever is there; for use without Run.
func (f *Feeder) Rebuild(ctx context.Context, org int64) error {
	w, err := f.config.Open(ctx, org)
	if errors.Is(err, db.ErrDamaged) || errors.Is(err, db.ErrNewer) {
		if err = f.config.Discard(org); err == nil {
			w, err = f.config.Open(ctx, org)
		}
	}
	if err != nil {
		return err
	}
	x := newFollower(f.config, org)
	return errors.Join(x.rebuild(ctx, w), w.Close())
}
