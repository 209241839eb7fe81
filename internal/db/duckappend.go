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
	a := newAppender(columns)
	a.flush = func(a *Appender) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		duck.DataChunkReset(chunk)
		for i := range a.columns {
			a.columns[i].fill(duck.DataChunkGetVector(chunk, duck.IdxT(i)), a.rows)
		}
		duck.DataChunkSetSize(chunk, duck.IdxT(a.rows)) //nolint:gosec // at most chunkRows
		if duck.AppendDataChunk(target, chunk) != duck.StateSuccess {
			return fmt.Errorf("append to %s: %w", table, c.fail(ctx, duck.AppenderError(target)))
		}
		return nil
	}
	a.finish = func(ok bool) error {
		var err error
		if ok && duck.AppenderClose(target) != duck.StateSuccess {
			err = fmt.Errorf("append to %s: %w", table, c.fail(ctx, duck.AppenderError(target)))
		}
		if !ok {
			duck.AppenderClear(target)
		}
		duck.AppenderDestroy(&target)
		duck.DestroyDataChunk(&chunk)
		return err
	}
	return a, nil
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
