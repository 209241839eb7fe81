package work

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// LinkReporting chooses what the stream of link changes passes.
type LinkReporting struct {
	After     int64     // the position to go on behind; 0 from the beginning
	Since     time.Time // leaves out changes made before
	Max       int       // changes
	LinkTypes []string  // reference names of either end, or without the end; nil for all
	Types     []string  // of the work items that links lead away from; nil for all
}

// LinkChange says that a link came to be or ended, as seen from its source. Of a link the two alternate.
type LinkChange struct {
	Rel            string
	Source, Target int64
	From, To       *project.Project // those of source and target then; nil when deleted meanwhile
	Active         bool             // it came to be
	At             time.Time
	By             *access.User // nil when nobody knows
	Comment        string       // the present one
}

const linkChangeColumns = `org_id, position, project_id, link_id, rel, source_id, target_id, target_project, is_active, changed_at, changed_by`

// lastLinkChange is the newest change of the link $2.
const lastLinkChange = `FROM work_link_changes l WHERE l.org_id = $1 AND l.link_id = $2 AND l.position =
	(SELECT max(n.position) FROM work_link_changes n WHERE n.org_id = $1 AND n.link_id = $2)`

var (
	insertLinkChange = db.SQL("work.insertLinkChange", `
		INSERT INTO work_link_changes (`+linkChangeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	endLink = db.SQL("work.endLink", `
		INSERT INTO work_link_changes (`+linkChangeColumns+`)
		SELECT l.org_id, $3, l.project_id, l.link_id, l.rel, l.source_id, l.target_id, l.target_project, false, $4, $5
		`+lastLinkChange+` AND l.is_active`)
	resumeLink = db.SQL("work.resumeLink", `
		INSERT INTO work_link_changes (`+linkChangeColumns+`)
		SELECT l.org_id, $3, s.project_id, l.link_id, l.rel, l.source_id, l.target_id, t.project_id, true, $4, $5
		`+strings.Replace(lastLinkChange, "WHERE", `JOIN work_items s ON s.org_id = l.org_id AND s.id = l.source_id
			JOIN work_items t ON t.org_id = l.org_id AND t.id = l.target_id WHERE`, 1)+` AND NOT l.is_active AND NOT s.is_deleted AND NOT t.is_deleted`)
	selectShownLinks = db.SQL("work.selectShownLinks", `
		SELECT l.link_id FROM work_links l WHERE l.org_id = $1 AND l.item_id = $2 AND l.deleted_at IS NULL AND `+otherLives+` ORDER BY l.link_id`)
	selectBinnedLinks = db.SQL("work.selectBinnedLinks", `
		SELECT l.link_id, i.deleted_at, i.deleted_by FROM work_items i
		JOIN work_links l ON l.org_id = i.org_id AND l.item_id = i.id AND l.deleted_at IS NULL
		WHERE i.org_id = $1 AND i.is_deleted AND i.deleted_at IS NOT NULL AND (SELECT c.is_active FROM work_link_changes c
			WHERE c.org_id = l.org_id AND c.link_id = l.link_id ORDER BY c.position DESC LIMIT 1)
		ORDER BY i.deleted_at, l.link_id`)
	selectLinkChanges = bySight("work.selectLinkChanges", `
		SELECT c.position, c.project_id, c.rel, c.source_id, c.target_id, c.target_project, c.is_active, c.changed_at, c.changed_by,
			coalesce(l.comment, ''), coalesce(s.project_id, c.project_id), coalesce(s.type, ''), %s, %s
		FROM work_link_changes c LEFT JOIN work_items s ON s.org_id = c.org_id AND s.id = c.source_id
		LEFT JOIN work_links l ON l.org_id = c.org_id AND l.link_id = c.link_id AND l.item_id = c.source_id
		WHERE c.org_id = $1 AND c.position > $2 ORDER BY c.position LIMIT $3`, `coalesce(s.fields, '{}')`,
		`coalesce((SELECT r.fields FROM work_revisions r WHERE r.org_id = c.org_id AND r.id = c.source_id AND r.changed_at <= c.changed_at
			ORDER BY r.rev DESC LIMIT 1), '{}')`)
)

// Changes of links have positions of their own: one writer at a time makes them strictly increase in commit order.
func linkPositions(tx *db.Tx, org, n int64) (int64, error) { return tx.Reserve(org, "linkchange", n) }

// fromSource turns a link so that it leads away from its source.
func (l Link) fromSource() Link {
	if t := project.LinkTypeByRef(l.Rel); !t.Forward && t.OppositeEnd != "" {
		l.Rel = t.OppositeEnd
		l.Source, l.SourceProject, l.Target, l.TargetProject = l.Target, l.TargetProject, l.Source, l.SourceProject
	}
	return l
}

// tellLink tells followers of a new link.
func tellLink(tx *db.Tx, org int64, l Link) error { return tellLinks(tx, org, []Link{l}) }

// tellLinks tells followers of links, and of the end of those that have ended.
func tellLinks(tx *db.Tx, org int64, links []Link) error {
	var rows [][]any
	for _, l := range links {
		l = l.fromSource()
		row := []any{org, int64(0), l.SourceProject, l.ID, l.Rel, l.Source, l.Target, l.TargetProject}
		rows = append(rows, append(slices.Clone(row), true, l.CreatedAt, int64(l.CreatedBy)))
		if l.DeletedAt != nil {
			rows = append(rows, append(row, false, *l.DeletedAt, int64(l.DeletedBy)))
		}
	}
	slices.SortStableFunc(rows, func(a, b []any) int { return a[9].(time.Time).Compare(b[9].(time.Time)) })
	first, err := linkPositions(tx, org, int64(len(rows)))
	if err != nil {
		return err
	}
	for i, row := range rows {
		row[1] = first + int64(i)
	}
	return tx.ExecMany(insertLinkChange, rows)
}

// tellEnd tells followers that a link has ended, unless they know.
func tellEnd(tx *db.Tx, org, link int64, at time.Time, by User) error {
	return tellAgain(tx, endLink, org, link, at, by)
}

func tellAgain(tx *db.Tx, s *db.Stmt, org, link int64, at time.Time, by User) error {
	position, err := linkPositions(tx, org, 1)
	if err == nil {
		_, err = tx.Exec(s, org, link, position, at, int64(by))
	}
	return err
}

// tellMove tells followers that a link has left the project of its source and come to be in another, or leads to another.
func tellMove(tx *db.Tx, org, link int64, at time.Time, by User) error {
	if err := tellEnd(tx, org, link, at, by); err != nil {
		return err
	}
	return tellAgain(tx, resumeLink, org, link, at, by)
}

// tellItem tells followers that the links of a work item have ended, for it is being deleted, or are there again. Links to
// items in the recycle bin have ended with those.
func tellItem(tx *db.Tx, org, item int64, again bool, at time.Time, by User) error {
	links, err := db.Collect(tx, selectShownLinks, []any{org, item}, func(r *db.Rows) (id int64, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, link := range links {
		if err := tellAgain(tx, map[bool]*db.Stmt{true: resumeLink, false: endLink}[again], org, link, at, by); err != nil {
			return err
		}
	}
	return nil
}

// tellBin tells followers of links that ended with work items which were loaded into the recycle bin.
func tellBin(tx *db.Tx, org int64) error {
	type ended struct {
		link int64
		at   time.Time
		by   int64
	}
	all, err := db.Collect(tx, selectBinnedLinks, []any{org}, func(r *db.Rows) (e ended, err error) { return e, r.Scan(&e.link, &e.at, &e.by) })
	if err != nil {
		return err
	}
	for _, e := range all {
		if err := tellEnd(tx, org, e.link, e.at, User(e.by)); err != nil {
			return err
		}
	}
	return nil
}

// ReportLinks passes a stretch of the changes of links, of a project or of all readable ones, in the order in which they
// were stored: whoever goes on behind the returned position gets each exactly once, also while others write. Links
// whose source the caller does not see, now or then, are left out; of one that was destroyed it takes seeing its whole project. end says that there were no more. Fault: project not found.
func (s *Items) ReportLinks(ctx context.Context, c *access.Caller, projectName string, o LinkReporting) (all []LinkChange, after int64, end bool, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, after, end = nil, o.After, false
		e, err := s.within(tx, c, projectName)
		if err != nil {
			return err
		}
		rows, err := tx.Query(selectLinkChanges.of(e), c.Org, o.After, scanned)
		if err != nil {
			return err
		}
		defer rows.Close()
		looked := 0
		for len(all) < o.Max && rows.Next() {
			looked++
			var l LinkChange
			var then, to, now, by int64
			var kind, fieldsNow, fieldsThen string
			if err := rows.Scan(&after, &then, &l.Rel, &l.Source, &l.Target, &to, &l.Active, &l.At, &by, &l.Comment, &now, &kind, &fieldsNow, &fieldsThen); err != nil {
				return err
			}
			l.From, l.To, l.By = e.catalog.Project(then), e.catalog.Project(to), e.directory.User(by)
			if e.project != nil && e.project != l.From || l.At.Before(o.Since) || !o.wants(l.Rel, kind) {
				continue
			}
			seenThen, err := e.seesStored(then, fieldsThen)
			if err != nil {
				return err
			}
			seenNow, err := e.seesStored(now, fieldsNow)
			if err != nil {
				return err
			}
			if seenThen && seenNow {
				all = append(all, l)
			}
		}
		end = looked < scanned && len(all) < o.Max
		return errors.Join(rows.Err(), rows.Close())
	})
	return all, after, end, err
}

// wants reports whether links of a type from work items of a type are asked for. Of destroyed items the type is not known;
// that their links have ended is always passed.
func (o LinkReporting) wants(rel, kind string) bool {
	bare := cmp.Or(strings.TrimSuffix(rel, "-Forward"), rel)
	return (len(o.LinkTypes) == 0 || containsFold(o.LinkTypes, rel) || containsFold(o.LinkTypes, bare) || bare != rel && containsFold(o.LinkTypes, bare+"-Reverse")) &&
		(len(o.Types) == 0 || kind == "" || containsFold(o.Types, kind))
}
