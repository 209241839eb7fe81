package analytics

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"boardwalk/internal/db"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// parquetGroup is how many rows a row group has at least, but for the last. One is held in memory, encoded and
// compressed, until it is complete.
const parquetGroup = 64 << 10

// parquetWriter writes a Parquet file, whose index comes last. It uses the library's columns and not its bridge from
// Arrow, which would bring gRPC into the program.
type parquetWriter struct {
	leaves []parquetLeaf
	file   *file.Writer
	group  file.BufferedRowGroupWriter // nil between groups
	rows   int                         // in the group, or values where collections have more

	// Of a chunk of a column.
	levels  []int16 // 1 for rows that have a value; more inside collections
	repeats []int16 // which collection goes on, inside collections
	present []byte  // the same as bits
	ints    []int64
	days    []int32
	floats  []float64
	flags   []bool
	texts   []parquet.ByteArray
}

func newParquet(out io.Writer, columns []tableColumn, location *time.Location) (*parquetWriter, error) {
	fields, err := parquetFields(columns)
	if err != nil {
		return nil, err
	}
	options := []parquet.WriterProperty{parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCreatedBy("Boardwalk"), parquet.WithDictionaryDefault(false)}
	leaves := parquetLeaves(columns)
	for i := range leaves {
		if leaves[i].column().texts() { // numbers and dates seldom repeat enough to pay for one
			options = append(options, parquet.WithDictionaryFor(leaves[i].name, true))
		}
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, fmt.Errorf("schema of a Parquet file: %w", err)
	}
	w := &parquetWriter{leaves: leaves, file: file.NewParquetWriter(out, root, file.WithWriterProps(parquet.NewWriterProperties(options...)))}
	described, err := describeArrow(arrowSchema(columns, location))
	if err == nil {
		err = w.file.AppendKeyValueMetadata("ARROW:schema", described)
	}
	return w, err
}

// describeArrow is a schema as writers of Arrow leave it in a file. Without it readers would not know the time zone.
func describeArrow(s *arrow.Schema) (string, error) {
	var message bytes.Buffer
	if err := ipc.NewWriter(&message, ipc.WithSchema(s)).Close(); err != nil {
		return "", fmt.Errorf("describe the schema of a Parquet file: %w", err)
	}
	const end = 8 // bytes of the mark behind the last message of a stream
	return base64.StdEncoding.EncodeToString(message.Bytes()[:message.Len()-end]), nil
}

// parquet is the column's type.
func (c *tableColumn) parquet() (schema.LogicalType, parquet.Type) {
	if c.number {
		return schema.NoLogicalType{}, parquet.Types.Int64
	}
	switch c.kind {
	case encodeInt, encodeDuration: // Parquet has no type for durations
		return schema.NoLogicalType{}, parquet.Types.Int64
	case encodeFloat:
		return schema.NoLogicalType{}, parquet.Types.Double
	case encodeBool:
		return schema.NoLogicalType{}, parquet.Types.Boolean
	case encodeMoment, encodeMomentUTC:
		return schema.NewTimestampLogicalType(true, schema.TimeUnitMicros), parquet.Types.Int64
	case encodeDate:
		return schema.DateLogicalType{}, parquet.Types.Int32
	case encodeClock:
		return schema.NewTimeLogicalType(false, schema.TimeUnitMicros), parquet.Types.Int64
	default:
		return schema.StringLogicalType{}, parquet.Types.ByteArray
	}
}

func (w *parquetWriter) write(v []db.Vector, rows int) error {
	if w.group == nil {
		w.group = w.file.AppendBufferedRowGroup()
	}
	most := rows
	for k := range w.leaves {
		leaf := &w.leaves[k]
		to, err := w.group.Column(k)
		switch {
		case err != nil:
		case leaf.from.kind == encodeMany:
			err = w.nested(to, leaf, v, rows)
			most = max(most, len(w.levels))
		default:
			err = w.column(to, leaf.from, v, rows)
		}
		if err != nil {
			return fmt.Errorf("column %s of a Parquet file: %w", leaf.name, err)
		}
	}
	if w.rows += most; w.rows < parquetGroup {
		return nil
	}
	return w.flush()
}

// column writes one column of a chunk. Absent values have a place, too: writing them without makes the library put
// together a text for each.
func (w *parquetWriter) column(to file.ColumnChunkWriter, c *tableColumn, v []db.Vector, rows int) error {
	x := &v[c.column]
	w.levels, w.present = resized(w.levels, rows), resized(w.present, (rows+7)/8)
	clear(w.levels)
	clear(w.present)
	each := func(put func(i int)) {
		for i := range rows {
			if !c.null(v, i) {
				w.levels[i] = 1
				w.present[i>>3] |= 1 << (i & 7)
				put(i)
			}
		}
	}
	switch to := to.(type) {
	case *file.Int64ColumnChunkWriter:
		w.ints = resized(w.ints, rows)
		each(func(i int) { w.ints[i] = x.Int(i) })
		to.WriteBatchSpaced(w.ints, w.levels, nil, w.present, 0)
	case *file.Int32ColumnChunkWriter:
		w.days = resized(w.days, rows)
		each(func(i int) { w.days[i] = int32(x.Int(i)) }) //nolint:gosec // days of years from 1 to 9999
		to.WriteBatchSpaced(w.days, w.levels, nil, w.present, 0)
	case *file.Float64ColumnChunkWriter:
		w.floats = resized(w.floats, rows)
		each(func(i int) { w.floats[i] = x.Float(i) })
		to.WriteBatchSpaced(w.floats, w.levels, nil, w.present, 0)
	case *file.BooleanColumnChunkWriter:
		w.flags = resized(w.flags, rows)
		each(func(i int) { w.flags[i] = x.Int(i) != 0 })
		to.WriteBatchSpaced(w.flags, w.levels, nil, w.present, 0)
	case *file.ByteArrayColumnChunkWriter:
		w.texts = resized(w.texts, rows)
		clear(w.texts)
		var text []byte // never written again: the statistics of a column keep parts of it
		each(func(i int) {
			at := len(text)
			if c.kind == encodeText {
				text = append(text, x.Text(i)...)
			} else {
				text = append(text, c.text(v, i)...)
			}
			w.texts[i] = text[at:len(text):len(text)]
		})
		to.WriteBatchSpaced(w.texts, w.levels, nil, w.present, 0)
	default:
		return fmt.Errorf("no columns of type %s are written", to.Type())
	}
	return nil
}

// resized is a slice of n values, whatever they are, that reuses another's memory.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

func (w *parquetWriter) flush() error {
	err := w.group.Close()
	w.group, w.rows = nil, 0
	if err != nil {
		return fmt.Errorf("send a row group: %w", err)
	}
	return nil
}

func (w *parquetWriter) close() error {
	if w.group != nil {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("end a Parquet file: %w", err)
	}
	return nil
}
