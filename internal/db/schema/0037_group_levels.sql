-- access: the access levels that groups give everybody who is in them, whatever was given to the people themselves.
CREATE TABLE group_levels (
	org_id bigint NOT NULL, group_kind text NOT NULL, group_id bigint NOT NULL, access_level text NOT NULL,
	changed_at bigint NOT NULL,
	PRIMARY KEY (org_id, group_kind, group_id));
