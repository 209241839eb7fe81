package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// WarehouseConfig tells OpenWarehouse where an organization's analytics tables are.
type WarehouseConfig struct {
	// URL is "duckdb:PATH" or a "postgres://..." URL.
	URL string
	// Schema is the PostgreSQL schema that holds the tables; created when missing.
	Schema string
	// Memory bounds DuckDB's buffers, "1GB"; empty means 1GB. Threads bounds its parallelism; 0 means all cores.
	Memory  string
	Threads int
	// Connections bounds concurrent sessions; 0 means 4.
	Connections int
}

// Warehouse holds one organization's analytics tables. It is safe for concurrent use; writers must be one at a time,
// which Write sees to. Its contents can always be rebuilt from the record store.
type Warehouse struct {
	store    columnStore
	sessions chan columnConn
	writing  chan struct{} // holds one token: the right to write
	closed   chan struct{} // closed by Close
}

// columnStore opens connections to one kind of analytics database.
type columnStore interface {
	connect(ctx context.Context) (columnConn, error)
	dialect() string
	close() error
}

// columnConn is a connection of a columnStore, used by one goroutine at a time.
type columnConn interface {
	exec(ctx context.Context, sql string, args []any) error
	query(ctx context.Context, sql string, args []any) (*Result, error)
	stream(ctx context.Context, sql string, args []any) (*Result, error)
	// direct makes commits from now on store rows where they stay, or by way of a log again. Databases without the choice
	// do nothing.
	direct(ctx context.Context, on bool) error
	appender(ctx context.Context, table string, columns []Column) (*Appender, error)
	begin(write bool) string // the statement that opens a transaction
	// control runs one of the statements that begin and end transactions.
	control(ctx context.Context, sql string) error
	broken() bool
	close() error
}

// Column is a column of an analytics table.
type Column struct {
	Name string
	Kind Kind
}

// OpenWarehouse opens the tables, creating an empty database when there is none. Errors that are ErrDamaged or ErrNewer
// mean that the database has to be discarded and rebuilt; ErrLocked means that another process has it open.
func OpenWarehouse(ctx context.Context, config WarehouseConfig) (*Warehouse, error) {
	if config.Connections == 0 {
		config.Connections = 4
	}
	w := &Warehouse{sessions: make(chan columnConn, config.Connections), writing: make(chan struct{}, 1), closed: make(chan struct{})}
	var err error
	if path, ok := strings.CutPrefix(config.URL, "duckdb:"); ok {
		w.store, err = openDuckDB(path, config)
	} else if strings.HasPrefix(config.URL, "postgres") {
		w.store, err = openPostgresColumns(ctx, config)
	} else {
		err = fmt.Errorf("analytics URL %q: use duckdb:PATH or postgres://USER@HOST/DATABASE", config.URL)
	}
	if err != nil {
		return nil, err
	}
	for range config.Connections {
		w.sessions <- nil
	}
	w.writing <- struct{}{}
	return w, nil
}

// Dialect is the SQL the tables are queried in: "duckdb" or "postgres".
func (w *Warehouse) Dialect() string { return w.store.dialect() }

// Session is a transaction on a warehouse. It must not outlive the function it was given to.
type Session struct {
	ctx  context.Context
	conn columnConn
}

// Read runs fn in a transaction that sees one consistent state.
func (w *Warehouse) Read(ctx context.Context, fn func(*Session) error) error {
	return w.run(ctx, false, fn)
}

// Write runs fn in a transaction that is committed when fn returns nil.
func (w *Warehouse) Write(ctx context.Context, fn func(*Session) error) error {
	return w.alone(ctx, func() error { return w.run(ctx, true, fn) })
}

// Load is Write for filling the tables from nothing: rows are stored where they stay, and not in a log before.
func (w *Warehouse) Load(ctx context.Context, fn func(*Session) error) error {
	return w.alone(ctx, func() error {
		c, err := w.store.connect(ctx)
		if err != nil {
			return err
		}
		if err = c.direct(ctx, true); err == nil {
			err = errors.Join(w.run(ctx, true, fn), c.direct(context.WithoutCancel(ctx), false))
		}
		return errors.Join(err, c.close())
	})
}

// Maintain runs one statement outside a transaction while nothing else writes, such as CHECKPOINT.
func (w *Warehouse) Maintain(ctx context.Context, sql string) error {
	return w.alone(ctx, func() error {
		c, err := w.store.connect(ctx)
		if err != nil {
			return err
		}
		return errors.Join(c.exec(ctx, sql, nil), c.close())
	})
}

// alone runs fn while nothing else writes.
func (w *Warehouse) alone(ctx context.Context, fn func() error) error {
	select {
	case <-w.writing:
	case <-w.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { w.writing <- struct{}{} }()
	return fn()
}

func (w *Warehouse) run(ctx context.Context, write bool, fn func(*Session) error) (err error) {
	var c columnConn
	select {
	case c = <-w.sessions:
	case <-w.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		if c != nil && c.broken() {
			_ = c.close() // already unusable
			c = nil
		}
		w.sessions <- c
	}()
	if c == nil {
		if c, err = w.store.connect(ctx); err != nil {
			return err
		}
	}
	if err := c.control(ctx, c.begin(write)); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	committed := false
	defer func() { // also on panic
		if !committed {
			if e := c.control(context.WithoutCancel(ctx), "ROLLBACK"); e != nil && err == nil {
				err = fmt.Errorf("roll back: %w", e)
			}
		}
	}()
	if err := fn(&Session{ctx, c}); err != nil || !write {
		return err
	}
	if err := c.control(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

// Close waits for running sessions and closes the database; sessions asked for later get ErrClosed.
func (w *Warehouse) Close() error {
	close(w.closed)
	<-w.writing // Maintain has no session
	var errs []error
	for range cap(w.sessions) {
		if c := <-w.sessions; c != nil {
			errs = append(errs, c.close())
		}
	}
	return errors.Join(append(errs, w.store.close())...)
}

// Exec runs a statement. Arguments may be int64, float64, string, bool, time.Time, []int64 and nil; the statement casts
// each parameter to the type it needs.
func (s *Session) Exec(sql string, args ...any) error { return s.conn.exec(s.ctx, sql, args) }

// Query runs a query; the caller closes the result before the session's next statement.
func (s *Session) Query(sql string, args ...any) (*Result, error) {
	return s.conn.query(s.ctx, sql, args)
}

// Stream is Query for results of any size: rows are computed while they are read. Errors of the query may come then.
func (s *Session) Stream(sql string, args ...any) (*Result, error) {
	return s.conn.stream(s.ctx, sql, args)
}

// Append opens a bulk insert into a table; the caller closes it before the session's next statement. Columns not named
// stay NULL.
func (s *Session) Append(table string, columns []Column) (*Appender, error) {
	return s.conn.appender(s.ctx, table, columns)
}

// Int runs a query that returns one row with one integer.
func (s *Session) Int(sql string, args ...any) (n int64, err error) {
	r, err := s.Query(sql, args...)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	found := false
	for r.Next() {
		n, found = r.Vectors[0].Int(0), true
	}
	if r.Err() == nil && !found {
		return 0, ErrNotFound
	}
	return n, r.Err()
}

// micros is the stored form of a time argument.
func micros(t time.Time) int64 { return t.UnixMicro() }
