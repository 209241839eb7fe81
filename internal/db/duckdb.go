package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
	duck "github.com/duckdb/duckdb-go/v2/mapping"
)

// checkpointAt is how much DuckDB gathers in its log. A commit of more stores rows where they stay at once.
const checkpointAt = "512MB"

type duckStore struct{ db duck.Database }

func openDuckDB(path string, config WarehouseConfig) (columnStore, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create data directory: %w", err)
	}
	memory := "1GB"
	if config.Memory != "" {
		memory = config.Memory
	}
	options := [][2]string{
		{"memory_limit", memory}, {"checkpoint_threshold", checkpointAt}, {"temp_directory", path + ".tmp"},
		// Groups by keys of a small range, such as those of areas, are counted in an array of up to 2^16 places: a quarter
		// faster by 3,000 areas than by hashing, which is what the default of 2^12 leaves them to.
		{"perfect_ht_threshold", "16"},
		// Nothing outside the file is ever read or loaded, whatever a statement says. Must come last: it also locks settings.
		{"autoinstall_known_extensions", "false"}, {"autoload_known_extensions", "false"}, {"enable_external_access", "false"},
	}
	if config.Threads > 0 {
		options = append([][2]string{{"threads", strconv.Itoa(config.Threads)}}, options...)
	}
	var c duck.Config
	if duck.CreateConfig(&c) != duck.StateSuccess {
		return nil, errors.New("create DuckDB configuration")
	}
	defer duck.DestroyConfig(&c)
	for _, o := range options {
		if duck.SetConfig(c, o[0], o[1]) != duck.StateSuccess {
			return nil, fmt.Errorf("DuckDB setting %s=%s is not accepted", o[0], o[1])
		}
	}
	s := &duckStore{}
	var message string
	if duck.OpenExt(path, &s.db, c, &message) != duck.StateSuccess {
		duck.Close(&s.db)
		err := fmt.Errorf("open %s: %s", path, firstLine(message))
		switch {
		case strings.Contains(message, "Could not set lock"):
			return nil, fmt.Errorf("%w: %w", ErrLocked, err)
		case strings.Contains(message, "Permission denied"), strings.Contains(message, "No space left"):
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return s, nil
}

func (s *duckStore) connect(context.Context) (columnConn, error) {
	c := &duckConn{controls: map[string]duck.PreparedStatement{}}
	if duck.Connect(s.db, &c.conn) != duck.StateSuccess {
		return nil, errors.New("connect to DuckDB failed")
	}
	return c, nil
}

func (s *duckStore) dialect() string { return "duckdb" }

func (s *duckStore) close() error {
	duck.Close(&s.db)
	return nil
}

type duckConn struct {
	conn      duck.Connection
	failed    bool
	appending sync.Mutex

	// controls are the statements that begin and end transactions, prepared once. Nothing else may be kept prepared: a plan
	// builds on what the tables hold when it is made, and run later it leaves out rows that came since.
	controls map[string]duck.PreparedStatement
}

func (c *duckConn) control(ctx context.Context, sql string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stmt, known := c.controls[sql]
	if !known {
		if duck.Prepare(c.conn, sql, &stmt) != duck.StateSuccess {
			defer duck.DestroyPrepare(&stmt)
			return c.fail(ctx, duck.PrepareError(stmt))
		}
		c.controls[sql] = stmt
	}
	var res duck.Result
	defer duck.DestroyResult(&res)
	if duck.ExecutePrepared(stmt, &res) != duck.StateSuccess {
		return c.fail(ctx, duck.ResultError(&res))
	}
	return nil
}

func (c *duckConn) begin(bool) string { return "BEGIN TRANSACTION" }
func (c *duckConn) broken() bool      { return c.failed }

func (c *duckConn) direct(ctx context.Context, on bool) error {
	threshold := checkpointAt
	if on {
		threshold = "1MB"
	}
	return c.exec(ctx, "SET GLOBAL checkpoint_threshold = '"+threshold+"'", nil)
}

func (c *duckConn) close() error {
	for _, stmt := range c.controls {
		duck.DestroyPrepare(&stmt)
	}
	duck.Disconnect(&c.conn)
	return nil
}

func (c *duckConn) exec(ctx context.Context, sql string, args []any) error {
	r, err := c.query(ctx, sql, args)
	if err != nil {
		return err
	}
	r.Close()
	return nil
}

func (c *duckConn) query(ctx context.Context, sql string, args []any) (*Result, error) {
	return c.run(ctx, sql, args, duck.ExecutePrepared)
}

func (c *duckConn) stream(ctx context.Context, sql string, args []any) (*Result, error) {
	return c.run(ctx, sql, args, bindings.ExecutePreparedStreaming) //nolint:staticcheck // marked as deprecated since 2024, without a successor
}

// run executes a statement. The context ends the reading of its result, too, which computes the rows of a stream.
func (c *duckConn) run(ctx context.Context, sql string, args []any, execute func(duck.PreparedStatement, *duck.Result) duck.State) (_ *Result, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var stmt duck.PreparedStatement
	var res duck.Result
	release := func() { duck.DestroyPrepare(&stmt) }
	defer func() {
		if err != nil {
			release()
		}
	}()
	if duck.Prepare(c.conn, sql, &stmt) != duck.StateSuccess {
		return nil, c.fail(ctx, duck.PrepareError(stmt))
	}
	for i, a := range args {
		if err := bindDuck(stmt, duck.IdxT(i+1), a); err != nil {
			return nil, err
		}
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		duck.Interrupt(c.conn)
		close(interrupted)
	})
	release = func() {
		if !stop() {
			<-interrupted // else it could hit the connection's next query
		}
		duck.DestroyResult(&res)
		duck.DestroyPrepare(&stmt)
	}
	if execute(stmt, &res) != duck.StateSuccess {
		return nil, c.fail(ctx, duck.ResultError(&res))
	}
	return c.newResult(ctx, res, release), nil
}

func bindDuck(stmt duck.PreparedStatement, i duck.IdxT, arg any) error {
	var state duck.State
	switch v := arg.(type) {
	case nil:
		state = duck.BindNull(stmt, i)
	case int64:
		state = duck.BindInt64(stmt, i, v)
	case float64:
		state = duck.BindDouble(stmt, i, v)
	case bool:
		state = duck.BindBoolean(stmt, i, v)
	case string:
		state = duck.BindVarchar(stmt, i, v)
	case time.Time:
		state = duck.BindTimestamp(stmt, i, duck.NewTimestamp(micros(v)))
	case []int64:
		list := make([]duck.Value, len(v))
		for k, n := range v {
			list[k] = duck.CreateInt64(n)
		}
		of := duck.CreateLogicalType(duck.TypeBigInt)
		value := duck.CreateListValue(of, list)
		state = duck.BindValue(stmt, i, value)
		duck.DestroyValue(&value)
		duck.DestroyLogicalType(&of)
		for k := range list {
			duck.DestroyValue(&list[k])
		}
	default:
		return fmt.Errorf("bind parameter %d: unsupported type %T", i, arg)
	}
	if state != duck.StateSuccess {
		return fmt.Errorf("bind parameter %d failed", i)
	}
	return nil
}

// ErrQuery is what a query itself did wrong in the database's eyes (overflow, a failed conversion), told apart from
// outages so that callers can answer with a client error.
type ErrQuery struct{ Message string }

func (e *ErrQuery) Error() string { return e.Message }

// ErrResources is returned when a query needed more memory than the database was given.
var ErrResources = errors.New("the query needs more memory than is allowed")

// fail puts a DuckDB message into the kinds of this package. DuckDB's messages begin with their class.
func (c *duckConn) fail(ctx context.Context, message string) error {
	class, detail, _ := strings.Cut(message, ": ")
	detail = firstLine(detail)
	switch class {
	case "INTERRUPT Error":
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return context.Canceled
	case "Out of Memory Error":
		return ErrResources
	case "Out of Range Error", "Conversion Error", "Invalid Input Error":
		return &ErrQuery{detail}
	case "FATAL Error", "Serialization Error", "Corrupt":
		c.failed = true
		return fmt.Errorf("%w: DuckDB: %s", ErrDamaged, detail)
	case "IO Error":
		c.failed = true
		switch {
		case strings.Contains(message, "No space left"):
			return fmt.Errorf("%w: DuckDB: %s", ErrFull, detail)
		case strings.Contains(message, "Corrupt database file"): // a block does not match its checksum
			return fmt.Errorf("%w: DuckDB: %s", ErrDamaged, detail)
		}
		return fmt.Errorf("DuckDB: %s", detail)
	}
	return fmt.Errorf("DuckDB: %s", firstLine(message))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func (c *duckConn) newResult(ctx context.Context, res duck.Result, release func()) *Result {
	n := int(duck.ColumnCount(&res)) //nolint:gosec // a column count
	r := &Result{Names: make([]string, n), Vectors: make([]Vector, n)}
	types := make([]duck.Type, n)
	for i := range n {
		r.Names[i] = duck.ColumnName(&res, duck.IdxT(i))
		types[i] = duck.ColumnType(&res, duck.IdxT(i))
	}
	var chunk duck.DataChunk
	r.next = func(r *Result) error {
		duck.DestroyDataChunk(&chunk)
		if chunk = duck.FetchChunk(res); chunk.Ptr == nil {
			if message := duck.ResultError(&res); message != "" {
				return c.fail(ctx, message)
			}
			return nil
		}
		r.Rows = int(duck.DataChunkGetSize(chunk)) //nolint:gosec // at most the vector size
		for i := range r.Vectors {
			v := duck.DataChunkGetVector(chunk, duck.IdxT(i))
			kind, width, err := duckKind(types[i])
			if err != nil {
				return fmt.Errorf("result column %s: %w", r.Names[i], err)
			}
			r.Vectors[i] = Vector{Kind: kind, width: width, data: duck.VectorGetData(v), valid: duck.VectorGetValidity(v)}
		}
		return nil
	}
	r.take = func() func() {
		taken := chunk
		chunk = duck.DataChunk{}
		return func() { duck.DestroyDataChunk(&taken) }
	}
	r.close = func() {
		duck.DestroyDataChunk(&chunk)
		release()
	}
	return r
}

func duckKind(t duck.Type) (kind Kind, width uint8, err error) {
	switch t {
	case duck.TypeBoolean:
		return Bool, 1, nil
	case duck.TypeInteger:
		return Int32, 4, nil
	case duck.TypeBigInt:
		return Int64, 8, nil
	case duck.TypeDouble:
		return Float64, 8, nil
	case duck.TypeVarchar:
		return Text, 16, nil
	case duck.TypeTimestamp:
		return Timestamp, 8, nil
	case duck.TypeDate:
		return Date, 4, nil
	case duck.TypeTime:
		return Time, 8, nil
	case duck.TypeUUID:
		return UUID, 16, nil
	}
	return 0, 0, fmt.Errorf("DuckDB type %d is not read by Boardwalk; the statement must cast it", t)
}
