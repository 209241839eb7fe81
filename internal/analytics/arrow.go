package analytics

import (
	"fmt"
	"io"
	"time"

	"boardwalk/internal/db"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// arrowBatch is how many rows a record batch has at least, but for the last; those of a collection count as well.
const arrowBatch = 16 << 10

// arrowWriter writes a stream in the format of Arrow IPC; it ends with a mark of its own.
type arrowWriter struct {
	columns []tableColumn
	builder *array.RecordBuilder
	rows    int // in the builder
	stream  *ipc.Writer
}

func newArrow(out io.Writer, columns []tableColumn, location *time.Location) *arrowWriter {
	schema := arrowSchema(columns, location)
	return &arrowWriter{columns: columns, builder: array.NewRecordBuilder(memory.NewGoAllocator(), schema), stream: ipc.NewWriter(out, ipc.WithSchema(schema))}
}

func arrowSchema(columns []tableColumn, location *time.Location) *arrow.Schema {
	return arrow.NewSchema(arrowFields(columns, location), nil)
}

func arrowFields(columns []tableColumn, location *time.Location) []arrow.Field {
	fields := make([]arrow.Field, len(columns))
	for i := range columns {
		fields[i] = arrow.Field{Name: columns[i].path, Type: columns[i].arrow(location), Nullable: true}
	}
	return fields
}

// arrow is the column's type. Whole numbers have 64 bits whatever the model says: what a query computes may need them.
func (c *tableColumn) arrow(location *time.Location) arrow.DataType {
	if c.number {
		return arrow.PrimitiveTypes.Int64
	}
	switch c.kind {
	case encodeMany:
		return arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.StructOf(arrowFields(c.inner, location)...)})
	case encodeInt:
		return arrow.PrimitiveTypes.Int64
	case encodeFloat:
		return arrow.PrimitiveTypes.Float64
	case encodeBool:
		return arrow.FixedWidthTypes.Boolean
	case encodeMoment:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: location.String()}
	case encodeMomentUTC:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case encodeDate:
		return arrow.FixedWidthTypes.Date32
	case encodeClock:
		return arrow.FixedWidthTypes.Time64us
	case encodeDuration:
		return arrow.FixedWidthTypes.Duration_us
	default:
		return arrow.BinaryTypes.String
	}
}

func (w *arrowWriter) write(v []db.Vector, rows int) error {
	w.rows += rows
	most := w.rows
	for k := range w.columns {
		w.columns[k].appendTo(w.builder.Field(k), v, rows)
		if list, ok := w.builder.Field(k).(*array.ListBuilder); ok {
			most = max(most, list.ValueBuilder().Len())
		}
	}
	if most < arrowBatch {
		return nil
	}
	return w.flush()
}

func (w *arrowWriter) flush() error {
	batch := w.builder.NewRecordBatch()
	defer batch.Release()
	w.rows = 0
	if err := w.stream.Write(batch); err != nil {
		return fmt.Errorf("send a table: %w", err)
	}
	return nil
}

func (w *arrowWriter) close() error {
	if w.rows > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.stream.Close(); err != nil {
		return fmt.Errorf("end a table: %w", err)
	}
	return nil
}

// appendTo adds the column's values of so many rows.
func (c *tableColumn) appendTo(to array.Builder, v []db.Vector, rows int) {
	to.Reserve(rows)
	if c.kind == encodeMany {
		for i := range rows {
			appendCell(to, c.cell(v, i))
		}
		return
	}
	x := &v[c.column]
	for i := range rows {
		if c.null(v, i) {
			to.AppendNull()
			continue
		}
		switch to := to.(type) {
		case *array.Int64Builder:
			to.UnsafeAppend(x.Int(i))
		case *array.Float64Builder:
			to.UnsafeAppend(x.Float(i))
		case *array.BooleanBuilder:
			to.Append(x.Int(i) != 0)
		case *array.TimestampBuilder:
			to.UnsafeAppend(arrow.Timestamp(x.Int(i)))
		case *array.Date32Builder:
			to.UnsafeAppend(arrow.Date32(x.Int(i))) //nolint:gosec // days of years from 1 to 9999
		case *array.Time64Builder:
			to.UnsafeAppend(arrow.Time64(x.Int(i)))
		case *array.DurationBuilder:
			to.UnsafeAppend(arrow.Duration(x.Int(i)))
		case *array.StringBuilder:
			if c.kind == encodeText {
				to.BinaryBuilder.Append(x.Text(i))
			} else {
				to.Append(c.text(v, i))
			}
		}
	}
}

// appendCell adds one value, with the rows of a collection those inside it.
func appendCell(to array.Builder, cell any) {
	switch x := cell.(type) {
	case nil:
		to.AppendNull()
	case float64:
		to.(*array.Float64Builder).Append(x)
	case bool:
		to.(*array.BooleanBuilder).Append(x)
	case string:
		to.(*array.StringBuilder).Append(x)
	case []tableRow:
		list := to.(*array.ListBuilder)
		list.Append(true)
		element := list.ValueBuilder().(*array.StructBuilder)
		for _, row := range x {
			element.Append(true)
			for k, cell := range row {
				appendCell(element.FieldBuilder(k), cell)
			}
		}
	case int64:
		switch to := to.(type) {
		case *array.Int64Builder:
			to.Append(x)
		case *array.TimestampBuilder:
			to.Append(arrow.Timestamp(x))
		case *array.Date32Builder:
			to.Append(arrow.Date32(x)) //nolint:gosec // days of years from 1 to 9999
		case *array.Time64Builder:
			to.Append(arrow.Time64(x))
		case *array.DurationBuilder:
			to.Append(arrow.Duration(x))
		}
	}
}
