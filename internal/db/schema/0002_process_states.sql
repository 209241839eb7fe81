-- project, everywhere: workflow states an organization added to types of its processes.
CREATE TABLE process_states (
	org_id bigint NOT NULL, process_id text NOT NULL, type_name text NOT NULL, name text NOT NULL,
	category text NOT NULL, color text NOT NULL,
	PRIMARY KEY (org_id, process_id, type_name, name));
