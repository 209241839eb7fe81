package project

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Capacity is how much somebody can do for a team in an iteration.
type Capacity struct {
	User       int64      `json:"-"`
	Activities []Activity `json:"activities"`
	DaysOff    []DateSpan `json:"daysOff"`
}

// Activity is hours a day for a kind of work.
type Activity struct {
	Name   string  `json:"name"`
	PerDay float64 `json:"perDay"`
}

// DateSpan is days from one to another, both included, at midnight UTC.
type DateSpan struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// TeamCapacity is all there is to know about the capacity of a team in an iteration.
type TeamCapacity struct {
	Team      *Team
	Iteration *Node
	Members   []Capacity // by user
	DaysOff   []DateSpan // of the whole team
}

// PerDay is how many hours the team can work on a day.
func (c *TeamCapacity) PerDay() (hours float64) {
	for _, m := range c.Members {
		for _, a := range m.Activities {
			hours += a.PerDay
		}
	}
	return hours
}

// MembersOff is how many working days of the iteration the members have off altogether.
func (c *TeamCapacity) MembersOff() (days int) {
	for _, m := range c.Members {
		days += c.off(m.DaysOff)
	}
	return days
}

// TotalOff counts besides those the days on which the whole team is off, for each member that is not off anyway.
func (c *TeamCapacity) TotalOff() (days int) {
	for _, m := range c.Members {
		days += c.off(append(slices.Clone(m.DaysOff), c.DaysOff...))
	}
	return days
}

// off counts the working days of the iteration that lie in spans.
func (c *TeamCapacity) off(spans []DateSpan) (days int) {
	seen, works := map[time.Time]bool{}, c.Team.WorkingDays()
	for _, span := range spans {
		for day := span.Start; !day.After(span.End); day = day.AddDate(0, 0, 1) {
			outside := c.Iteration.Start != nil && day.Before(*c.Iteration.Start) || c.Iteration.Finish != nil && day.After(*c.Iteration.Finish)
			if !outside && !seen[day] && slices.Contains(works, day.Weekday()) {
				seen[day] = true
				days++
			}
		}
	}
	return days
}

// Names of documents; the id of the iteration follows.
const (
	capacityDocument = "capacity/"
	daysOffDocument  = "daysoff/"
)

// Capacity reads the capacity of a team in one of its iterations. Faults: project, team or iteration not found.
func (s *Store) Capacity(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID) (found *TeamCapacity, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, n, err := s.findIteration(tx, c, projectName, team, iteration)
		if err != nil {
			return err
		}
		found, err = readCapacity(tx, c.Org, t, n)
		return err
	})
	return found, err
}

// IterationCapacities reads the capacities of all teams that work in an iteration of a project.
func (s *Store) IterationCapacities(ctx context.Context, c *access.Caller, projectName string, iteration uuid.UUID) (all []*TeamCapacity, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, err := s.readable(tx, c, projectName)
		if err != nil {
			return err
		}
		n := p.iteration(iteration)
		if n == nil {
			return fault.IterationNotFound(iteration.String())
		}
		for _, t := range p.Teams {
			if slices.Contains(t.Iterations, n) {
				found, err := readCapacity(tx, c.Org, t, n)
				if err != nil {
					return err
				}
				all = append(all, found)
			}
		}
		return nil
	})
	return all, err
}

func readCapacity(tx *db.Tx, org int64, t *Team, n *Node) (*TeamCapacity, error) {
	found := &TeamCapacity{Team: t, Iteration: n}
	key := strconv.FormatInt(n.ID, 10)
	err := eachDocument(tx, org, t.ID, capacityDocument+key, func(user int64, body []byte) error {
		m := Capacity{User: user}
		err := json.Unmarshal(body, &m)
		found.Members = append(found.Members, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, readDocument(tx, org, t.ID, daysOffDocument+key, 0, &found.DaysOff)
}

// SetCapacities stores what members of a team can do in an iteration. With replace all others have none from now on. Whoever
// contributes to the project may do so.
func (s *Store) SetCapacities(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID, members []Capacity, replace bool) error {
	return s.plan(ctx, c, projectName, team, iteration, func(tx *db.Tx, t *Team, key string) error {
		if replace {
			if _, err := tx.Exec(deleteDocuments, c.Org, t.ID, capacityDocument+key); err != nil {
				return err
			}
		}
		for _, m := range members {
			for _, a := range m.Activities {
				if !(a.PerDay >= 0 && a.PerDay <= 24) {
					return fault.InvalidArgument("The capacity of a day is 0 to 24 hours, not %v.", a.PerDay)
				}
			}
			if err := checkSpans(m.DaysOff); err != nil {
				return err
			}
			if err := writeDocument(tx, c.Org, t.ID, capacityDocument+key, m.User, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetTeamDaysOff stores on which days of an iteration the whole team is off.
func (s *Store) SetTeamDaysOff(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID, spans []DateSpan) error {
	return s.plan(ctx, c, projectName, team, iteration, func(tx *db.Tx, t *Team, key string) error {
		if err := checkSpans(spans); err != nil {
			return err
		}
		return writeDocument(tx, c.Org, t.ID, daysOffDocument+key, 0, spans)
	})
}

// maxSpan is how long days off may be at a stretch.
const maxSpan = 10 * 366 * 24 * time.Hour

func checkSpans(spans []DateSpan) error {
	for i := range spans {
		d := &spans[i]
		d.Start, d.End = *midnight(&d.Start), *midnight(&d.End)
		if d.End.Before(d.Start) || d.End.Sub(d.Start) > maxSpan {
			return fault.InvalidArgument("Days off from %s to %s are not valid.", d.Start.Format(time.DateOnly), d.End.Format(time.DateOnly))
		}
	}
	return nil
}

// plan changes what is kept about an iteration of a team.
func (s *Store) plan(ctx context.Context, c *access.Caller, projectName, team string, iteration uuid.UUID, change func(tx *db.Tx, t *Team, key string) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, n, err := s.findIteration(tx, c, projectName, team, iteration)
		if err != nil {
			return err
		}
		if !c.CanWrite(t.Project.ID) {
			return fault.AccessDenied(c.User.DisplayName, "Edit the capacity of a team")
		}
		return change(tx, t, strconv.FormatInt(n.ID, 10))
	})
}

// findIteration finds an iteration of a team.
func (s *Store) findIteration(tx *db.Tx, c *access.Caller, projectName, team string, iteration uuid.UUID) (*Team, *Node, error) {
	t, err := s.findTeam(tx, c, projectName, team)
	if err != nil {
		return nil, nil, err
	}
	n := t.Iteration(iteration)
	if n == nil {
		return nil, nil, fault.IterationNotFound(iteration.String())
	}
	return t, n, nil
}
