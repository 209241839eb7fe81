package work

import (
	"time"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// What the macros of recent work look back on, and how many items those of a project are at most.
const (
	recently  = 30 * 24 * time.Hour
	maxRecent = 5000
)

func timeRefused(v wiql.Value) error {
	return fault.QueryTime().WithHint("write '%.10s', or add timePrecision=true to the URL", v.Text)
}

// remembered builds conditions on System.Id by macros that stand for lists of work items.
func (x *search) remembered(i row, c *wiql.Condition) (built sqlgen.Expr, ok bool, err error) {
	if len(c.Values) != 1 || c.Values[0].Kind != wiql.Macro || c.Op != wiql.In && c.Op != wiql.Equal {
		return nil, false, nil
	}
	since := moment(x.e.now.Add(-recently))
	switch c.Values[0].Text {
	case "follows": // nobody follows anything yet
		return sqlgen.Any{}, true, nil
	case "myrecentactivity":
		r := row{"e"}
		return x.recent(i, since, r, sqlgen.All{sqlgen.Compare(sqlgen.Ge, r.col("changed_at"), since),
			sqlgen.Equal(r.member(project.FieldChangedBy, sqlgen.Int64), number(x.c.User.ID))}), true, nil
	case "recentmentions":
		r, t := row{"e"}, row{"t"}
		mention := exists("work_texts", t, sqlgen.All{sqlgen.Equal(t.col("org_id"), number(x.c.Org)), sqlgen.Equal(t.col("id"), r.col("id")),
			sqlgen.Equal(t.col("rev"), r.col("rev")), sqlgen.Call{Func: sqlgen.Contains, Args: []sqlgen.Expr{lower(t.col("body")), text(x.c.User.GUID.String())}}})
		return x.recent(i, since, r, sqlgen.All{sqlgen.Compare(sqlgen.Ge, r.col("changed_at"), since), mention}), true, nil
	case "recentprojectactivity":
		if x.project == nil {
			return nil, false, refuse("@"+c.Values[0].Text, "The macro needs a project in the URL.")
		}
		r := row{"e"}
		newest := &sqlgen.Select{Columns: []sqlgen.Column{{Expr: r.col("id"), As: "id"}}, From: sqlgen.Table{Name: "work_items", Alias: "e"},
			Where: sqlgen.All{sqlgen.Equal(r.col("org_id"), number(x.c.Org)), sqlgen.Equal(r.col("project_id"), number(x.project.ID)),
				x.visible.hold(r), sqlgen.Not{X: r.col("is_deleted")}, sqlgen.Compare(sqlgen.Ge, r.col("changed_at"), since)},
			OrderBy: []sqlgen.Order{{Expr: r.col("changed_at"), Desc: true}, {Expr: r.col("id"), Desc: true}}, Limit: number(maxRecent)}
		return sqlgen.InSelect{X: i.col("id"), Select: &sqlgen.Select{Columns: []sqlgen.Column{{Expr: sqlgen.Col{Table: "m", Name: "id"}}},
			From: sqlgen.Sub{Select: newest, Alias: "m"}}}, true, nil
	}
	return nil, false, nil
}

// recent holds for items with a revision that the caller sees and that a condition holds for. An item with a recent
// revision was changed recently, which an index knows.
func (x *search) recent(i row, since sqlgen.Expr, r row, condition sqlgen.All) sqlgen.Expr {
	found := exists("work_revisions", r, append(sqlgen.All{sqlgen.Equal(r.col("org_id"), number(x.c.Org)), sqlgen.Equal(r.col("id"), i.col("id")),
		x.visible.hold(r)}, condition...))
	if x.asOf != nil {
		return found
	}
	return sqlgen.All{sqlgen.Compare(sqlgen.Ge, i.col("changed_at"), since), found}
}
