-- access, everywhere: which account a person of an identity provider has. claims_at is when the newest token was issued
-- whose groups were applied.
CREATE TABLE external_identities (
	issuer text NOT NULL, subject text NOT NULL, account_id bigint NOT NULL, linked_at bigint NOT NULL, claims_at bigint NOT NULL,
	PRIMARY KEY (issuer, subject), UNIQUE (issuer, account_id));

-- Who made a membership: somebody, what an identity provider says, or both. The row goes when neither is left.
ALTER TABLE memberships ADD COLUMN by_hand boolean NOT NULL DEFAULT true;
ALTER TABLE memberships ADD COLUMN by_claim boolean NOT NULL DEFAULT false;
