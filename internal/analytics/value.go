package analytics

import (
	"math"
	"time"

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
	// project is set when the value identifies the project of a relation's row. A name does so by the key beside it:
	// names are compared by that, because databases and this program may fold letters differently.
	project    *projectVar
	projectKey sqlgen.Expr
	// proves tells, for a condition, which projects rows can come from where it is true; otherwise, where it is not.
	proves, otherwise restriction
	// nav is set when the value is a navigation, which can only be compared with null.
	nav *edm.Navigation
	// moment is the point in time of a constant.
	moment *time.Time
	// name is how the property is spelled; utc is set when it is written in UTC whatever the organization's zone.
	name string
	utc  bool
	// property is set when the value is a property or a computed column, which rows can be grouped by.
	property bool
	// branches are, as bits, the sequences of a concat whose rows have the value; 0 for every row.
	branches uint64
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

// atLeastOne reports whether a number is known to be 0 or not between -1 and 1: no product with it is too small for a double.
func (v *value) atLeastOne() bool {
	if v.literal != nil && v.literal.Kind == odata.FloatLit {
		x, _ := v.literal.Value.(float64)
		return math.Abs(x) >= 1
	}
	return v.isInteger()
}

func (v *value) isFraction() bool {
	switch v.typ.Kind {
	case edm.Double, edm.Single, edm.Decimal:
		return true
	}
	return false
}
