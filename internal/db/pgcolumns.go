package db

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgresColumns is a Warehouse in a schema of its own on PostgreSQL.
type postgresColumns struct{ config *pgx.ConnConfig }

func openPostgresColumns(ctx context.Context, config WarehouseConfig) (columnStore, error) {
	c, err := pgx.ParseConfig(config.URL)
	if err != nil {
		return nil, errors.New("analytics URL is malformed; expected postgres://USER@HOST/DATABASE") // err could hold the password
	}
	schema := pgx.Identifier{config.Schema}.Sanitize()
	c.RuntimeParams["search_path"] = schema
	c.RuntimeParams["jit"] = "off" // measured: never faster here
	c.RuntimeParams["timezone"] = "UTC"
	c.RuntimeParams["work_mem"] = "256MB"
	s := &postgresColumns{c}
	first, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	err = first.exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+schema, nil)
	return s, errors.Join(err, first.close())
}

func (s *postgresColumns) connect(ctx context.Context) (columnConn, error) {
	c, err := pgx.ConnectConfig(ctx, s.config.Copy())
	if err != nil {
		return nil, postgresError(err)
	}
	return &postgresColumnConn{c}, nil
}

func (s *postgresColumns) dialect() string { return "postgres" }
func (s *postgresColumns) close() error    { return nil }

type postgresColumnConn struct{ conn *pgx.Conn }

func (c *postgresColumnConn) direct(context.Context, bool) error { return nil }

func (c *postgresColumnConn) begin(write bool) string {
	if write {
		return "BEGIN"
	}
	return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
}

func (c *postgresColumnConn) control(ctx context.Context, sql string) error {
	return c.exec(ctx, sql, nil)
}

func (c *postgresColumnConn) broken() bool { return c.conn.IsClosed() }
func (c *postgresColumnConn) close() error { return c.conn.Close(context.Background()) }

func (c *postgresColumnConn) exec(ctx context.Context, sql string, args []any) error {
	_, err := c.conn.Exec(ctx, sql, plain(args)...)
	return columnError(ctx, err)
}

func (c *postgresColumnConn) query(ctx context.Context, sql string, args []any) (*Result, error) {
	rows, err := c.conn.Query(ctx, sql, plain(args)...)
	if err != nil {
		return nil, columnError(ctx, err)
	}
	fields := rows.FieldDescriptions()
	if len(fields) == 0 { // the error of a failed query is known only now
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, columnError(ctx, err)
		}
	}
	return newPostgresResult(ctx, rows, fields), nil
}

// stream is query: PostgreSQL sends rows as it computes them.
func (c *postgresColumnConn) stream(ctx context.Context, sql string, args []any) (*Result, error) {
	return c.query(ctx, sql, args)
}

// plain makes times of arguments UTC: a timestamp without time zone keeps the wall clock it is given.
func plain(args []any) []any {
	for i, a := range args {
		if t, ok := a.(time.Time); ok {
			args[i] = t.UTC()
		}
	}
	return args
}

// columnError tells what a query did wrong from what the database did.
func columnError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code[:2] == "22": // data exceptions: overflow, division by zero, bad conversions
			return &ErrQuery{e.Message}
		case e.Code == "53200":
			return ErrResources
		}
	}
	return postgresError(err)
}

// postgresKinds maps the type of a result column to its kind; anything else must be cast by the statement.
var postgresKinds = map[uint32]Kind{
	pgtype.BoolOID: Bool, pgtype.Int2OID: Int32, pgtype.Int4OID: Int32, pgtype.Int8OID: Int64, pgtype.Float8OID: Float64,
	pgtype.TextOID: Text, pgtype.VarcharOID: Text, pgtype.TimestampOID: Timestamp, pgtype.DateOID: Date,
	pgtype.TimeOID: Time, pgtype.UUIDOID: UUID,
}

// postgresEpoch is 2000-01-01, where PostgreSQL counts from, in microseconds and days since 1970.
const (
	postgresEpochMicros = 946684800000000
	postgresEpochDays   = 10957
)

func newPostgresResult(ctx context.Context, rows pgx.Rows, fields []pgconn.FieldDescription) *Result {
	r := &Result{Names: make([]string, len(fields)), Vectors: make([]Vector, len(fields))}
	columns := make([]rowBuffer, len(fields))
	for i, f := range fields {
		r.Names[i] = f.Name
		columns[i].kind = postgresKinds[f.DataTypeOID]
	}
	r.next = func(r *Result) error {
		for i := range columns {
			columns[i].reset()
			if columns[i].kind == 0 {
				return fmt.Errorf("result column %s: PostgreSQL type %d is not read by Boardwalk; the statement must cast it",
					r.Names[i], fields[i].DataTypeOID)
			}
		}
		for r.Rows < chunkRows && rows.Next() {
			for i, raw := range rows.RawValues() {
				columns[i].add(r.Rows, raw)
			}
			r.Rows++
		}
		if err := rows.Err(); err != nil {
			return columnError(ctx, err)
		}
		for i := range columns {
			r.Vectors[i] = columns[i].vector()
		}
		return nil
	}
	r.take = func() func() {
		taken := columns
		columns = make([]rowBuffer, len(fields))
		for i := range columns {
			columns[i].kind = taken[i].kind
		}
		return func() {}
	}
	r.close = rows.Close
	return r
}

// rowBuffer gathers the binary values of one column.
type rowBuffer struct {
	kind  Kind
	valid [chunkRows / 64]uint64
	nums  []int64 // also the bits of floats
	texts [][]byte
	uuids [][16]byte
	bytes []byte
}

func (b *rowBuffer) reset() {
	b.valid = [chunkRows / 64]uint64{}
	b.nums, b.texts, b.uuids, b.bytes = b.nums[:0], b.texts[:0], b.uuids[:0], nil // texts of the last chunk may still be in use
}

func (b *rowBuffer) add(row int, raw []byte) {
	if raw != nil {
		b.valid[row>>6] |= 1 << (row & 63)
	}
	switch b.kind {
	case Text:
		at := len(b.bytes)
		b.bytes = append(b.bytes, raw...)
		b.texts = append(b.texts, b.bytes[at:])
	case UUID:
		var id [16]byte
		copy(id[:], raw)
		b.uuids = append(b.uuids, id)
	default:
		b.nums = append(b.nums, b.number(raw))
	}
}

func (b *rowBuffer) number(raw []byte) int64 {
	switch {
	case raw == nil:
		return 0
	case b.kind == Timestamp:
		n := int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // two's complement on the wire
		if n == math.MaxInt64 || n == math.MinInt64 {
			return n // infinity
		}
		return n + postgresEpochMicros
	case b.kind == Date:
		return int64(int32(binary.BigEndian.Uint32(raw))) + postgresEpochDays //nolint:gosec // as above
	case len(raw) == 1:
		return int64(raw[0])
	case len(raw) == 2:
		return int64(int16(binary.BigEndian.Uint16(raw))) //nolint:gosec // as above
	case len(raw) == 4:
		return int64(int32(binary.BigEndian.Uint32(raw))) //nolint:gosec // as above
	default:
		return int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // as above
	}
}

func (b *rowBuffer) vector() Vector {
	v := Vector{Kind: b.kind, width: 8, texts: b.texts, uuids: b.uuids, valid: unsafe.Pointer(&b.valid)}
	if len(b.nums) > 0 {
		v.data = unsafe.Pointer(&b.nums[0])
	}
	return v
}

func (c *postgresColumnConn) appender(ctx context.Context, table string, columns []Column) (*Appender, error) {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.Name
	}
	a := newAppender(columns)
	a.flush = func(a *Appender) error {
		_, err := c.conn.CopyFrom(ctx, pgx.Identifier{table}, names, &copySource{a: a, row: -1, values: make([]any, len(columns))})
		if err != nil {
			return fmt.Errorf("append to %s: %w", table, postgresError(err))
		}
		return nil
	}
	a.finish = func(bool) error { return nil }
	return a, nil
}

// copySource hands the gathered rows of an Appender to COPY.
type copySource struct {
	a      *Appender
	row    int
	values []any
}

func (s *copySource) Next() bool {
	s.row++
	return s.row < s.a.rows
}

func (s *copySource) Err() error { return nil }

func (s *copySource) Values() ([]any, error) {
	for i := range s.a.columns {
		c := &s.a.columns[i]
		if !c.filled || c.valid[s.row>>6]>>(s.row&63)&1 == 0 {
			s.values[i] = nil
			continue
		}
		switch c.kind {
		case Bool:
			s.values[i] = c.ints[s.row] != 0
		case Int32, Int64:
			s.values[i] = c.ints[s.row]
		case Timestamp:
			s.values[i] = time.UnixMicro(c.ints[s.row]).UTC()
		case Date:
			s.values[i] = time.Unix(c.ints[s.row]*86400, 0).UTC()
		case Time:
			s.values[i] = pgtype.Time{Microseconds: c.ints[s.row], Valid: true}
		case Float64:
			s.values[i] = c.floats[s.row]
		case Text:
			s.values[i] = c.texts[s.row]
		case UUID:
			s.values[i] = [16]byte(c.uuids[s.row])
		}
	}
	return s.values, nil
}
