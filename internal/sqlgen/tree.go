// Package sqlgen builds dynamic SQL as a typed tree and prints it for SQLite, PostgreSQL or DuckDB. It is the only
// builder of dynamic SQL: names come from the program, values become parameters, and whole numbers digits in DuckDB. It
// hides how the databases differ; it must not know tables or entity models. Start reading at Select and Dialect.Print.
package sqlgen

// Type is the SQL type of a parameter or cast.
type Type uint8

// The types. Timestamps are without time zone and mean UTC.
const (
	Bool Type = iota + 1
	Int32
	Int64
	Double
	Text
	Timestamp
	Date
	Time
	UUID
	Int64List
	Int32List
	Huge  // whole number of 38 digits
	Exact // decimal with 38 digits, 9 of them behind the point
)

// Late is the value of a parameter that becomes known before the statement is printed.
type Late struct{ Value any }

// Expr is an SQL expression.
type Expr interface{ print(p *printer) }

// Select is a query. Columns without alias keep the expression's own name.
type Select struct {
	With     []CTE
	Distinct bool
	Columns  []Column
	From     Source
	Where    Expr // nil for all rows
	GroupBy  []Expr
	Having   Expr
	OrderBy  []Order
	Limit    Expr // nil for no limit
	Offset   Expr
	Union    []*Select // further SELECTs joined by UNION ALL, before OrderBy and Limit
}

// CTE is a named subquery in front of a Select.
type CTE struct {
	Name   string
	Select *Select
}

// Column is a result column.
type Column struct {
	Expr Expr
	As   string
}

// Order is a sort key. Nulls come first ascending and last descending, as in SQL Server.
type Order struct {
	Expr Expr
	Desc bool
}

// Source is what a Select reads from.
type Source interface{ printSource(p *printer) }

// The sources.
type (
	// Table is a table under an alias.
	Table struct{ Name, Alias string }
	// Sub is a subquery under an alias.
	Sub struct {
		Select *Select
		Alias  string
	}
	// Unnest is the rows of an Int64List parameter: column value, and column position from 1.
	Unnest struct {
		List  Param
		Alias string
	}
	// Join joins Right to Left.
	Join struct {
		Left, Right Source
		Outer       bool // LEFT JOIN; rows of Left without a match stay
		On          Expr // nil for a cross join
	}
)

// The leaves.
type (
	// Col is a column of a table alias; Table may be empty.
	Col struct{ Table, Name string }
	// Param is a value that is never part of the text unless it is a whole number or NULL: int64, float64, bool, string, time.Time, []int64 or nil for NULL.
	Param struct {
		Value any
		Type  Type
	}
	// Int is a small constant written out, for positions and factors the program itself chose.
	Int int64
	// RowID is DuckDB's physical row number of a table alias.
	RowID struct{ Table string }
	// Star is "*" of a table alias, or of everything.
	Star struct{ Table string }
)

// Operator of a Binary expression.
type Operator string

// The operators.
const (
	Eq    Operator = "="
	Ne    Operator = "<>"
	Lt    Operator = "<"
	Le    Operator = "<="
	Gt    Operator = ">"
	Ge    Operator = ">="
	Add   Operator = "+"
	Minus Operator = "-"
	Mul   Operator = "*"
)

// The compound expressions.
type (
	// Binary is a comparison or an arithmetic operation.
	Binary struct {
		Op          Operator
		Left, Right Expr
	}
	// All is a conjunction; empty means true.
	All []Expr
	// Any is a disjunction; empty means false.
	Any []Expr
	// Not negates.
	Not struct{ X Expr }
	// IsNull tests for NULL.
	IsNull struct{ X Expr }
	// IsTrue is X IS TRUE: never NULL itself.
	IsTrue struct{ X Expr }
	// Call is a function of this package's list.
	Call struct {
		Func Func
		Args []Expr
	}
	// Case is CASE WHEN … THEN … ELSE … END.
	Case struct {
		When []When
		Else Expr // nil for NULL
	}
	// Finite is a double that was computed, where infinity is an error. PostgreSQL's arithmetic sees to it by itself, and
	// DuckDB's does not. Lenient, when it is true by the time of printing, lets infinity pass.
	Finite struct {
		X       Expr
		Lenient *bool
	}
	// Member is the value of a member of an object in JSON text; null when it is absent. For SQLite and PostgreSQL.
	// Indexes on one are written as this is printed.
	Member struct {
		X    Expr
		Name string // letters, digits, and a minus sign
		Type Type
	}
	// HasWords tests whether text holds words one behind the other, in any letter case. With Prefix the last one may go on.
	// For SQLite and PostgreSQL.
	HasWords struct {
		X      Expr
		Words  []string // of letters, digits and underscores
		Prefix bool
	}
	// Cast converts.
	Cast struct {
		X  Expr
		To Type
	}
	// Exists tests whether a subquery has rows.
	Exists struct{ Select *Select }
	// Scalar is the value of a subquery with one column and at most one row.
	Scalar struct{ Select *Select }
	// In tests membership in a list.
	In struct {
		X    Expr
		List []Expr
	}
	// InSelect tests membership in a subquery's only column.
	InSelect struct {
		X      Expr
		Select *Select
	}
	// InArray tests membership in an Int64List or Int32List parameter.
	InArray struct {
		X    Expr
		List Param
	}
	// Aggregate is an aggregate function; Filter restricts its rows.
	Aggregate struct {
		Func     Agg
		Arg      Expr // nil for Count of rows
		Distinct bool
		At       Expr // the fraction of Percentile
		Sorted   bool // in the order of Arg, so that sums of doubles come out the same each time
		Filter   Expr
	}
	// Window is an aggregate or ranking function over a partition.
	Window struct {
		Func        Expr // an Aggregate, or Call{RowNumber}
		PartitionBy []Expr
		OrderBy     []Order
		Running     bool // rows from the partition's start to the current one
		Before      bool // without the current one
	}
)

// When is a branch of a Case.
type When struct{ If, Then Expr }

// When2 is the usual two-way case: then where cond holds, otherwise otherwise.
func When2(cond, then, otherwise Expr) Expr {
	return Case{When: []When{{cond, then}}, Else: otherwise}
}

// Compare is a Binary.
func Compare(op Operator, left, right Expr) Expr { return Binary{op, left, right} }

// Equal is left = right.
func Equal(left, right Expr) Expr { return Binary{Eq, left, right} }

// Func is a scalar function.
type Func uint8

// The functions. Positions are 0-based, lengths count characters.
const (
	Lower               Func = iota + 1 // text in lower case, comparable byte by byte
	Upper                               // text
	Trim                                // text
	Length                              // text
	Concat                              // text, text; null when either is
	Contains                            // text, part
	StartsWith                          // text, part
	EndsWith                            // text, part
	IndexOf                             // text, part; -1 when absent
	Substring                           // text, start[, length]
	Year                                // timestamp or date
	Month                               //
	Day                                 //
	Hour                                // timestamp or time
	Minute                              //
	Second                              //
	FractionalSeconds                   // timestamp or time
	DateOf                              // timestamp
	TimeOf                              // timestamp
	Local                               // UTC timestamp, zone name as text parameter: the wall clock there
	MinutesBetween                      // from, to: whole minutes
	MicrosecondsBetween                 // from, to
	Later                               // timestamp, microseconds
	Round                               // double; halves away from zero
	Floor                               // double
	Ceiling                             // double
	Modulo                              // integers; null for divisor 0
	ModuloDouble                        // doubles, exact; null for divisor 0, out of range for quotients from 2^53
	IntDivide                           // integers; truncated; null for divisor 0
	Divide                              // doubles; null for divisor 0
	Product                             // doubles; 0 where it is too small for one
	Quotient                            // doubles; null for divisor 0, and 0 where it is too small for one
	Negate                              // number
	Coalesce                            // any
	RowNumber                           // no arguments; in a Window only
	DenseRank                           //
	BitAnd                              // integers
	DayNumber                           // date: days since 1970
)

// Agg is an aggregate function.
type Agg uint8

// The aggregates. Averages and measures of spread are Double.
const (
	Count Agg = iota + 1
	Sum
	Min
	Max
	Avg
	AnyValue // one of the values, the same for equal input
	StdDevSample
	StdDevPopulation
	VarSample
	VarPopulation
	ApproxDistinct
	SumInt  // Sum cast to Int64
	AvgInt  // Avg rounded to Int64
	MinText // the first text in the order of Lower
	MaxText // the last
	// Percentile is the value below which the fraction At of the values lies, interpolated; Double.
	Percentile
)
