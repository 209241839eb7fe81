package work

import (
	"cmp"
	"slices"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// The ends of a hierarchy link.
const (
	childLink  = "System.LinkTypes.Hierarchy-Forward"
	parentLink = "System.LinkTypes.Hierarchy-Reverse"
)

// Relation is a link of a work item as seen from it: to another work item, or to something else by its address.
type Relation struct {
	ID      int64
	Type    *project.LinkType
	Target  int64            // the work item at the other end; 0 for links to other things
	Project *project.Project // of the target; nil when it no longer exists
	URL     string           // of what is no work item
	Name    string           // of what is no work item, such as "Build"
	Size    int64            // of an attached file
	Comment string

	CreatedAt time.Time
	CreatedBy User
	DeletedAt *time.Time
	DeletedBy User
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

// linkedThen holds for the links l there were at the moment $2, as far as the item at the other end is not in the
// recycle bin today. Links are kept when they are removed; of their comments only the present one is.
const linkedThen = `l.created_at <= $2 AND (l.deleted_at IS NULL OR l.deleted_at > $2) AND ` + otherLives

const otherLives = `NOT EXISTS (SELECT 1 FROM work_items o WHERE o.org_id = l.org_id AND o.id = l.other_id AND o.is_deleted)`

const relationColumns = `l.item_id, l.link_id, l.rel, l.other_id, l.other_project, '', '', 0, l.comment, l.created_at, l.created_by, l.deleted_at, l.deleted_by`

const resourceColumns = `l.item_id, l.link_id, l.rel, 0, 0, l.url, l.name,
	coalesce((SELECT a.size FROM attachments a WHERE a.org_id = l.org_id AND a.guid = l.url), 0), l.comment, l.created_at, l.created_by, l.deleted_at, l.deleted_by`

var (
	selectRelations = listSQL("work.selectRelations", 3, `
		SELECT `+relationColumns+` FROM work_links l WHERE l.org_id = $1 AND `+linkedThen+` AND l.item_id IN (%s)`)
	selectResources = listSQL("work.selectResources", 3, `
		SELECT `+resourceColumns+` FROM work_resources l
		WHERE l.org_id = $1 AND l.created_at <= $2 AND (l.deleted_at IS NULL OR l.deleted_at > $2) AND l.item_id IN (%s)`)
	selectRelationHistory = db.SQL("work.selectRelationHistory", `
		SELECT `+relationColumns+` FROM work_links l WHERE l.org_id = $1 AND l.item_id = $2 AND `+otherLives)
	selectResourceHistory = db.SQL("work.selectResourceHistory", `
		SELECT `+resourceColumns+` FROM work_resources l WHERE l.org_id = $1 AND l.item_id = $2`)
	insertLink = db.SQL("work.insertLink", `
		INSERT INTO work_links (org_id, item_id, link_id, project_id, rel, other_id, other_project, comment,
			created_at, created_by, deleted_at, deleted_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
)

// readRelations returns the relations that items had at a moment, by item, oldest first. Targets the caller cannot read
// are shown like others: the service gives away that a link exists, not what it leads to.
func readRelations(tx *db.Tx, e *environment, ids []int64, at time.Time) (map[int64][]Relation, error) {
	found := map[int64][]Relation{}
	add := func(rows *db.Rows) error {
		id, r, err := e.scanRelation(rows)
		if err == nil && r.Type != nil {
			found[id] = append(found[id], r)
		}
		return err
	}
	for _, s := range []idList{selectRelations, selectResources} {
		if err := s.each(tx, []any{e.catalog.Organization.ID, at}, ids, add); err != nil {
			return nil, err
		}
	}
	for _, list := range found {
		inOrder(list)
	}
	return found, nil
}

// relationHistory returns every relation an item ever had, oldest first.
func relationHistory(tx *db.Tx, e *environment, id int64) (all []Relation, err error) {
	for _, s := range []*db.Stmt{selectRelationHistory, selectResourceHistory} {
		part, err := db.Collect(tx, s, []any{e.catalog.Organization.ID, id}, func(rows *db.Rows) (Relation, error) {
			_, r, err := e.scanRelation(rows)
			return r, err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	all = slices.DeleteFunc(all, func(r Relation) bool { return r.Type == nil })
	inOrder(all)
	return all, nil
}

// inOrder sorts relations the way clients count them.
func inOrder(list []Relation) {
	slices.SortFunc(list, func(a, b Relation) int { return cmp.Compare(a.ID, b.ID) })
}

func (e *environment) scanRelation(rows *db.Rows) (item int64, r Relation, err error) {
	var rel string
	var target, createdBy, deletedBy int64
	err = rows.Scan(&item, &r.ID, &rel, &r.Target, &target, &r.URL, &r.Name, &r.Size, &r.Comment, &r.CreatedAt, &createdBy, &r.DeletedAt, &deletedBy)
	r.Type, r.Project = project.LinkTypeByRef(rel), e.catalog.Project(target)
	r.CreatedBy, r.DeletedBy = User(createdBy), User(deletedBy)
	return item, r, err
}

// then reports whether the relation was there at a moment.
func (r *Relation) then(at time.Time) bool {
	return !r.CreatedAt.After(at) && (r.DeletedAt == nil || r.DeletedAt.After(at))
}
