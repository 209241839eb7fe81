package analytics

import (
	"slices"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/sqlgen"
)

// restriction maps project variables to the sets their rows must lie in where a condition holds. A variable that is not
// listed is not restricted.
type restriction map[*projectVar]projectSet

// projectVar is the unknown project of a row. Relations that lie in the same project by construction share one: a work
// item, its area, its iteration and its tags; a parent has its own.
type projectVar struct {
	set   projectSet      // proven so far
	typ   *edm.EntityType // of the rows
	name  string          // path from the rows that the query is about, "" for those
	owner *block          // whose rows it is of
	at    place           // where a condition would prove it
	path  string          // of an expanded row: what is proven of this path from the answer's rows holds, too
	// atRunTime is set when rows outside the proven projects are looked for before the query runs, see check.
	atRunTime bool
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

// newVar makes the project variable of a row that is not known to share another's.
func (b *binder) newVar(r *row) *projectVar {
	v := &projectVar{set: everyProject(), typ: r.typ, name: strings.TrimPrefix(r.path, "/"), owner: r.block, at: r.location()}
	if b.scope.Project != nil {
		v.set = onlyProject(b.scope.Project.ID)
	}
	b.vars = append(b.vars, v)
	return v
}

// refusal is a query that is not proven to stay inside the projects that the caller can read.
type refusal struct {
	error
	of *projectVar // what is not proven
	by *binder     // nil when the query was compiled, and refused because of its rows
}

// Unwrap returns the fault.
func (r *refusal) Unwrap() error { return r.error }

func refuse(v *projectVar, by *binder) error { return &refusal{fault.ProjectAccess(v.typ.Set), v, by} }

// prove refuses a query unless every relation lies in projects the caller can read. Rows that are looked for when the
// query runs need not be, where the query itself keeps them out.
func (b *binder) prove() error {
	for _, v := range b.vars {
		if along := b.byPath[v.path]; along != nil {
			v.set = v.set.and(along.set)
		}
		if !v.atRunTime && !v.set.within(b.scope.readable) {
			return refuse(v, b)
		}
	}
	b.checks = slices.DeleteFunc(b.checks, func(c check) bool { return c.of.set.within(b.scope.readable) })
	return nil
}

// fence is the condition that a row lies in a project the caller can read. What the query's own conditions prove makes it
// superfluous; it is there so that no row of another project takes part even where the proof is wrong, or where the
// database computes something before those conditions hold. nil when nothing has to be kept out.
func (b *binder) fence(r *row) sqlgen.Expr {
	if b.scope.Project != nil || b.scope.readable.all || b.unfenced || !r.typ.ProjectBound {
		return nil
	}
	ids := b.scope.readable.list()
	list := make([]sqlgen.Expr, len(ids))
	for i, id := range ids {
		list[i] = b.param(id)
	}
	return sqlgen.In{X: r.col("ProjectSK"), List: list}
}

// between is the condition that a descendant hangs together with its ancestor by items the caller can read: else those
// between them, which cannot be seen, would show. nil when nothing has to be kept out.
func (b *binder) between(descendant *row, j edm.Join, bridge string) sqlgen.Expr {
	if j.Bridge != edm.DescendantsTable || b.scope.readable.all || b.unfenced {
		return nil
	}
	above, below, item := b.alias(), b.alias(), b.alias()
	col := func(table, name string) sqlgen.Col { return sqlgen.Col{Table: table, Name: name} }
	ids := sqlgen.Param{Value: b.scope.readable.list(), Type: sqlgen.Int64List}
	return sqlgen.Not{X: sqlgen.Exists{Select: &sqlgen.Select{
		Columns: []sqlgen.Column{{Expr: sqlgen.Int(1)}},
		From: sqlgen.Join{Right: sqlgen.Table{Name: edm.ItemsTable, Alias: item}, On: sqlgen.Equal(col(item, "WorkItemId"), col(above, j.BridgeTo)),
			Left: sqlgen.Join{Left: sqlgen.Table{Name: j.Bridge, Alias: above}, Right: sqlgen.Table{Name: j.Bridge, Alias: below},
				On: sqlgen.Equal(col(below, j.BridgeFrom), col(above, j.BridgeTo))}},
		Where: sqlgen.All{sqlgen.Equal(col(above, j.BridgeFrom), col(bridge, j.BridgeFrom)), sqlgen.Equal(col(below, j.BridgeTo), descendant.col(j.To)),
			sqlgen.Not{X: sqlgen.InArray{X: col(item, "ProjectSK"), List: ids}}},
	}}}
}

// guarded computes x, which can fail, only for rows inside the fence: an error would tell of the others.
func (b *binder) guarded(x sqlgen.Expr) sqlgen.Expr {
	var inside sqlgen.All
	for _, alias := range tablesOf(x) {
		if r := b.rowsBy[alias]; r != nil {
			if fence := b.fence(r); fence != nil {
				inside = append(inside, sqlgen.Any{fence, sqlgen.IsNull{X: r.col("ProjectSK")}})
			}
		}
	}
	if len(inside) == 0 {
		return x
	}
	return sqlgen.Case{When: []sqlgen.When{{If: inside, Then: x}}}
}

// outside is the condition that a row lies in a project the caller cannot read.
func (b *binder) outside(r *row) sqlgen.Expr {
	ids := b.scope.readable.list()
	return sqlgen.Not{X: sqlgen.InArray{X: r.col("ProjectSK"), List: sqlgen.Param{Value: ids, Type: sqlgen.Int64List}}}
}
