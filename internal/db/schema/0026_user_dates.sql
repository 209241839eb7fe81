-- access: when somebody was added to the organization; unknown of those who were there before.
ALTER TABLE users ADD COLUMN created_at bigint;
