-- access, everywhere: what was done, by whom, when and from where; org_id 0 is what belongs to no organization, such as a
-- failed sign-in of nobody. Rows are added and read; only discarding old ones and deleting the organization removes any.
-- Names are those of the moment. credential is a kind, credential_id which of it; data is JSON.
CREATE TABLE audit_log (
	org_id bigint NOT NULL, entry_id bigint NOT NULL, at bigint NOT NULL, action text NOT NULL,
	actor_guid text NOT NULL, actor_name text NOT NULL, actor_unique_name text NOT NULL, credential text NOT NULL, credential_id text NOT NULL,
	address text NOT NULL, user_agent text NOT NULL, activity_id text NOT NULL,
	project_guid text NOT NULL, project_name text NOT NULL, data text NOT NULL,
	PRIMARY KEY (org_id, entry_id));
CREATE INDEX audit_log_at ON audit_log (org_id, at, entry_id);
