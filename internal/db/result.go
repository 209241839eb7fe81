package db

import "slices"

// Result is a query result, read chunk by chunk.
type Result struct {
	Names   []string
	Vectors []Vector // the columns of the current chunk
	Rows    int      // rows in the current chunk

	next  func(*Result) error // fills the next chunk; Rows 0 at the end
	take  func() func()       // lets the current chunk stay valid until the function it returns is called
	close func()
	err   error

	rewind func()
}

// Next advances to the next chunk, which has at least one row.
func (r *Result) Next() bool {
	if r.err != nil || r.next == nil {
		return false
	}
	r.Rows = 0
	if r.err = r.next(r); r.err != nil || r.Rows == 0 {
		return false
	}
	return true
}

// Err is the error that ended the iteration, if any.
func (r *Result) Err() error { return r.err }

// Close releases the result; it may be called more than once.
func (r *Result) Close() {
	if r.close != nil {
		r.close()
		r.close, r.next = nil, nil
	}
}

// Keep reads the whole result and holds it until Close: it can be read twice, Rewind beginning anew, and the session may run
// other statements meanwhile. It is for results that are known to be small.
func (r *Result) Keep() error {
	type chunk struct {
		vectors []Vector
		rows    int
	}
	var kept []chunk
	var free []func()
	release := r.close
	r.close = func() {
		for _, f := range free {
			f()
		}
		release()
	}
	for r.Next() {
		kept, free = append(kept, chunk{slices.Clone(r.Vectors), r.Rows}), append(free, r.take())
	}
	at := 0
	r.rewind = func() { at = 0 }
	r.next = func(r *Result) error {
		if at < len(kept) {
			r.Vectors, r.Rows = kept[at].vectors, kept[at].rows
			at++
		}
		return nil
	}
	return r.err
}

// Rewind begins a kept result anew.
func (r *Result) Rewind() { r.rewind() }
