package analytics

import (
	"slices"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// object tells how a row becomes a JSON object.
type object struct {
	present int  // column that is true when the object exists, -1 when it always does
	flat    bool // a grouped row, which has no identity
	branch  int  // column of the sequence of concat that the row is of, -1 when all rows have the same members
	members []member

	bottom   *member   // what is below the last level of $levels=max, where nothing may be
	identity *identity // of an entity when it is written with full control information, else nil
}

// member is one "name": value of an object.
type member struct {
	name   string
	prefix string // `"Name":`
	typ    edm.Type
	kind   encoding
	column int
	// branches are, as bits, the sequences of concat that have the member; 0 for all.
	branches uint64
	enum     *edm.EnumType
	keys     *keyed     // of encodeKey
	object   *object    // of encodeObject
	many     *expansion // of encodeOne and encodeMany; column is the key it is found by
}

// encoding is how a column is written.
type encoding uint8

const (
	encodeInt encoding = iota + 1
	encodeFloat
	encodeBool
	encodeText
	encodeGUID
	encodeKey       // an integer that stands for a GUID
	encodeMoment    // in the organization's time zone
	encodeMomentUTC //
	encodeDate
	encodeClock
	encodeDuration
	encodeEnum
	encodeObject
	encodeOne
	encodeMany
)

// maxColumns is how many columns an answer may have. documented: limits.
const maxColumns = 800

// columns are the columns of a result, each once.
type columns struct {
	list  []sqlgen.Column
	index map[sqlgen.Col]int
	shown int // members written, for the limit
	keyed map[*edm.Dimension]*keyed
}

func (c *columns) add(x sqlgen.Expr) int {
	col, plain := x.(sqlgen.Col)
	if i, ok := c.index[col]; plain && ok {
		return i
	}
	i := len(c.list)
	c.list = append(c.list, sqlgen.Column{Expr: x, As: columnName(i)})
	if plain {
		if c.index == nil {
			c.index = map[sqlgen.Col]int{}
		}
		c.index[col] = i
	}
	return i
}

func columnName(i int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	name := ""
	for i++; i > 0; i = (i - 1) / len(letters) {
		name = string(letters[(i-1)%len(letters)]) + name
	}
	return "c_" + name
}

// value adds a value's column and tells how it is written under a name.
func (c *columns) value(name string, v *value) (member, error) {
	m, err := c.member(name, v)
	if err == nil {
		err = c.show()
	}
	return m, err
}

// member is value for a column that is not shown under its name.
func (c *columns) member(name string, v *value) (member, error) {
	m := member{name: name, prefix: quoted(name) + ":", typ: v.typ, branches: v.branches}
	x := v.sql
	switch v.typ.Kind {
	case edm.Boolean:
		m.kind = encodeBool
	case edm.Byte, edm.SByte, edm.Int16, edm.Int32, edm.Int64:
		m.kind = encodeInt
	case edm.Single, edm.Double, edm.Decimal:
		m.kind = encodeFloat
	case edm.String:
		m.kind = encodeText
	case edm.Guid:
		m.kind = encodeGUID
		if v.key != nil {
			m.kind, m.keys = encodeKey, c.keysOf(v.key)
		}
	case edm.DateTimeOffset:
		m.kind = encodeMoment
		if v.utc {
			m.kind = encodeMomentUTC
		}
	case edm.Date:
		m.kind = encodeDate
	case edm.TimeOfDay:
		m.kind = encodeClock
	case edm.Duration:
		m.kind = encodeDuration
	case edm.Enum:
		m.kind, m.enum = encodeEnum, v.typ.Enum
	default:
		return m, fault.QueryNotValid("'%s' has no value that could be returned", name)
	}
	m.column = c.add(x)
	return m, nil
}

func (c *columns) show() error {
	if c.shown++; c.shown > maxColumns {
		return fault.TooManyColumns(c.shown, maxColumns)
	}
	return nil
}

// shape is an object with the list of members that the context URL shows for it.
type shape struct {
	object  *object
	listed  []string
	columns int // of an expanded row, for the limit
}

func (s *shape) context() string {
	if len(s.listed) == 0 {
		return ""
	}
	return "(" + strings.Join(s.listed, ",") + ")"
}

// shape decides what of a row is written: $select, $expand and what was computed.
func (b *binder) shape(r *row, q *odata.Query, c *columns) (*shape, error) {
	s := &shape{object: &object{present: -1, branch: -1, flat: r.typ == nil}}
	wanted, err := b.selected(r, q, s)
	if err != nil {
		return nil, err
	}
	if r.typ == nil {
		if len(q.Expand) > 0 {
			return nil, fault.QueryNotValid("$expand cannot be applied to the grouped result of $apply").
				WithHint("group by the properties you need: groupby((Area/AreaPath),...)")
		}
		return s, b.grouped(r, wanted, s, c, q)
	}
	for i := range r.typ.Properties {
		p := &r.typ.Properties[i]
		if !wanted.has(p.Name) {
			continue
		}
		if err := b.write(s.object, p.Name, r.property(p), c); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Concat(r.names, wanted.undeclared) {
		v := r.values[strings.ToLower(name)]
		if v == nil {
			if v, err = b.undeclared(r, name); err != nil {
				return nil, err
			}
		} else if !wanted.has(name) {
			continue
		}
		if err := b.write(s.object, name, v, c); err != nil {
			return nil, err
		}
	}
	if err := b.expand(r, q, s, c); err != nil {
		return nil, err
	}
	if b.format.control == fullControl {
		s.object.identity, err = b.identity(r, q, wanted, s.object, c)
	}
	return s, err
}

func (b *binder) write(o *object, name string, v *value, c *columns) error {
	m, err := c.value(name, v)
	if err == nil {
		o.members = append(o.members, m)
	}
	return err
}

// selection is what $select names.
type selection struct {
	all        bool
	names      map[string]bool // folded
	undeclared []string
}

func (s *selection) has(name string) bool { return s.all || s.names[strings.ToLower(name)] }

// selected reads $select.
func (b *binder) selected(r *row, q *odata.Query, s *shape) (*selection, error) {
	w := &selection{all: len(q.Select) == 0, names: map[string]bool{}}
	for _, item := range q.Select {
		if item.Star {
			w.all = true
			s.listed = append(s.listed, "*")
			continue
		}
		path := segments(item.Path)
		if path == nil {
			return nil, at(fault.QueryNotValid("'%s' is not a property name; $select takes names only", item.Path.String()), item.Path)
		}
		if r.typ == nil {
			if err := b.selectGrouped(r, path, item.Path, w, s); err != nil {
				return nil, err
			}
			continue
		}
		if len(path) > 1 {
			return nil, at(fault.QueryNotValid("Found a path with multiple navigation properties or a bad complex property path in a select clause: '%s'", item.Path.String()).
				WithHint("write $expand=%s($select=%s)", strings.Join(path[:len(path)-1], "/"), path[len(path)-1]), item.Path)
		}
		v, n, err := b.lookup(r, path[0], item.Path)
		if err != nil {
			return nil, err
		}
		name := path[0]
		switch {
		case n != nil: // returns nothing; the context shows it when it is expanded, too
			w.names[strings.ToLower(n.Name)] = true
			continue
		case r.values[strings.ToLower(name)] != nil:
		case r.typ.Property(name) != nil:
			name = v.name
		default:
			name = v.name
			w.undeclared = append(w.undeclared, name)
		}
		w.names[strings.ToLower(name)] = true
		if !slices.Contains(s.listed, name) {
			s.listed = append(s.listed, name)
		}
	}
	return w, nil
}

func (b *binder) selectGrouped(r *row, path []string, e odata.Expr, w *selection, s *shape) error {
	for _, name := range path {
		nested := r.single[strings.ToLower(name)]
		if nested == nil {
			if _, _, err := b.lookup(r, name, e); err != nil {
				return err
			}
			break
		}
		r = nested
	}
	text := strings.Join(path, "/")
	w.mark(text)
	if r.parent != nil && r.values[strings.ToLower(path[len(path)-1])] == nil { // a whole nested row
		for _, column := range r.columns() {
			w.mark(text + "/" + column)
		}
	}
	s.listed = append(s.listed, text)
	return nil
}

// mark notes a path and everything it leads through.
func (s *selection) mark(path string) {
	path = strings.ToLower(path)
	for i := range path {
		if path[i] == '/' {
			s.names[path[:i]] = true
		}
	}
	s.names[path] = true
}

// grouped writes a grouped row: values first, then the nested rows of navigation paths.
func (b *binder) grouped(r *row, w *selection, s *shape, c *columns, q *odata.Query) error {
	if r.branch != nil {
		s.object.branch = c.add(r.branch)
	}
	listed, err := b.groupedMembers(r, "", w, s.object, c)
	if len(q.Select) == 0 {
		s.listed = listed
	}
	return err
}

// branches are the sequences of concat that have any member of an object.
func (o *object) branches() (all uint64) {
	for i := range o.members {
		if o.members[i].branches == 0 {
			return 0
		}
		all |= o.members[i].branches
	}
	return all
}

func (b *binder) groupedMembers(r *row, prefix string, w *selection, o *object, c *columns) (listed []string, err error) {
	var nested []member
	for _, name := range r.names {
		if !w.has(prefix + name) {
			continue
		}
		inner := r.single[strings.ToLower(name)]
		if inner == nil {
			if err := b.write(o, name, r.values[strings.ToLower(name)], c); err != nil {
				return nil, err
			}
			listed = append(listed, name)
			continue
		}
		sub := &object{present: -1, branch: o.branch, flat: true}
		names, err := b.groupedMembers(inner, prefix+name+"/", w, sub, c)
		if err != nil {
			return nil, err
		}
		nested = append(nested, member{name: name, prefix: quoted(name) + ":", kind: encodeObject, object: sub, branches: sub.branches()})
		listed = append(listed, name+"("+strings.Join(names, ",")+")")
	}
	o.members = append(o.members, nested...)
	return listed, nil
}
