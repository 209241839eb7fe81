package analytics

import (
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// boardwalk.asOf shows work items as they were at a moment: of each item the revision in force then, with the parent it
// had then. The rows have the columns of work items, so everything else in a query works as ever, and a row lies in the
// project of its revision, so that what is proven of projects is proven of what is shown. Items in the recycle bin today
// are not shown at any moment, as in every other set.

// parseAsOf reads the moment: with an offset, or a date with Z for the midnight in UTC it begins with.
func parseAsOf(option odata.Option) (*time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02Z07:00"} {
		if at, err := time.Parse(layout, option.Value); err == nil {
			at = at.UTC().Truncate(time.Microsecond)
			return &at, nil
		}
	}
	return nil, fault.QueryNotValid("The query option '%s' is '%s', which is no moment", option.Name, option.Value).
		WithHint("write %s=2026-01-31T18:00:00Z; a + in an offset is %%2B in a URL", option.Name)
}

// goBack checks that a query can be answered as of a moment.
func (b *binder) goBack(t *edm.EntityType) error {
	switch at := b.extensions.asOf; {
	case at == nil:
		return nil
	case t.Name != "WorkItem":
		return fault.QueryNotValid("The query option boardwalk.asOf is of WorkItems, not of %s", t.Set).
			WithHint("WorkItemRevisions and WorkItemSnapshot have dates of their own")
	case at.After(b.scope.Now):
		return fault.QueryNotValid("The query option boardwalk.asOf is %s, which is yet to come", at.Format(time.RFC3339Nano))
	}
	return nil
}

// parentThen is the column that holds the parent of a work item as of the moment. The column of revisions shows the one
// an item had when the next revision replaced it.
const parentThen = "ParentThen"

// then is the rows of work items as of the moment, nil when the query asks for those of today, or for others.
func (r *row) then() sqlgen.Source {
	b := r.block.b
	if b.extensions.asOf == nil || r.typ.Name != "WorkItem" {
		return nil
	}
	at := b.param(*b.extensions.asOf)
	revision, link := b.alias(), b.alias()
	col := func(table, name string) sqlgen.Col { return sqlgen.Col{Table: table, Name: name} }
	during := func(table, from, to string) sqlgen.All {
		return sqlgen.All{sqlgen.Compare(sqlgen.Le, col(table, from), at), sqlgen.Compare(sqlgen.Gt, col(table, to), at)}
	}
	parent := &sqlgen.Select{
		Columns: []sqlgen.Column{{Expr: sqlgen.Aggregate{Func: sqlgen.Max, Arg: col(link, "TargetWorkItemId")}}},
		From:    sqlgen.Table{Name: edm.LinksTable, Alias: link},
		Where: append(during(link, "CreatedDate", "DeletedDate"), sqlgen.Equal(col(link, "SourceWorkItemId"), col(revision, "WorkItemId")),
			sqlgen.Equal(col(link, "LinkTypeReferenceName"), b.param("System.LinkTypes.Hierarchy-Reverse"))),
	}
	return sqlgen.Sub{Alias: r.alias, Select: &sqlgen.Select{
		Columns: []sqlgen.Column{{Expr: sqlgen.Star{Table: revision}}, {Expr: sqlgen.Scalar{Select: parent}, As: parentThen}},
		From:    sqlgen.Table{Name: edm.RevisionsView, Alias: revision},
		Where:   during(revision, "ChangedDate", "RevisedDate"),
	}}
}

// joinOf is how a navigation is joined. Of a work item as of a moment tags and processes are those of its revision, and
// what has no history is refused.
func (b *binder) joinOf(t *edm.EntityType, n *edm.Navigation) (edm.Join, error) {
	if b.extensions.asOf != nil && t.Name == "WorkItem" {
		switch n.Name {
		case "Tags", "Processes":
			t = b.model.Type("WorkItemRevision")
			n = t.Nav(n.Name)
		case "Links", "Revisions", "Descendants", "BoardLocations":
			return edm.Join{}, fault.QueryNotValid("%s cannot be followed together with boardwalk.asOf", n.Name).WithHint("%s", map[string]string{
				"Links":          "links have no history of the projects they were in; Parent and Children are those of the moment",
				"Revisions":      "revisions have dates of their own: query WorkItemRevisions",
				"Descendants":    "only the hierarchy of today is kept in full; expand Children with $levels",
				"BoardLocations": "query WorkItemBoardSnapshot",
			}[n.Name])
		}
	}
	j, ok := b.model.Join(t, n)
	if !ok {
		return j, notKept(n)
	}
	return j, nil
}
