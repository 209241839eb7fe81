package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Tx is a transaction. It must not be used after the function it was given to has returned, nor by two goroutines.
//
// Arguments and scan targets may be Go integers, float64, string, bool, []byte, time.Time (kept as microseconds UTC),
// uuid.UUID (kept as lower-case text), and pointers to these, where nil is NULL.
type Tx struct {
	ctx      context.Context
	db       *DB
	conn     conn
	now      time.Time
	readOnly bool
	heads    heads
	batch    *batch // of a write transaction
	quiet    bool   // see Quiet
	changed  bool   // something was written, or a statement failed: only a rollback leaves nothing behind
}

// Context is the context the transaction runs under.
func (t *Tx) Context() context.Context { return t.ctx }

// Now is the one timestamp of this transaction, in UTC with milliseconds.
func (t *Tx) Now() time.Time { return t.now }

// Writable reports whether the transaction may write.
func (t *Tx) Writable() bool { return !t.readOnly }

// Exec runs a statement and returns the number of rows it changed.
func (t *Tx) Exec(s *Stmt, args ...any) (int64, error) {
	defer t.observe(s, time.Now())
	t.changed = true
	n, err := t.conn.exec(t.ctx, s, encode(args))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", s.name, err)
	}
	return n, nil
}

// ExecMany runs a statement once for each list of arguments, in as few round trips as the database allows.
func (t *Tx) ExecMany(s *Stmt, args [][]any) error {
	defer t.observe(s, time.Now())
	t.changed = true
	for _, a := range args {
		encode(a)
	}
	if err := t.conn.execMany(t.ctx, s, args); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// Query runs a statement that returns rows. The caller closes the rows.
func (t *Tx) Query(s *Stmt, args ...any) (*Rows, error) {
	defer t.observe(s, time.Now())
	t.changed = t.changed || !s.reads
	c, err := t.conn.query(t.ctx, s, encode(args))
	if err != nil {
		t.changed = true
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return &Rows{cursor: c, stmt: s, tx: t}, nil
}

// Row runs a statement that returns at most one row and scans it. It returns ErrNotFound when there is none.
func (t *Tx) Row(s *Stmt, args []any, dest ...any) error {
	rows, err := t.Query(s, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return ErrNotFound
	}
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	return rows.Close()
}

func (t *Tx) observe(s *Stmt, start time.Time) {
	if t.db.config.Observe != nil {
		t.db.config.Observe(s.name, time.Since(start))
	}
}

// Rows is a result being read.
type Rows struct {
	cursor cursor
	stmt   *Stmt
	tx     *Tx
}

// Next advances to the next row.
func (r *Rows) Next() bool { return r.cursor.Next() }

// Scan copies the current row.
func (r *Rows) Scan(dest ...any) error {
	for i, d := range dest {
		switch d := d.(type) {
		case *time.Time:
			dest[i] = (*timeScanner)(d)
		case **time.Time:
			dest[i] = &nullTimeScanner{d}
		case *uuid.UUID:
			dest[i] = (*uuidScanner)(d)
		}
	}
	if err := r.cursor.Scan(dest...); err != nil {
		return fmt.Errorf("%s: scan: %w", r.stmt.name, err)
	}
	return nil
}

// Err is the error that ended the iteration, if any.
func (r *Rows) Err() error {
	if err := r.cursor.Err(); err != nil {
		r.tx.changed = true
		return fmt.Errorf("%s: %w", r.stmt.name, err)
	}
	return nil
}

// Close releases the result; it may be called more than once.
func (r *Rows) Close() error { return r.cursor.Close() }

// Collect runs a query and gathers what scan makes of each row.
func Collect[T any](t *Tx, s *Stmt, args []any, scan func(*Rows) (T, error)) ([]T, error) {
	rows, err := t.Query(s, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return all, rows.Close()
}

// encode turns arguments into what both drivers store alike.
func encode(args []any) []any {
	for i, a := range args {
		switch a := a.(type) {
		case time.Time:
			args[i] = a.UnixMicro()
		case *time.Time:
			if a == nil {
				args[i] = nil
			} else {
				args[i] = a.UnixMicro()
			}
		case uuid.UUID:
			args[i] = a.String()
		}
	}
	return args
}

type timeScanner time.Time

func (t *timeScanner) Scan(src any) error {
	micros, ok := src.(int64)
	if !ok {
		return fmt.Errorf("time column holds %T", src)
	}
	*t = timeScanner(time.UnixMicro(micros).UTC())
	return nil
}

type nullTimeScanner struct{ dest **time.Time }

func (t *nullTimeScanner) Scan(src any) error {
	if src == nil {
		*t.dest = nil
		return nil
	}
	var v time.Time
	if err := (*timeScanner)(&v).Scan(src); err != nil {
		return err
	}
	*t.dest = &v
	return nil
}

type uuidScanner uuid.UUID

func (u *uuidScanner) Scan(src any) error { return (*uuid.UUID)(u).Scan(src) }

var _ sql.Scanner = (*uuidScanner)(nil)

// The kinds of failure callers can act on. Driver errors never leave this package in another form than wrapped in or
// beside one of these; everything else is a bug or an outage.
var (
	ErrNotFound = errors.New("no such row")
	ErrExists   = errors.New("a row with this key exists")
	ErrReadOnly = errors.New("the database is read-only")
	ErrFull     = errors.New("the disk or database is full")
	ErrDamaged  = errors.New("the database file is damaged")
	ErrLocked   = errors.New("the database is in use by another process")
	ErrClosed   = errors.New("the database is closed")
	ErrUnknown  = errors.New("the connection broke during commit: it is unknown whether the change was stored")
	ErrNewer    = errors.New("the database was written by a newer version of Boardwalk")
)
