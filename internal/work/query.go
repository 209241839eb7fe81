package work

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// MaxResults is how many results a query may have unless it says otherwise. documented: limits of work tracking.
const MaxResults = 20000

// Query is a question in WIQL.
type Query struct {
	Text          string
	Project       string // sets @Project, "" for none
	Team          string // of the project; sets @CurrentIteration and @TeamAreas
	Top           int    // cuts the result; 0 for all of it
	TimePrecision bool   // compare moments, not days
	Limit         int    // of results, beyond which there are too many; 0 for MaxResults
}

// QueryType is the shape of a result.
type QueryType string

// The shapes, in the wire's spelling.
const (
	Flat   QueryType = "flat"
	OneHop QueryType = "oneHop"
	Tree   QueryType = "tree"
)

// QueryResult is which work items answer a query.
type QueryResult struct {
	QueryShape
	AsOf    time.Time
	Project *project.Project // named by the question
	IDs     []int64          // of a flat query
	Links   []QueryLink      // of the others: depth first
}

// QueryShape is what a query asks for.
type QueryShape struct {
	Type    QueryType
	Columns []*project.Field
	Sort    []SortColumn
}

// SortColumn is a key of the order.
type SortColumn struct {
	Field *project.Field
	Desc  bool
}

// QueryLink is a link in a result, or a work item at its top: then Rel is "" and Source is 0.
type QueryLink struct {
	Rel            string
	Source, Target int64
}

// Query finds work items. Only those that the caller can read are found, and only those decide about others. Faults:
// project or team not found, a statement that cannot be read, too many results.
func (s *Items) Query(ctx context.Context, c *access.Caller, q Query) (result *QueryResult, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		x, err := s.search(tx, c, q)
		if err != nil {
			return err
		}
		result, err = x.run(q.Top)
		return err
	})
	return result, err
}

// search is a query while it is answered.
type search struct {
	tx      *db.Tx
	e       *environment
	c       *access.Caller
	q       *wiql.Query
	project *project.Project
	team    *project.Team
	precise bool
	zone    *time.Location
	asOf    *time.Time // nil for now
	visible places
	held    map[*project.Board][]*holding // as far as asked for
	limit   int
}

// search reads a statement and what it stands on.
func (s *Items) search(tx *db.Tx, c *access.Caller, q Query) (*search, error) {
	e, err := s.environment(tx, c)
	if err != nil {
		return nil, err
	}
	x := &search{tx: tx, e: e, c: c, precise: q.TimePrecision, zone: e.catalog.Organization.Location, limit: cmp.Or(q.Limit, MaxResults), held: map[*project.Board][]*holding{}}
	if q.Project != "" {
		if x.project, err = readable(e.catalog, c, q.Project); err != nil {
			return nil, err
		}
	}
	if q.Team != "" {
		if x.team = x.project.FindTeam(q.Team); x.team == nil {
			return nil, fault.TeamNotFound(q.Team)
		}
	}
	x.visible = e.places()
	if x.q, err = wiql.Parse(q.Text); err != nil {
		return nil, invalidQuery(err)
	}
	if x.q.AsOf != nil {
		at, _, err := x.date(*x.q.AsOf, true)
		if err != nil {
			return nil, err
		}
		if at.Before(e.now) {
			x.asOf = &at
		}
	}
	return x, nil
}

// invalidQuery turns an error of the language into a fault.
func invalidQuery(err error) error {
	if e, ok := errors.AsType[*wiql.Error](err); ok {
		return fault.QueryInvalid(e.Error())
	}
	return err
}

// refuse blames a part of the statement.
func refuse(near, format string, args ...any) error {
	return fault.QueryInvalid(fmt.Sprintf(format, args...) + " The error is caused by «" + near + "».")
}

// run answers the query.
func (x *search) run(top int) (*QueryResult, error) {
	shape, err := x.shape()
	if err != nil {
		return nil, err
	}
	r := &QueryResult{QueryShape: *shape, AsOf: x.e.now, Project: x.project}
	if x.asOf != nil {
		r.AsOf = *x.asOf
	}
	n := x.limit + 1
	if top > 0 && top <= x.limit {
		n = top
	}
	switch shape.Type {
	case Flat:
		r.IDs, err = x.flat(n)
	case OneHop:
		r.Links, err = x.oneHop(n)
	default:
		r.Links, err = x.tree(n)
	}
	if err != nil {
		return nil, err
	}
	if len(r.IDs) > x.limit || len(r.Links) > x.limit {
		return nil, fault.QuerySize(x.limit)
	}
	return r, nil
}

// shape resolves columns and order.
func (x *search) shape() (*QueryShape, error) {
	shape := &QueryShape{Type: Flat}
	switch {
	case x.q.Links && (x.q.Mode == wiql.Recursive || x.q.Mode == wiql.ReturnMatchingChildren):
		shape.Type = Tree
	case x.q.Links:
		shape.Type = OneHop
	}
	for _, c := range x.q.Columns {
		if c.Name == "*" {
			c.Name = "System.Id"
		}
		f := x.e.catalog.FindField(c.Name)
		if f == nil || f.Deleted || !x.mayName(f) {
			return nil, fault.QueryField(c.Name)
		}
		if !slices.Contains(shape.Columns, f) {
			shape.Columns = append(shape.Columns, f)
		}
	}
	for _, o := range x.q.OrderBy {
		f, err := x.field(o.Field)
		if err != nil {
			return nil, err
		}
		if _, err := x.key(row{"item"}, f, 0); err != nil {
			return nil, err
		}
		shape.Sort = append(shape.Sort, SortColumn{f, o.Desc})
	}
	return shape, nil
}

// flat finds up to n work items.
func (x *search) flat(n int) ([]int64, error) {
	i := row{"item"}
	where, err := x.where(i, x.q.Where)
	if err != nil {
		return nil, err
	}
	return x.ids(i, where, wiql.NoSide, n)
}

// ids selects work items in the order of the query; n is the most, 0 for no limit.
func (x *search) ids(i row, where sqlgen.Expr, side wiql.Side, n int) ([]int64, error) {
	sel, err := x.selection(i, where, side)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		sel.Limit = number(int64(n))
	}
	return x.numbers("work.query", sel)
}

// selection is the statement for the ids of work items in the order of the query.
func (x *search) selection(i row, where sqlgen.Expr, side wiql.Side) (*sqlgen.Select, error) {
	from, order, err := x.order(i, x.base(i), side)
	return &sqlgen.Select{Columns: []sqlgen.Column{{Expr: i.col("id"), As: "id"}}, From: from, Where: where, OrderBy: order}, err
}

// each runs a built query.
func (x *search) each(name string, sel *sqlgen.Select, scan func(*db.Rows) error) error {
	rows, err := x.tx.Select(name, sel)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// row is a table of revisions under an alias: present work items, those of a moment, or all revisions.
type row struct{ alias string }

func (i row) col(name string) sqlgen.Expr { return sqlgen.Col{Table: i.alias, Name: name} }

// member is a stored field.
func (i row) member(id project.FieldID, t sqlgen.Type) sqlgen.Expr {
	return sqlgen.Member{X: i.col("fields"), Name: itoa(int64(id)), Type: t}
}

// base is the work items as the query sees them: as they are, or as they were at a moment.
func (x *search) base(i row) sqlgen.Source {
	if x.asOf == nil {
		return sqlgen.Table{Name: "work_items", Alias: i.alias}
	}
	past := row{"r"}
	var columns []sqlgen.Column
	for _, name := range []string{"org_id", "id", "project_id", "rev", "watermark", "type", "changed_at", "fields"} {
		columns = append(columns, sqlgen.Column{Expr: past.col(name), As: name})
	}
	columns = append(columns, sqlgen.Column{Expr: sqlgen.Col{Table: "c", Name: "is_deleted"}, As: "is_deleted"})
	later := &sqlgen.Select{Columns: []sqlgen.Column{{Expr: sqlgen.Int(1)}}, From: sqlgen.Table{Name: "work_revisions", Alias: "n"}, Where: sqlgen.All{
		sqlgen.Equal(sqlgen.Col{Table: "n", Name: "org_id"}, past.col("org_id")), sqlgen.Equal(sqlgen.Col{Table: "n", Name: "id"}, past.col("id")),
		sqlgen.Equal(sqlgen.Col{Table: "n", Name: "rev"}, sqlgen.Binary{Op: sqlgen.Add, Left: past.col("rev"), Right: sqlgen.Int(1)}),
		sqlgen.Compare(sqlgen.Le, sqlgen.Col{Table: "n", Name: "changed_at"}, moment(*x.asOf))}}
	return sqlgen.Sub{Alias: i.alias, Select: &sqlgen.Select{
		Columns: columns,
		From: sqlgen.Join{Left: sqlgen.Table{Name: "work_revisions", Alias: "r"}, Right: sqlgen.Table{Name: "work_items", Alias: "c"},
			On: sqlgen.All{sqlgen.Equal(sqlgen.Col{Table: "c", Name: "org_id"}, past.col("org_id")), sqlgen.Equal(sqlgen.Col{Table: "c", Name: "id"}, past.col("id"))}},
		Where: sqlgen.All{sqlgen.Equal(past.col("org_id"), number(x.c.Org)), sqlgen.Compare(sqlgen.Le, past.col("changed_at"), moment(*x.asOf)),
			sqlgen.Not{X: sqlgen.Exists{Select: later}}, not(past.member(project.FieldIsDeleted, sqlgen.Bool)), x.visible.hold(row{"c"})},
	}}
}

// where is a condition on the rows of base, with those that every query has.
func (x *search) where(i row, condition wiql.Expr) (sqlgen.Expr, error) {
	all := sqlgen.All{sqlgen.Equal(i.col("org_id"), number(x.c.Org)), sqlgen.Not{X: i.col("is_deleted")}, x.visible.hold(i)}
	if condition == nil {
		return all, nil
	}
	own, err := x.condition(i, condition)
	if err != nil {
		return nil, err
	}
	return append(all, own), nil
}

// The small pieces of conditions.
func number(n int64) sqlgen.Expr     { return sqlgen.Param{Value: n, Type: sqlgen.Int64} }
func text(s string) sqlgen.Expr      { return sqlgen.Param{Value: s, Type: sqlgen.Text} }
func moment(t time.Time) sqlgen.Expr { return number(t.UnixMicro()) }

// not holds where a condition does not, be it false or unknown: what is empty is not equal to anything.
func not(condition sqlgen.Expr) sqlgen.Expr { return sqlgen.Not{X: sqlgen.IsTrue{X: condition}} }

// maxListed is how many values of a list are written one by one; databases estimate those best.
const maxListed = 16

// oneOf holds where a number is one of a list.
func oneOf(n sqlgen.Expr, list []int64) sqlgen.Expr {
	switch {
	case len(list) == 1:
		return sqlgen.Equal(n, number(list[0]))
	case len(list) > maxListed:
		return sqlgen.InArray{X: n, List: sqlgen.Param{Value: list, Type: sqlgen.Int64List}}
	}
	in := sqlgen.In{X: n}
	for _, id := range list {
		in.List = append(in.List, number(id))
	}
	return in
}

// anyOf is a disjunction of any length: databases limit how deep expressions are nested, and read chains as such.
func anyOf(list []sqlgen.Expr) sqlgen.Expr {
	return balanced(list, func(p []sqlgen.Expr) sqlgen.Expr { return sqlgen.Any(p) })
}

func allOf(list []sqlgen.Expr) sqlgen.Expr {
	return balanced(list, func(p []sqlgen.Expr) sqlgen.Expr { return sqlgen.All(p) })
}

func balanced(list []sqlgen.Expr, join func([]sqlgen.Expr) sqlgen.Expr) sqlgen.Expr {
	const width = 32
	for len(list) > width {
		var upper []sqlgen.Expr
		for part := range slices.Chunk(list, width) {
			upper = append(upper, join(part))
		}
		list = upper
	}
	return join(list)
}
