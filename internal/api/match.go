package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"boardwalk/azdo"
)

// location is a resource at a place: a row of the table of routes.
type location struct {
	azdo.ResourceLocation
	operations []operation // none: this server knows the location and serves nothing there

	min, max, released version
	scope              int    // how many of {project} and {team} the template has
	route              string // the template with area and resource filled in
	segments           []segment
	required           int // segments up to the last one that is more than a parameter
}

// operation is what a method does at a location.
type operation struct {
	method string
	with   string // a parameter that must be in the path, "" for none
	scope  string // that a token must have
	handle handler
}

// handler serves an operation: it decodes, makes one call and returns a wire value, or a reply where status or headers
// differ from the usual.
type handler func(ctx context.Context, r *request) (any, error)

// segment is a part of a template: a literal, or a parameter, possibly behind a literal prefix.
type segment struct {
	literal string
	name    string
	prefix  string
	tail    bool // takes the rest of the path
}

// routes finds locations by path.
type routes struct {
	all   []azdo.ResourceLocation // as OPTIONS lists them
	first map[string][]*location  // by the first segment, folded
}

func compile(rows []location) *routes {
	r := &routes{first: map[string][]*location{}}
	for i := range rows {
		l := &rows[i]
		l.min, _ = parseVersion(l.MinVersion)
		l.max, _ = parseVersion(l.MaxVersion)
		if l.released, _ = parseVersion(l.ReleasedVersion); l.ReleasedVersion == "0.0" {
			l.released = version{}
		}
		l.route = strings.NewReplacer("{area}", l.Area, "{resource}", l.ResourceName).Replace(strings.Trim(l.RouteTemplate, "/"))
		front, back, _ := strings.Cut(l.route, "_apis/")
		l.scope = strings.Count(front, "{")
		for part := range strings.SplitSeq(back, "/") {
			s := parseSegment(part)
			l.segments = append(l.segments, s)
			if s.name == "" || s.prefix != "" {
				l.required = len(l.segments)
			}
		}
		key := strings.ToLower(l.segments[0].literal)
		r.first[key] = append(r.first[key], l)
		r.all = append(r.all, l.ResourceLocation)
	}
	return r
}

func parseSegment(text string) segment {
	open := strings.IndexByte(text, '{')
	if open < 0 {
		return segment{literal: text}
	}
	name, tail := strings.CutPrefix(strings.TrimSuffix(text[open+1:], "}"), "*")
	return segment{name: name, prefix: text[:open], tail: tail}
}

// match is a location that fits a path.
type match struct {
	*location
	params map[string]string
	rank   string // how closely each segment of the path is described
	absent int    // segments of the template that the path lacks
}

// find returns the locations that describe a path best, several only when they differ in nothing but version or
// methods. depth is how many of project and team stand in front of "_apis".
func (r *routes) find(depth int, path []string) []match {
	if len(path) == 0 {
		return nil
	}
	var found []match
	for _, l := range r.first[strings.ToLower(path[0])] {
		if depth > l.scope {
			continue
		}
		if m, ok := l.match(path); ok {
			m.absent += l.scope - depth
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		return nil
	}
	closer := func(a, b match) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.absent, a.absent)) }
	best := slices.MaxFunc(found, closer)
	return slices.DeleteFunc(found, func(m match) bool { return closer(m, best) != 0 })
}

// The ranks of a segment, the closest last.
const (
	rankTail, rankParam, rankPrefixed, rankLiteral = 'a', 'b', 'c', 'd'
)

func (l *location) match(path []string) (match, bool) {
	m := match{location: l, params: map[string]string{}}
	rank := make([]byte, 0, len(path))
	for i, s := range l.segments {
		if i >= len(path) {
			m.absent = len(l.segments) - i
			return match{l, m.params, string(rank), m.absent}, i >= l.required
		}
		at := path[i]
		switch {
		case s.tail:
			m.params[s.name] = strings.Join(path[i:], "/")
			for range path[i:] {
				rank = append(rank, rankTail)
			}
			m.rank = string(rank)
			return m, at != ""
		case s.literal != "":
			if !strings.EqualFold(s.literal, at) {
				return m, false
			}
			rank = append(rank, rankLiteral)
		default:
			value, ok := strings.CutPrefix(at, s.prefix)
			if !ok || value == "" {
				return m, false
			}
			m.params[s.name] = value
			if s.prefix != "" {
				rank = append(rank, rankPrefixed)
			} else {
				rank = append(rank, rankParam)
			}
		}
	}
	m.rank = string(rank)
	return m, len(path) == len(l.segments)
}

// operation returns what a method does here; ok is false when it does nothing. HEAD is GET unless served of its own.
func (m match) operation(method string) (o operation, ok bool) {
	if len(m.operations) == 0 {
		return operation{method: method}, true
	}
	for _, o := range m.operations {
		if o.method == method && (o.with == "" || m.params[o.with] != "") {
			return o, true
		}
	}
	if method == http.MethodHead {
		return m.operation(http.MethodGet)
	}
	return operation{}, false
}

// allowed lists the methods of matches.
func allowed(found []match) []string {
	list := []string{http.MethodOptions}
	for _, m := range found {
		for _, o := range m.operations {
			if _, ok := m.operation(o.method); !ok {
				continue
			}
			list = append(list, o.method)
			if o.method == http.MethodGet {
				list = append(list, http.MethodHead)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
