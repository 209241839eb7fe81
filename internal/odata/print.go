package odata

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// printer writes canonical text: one blank around operators, none after commas, parentheses only where they are needed.
// Parsing that text again gives the same tree. With encode, everything but the structure of the query is
// percent-encoded on the way, so that long queries cost linear time.
type printer struct {
	strings.Builder
	encode bool
}

// String is the canonical decoded query, to be read by people. Parse what Encode returns, not this: a '&' or '%' in a
// string is not told apart here from those that belong to the URL.
func (q *Query) String() string {
	w := &printer{}
	w.query(q, "", "&")
	return w.Builder.String()
}

// Encode is the canonical query percent-encoded for a URL, without the question mark.
func (q *Query) Encode() string {
	w := &printer{encode: true}
	w.query(q, "", "&")
	return w.Builder.String()
}

// query writes the options in the order of optionNames, then aliases by name, then custom options. Before the first
// one it writes open; it reports whether there was any.
func (w *printer) query(q *Query, open, separator string) bool {
	before := open
	written := false
	option := func(name string, write func()) {
		w.WriteString(before)
		before, written = separator, true
		w.name(name)
		if write != nil {
			w.WriteString("=")
			write()
		}
	}
	text := func(name, value string) {
		if value != "" {
			option(name, func() { w.text(value) })
		}
	}
	number := func(name string, value *int64) {
		if value != nil {
			option(name, func() { w.number(*value) })
		}
	}
	if len(q.Apply) > 0 {
		option("$apply", func() { w.steps(q.Apply) })
	}
	if len(q.Compute) > 0 {
		option("$compute", func() { list(w, q.Compute, w.computeItem) })
	}
	if q.Filter != nil {
		option("$filter", func() { w.expr(q.Filter) })
	}
	text("$search", q.Search)
	if len(q.OrderBy) > 0 {
		option("$orderby", func() { list(w, q.OrderBy, w.orderItem) })
	}
	if len(q.Expand) > 0 {
		option("$expand", func() { list(w, q.Expand, w.expandItem) })
	}
	if len(q.Select) > 0 {
		option("$select", func() { list(w, q.Select, w.selectItem) })
	}
	if q.Count != nil {
		option("$count", func() { w.text(strconv.FormatBool(*q.Count)) })
	}
	number("$top", q.Top)
	number("$skip", q.Skip)
	text("$skiptoken", q.SkipToken)
	text("$format", q.Format)
	if q.Levels != nil {
		option("$levels", func() { w.text(q.Levels.String()) })
	}
	for _, name := range slices.Sorted(maps.Keys(q.Aliases)) {
		option(name, func() { w.expr(q.Aliases[name]) })
	}
	for _, custom := range q.Custom {
		if custom.Value == "" {
			option(custom.Name, nil)
			continue
		}
		option(custom.Name, func() { w.text(custom.Value) })
	}
	return written
}

// name writes the name of an option; in the names of custom options a '=' must be encoded too.
func (w *printer) name(name string) {
	front, back, more := strings.Cut(name, "=")
	w.text(front)
	for more && w.encode {
		w.WriteString("%3D")
		front, back, more = strings.Cut(back, "=")
		w.text(front)
	}
	if more {
		w.text("=" + back)
	}
}

// text writes a piece of a name or value.
func (w *printer) text(text string) {
	if !w.encode {
		w.WriteString(text)
		return
	}
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		c := text[i]
		if isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("-._~!$'()*,;:@/?=", c) >= 0 {
			w.WriteByte(c)
			continue
		}
		w.WriteByte('%')
		w.WriteByte(hex[c>>4])
		w.WriteByte(hex[c&15])
	}
}

func (w *printer) number(n int64) { w.text(strconv.FormatInt(n, 10)) }

// list writes items separated by commas.
func list[T any](w *printer, items []T, write func(T)) {
	for i, item := range items {
		if i > 0 {
			w.text(",")
		}
		write(item)
	}
}

func (w *printer) computeItem(item ComputeItem) {
	w.expr(item.Expr)
	w.text(" as " + item.As)
}

func (w *printer) orderItem(item OrderItem) {
	w.expr(item.Expr)
	if item.Desc {
		w.text(" desc")
	}
}

func (w *printer) selectItem(item SelectItem) {
	if item.Star {
		w.text("*")
		return
	}
	w.expr(item.Path)
}

func (w *printer) expandItem(item ExpandItem) {
	if item.Star {
		w.text("*")
	} else {
		w.expr(item.Path)
	}
	if item.Count {
		w.text("/$count")
	}
	if item.Options != nil && w.query(item.Options, "(", ";") {
		w.text(")")
	}
}

func printed[T any](write func(*printer, T), value T) string {
	w := &printer{}
	write(w, value)
	return w.Builder.String()
}

// String is the canonical text.
func (i SelectItem) String() string { return printed((*printer).selectItem, i) }

// String is the canonical text.
func (i OrderItem) String() string { return printed((*printer).orderItem, i) }

// String is the canonical text.
func (i ExpandItem) String() string { return printed((*printer).expandItem, i) }

// String is the canonical text.
func (i ComputeItem) String() string { return printed((*printer).computeItem, i) }

// String is "max" or the number.
func (l Levels) String() string {
	if l.Max {
		return "max"
	}
	return strconv.FormatInt(l.N, 10)
}
