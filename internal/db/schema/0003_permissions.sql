-- access, everywhere: permissions of a project set for a user or, with user_id 0, for everybody who has a role in it.
-- Without a row the role decides.
CREATE TABLE project_permissions (
	org_id bigint NOT NULL, project_id bigint NOT NULL, permission text NOT NULL, user_id bigint NOT NULL, role text NOT NULL,
	is_denied boolean NOT NULL,
	PRIMARY KEY (org_id, project_id, permission, user_id, role));
CREATE INDEX project_permissions_user ON project_permissions (org_id, user_id);
