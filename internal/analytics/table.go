package analytics

import (
	"fmt"
	"io"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// tableColumn is a value of a row under the path that leads to it, as in "Area/AreaPath". No name of the model or of a
// query has a slash in it, so that paths cannot meet.
type tableColumn struct {
	*member
	path    string
	present []int // columns that are true when the rows on the way exist
	branch  int   // column of the sequence that a row comes from, for members with branches
}

// table lists the columns of a plan's rows.
func (p *plan) table(set *edm.EntityType, q *odata.Query, t table) ([]tableColumn, error) {
	if q.Count != nil && *q.Count {
		return nil, fault.QueryNotValid("A table in the format %s has no place for $count=true", tables[t].name).WithHint("ask for %s/$count", set.Set)
	}
	list := p.shape.object.table("", nil, nil)
	if len(list) == 0 {
		return nil, fault.QueryNotValid("A table in the format %s needs a column, and $select names no property", tables[t].name)
	}
	seen := map[string]bool{}
	for _, c := range list {
		if seen[c.path] {
			return nil, fault.QueryNotValid("A table in the format %s cannot have two columns with the name '%s'", tables[t].name, c.path).
				WithHint("the sequences of concat(...) give one name to values of different types")
		}
		seen[c.path] = true
	}
	return list, nil
}

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
		list = append(list, tableColumn{m, path + m.name, present, o.branch})
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
	return c.branches != 0 && c.branches>>v[c.branch].Int(i)&1 == 0 || c.member.null(v, i)
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
	if r.limit > 0 {
		text, args := r.dialect.Print(r.page(r.columns.list))
		result, err := r.session.Stream(text, args...)
		if err != nil {
			return fmt.Errorf("query: %w", err)
		}
		below := r.shape.object.below(nil)
		err = chunks(result, func(result *db.Result) error {
			for _, column := range below {
				for i := range result.Rows {
					if v := &result.Vectors[column]; !v.Null(i) && v.Int(i) != 0 {
						return tooDeep()
					}
				}
			}
			return w.write(result.Vectors, result.Rows)
		})
		if err != nil {
			return err
		}
	}
	return w.close()
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
