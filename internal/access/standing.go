package access

import (
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// stands returns a 401 fault when the caller was removed, or what they came with was ended, since they were let in.
// Whatever gives somebody a credential that lasts asks for that in its transaction: whoever ends a stolen token, or signs
// out everywhere, must not leave behind what a request under way makes with it.
func (s *Store) stands(tx *db.Tx, c *Caller) error {
	directory, err := s.Directory(tx, c.Org)
	if err != nil {
		return err
	}
	if u := directory.User(c.User.ID); u == nil || !u.Active {
		return fault.Unauthorized("")
	}
	n := int64(1)
	switch c.Credential.Kind {
	case ByToken:
		err = tx.Row(countStandingTokens, []any{c.Credential.ID, c.Org, c.token.hash, c.token.fresh}, &n)
	case BySession:
		err = tx.Row(countStandingSessions, []any{c.Credential.ID}, &n)
	case BySecret:
		err = tx.Row(countStandingSecrets, []any{c.Org, c.User.ID, c.Credential.ID}, &n)
	case ByBearer, ByConsole: // nothing of these is kept that could be ended
	}
	if err == nil && n == 0 {
		err = fault.Unauthorized("").WithHint("what the request came with has been ended meanwhile")
	}
	return err
}

var (
	// A token that was given another text is not the one the caller came with; one that was hashed anew is.
	countStandingTokens = db.SQL("access.countStandingTokens", `
		SELECT count(*) FROM tokens t WHERE t.authorization_id = $1 AND t.hash IN ($3, $4) AND t.revoked_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM token_refusals r WHERE r.org_id = $2 AND r.authorization_id = t.authorization_id)`)
	countStandingSessions = db.SQL("access.countStandingSessions", `SELECT count(*) FROM sessions WHERE session_id = $1 AND ended_at IS NULL`)
	countStandingSecrets  = db.SQL("access.countStandingSecrets",
		`SELECT count(*) FROM service_secrets WHERE org_id = $1 AND user_id = $2 AND secret_id = $3`)
)
