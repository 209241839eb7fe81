package db

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"sync"
)

const (
	maxBatch = 256 // functions per commit
	queueLen = 1024
)

// writer applies all writes on one connection and commits them in groups.
type writer struct {
	db    *DB
	conn  conn
	queue chan *request
	done  chan struct{}

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool
}

type request struct {
	ctx  context.Context
	fn   func(*Tx) error
	err  error
	done chan struct{}
}

// batch is one database transaction that carries several requests.
type batch struct {
	appended bool // the change feed grew
	metadata bool // the feed grew by a change that outdates cached snapshots
	heads    heads
}

func newWriter(d *DB, c conn) *writer {
	w := &writer{db: d, conn: c, queue: make(chan *request, queueLen), done: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	r := &request{ctx: ctx, fn: fn, done: make(chan struct{})}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return ErrClosed
	}
	select {
	case w.queue <- r:
		w.mu.RUnlock()
	case <-ctx.Done():
		w.mu.RUnlock()
		return ctx.Err()
	}
	<-r.done // never abandoned: the caller must learn whether its change was stored
	if p, ok := errors.AsType[*panicError](r.err); ok {
		panic(p.value)
	}
	return r.err
}

func (w *writer) close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.done
	if w.conn == nil {
		return nil
	}
	return w.conn.close()
}

func (w *writer) run() {
	defer close(w.done)
	pending := make([]*request, 0, maxBatch)
	for first := range w.queue {
		pending = append(pending[:0], first)
	gather:
		for len(pending) < maxBatch {
			select {
			case r, ok := <-w.queue:
				if !ok {
					break gather
				}
				pending = append(pending, r)
			default:
				break gather
			}
		}
		w.commit(pending)
		for _, r := range pending {
			close(r.done)
		}
	}
}

// commit applies the requests in one transaction. On return each request's err says what became of it.
//
// Savepoints would make every update dearer, and functions that fail do so mostly before they write. So there are none at
// first; only when a function fails that has written, the group starts over with one around each.
func (w *writer) commit(pending []*request) {
	ctx := context.Background() // a group belongs to no single caller
	b, err := w.apply(ctx, pending, false)
	if errors.Is(err, errGuard) {
		b, err = w.apply(ctx, pending, true)
	}
	if err != nil {
		if w.conn != nil {
			_ = w.conn.control(ctx, "ROLLBACK") // the transaction may be gone already
			if w.conn.broken() {
				_ = w.conn.close() // replaced before the next group
				w.conn = nil
			}
		}
		for _, r := range pending {
			if r.err == nil {
				r.err = err
			}
		}
		return
	}
	if b.appended {
		w.db.announce()
	}
}

// errGuard says that a function has to be undone while others are kept.
var errGuard = errors.New("savepoints are needed")

// apply runs the requests in a transaction, guarded by savepoints or not, and commits it.
func (w *writer) apply(ctx context.Context, pending []*request, guarded bool) (b batch, err error) {
	if w.conn == nil {
		if w.conn, err = w.db.engine.connect(ctx, false); err != nil {
			return b, err
		}
	}
	if err := w.conn.begin(ctx); err != nil {
		return b, fmt.Errorf("begin write: %w", err)
	}
	b.heads = heads{}
	kept := 0
	for _, r := range pending {
		if r.err = r.ctx.Err(); r.err != nil {
			continue
		}
		before := b
		if guarded {
			if err := w.conn.control(ctx, "SAVEPOINT request"); err != nil {
				return b, fmt.Errorf("savepoint: %w", err)
			}
			before.heads = maps.Clone(b.heads)
		}
		tx := &Tx{ctx: ctx, db: w.db, conn: w.conn, now: w.db.now(), heads: b.heads, batch: &b}
		r.err = run(r.fn, tx)
		switch {
		case r.err == nil:
			kept++
		case guarded:
			b = before
			if err := w.conn.control(ctx, "ROLLBACK TO SAVEPOINT request"); err != nil {
				return b, fmt.Errorf("roll back to savepoint after %w: %w", r.err, err)
			}
		case tx.changed && len(pending) > 1:
			return b, errors.Join(errGuard, w.conn.control(ctx, "ROLLBACK"))
		}
		if guarded {
			if err := w.conn.control(ctx, "RELEASE SAVEPOINT request"); err != nil {
				return b, fmt.Errorf("release savepoint: %w", err)
			}
		}
	}
	if kept == 0 {
		return b, w.conn.control(ctx, "ROLLBACK")
	}
	for org, h := range b.heads {
		if h.moved {
			if _, err := w.conn.exec(ctx, moveHead, []any{org, h.position, h.metadata}); err != nil {
				return b, fmt.Errorf("%s: %w", moveHead.name, err)
			}
		}
	}
	if err := w.conn.control(ctx, "COMMIT"); err != nil {
		if w.conn.broken() {
			return b, fmt.Errorf("%w: %w", ErrUnknown, err)
		}
		return b, fmt.Errorf("commit: %w", err)
	}
	return b, nil
}

// panicError carries a panic of a transaction function to the goroutine that asked for it.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

func run(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return fn(tx)
}
