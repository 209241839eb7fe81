// Package wiql is the work item query language only: lexer, tree, parser, printer. It hides syntax; it must not know
// fields, values or databases. Start reading at Parse and Query.
package wiql

// MaxLength is how many characters a statement may have. documented: WIQL syntax reference.
const MaxLength = 32768

// maxDepth is how deep conditions may be nested.
const maxDepth = 100

// Query is a statement.
type Query struct {
	Columns []Field // one, named "*", for all
	Links   bool    // FROM WorkItemLinks
	Where   Expr    // nil for none
	OrderBy []Order
	AsOf    *Value
	Mode    Mode
}

// Mode says which links a query of links shows.
type Mode uint8

// The modes. ReturnMatchingChildren is Recursive that begins with the children.
const (
	MustContain Mode = iota
	MayContain
	DoesNotContain
	Recursive
	ReturnMatchingChildren
)

// Side is the end of a link that a field belongs to.
type Side uint8

// The sides. A field without a prefix has none.
const (
	NoSide Side = iota
	Source
	Target
)

// Field is a field as a statement names it, by reference name or name.
type Field struct {
	Name string
	Side Side
	Pos  int // byte position in the statement
}

// Order is a key of ORDER BY.
type Order struct {
	Field Field
	Desc  bool
}

// Expr is a condition: And, Or, Not or *Condition.
type Expr interface{ print(p *printer, binding int) }

// The connectives. And and Or have at least two parts.
type (
	And []Expr
	Or  []Expr
	Not struct{ X Expr }
)

// Condition compares a field.
type Condition struct {
	Field  Field
	Op     Op
	Not    bool // NOT IN, NOT UNDER, NOT CONTAINS, IS NOT EMPTY
	Ever   bool // of any revision; with Equal only
	Values []Value
}

// Op is an operator.
type Op uint8

// The operators.
const (
	Equal Op = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	In
	InGroup
	Under
	Contains
	ContainsWords
	IsEmpty
)

var spellings = [...]string{
	Equal: "=", NotEqual: "<>", Less: "<", LessEqual: "<=", Greater: ">", GreaterEqual: ">=", In: "IN", InGroup: "IN GROUP",
	Under: "UNDER", Contains: "CONTAINS", ContainsWords: "CONTAINS WORDS", IsEmpty: "IS EMPTY",
}

// String is the operator as it is written.
func (o Op) String() string { return spellings[o] }

// Value is what a field is compared with.
type Value struct {
	Kind  Kind
	Text  string // of String and Number; the name of a Macro without @, in lower case
	Field Field  // of FieldValue

	Args   []string // of a Macro, without quotes
	Offset int      // of a Macro: @Today - 1
	Pos    int
}

// Kind tells values apart.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota
	Number
	Bool // Text is true or false
	Macro
	FieldValue
)
