package work

import (
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Tag is a tag of a project.
type Tag struct {
	ID      int64
	GUID    uuid.UUID
	Project int64
	Name    string
}

var (
	selectTags = db.SQL("work.selectTags",
		`SELECT t.tag_id, t.guid, t.project_id, t.name FROM tags t
			JOIN projects p ON p.org_id = t.org_id AND p.project_id = t.project_id AND NOT p.is_deleted
			WHERE t.org_id = $1 AND NOT t.is_deleted ORDER BY t.tag_id`)
	selectProjectTags = db.SQL("work.selectProjectTags",
		`SELECT tag_id, name FROM tags WHERE org_id = $1 AND project_id = $2 AND NOT is_deleted`)
	insertTag = db.SQL("work.insertTag", `
		INSERT INTO tags (org_id, tag_id, project_id, guid, name, name_key, is_deleted) VALUES ($1, $2, $3, $4, $5, $6, false)`)
)

func readTags(tx *db.Tx, org, project int64) (map[int64]string, error) {
	rows, err := tx.Query(selectProjectTags, org, project)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[int64]string{}
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		names[id] = name
	}
	return names, rows.Err()
}

// ReadTags lists the tags of an organization by id.
func ReadTags(tx *db.Tx, org int64) ([]Tag, error) {
	return db.Collect(tx, selectTags, []any{org}, func(r *db.Rows) (t Tag, err error) {
		err = r.Scan(&t.ID, &t.GUID, &t.Project, &t.Name)
		return t, err
	})
}

func addTag(tx *db.Tx, org, project int64, name string, guid uuid.UUID) (int64, error) {
	id, err := tx.Reserve(org, "tag", 1)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(insertTag, org, id, project, guid, name, strings.ToLower(name)); err != nil {
		return 0, err
	}
	_, err = tx.Append(org, db.Change{Kind: db.TagChanged, Project: project, Ref: id})
	return id, err
}
