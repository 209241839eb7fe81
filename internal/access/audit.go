package access

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Origin is where a request came from, as the audit log records it.
type Origin struct {
	Address   string    // of the network, without a port
	UserAgent string    // what the program calls itself
	Activity  uuid.UUID // the id by which answers and the log of the server name the request
}

// CredentialKind is what somebody signed in with. Values are stored.
type CredentialKind string

// The kinds of credentials.
const (
	ByToken   CredentialKind = "PAT"     // a personal access token; the id is that of its authorization
	BySession CredentialKind = "Session" // of a browser
	ByBearer  CredentialKind = "Bearer"  // an access token of a provider
	BySecret  CredentialKind = "Secret"  // of a service principal
	ByConsole CredentialKind = "Console" // a command on the machine of the server
)

// Credential is what a caller signed in with: never its text.
type Credential struct {
	Kind CredentialKind
	ID   uuid.UUID // which one, zero where there is only the kind
}

// Console is the caller of commands on the machine of the server: nobody whom an organization knows.
func Console(org int64) *Caller { return &Caller{Org: org, Credential: Credential{Kind: ByConsole}} }

// Event is something that was done, for the audit log. Data has the values that the action's message names, and more; it
// must hold no secrets. Project is zero for what concerns the whole organization.
type Event struct {
	Action      AuditAction
	Project     uuid.UUID
	ProjectName string
	Data        map[string]any
}

const (
	maxUserAgent = 256  // characters kept of what a program calls itself
	maxAuditText = 1024 // characters kept of a text in the data of an event
)

// Audit records an event in the log of the caller's organization, in the transaction of what it is about: one is not
// stored without the other. A caller without a user is nobody in particular, such as somebody whose sign-in failed; one
// of organization 0 writes the log of the server itself.
func Audit(tx *db.Tx, c *Caller, e Event) error {
	if _, ok := e.Action.info(); !ok {
		return fmt.Errorf("audit: the action %q is not in the list", e.Action)
	}
	data := make(map[string]any, len(e.Data))
	for k, v := range e.Data {
		if text, ok := v.(string); ok {
			v = printable(text, maxAuditText)
		}
		data[k] = v
	}
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	var actor User
	if c.User != nil {
		actor = *c.User
	}
	id, err := tx.Reserve(c.Org, "audit", 1)
	if err != nil {
		return err
	}
	_, err = tx.Exec(insertAudit, c.Org, id, tx.Now(), string(e.Action), actor.GUID, actor.DisplayName, actor.UniqueName,
		string(c.Credential.Kind), c.Credential.ID, printable(c.Origin.Address, maxUserAgent), printable(c.Origin.UserAgent, maxUserAgent),
		c.Origin.Activity, e.Project, printable(e.ProjectName, maxAuditText), string(text))
	return err
}

// AuditAccount records an event of an account in the log of every organization in which the account is an active user,
// as that user unless it was done on the machine of the server or is a sign-in that failed; of one that is in none in the log of the server. c tells
// the rest: credential and origin.
func AuditAccount(tx *db.Tx, account int64, c Caller, e Event) error {
	users, err := db.Collect(tx, selectUsersOf, []any{account}, func(r *db.Rows) (Caller, error) {
		as := c
		as.User = &User{Account: account}
		err := r.Scan(&as.Org, &as.User.ID, &as.User.GUID, &as.User.DisplayName, &as.User.UniqueName)
		if c.Credential.Kind == ByConsole || e.Action == SignInFailed { // it need not have been the person
			as.User = nil
		}
		return as, err
	})
	if err != nil {
		return err
	}
	if len(users) == 0 {
		c.Org = 0
		users = append(users, c)
	}
	for i := range users {
		if err := Audit(tx, &users[i], e); err != nil {
			return err
		}
	}
	return nil
}

// AuditCommand records a command on the machine of the server that concerns an account, where AuditAccount does.
func AuditCommand(tx *db.Tx, account int64, command string) error {
	return AuditAccount(tx, account, *Console(0), Event{Action: AdminCommand, Data: map[string]any{"Command": command}})
}

// printable is a text as it is kept: cut, and without characters that could forge lines where the log is read.
func printable(text string, most int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}

var (
	insertAudit = db.SQL("access.insertAudit", `
		INSERT INTO audit_log (org_id, entry_id, at, action, actor_guid, actor_name, actor_unique_name, credential, credential_id,
			address, user_agent, activity_id, project_guid, project_name, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`)
	// Of all organizations: an account belongs to none, and 0 is the account of nobody.
	selectUsersOf = db.SQL("access.selectUsersOf", `
		SELECT org_id, user_id, guid, display_name, unique_name FROM users WHERE account_id = $1 AND account_id <> 0 AND is_active ORDER BY org_id`)
)
