package access

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

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
	var values []string // all at once: a name may look like that of another value
	for _, name := range slices.Sorted(maps.Keys(e.Data)) {
		value := e.Data[name]
		if list, ok := value.([]any); ok {
			parts := make([]string, len(list))
			for i, v := range list {
				parts[i] = fmt.Sprint(v)
			}
			value = cmp.Or(strings.Join(parts, ", "), "nothing")
		}
		values = append(values, "{"+name+"}", fmt.Sprint(value))
	}
	return strings.NewReplacer(values...).Replace(info.Message)
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

// MayViewAudit returns a 403 fault unless the caller may view the audit log of the organization.
func (s *Store) MayViewAudit(c *Caller) error {
	if !c.Allowed(AuditNamespace, AuditToken, ViewAuditLog) {
		return fault.AccessDenied(c.User.DisplayName, FindNamespace(AuditNamespace).Label(ViewAuditLog))
	}
	return nil
}

// ViewAudit records that the caller looks at the audit log, or returns a 403 fault if the caller may not.
func (s *Store) ViewAudit(ctx context.Context, c *Caller, action AuditAction, data map[string]any) error {
	if err := s.MayViewAudit(c); err != nil {
		return err
	}
	return s.Record(ctx, c, Event{Action: action, Data: data})
}

// GoOnInAudit is ViewAudit for somebody who goes on from a place. It is recorded, too, unless the caller's look at what is
// newer than the place was: anybody can make up a place.
func (s *Store) GoOnInAudit(ctx context.Context, c *Caller, from AuditPlace) error {
	if err := s.MayViewAudit(c); err != nil {
		return err
	}
	var at time.Time
	err := s.db.View(ctx, func(tx *db.Tx) error {
		return tx.Row(selectAuditLook, []any{c.Org, from.At, string(AuditAccessed), c.User.GUID}, &at)
	})
	if errors.Is(err, db.ErrNotFound) {
		return s.Record(ctx, c, Event{Action: AuditAccessed})
	}
	return err
}

// Record adds an event to the audit log that changes nothing else.
func (s *Store) Record(ctx context.Context, c *Caller, e Event) error {
	return s.db.Update(ctx, func(tx *db.Tx) error { return Audit(tx, c, e) })
}

// auditPart is how many entries are read at a time: no transaction lasts as long as the slowest reader.
const auditPart = 1000

// EachAuditEntry calls a function with each entry of an audit log, from the newest before a place to the oldest, not
// before from. Whoever calls it has checked that the caller may.
func (s *Store) EachAuditEntry(ctx context.Context, org int64, from time.Time, before AuditPlace, do func(*AuditEntry) error) error {
	for {
		part, err := s.AuditLog(ctx, org, from, before, auditPart)
		if err != nil {
			return err
		}
		for i := range part {
			if err := do(&part[i]); err != nil {
				return err
			}
		}
		if len(part) < auditPart {
			return nil
		}
		last := &part[len(part)-1]
		before = AuditPlace{last.At, last.ID}
	}
}

// DiscardAudit removes the entries from before a time, records that it did and returns how many there were. Besides the
// deletion of the organization it is the only thing that removes entries.
func DiscardAudit(tx *db.Tx, c *Caller, before time.Time) (int64, error) {
	n, err := tx.Exec(discardAudit, c.Org, before)
	if err != nil {
		return 0, err
	}
	return n, Audit(tx, c, Event{Action: AuditDiscarded, Data: map[string]any{"Count": n, "Before": before.UTC().Format(time.RFC3339)}})
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

var selectAuditLook = db.SQL("access.selectAuditLook",
	`SELECT at FROM audit_log WHERE org_id = $1 AND at >= $2 AND action = $3 AND actor_guid = $4 ORDER BY at DESC LIMIT 1`)

var discardAudit = db.SQL("access.discardAudit", `DELETE FROM audit_log WHERE org_id = $1 AND at < $2`)

var selectAudit = db.SQL("access.selectAudit", `
	SELECT entry_id, at, action, actor_guid, actor_name, actor_unique_name, credential, credential_id,
		address, user_agent, activity_id, project_guid, project_name, data
	FROM audit_log WHERE org_id = $1 AND at >= $2 AND (at < $3 OR at = $3 AND entry_id < $4) ORDER BY at DESC, entry_id DESC LIMIT $5`)
