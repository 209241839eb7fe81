// Package db is the gateway to the databases: the record store (SQLite or PostgreSQL) behind DB, and an organization's
// analytics tables (DuckDB or PostgreSQL) behind Warehouse. It hides drivers, transactions, group commit, migrations,
// value encoding and driver errors; it must not know what any table means. Start reading at DB.Update and Tx.
package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Config tells Open where the record store is.
type Config struct {
	// URL is "sqlite:PATH", a bare path, or a "postgres://..." URL.
	URL string
	// Schema is the PostgreSQL schema to work in; created when missing. Empty means the connection's default.
	Schema string
	// Readers bounds the concurrent read transactions; 0 means 8.
	Readers int
	// Clock gives the time of each transaction; nil means time.Now.
	Clock func() time.Time
	// Observe, when set, is told how long each named statement took. It must be fast and safe for concurrent use.
	Observe func(statement string, took time.Duration)
	// Log gets rare operational messages; nil discards them.
	Log *slog.Logger
}

// DB is the record store. It is safe for concurrent use.
//
// Writes of all callers are applied one after the other and committed in groups: a function of a group that fails leaves
// nothing behind, and a caller is answered only after the commit that made its work durable. Both databases behave alike
// in this, so a function needs no row locks and sees everything committed before it.
type DB struct {
	config  Config
	dialect Dialect
	engine  engine
	writer  *writer
	readers chan conn

	mu        sync.Mutex
	committed chan struct{} // closed and replaced whenever a commit appended to the change feed
}

// Dialect names the SQL spoken by a record store.
type Dialect string

// The dialects of the record store.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// engine opens connections of one database kind.
type engine interface {
	connect(ctx context.Context, readOnly bool) (conn, error)
	close() error
}

// conn is one connection. It is used by one goroutine at a time.
type conn interface {
	// control runs a statement without arguments or result, such as BEGIN.
	control(ctx context.Context, sql string) error
	begin(ctx context.Context) error
	exec(ctx context.Context, s *Stmt, args []any) (int64, error)
	execMany(ctx context.Context, s *Stmt, args [][]any) error
	query(ctx context.Context, s *Stmt, args []any) (cursor, error)
	// broken reports whether the connection must be replaced.
	broken() bool
	close() error
}

// cursor is the part of a result that both drivers share.
type cursor interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// Open opens the record store, creating it when missing, and brings its schema up to date. The caller closes it.
func Open(ctx context.Context, config Config) (*DB, error) {
	if config.Readers == 0 {
		config.Readers = 8
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	dialect, target, err := parseURL(config.URL)
	if err != nil {
		return nil, err
	}
	d := &DB{config: config, dialect: dialect, committed: make(chan struct{})}
	switch dialect {
	case SQLite:
		d.engine, err = openSQLite(target)
	case Postgres:
		d.engine, err = openPostgres(ctx, target, config)
	}
	if err != nil {
		return nil, err
	}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(err, d.engine.close())
	}
	return d, nil
}

func (d *DB) start(ctx context.Context) error {
	c, err := d.engine.connect(ctx, false)
	if err != nil {
		return err
	}
	if err := migrate(ctx, c, d.dialect, d.now()); err != nil {
		return errors.Join(err, c.close())
	}
	d.writer = newWriter(d, c)
	d.readers = make(chan conn, d.config.Readers)
	for range d.config.Readers {
		d.readers <- nil // connected at first use
	}
	return nil
}

// parseURL splits a database URL into its dialect and what the driver wants to hear.
func parseURL(text string) (Dialect, string, error) {
	if path, ok := strings.CutPrefix(text, "sqlite:"); ok {
		text = strings.TrimPrefix(path, "//")
	} else if scheme, _, ok := strings.Cut(text, "://"); ok {
		if scheme != "postgres" && scheme != "postgresql" {
			return "", "", fmt.Errorf("database URL: scheme %q is not supported; use sqlite:PATH or postgres://USER@HOST/DATABASE", scheme)
		}
		if _, err := url.Parse(text); err != nil {
			return "", "", fmt.Errorf("database URL is malformed; expected postgres://USER@HOST/DATABASE") // the error text could hold the password
		}
		return Postgres, text, nil
	}
	if text == "" {
		return "", "", errors.New("database URL is empty; use sqlite:PATH or postgres://USER@HOST/DATABASE")
	}
	path, err := filepath.Abs(text)
	return SQLite, path, err
}

// Dialect tells which SQL the store speaks.
func (d *DB) Dialect() Dialect { return d.dialect }

// now is the time of a transaction starting now: milliseconds, as the work item store keeps its dates.
func (d *DB) now() time.Time { return d.config.Clock().UTC().Truncate(time.Millisecond) }

// View runs fn in a read-only transaction that sees one consistent state. fn may be interrupted by ctx.
func (d *DB) View(ctx context.Context, fn func(*Tx) error) (err error) {
	var c conn
	select {
	case c = <-d.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		if c != nil && c.broken() {
			_ = c.close() // already unusable
			c = nil
		}
		d.readers <- c
	}()
	if c == nil {
		if c, err = d.engine.connect(ctx, true); err != nil {
			return err
		}
	}
	if err := c.begin(ctx); err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer func() {
		if e := c.control(context.WithoutCancel(ctx), "ROLLBACK"); e != nil && err == nil && !c.broken() {
			err = fmt.Errorf("end read: %w", e)
		}
	}()
	return fn(&Tx{ctx: ctx, db: d, conn: c, now: d.now(), readOnly: true, heads: heads{}})
}

// Update runs fn in a write transaction and returns once its effects are durable, or with nothing changed and the
// error of fn or of the commit. fn may be run again when another of its group fails, so it must touch nothing outside the
// transaction that a second run would not set anew.
// When the error is of a kind that leaves the outcome unknown (the connection broke during commit) it is ErrUnknown.
func (d *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	return d.writer.do(ctx, fn)
}

// Committed returns a channel that is closed when the next commit of this process has appended to the change feed.
func (d *DB) Committed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.committed
}

func (d *DB) announce() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.committed)
	d.committed = make(chan struct{})
}

// Close waits for running transactions and closes the store.
func (d *DB) Close() error {
	errs := []error{d.writer.close()}
	for range cap(d.readers) {
		if c := <-d.readers; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(append(errs, d.engine.close())...)
}
