package work

import (
	"cmp"
	"slices"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// kind tells how the values of a field are kept and compared.
type kind uint8

const (
	numberKind   kind = iota // integers and doubles
	dateKind                 // microseconds
	boolKind                 //
	stringKind               //
	userKind                 // ids of users
	textKind                 // long texts, apart from the revisions
	historyKind              // comments
	tagsKind                 //
	pathKind                 // ids of nodes
	nodeNameKind             // what follows from the id of a node
	projectKind              // ids of projects
	boardKind                // places on boards, which follow from other fields
)

func kindOf(f *project.Field) kind {
	if _, ok := partOf(f); ok {
		return boardKind
	}
	switch {
	case f.ID == project.FieldTeamProject:
		return projectKind
	case f.ID == project.FieldTags:
		return tagsKind
	case f.ID == project.FieldNodeName, isLevel(f.ID, project.FieldAreaLevel1), isLevel(f.ID, project.FieldIterationLevel1):
		return nodeNameKind
	case f.Identity:
		return userKind
	}
	switch f.Type {
	case project.Integer, project.Double:
		return numberKind
	case project.DateTime:
		return dateKind
	case project.Boolean:
		return boolKind
	case project.HTML, project.PlainText:
		return textKind
	case project.History:
		return historyKind
	case project.TreePath:
		return pathKind
	}
	return stringKind
}

// isLevel reports whether a field is one of the seven that begin with first.
func isLevel(id, first project.FieldID) bool { return id >= first && id < first+7 }

// field finds the field that a statement names.
func (x *search) field(named wiql.Field) (*project.Field, error) {
	f := x.e.catalog.FindField(named.Name)
	if f == nil || f.Deleted || !x.mayName(f) {
		return nil, fault.QueryField(named.Name)
	}
	if f.Internal && f.ID != project.FieldPersonID {
		return nil, refuse("["+named.Name+"]", "The field cannot be used in the conditions or the order of a query.")
	}
	return f, nil
}

// scalar is the value of a field that has one of its own: a number, a date, a boolean, a string or a user.
func (x *search) scalar(i row, f *project.Field) sqlgen.Expr {
	switch f.ID {
	case project.FieldWorkItemID:
		return i.col("id")
	case project.FieldRev:
		return i.col("rev")
	case project.FieldWatermark:
		return i.col("watermark")
	case project.FieldWorkItemType:
		return i.col("type")
	case project.FieldChangedDate, project.FieldAuthorizedDate:
		return i.col("changed_at")
	case project.FieldRevisedDate:
		return moment(neverRevised)
	case project.FieldAuthorizedAs, project.FieldPersonID:
		return i.member(project.FieldChangedBy, sqlgen.Int64)
	case project.FieldIsDeleted:
		return sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{i.member(f.ID, sqlgen.Bool), sqlgen.Param{Value: false, Type: sqlgen.Bool}}}
	case project.FieldCommentCount:
		return sqlgen.Call{Func: sqlgen.Coalesce, Args: []sqlgen.Expr{i.member(f.ID, sqlgen.Int64), number(0)}}
	case project.FieldParent:
		return x.linked(i, "work_links", sqlgen.Aggregate{Func: sqlgen.Max, Arg: sqlgen.Col{Table: "l", Name: "other_id"}}, parentLink)
	case project.FieldRelatedLinkCount:
		return x.linked(i, "work_links", sqlgen.Aggregate{Func: sqlgen.Count})
	case project.FieldExternalLinkCount:
		return x.linked(i, "work_resources", sqlgen.Aggregate{Func: sqlgen.Count}, "ArtifactLink")
	case project.FieldHyperLinkCount:
		return x.linked(i, "work_resources", sqlgen.Aggregate{Func: sqlgen.Count}, "Hyperlink")
	case project.FieldAttachedFileCount:
		return x.linked(i, "work_resources", sqlgen.Aggregate{Func: sqlgen.Count}, "AttachedFile")
	case project.FieldRemoteLinkCount:
		return number(0)
	}
	t := sqlgen.Text
	switch {
	case f.Identity, f.Type == project.Integer, f.Type == project.DateTime:
		t = sqlgen.Int64
	case f.Type == project.Double:
		t = sqlgen.Double
	case f.Type == project.Boolean:
		t = sqlgen.Bool
	}
	return i.member(f.ID, t)
}

// linked is an aggregate over the links of an item, of one type or of all.
func (x *search) linked(i row, table string, value sqlgen.Expr, rels ...string) sqlgen.Expr {
	l := row{"l"}
	where := sqlgen.All{sqlgen.Equal(l.col("org_id"), number(x.c.Org)), sqlgen.Equal(l.col("item_id"), i.col("id")), x.linkLives(l)}
	for _, rel := range rels {
		where = append(where, sqlgen.Equal(l.col("rel"), text(rel)))
	}
	if table == "work_links" {
		where = append(where, x.otherLives(l))
	}
	return sqlgen.Scalar{Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: value}}, From: sqlgen.Table{Name: table, Alias: "l"}, Where: where}}
}

// linkLives holds for links there are, or were at the moment of the query.
func (x *search) linkLives(l row) sqlgen.Expr {
	if x.asOf == nil {
		return sqlgen.IsNull{X: l.col("deleted_at")}
	}
	return sqlgen.All{sqlgen.Compare(sqlgen.Le, l.col("created_at"), moment(*x.asOf)),
		sqlgen.Any{sqlgen.IsNull{X: l.col("deleted_at")}, sqlgen.Compare(sqlgen.Gt, l.col("deleted_at"), moment(*x.asOf))}}
}

// otherLives holds for links to items that are not in the recycle bin.
func (x *search) otherLives(l row) sqlgen.Expr {
	o := row{"o"}
	return sqlgen.Not{X: sqlgen.Exists{Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: sqlgen.Int(1)}}, From: sqlgen.Table{Name: "work_items", Alias: "o"},
		Where: sqlgen.All{sqlgen.Equal(o.col("org_id"), number(x.c.Org)), sqlgen.Equal(o.col("id"), l.col("other_id")), o.col("is_deleted")}}}}
}

// node is the id of the node that decides about a field.
func (x *search) node(i row, f *project.Field) (id sqlgen.Expr, of project.NodeKind) {
	if f.ID == project.FieldIterationPath || isLevel(f.ID, project.FieldIterationLevel1) {
		return i.member(project.FieldIterationID, sqlgen.Int64), project.IterationNode
	}
	return i.member(project.FieldAreaID, sqlgen.Int64), project.AreaNode
}

// order adds to a source what the order needs, and returns the keys: those of the query for a side, then the id.
func (x *search) order(i row, from sqlgen.Source, side wiql.Side) (sqlgen.Source, []sqlgen.Order, error) {
	var keys []sqlgen.Order
	for n, o := range x.q.OrderBy {
		if side != wiql.NoSide && o.Field.Side != wiql.NoSide && o.Field.Side != side {
			continue
		}
		f, err := x.field(o.Field)
		if err != nil {
			return nil, nil, err
		}
		k, err := x.key(i, f, n)
		if err != nil {
			return nil, nil, err
		}
		if k.ranks != nil {
			from = sqlgen.Join{Left: from, Right: *k.ranks, Outer: true, On: k.on}
		}
		keys = append(keys, sqlgen.Order{Expr: k.value, Desc: o.Desc})
	}
	return from, append(keys, sqlgen.Order{Expr: i.col("id")}), nil
}

// key is what rows are ordered by: a value, which may come from a list of ids in order.
type key struct {
	value sqlgen.Expr
	ranks *sqlgen.Unnest
	on    sqlgen.Expr
}

// key of a field; n tells the keys of a query apart.
func (x *search) key(i row, f *project.Field, n int) (k key, err error) {
	ranked := func(id sqlgen.Expr, ids []int64) key {
		alias := "k" + itoa(int64(n))
		return key{value: sqlgen.Col{Table: alias, Name: "position"},
			ranks: &sqlgen.Unnest{List: sqlgen.Param{Value: ids, Type: sqlgen.Int64List}, Alias: alias},
			on:    sqlgen.Equal(sqlgen.Col{Table: alias, Name: "value"}, id)}
	}
	switch kindOf(f) {
	case textKind, historyKind, tagsKind, nodeNameKind:
		return k, refuse("["+f.ReferenceName+"]", "The field cannot be used in ORDER BY.")
	case boardKind:
		return key{value: x.boardKey(i, f)}, nil
	case userKind:
		u := row{"u"}
		return key{value: sqlgen.Scalar{Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: lower(u.col("display_name"))}}, From: sqlgen.Table{Name: "users", Alias: "u"},
			Where: sqlgen.All{sqlgen.Equal(u.col("org_id"), number(x.c.Org)), sqlgen.Equal(u.col("user_id"), x.scalar(i, f))}}}}, nil
	case stringKind:
		return key{value: lower(x.scalar(i, f))}, nil
	case projectKind:
		all := slices.Clone(x.e.catalog.Projects)
		slices.SortFunc(all, func(a, b *project.Project) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
		ids := make([]int64, len(all))
		for n, p := range all {
			ids[n] = p.ID
		}
		return ranked(i.col("project_id"), ids), nil
	case pathKind:
		id, of := x.node(i, f)
		return ranked(id, x.nodesInOrder(of)), nil
	}
	return key{value: x.scalar(i, f)}, nil
}

// nodesInOrder lists areas or iterations in the order of their paths.
func (x *search) nodesInOrder(of project.NodeKind) (ids []int64) {
	all := x.e.catalog.AllNodes(of)
	slices.SortFunc(all, func(a, b *project.Node) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Path), strings.ToLower(b.Path)), cmp.Compare(a.ID, b.ID))
	})
	for _, n := range all {
		ids = append(ids, n.ID)
	}
	return ids
}

func lower(x sqlgen.Expr) sqlgen.Expr {
	return sqlgen.Call{Func: sqlgen.Lower, Args: []sqlgen.Expr{x}}
}

// folded is a text of the statement as it is compared. What is more than ASCII is folded by the database, like the rows.
func folded(s string) sqlgen.Expr {
	for _, r := range s {
		if r > 127 {
			return lower(text(s))
		}
	}
	return text(strings.ToLower(s))
}
