package sample

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

func (c Config) catalog(t testing.TB, org int64) (catalog *project.Catalog, directory *access.Directory) {
	t.Helper()
	err := c.DB.View(t.Context(), func(tx *db.Tx) (err error) {
		if catalog, err = c.Projects.Catalog(tx, org); err != nil {
			return err
		}
		directory, err = c.Access.Directory(tx, org)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return catalog, directory
}

func (c Config) projectID(t testing.TB, org int64, name string) int64 {
	t.Helper()
	catalog, _ := c.catalog(t, org)
	p, err := catalog.FindProject(name)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// checker looks at every revision of an organization and knows nothing of how they were made.
type checker struct {
	*testing.T
	catalog   *project.Catalog
	directory *access.Directory
	tags      map[int64][2]any // project and folded name
	texts     map[[3]int64]bool
	current   map[int64]string // fields of work_items by id
	present   time.Time

	last        storedRevision
	stateSince  time.Time
	comments    int64
	created     map[int64]time.Time // and project of every item
	projects    map[int64]int64
	watermarks  map[int64]bool
	revisions   int
	transitions map[string]int
}

// printedReason is the one reason that its type does not offer: the service's documentation prints it.
const printedReason = 10000

// checkOrganization checks what must hold for every revision and link.
func checkOrganization(t *testing.T, c Config, org int64, present time.Time) *checker {
	t.Helper()
	k := &checker{T: t, present: present, tags: map[int64][2]any{}, texts: map[[3]int64]bool{}, current: map[int64]string{},
		created: map[int64]time.Time{}, projects: map[int64]int64{}, watermarks: map[int64]bool{}, transitions: map[string]int{}}
	k.catalog, k.directory = c.catalog(t, org)
	rows(t, c.DB, `SELECT tag_id, project_id, name_key FROM tags WHERE org_id = $1`, func(r *db.Rows) error {
		var id, pid int64
		var name string
		err := r.Scan(&id, &pid, &name)
		k.tags[id] = [2]any{pid, name}
		return err
	}, org)
	rows(t, c.DB, `SELECT id, field_id, rev FROM work_texts WHERE org_id = $1`, func(r *db.Rows) error {
		var key [3]int64
		err := r.Scan(&key[0], &key[1], &key[2])
		k.texts[key] = true
		return err
	}, org)
	revisions(t, c.DB, org, k.revision)
	rows(t, c.DB, `SELECT i.id, i.fields = r.fields AND i.type = r.type AND i.changed_at = r.changed_at AND i.watermark = r.watermark
			AND i.project_id = r.project_id, i.is_deleted, i.deleted_at, i.deleted_by, (SELECT max(rev) FROM work_revisions x WHERE x.org_id = i.org_id AND x.id = i.id) - i.rev, i.changed_at
		FROM work_items i JOIN work_revisions r ON r.org_id = i.org_id AND r.id = i.id AND r.rev = i.rev WHERE i.org_id = $1`, func(r *db.Rows) error {
		var id, by, behind int64
		var same, deleted bool
		var at *time.Time
		var changed time.Time
		if err := r.Scan(&id, &same, &deleted, &at, &by, &behind, &changed); err != nil {
			return err
		}
		if !same || behind != 0 {
			t.Errorf("item %d differs from its last revision", id)
		}
		if deleted != (at != nil) || deleted && (!at.After(changed) || k.directory.User(by) == nil) {
			t.Errorf("item %d: deleted %t, at %v by %d, changed %s", id, deleted, at, by, changed)
		}
		return nil
	}, org)
	k.links(c, org)
	return k
}

func (k *checker) revision(r storedRevision) {
	k.revisions++
	fail := func(format string, args ...any) {
		k.Helper()
		k.Errorf("item %d rev %d: "+format, append([]any{r.id, r.rev}, args...)...)
	}
	first := r.id != k.last.id
	if first && r.rev != 1 || !first && r.rev != k.last.rev+1 {
		fail("follows rev %d of item %d", k.last.rev, k.last.id)
	}
	if k.watermarks[r.watermark] || !first && r.watermark <= k.last.watermark {
		fail("watermark %d", r.watermark)
	}
	k.watermarks[r.watermark] = true
	p := k.catalog.Project(r.project)
	if p == nil {
		fail("project %d does not exist", r.project)
		return
	}
	kind := p.Process.Type(r.kind)
	if kind == nil || !first && (r.project != k.last.project || r.kind != k.last.kind) {
		fail("type %s in %s, was %s", r.kind, p.Name, k.last.kind)
		return
	}
	k.state(&r, kind, first, fail)
	k.dates(&r, kind, first, fail)
	k.places(&r, p, fail)
	k.values(&r, kind, fail)
	if first {
		k.created[r.id], k.projects[r.id], k.comments = r.changedAt, r.project, 0
	}
	if r.int(project.FieldHistory) == r.rev {
		k.comments++
	}
	if r.int(project.FieldCommentCount) != k.comments {
		fail("%d comments, count says %d", k.comments, r.int(project.FieldCommentCount))
	}
	k.last = r
}

func (k *checker) state(r *storedRevision, kind *project.WorkItemType, first bool, fail func(string, ...any)) {
	state, reason := r.text(project.FieldState), r.text(project.FieldReason)
	found := kind.State(state)
	if found == nil {
		fail("type %s has no state %s", kind.Name, state)
		return
	}
	from := ""
	if !first {
		from = k.last.text(project.FieldState)
	}
	if from == state {
		if reason != k.last.text(project.FieldReason) {
			fail("reason changed to %q without the state", reason)
		}
		return
	}
	k.stateSince = r.changedAt
	k.transitions[kind.Name+": "+from+" > "+state]++
	reasons, ok := kind.Transition(from, state)
	if !ok || !slices.Contains(reasons, reason) && r.id != printedReason {
		fail("from %q to %q because of %q", from, state, reason)
	}
}

func (k *checker) dates(r *storedRevision, kind *project.WorkItemType, first bool, fail func(string, ...any)) {
	date := func(id project.FieldID) time.Time {
		if r.fields[id] == nil {
			return time.Time{}
		}
		return time.UnixMicro(r.int(id)).UTC()
	}
	changed := date(project.FieldChangedDate)
	if !changed.Equal(r.changedAt) || changed.After(k.present) || !first && !changed.After(k.last.changedAt) {
		fail("changed %s, column says %s, before it was %s", changed, r.changedAt, k.last.changedAt)
	}
	created := r.changedAt
	if !first {
		created = k.created[r.id]
		if r.int(project.FieldCreatedBy) != k.last.int(project.FieldCreatedBy) {
			fail("was created by another person before")
		}
	} else if r.int(project.FieldCreatedBy) != r.int(project.FieldChangedBy) {
		fail("was created by someone else")
	}
	if !date(project.FieldCreatedDate).Equal(created) {
		fail("created %s, first revision %s", date(project.FieldCreatedDate), created)
	}
	if kind.Field(project.FieldStateChangeDate) != nil && !date(project.FieldStateChangeDate).Equal(k.stateSince) {
		fail("state changed %s, field says %s", k.stateSince, date(project.FieldStateChangeDate))
	}
	state := kind.State(r.text(project.FieldState))
	if state == nil {
		return
	}
	for _, rule := range []struct {
		date, by  project.FieldID
		must, not bool
	}{
		{project.FieldClosedDate, project.FieldClosedBy, state.Category == project.Completed, state.Category < project.Completed},
		{project.FieldActivatedDate, project.FieldActivatedBy, state.Category == project.InProgress || state.Category == project.Resolved,
			state.Category == project.Proposed && kind.Name != "Test Case"},
		{project.FieldResolvedDate, project.FieldResolvedBy, state.Category == project.Resolved, state.Category == project.Proposed},
	} {
		if kind.Field(rule.date) == nil {
			continue
		}
		at, by := date(rule.date), r.int(rule.by)
		if at.IsZero() != (by == 0) || rule.must && at.IsZero() || rule.not && !at.IsZero() || at.After(changed) {
			fail("%s is %s, but field %d is %s by %d", state.Name, state.Category, rule.date, at, by)
		}
	}
}

func (k *checker) places(r *storedRevision, p *project.Project, fail func(string, ...any)) {
	area, iteration := k.catalog.Node(r.int(project.FieldAreaID)), k.catalog.Node(r.int(project.FieldIterationID))
	if area == nil || area.Project != p.ID || area.Kind != project.AreaNode {
		fail("area %d is none of %s", r.int(project.FieldAreaID), p.Name)
	}
	if iteration == nil || iteration.Project != p.ID || iteration.Kind != project.IterationNode {
		fail("iteration %d is none of %s", r.int(project.FieldIterationID), p.Name)
	}
}

func (k *checker) values(r *storedRevision, kind *project.WorkItemType, fail func(string, ...any)) {
	if r.text(project.FieldTitle) == "" || r.text(project.FieldTitle) != strings.TrimSpace(r.text(project.FieldTitle)) {
		fail("title %q", r.text(project.FieldTitle))
	}
	for id, v := range r.fields {
		f := kind.Field(id)
		if f == nil {
			fail("%s has no field %d", kind.Name, id)
			continue
		}
		switch v := v.(type) {
		case json.Number:
			n, err := v.Int64()
			switch {
			case f.Field.Identity:
				if err != nil || k.directory.User(n) == nil {
					fail("%s is %s, nobody", f.Field.Name, v)
				}
			case f.Field.Type == project.HTML || f.Field.Type == project.PlainText || f.Field.Type == project.History:
				if err != nil || n > r.rev || !k.texts[[3]int64{r.id, int64(id), n}] {
					fail("%s has no text of rev %s", f.Field.Name, v)
				}
			}
		case string:
			if allowed, suggested := f.AllowedValues(); len(allowed) > 0 && !suggested && !slices.Contains(allowed, v) {
				fail("%s is %q, allowed are %q", f.Field.Name, v, allowed)
			}
		}
	}
	before := ""
	for _, id := range r.ints(project.FieldTags) {
		tag, ok := k.tags[id]
		if name, _ := tag[1].(string); !ok || tag[0] != r.project || name <= before {
			fail("tag %d %v behind %q", id, tag, before)
		} else {
			before = name
		}
	}
}
