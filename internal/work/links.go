package work

import (
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// The ends of a hierarchy link.
const (
	childLink  = "System.LinkTypes.Hierarchy-Forward"
	parentLink = "System.LinkTypes.Hierarchy-Reverse"
)

// Relation is a link of a work item as seen from it.
type Relation struct {
	Type    *project.LinkType
	Target  int64
	Project *project.Project // of the target; nil when it no longer exists
	Comment string
}

// Link is a link between two work items as both its rows hold it; Rel is the end seen from Source.
type Link struct {
	ID            int64
	Source        int64
	SourceProject int64
	Target        int64
	TargetProject int64
	Rel           string
	Comment       string
	CreatedAt     time.Time
	CreatedBy     User
	DeletedAt     *time.Time
	DeletedBy     User
}

// linkedThen holds for the links there were at the moment $2. Links are kept when they are removed; of their comments only
// the present one is.
const linkedThen = `created_at <= $2 AND (deleted_at IS NULL OR deleted_at > $2)`

var (
	selectRelations = db.SQL("work.selectRelations", `
		SELECT item_id, rel, other_id, other_project, comment FROM work_links
		WHERE org_id = $1 AND `+linkedThen+` AND item_id IN (`+db.List(3, chunk)+`) ORDER BY item_id, link_id`)
	insertLink = db.SQL("work.insertLink", `
		INSERT INTO work_links (org_id, item_id, link_id, project_id, rel, other_id, other_project, comment,
			created_at, created_by, deleted_at, deleted_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
)

// readRelations fills in the relations that shown items had at a moment. Targets the caller cannot read are shown like others: the
// service gives away that a link exists, not what it leads to.
func readRelations(tx *db.Tx, e *environment, items []*Item, at time.Time) error {
	byID := map[int64]*Item{}
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i], byID[item.ID] = item.ID, item
	}
	rows, err := tx.Query(selectRelations, padded([]any{e.catalog.Organization.ID, at}, ids)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, other int64
		var rel string
		var r Relation
		if err := rows.Scan(&id, &rel, &r.Target, &other, &r.Comment); err != nil {
			return err
		}
		if r.Type = project.LinkTypeByRef(rel); r.Type != nil {
			r.Project = e.catalog.Project(other)
			byID[id].Relations = append(byID[id].Relations, r)
		}
	}
	return rows.Err()
}
