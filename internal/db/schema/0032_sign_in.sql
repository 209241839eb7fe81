-- access, everywhere: browsers in which somebody signed in. Only a keyed hash of the cookie is kept. Ended sessions stay for a
-- while, because they tell from which addresses somebody has signed in before.
CREATE TABLE sessions (
	hash text PRIMARY KEY, session_id text NOT NULL UNIQUE, account_id bigint NOT NULL, method text NOT NULL,
	address text NOT NULL, agent text NOT NULL, created_at bigint NOT NULL, seen_at bigint NOT NULL, expires_at bigint NOT NULL,
	ended_at bigint);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX users_of_account ON users (account_id);

-- signin, everywhere: how passwords are checked. The hash names its parameters.
CREATE TABLE passwords (
	account_id bigint PRIMARY KEY, hash text NOT NULL, changed_at bigint NOT NULL);

-- signin, everywhere: one-time codes of links that let somebody set up the server (account 0) or set a password. Only a
-- keyed hash of a code is kept; a code that was used is gone.
CREATE TABLE signin_codes (
	hash text PRIMARY KEY, account_id bigint NOT NULL, expires_at bigint NOT NULL);
