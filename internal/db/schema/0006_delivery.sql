-- delivery, by project: what pipelines, tests and agents reported, one row for each record. sk is its key in Analytics,
-- unique by kind; position that of the change feed's entry for its last change; body the encoding of package delivery.
CREATE TABLE delivery_records (
	org_id bigint NOT NULL, project_id bigint NOT NULL, kind smallint NOT NULL, natural_key text NOT NULL,
	sk bigint NOT NULL, position bigint NOT NULL, body text NOT NULL,
	PRIMARY KEY (org_id, project_id, kind, natural_key));
CREATE INDEX delivery_records_sk ON delivery_records (org_id, kind, sk);
CREATE INDEX delivery_records_position ON delivery_records (org_id, position);
