package work

import (
	"encoding/json"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// retarget sets the environment's project and type to those a change leads to: a patch may move a work item to another
// project and give it another type. The caller must be able to write in both projects.
func (e *environment) retarget(c *access.Caller, previous *revision, ops []Op) error {
	if previous == nil {
		return nil
	}
	typeName := previous.kind.Name
	for _, op := range ops {
		name, ok := op.fieldPath()
		if !ok || op.Op == "test" {
			continue
		}
		f := e.catalog.FindField(name)
		if f == nil || f.ID != project.FieldTeamProject && f.ID != project.FieldWorkItemType {
			continue
		}
		var text string
		if op.empty() || json.Unmarshal(op.Value, &text) != nil {
			return fault.RuleValidation(fault.Broken{ReferenceName: f.ReferenceName, Name: f.Name, Flags: fault.RequiredEmpty})
		}
		if f.ID == project.FieldWorkItemType {
			typeName = text
			continue
		}
		p, err := readable(e.catalog, c, text)
		if err != nil {
			return err
		}
		e.project = p
	}
	if e.project != previous.project && !c.May(previous.project.ID, access.MoveWorkItems) {
		return fault.AccessDenied(c.User.DisplayName, "Move work items out of this project")
	}
	if e.project != previous.project && !c.CanWrite(e.project.ID) {
		return fault.WorkItemSave()
	}
	if e.kind = e.project.Process.Type(typeName); e.kind == nil {
		return fault.WorkItemTypeNotFound(typeName, e.project.Name)
	}
	return nil
}

// carryTags finds the tags of a moving work item in the project it moves to, for tags belong to projects.
func (e *environment) carryTags(tx *db.Tx, previous *revision) error {
	old := previous.fields.Tags()
	if len(old) == 0 {
		return nil
	}
	names := related{tags: map[int64]string{}}
	if err := names.readTags(tx, e.catalog.Organization.ID, old); err != nil {
		return err
	}
	for _, id := range old {
		if names.tags[id] == "" {
			continue // deleted
		}
		tag, err := e.tag(tx, names.tags[id])
		if err != nil {
			return err
		}
		e.carried = append(e.carried, tag)
	}
	return nil
}

// tag returns the id of a tag of the project, which is created when it does not exist yet.
func (e *environment) tag(tx *db.Tx, name string) (int64, error) {
	key := strings.ToLower(name)
	if id := e.tags[key]; id != 0 {
		return id, nil
	}
	if e.caller != nil && !e.caller.CanTag(e.project.ID, access.CreateTag) {
		return 0, fault.AccessDenied(e.caller.User.DisplayName, "Create tag definition")
	}
	id, err := addTag(tx, e.catalog.Organization.ID, e.project.ID, name, uuid.New())
	if err != nil {
		return 0, err
	}
	e.tags[key], e.tagNames[id] = id, name
	return id, nil
}

// The rows of an item that moves are written anew and not updated: where tables are spread by project they change place.
var (
	deleteItem      = db.SQL("work.deleteItem", `DELETE FROM work_items WHERE org_id = $1 AND id = $2 AND project_id = $3`)
	selectItemLinks = db.SQL("work.selectItemLinks", `
		SELECT link_id, item_id, project_id, rel, other_id, other_project, comment, created_at, created_by, deleted_at, deleted_by
		FROM work_links WHERE org_id = $1 AND item_id = $2 AND deleted_at IS NULL ORDER BY link_id`)
	deleteItemLinks = db.SQL("work.deleteItemLinks", `DELETE FROM work_links WHERE org_id = $1 AND item_id = $2 AND deleted_at IS NULL`)
	updateOtherEnd  = db.SQL("work.updateOtherEnd", `
		UPDATE work_links SET other_project = $4 WHERE org_id = $1 AND link_id = $2 AND item_id = $3`)
	moveResources = db.SQL("work.moveResources", `
		INSERT INTO work_resources (org_id, item_id, link_id, project_id, rel, url, name, comment, created_at, created_by, deleted_at, deleted_by)
		SELECT org_id, item_id, link_id, $3, rel, url, name, comment, created_at, created_by, deleted_at, deleted_by
		FROM work_resources WHERE org_id = $1 AND item_id = $2 AND project_id <> $3 AND deleted_at IS NULL`)
	deleteMovedResources = db.SQL("work.deleteMovedResources", `
		DELETE FROM work_resources WHERE org_id = $1 AND item_id = $2 AND project_id <> $3 AND deleted_at IS NULL`)
)

// moveLinks brings the links of a work item to the project the item is in now. Those removed before stay where they were,
// like its revisions.
func moveLinks(tx *db.Tx, org, id, target int64, at time.Time, by User) error {
	var links []*Link
	err := streamLinkRows(tx, selectItemLinks, []any{org, id}, func(l *Link) error {
		c := *l
		links = append(links, &c)
		return nil
	})
	if err != nil {
		return err
	}
	if len(links) > 0 {
		if _, err := tx.Exec(deleteItemLinks, org, id); err != nil {
			return err
		}
	}
	for _, l := range links {
		if _, err := tx.Exec(insertLink, org, id, l.ID, target, l.Rel, l.Target, l.TargetProject, l.Comment, l.CreatedAt,
			int64(l.CreatedBy), l.DeletedAt, int64(l.DeletedBy)); err != nil {
			return err
		}
		if _, err := tx.Exec(updateOtherEnd, org, l.ID, l.Target, target); err != nil {
			return err
		}
		if err := tellMove(tx, org, l.ID, at, by); err != nil {
			return err
		}
		if _, err := tx.Append(org, db.Change{Kind: db.Linked, Project: target, Ref: l.ID}); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(moveResources, org, id, target); err != nil {
		return err
	}
	_, err = tx.Exec(deleteMovedResources, org, id, target)
	return err
}
