-- access, everywhere: groups that people made. Built-in ones exist with their project, teams are in their own table.
CREATE TABLE security_groups (
	org_id bigint NOT NULL, group_id bigint NOT NULL, guid text NOT NULL, project_id bigint NOT NULL, name text NOT NULL,
	description text NOT NULL, is_deleted boolean NOT NULL,
	PRIMARY KEY (org_id, group_id), UNIQUE (org_id, guid));

-- access, everywhere: who is in which group. A kind tells what an id is of: user, team and group of their tables; the
-- built-in readers, contributors, builders and administrators of a project, or of the organization with id 0.
CREATE TABLE memberships (
	org_id bigint NOT NULL, container_kind text NOT NULL, container_id bigint NOT NULL, member_kind text NOT NULL, member_id bigint NOT NULL,
	PRIMARY KEY (org_id, container_kind, container_id, member_kind, member_id));
INSERT INTO memberships SELECT org_id,
	CASE role WHEN 'reader' THEN 'readers' WHEN 'contributor' THEN 'contributors' ELSE 'administrators' END, project_id, 'user', user_id
	FROM project_members;
INSERT INTO memberships SELECT org_id, 'administrators', 0, 'user', user_id FROM users WHERE is_administrator;
INSERT INTO memberships SELECT org_id, 'team', team_id, 'user', user_id FROM team_members;
INSERT INTO memberships SELECT org_id, 'contributors', project_id, 'team', team_id FROM teams;

-- access, everywhere: what is set for a token of a security namespace, and for whom. Built-in groups that have no entry at
-- a token have what such groups begin with. token_key is the token as it is compared.
CREATE TABLE access_lists (
	org_id bigint NOT NULL, namespace text NOT NULL, token_key text NOT NULL, token text NOT NULL, inherits boolean NOT NULL,
	PRIMARY KEY (org_id, namespace, token_key));
CREATE TABLE access_entries (
	org_id bigint NOT NULL, namespace text NOT NULL, token_key text NOT NULL, subject_kind text NOT NULL, subject_id bigint NOT NULL,
	allowed bigint NOT NULL, denied bigint NOT NULL,
	PRIMARY KEY (org_id, namespace, token_key, subject_kind, subject_id));

-- Administrators of teams are those who may edit the team and manage its members.
INSERT INTO access_lists SELECT DISTINCT t.org_id, '5a27515b-ccd7-42c9-84f1-54c998f03866', p.guid || '\' || t.guid, p.guid || '\' || t.guid, true
	FROM team_members m JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id
	JOIN projects p ON p.org_id = t.org_id AND p.project_id = t.project_id WHERE m.is_admin;
INSERT INTO access_entries SELECT t.org_id, '5a27515b-ccd7-42c9-84f1-54c998f03866', p.guid || '\' || t.guid, 'user', m.user_id, 31, 0
	FROM team_members m JOIN teams t ON t.org_id = m.org_id AND t.team_id = m.team_id
	JOIN projects p ON p.org_id = t.org_id AND p.project_id = t.project_id WHERE m.is_admin;

-- View analytics.
INSERT INTO access_lists SELECT DISTINCT s.org_id, '58450c49-b02d-465a-ab12-59ae512d6531', '$/' || p.guid, '$/' || p.guid, true
	FROM project_permissions s JOIN projects p ON p.org_id = s.org_id AND p.project_id = s.project_id;
INSERT INTO access_entries SELECT s.org_id, '58450c49-b02d-465a-ab12-59ae512d6531', '$/' || p.guid,
	CASE s.role WHEN 'reader' THEN 'readers' WHEN 'contributor' THEN 'contributors' WHEN 'administrator' THEN 'administrators' ELSE 'user' END,
	CASE WHEN s.user_id = 0 THEN s.project_id ELSE s.user_id END,
	CASE WHEN s.role = 'administrator' THEN 30 ELSE 0 END + CASE WHEN s.is_denied THEN 0 ELSE 1 END, CASE WHEN s.is_denied THEN 1 ELSE 0 END
	FROM project_permissions s JOIN projects p ON p.org_id = s.org_id AND p.project_id = s.project_id;

DROP TABLE project_members;
DROP TABLE team_members;
DROP TABLE project_permissions;
ALTER TABLE users DROP COLUMN is_administrator;
