-- access, everywhere: a user can have several roles in a project, each by another group; the highest decides.
ALTER TABLE project_members RENAME TO project_members_before;
CREATE TABLE project_members (
	org_id bigint NOT NULL, project_id bigint NOT NULL, user_id bigint NOT NULL, role text NOT NULL,
	PRIMARY KEY (org_id, project_id, user_id, role));
INSERT INTO project_members SELECT org_id, project_id, user_id, role FROM project_members_before;
DROP TABLE project_members_before;
CREATE INDEX project_members_user ON project_members (org_id, user_id);
