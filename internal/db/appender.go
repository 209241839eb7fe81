package db

import (
	"time"

	"github.com/google/uuid"
)

// chunkRows is how many rows an Appender gathers; DuckDB's vectors hold as many.
const chunkRows = 2048

// Appender inserts rows in bulk. Set the values of a row, columns by their index in the list given to Append, then call
// EndRow; what was not set is NULL.
type Appender struct {
	columns []appendColumn
	rows    int
	flush   func(*Appender) error // writes and empties the gathered rows
	finish  func(ok bool) error
}

type appendColumn struct {
	kind   Kind
	filled bool                   // some row of this chunk has a value
	valid  [chunkRows / 64]uint64 // bit per row
	ints   []int64
	floats []float64
	texts  []string
	uuids  []uuid.UUID
}

func newAppender(columns []Column) *Appender {
	a := &Appender{columns: make([]appendColumn, len(columns))}
	for i, c := range columns {
		a.columns[i].kind = c.Kind
	}
	return a
}

func (a *Appender) mark(c *appendColumn) {
	c.filled = true
	c.valid[a.rows>>6] |= 1 << (a.rows & 63)
}

// Int sets an integer-like value: Bool, Int32, Int64, Timestamp or Date in its stored form.
func (a *Appender) Int(column int, v int64) {
	c := &a.columns[column]
	if c.ints == nil {
		c.ints = make([]int64, chunkRows)
	}
	c.ints[a.rows] = v
	a.mark(c)
}

// Bool sets a Bool value.
func (a *Appender) Bool(column int, v bool) {
	n := int64(0)
	if v {
		n = 1
	}
	a.Int(column, n)
}

// Time sets a Timestamp value.
func (a *Appender) Time(column int, v time.Time) { a.Int(column, micros(v)) }

// Float sets a Float64 value.
func (a *Appender) Float(column int, v float64) {
	c := &a.columns[column]
	if c.floats == nil {
		c.floats = make([]float64, chunkRows)
	}
	c.floats[a.rows] = v
	a.mark(c)
}

// Text sets a Text value.
func (a *Appender) Text(column int, v string) {
	c := &a.columns[column]
	if c.texts == nil {
		c.texts = make([]string, chunkRows)
	}
	c.texts[a.rows] = v
	a.mark(c)
}

// UUID sets a UUID value.
func (a *Appender) UUID(column int, v uuid.UUID) {
	c := &a.columns[column]
	if c.uuids == nil {
		c.uuids = make([]uuid.UUID, chunkRows)
	}
	c.uuids[a.rows] = v
	a.mark(c)
}

// EndRow completes a row and writes the gathered rows out when a chunk is full.
func (a *Appender) EndRow() error {
	if a.rows++; a.rows < chunkRows {
		return nil
	}
	return a.empty()
}

func (a *Appender) empty() error {
	if a.rows == 0 {
		return nil
	}
	if err := a.flush(a); err != nil {
		return err
	}
	for i := range a.columns {
		if c := &a.columns[i]; c.filled {
			c.filled = false
			c.valid = [chunkRows / 64]uint64{}
		}
	}
	a.rows = 0
	return nil
}

// Abort gives up what is not written yet; the session's transaction must be rolled back.
func (a *Appender) Abort() { _ = a.finish(false) } // nothing is left to fail

// Close writes what is left. After an error the session's transaction must be rolled back.
func (a *Appender) Close() error {
	err := a.empty()
	if e := a.finish(err == nil); err == nil {
		err = e
	}
	return err
}
