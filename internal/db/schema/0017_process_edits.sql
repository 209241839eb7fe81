-- project, everywhere: what an organization changed about its processes beyond added fields and states. kind says what
-- of it, body is JSON: process ("" "" and for system processes too), type, field (part is the reference name), state
-- (part is the name), rule (part is its GUID).
CREATE TABLE process_edits (
	org_id bigint NOT NULL, process_id text NOT NULL, type_name text NOT NULL, kind text NOT NULL, part text NOT NULL,
	body text NOT NULL,
	PRIMARY KEY (org_id, process_id, type_name, kind, part));

-- project, everywhere: lists of values for fields. items is JSON.
CREATE TABLE picklists (
	org_id bigint NOT NULL, list_id text NOT NULL, name text NOT NULL, type text NOT NULL, is_suggested boolean NOT NULL,
	items text NOT NULL,
	PRIMARY KEY (org_id, list_id));

ALTER TABLE fields ADD COLUMN picklist_id text NOT NULL DEFAULT '';
ALTER TABLE fields ADD COLUMN is_deleted boolean NOT NULL DEFAULT false;
ALTER TABLE fields ADD COLUMN is_locked boolean NOT NULL DEFAULT false;
