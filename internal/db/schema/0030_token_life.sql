-- access: what a token is hashed with ('' for the first key there was), and when and from where it was used last.
ALTER TABLE tokens ADD COLUMN key_id text NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN used_at bigint;
ALTER TABLE tokens ADD COLUMN used_from text NOT NULL DEFAULT '';
CREATE INDEX tokens_account ON tokens (account_id);
CREATE INDEX tokens_authorization ON tokens (authorization_id);

-- access, everywhere: tokens for all organizations that an administrator ended in one of them.
CREATE TABLE token_refusals (
	org_id bigint NOT NULL, authorization_id text NOT NULL, revoked_at bigint NOT NULL,
	PRIMARY KEY (org_id, authorization_id));
