package ingest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// reader computes, revision by revision and the plain way, what the tables must hold, from the record tables alone.
type reader struct {
	*testing.T
	x       *fixture
	catalog *project.Catalog
	zone    *time.Location
	columns map[project.FieldID][]*edm.Property
	people  map[string]string // display names by id
	tags    map[string]string // names by id
	links   []storedLink
}

type storedLink struct {
	id, item, project, other, created int64
	deleted                           *int64
	rel, comment                      string
}

type storedRevision struct {
	id, rev, project, watermark, changed int64
	kind, fields                         string
	current                              bool
}

func newReader(t *testing.T, x *fixture) *reader {
	r := &reader{T: t, x: x, people: map[string]string{}, tags: map[string]string{}, columns: map[project.FieldID][]*edm.Property{}}
	r.catalog, _ = x.snapshot(t)
	var zone string
	x.query(t, `SELECT time_zone FROM organizations WHERE org_id = 1`, func(rows *db.Rows) error { return rows.Scan(&zone) })
	var err error
	if r.zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	for table, names := range map[string]map[string]string{`users WHERE`: r.people, `tags WHERE NOT is_deleted AND`: r.tags} {
		columns := map[bool]string{true: "user_id, display_name", false: "tag_id, name"}[strings.HasPrefix(table, "users")]
		x.query(t, `SELECT `+columns+` FROM `+table+` org_id = 1`, func(rows *db.Rows) error {
			var id int64
			var name string
			err := rows.Scan(&id, &name)
			names[fmt.Sprint(id)] = name
			return err
		})
	}
	x.query(t, `SELECT l.link_id, l.item_id, l.project_id, l.other_id, l.created_at, l.deleted_at, l.rel, l.comment FROM work_links l
		WHERE l.org_id = 1 AND (SELECT count(*) FROM work_items i WHERE i.org_id = 1 AND i.id IN (l.item_id, l.other_id) AND NOT i.is_deleted) = 2`,
		func(rows *db.Rows) error {
			var l storedLink
			err := rows.Scan(&l.id, &l.item, &l.project, &l.other, &l.created, &l.deleted, &l.rel, &l.comment)
			r.links = append(r.links, l)
			return err
		})
	r.readModel()
	return r
}

// readModel finds out which columns show which field.
func (r *reader) readModel() {
	fields := edm.Fields{Predefined: map[string]bool{}}
	for _, f := range r.catalog.Fields {
		kind := f.Type.String()
		if f.Identity {
			kind = "identity"
		}
		fields.Predefined[f.ReferenceName] = true
		fields.Custom = append(fields.Custom, edm.CustomField{ReferenceName: f.ReferenceName, Name: f.Name, Type: edm.FieldType(kind)})
	}
	for _, p := range edm.New(edm.V4Preview, fields).Type("WorkItemRevision").Properties {
		if p.Ref != "" {
			id := r.catalog.FindField(p.Ref).ID
			r.columns[id] = append(r.columns[id], &p)
		}
	}
}

func (r *reader) day(micros int64) string {
	return time.UnixMicro(micros).In(r.zone).Format("20060102")
}

func days(from, to int64) string { return fmt.Sprintf("%.6f", float64(to-from)/float64(24*3600*1e6)) }

// each passes every revision of every live item with its row in the view of all revisions.
func (r *reader) each(fn func(s storedRevision, want row, tags []string)) {
	var all []storedRevision
	r.x.query(r.T, `SELECT r.id, r.rev, r.project_id, r.watermark, r.changed_at, r.type, r.fields, r.rev = i.rev FROM work_revisions r, work_items i
		WHERE r.org_id = 1 AND i.org_id = 1 AND i.id = r.id AND NOT i.is_deleted ORDER BY r.id, r.rev`, func(rows *db.Rows) error {
		var s storedRevision
		err := rows.Scan(&s.id, &s.rev, &s.project, &s.watermark, &s.changed, &s.kind, &s.fields, &s.current)
		all = append(all, s)
		return err
	})
	var inProgress, completed int64
	for i, s := range all {
		if s.rev == 1 {
			inProgress, completed = 0, 0
		}
		want, tags := r.stored(s)
		want["WorkItemId"], want["Revision"], want["Watermark"] = fmt.Sprint(s.id), fmt.Sprint(s.rev), fmt.Sprint(s.watermark)
		want["WorkItemRevisionSK"], want["ProjectSK"], want["WorkItemType"] = want["Watermark"], fmt.Sprint(s.project), s.kind
		want["DateSK"], want["IsCurrent"] = r.day(s.changed), fmt.Sprint(s.current)
		category := r.catalog.Project(s.project).Process.Type(s.kind).State(want["State"]).Category
		want["StateCategory"] = category.String()
		if (category == project.InProgress || category == project.Resolved) && inProgress == 0 {
			inProgress = s.changed
		}
		if category != project.Completed {
			completed = 0
		} else if completed == 0 {
			completed = s.changed
		}
		if inProgress != 0 {
			want["InProgressDate"], want["InProgressDateSK"] = moment(inProgress), r.day(inProgress)
		}
		if completed != 0 {
			created, err := time.Parse("2006-01-02T15:04:05.000000", want["CreatedDate"])
			if err != nil {
				r.Fatal(err)
			}
			want["CompletedDate"], want["CompletedDateSK"] = moment(completed), r.day(completed)
			want["LeadTimeDays"] = days(created.UnixMicro(), completed)
			if inProgress != 0 {
				want["CycleTimeDays"] = days(inProgress, completed)
			}
		}
		end := int64(1) << 62
		if s.current {
			want["RevisedDate"], want["IsLastRevisionOfDay"], want["IsLastRevisionOfPeriod"] = "9999-01-01T00:00:00.000000", "true", "2047"
		} else {
			end = all[i+1].changed
			want["RevisedDate"], want["RevisedDateSK"] = moment(end), r.day(end)
			want["IsLastRevisionOfDay"] = fmt.Sprint(r.day(s.changed) != r.day(end))
			want["IsLastRevisionOfPeriod"] = fmt.Sprint(r.periods(s.changed, end))
		}
		for _, l := range r.links {
			if l.item == s.id && l.rel == "System.LinkTypes.Hierarchy-Reverse" && l.created < end && (l.deleted == nil || *l.deleted >= end && !s.current) {
				want["ParentWorkItemId"] = fmt.Sprint(l.other)
			}
		}
		fn(s, want, tags)
	}
}

// periods is which periods end between two days, found by walking through them.
func (r *reader) periods(from, to int64) (flags int) {
	y, m, d := time.UnixMicro(from).In(r.zone).Date()
	for at := time.Date(y, m, d, 0, 0, 0, 0, time.UTC); at.Format("20060102") < r.day(to); at = at.AddDate(0, 0, 1) {
		flags |= closes(at)
	}
	return flags
}

// closes is the set of periods, as the enum Period numbers them, that a day is the last of.
func closes(at time.Time) int {
	flags := 1 | 2<<at.Weekday()
	if next := at.AddDate(0, 0, 1); next.Month() != at.Month() {
		flags |= 256
		if at.Month()%3 == 0 {
			flags |= 512
		}
		if at.Month() == 12 {
			flags |= 1024
		}
	}
	return flags
}

// stored is the part of a row that shows fields as they are, and the revision's tags.
func (r *reader) stored(s storedRevision) (want row, tags []string) {
	var fields map[project.FieldID]any
	d := json.NewDecoder(strings.NewReader(s.fields))
	d.UseNumber()
	if err := d.Decode(&fields); err != nil {
		r.Fatal(err)
	}
	want = row{"CommentCount": "0", "AreaSK": fmt.Sprint(fields[project.FieldAreaID]), "IterationSK": fmt.Sprint(fields[project.FieldIterationID])}
	for column, id := range map[string]project.FieldID{
		"AssignedToUserSK": project.FieldAssignedTo, "ChangedByUserSK": project.FieldChangedBy, "CreatedByUserSK": project.FieldCreatedBy,
		"ActivatedByUserSK": project.FieldActivatedBy, "ClosedByUserSK": project.FieldClosedBy, "ResolvedByUserSK": project.FieldResolvedBy,
	} {
		if v, ok := fields[id]; ok {
			want[column] = fmt.Sprint(v)
		}
	}
	for id, v := range fields {
		for _, p := range r.columns[id] {
			want[p.Column()] = r.text(p, v)
			switch p.Name {
			case "ActivatedDate", "ChangedDate", "ClosedDate", "CreatedDate", "ResolvedDate", "StateChangeDate":
				n, _ := v.(json.Number).Int64()
				want[p.Name+"SK"] = r.day(n)
			}
		}
	}
	if list, ok := fields[project.FieldTags].([]any); ok {
		var names []string
		for _, id := range list {
			if name, ok := r.tags[fmt.Sprint(id)]; ok { // else it was deleted
				tags, names = append(tags, fmt.Sprint(id)), append(names, name)
			}
		}
		slices.SortFunc(names, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
		delete(want, "TagNames")
		if len(names) > 0 {
			want["TagNames"] = strings.Join(names, "; ")
		}
	}
	return want, tags
}

func (r *reader) text(p *edm.Property, v any) string {
	text := fmt.Sprint(v)
	switch {
	case p.Type.Kind == edm.DateTimeOffset:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			r.Fatal(err)
		}
		return moment(n)
	case p.Type.Kind == edm.Double:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			r.Fatal(err)
		}
		return fmt.Sprintf("%.6f", x)
	case r.catalog.FindField(p.Ref).Identity && p.Type.Kind == edm.String:
		return r.people[text]
	}
	return text
}

// The tables of work items hold, in every column, what the record tables say.
func TestRebuild_WorkItems(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		x.churn(t, 200)
		w := x.rebuilt(t, b)
		r := newReader(t, x)
		got := map[string]row{}
		for _, line := range tableRows(t, w, edm.RevisionsView) {
			got[line["WorkItemId"]+"/"+line["Revision"]] = line
		}
		var itemTags, revisionTags, pairs, items []string
		seen := map[string]bool{}
		n := 0
		r.each(func(s storedRevision, want row, tags []string) {
			n++
			if have := got[fmt.Sprintf("%d/%d", s.id, s.rev)]; !maps.Equal(want, have) {
				t.Fatalf("item %d revision %d (-want +got): %s", s.id, s.rev, cmp.Diff(want, have))
			}
			for _, tag := range tags {
				revisionTags = append(revisionTags, fmt.Sprintf(`{"TagSK":"%s","WorkItemId":"%d","WorkItemRevisionSK":"%d"}`, tag, s.id, s.watermark))
				if s.current {
					itemTags = append(itemTags, fmt.Sprintf(`{"TagSK":"%s","WorkItemId":"%d"}`, tag, s.id))
				}
			}
			for column, value := range want {
				if strings.HasSuffix(column, "UserSK") || r.catalog.FindField(column) != nil && r.catalog.FindField(column).Identity {
					if pair := fmt.Sprintf(`{"ProjectSK":"%d","UserSK":"%s"}`, s.project, value); !seen[pair] {
						seen[pair] = true
						pairs = append(pairs, pair)
					}
				}
			}
			if s.current {
				for _, column := range append(closingColumns, "IsCurrent") {
					delete(want, column)
				}
				items = append(items, lines([]row{want})[0])
			}
		})
		if n < 6000 || n != len(got) {
			t.Errorf("%d revisions are stored, the view has %d", n, len(got))
		}
		for table, want := range map[string][]string{edm.ItemsTable: items, edm.ItemTagsTable: itemTags, edm.RevisionTagsTable: revisionTags, edm.ProjectUsersTable: pairs} {
			slices.Sort(want)
			if have := lines(tableRows(t, w, table)); !slices.Equal(want, have) || len(want) < 20 {
				t.Errorf("%s: %d rows, want %d", table, len(have), len(want))
			}
		}
	})
}
