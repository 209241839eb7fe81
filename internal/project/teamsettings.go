package project

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// teamSettings is what a team has set, as it is stored. What is missing is as the process begins.
type teamSettings struct {
	DefaultIteration int64           `json:"defaultIteration,omitempty"` // a node; 0 for the macro
	NoDefault        bool            `json:"noDefault,omitempty"`        // neither a node nor the macro
	Bugs             BugsBehavior    `json:"bugs,omitempty"`
	WorkingDays      []time.Weekday  `json:"workingDays,omitempty"`
	Visible          map[string]bool `json:"visible,omitempty"` // by backlog level
}

// CurrentIterationMacro is the default iteration of teams that have not chosen one: always the present one.
const CurrentIterationMacro = "@currentIteration"

// SettingsChange is what a request changes of a team's settings. Nil members stay as they are.
type SettingsChange struct {
	BacklogIteration      *uuid.UUID
	DefaultIteration      *uuid.UUID
	DefaultIterationMacro *string
	Bugs                  *BugsBehavior
	WorkingDays           []time.Weekday
	Visible               map[string]bool
}

// Bugs is where the team works on bugs.
func (t *Team) Bugs() BugsBehavior {
	if t.settings.Bugs != "" {
		return t.settings.Bugs
	}
	return t.Project.Process.BugsBehavior
}

// ChoseBugs reports whether the team itself has said where it works on bugs.
func (t *Team) ChoseBugs() bool { return t.settings.Bugs != "" }

// WorkingDays lists the days of the week on which the team works, from Sunday on.
func (t *Team) WorkingDays() []time.Weekday {
	if t.settings.WorkingDays != nil {
		return t.settings.WorkingDays
	}
	var days []time.Weekday
	for day := time.Sunday; day <= time.Saturday; day++ {
		if !slices.Contains(t.Project.Process.Weekends, day) {
			days = append(days, day)
		}
	}
	return days
}

// Shows reports whether the team works with a backlog level.
func (t *Team) Shows(b *Backlog) bool {
	if shown, set := t.settings.Visible[b.ID]; set {
		return shown
	}
	return !slices.Contains(t.Project.Process.HiddenBacklogs, b.ID)
}

// BacklogOf is the backlog level on which the team has a type: that of its category or, of bugs, the one the team puts
// them on; or nil.
func (t *Team) BacklogOf(kind *WorkItemType) *Backlog {
	return t.Project.Process.backlogOf(kind, t.Bugs())
}

// DefaultIteration is where new work items of the team go; nil when nothing says so. macro is what it follows from, or "".
func (t *Team) DefaultIteration(today time.Time) (n *Node, macro string) {
	switch {
	case t.settings.NoDefault:
		return nil, ""
	case t.settings.DefaultIteration == 0:
		return t.CurrentIteration(today), CurrentIterationMacro
	}
	return t.Project.node(t.Project.Iteration, func(n *Node) bool { return n.ID == t.settings.DefaultIteration }), ""
}

// CurrentIteration is the iteration of the team in which a day lies, the one that began last, or nil.
func (t *Team) CurrentIteration(today time.Time) *Node {
	var current *Node
	for _, n := range t.Iterations {
		if n.Start != nil && n.TimeFrame(today) == "current" && (current == nil || n.Start.After(*current.Start)) {
			current = n
		}
	}
	return current
}

// TimeFrame tells past, current and future iterations apart. today is a date at midnight UTC. observed: without dates an
// iteration is current.
func (n *Node) TimeFrame(today time.Time) string {
	switch {
	case n.Finish != nil && n.Finish.Before(today):
		return "past"
	case n.Start != nil && n.Start.After(today):
		return "future"
	}
	return "current"
}

// SetTeamSettings changes settings of a team. Faults: team not found, access denied, iterations that do not exist, levels
// the process does not have.
func (s *Store) SetTeamSettings(ctx context.Context, c *access.Caller, projectName, team string, change SettingsChange) error {
	return s.changeTeam(ctx, c, projectName, team, func(tx *db.Tx, t *Team) error {
		settings, backlog := t.settings, t.BacklogIteration
		if change.BacklogIteration != nil {
			if backlog = t.Project.iteration(*change.BacklogIteration); backlog == nil {
				return fault.BacklogIterationInvalid()
			}
		}
		if err := settings.setDefaultIteration(t.Project, change); err != nil {
			return err
		}
		if change.Bugs != nil {
			settings.Bugs = *change.Bugs
		}
		if change.WorkingDays != nil {
			settings.WorkingDays = change.WorkingDays
		}
		settings.Visible = maps.Clone(settings.Visible)
		for name, visible := range change.Visible {
			b := t.Project.Process.Backlog(name)
			if b == nil {
				return fault.TeamSettings("The backlog level '%s' does not exist.", name)
			}
			if settings.Visible == nil {
				settings.Visible = map[string]bool{}
			}
			settings.Visible[b.ID] = visible
		}
		var root int64
		if backlog != nil {
			root = backlog.ID
		}
		body, err := json.Marshal(settings)
		if err != nil {
			return err
		}
		_, err = tx.Exec(updateTeamSettings, c.Org, t.ID, root, string(body))
		return err
	})
}

func (s *teamSettings) setDefaultIteration(p *Project, change SettingsChange) error {
	if change.DefaultIteration != nil {
		n := p.iteration(*change.DefaultIteration)
		if n == nil {
			return fault.TeamSettings("The default iteration '%s' does not exist.", change.DefaultIteration)
		}
		s.DefaultIteration, s.NoDefault = n.ID, false
	}
	if change.DefaultIterationMacro == nil {
		return nil
	}
	switch macro := strings.TrimSpace(*change.DefaultIterationMacro); {
	case macro == "":
		s.NoDefault = s.DefaultIteration == 0
	case strings.EqualFold(macro, CurrentIterationMacro):
		s.DefaultIteration, s.NoDefault = 0, false
	default:
		return fault.TeamSettings("The macro '%s' is no default iteration; %s is the only one.", macro, CurrentIterationMacro)
	}
	return nil
}

// TeamAreaPath is an area a team is given, by its path.
type TeamAreaPath struct {
	Path            string
	IncludeChildren bool
}

// SetTeamAreas gives a team its areas, one of which is the default. Faults: team not found, access denied, areas that do not
// exist.
func (s *Store) SetTeamAreas(ctx context.Context, c *access.Caller, projectName, team, defaultPath string, areas []TeamAreaPath) error {
	return s.changeTeam(ctx, c, projectName, team, func(tx *db.Tx, t *Team) error {
		if _, err := tx.Exec(deleteTeamAreas, c.Org, t.ID); err != nil {
			return err
		}
		home := t.Project.FindNode(AreaNode, defaultPath)
		if home == nil {
			return fault.TeamSettings("The area '%s' does not exist.", defaultPath)
		}
		seen := map[*Node]bool{}
		for i, a := range areas {
			n := t.Project.FindNode(AreaNode, a.Path)
			if n == nil {
				return fault.TeamSettings("The area '%s' does not exist.", a.Path)
			}
			if seen[n] {
				return fault.TeamSettings("The area '%s' occurs twice.", a.Path)
			}
			seen[n] = true
			if _, err := tx.Exec(insertTeamArea, c.Org, t.ID, n.ID, a.IncludeChildren, n == home, i); err != nil {
				return err
			}
		}
		if !seen[home] {
			return fault.TeamSettings("The default area '%s' must be one of the team's areas.", home.Path)
		}
		return nil
	})
}

// AddTeamIteration lets a team work in an iteration and returns it; that it does so already is no fault. Faults: team not
// found, access denied, no backlog iteration, no such iteration.
func (s *Store) AddTeamIteration(ctx context.Context, c *access.Caller, projectName, team string, id uuid.UUID) error {
	return s.changeTeam(ctx, c, projectName, team, func(tx *db.Tx, t *Team) error {
		n := t.Project.iteration(id)
		switch {
		case t.BacklogIteration == nil: // observed
			return fault.BacklogIterationInvalid()
		case n == nil:
			return fault.IterationNotFound(id.String())
		case slices.Contains(t.Iterations, n):
			return nil
		}
		_, err := tx.Exec(insertTeamIteration, c.Org, t.ID, n.ID)
		return err
	})
}

// RemoveTeamIteration takes an iteration from a team. Faults: team not found, access denied, none of its iterations.
func (s *Store) RemoveTeamIteration(ctx context.Context, c *access.Caller, projectName, team string, id uuid.UUID) error {
	return s.changeTeam(ctx, c, projectName, team, func(tx *db.Tx, t *Team) error {
		n := t.Iteration(id)
		if n == nil {
			return fault.IterationNotFound(id.String())
		}
		_, err := tx.Exec(deleteTeamIteration, c.Org, t.ID, n.ID)
		return err
	})
}

// Iteration finds one of the team's iterations by its GUID, or returns nil.
func (t *Team) Iteration(id uuid.UUID) *Node {
	i := slices.IndexFunc(t.Iterations, func(n *Node) bool { return n.GUID == id })
	if i < 0 {
		return nil
	}
	return t.Iterations[i]
}

func (p *Project) iteration(id uuid.UUID) *Node {
	return p.node(p.Iteration, func(n *Node) bool { return n.GUID == id })
}

// node finds a node of a tree, or returns nil.
func (p *Project) node(root *Node, match func(*Node) bool) *Node {
	if match(root) {
		return root
	}
	for _, child := range root.Children {
		if n := p.node(child, match); n != nil {
			return n
		}
	}
	return nil
}

// changeTeam runs a change of what a team has set. Administrators of the team may do so, and those of its project.
func (s *Store) changeTeam(ctx context.Context, c *access.Caller, projectName, team string, change func(*db.Tx, *Team) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		if err := t.mayManage(c); err != nil {
			return err
		}
		if err := change(tx, t); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.TeamChanged, Project: t.Project.ID, Ref: t.ID})
		return err
	})
}

// findTeam finds a team of a project the caller may read, its default team for "".
func (s *Store) findTeam(tx *db.Tx, c *access.Caller, projectName, team string) (*Team, error) {
	catalog, err := s.Catalog(tx, c.Org)
	if err != nil {
		return nil, err
	}
	p, err := s.readable(tx, c, projectName)
	if err != nil {
		return nil, err
	}
	return catalog.TeamOf(p, team)
}

// TeamOf is a team of a project by name or GUID, its default team for "".
func (c *Catalog) TeamOf(p *Project, nameOrID string) (*Team, error) {
	t := c.Team(p.DefaultTeam)
	if nameOrID != "" {
		t = p.FindTeam(nameOrID)
	}
	if t == nil {
		return nil, fault.TeamNotFound(nameOrID)
	}
	return t, nil
}

// scanTeam reads a team and its settings.
func (c *Catalog) scanTeam(r *db.Rows) (*Team, error) {
	t := &Team{}
	var project, backlog int64
	var settings string
	if err := r.Scan(&t.ID, &project, &t.GUID, &t.Name, &t.Description, &backlog, &settings); err != nil {
		return nil, err
	}
	t.Project, t.BacklogIteration = c.byID[project], c.nodes[backlog]
	if err := json.Unmarshal([]byte(settings), &t.settings); err != nil {
		return nil, fmt.Errorf("settings of team %d: %w", t.ID, err)
	}
	return t, nil
}
