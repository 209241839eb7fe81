package work

import (
	"cmp"
	"context"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// Timeline is what a delivery plan shows.
type Timeline struct {
	Teams   []TimelineTeam // as in the plan
	Parents []BoardParent  // of the items shown, those that the caller can read, by id
}

// TimelineTeam is a backlog level of a team in a timeline.
type TimelineTeam struct {
	Asked      project.PlanBacklog
	Team       *project.Team // nil when the caller knows no such team
	Backlog    *project.Backlog
	Problem    TimelineProblem
	Iterations []TimelineIteration
	Outside    []*Item // under none of the team's iterations
}

// TimelineIteration is an iteration of a team in a timeline.
type TimelineIteration struct {
	*project.Node
	Overlapping bool // with one before it; then nothing is said about its items
	Items       []*Item
}

// TimelineProblem is why nothing is known of a team.
type TimelineProblem int

// The problems of teams, with the numbers of the SDKs.
const (
	NoProblem TimelineProblem = iota
	TeamUnknown
	_ // more teams than a plan can have
	_ // more areas than a team can have
	BacklogUnknown
	TeamWithoutAreas
	TeamWithoutDates // none of its iterations has dates
)

// Timeline reads the items of a plan whose iterations lie at least partly between two days. An item belongs to the deepest
// iteration of the team that it is under. fields are those the items show.
func (s *Items) Timeline(ctx context.Context, c *access.Caller, backlogs []project.PlanBacklog, from, to time.Time, fields []string) (shown Timeline, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		shown = Timeline{Teams: make([]TimelineTeam, len(backlogs))}
		parents := map[int64][]int64{}
		for i, asked := range backlogs {
			t := e.timelineTeam(c, asked)
			shown.Teams[i] = t
			if t.Problem != NoProblem {
				continue
			}
			if err := s.fillTimeline(tx, c, e, &shown.Teams[i], from, to, fields, parents); err != nil {
				return err
			}
		}
		shown.Parents, err = s.timelineParents(tx, c, e, parents)
		return err
	})
	return shown, err
}

func (e *environment) timelineTeam(c *access.Caller, asked project.PlanBacklog) TimelineTeam {
	t := TimelineTeam{Asked: asked}
	for _, p := range e.catalog.Projects {
		if found := p.FindTeam(asked.Team.String()); found != nil && found.GUID == asked.Team && c.CanRead(p.ID) {
			t.Team = found
		}
	}
	if t.Team == nil {
		t.Problem = TeamUnknown
		return t
	}
	dated := func(n *project.Node) bool { return n.Start != nil && n.Finish != nil }
	switch t.Backlog = t.Team.Project.Process.Backlog(asked.Backlog); {
	case t.Backlog == nil:
		t.Problem = BacklogUnknown
	case len(t.Team.Areas) == 0:
		t.Problem = TeamWithoutAreas
	case !slices.ContainsFunc(t.Team.Iterations, dated):
		t.Problem = TeamWithoutDates
	}
	return t
}

// fillTimeline reads the iterations and items of a team, and notes the children of each parent.
func (s *Items) fillTimeline(tx *db.Tx, c *access.Caller, e *environment, t *TimelineTeam, from, to time.Time, fields []string, parents map[int64][]int64) error {
	t.Iterations = timelineIterations(t.Team.Iterations)
	all, err := e.backlog(tx, t.Team, func(i *BacklogItem) bool { return t.Team.BacklogOf(i.Type) == t.Backlog })
	if err != nil {
		return err
	}
	in := map[*project.Node][]int64{} // by the iteration of the team, nil when there is none
	for _, i := range all {
		var deepest *project.Node
		for _, n := range t.Team.Iterations {
			if i.iteration.Under(n) && (deepest == nil || n.Depth > deepest.Depth) {
				deepest = n
			}
		}
		in[deepest] = append(in[deepest], i.ID)
	}
	t.Iterations = slices.DeleteFunc(t.Iterations, func(i TimelineIteration) bool { return i.Start.After(to) || i.Finish.Before(from) })
	if t.Outside, err = s.timelineItems(tx, c, e, in[nil], fields, parents); err != nil {
		return err
	}
	for i := range t.Iterations {
		if at := &t.Iterations[i]; !at.Overlapping {
			if at.Items, err = s.timelineItems(tx, c, e, in[at.Node], fields, parents); err != nil {
				return err
			}
		}
	}
	return nil
}

// timelineIterations lists iterations with dates by their beginning. Of those that share a day the later one overlaps.
func timelineIterations(all []*project.Node) (dated []TimelineIteration) {
	for _, n := range all {
		if n.Start != nil && n.Finish != nil {
			dated = append(dated, TimelineIteration{Node: n})
		}
	}
	slices.SortFunc(dated, func(a, b TimelineIteration) int {
		return cmp.Or(a.Start.Compare(*b.Start), a.Finish.Compare(*b.Finish), cmp.Compare(a.Path, b.Path))
	})
	var end time.Time
	for i := range dated {
		if dated[i].Overlapping = i > 0 && !dated[i].Start.After(end); !dated[i].Overlapping {
			end = *dated[i].Finish
		}
	}
	return dated
}

func (s *Items) timelineItems(tx *db.Tx, c *access.Caller, e *environment, ids []int64, fields []string, parents map[int64][]int64) (items []*Item, err error) {
	for part := range slices.Chunk(ids, chunk) {
		found, err := s.readStored(tx, c, e, part, nil)
		if err != nil {
			return nil, err
		}
		var readable []stored
		for _, id := range part {
			if at, ok := found[id]; ok {
				readable = append(readable, at)
			}
		}
		shown, err := s.show(tx, e, readable, ReadOptions{Fields: append([]string{"System.Parent"}, fields...)})
		if err != nil {
			return nil, err
		}
		items = append(items, shown...)
	}
	for _, i := range items {
		if parent, _ := i.Value(project.FieldParent).(int64); parent != 0 && !slices.Contains(parents[parent], i.ID) {
			parents[parent] = append(parents[parent], i.ID)
		}
	}
	return items, nil
}

// timelineParents reads the titles of parents.
func (s *Items) timelineParents(tx *db.Tx, c *access.Caller, e *environment, children map[int64][]int64) (all []BoardParent, err error) {
	var ids []int64
	for id := range children {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	found, err := s.timelineItems(tx, c, e, ids, []string{"System.Title"}, map[int64][]int64{})
	for _, p := range found {
		title, _ := p.Value(project.FieldTitle).(string)
		all = append(all, BoardParent{ID: p.ID, Title: title, Type: p.Type, Children: children[p.ID]})
	}
	return all, err
}
