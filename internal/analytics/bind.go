package analytics

import (
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// binder turns one query into SQL trees. Making one takes a scope, so that no plan can exist without.
type binder struct {
	model       *edm.Model
	scope       *Scope
	extensions  extensions
	format      format
	parameters  map[string]odata.Expr // @name
	warnings    warnings
	vars        []*projectVar
	settled     int // variables of rows outside the expansion being bound: its conditions prove nothing of them
	byPath      map[string]*projectVar
	rowsBy      map[string]*row               // entities by alias
	levelOf     map[*odata.Query]*odata.Query // options of deeper levels of $levels, with those that were written
	bottoms     map[*odata.Query]bool         // options of what $levels=max finds below its last level
	telescoped  bool                          // a snapshot is computed from beginnings and ends
	constants   []string                      // for explanations
	unfenced    bool                          // while a query is built that looks for rows outside the fence
	orderedBy   map[string]bool               // folded names that $orderby mentions
	infinite    bool                          // the query spells a number that is not finite
	placed      map[sqlgen.Col]sqlgen.Col     // places of texts of groups, see placeOf
	slowFolding bool                          // the database takes long to fold text
	expansions  int                           // for the limit
	inAliases   int                           // expressions bound inside parameter aliases, for the limit
	aliases     int
	depth       int     // of parameter aliases being bound
	expanding   bool    // inside $expand, where $it would be another row
	window      *window // of functions that look at many rows, where they may stand
	windowed    bool    // such a function was used: columns cannot be computed of one row alone
	// reached lists the collections of the root that a condition any(...) of $filter looks into.
	reached map[string]bool
	answer  *block // the rows that are answered, before they are ordered and cut into pages
	checks  []check
	bounds  []*daysAsked
	whole   *block // of the collection being expanded: its rows aggregated into one for each key, before later steps
	heavy   bool   // the rows of a snapshot have to be made
}

// env is where the names of an expression are looked up.
type env struct {
	row  *row // of names without a variable
	vars map[string]*row
}

func (e env) with(name string, r *row) env {
	vars := map[string]*row{}
	for n, v := range e.vars {
		vars[n] = v
	}
	vars[name] = r
	return env{e.row, vars}
}

// at names the place of a fault in the query.
func at(f *fault.Fault, e odata.Expr) error {
	place := "at '" + shorten(e.String()) + "'"
	if f.Hint != "" {
		place = f.Hint + " (" + place + ")"
	}
	return f.WithHint("%s, position %d", place, e.Position())
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > 80 {
		return string(runes[:77]) + "..."
	}
	return text
}

// condition binds an expression that must be true or false.
func (b *binder) condition(e odata.Expr, in env, option string) (*value, error) {
	v, err := b.bind(e, in)
	if err != nil {
		return nil, err
	}
	if !v.is(edm.Boolean) && !v.isNull() {
		return nil, at(fault.QueryNotValid("The %s expression must evaluate to a single boolean value", option), e)
	}
	return v, nil
}

// bind binds an expression.
func (b *binder) bind(e odata.Expr, in env) (*value, error) {
	if b.depth > 0 {
		if b.inAliases++; b.inAliases > maxInAliases {
			return nil, fault.QueryNotValid("The parameter aliases stand for more than %d expressions", maxInAliases).
				WithHint("an alias counts wherever it is used; write the condition out")
		}
	}
	switch e := e.(type) {
	case *odata.Literal:
		v, err := b.literal(e)
		if err == nil && b.extensions.explain {
			b.noteConstant(e, v)
		}
		return v, err
	case *odata.Member:
		return b.member(e, in)
	case *odata.Binary:
		switch e.Op {
		case "and", "or":
			return b.logical(e, in)
		case "add", "sub", "mul", "div", "divby", "mod":
			return b.arithmetic(e, in)
		}
		return b.comparison(e, in)
	case *odata.Unary:
		return b.unary(e, in)
	case *odata.In:
		return b.in(e, in)
	case *odata.Lambda:
		return b.lambda(e, in)
	case *odata.Count:
		return b.count(e, in)
	case *odata.Call:
		return b.call(e, in)
	case *odata.Alias:
		return b.parameter(e, in)
	}
	return nil, at(fault.QueryNotValid("'%s' cannot be used here", e.String()), e)
}

// maxInAliases bounds what aliases can stand for: each use counts, and aliases can use aliases.
const maxInAliases = 5000

// maxAliasDepth bounds aliases whose values name aliases.
const maxAliasDepth = 8

func (b *binder) parameter(e *odata.Alias, in env) (*value, error) {
	to := b.parameters[e.Name]
	if to == nil {
		return nil, at(fault.QueryNotValid("The parameter alias '%s' has no value", e.Name).
			WithHint("add &%s=... to the query", e.Name), e)
	}
	if b.depth++; b.depth > maxAliasDepth {
		return nil, at(fault.QueryNotValid("The parameter alias '%s' refers to itself or nests too deep", e.Name), e)
	}
	defer func() { b.depth-- }()
	return b.bind(to, in)
}

// logical binds a chain of the same operator. Chains can be thousands of operands long and lean to the left.
func (b *binder) logical(e *odata.Binary, in env) (*value, error) {
	var operands []odata.Expr
	var left odata.Expr = e
	for {
		x, ok := left.(*odata.Binary)
		if !ok || x.Op != e.Op {
			operands = append(operands, left)
			break
		}
		operands = append(operands, x.Right)
		left = x.Left
	}
	terms := make([]sqlgen.Expr, 0, len(operands))
	var proves, otherwise restriction
	for i := len(operands) - 1; i >= 0; i-- {
		v, err := b.condition(operands[i], in, "'"+e.Op+"'")
		if err != nil {
			return nil, err
		}
		switch {
		case i == len(operands)-1:
			proves, otherwise = v.proves, v.otherwise
		case e.Op == "and":
			proves, otherwise = both(proves, v.proves), either(otherwise, v.otherwise)
		default:
			proves, otherwise = either(proves, v.proves), both(otherwise, v.otherwise)
		}
		terms = append(terms, v.sql)
	}
	v := boolean(sqlgen.Any(terms), proves)
	if e.Op == "and" {
		v.sql = sqlgen.All(terms)
	}
	v.otherwise = otherwise
	return v, nil
}

func boolean(x sqlgen.Expr, proves restriction) *value {
	return &value{sql: x, typ: edm.Type{Kind: edm.Boolean}, proves: proves}
}

func (b *binder) unary(e *odata.Unary, in env) (*value, error) {
	v, err := b.bind(e.X, in)
	if err != nil {
		return nil, err
	}
	if e.Op == "not" {
		if !v.is(edm.Boolean) {
			return nil, at(fault.QueryNotValid("A unary operator with an incompatible type was detected. Found operand type '%s' for operator kind 'Not'", v.typ).
				WithHint("not binds tighter than comparisons; write not (%s ...)", e.X), e)
		}
		return boolean(sqlgen.Not{X: v.sql}, nil), nil
	}
	if !v.isNumber() && !v.is(edm.Duration) {
		return nil, at(fault.QueryNotValid("A unary operator with an incompatible type was detected. Found operand type '%s' for operator kind 'Negate'", v.typ), e)
	}
	return &value{sql: b.guarded(sqlgen.Call{Func: sqlgen.Negate, Args: []sqlgen.Expr{v.sql}}), typ: v.typ}, nil
}

// member binds a path that ends in a value, or in a navigation to be compared with null.
func (b *binder) member(e *odata.Member, in env) (*value, error) {
	r, name, err := b.walk(e, in)
	if err != nil {
		return nil, err
	}
	v, n, err := b.lookup(r, name, e)
	if err != nil || v != nil {
		return v, err
	}
	if n.Collection {
		return nil, at(fault.QueryNotValid("The navigation property '%s' is a collection and cannot be used as a value", n.Name).
			WithHint("use %s/any(x: ...), %s/all(x: ...) or %s/$count", n.Name, n.Name, n.Name), e)
	}
	next, err := r.follow(n)
	if err != nil {
		return nil, err
	}
	return &value{sql: next.col(next.keyName), nav: n, name: n.Name}, nil
}

// walk follows a path up to its last segment and returns the row that segment is looked up in.
func (b *binder) walk(e *odata.Member, in env) (*row, string, error) {
	if e.Source == nil {
		return in.row, e.Name, nil
	}
	r, err := b.rowOf(e.Source, in)
	return r, e.Name, err
}

// rowOf is the row a path leads to.
func (b *binder) rowOf(e odata.Expr, in env) (*row, error) {
	switch e := e.(type) {
	case *odata.It:
		if b.expanding {
			return nil, at(fault.QueryNotValid("$it cannot be used here: it would be a row outside").
				WithHint("a project can be named instead: Project/ProjectName eq '...'"), e)
		}
		return in.row, nil
	case *odata.This: // the row that the option is about, also inside $expand and $count
		return in.row, nil
	case *odata.Member:
		if e.Source == nil {
			if r := in.vars[e.Name]; r != nil {
				return r, nil
			}
		}
		r, name, err := b.walk(e, in)
		if err != nil {
			return nil, err
		}
		if nested := r.single[strings.ToLower(name)]; nested != nil && r.typ == nil {
			return nested, nil
		}
		v, n, err := b.lookup(r, name, e)
		switch {
		case err != nil:
			return nil, err
		case v != nil:
			return nil, at(fault.QueryNotValid("'%s' is a value and has no properties", e), e)
		case n.Collection:
			return nil, at(fault.QueryNotValid("The parent value for a property access of a property path is not a single value: '%s' is a collection", n.Name).
				WithHint("use %s/any(x: x/...)", n.Name), e)
		}
		return r.follow(n)
	}
	return nil, at(fault.QueryNotValid("'%s' does not lead to an entity", e.String()), e)
}

// lookup finds what a name means on a row: a value or a navigation.
func (b *binder) lookup(r *row, name string, e odata.Expr) (*value, *edm.Navigation, error) {
	if v := r.values[strings.ToLower(name)]; v != nil {
		return v, nil, nil
	}
	if r.typ == nil {
		f := fault.QueryNotValid("Could not find a property named '%s' in the result of $apply", name)
		if columns := r.columns(); len(columns) > 0 {
			f = f.WithHint("%sit has %s", nearest(name, columns), strings.Join(columns, ", "))
		}
		return nil, nil, at(f, e)
	}
	if p := r.typ.Property(name); p != nil {
		return r.property(p), nil, nil
	}
	if n := r.typ.Nav(name); n != nil {
		return nil, n, nil
	}
	v, err := b.undeclared(r, name)
	if err != nil || v != nil {
		return v, nil, err
	}
	return nil, nil, at(b.unknown(r.typ, name), e)
}

// nearest is a column that was probably meant, as a question; "" when none is near.
func nearest(name string, columns []string) string {
	if near := edm.Closest(name, columns); near != "" {
		return "did you mean " + near + "? "
	}
	return ""
}

// columns lists what a grouped row has, as a query would name it.
func (r *row) columns() []string {
	var list []string
	for _, name := range r.names {
		if nested := r.single[strings.ToLower(name)]; nested != nil {
			for _, inner := range nested.columns() {
				list = append(list, name+"/"+inner)
			}
			continue
		}
		list = append(list, name)
	}
	return list
}

// undeclared reads names that documentation uses although the model does not have them.
func (b *binder) undeclared(r *row, name string) (*value, error) {
	declared := ""
	switch {
	case strings.EqualFold(name, "ProjectName") && r.typ.Nav("Project") != nil:
		next, err := r.follow(r.typ.Nav("Project"))
		if err != nil {
			return nil, err
		}
		b.warnings.alias(name, r.typ.Set, "Project/ProjectName")
		v := *next.property(next.typ.Property("ProjectName"))
		v.name = "ProjectName"
		return &v, nil
	case strings.EqualFold(name, "Name") && r.typ.Name == "Iteration":
		declared = "IterationName"
	case strings.EqualFold(name, "Name") && r.typ.Name == "Area":
		declared = "AreaName"
	default:
		return nil, nil
	}
	b.warnings.alias(name, r.typ.Set, declared)
	v := *r.property(r.typ.Property(declared))
	v.name = "Name"
	return &v, nil
}

func (b *binder) unknown(t *edm.EntityType, name string) *fault.Fault {
	f := fault.PropertyNotAvailable(name)
	switch near := t.Suggest(name); {
	case t.Missing(name):
		return f.WithHint("no process in this scope has the field")
	case near != "":
		return f.WithHint("did you mean %s? Names are listed in $metadata", near)
	case b.elsewhere(t, name) != "":
		return f.WithHint("it belongs to %s: write %s/%s", b.elsewhere(t, name), b.elsewhere(t, name), name)
	}
	return f.WithHint("%s has no such property; names are listed in $metadata", t.Set)
}

// elsewhere is the single-valued navigation whose target has the property, or "".
func (b *binder) elsewhere(t *edm.EntityType, name string) string {
	for i := range t.Navigation {
		n := &t.Navigation[i]
		if target := b.model.Target(n); !n.Collection && target != nil && target != t && target.Property(name) != nil {
			return n.Name
		}
	}
	return ""
}
