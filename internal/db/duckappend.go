package db

import (
	"context"
	"encoding/binary"
	"fmt"
	"unsafe"

	duck "github.com/duckdb/duckdb-go/v2/mapping"
)

var duckTypes = map[Kind]duck.Type{
	Bool: duck.TypeBoolean, Int32: duck.TypeInteger, Int64: duck.TypeBigInt, Float64: duck.TypeDouble,
	Text: duck.TypeVarchar, Timestamp: duck.TypeTimestamp, Date: duck.TypeDate, Time: duck.TypeTime, UUID: duck.TypeUUID,
}

func (c *duckConn) appender(ctx context.Context, table string, columns []Column) (*Appender, error) {
	var target duck.Appender
	if duck.AppenderCreate(c.conn, "", table, &target) != duck.StateSuccess {
		err := fmt.Errorf("append to %s: %s", table, firstLine(duck.AppenderError(target)))
		duck.AppenderDestroy(&target)
		return nil, err
	}
	types := make([]duck.LogicalType, len(columns))
	for i, column := range columns {
		types[i] = duck.CreateLogicalType(duckTypes[column.Kind])
		if duck.AppenderAddColumn(target, column.Name) != duck.StateSuccess {
			err := fmt.Errorf("append to %s: column %s: %s", table, column.Name, firstLine(duck.AppenderError(target)))
			duck.AppenderDestroy(&target)
			return nil, err
		}
	}
	chunk := duck.CreateDataChunk(types)
	for i := range types {
		duck.DestroyLogicalType(&types[i])
	}
	w := &duckWriter{table: table, target: target, chunk: chunk, conn: c, full: make(chan appendRows), empty: make(chan []appendColumn, 1), done: make(chan error, 1)}
	w.empty <- newAppender(columns).columns
	go w.run(ctx)
	a := newAppender(columns)
	a.flush = func(a *Appender) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.full <- appendRows{a.columns, a.rows}
		a.columns = <-w.empty
		return nil
	}
	a.finish = func(ok bool) error {
		close(w.full)
		err := <-w.done
		w.conn.appending.Lock()
		defer w.conn.appending.Unlock()
		if ok && err == nil && duck.AppenderClose(target) != duck.StateSuccess {
			err = w.fail(ctx)
		}
		if !ok || err != nil {
			duck.AppenderClear(target)
		}
		duck.AppenderDestroy(&target)
		duck.DestroyDataChunk(&chunk)
		return err
	}
	return a, nil
}

// duckWriter hands the rows of an Appender to DuckDB while the next ones are gathered: both take about as long.
type duckWriter struct {
	table  string
	target duck.Appender
	chunk  duck.DataChunk
	conn   *duckConn
	full   chan appendRows
	empty  chan []appendColumn
	done   chan error // the first failure or nil, once full is closed
}

// appendRows are gathered rows.
type appendRows struct {
	columns []appendColumn
	rows    int
}

// flushChunks is how many chunks DuckDB buffers before it stores them; without a limit most would wait for the end.
const flushChunks = 16

func (w *duckWriter) run(ctx context.Context) {
	var failed error
	for n := 1; ; n++ {
		r, ok := <-w.full
		if !ok {
			break
		}
		if failed == nil {
			failed = w.write(ctx, r, n%flushChunks == 0)
		}
		w.empty <- r.columns
	}
	w.done <- failed
}

func (w *duckWriter) write(ctx context.Context, r appendRows, flush bool) error {
	duck.DataChunkReset(w.chunk)
	for i := range r.columns {
		r.columns[i].fill(duck.DataChunkGetVector(w.chunk, duck.IdxT(i)), r.rows)
	}
	duck.DataChunkSetSize(w.chunk, duck.IdxT(r.rows)) //nolint:gosec // at most chunkRows
	w.conn.appending.Lock()                           // storing rows is a query of its own, and a connection runs one at a time
	defer w.conn.appending.Unlock()
	if duck.AppendDataChunk(w.target, w.chunk) != duck.StateSuccess || flush && duck.AppenderFlush(w.target) != duck.StateSuccess {
		return w.fail(ctx)
	}
	return nil
}

func (w *duckWriter) fail(ctx context.Context) error {
	return fmt.Errorf("append to %s: %w", w.table, w.conn.fail(ctx, duck.AppenderError(w.target)))
}

// fill copies the gathered values of a column into a DuckDB vector.
func (c *appendColumn) fill(v duck.Vector, rows int) {
	duck.VectorEnsureValidityWritable(v)
	valid := unsafe.Slice((*uint64)(duck.VectorGetValidity(v)), chunkRows/64)
	copy(valid, c.valid[:])
	if !c.filled {
		return
	}
	data := duck.VectorGetData(v)
	switch c.kind {
	case Bool:
		for i, n := range c.ints[:rows] {
			*(*int8)(unsafe.Add(data, i)) = int8(n) //nolint:gosec // 0 or 1
		}
	case Int32, Date:
		for i, n := range c.ints[:rows] {
			*(*int32)(unsafe.Add(data, i*4)) = int32(n) //nolint:gosec // checked where the value was made
		}
	case Int64, Timestamp, Time:
		copy(unsafe.Slice((*int64)(data), rows), c.ints)
	case Float64:
		copy(unsafe.Slice((*float64)(data), rows), c.floats)
	case Text:
		for i, s := range c.texts[:rows] {
			if c.valid[i>>6]>>(i&63)&1 == 0 {
				continue
			}
			if len(s) > inlineText { // DuckDB allocates
				duck.VectorAssignStringElement(v, duck.IdxT(i), s) //nolint:gosec // a row number
				continue
			}
			cell := unsafe.Slice((*byte)(unsafe.Add(data, i*16)), 16)
			clear(cell)
			binary.NativeEndian.PutUint32(cell, uint32(len(s))) //nolint:gosec // at most inlineText
			copy(cell[4:], s)
		}
	case UUID:
		cells := unsafe.Slice((*[2]uint64)(data), rows)
		for i, id := range c.uuids[:rows] {
			cells[i] = [2]uint64{binary.BigEndian.Uint64(id[8:]), binary.BigEndian.Uint64(id[:8]) ^ 1<<63}
		}
	}
}
