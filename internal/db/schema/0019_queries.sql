-- work, everywhere: saved queries and their folders. owner is 0 below Shared Queries, and below My Queries the user whose
-- they are; parent_id is 0 right below those two, which have no rows of their own.
CREATE TABLE queries (
	org_id bigint NOT NULL, query_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL, owner bigint NOT NULL,
	parent_id bigint NOT NULL, name text NOT NULL, is_folder boolean NOT NULL, wiql text NOT NULL, is_deleted boolean NOT NULL,
	created_by bigint NOT NULL, created_at bigint NOT NULL, modified_by bigint NOT NULL, modified_at bigint NOT NULL,
	PRIMARY KEY (org_id, query_id), UNIQUE (org_id, guid));
CREATE INDEX queries_project ON queries (org_id, project_id, owner);
