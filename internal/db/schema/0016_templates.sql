-- project, everywhere: work item templates of teams; fields is a JSON object of texts by reference name.
CREATE TABLE work_item_templates (
	org_id bigint NOT NULL, guid text NOT NULL, team_id bigint NOT NULL, name text NOT NULL, description text NOT NULL,
	type_name text NOT NULL, fields text NOT NULL,
	PRIMARY KEY (org_id, team_id, guid));
