package work

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// BacklogItem is a work item on a backlog.
type BacklogItem struct {
	ID     int64
	Parent int64 // 0 when the parent is not on the backlog
	Type   *project.WorkItemType
	State  *project.State

	iteration *project.Node
	order     float64
	ranked    bool // it has an order
}

var selectBacklogItems = db.SQL("work.selectBacklogItems", `
	SELECT id, type, fields FROM work_items WHERE org_id = $1 AND project_id = $2 AND NOT is_deleted ORDER BY id`)

// Backlog lists the work items of a team that are on a backlog level and not completed, in the team's order. Faults: project,
// team or level not found, a team without areas.
func (s *Items) Backlog(ctx context.Context, c *access.Caller, projectName, team, level string) (items []BacklogItem, err error) {
	err = s.viewTeam(ctx, c, projectName, team, func(tx *db.Tx, e *environment, t *project.Team) error {
		b := t.Project.Process.Backlog(level)
		if b == nil {
			return fault.BacklogNotFound(level)
		}
		items, err = e.backlog(tx, t, open(t, b))
		return err
	})
	return items, err
}

// IterationItems lists the work items of a team in one of its iterations, those of the requirement and the task backlog:
// each behind its parent when that is there as well.
func (s *Items) IterationItems(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID) (items []BacklogItem, err error) {
	err = s.viewTeam(ctx, c, projectName, team, func(tx *db.Tx, e *environment, t *project.Team) error {
		n := t.Iteration(iteration)
		if n == nil {
			return fault.IterationNotFound(iteration.String())
		}
		all, err := e.backlog(tx, t, inIteration(t, n))
		if err != nil {
			return err
		}
		items, err = nested(tx, c.Org, all)
		return err
	})
	return items, err
}

func (s *Items) viewTeam(ctx context.Context, c *access.Caller, projectName, team string, fn func(*db.Tx, *environment, *project.Team) error) error {
	return s.db.View(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		t, err := e.findTeam(c, projectName, team)
		if err != nil {
			return err
		}
		return fn(tx, e, t)
	})
}

// findTeam finds a team of a project the caller may read, its default team for "", and makes the project the environment's.
func (e *environment) findTeam(c *access.Caller, projectName, team string) (t *project.Team, err error) {
	if e.project, err = readable(e.catalog, c, projectName); err != nil {
		return nil, err
	}
	return e.catalog.TeamOf(e.project, team)
}

// onBacklog says which work items a backlog has.
type onBacklog func(i *BacklogItem) bool

// open takes the items of a level that are still to be done.
func open(t *project.Team, b *project.Backlog) onBacklog {
	return func(i *BacklogItem) bool {
		return t.BacklogOf(i.Type) == b && i.State.Category != project.Completed && (t.BacklogIteration == nil || i.iteration.Under(t.BacklogIteration))
	}
}

// inIteration takes the items that are worked on in an iteration.
func inIteration(t *project.Team, n *project.Node) onBacklog {
	return func(i *BacklogItem) bool {
		b := t.BacklogOf(i.Type)
		return b != nil && b.Type != project.PortfolioBacklog && i.iteration.Under(n)
	}
}

// backlog reads the work items of a team that are on a backlog and that the caller sees, in its order: those never placed come last, by id.
func (e *environment) backlog(tx *db.Tx, t *project.Team, on onBacklog) (items []BacklogItem, err error) {
	if len(t.Areas) == 0 {
		return nil, fault.TeamFieldNotSet()
	}
	process, order := t.Project.Process, t.Project.Process.BacklogFields["Order"].ID
	_, err = db.Collect(tx, selectBacklogItems, []any{e.catalog.Organization.ID, t.Project.ID}, func(r *db.Rows) (struct{}, error) {
		var i BacklogItem
		var kind, fields string
		if err := r.Scan(&i.ID, &kind, &fields); err != nil {
			return struct{}{}, err
		}
		if i.Type = process.Type(kind); i.Type == nil {
			return struct{}{}, nil
		}
		owned := false
		err := scanTokens(fields, func(f project.FieldID, token string) (err error) {
			var id int64
			switch f {
			case project.FieldAreaID:
				id, err = strconv.ParseInt(token, 10, 64)
				area := e.catalog.Successor(id)
				owned = area != nil && t.Owns(area) && e.sees(t.Project.ID, id)
			case project.FieldIterationID:
				id, err = strconv.ParseInt(token, 10, 64)
				i.iteration = e.catalog.Successor(id)
			case project.FieldState:
				var state string
				state, err = unquote(token)
				i.State = i.Type.State(state)
			case order:
				i.ranked = true
				i.order, err = strconv.ParseFloat(token, 64)
			}
			return err
		})
		if i.iteration == nil {
			i.iteration = t.Project.Iteration
		}
		if err == nil && owned && i.State != nil && i.State.Category != project.Removed && on(&i) {
			items = append(items, i)
		}
		return struct{}{}, err
	})
	slices.SortStableFunc(items, func(a, b BacklogItem) int {
		switch {
		case a.ranked != b.ranked && a.ranked:
			return -1
		case a.ranked != b.ranked:
			return 1
		}
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.ID, b.ID))
	})
	return items, err
}

// nested puts items behind their parents, as far as those are among them.
func nested(tx *db.Tx, org int64, items []BacklogItem) ([]BacklogItem, error) {
	ids, there := make([]int64, len(items)), map[int64]bool{}
	for i, item := range items {
		ids[i] = item.ID
		there[item.ID] = true
	}
	parents := map[int64]int64{}
	err := selectParents.each(tx, []any{org, neverRevised}, ids, func(rows *db.Rows) error {
		var id, parent int64
		err := rows.Scan(&id, &parent)
		parents[id] = parent
		return err
	})
	if err != nil {
		return nil, err
	}
	below := map[int64][]BacklogItem{}
	for _, item := range items {
		if parent := parents[item.ID]; there[parent] {
			item.Parent = parent
		}
		below[item.Parent] = append(below[item.Parent], item)
	}
	sorted := make([]BacklogItem, 0, len(items))
	var add func(parent int64)
	add = func(parent int64) {
		for _, item := range below[parent] {
			sorted = append(sorted, item)
			add(item.ID)
		}
	}
	add(0)
	return sorted, nil
}
