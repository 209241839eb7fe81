package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/mattn/go-sqlite3"
)

type sqliteEngine struct {
	write, read *sql.DB
}

// openSQLite opens path in WAL mode with full durability: a commit is on disk when it returns.
func openSQLite(path string, config Config) (engine, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create data directory: %w", err)
	}
	options := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"5000"},
		"_cache_size": {"-65536"}, "_txlock": {"immediate"},
	}
	write, err := sql.Open("sqlite3", "file:"+url.PathEscape(path)+"?"+options.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	options.Set("_query_only", "true")
	options.Set("_cache_size", "-16384")
	read, err := sql.Open("sqlite3", "file:"+url.PathEscape(path)+"?"+options.Encode())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(config.Readers)
	read.SetMaxIdleConns(config.Readers)
	return &sqliteEngine{write, read}, nil
}

func (e *sqliteEngine) connect(ctx context.Context, readOnly bool) (conn, error) {
	pool := e.write
	if readOnly {
		pool = e.read
	}
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, sqliteError(err)
	}
	s := &sqliteConn{conn: c, begins: "BEGIN IMMEDIATE", prepared: map[*Stmt]*sql.Stmt{}}
	settings := []string{"PRAGMA temp_store=MEMORY", "PRAGMA mmap_size=268435456"}
	if readOnly {
		s.begins = "BEGIN"
	} else {
		settings = append(settings, "PRAGMA journal_size_limit=67108864", "PRAGMA wal_autocheckpoint=4000")
	}
	for _, setting := range settings {
		if err := s.control(ctx, setting); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", setting, err), c.Close())
		}
	}
	return s, nil
}

func (e *sqliteEngine) close() error { return errors.Join(e.read.Close(), e.write.Close()) }

type sqliteConn struct {
	conn     *sql.Conn
	begins   string
	prepared map[*Stmt]*sql.Stmt
	failed   bool
}

func (c *sqliteConn) begin(ctx context.Context) error { return c.control(ctx, c.begins) }

func (c *sqliteConn) control(ctx context.Context, text string) error {
	_, err := c.conn.ExecContext(ctx, text)
	return c.fail(err)
}

func (c *sqliteConn) prepare(ctx context.Context, s *Stmt) (*sql.Stmt, error) {
	if p := c.prepared[s]; p != nil {
		return p, nil
	}
	p, err := c.conn.PrepareContext(ctx, s.sqlite)
	if err != nil {
		return nil, c.fail(err)
	}
	c.prepared[s] = p
	return p, nil
}

func (c *sqliteConn) exec(ctx context.Context, s *Stmt, args []any) (int64, error) {
	p, err := c.prepare(ctx, s)
	if err != nil {
		return 0, err
	}
	result, err := p.ExecContext(ctx, args...)
	if err != nil {
		return 0, c.fail(err)
	}
	return result.RowsAffected()
}

func (c *sqliteConn) execMany(ctx context.Context, s *Stmt, args [][]any) error {
	for _, a := range args {
		if _, err := c.exec(ctx, s, a); err != nil {
			return err
		}
	}
	return nil
}

func (c *sqliteConn) query(ctx context.Context, s *Stmt, args []any) (cursor, error) {
	p, err := c.prepare(ctx, s)
	if err != nil {
		return nil, err
	}
	rows, err := p.QueryContext(ctx, args...) //nolint:rowserrcheck // the caller reads them
	if err != nil {
		return nil, c.fail(err)
	}
	return &sqliteCursor{rows}, nil
}

func (c *sqliteConn) fail(err error) error {
	if errors.Is(err, sql.ErrConnDone) {
		c.failed = true
	}
	return sqliteError(err)
}

func (c *sqliteConn) broken() bool { return c.failed }

func (c *sqliteConn) close() error {
	var errs []error
	for _, p := range c.prepared {
		errs = append(errs, p.Close())
	}
	return errors.Join(append(errs, c.conn.Close())...)
}

type sqliteCursor struct{ *sql.Rows }

func (c *sqliteCursor) Err() error { return sqliteError(c.Rows.Err()) }

// sqliteError puts a driver error into the kinds of this package.
func sqliteError(err error) error {
	e, ok := errors.AsType[sqlite3.Error](err)
	if !ok {
		return err
	}
	kind := map[sqlite3.ErrNo]error{
		sqlite3.ErrFull: ErrFull, sqlite3.ErrReadonly: ErrReadOnly, sqlite3.ErrPerm: ErrReadOnly,
		sqlite3.ErrCorrupt: ErrDamaged, sqlite3.ErrNotADB: ErrDamaged, sqlite3.ErrBusy: ErrLocked,
		sqlite3.ErrInterrupt: context.Canceled,
	}[e.Code]
	switch {
	case e.ExtendedCode == sqlite3.ErrConstraintUnique, e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey:
		kind = ErrExists
	case e.Code == sqlite3.ErrCantOpen:
		return fmt.Errorf("cannot open the database file; is the data directory there and writable? %w", err)
	case e.Code == sqlite3.ErrIoErr:
		return fmt.Errorf("reading or writing the database file failed: %w (%w)", err, e.SystemErrno)
	case kind == nil:
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}
