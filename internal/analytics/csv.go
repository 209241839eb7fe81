package analytics

import (
	"bytes"
	"io"
	"time"

	"boardwalk/internal/db"
)

// csvWriter writes RFC 4180: a line of names, lines end with CR LF. An absent value is nothing, an empty text is "". Values
// are those of JSON and are never changed, also where a spreadsheet would take one for a formula.
type csvWriter struct {
	out     io.Writer
	columns []tableColumn
	encoder encoder
}

func newCSV(out io.Writer, columns []tableColumn, location *time.Location) *csvWriter {
	w := &csvWriter{out: out, columns: columns, encoder: encoder{zone: zone{location: location}}}
	for i := range columns {
		if i > 0 {
			w.encoder.buf = append(w.encoder.buf, ',')
		}
		w.encoder.buf = appendCSV(w.encoder.buf, []byte(columns[i].path))
	}
	w.encoder.buf = append(w.encoder.buf, '\r', '\n')
	return w
}

func (w *csvWriter) write(v []db.Vector, rows int) error {
	e := &w.encoder
	for i := range rows {
		for k := range w.columns {
			if k > 0 {
				e.buf = append(e.buf, ',')
			}
			c := &w.columns[k]
			if c.null(v, i) {
				continue
			}
			switch c.kind {
			case encodeText:
				e.buf = appendCSV(e.buf, v[c.column].Text(i))
			case encodeEnum:
				e.buf = appendCSV(e.buf, []byte(c.text(v, i)))
			default:
				start := len(e.buf)
				e.value(c.member, &v[c.column], i)
				if e.buf[start] == '"' { // plain characters only
					e.buf = append(e.buf[:start], e.buf[start+1:len(e.buf)-1]...)
				}
			}
		}
		e.buf = append(e.buf, '\r', '\n')
		if len(e.buf) >= flushAt {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *csvWriter) flush() error {
	err := send(w.out, w.encoder.buf)
	w.encoder.buf = w.encoder.buf[:0]
	return err
}

func (w *csvWriter) close() error { return w.flush() }

// appendCSV writes a text, in quotes where it would be read as something else without.
func appendCSV(buf, text []byte) []byte {
	if len(text) > 0 && !bytes.ContainsAny(text, "\",\r\n") && text[0] != ' ' && text[len(text)-1] != ' ' {
		return append(buf, text...)
	}
	buf = append(buf, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			break
		}
		buf = append(append(buf, text[:i]...), '"', '"')
		text = text[i+1:]
	}
	return append(append(buf, text...), '"')
}
