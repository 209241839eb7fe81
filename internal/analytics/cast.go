package analytics

import (
	"fmt"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

var castKinds = map[string]struct {
	kind edm.Kind
	sql  sqlgen.Type
}{
	"edm.boolean": {edm.Boolean, sqlgen.Bool}, "edm.byte": {edm.Int32, sqlgen.Int32}, "edm.sbyte": {edm.Int32, sqlgen.Int32},
	"edm.int16": {edm.Int32, sqlgen.Int32}, "edm.int32": {edm.Int32, sqlgen.Int32}, "edm.int64": {edm.Int64, sqlgen.Int64},
	"edm.single": {edm.Double, sqlgen.Double}, "edm.double": {edm.Double, sqlgen.Double}, "edm.decimal": {edm.Double, sqlgen.Double},
	"edm.string": {edm.String, sqlgen.Text}, "edm.datetimeoffset": {edm.DateTimeOffset, sqlgen.Timestamp}, "edm.date": {edm.Date, sqlgen.Date},
	"edm.timeofday": {edm.TimeOfDay, sqlgen.Time}, "edm.guid": {edm.Guid, sqlgen.UUID},
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
	if t := b.model.EnumType(typeName); t != nil {
		return b.castToEnum(e, name, v, t)
	}
	to, ok := castKinds[strings.ToLower(typeName)]
	if !ok {
		return nil, at(fault.QueryNotValid("The type '%s' is not a primitive type that values can be cast to", e.Args[1]).
			WithHint("known are Edm.Boolean, Edm.Date, Edm.DateTimeOffset, Edm.Decimal, Edm.Double, Edm.Guid, Edm.Int32, Edm.Int64, Edm.String, Edm.TimeOfDay and the enum types of $metadata"), e)
	}
	if name == "isof" {
		if v.typ.Kind != to.kind {
			return boolean(sqlgen.Any{}, nil), nil
		}
		return boolean(sqlgen.Not{X: sqlgen.IsNull{X: v.sql}}, nil), nil
	}
	if v.is(edm.String) && v.literal != nil && to.kind != edm.String {
		if v = b.read(v.literal, to.kind); v == nil {
			return nil, at(fault.QueryNotValid("The string %s cannot be read as '%s'", e.Args[0], typeName), e)
		}
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
		return nil, at(fault.QueryNotValid("A value of type '%s' cannot be cast to '%s'", v.typ, typeName).
			WithHint("a whole number can: cast(cast(x, Edm.Int64), Edm.String)"), e)
	case v.is(edm.Boolean) && to.kind == edm.String:
		return cast, nil
	case v.is(edm.Enum) && numeric:
		return cast, nil
	case v.is(edm.Enum) && to.kind == edm.String:
		cast.sql = enumNames(v.typ.Enum, v.sql)
		return cast, nil
	case (v.isInteger() || v.is(edm.Guid) || v.is(edm.Date)) && to.kind == edm.String:
		cast.sql = sqlgen.Cast{X: b.guidOf(v), To: to.sql}
		return cast, nil
	case v.is(edm.Guid) && to.kind == edm.Guid:
		cast.sql = b.guidOf(v)
		return cast, nil
	case v.is(edm.DateTimeOffset) && to.kind == edm.Date:
		return callOn(sqlgen.DateOf, edm.Date, b.local(v)), nil
	case v.is(edm.DateTimeOffset) && to.kind == edm.TimeOfDay:
		return callOn(sqlgen.TimeOf, edm.TimeOfDay, b.local(v)), nil
	}
	return nil, at(fault.QueryNotValid("A value of type '%s' cannot be cast to '%s'", v.typ, typeName), e)
}

// castToEnum binds a cast to an enum type: of a value that has it, or of the name of a member.
func (b *binder) castToEnum(e *odata.Call, name string, v *value, t *edm.EnumType) (*value, error) {
	same := v.is(edm.Enum) && v.typ.Enum == t
	switch {
	case name == "isof" && same:
		return boolean(sqlgen.Not{X: sqlgen.IsNull{X: v.sql}}, nil), nil
	case name == "isof":
		return boolean(sqlgen.Any{}, nil), nil
	case same:
		return v, nil
	case v.isNull():
		return &value{sql: typedNull(edm.Enum), typ: edm.Type{Kind: edm.Enum, Enum: t}}, nil
	case v.is(edm.String) && v.literal != nil:
		return b.enumLiteral(t, v.literal)
	}
	return nil, at(fault.QueryNotValid("A value of type '%s' cannot be cast to '%s'", v.typ, t.Name), e)
}

// read reads the text of a constant as a constant of another kind; nil when it is none.
func (b *binder) read(text *odata.Literal, want edm.Kind) *value {
	e, err := odata.ParseExpr(strings.TrimSpace(fmt.Sprint(text.Value)))
	literal, ok := e.(*odata.Literal)
	if err != nil || !ok || literal.Kind == odata.StringLit || literal.Kind == odata.EnumLit {
		return nil
	}
	v, err := b.literal(literal)
	if err != nil || v.isNull() {
		return nil
	}
	number := want == edm.Int32 || want == edm.Int64 || want == edm.Double
	if v.typ.Kind != want && !(number && v.isNumber()) {
		return nil
	}
	return v
}

// enumNames is the text of an enum as rows show it: the name of the member, or the names of its flags.
func enumNames(t *edm.EnumType, x sqlgen.Expr) sqlgen.Expr {
	text := func(s string) sqlgen.Expr { return sqlgen.Param{Value: s, Type: sqlgen.Text} }
	c := sqlgen.Case{}
	flags := text("")
	for _, m := range t.Members {
		c.When = append(c.When, sqlgen.When{If: sqlgen.Equal(x, sqlgen.Int(m.Value)), Then: text(m.Name)})
		if m.Value != 0 {
			set := sqlgen.Equal(sqlgen.Call{Func: sqlgen.BitAnd, Args: []sqlgen.Expr{sqlgen.Cast{X: x, To: sqlgen.Int64}, sqlgen.Int(m.Value)}}, sqlgen.Int(m.Value))
			flags = sqlgen.Call{Func: sqlgen.Concat, Args: []sqlgen.Expr{flags, sqlgen.When2(set, text(", "+m.Name), text(""))}}
		}
	}
	if t.Flags {
		c.When = append(c.When, sqlgen.When{If: sqlgen.Not{X: sqlgen.IsNull{X: x}},
			Then: sqlgen.Call{Func: sqlgen.Substring, Args: []sqlgen.Expr{flags, sqlgen.Int(2)}}})
	}
	return c
}
