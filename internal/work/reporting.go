package work

import (
	"context"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// Reporting chooses what a reporting stream passes.
type Reporting struct {
	After       int64     // the position to go on behind; 0 from the beginning
	Since       time.Time // leaves out revisions made before
	Max         int       // revisions
	Fields      []string  // reference names or names; nil for all but long texts
	Types       []string  // of work items; nil for all
	LongTexts   bool      // also long texts, when Fields is nil
	Deleted     bool      // also revisions of items that are in the recycle bin
	LatestOnly  bool      // only the present revision of each item
	Discussions bool      // only revisions that comment
}

// Reported is a revision in a reporting stream.
type Reported struct {
	*Item
	Deleted bool // it put the item into the recycle bin
}

// scanned is how many revisions one call looks at: among them may be few that are wanted.
const scanned = 5000

var (
	selectReported = bySight("work.selectReported", `
		SELECT r.id, r.project_id, r.rev, r.watermark, r.type, r.changed_at, r.fields, n.changed_at, i.rev, i.is_deleted, i.project_id, %s
		FROM work_revisions r JOIN work_items i ON i.org_id = r.org_id AND i.id = r.id
		LEFT JOIN work_revisions n ON n.org_id = r.org_id AND n.id = r.id AND n.rev = r.rev + 1
		WHERE r.org_id = $1 AND r.watermark > $2 ORDER BY r.watermark LIMIT $3`, `i.fields`)
	selectParentHistory = listSQL("work.selectParentHistory", 2, `
		SELECT l.item_id, l.other_id, l.created_at, l.deleted_at FROM work_links l
		WHERE l.org_id = $1 AND l.rel = '`+parentLink+`' AND `+otherLives+` AND l.item_id IN (%s)`)
)

// ReportRevisions passes a stretch of the revisions of a project, of all readable ones without a name, in the order in
// which they were stored: whoever goes on behind the returned position gets each exactly once, also while others write.
// end says that there were no more. Faults: project or field not found.
func (s *Items) ReportRevisions(ctx context.Context, c *access.Caller, projectName string, o Reporting) (all []Reported, after int64, end bool, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, after, end = nil, o.After, false
		e, err := s.within(tx, c, projectName)
		if err != nil {
			return err
		}
		wanted, err := e.findFields(o.Fields)
		if err != nil {
			return err
		}
		rows, last, end2, err := e.reported(tx, c, o)
		if err != nil {
			return err
		}
		after, end = last, end2
		all, err = e.report(tx, c.Org, rows, wanted, o)
		return err
	})
	return all, after, end, err
}

// reportedRow is a revision that a stream passes.
type reportedRow struct {
	stored
	values Fields
	binned bool // the item is in the recycle bin since this revision
}

// reported reads rows until there are enough; last is the position of the last one looked at.
func (e *environment) reported(tx *db.Tx, c *access.Caller, o Reporting) (found []reportedRow, last int64, end bool, err error) {
	last = o.After
	rows, err := tx.Query(selectReported.of(e), c.Org, o.After, scanned)
	if err != nil {
		return nil, 0, false, err
	}
	defer rows.Close()
	looked := 0
	for len(found) < o.Max && rows.Next() {
		var r reportedRow
		var current, now int64
		var deleted bool
		var fields string
		if err := rows.Scan(&r.id, &r.project, &r.rev, &r.watermark, &r.kind, &r.changedAt, &r.fields, &r.revisedAt, &current, &deleted, &now, &fields); err != nil {
			return nil, 0, false, err
		}
		looked++
		r.binned = deleted && r.rev == current
		last = r.watermark
		if e.project != nil && e.project.ID != r.project || deleted && !o.Deleted || o.LatestOnly && r.rev != current || r.changedAt.Before(o.Since) ||
			len(o.Types) > 0 && !containsFold(o.Types, r.kind) {
			continue
		}
		then, err := e.seesStored(r.project, r.stored.fields)
		if err != nil {
			return nil, 0, false, err
		}
		if seen, err := e.seesStored(now, fields); err != nil || !seen || !then {
			if err != nil {
				return nil, 0, false, err
			}
			continue
		}
		if r.values, err = (decoder{e.catalog}).decode(r.fields); err != nil {
			return nil, 0, false, err
		}
		if !o.Discussions || r.values[project.FieldHistory] == Text(r.rev) {
			found = append(found, r)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, false, err
	}
	return found, last, looked < scanned && len(found) < o.Max, rows.Close()
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// report shows revisions, each under the parent it had when the next one replaced it.
func (e *environment) report(tx *db.Tx, org int64, rows []reportedRow, wanted []*project.Field, o Reporting) ([]Reported, error) {
	isText := func(f *project.Field) bool { return shapeOf(f) == shapeText }
	var ids, tags []int64
	for _, r := range rows {
		ids, tags = append(ids, r.id), append(tags, r.values.Tags()...)
	}
	slices.Sort(ids)
	slices.Sort(tags)
	ids = slices.Compact(ids)
	shared := &related{tags: map[int64]string{}, texts: map[textKey]string{}}
	if err := shared.readTags(tx, org, slices.Compact(tags)); err != nil {
		return nil, err
	}
	texts := o.LongTexts && wanted == nil || slices.ContainsFunc(wanted, isText)
	if texts {
		if err := shared.readTexts(tx, org, ids); err != nil {
			return nil, err
		}
	}
	type span struct {
		parent int64
		from   time.Time
		to     *time.Time
	}
	parents := map[int64][]span{}
	err := selectParentHistory.each(tx, []any{org}, ids, func(rows *db.Rows) error {
		var item int64
		var at span
		err := rows.Scan(&item, &at.parent, &at.from, &at.to)
		parents[item] = append(parents[item], at)
		return err
	})
	if err != nil {
		return nil, err
	}
	all := make([]Reported, len(rows))
	for i, r := range rows {
		moment := neverRevised
		if r.revisedAt != nil {
			moment = r.revisedAt.Add(-time.Microsecond)
		}
		rel := &related{tags: shared.tags, texts: shared.texts}
		for _, at := range parents[r.id] {
			if !at.from.After(moment) && (at.to == nil || at.to.After(moment)) {
				rel.parents = map[int64]int64{r.id: at.parent}
			}
		}
		item := e.item(r.stored, r.values, rel, wanted, true)
		if !texts {
			item.Values = slices.DeleteFunc(item.Values, func(v Value) bool { return isText(v.Field) })
		}
		deleted, _ := r.values[project.FieldIsDeleted].(bool)
		all[i] = Reported{item, deleted || r.binned}
	}
	return all, nil
}
