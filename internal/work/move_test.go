package work

import (
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// A moved item belongs to its new project from that revision on; older revisions stay where they were made.
func TestUpdate_Moves(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Agile", "Task", `add System.Title "x"`, `add System.Tags "one; two"`, `add System.Description "long"`)
		other := x.create(t, "Agile", "Task", `add System.Title "other"`)
		x.create(t, "Scrum", "Task", `add System.Title "there"`, `add System.Tags "TWO"`)
		x.update(t, item.ID, to("related", other.ID), `add /relations/- {"rel":"Hyperlink","url":"https://example.com"}`)
		agile, scrum := item.Project.ID, int64(0)
		x.tick()
		for _, c := range []struct {
			ops  []string
			want string
		}{
			{[]string{`add System.TeamProject "Nowhere"`}, "ProjectDoesNotExistWithNameException"},
			{[]string{`add System.TeamProject ""`}, "System.TeamProject required, invalidEmpty"},
			{[]string{`add System.TeamProject "Scrum"`}, "WorkItemFieldInvalidTreeNameException"},
			{[]string{`add System.TeamProject "Scrum"`, `add System.AreaPath "Scrum"`}, "WorkItemFieldInvalidTreeNameException"},
			{[]string{`add System.TeamProject "Scrum"`, `add System.AreaPath "Agile"`, `add System.IterationPath "Scrum"`}, "WorkItemFieldInvalidTreeNameException"},
			{[]string{`add System.TeamProject "Scrum"`, `add System.AreaPath "Scrum"`, `add System.IterationPath "Scrum"`}, "System.State hasValues, limitedToValues, invalidListValue"},
			{[]string{`add System.TeamProject "Scrum"`, `add System.WorkItemType "User Story"`, `add System.AreaPath "Scrum"`, `add System.IterationPath "Scrum"`}, "WorkItemTypeNotFoundException"},
		} {
			_, err := x.items.Update(t.Context(), x.caller(t, "Bob"), "", item.ID, ops(t, c.ops...), Options{})
			if got := says(t, err); got != c.want {
				t.Errorf("%s: %q, want %q", c.ops, got, c.want)
			}
		}
		moved := x.update(t, item.ID, `test System.TeamProject "Agile"`, `add System.TeamProject "Scrum"`, `add System.AreaPath "Scrum\\Web"`, `add System.IterationPath "Scrum"`,
			`add System.State "In Progress"`, `test System.TeamProject "Scrum"`)
		scrum = moved.Project.ID
		got := []any{moved.Rev, moved.Value(project.FieldTeamProject), moved.Value(project.FieldAreaPath), moved.Value(project.FieldState), moved.Value(project.FieldTags), moved.Value(project.FieldDescription)}
		if diff := cmp.Diff([]any{int64(2), "Scrum", `Scrum\Web`, "In Progress", "one; TWO", "long"}, got); diff != "" {
			t.Error(diff)
		}
		if got := x.relations(t, item.ID); got != fmt.Sprintf("Related %d, Hyperlink https://example.com", other.ID) {
			t.Errorf("relations %s", got)
		}
		for sql, want := range map[string]string{
			`SELECT rev || ' ' || project_id FROM work_revisions WHERE id = 1 ORDER BY rev`:                fmt.Sprintf("1 %d,2 %d", agile, scrum),
			`SELECT rev || ' ' || project_id FROM work_items WHERE id = 1`:                                 fmt.Sprintf("2 %d", scrum),
			`SELECT item_id || ' ' || project_id || ' ' || other_project FROM work_links ORDER BY item_id`: fmt.Sprintf("1 %d %d,2 %d %d", scrum, agile, agile, scrum),
			`SELECT CAST(project_id AS text) FROM work_resources`:                                          fmt.Sprint(scrum),
			`SELECT name FROM tags WHERE project_id = ` + fmt.Sprint(scrum) + ` ORDER BY tag_id`:           "TWO,one",
		} {
			if got := strings.Join(x.lines(t, sql), ","); got != want {
				t.Errorf("%s: %s, want %s", sql, got, want)
			}
		}
	})
}

// Nobody moves an item out of or into a project without the right to change items there, and who cannot read the old
// project does not see what the item was like in it.
func TestUpdate_MoveRights(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Agile", "Task", `add System.Title "secret"`)
		there := x.create(t, "Scrum", "Task", `add System.Title "there"`)
		move := ops(t, `add System.TeamProject "Scrum"`, `add System.AreaPath "Scrum"`, `add System.IterationPath "Scrum"`, `add System.State "To Do"`, `add System.Title "public"`)
		here, away := item.Project.ID, there.Project.ID
		for want, c := range map[string]*access.Caller{
			"ProjectDoesNotExistWithNameException": x.member(t, here, access.Contributor),
			"WorkItemUnauthorizedAccessException":  x.member(t, away, access.Contributor),
			"WorkItemUnauthorizedSaveException":    x.both(t, map[int64]access.Kind{here: access.Contributor, away: access.Reader}),
		} {
			if _, err := x.items.Update(t.Context(), c, "", item.ID, move, Options{}); says(t, err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		before := x.tick()
		x.tick()
		c := x.both(t, map[int64]access.Kind{here: access.Contributor, away: access.Contributor})
		if _, err := x.items.Update(t.Context(), c, "", item.ID, move, Options{}); err != nil {
			t.Fatal(err)
		}
		reader := x.member(t, away, access.Reader)
		updates, err := x.items.Updates(t.Context(), reader, "", item.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(updates) != 1 || updates[0].ID != 2 || updates[0].Rev != 2 {
			t.Fatalf("updates %+v", updates)
		}
		for _, f := range updates[0].Fields {
			if f.Old != nil || f.New == "secret" {
				t.Errorf("%s gives away %v", f.Field.ReferenceName, f.Old)
			}
		}
		if all, err := x.items.Revisions(t.Context(), reader, "", item.ID, ReadOptions{}); err != nil || len(all) != 1 || all[0].Rev != 2 {
			t.Errorf("revisions %v, %v", all, err)
		}
		if _, err := x.items.Revision(t.Context(), reader, "", item.ID, 1, ReadOptions{}); says(t, err) != "WorkItemRevisionNotFoundException" {
			t.Errorf("the revision in the old project: %v", err)
		}
		if _, err := x.items.Get(t.Context(), reader, "", item.ID, ReadOptions{AsOf: &before}); says(t, err) != "WorkItemUnauthorizedAccessException" {
			t.Errorf("as of a day in the old project: %v", err)
		}
	})
}

// both signs in someone with roles in several projects.
func (x *fixture) both(t testing.TB, roles map[int64]access.Kind) *access.Caller {
	t.Helper()
	first := x.member(t, 0, "")
	var token string
	err := x.db.Update(t.Context(), func(tx *db.Tx) (err error) {
		for id, role := range roles {
			if err := x.people.AddMember(tx, x.org, id, first.User.ID, role); err != nil {
				return err
			}
		}
		token, err = x.newToken(tx, first.User.Account)
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

// An item of another type follows the rules of that type: its states, its fields.
func TestUpdate_Retypes(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		item := x.create(t, "Agile", "Bug", `add System.Title "x"`, `add Microsoft.VSTS.TCM.ReproSteps "steps"`)
		x.tick()
		x.update(t, item.ID, `add System.State "Resolved"`)
		for _, c := range []struct{ op, want string }{
			{`add System.WorkItemType "Nothing"`, "WorkItemTypeNotFoundException"},
			{`add System.WorkItemType "Task"`, "System.State hasValues, limitedToValues, invalidListValue"},
			{`remove System.WorkItemType`, "System.WorkItemType required, invalidEmpty"},
		} {
			_, err := x.items.Update(t.Context(), x.caller(t, "Bob"), "", item.ID, ops(t, c.op), Options{})
			if got := says(t, err); got != c.want {
				t.Errorf("%s: %q, want %q", c.op, got, c.want)
			}
		}
		same := x.update(t, item.ID, `add System.WorkItemType "bug"`)
		if same.Rev != 2 {
			t.Errorf("the type it has made revision %d", same.Rev)
		}
		day := x.tick()
		task := x.update(t, item.ID, `add System.WorkItemType "task"`, `add System.State "Closed"`)
		got := []any{task.Rev, task.Type, task.Value(project.FieldWorkItemType), task.Value(project.FieldState), task.Value(project.FieldReason), task.Value(project.FieldClosedDate)}
		if diff := cmp.Diff([]any{int64(3), "Task", "Task", "Closed", "Completed", day}, got); diff != "" {
			t.Error(diff)
		}
		kinds := strings.Join(x.lines(t, `SELECT rev || ' ' || type FROM work_revisions ORDER BY rev`), ",")
		if kinds != "1 Bug,2 Bug,3 Task" {
			t.Errorf("types %s", kinds)
		}
		_, err := x.items.Update(t.Context(), x.caller(t, "Bob"), "", item.ID, ops(t, `add Microsoft.VSTS.TCM.ReproSteps "more"`), Options{})
		if says(t, err) != "WorkItemTrackingFieldDefinitionNotFoundException" {
			t.Errorf("a field that tasks do not have: %v", err)
		}
		if again := x.update(t, item.ID, `add System.WorkItemType "Bug"`); again.Value(project.SystemField("Microsoft.VSTS.TCM.ReproSteps").ID) != "steps" {
			t.Error("the field of the first type is lost")
		}
	})
}
