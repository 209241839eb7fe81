package work

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// mirror is what a follower of link changes believes: "source rel target", by what it was told so far.
type mirror struct {
	t       *testing.T
	project string
	after   int64
	links   []string
}

func (m *mirror) follow(x *fixture, page int) {
	m.t.Helper()
	for end := false; !end; {
		part, next, last, err := x.items.ReportLinks(m.t.Context(), x.caller(m.t, "Ada"), m.project, LinkReporting{After: m.after, Max: page})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, l := range part {
			name := fmt.Sprint(l.Source, " ", l.Rel, " ", l.Target)
			if i := slices.Index(m.links, name); i >= 0 == l.Active {
				m.t.Fatalf("%s: told again that %s is %v", m.project, name, l.Active)
			} else if l.Active {
				m.links = append(m.links, name)
			} else {
				m.links = slices.Delete(m.links, i, i+1)
			}
		}
		m.after, end = next, last
	}
}

// linksOf is what a mirror must hold, but for Related links: which of their ends is the source does not follow from what
// is stored.
func (x *fixture) linksOf(t *testing.T, projectName string) []string {
	t.Helper()
	list := x.lines(t, `SELECT l.item_id || ' ' || l.rel || ' ' || l.other_id FROM work_links l
		JOIN work_items i ON i.org_id = l.org_id AND i.id = l.item_id AND NOT i.is_deleted
		JOIN work_items o ON o.org_id = l.org_id AND o.id = l.other_id AND NOT o.is_deleted
		JOIN projects p ON p.org_id = i.org_id AND p.project_id = i.project_id
		WHERE l.deleted_at IS NULL AND ($1 = '' OR p.name = $1) AND l.rel NOT LIKE '%-Reverse'`, projectName)
	return directed(list)
}

func directed(list []string) []string {
	all := []string{}
	for _, l := range list {
		if !strings.Contains(l, "Related") {
			all = append(all, l)
		}
	}
	slices.Sort(all)
	return all
}

// relatedIn is the ends of the Related links in a list, each pair once.
func relatedIn(list []string) []string {
	var all []string
	for _, l := range list {
		var a, b int64
		if n, _ := fmt.Sscanf(l, "%d System.LinkTypes.Related %d", &a, &b); n == 2 {
			all = append(all, fmt.Sprint(min(a, b), "-", max(a, b)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Whatever happens to work items, a follower of link changes knows each link that is shown and no other; so does one of a
// single project, and one of a store that was upgraded.
func TestReportLinks(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		rnd := rand.New(rand.NewPCG(3, 9))
		ids := make([]int64, 7)
		for i := range ids {
			ids[i] = x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%d"`, i)).ID
		}
		mirrors := []*mirror{{t: t}, {t: t, project: "Agile"}, {t: t, project: "Scrum"}, {t: t, project: "Basic"}}
		compare := func(when string, all []*mirror) {
			t.Helper()
			for _, m := range all {
				m.follow(x, 1+rnd.IntN(4))
				if diff := cmp.Diff(x.linksOf(t, m.project), directed(m.links)); diff != "" {
					t.Fatalf("%s, links of %q (-stored +told):\n%s", when, m.project, diff)
				}
			}
			stored := x.lines(t, `SELECT l.item_id || ' ' || l.rel || ' ' || l.other_id FROM work_links l
				JOIN work_items i ON i.org_id = l.org_id AND i.id = l.item_id AND NOT i.is_deleted
				JOIN work_items o ON o.org_id = l.org_id AND o.id = l.other_id AND NOT o.is_deleted WHERE l.deleted_at IS NULL`)
			if diff := cmp.Diff(relatedIn(stored), relatedIn(all[0].links)); diff != "" {
				t.Fatalf("%s, related (-stored +told):\n%s", when, diff)
			}
		}
		told := 0
		for n := range 240 {
			x.live(t, rnd, ids)
			if n%2 == 0 { // most are deleted sooner or later
				if _, err := x.items.Restore(t.Context(), x.caller(t, "Ada"), "", ids[rnd.IntN(len(ids))]); err != nil {
					_ = says(t, err)
				}
			}
			if n == 200 {
				if err := x.items.Destroy(t.Context(), x.caller(t, "Ada"), "", ids[6], false); err != nil {
					t.Fatal(err)
				}
			}
			if n%3 == 0 {
				compare(fmt.Sprint("after change ", n), mirrors)
			}
			told = max(told, len(mirrors[0].links))
		}
		if told < 4 || mirrors[0].after < 40 {
			t.Errorf("at most %d links, %d changes", told, mirrors[0].after)
		}
		x.upgradeLinks(t)
		compare("upgraded", []*mirror{{t: t}, {t: t, project: "Agile"}, {t: t, project: "Scrum"}, {t: t, project: "Basic"}})
	})
}

// upgradeLinks brings the table of changes to what a store has that was upgraded a moment ago.
func (x *fixture) upgradeLinks(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob("../db/schema/*_link_changes.sql")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	schema, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	statements := []string{`DELETE FROM work_link_changes`, `DELETE FROM counters WHERE name = 'linkchange'`}
	_, inserts, _ := strings.Cut(string(schema), "INSERT INTO work_link_changes")
	for i, statement := range strings.Split("INSERT INTO work_link_changes"+inserts, ";") {
		if i < 2 {
			statements = append(statements, statement)
		}
	}
	err = x.db.Update(t.Context(), func(tx *db.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(db.SQL("test", statement)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A follower who polls while several write is told of every link exactly once.
func TestReportLinks_Polling(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		hub := x.create(t, "Agile", "Feature", `add System.Title "hub"`).ID
		var writing sync.WaitGroup
		for w := range 4 {
			writing.Go(func() {
				item, err := x.items.Create(t.Context(), ada, "Agile", "Task", ops(t, fmt.Sprintf(`add System.Title "%d"`, w)), Options{})
				for n := 0; n < 40 && err == nil; n++ {
					op := to("related", hub)
					if n%2 == 1 {
						op = `remove /relations/0`
					}
					_, err = x.items.Update(t.Context(), ada, "", item.ID, ops(t, op), Options{})
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		done := make(chan struct{})
		go func() { writing.Wait(); close(done) }()
		m := &mirror{t: t}
		for over := false; !over; {
			select {
			case <-done:
				over = true
			default:
			}
			m.follow(x, 7)
		}
		if n := x.lines(t, `SELECT CAST(count(*) AS text) FROM work_link_changes`); n[0] != "160" || len(m.links) != 0 {
			t.Errorf("%s changes, left %v", n[0], m.links)
		}
	})
}

// Links are told from their source, filtered by types, and only to who can read where the source is and was.
func TestReportLinks_Filters(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		feature, bug := x.create(t, "Agile", "Feature", `add System.Title "1"`).ID, x.create(t, "Scrum", "Bug", `add System.Title "2"`).ID
		x.update(t, bug, to("parent", feature))
		x.update(t, bug, to("related", feature))
		for _, c := range []struct {
			project string
			o       LinkReporting
			want    string
		}{
			{"", LinkReporting{}, "1 System.LinkTypes.Hierarchy-Forward 2 Agile>Scrum, 2 System.LinkTypes.Related 1 Scrum>Agile"},
			{"agile", LinkReporting{}, "1 System.LinkTypes.Hierarchy-Forward 2 Agile>Scrum"},
			{"", LinkReporting{LinkTypes: []string{"system.linktypes.hierarchy-reverse"}}, "1 System.LinkTypes.Hierarchy-Forward 2 Agile>Scrum"},
			{"", LinkReporting{LinkTypes: []string{"System.LinkTypes.Hierarchy"}}, "1 System.LinkTypes.Hierarchy-Forward 2 Agile>Scrum"},
			{"", LinkReporting{LinkTypes: []string{"System.LinkTypes.Related"}}, "2 System.LinkTypes.Related 1 Scrum>Agile"},
			{"", LinkReporting{LinkTypes: []string{"System.LinkTypes.Duplicate"}}, ""},
			{"", LinkReporting{Types: []string{"bug", "Task"}}, "2 System.LinkTypes.Related 1 Scrum>Agile"},
			{"", LinkReporting{Since: x.tick()}, ""},
		} {
			c.o.Max = 10
			found, _, end, err := x.items.ReportLinks(t.Context(), x.caller(t, "Ada"), c.project, c.o)
			if err != nil || !end {
				t.Fatal(err, end)
			}
			var list []string
			for _, l := range found {
				list = append(list, fmt.Sprintf("%d %s %d %s>%s", l.Source, l.Rel, l.Target, l.From.Name, l.To.Name))
			}
			if got := strings.Join(list, ", "); got != c.want {
				t.Errorf("%s %+v: %s, want %s", c.project, c.o, got, c.want)
			}
		}
	})
}
