-- project, everywhere: pictures that somebody gave people, groups and teams, as PNG in base64.
CREATE TABLE pictures (
	org_id bigint NOT NULL, subject text NOT NULL, png text NOT NULL, set_at bigint NOT NULL,
	PRIMARY KEY (org_id, subject));
