-- project, everywhere: who is in a team. Members of a team contribute to its project.
CREATE TABLE team_members (
	org_id bigint NOT NULL, team_id bigint NOT NULL, user_id bigint NOT NULL, is_admin boolean NOT NULL,
	PRIMARY KEY (org_id, team_id, user_id));
CREATE INDEX team_members_user ON team_members (org_id, user_id);
