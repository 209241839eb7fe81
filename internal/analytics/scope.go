package analytics

import (
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/odata"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Scope is what a query may see and how it counts days. A plan cannot be made without one.
type Scope struct {
	Project  *project.Project // of a project URL; nil at organization scope
	Location *time.Location
	Now      time.Time

	projects []*project.Project // in scope, as far as the caller may see them
	readable projectSet
	byGUID   map[uuid.UUID]int64
	byName   map[string]int64
	names    map[int64]string
}

// NewScope derives the scope of a caller's request. p is the project of the URL, already checked to be one whose
// Analytics data the caller may see.
func NewScope(catalog *project.Catalog, c *access.Caller, p *project.Project, now time.Time) *Scope {
	s := &Scope{Project: p, Location: catalog.Organization.Location, Now: now,
		byGUID: map[uuid.UUID]int64{}, byName: map[string]int64{}, names: map[int64]string{}, readable: noProjects()}
	for _, q := range catalog.Projects {
		s.byGUID[q.GUID], s.byName[strings.ToLower(q.Name)], s.names[q.ID] = q.ID, q.ID, q.Name
		if c.CanViewAnalytics(q.ID) {
			s.readable.ids[q.ID] = true
			if p == nil || p.ID == q.ID {
				s.projects = append(s.projects, q)
			}
		}
	}
	if c.ViewsAllAnalytics() {
		s.readable = everyProject()
	}
	return s
}

// unknownProject stands in project sets for a project that does not exist: nobody may read it, so naming one tells no
// more than naming one that cannot be read.
const unknownProject = -1

// projectSet is a set of projects: every project, or those listed.
type projectSet struct {
	all bool
	ids map[int64]bool
	by  []odata.Expr // the terms of the query that say so
}

func everyProject() projectSet { return projectSet{all: true} }
func noProjects() projectSet   { return projectSet{ids: map[int64]bool{}} }

func onlyProject(id int64) projectSet { return projectSet{ids: map[int64]bool{id: true}} }

// and is the intersection.
func (s projectSet) and(t projectSet) projectSet {
	switch {
	case s.all:
		return t
	case t.all:
		return s
	}
	both := noProjects()
	both.by = terms(s.by, t.by)
	for id := range s.ids {
		if t.ids[id] {
			both.ids[id] = true
		}
	}
	return both
}

// or is the union.
func (s projectSet) or(t projectSet) projectSet {
	if s.all || t.all {
		return everyProject()
	}
	union := projectSet{ids: maps.Clone(s.ids), by: terms(s.by, t.by)}
	for id := range t.ids {
		union.ids[id] = true
	}
	return union
}

// terms joins two lists, as far as anybody would read them.
func terms(a, b []odata.Expr) []odata.Expr {
	const most = 10
	for _, e := range b {
		if len(a) < most && !slices.Contains(a, e) {
			a = append(a[:len(a):len(a)], e)
		}
	}
	return a
}

// within reports whether every project of s is in t.
func (s projectSet) within(t projectSet) bool {
	if t.all {
		return true
	}
	if s.all {
		return false
	}
	for id := range s.ids {
		if !t.ids[id] {
			return false
		}
	}
	return true
}

func (s projectSet) empty() bool { return !s.all && len(s.ids) == 0 }

func (s projectSet) list() []int64 { return slices.Sorted(maps.Keys(s.ids)) }
