package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"

	"github.com/mattn/go-sqlite3"
)

// sqliteEngine talks to the driver itself: database/sql would cost as much as a short statement does.
type sqliteEngine struct {
	write, read string // what the driver is told
}

// openSQLite opens path in WAL mode with full durability: a commit is on disk when it returns.
func openSQLite(path string) (engine, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create data directory: %w", err)
	}
	options := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"5000"}, "_cache_size": {"-65536"},
	}
	e := &sqliteEngine{write: "file:" + url.PathEscape(path) + "?" + options.Encode()}
	options.Set("_query_only", "true")
	options.Set("_cache_size", "-16384")
	e.read = "file:" + url.PathEscape(path) + "?" + options.Encode()
	return e, nil
}

func (e *sqliteEngine) connect(ctx context.Context, readOnly bool) (conn, error) {
	name, begins := e.write, "BEGIN IMMEDIATE"
	settings := []string{"PRAGMA temp_store=MEMORY", "PRAGMA mmap_size=268435456"}
	if readOnly {
		name, begins = e.read, "BEGIN"
	} else {
		settings = append(settings, "PRAGMA journal_size_limit=67108864", "PRAGMA wal_autocheckpoint=4000")
	}
	opened, err := (&sqlite3.SQLiteDriver{}).Open(name)
	if err != nil {
		return nil, sqliteError(err)
	}
	c := &sqliteConn{conn: opened.(*sqlite3.SQLiteConn), begins: begins, prepared: map[*Stmt]*sqliteStmt{}}
	if err := registerFunctions(c.conn); err != nil {
		return nil, errors.Join(err, c.close())
	}
	for _, setting := range settings {
		if err := c.control(ctx, setting); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", setting, err), c.close())
		}
	}
	return c, nil
}

func (e *sqliteEngine) close() error { return nil }

type sqliteConn struct {
	conn     *sqlite3.SQLiteConn
	begins   string
	prepared map[*Stmt]*sqliteStmt
	args     []driver.NamedValue // of the statement that starts; the driver copies them
}

// sqliteStmt is a prepared statement with room for a row of its result.
type sqliteStmt struct {
	*sqlite3.SQLiteStmt
	row []driver.Value
}

func (c *sqliteConn) begin(ctx context.Context) error { return c.control(ctx, c.begins) }

// control is never cut short: that would cost more than these statements do.
func (c *sqliteConn) control(ctx context.Context, text string) error {
	_, err := c.conn.ExecContext(context.WithoutCancel(ctx), text, nil)
	return sqliteError(err)
}

func (c *sqliteConn) prepare(ctx context.Context, s *Stmt) (*sqliteStmt, error) {
	if p := c.prepared[s]; p != nil {
		return p, nil
	}
	prepared, err := c.conn.PrepareContext(ctx, s.sqlite)
	if err != nil {
		return nil, sqliteError(err)
	}
	p := &sqliteStmt{SQLiteStmt: prepared.(*sqlite3.SQLiteStmt)}
	if !s.once {
		c.prepared[s] = p
	}
	return p, nil
}

// bind puts arguments into the form of the driver; they are valid until the next call.
func (c *sqliteConn) bind(p *sqliteStmt, args []any) ([]driver.NamedValue, error) {
	if len(args) != p.NumInput() {
		return nil, fmt.Errorf("%d arguments for %d parameters", len(args), p.NumInput())
	}
	c.args = c.args[:0]
	for i, a := range args {
		switch v := a.(type) {
		case nil, int64, string, bool, float64, []byte:
		case int:
			a = int64(v)
		default:
			value, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return nil, fmt.Errorf("argument %d: %w", i+1, err)
			}
			a = value
		}
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	return c.args, nil
}

func (c *sqliteConn) exec(ctx context.Context, s *Stmt, args []any) (int64, error) {
	p, err := c.prepare(ctx, s)
	if err != nil {
		return 0, err
	}
	values, err := c.bind(p, args)
	if err != nil {
		return 0, err
	}
	result, err := p.ExecContext(ctx, values)
	if err != nil {
		return 0, sqliteError(err)
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
	values, err := c.bind(p, args)
	if err == nil {
		var rows driver.Rows
		if rows, err = p.QueryContext(ctx, values); err == nil {
			if n := len(rows.Columns()); len(p.row) != n {
				p.row = make([]driver.Value, n)
			}
			cursor := &sqliteCursor{rows: rows, row: p.row}
			if s.once {
				cursor.stmt = p
			}
			return cursor, nil
		}
	}
	if s.once {
		err = errors.Join(err, p.Close())
	}
	return nil, sqliteError(err)
}

func (c *sqliteConn) broken() bool { return false } // a file is no peer that goes away

func (c *sqliteConn) close() error {
	var errs []error
	for _, p := range c.prepared {
		errs = append(errs, p.Close())
	}
	return errors.Join(append(errs, c.conn.Close())...)
}

type sqliteCursor struct {
	rows driver.Rows
	row  []driver.Value // the current one
	stmt *sqliteStmt    // to be closed with the cursor
	err  error
}

func (c *sqliteCursor) Next() bool {
	if c.err != nil {
		return false
	}
	c.err = c.rows.Next(c.row)
	return c.err == nil
}

func (c *sqliteCursor) Err() error {
	if errors.Is(c.err, io.EOF) {
		return nil
	}
	return sqliteError(c.err)
}

func (c *sqliteCursor) Close() error {
	err := c.rows.Close()
	if c.stmt != nil {
		err = errors.Join(err, c.stmt.Close())
		c.stmt = nil
	}
	return sqliteError(err)
}

func (c *sqliteCursor) Scan(dest ...any) error {
	if len(dest) != len(c.row) {
		return fmt.Errorf("%d targets for %d columns", len(dest), len(c.row))
	}
	for i, d := range dest {
		if err := assign(d, c.row[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign copies a value of the driver to where a caller wants it.
func assign(dest any, src driver.Value) error {
	ok := false
	switch d := dest.(type) {
	case *int64:
		*d, ok = src.(int64)
	case *string:
		var b []byte
		if *d, ok = src.(string); !ok {
			b, ok = src.([]byte)
			*d = string(b)
		}
	case *bool:
		var n int64
		if *d, ok = src.(bool); !ok { // an expression has no declared type
			n, ok = src.(int64)
			*d = n != 0
		}
	case *float64:
		var n int64
		if *d, ok = src.(float64); !ok { // a sum of whole numbers is one
			n, ok = src.(int64)
			*d = float64(n)
		}
	case *[]byte:
		var text string
		if *d, ok = src.([]byte); !ok && src != nil {
			text, ok = src.(string)
			*d = []byte(text)
		} else if src == nil {
			*d, ok = nil, true
		}
	case *any:
		*d, ok = src, true
	case sql.Scanner:
		return d.Scan(src)
	default:
		return assignOther(reflect.ValueOf(dest).Elem(), src)
	}
	if !ok {
		return fmt.Errorf("a value of type %T cannot be read as %T", src, dest)
	}
	return nil
}

// assignOther is assign for what is rarely asked for: other integers, and pointers that are nil for NULL.
func assignOther(dest reflect.Value, src driver.Value) error {
	n, isInt := src.(int64)
	switch {
	case dest.Kind() == reflect.Pointer && src == nil:
		dest.SetZero()
	case dest.Kind() == reflect.Pointer:
		dest.Set(reflect.New(dest.Type().Elem()))
		return assign(dest.Interface(), src)
	case dest.CanInt() && isInt && !dest.OverflowInt(n):
		dest.SetInt(n)
	default:
		return fmt.Errorf("a value of type %T cannot be read as %s", src, dest.Type())
	}
	return nil
}

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
