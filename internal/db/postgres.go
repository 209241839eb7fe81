package db

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

type postgresEngine struct {
	config *pgx.ConnConfig
	lock   int64
}

// openPostgres prepares connections to target. Writers of all processes that share the schema queue on one advisory
// lock, which makes the change feed's positions as strictly ordered as with SQLite.
func openPostgres(ctx context.Context, target string, config Config) (engine, error) {
	c, err := pgx.ParseConfig(target)
	if err != nil {
		return nil, errors.New("database URL is malformed; expected postgres://USER@HOST/DATABASE") // err could hold the password
	}
	schema := config.Schema
	if schema == "" {
		schema = "public"
	} else {
		c.RuntimeParams["search_path"] = pgx.Identifier{schema}.Sanitize()
	}
	c.RuntimeParams["jit"] = "off" // measured: never faster here
	hash := fnv.New64a()
	hash.Write([]byte("boardwalk/" + schema))
	e := &postgresEngine{config: c, lock: int64(hash.Sum64())} //nolint:gosec // the bits matter, not the sign
	if config.Schema != "" {
		first, err := pgx.ConnectConfig(ctx, c.Copy())
		if err != nil {
			return nil, postgresError(err)
		}
		_, err = first.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+pgx.Identifier{schema}.Sanitize())
		if err := errors.Join(err, first.Close(ctx)); err != nil {
			return nil, fmt.Errorf("create schema %s: %w", schema, postgresError(err))
		}
	}
	return e, nil
}

func (e *postgresEngine) connect(ctx context.Context, readOnly bool) (conn, error) {
	c, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return nil, postgresError(err)
	}
	p := &postgresConn{conn: c, begins: fmt.Sprintf("BEGIN; SELECT pg_advisory_xact_lock(%d)", e.lock)}
	if readOnly {
		p.begins = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	return p, nil
}

func (e *postgresEngine) close() error { return nil }

type postgresConn struct {
	conn   *pgx.Conn
	begins string
}

func (c *postgresConn) begin(ctx context.Context) error { return c.control(ctx, c.begins) }

func (c *postgresConn) control(ctx context.Context, text string) error {
	// The simple protocol takes several statements at once and answers in one round trip.
	results, err := c.conn.PgConn().Exec(ctx, text).ReadAll()
	if err == nil && text == "COMMIT" && len(results) > 0 && results[len(results)-1].CommandTag.String() != "COMMIT" {
		return errors.New("the transaction had failed: it was rolled back instead of committed")
	}
	return postgresError(err)
}

func (c *postgresConn) exec(ctx context.Context, s *Stmt, args []any) (int64, error) {
	tag, err := c.conn.Exec(ctx, s.postgres, args...)
	return tag.RowsAffected(), postgresError(err)
}

// execMany sends all executions at once and waits for one answer.
func (c *postgresConn) execMany(ctx context.Context, s *Stmt, args [][]any) error {
	batch := &pgx.Batch{}
	for _, a := range args {
		batch.Queue(s.postgres, a...)
	}
	return postgresError(c.conn.SendBatch(ctx, batch).Close())
}

func (c *postgresConn) query(ctx context.Context, s *Stmt, args []any) (cursor, error) {
	if s.once {
		args = append([]any{pgx.QueryExecModeDescribeExec}, args...) // planned for these arguments, and not kept
	}
	rows, err := c.conn.Query(ctx, s.postgres, args...)
	if err != nil {
		return nil, postgresError(err)
	}
	return &postgresCursor{rows}, nil
}

func (c *postgresConn) broken() bool { return c.conn.IsClosed() }
func (c *postgresConn) close() error { return c.conn.Close(context.Background()) }

type postgresCursor struct{ pgx.Rows }

func (c *postgresCursor) Err() error { return postgresError(c.Rows.Err()) }

func (c *postgresCursor) Close() error {
	c.Rows.Close()
	return nil
}

// postgresError puts a driver error into the kinds of this package.
func postgresError(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		// Its text names host and user, not the password.
		return fmt.Errorf("connect to PostgreSQL at %s:%d, database %q: %w", e.Config.Host, e.Config.Port, e.Config.Database, err)
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	var kind error
	switch {
	case e.Code == "23505":
		kind = ErrExists
	case e.Code == "25006":
		kind = ErrReadOnly
	case strings.HasPrefix(e.Code, "53"):
		kind = ErrFull
	case e.Code == "XX001" || e.Code == "XX002":
		kind = ErrDamaged
	case e.Code == "57014":
		kind = context.Canceled
	default:
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// Ping reports whether the PostgreSQL server at a URL answers.
func Ping(ctx context.Context, target string) error {
	c, err := pgx.Connect(ctx, target)
	if err != nil {
		return postgresError(err)
	}
	return c.Close(ctx)
}

// DropSchema removes a PostgreSQL schema with all it holds.
func DropSchema(ctx context.Context, target, schema string) error {
	c, err := pgx.Connect(ctx, target)
	if err != nil {
		return postgresError(err)
	}
	_, err = c.Exec(ctx, "DROP SCHEMA IF EXISTS "+pgx.Identifier{schema}.Sanitize()+" CASCADE")
	return errors.Join(postgresError(err), c.Close(ctx))
}
