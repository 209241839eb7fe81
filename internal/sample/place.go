package sample

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// world is an organization as its items are written.
type world struct {
	catalog *project.Catalog
	places  []*place
	people  []*colleague
	mails   []string                     // of everybody, by id
	values  map[project.FieldID][]string // what is written into custom text fields
}

// colleague is someone who works on items.
type colleague struct {
	id   work.User
	zone *time.Location
	left time.Time
}

func (c *colleague) active(at time.Time) bool { return c.left.IsZero() || at.Before(c.left) }

// place is a project as items are written in it.
type place struct {
	*project.Project
	location *time.Location
	weight   int
	opened   time.Time
	kinds    []*kind
	shares   []int           // of the kinds
	areas    []*project.Node // the root first
	sprints  []*project.Node // iterations with dates, by start
	releases []release
	staff    []*colleague
	tags     []work.Tag // by name, without regard to case
	shelves  [roles][]shelved
	unwanted func(*history) bool // histories that must not end like this; may be nil
}

// release is an iteration that holds sprints, with the days they cover.
type release struct {
	node          *project.Node
	start, finish time.Time
}

// shelved is an item that later ones may be linked to.
type shelved struct {
	id      int64
	place   *place
	area    *project.Node
	created time.Time
	done    time.Time // when work on it ended
}

// shelfSize is how many items are remembered for each role.
const shelfSize = 8

// open reads an organization that has just been stored.
func (c Config) open(ctx context.Context, org int64, o *organization) (*world, error) {
	w := &world{values: map[project.FieldID][]string{}}
	var tags []work.Tag
	err := c.DB.View(ctx, func(tx *db.Tx) (err error) {
		if w.catalog, err = c.Projects.Catalog(tx, org); err != nil {
			return err
		}
		tags, err = work.ReadTags(tx, org)
		return err
	})
	if err != nil {
		return nil, err
	}
	zones := map[string]*time.Location{"": w.catalog.Organization.Location}
	for i, p := range o.people {
		zone := zones[p.zone]
		if zone == nil {
			if zone, err = time.LoadLocation(p.zone); err != nil {
				return nil, err
			}
			zones[p.zone] = zone
		}
		w.mails = append(w.mails, p.mail)
		if !p.silent {
			w.people = append(w.people, &colleague{work.User(i + 1), zone, p.left})
		}
	}
	for _, f := range o.fields {
		w.values[w.catalog.FindField(f.ref).ID] = f.values
	}
	total := 0
	for _, p := range o.projects {
		total += p.weight
	}
	for i := range o.projects {
		p, err := w.place(&o.projects[i], total, i)
		if err != nil {
			return nil, err
		}
		w.places = append(w.places, p)
	}
	slices.SortStableFunc(tags, func(a, b work.Tag) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	for _, t := range tags {
		p := w.placeOf(t.Project)
		p.tags = append(p.tags, t)
	}
	return w, nil
}

// placeOf finds the place of a project by its id.
func (w *world) placeOf(id int64) *place {
	return w.places[slices.IndexFunc(w.places, func(p *place) bool { return p.ID == id })]
}

// named finds a place by the project's name.
func (w *world) named(name string) *place {
	return w.places[slices.IndexFunc(w.places, func(p *place) bool { return p.Name == name })]
}

// place makes the index-th project ready for writing; total is the weight of all.
func (w *world) place(spec *projectSpec, total, index int) (*place, error) {
	found, err := w.catalog.FindProject(spec.name)
	if err != nil {
		return nil, err
	}
	p := &place{Project: found, location: w.catalog.Organization.Location, weight: spec.weight, opened: spec.created, kinds: kindsOf(found.Process)}
	of := [roles]int{}
	for _, k := range p.kinds {
		of[k.role]++
	}
	for _, k := range p.kinds {
		p.shares = append(p.shares, max(1, 10*usualShare[k.role]/of[k.role]))
	}
	p.areas = flatten(found.Area)
	for _, n := range flatten(found.Iteration) {
		if n.Start != nil {
			p.sprints = append(p.sprints, n)
		} else if r := (release{node: n}); n.Parent != nil && len(n.Children) > 0 {
			for _, c := range n.Children {
				if c.Start != nil && (r.start.IsZero() || c.Start.Before(r.start)) {
					r.start = *c.Start
				}
				if c.Finish != nil && c.Finish.After(r.finish) {
					r.finish = *c.Finish
				}
			}
			p.releases = append(p.releases, r)
		}
	}
	slices.SortStableFunc(p.sprints, func(a, b *project.Node) int { return a.Start.Compare(*b.Start) })
	// The larger a project, the more people work in it; everybody works somewhere.
	n := len(w.people)
	projects := len(w.catalog.Projects)
	for i := range min(n, 3+n/projects+2*n*spec.weight/max(total, 1)) {
		p.staff = append(p.staff, w.people[(index*n/projects+i)%n])
	}
	return p, nil
}

// flatten lists a tree, parents before their children.
func flatten(n *project.Node) []*project.Node {
	all := []*project.Node{n}
	for _, c := range n.Children {
		all = append(all, flatten(c)...)
	}
	return all
}

// today is the calendar day of an instant in the organization, as iterations write their days.
func (p *place) today(at time.Time) time.Time {
	y, m, d := at.In(p.location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// sprint is the iteration in which work is done on a day, in the same part of the tree as the present one if possible;
// nil when there is none.
func (p *place) sprint(at time.Time, present *project.Node) *project.Node {
	today := p.today(at)
	var found *project.Node
	for _, n := range p.sprints {
		if n.Finish.Before(today) {
			continue
		}
		if found == nil {
			found = n
		}
		if present == nil || present.Parent == n.Parent {
			return n
		}
		if n.Start.After(today) {
			break
		}
	}
	return found
}

// release is the iteration that large items planned on a day belong to.
func (p *place) release(at time.Time) *project.Node {
	today := p.today(at)
	for _, r := range p.releases {
		if !today.Before(r.start) && !today.After(r.finish) {
			return r.node
		}
	}
	return p.Iteration
}

// shelve remembers an item for later links.
func (p *place) shelve(r role, s shelved) {
	if len(p.shelves[r]) == shelfSize {
		copy(p.shelves[r], p.shelves[r][1:])
		p.shelves[r][shelfSize-1] = s
		return
	}
	p.shelves[r] = append(p.shelves[r], s)
}

// open lists the items of a role that are worked on at a time.
func (p *place) open(r role, at time.Time) []shelved {
	var found []shelved
	for _, s := range p.shelves[r] {
		if s.created.Before(at) && s.done.After(at) {
			found = append(found, s)
		}
	}
	return found
}
