package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// position is how far this process has followed the feed of an organization. What is stored may lie behind it: changes
// that nobody wanted to know of are looked at again after a restart.
type position struct {
	stored  int64
	reached int64
	subs    []*Subscription // those being served, as of the count of changes
	changes int64
	read    time.Time
}

const (
	pollInterval = time.Second     // for changes and subscriptions of other processes
	keepInterval = 5 * time.Second // how long subscriptions are believed to be the same
	stretch      = 200             // changes looked at together
	saveDistance = 5000            // changes without notifications after which the position is stored
)

// errOvertaken says that another process has queued the same changes.
var errOvertaken = errors.New("another process follows the feed")

// Run queues and delivers notifications until ctx ends; what is being sent then has a moment to finish. It is called
// once.
func (s *Service) Run(ctx context.Context) error {
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.ctx = nil // nothing is woken any more
		s.mu.Unlock()
		s.running.Wait()
	}()
	for {
		committed, changes := s.config.DB.Committed(), s.changed.Load()
		organizations, err := s.config.Projects.Organizations(ctx)
		if err != nil && ctx.Err() == nil {
			s.config.Log.Error("listing organizations failed", "error", err)
		}
		for _, o := range organizations {
			for more := true; more && ctx.Err() == nil; {
				if more, err = s.follow(ctx, o); err != nil && ctx.Err() == nil {
					s.config.Log.Error("queuing notifications failed", "organization_id", o.ID, "error", err)
					more = false
				}
			}
		}
		if s.changed.Load() != changes {
			continue
		}
		select {
		case <-committed:
		case <-time.After(pollInterval):
		case <-ctx.Done():
			return nil
		}
	}
}

// follow queues what the next stretch of an organization's feed has for its subscriptions.
func (s *Service) follow(ctx context.Context, o *project.Organization) (more bool, err error) {
	at, changes := s.positions[o.ID], s.changed.Load()
	var list []db.Change
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		if at.changes != changes || time.Since(at.read) > keepInterval {
			if at.subs, err = s.served(tx, o.ID); err != nil {
				return err
			}
			if at.stored, err = storedPosition(tx, o.ID); err != nil {
				return err
			}
			if err := s.wakeAll(tx, o.ID); err != nil {
				return err
			}
			at.changes, at.read = changes, time.Now()
		}
		if len(at.subs) == 0 {
			return nil
		}
		from := at.subs[0].from
		for _, sub := range at.subs {
			from = min(from, sub.from)
		}
		at.reached = max(at.reached, at.stored, from)
		list, err = tx.Changes(o.ID, at.reached, stretch)
		return err
	})
	s.positions[o.ID] = at
	if err != nil || len(list) == 0 {
		return false, err
	}
	if len(list) == stretch {
		list, more = whole(list), true
	}
	notes, err := s.match(ctx, o, at.subs, list)
	if err != nil {
		return false, err
	}
	last := list[len(list)-1].Position
	if len(notes) > 0 || last-at.stored >= saveDistance {
		if err := s.enqueue(ctx, o.ID, at.stored, last, notes); errors.Is(err, errOvertaken) {
			at.changes = -1 // read the position again
			s.positions[o.ID] = at
			return false, nil
		} else if err != nil {
			return false, err
		}
		at.stored = last
	}
	at.reached = last
	s.positions[o.ID] = at
	return more, nil
}

// whole cuts the last transaction off a stretch that may hold a part of it only.
func whole(list []db.Change) []db.Change {
	for n := len(list) - 1; n > 0; n-- {
		if !list[n-1].At.Equal(list[n].At) {
			return list[:n]
		}
	}
	return list
}

// served reads the subscriptions that are to be told of changes.
func (s *Service) served(tx *db.Tx, org int64) (active []*Subscription, err error) {
	all, err := s.read(tx, org, selectSubscriptions, org)
	for _, sub := range all {
		if sub.active() {
			active = append(active, sub)
		}
	}
	return active, err
}

func storedPosition(tx *db.Tx, org int64) (at int64, err error) {
	if err = tx.Row(selectPosition, []any{org}, &at); errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return at, err
}

// note is a notification to be queued.
type note struct {
	sub   *Subscription
	event uuid.UUID
	item  int64
	areas []int64
	body  []byte
}

// match finds out what subscriptions are to be told, each as its author can read it.
func (s *Service) match(ctx context.Context, o *project.Organization, subs []*Subscription, list []db.Change) (notes []note, err error) {
	told := map[int64][]work.Event{}
	for _, sub := range subs {
		events, known := told[sub.author]
		if !known {
			var c *access.Caller
			err := s.config.DB.View(ctx, func(tx *db.Tx) (err error) {
				c, err = s.config.Access.CallerOf(tx, o.ID, sub.author)
				return err
			})
			if err != nil {
				return nil, err
			}
			if c != nil {
				if events, err = s.config.Items.Events(ctx, c, list); err != nil {
					return nil, err
				}
			} else if err := s.judge(ctx, sub, DisabledByInactiveIdentity, sub.failingSince); err != nil {
				return nil, err
			}
			told[sub.author] = events
		}
		for _, e := range events {
			if e.Position <= sub.from || !sub.wants(&e) {
				continue
			}
			id := uuid.NewSHA1(sub.ID, fmt.Appendf(nil, "%d %d %s", e.Position, e.Item.ID, e.Kind))
			body, err := s.config.Event(Occurrence{ID: id, Base: sub.base, Organization: o, Event: &e,
				Details: sub.ConsumerInputs[inputDetails], Messages: sub.ConsumerInputs[inputMessages], DetailedMessages: sub.ConsumerInputs[inputDetailedMs]})
			if err != nil {
				return nil, fmt.Errorf("describe an event of work item %d: %w", e.Item.ID, err)
			}
			notes = append(notes, note{sub, id, e.Item.ID, e.Areas, body})
		}
	}
	return notes, nil
}

// enqueue stores notifications together with the position they were found at.
func (s *Service) enqueue(ctx context.Context, org, from, to int64, notes []note) error {
	err := s.config.DB.Update(ctx, func(tx *db.Tx) error {
		now, err := storedPosition(tx, org)
		if err != nil {
			return err
		}
		if now != from {
			return errOvertaken
		}
		if _, err := tx.Exec(setPosition, org, to); err != nil {
			return err
		}
		numbers := map[*Subscription]int64{}
		for _, n := range notes {
			numbers[n.sub]++
		}
		for sub, count := range numbers {
			var last int64
			err := tx.Row(countNotifications, []any{org, sub.ID, count}, &last)
			if errors.Is(err, db.ErrNotFound) { // deleted or disabled meanwhile
				delete(numbers, sub)
				continue
			}
			if err != nil {
				return err
			}
			numbers[sub] = last - count
		}
		var rows [][]any
		for _, n := range notes {
			if _, ok := numbers[n.sub]; !ok {
				continue
			}
			areas, err := json.Marshal(n.areas)
			if err != nil {
				return err
			}
			numbers[n.sub]++
			rows = append(rows, []any{org, n.sub.ID, numbers[n.sub], n.event, string(n.body), tx.Now(), n.item, string(areas)})
		}
		return tx.ExecMany(insertNotification, rows)
	})
	if err != nil {
		return err
	}
	for _, n := range notes {
		s.wake(org, n.sub.ID)
	}
	return nil
}

// wants reports whether a subscription is to be told of an event.
func (s *Subscription) wants(e *work.Event) bool {
	in := s.PublisherInputs
	text := func(id project.FieldID) string {
		v, _ := e.Item.Value(id).(string)
		return v
	}
	switch {
	case string(e.Kind) != s.EventType,
		s.projectID != 0 && e.Item.Project.ID != s.projectID,
		in[inputArea] != "" && !under(text(project.FieldAreaPath), in[inputArea]),
		in[inputType] != "" && !strings.EqualFold(e.Item.Type, in[inputType]),
		in[inputTag] != "" && !listed(text(project.FieldTags), ";", in[inputTag]),
		in[inputLinks] == "true" && len(e.Update.Added)+len(e.Update.Removed) == 0,
		in[inputPattern] != "" && !strings.Contains(strings.ToLower(text(project.FieldHistory)), strings.ToLower(in[inputPattern])):
		return false
	}
	if in[inputFields] == "" {
		return true
	}
	for _, f := range e.Update.Fields {
		if listed(in[inputFields], ",", f.Field.ReferenceName) || listed(in[inputFields], ",", f.Field.Name) {
			return true
		}
	}
	return false
}

// under reports whether a path is that of an area or lies below it.
func under(path, area string) bool {
	path, area = strings.ToLower(path)+`\`, strings.Trim(strings.ToLower(strings.ReplaceAll(area, "/", `\`)), `\`)+`\`
	return strings.HasPrefix(path, area)
}

// listed reports whether a list holds a word.
func listed(list, separator, word string) bool {
	for at := range strings.SplitSeq(list, separator) {
		if strings.EqualFold(strings.TrimSpace(at), strings.TrimSpace(word)) {
			return true
		}
	}
	return false
}
