package ingest

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// history is what computed columns of a revision need to know of the revisions before it. Moments are microseconds, 0
// for never.
type history struct {
	inProgress int64 // first entry into category InProgress or Resolved
	completed  int64 // last entry into category Completed, 0 while not completed
}

// builder turns stored revisions into rows of the work item tables.
type builder struct {
	catalog   *project.Catalog
	directory *access.Directory
	calendar  *calendar
	layout    *layout
	tags      map[int64]string
	parents   parents
	updated   int64 // when this batch is written
	first     int64 // the first date among all rows written

	firstYear, lastYear int64 // of the calendar in the tables

	setters    map[project.FieldID][]setter
	categories map[categoryKey]string
	users      map[[2]int64]bool    // project and user pairs in the tables
	newUsers   [][2]int64           // and those this batch adds
	choices    map[boardChoice]bool // that revisions in the tables have
	newChoices []boardChoice        // and those this batch adds
	column     struct {
		id, rev, watermark, sk, project, area, iteration, typ, changed, changedSK, date, updated, parent, tagNames, category,
		inProgress, inProgressSK, completed, completedSK, lead, cycle, created, comments int
	}
}

type categoryKey struct {
	project     int64
	kind, state string
}

// setter writes one field into one column.
type setter func(a *db.Appender, r *rowValues, v work.Raw) error

// rowValues are values of the row being built that other columns depend on.
type rowValues struct {
	project int64
	state   string
	created int64
	tags    []int64
	places  map[int64]project.Choice // by board
}

func newBuilder(catalog *project.Catalog, directory *access.Directory, l *layout) *builder {
	b := &builder{catalog: catalog, directory: directory, layout: l, first: forever, firstYear: forever, parents: parents{},
		calendar: &calendar{location: catalog.Organization.Location}, setters: map[project.FieldID][]setter{},
		categories: map[categoryKey]string{}, users: map[[2]int64]bool{}, choices: map[boardChoice]bool{}}
	c := &b.column
	for name, at := range map[string]*int{
		"WorkItemId": &c.id, "Revision": &c.rev, "Watermark": &c.watermark, "WorkItemRevisionSK": &c.sk, "ProjectSK": &c.project,
		"AreaSK": &c.area, "IterationSK": &c.iteration, "WorkItemType": &c.typ, "ChangedDate": &c.changed, "ChangedDateSK": &c.changedSK,
		"DateSK": &c.date, "AnalyticsUpdatedDate": &c.updated, "ParentWorkItemId": &c.parent, "TagNames": &c.tagNames,
		"StateCategory": &c.category, "InProgressDate": &c.inProgress, "InProgressDateSK": &c.inProgressSK,
		"CompletedDate": &c.completed, "CompletedDateSK": &c.completedSK, "LeadTimeDays": &c.lead, "CycleTimeDays": &c.cycle,
		"CreatedDate": &c.created, "CommentCount": &c.comments,
	} {
		*at = l.index[name]
	}
	for i, column := range l.columns {
		if column.field != nil {
			b.bind(i, column)
		}
	}
	b.bindSpecial()
	return b
}

// bind makes the setter of a column that shows a field as it is.
func (b *builder) bind(i int, column itemColumn) {
	f := column.field
	var set setter
	switch {
	case f.ID == project.FieldTags:
		return // TagNames, see finish
	case f.Identity && column.Kind == db.Text: // the short list of fields shown as a name
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error {
			id, err := v.Int()
			if u := b.directory.User(id); u != nil {
				a.Text(i, u.DisplayName)
			}
			return err
		}
	case f.Identity:
		set = func(a *db.Appender, r *rowValues, v work.Raw) error { return b.setUser(a, r, i, v) }
	case column.Kind == db.Timestamp:
		sk, hasSK := b.layout.index[column.Name+"SK"]
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error {
			n, err := v.Int()
			a.Int(i, n)
			if hasSK {
				a.Int(sk, b.calendar.sk(n))
			}
			return err
		}
	case column.Kind == db.Text:
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error {
			s, err := v.Text()
			a.Text(i, s)
			return err
		}
	case column.Kind == db.Float64:
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error {
			x, err := v.Float()
			a.Float(i, x)
			return err
		}
	case column.Kind == db.Bool:
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error {
			a.Bool(i, v.Bool())
			return nil
		}
	case column.Kind == db.UUID:
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error { return setUUID(a, i, v) }
	default:
		set = func(a *db.Appender, _ *rowValues, v work.Raw) error {
			n, err := v.Int()
			a.Int(i, n)
			return err
		}
	}
	b.setters[f.ID] = append(b.setters[f.ID], set)
}

// bindSpecial makes the setters of columns that are keys of something a field holds, and notes what else is needed.
func (b *builder) bindSpecial() {
	add := func(id project.FieldID, s setter) { b.setters[id] = append(b.setters[id], s) }
	key := func(column int) setter {
		return func(a *db.Appender, _ *rowValues, v work.Raw) error {
			n, err := v.Int()
			a.Int(column, n)
			return err
		}
	}
	add(project.FieldAreaID, key(b.column.area))
	add(project.FieldIterationID, key(b.column.iteration))
	for id, name := range map[project.FieldID]string{
		project.FieldAssignedTo: "AssignedToUserSK", project.FieldChangedBy: "ChangedByUserSK", project.FieldCreatedBy: "CreatedByUserSK",
		project.FieldActivatedBy: "ActivatedByUserSK", project.FieldClosedBy: "ClosedByUserSK", project.FieldResolvedBy: "ResolvedByUserSK",
	} {
		i := b.layout.index[name]
		add(id, func(a *db.Appender, r *rowValues, v work.Raw) error { return b.setUser(a, r, i, v) })
	}
	add(project.FieldState, func(_ *db.Appender, r *rowValues, v work.Raw) (err error) {
		r.state, err = v.Text()
		return err
	})
	add(project.FieldCreatedDate, func(_ *db.Appender, r *rowValues, v work.Raw) (err error) {
		r.created, err = v.Int()
		return err
	})
	add(project.FieldTags, func(_ *db.Appender, r *rowValues, v work.Raw) (err error) {
		r.tags, err = v.Ints()
		return err
	})
}

func (b *builder) setUser(a *db.Appender, r *rowValues, i int, v work.Raw) error {
	id, err := v.Int()
	a.Int(i, id)
	b.addUser(r.project, id)
	return err
}

// addUser notes that a person appears in a project.
func (b *builder) addUser(project, id int64) {
	if pair := [2]int64{project, id}; !b.users[pair] {
		b.users[pair] = true
		b.newUsers = append(b.newUsers, pair)
	}
}

// row writes a revision into an appender whose first columns are those of the current items, and returns what of it goes
// to other tables. h is brought up to date; end is when the revision was superseded.
func (b *builder) row(a *db.Appender, r *work.RevisionRow, h *history, end int64) (*rowValues, error) {
	values := rowValues{project: r.Project}
	changed := r.ChangedAt.UnixMicro()
	c := &b.column
	a.Int(c.id, r.ID)
	a.Int(c.rev, r.Rev)
	a.Int(c.watermark, r.Watermark)
	a.Int(c.sk, r.Watermark) // unique in the organization and never reused
	a.Int(c.project, r.Project)
	a.Text(c.typ, r.Type)
	a.Int(c.changed, changed)
	day := b.calendar.sk(changed)
	a.Int(c.changedSK, day)
	a.Int(c.date, day)
	a.Int(c.updated, b.updated)
	a.Int(c.comments, 0)
	if parent := b.parents.at(r.ID, end); parent != 0 {
		a.Int(c.parent, parent)
	}
	var failed error
	err := r.Each(func(id project.FieldID, v work.Raw) {
		if id >= project.FirstBoardFieldID {
			if err := values.place(id, v); err != nil && failed == nil {
				failed = fmt.Errorf("work item %d revision %d, field %d: %w", r.ID, r.Rev, id, err)
			}
		}
		for _, set := range b.setters[id] {
			if err := set(a, &values, v); err != nil && failed == nil {
				failed = fmt.Errorf("work item %d revision %d, field %d: %w", r.ID, r.Rev, id, err)
			}
		}
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	values.tags = slices.DeleteFunc(values.tags, func(id int64) bool { return b.tags[id] == "" })
	slices.SortFunc(values.tags, func(x, y int64) int { return strings.Compare(strings.ToLower(b.tags[x]), strings.ToLower(b.tags[y])) })
	if len(values.tags) > 0 {
		a.Text(c.tagNames, b.tagNames(values.tags))
	}
	if values.places != nil {
		a.Bool(b.layout.index[placedColumn], true)
	}
	b.progress(a, r, &values, changed, h)
	b.first = min(b.first, changed, values.created)
	return &values, nil
}

// progress computes the columns that follow the state category through the item's history.
func (b *builder) progress(a *db.Appender, r *work.RevisionRow, v *rowValues, changed int64, h *history) {
	c := &b.column
	category := b.category(r, v.state)
	if category != "" {
		a.Text(c.category, category)
	}
	if (category == "InProgress" || category == "Resolved") && h.inProgress == 0 {
		h.inProgress = changed
	}
	switch {
	case category != "Completed":
		h.completed = 0
	case h.completed == 0:
		h.completed = changed
	}
	if h.inProgress != 0 {
		a.Int(c.inProgress, h.inProgress)
		a.Int(c.inProgressSK, b.calendar.sk(h.inProgress))
	}
	if h.completed == 0 {
		return
	}
	a.Int(c.completed, h.completed)
	a.Int(c.completedSK, b.calendar.sk(h.completed))
	a.Float(c.lead, float64(h.completed-v.created)/dayMicros)
	if h.inProgress != 0 {
		a.Float(c.cycle, float64(h.completed-h.inProgress)/dayMicros)
	}
}

func (b *builder) category(r *work.RevisionRow, state string) string {
	key := categoryKey{r.Project, r.Type, state}
	if name, ok := b.categories[key]; ok {
		return name
	}
	name := ""
	if p := b.catalog.Project(r.Project); p != nil {
		if t := p.Process.Type(r.Type); t != nil {
			if s := t.State(state); s != nil {
				name = s.Category.String()
			}
		}
	}
	b.categories[key] = name
	return name
}

// maxTagNames is how long the joined names of tags may be; only whole names are kept.
const maxTagNames = 1024

func (b *builder) tagNames(tags []int64) string {
	var s strings.Builder
	length := 0
	for _, id := range tags {
		name := b.tags[id]
		n := utf8.RuneCountInString(name)
		if length > 0 {
			n += 2
		}
		if length+n > maxTagNames {
			break
		}
		if length > 0 {
			s.WriteString("; ")
		}
		s.WriteString(name)
		length += n
	}
	return s.String()
}

// closing is the end of a revision's validity.
type closing struct {
	revised, revisedSK int64
	lastOfDay          bool
	lastOf             int64
}

// close computes what the next revision makes of one.
func (b *builder) close(changed, next int64) closing {
	day, nextDay := b.calendar.day(changed), b.calendar.day(next)
	return closing{next, daySK(nextDay), day != nextDay, periodsBetween(day, nextDay)}
}

// setClosing writes the closing columns, which start at first.
func (k closing) set(a *db.Appender, first int) {
	a.Int(first, k.revised)
	a.Int(first+1, k.revisedSK)
	a.Bool(first+2, k.lastOfDay)
	a.Int(first+3, k.lastOf)
}

func setUUID(a *db.Appender, column int, v work.Raw) error {
	text, err := v.Text()
	if err != nil {
		return err
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return err
	}
	a.UUID(column, id)
	return nil
}

func (k closing) revisedTime() time.Time { return time.UnixMicro(k.revised) }
