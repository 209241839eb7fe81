package analytics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/sqlgen"
)

// run is one plan being answered in a transaction.
type run struct {
	*plan
	session *db.Session
	dialect sqlgen.Dialect
	encoder encoder
	out     io.Writer
	request Request
	query   uint32
	total   bool  // write @odata.count
	maxSize int64 // more rows are refused; 0 for no limit
	context string
	bytes   int // of expanded rows held for the page

	dimensions *dimensions
}

// flushAt is how much of an answer is gathered before it is sent.
const flushAt = 64 << 10

func (r *run) answer() error {
	if err := r.check(); err != nil {
		return err
	}
	if err := r.dimensions.load(r.session, r.columns.keyed); err != nil {
		return err
	}
	total, err := r.measure()
	if err != nil {
		return err
	}
	result, err := r.found(r.page, r.shape.object)
	if err != nil {
		return err
	}
	defer result.Close()
	e := &r.encoder
	e.buf = append(e.buf, '{')
	if e.format.control != noControl {
		e.buf = append(e.buf, `"@odata.context":`...)
		e.text([]byte(r.context))
		e.buf = append(e.buf, ',')
	}
	if r.total {
		e.buf = append(e.buf, `"@odata.count":`...)
		e.long(total)
		e.buf = append(e.buf, ',')
	}
	if len(r.warnings) > 0 {
		r.writeWarnings()
	}
	e.buf = append(e.buf, `"value":[`...)
	next, err := r.rows(result)
	if err != nil {
		return err
	}
	e.buf = append(e.buf, ']')
	if next != nil && !r.preview {
		e.buf = append(e.buf, `,"@odata.nextLink":`...)
		e.text([]byte(r.nextLink(next)))
	}
	e.buf = append(e.buf, '}')
	return r.flush()
}

// bind finds what the statements of a plan need to know beforehand.
func (p *plan) bind(session *db.Session, dialect sqlgen.Dialect) error {
	for _, days := range p.bounds {
		days.first.Value, days.last.Value = int64(1), int64(0) // no day at all
		text, args := dialect.Print(days.find)
		result, err := session.Query(text, args...)
		if err != nil {
			return fmt.Errorf("find the days: %w", err)
		}
		err = chunks(result, func(r *db.Result) error {
			if !r.Vectors[0].Null(0) {
				days.first.Value, days.last.Value = r.Vectors[0].Int(0), r.Vectors[1].Int(0)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// check refuses the answer when it would show rows of projects that the caller cannot read.
func (r *run) check() error {
	if err := r.bind(r.session, r.dialect); err != nil {
		return err
	}
	for _, c := range r.checks {
		n, err := r.number(c.find)
		if err != nil {
			return err
		}
		if n > 0 {
			return refuse(c.of, nil)
		}
	}
	return nil
}

// measure counts all rows where the answer tells their number or may have only so many.
func (r *run) measure() (total int64, err error) {
	if !r.total && r.maxSize == 0 {
		return 0, nil
	}
	if total, err = r.number(r.count); err != nil {
		return 0, err
	}
	if rows := r.sized(total); r.maxSize > 0 && rows > r.maxSize {
		return 0, fault.MaxSize(thousands(rows), r.maxSize)
	}
	return total, nil
}

// sized is how many rows the whole answer has.
func (r *run) sized(total int64) int64 {
	total = max(0, total-r.skip)
	if r.left >= 0 {
		return min(total, r.left)
	}
	return total
}

func (r *run) writeWarnings() {
	e := &r.encoder
	if e.format.control != noControl {
		e.buf = append(e.buf, `"vsts.warnings@odata.type":"#Collection(String)",`...)
	}
	e.buf = append(e.buf, `"@vsts.warnings":[`...)
	for i, w := range r.warnings {
		if i > 0 {
			e.buf = append(e.buf, ',')
		}
		e.text([]byte(w))
	}
	e.buf = append(e.buf, `],`...)
}

// rows writes the rows of the page and returns the order values of the last one when more rows follow.
func (r *run) rows(result *db.Result) (last []any, err error) {
	if r.limit == 0 {
		return nil, nil
	}
	written := int64(0)
	err = chunks(result, func(result *db.Result) error {
		for i := range result.Rows {
			if written == r.limit {
				return errEnough
			}
			if written > 0 {
				r.encoder.buf = append(r.encoder.buf, ',')
			}
			r.encoder.object(r.shape.object, result.Vectors, i)
			if written++; written == r.limit {
				last = r.orderOf(result, i)
			}
			if len(r.encoder.buf) >= flushAt {
				if err := r.flush(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return last, nil
	}
	return nil, err
}

// orderOf are the order values of a row.
func (r *run) orderOf(result *db.Result, i int) (last []any) {
	for _, column := range r.token {
		last = append(last, tokenValue(&result.Vectors[column], i))
	}
	return last
}

// following is where the next page starts.
func (r *run) following(last []any) token {
	t := token{Last: last, Left: -1, Query: r.query}
	if r.left >= 0 {
		t.Left = r.left - r.limit
	}
	return t
}

// errEnough ends the reading of a result.
var errEnough = errors.New("enough rows")

func (r *run) flush() error {
	_, err := r.out.Write(r.encoder.buf)
	r.encoder.buf = r.encoder.buf[:0]
	if err != nil {
		return fmt.Errorf("send an answer: %w", err)
	}
	return nil
}

// nextLink is the request's URL with the token of the next page.
func (r *run) nextLink(last []any) string {
	t := r.following(last)
	var kept []string
	for option := range strings.SplitSeq(r.request.Query, "&") {
		name, _, _ := strings.Cut(option, "=")
		if decoded, err := url.QueryUnescape(name); err == nil && strings.EqualFold(strings.TrimSpace(decoded), "$skiptoken") {
			continue
		}
		if option != "" {
			kept = append(kept, option)
		}
	}
	return r.request.Base + "/" + escapePath(r.request.Path) + "?" + strings.Join(append(kept, "$skiptoken="+t.String()), "&")
}

func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(p), "%24", "$")
	}
	return strings.Join(parts, "/")
}

// maxExpanded is how many bytes of expanded rows a page may hold.
const maxExpanded = 256 << 20

// children are the expanded rows of one row, written, and how many there are in all.
type children struct {
	rows  []byte
	list  []tableRow // the same for a table
	total int64
}

func (x *expansion) of(v db.Vector, i int) children {
	if v.Null(i) {
		return children{}
	}
	if c := x.found[v.Int(i)]; c != nil {
		return *c
	}
	return x.rest
}

// found is the rows of a query, whose expanded collections are read as well.
func (r *run) found(rows func([]sqlgen.Column) *sqlgen.Select, o *object) (*db.Result, error) {
	result, err := r.ask(rows(r.columns.list))
	if err != nil {
		return nil, err
	}
	if expanded := o.collections(nil); len(expanded) > 0 && r.limit > 0 {
		if err = r.children(result, expanded); err != nil {
			result.Close()
			return nil, err
		}
	}
	return result, nil
}

// children reads the expanded collections of all rows of a result.
func (r *run) children(result *db.Result, expanded []*member) error {
	if err := result.Keep(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	keys := make([]map[int64]bool, len(expanded))
	for i := range keys {
		keys[i] = map[int64]bool{}
	}
	for result.Next() {
		for i := range result.Rows {
			for c, m := range expanded {
				if v := &result.Vectors[m.column]; !v.Null(i) {
					keys[c][v.Int(i)] = true
				}
			}
		}
	}
	result.Rewind()
	for c, m := range expanded {
		list := make([]int64, 0, len(keys[c]))
		for k := range keys[c] {
			list = append(list, k)
		}
		slices.Sort(list)
		if err := r.expand(m.many, list); err != nil {
			return err
		}
	}
	return nil
}

// expand reads and writes the children of the rows with these keys.
func (r *run) expand(x *expansion, keys []int64) error {
	x.found = map[int64]*children{}
	if x.none != nil {
		if err := r.expandNothing(x, keys); err != nil {
			return err
		}
	}
	if len(keys) == 0 {
		return nil
	}
	if x.alone {
		return r.totals(x, keys)
	}
	outer := r.columns
	r.columns = x.columns
	result, err := r.found(func(list []sqlgen.Column) *sqlgen.Select { return x.page(keys, list) }, x.object)
	r.columns = outer
	if err != nil {
		return err
	}
	defer result.Close()
	saved := r.encoder.buf
	err = chunks(result, func(result *db.Result) error {
		if x.bottom && result.Rows > 0 {
			return tooDeep()
		}
		for i := range result.Rows {
			c := x.held(result.Vectors[x.key].Int(i))
			bytes := 0
			if x.table != nil {
				var row tableRow
				row, bytes = x.row(result.Vectors, i)
				c.list = append(c.list, row)
			} else {
				before := len(c.rows)
				r.another(c, x.object, result.Vectors, i)
				bytes = len(c.rows) - before
			}
			if r.bytes += bytes; r.bytes > maxExpanded {
				return fault.QueryNotValid("The expanded rows of one page exceed %d MB", maxExpanded>>20).
					WithHint("ask for smaller pages with the header Prefer: odata.maxpagesize=1000, or select fewer columns inside $expand")
			}
		}
		return nil
	})
	r.encoder.buf = saved
	if err != nil || !x.total {
		return err
	}
	return r.totals(x, keys)
}

// another writes one more child.
func (r *run) another(c *children, o *object, v []db.Vector, i int) {
	if len(c.rows) > 0 {
		c.rows = append(c.rows, ',')
	}
	r.encoder.buf = c.rows
	r.encoder.object(o, v, i)
	c.rows = r.encoder.buf
}

// totals counts the children of the rows with these keys.
func (r *run) totals(x *expansion, keys []int64) error {
	return r.each(x.count(keys), func(result *db.Result) error {
		for i := range result.Rows {
			x.held(result.Vectors[0].Int(i)).total = result.Vectors[1].Int(i)
		}
		return nil
	})
}

// held is where the children of a row are kept.
func (x *expansion) held(key int64) *children {
	if x.found[key] == nil {
		x.found[key] = &children{}
	}
	return x.found[key]
}

// expandNothing writes what rows without children have in their place, and finds the rows with children.
func (r *run) expandNothing(x *expansion, keys []int64) error {
	saved := r.encoder.buf
	defer func() { r.encoder.buf = saved }()
	x.rest = children{}
	err := r.each(x.none.page(nil, x.none.columns.list), func(result *db.Result) error {
		for i := range result.Rows {
			if x.table != nil {
				row, _ := x.none.row(result.Vectors, i)
				x.rest.list = append(x.rest.list, row)
				continue
			}
			r.another(&x.rest, x.none.object, result.Vectors, i)
		}
		return nil
	})
	if err == nil && x.total {
		x.rest.total, err = r.number(x.none.count(nil))
	}
	if err != nil || len(keys) == 0 {
		return err
	}
	return r.each(x.some(keys), func(result *db.Result) error {
		for i := range result.Rows {
			x.found[result.Vectors[0].Int(i)] = &children{}
		}
		return nil
	})
}

// collections lists the expanded collections of an object and of those inside it.
func (o *object) collections(list []*member) []*member {
	if o.bottom != nil && o.bottom.many != nil {
		list = append(list, o.bottom)
	}
	for i := range o.members {
		switch m := &o.members[i]; m.kind {
		case encodeOne, encodeMany:
			list = append(list, m)
		case encodeObject:
			list = m.object.collections(list)
		}
	}
	return list
}

// each runs a query and hands over its chunks.
func (r *run) each(s *sqlgen.Select, fn func(*db.Result) error) error {
	result, err := r.ask(s)
	if err != nil {
		return err
	}
	return chunks(result, fn)
}

func (r *run) ask(s *sqlgen.Select) (*db.Result, error) {
	text, args := r.dialect.Print(s)
	result, err := r.session.Query(text, args...)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	return result, nil
}

func chunks(result *db.Result, fn func(*db.Result) error) error {
	defer result.Close()
	for result.Next() {
		if err := fn(result); err != nil {
			return err
		}
	}
	if err := result.Err(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

func (r *run) number(s *sqlgen.Select) (int64, error) {
	text, args := r.dialect.Print(s)
	n, err := r.session.Int(text, args...)
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return n, nil
}

// thousands writes a number with separators.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// storageFault turns what went wrong in the database into what the caller can do about it.
func storageFault(ctx context.Context, err error) error {
	_, computing := errors.AsType[*db.ErrQuery](err)
	switch {
	case computing: // the database's own words would mean nothing to the caller
		return fault.QueryNotValid("A value of the query could not be computed: a number is out of range, or a value cannot be converted")
	case errors.Is(err, db.ErrResources):
		return fault.QueryNotValid("VS403511: The specified query is not supported by Analytics").
			WithHint("it needs more memory than one query may use: filter more, group by fewer columns or ask for smaller pages")
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fault.Timeout()
	}
	return err
}
