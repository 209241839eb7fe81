package sqlgen_test

import (
	"math"
	"time"

	. "boardwalk/internal/sqlgen"
)

// expression is an expression with the value it has on every engine.
type expression struct {
	name string
	expr Expr
	want string // "null" for NULL
	// noSQLite marks what the record store's own SQL never needs: dates and arrays.
	noSQLite bool
}

func text(s string) Expr    { return Param{s, Text} }
func number(n int64) Expr   { return Param{n, Int64} }
func small(n int64) Expr    { return Param{n, Int32} }
func double(x float64) Expr { return Param{x, Double} }
func null(t Type) Expr      { return Param{nil, t} }
func moment(s string) Expr  { return Param{instant(s), Timestamp} }
func call(f Func, a ...Expr) Expr {
	return Call{f, a}
}

func instant(s string) time.Time {
	at, err := time.Parse("2006-01-02T15:04:05.999999", s)
	if err != nil {
		panic(err) // a test is written wrongly
	}
	return at
}

// truth makes a condition visible: NULL is neither.
func truth(condition Expr) Expr {
	return Case{When: []When{{condition, text("true")}, {Not{condition}, text("false")}}, Else: text("null")}
}

var expressions = []expression{
	{"lower", call(Lower, text("ÄPFEL İ")), "", false}, // see TestLower
	{"smallest whole number", number(math.MinInt64), "-9223372036854775808", false},
	{"largest whole number", number(math.MaxInt64), "9223372036854775807", false},
	{"lower null", call(Lower, null(Text)), "null", false},
	{"lower ascii", call(Lower, text("ABC")), "abc", false},
	{"upper", call(Upper, text("abc")), "ABC", false},
	{"trim", call(Trim, text("  a b ")), "a b", false},
	{"length counts characters", call(Length, text("한글é")), "3", false},
	{"concat", call(Concat, text("a"), text("b")), "ab", false},
	{"concat with null", call(Concat, text("a"), null(Text)), "null", false},
	{"contains", truth(call(Contains, text("100% sure_x"), text("% s"))), "true", false},
	{"contains takes no patterns", truth(call(Contains, text("abc"), text("a%"))), "false", false},
	{"contains empty", truth(call(Contains, text("abc"), text(""))), "true", false},
	{"contains null", truth(call(Contains, null(Text), text("a"))), "null", false},
	{"starts with", truth(call(StartsWith, text("한글"), text("한"))), "true", false},
	{"starts with empty", truth(call(StartsWith, text("abc"), text(""))), "true", false},
	{"starts with other case", truth(call(StartsWith, text("Abc"), text("a"))), "false", false},
	{"ends with", truth(call(EndsWith, text("한글"), text("글"))), "true", false},
	{"ends with longer", truth(call(EndsWith, text("c"), text("abc"))), "false", false},
	{"ends with more of the same", truth(call(EndsWith, text("aa"), text("aaa"))), "false", false},
	{"ends with null", truth(call(EndsWith, null(Text), text(""))), "null", false},
	{"ends with empty", truth(call(EndsWith, text("abc"), text(""))), "true", false},
	{"index of", call(IndexOf, text("한글abc"), text("a")), "2", false},
	{"index of absent", call(IndexOf, text("abc"), text("x")), "-1", false},
	{"substring", call(Substring, text("한글abc"), number(1)), "글abc", false},
	{"substring with length", call(Substring, text("abcdef"), number(1), number(3)), "bcd", false},
	{"substring from before the start", call(Substring, text("abc"), number(-2)), "abc", false},
	{"substring behind the end", call(Substring, text("abc"), number(9)), "", false},
	{"substring of everything", call(Substring, text("abc"), number(1), number(1<<40)), "bc", false},
	{"substring of null", call(Substring, text("abc"), null(Int64)), "null", false},
	{"substring of negative length", call(Substring, text("abc"), number(0), number(-1)), "", false},
	{"microseconds between", call(MicrosecondsBetween, moment("2020-01-01T00:00:00"), moment("2020-03-01T00:00:00.000001")), "5184000000001", true},
	{"microseconds back", call(MicrosecondsBetween, moment("9999-01-01T00:00:00"), moment("2020-01-01T00:00:00.5")), "-251792927999500000", true},
	{"later", call(MicrosecondsBetween, moment("2020-01-01T00:00:00"), call(Later, moment("2020-01-01T00:00:00"), number(251792063999500001))), "251792063999500001", true},
	{"earlier", call(MicrosecondsBetween, moment("2020-01-01T00:00:00"), call(Later, moment("2020-01-01T00:00:00"), number(-86400000001))), "-86400000001", true},
	{"divide integers", call(IntDivide, number(7), number(2)), "3", false},
	{"divide negative integers", call(IntDivide, number(-7), number(2)), "-3", false},
	{"divide integers by zero", call(IntDivide, number(7), number(0)), "null", false},
	{"divide", call(Divide, double(7), double(2)), "3.5", false},
	{"divide by zero", call(Divide, double(7), double(0)), "null", false},
	{"modulo", call(Modulo, number(-7), number(3)), "-1", false},
	{"modulo zero", call(Modulo, number(7), number(0)), "null", false},
	{"negate", call(Negate, number(7)), "-7", false},
	{"round half up", call(Round, double(2.5)), "3", false},
	{"round half down", call(Round, double(-2.5)), "-3", false},
	{"floor of a whole number", call(Floor, double(-2)), "-2", false},
	{"ceiling of a whole number", call(Ceiling, double(2)), "2", false},
	{"floor", call(Floor, double(-1.5)), "-2", false},
	{"ceiling", call(Ceiling, double(-1.5)), "-1", false},
	{"coalesce", call(Coalesce, null(Text), text("b"), text("c")), "b", false},
	{"bits", call(BitAnd, number(6), number(3)), "2", false},
	{"arithmetic", Binary{Add, Binary{Mul, number(2), number(3)}, Binary{Minus, number(1), number(5)}}, "2", false},
	{"a number that is finite", Finite{X: Binary{Mul, Finite{X: Binary{Mul, double(1e200), double(0.5)}}, double(1.5)}}, "7.5e+199", false},
	{"an absent number", Finite{X: null(Double)}, "null", false},
	{"a product too small for a double", call(Product, double(1e-300), double(1e-300)), "0", true},
	{"the least product", truth(Equal(call(Product, double(1e-300), double(1e-23)), double(1e-323))), "true", true},
	{"half of the least double", truth(Equal(call(Product, double(5e-324), double(0.5)), double(0))), "true", true},
	{"more than half of it", truth(Equal(call(Product, double(5e-324), double(0.75)), double(5e-324))), "true", true},
	{"a small number times a large one", truth(Equal(call(Product, double(1e-310), double(1e308)), Binary{Mul, double(1e-310), double(1e308)})), "true", true},
	{"a product of ordinary numbers", call(Product, double(0.5), double(-3)), "-1.5", true},
	{"a product with 0", call(Product, double(0), double(1e-320)), "0", true},
	{"a product of products", call(Product, call(Product, double(1e-200), double(1e-200)), call(Product, double(3), double(2))), "0", true},
	{"a product with nothing", call(Product, double(1e-300), null(Double)), "null", true},
	{"a quotient too small for a double", call(Quotient, double(1e-300), double(1e300)), "0", true},
	{"the least quotient", truth(Equal(call(Quotient, double(1e-20), double(1e303)), double(1e-323))), "true", true},
	{"a quotient by the least double", truth(Equal(call(Quotient, double(1e-320), double(5e-324)), double(2024))), "true", true},
	{"a quotient of quotients", call(Quotient, call(Quotient, double(9), double(2)), call(Quotient, double(3), double(2))), "3", true},
	{"a quotient by zero", call(Quotient, double(1e-300), double(0)), "null", true},
	{"a remainder of fractions", truth(Equal(call(ModuloDouble, double(5.5), double(0.3)), double(0.1000000000000002))), "true", true},
	{"a remainder of what looks like a multiple", truth(Equal(call(ModuloDouble, double(1), double(0.1)), double(0.09999999999999995))), "true", true},
	{"a remainder keeps the sign", call(ModuloDouble, double(-7.5), double(2)), "-1.5", true},
	{"a remainder by a negative number", call(ModuloDouble, double(7.5), double(-2)), "1.5", true},
	{"a remainder by zero", call(ModuloDouble, double(7.5), double(0)), "null", true},
	{"a remainder of less", truth(Equal(call(ModuloDouble, double(1e-310), double(1e300)), double(1e-310))), "true", true},
	{"a remainder of tiny numbers", truth(Equal(call(ModuloDouble, double(7e-310), double(2e-310)), double(1e-310))), "true", true},
	{"a remainder of huge numbers", truth(Equal(call(ModuloDouble, double(1.7e308), double(3e307)), double(2.0000000000000002e307))), "true", true},
	{"a remainder of remainders", call(ModuloDouble, call(ModuloDouble, double(100), double(30.5)), call(ModuloDouble, double(10), double(4.25))), "1", true},
	{"a remainder of nothing", call(ModuloDouble, null(Double), double(2)), "null", true},
	{"round a number of 17 digits", truth(Equal(call(Round, double(1234567890123456.8)), double(1234567890123457))), "true", true},
	{"round less than a half", call(Round, double(0.49999999999999994)), "0", true},
	{"round a sum", call(Round, Binary{Add, double(1), double(1.5)}), "3", true},
	{"null is not equal", truth(Equal(null(Text), null(Text))), "null", false},
	{"not null", truth(Not{Equal(null(Text), text("a"))}), "null", false},
	{"is null", truth(IsNull{null(Text)}), "true", false},
	{"is true", truth(IsTrue{Equal(null(Text), text("a"))}), "false", false},
	{"all", truth(All{Equal(number(1), number(1)), Equal(null(Text), text("a"))}), "null", false},
	{"all of nothing", truth(All{}), "true", false},
	{"any", truth(Any{Equal(number(1), number(1)), Equal(null(Text), text("a"))}), "true", false},
	{"any of nothing", truth(Any{}), "false", false},
	{"in", truth(In{text("b"), []Expr{text("a"), text("b")}}), "true", false},
	{"in nothing", truth(In{text("b"), nil}), "false", false},
	{"in with null", truth(In{text("x"), []Expr{text("a"), null(Text)}}), "null", false},
	{"case without else", Case{When: []When{{Equal(number(1), number(2)), text("a")}}}, "null", false},
	{"when", When2(Equal(number(1), number(1)), text("yes"), text("no")), "yes", false},
	{"cast", Cast{text("12"), Int64}, "12", false},
	{"exists", truth(Exists{&Select{Columns: []Column{{Expr: Int(1)}}}}), "true", false},
	{"scalar", Scalar{&Select{Columns: []Column{{Expr: number(5)}}}}, "5", false},
	{"in select", truth(InSelect{number(5), &Select{Columns: []Column{{Expr: number(5)}}}}), "true", false},

	{"in array", truth(InArray{number(2), Param{[]int64{1, 2}, Int64List}}), "true", false},
	{"in empty array", truth(InArray{number(2), Param{[]int64{}, Int64List}}), "false", false},
	{"in array of small numbers", truth(InArray{number(2), Param{[]int64{1, 2}, Int32List}}), "true", true},
	{"year", call(Year, moment("2024-02-29T23:59:59.75")), "2024", true},
	{"month", call(Month, moment("2024-02-29T23:59:59.75")), "2", true},
	{"day", call(Day, moment("2024-02-29T23:59:59.75")), "29", true},
	{"hour", call(Hour, moment("2024-02-29T23:59:59.75")), "23", true},
	{"minute", call(Minute, moment("2024-02-29T23:59:59.75")), "59", true},
	{"second", call(Second, moment("2024-02-29T23:59:59.75")), "59", true},
	{"fractional seconds", call(FractionalSeconds, moment("2024-02-29T23:59:59.75")), "0.75", true},
	{"date", call(DateOf, moment("2024-02-29T23:59:59.75")), "19782", true},
	{"date before 1970", call(DateOf, moment("1969-12-31T23:59:59")), "-1", true},
	{"day number", call(DayNumber, call(DateOf, moment("2024-02-29T00:00:00"))), "19782", true},
	{"time", call(TimeOf, moment("2024-02-29T00:01:00.5")), "60500000", true},
	{"local in winter", call(Hour, call(Local, moment("2024-01-15T12:00:00"), text("America/Los_Angeles"))), "4", true},
	{"local in summer", call(Hour, call(Local, moment("2024-07-15T12:00:00"), text("America/Los_Angeles"))), "5", true},
	{"local before the clock change", call(Hour, call(Local, moment("2024-03-10T09:59:59"), text("America/Los_Angeles"))), "1", true},
	{"local behind the clock change", call(Hour, call(Local, moment("2024-03-10T10:00:00"), text("America/Los_Angeles"))), "3", true},
	{"local on the next day", call(DateOf, call(Local, moment("2024-02-29T15:00:00"), text("Asia/Seoul"))), "19783", true},
	{"local null", call(Local, null(Timestamp), text("Asia/Seoul")), "null", true},
	{"minutes between", call(MinutesBetween, moment("2024-02-29T23:59:30"), moment("2024-03-01T00:01:30")), "2", true},
	{"minutes between, part", call(MinutesBetween, moment("2024-02-29T23:59:30"), moment("2024-03-01T00:01:29")), "1", true},
	{"minutes between, backwards", call(MinutesBetween, moment("2024-03-01T00:01:29"), moment("2024-02-29T23:59:30")), "-1", true},
	{"minutes between, none", call(MinutesBetween, moment("2024-02-29T23:00:00"), moment("2024-02-29T23:00:50")), "0", true},
	{"integers of 32 bits", Binary{Add, small(2147483000), Int(5)}, "2147483005", true},
	{"boolean", Param{true, Bool}, "1", true},
	{"uuid", Cast{Cast{text("56AF920D-393B-4236-9A07-24439CCAA85C"), UUID}, Text}, "56af920d-393b-4236-9a07-24439ccaa85c", true},
}

// records are expressions that only the databases of the record store have.
var records = []expression{
	{"member", Member{text(`{"-3":12,"24":"x"}`), "-3", Int64}, "12", false},
	{"member of text", Member{text(`{"-3":12,"24":"it's"}`), "24", Text}, "it's", false},
	{"member that is absent", Member{text(`{"-3":12}`), "3", Text}, "null", false},
	{"member that is true", truth(Member{text(`{"1":true,"2":false}`), "1", Bool}), "true", false},
	{"member that is false", truth(Member{text(`{"1":true,"2":false}`), "2", Bool}), "false", false},
	{"member with a fraction", Member{text(`{"1":2.5}`), "1", Double}, "2.5", false},
	{"member that is a list", Member{text(`{"1":[3,14]}`), "1", Text}, "[3,14]", false},
	{"words", truth(HasWords{text("<b>Slow</b> data &amp; voice"), []string{"SLOW"}, false}), "true", false},
	{"words one behind the other", truth(HasWords{text("<b>Slow</b>, data"), []string{"slow", "data"}, false}), "false", false},
	{"words with signs between", truth(HasWords{text("very slow - Data."), []string{"slow", "data"}, false}), "true", false},
	{"words that go on", truth(HasWords{text("slow database"), []string{"slow", "data"}, false}), "false", false},
	{"words with a prefix", truth(HasWords{text("slow database"), []string{"slow", "data"}, true}), "true", false},
	{"words of another alphabet", truth(HasWords{text("오늘 운동 기록"), []string{"운동"}, false}), "true", false},
	{"parts of words of another alphabet", truth(HasWords{text("오늘 운동장 기록"), []string{"운동"}, false}), "false", false},
	{"words with an underscore", truth(HasWords{text("a_b"), []string{"a"}, false}), "false", false},
	{"words of nothing", truth(HasWords{null(Text), []string{"a"}, false}), "null", false},
}

// query is a statement over three rows with its result, rows separated by semicolons.
type query struct {
	name     string
	build    func(rows Source) *Select
	want     string
	noSQLite bool
}

// rows is the table n, s, x: (1, 'b', 1.5), (2, NULL, 2.5), (3, 'a', NULL).
func rows() Source {
	row := func(n int64, s, x Expr) *Select {
		return &Select{Columns: []Column{{number(n), "n"}, {s, "s"}, {x, "x"}}}
	}
	first := row(1, text("b"), double(1.5))
	first.Union = []*Select{row(2, null(Text), double(2.5)), row(3, text("a"), null(Double))}
	return Sub{first, "t"}
}

var n, s, x = Col{"t", "n"}, Col{"t", "s"}, Col{"t", "x"}

func one(e Expr) []Column { return []Column{{e, "v"}} }

var queries = []query{
	{"order puts nulls first", func(t Source) *Select {
		return &Select{Columns: one(n), From: t, OrderBy: []Order{{Expr: s}}}
	}, "2; 3; 1", false},
	{"descending order puts nulls last", func(t Source) *Select {
		return &Select{Columns: one(n), From: t, OrderBy: []Order{{Expr: s, Desc: true}}}
	}, "1; 3; 2", false},
	{"limit and offset", func(t Source) *Select {
		return &Select{Columns: one(n), From: t, OrderBy: []Order{{Expr: n}}, Limit: number(1), Offset: number(1)}
	}, "2", false},
	{"where", func(t Source) *Select {
		return &Select{Columns: one(n), From: t, Where: Any{Equal(s, text("a")), Compare(Gt, x, double(2))}, OrderBy: []Order{{Expr: n}}}
	}, "2; 3", false},
	{"aggregates", func(t Source) *Select {
		return &Select{Columns: []Column{{Aggregate{Func: Count}, "a"}, {Aggregate{Func: Count, Arg: s}, "b"}, {Aggregate{Func: SumInt, Arg: n}, "c"},
			{Aggregate{Func: Sum, Arg: x}, "d"}, {Aggregate{Func: Avg, Arg: n}, "e"}, {Aggregate{Func: Min, Arg: s}, "f"}, {Aggregate{Func: Max, Arg: s}, "g"},
			{Aggregate{Func: Count, Arg: Binary{Minus, n, n}, Distinct: true}, "h"}}, From: t}
	}, "3, 2, 6, 4, 2, a, b, 1", false},
	{"aggregate of some rows", func(t Source) *Select {
		return &Select{Columns: []Column{{Aggregate{Func: Count, Filter: Compare(Ge, n, number(2))}, "a"}, {Aggregate{Func: SumInt, Arg: n, Filter: IsNull{s}}, "b"}}, From: t}
	}, "2, 2", false},
	{"aggregates of no rows", func(t Source) *Select {
		return &Select{Columns: []Column{{Aggregate{Func: Count}, "a"}, {Aggregate{Func: SumInt, Arg: n}, "b"}, {Aggregate{Func: Avg, Arg: n}, "c"}}, From: t, Where: Any{}}
	}, "0, null, null", false},
	{"group by, having", func(t Source) *Select {
		return &Select{Columns: []Column{{IsNull{s}, "missing"}, {Aggregate{Func: AnyValue, Arg: call(Length, call(Coalesce, s, text("four")))}, "v"}, {Aggregate{Func: Count}, "c"}},
			From: t, GroupBy: []Expr{IsNull{s}}, Having: Compare(Gt, Aggregate{Func: Count}, number(1))}
	}, "0, 1, 2", false},
	{"distinct", func(t Source) *Select {
		return &Select{Distinct: true, Columns: one(IsNull{s}), From: t, OrderBy: []Order{{Expr: Col{Name: "v"}}}}
	}, "0; 1", false},
	{"row number", func(t Source) *Select {
		return &Select{Columns: []Column{{n, "n"}, {Window{Func: Call{Func: RowNumber}, PartitionBy: []Expr{IsNull{x}}, OrderBy: []Order{{Expr: n, Desc: true}}}, "v"}}, From: t, OrderBy: []Order{{Expr: n}}}
	}, "1, 2; 2, 1; 3, 1", false},
	{"running sum", func(t Source) *Select {
		return &Select{Columns: one(Window{Func: Aggregate{Func: SumInt, Arg: n}, OrderBy: []Order{{Expr: n}}, Running: true}), From: t, OrderBy: []Order{{Expr: n}}}
	}, "1; 3; 6", false},
	{"outer join", func(t Source) *Select {
		right := Sub{&Select{Columns: []Column{{number(3), "k"}, {text("three"), "name"}}}, "r"}
		return &Select{Columns: []Column{{n, "n"}, {Col{"r", "name"}, "v"}}, From: Join{Left: t, Right: right, Outer: true, On: Equal(n, Col{"r", "k"})}, OrderBy: []Order{{Expr: n}}}
	}, "1, null; 2, null; 3, three", false},
	{"cross join", func(t Source) *Select {
		right := Sub{&Select{Columns: []Column{{number(3), "k"}}}, "r"}
		return &Select{Columns: one(Binary{Mul, n, Col{"r", "k"}}), From: Join{Left: t, Right: right}, OrderBy: []Order{{Expr: n}}}
	}, "3; 6; 9", false},
	{"with", func(t Source) *Select {
		return &Select{With: []CTE{{"c", &Select{Columns: []Column{{Star{"t"}, ""}}, From: t, Where: Compare(Lt, n, number(3))}}},
			Columns: one(Aggregate{Func: Count}), From: Table{"c", "c"}}
	}, "2", false},
	{"spread", func(t Source) *Select {
		return &Select{Columns: []Column{{Aggregate{Func: StdDevSample, Arg: x}, "a"}, {Aggregate{Func: VarSample, Arg: n}, "b"}, {Aggregate{Func: VarPopulation, Arg: x}, "c"},
			{Aggregate{Func: StdDevPopulation, Arg: x}, "d"}, {Aggregate{Func: ApproxDistinct, Arg: s}, "e"}}, From: t}
	}, "0.707107, 1, 0.25, 0.5, 2", true},
	{"running before the row", func(t Source) *Select {
		return &Select{Columns: one(Window{Func: Aggregate{Func: Max, Arg: n}, OrderBy: []Order{{Expr: n}}, Running: true, Before: true}), From: t, OrderBy: []Order{{Expr: n}}}
	}, "null; 1; 2", false},
	{"rounded average", func(t Source) *Select {
		return &Select{Columns: one(Aggregate{Func: AvgInt, Arg: Binary{Mul, n, n}}), From: t}
	}, "5", true},
	{"percentile", func(t Source) *Select { // of 1, 2, 3 and of the two values of x
		return &Select{Columns: []Column{{Aggregate{Func: Percentile, Arg: Cast{n, Double}, At: double(0.75)}, "a"},
			{Aggregate{Func: Percentile, Arg: x, At: double(0)}, "b"}}, From: t}
	}, "2.5, 1.5", true},
}
