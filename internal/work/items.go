package work

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// Items keeps the work items of all organizations. It is safe for concurrent use.
type Items struct {
	db       *db.DB
	projects *project.Store
	access   *access.Store
	files    string   // the directory of attachments
	busy     sync.Map // GUIDs of attachments of which a chunk is being stored
	indexes  sync.Map // organizations to their wordIndex
}

// Config is what Items needs.
type Config struct {
	DB       *db.DB
	Projects *project.Store
	Access   *access.Store

	Attachments string // directory of attached files; without one none are taken
}

// New returns the work items of a database.
func New(c Config) *Items {
	return &Items{db: c.DB, projects: c.Projects, access: c.Access, files: c.Attachments}
}

// Item is a revision of a work item, ready to be shown: references are resolved, values are in the order in which the
// service writes them.
type Item struct {
	ID        int64
	Rev       int64
	Project   *project.Project
	Type      string
	Values    []Value
	Relations []Relation       // when asked for
	Comment   int64            // the comment that this revision made, 0 for none
	Markdown  []*project.Field // the shown long texts that are written in Markdown, not in HTML
}

// Value is a field with its value: string, int64, float64, bool, time.Time or *access.User.
type Value struct {
	Field *project.Field
	Value any
}

// Value returns the value of a field, nil when it is empty or was not asked for.
func (i *Item) Value(id project.FieldID) any {
	for _, v := range i.Values {
		if v.Field.ID == id {
			return v.Value
		}
	}
	return nil
}

// stored is a revision as the tables hold it.
type stored struct {
	id        int64
	project   int64
	rev       int64
	watermark int64
	kind      string
	changedAt time.Time
	fields    string
	revisedAt *time.Time // when the next revision was made; nil for the current one
	asOf      *time.Time // the moment that is asked for, nil for none
}

func scanStored(r *db.Rows) (s stored, err error) {
	err = r.Scan(&s.id, &s.project, &s.rev, &s.watermark, &s.kind, &s.changedAt, &s.fields)
	return s, err
}

func scanRevised(r *db.Rows) (s stored, err error) {
	err = r.Scan(&s.id, &s.project, &s.rev, &s.watermark, &s.kind, &s.changedAt, &s.fields, &s.revisedAt)
	return s, err
}

// chunk is how many ids one statement reads, and few how many a smaller one, which takes much less time.
const (
	chunk = 200
	few   = 4
)

// idList is a statement with a list of ids at its end.
type idList struct{ few, many *db.Stmt }

// listSQL registers a statement that has a list of ids, from parameter first on, in place of %s.
func listSQL(name string, first int, text string) idList {
	return idList{db.SQL(name, fmt.Sprintf(text, db.List(first, few))), db.SQL(name, fmt.Sprintf(text, db.List(first, chunk)))}
}

// each runs the statement for all ids and passes the rows.
func (l idList) each(tx *db.Tx, args []any, ids []int64, row func(*db.Rows) error) error {
	for len(ids) > 0 {
		s, n := l.many, chunk
		if len(ids) <= few {
			s, n = l.few, few
		}
		part := ids[:min(n, len(ids))]
		ids = ids[len(part):]
		_, err := db.Collect(tx, s, paddedTo(n, slices.Clone(args), part), func(r *db.Rows) (struct{}, error) { return struct{}{}, row(r) })
		if err != nil {
			return err
		}
	}
	return nil
}

const storedColumns = `id, project_id, rev, watermark, type, changed_at, fields`

var (
	selectItem = db.SQL("work.selectItem", `
		SELECT project_id, rev, type, fields, coalesce((SELECT max(l.other_id) FROM work_links l
			WHERE l.org_id = i.org_id AND l.item_id = i.id AND l.rel = '`+parentLink+`' AND l.deleted_at IS NULL AND `+otherLives+`), 0)
		FROM work_items i WHERE org_id = $1 AND id = $2 AND is_deleted = $3`)
	selectItems = db.SQL("work.selectItems", `
		SELECT `+storedColumns+` FROM work_items WHERE org_id = $1 AND NOT is_deleted AND id IN (`+db.List(2, chunk)+`)`)
	selectItemsAsOf = db.SQL("work.selectItemsAsOf", `
		SELECT r.id, r.project_id, r.rev, r.watermark, r.type, r.changed_at, r.fields, n.changed_at, i.project_id, i.fields FROM work_revisions r
		JOIN work_items i ON i.org_id = r.org_id AND i.id = +r.id AND NOT i.is_deleted
		LEFT JOIN work_revisions n ON n.org_id = r.org_id AND n.id = +r.id AND n.rev = r.rev + 1
		WHERE r.org_id = $1 AND r.changed_at <= $2 AND (n.changed_at IS NULL OR n.changed_at > $2)
		AND r.id IN (`+db.List(3, chunk)+`)`)
	insertItem = db.SQL("work.insertItem", `
		INSERT INTO work_items (org_id, id, project_id, rev, watermark, type, changed_at, fields, is_deleted, deleted_at, deleted_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	updateItem = db.SQL("work.updateItem", `
		UPDATE work_items SET rev = $4, watermark = $5, type = $6, changed_at = $7, fields = $8
		WHERE org_id = $1 AND id = $2 AND project_id = $3`)
	insertRevision = db.SQL("work.insertRevision", `
		INSERT INTO work_revisions (org_id, id, project_id, rev, watermark, type, changed_at, fields)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	selectParents = listSQL("work.selectParents", 3, `
		SELECT l.item_id, l.other_id FROM work_links l
		WHERE l.org_id = $1 AND l.rel = '`+parentLink+`' AND `+linkedThen+` AND l.item_id IN (%s)`)
	selectTagNames = listSQL("work.selectTagNames", 2, `SELECT tag_id, name FROM tags WHERE org_id = $1 AND NOT is_deleted AND tag_id IN (%s)`)
	selectTexts    = listSQL("work.selectTexts", 2, `
		SELECT id, field_id, rev, body FROM work_texts WHERE org_id = $1 AND id IN (%s)`)
	insertText = db.SQL("work.insertText", `
		INSERT INTO work_texts (org_id, id, field_id, rev, project_id, body) VALUES ($1, $2, $3, $4, $5, $6)`)
)
