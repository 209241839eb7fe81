package access

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// set stores what a subject is allowed and denied at a token.
func (x *fixture) set(t *testing.T, namespace, token string, e Entry) {
	t.Helper()
	x.update(t, func(tx *db.Tx) error { return SetEntry(tx, by(1), FindNamespace(namespace), token, e) })
}

func (x *fixture) analytics(project int64) string { return AnalyticsToken(x.projects[project-1]) }

// Who may ask Analytics about which of the projects 1 to 3, while ViewAnalytics is denied and allowed again.
func TestViewAnalytics(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		boss, bossID := x.person(t, "Boss", User{Active: true, Level: Basic, Administrator: true}, 1)
		writer, writerID := x.person(t, "Writer", User{Active: true, Level: Basic}, 1)
		x.update(t, func(tx *db.Tx) error {
			return errors.Join(x.store.AddMember(tx, 1, 1, x.bobID, Reader), x.store.AddMember(tx, 1, 2, x.bobID, Contributor),
				x.store.AddMember(tx, 1, 1, writerID, Contributor), x.store.AddMember(tx, 1, 2, writerID, Administrator),
				x.store.AddMember(tx, 1, 3, writerID, Reader))
		})
		tokens := map[string]string{"boss": x.token(t, Token{Account: boss}), "bob": x.token(t, Token{Account: x.bob}), "writer": x.token(t, Token{Account: writer})}
		caller := func(who string) *Caller {
			c, err := x.store.Authenticate(t.Context(), 1, tokens[who])
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		// views lists the projects whose Analytics data somebody may see, and tells whether those are all there are.
		views := func(who string) string {
			c, list := caller(who), []int64{}
			for project := int64(1); project <= 3; project++ {
				if c.CanViewAnalytics(project) {
					list = append(list, project)
				}
				if c.CanRead(project) != (who != "bob" || project < 3) {
					t.Errorf("%s reads project %d: %t; the permission must not change that", who, project, c.CanRead(project))
				}
			}
			return fmt.Sprint(list, c.ViewsAllAnalytics())
		}
		for i, step := range []struct {
			project            int64
			of                 Subject
			allow, deny        int64
			boss, bob, writers string
		}{
			{1, Subject{UserKind, x.bobID}, 0, 0, "[1 2 3] true", "[1 2] false", "[1 2 3] true"},
			{1, Subject{UserKind, x.bobID}, 0, 1, "[1 2 3] true", "[2] false", "[1 2 3] true"},
			{2, Subject{Contributor, 2}, 0, 1, "[1 2 3] true", "[] false", "[1 2 3] true"},
			{1, Subject{Contributor, 1}, 0, 1, "[1 2 3] true", "[] false", "[2 3] false"},
			{1, Subject{UserKind, writerID}, 1, 0, "[1 2 3] true", "[] false", "[2 3] false"}, // a denial wins
			{3, Subject{UserKind, bossID}, 0, 1, "[1 2] false", "[] false", "[2 3] false"},
			{1, Subject{Contributor, 1}, 1, 0, "[1 2] false", "[] false", "[1 2 3] true"},
			{2, Subject{Contributor, 2}, 1, 0, "[1 2] false", "[2] false", "[1 2 3] true"},
			{1, Subject{UserKind, x.bobID}, 0, 0, "[1 2] false", "[1 2] false", "[1 2 3] true"},
			{2, Subject{Contributor, 2}, 0, 0, "[1 2] false", "[1] false", "[1 2 3] true"}, // nothing said is not allowed
			{3, Subject{UserKind, bossID}, 0, 0, "[1 2 3] true", "[1] false", "[1 2 3] true"},
		} {
			x.set(t, AnalyticsNamespace, x.analytics(step.project), Entry{step.of, step.allow, step.deny})
			got, want := []string{views("boss"), views("bob"), views("writer")}, []string{step.boss, step.bob, step.writers}
			if !slices.Equal(got, want) {
				t.Errorf("step %d: %q, want %q", i, got, want)
			}
		}
		for who, may := range map[string][]int64{"bob": nil, "writer": {2}, "boss": {1, 2, 3}} {
			for project := int64(1); project <= 3; project++ {
				_, err := x.store.SetEntries(t.Context(), caller(who), FindNamespace(AnalyticsNamespace), x.analytics(project), []Entry{{Subject{Reader, project}, 0, 1}}, true)
				f, refused := errors.AsType[*fault.Fault](err)
				if refused == slices.Contains(may, project) || refused && f.Status != 403 || err != nil && !refused {
					t.Errorf("%s sets a permission of project %d: %v", who, project, err)
				}
			}
		}
	})
}

// world is a naive model of groups and permissions, which evaluates by its own, plain rules.
type world struct {
	in      map[Subject][]Subject           // groups by member
	entries map[string]map[Subject][2]int64 // by area: what is allowed and denied
	parent  map[string]string
	closed  map[string]bool // does not inherit
}

// holds reports whether somebody is, by any number of steps, in a group.
func (w *world) holds(group, who Subject, depth int) bool {
	if group == who {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, g := range w.in[who] {
		if w.holds(group, g, depth-1) {
			return true
		}
	}
	return false
}

// may says whether somebody has a permission at an area: the nearest area that says anything decides, and there a denial.
func (w *world) may(who Subject, area string, bit int64) bool {
	for at := area; at != ""; at = w.parent[at] {
		allowed, denied := false, false
		for subject, e := range w.entries[at] {
			if w.holds(subject, who, 12) {
				allowed, denied = allowed || e[0]&bit != 0, denied || e[1]&bit != 0
			}
		}
		if denied {
			return false
		}
		if allowed {
			return true
		}
		if w.closed[at] {
			return false
		}
	}
	return w.holds(Subject{Administrator, 0}, who, 12)
}

// Random groups in groups, users and permissions on areas: what a caller may do is what the model says.
func TestAllowed_Random(t *testing.T) {
	insertNode := db.SQL("access.testInsertNode", `
		INSERT INTO nodes (org_id, node_id, project_id, guid, kind, parent_id, name, is_deleted) VALUES (1, $1, $2, $3, 0, $4, 'n', false)`)
	begin := map[Kind]int64{Administrator: 16 | 32, Contributor: 16 | 32, Builder: 16 | 32, Reader: 16}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		for seed := range uint64(4) {
			rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test that can be repeated
			x := newFixture(t, b)
			w := &world{in: map[Subject][]Subject{}, entries: map[string]map[Subject][2]int64{}, parent: map[string]string{}, closed: map[string]bool{}}
			var users, groups []Subject
			var accounts []int64
			for i := range 8 {
				account, id := x.person(t, fmt.Sprint("user", i), User{Active: true, Level: Basic}, 1)
				users, accounts = append(users, Subject{UserKind, id}), append(accounts, account)
			}
			var areas []string
			x.update(t, func(tx *db.Tx) error {
				for project := int64(1); project <= 2; project++ {
					root := NodeToken(x.roots[project-1])
					w.entries[root] = map[Subject][2]int64{}
					for kind, allow := range begin {
						w.entries[root][Subject{kind, project}] = [2]int64{allow, 0}
						groups = append(groups, Subject{kind, project})
					}
					areas = append(areas, root)
					ids, tokens := []int64{project}, []string{root} // the fixture numbers roots like their projects
					for i := range 6 {
						id, guid, above := 100*project+int64(i), uuid.New(), rnd.IntN(len(ids))
						if _, err := tx.Exec(insertNode, id, project, guid, ids[above]); err != nil {
							return err
						}
						token := NodeToken(guid)
						w.parent[token], w.entries[token] = tokens[above], map[Subject][2]int64{}
						ids, tokens, areas = append(ids, id), append(tokens, token), append(areas, token)
					}
				}
				for i := range 8 {
					g, err := AddGroup(tx, by(1), Group{Name: fmt.Sprint("group", i), Project: int64(i % 3)})
					if err != nil {
						return err
					}
					groups = append(groups, g.Subject())
				}
				slices.SortFunc(groups[:8], func(a, b Subject) int { return int(a.ID-b.ID)*10 + map[bool]int{true: 1, false: -1}[a.Kind > b.Kind] })
				for range 16 { // later groups into earlier ones only: nothing holds itself
					to := rnd.IntN(len(groups) - 1)
					from := to + 1 + rnd.IntN(len(groups)-to-1)
					if err := w.join(tx, groups[to], groups[from]); err != nil {
						return err
					}
				}
				for _, u := range users {
					for range 1 + rnd.IntN(3) {
						if err := w.join(tx, groups[rnd.IntN(len(groups))], u); err != nil {
							return err
						}
					}
				}
				return w.join(tx, Subject{Administrator, 0}, users[0])
			})
			x.update(t, func(tx *db.Tx) error {
				for range 40 {
					token, subject := areas[rnd.IntN(len(areas))], slices.Concat(users, groups)[rnd.IntN(len(users)+len(groups))]
					e := Entry{subject, []int64{0, 16, 32, 48}[rnd.IntN(4)], []int64{0, 16, 32, 0}[rnd.IntN(4)]}
					e.Allow &^= e.Deny
					w.entries[token][subject] = [2]int64{e.Allow, e.Deny}
					if err := SetEntry(tx, by(1), FindNamespace(AreaNamespace), token, e); err != nil {
						return err
					}
					if rnd.IntN(8) == 0 {
						w.closed[token] = true
						if err := setInherits(tx, 1, FindNamespace(AreaNamespace), token, false); err != nil {
							return err
						}
					}
				}
				return nil
			})
			both := 0
			for i, u := range users {
				c, err := x.store.Authenticate(t.Context(), 1, x.token(t, Token{Account: accounts[i]}))
				if err != nil {
					t.Fatal(err)
				}
				d, err := x.store.Snapshot(t.Context(), 1)
				if err != nil {
					t.Fatal(err)
				}
				items := d.Areas(c)
				for _, area := range areas {
					for _, bit := range []int64{16, 32} {
						got, want := c.Allowed(AreaNamespace, area, bit), w.may(u, area, bit)
						n := d.nodes[FindNamespace(AreaNamespace).key(area)]
						if whole, some := items.Views(n.project); items.May(n.id, bit) != want || bit == 16 && want != (whole || slices.Contains(some, n.id)) {
							t.Errorf("seed %d: user %d has %d on the work items of %s: %t and in %v, want %t", seed, u.ID, bit, area, !want, some, want)
						}
						if why := d.Explain(u, FindNamespace(AreaNamespace), area, bit); why.Allowed != want || !w.explains(u, area, bit, why) {
							t.Errorf("seed %d: user %d has %d at %s: %t, for %+v", seed, u.ID, bit, area, want, why)
						}
						if got != want {
							t.Errorf("seed %d: user %d has %d at %s: %t, want %t", seed, u.ID, bit, area, got, want)
						}
						if want {
							both++
						}
					}
				}
			}
			if both == 0 || both == len(users)*len(areas)*2 {
				t.Errorf("seed %d decides nothing", seed)
			}
		}
	})
}

func (w *world) join(tx *db.Tx, container, member Subject) error {
	w.in[member] = append(w.in[member], container)
	return Join(tx, by(1), container, member)
}

// explains reports whether an explanation is true: each entry that is said to have decided says so, somebody is in the group
// by the way that is told, and nothing nearer says anything.
func (w *world) explains(who Subject, area string, bit int64, x Explanation) bool {
	n := FindNamespace(AreaNamespace)
	for at := area; at != "" && n.key(at) != x.Token && n.key(at) != x.Closed; at = w.parent[at] {
		for subject, e := range w.entries[at] {
			if w.holds(subject, who, 12) && (e[0]|e[1])&bit != 0 {
				return false
			}
		}
	}
	for _, g := range x.Grounds {
		at := who
		for _, next := range g.Through {
			if next.Kind != ValidUser && !slices.Contains(w.in[at], next) {
				return false
			}
			at = next
		}
		if at != g.Subject || g.Denied == x.Allowed {
			return false
		}
		for token, entries := range w.entries {
			if e := entries[g.Subject]; n.key(token) == x.Token && (g.Denied && e[1]&bit == 0 || !g.Denied && e[0]&bit == 0) {
				return false
			}
		}
	}
	return true
}
