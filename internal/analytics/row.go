package analytics

import (
	"fmt"
	"strconv"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// block is a SELECT under construction. Its FROM grows when expressions follow navigations.
type block struct {
	b     *binder
	from  sqlgen.Source
	where sqlgen.All
	root  *row
	// key identifies a row of the block and orders rows that nothing else does; empty when there is only one row.
	key []*value
	// top is set for blocks of the answer's own rows, and of those expanded from them, which are read twice: paths from
	// them share project variables.
	top bool
	// expands are what expand(...) of $apply expands of the rows.
	expands []odata.ExpandItem
	// owner tells, in the block of an expanded collection, which row each of its rows belongs to.
	owner sqlgen.Expr
	place place // where the query can take a condition on the rows
}

// row is what names are looked up in: a row of an entity's table, or of a grouped result when typ is nil.
type row struct {
	block    *block
	typ      *edm.EntityType
	table    string
	alias    string
	day      string // of a snapshot: alias of its day
	optional bool   // reached by an outer join: may be missing
	keyName  string
	tie      sqlgen.Col // of a joined row: the column beside it that holds its key
	inScope  bool       // of a joined row: it has to lie in the project of the URL
	project  *projectVar
	path     string // from the root: "", "/Parent"
	// looked are the expansions that lead from the answer's rows to this one and that a check follows, see lookOutside.
	looked []*edm.Navigation

	branch sqlgen.Expr       // of the result of concat: which sequence a row is of; nil elsewhere
	names  []string          // of computed or grouped members, in order, as written
	values map[string]*value // computed or grouped values by folded name
	single map[string]*row   // joined rows, or nested grouped ones, by folded name
	parent *row              // of a nested grouped row
}

// entities is a block over all rows of an entity type. Conditions that hold in the scope are in it already.
func (b *binder) entities(t *edm.EntityType, at place) (*block, error) {
	k := &block{b: b, place: at}
	r := &row{block: k, typ: t, table: t.Table(), alias: b.alias()}
	k.root, k.from = r, r.source()
	if t.Daily() {
		b.everyDay(k)
	}
	if t.ProjectBound {
		r.project = b.newVar(r)
	}
	b.rowsBy[r.alias] = r
	if fence := b.fence(r); fence != nil {
		k.where = append(k.where, fence)
	}
	b.inScope(k)
	for _, name := range t.Order() {
		k.key = append(k.key, r.property(t.Property(name)))
	}
	return k, nil
}

// everyDay joins the days on which a revision is what the snapshot shows: from the day it was made to the day before the
// next revision, which leaves out those that were superseded on the same day.
func (b *binder) everyDay(k *block) {
	r := k.root
	r.day = b.alias()
	day := sqlgen.Col{Table: r.day, Name: "DateSK"}
	from, until := edm.SnapshotDays(r.table)
	end := sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{r.col(until), sqlgen.Int(99999999)}}
	k.from = sqlgen.Join{Left: k.from, Right: sqlgen.Table{Name: edm.DatesTable, Alias: r.day}, On: sqlgen.All{
		sqlgen.Compare(sqlgen.Ge, day, r.col(from)), sqlgen.Compare(sqlgen.Lt, day, end),
		b.untilToday(r)}}
}

// untilToday leaves out the days to come.
func (b *binder) untilToday(r *row) sqlgen.Expr {
	today, _ := strconv.ParseInt(b.scope.Now.In(b.scope.Location).Format("20060102"), 10, 64) // digits
	return sqlgen.Compare(sqlgen.Le, sqlgen.Col{Table: r.day, Name: "DateSK"}, sqlgen.Int(today))
}

// inScope adds the condition of a project URL to a block's root.
func (b *binder) inScope(k *block) {
	p, r := b.scope.Project, k.root
	switch {
	case p == nil:
		if r.typ.Name == "User" && !b.scope.readable.all { // people belong to no project that a filter could name
			r.project = b.newVar(r)
		}
	case r.typ.ProjectBound:
		k.where = append(k.where, b.ofProject(r))
	case r.typ.Name == "User":
		pu := b.alias()
		k.where = append(k.where, sqlgen.InSelect{X: r.col("UserSK"), Select: &sqlgen.Select{
			Columns: []sqlgen.Column{{Expr: sqlgen.Col{Table: pu, Name: "UserSK"}}},
			From:    sqlgen.Table{Name: edm.ProjectUsersTable, Alias: pu},
			Where:   sqlgen.Equal(sqlgen.Col{Table: pu, Name: "ProjectSK"}, sqlgen.Param{Value: p.ID, Type: sqlgen.Int64}),
		}})
	}
}

func (b *binder) ofProject(r *row) sqlgen.Expr {
	return sqlgen.Equal(r.col("ProjectSK"), sqlgen.Param{Value: b.scope.Project.ID, Type: sqlgen.Int64})
}

// source is the table of an entity's rows.
func (r *row) source() sqlgen.Source {
	if then := r.then(); then != nil {
		return then
	}
	return sqlgen.Table{Name: r.table, Alias: r.alias}
}

func (r *row) col(name string) sqlgen.Col {
	if column := edm.SnapshotDay(name); r.day != "" && column != "" {
		return sqlgen.Col{Table: r.day, Name: column}
	}
	if name == "ParentWorkItemId" && r.block.b.extensions.asOf != nil {
		name = parentThen
	}
	return sqlgen.Col{Table: r.alias, Name: name}
}

// property is the value of a property of an entity row.
func (r *row) property(p *edm.Property) *value {
	v := &value{typ: p.Type, key: p.Dimension(), name: p.Name, utc: p.Name == "AnalyticsUpdatedDate", property: true}
	if n, ok := edm.Constant(r.table, p.Name); ok {
		if p.Type.Kind == edm.Boolean {
			v.sql = r.whenPresent(sqlgen.Param{Value: n != 0, Type: sqlgen.Bool})
		} else {
			v.sql = r.whenPresent(sqlgen.Int(n))
		}
		return v
	}
	v.sql = r.col(p.Column())
	switch {
	case p.Name == "IsEnded":
		v.sql = r.whenPresent(sqlgen.IsTrue{X: sqlgen.Compare(sqlgen.Lt, r.col("EndDate"), r.block.b.param(r.block.b.scope.Now))})
	case r.project != nil && p.Name == "ProjectSK", r.typ.Name == "Project" && p.Name == "ProjectId":
		v.project = r.project
	case r.typ.Name == "Project" && p.Name == "ProjectName":
		v.project, v.projectKey = r.project, r.col("ProjectSK")
	case p.Type.Kind == edm.DateTimeOffset && p.Name != "RevisedDate": // its key is null where the date is the end of time
		if sk := r.typ.Property(p.Name + "SK"); sk != nil {
			v.dateSK = r.col(sk.Column())
		}
	}
	return v
}

// whenPresent is x for a row that exists.
func (r *row) whenPresent(x sqlgen.Expr) sqlgen.Expr {
	if !r.optional {
		return x
	}
	return sqlgen.Case{When: []sqlgen.When{{If: r.present(), Then: x}}}
}

// present is the condition that an optional row exists.
func (r *row) present() sqlgen.Expr { return sqlgen.Not{X: sqlgen.IsNull{X: r.col(r.keyName)}} }

// follow joins the row behind a single-valued navigation.
func (r *row) follow(n *edm.Navigation) (*row, error) {
	if next := r.single[strings.ToLower(n.Name)]; next != nil {
		return next, nil
	}
	r.block.b.warnings.traversed(n)
	next, err := r.join(n, false)
	if err != nil {
		return nil, err
	}
	r.setSingle(n.Name, next)
	return next, nil
}

func (r *row) setSingle(name string, next *row) {
	if r.single == nil {
		r.single = map[string]*row{}
	}
	r.single[strings.ToLower(name)] = next
}

// join joins the row behind a single-valued navigation anew, for an expression or for $expand.
func (r *row) join(n *edm.Navigation, expand bool) (*row, error) {
	b := r.block.b
	j, err := b.joinOf(r.typ, n)
	if err != nil {
		return nil, err
	}
	target := b.model.Target(n)
	next := &row{block: r.block, typ: target, table: target.Table(), alias: b.alias(), optional: true, keyName: j.To,
		path: r.path + "/" + n.Name}
	b.nextProject(r, next, n, expand)
	b.rowsBy[next.alias] = next
	next.tie, next.inScope = r.col(j.From), (n.CrossesProject || n.Moves()) && b.scope.Project != nil
	r.block.from = sqlgen.Join{Left: r.block.from, Right: next.source(), Outer: true, On: b.joined(next, next.tie)}
	return next, nil
}

// joined is the condition that a row is the one behind a navigation, whose key a column holds.
func (b *binder) joined(next *row, key sqlgen.Expr) sqlgen.Expr {
	on := sqlgen.Equal(next.col(next.keyName), key)
	if fence := b.fence(next); fence != nil {
		on = sqlgen.All{on, fence}
	}
	if next.inScope {
		on = sqlgen.All{on, b.ofProject(next)}
	}
	return on
}

// nextProject gives a row reached by a navigation its project variable. What is proven of a path from the answer's rows
// holds wherever the path is used; an expanded row has a variable of its own, because its $filter proves more.
func (b *binder) nextProject(r, next *row, n *edm.Navigation, expand bool) {
	switch {
	case !next.typ.ProjectBound:
	case n.Moves(): // the fence keeps to readable projects, and says nothing of the other end
		next.project = b.newVar(next)
		next.project.set = next.project.set.and(b.scope.readable)
	case r.project != nil && !n.CrossesProject:
		next.project = r.project
	case expand:
		next.project = b.newVar(next)
		if r.block.top {
			next.project.path = next.path
		}
	case r.block.top && b.byPath[next.path] != nil:
		next.project = b.byPath[next.path]
	default:
		next.project = b.newVar(next)
		if next.block.top {
			b.byPath[next.path] = next.project
		}
	}
}

// collection is a block over the rows behind a navigation, tied to the row it starts from by from = key. at is where the
// query can take a condition on them.
func (r *row) collection(n *edm.Navigation, at place) (k *block, from, key sqlgen.Col, err error) {
	b := r.block.b
	j, err := b.joinOf(r.typ, n)
	if err != nil {
		return nil, from, key, err
	}
	target := b.model.Target(n)
	k = &block{b: b, place: at}
	next := &row{block: k, typ: target, table: target.Table(), alias: b.alias(), path: r.path + "/" + n.Name}
	k.root = next
	b.nextProject(r, next, n, true)
	b.rowsBy[next.alias] = next
	k.from = next.source()
	if fence := b.fence(next); fence != nil {
		k.where = append(k.where, fence)
	}
	key = next.col(j.To)
	if j.Bridge != "" {
		bridge := b.alias()
		k.from = sqlgen.Join{Left: sqlgen.Table{Name: j.Bridge, Alias: bridge}, Right: k.from,
			On: sqlgen.Equal(key, sqlgen.Col{Table: bridge, Name: j.BridgeTo})}
		key = sqlgen.Col{Table: bridge, Name: j.BridgeFrom}
		if between := b.between(next, j, bridge); between != nil {
			k.where = append(k.where, between)
		}
	}
	if (n.CrossesProject || n.Moves()) && b.scope.Project != nil {
		k.where = append(k.where, b.ofProject(next))
	}
	for _, name := range target.Order() {
		k.key = append(k.key, next.property(target.Property(name)))
	}
	return k, r.col(j.From), key, nil
}

func notKept(n *edm.Navigation) error {
	return fault.QueryNotValid("VS403511: The specified query is not supported by Analytics").
		WithHint("no rows behind %s are kept here", n.Name)
}

// define adds a computed or grouped value.
func (r *row) define(name string, v *value) error {
	if r.values == nil {
		r.values = map[string]*value{}
	}
	folded := strings.ToLower(name)
	if r.values[folded] != nil || r.single[folded] != nil || r.typ != nil && (r.typ.Property(name) != nil || r.typ.Nav(name) != nil) {
		return fault.QueryNotValid("The name '%s' is already in use by another property", name).WithHint("choose another name after 'as'")
	}
	r.values[folded] = v
	r.names = append(r.names, name)
	return nil
}

// alias is a new table alias.
func (b *binder) alias() string {
	b.aliases++
	return fmt.Sprintf("t%d", b.aliases)
}

// selectColumns is the block as a SELECT of certain columns.
func (k *block) selectColumns(columns ...sqlgen.Column) *sqlgen.Select {
	s := &sqlgen.Select{Columns: columns, From: k.from}
	if len(k.where) > 0 {
		s.Where = k.where
	}
	return s
}
