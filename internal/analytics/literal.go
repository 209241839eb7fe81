package analytics

import (
	"fmt"
	"math"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// param is a parameter of the SQL type that fits a Go value.
func (b *binder) param(x any) sqlgen.Param {
	switch x := x.(type) {
	case bool:
		return sqlgen.Param{Value: x, Type: sqlgen.Bool}
	case int64:
		return sqlgen.Param{Value: x, Type: sqlgen.Int64}
	case float64:
		return sqlgen.Param{Value: x, Type: sqlgen.Double}
	case time.Time:
		return sqlgen.Param{Value: x.UTC(), Type: sqlgen.Timestamp}
	default:
		return sqlgen.Param{Value: x, Type: sqlgen.Text}
	}
}

// literal binds a constant.
func (b *binder) literal(e *odata.Literal) (*value, error) {
	v := &value{literal: e}
	switch e.Kind {
	case odata.NullLit:
		v.typ.Kind, v.sql = edm.Null, sqlgen.Param{Type: sqlgen.Bool}
	case odata.BoolLit:
		v.typ.Kind, v.sql = edm.Boolean, b.param(e.Value)
	case odata.IntLit:
		v.typ.Kind, v.sql = edm.Int64, b.param(e.Value)
	case odata.FloatLit:
		v.typ.Kind, v.sql = edm.Double, b.param(e.Value)
		if f, ok := e.Value.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
			b.infinite = true
		}
	case odata.StringLit:
		v.typ.Kind, v.sql = edm.String, b.param(e.Value)
	case odata.GuidLit:
		v.typ.Kind, v.sql = edm.Guid, sqlgen.Param{Value: e.Value, Type: sqlgen.UUID}
	case odata.DateTimeLit:
		if e.NoOffset {
			return nil, at(fault.NoOffset(), e)
		}
		moment := e.Value.(time.Time) //nolint:forcetypeassert // the kind says so
		v.moment = &moment
		v.typ.Kind, v.sql = edm.DateTimeOffset, b.param(moment)
	case odata.DateLit:
		v.typ.Kind, v.sql = edm.Date, sqlgen.Param{Value: e.Value, Type: sqlgen.Date}
	case odata.TimeLit:
		clock := time.Time{}.Add(e.Value.(time.Duration)) //nolint:forcetypeassert // the kind says so
		v.typ.Kind, v.sql = edm.TimeOfDay, sqlgen.Param{Value: clock.Format("15:04:05.999999"), Type: sqlgen.Time}
	case odata.DurationLit:
		return b.duration(e), nil
	case odata.EnumLit:
		t := b.model.EnumType(e.Type)
		if t == nil {
			return nil, at(fault.QueryNotValid("The type '%s' is not an enum type of the model", e.Type), e)
		}
		return b.enumLiteral(t, e)
	default:
		return nil, at(fault.QueryNotValid("The literal '%s' cannot be used here", e), e)
	}
	return v, nil
}

// enumLiteral reads a member's name, in a literal of the enum or in a plain string.
func (b *binder) enumLiteral(t *edm.EnumType, e *odata.Literal) (*value, error) {
	text := fmt.Sprint(e.Value)
	n, ok := t.Parse(text)
	if !ok {
		names := make([]string, 0, len(t.Members))
		for _, m := range t.Members {
			names = append(names, m.Name)
		}
		return nil, at(fault.QueryNotValid("The string '%s' is not a valid enumeration type constant", text).
			WithHint("%s has %s", t.Name, joined(names)), e)
	}
	return &value{literal: e, typ: edm.Type{Kind: edm.Enum, Enum: t}, sql: b.param(n)}, nil
}

// joined lists names, the first ones of a long list.
func joined(names []string) string {
	const most = 20
	text := ""
	for i, n := range names {
		switch {
		case i == most:
			return text + ", ..."
		case i > 0:
			text += ", "
		}
		text += n
	}
	return text
}
