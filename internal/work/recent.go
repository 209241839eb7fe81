package work

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// Recent is what a caller last had to do with a work item.
type Recent struct {
	ID int64
	At time.Time
}

// maxAccountItems is how many work items are told of somebody's recent work.
const maxAccountItems = 200

var selectRecent = listSQL("work.selectRecent", 3, `
	SELECT id, project_id, rev, watermark, type, changed_at, fields FROM work_revisions
	WHERE org_id = $1 AND changed_at >= $2 AND id IN (%s) ORDER BY changed_at, rev`)

// RecentActivity lists the work items that the caller changed in the last 30 days, newest change of theirs first.
func (s *Items) RecentActivity(ctx context.Context, c *access.Caller) ([]Recent, error) {
	return s.recent(ctx, c, "@MyRecentActivity", func(at stored, fields Fields, _ *related) bool {
		return int64(fields.User(project.FieldChangedBy)) == c.User.ID
	})
}

// RecentMentions lists the work items in whose texts the caller was mentioned in the last 30 days, newest mention first.
func (s *Items) RecentMentions(ctx context.Context, c *access.Caller) ([]Recent, error) {
	return s.recent(ctx, c, "@RecentMentions", func(at stored, fields Fields, rel *related) bool {
		for id, v := range fields {
			if v == Text(at.rev) && strings.Contains(strings.ToLower(rel.texts[textKey{at.id, int64(id), at.rev}]), c.User.GUID.String()) {
				return true
			}
		}
		return false
	})
}

// recent finds what a macro stands for, with the newest revision of each that counts.
func (s *Items) recent(ctx context.Context, c *access.Caller, macro string, counts func(stored, Fields, *related) bool) (all []Recent, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all = nil
		x, err := s.search(tx, c, Query{Text: "SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (" + macro + ") ORDER BY [System.ChangedDate] DESC"})
		if err != nil {
			return err
		}
		found, err := x.run(maxAccountItems)
		if err != nil {
			return err
		}
		rel := &related{texts: map[textKey]string{}}
		if macro == "@RecentMentions" {
			if err := rel.readTexts(tx, c.Org, found.IDs); err != nil {
				return err
			}
		}
		latest := map[int64]time.Time{}
		err = selectRecent.each(tx, []any{c.Org, x.e.now.Add(-recently)}, found.IDs, func(r *db.Rows) error {
			at, err := scanStored(r)
			if err != nil {
				return err
			}
			if seen, err := x.e.seesStored(at.project, at.fields); err != nil || !seen {
				return err
			}
			fields, err := (decoder{x.e.catalog}).decode(at.fields)
			if err == nil && counts(at, fields, rel) {
				latest[at.id] = at.changedAt
			}
			return err
		})
		for id, at := range latest {
			all = append(all, Recent{id, at})
		}
		slices.SortFunc(all, func(a, b Recent) int {
			return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID))
		})
		return err
	})
	return all, err
}
