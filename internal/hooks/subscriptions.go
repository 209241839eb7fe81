package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Status of a subscription, in the words of the wire.
type Status string

// The states. Only the first two are served; on probation means that the last attempts failed.
const (
	Enabled                    Status = "enabled"
	OnProbation                Status = "onProbation"
	DisabledByUser             Status = "disabledByUser"
	DisabledBySystem           Status = "disabledBySystem"
	DisabledByInactiveIdentity Status = "disabledByInactiveIdentity"
)

// Subscription is who wants to be told what. Secrets are masked in those that the service returns.
type Subscription struct {
	ID              uuid.UUID
	Org             int64
	Project         *project.Project // nil for all projects
	EventType       string
	ResourceVersion string
	PublisherInputs map[string]string
	ConsumerInputs  map[string]string
	Status          Status
	CreatedAt       time.Time
	CreatedBy       *access.User
	ModifiedAt      time.Time
	ModifiedBy      *access.User

	projectID    int64
	author       int64 // whoever created or changed it last decides what is told by what they can read
	base         string
	from         int64
	failingSince *time.Time
	unsealed     error  // why secrets are missing
	holder       string // whose the queue is, see claim.go
	heldUntil    time.Time
}

func (s *Subscription) active() bool { return s.Status == Enabled || s.Status == OnProbation }

// Draft is what a client says about a subscription.
type Draft struct {
	PublisherID, EventType, ResourceVersion string
	ConsumerID, ConsumerAction              string
	PublisherInputs, ConsumerInputs         map[string]string
	Status                                  Status // "" for enabled
}

// check completes a draft. previous, when not nil, is the subscription it replaces, secrets included.
func (s *Service) check(c *access.Caller, catalog *project.Catalog, d Draft, previous *Subscription) (*Subscription, error) {
	types := EventTypes()
	var known []string
	for _, t := range types {
		known = append(known, t.ID)
	}
	i := slices.IndexFunc(types, func(t EventType) bool { return strings.EqualFold(t.ID, d.EventType) })
	switch {
	case !strings.EqualFold(d.PublisherID, Publisher):
		return nil, fault.PublisherNotFound(d.PublisherID, Publisher)
	case i < 0:
		return nil, fault.EventTypeNotFound(d.EventType, known...)
	case !strings.EqualFold(d.ConsumerID, Consumer):
		return nil, fault.ConsumerNotFound(d.ConsumerID, Consumer)
	case !strings.EqualFold(d.ConsumerAction, ConsumerAction):
		return nil, fault.ConsumerActionNotFound(d.ConsumerAction, ConsumerAction)
	}
	sub := &Subscription{Org: c.Org, EventType: types[i].ID, ResourceVersion: "1.0", Status: Enabled}
	if v := d.ResourceVersion; v != "" && v != "1.0" && !strings.EqualFold(v, "latest") {
		return nil, fault.SubscriptionInput("resourceVersion", "this server sends version 1.0")
	}
	switch d.Status {
	case "", Enabled, OnProbation:
	case DisabledByUser, DisabledBySystem, DisabledByInactiveIdentity:
		sub.Status = DisabledByUser
	default:
		return nil, fault.SubscriptionInput("status", "write enabled or disabledByUser")
	}
	var err error
	if sub.PublisherInputs, err = checkInputs(d.PublisherInputs, slices.Concat(PublisherInputs(), types[i].Inputs)); err != nil {
		return nil, err
	}
	if sub.ConsumerInputs, err = checkInputs(d.ConsumerInputs, ConsumerInputs()); err != nil {
		return nil, err
	}
	if err := s.checkTarget(sub.ConsumerInputs[inputURL]); err != nil {
		return nil, err
	}
	if err := sub.keepSecrets(previous); err != nil {
		return nil, err
	}
	if _, err := parseHeaders(sub.ConsumerInputs[inputHeaders]); err != nil {
		return nil, fault.SubscriptionInput(inputHeaders, err.Error())
	}
	for name := range strings.SplitSeq(sub.PublisherInputs[inputFields], ",") {
		if name = strings.TrimSpace(name); name != "" && catalog.FindField(name) == nil {
			return nil, fault.SubscriptionInput(inputFields, "there is no field "+name)
		}
	}
	if name := sub.PublisherInputs[inputProject]; name != "" {
		if sub.Project, err = catalog.FindProject(name); err != nil {
			return nil, err
		}
		if !c.CanRead(sub.Project.ID) {
			return nil, project.NotFound(name)
		}
		sub.projectID, sub.PublisherInputs[inputProject] = sub.Project.ID, sub.Project.GUID.String()
		if path := sub.PublisherInputs[inputArea]; path != "" && sub.Project.FindNode(project.AreaNode, path) == nil {
			return nil, fault.SubscriptionInput(inputArea, "the project has no area "+path)
		}
	}
	return sub, permit(c, sub.projectID)
}

// keepSecrets puts the secrets of the previous subscription where their mask was written back. They go to no other host:
// whoever edits a subscription need not know them.
func (s *Subscription) keepSecrets(previous *Subscription) error {
	for _, k := range ConsumerInputs() {
		if !k.Confidential || s.ConsumerInputs[k.ID] != Mask {
			continue
		}
		delete(s.ConsumerInputs, k.ID)
		if previous == nil || previous.ConsumerInputs[k.ID] == "" {
			continue
		}
		if origin(s.ConsumerInputs[inputURL]) != origin(previous.ConsumerInputs[inputURL]) || s.ConsumerInputs[inputUntrusted] != previous.ConsumerInputs[inputUntrusted] {
			return fault.SubscriptionInput(k.ID, "write it anew, because it goes to another receiver than before")
		}
		s.ConsumerInputs[k.ID] = previous.ConsumerInputs[k.ID]
	}
	return nil
}

// origin is the part of a URL that says who is called.
func origin(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

// permit checks that the caller may see and edit the subscriptions of a project, 0 for those of all projects.
func permit(c *access.Caller, projectID int64) error {
	if projectID == 0 && c.Administers() || projectID != 0 && c.CanManage(projectID) {
		return nil
	}
	return fault.AccessDenied(c.User.DisplayName, "Edit subscriptions")
}

// Create subscribes. base is the address of the organization that the links in what is sent begin with. Faults: unknown
// publisher, event type, consumer or project, an input that is not valid, access denied.
func (s *Service) Create(ctx context.Context, c *access.Caller, base string, d Draft) (sub *Subscription, err error) {
	id := uuid.New()
	err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.config.Projects.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		if sub, err = s.check(c, catalog, d, nil); err != nil {
			return err
		}
		if sub.from, _, err = tx.Head(c.Org); err != nil {
			return err
		}
		sub.ID, sub.base = id, base
		sub.CreatedAt, sub.ModifiedAt, sub.CreatedBy, sub.ModifiedBy = tx.Now(), tx.Now(), c.User, c.User
		publisher, consumer, err := s.encode(sub)
		if err != nil {
			return err
		}
		if err := sub.audit(tx, c, catalog, access.HookCreated); err != nil {
			return err
		}
		_, err = tx.Exec(insertSubscription, c.Org, sub.ID, sub.projectID, sub.EventType, sub.ResourceVersion, publisher, consumer,
			string(sub.Status), base, tx.Now(), c.User.ID, sub.from)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.changed.Add(1)
	return sub.shown(), nil
}

// Replace gives a subscription other contents. What is on its way is delivered by the new ones; being enabled again it
// is told of what happens from then on.
func (s *Service) Replace(ctx context.Context, c *access.Caller, id uuid.UUID, base string, d Draft) (sub *Subscription, err error) {
	err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
		previous, catalog, err := s.editable(tx, c, id)
		if err != nil {
			return err
		}
		if sub, err = s.check(c, catalog, d, previous); err != nil {
			return err
		}
		sub.ID, sub.base, sub.from = id, base, previous.from
		sub.CreatedAt, sub.CreatedBy, sub.ModifiedAt, sub.ModifiedBy = previous.CreatedAt, previous.CreatedBy, tx.Now(), c.User
		if !previous.active() && sub.active() {
			if sub.from, _, err = tx.Head(c.Org); err != nil {
				return err
			}
		}
		publisher, consumer, err := s.encode(sub)
		if err != nil {
			return err
		}
		if err := sub.audit(tx, c, catalog, access.HookUpdated); err != nil {
			return err
		}
		_, err = tx.Exec(updateSubscription, c.Org, id, sub.projectID, sub.EventType, sub.ResourceVersion, publisher, consumer,
			string(sub.Status), base, tx.Now(), c.User.ID, sub.from)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.changed.Add(1)
	s.reconsider(c.Org, id)
	return sub.shown(), nil
}

// Delete ends a subscription, with all that was queued for it and its history.
func (s *Service) Delete(ctx context.Context, c *access.Caller, id uuid.UUID) error {
	err := s.config.DB.Update(ctx, func(tx *db.Tx) error {
		gone, catalog, err := s.editable(tx, c, id)
		if err != nil {
			return err
		}
		if err := gone.audit(tx, c, catalog, access.HookDeleted); err != nil {
			return err
		}
		if _, err := tx.Exec(deleteNotifications, c.Org, id); err != nil {
			return err
		}
		_, err = tx.Exec(deleteSubscription, c.Org, id)
		return err
	})
	if err == nil {
		s.changed.Add(1)
		s.reconsider(c.Org, id)
	}
	return err
}

// audit records what becomes of the subscription; where it tells is part of that, its secrets are not.
func (s *Subscription) audit(tx *db.Tx, c *access.Caller, catalog *project.Catalog, action access.AuditAction) error {
	data := map[string]any{"SubscriptionId": s.ID.String(), "EventType": s.EventType, "Url": origin(s.ConsumerInputs["url"]), "Status": string(s.Status)}
	if p := catalog.Project(s.projectID); p != nil {
		return access.Audit(tx, c, p.Audited(action, data))
	}
	return access.Audit(tx, c, access.Event{Action: action, Data: data})
}

// editable reads a subscription that the caller may edit, with its secrets. To all others it does not exist.
func (s *Service) editable(tx *db.Tx, c *access.Caller, id uuid.UUID) (*Subscription, *project.Catalog, error) {
	catalog, err := s.config.Projects.Catalog(tx, c.Org)
	if err != nil {
		return nil, nil, err
	}
	all, err := s.read(tx, c.Org, selectSubscription, c.Org, id)
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 || permit(c, all[0].projectID) != nil {
		return nil, nil, fault.SubscriptionNotFound(id.String())
	}
	return all[0], catalog, nil
}

// Subscription reads one that the caller may edit.
func (s *Service) Subscription(ctx context.Context, c *access.Caller, id uuid.UUID) (sub *Subscription, err error) {
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		sub, _, err = s.editable(tx, c, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return sub.shown(), nil
}

// Subscriptions lists those the caller may edit, oldest first.
func (s *Service) Subscriptions(ctx context.Context, c *access.Caller) (all []*Subscription, err error) {
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		all, err = s.read(tx, c.Org, selectSubscriptions, c.Org)
		return err
	})
	all = slices.DeleteFunc(all, func(sub *Subscription) bool { return permit(c, sub.projectID) != nil })
	for i, sub := range all {
		all[i] = sub.shown()
	}
	return all, err
}

// shown is a copy without secrets.
func (s *Subscription) shown() *Subscription {
	c := *s
	c.ConsumerInputs, c.PublisherInputs = masked(s.ConsumerInputs), maps.Clone(s.PublisherInputs)
	return &c
}

func (s *Service) encode(sub *Subscription) (publisher, consumer string, err error) {
	sealed, err := s.seal(sub.ID.String(), sub.ConsumerInputs)
	if err != nil {
		return "", "", err
	}
	a, err := json.Marshal(sub.PublisherInputs)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(sealed)
	return string(a), string(b), err
}

// read reads subscriptions with their secrets. Those of projects that are gone are left out.
func (s *Service) read(tx *db.Tx, org int64, statement *db.Stmt, args ...any) ([]*Subscription, error) {
	catalog, err := s.config.Projects.Catalog(tx, org)
	if err != nil {
		return nil, err
	}
	people, err := s.config.Access.Directory(tx, org)
	if err != nil {
		return nil, err
	}
	all, err := db.Collect(tx, statement, args, func(r *db.Rows) (*Subscription, error) {
		sub := &Subscription{Org: org, PublisherInputs: map[string]string{}, ConsumerInputs: map[string]string{}}
		var publisher, consumer, status string
		var createdBy int64
		err := r.Scan(&sub.ID, &sub.projectID, &sub.EventType, &sub.ResourceVersion, &publisher, &consumer, &status, &sub.base,
			&sub.CreatedAt, &createdBy, &sub.ModifiedAt, &sub.author, &sub.from, &sub.failingSince,
			&sub.holder, &sub.heldUntil)
		if err != nil {
			return nil, err
		}
		sub.Status, sub.Project = Status(status), catalog.Project(sub.projectID)
		sub.CreatedBy, sub.ModifiedBy = people.User(createdBy), people.User(sub.author)
		if err := errors.Join(json.Unmarshal([]byte(publisher), &sub.PublisherInputs), json.Unmarshal([]byte(consumer), &sub.ConsumerInputs)); err != nil {
			return nil, err
		}
		sub.unsealed = s.unseal(sub.ID.String(), sub.ConsumerInputs)
		return sub, nil
	})
	return slices.DeleteFunc(all, func(sub *Subscription) bool { return sub.projectID != 0 && sub.Project == nil }), err
}
