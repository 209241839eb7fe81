package project

import "boardwalk/internal/db"

const organizationColumns = `org_id, guid, name, time_zone, created_at FROM organizations `

const projectColumns = `project_id, guid, name, description, state, revision, visibility, process_id, default_team,
	last_update, source_control FROM projects `

var (
	selectOrganization = db.SQL("project.selectOrganization",
		`SELECT `+organizationColumns+`WHERE name_key = $1 OR guid = $1`)
	selectOrganizationByID = db.SQL("project.selectOrganizationByID",
		`SELECT `+organizationColumns+`WHERE org_id = $1`)
	selectOrganizations = db.SQL("project.selectOrganizations",
		`SELECT `+organizationColumns+`ORDER BY org_id`)
	insertOrganization = db.SQL("project.insertOrganization",
		`INSERT INTO organizations (org_id, guid, name, name_key, time_zone, created_at) VALUES ($1, $2, $3, $4, $5, $6)`)

	selectProjects = db.SQL("project.selectProjects",
		`SELECT `+projectColumns+`WHERE org_id = $1 AND NOT is_deleted ORDER BY project_id`)
	selectDeletedProjects = db.SQL("project.selectDeletedProjects",
		`SELECT `+projectColumns+`WHERE org_id = $1 AND is_deleted ORDER BY project_id`)
	insertProject = db.SQL("project.insertProject", `
		INSERT INTO projects (org_id, project_id, guid, name, name_key, description, state, revision, visibility,
			process_id, default_team, last_update, is_deleted, source_control)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, false, $13)`)
	updateProject = db.SQL("project.updateProject", `
		UPDATE projects SET name = $3, name_key = $4, description = $5, visibility = $6, state = $7, is_deleted = $8,
			revision = $9, last_update = $10
		WHERE org_id = $1 AND project_id = $2`)
	renameRoots = db.SQL("project.renameRoots",
		`UPDATE nodes SET name = $3 WHERE org_id = $1 AND project_id = $2 AND parent_id = 0`)
	selectRevision = db.SQL("project.selectRevision",
		`SELECT coalesce(max(revision), 0) FROM projects WHERE org_id = $1`)
	insertHistory = db.SQL("project.insertHistory", `
		INSERT INTO project_history (org_id, project_id, revision, name, name_key, description, state, visibility, changed_at)
		SELECT org_id, project_id, revision, name, name_key, description, state, visibility, last_update
		FROM projects WHERE org_id = $1 AND project_id = $2
		ON CONFLICT DO NOTHING`)
	selectFormer = db.SQL("project.selectFormer",
		`SELECT project_id FROM project_history WHERE org_id = $1 AND name_key = $2 ORDER BY revision DESC`)
	selectHistory = db.SQL("project.selectHistory", `
		SELECT h.project_id, p.guid, h.name, h.description, h.state, h.revision, h.visibility, h.changed_at
		FROM project_history h JOIN projects p ON p.org_id = h.org_id AND p.project_id = h.project_id
		WHERE h.org_id = $1 AND h.revision >= $2 ORDER BY h.revision, h.project_id`)
	selectProperties = db.SQL("project.selectProperties",
		`SELECT name, value FROM project_properties WHERE org_id = $1 AND project_id = $2 ORDER BY name_key`)
	insertProperty = db.SQL("project.insertProperty",
		`INSERT INTO project_properties (org_id, project_id, name_key, name, value) VALUES ($1, $2, $3, $4, $5)`)
	deleteProperty = db.SQL("project.deleteProperty",
		`DELETE FROM project_properties WHERE org_id = $1 AND project_id = $2 AND name_key = $3`)
	insertOperation = db.SQL("project.insertOperation",
		`INSERT INTO operations (org_id, guid, user_id, ended_at) VALUES ($1, $2, $3, $4)`)
	selectOperation = db.SQL("project.selectOperation",
		`SELECT user_id FROM operations WHERE org_id = $1 AND guid = $2`)
	updateTimeZone    = db.SQL("project.updateTimeZone", `UPDATE organizations SET time_zone = $2 WHERE org_id = $1`)
	updateDefaultTeam = db.SQL("project.updateDefaultTeam",
		`UPDATE projects SET default_team = $3 WHERE org_id = $1 AND project_id = $2`)

	selectNodes = db.SQL("project.selectNodes", `
		SELECT node_id, project_id, guid, kind, parent_id, name, start_date, finish_date, is_deleted, successor
		FROM nodes WHERE org_id = $1 ORDER BY node_id`)
	updateNode = db.SQL("project.updateNode", `
		UPDATE nodes SET parent_id = $3, name = $4, start_date = $5, finish_date = $6 WHERE org_id = $1 AND node_id = $2`)
	deleteNode = db.SQL("project.deleteNode",
		`UPDATE nodes SET is_deleted = true, successor = $3 WHERE org_id = $1 AND node_id = $2`)
	dropTeamArea      = db.SQL("project.dropTeamArea", `DELETE FROM team_areas WHERE org_id = $1 AND node_id = $2`)
	dropTeamIteration = db.SQL("project.dropTeamIteration", `DELETE FROM team_iterations WHERE org_id = $1 AND node_id = $2`)
	insertNode        = db.SQL("project.insertNode", `
		INSERT INTO nodes (org_id, node_id, project_id, guid, kind, parent_id, name, start_date, finish_date, is_deleted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false)`)

	selectTeams = db.SQL("project.selectTeams", `
		SELECT team_id, project_id, guid, name, description, backlog_iteration, settings FROM teams
		WHERE org_id = $1 AND NOT is_deleted ORDER BY team_id`)
	insertTeam = db.SQL("project.insertTeam", `
		INSERT INTO teams (org_id, team_id, project_id, guid, name, description, is_deleted, backlog_iteration)
		VALUES ($1, $2, $3, $4, $5, $6, false, CASE WHEN $7 THEN (SELECT n.node_id FROM nodes n
			WHERE n.org_id = $1 AND n.project_id = $3 AND n.kind = 1 AND n.parent_id = 0) ELSE 0 END)`)
	updateTeamSettings = db.SQL("project.updateTeamSettings",
		`UPDATE teams SET backlog_iteration = $3, settings = $4 WHERE org_id = $1 AND team_id = $2`)
	updateTeam = db.SQL("project.updateTeam",
		`UPDATE teams SET name = $3, description = $4 WHERE org_id = $1 AND team_id = $2`)
	deleteTeam = db.SQL("project.deleteTeam",
		`UPDATE teams SET is_deleted = true WHERE org_id = $1 AND team_id = $2`)
	selectTeamAreas = db.SQL("project.selectTeamAreas", `
		SELECT team_id, node_id, include_children, is_default FROM team_areas
		WHERE org_id = $1 ORDER BY team_id, position, node_id`)
	deleteTeamAreas = db.SQL("project.deleteTeamAreas", `DELETE FROM team_areas WHERE org_id = $1 AND team_id = $2`)
	insertTeamArea  = db.SQL("project.insertTeamArea", `
		INSERT INTO team_areas (org_id, team_id, node_id, include_children, is_default, position) VALUES ($1, $2, $3, $4, $5, $6)`)
	selectTeamIterations = db.SQL("project.selectTeamIterations",
		`SELECT team_id, node_id FROM team_iterations WHERE org_id = $1 ORDER BY team_id, node_id`)
	deleteTeamIteration = db.SQL("project.deleteTeamIteration",
		`DELETE FROM team_iterations WHERE org_id = $1 AND team_id = $2 AND node_id = $3`)
	insertTeamIteration = db.SQL("project.insertTeamIteration",
		`INSERT INTO team_iterations (org_id, team_id, node_id) VALUES ($1, $2, $3)`)

	selectBoards = db.SQL("project.selectBoards",
		`SELECT board_id, team_id, backlog_id, guid, revision FROM boards WHERE org_id = $1 ORDER BY board_id`)
	insertBoard = db.SQL("project.insertBoard",
		`INSERT INTO boards (org_id, board_id, team_id, backlog_id, guid, revision) VALUES ($1, $2, $3, $4, $5, 1)`)
	updateBoard      = db.SQL("project.updateBoard", `UPDATE boards SET revision = $3 WHERE org_id = $1 AND board_id = $2`)
	selectBoardCells = db.SQL("project.selectBoardCells", `
		SELECT cell_id, board_id, column_guid, column_name, column_type, column_order, item_limit, description, states,
			row_guid, row_name, row_color, row_order, half, takes, changed_at, revised_at
		FROM board_cells WHERE org_id = $1 ORDER BY cell_id`)
	insertBoardCell = db.SQL("project.insertBoardCell", `
		INSERT INTO board_cells (org_id, cell_id, board_id, column_guid, column_name, column_type, column_order, item_limit,
			description, states, row_guid, row_name, row_color, row_order, half, takes, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`)
	endBoardCell = db.SQL("project.endBoardCell",
		`UPDATE board_cells SET revised_at = $3 WHERE org_id = $1 AND cell_id = $2`)
	selectProcessOf = db.SQL("project.selectProcessOf",
		`SELECT process_id FROM projects WHERE org_id = $1 AND project_id = $2`)

	selectProcesses = db.SQL("project.selectProcesses",
		`SELECT process_id, parent_id, name, description FROM processes WHERE org_id = $1 ORDER BY name`)
	insertProcess = db.SQL("project.insertProcess",
		`INSERT INTO processes (org_id, process_id, parent_id, name, description) VALUES ($1, $2, $3, $4, $5)`)
	selectFields = db.SQL("project.selectFields", `
		SELECT field_id, reference_name, name, description, type, is_identity, picklist_id, is_deleted, is_locked FROM fields WHERE org_id = $1 ORDER BY field_id`)
	insertField = db.SQL("project.insertField", `
		INSERT INTO fields (org_id, field_id, reference_name, reference_key, name, description, type, is_identity, picklist_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
	selectProcessFields = db.SQL("project.selectProcessFields", `
		SELECT process_id, type_name, field_id FROM process_fields WHERE org_id = $1 ORDER BY process_id, type_name, field_id`)
	insertProcessField = db.SQL("project.insertProcessField",
		`INSERT INTO process_fields (org_id, process_id, type_name, field_id) VALUES ($1, $2, $3, $4)`)
	selectProcessStates = db.SQL("project.selectProcessStates", `
		SELECT process_id, type_name, name, category, color FROM process_states
		WHERE org_id = $1 ORDER BY process_id, type_name, name`)
	insertProcessState = db.SQL("project.insertProcessState", `
		INSERT INTO process_states (org_id, process_id, type_name, name, category, color) VALUES ($1, $2, $3, $4, $5, $6)`)
)
