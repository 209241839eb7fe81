-- work, everywhere: queries that clients keep for a while to run them by id.
CREATE TABLE temporary_queries (
	org_id bigint NOT NULL, guid text NOT NULL, project_id bigint NOT NULL, wiql text NOT NULL, expires_at bigint NOT NULL,
	PRIMARY KEY (org_id, guid));
CREATE INDEX temporary_queries_expiry ON temporary_queries (org_id, expires_at);
-- work: which work items refer to a build or a commit. Addresses may be too long for an index.
CREATE INDEX work_resources_url ON work_resources (org_id, substr(url, 1, 100));
