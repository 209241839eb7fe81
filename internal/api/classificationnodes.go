package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// listNodes lists the roots of both trees, or the nodes with the ids asked for.
func (a *API) listNodes(ctx context.Context, r *request) (any, error) {
	depth, err := r.query.count("$depth", 0)
	if err != nil {
		return nil, err
	}
	policy, err := enum{{"fail", "1"}, {"omit", "2"}}.parse("errorPolicy", r.query.text("errorPolicy"))
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, err
	}
	ids := r.query.list("ids")
	if ids == nil {
		return azdo.NewList([]azdo.WorkItemClassificationNode{r.wireNode(p, p.Area, depth), r.wireNode(p, p.Iteration, depth)}), nil
	}
	shown := make([]*azdo.WorkItemClassificationNode, len(ids))
	for i, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fault.InvalidArgument("The value %q of the parameter ids is not valid: it must be a list of whole numbers.", text)
		}
		if n := catalog.Node(id); n != nil && n.Project == p.ID {
			node := r.linkedNode(p, n, depth)
			shown[i] = &node
		} else if policy == "fail" {
			return nil, fault.NodeNotFound(text)
		}
	}
	return azdo.NewList(shown), nil
}

func (a *API) showNode(ctx context.Context, r *request) (any, error) {
	depth, err := r.query.count("$depth", 0)
	if err != nil {
		return nil, err
	}
	kind, err := r.nodeKind()
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, err
	}
	n, err := p.NodeAt(kind, r.params["path"])
	if err != nil {
		return nil, err
	}
	return r.linkedNode(p, n, depth), nil
}

// nodeBody is a node as clients write it.
type nodeBody struct {
	ID         int64     `json:"id"`
	Name       *string   `json:"name"`
	Attributes nodeDates `json:"attributes"`
}

// nodeDates reads the attributes of a node; null takes both dates away.
type nodeDates project.Dates

func (d *nodeDates) UnmarshalJSON(data []byte) error {
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	if all == nil {
		d.Start.Set, d.Finish.Set = true, true
	}
	for name, value := range all {
		if strings.EqualFold(name, "timeFrame") {
			continue // clients send back what team iterations say
		}
		day := project.Day{Set: true}
		if value != nil {
			text, _ := value.(string)
			t, ok := work.ParseTime(text)
			if !ok {
				return fault.InvalidArgument("The attribute %s of a node is not a date: %v.", name, value)
			}
			day.At = &t
		}
		switch strings.ToLower(name) {
		case "startdate":
			d.Start = day
		case "finishdate":
			d.Finish = day
		default:
			return fault.InvalidArgument("A node has no attribute %s; iterations have startDate and finishDate.", name)
		}
	}
	return nil
}

// createNode adds a node below the one of the path or, when the body is an id, moves that one there.
func (a *API) createNode(ctx context.Context, r *request) (any, error) {
	kind, err := r.nodeKind()
	if err != nil {
		return nil, err
	}
	var body nodeBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	dates, status := project.Dates(body.Attributes), http.StatusCreated
	var n *project.Node
	switch {
	case body.ID != 0:
		status = http.StatusOK
		n, err = a.config.Projects.MoveNode(ctx, r.caller, r.target.project, kind, r.params["path"], body.ID, dates)
	case body.Name != nil:
		n, err = a.config.Projects.CreateNode(ctx, r.caller, r.target.project, kind, r.params["path"], *body.Name, dates)
	default:
		err = fault.InvalidArgument("A new node needs a name, a node to be moved its id.")
	}
	if err != nil {
		return nil, err
	}
	shown, err := a.changedNode(ctx, r, n)
	return reply{status: status, value: shown, location: shown.URL}, err
}

func (a *API) updateNode(ctx context.Context, r *request) (any, error) {
	kind, err := r.nodeKind()
	if err != nil {
		return nil, err
	}
	var body nodeBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	change := project.NodeChange{Name: body.Name, Dates: project.Dates(body.Attributes)}
	n, err := a.config.Projects.ChangeNode(ctx, r.caller, r.target.project, kind, r.params["path"], change)
	if err != nil {
		return nil, err
	}
	return a.changedNode(ctx, r, n)
}

func (a *API) deleteNode(ctx context.Context, r *request) (any, error) {
	kind, err := r.nodeKind()
	if err != nil {
		return nil, err
	}
	to, err := r.query.count("$reclassifyId", 0)
	if err != nil {
		return nil, err
	}
	if err := a.config.Items.DeleteNode(ctx, r.caller, r.target.project, kind, r.params["path"], int64(to)); err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, nil
}

// changedNode shows a node that was just written.
func (a *API) changedNode(ctx context.Context, r *request, n *project.Node) (shown azdo.WorkItemClassificationNode, err error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return shown, err
	}
	return r.linkedNode(catalog.Project(n.Project), n, 0), nil
}

// nodeKind is the tree of the path: its names, their plurals, or the numbers that the Node SDK writes.
func (r *request) nodeKind() (project.NodeKind, error) {
	switch strings.ToLower(r.params["structureGroup"]) {
	case "areas", "area", "0":
		return project.AreaNode, nil
	case "iterations", "iteration", "1":
		return project.IterationNode, nil
	}
	return 0, fault.InvalidArgument("The structure group %q is not valid. Valid values are: areas, iterations.", r.params["structureGroup"])
}

// linkedNode shows a node asked for by itself.
func (r *request) linkedNode(p *project.Project, n *project.Node, depth int) azdo.WorkItemClassificationNode {
	shown := r.wireNode(p, n, depth)
	shown.Links = azdo.Links{{Name: "self", Href: shown.URL}}
	if n.Parent != nil {
		shown.Links = append(shown.Links, azdo.Link{Name: "parent", Href: r.nodeURL(p, n.Parent)})
	}
	return shown
}

// wireNode shows a node with as many levels below it as asked for.
func (r *request) wireNode(p *project.Project, n *project.Node, depth int) azdo.WorkItemClassificationNode {
	shown := azdo.WorkItemClassificationNode{ID: n.ID, Identifier: n.GUID.String(), Name: n.Name, StructureType: "area",
		HasChildren: len(n.Children) > 0, URL: r.nodeURL(p, n)}
	tree := `\Area`
	if n.Kind == project.IterationNode {
		shown.StructureType, tree = "iteration", `\Iteration`
	}
	root, rest, below := strings.Cut(n.Path, `\`)
	if shown.Path = `\` + root + tree; below {
		shown.Path += `\` + rest
	}
	if n.Start != nil || n.Finish != nil {
		shown.Attributes = &azdo.IterationDates{StartDate: wireTime(n.Start), FinishDate: wireTime(n.Finish)}
	}
	if depth > 0 {
		for _, child := range n.Children {
			shown.Children = append(shown.Children, r.wireNode(p, child, depth-1))
		}
	}
	return shown
}

func wireTime(t *time.Time) *azdo.Time {
	if t == nil {
		return nil
	}
	return &azdo.Time{Time: *t}
}

// nodeURL is the address of a node.
func (r *request) nodeURL(p *project.Project, n *project.Node) string {
	u := r.base + "/" + p.GUID.String() + "/_apis/wit/classificationNodes/Areas"
	if n.Kind == project.IterationNode {
		u = strings.TrimSuffix(u, "Areas") + "Iterations"
	}
	for _, name := range n.Levels()[1:] {
		u += "/" + url.PathEscape(name)
	}
	return u
}
