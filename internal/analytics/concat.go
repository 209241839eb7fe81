package analytics

import (
	"maps"
	"slices"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// maxSequences bounds the sequences of a concat and the levels of a rollup.
const maxSequences = 64

// concat answers the rows of several sequences of steps over the same rows, one sequence after the other. Each row has
// the members of its own sequence only.
func (b *binder) concat(k *block, sequences [][]odata.Transformation) (*block, error) {
	if len(sequences) > maxSequences {
		return nil, fault.QueryNotValid("concat or rollup has more than %d sequences", maxSequences)
	}
	u := &union{b: b}
	proven, before := b.alternatives(), b.whole
	for _, steps := range sequences {
		branch, err := b.apply(k.fork(), steps)
		if err != nil {
			return nil, err
		}
		proven.next()
		if b.whole != before {
			return nil, fault.QueryNotValid("concat and rollup inside $expand cannot aggregate all rows into one").
				WithHint("leave out the sequence that only aggregates, or $all")
		}
		if err := u.add(branch); err != nil {
			return nil, err
		}
	}
	proven.end()
	return u.block()
}

// rollup is groupby with members that are left out one after the other, as the groupings it stands for: first with all of
// them.
func (b *binder) rollup(k *block, step *odata.GroupBy) (*block, error) {
	if !b.extensions.language {
		return nil, b.extension("rollup", "or send one query for each level")
	}
	levels := [][]odata.GroupMember{nil}
	for _, m := range step.Members {
		choices := [][]odata.GroupMember{{m}}
		if m.Rollup != nil {
			choices = rollupLevels(m.Rollup)
		}
		var more [][]odata.GroupMember
		for _, level := range levels {
			for _, c := range choices {
				more = append(more, slices.Concat(level, c))
			}
		}
		if levels = more; len(levels) > maxSequences {
			return nil, fault.QueryNotValid("concat or rollup has more than %d sequences", maxSequences)
		}
	}
	var sequences [][]odata.Transformation
	for _, members := range levels {
		switch {
		case len(members) > 0:
			sequences = append(sequences, []odata.Transformation{&odata.GroupBy{Members: members, Apply: step.Apply, Pos: step.Pos}})
		case len(step.Apply) > 0:
			sequences = append(sequences, step.Apply)
		}
	}
	if len(sequences) == 0 {
		return nil, fault.QueryNotValid("rollup has no member to group by, and nothing is aggregated")
	}
	return b.concat(k, sequences)
}

// rollupLevels are the members of a rollup: all, all but the last, down to the first; with $all none, too.
func rollupLevels(members []odata.GroupMember) (levels [][]odata.GroupMember) {
	all := members[0].All
	if all {
		members = members[1:]
	}
	for n := len(members); n > 0; n-- {
		levels = append(levels, members[:n])
	}
	if all {
		levels = append(levels, nil)
	}
	return levels
}

// alternatives keeps apart what several sequences prove of the same rows: together they prove only what each does.
type alternatives struct {
	b      *binder
	vars   []*projectVar
	before []projectSet
	after  []projectSet
	byPath map[string]*projectVar
}

func (b *binder) alternatives() *alternatives {
	a := &alternatives{b: b, vars: slices.Clone(b.vars), byPath: maps.Clone(b.byPath)}
	for _, v := range a.vars {
		a.before, a.after = append(a.before, v.set), append(a.after, noProjects())
	}
	return a
}

// next ends a sequence.
func (a *alternatives) next() {
	for i, v := range a.vars {
		a.after[i], v.set = a.after[i].or(v.set), a.before[i]
	}
	a.b.byPath = maps.Clone(a.byPath)
}

func (a *alternatives) end() {
	for i, v := range a.vars {
		v.set = a.after[i]
	}
}

// fork is a block over the same rows that can grow on its own, with what was computed and grouped before.
func (k *block) fork() *block {
	c := *k
	c.where = k.where[:len(k.where):len(k.where)]
	c.root = k.root.fork(&c)
	return &c
}

func (r *row) fork(k *block) *row {
	n := *r
	n.block, n.names, n.values, n.single = k, slices.Clone(r.names), maps.Clone(r.values), nil
	for name, nested := range r.single {
		if r.typ != nil {
			break // joined rows are joined again
		}
		inner := nested.fork(k)
		inner.parent = &n
		n.setSingle(name, inner)
	}
	return &n
}

// union is the rows of several blocks as one block.
type union struct {
	b        *binder
	branches []*block
	columns  []*unionColumn
}

// unionColumn is what blocks have under one path, by block.
type unionColumn struct {
	path   []string
	values map[int]*value
}

func (u *union) add(branch *block) error {
	if len(branch.expands) > 0 {
		return fault.QueryNotValid("Rows that are concatenated cannot be expanded").WithHint("leave expand(...) out of concat")
	}
	at := len(u.branches)
	u.branches = append(u.branches, branch)
	for _, leaf := range branch.root.leaves(nil) {
		path := strings.ToLower(strings.Join(leaf.path, "/"))
		i := slices.IndexFunc(u.columns, func(c *unionColumn) bool { return strings.ToLower(strings.Join(c.path, "/")) == path })
		if i < 0 {
			i = len(u.columns)
			u.columns = append(u.columns, &unionColumn{path: leaf.path, values: map[int]*value{}})
		}
		u.columns[i].values[at] = leaf.value
	}
	if len(u.columns) > maxColumns {
		return fault.TooManyColumns(len(u.columns), maxColumns)
	}
	return nil
}

// leaves are the values of a row with the paths they stand under.
func (r *row) leaves(path []string) (list []groupKey) {
	under := func(name string) []string { return append(path[:len(path):len(path)], name) }
	if r.typ != nil {
		for i := range r.typ.Properties {
			p := &r.typ.Properties[i]
			list = append(list, groupKey{under(p.Name), r.property(p)})
		}
	}
	for _, name := range r.names {
		if nested := r.single[strings.ToLower(name)]; nested != nil && r.typ == nil {
			list = append(list, nested.leaves(under(name))...)
			continue
		}
		list = append(list, groupKey{under(name), r.values[strings.ToLower(name)]})
	}
	return list
}

// block joins the branches with UNION ALL. Beside the named columns there are the number of the branch, its keys, by which
// rows are ordered, and the owner of the rows of a collection.
func (u *union) block() (*block, error) {
	alias := u.b.alias()
	out := u.b.grouping(alias)
	out.owner = u.owner(alias)
	selects := make([]*sqlgen.Select, len(u.branches))
	for i, branch := range u.branches {
		selects[i] = branch.selectColumns(sqlgen.Column{Expr: sqlgen.Cast{X: sqlgen.Int(i), To: sqlgen.Int64}, As: branchColumn})
		if out.owner != nil {
			selects[i].Columns = append(selects[i].Columns, sqlgen.Column{Expr: branch.owner, As: ownerColumn})
		}
	}
	number := sqlgen.Col{Table: alias, Name: branchColumn}
	out.root.branch = number
	out.key = append(out.key, &value{sql: number, typ: edm.Type{Kind: edm.Int64}})
	column := func(typ *value, values func(i int) sqlgen.Expr) sqlgen.Col {
		name := columnName(len(selects[0].Columns))
		for i, s := range selects {
			s.Columns = append(s.Columns, sqlgen.Column{Expr: sqlgen.Cast{X: values(i), To: storedType(typ)}, As: name})
		}
		return sqlgen.Col{Table: alias, Name: name}
	}
	for at, branch := range u.branches {
		for _, key := range branch.key {
			k := *key
			k.sql = column(key, func(i int) sqlgen.Expr {
				if i == at {
					return key.sql
				}
				return sqlgen.Param{Type: storedType(key)}
			})
			out.key = append(out.key, &k)
		}
	}
	for _, c := range u.columns {
		v, err := c.common()
		if err != nil {
			return nil, err
		}
		for i := range u.branches {
			if c.values[i] != nil {
				v.branches |= 1 << i
			}
		}
		v.sql = column(v, func(i int) sqlgen.Expr {
			switch x := c.values[i]; {
			case x == nil:
				return sqlgen.Param{Type: storedType(v)}
			case v.key == nil:
				return u.b.guidOf(x)
			default:
				return x.sql
			}
		})
		if err := out.root.place(c.path, v); err != nil {
			return nil, err
		}
	}
	selects[0].Union = selects[1:]
	out.from = sqlgen.Sub{Select: selects[0], Alias: alias}
	return out, nil
}

const (
	branchColumn = "branch"
	ownerColumn  = "owner"
)

func (u *union) owner(alias string) sqlgen.Expr {
	if u.branches[0].owner == nil {
		return nil
	}
	return sqlgen.Col{Table: alias, Name: ownerColumn}
}

// common is a value of the type that the values of a column have in common.
func (c *unionColumn) common() (*value, error) {
	var v *value
	for _, i := range slices.Sorted(maps.Keys(c.values)) {
		x := c.values[i]
		switch {
		case v == nil:
			v = &value{typ: x.typ, key: x.key, utc: x.utc, name: x.name, property: true}
		case v.typ == x.typ:
			if v.key != x.key {
				v.key = nil
			}
			v.utc = v.utc && x.utc
		case v.isInteger() && x.isInteger():
			v.typ = edm.Type{Kind: edm.Int64}
		case v.isNumber() && x.isNumber():
			v.typ = edm.Type{Kind: edm.Double}
		default:
			return nil, fault.QueryNotValid("'%s' is of type '%s' in one sequence of concat and of type '%s' in another", strings.Join(c.path, "/"), v.typ, x.typ).
				WithHint("give them different names")
		}
	}
	return v, nil
}

// storedType is the SQL type of a value's column.
func storedType(v *value) sqlgen.Type {
	if v.key != nil || v.isInteger() {
		return sqlgen.Int64
	}
	return typedNull(v.typ.Kind).Type
}
