package analytics

import (
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// value is a bound expression: how to compute it, its type, and what it proves.
type value struct {
	sql sqlgen.Expr
	typ edm.Type

	// key is set when sql is not the GUID itself but the integer that stands for it in this dimension.
	key *edm.Dimension
	// literal is the constant the value was written as; nil for anything computed from rows.
	literal *odata.Literal
	// project is set when the value identifies the project of a relation's row: by its key or GUID, or by its name.
	project *projectVar
	byName  bool
	// proves tells, for a condition, which projects rows can come from where it is true.
	proves restriction
	// path is how the value was reached from the row, when it is a plain property: "Area/AreaPath".
	path []string
	// dateSK is the calendar key column of a date, from which years and months are cheaper to compute.
	dateSK sqlgen.Expr
}

func (v *value) is(k edm.Kind) bool { return v.typ.Kind == k }

func (v *value) isNull() bool { return v.typ.Kind == edm.Null }

func (v *value) isNumber() bool { return v.isInteger() || v.isFraction() }

func (v *value) isInteger() bool {
	switch v.typ.Kind {
	case edm.Byte, edm.SByte, edm.Int16, edm.Int32, edm.Int64:
		return true
	}
	return false
}

func (v *value) isFraction() bool {
	switch v.typ.Kind {
	case edm.Double, edm.Single, edm.Decimal:
		return true
	}
	return false
}

// restriction maps project variables to the sets their rows must lie in where a condition holds. A variable that is not
// listed is not restricted.
type restriction map[*projectVar]projectSet

// projectVar is the unknown project of a row. Relations that lie in the same project by construction share one: a work
// item, its area, its iteration and its tags; a parent has its own.
type projectVar struct {
	set  projectSet // proven so far
	name string     // entity set to name in a refusal
}

// both combines what two conditions prove that hold together.
func both(a, b restriction) restriction {
	if len(a) == 0 {
		return b
	}
	r := restriction{}
	for v, s := range a {
		r[v] = s
	}
	for v, s := range b {
		if t, ok := r[v]; ok {
			s = s.and(t)
		}
		r[v] = s
	}
	return r
}

// either combines what two conditions prove of which one holds.
func either(a, b restriction) restriction {
	r := restriction{}
	for v, s := range a {
		if t, ok := b[v]; ok {
			r[v] = s.or(t)
		}
	}
	return r
}
