package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// shape says which members an object of the answer has and how to compare them. Both sides are brought into one
// canonical form: objects of texts.
type shape struct {
	of      *entity // nil for rows of $apply
	members []member
	nested  map[string]*shape
	many    bool
	query   *query // of an expansion
	whole   bool   // every property: absent ones are not compared, since which exist depends on the process
	partly  bool   // rows have some of the members
	derived bool   // of $apply: texts compare without case, navigations without values are absent
}

type member struct {
	name string
	kind kind
}

// entityShape is the shape of rows of an entity set.
func (q *query) entityShape(w *world) *shape {
	e := w.schema[q.set]
	s := &shape{of: e, nested: map[string]*shape{}, whole: q.selects == nil, query: q}
	for _, p := range e.props {
		if !e.unpromised(p.name) && (q.selects == nil || slices.Contains(q.selects, p.name)) {
			s.members = append(s.members, member{p.name, p.kind})
		}
	}
	for _, c := range q.computes {
		if q.selects == nil || slices.Contains(q.selects, c.name) {
			s.members = append(s.members, member{c.name, anyKind})
		}
	}
	for _, x := range q.expands {
		n, _ := e.nav(x.nav)
		inner := x.query
		inner.set = n.target
		if inner.levels > 1 {
			deeper := inner
			deeper.levels--
			inner.expands = append(slices.Clone(inner.expands), expand{x.nav, deeper})
		}
		s.nested[x.nav] = inner.rowShape(w)
		s.nested[x.nav].many = n.many
	}
	return s
}

// partial lets rows have some of the members only, at every depth.
func (s *shape) partial(partly bool) {
	s.partly = partly
	for _, n := range s.nested {
		n.partial(partly)
	}
}

// render brings a row into canonical form.
func (s *shape) render(w *world, r row) any {
	if r == nil {
		return nil
	}
	out := map[string]any{}
	for _, m := range s.members {
		if _, has := r[m.name]; s.partly && !has {
			continue
		}
		if v := r.at(m.name); v != nil {
			out[m.name] = s.canonical(w, m.kind, v)
		} else if !s.whole {
			out[m.name] = nil
		}
	}
	for name, n := range s.nested {
		if _, has := r[name]; s.partly && !has {
			continue
		}
		if n.many {
			rows, _ := r.at(name).([]row)
			out[name] = n.renderMany(w, rows)
			if n.query != nil && n.query.count {
				left := n.query.left(w, rows)
				out[name+"@odata.count"] = strconv.Itoa(len(left))
			}
			continue
		}
		to, _ := r.at(name).(row)
		if to != nil && n.query != nil {
			left := n.query.left(w, []row{to})
			if to = nil; len(left) > 0 {
				to = left[0]
			}
		}
		out[name] = n.render(w, to)
		if s.derived && empty(out[name]) {
			out[name] = nil
		}
	}
	return out
}

func (s *shape) renderMany(w *world, rows []row) any {
	out := []any{}
	left := s.query.left(w, rows)
	for _, group := range grouped(w, left, s.query.order) {
		for _, r := range group {
			out = append(out, s.render(w, r))
		}
	}
	if s.query.skip != nil {
		out = out[min(*s.query.skip, len(out)):]
	}
	if s.query.top != nil {
		out = out[:min(*s.query.top, len(out))]
	}
	return s.sorted(out)
}

// sorted gives a collection without an order one, so that it can be compared.
func (s *shape) sorted(list []any) []any {
	if s.query == nil || s.query.order == nil {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(text(a), text(b)) })
	}
	return list
}

func empty(v any) bool {
	object, ok := v.(map[string]any)
	if !ok {
		return v == nil
	}
	for _, x := range object {
		if !empty(x) {
			return false
		}
	}
	return true
}

func (s *shape) canonical(w *world, k kind, v any) string {
	if k == anyKind {
		return strings.ToLower(s.canonical(w, "", v))
	}
	switch v := v.(type) {
	case time.Time:
		return v.In(w.zone).Format("2006-01-02T15:04:05.9999999-07:00")
	case flags:
		if allPeriods(v) {
			return "All"
		}
		if len(v) == 0 {
			return "None"
		}
		return strings.Join(v, ", ")
	case float64:
		return s.number(v)
	case int64:
		if k == doubleKind {
			return s.number(float64(v))
		}
		return strconv.FormatInt(v, 10)
	case string:
		if s.derived {
			return strings.ToLower(v)
		}
		return v
	}
	return fmt.Sprint(v)
}

// number writes a double. Sums in another order differ in their last digits; the tiny factor keeps those that lie in the
// middle between two roundings, as fractions of a day do, from being rounded either way.
func (s *shape) number(f float64) string {
	if s.derived {
		return strconv.FormatFloat(f*(1+1.7e-10), 'g', 8, 64)
	}
	return strconv.FormatFloat(f, 'g', 15, 64)
}

// read brings an object of an answer into canonical form. What does not belong there stays visible.
func (s *shape) read(w *world, v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		if v == nil {
			return nil
		}
		return fmt.Sprintf("no object: %v", v)
	}
	out := map[string]any{}
	for name, value := range object {
		if nav, ok := strings.CutSuffix(name, "@odata.count"); ok && nav != "" && s.nested[nav] != nil {
			out[name] = fmt.Sprint(value)
			continue
		}
		if strings.Contains(name, "@") || s.of != nil && s.of.unpromised(name) {
			continue
		}
		if n := s.nested[name]; n != nil {
			out[name] = n.readNested(w, value)
			if s.derived && empty(out[name]) {
				out[name] = nil
			}
			continue
		}
		i := slices.IndexFunc(s.members, func(m member) bool { return m.name == name })
		switch {
		case value == nil && s.whole:
		case value == nil:
			out[name] = nil
		case i < 0:
			out[name] = fmt.Sprintf("not asked for: %v", value)
		default:
			out[name] = s.readValue(w, s.members[i], value)
		}
	}
	return out
}

func (s *shape) readNested(w *world, v any) any {
	if !s.many {
		return s.read(w, v)
	}
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprintf("no array: %v", v)
	}
	out := []any{}
	for _, x := range list {
		out = append(out, s.read(w, x))
	}
	return s.sorted(out)
}

func (s *shape) readValue(w *world, m member, v any) string {
	switch m.kind {
	case intKind:
		if n, ok := v.(json.Number); ok {
			if i, err := n.Int64(); err == nil {
				return strconv.FormatInt(i, 10)
			}
		}
	case doubleKind:
		if n, ok := v.(json.Number); ok && strings.ContainsAny(n.String(), ".eE") {
			if f, err := n.Float64(); err == nil {
				return s.number(f)
			}
		}
	case boolKind:
		if b, ok := v.(bool); ok {
			return strconv.FormatBool(b)
		}
	case dateKind:
		text, ok := v.(string)
		if t, err := time.Parse(time.RFC3339Nano, text); ok && err == nil {
			if m.name == "AnalyticsUpdatedDate" && text == t.UTC().Format(time.RFC3339Nano) {
				return s.canonical(w, dateKind, t) // the only date that is shown in UTC
			}
			return text
		}
	case anyKind:
		switch v := v.(type) {
		case json.Number:
			if f, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), ".eE") {
				return s.number(f)
			}
			return v.String()
		case bool:
			return strconv.FormatBool(v)
		case string:
			return strings.ToLower(v)
		}
	case textKind:
		if text, ok := v.(string); ok && s.derived {
			return strings.ToLower(text)
		}
		fallthrough
	default:
		if text, ok := v.(string); ok {
			return text
		}
	}
	return fmt.Sprintf("no %s: %#v", m.kind, v)
}

// text is the canonical form as text; members come sorted.
func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps and texts only
	}
	return string(out)
}
