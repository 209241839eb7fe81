package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// Whatever happens to the records, and however it is cut into batches, following the feed leads to the tables that a
// rebuild makes. Only the people of a project stay known when an item is deleted.
func TestStep_EqualsRebuild(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			for _, c := range []struct{ limit, changes int }{{maxChanges, 200}, {1, 40}, {7, 150}} {
				f.limit = c.limit
				x.churn(t, c.changes)
				if n := catchUp(t, f, w); n < c.changes/2/c.limit {
					t.Errorf("%d batches of %d", n, c.limit)
				}
				requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
			}
		})
	})
}

// A feeder that stops anywhere, in the middle of a batch too, goes on where it was: no gap and no double.
func TestStep_Resumes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(*follower, *db.Warehouse) {})
		x.churn(t, 200)
		broken, applied := 0, 0
		for caughtUp := false; !caughtUp; {
			x.follow(t, func(f *follower, w *db.Warehouse) {
				for f.limit = 1 + x.rnd.IntN(20); x.rnd.IntN(3) > 0 && !caughtUp; {
					ctx, cancel := context.WithCancel(t.Context())
					if x.rnd.IntN(2) == 0 {
						time.AfterFunc(time.Duration(x.rnd.IntN(20))*time.Millisecond, cancel)
					}
					more, _, err := f.step(ctx, w)
					cancel()
					switch {
					case err == nil && !more:
						caughtUp = true
					case err == nil:
						applied++
					case errors.Is(err, context.Canceled):
						broken++
						return // as the loop does, closing the tables
					default:
						t.Fatal(err)
					}
				}
			})
		}
		if broken == 0 || applied < 10 {
			t.Errorf("%d batches were broken off, %d applied", broken, applied)
		}
		x.follow(t, func(f *follower, w *db.Warehouse) { requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable) })
	})
}

// A batch that is applied again changes nothing: a follower may remember an older position than the tables have.
func TestStep_Idempotent(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newSmallFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			start := f.position
			x.churn(t, 150)
			catchUp(t, f, w)
			for _, limit := range []int{maxChanges, 30} {
				f.position, f.limit = start, limit
				if catchUp(t, f, w) == 0 {
					t.Error("nothing was applied again")
				}
				requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
			}
		})
	})
}

// Records that are loaded in bulk, and days that are counted in another zone, make a follower start over.
func TestStep_StartsOver(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			first := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
			items := []*work.History{{ID: 900001, Project: 2, Revisions: []work.Revision{{Type: "Task", Fields: work.Fields{
				project.FieldTitle: "old", project.FieldState: "To Do", project.FieldCreatedDate: first, project.FieldChangedDate: first,
				project.FieldChangedBy: work.User(1)}}}}}
			err := x.Items.Load(t.Context(), fabrikam, func() (h *work.History, err error) {
				if len(items) > 0 {
					h, items = items[0], nil
				}
				return h, nil
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			if rows := tableRows(t, w, edm.DatesTable); !slices.ContainsFunc(rows, func(r row) bool { return r["DateSK"] == "20010203" }) {
				t.Error("the calendar does not reach back to the item loaded")
			}
			requireSame(t, w, x.rebuilt(t, b))
			x.set(t, func(tx *db.Tx) error {
				return x.Projects.SetTimeZone(tx, fabrikam, time.FixedZone("Asia/Seoul", 9*3600))
			})
			catchUp(t, f, w)
			requireSame(t, w, x.rebuilt(t, b))
			for _, r := range tableRows(t, w, edm.ItemsTable) {
				if r["WorkItemId"] == "900001" && r["ChangedDateSK"] != "20010203" {
					t.Errorf("the day in Seoul is %s", r["ChangedDateSK"])
				}
			}
		})
	})
}

// set runs an operation of another package on the record store.
func (x *fixture) set(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := x.DB.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// A deleted project takes all its rows along: items with what was theirs, revisions of items that moved away from it,
// links of others to it, areas, teams, tags.
func TestStep_ProjectDeleted(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			x.churn(t, 60)
			catchUp(t, f, w)
			catalog, _ := x.snapshot(t)
			gone, err := catalog.FindProject("Fabrikam Fiber")
			if err != nil {
				t.Fatal(err)
			}
			here := func() (n int) {
				for _, table := range []string{edm.ItemsTable, edm.RevisionsTable, edm.LinksTable, edm.AreasTable, edm.IterationsTable, edm.TeamsTable,
					edm.TagsTable, edm.ProjectsTable, edm.ProjectUsersTable, edm.ProcessesTable} {
					for _, r := range tableRows(t, w, table) {
						if r["ProjectSK"] == fmt.Sprint(gone.ID) {
							n++
						}
					}
				}
				return n
			}
			if here() < 1000 {
				t.Fatalf("only %d rows before", here())
			}
			if _, err := x.Projects.RemoveProject(t.Context(), x.system(t), gone.GUID); err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			if n := here(); n != 0 {
				t.Errorf("%d rows are left", n)
			}
			live := x.number(t, `SELECT count(*) FROM work_items WHERE org_id = 1 AND NOT is_deleted AND project_id <> $1`, gone.ID)
			if n := len(tableRows(t, w, edm.ItemsTable)); int64(n) != live {
				t.Errorf("%d items, %d are in other projects", n, live)
			}
			requireSame(t, w, x.rebuilt(t, b))
		})
	})
}

// The calendar grows with the dates that are written and with the years.
func TestStep_GrowsDates(t *testing.T) {
	b := dbtest.New(t, "sqlite")
	x := newFixture(t, b)
	has := func(w *db.Warehouse, day string) bool {
		return slices.ContainsFunc(tableRows(t, w, edm.DatesTable), func(r row) bool { return r["DateSK"] == day })
	}
	x.follow(t, func(f *follower, w *db.Warehouse) {
		_, people := x.snapshot(t)
		ops := []work.Op{op("add", "System.Title", "x"), op("add", "System.CreatedDate", "1999-05-06T12:00:00Z")}
		if _, err := x.Items.Create(t.Context(), access.System(fabrikam, people.User(1)), "Fabrikam", "Task", ops, work.Options{BypassRules: true}); err != nil {
			t.Fatal(err)
		}
		catchUp(t, f, w)
		if !has(w, "19990506") {
			t.Error("the calendar does not reach back to the date set")
		}
	})
	x.now.Add(3 * 365 * 24 * int64(time.Hour/time.Microsecond))
	x.follow(t, func(f *follower, w *db.Warehouse) {
		if !has(w, "20291122") || !has(w, "19990506") {
			t.Error("the calendar does not reach from the first date to the present")
		}
	})
}

// A field that is added becomes a column, which then fills like any other.
func TestStep_AddsColumn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		add := func(ref string) {
			t.Helper()
			catalog, _ := x.snapshot(t)
			err := x.DB.Update(t.Context(), func(tx *db.Tx) error {
				id, err := x.Projects.AddField(tx, fabrikam, project.Field{ReferenceName: ref, Name: ref, Type: project.Double})
				if err != nil {
					return err
				}
				p, err := catalog.FindProject("Fabrikam Fiber")
				if err != nil {
					return err
				}
				return x.Projects.AttachField(tx, fabrikam, p.Process.ID, "Bug", id)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		set := func(ref string) {
			t.Helper()
			_, people := x.snapshot(t)
			ops := []work.Op{op("add", "System.Title", ref), op("add", ref, 1.5)}
			if _, err := x.Items.Create(t.Context(), access.System(fabrikam, people.User(1)), "Fabrikam Fiber", "Bug", ops, work.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		check := func(w *db.Warehouse, ref string) {
			t.Helper()
			for _, r := range tableRows(t, w, edm.ItemsTable) {
				if (r["Title"] == ref) != (r[ref] == "1.500000") {
					t.Errorf("%s of %q is %q", ref, r["Title"], r[ref])
				}
			}
		}
		x.follow(t, func(f *follower, w *db.Warehouse) {
			add("Custom.Live")
			set("Custom.Live")
			catchUp(t, f, w)
			check(w, "Custom.Live")
			x.churn(t, 30) // closes rows with the column
			catchUp(t, f, w)
			requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
		})
		add("Custom.Offline")
		x.follow(t, func(f *follower, w *db.Warehouse) { // extended at the start
			set("Custom.Offline")
			catchUp(t, f, w)
			check(w, "Custom.Offline")
		})
	})
}

// New names of projects, areas, people and tags are everywhere.
func TestStep_Renames(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.follow(t, func(f *follower, w *db.Warehouse) {
			_, people := x.snapshot(t)
			expert := people.User(3)
			caller := access.System(fabrikam, expert)
			cmmi := project.SystemProcess("CMMI").ID
			// An empty project gets a process with fields that show people by name.
			empty := x.number(t, `SELECT min(project_id) FROM projects WHERE org_id = 1 AND project_id NOT IN (SELECT project_id FROM work_items WHERE org_id = 1)`)
			x.update(t, db.Change{Kind: db.ProjectChanged, Ref: empty}, fmt.Sprintf(`UPDATE projects SET process_id = '%s' WHERE org_id = 1 AND project_id = %d`, cmmi, empty))
			catalog, _ := x.snapshot(t)
			ops := []work.Op{op("add", "System.Title", "x"), op("add", "Microsoft.VSTS.CMMI.SubjectMatterExpert1", expert.UniqueName), op("add", "System.Tags", "before")}
			item, err := x.Items.Create(t.Context(), caller, catalog.Project(empty).Name, "Requirement", ops, work.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := x.Items.Update(t.Context(), caller, "", item.ID, []work.Op{op("replace", "System.Title", "y")}, work.Options{}); err != nil {
				t.Fatal(err)
			}
			catchUp(t, f, w)
			x.update(t, db.Change{Kind: db.ProjectChanged, Ref: 2}, `UPDATE projects SET name = 'Contoso', name_key = 'contoso' WHERE org_id = 1 AND project_id = 2`,
				`UPDATE nodes SET name = 'Contoso' WHERE org_id = 1 AND project_id = 2 AND parent_id = 0`)
			area := x.number(t, `SELECT min(n.node_id) FROM nodes n WHERE n.org_id = 1 AND n.project_id = 2 AND n.kind = 0 AND n.parent_id <> 0
				AND n.node_id IN (SELECT c.parent_id FROM nodes c WHERE c.org_id = 1)`)
			root := x.number(t, `SELECT node_id FROM nodes WHERE org_id = 1 AND project_id = 2 AND kind = 0 AND parent_id = 0`)
			to := x.number(t, `SELECT max(node_id) FROM nodes WHERE org_id = 1 AND project_id = 2 AND kind = 0 AND parent_id = $1 AND node_id <> $2`, root, area)
			x.update(t, db.Change{Kind: db.NodeChanged, Ref: area}, fmt.Sprintf(`UPDATE nodes SET name = 'Moved', parent_id = %d WHERE org_id = 1 AND node_id = %d`, to, area))
			x.update(t, db.Change{Kind: db.UserChanged, Ref: expert.ID}, fmt.Sprintf(`UPDATE users SET display_name = 'New Name' WHERE org_id = 1 AND user_id = %d`, expert.ID))
			x.update(t, db.Change{Kind: db.TagChanged, Ref: 1}, `UPDATE tags SET name = 'after', name_key = 'after' WHERE org_id = 1 AND name = 'before'`)
			catchUp(t, f, w)
			requireSame(t, w, x.rebuilt(t, b))
			for table, rows := range newReader(t, x).dimensions() {
				requireTable(t, w, table, rows)
			}
			seen := map[string]int{}
			for _, r := range tableRows(t, w, edm.RevisionsView) {
				if r["WorkItemId"] == fmt.Sprint(item.ID) {
					seen[r["SubjectMatterExpert1"]+" "+r["TagNames"]]++
				}
			}
			if !maps.Equal(seen, map[string]int{"New Name after": 2}) {
				t.Errorf("rows say %v", seen)
			}
		})
	})
}

// Tables of an older layout, of another organization or ahead of the records are built anew.
func TestOpen_Rebuilds(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		for name, statement := range map[string]string{
			"older layout":         `UPDATE meta SET value = 'old' WHERE name = 'layout'`,
			"no layout":            `DELETE FROM meta`,
			"another organization": `UPDATE meta SET value = 'ffffffff-0000-4000-8000-000000000000' WHERE name = 'organization'`,
			"ahead of the records": `UPDATE meta SET value = '99999999' WHERE name = 'position'`,
			"another zone":         `UPDATE meta SET value = 'Asia/Seoul' WHERE name = 'time_zone'`,
			"columns missing":      `ALTER TABLE revisions DROP COLUMN "Title" CASCADE`,
		} {
			x.follow(t, func(_ *follower, w *db.Warehouse) {
				err := w.Write(t.Context(), func(s *db.Session) error {
					if err := s.Exec(`DELETE FROM items WHERE "WorkItemId" < 500`); err != nil {
						return err
					}
					if strings.HasPrefix(name, "columns") && w.Dialect() == "duckdb" {
						return errors.Join(s.Exec("DROP VIEW work_item_revisions"), s.Exec(`ALTER TABLE revisions DROP COLUMN "Title"`))
					}
					return s.Exec(statement)
				})
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			})
			x.follow(t, func(_ *follower, w *db.Warehouse) {
				if n, want := len(tableRows(t, w, edm.ItemsTable)), x.number(t, `SELECT count(*) FROM work_items WHERE org_id = 1 AND NOT is_deleted`); int64(n) != want {
					t.Errorf("%s: %d items, want %d", name, n, want)
				}
			})
		}
	})
}

// serve runs a feeder until the test ends, whose tables are a file.
func (x *fixture) serve(t *testing.T) (f *Feeder, path string) {
	t.Helper()
	path = strings.TrimPrefix(x.warehouse.URL, "duckdb:")
	x.config.Discard = func(int64) error {
		return errors.Join(os.RemoveAll(path), os.RemoveAll(path+".wal"))
	}
	f = New(x.config)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for !f.started() { // Run has not begun yet
		select {
		case err := <-done:
			t.Fatal(err)
		default:
			runtime.Gosched()
		}
	}
	return f, path
}

func (f *Feeder) started() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ctx != nil
}

// A file that is damaged, however, is replaced, and everything is there again.
func TestRun_DamagedFile(t *testing.T) {
	overwrite := func(from, to float64) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i := int(from * float64(len(data))); i < int(to*float64(len(data))); i++ {
				data[i] ^= 0x5a
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	truncate := func(part float64) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, int64(part*float64(info.Size()))); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, damage := range map[string]func(t *testing.T, path string){
		"header": overwrite(0, 0.001), "blocks": overwrite(0.05, 0.9), "a block": overwrite(0.5, 0.51), "half": truncate(0.5), "another file": func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte("not a database"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := dbtest.New(t, "sqlite")
			x := newFixture(t, b)
			x.follow(t, func(*follower, *db.Warehouse) {})
			f, path := (*Feeder)(nil), strings.TrimPrefix(x.warehouse.URL, "duckdb:")
			damage(t, path)
			f, _ = x.serve(t)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			x.churn(t, 20) // batches find what opening does not
			for {
				head := x.number(t, `SELECT position FROM feed_heads WHERE org_id = 1`)
				if err := f.Reach(ctx, fabrikam, head); err != nil {
					t.Fatal(err)
				}
				w, err := f.Warehouse(ctx, fabrikam)
				if err != nil {
					t.Fatal(err)
				}
				if err := readable(ctx, w); err != nil { // as the service does
					if errors.Is(err, db.ErrDamaged) {
						f.Damaged(fabrikam)
					}
					continue
				}
				if n, want := len(tableLines(t, w, edm.RevisionsTable)), x.number(t, `SELECT count(*) - count(DISTINCT r.id) FROM work_revisions r, work_items i
					WHERE r.org_id = 1 AND i.org_id = 1 AND i.id = r.id AND NOT i.is_deleted`); int64(n) != want {
					t.Errorf("%d superseded revisions, want %d", n, want)
				}
				return
			}
		})
	}
}

// readable reads every value of the largest tables.
func readable(ctx context.Context, w *db.Warehouse) error {
	return w.Read(ctx, func(s *db.Session) error {
		for _, table := range allTables {
			r, err := s.Query("SELECT * FROM " + table)
			if err != nil {
				return err
			}
			for r.Next() {
			}
			err = r.Err()
			r.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// An update that is acknowledged is in the tables a moment later, unless the machine is busy with something else.
func TestRun_Fresh(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.config.Clock = time.Now
		f, _ := x.serve(t)
		_, people := x.snapshot(t)
		caller := access.System(fabrikam, people.User(1))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		if err := f.Reach(ctx, fabrikam, 0); err != nil { // building the tables takes a while on a busy machine
			t.Fatal(err)
		}
		var took []time.Duration
		for i := range 20 {
			title := fmt.Sprint("fresh ", i)
			if _, err := x.Items.Update(ctx, caller, "", 480, []work.Op{op("replace", "System.Title", title)}, work.Options{}); err != nil {
				t.Fatal(err)
			}
			acknowledged := time.Now()
			if err := f.Reach(ctx, fabrikam, x.number(t, `SELECT position FROM feed_heads WHERE org_id = 1`)); err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(acknowledged))
			w, err := f.Warehouse(ctx, fabrikam)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Read(ctx, func(s *db.Session) error {
				n, err := s.Int(`SELECT count(*) FROM items WHERE "WorkItemId" = 480 AND "Title" = $1`, title)
				if n != 1 {
					t.Errorf("%q is not in the tables", title)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(took)
		if median := took[len(took)/2]; median > time.Second {
			t.Errorf("updates were readable after %s", took)
		}
		t.Logf("half of the updates were readable after %s, all after %s", took[len(took)/2], took[len(took)-1])
	})
}

// A batch that meets a damaged block has the tables rebuilt as well: nobody else may be reading.
func TestRun_DamagedWhileFollowing(t *testing.T) {
	b := dbtest.New(t, "sqlite")
	x := newFixture(t, b)
	x.follow(t, func(*follower, *db.Warehouse) {})
	path := strings.TrimPrefix(x.warehouse.URL, "duckdb:")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 20; i < len(data)*9/10; i++ { // the tables, not the list of them at the end
		data[i] ^= 0x5a
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	x.churn(t, 20)
	f, _ := x.serve(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := f.Reach(ctx, fabrikam, x.number(t, `SELECT position FROM feed_heads WHERE org_id = 1`)); err != nil {
		t.Fatal(err)
	}
	w, err := f.Warehouse(ctx, fabrikam)
	if err != nil {
		t.Fatal(err)
	}
	requireSame(t, w, x.rebuilt(t, b), edm.ProjectUsersTable)
}
