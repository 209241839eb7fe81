-- project, by project: dashboards of teams; team_id 0 are those of the project itself. widgets is a JSON array, version what clients
-- know as the eTag.
CREATE TABLE dashboards (
	org_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL, team_id bigint NOT NULL, name text NOT NULL, description text NOT NULL,
	position bigint NOT NULL, refresh_interval bigint NOT NULL, version bigint NOT NULL, created_by bigint NOT NULL,
	modified_by bigint NOT NULL, modified_at bigint NOT NULL, widgets text NOT NULL,
	PRIMARY KEY (org_id, project_id, guid));
