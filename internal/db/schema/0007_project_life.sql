-- project, everywhere: what clients were told to wait for. It has ended when it is stored, because what it did is stored
-- in the same transaction.
CREATE TABLE operations (
	org_id bigint NOT NULL, guid text NOT NULL, user_id bigint NOT NULL, ended_at bigint NOT NULL,
	PRIMARY KEY (org_id, guid));

-- project, everywhere: what a project was called in each of its revisions.
CREATE TABLE project_history (
	org_id bigint NOT NULL, project_id bigint NOT NULL, revision bigint NOT NULL, name text NOT NULL, name_key text NOT NULL,
	description text NOT NULL, state text NOT NULL, visibility text NOT NULL, changed_at bigint NOT NULL,
	PRIMARY KEY (org_id, project_id, revision));
CREATE INDEX project_history_name ON project_history (org_id, name_key);

-- project, everywhere: what clients note about a project. value is JSON.
CREATE TABLE project_properties (
	org_id bigint NOT NULL, project_id bigint NOT NULL, name_key text NOT NULL, name text NOT NULL, value text NOT NULL,
	PRIMARY KEY (org_id, project_id, name_key));

ALTER TABLE projects ADD COLUMN source_control text NOT NULL DEFAULT 'Git';
