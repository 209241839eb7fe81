// Package odata is the OData v4 query language as Analytics clients write it: lexer, tree, parser and printer. It turns
// the raw query of a URL into a tree in which every node knows its position, and back into text. It must not know any
// entity model, database or HTTP type; names are resolved elsewhere. Start reading at ParseQuery and Query.
package odata

// Query holds the system query options of one request, each parsed. Options that were absent are nil or empty.
type Query struct {
	Apply     []Transformation
	Compute   []ComputeItem
	Filter    Expr
	OrderBy   []OrderItem
	Expand    []ExpandItem
	Select    []SelectItem
	Search    string
	Top, Skip *int64
	Count     *bool
	SkipToken string
	Format    string
	Levels    *Levels         // only inside $expand
	Aliases   map[string]Expr // parameter aliases by name with the @: $filter=Id eq @id&@id=5
	Custom    []Option        // options without $ or @, in order of appearance: kept for custom options, otherwise ignored
}

// Option is a query option as the URL had it, decoded.
type Option struct{ Name, Value string }

// Levels is the argument of $levels.
type Levels struct {
	Max bool
	N   int64 // meaningful when Max is false
}

// SelectItem is one member of $select: a property name or path, or *.
type SelectItem struct {
	Path Expr // a Member chain; nil when Star
	Star bool
	Pos  int
}

// OrderItem is one member of $orderby.
type OrderItem struct {
	Expr Expr
	Desc bool
}

// ExpandItem is one member of $expand: a navigation path with its options, which may nest.
type ExpandItem struct {
	Path    Expr // a Member chain; nil when Star
	Star    bool
	Count   bool // Nav/$count
	Options *Query
	Pos     int
}

// ComputeItem is "expr as Name".
type ComputeItem struct {
	Expr Expr
	As   string
	Pos  int // of the name
}

// Transformation is one step of $apply. Its String is its canonical text.
type Transformation interface {
	String() string
	transformation()
}

// The transformations of $apply.
type (
	// FilterBy is filter(expr).
	FilterBy struct {
		Expr Expr
		Pos  int
	}
	// GroupBy is groupby((members)[,step/step]).
	GroupBy struct {
		Members []GroupMember
		Apply   []Transformation
		Pos     int
	}
	// Aggregate is aggregate(items).
	Aggregate struct {
		Items []AggregateItem
		Pos   int
	}
	// ComputeBy is compute(items).
	ComputeBy struct {
		Items []ComputeItem
		Pos   int
	}
	// ExpandBy is expand(path,filter(...),...).
	ExpandBy struct {
		Path  Expr
		Apply []Transformation
		Pos   int
	}
	// Concat is concat(sequence,sequence,...).
	Concat struct {
		Sequences [][]Transformation
		Pos       int
	}
	// Ranked is one of topcount, topsum, toppercent, bottomcount, bottomsum, bottompercent.
	Ranked struct {
		Method string // lower case
		N      Expr
		By     Expr
		Pos    int
	}
	// SearchBy is search(expression), its argument unparsed.
	SearchBy struct {
		Text string
		Pos  int
	}
	// SortBy is orderby(items).
	SortBy struct {
		Items []OrderItem
		Pos   int
	}
	// TopBy is top(n).
	TopBy struct {
		N   int64
		Pos int
	}
	// SkipBy is skip(n).
	SkipBy struct {
		N   int64
		Pos int
	}
	// Identity is identity: the input unchanged.
	Identity struct{ Pos int }
)

func (*FilterBy) transformation()  {}
func (*GroupBy) transformation()   {}
func (*Aggregate) transformation() {}
func (*ComputeBy) transformation() {}
func (*ExpandBy) transformation()  {}
func (*Concat) transformation()    {}
func (*Ranked) transformation()    {}
func (*SearchBy) transformation()  {}
func (*SortBy) transformation()    {}
func (*TopBy) transformation()     {}
func (*SkipBy) transformation()    {}
func (*Identity) transformation()  {}

// GroupMember is one member of a groupby: an expression (normally a path), or rollup(members) with Rollup set, whose
// first member may be $all.
type GroupMember struct {
	Expr   Expr
	Rollup []GroupMember
	All    bool
}

// AggregateItem is one member of aggregate.
//
//	$count as N                     Count
//	Tags/$count as N                Count with Expr the collection path
//	Expr with Method as N           Method
//	CustomName or CustomName as N   neither: a custom aggregate named by Expr
type AggregateItem struct {
	Expr     Expr // nil for a plain $count
	Count    bool
	Method   string // as written: sum, min, max, average, countdistinct or a qualified name
	From     bool   // a from clause was present; it is refused later
	FromText string // the from clause as written, after the word from
	As       string // empty when no alias was given
	Pos      int
}

// Expr is an expression. Position is the offset in bytes of its first character in the text of the option it was parsed
// from; it walks down the left side of the tree, so ask for it in errors, not at every node. String is its canonical
// text, with parentheses only where they are needed.
type Expr interface {
	Position() int
	String() string
	expr()
}

// LiteralKind tells what a literal is.
type LiteralKind uint8

// The literal kinds.
const (
	NullLit     LiteralKind = iota
	BoolLit                 // Value bool
	IntLit                  // Value int64
	FloatLit                // Value float64; also INF, -INF, NaN and numbers beyond int64
	StringLit               // Value string
	GuidLit                 // Value string, lower case with dashes
	DateTimeLit             // Value time.Time in the offset as written
	DateLit                 // Value time.Time at midnight UTC
	TimeLit                 // Value time.Duration since midnight
	DurationLit             // Value time.Duration
	EnumLit                 // Value string: the part in quotes; Type is the qualified type name
)

// The expressions.
type (
	// Literal is a constant. Text is its spelling and what is printed; when it is empty, Value is. NoOffset marks a
	// date-time that was written without Z or an offset.
	Literal struct {
		Kind     LiteralKind
		Value    any
		Type     string
		Text     string
		NoOffset bool
		Pos      int
	}
	// Member is a name, or a name reached from Source: Area/AreaPath is Member{Member{nil,Area},AreaPath}. Which names
	// are lambda variables, properties or navigations is decided by whoever knows the model.
	Member struct {
		Source Expr // nil for the first segment
		Name   string
		Pos    int
	}
	// It is $it, Root is $root and This is $this.
	It   struct{ Pos int }
	Root struct{ Pos int }
	This struct{ Pos int }
	// Lambda is Source/any(Var: Body) or Source/all(Var: Body); Body is nil for any().
	Lambda struct {
		Source Expr
		All    bool
		Var    string
		Body   Expr
		Pos    int
	}
	// Count is Source/$count, optionally Source/$count($filter=...).
	Count struct {
		Source Expr
		Filter Expr
		Pos    int
	}
	// Cast is a type segment in a path: Source/Namespace.Type.
	Cast struct {
		Source Expr
		Type   string
		Pos    int
	}
	// Call is a function call. Name is lower case for the standard functions and as written for qualified ones.
	Call struct {
		Source Expr // the bound parameter, nil for plain functions
		Name   string
		Args   []Expr
		Pos    int
	}
	// TypeName is a bare type name, the argument of cast and isof: Edm.Double.
	TypeName struct {
		Name string
		Pos  int
	}
	// Unary is "not x" or "-x".
	Unary struct {
		Op  string // "not" or "-"
		X   Expr
		Pos int
	}
	// Binary is a comparison, a logical or an arithmetic operation. Op is lower case: and, or, eq, ne, gt, ge, lt, le,
	// has, add, sub, mul, div, divby, mod.
	Binary struct {
		Op          string
		Left, Right Expr
		Pos         int // of the operator
	}
	// In is X in (list) or X in @alias.
	In struct {
		X    Expr
		List []Expr
		From *Alias // set instead of List
		Pos  int
	}
	// List is a parenthesized list of expressions, as an alias value may be: also @ids=(5), for use after in.
	List struct {
		Items []Expr
		Pos   int
	}
	// Alias is a parameter alias, @name.
	Alias struct {
		Name string // with the @, as in Query.Aliases
		Pos  int
	}
)

func (e *Literal) expr()  {}
func (e *Member) expr()   {}
func (e *It) expr()       {}
func (e *Root) expr()     {}
func (e *This) expr()     {}
func (e *Lambda) expr()   {}
func (e *Count) expr()    {}
func (e *Cast) expr()     {}
func (e *Call) expr()     {}
func (e *TypeName) expr() {}
func (e *Unary) expr()    {}
func (e *Binary) expr()   {}
func (e *In) expr()       {}
func (e *List) expr()     {}
func (e *Alias) expr()    {}

// Position implements Expr: the start of the expression.
func (e *Literal) Position() int  { return e.Pos }
func (e *Member) Position() int   { return start(e.Source, e.Pos) }
func (e *It) Position() int       { return e.Pos }
func (e *Root) Position() int     { return e.Pos }
func (e *This) Position() int     { return e.Pos }
func (e *Lambda) Position() int   { return start(e.Source, e.Pos) }
func (e *Count) Position() int    { return start(e.Source, e.Pos) }
func (e *Cast) Position() int     { return start(e.Source, e.Pos) }
func (e *Call) Position() int     { return start(e.Source, e.Pos) }
func (e *TypeName) Position() int { return e.Pos }
func (e *Unary) Position() int    { return e.Pos }
func (e *Binary) Position() int   { return e.Left.Position() }
func (e *In) Position() int       { return e.X.Position() }
func (e *List) Position() int     { return e.Pos }
func (e *Alias) Position() int    { return e.Pos }

func start(source Expr, pos int) int {
	if source != nil {
		return source.Position()
	}
	return pos
}
