package hooks

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// States and results of notifications, in the words of the wire.
const (
	Queued    = "queued"
	Completed = "completed"

	Pending   = "pending"
	Succeeded = "succeeded"
	Failed    = "failed"
	Filtered  = "filtered" // not sent, for its subscriber does not see the work item any more
)

// Notification is an event on its way to a receiver, and what came of it.
type Notification struct {
	ID           int64 // counts from 1 within the subscription
	Subscription *Subscription
	EventID      uuid.UUID
	Event        string // JSON
	Status       string
	Result       string
	Attempts     int64
	CreatedAt    time.Time
	ModifiedAt   time.Time
	TriedAt      *time.Time // last
	CompletedAt  *time.Time
	Took         time.Duration // the last attempt
	Request      string        // of the last attempt, without secrets
	Response     string
	Problem      string

	item  int64   // that it tells of; 0 when not known
	areas []int64 // in which the item was, as it tells
}

func scanNotification(r *db.Rows) (*Notification, error) {
	n := &Notification{}
	var micros int64
	var areas string
	err := r.Scan(&n.ID, &n.EventID, &n.Event, &n.Status, &n.Result, &n.Attempts, &n.CreatedAt, &n.ModifiedAt, &n.TriedAt,
		&n.CompletedAt, &micros, &n.Request, &n.Response, &n.Problem, &n.item, &areas)
	if err == nil {
		err = json.Unmarshal([]byte(areas), &n.areas)
	}
	n.Took = time.Duration(micros) * time.Microsecond
	return n, err
}

// Filter chooses notifications; empty fields choose all.
type Filter struct {
	Status, Result string
	Most           int
}

// seen keeps the notifications of work items that the caller sees, both where they are and where they were when it happened.
func (s *Service) seen(tx *db.Tx, c *access.Caller, all []*Notification) ([]*Notification, error) {
	var ids []int64
	for _, n := range all {
		ids = append(ids, n.item)
	}
	sees, err := s.config.Items.Seen(tx, c, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(n *Notification) bool { return n.item != 0 && !sees(n.item, n.areas) }), nil
}

// Notifications lists the notifications of a subscription that the caller may edit, newest first, as far as the caller sees
// the work items. Fault: subscription not found.
func (s *Service) Notifications(ctx context.Context, c *access.Caller, subscription uuid.UUID, f Filter) (all []*Notification, err error) {
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		sub, _, err := s.editable(tx, c, subscription)
		if err != nil {
			return err
		}
		all, err = db.Collect(tx, selectNotifications, []any{c.Org, subscription, f.Status, f.Result, f.Most}, scanNotification)
		if err != nil {
			return err
		}
		for _, n := range all {
			n.Subscription = sub.shown()
		}
		all, err = s.seen(tx, c, all)
		return err
	})
	return all, err
}

// Notification reads one. Faults: subscription or notification not found.
func (s *Service) Notification(ctx context.Context, c *access.Caller, subscription uuid.UUID, id int64) (n *Notification, err error) {
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		sub, _, err := s.editable(tx, c, subscription)
		if err != nil {
			return err
		}
		found, err := db.Collect(tx, selectNotification, []any{c.Org, subscription, id}, scanNotification)
		if err != nil {
			return err
		}
		if found, err = s.seen(tx, c, found); err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.NotificationNotFound(id, subscription.String())
		}
		n = found[0]
		n.Subscription = sub.shown()
		return nil
	})
	return n, err
}

// Test sends an invented event to the receiver of a draft, or of a subscription when its id is not nil, and tells what
// came of it. Nothing is stored. Faults are those of Create.
func (s *Service) Test(ctx context.Context, c *access.Caller, base string, subscription uuid.UUID, d Draft) (*Notification, error) {
	var sub *Subscription
	var o *project.Organization
	err := s.config.DB.View(ctx, func(tx *db.Tx) error {
		catalog, err := s.config.Projects.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		o = catalog.Organization
		var previous *Subscription
		if subscription != uuid.Nil {
			if previous, _, err = s.editable(tx, c, subscription); err != nil {
				return err
			}
			sub = previous
		}
		if subscription == uuid.Nil || d.EventType != "" {
			if sub, err = s.check(c, catalog, d, previous); err != nil {
				return err
			}
			sub.ID = subscription
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := &Notification{Subscription: sub.shown(), EventID: uuid.New(), Attempts: 1, CreatedAt: time.Now().UTC(), Status: Completed, Result: Failed}
	e := sampleEvent(c, sub)
	body, err := s.config.Event(Occurrence{ID: n.EventID, Base: base, Organization: o, Event: &e, Details: sub.ConsumerInputs[inputDetails],
		Messages: sub.ConsumerInputs[inputMessages], DetailedMessages: sub.ConsumerInputs[inputDetailedMs]})
	if err != nil {
		return nil, err
	}
	n.Event = string(body)
	a := s.attempt(ctx, sub, n)
	if a.outcome == succeeded {
		n.Result = Succeeded
	}
	done := a.began.Add(a.took).UTC()
	n.Request, n.Response, n.Problem, n.Took, n.TriedAt, n.CompletedAt, n.ModifiedAt = a.request, a.response, a.problem, a.took, &a.began, &done, done
	return n, nil
}

// sampleEvent is something that could have happened.
func sampleEvent(c *access.Caller, sub *Subscription) work.Event {
	p := sub.Project
	if p == nil {
		p = &project.Project{Name: "Fabrikam"}
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	fields := project.SystemFields()
	value := func(id project.FieldID, v any) work.Value {
		i := slices.IndexFunc(fields, func(f *project.Field) bool { return f.ID == id })
		return work.Value{Field: fields[i], Value: v}
	}
	item := &work.Item{ID: 5, Rev: 2, Project: p, Type: "Bug", Comment: 1, Values: []work.Value{
		value(project.FieldAreaPath, p.Name), value(project.FieldTeamProject, p.Name), value(project.FieldIterationPath, p.Name),
		value(project.FieldWorkItemType, "Bug"), value(project.FieldState, "New"), value(project.FieldReason, "New defect reported"),
		value(project.FieldCreatedDate, now), value(project.FieldCreatedBy, c.User), value(project.FieldChangedDate, now),
		value(project.FieldChangedBy, c.User), value(project.FieldTitle, "Some great new idea!"), value(project.FieldHistory, "This is a test"),
	}}
	update := &work.Update{ID: 2, Rev: 2, Project: p, By: c.User, RevisedAt: now, Fields: []work.FieldChange{
		{Field: item.Values[4].Field, Old: "New", New: "Approved"}}}
	return work.Event{Kind: work.EventKind(sub.EventType), At: now, Item: item, Update: update}
}
