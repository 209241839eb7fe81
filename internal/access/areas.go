package access

import (
	"cmp"
	"fmt"
	"slices"
)

// Areas is what somebody may do with the work items of areas. It is immutable, worked out once for a user of a directory.
type Areas struct {
	everything bool
	allowed    map[int64]int64       // by area; a deleted one has what the area has that took its work items in, if any did
	views      map[int64]viewedAreas // by project
}

// viewedAreas is which work items of a project somebody may view.
type viewedAreas struct {
	all   bool
	areas []int64 // when not all: those of these areas, deleted ones among them, sorted
}

// Areas returns what the caller may do with work items as of the directory, which may be newer than what the caller was
// authenticated with.
func (d *Directory) Areas(c *Caller) *Areas {
	if c.system {
		return &Areas{everything: true}
	}
	if c.directory == nil {
		return &Areas{}
	}
	p := d.principal(c.User)
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.areas == nil {
		p.areas = d.sharedAreas(p.subjects)
	}
	return p.areas
}

// sharedAreas returns the same to all whose subjects are the same, as far as permissions of areas name them: with thousands
// of areas it takes much room, and there are many more people than ways to have something set.
func (d *Directory) sharedAreas(of map[Subject]bool) *Areas {
	if d.areaSubjects == nil {
		d.areaSubjects = d.subjectsOfAreas()
	}
	key := ""
	for _, s := range d.areaSubjects {
		if of[s] {
			key += fmt.Sprint(s)
		}
	}
	a := d.areasBySubjects[key]
	if a == nil {
		a = d.areas(of)
		d.areasBySubjects[key] = a
	}
	return a
}

// subjectsOfAreas are those for whom something is set at some area, or who begin with something, in a fixed order.
func (d *Directory) subjectsOfAreas() []Subject {
	tokens := []string{""}
	for k := range d.lists {
		tokens = append(tokens, k.token)
	}
	for k := range d.starts {
		tokens = append(tokens, k.token)
	}
	all, namespace := []Subject{}, FindNamespace(AreaNamespace)
	for _, token := range tokens {
		entries, _ := d.at(namespace, token) // none at tokens of other namespaces
		for _, e := range entries {
			all = append(all, e.Subject)
		}
	}
	slices.SortFunc(all, func(a, b Subject) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	return slices.Compact(all)
}

// May reports whether permissions are given on the work items of an area, all of them. Nobody may do anything in an area
// that is not known.
func (a *Areas) May(area, permissions int64) bool {
	return a.everything || a.allowed[area]&permissions == permissions
}

// Views reports whether all work items of a project may be viewed, or else in which areas, sorted by id.
func (a *Areas) Views(project int64) (all bool, areas []int64) {
	v := a.views[project]
	return a.everything || v.all, v.areas
}

// heir is the area that the work items of a deleted one went to in the end. It is 0 when the last of those, which is deleted
// too, had none: nobody has taken over what was made there, and what was set for it stays.
func (d *Directory) heir(n goneArea) (area int64, last goneArea) {
	for range len(d.gone) {
		next, gone := d.gone[n.successor]
		if !gone {
			break
		}
		n = next
	}
	return n.successor, n
}

// areas evaluates the tree from its roots: an area at which nothing is set has what the one above it has.
func (d *Directory) areas(of map[Subject]bool) *Areas {
	a := &Areas{allowed: make(map[int64]int64, len(d.nodes)), views: map[int64]viewedAreas{}}
	namespace := FindNamespace(AreaNamespace)
	var rights func(key string) int64
	rights = func(key string) int64 {
		n := d.nodes[key]
		if found, ok := a.allowed[n.id]; ok {
			return found
		}
		var found int64
		if n.parent == "" || d.lists[listKey{AreaNamespace, key}] != nil {
			found = d.evaluate(of, namespace, key).effectiveAllow
		} else {
			found = rights(n.parent)
		}
		a.allowed[n.id] = found
		return found
	}
	roots := map[int64]int64{} // by project
	projects := map[int64]int64{}
	for key, n := range d.nodes {
		if n.area {
			rights(key)
			projects[n.id] = n.project
			if n.parent == "" {
				roots[n.project] = n.id
			}
		}
	}
	for id, n := range d.gone {
		projects[id] = n.project
		heir, last := d.heir(n)
		switch _, known := a.allowed[heir]; {
		case heir == 0:
			a.allowed[id] = d.evaluate(of, namespace, last.key).effectiveAllow
		case known:
			a.allowed[id] = a.allowed[heir]
		default:
			a.allowed[id] = a.allowed[roots[n.project]]
		}
	}
	for id, project := range projects {
		v, ok := a.views[project]
		if !ok {
			v.all = true
		}
		if a.allowed[id]&ViewWorkItems != 0 {
			v.areas = append(v.areas, id)
		} else {
			v.all = false
		}
		a.views[project] = v
	}
	for project, v := range a.views {
		if v.all {
			v.areas = nil
		}
		slices.Sort(v.areas)
		a.views[project] = v
	}
	return a
}
