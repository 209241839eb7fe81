package work

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

func (x *fixture) create(t testing.TB, projectName, typeName string, list ...string) *Item {
	t.Helper()
	item, err := x.items.Create(t.Context(), x.caller(t, "Ada"), projectName, typeName, ops(t, list...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func (x *fixture) update(t testing.TB, id int64, list ...string) *Item {
	t.Helper()
	item, err := x.items.Update(t.Context(), x.caller(t, "Bob"), "", id, ops(t, list...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return item
}

// lines reads the one text column of a query.
func (x *fixture) lines(t testing.TB, sql string, args ...any) (all []string) {
	t.Helper()
	err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.Collect(tx, db.SQL("test", sql), args, func(r *db.Rows) (s string, err error) { return s, r.Scan(&s) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every revision stays as it was written, row by row and as of any moment.
func TestUpdate_KeepsRevisions(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Agile", "Bug", `add System.Title "rev 1"`, `add System.Description "<b>first</b>"`)
		const stored = `SELECT rev || ' ' || watermark || ' ' || changed_at || ' ' || fields FROM work_revisions WHERE id = $1 ORDER BY rev`
		history := x.lines(t, stored, item.ID)
		moments := []time.Time{time.UnixMicro(x.now.Load())}
		for rev := 2; rev <= 12; rev++ {
			moments = append(moments, x.tick())
			list := []string{fmt.Sprintf(`replace System.Title "rev %d"`, rev), `replace System.State "Active"`}
			switch rev {
			case 5:
				list = append(list, `replace System.Description "second"`)
			case 9:
				list = append(list, `remove System.Description`, `add System.History "why"`)
			}
			if item = x.update(t, item.ID, list...); item.Rev != int64(rev) {
				t.Fatalf("revision %d, want %d", item.Rev, rev)
			}
			now := x.lines(t, stored, item.ID)
			if diff := cmp.Diff(history, now[:len(history)]); diff != "" || len(now) != rev {
				t.Fatalf("revision %d: %d rows, older ones changed: %s", rev, len(now), diff)
			}
			history = now
		}
		for i, at := range moments {
			at = at.Add(time.Hour)
			old, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", item.ID, ReadOptions{AsOf: &at})
			if err != nil {
				t.Fatal(err)
			}
			description := any("<b>first</b>")
			if i+1 >= 9 {
				description = nil
			} else if i+1 >= 5 {
				description = "second"
			}
			comment := any(nil)
			if i+1 == 9 {
				comment = "why"
			}
			if old.Rev != int64(i+1) || old.Value(project.FieldTitle) != fmt.Sprint("rev ", i+1) || old.Value(project.FieldDescription) != description ||
				old.Value(project.FieldHistory) != comment {
				t.Errorf("as of %s: revision %d, %v, %v, %v", at, old.Rev, old.Value(project.FieldTitle), old.Value(project.FieldDescription), old.Value(project.FieldHistory))
			}
		}
		before := monday.Add(-time.Hour)
		if _, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", item.ID, ReadOptions{AsOf: &before}); says(t, err) != "WorkItemUnauthorizedAccessException" {
			t.Errorf("before it was created: %v", err)
		}
		if diff := cmp.Diff(x.lines(t, `SELECT rev || ' ' || watermark || ' ' || fields FROM work_items WHERE id = $1`, item.ID),
			x.lines(t, `SELECT rev || ' ' || watermark || ' ' || fields FROM work_revisions WHERE id = $1 AND rev = 12`, item.ID)); diff != "" {
			t.Errorf("the current row is not the last revision: %s", diff)
		}
	})
}

// Of all writers that test the same revision one wins.
func TestUpdate_TestRev(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Basic", "Task", `add System.Title "0"`)
		c := x.caller(t, "Bob")
		for rev := int64(1); rev <= 5; rev++ {
			var wg sync.WaitGroup
			var won atomic.Int64
			for i := range 64 {
				wg.Go(func() {
					_, err := x.items.Update(t.Context(), c, "", item.ID, ops(t, fmt.Sprintf(`test /rev %d`, rev), fmt.Sprintf(`replace System.Title "%d of %d"`, i, rev)), Options{})
					switch said := says(t, err); said {
					case "":
						won.Add(1)
					case "WorkItemRevisionMismatchException":
					default:
						t.Error(said)
					}
				})
			}
			wg.Wait()
			if won.Load() != 1 {
				t.Errorf("revision %d: %d of 64 writers won", rev, won.Load())
			}
		}
		if n := x.lines(t, `SELECT CAST(count(*) AS text) FROM work_revisions WHERE id = $1`, item.ID); n[0] != "6" {
			t.Errorf("%s revisions", n[0])
		}
		if n := x.lines(t, `SELECT CAST(count(*) AS text) FROM feed WHERE kind = 1 AND ref_id = $1`, item.ID); n[0] != "6" {
			t.Errorf("%s announcements", n[0])
		}
	})
}

func TestUpdate_Tags(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Agile", "Bug", `add System.Title "x"`, `add System.Tags "Web; blue,web ;; Ärger"`)
		for _, c := range []struct{ op, want string }{
			{`add System.Tags "Alpha"`, "Alpha; blue; Web; Ärger"}, // the service merges on add
			{`replace System.Tags "WEB; new"`, "new; Web"},         // and keeps the spelling of the first use
			{`add System.Tags "ärger"`, "new; Web; Ärger"},
			{`remove System.Tags`, "<nil>"},
			{`add System.Tags " ; ,"`, "<nil>"},
			{`test System.Tags ""`, "<nil>"},
		} {
			item = x.update(t, item.ID, c.op)
			if got := fmt.Sprint(item.Value(project.FieldTags)); got != c.want {
				t.Errorf("%s: %q, want %q", c.op, got, c.want)
			}
		}
		if names := x.lines(t, `SELECT name FROM tags ORDER BY tag_id`); !slices.Equal(names, []string{"Web", "blue", "Ärger", "Alpha", "new"}) {
			t.Errorf("tags are %q", names)
		}
		if _, err := x.items.Update(t.Context(), x.caller(t, "Ada"), "", item.ID, ops(t, `add System.Tags "lost"`, `add System.Title ""`), Options{}); err == nil {
			t.Error("an empty title is accepted")
		}
		x.create(t, "Scrum", "Bug", `add System.Title "x"`, `add System.Tags "web"`)
		if names := x.lines(t, `SELECT name FROM tags WHERE name_key IN ('web', 'lost') ORDER BY tag_id`); !slices.Equal(names, []string{"Web", "web"}) {
			t.Errorf("tags are %q: they belong to a project, and one of a refused change is not kept", names)
		}
	})
}

// Links are seen from both ends, and as of a moment those are there that were there.
func TestList_Relations(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		parent := x.create(t, "Agile", "Feature", `add System.Title "parent"`)
		other := x.create(t, "Scrum", "Feature", `add System.Title "other parent"`)
		child := x.create(t, "Agile", "Bug", `add System.Title "child"`)
		project1, project2 := parent.Project.ID, other.Project.ID
		until := monday.AddDate(0, 0, 3)
		err := x.db.Update(t.Context(), func(tx *db.Tx) error {
			return LoadLinks(tx, x.org, []Link{
				{Source: child.ID, SourceProject: project1, Target: parent.ID, TargetProject: project1, Rel: parentLink, CreatedAt: monday.AddDate(0, 0, 1), CreatedBy: 1, DeletedAt: &until, DeletedBy: 1},
				{Source: other.ID, SourceProject: project2, Target: child.ID, TargetProject: project1, Rel: childLink, Comment: "moved", CreatedAt: until, CreatedBy: 1},
				{Source: child.ID, SourceProject: project1, Target: parent.ID, TargetProject: project1, Rel: "System.LinkTypes.Related", CreatedAt: monday.AddDate(0, 0, 4), CreatedBy: 1},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		read := func(id int64, day int) string {
			t.Helper()
			o := ReadOptions{Relations: true}
			if day >= 0 {
				at := monday.AddDate(0, 0, day)
				o.AsOf = &at
			}
			item, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", id, o)
			if err != nil {
				t.Fatal(err)
			}
			out := []string{fmt.Sprint("parent ", item.Value(project.FieldParent))}
			for _, r := range item.Relations {
				out = append(out, strings.TrimSpace(fmt.Sprint(r.Type.Name, " ", r.Target, " of ", r.Project.Name, " ", r.Comment)))
			}
			return strings.Join(out, ", ")
		}
		for _, c := range []struct {
			id   int64
			day  int
			want string
		}{
			{child.ID, 0, "parent <nil>"},
			{child.ID, 1, "parent 1, Parent 1 of Agile"},
			{child.ID, 3, "parent 2, Parent 2 of Scrum moved"},
			{child.ID, -1, "parent 2, Parent 2 of Scrum moved, Related 1 of Agile"},
			{parent.ID, 2, "parent <nil>, Child 3 of Agile"},
			{parent.ID, -1, "parent <nil>, Related 3 of Agile"},
			{other.ID, 2, "parent <nil>"},
			{other.ID, -1, "parent <nil>, Child 3 of Agile moved"},
		} {
			if got := read(c.id, c.day); got != c.want {
				t.Errorf("item %d on day %d: %s, want %s", c.id, c.day, got, c.want)
			}
		}
	})
}

// A change is checked against what the caller may do, and answered like an item that is not there when it cannot be read.
func TestUpdate_Rights(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Agile", "Bug", `add System.Title "x"`)
		change := ops(t, `replace System.Title "y"`)
		for _, c := range []struct {
			role    access.Kind
			bypass  bool
			project string
			want    string
		}{
			{"", false, "", "WorkItemUnauthorizedAccessException"},
			{access.Reader, false, "", "WorkItemUnauthorizedSaveException"},
			{access.Contributor, true, "", "AccessCheckException"},
			{access.Contributor, false, "Scrum", "WorkItemUnauthorizedAccessException"},
			{access.Contributor, false, "Agile", ""},
			{access.Administrator, true, "", ""},
		} {
			_, err := x.items.Update(t.Context(), x.member(t, item.Project.ID, c.role), c.project, item.ID, change, Options{BypassRules: c.bypass, ValidateOnly: true})
			if got := says(t, err); got != c.want {
				t.Errorf("%q bypass %t in %q: %q, want %q", c.role, c.bypass, c.project, got, c.want)
			}
		}
		if got, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", item.ID, ReadOptions{}); err != nil || got.Rev != 1 {
			t.Errorf("a validated change was stored: %v, %v", got, err)
		}
		if _, err := x.items.Update(t.Context(), x.caller(t, "Ada"), "", 999, change, Options{}); says(t, err) != "WorkItemUnauthorizedAccessException" {
			t.Errorf("an item that does not exist: %v", err)
		}
	})
}

// member signs in someone new with a role in a project.
func (x *fixture) member(t testing.TB, projectID int64, role access.Kind) *access.Caller {
	t.Helper()
	name := fmt.Sprint("user ", x.now.Add(1))
	var token string
	err := x.db.Update(t.Context(), func(tx *db.Tx) error {
		account, err := x.people.AddAccount(tx, access.Account{GUID: newGUID(), UniqueName: name, DisplayName: name})
		if err != nil {
			return err
		}
		id, err := x.people.AddUser(tx, x.org, access.User{GUID: newGUID(), UniqueName: name, DisplayName: name, Account: account, Level: access.Basic, Active: true})
		if err != nil {
			return err
		}
		if role != "" {
			if err := x.people.AddMember(tx, x.org, projectID, id, role); err != nil {
				return err
			}
		}
		token, err = x.newToken(tx, account)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := x.people.Authenticate(t.Context(), x.org, token)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (x *fixture) newToken(tx *db.Tx, account int64) (string, error) {
	return x.people.CreateToken(tx, access.Token{AuthorizationID: newGUID(), Account: account, Scope: "app_token", ValidTo: monday.AddDate(1, 0, 0)}, "")
}

// Text of every kind comes back as it was written.
func TestUpdate_Text(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		for _, text := range []string{`한글 😀 \"quoted\" \\ back`, `tab\tline\nend`, `\u2028\u0001\u001f`, `{\"1\":2}],`, `'; DROP TABLE work_items; --`, `\ud800 half`} {
			item := x.create(t, "Agile", "Bug", `add System.Title "`+strings.ReplaceAll(text, `\n`, ` `)+`"`, `add Microsoft.VSTS.TCM.ReproSteps "`+text+`"`)
			want, broken := (&environment{}).convert(project.SystemField("Microsoft.VSTS.TCM.ReproSteps"), []byte(`"`+text+`"`))
			if broken != nil {
				t.Fatal(broken)
			}
			got, err := x.items.Get(t.Context(), x.caller(t, "Ada"), "", item.ID, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if have := got.Value(project.SystemField("Microsoft.VSTS.TCM.ReproSteps").ID); have != want {
				t.Errorf("got %q, want %q", have, want)
			}
			if have := got.Value(project.FieldTitle); have != strings.ReplaceAll(want.(string), "\n", " ") {
				t.Errorf("title: got %q, want %q", have, want)
			}
		}
	})
}
