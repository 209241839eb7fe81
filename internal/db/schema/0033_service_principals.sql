-- access: what programs that are users sign in as; '' for people.
ALTER TABLE users ADD COLUMN application_id text NOT NULL DEFAULT '';
CREATE INDEX users_application ON users (application_id);

-- access, everywhere: the secrets of service principals. Only a keyed hash of the text is kept, with the name of the key.
CREATE TABLE service_secrets (
	org_id bigint NOT NULL, secret_id text NOT NULL, user_id bigint NOT NULL, hash text NOT NULL, key_id text NOT NULL, name text NOT NULL,
	created_at bigint NOT NULL, valid_to bigint NOT NULL, PRIMARY KEY (org_id, secret_id));
CREATE INDEX service_secrets_user ON service_secrets (org_id, user_id);
