package access

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// AuditEntry is an entry of the audit log, with the names of the moment.
type AuditEntry struct {
	ID int64 // within the organization
	At time.Time
	Event
	ActorID         uuid.UUID // zero for nobody in particular
	ActorName       string
	ActorUniqueName string
	Credential      Credential
	Origin          Origin
}

// Category is what kind of an action it is.
func (e *AuditEntry) Category() string {
	info, _ := e.Action.info()
	return info.Category
}

// Details is what happened, as a sentence.
func (e *AuditEntry) Details() string {
	info, _ := e.Action.info()
	text := info.Message
	for _, name := range slices.Sorted(maps.Keys(e.Data)) {
		value := e.Data[name]
		if list, ok := value.([]any); ok {
			parts := make([]string, len(list))
			for i, v := range list {
				parts[i] = fmt.Sprint(v)
			}
			value = strings.Join(parts, ", ")
		}
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(value))
	}
	return text
}

// AuditPlace is a place between entries of the log, from which reading goes on towards older ones.
type AuditPlace struct {
	At time.Time
	ID int64
}

// AuditLog reads entries of an organization's audit log, or of the server's for organization 0: from the newest one
// before a place, not before from, at most limit. Whoever calls it has checked that the caller may.
func (s *Store) AuditLog(ctx context.Context, org int64, from time.Time, before AuditPlace, limit int) (entries []AuditEntry, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		entries, err = db.Collect(tx, selectAudit, []any{org, from, before.At, before.ID, limit}, scanAudit)
		return err
	})
	return entries, err
}

func scanAudit(r *db.Rows) (e AuditEntry, err error) {
	var action, credential, data string
	err = r.Scan(&e.ID, &e.At, &action, &e.ActorID, &e.ActorName, &e.ActorUniqueName, &credential, &e.Credential.ID,
		&e.Origin.Address, &e.Origin.UserAgent, &e.Origin.Activity, &e.Project, &e.ProjectName, &data)
	if err != nil {
		return e, err
	}
	e.Action, e.Credential.Kind = AuditAction(action), CredentialKind(credential)
	if err := json.Unmarshal([]byte(data), &e.Data); err != nil {
		return e, fmt.Errorf("entry %d of the audit log: %w", e.ID, err)
	}
	return e, nil
}

var selectAudit = db.SQL("access.selectAudit", `
	SELECT entry_id, at, action, actor_guid, actor_name, actor_unique_name, credential, credential_id,
		address, user_agent, activity_id, project_guid, project_name, data
	FROM audit_log WHERE org_id = $1 AND at >= $2 AND (at < $3 OR at = $3 AND entry_id < $4) ORDER BY at DESC, entry_id DESC LIMIT $5`)
