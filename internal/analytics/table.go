package analytics

import (
	"errors"
	"fmt"
	"io"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// maxSheet is for how many rows of a table collections are read at a time.
const maxSheet = 4_000

// tableColumn is a value of a row under the path that leads to it, as in "Area/AreaPath". No name of the model or of a
// query has a slash in it, so that paths cannot meet.
type tableColumn struct {
	*member
	path    string
	present []int         // columns that are true when the rows on the way exist
	branch  int           // column of the sequence that a row comes from, for members with branches
	number  bool          // the number of rows of an expanded collection, whose $count says so
	inner   []tableColumn // of an expanded collection: the columns of its rows
}

// tableRow is a row of an expanded collection: nil, int64, float64, bool, string or []tableRow for each column.
type tableRow []any

// table lists the columns of a plan's rows.
func (p *plan) table(set *edm.EntityType, q *odata.Query, t table) ([]tableColumn, error) {
	if q.Count != nil && *q.Count {
		return nil, fault.QueryNotValid("A table in the format %s has no place for $count=true", tables[t].name).WithHint("ask for %s/$count", set.Set)
	}
	list := p.shape.object.table("", nil, nil)
	return list, columnsFit(list, t)
}

// columnsFit checks that a format can hold columns.
func columnsFit(list []tableColumn, t table) error {
	if len(list) == 0 {
		return fault.QueryNotValid("A table in the format %s needs a column, and $select names no property", tables[t].name)
	}
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.path] {
			return fault.QueryNotValid("A table in the format %s cannot have two columns with the name '%s'", tables[t].name, c.path).
				WithHint("the sequences of concat(...) give one name to values of different types")
		}
		seen[c.path] = true
		if c.lists() {
			if err := columnsFit(c.inner, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// lists reports whether the column holds the rows of a collection.
func (c *tableColumn) lists() bool { return c.kind == encodeMany && !c.number }

func (o *object) table(path string, present []int, list []tableColumn) []tableColumn {
	if o.present >= 0 {
		present = append(present[:len(present):len(present)], o.present)
	}
	for i := range o.members {
		m := &o.members[i]
		if m.kind == encodeObject {
			list = m.object.table(path+m.name+"/", present, list)
			continue
		}
		c := tableColumn{member: m, path: path + m.name, present: present, branch: o.branch}
		if m.kind == encodeMany {
			if m.many.total {
				counted := c
				counted.path, counted.number = c.path+"@odata.count", true
				list = append(list, counted)
			}
			if m.many.alone {
				continue
			}
			m.many.table = m.many.object.table("", nil, nil)
			if c.inner = m.many.table; m.many.none != nil {
				m.many.none.table = m.many.none.object.table("", nil, nil)
			}
		}
		list = append(list, c)
	}
	return list
}

// null reports whether row i has no value in the column.
func (c *tableColumn) null(v []db.Vector, i int) bool {
	for _, p := range c.present {
		if v[p].Null(i) || v[p].Int(i) == 0 {
			return true
		}
	}
	return c.branches != 0 && c.branches>>v[c.branch].Int(i)&1 == 0 || c.kind != encodeMany && c.member.null(v, i)
}

// cell is the value of row i of any column, nil when it has none.
func (c *tableColumn) cell(v []db.Vector, i int) any {
	if c.null(v, i) {
		return nil
	}
	x := &v[c.column]
	switch {
	case c.number:
		return c.many.of(*x, i).total
	case c.kind == encodeMany:
		return c.many.of(*x, i).list
	case c.kind == encodeFloat:
		return x.Float(i)
	case c.kind == encodeBool:
		return x.Int(i) != 0
	case c.texts():
		return c.text(v, i)
	}
	return x.Int(i)
}

// row is row i of a collection, and about how many bytes it takes.
func (x *expansion) row(v []db.Vector, i int) (row tableRow, bytes int) {
	const interfaces = 24
	row = make(tableRow, len(x.table))
	for k := range x.table {
		row[k] = x.table[k].cell(v, i)
		bytes += interfaces
		if text, ok := row[k].(string); ok {
			bytes += len(text)
		}
	}
	return row, bytes
}

// texts reports whether the column holds texts.
func (c *tableColumn) texts() bool {
	switch c.kind {
	case encodeText, encodeGUID, encodeKey, encodeEnum:
		return true
	}
	return false
}

// text is the value of row i of a column of texts, GUIDs or names.
func (c *tableColumn) text(v []db.Vector, i int) string {
	x := &v[c.column]
	switch c.kind {
	case encodeGUID:
		return guidText(x.UUID(i))
	case encodeKey:
		return guidText(*c.keys.guid(x.Int(i)))
	case encodeEnum:
		return c.enum.Format(x.Int(i))
	default:
		return string(x.Text(i))
	}
}

// tableWriter writes rows in one of the formats. close ends a table that is complete: without it, none can be taken for
// one.
type tableWriter interface {
	write(v []db.Vector, rows int) error
	close() error
}

// whole answers all rows as a table.
func (r *run) whole(columns []tableColumn) error {
	if err := r.check(); err != nil {
		return err
	}
	if err := r.dimensions.load(r.session, r.columns.keyed); err != nil {
		return err
	}
	if _, err := r.measure(); err != nil {
		return err
	}
	w, err := r.tableWriter(columns)
	if err != nil {
		return err
	}
	if r.turn != nil {
		err = r.sheets(w)
	} else if r.limit > 0 {
		err = r.streamed(w)
	}
	if err != nil {
		return err
	}
	return w.close()
}

// streamed writes the rows of one statement as they are read.
func (r *run) streamed(w tableWriter) error {
	text, args := r.dialect.Print(r.page(r.columns.list))
	result, err := r.session.Stream(text, args...)
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	return chunks(result, func(result *db.Result) error { return r.written(w, result, result.Rows) })
}

// sheets writes rows with collections: those are read for some rows at a time, one sheet after the other, all as of one
// moment.
func (r *run) sheets(w tableWriter) error {
	for r.limit > 0 {
		last, err := r.sheet(w)
		if err != nil || last == nil {
			return err
		}
		next, err := parseToken(r.following(last).String(), r.query)
		if err != nil {
			return fmt.Errorf("go on with a table: %w", err)
		}
		if err := r.turn(next); err != nil {
			return fmt.Errorf("go on with a table: %w", err)
		}
	}
	return nil
}

// sheet writes the rows of one and returns the order values of the last when more follow.
func (r *run) sheet(w tableWriter) (last []any, err error) {
	r.bytes = 0
	result, err := r.found(r.page, r.shape.object)
	if err != nil {
		return nil, err
	}
	left := r.limit
	err = chunks(result, func(result *db.Result) error {
		if left == 0 {
			return errEnough
		}
		rows := int(min(int64(result.Rows), left))
		if left -= int64(rows); left == 0 {
			last = r.orderOf(result, rows-1)
		}
		if err := r.written(w, result, rows); err != nil || rows == result.Rows {
			return err
		}
		return errEnough
	})
	if errors.Is(err, errEnough) {
		return last, nil
	}
	return nil, err
}

func (r *run) written(w tableWriter, result *db.Result, rows int) error {
	for _, column := range r.shape.object.below(nil) {
		for i := range rows {
			if v := &result.Vectors[column]; !v.Null(i) && v.Int(i) != 0 {
				return tooDeep()
			}
		}
	}
	return w.write(result.Vectors, rows)
}

func (r *run) tableWriter(columns []tableColumn) (tableWriter, error) {
	switch r.encoder.format.table {
	case arrowTable:
		return newArrow(r.out, columns, r.encoder.zone.location), nil
	case parquetTable:
		return newParquet(r.out, columns, r.encoder.zone.location)
	default:
		return newCSV(r.out, columns, r.encoder.zone.location), nil
	}
}

// send writes part of a table.
func send(out io.Writer, part []byte) error {
	if _, err := out.Write(part); err != nil {
		return fmt.Errorf("send a table: %w", err)
	}
	return nil
}
