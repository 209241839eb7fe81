package project

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Process says which work item types a project has and how they behave. System processes are the
// same in every organization; an organization derives its own from them ([Process.Derive]).
// A process is immutable and safe for concurrent use once the organization's snapshot holds it.
type Process struct {
	Name          string
	ID            string // GUID
	ReferenceName string
	Description   string
	Default       bool   // new projects get this process unless they ask for another
	Disabled      bool   // new projects cannot have it
	ParentID      string // GUID of the system process an inherited one comes from, else empty

	Types      []*WorkItemType
	Categories []Category
	Backlogs   []Backlog // the highest rank first
	Behaviors  []Behavior

	// What new projects and teams start with.
	BugsBehavior      BugsBehavior
	HiddenBacklogs    []string // ids
	Weekends          []time.Weekday
	DefaultIterations []string // children of the root iteration

	// BacklogFields names the fields that backlogs and boards work with: Order, Effort,
	// RemainingWork, Activity, Team and, where there are feedback types, three Application fields.
	BacklogFields map[string]*Field
}

// Category groups the types that play the same part in different processes.
type Category struct {
	ReferenceName string
	Name          string
	Default       string   // the type made when only the category is known
	Types         []string // names
}

// Backlog is a backlog level; its id is the reference name of the category of its types.
type Backlog struct {
	ID       string
	Type     BacklogType
	Rank     int
	Parent   string // id of the level above, empty for the highest
	Name     string // plural, as in Stories
	Singular string
	Limit    int // how many items the backlog shows
	AddPanel []*Field
	Columns  []BacklogColumn
	States   []BacklogState
}

// BacklogType is the kind of a backlog level, by wire name.
type BacklogType string

// The kinds of backlog levels.
const (
	PortfolioBacklog   BacklogType = "portfolio"
	RequirementBacklog BacklogType = "requirement"
	TaskBacklog        BacklogType = "task"
)

// BacklogColumn is a column a backlog shows at first.
type BacklogColumn struct {
	Field *Field
	Width int // pixels
}

// BacklogState is a state with the meaning it has on a backlog, where Resolved counts as in progress.
type BacklogState struct {
	Name     string
	Category StateCategory
}

// Behavior is a backlog level as the process editing API sees it.
type Behavior struct {
	ReferenceName string
	Name          string
	Rank          int
	Abstract      bool
	Inherits      string // reference name, empty for the topmost
	Category      string // reference name of the category, empty for abstract ones
	Fields        []*Field

	// What an organization made of the level.
	Custom, Edited bool
	Color          string // six hex digits, or empty

	standard string // name of the type that it wants as the default
}

// BugsBehavior says where a team works on bugs, by wire name.
type BugsBehavior string

// The places of bugs.
const (
	BugsOff            BugsBehavior = "off"
	BugsAsRequirements BugsBehavior = "asRequirements"
	BugsAsTasks        BugsBehavior = "asTasks"
)

// SystemProcesses returns the system processes in the order GET process/processes lists them. The
// slice belongs to the caller.
func SystemProcesses() []*Process {
	return slices.Clone(system().processes)
}

// SystemProcess finds a system process by name or id, whatever the case, or returns nil.
func SystemProcess(nameOrID string) *Process {
	return find(system().processes, func(p *Process) bool {
		return strings.EqualFold(p.Name, nameOrID) || strings.EqualFold(p.ID, nameOrID)
	})
}

// Type finds a work item type by name or reference name, its own or that of the type it was derived from, whatever the
// case, or returns nil.
func (p *Process) Type(name string) *WorkItemType {
	return find(p.Types, func(t *WorkItemType) bool {
		return strings.EqualFold(t.Name, name) || strings.EqualFold(t.ReferenceName, name) || name != "" && strings.EqualFold(t.Inherits, name)
	})
}

// Category finds a category by reference name or name, whatever the case, or returns nil.
func (p *Process) Category(name string) *Category {
	for i := range p.Categories {
		if c := &p.Categories[i]; strings.EqualFold(c.ReferenceName, name) || strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// Backlog finds a backlog level by id or name, whatever the case, or returns nil.
func (p *Process) Backlog(idOrName string) *Backlog {
	for i := range p.Backlogs {
		if b := &p.Backlogs[i]; strings.EqualFold(b.ID, idOrName) || strings.EqualFold(b.Name, idOrName) {
			return b
		}
	}
	return nil
}

// Fields returns every field some type of the process has, sorted by reference name.
func (p *Process) Fields() []*Field {
	byID := make(map[FieldID]*Field)
	for _, t := range p.Types {
		for _, f := range t.Fields {
			byID[f.Field.ID] = f.Field
		}
	}
	fields := make([]*Field, 0, len(byID))
	for _, f := range byID {
		fields = append(fields, f)
	}
	slices.SortFunc(fields, func(a, b *Field) int { return cmp.Compare(a.ReferenceName, b.ReferenceName) })
	return fields
}

// Reference names of the behaviors all processes share.
const (
	orderedBehavior     = "System.OrderedBehavior"
	portfolioBehavior   = "System.PortfolioBacklogBehavior"
	requirementBehavior = "System.RequirementBacklogBehavior"
	taskBehavior        = "System.TaskBacklogBehavior"
)

// behaviors derives the behaviors of a system process from its backlog levels. Ranks are ten times
// those of the levels.
func (p *Process) behaviors() []Behavior {
	order, effort := p.BacklogFields["Order"], p.BacklogFields["Effort"]
	list := []Behavior{
		{ReferenceName: orderedBehavior, Name: "Ordered", Abstract: true},
		{ReferenceName: portfolioBehavior, Name: "Portfolio", Abstract: true, Inherits: orderedBehavior},
	}
	for _, b := range slices.Backward(p.Backlogs) {
		behavior := Behavior{Name: b.Name, Rank: 10 * b.Rank, Inherits: orderedBehavior, Category: b.ID}
		switch b.Type {
		case TaskBacklog:
			behavior.ReferenceName = taskBehavior
			behavior.Fields = []*Field{order, p.BacklogFields["RemainingWork"], p.BacklogFields["Activity"]}
		case RequirementBacklog:
			behavior.ReferenceName = requirementBehavior
			behavior.Fields = []*Field{order, effort}
		default:
			behavior.ReferenceName = p.ReferenceName + "." + p.Category(b.ID).Default + "BacklogBehavior"
			behavior.Inherits = portfolioBehavior
		}
		list = append(list, behavior)
	}
	return list
}
