package work

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Tag is a tag of a project.
type Tag struct {
	ID      int64
	GUID    uuid.UUID
	Project int64
	Name    string
	At      time.Time // it was made or renamed; 1970 when nobody knows
}

var (
	selectTags = db.SQL("work.selectTags",
		`SELECT t.tag_id, t.guid, t.project_id, t.name FROM tags t
			JOIN projects p ON p.org_id = t.org_id AND p.project_id = t.project_id AND NOT p.is_deleted
			WHERE t.org_id = $1 AND NOT t.is_deleted ORDER BY t.tag_id`)
	selectProjectTags = db.SQL("work.selectProjectTags",
		`SELECT tag_id, name FROM tags WHERE org_id = $1 AND project_id = $2 AND NOT is_deleted`)
	insertTag = db.SQL("work.insertTag", `
		INSERT INTO tags (org_id, tag_id, project_id, guid, name, name_key, is_deleted, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, false, $7)`)
	selectTagList = db.SQL("work.selectTagList", `
		SELECT tag_id, guid, project_id, name, changed_at FROM tags WHERE org_id = $1 AND project_id = $2 AND NOT is_deleted ORDER BY name_key`)
	renameTag = db.SQL("work.renameTag", `
		UPDATE tags SET name = $4, name_key = $5, changed_at = $6 WHERE org_id = $1 AND tag_id = $2 AND project_id = $3`)
	// The name of a deleted tag is free again.
	deleteTag = db.SQL("work.deleteTag", `
		UPDATE tags SET is_deleted = true, name_key = ';' || guid WHERE org_id = $1 AND tag_id = $2 AND project_id = $3`)
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

// maxTag is how many characters the name of a tag may have. documented: limits of work tracking.
const maxTag = 400

// tagsOf reads the tags of a project that the caller can read, by name.
func (s *Items) tagsOf(tx *db.Tx, c *access.Caller, projectName string) (*project.Project, []Tag, error) {
	catalog, err := s.projects.Catalog(tx, c.Org)
	if err != nil {
		return nil, nil, err
	}
	p, err := readable(catalog, c, projectName)
	if err != nil {
		return nil, nil, err
	}
	tags, err := db.Collect(tx, selectTagList, []any{c.Org, p.ID}, func(r *db.Rows) (t Tag, err error) {
		return t, r.Scan(&t.ID, &t.GUID, &t.Project, &t.Name, &t.At)
	})
	return p, tags, err
}

// Tags lists the tags of a project by name. Fault: project not found.
func (s *Items) Tags(ctx context.Context, c *access.Caller, projectName string) (p *project.Project, tags []Tag, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) (err error) {
		p, tags, err = s.tagsOf(tx, c, projectName)
		return err
	})
	return p, tags, err
}

// Tag reads a tag by name or GUID. Faults: project or tag not found.
func (s *Items) Tag(ctx context.Context, c *access.Caller, projectName, nameOrID string) (*project.Project, Tag, error) {
	p, tags, err := s.Tags(ctx, c, projectName)
	if err != nil {
		return nil, Tag{}, err
	}
	t, err := findTag(tags, nameOrID)
	return p, t, err
}

func findTag(tags []Tag, nameOrID string) (Tag, error) {
	for _, t := range tags {
		if strings.EqualFold(t.GUID.String(), nameOrID) || strings.EqualFold(t.Name, nameOrID) {
			return t, nil
		}
	}
	return Tag{}, fault.TagNotFound(nameOrID)
}

// RenameTag gives a tag another name, in every revision that has it. Faults: project or tag not found, access denied, a
// name that is not valid or taken.
func (s *Items) RenameTag(ctx context.Context, c *access.Caller, projectName, nameOrID, name string) (p *project.Project, renamed Tag, err error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxTag || strings.ContainsFunc(name, func(r rune) bool { return r == ';' || r == ',' || unicode.IsControl(r) }) {
		return nil, renamed, fault.InvalidTagName(name)
	}
	err = s.changeTag(ctx, c, projectName, nameOrID, access.UpdateTag, func(tx *db.Tx, at *project.Project, t Tag, all []Tag) error {
		if other, err := findTag(all, name); err == nil && other.ID != t.ID {
			return fault.TagExists(name)
		}
		p, renamed = at, t
		renamed.Name, renamed.At = name, tx.Now()
		_, err := tx.Exec(renameTag, c.Org, t.ID, at.ID, name, strings.ToLower(name), renamed.At)
		return err
	})
	return p, renamed, err
}

// DeleteTag takes a tag from all work items, without making revisions of them. Faults: project or tag not found, access
// denied.
func (s *Items) DeleteTag(ctx context.Context, c *access.Caller, projectName, nameOrID string) error {
	return s.changeTag(ctx, c, projectName, nameOrID, access.DeleteTag, func(tx *db.Tx, at *project.Project, t Tag, _ []Tag) error {
		_, err := tx.Exec(deleteTag, c.Org, t.ID, at.ID)
		return err
	})
}

func (s *Items) changeTag(ctx context.Context, c *access.Caller, projectName, nameOrID string, permission int64, change func(*db.Tx, *project.Project, Tag, []Tag) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		p, tags, err := s.tagsOf(tx, c, projectName)
		if err != nil {
			return err
		}
		t, err := findTag(tags, nameOrID)
		if err != nil {
			return err
		}
		if !c.CanTag(p.ID, permission) {
			return fault.AccessDenied(c.User.DisplayName, access.FindNamespace(access.TaggingNamespace).Label(permission))
		}
		if err := change(tx, p, t, tags); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.TagChanged, Project: p.ID, Ref: t.ID})
		return err
	})
}

func addTag(tx *db.Tx, org, project int64, name string, guid uuid.UUID) (int64, error) {
	id, err := tx.Reserve(org, "tag", 1)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(insertTag, org, id, project, guid, name, strings.ToLower(name), tx.Now()); err != nil {
		return 0, err
	}
	_, err = tx.Append(org, db.Change{Kind: db.TagChanged, Project: project, Ref: id})
	return id, err
}
