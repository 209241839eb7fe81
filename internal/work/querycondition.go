package work

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// condition builds an expression that is true where a condition holds and anything else where it does not.
func (x *search) condition(i row, e wiql.Expr) (sqlgen.Expr, error) {
	switch e := e.(type) {
	case wiql.And:
		list, err := x.conditions(i, e)
		return allOf(list), err
	case wiql.Or:
		list, err := x.conditions(i, e)
		return anyOf(list), err
	case wiql.Not:
		inner, err := x.condition(i, e.X)
		return not(inner), err
	}
	c := e.(*wiql.Condition)
	f, err := x.field(c.Field)
	if err != nil {
		return nil, err
	}
	if c.Ever {
		return x.ever(i, f, c)
	}
	positive := *c
	negative := c.Not != (c.Op == wiql.NotEqual)
	if positive.Not = false; c.Op == wiql.NotEqual {
		positive.Op = wiql.Equal
	}
	built, err := x.compare(i, f, &positive)
	if err == nil && negative {
		built = not(built)
	}
	return built, err
}

func (x *search) conditions(i row, all []wiql.Expr) (list []sqlgen.Expr, err error) {
	for _, e := range all {
		built, err := x.condition(i, e)
		if err != nil {
			return nil, err
		}
		list = append(list, built)
	}
	return list, nil
}

// ever holds where a revision of the item had the value, among those that the caller sees.
func (x *search) ever(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	switch kindOf(f) {
	case dateKind, textKind, historyKind, tagsKind, boardKind:
		return nil, x.unsupported(f, "EVER")
	}
	if f.ID == project.FieldParent {
		return nil, x.unsupported(f, "EVER")
	}
	past := row{"past"}
	own, err := x.compare(past, f, &wiql.Condition{Field: c.Field, Op: wiql.Equal, Values: c.Values})
	if err != nil {
		return nil, err
	}
	where := sqlgen.All{sqlgen.Equal(past.col("org_id"), number(x.c.Org)), sqlgen.Equal(past.col("id"), i.col("id")), x.visible.hold(past)}
	if x.asOf != nil {
		where = append(where, sqlgen.Compare(sqlgen.Le, past.col("changed_at"), moment(*x.asOf)))
	}
	return exists("work_revisions", past, append(where, own)), nil
}

func exists(table string, i row, where sqlgen.Expr) sqlgen.Expr {
	return sqlgen.Exists{Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: sqlgen.Int(1)}}, From: sqlgen.Table{Name: table, Alias: i.alias}, Where: where}}
}

func (x *search) unsupported(f *project.Field, op string) error {
	return refuse("["+f.ReferenceName+"]", "The operator %s cannot be used with the field.", op)
}

// compare builds a condition that is not negated.
func (x *search) compare(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	if len(c.Values) == 1 && c.Op == wiql.Equal && anything(c.Values[0]) {
		return sqlgen.All{}, nil
	}
	if f.ID == project.FieldWorkItemID {
		if built, ok, err := x.remembered(i, c); ok || err != nil {
			return built, err
		}
	}
	if len(c.Values) == 1 && c.Values[0].Kind == wiql.FieldValue {
		return x.compareFields(i, f, c)
	}
	switch kindOf(f) {
	case numberKind:
		return x.compareNumber(i, f, c)
	case dateKind:
		return x.compareDate(i, f, c)
	case boolKind:
		return x.compareBool(i, f, c)
	case userKind:
		return x.compareUser(i, f, c)
	case textKind, historyKind:
		return x.compareText(i, f, c)
	case tagsKind:
		return x.compareTags(i, f, c)
	case pathKind:
		return x.comparePath(i, f, c)
	case nodeNameKind:
		return x.compareNodeName(i, f, c)
	case projectKind:
		return x.compareProject(i, f, c)
	case boardKind:
		return x.compareBoard(i, f, c)
	}
	return x.compareString(i, f, c)
}

// anything is a value that every item has.
func anything(v wiql.Value) bool {
	return v.Kind == wiql.Macro && v.Text == "any" || v.Kind == wiql.String && strings.EqualFold(v.Text, "[any]")
}

// empty is the value by which statements mean that there is none.
func empty(v wiql.Value) bool { return v.Kind == wiql.String && v.Text == "" }

// operator is the operator of the database for one that compares values of an order.
func operator(op wiql.Op) (o sqlgen.Operator, ok bool) {
	switch op {
	case wiql.Equal, wiql.In:
		o = sqlgen.Eq
	case wiql.Less:
		o = sqlgen.Lt
	case wiql.LessEqual:
		o = sqlgen.Le
	case wiql.Greater:
		o = sqlgen.Gt
	case wiql.GreaterEqual:
		o = sqlgen.Ge
	}
	return o, o != ""
}

// each builds the condition for each value; there are several behind IN.
func each(c *wiql.Condition, one func(op sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error)) (sqlgen.Expr, error) {
	op, _ := operator(c.Op)
	var list []sqlgen.Expr
	for _, v := range c.Values {
		built, err := one(op, v)
		if err != nil {
			return nil, err
		}
		list = append(list, built)
	}
	return anyOf(list), nil
}

func (x *search) compareNumber(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	value := x.scalar(i, f)
	if c.Op == wiql.IsEmpty {
		return sqlgen.IsNull{X: value}, nil
	}
	if _, ok := operator(c.Op); !ok {
		return nil, x.unsupported(f, c.Op.String())
	}
	return each(c, func(op sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error) {
		if empty(v) && op == sqlgen.Eq {
			return sqlgen.IsNull{X: value}, nil
		}
		n, err := x.number(f, v)
		if err != nil {
			return nil, err
		}
		if whole, ok := n.(sqlgen.Param).Value.(int64); ok && f.ID == project.FieldParent && op == sqlgen.Eq {
			return x.childOf(i, whole), nil
		}
		return sqlgen.Compare(op, value, n), nil
	})
}

// childOf finds the children of an item by the links of that item, of which there are few.
func (x *search) childOf(i row, parent int64) sqlgen.Expr {
	l := row{"l"}
	return sqlgen.InSelect{X: i.col("id"), Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: l.col("other_id")}}, From: sqlgen.Table{Name: "work_links", Alias: "l"},
		Where: sqlgen.All{sqlgen.Equal(l.col("org_id"), number(x.c.Org)), sqlgen.Equal(l.col("item_id"), number(parent)), sqlgen.Equal(l.col("rel"), text(childLink)),
			x.linkLives(l), sqlgen.Not{X: exists("work_items", row{"o"}, sqlgen.All{sqlgen.Equal(row{"o"}.col("org_id"), number(x.c.Org)),
				sqlgen.Equal(row{"o"}.col("id"), number(parent)), row{"o"}.col("is_deleted")})}}}}
}

func (x *search) compareDate(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	if f.ID == project.FieldRevisedDate && x.asOf != nil {
		return nil, refuse("["+f.ReferenceName+"]", "The field cannot be used with ASOF.")
	}
	value := x.scalar(i, f)
	if c.Op == wiql.IsEmpty {
		return sqlgen.IsNull{X: value}, nil
	}
	if _, ok := operator(c.Op); !ok {
		return nil, x.unsupported(f, c.Op.String())
	}
	return each(c, func(op sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error) {
		if empty(v) && op == sqlgen.Eq {
			return sqlgen.IsNull{X: value}, nil
		}
		from, until, err := x.date(v, x.precise)
		if err != nil {
			return nil, err
		}
		if x.precise {
			return sqlgen.Compare(op, value, moment(from)), nil
		}
		switch op {
		case sqlgen.Lt:
			return sqlgen.Compare(sqlgen.Lt, value, moment(from)), nil
		case sqlgen.Le:
			return sqlgen.Compare(sqlgen.Lt, value, moment(until)), nil
		case sqlgen.Gt:
			return sqlgen.Compare(sqlgen.Ge, value, moment(until)), nil
		case sqlgen.Ge:
			return sqlgen.Compare(sqlgen.Ge, value, moment(from)), nil
		}
		return sqlgen.All{sqlgen.Compare(sqlgen.Ge, value, moment(from)), sqlgen.Compare(sqlgen.Lt, value, moment(until))}, nil
	})
}

func (x *search) compareBool(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	value := x.scalar(i, f)
	switch c.Op {
	case wiql.IsEmpty:
		return sqlgen.IsNull{X: value}, nil
	case wiql.Equal, wiql.In:
		return each(c, func(_ sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error) {
			if empty(v) {
				return sqlgen.IsNull{X: value}, nil
			}
			switch strings.ToLower(v.Text) {
			case "true", "1":
				return sqlgen.Equal(value, sqlgen.Param{Value: true, Type: sqlgen.Bool}), nil
			case "false", "0":
				return sqlgen.Equal(value, sqlgen.Param{Value: false, Type: sqlgen.Bool}), nil
			}
			return nil, refuse(v.Text, "Expecting true or false for the field %s.", f.ReferenceName)
		})
	}
	return nil, x.unsupported(f, c.Op.String())
}

func (x *search) compareString(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	value := x.scalar(i, f)
	switch c.Op {
	case wiql.IsEmpty:
		return sqlgen.IsNull{X: value}, nil
	case wiql.InGroup:
		if f.ID == project.FieldWorkItemType {
			return x.inCategory(i, c.Values[0])
		}
		return nil, x.unsupported(f, c.Op.String())
	case wiql.Contains:
		part, err := x.text(f, c.Values[0])
		return sqlgen.Call{Func: sqlgen.Contains, Args: []sqlgen.Expr{lower(value), folded(part)}}, err
	case wiql.ContainsWords:
		words, err := x.words(f, c.Values[0])
		words.X = value
		return words, err
	}
	if _, ok := operator(c.Op); !ok {
		return nil, x.unsupported(f, c.Op.String())
	}
	return each(c, func(op sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error) {
		if empty(v) && op == sqlgen.Eq {
			return sqlgen.IsNull{X: value}, nil
		}
		s, err := x.text(f, v)
		return sqlgen.Compare(op, lower(value), folded(s)), err
	})
}

// maxWords is how long a text searched for may be. documented: WIQL syntax reference.
const maxWords = 100

// words is a search for the words of a value.
func (x *search) words(f *project.Field, v wiql.Value) (w sqlgen.HasWords, err error) {
	s, err := x.text(f, v)
	if err != nil {
		return w, err
	}
	if utf8.RuneCountInString(s) > maxWords {
		return w, refuse(s, "The text to search for has more than %d characters.", maxWords)
	}
	s, prefix := strings.CutSuffix(strings.TrimSpace(s), "*")
	words := strings.FieldsFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return w, refuse(v.Text, "Expecting words to search for.")
	}
	return sqlgen.HasWords{Words: words, Prefix: prefix}, nil
}

// compareText looks into long texts, which are kept apart. The history of an item is all its comments.
func (x *search) compareText(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	found := x.textOf
	if kindOf(f) == historyKind {
		found = x.commentOf
	}
	switch c.Op {
	case wiql.IsEmpty:
		return sqlgen.Not{X: found(i, f, func(sqlgen.Expr) sqlgen.Expr { return sqlgen.All{} })}, nil
	case wiql.Contains:
		part, err := x.text(f, c.Values[0])
		return found(i, f, func(body sqlgen.Expr) sqlgen.Expr {
			return sqlgen.Call{Func: sqlgen.Contains, Args: []sqlgen.Expr{lower(body), folded(part)}}
		}), err
	case wiql.ContainsWords:
		words, err := x.words(f, c.Values[0])
		return found(i, f, func(body sqlgen.Expr) sqlgen.Expr { words.X = body; return words }), err
	}
	return nil, x.unsupported(f, c.Op.String())
}

// textOf holds where the text of a field has a property.
func (x *search) textOf(i row, f *project.Field, has func(body sqlgen.Expr) sqlgen.Expr) sqlgen.Expr {
	t := row{"t"}
	return exists("work_texts", t, sqlgen.All{sqlgen.Equal(t.col("org_id"), number(x.c.Org)), sqlgen.Equal(t.col("id"), i.col("id")),
		sqlgen.Equal(t.col("field_id"), number(int64(f.ID))), sqlgen.Equal(t.col("rev"), i.member(f.ID, sqlgen.Int64)), has(t.col("body"))})
}

// commentOf holds where a comment has a property: the text it began with, or that of its last version.
func (x *search) commentOf(i row, f *project.Field, has func(body sqlgen.Expr) sqlgen.Expr) sqlgen.Expr {
	t, r, v, later := row{"t"}, row{"d"}, row{"v"}, row{"w"}
	of := func(c row, id sqlgen.Expr) sqlgen.All {
		return sqlgen.All{sqlgen.Equal(c.col("org_id"), number(x.c.Org)), sqlgen.Equal(c.col("item_id"), i.col("id")),
			sqlgen.Compare(sqlgen.Le, c.col("rev"), i.col("rev")), id}
	}
	changed := exists("work_comments", v, append(of(v, sqlgen.Equal(v.col("comment_id"), r.col("watermark"))),
		sqlgen.Any{sqlgen.Compare(sqlgen.Gt, v.col("version"), number(1)), v.col("is_deleted")}))
	first := sqlgen.Exists{Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: sqlgen.Int(1)}},
		From: sqlgen.Join{Left: sqlgen.Table{Name: "work_texts", Alias: t.alias}, Right: sqlgen.Table{Name: "work_revisions", Alias: r.alias},
			On: sqlgen.All{sqlgen.Equal(r.col("org_id"), t.col("org_id")), sqlgen.Equal(r.col("id"), t.col("id")), sqlgen.Equal(r.col("rev"), t.col("rev"))}},
		Where: sqlgen.All{sqlgen.Equal(t.col("org_id"), number(x.c.Org)), sqlgen.Equal(t.col("id"), i.col("id")), sqlgen.Equal(t.col("field_id"), number(int64(f.ID))),
			x.visible.hold(r), sqlgen.Compare(sqlgen.Le, t.col("rev"), i.col("rev")), has(t.col("body")), sqlgen.Not{X: changed}}}}
	superseded := exists("work_comments", later, append(of(later, sqlgen.Equal(later.col("comment_id"), v.col("comment_id"))),
		sqlgen.Compare(sqlgen.Gt, later.col("version"), v.col("version"))))
	at, seen := row{"x"}, oneOf(v.col("project_id"), x.visible.projects)
	if len(x.visible.areas) > 0 {
		seen = exists("work_revisions", at, sqlgen.All{sqlgen.Equal(at.col("org_id"), number(x.c.Org)), sqlgen.Equal(at.col("id"), v.col("item_id")),
			sqlgen.Equal(at.col("rev"), v.col("rev")), x.visible.hold(at)})
	}
	last := exists("work_comments", v, append(of(v, seen), sqlgen.Compare(sqlgen.Gt, v.col("version"), number(1)),
		sqlgen.Not{X: v.col("is_deleted")}, has(v.col("body")), sqlgen.Not{X: superseded}))
	return sqlgen.Any{first, last}
}

// compareTags looks for a whole tag.
func (x *search) compareTags(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	value := i.member(f.ID, sqlgen.Text) // "[3,14]"
	switch c.Op {
	case wiql.IsEmpty:
		return sqlgen.IsNull{X: value}, nil
	case wiql.Contains, wiql.ContainsWords:
	default:
		return nil, x.unsupported(f, c.Op.String())
	}
	name, err := x.text(f, c.Values[0])
	if err != nil {
		return nil, err
	}
	t := row{"t"}
	sel := &sqlgen.Select{Columns: []sqlgen.Column{{Expr: t.col("tag_id"), As: "tag_id"}}, From: sqlgen.Table{Name: "tags", Alias: "t"},
		Where: sqlgen.All{sqlgen.Equal(t.col("org_id"), number(x.c.Org)), oneOf(t.col("project_id"), x.visible.projects), sqlgen.Equal(t.col("name_key"), text(strings.ToLower(strings.TrimSpace(name))))}}
	ids, err := x.numbers("work.queryTags", sel)
	if err != nil {
		return nil, err
	}
	length := sqlgen.Binary{Op: sqlgen.Minus, Left: sqlgen.Call{Func: sqlgen.Length, Args: []sqlgen.Expr{value}}, Right: sqlgen.Int(2)}
	inner := sqlgen.Call{Func: sqlgen.Substring, Args: []sqlgen.Expr{value, sqlgen.Int(1), length}}
	list := concat(concat(text(","), inner), text(","))
	var found []sqlgen.Expr
	for _, id := range ids {
		found = append(found, sqlgen.Call{Func: sqlgen.Contains, Args: []sqlgen.Expr{list, text("," + itoa(id) + ",")}})
	}
	return anyOf(found), nil
}

func concat(a, b sqlgen.Expr) sqlgen.Expr {
	return sqlgen.Call{Func: sqlgen.Concat, Args: []sqlgen.Expr{a, b}}
}

// numbers runs a query for ids.
func (x *search) numbers(name string, sel *sqlgen.Select) (list []int64, err error) {
	err = x.each(name, sel, func(r *db.Rows) error {
		var n int64
		err := r.Scan(&n)
		list = append(list, n)
		return err
	})
	return list, err
}

// compareFields compares two fields of an item; two that are empty are equal. Dates are compared as moments.
func (x *search) compareFields(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	other, err := x.field(c.Values[0].Field)
	if err != nil {
		return nil, err
	}
	if c.Values[0].Field.Side != c.Field.Side {
		return nil, refuse("["+other.ReferenceName+"]", "Fields of both ends of a link cannot be compared.")
	}
	k := kindOf(f)
	op, ok := operator(c.Op)
	ordered := slices.Contains([]kind{numberKind, dateKind, stringKind}, k)
	if k != kindOf(other) || !ok || !ordered && (k != boolKind && k != userKind || c.Op != wiql.Equal) {
		return nil, refuse("["+other.ReferenceName+"]", "The fields cannot be compared.")
	}
	a, b := x.scalar(i, f), x.scalar(i, other)
	if k == stringKind {
		a, b = lower(a), lower(b)
	}
	if op == sqlgen.Eq {
		return sqlgen.Any{sqlgen.Equal(a, b), sqlgen.All{sqlgen.IsNull{X: a}, sqlgen.IsNull{X: b}}}, nil
	}
	return sqlgen.Compare(op, a, b), nil
}
