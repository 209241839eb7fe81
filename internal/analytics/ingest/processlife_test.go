package ingest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// reshape changes processes, projects and work items at random. What is refused is no failure.
type reshape struct {
	*testing.T
	x         *fixture
	c         *access.Caller
	project   string
	processes []string
	done      map[string]int
	made      int
}

func (r *reshape) catalog() *project.Catalog {
	c, err := r.x.Projects.Snapshot(r.Context(), fabrikam)
	if err != nil {
		r.Fatal(err)
	}
	return c
}

// name is a new one.
func (r *reshape) name(of string) string {
	r.made++
	return fmt.Sprintf("%s %d", of, r.made)
}

func (r *reshape) step() {
	r.Helper()
	catalog, rnd := r.catalog(), r.x.rnd
	p := catalog.Process(r.processes[rnd.IntN(len(r.processes))])
	if rnd.IntN(3) > 0 { // mostly the one that is used
		home, err := catalog.FindProject(r.project)
		if err != nil {
			r.Fatal(err)
		}
		p = home.Process
	}
	kind := p.Types[rnd.IntN(len(p.Types))]
	if rnd.IntN(2) == 0 { // the organization's own come last
		kind = p.Types[len(p.Types)-1]
	}
	level := &p.Behaviors[rnd.IntN(len(p.Behaviors))]
	state := kind.States[rnd.IntN(len(kind.States))]
	id, store, ctx := p.StateID(kind, state.Name), r.x.Projects, r.Context()
	text := func(s string) *string { return &s }
	categories := []string{"Proposed", "InProgress", "Resolved"}
	category := categories[rnd.IntN(len(categories))]
	steps := []struct {
		name string
		do   func() error
	}{
		{"type", func() error {
			_, err := store.CreateType(ctx, r.c, p.ID, project.TypeDraft{Name: r.name("Kind")})
			return err
		}},
		{"derive", func() error {
			_, err := store.CreateType(ctx, r.c, p.ID, project.TypeDraft{Inherits: kind.ReferenceName})
			return err
		}},
		{"delete type", func() error { return store.DeleteType(ctx, r.c, p.ID, kind.Name) }},
		{"field", func() error {
			ref, err := store.CreateField(ctx, r.c, project.FieldDraft{Field: project.Field{Name: r.name("Field"), Type: []project.FieldType{project.String, project.Integer, project.Double, project.DateTime, project.Boolean}[rnd.IntN(5)]}})
			if err == nil {
				_, err = store.PutTypeField(ctx, r.c, p.ID, kind.Name, ref, true, project.TypeFieldDraft{})
			}
			return err
		}},
		{"state", func() error {
			_, err := store.CreateState(ctx, r.c, p.ID, kind.Name, project.StateDraft{Name: text(r.name("State")), Category: &category})
			return err
		}},
		{"change state", func() error {
			return store.UpdateState(ctx, r.c, p.ID, kind.Name, id, project.StateDraft{Category: &category})
		}},
		{"hide state", func() error { return store.HideState(ctx, r.c, p.ID, kind.Name, id, true) }},
		{"delete state", func() error { return store.DeleteState(ctx, r.c, p.ID, kind.Name, id) }},
		{"level", func() error {
			_, err := store.CreateBehavior(ctx, r.c, p.ID, project.BehaviorDraft{Name: text(r.name("Level"))})
			return err
		}},
		{"rename level", func() error {
			return store.UpdateBehavior(ctx, r.c, p.ID, level.ReferenceName, project.BehaviorDraft{Name: text(r.name("Renamed"))})
		}},
		{"delete level", func() error { return store.DeleteBehavior(ctx, r.c, p.ID, level.ReferenceName) }},
		{"place", func() error {
			return store.AddTypeBehavior(ctx, r.c, p.ID, kind.Name, level.ReferenceName, rnd.IntN(2) == 0)
		}},
		{"displace", func() error {
			if level = p.BehaviorOf(kind); level == nil {
				return fault.BehaviorNotFound("")
			}
			return store.RemoveTypeBehavior(ctx, r.c, p.ID, kind.Name, level.ReferenceName)
		}},
		{"migrate", func() error { _, err := store.MigrateProject(ctx, r.c, r.project, p.ID); return err }},
		{"item", func() error {
			_, err := r.x.Items.Create(ctx, r.c, r.project, kind.Name, []work.Op{op("add", "System.Title", "x"), op("add", "System.State", state.Name)}, work.Options{BypassRules: true})
			return err
		}},
	}
	at := steps[rnd.IntN(len(steps))]
	err := at.do()
	if f, refused := errors.AsType[*fault.Fault](err); err != nil && !refused {
		r.Fatalf("%s: %v", at.name, err)
	} else if refused && strings.Contains(f.Error(), "not yet") {
		r.Fatalf("%s: %v", at.name, err)
	}
	if err == nil {
		r.done[at.name]++
	}
}

// Whatever is done to processes, and to which of them a project has: the tables that followed are those that are built
// anew, and the levels of types in them are those of the process.
func TestStep_ProcessLife(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			catchUp(t, f, w)
			r := &reshape{T: t, x: x, c: x.system(t), done: map[string]int{}}
			home := r.catalog().Projects[0]
			r.project = home.Name
			root := home.Process
			if root.ParentID != "" {
				root = r.catalog().Process(root.ParentID)
			}
			for _, name := range []string{"One", "Two"} {
				id, err := x.Projects.CreateProcess(t.Context(), r.c, project.ProcessDraft{Parent: root.ID, Name: &name})
				if err != nil {
					t.Fatal(err)
				}
				r.processes = append(r.processes, id)
			}
			if _, err := x.Projects.MigrateProject(t.Context(), r.c, r.project, r.processes[0]); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				for range 40 {
					r.step()
					x.now.Add(60_000_000)
					if x.rnd.IntN(4) == 0 {
						catchUp(t, f, w)
					}
				}
				catchUp(t, f, w)
				requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
				r.levels(w)
				if t.Failed() {
					t.Fatalf("after %v", r.done)
				}
			}
			for _, name := range []string{"type", "field", "state", "level", "place", "migrate", "item"} {
				if r.done[name] == 0 {
					t.Errorf("nothing was tried of %q: %v", name, r.done)
				}
			}
		})
	})
}

// levels compares what Analytics says about the types of the project's teams with the edits as they are stored.
func (r *reshape) levels(w *db.Warehouse) {
	r.Helper()
	home, err := r.catalog().FindProject(r.project)
	if err != nil {
		r.Fatal(err)
	}
	stored := map[string]string{}
	r.x.query(r.T, `SELECT e.type_name, b.part FROM process_edits e JOIN process_edits b ON b.org_id = e.org_id AND b.process_id = e.process_id AND b.kind = 'behavior'
		AND e.body LIKE '%"' || b.part || '"%' WHERE e.org_id = 1 AND e.kind = 'level' AND e.process_id = '`+home.Process.ID+`' AND b.part LIKE 'Custom.%'`, func(rows *db.Rows) error {
		var kind, level string
		err := rows.Scan(&kind, &level)
		stored[kind] = level
		return err
	})
	seen := 0
	for _, row := range tableRows(r.T, w, edm.ProcessesTable) {
		if row["ProjectSK"] != fmt.Sprint(home.ID) {
			continue
		}
		kind, level := fmt.Sprint(row["WorkItemType"]), fmt.Sprint(row["BacklogCategoryReferenceName"])
		if want := stored[kind]; want != "" && level != want || want == "" && strings.HasPrefix(level, "Custom.") {
			r.Errorf("%s is on level %s, want %s", kind, level, want)
		}
		seen++
	}
	if seen == 0 {
		r.Error("no types of the project")
	}
}
