package db

import "unsafe"

// Kind is the physical kind of a result or table column of a Warehouse.
type Kind uint8

// The kinds and the accessor that reads each. Timestamps are microseconds since 1970 UTC, dates days since 1970, times
// of day microseconds since midnight.
const (
	Bool      Kind = iota + 1 // Int, 0 or 1
	Int32                     // Int
	Int64                     // Int
	Float64                   // Float
	Text                      // Text
	Timestamp                 // Int
	Date                      // Int
	Time                      // Int
	UUID                      // UUID
)

// Vector is one column of a chunk of rows. DuckDB's memory is read in place; rows of PostgreSQL are copied into slices
// of the same shape. It is valid until the result's next chunk or close.
type Vector struct {
	Kind  Kind
	width uint8          // bytes per value for integers
	data  unsafe.Pointer // numbers, 16-byte cells of texts and UUIDs; nil when texts or uuids hold the values
	valid unsafe.Pointer // bit mask of 64-bit words; nil when every row has a value
	texts [][]byte
	uuids [][16]byte
}

// Null reports whether row i has no value.
func (v *Vector) Null(i int) bool {
	if v.valid == nil {
		return false
	}
	word := *(*uint64)(unsafe.Add(v.valid, i>>6<<3))
	return word>>(uint(i)&63)&1 == 0 //nolint:gosec // i is a row number
}

// Int is the value of row i of a column of any integer-like kind.
func (v *Vector) Int(i int) int64 {
	switch v.width {
	case 8:
		return *(*int64)(unsafe.Add(v.data, i*8))
	case 4:
		return int64(*(*int32)(unsafe.Add(v.data, i*4)))
	case 2:
		return int64(*(*int16)(unsafe.Add(v.data, i*2)))
	default:
		return int64(*(*int8)(unsafe.Add(v.data, i)))
	}
}

// Float is the value of row i of a Float64 column.
func (v *Vector) Float(i int) float64 { return *(*float64)(unsafe.Add(v.data, i*8)) }

// inlineText is how many bytes of a text DuckDB keeps inside its 16-byte cell.
const inlineText = 12

// Text is the value of row i of a Text column. The bytes must not be kept nor changed.
func (v *Vector) Text(i int) []byte {
	if v.texts != nil {
		return v.texts[i]
	}
	cell := unsafe.Add(v.data, i*16)
	n := *(*uint32)(cell)
	if n <= inlineText {
		return unsafe.Slice((*byte)(unsafe.Add(cell, 4)), n)
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(cell, 8)), n)
}

// UUID is the value of row i of a UUID column.
func (v *Vector) UUID(i int) (id [16]byte) {
	if v.uuids != nil {
		return v.uuids[i]
	}
	// DuckDB keeps a signed 128-bit number, low half first, with the top bit flipped so that it sorts as text does.
	cell := unsafe.Add(v.data, i*16)
	low, high := *(*uint64)(cell), *(*uint64)(unsafe.Add(cell, 8))^(1<<63)
	for k := range 8 {
		id[k] = byte(high >> (56 - 8*k)) //nolint:gosec // taking one byte is the point
		id[8+k] = byte(low >> (56 - 8*k))
	}
	return id
}
