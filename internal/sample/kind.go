package sample

import (
	"slices"
	"time"

	"boardwalk/internal/project"
)

// role is the part a work item type plays, whatever its process calls it.
type role int

const (
	epic role = iota
	feature
	requirement
	bug
	task
	test
	other
	roles // how many there are
)

// kind is a work item type together with how its items usually fare.
type kind struct {
	*project.WorkItemType
	role   role
	custom []*project.Field
	extra
	moves map[string]moves // by the state they start from
	start string           // initial state
}

// extra is the fields that only some types have; 0 where the type has none.
type extra struct {
	effort      project.FieldID // what its size is given in
	order       project.FieldID // its rank on backlogs
	severity    project.FieldID
	valueArea   project.FieldID
	probability project.FieldID
	acceptance  project.FieldID
	repro       project.FieldID
	steps       project.FieldID
}

// moves are the ways out of a state.
type moves struct {
	to      []*project.State
	reasons [][]string
	weights []int
}

// usualShare is how many of a hundred items play a role.
var usualShare = [roles]int{epic: 1, feature: 5, requirement: 29, bug: 20, task: 38, test: 4, other: 3}

// median is how long items usually stay in a state, by its category.
var median = [roles][project.Removed + 1]time.Duration{
	epic:        {project.Proposed: 30 * days, project.InProgress: 260 * days, project.Resolved: 12 * days, project.Completed: 40 * days, project.Removed: 60 * days},
	feature:     {project.Proposed: 24 * days, project.InProgress: 75 * days, project.Resolved: 6 * days, project.Completed: 20 * days, project.Removed: 40 * days},
	requirement: {project.Proposed: 14 * days, project.InProgress: 18 * days, project.Resolved: 3 * days, project.Completed: 9 * days, project.Removed: 20 * days},
	bug:         {project.Proposed: 7 * days, project.InProgress: 9 * days, project.Resolved: 3 * days, project.Completed: 12 * days, project.Removed: 20 * days},
	task:        {project.Proposed: 4 * days, project.InProgress: 7 * days, project.Resolved: days, project.Completed: 4 * days, project.Removed: 8 * days},
	test:        {project.Proposed: 6 * days, project.InProgress: 120 * days, project.Resolved: days, project.Completed: 30 * days, project.Removed: 30 * days},
	other:       {project.Proposed: 4 * days, project.InProgress: 6 * days, project.Resolved: 3 * days, project.Completed: 14 * days, project.Removed: 20 * days},
}

const days = 24 * time.Hour

// kindsOf lists the types of a process that people make items of, each with its role.
func kindsOf(p *project.Process) []*kind {
	var all []*kind
	for _, t := range p.Types {
		r, ok := roleOf(p, t)
		if !ok {
			continue
		}
		all = append(all, newKind(p, t, r))
	}
	return all
}

func newKind(p *project.Process, t *project.WorkItemType, r role) *kind {
	k := &kind{WorkItemType: t, role: r, start: t.InitialState().Name, moves: map[string]moves{}}
	k.extra = extra{
		effort:      k.ifHas(p.BacklogFields["Effort"]),
		order:       k.ifHas(p.BacklogFields["Order"]),
		severity:    k.ifHas(project.SystemField("Microsoft.VSTS.Common.Severity")),
		valueArea:   k.ifHas(project.SystemField("Microsoft.VSTS.Common.ValueArea")),
		probability: k.ifHas(project.SystemField("Microsoft.VSTS.CMMI.Probability")),
		acceptance:  k.ifHas(project.SystemField("Microsoft.VSTS.Common.AcceptanceCriteria")),
		repro:       k.ifHas(project.SystemField("Microsoft.VSTS.TCM.ReproSteps")),
		steps:       k.ifHas(project.SystemField("Microsoft.VSTS.TCM.Steps")),
	}
	if k.effort == 0 { // the backlog's field is not on large items
		k.effort = k.ifHas(project.SystemField("Microsoft.VSTS.Scheduling.Effort"))
	}
	for _, f := range t.Fields {
		if f.Field.Custom {
			k.custom = append(k.custom, f.Field)
		}
	}
	for i := range t.States {
		k.moves[t.States[i].Name] = k.movesFrom(&t.States[i])
	}
	return k
}

func (k *kind) ifHas(f *project.Field) project.FieldID {
	if f == nil || k.Field(f.ID) == nil {
		return 0
	}
	return f.ID
}

// roleOf finds the role of a type by its category, so that derived and future processes work too.
func roleOf(p *project.Process, t *project.WorkItemType) (role, bool) {
	for r, category := range [...]string{epic: "Microsoft.EpicCategory", feature: "Microsoft.FeatureCategory",
		requirement: "Microsoft.RequirementCategory", bug: "Microsoft.BugCategory", task: "Microsoft.TaskCategory",
		test: "Microsoft.TestCaseCategory"} {
		if c := p.Category(category); c != nil && slices.Contains(c.Types, t.Name) {
			return role(r), true
		}
	}
	hidden := t.Hidden() || t.Field(project.FieldStateChangeDate) == nil
	return other, !hidden && t.Name != "Review" // a review needs a meeting
}

// movesFrom weighs the transitions out of a state: usually the next state, sometimes one further on or back.
func (k *kind) movesFrom(from *project.State) moves {
	var m moves
	for _, t := range k.Transitions {
		if t.From != from.Name {
			continue
		}
		to := k.State(t.To)
		weight := 60
		switch {
		case to.Category == project.Removed && from.Category == project.Proposed:
			weight = 70
		case to.Category == project.Removed:
			weight = 15
		case from.Category >= project.Completed:
			weight = 1000
		case to.Order == from.Order+1:
			weight = 1000
		case to.Order > from.Order:
			weight = 110
		}
		m.to, m.reasons, m.weights = append(m.to, to), append(m.reasons, t.Reasons), append(m.weights, weight)
	}
	return m
}

// category is the category of one of the type's states.
func (k *kind) category(state string) project.StateCategory { return k.State(state).Category }
