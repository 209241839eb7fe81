package work

import (
	"context"
	"slices"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// BoardParent is a work item with those of its children that were asked about.
type BoardParent struct {
	ID       int64
	Title    string
	Type     string
	Children []int64
}

// BoardParents lists the parents that cards of a backlog level have on a higher level of the team, by id. Faults: project, team
// or level not found, work items not found.
func (s *Items) BoardParents(ctx context.Context, c *access.Caller, projectName, team, level string, ids []int64) (all []BoardParent, err error) {
	var t *project.Team
	err = s.viewTeam(ctx, c, projectName, team, func(_ *db.Tx, _ *environment, found *project.Team) error {
		t = found
		return nil
	})
	if err != nil {
		return nil, err
	}
	b := t.Project.Process.Backlog(level)
	if b == nil {
		return nil, fault.BacklogNotFound(level)
	}
	cards, err := s.List(ctx, c, projectName, ids, false, ReadOptions{Fields: []string{"System.Parent"}})
	if err != nil {
		return nil, err
	}
	children := map[int64][]int64{}
	var parents []int64
	for _, card := range cards {
		parent, _ := card.Value(project.FieldParent).(int64)
		if parent == 0 || levelOf(t, card) != b || slices.Contains(children[parent], card.ID) {
			continue
		}
		if children[parent] == nil {
			parents = append(parents, parent)
		}
		children[parent] = append(children[parent], card.ID)
	}
	slices.Sort(parents)
	found, err := s.List(ctx, c, projectName, parents, true, ReadOptions{Fields: []string{"System.Title"}})
	for _, p := range found {
		if p == nil {
			continue // deleted, or of another project
		}
		if above := levelOf(t, p); above != nil && above.Rank > b.Rank {
			title, _ := p.Value(project.FieldTitle).(string)
			all = append(all, BoardParent{ID: p.ID, Title: title, Type: p.Type, Children: children[p.ID]})
		}
	}
	return all, err
}

// levelOf is the backlog level on which a team has a work item, or nil.
func levelOf(t *project.Team, i *Item) *project.Backlog {
	if kind := t.Project.Process.Type(i.Type); kind != nil {
		return t.BacklogOf(kind)
	}
	return nil
}
