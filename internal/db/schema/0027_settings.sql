-- project, everywhere: what clients keep for everybody (user_id 0) or for a user, in a project or (project_id 0) anywhere.
-- name_key is the name as it is compared.
CREATE TABLE settings (
	org_id bigint NOT NULL, project_id bigint NOT NULL, user_id bigint NOT NULL, name_key text NOT NULL, name text NOT NULL, value text NOT NULL,
	PRIMARY KEY (org_id, project_id, user_id, name_key));
