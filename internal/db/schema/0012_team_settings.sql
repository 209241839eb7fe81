-- project, everywhere: what teams set for themselves. backlog_iteration is a node, 0 for none; settings is the JSON of what
-- differs from how their process begins. position keeps areas in the order in which a team names them.
ALTER TABLE teams ADD COLUMN backlog_iteration bigint NOT NULL DEFAULT 0;
ALTER TABLE teams ADD COLUMN settings text NOT NULL DEFAULT '{}';
ALTER TABLE team_areas ADD COLUMN position bigint NOT NULL DEFAULT 0;
UPDATE teams SET backlog_iteration = (SELECT n.node_id FROM nodes n
	WHERE n.org_id = teams.org_id AND n.project_id = teams.project_id AND n.kind = 1 AND n.parent_id = 0)
WHERE EXISTS (SELECT 1 FROM team_areas a WHERE a.org_id = teams.org_id AND a.team_id = teams.team_id);

-- project, everywhere: what teams keep beside their settings, as JSON: capacities and days off of iterations, what cards
-- show, columns of taskboards. user_id is whose it is, 0 for the team's.
CREATE TABLE team_documents (
	org_id bigint NOT NULL, team_id bigint NOT NULL, name text NOT NULL, user_id bigint NOT NULL, body text NOT NULL,
	PRIMARY KEY (org_id, team_id, name, user_id));
