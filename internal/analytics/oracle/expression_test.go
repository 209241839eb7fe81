package oracle

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// expr is an expression that prints itself as OData text and computes itself for a row. An unknown truth and an absent
// value are both nil.
type expr interface {
	text() string
	eval(s scope) any
	rank() int // how tightly it binds; higher is tighter
}

// scope is what names stand for: "" is the row itself, others are lambda variables. zone counts its days.
type scope struct {
	rows map[string]row
	zone *time.Location
}

// date is a day and clock a time of day, in the organization's time zone, as literals spell them.
type (
	date  string
	clock string
)

func (s scope) with(name string, r row) scope {
	rows := map[string]row{name: r}
	for n, other := range s.rows {
		if n != name {
			rows[n] = other
		}
	}
	return scope{rows, s.zone}
}

const (
	orRank = iota + 1
	andRank
	equalRank
	relationRank
	addRank
	multiplyRank
	tightRank
)

var ranks = map[string]int{
	"or": orRank, "and": andRank, "eq": equalRank, "ne": equalRank, "gt": relationRank, "ge": relationRank, "lt": relationRank,
	"le": relationRank, "has": relationRank, "add": addRank, "sub": addRank, "mul": multiplyRank, "div": multiplyRank, "divby": multiplyRank, "mod": multiplyRank,
}

// path leads from a variable ("" for the row) over to-one navigations to a property.
type path struct {
	from string
	to   []string
}

func (p path) text() string {
	if p.from == "" {
		return strings.Join(p.to, "/")
	}
	return p.from + "/" + strings.Join(p.to, "/")
}

func (p path) rank() int { return tightRank }

func (p path) eval(s scope) any { return walk(s.rows[p.from], p.to) }

// walk follows names from a row; nil when something on the way is absent.
func walk(r row, names []string) any {
	for _, name := range names[:len(names)-1] {
		r, _ = r.at(name).(row)
	}
	return r.at(names[len(names)-1])
}

// literal is a constant; its spelling is chosen by whoever makes it.
type literal struct {
	value    any
	spelling string
}

func (l literal) text() string   { return l.spelling }
func (l literal) eval(scope) any { return l.value }
func (l literal) rank() int      { return tightRank }

func null() literal           { return literal{nil, "null"} }
func str(s string) literal    { return literal{s, "'" + strings.ReplaceAll(s, "'", "''") + "'"} }
func num(n int64) literal     { return literal{n, strconv.FormatInt(n, 10)} }
func truth(b bool) literal    { return literal{b, strconv.FormatBool(b)} }
func key(g guid) literal      { return literal{g, string(g)} }
func float(f float64) literal { return literal{f, strconv.FormatFloat(f, 'f', -1, 64)} }
func at(spelling string) literal {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02Z07:00"} {
		if t, err := time.Parse(layout, spelling); err == nil {
			return literal{t, spelling}
		}
	}
	panic("no date: " + spelling) // a mistake in a test
}

// binary is an operator between two operands.
type binary struct {
	op   string
	a, b expr
}

func (b binary) rank() int { return ranks[b.op] }

func (b binary) text() string {
	left, right := b.a.text(), b.b.text()
	if b.a.rank() < b.rank() {
		left = "(" + left + ")"
	}
	if b.b.rank() <= b.rank() {
		right = "(" + right + ")"
	}
	return left + " " + b.op + " " + right
}

func (b binary) eval(s scope) any {
	x, y := b.a.eval(s), b.b.eval(s)
	switch b.op {
	case "and":
		if x == false || y == false {
			return false
		}
		if x == nil || y == nil {
			return nil
		}
		return true
	case "or":
		if x == true || y == true {
			return true
		}
		if x == nil || y == nil {
			return nil
		}
		return false
	case "add", "sub", "mul", "div", "divby", "mod":
		return calculate(b.op, x, y)
	}
	if isNull(b.a) || isNull(b.b) { // a test for null; any other comparison with an absent value is unknown
		return (x == nil && y == nil) == (b.op == "eq")
	}
	if x == nil || y == nil {
		return nil
	}
	switch b.op {
	case "eq":
		return compare(x, y) == 0
	case "ne":
		return compare(x, y) != 0
	case "lt":
		return compare(x, y) < 0
	case "le":
		return compare(x, y) <= 0
	case "gt":
		return compare(x, y) > 0
	case "ge":
		return compare(x, y) >= 0
	}
	return hasFlag(x.(flags), string(y.(enum)))
}

func isNull(e expr) bool { l, ok := e.(literal); return ok && l.value == nil }

func hasFlag(f flags, name string) bool { return slices.Contains(f, name) }

// compare orders two values of one kind: texts without regard to case, absent values first.
func compare(x, y any) int {
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		return -1
	case y == nil:
		return 1
	}
	if name, ok := y.(enum); ok { // text stands for the name of a value
		y = string(name)
	}
	switch a := x.(type) {
	case enum:
		return strings.Compare(string(a), y.(string))
	case date:
		return strings.Compare(string(a), string(y.(date)))
	case clock:
		return strings.Compare(string(a), string(y.(clock)))
	case string:
		return strings.Compare(strings.ToLower(a), strings.ToLower(y.(string)))
	case guid:
		return strings.Compare(string(a), string(y.(guid)))
	case flags:
		return strings.Compare(strings.Join(a, ","), strings.Join(y.(flags), ","))
	case time.Time:
		return a.Compare(y.(time.Time))
	case bool:
		return truthNumber(a) - truthNumber(y.(bool))
	case time.Duration:
		return int(max(-1, min(1, a-y.(time.Duration))))
	}
	if a, ok := x.(int64); ok {
		if b, ok := y.(int64); ok {
			return int(max(-1, min(1, a-b)))
		}
	}
	switch a, b := toFloat(x), toFloat(y); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func truthNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

func toFloat(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v.(float64)
}

// calculate does arithmetic: between integers it stays with integers, with an absent operand the result is absent.
func calculate(op string, x, y any) any {
	if x == nil || y == nil {
		return nil
	}
	if v, ok := shifted(op, x, y); ok {
		return v
	}
	a, whole := x.(int64)
	b, both := y.(int64)
	if whole && both && op != "divby" {
		switch op {
		case "add":
			return a + b
		case "sub":
			return a - b
		case "mul":
			return a * b
		}
		if b == 0 {
			return nil
		}
		if op == "div" {
			return a / b
		}
		return a % b
	}
	f, g := toFloat(x), toFloat(y)
	switch op {
	case "add":
		return f + g
	case "sub":
		return f - g
	case "mul":
		return f * g
	}
	if g == 0 {
		return nil
	}
	if op == "div" || op == "divby" {
		return f / g
	}
	return math.Mod(f, g)
}

// not is negation.
type not struct{ of expr }

func (n not) text() string {
	if n.of.rank() < tightRank {
		return "not (" + n.of.text() + ")"
	}
	return "not " + n.of.text()
}

func (n not) rank() int { return tightRank }

func (n not) eval(s scope) any {
	if b, ok := n.of.eval(s).(bool); ok {
		return !b
	}
	return nil
}

// in tests for one of several constants.
type in struct {
	of   expr
	list []literal
}

func (i in) text() string {
	var texts []string
	for _, l := range i.list {
		texts = append(texts, l.text())
	}
	return i.of.text() + " in (" + strings.Join(texts, ",") + ")"
}

func (i in) rank() int { return relationRank }

func (i in) eval(s scope) any {
	x := i.of.eval(s)
	if x == nil {
		return nil
	}
	return slices.ContainsFunc(i.list, func(l literal) bool { return compare(x, l.value) == 0 })
}

// call is a function of the language.
type call struct {
	name string
	args []expr
}

func (c call) rank() int { return tightRank }

func (c call) text() string {
	var args []string
	for _, a := range c.args {
		args = append(args, a.text())
	}
	return c.name + "(" + strings.Join(args, ",") + ")"
}

func (c call) eval(s scope) any {
	var args []any
	for _, a := range c.args {
		v := a.eval(s)
		if v == nil {
			return nil
		}
		args = append(args, v)
	}
	if len(args) == 0 {
		return constants()[c.name]
	}
	switch v := args[0].(type) {
	case time.Time:
		return datePart(c.name, v.In(s.zone))
	case date:
		t, _ := time.Parse(time.DateOnly, string(v)) // only made by ourselves
		return datePart(c.name, t)
	case time.Duration:
		return v.Seconds() // totalseconds
	case int64:
		return v // is round already
	case float64:
		return map[string]float64{"floor": math.Floor(v), "ceiling": math.Ceil(v), "round": math.Round(v)}[c.name]
	}
	text := args[0].(string)
	folded := strings.ToLower(text)
	switch c.name {
	case "contains":
		return strings.Contains(folded, strings.ToLower(args[1].(string)))
	case "startswith":
		return strings.HasPrefix(folded, strings.ToLower(args[1].(string)))
	case "endswith":
		return strings.HasSuffix(folded, strings.ToLower(args[1].(string)))
	case "length":
		return int64(len([]rune(text)))
	case "indexof":
		before, _, found := strings.Cut(folded, strings.ToLower(args[1].(string)))
		if !found {
			return int64(-1)
		}
		return int64(len([]rune(before)))
	case "substring":
		runes := []rune(text)
		runes = runes[min(int(args[1].(int64)), len(runes)):]
		if len(args) > 2 {
			runes = runes[:min(int(args[2].(int64)), len(runes))]
		}
		return string(runes)
	case "tolower":
		return folded
	case "toupper":
		return strings.ToUpper(text)
	case "trim":
		return strings.TrimSpace(text)
	case "concat":
		return text + args[1].(string)
	}
	panic("no function " + c.name) // a mistake in a test
}

func datePart(name string, t time.Time) any {
	switch name {
	case "year":
		return int64(t.Year())
	case "month":
		return int64(t.Month())
	case "day":
		return int64(t.Day())
	case "hour":
		return int64(t.Hour())
	case "minute":
		return int64(t.Minute())
	case "second":
		return int64(t.Second())
	case "fractionalseconds":
		return float64(t.Nanosecond()/1000) / 1e6
	case "totaloffsetminutes":
		_, seconds := t.Zone()
		return int64(seconds / 60)
	case "date":
		return date(t.Format(time.DateOnly))
	case "time":
		return clock(t.Format("15:04:05.000000"))
	}
	panic("no function " + name) // a mistake in a test
}

// constants are the functions without arguments.
func constants() map[string]any {
	return map[string]any{"now": now(), "mindatetime": time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "maxdatetime": time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)}
}

// iif is the first value where the condition is true, and the second where it is false or unknown.
type iif struct{ cond, yes, no expr }

func (i iif) rank() int { return tightRank }
func (i iif) text() string {
	return "iif(" + i.cond.text() + "," + i.yes.text() + "," + i.no.text() + ")"
}
func (i iif) eval(s scope) any {
	if i.cond.eval(s) == true {
		return i.yes.eval(s)
	}
	return i.no.eval(s)
}

// cast makes a number of a truth or of a number of another kind.
type cast struct {
	of expr
	to string
}

func (c cast) rank() int    { return tightRank }
func (c cast) text() string { return "cast(" + c.of.text() + "," + c.to + ")" }
func (c cast) eval(s scope) any {
	v := c.of.eval(s)
	if b, ok := v.(bool); ok {
		v = int64(truthNumber(b))
	}
	switch n := v.(type) {
	case int64:
		if c.to == "Edm.Double" || c.to == "Edm.Decimal" || c.to == "Edm.Single" {
			return float64(n)
		}
		if c.to == "Edm.String" {
			return strconv.FormatInt(n, 10)
		}
	case time.Time:
		if c.to == "Edm.Date" {
			return datePart("date", n.In(s.zone))
		}
	}
	return v
}

// lambda is any or all over a collection; a nil body is any().
type lambda struct {
	over path
	all  bool
	name string
	body expr
}

func (l lambda) rank() int { return tightRank }

func (l lambda) text() string {
	switch {
	case l.body == nil:
		return l.over.text() + "/any()"
	case l.all:
		return l.over.text() + "/all(" + l.name + ":" + l.body.text() + ")"
	}
	return l.over.text() + "/any(" + l.name + ":" + l.body.text() + ")"
}

func (l lambda) eval(s scope) any {
	rows, _ := l.over.eval(s).([]row)
	for _, r := range rows {
		holds := l.body == nil || l.body.eval(s.with(l.name, r)) == true
		if holds != l.all {
			return !l.all
		}
	}
	return l.all
}

// size is the number of rows of a collection, of those that meet a condition if there is one.
type size struct {
	of    path
	where expr
}

func (c size) rank() int { return tightRank }

func (c size) text() string {
	if c.where != nil {
		return c.of.text() + "/$count($filter=" + c.where.text() + ")"
	}
	return c.of.text() + "/$count"
}

func (c size) eval(s scope) any {
	rows, _ := c.of.eval(s).([]row)
	n := int64(0)
	for _, r := range rows {
		if c.where == nil || c.where.eval(s.with("", r).with("$this", r)) == true {
			n++
		}
	}
	return n
}
