package analytics

import (
	"fmt"

	"boardwalk/internal/db"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// parquetLeaf is a column of a Parquet file. A collection has one for each column of its rows.
type parquetLeaf struct {
	name   string
	from   *tableColumn // of the table's rows
	inside []int        // which column of the collection, and of the one inside it
}

// column is the column whose values the leaf holds.
func (l *parquetLeaf) column() *tableColumn {
	c := l.from
	for _, k := range l.inside {
		c = &c.inner[k]
	}
	return c
}

func parquetLeaves(columns []tableColumn) (leaves []parquetLeaf) {
	for i := range columns {
		c := &columns[i]
		if !c.lists() {
			leaves = append(leaves, parquetLeaf{name: c.path, from: c})
			continue
		}
		for _, leaf := range parquetLeaves(c.inner) {
			k := 0
			for leaf.from != &c.inner[k] {
				k++
			}
			leaves = append(leaves, parquetLeaf{c.path + ".list.element." + leaf.name, c, append([]int{k}, leaf.inside...)})
		}
	}
	return leaves
}

// parquetFields are the nodes of columns. Any can be absent; a collection is a list of rows, of which none is.
func parquetFields(columns []tableColumn) (fields schema.FieldList, err error) {
	for i := range columns {
		c := &columns[i]
		var field schema.Node
		if c.lists() {
			field, err = parquetList(c)
		} else {
			logical, physical := c.parquet()
			field, err = schema.NewPrimitiveNodeLogical(c.path, parquet.Repetitions.Optional, logical, physical, 0, -1)
		}
		if err != nil {
			return nil, fmt.Errorf("column %s of a Parquet file: %w", c.path, err)
		}
		fields = append(fields, field)
	}
	return fields, nil
}

func parquetList(c *tableColumn) (schema.Node, error) {
	fields, err := parquetFields(c.inner)
	if err != nil {
		return nil, err
	}
	element, err := schema.NewGroupNode("element", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, err //nolint:wrapcheck // by the caller
	}
	list, err := schema.NewGroupNode("list", parquet.Repetitions.Repeated, schema.FieldList{element}, -1)
	if err != nil {
		return nil, err //nolint:wrapcheck // by the caller
	}
	return schema.NewGroupNodeLogical(c.path, parquet.Repetitions.Optional, schema.FieldList{list}, schema.NewListLogicalType(), -1) //nolint:wrapcheck // by the caller
}

// nested writes the values of one column of a collection, with the levels that tell which row each is of.
func (w *parquetWriter) nested(to file.ColumnChunkWriter, leaf *parquetLeaf, v []db.Vector, rows int) error {
	w.levels, w.repeats = w.levels[:0], w.repeats[:0]
	var values []any
	var put func(cell any, inside []int, depth, repeat int16)
	put = func(cell any, inside []int, depth, repeat int16) {
		list, _ := cell.([]tableRow)
		switch {
		case cell != nil && len(inside) == 0:
			values = append(values, cell)
			w.levels, w.repeats = append(w.levels, 2*depth+1), append(w.repeats, repeat)
		case cell != nil && len(list) == 0: // there, and empty
			w.levels, w.repeats = append(w.levels, 2*depth+1), append(w.repeats, repeat)
		case cell == nil:
			w.levels, w.repeats = append(w.levels, 2*depth), append(w.repeats, repeat)
		}
		for i, row := range list {
			if i > 0 {
				repeat = depth + 1
			}
			put(row[inside[0]], inside[1:], depth+1, repeat)
		}
	}
	for i := range rows {
		put(leaf.from.cell(v, i), leaf.inside, 0, 0)
	}
	var err error
	switch to := to.(type) {
	case *file.Int64ColumnChunkWriter:
		_, err = to.WriteBatch(typed[int64](values), w.levels, w.repeats)
	case *file.Int32ColumnChunkWriter:
		days := make([]int32, len(values))
		for i := range values {
			days[i] = int32(values[i].(int64)) //nolint:gosec // days of years from 1 to 9999
		}
		_, err = to.WriteBatch(days, w.levels, w.repeats)
	case *file.Float64ColumnChunkWriter:
		_, err = to.WriteBatch(typed[float64](values), w.levels, w.repeats)
	case *file.BooleanColumnChunkWriter:
		_, err = to.WriteBatch(typed[bool](values), w.levels, w.repeats)
	case *file.ByteArrayColumnChunkWriter:
		texts := make([]parquet.ByteArray, len(values))
		for i := range values {
			texts[i] = []byte(values[i].(string))
		}
		_, err = to.WriteBatch(texts, w.levels, w.repeats)
	default:
		return fmt.Errorf("no columns of type %s are written", to.Type())
	}
	if err != nil {
		return fmt.Errorf("write values of a collection: %w", err)
	}
	return nil
}

func typed[T any](values []any) []T {
	list := make([]T, len(values))
	for i := range values {
		list[i] = values[i].(T)
	}
	return list
}
