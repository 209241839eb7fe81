package work

import (
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// RevisionRow is a stored revision as followers of the change feed read it. It is valid during the call it is passed to.
type RevisionRow struct {
	ID        int64
	Project   int64
	Rev       int64
	Watermark int64
	Type      string
	ChangedAt time.Time

	fields string
}

// Each calls fn for every stored field with its raw value.
func (r *RevisionRow) Each(fn func(id project.FieldID, v Raw)) error {
	return scanTokens(r.fields, func(id project.FieldID, token string) error {
		fn(id, Raw(token))
		return nil
	})
}

// Raw is a field value in its stored encoding. Which accessor fits follows from the field, see Fields.
type Raw string

// Int is an integer, an identity, a node, or microseconds of a date.
func (v Raw) Int() (int64, error) { return strconv.ParseInt(string(v), 10, 64) }

// Float is a double.
func (v Raw) Float() (float64, error) { return strconv.ParseFloat(string(v), 64) }

// Bool is a boolean.
func (v Raw) Bool() bool { return v == "true" }

// Text is a string.
func (v Raw) Text() (string, error) { return unquote(string(v)) }

// Ints is a list of tags.
func (v Raw) Ints() ([]int64, error) {
	var ids []int64
	for part := range strings.SplitSeq(strings.Trim(string(v), "[]"), ",") {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// liveIn and linked join the items of rows in live projects: what a deleted project had is nowhere. The + keeps SQLite from
// concluding that i.id is in the list of ids, too, which it would go through for every row.
const (
	liveIn = `JOIN work_items i ON i.org_id = r.org_id AND i.id = +r.id AND NOT i.is_deleted
		JOIN projects p ON p.org_id = r.org_id AND p.project_id = r.project_id AND NOT p.is_deleted
		JOIN projects q ON q.org_id = i.org_id AND q.project_id = i.project_id AND NOT q.is_deleted`
	linked = `JOIN work_items i ON i.org_id = l.org_id AND i.id = +l.item_id AND NOT i.is_deleted
		JOIN work_items o ON o.org_id = l.org_id AND o.id = l.other_id AND NOT o.is_deleted
		JOIN projects p ON p.org_id = i.org_id AND p.project_id = i.project_id AND NOT p.is_deleted
		JOIN projects q ON q.org_id = o.org_id AND q.project_id = o.project_id AND NOT q.is_deleted
		JOIN projects s ON s.org_id = l.org_id AND s.project_id = l.project_id AND NOT s.is_deleted`
)

const rowColumns = `r.id, r.project_id, r.rev, r.watermark, r.type, r.changed_at, r.fields`

var (
	endOfBlock = db.SQL("work.endOfBlock", `
		SELECT coalesce(max(id), 0) FROM
		(SELECT id FROM work_items WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3) block`)
	streamBlock = db.SQL("work.streamBlock", `
		SELECT `+rowColumns+` FROM work_revisions r
		`+liveIn+`
		WHERE r.org_id = $1 AND r.id > $2 AND r.id <= $3 ORDER BY r.id, r.rev`)
	streamFeed = db.SQL("work.streamFeed", `
		SELECT `+rowColumns+` FROM feed f
		JOIN work_revisions r ON r.org_id = f.org_id AND r.id = f.ref_id AND r.rev = f.rev
		`+liveIn+`
		WHERE f.org_id = $1 AND f.kind = 1 AND f.position > $2 AND f.position <= $3
		ORDER BY +r.id, +r.rev`)  // the + keeps SQLite from reading all revisions in this order to save the sorting
	streamItems = db.SQL("work.streamItems", `
		SELECT `+rowColumns+` FROM work_revisions r
		`+liveIn+`
		WHERE r.org_id = $1 AND r.id IN (`+db.List(2, chunk)+`) ORDER BY r.id, r.rev`)
	linkColumns = `l.link_id, l.item_id, l.project_id, l.rel, l.other_id, l.other_project, l.comment, l.created_at,
		l.created_by, l.deleted_at, l.deleted_by`
	streamBlockLinks = db.SQL("work.streamBlockLinks", `
		SELECT `+linkColumns+` FROM work_links l
		`+linked+`
		WHERE l.org_id = $1 AND l.item_id > $2 AND l.item_id <= $3 ORDER BY l.item_id, l.link_id`)
	streamItemLinks = db.SQL("work.streamItemLinks", `
		SELECT `+linkColumns+` FROM work_links l
		`+linked+`
		WHERE l.org_id = $1 AND l.item_id IN (`+db.List(2, chunk)+`) ORDER BY l.item_id, l.link_id`)
	linkEnds = db.SQL("work.linkEnds", `
		SELECT DISTINCT l.item_id, l.other_id FROM feed f JOIN work_links l ON l.org_id = f.org_id AND l.link_id = f.ref_id
		WHERE f.org_id = $1 AND f.kind = 5 AND f.position > $2 AND f.position <= $3`)
)

// blockItems is how many work items StreamAll reads at a time.
const blockItems = 10000

// StreamAll passes every live work item, some thousand at a time: first the links to other live ones as seen from these
// items, then all their revisions, item by item, revisions in order.
func StreamAll(tx *db.Tx, org int64, link func(*Link) error, revision func(*RevisionRow) error) error {
	for after := int64(0); ; {
		var last int64
		if err := tx.Row(endOfBlock, []any{org, after, blockItems}, &last); err != nil || last == 0 {
			return err
		}
		if err := streamLinkRows(tx, streamBlockLinks, []any{org, after, last}, link); err != nil {
			return err
		}
		if err := stream(tx, streamBlock, []any{org, after, last}, revision); err != nil {
			return err
		}
		after = last
	}
}

// StreamFeed passes the revisions that the change feed announces behind one position up to another, item by item,
// revisions in order. Items deleted meanwhile are left out.
func StreamFeed(tx *db.Tx, org, after, to int64, each func(*RevisionRow) error) error {
	return stream(tx, streamFeed, []any{org, after, to}, each)
}

// StreamItems passes every revision of some work items, item by item, revisions in order.
func StreamItems(tx *db.Tx, org int64, ids []int64, each func(*RevisionRow) error) error {
	return inChunks(ids, func(part []int64) error { return stream(tx, streamItems, padded([]any{org}, part), each) })
}

func stream(tx *db.Tx, s *db.Stmt, args []any, each func(*RevisionRow) error) error {
	rows, err := tx.Query(s, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var r RevisionRow
	for rows.Next() {
		if err := rows.Scan(&r.ID, &r.Project, &r.Rev, &r.Watermark, &r.Type, &r.ChangedAt, &r.fields); err != nil {
			return err
		}
		if err := each(&r); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return rows.Close()
}

// StreamLinks passes the links, removed ones included, of some work items to other live ones.
func StreamLinks(tx *db.Tx, org int64, ids []int64, each func(*Link) error) error {
	return inChunks(ids, func(part []int64) error {
		return streamLinkRows(tx, streamItemLinks, padded([]any{org}, part), each)
	})
}

func streamLinkRows(tx *db.Tx, s *db.Stmt, args []any, each func(*Link) error) error {
	rows, err := tx.Query(s, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l Link
		var createdBy, deletedBy int64
		if err := rows.Scan(&l.ID, &l.Source, &l.SourceProject, &l.Rel, &l.Target, &l.TargetProject, &l.Comment, &l.CreatedAt,
			&createdBy, &l.DeletedAt, &deletedBy); err != nil {
			return err
		}
		l.CreatedBy, l.DeletedBy = User(createdBy), User(deletedBy)
		if err := each(&l); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return rows.Close()
}

// LinkedItems lists the work items at both ends of the links that the change feed announces behind one position up to
// another.
func LinkedItems(tx *db.Tx, org, after, to int64) ([]int64, error) {
	pairs, err := db.Collect(tx, linkEnds, []any{org, after, to}, func(r *db.Rows) (p [2]int64, err error) {
		err = r.Scan(&p[0], &p[1])
		return p, err
	})
	var ids []int64
	for _, p := range pairs {
		ids = append(ids, p[0], p[1])
	}
	return ids, err
}

func inChunks(ids []int64, fn func([]int64) error) error {
	for len(ids) > 0 {
		n := min(len(ids), chunk)
		if err := fn(ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
