package analytics

import (
	"strings"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// kinds of arguments that functions take.
type argument uint8

const (
	anyText argument = iota + 1
	anyNumber
	anyMoment // date-time
	anyDate   // date-time or date
	anyClock  // date-time or time of day
	wholeNumber
	anyDuration
)

var argumentNames = map[argument]string{anyText: "Edm.String", anyNumber: "Edm.Double", anyMoment: "Edm.DateTimeOffset",
	anyDate: "Edm.DateTimeOffset", anyClock: "Edm.DateTimeOffset", wholeNumber: "Edm.Int32", anyDuration: "Edm.Duration"}

// kind is the type a null takes on as an argument.
func (a argument) kind() edm.Kind {
	if a == anyNumber {
		return edm.Double
	}
	return edm.String
}

func (a argument) accepts(v *value) bool {
	switch a {
	case anyText:
		return v.is(edm.String) || v.isNull()
	case anyNumber:
		return v.isNumber() || v.isNull()
	case wholeNumber:
		return v.isInteger()
	case anyMoment:
		return v.is(edm.DateTimeOffset)
	case anyDate:
		return v.is(edm.DateTimeOffset) || v.is(edm.Date)
	case anyClock:
		return v.is(edm.DateTimeOffset) || v.is(edm.TimeOfDay)
	case anyDuration:
		return v.is(edm.Duration)
	}
	return false
}

// function is one of the query language's functions; the last optional arguments may be left out.
type function struct {
	takes    []argument
	optional int
	bind     func(b *binder, a []*value) *value
}

func functionNamed(name string) (function, bool) {
	text := func(f sqlgen.Func) func(*binder, []*value) *value {
		return func(_ *binder, a []*value) *value { return call(f, edm.String, a...) }
	}
	test := func(f sqlgen.Func) function {
		return function{takes: []argument{anyText, anyText}, bind: func(_ *binder, a []*value) *value {
			return callOn(f, edm.Boolean, folded(a[0].sql), folded(a[1].sql))
		}}
	}
	part := func(f sqlgen.Func, takes argument) function {
		return function{takes: []argument{takes}, bind: func(b *binder, a []*value) *value {
			return callOn(f, edm.Int32, b.local(a[0]))
		}}
	}
	rounding := func(f sqlgen.Func) function {
		return function{takes: []argument{anyNumber}, bind: func(_ *binder, a []*value) *value {
			if a[0].isInteger() {
				return a[0]
			}
			return call(f, edm.Double, a...)
		}}
	}
	switch name {
	case "contains":
		return test(sqlgen.Contains), true
	case "startswith":
		return test(sqlgen.StartsWith), true
	case "endswith":
		return test(sqlgen.EndsWith), true
	case "substringof": // of OData 3: part first
		return function{takes: []argument{anyText, anyText}, bind: func(_ *binder, a []*value) *value {
			return callOn(sqlgen.Contains, edm.Boolean, folded(a[1].sql), folded(a[0].sql))
		}}, true
	case "indexof":
		return function{takes: []argument{anyText, anyText}, bind: func(_ *binder, a []*value) *value {
			return callOn(sqlgen.IndexOf, edm.Int32, folded(a[0].sql), folded(a[1].sql))
		}}, true
	case "length":
		return function{takes: []argument{anyText}, bind: func(_ *binder, a []*value) *value { return call(sqlgen.Length, edm.Int32, a...) }}, true
	case "tolower":
		return function{takes: []argument{anyText}, bind: text(sqlgen.Lower)}, true
	case "toupper":
		return function{takes: []argument{anyText}, bind: text(sqlgen.Upper)}, true
	case "trim":
		return function{takes: []argument{anyText}, bind: text(sqlgen.Trim)}, true
	case "concat":
		return function{takes: []argument{anyText, anyText}, bind: text(sqlgen.Concat)}, true
	case "substring":
		return function{takes: []argument{anyText, wholeNumber, wholeNumber}, optional: 1, bind: func(_ *binder, a []*value) *value {
			args := []sqlgen.Expr{a[0].sql}
			for _, n := range a[1:] {
				args = append(args, atMost(n.sql, longestText))
			}
			return callOn(sqlgen.Substring, edm.String, args...)
		}}, true
	case "year", "month", "day":
		return function{takes: []argument{anyDate}, bind: func(b *binder, a []*value) *value { return b.calendarPart(name, a[0]) }}, true
	case "hour":
		return part(sqlgen.Hour, anyClock), true
	case "minute":
		return part(sqlgen.Minute, anyClock), true
	case "second":
		return part(sqlgen.Second, anyClock), true
	case "fractionalseconds":
		return function{takes: []argument{anyClock}, bind: func(b *binder, a []*value) *value {
			return callOn(sqlgen.FractionalSeconds, edm.Double, b.local(a[0]))
		}}, true
	case "date":
		return function{takes: []argument{anyDate}, bind: func(b *binder, a []*value) *value {
			return callOn(sqlgen.DateOf, edm.Date, b.local(a[0]))
		}}, true
	case "time":
		return function{takes: []argument{anyClock}, bind: func(b *binder, a []*value) *value {
			return callOn(sqlgen.TimeOf, edm.TimeOfDay, b.local(a[0]))
		}}, true
	case "totalseconds":
		return function{takes: []argument{anyDuration}, bind: func(b *binder, a []*value) *value {
			return callOn(sqlgen.Divide, edm.Double, sqlgen.Cast{X: a[0].sql, To: sqlgen.Double}, b.param(float64(microseconds)))
		}}, true
	case "totaloffsetminutes":
		return function{takes: []argument{anyMoment}, bind: func(b *binder, a []*value) *value {
			return callOn(sqlgen.MinutesBetween, edm.Int32, a[0].sql, b.local(a[0]))
		}}, true
	case "now":
		return function{bind: func(b *binder, _ []*value) *value { return b.constant(b.scope.Now) }}, true
	case "mindatetime":
		return function{bind: func(b *binder, _ []*value) *value { return b.constant(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)) }}, true
	case "maxdatetime":
		return function{bind: func(b *binder, _ []*value) *value {
			return b.constant(time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC))
		}}, true
	case "round":
		return rounding(sqlgen.Round), true
	case "floor":
		return rounding(sqlgen.Floor), true
	case "ceiling":
		return rounding(sqlgen.Ceiling), true
	}
	return function{}, false
}

// longestText is longer than any text is; databases refuse positions that are far beyond.
const longestText = 1 << 30

// atMost is the smaller of a number and a constant.
func atMost(x sqlgen.Expr, limit int64) sqlgen.Expr {
	return sqlgen.When2(sqlgen.Compare(sqlgen.Gt, x, sqlgen.Int(limit)), sqlgen.Int(limit), x)
}

func call(f sqlgen.Func, k edm.Kind, args ...*value) *value {
	list := make([]sqlgen.Expr, len(args))
	for i, a := range args {
		list[i] = a.sql
	}
	return callOn(f, k, list...)
}

func callOn(f sqlgen.Func, k edm.Kind, args ...sqlgen.Expr) *value {
	return &value{sql: sqlgen.Call{Func: f, Args: args}, typ: edm.Type{Kind: k}}
}

func (b *binder) constant(t time.Time) *value {
	return &value{sql: b.param(t), typ: edm.Type{Kind: edm.DateTimeOffset}, moment: &t}
}

// local is the wall clock of a moment in the organization's time zone; dates and times of day are local already.
func (b *binder) local(v *value) sqlgen.Expr {
	if !v.is(edm.DateTimeOffset) {
		return v.sql
	}
	return sqlgen.Call{Func: sqlgen.Local, Args: []sqlgen.Expr{v.sql, b.param(b.scope.Location.String())}}
}

// calendarPart computes a year, month or day from the calendar key YYYYMMDD where there is one: converting every
// moment to local time takes many times longer.
func (b *binder) calendarPart(name string, v *value) *value {
	f := map[string]sqlgen.Func{"year": sqlgen.Year, "month": sqlgen.Month, "day": sqlgen.Day}[name]
	if v.dateSK == nil {
		return callOn(f, edm.Int32, b.local(v))
	}
	over := func(x sqlgen.Expr, n int64) sqlgen.Expr {
		return sqlgen.Call{Func: sqlgen.IntDivide, Args: []sqlgen.Expr{x, sqlgen.Int(n)}}
	}
	rest := func(x sqlgen.Expr) *value { return callOn(sqlgen.Modulo, edm.Int32, x, sqlgen.Int(100)) }
	switch f {
	case sqlgen.Year:
		return &value{sql: over(v.dateSK, 10000), typ: edm.Type{Kind: edm.Int32}}
	case sqlgen.Month:
		return rest(over(v.dateSK, 100))
	}
	return rest(v.dateSK)
}

// functionNames are the functions there are.
const functionNames = "cast ceiling concat contains date day endswith floor fractionalseconds hour iif indexof isof length maxdatetime mindatetime minute month now percentile_cont round second startswith substring time tolower totaloffsetminutes totalseconds toupper trim year"

// suggestion names what was probably meant, or all there is.
func suggestion(name string, known []string) string {
	if near := edm.Closest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// call binds a function call.
func (b *binder) call(e *odata.Call, in env) (*value, error) {
	name := strings.ToLower(e.Name)
	if e.Source != nil {
		return nil, at(fault.QueryNotValid("The function '%s' cannot be bound to a path", e.Name), e)
	}
	switch name {
	case "cast", "isof":
		return b.cast(e, name, in)
	case "iif":
		return b.iif(e, in)
	case "percentile_cont":
		return b.percentile(e, in)
	}
	f, ok := functionNamed(name)
	if !ok {
		return nil, at(fault.QueryNotValid("An unknown function with name '%s' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed", e.Name).
			WithHint("%s", suggestion(e.Name, strings.Fields(functionNames))), e)
	}
	args := make([]*value, len(e.Args))
	fits := len(args) <= len(f.takes) && len(args) >= len(f.takes)-f.optional
	for i, a := range e.Args {
		v, err := b.bind(a, in)
		if err != nil {
			return nil, err
		}
		if fits = fits && f.takes[i].accepts(v); fits && v.isNull() {
			v = &value{sql: typedNull(f.takes[i].kind())}
		}
		args[i] = v
	}
	if !fits {
		return nil, at(fault.QueryNotValid("No function signature for the function with name '%s' matches the specified arguments. The function signatures considered are: %s",
			name, f.signature(name)), e)
	}
	return f.bind(b, args), nil
}

func (f function) signature(name string) string {
	names := make([]string, len(f.takes))
	for i, a := range f.takes {
		names[i] = argumentNames[a] + " Nullable=true"
	}
	return name + "(" + strings.Join(names, ", ") + ")"
}

// arithmetic binds add, sub, mul, div, divby and mod.
func (b *binder) arithmetic(e *odata.Binary, in env) (*value, error) {
	l, err := b.bind(e.Left, in)
	if err != nil {
		return nil, err
	}
	r, err := b.bind(e.Right, in)
	if err != nil {
		return nil, err
	}
	if v := b.timed(e.Op, l, r); v != nil {
		return v, nil
	}
	if (!l.isNumber() && !l.isNull()) || (!r.isNumber() && !r.isNull()) {
		f := fault.QueryNotValid("A binary operator with incompatible types was detected. Found operand types '%s' and '%s' for operator kind '%s'",
			l.typ, r.typ, e.Op)
		if l.is(edm.DateTimeOffset) || r.is(edm.DateTimeOffset) {
			f = f.WithHint("moments are moved by durations, as in ChangedDate sub duration'P1D', and are a duration apart")
		}
		return nil, at(f, e)
	}
	fraction := l.isFraction() || r.isFraction() || e.Op == "divby"
	to, kind := sqlgen.Int64, edm.Int64
	if fraction {
		to, kind = sqlgen.Double, edm.Double
	}
	x, y := operand(l, kind, to), operand(r, kind, to)
	v := &value{typ: edm.Type{Kind: kind}}
	defer func() { v.sql = b.guarded(b.finite(v.typ, v.sql)) }()
	switch e.Op {
	case "add":
		v.sql = sqlgen.Compare(sqlgen.Add, x, y)
	case "sub":
		v.sql = sqlgen.Compare(sqlgen.Minus, x, y)
	case "mul":
		v.sql = sqlgen.Compare(sqlgen.Mul, x, y)
		if fraction && !l.atLeastOne() && !r.atLeastOne() {
			v.sql = sqlgen.Call{Func: sqlgen.Product, Args: []sqlgen.Expr{x, y}}
		}
	case "mod":
		f := sqlgen.Modulo
		if fraction {
			f = sqlgen.ModuloDouble
		}
		v.sql = sqlgen.Call{Func: f, Args: []sqlgen.Expr{x, y}}
	default:
		f := sqlgen.IntDivide
		if fraction {
			if f = sqlgen.Quotient; l.atLeastOne() {
				f = sqlgen.Divide
			}
		}
		v.sql = sqlgen.Call{Func: f, Args: []sqlgen.Expr{x, y}}
	}
	return v, nil
}

// finite lets no number that was computed become infinite: on no database is a query answered that another refuses. Those
// that spell INF or NaN themselves get what comes of it.
func (b *binder) finite(t edm.Type, x sqlgen.Expr) sqlgen.Expr {
	if t.Kind != edm.Double && t.Kind != edm.Decimal && t.Kind != edm.Single {
		return x
	}
	return sqlgen.Finite{X: x, Lenient: &b.infinite}
}

func operand(v *value, k edm.Kind, to sqlgen.Type) sqlgen.Expr {
	if v.isNull() {
		return typedNull(k)
	}
	return sqlgen.Cast{X: v.sql, To: to}
}

// iif binds the service's own iif(condition, then, else).
func (b *binder) iif(e *odata.Call, in env) (*value, error) {
	if len(e.Args) != 3 {
		return nil, at(fault.QueryNotValid("The function 'iif' takes a condition and two values"), e)
	}
	cond, err := b.condition(e.Args[0], in, "iif")
	if err != nil {
		return nil, err
	}
	yes, err := b.bind(e.Args[1], in)
	if err != nil {
		return nil, err
	}
	no, err := b.bind(e.Args[2], in)
	if err != nil {
		return nil, err
	}
	v := &value{typ: yes.typ}
	x, y := yes.sql, no.sql
	switch {
	case yes.isNull() && no.isNull():
	case yes.isNull():
		v.typ, x, y = no.typ, typedNull(no.typ.Kind), no.sql
	case no.isNull():
		y = typedNull(yes.typ.Kind)
	case yes.isNumber() && no.isNumber():
		to, kind := sqlgen.Int64, edm.Int64
		if yes.isFraction() || no.isFraction() {
			to, kind = sqlgen.Double, edm.Double
		}
		v.typ, x, y = edm.Type{Kind: kind}, sqlgen.Cast{X: x, To: to}, sqlgen.Cast{X: y, To: to}
	case yes.typ == no.typ && yes.nav == nil && no.nav == nil:
		x, y = b.guidOf(yes), b.guidOf(no)
	default:
		return nil, at(fault.QueryNotValid("Both values of iif must be of one type; found '%s' and '%s'", yes.typ, no.typ), e)
	}
	v.sql = sqlgen.When2(cond.sql, x, y)
	return v, nil
}

func typedNull(k edm.Kind) sqlgen.Param {
	t := sqlgen.Text
	switch k {
	case edm.Boolean:
		t = sqlgen.Bool
	case edm.Int16, edm.Int32, edm.Int64, edm.Byte, edm.SByte, edm.Enum, edm.Duration:
		t = sqlgen.Int64
	case edm.Single, edm.Double, edm.Decimal:
		t = sqlgen.Double
	case edm.DateTimeOffset:
		t = sqlgen.Timestamp
	case edm.Date:
		t = sqlgen.Date
	case edm.TimeOfDay:
		t = sqlgen.Time
	case edm.Guid:
		t = sqlgen.UUID
	}
	return sqlgen.Param{Type: t}
}
