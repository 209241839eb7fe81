-- project, everywhere: where other services are, as whoever registered them wrote it. service_key is the type as it is
-- compared, document a JSON object.
CREATE TABLE service_definitions (
	org_id bigint NOT NULL, service_key text NOT NULL, identifier text NOT NULL, document text NOT NULL,
	PRIMARY KEY (org_id, service_key, identifier));
