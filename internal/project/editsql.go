package project

import "boardwalk/internal/db"

var (
	selectEdits = db.SQL("project.selectEdits", `
		SELECT process_id, type_name, kind, part, body FROM process_edits
		WHERE org_id = $1 ORDER BY process_id, type_name, kind, part`)
	upsertEdit = db.SQL("project.upsertEdit", `
		INSERT INTO process_edits (org_id, process_id, type_name, kind, part, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org_id, process_id, type_name, kind, part) DO UPDATE SET body = excluded.body`)
	deleteEdit = db.SQL("project.deleteEdit", `
		DELETE FROM process_edits WHERE org_id = $1 AND process_id = $2 AND type_name = $3 AND kind = $4 AND part = $5`)
	deleteTypeEdits = db.SQL("project.deleteTypeEdits",
		`DELETE FROM process_edits WHERE org_id = $1 AND process_id = $2 AND type_name = $3`)
	deleteTypeFields = db.SQL("project.deleteTypeFields",
		`DELETE FROM process_fields WHERE org_id = $1 AND process_id = $2 AND type_name = $3`)
	deleteTypeStates = db.SQL("project.deleteTypeStates",
		`DELETE FROM process_states WHERE org_id = $1 AND process_id = $2 AND type_name = $3`)
	deleteTypeField = db.SQL("project.deleteTypeField",
		`DELETE FROM process_fields WHERE org_id = $1 AND process_id = $2 AND type_name = $3 AND field_id = $4`)
	updateProcess = db.SQL("project.updateProcess",
		`UPDATE processes SET name = $3, description = $4 WHERE org_id = $1 AND process_id = $2`)
	deleteProcess       = db.SQL("project.deleteProcess", `DELETE FROM processes WHERE org_id = $1 AND process_id = $2`)
	deleteProcessEdits  = db.SQL("project.deleteProcessEdits", `DELETE FROM process_edits WHERE org_id = $1 AND process_id = $2`)
	deleteProcessFields = db.SQL("project.deleteProcessFields", `DELETE FROM process_fields WHERE org_id = $1 AND process_id = $2`)
	deleteProcessStates = db.SQL("project.deleteProcessStates", `DELETE FROM process_states WHERE org_id = $1 AND process_id = $2`)
	processInUse        = db.SQL("project.processInUse", `SELECT count(*) FROM projects WHERE org_id = $1 AND process_id = $2`)
	typeInUse           = db.SQL("project.typeInUse", `
		SELECT count(*) FROM projects p JOIN work_items w ON w.org_id = p.org_id AND w.project_id = p.project_id
			JOIN work_revisions r ON r.org_id = w.org_id AND r.id = w.id
		WHERE p.org_id = $1 AND p.process_id = $2 AND r.type = $3`)
	typeFieldHasValues = db.SQL("project.typeFieldHasValues", `
		SELECT EXISTS (SELECT 1 FROM projects p JOIN work_items w ON w.org_id = p.org_id AND w.project_id = p.project_id
			JOIN work_revisions r ON r.org_id = w.org_id AND r.id = w.id
		WHERE p.org_id = $1 AND p.process_id = $2 AND r.type = $3 AND r.fields LIKE $4)`)
	fieldHasValues = db.SQL("project.fieldHasValues",
		`SELECT EXISTS (SELECT 1 FROM work_revisions WHERE org_id = $1 AND fields LIKE $2)`)
	updateField = db.SQL("project.updateField", `
		UPDATE fields SET is_deleted = $3, is_locked = $4, description = $5 WHERE org_id = $1 AND field_id = $2`)

	selectPicklists = db.SQL("project.selectPicklists",
		`SELECT list_id, name, type, is_suggested, items FROM picklists WHERE org_id = $1 ORDER BY name, list_id`)
	upsertPicklist = db.SQL("project.upsertPicklist", `
		INSERT INTO picklists (org_id, list_id, name, type, is_suggested, items) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org_id, list_id) DO UPDATE SET name = excluded.name, is_suggested = excluded.is_suggested, items = excluded.items`)
	deletePicklist = db.SQL("project.deletePicklist", `DELETE FROM picklists WHERE org_id = $1 AND list_id = $2`)
)

// typeTables lists what deletes everything about a type of a process.
func typeTables() []*db.Stmt { return []*db.Stmt{deleteTypeEdits, deleteTypeFields, deleteTypeStates} }
