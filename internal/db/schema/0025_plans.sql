-- project, by project: delivery plans; properties is the JSON object that clients write.
CREATE TABLE plans (
	org_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL, name text NOT NULL, description text NOT NULL,
	revision bigint NOT NULL, created_by bigint NOT NULL, created_at bigint NOT NULL, modified_by bigint NOT NULL, modified_at bigint NOT NULL,
	properties text NOT NULL,
	PRIMARY KEY (org_id, project_id, guid));
