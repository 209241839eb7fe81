package analytics

import (
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"

	"github.com/google/uuid"
)

var operators = map[string]struct {
	sql  sqlgen.Operator
	name string
}{
	"eq": {sqlgen.Eq, "Equal"}, "ne": {sqlgen.Ne, "NotEqual"}, "lt": {sqlgen.Lt, "LessThan"}, "le": {sqlgen.Le, "LessThanOrEqual"},
	"gt": {sqlgen.Gt, "GreaterThan"}, "ge": {sqlgen.Ge, "GreaterThanOrEqual"}, "has": {"", "Has"},
}

// comparison binds eq, ne, lt, le, gt, ge and has.
func (b *binder) comparison(e *odata.Binary, in env) (*value, error) {
	l, err := b.bind(e.Left, in)
	if err != nil {
		return nil, err
	}
	r, err := b.bind(e.Right, in)
	if err != nil {
		return nil, err
	}
	if e.Op == "has" {
		return b.has(e, l, r)
	}
	if l.isNull() || r.isNull() {
		return compareNull(e, l, r)
	}
	x, y, err := b.comparable(e.Op, l, r, e)
	if err != nil {
		return nil, err
	}
	v := boolean(sqlgen.Compare(operators[e.Op].sql, x, y), nil)
	switch e.Op {
	case "eq":
		v.proves = b.provedBy(l, r, e)
	case "ne": // a row without a project is no row
		v.otherwise = b.provedBy(l, r, e)
	}
	return v, nil
}

func compareNull(e *odata.Binary, l, r *value) (*value, error) {
	x := l
	if l.isNull() {
		x = r
	}
	switch {
	case e.Op == "eq":
		return boolean(sqlgen.IsNull{X: x.sql}, nil), nil
	case e.Op == "ne":
		return boolean(sqlgen.Not{X: sqlgen.IsNull{X: x.sql}}, nil), nil
	}
	return boolean(sqlgen.Any{}, nil), nil // no value is less or greater than null
}

// comparable turns both sides into SQL of one type that compares as the service compares them.
func (b *binder) comparable(op string, l, r *value, e odata.Expr) (x, y sqlgen.Expr, err error) {
	if l, err = b.asEnum(l, r); err != nil {
		return nil, nil, err
	}
	if r, err = b.asEnum(r, l); err != nil {
		return nil, nil, err
	}
	l, r = dayOf(l, r), dayOf(r, l)
	switch {
	case l.nav != nil || r.nav != nil:
		n := l.nav
		if n == nil {
			n = r.nav
		}
		return nil, nil, at(fault.QueryNotValid("The navigation property '%s' can only be compared with null", n.Name).
			WithHint("compare a property of it: %s/%s", n.Name, n.RefKey), e)
	case l.is(edm.Enum) && l.typ == r.typ, l.isNumber() && r.isNumber(), l.is(edm.Boolean) && r.is(edm.Boolean), l.is(edm.Duration) && r.is(edm.Duration),
		l.is(edm.DateTimeOffset) && r.is(edm.DateTimeOffset), l.is(edm.Date) && r.is(edm.Date), l.is(edm.TimeOfDay) && r.is(edm.TimeOfDay):
		return l.sql, r.sql, nil
	case (op == "eq" || op == "ne") && l.projectKey != nil && r.is(edm.String) && r.literal != nil:
		return l.projectKey, b.param(b.projectID(r)), nil
	case (op == "eq" || op == "ne") && r.projectKey != nil && l.is(edm.String) && l.literal != nil:
		return b.param(b.projectID(l)), r.projectKey, nil
	case l.is(edm.String) && r.is(edm.String):
		return folded(l.sql), folded(r.sql), nil
	case l.is(edm.Guid) && r.is(edm.Guid):
		x, y = b.guids(op == "eq" || op == "ne", l, r)
		return x, y, nil
	case l.is(edm.DateTimeOffset) && r.is(edm.Date) && r.literal != nil, r.is(edm.DateTimeOffset) && l.is(edm.Date) && l.literal != nil:
		return nil, nil, at(fault.NoOffset(), e)
	}
	f := fault.QueryNotValid("A binary operator with incompatible types was detected. Found operand types '%s' and '%s' for operator kind '%s'",
		l.typ, r.typ, operators[op].name)
	switch {
	case l.is(edm.Guid) && r.is(edm.String) && isGUID(r):
		f = f.WithHint("write the GUID without quotes: %s", r.literal.Value)
	case l.isNumber() && r.is(edm.String) && r.literal != nil:
		f = f.WithHint("write the number without quotes")
	case l.is(edm.String) && r.literal != nil && r.isNumber():
		f = f.WithHint("write the text in single quotes: '%s'", r.literal)
	case l.is(edm.DateTimeOffset) && r.is(edm.String):
		f = f.WithHint("write the date without quotes: 2021-01-01Z")
	}
	return nil, nil, at(f, e)
}

func isGUID(v *value) bool {
	if v.literal == nil {
		return false
	}
	_, err := uuid.Parse(fmt.Sprint(v.literal.Value))
	return err == nil
}

// folded is text as it is compared: without letter case.
func folded(x sqlgen.Expr) sqlgen.Expr {
	return sqlgen.Call{Func: sqlgen.Lower, Args: []sqlgen.Expr{x}}
}

// asEnum reads a string that is compared with an enum.
func (b *binder) asEnum(v, other *value) (*value, error) {
	if other.is(edm.Enum) && v.is(edm.String) && v.literal != nil {
		return b.enumLiteral(other.typ.Enum, v.literal)
	}
	return v, nil
}

// dayOf turns the documented short form 2021-01-01Z into a date where it is compared with one.
func dayOf(v, other *value) *value {
	if v.moment == nil || !other.is(edm.Date) || !v.moment.Equal(v.moment.UTC().Truncate(24*time.Hour)) {
		return v
	}
	return &value{typ: edm.Type{Kind: edm.Date}, literal: v.literal, sql: sqlgen.Param{Value: v.moment.UTC(), Type: sqlgen.Date}}
}

// guids compares GUIDs by the integers that stand for them where both sides have them.
func (b *binder) guids(equality bool, l, r *value) (x, y sqlgen.Expr) {
	switch {
	case equality && l.key != nil && r.key == l.key:
		return l.sql, r.sql
	case equality && l.key != nil && r.literal != nil:
		return l.sql, b.keyOf(l.key, r)
	case equality && r.key != nil && l.literal != nil:
		return b.keyOf(r.key, l), r.sql
	}
	return b.guidOf(l), b.guidOf(r)
}

// keyOf is the integer of a GUID in a dimension; one that no row has when it is unknown.
func (b *binder) keyOf(d *edm.Dimension, v *value) sqlgen.Expr {
	if d.Table == edm.ProjectsTable {
		return b.param(b.projectID(v))
	}
	t := b.alias()
	return sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{sqlgen.Scalar{Select: &sqlgen.Select{
		Columns: []sqlgen.Column{{Expr: sqlgen.Col{Table: t, Name: d.Key}}},
		From:    sqlgen.Table{Name: d.Table, Alias: t},
		Where:   sqlgen.Equal(sqlgen.Col{Table: t, Name: d.GUID}, v.sql),
	}}, sqlgen.Int(-1)}}
}

// guidOf is the GUID itself.
func (b *binder) guidOf(v *value) sqlgen.Expr {
	if v.key == nil {
		return v.sql
	}
	t := b.alias()
	return sqlgen.Scalar{Select: &sqlgen.Select{
		Columns: []sqlgen.Column{{Expr: sqlgen.Col{Table: t, Name: v.key.GUID}}},
		From:    sqlgen.Table{Name: v.key.Table, Alias: t},
		Where:   sqlgen.Equal(sqlgen.Col{Table: t, Name: v.key.Key}, v.sql),
	}}
}

// projectID is the project a literal names.
func (b *binder) projectID(v *value) int64 {
	text := fmt.Sprint(v.literal.Value)
	if id, err := uuid.Parse(text); err == nil && v.is(edm.Guid) {
		if project, ok := b.scope.byGUID[id]; ok {
			return project
		}
	} else if project, ok := b.scope.byName[strings.ToLower(text)]; ok {
		return project
	}
	return unknownProject
}

// provedBy is what an equality, part of the term e, proves of the projects of rows.
func (b *binder) provedBy(l, r *value, e odata.Expr) restriction {
	if l.project == nil {
		l, r = r, l
	}
	switch {
	case l.project == nil:
		return nil
	case r.literal != nil:
		set := onlyProject(b.projectID(r))
		set.by = []odata.Expr{e}
		return restriction{l.project: set}
	}
	return nil
}

// in binds "x in (...)".
func (b *binder) in(e *odata.In, in env) (*value, error) {
	list := e.List
	if e.From != nil {
		to := b.parameters[e.From.Name]
		switch to := to.(type) {
		case nil:
			return b.parameter(e.From, in)
		case *odata.List:
			list = to.Items
		default:
			list = []odata.Expr{to}
		}
	}
	x, err := b.bind(e.X, in)
	if err != nil {
		return nil, err
	}
	var members sqlgen.In
	var equal sqlgen.Any // members that are no constants, which may be compared in another way
	var null bool
	var proves restriction
	for i, item := range list {
		v, err := b.bind(item, in)
		if err != nil {
			return nil, err
		}
		var proved restriction
		if v.isNull() {
			null = true
		} else {
			left, right, err := b.comparable("eq", x, v, e)
			if err != nil {
				return nil, err
			}
			if v.literal != nil {
				members.X, members.List = left, append(members.List, right)
			} else {
				equal = append(equal, sqlgen.Equal(left, right))
			}
			proved = b.provedBy(x, v, e)
		}
		if i == 0 {
			proves = proved
		} else {
			proves = either(proves, proved)
		}
	}
	if !null && len(equal) == 0 {
		return boolean(members, proves), nil
	}
	if len(members.List) > 0 {
		equal = append(equal, members)
	}
	if null {
		equal, proves = append(equal, sqlgen.IsNull{X: x.sql}), nil
	}
	return boolean(equal, proves), nil
}

// has tests flags of an enum.
func (b *binder) has(e *odata.Binary, l, r *value) (*value, error) {
	r, err := b.asEnum(r, l)
	if err != nil {
		return nil, err
	}
	if !l.is(edm.Enum) || l.typ != r.typ {
		return nil, at(fault.QueryNotValid("A binary operator with incompatible types was detected. Found operand types '%s' and '%s' for operator kind 'Has'",
			l.typ, r.typ), e)
	}
	flags := sqlgen.Call{Func: sqlgen.BitAnd, Args: []sqlgen.Expr{sqlgen.Cast{X: l.sql, To: sqlgen.Int64}, r.sql}}
	return boolean(sqlgen.Equal(flags, r.sql), nil), nil
}
