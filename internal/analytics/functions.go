package analytics

import (
	"fmt"
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
	anything
)

var argumentNames = map[argument]string{anyText: "Edm.String", anyNumber: "Edm.Double", anyMoment: "Edm.DateTimeOffset",
	anyDate: "Edm.DateTimeOffset", anyClock: "Edm.DateTimeOffset", wholeNumber: "Edm.Int32", anything: "Edm.PrimitiveType"}

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
	}
	return v.nav == nil && v.typ.Kind != edm.Duration
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
			WithHint("known are cast, ceiling, concat, contains, date, day, endswith, floor, fractionalseconds, hour, iif, indexof, isof, length, maxdatetime, mindatetime, minute, month, now, percentile_cont, round, second, startswith, substring, time, tolower, totaloffsetminutes, toupper, trim, year"), e)
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
	if shifted := b.shift(e.Op, l, r); shifted != nil {
		return shifted, nil
	}
	if (!l.isNumber() && !l.isNull()) || (!r.isNumber() && !r.isNull()) {
		f := fault.QueryNotValid("A binary operator with incompatible types was detected. Found operand types '%s' and '%s' for operator kind '%s'",
			l.typ, r.typ, e.Op)
		if l.is(edm.DateTimeOffset) || r.is(edm.DateTimeOffset) {
			f = f.WithHint("a duration can only be added to a constant such as now(): move it to the other side of the comparison")
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
	defer func() { v.sql = b.guarded(v.sql) }()
	switch e.Op {
	case "add":
		v.sql = sqlgen.Compare(sqlgen.Add, x, y)
	case "sub":
		v.sql = sqlgen.Compare(sqlgen.Minus, x, y)
	case "mul":
		v.sql = sqlgen.Compare(sqlgen.Mul, x, y)
	case "mod":
		f := sqlgen.Modulo
		if fraction {
			f = sqlgen.ModuloDouble
		}
		v.sql = sqlgen.Call{Func: f, Args: []sqlgen.Expr{x, y}}
	default:
		f := sqlgen.IntDivide
		if fraction {
			f = sqlgen.Divide
		}
		v.sql = sqlgen.Call{Func: f, Args: []sqlgen.Expr{x, y}}
	}
	return v, nil
}

func operand(v *value, k edm.Kind, to sqlgen.Type) sqlgen.Expr {
	if v.isNull() {
		return typedNull(k)
	}
	return sqlgen.Cast{X: v.sql, To: to}
}

// shift adds a duration to a constant moment, or subtracts it; nil when that is not what is asked.
func (b *binder) shift(op string, l, r *value) *value {
	if op == "add" && l.is(edm.Duration) {
		l, r = r, l
	}
	if l.moment == nil || !r.is(edm.Duration) {
		return nil
	}
	d := r.literal.Value.(time.Duration) //nolint:forcetypeassert // only literals are durations
	switch op {
	case "sub":
		d = -d
	case "add":
	default:
		return nil
	}
	return b.constant(l.moment.Add(d))
}

var castKinds = map[string]struct {
	kind edm.Kind
	sql  sqlgen.Type
}{
	"edm.boolean": {edm.Boolean, sqlgen.Bool}, "edm.byte": {edm.Int32, sqlgen.Int32}, "edm.sbyte": {edm.Int32, sqlgen.Int32},
	"edm.int16": {edm.Int32, sqlgen.Int32}, "edm.int32": {edm.Int32, sqlgen.Int32}, "edm.int64": {edm.Int64, sqlgen.Int64},
	"edm.single": {edm.Double, sqlgen.Double}, "edm.double": {edm.Double, sqlgen.Double}, "edm.decimal": {edm.Double, sqlgen.Double},
	"edm.string": {edm.String, sqlgen.Text}, "edm.datetimeoffset": {edm.DateTimeOffset, sqlgen.Timestamp}, "edm.date": {edm.Date, sqlgen.Date},
	"edm.guid": {edm.Guid, sqlgen.UUID},
}

// cast binds cast(x, Type) and isof(x, Type).
func (b *binder) cast(e *odata.Call, name string, in env) (*value, error) {
	if len(e.Args) != 2 {
		return nil, at(fault.QueryNotValid("The function '%s' takes a value and a type, as in %s(Priority, Edm.Double)", name, name), e)
	}
	v, err := b.bind(e.Args[0], in)
	if err != nil {
		return nil, err
	}
	typeName := ""
	switch t := e.Args[1].(type) {
	case *odata.TypeName:
		typeName = t.Name
	case *odata.Literal:
		typeName = fmt.Sprint(t.Value)
	}
	to, ok := castKinds[strings.ToLower(typeName)]
	if !ok {
		return nil, at(fault.QueryNotValid("The type '%s' is not a primitive type that values can be cast to", e.Args[1]), e)
	}
	if name == "isof" {
		if v.typ.Kind != to.kind {
			return boolean(sqlgen.Any{}, nil), nil
		}
		return boolean(sqlgen.Not{X: sqlgen.IsNull{X: v.sql}}, nil), nil
	}
	numeric := to.sql == sqlgen.Int32 || to.sql == sqlgen.Int64 || to.sql == sqlgen.Double
	cast := &value{sql: sqlgen.Cast{X: v.sql, To: to.sql}, typ: edm.Type{Kind: to.kind}}
	defer func() { cast.sql = b.guarded(cast.sql) }()
	switch {
	case v.isNull(), v.typ.Kind == to.kind && v.nav == nil && v.key == nil, v.isNumber() && numeric, v.is(edm.Boolean) && numeric:
		if v.is(edm.Boolean) && to.sql != sqlgen.Int32 {
			cast.sql = sqlgen.Cast{X: sqlgen.Cast{X: v.sql, To: sqlgen.Int32}, To: to.sql}
		}
		return cast, nil
	case v.isFraction() && to.kind == edm.String:
	case (v.isInteger() || v.is(edm.Guid) || v.is(edm.Date)) && to.kind == edm.String:
		cast.sql = sqlgen.Cast{X: b.guidOf(v), To: to.sql}
		return cast, nil
	case v.is(edm.Guid) && to.kind == edm.Guid:
		cast.sql = b.guidOf(v)
		return cast, nil
	case v.is(edm.DateTimeOffset) && to.kind == edm.Date:
		return callOn(sqlgen.DateOf, edm.Date, b.local(v)), nil
	}
	return nil, at(fault.QueryNotValid("A value of type '%s' cannot be cast to '%s'", v.typ, typeName), e)
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
	case yes.typ == no.typ && yes.nav == nil && no.nav == nil && !yes.is(edm.Duration):
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
	case edm.Int16, edm.Int32, edm.Int64, edm.Byte, edm.SByte, edm.Enum:
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
