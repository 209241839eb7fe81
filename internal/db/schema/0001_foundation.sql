-- One schema for SQLite and PostgreSQL. Times are microseconds since 1970 UTC, GUIDs lower-case text.
-- Every table names its owning package, the only one that writes it, and how Citus would spread it:
-- "by project" = distributed by project_id (hence project_id in every key), "everywhere" = a reference table.

-- db, everywhere: ids and positions come from one allocator per organization.
CREATE TABLE counters (
	org_id bigint NOT NULL, name text NOT NULL, value bigint NOT NULL,
	PRIMARY KEY (org_id, name));

-- db, everywhere: the change feed; one writer at a time makes positions gapless in commit order.
CREATE TABLE feed_heads (
	org_id bigint PRIMARY KEY, position bigint NOT NULL, metadata bigint NOT NULL);
CREATE TABLE feed (
	org_id bigint NOT NULL, position bigint NOT NULL, at bigint NOT NULL, kind smallint NOT NULL,
	project_id bigint NOT NULL, ref_id bigint NOT NULL, rev bigint NOT NULL,
	PRIMARY KEY (org_id, position));

-- project, everywhere.
CREATE TABLE organizations (
	org_id bigint PRIMARY KEY, guid text NOT NULL, name text NOT NULL, name_key text NOT NULL UNIQUE,
	time_zone text NOT NULL, created_at bigint NOT NULL);

-- project, everywhere.
CREATE TABLE projects (
	org_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL, name text NOT NULL, name_key text NOT NULL,
	description text NOT NULL, state text NOT NULL, revision bigint NOT NULL, visibility text NOT NULL,
	process_id text NOT NULL, default_team bigint NOT NULL, last_update bigint NOT NULL, is_deleted boolean NOT NULL,
	PRIMARY KEY (org_id, project_id), UNIQUE (org_id, guid));

-- project, everywhere: areas (kind 0) and iterations (kind 1). A root has parent 0 and the project's name.
CREATE TABLE nodes (
	org_id bigint NOT NULL, node_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL,
	kind smallint NOT NULL, parent_id bigint NOT NULL, name text NOT NULL,
	start_date bigint, finish_date bigint, is_deleted boolean NOT NULL,
	PRIMARY KEY (org_id, node_id));

-- project, everywhere.
CREATE TABLE teams (
	org_id bigint NOT NULL, team_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL, name text NOT NULL,
	description text NOT NULL, is_deleted boolean NOT NULL,
	PRIMARY KEY (org_id, team_id));
CREATE TABLE team_areas (
	org_id bigint NOT NULL, team_id bigint NOT NULL, node_id bigint NOT NULL,
	include_children boolean NOT NULL, is_default boolean NOT NULL,
	PRIMARY KEY (org_id, team_id, node_id));
CREATE TABLE team_iterations (
	org_id bigint NOT NULL, team_id bigint NOT NULL, node_id bigint NOT NULL,
	PRIMARY KEY (org_id, team_id, node_id));

-- project, everywhere: processes an organization derived from a system process, and the fields it added.
CREATE TABLE processes (
	org_id bigint NOT NULL, process_id text NOT NULL, parent_id text NOT NULL, name text NOT NULL,
	description text NOT NULL, PRIMARY KEY (org_id, process_id));
CREATE TABLE fields (
	org_id bigint NOT NULL, field_id bigint NOT NULL, reference_name text NOT NULL, reference_key text NOT NULL,
	name text NOT NULL, description text NOT NULL, type text NOT NULL, is_identity boolean NOT NULL,
	PRIMARY KEY (org_id, field_id), UNIQUE (org_id, reference_key));
CREATE TABLE process_fields (
	org_id bigint NOT NULL, process_id text NOT NULL, type_name text NOT NULL, field_id bigint NOT NULL,
	PRIMARY KEY (org_id, process_id, type_name, field_id));

-- access, everywhere: people who can sign in, across organizations.
CREATE TABLE accounts (
	account_id bigint PRIMARY KEY, guid text NOT NULL UNIQUE, unique_name text NOT NULL,
	unique_key text NOT NULL UNIQUE, display_name text NOT NULL);

-- access, everywhere: personal access tokens. Only a keyed hash of the token text is kept. org_id 0 = all organizations.
CREATE TABLE tokens (
	hash text PRIMARY KEY, authorization_id text NOT NULL, account_id bigint NOT NULL, org_id bigint NOT NULL,
	name text NOT NULL, scope text NOT NULL, valid_from bigint NOT NULL, valid_to bigint NOT NULL, revoked_at bigint);

-- access, everywhere: identities of an organization, those that only appear in data included (account 0).
CREATE TABLE users (
	org_id bigint NOT NULL, user_id bigint NOT NULL, guid text NOT NULL, display_name text NOT NULL,
	unique_name text NOT NULL, unique_key text NOT NULL, email text NOT NULL, account_id bigint NOT NULL,
	access_level text NOT NULL, is_administrator boolean NOT NULL, is_active boolean NOT NULL,
	PRIMARY KEY (org_id, user_id), UNIQUE (org_id, guid));
CREATE INDEX users_account ON users (org_id, account_id);
CREATE INDEX users_unique ON users (org_id, unique_key);

-- access, everywhere: role is reader, contributor or administrator.
CREATE TABLE project_members (
	org_id bigint NOT NULL, project_id bigint NOT NULL, user_id bigint NOT NULL, role text NOT NULL,
	PRIMARY KEY (org_id, project_id, user_id));
CREATE INDEX project_members_user ON project_members (org_id, user_id);

-- work, by project: the current revision of each work item. fields is the encoding of work.Fields.
CREATE TABLE work_items (
	org_id bigint NOT NULL, id bigint NOT NULL, project_id bigint NOT NULL, rev bigint NOT NULL,
	watermark bigint NOT NULL, type text NOT NULL, changed_at bigint NOT NULL, fields text NOT NULL,
	is_deleted boolean NOT NULL, deleted_at bigint, deleted_by bigint NOT NULL,
	PRIMARY KEY (org_id, id, project_id));
CREATE INDEX work_items_project ON work_items (org_id, project_id);

-- work, by project: every revision, the current one included; rows are only ever added.
CREATE TABLE work_revisions (
	org_id bigint NOT NULL, id bigint NOT NULL, rev bigint NOT NULL, project_id bigint NOT NULL,
	watermark bigint NOT NULL, type text NOT NULL, changed_at bigint NOT NULL, fields text NOT NULL,
	PRIMARY KEY (org_id, id, rev, project_id));

-- work, by project: long texts, once per revision that set them; fields holds the revision to look under.
CREATE TABLE work_texts (
	org_id bigint NOT NULL, id bigint NOT NULL, field_id bigint NOT NULL, rev bigint NOT NULL,
	project_id bigint NOT NULL, body text NOT NULL,
	PRIMARY KEY (org_id, id, field_id, rev, project_id));

-- work, by project: each link twice, as seen from either end, because its ends may lie in different projects.
CREATE TABLE work_links (
	org_id bigint NOT NULL, item_id bigint NOT NULL, link_id bigint NOT NULL, project_id bigint NOT NULL,
	rel text NOT NULL, other_id bigint NOT NULL, other_project bigint NOT NULL, comment text NOT NULL,
	created_at bigint NOT NULL, created_by bigint NOT NULL, deleted_at bigint, deleted_by bigint NOT NULL,
	PRIMARY KEY (org_id, item_id, link_id, project_id));
CREATE INDEX work_links_link ON work_links (org_id, link_id);

-- work, by project.
CREATE TABLE tags (
	org_id bigint NOT NULL, tag_id bigint NOT NULL, project_id bigint NOT NULL, guid text NOT NULL,
	name text NOT NULL, name_key text NOT NULL, is_deleted boolean NOT NULL,
	PRIMARY KEY (org_id, tag_id, project_id), UNIQUE (org_id, project_id, name_key));
