package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// parse reads a query as people write it into the tree that computes its answer. It is the oracle's own reading of the
// language, as lenient as the documented samples need, and knows nothing of the product's parser.
func parse(w *world, set, raw string) (q *query, err error) {
	defer func() {
		if m, ok := recover().(misread); ok {
			q, err = nil, fmt.Errorf("%s?%s: %s", set, raw, string(m))
		}
	}()
	options, aliases := map[string]string{}, map[string]string{}
	for _, o := range split(raw, '&') {
		name, value, found := strings.Cut(o, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case found && strings.HasPrefix(name, "$"):
			options[name] = value
		case found && strings.HasPrefix(name, "@"):
			aliases[name] = value
		} // all else is ignored, as documented
	}
	name, ok := w.setNamed(set)
	if !ok {
		return nil, fmt.Errorf("no set %s", set)
	}
	return readOptions(w, name, options, aliases), nil
}

// setNamed spells the name of a set as the model does.
func (w *world) setNamed(name string) (string, bool) {
	for set := range w.schema {
		if strings.EqualFold(set, strings.Trim(name, "/")) {
			return set, true
		}
	}
	return "", false
}

// misread is what a text has that the oracle does not understand.
type misread string

// split cuts a text where a separator stands outside of quotes and parentheses.
func split(text string, separator byte) []string {
	var parts []string
	depth, from, quoted := 0, 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == separator && depth == 0:
			parts = append(parts, text[from:i])
			from = i + 1
		}
	}
	return append(parts, text[from:])
}

func readOptions(w *world, set string, options, aliases map[string]string) *query {
	q := &query{set: set}
	p := &parser{w: w, aliases: aliases, row: rowType{set: set}}
	text := func(name string) (*parser, bool) {
		value, ok := options[name]
		p.text, p.pos = value, 0
		return p, ok && strings.TrimSpace(value) != ""
	}
	number := func(name string) *int {
		value, ok := options[name]
		if !ok {
			return nil
		}
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			p.fail("%s=%s", name, value)
		}
		return &n
	}
	if p, ok := text("$apply"); ok {
		q.apply = p.steps()
		p.end()
	}
	if p, ok := text("$compute"); ok {
		q.computes = p.computes()
		p.end()
	}
	if p, ok := text("$filter"); ok {
		q.filter = p.or()
		p.end()
	}
	if p, ok := text("$orderby"); ok {
		for first := true; first || p.take(","); first = false {
			o := order{by: p.or()}
			if o.desc = p.word("desc"); !o.desc {
				p.word("asc")
			}
			q.order = append(q.order, o)
		}
		p.end()
	}
	if value, ok := options["$select"]; ok && strings.TrimSpace(value) != "*" {
		q.selects = []string{}
		for _, name := range split(value, ',') {
			q.selects = append(q.selects, p.row.own(p, strings.TrimSpace(name)))
		}
	}
	if value, ok := options["$expand"]; ok {
		for _, item := range split(value, ',') {
			q.expands = append(q.expands, p.expansion(strings.TrimSpace(item)))
		}
	}
	q.count = strings.EqualFold(strings.TrimSpace(options["$count"]), "true")
	q.top, q.skip = number("$top"), number("$skip")
	if n := number("$skiptoken"); n != nil { // of the numeric kind
		q.skip = n
	}
	if levels := strings.TrimSpace(options["$levels"]); levels == "max" {
		q.levels = 14
	} else if levels != "" {
		q.levels = *number("$levels")
	}
	return q
}

func (p *parser) expansion(item string) expand {
	name, inside, _ := strings.Cut(item, "(")
	if alias := documented[p.row.set+"/"+name+"/"]; alias != "" {
		name = alias
	}
	nav, ok := p.w.schema[p.row.set].nav(p.row.own(p, strings.TrimSpace(name)))
	if !ok {
		p.fail("no navigation %s", name)
	}
	options := map[string]string{}
	for _, o := range split(strings.TrimSuffix(strings.TrimSpace(inside), ")"), ';') {
		option, value, _ := strings.Cut(o, "=")
		options[strings.ToLower(strings.TrimSpace(option))] = value
	}
	return expand{nav.name, *readOptions(p.w, nav.target, options, p.aliases)}
}

// rowType tells what names a row has: those of an entity, or of columns that an $apply made.
type rowType struct {
	set     string
	columns []column
	made    bool // columns are all it has
}

// documented are names that documentation uses for others.
var documented = map[string]string{"Areas/Name": "AreaName", "Iterations/Name": "IterationName", "WorkItems/CreatedDate/": "CreatedOn"}

// own spells a name as the row does.
func (t rowType) own(p *parser, name string) string {
	for _, c := range t.columns {
		if strings.EqualFold(c.path[0], name) {
			return c.path[0]
		}
	}
	if !t.made {
		e := p.w.schema[t.set]
		for _, x := range e.props {
			if strings.EqualFold(x.name, name) {
				return x.name
			}
		}
		for _, n := range e.navs {
			if strings.EqualFold(n.name, name) {
				return n.name
			}
		}
		if alias := documented[t.set+"/"+name]; alias != "" {
			return alias
		}
	}
	p.fail("no name %s in %s", name, t.set)
	return ""
}

// follow spells a path and finds what is at its end: the set of the rows there, or the kind of the value.
func (t rowType) follow(p *parser, names []string) (to []string, set string, k kind) {
	for i, name := range names {
		if t.made || slices.ContainsFunc(t.columns, func(c column) bool { return strings.EqualFold(c.path[0], name) }) {
			for _, c := range t.columns {
				if strings.EqualFold(strings.Join(c.path, "/"), strings.Join(names[i:], "/")) {
					return append(to, c.path...), "", c.kind
				}
			}
			p.fail("no column %s", strings.Join(names, "/"))
		}
		e := p.w.schema[t.set]
		if _, has := e.nav("Project"); has && strings.EqualFold(name, "ProjectName") && t.set != "Projects" {
			return append(to, "Project", "ProjectName"), "", textKind
		}
		name = t.own(p, name)
		to = append(to, name)
		if n, ok := e.nav(name); ok {
			t, set = rowType{set: n.target}, n.target
			continue
		}
		if i+1 < len(names) {
			p.fail("%s leads nowhere", strings.Join(names, "/"))
		}
		k = e.props[slices.IndexFunc(e.props, func(x property) bool { return x.name == name })].kind
		return to, "", k
	}
	return to, set, k
}

// parser reads one option.
type parser struct {
	w       *world
	text    string
	pos     int
	row     rowType
	vars    []variable
	aliases map[string]string
}

type variable struct {
	name string
	set  string
}

func (p *parser) fail(format string, args ...any) {
	panic(misread(fmt.Sprintf(format, args...) + " at " + p.text[min(p.pos, len(p.text)):]))
}

func (p *parser) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// take moves past a token, if it comes next.
func (p *parser) take(token string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.pos:], token) {
		return false
	}
	p.pos += len(token)
	return true
}

func (p *parser) must(token string) {
	if !p.take(token) {
		p.fail("no %s", token)
	}
}

func (p *parser) end() {
	if p.space(); p.pos < len(p.text) {
		p.fail("more text")
	}
}

var (
	identifier = regexp.MustCompile(`^[$A-Za-z_][\w.]*`)
	guidToken  = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	dateToken  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?`)
	clockToken = regexp.MustCompile(`^\d{2}:\d{2}(:\d{2}(\.\d+)?)?`)
	numToken   = regexp.MustCompile(`^\d+(\.\d+)?([eE][+-]?\d+)?`)
)

// word moves past a word in any letter case, if it comes next.
func (p *parser) word(word string) bool {
	p.space()
	if next := identifier.FindString(p.text[p.pos:]); strings.EqualFold(next, word) {
		p.pos += len(next)
		return true
	}
	return false
}

func (p *parser) anyWord(words ...string) string {
	for _, w := range words {
		if p.word(w) {
			return w
		}
	}
	return ""
}

func (p *parser) name() string {
	p.space()
	next := identifier.FindString(p.text[p.pos:])
	if next == "" {
		p.fail("no name")
	}
	p.pos += len(next)
	return next
}

func (p *parser) chain(next func() expr, words ...string) expr {
	left := next()
	for {
		op := p.anyWord(words...)
		if op == "" {
			return left
		}
		left = binary{op, left, next()}
	}
}

func (p *parser) or() expr       { return p.chain(p.and, "or") }
func (p *parser) and() expr      { return p.chain(p.equality, "and") }
func (p *parser) equality() expr { return p.chain(p.relation, "eq", "ne") }

func (p *parser) relation() expr {
	left := p.chain(p.sum, "gt", "ge", "lt", "le", "has")
	if !p.word("in") {
		return left
	}
	p.must("(")
	list := in{of: left}
	for first := true; first || p.take(","); first = false {
		l, ok := p.unary().(literal)
		if !ok {
			p.fail("no constant in the list")
		}
		list.list = append(list.list, l)
	}
	p.must(")")
	return list
}

func (p *parser) sum() expr     { return p.chain(p.product, "add", "sub") }
func (p *parser) product() expr { return p.chain(p.unary, "mul", "divby", "div", "mod") }

func (p *parser) unary() expr {
	if p.word("not") {
		return not{p.unary()}
	}
	if p.take("-") {
		of := p.unary()
		if l, ok := of.(literal); ok {
			return literal{calculate("sub", int64(0), l.value), "-" + l.spelling}
		}
		return binary{"sub", num(0), of}
	}
	return p.primary()
}

func (p *parser) primary() expr {
	if p.take("(") {
		e := p.or()
		p.must(")")
		return e
	}
	p.space()
	rest := p.text[p.pos:]
	token := func(of *regexp.Regexp) string {
		t := of.FindString(rest)
		p.pos += len(t)
		return t
	}
	if strings.HasPrefix(rest, "'") {
		return str(p.quoted())
	}
	if strings.HasPrefix(rest, "@") {
		p.pos++
		alias := &parser{w: p.w, text: p.aliases["@"+strings.ToLower(p.name())], row: p.row, vars: p.vars}
		return alias.or()
	}
	if t := token(guidToken); t != "" {
		return key(guid(strings.ToLower(t)))
	}
	if t := token(dateToken); t != "" {
		if len(t) == len("2006-01-02") {
			return literal{date(t), t}
		}
		return at(strings.Replace(t, "Z", "Z", 1))
	}
	if t := token(clockToken); t != "" {
		return literal{clock((t + ":00.000000")[:min(len(t), 8)] + (":00.000000")[min(len(t), 8)-5:]), t}
	}
	if t := token(numToken); t != "" {
		if n, err := strconv.ParseInt(t, 10, 64); err == nil {
			return literal{n, t}
		}
		f, err := strconv.ParseFloat(t, 64)
		if err != nil {
			p.fail("number")
		}
		return literal{f, t}
	}
	name := p.name()
	switch strings.ToLower(name) {
	case "null":
		return null()
	case "true", "false":
		return truth(strings.EqualFold(name, "true"))
	}
	if strings.HasPrefix(p.text[p.pos:], "'") { // a value of an enum
		value := p.quoted()
		return literal{enum(value), name + "'" + value + "'"}
	}
	if p.take("(") {
		return p.call(strings.ToLower(name))
	}
	return p.path(name)
}

func (p *parser) quoted() string {
	var text strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		if p.text[p.pos] == '\'' {
			p.pos++
			if p.pos == len(p.text) || p.text[p.pos] != '\'' {
				return text.String()
			}
		}
		text.WriteByte(p.text[p.pos])
	}
	p.fail("no end of the text")
	return ""
}

func (p *parser) call(name string) expr {
	var args []expr
	if name == "cast" {
		of := p.or()
		p.must(",")
		to := p.name()
		p.must(")")
		return cast{of, to}
	}
	for !p.take(")") {
		if len(args) > 0 {
			p.must(",")
		}
		args = append(args, p.or())
	}
	switch name {
	case "iif":
		return iif{args[0], args[1], args[2]}
	case "percentile_cont":
		fraction, ok := args[1].(literal)
		if !ok {
			p.fail("no fraction")
		}
		return percentile{of: args[0], fraction: toFloat(fraction.value), by: args[2:]}
	}
	return call{name, args}
}

// path reads names after the first, up to a lambda or a count.
func (p *parser) path(first string) expr {
	names, set := []string{first}, p.row
	from := ""
	for _, v := range p.vars {
		if v.name == first {
			from, set, names = v.name, rowType{set: v.set}, nil
		}
	}
	if first == "$it" {
		names = nil
	}
	for p.take("/") {
		name := p.name()
		if name != "any" && name != "all" && name != "$count" {
			names = append(names, name)
			continue
		}
		to, target, _ := set.follow(p, names)
		if target == "" {
			p.fail("no collection")
		}
		over := path{from, to}
		if name == "$count" {
			return p.size(over, target)
		}
		p.must("(")
		if p.take(")") {
			return lambda{over: over}
		}
		l := lambda{over: over, all: name == "all", name: p.name()}
		p.must(":")
		p.vars = append(p.vars, variable{l.name, target})
		l.body = p.or()
		p.vars = p.vars[:len(p.vars)-1]
		p.must(")")
		return l
	}
	to, _, _ := set.follow(p, names)
	return path{from, to}
}

func (p *parser) size(over path, target string) expr {
	s := size{of: over}
	if p.take("(") {
		p.must("$filter")
		p.must("=")
		before := p.row
		p.row = rowType{set: target}
		s.where = p.or()
		p.row = before
		p.must(")")
	}
	return s
}
