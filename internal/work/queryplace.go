package work

import (
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// Conditions on areas, iterations, projects, people and types are decided for each of those, of which there are few; the
// database compares ids.

func (x *search) comparePath(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	id, of := x.node(i, f)
	switch c.Op {
	case wiql.Equal, wiql.In, wiql.Under:
	default:
		return nil, x.unsupported(f, c.Op.String())
	}
	var ids []int64
	for _, v := range c.Values {
		roots, err := x.nodes(f, of, v)
		if err != nil {
			return nil, err
		}
		for _, r := range roots {
			ids = append(ids, x.below(of, r.node, c.Op == wiql.Under || r.children)...)
		}
	}
	slices.Sort(ids)
	return oneOf(id, slices.Compact(ids)), nil
}

// place is a node, with those below it or without.
type place struct {
	node     *project.Node
	children bool
}

// nodes finds the areas or iterations that a value means.
func (x *search) nodes(f *project.Field, of project.NodeKind, v wiql.Value) ([]place, error) {
	switch {
	case v.Kind == wiql.String:
		name, _, _ := strings.Cut(strings.TrimLeft(strings.ReplaceAll(v.Text, "/", `\`), `\`), `\`)
		if p, err := readable(x.e.catalog, x.c, name); err == nil {
			if n := p.FindNode(of, v.Text); n != nil {
				return []place{{n, false}}, nil
			}
		}
		return nil, fault.QueryPath([]string{"area", "iteration"}[of], strings.ReplaceAll(v.Text, "'", "''"))
	case v.Kind == wiql.Macro && v.Text == "currentiteration" && of == project.IterationNode:
		n, err := x.currentIteration(v)
		return []place{{n, false}}, err
	case v.Kind == wiql.Macro && v.Text == "teamareas" && of == project.AreaNode:
		t, err := x.teamOf(v)
		if err != nil {
			return nil, err
		}
		var all []place
		for _, a := range t.Areas {
			all = append(all, place{a.Node, a.IncludeChildren})
		}
		return all, nil
	case v.Kind == wiql.Macro && v.Text == "project" && x.project != nil:
		return []place{{map[project.NodeKind]*project.Node{project.AreaNode: x.project.Area, project.IterationNode: x.project.Iteration}[of], false}}, nil
	}
	return nil, x.wrongValue(f, v)
}

// below lists the nodes with the path of a node, or at it and below it. Old revisions know nodes that are deleted.
func (x *search) below(of project.NodeKind, root *project.Node, children bool) (ids []int64) {
	path := strings.ToLower(root.Path)
	for _, n := range x.e.catalog.AllNodes(of) {
		rest, ok := strings.CutPrefix(strings.ToLower(n.Path), path)
		if ok && (rest == "" || children && strings.HasPrefix(rest, `\`)) {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// compareNodeName decides about the name of a node, or of the one above it at a level.
func (x *search) compareNodeName(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	id, of := x.node(i, f)
	level := -1
	if f.ID != project.FieldNodeName {
		level = int(f.ID-project.FieldAreaLevel1) % int(project.FieldIterationLevel1-project.FieldAreaLevel1)
	}
	var ids []int64
	for _, n := range x.e.catalog.AllNodes(of) {
		if level > n.Depth {
			continue
		}
		name := n.Name
		if level >= 0 {
			name = n.Levels()[level]
		}
		ok, err := x.holds(f, c, name)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, n.ID)
		}
	}
	return oneOf(id, ids), nil
}

func (x *search) compareProject(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	var ids []int64
	for _, id := range x.visible.projects {
		ok, err := x.holds(f, c, x.e.catalog.Project(id).Name)
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, id)
		}
	}
	return oneOf(i.col("project_id"), ids), nil
}

// holds decides a condition on a text that is not empty.
func (x *search) holds(f *project.Field, c *wiql.Condition, name string) (bool, error) {
	name = strings.ToLower(name)
	switch c.Op {
	case wiql.IsEmpty:
		return false, nil
	case wiql.Under, wiql.InGroup, wiql.ContainsWords:
		return false, x.unsupported(f, c.Op.String())
	}
	for _, v := range c.Values {
		s, err := x.text(f, v)
		if err != nil {
			return false, err
		}
		order := strings.Compare(name, strings.ToLower(s))
		switch c.Op {
		case wiql.Contains:
			return strings.Contains(name, strings.ToLower(s)), nil
		case wiql.Less:
			return order < 0, nil
		case wiql.LessEqual:
			return order <= 0, nil
		case wiql.Greater:
			return order > 0, nil
		case wiql.GreaterEqual:
			return order >= 0, nil
		}
		if order == 0 {
			return true, nil
		}
	}
	return false, nil
}

func (x *search) compareUser(i row, f *project.Field, c *wiql.Condition) (sqlgen.Expr, error) {
	value := x.scalar(i, f)
	switch c.Op {
	case wiql.IsEmpty:
		return sqlgen.IsNull{X: value}, nil
	case wiql.Equal, wiql.In:
		return each(c, func(_ sqlgen.Operator, v wiql.Value) (sqlgen.Expr, error) {
			if empty(v) {
				return sqlgen.IsNull{X: value}, nil
			}
			ids, err := x.users(f, v)
			return oneOf(value, ids), err
		})
	case wiql.Contains:
		part, err := x.text(f, c.Values[0])
		u := row{"u"}
		name := concat(concat(concat(u.col("display_name"), text(" <")), u.col("unique_name")), text(">"))
		return exists("users", u, sqlgen.All{sqlgen.Equal(u.col("org_id"), number(x.c.Org)), sqlgen.Equal(u.col("user_id"), value),
			sqlgen.Call{Func: sqlgen.Contains, Args: []sqlgen.Expr{lower(name), folded(part)}}}), err
	case wiql.InGroup:
		ids, err := x.members(c.Values[0])
		return oneOf(value, ids), err
	}
	return nil, x.unsupported(f, c.Op.String())
}

// users finds whom a value means: everybody of a display name, or one person.
func (x *search) users(f *project.Field, v wiql.Value) (ids []int64, err error) {
	if v.Kind == wiql.Macro && v.Text == "me" {
		return []int64{x.c.User.ID}, nil
	}
	name, err := x.text(f, v)
	if err != nil {
		return nil, err
	}
	if u := x.e.directory.Find(name); u != nil {
		return []int64{u.ID}, nil
	}
	for _, u := range x.e.directory.Users() {
		if strings.EqualFold(strings.TrimSpace(u.DisplayName), strings.TrimSpace(name)) {
			ids = append(ids, u.ID)
		}
	}
	return ids, nil
}

// inCategory holds for items whose type is in a category in its project's process.
func (x *search) inCategory(i row, v wiql.Value) (sqlgen.Expr, error) {
	want := strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(v.Text, " ", "")), "microsoft.")
	var all []sqlgen.Expr
	known := false
	for _, p := range x.e.catalog.Processes {
		var types []sqlgen.Expr
		for _, t := range p.Types {
			for _, c := range t.Categories {
				if strings.TrimPrefix(strings.ToLower(c), "microsoft.") == want {
					types, known = append(types, folded(t.Name)), true
				}
			}
		}
		var in []int64
		for _, id := range x.visible.projects {
			if x.e.catalog.Project(id).Process == p {
				in = append(in, id)
			}
		}
		if len(types) > 0 && len(in) > 0 {
			all = append(all, sqlgen.All{oneOf(i.col("project_id"), in), sqlgen.In{X: lower(i.col("type")), List: types}})
		}
	}
	if v.Kind != wiql.String || !known {
		return nil, refuse("'"+v.Text+"'", "The work item type category does not exist.")
	}
	return anyOf(all), nil
}

// members lists who is in a group, through other groups, too. It is written as "[Project]\Readers" or "[Project]\Team".
func (x *search) members(v wiql.Value) (ids []int64, err error) {
	name, group, ok := strings.Cut(v.Text, `]\`)
	name, bracket := strings.CutPrefix(name, "[")
	p, missing := readable(x.e.catalog, x.c, name)
	if v.Kind != wiql.String || !ok || !bracket || missing != nil {
		return nil, refuse("'"+v.Text+"'", "The group does not exist.")
	}
	for _, g := range x.e.catalog.Groups(x.e.directory) {
		if g.Project == p && strings.EqualFold(g.Name, group) {
			for _, m := range x.e.directory.Members(g.Subject) {
				if m.Kind == access.UserKind {
					ids = append(ids, m.ID)
				}
			}
			return ids, nil
		}
	}
	return nil, refuse("'"+v.Text+"'", "The group does not exist.")
}
