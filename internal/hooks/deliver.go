package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

const (
	grace       = 3 * time.Second // what is being sent has to finish when the program stops
	longestWait = time.Hour       // that a receiver may ask for
	probation   = 3               // failed attempts in a row after which a subscription is on probation
	kept        = 1000            // notifications of a subscription that are remembered after they are done
	excerpt     = 4 << 10         // bytes of an answer that are remembered

	// What came of notifications is recorded together, after so many or so long: a commit for each would take longer than
	// sending it. As much is sent again when the program is killed.
	part     = 100
	partTime = 100 * time.Millisecond
	partSize = 4 << 20 // bytes that are read at once, and one notification
)

// sender names the queue of a subscription. Each is emptied by a goroutine of its own, in order, one at a time: a slow
// receiver holds up nobody else, and none is told of things in another order than that in which they happened.
type sender struct {
	org          int64
	subscription uuid.UUID
}

// signal is how others reach a running sender.
type signal struct {
	again bool          // the queue grew; guarded by Service.mu
	hurry chan struct{} // the subscription changed: do not wait any longer
}

// wakeAll starts the senders of an organization that have something in their queues: what was left when the program ended,
// and what another process leaves.
func (s *Service) wakeAll(tx *db.Tx, org int64) error {
	queues, err := db.Collect(tx, selectQueues, []any{org}, func(r *db.Rows) (q sender, err error) {
		return q, r.Scan(&q.org, &q.subscription)
	})
	for _, q := range queues {
		s.wake(q.org, q.subscription)
	}
	return err
}

// wake makes sure that a queue is looked at.
func (s *Service) wake(org int64, subscription uuid.UUID) *signal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil || s.ctx.Err() != nil {
		return nil
	}
	q := sender{org, subscription}
	if at := s.senders[q]; at != nil {
		at.again = true
		return at
	}
	at := &signal{hurry: make(chan struct{}, 1)}
	s.senders[q] = at
	ctx := s.ctx
	s.running.Go(func() { s.send(ctx, q, at) })
	return at
}

// reconsider makes a sender look at its subscription, which has changed, at once.
func (s *Service) reconsider(org int64, subscription uuid.UUID) {
	if at := s.wake(org, subscription); at != nil {
		select {
		case at.hurry <- struct{}{}:
		default:
		}
	}
}

// send empties a queue.
func (s *Service) send(ctx context.Context, q sender, at *signal) {
	for ctx.Err() == nil {
		wait, err := s.deliver(ctx, q)
		if err != nil && ctx.Err() == nil {
			s.config.Log.Error("delivering a notification failed", "organization_id", q.org, "subscription_id", q.subscription.String(), "error", err)
			wait = pollInterval
		}
		if wait == 0 {
			continue
		}
		if wait < 0 { // nothing to do
			s.mu.Lock()
			if !at.again {
				delete(s.senders, q)
				s.mu.Unlock()
				return
			}
			at.again = false
			s.mu.Unlock()
			continue
		}
		select {
		case <-time.After(wait):
		case <-at.hurry:
		case <-ctx.Done():
		}
	}
	if err := s.config.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error { return s.release(tx, q, tx.Now()) }); err != nil {
		s.config.Log.Warn("letting go of a queue of notifications failed", "organization_id", q.org, "subscription_id", q.subscription.String(), "error", err)
	}
}

// deliver tries what comes first in a queue. It returns how long to wait for the next attempt, less than nothing when there
// is none to make here.
func (s *Service) deliver(ctx context.Context, q sender) (wait time.Duration, err error) {
	var sub *Subscription
	var list, visible []*Notification
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		sub, list = nil, nil
		all, err := s.read(tx, q.org, selectSubscription, q.org, q.subscription)
		if err != nil || len(all) == 0 || !all[0].active() {
			return err
		}
		c, err := s.config.Access.CallerOf(tx, q.org, all[0].author)
		if err != nil || c == nil || all[0].projectID != 0 && !c.CanRead(all[0].projectID) {
			return err // judged when the next change is matched
		}
		sub = all[0]
		if wait = sub.heldUntil.Sub(tx.Now()); sub.holder != s.holder && wait > 0 {
			return nil
		}
		if list, err = readPart(tx, q); err != nil {
			return err
		}
		visible, err = s.seen(tx, c, slices.Clone(list))
		return err
	})
	switch {
	case err != nil || sub == nil:
		return -1, err
	case sub.holder == "" && wait > 0:
		return wait, nil
	case len(list) == 0:
		return -1, nil
	case sub.holder != s.holder || wait <= 0:
		if ours, err := s.take(ctx, q); err != nil || !ours {
			return -1, err
		}
		return 0, nil // what was read may have been sent meanwhile
	}
	return s.deliverPart(ctx, q, sub, list, visible)
}

// readPart reads what comes first in a queue.
func readPart(tx *db.Tx, q sender) (list []*Notification, err error) {
	rows, err := tx.Query(selectNext, q.org, q.subscription, part)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for size := 0; size < partSize && rows.Next(); {
		n, err := scanNotification(rows)
		if err != nil {
			return nil, err
		}
		list, size = append(list, n), size+len(n.Event)
	}
	return list, rows.Err()
}

// deliverPart sends notifications until one fails or it is time to record what came of them.
func (s *Service) deliverPart(ctx context.Context, q sender, sub *Subscription, list, visible []*Notification) (wait time.Duration, err error) {
	began := time.Now()
	stop := s.keep(ctx, q)
	var done []attempted
	for _, n := range list {
		a := attempted{outcome: filtered}
		if slices.Contains(visible, n) {
			a = s.attempt(ctx, sub, n)
		}
		if a.outcome == aborted {
			break
		}
		a.of = n
		done = append(done, a)
		if a.outcome > filtered || time.Since(began) > partTime || ctx.Err() != nil {
			break
		}
	}
	stop()
	return s.record(ctx, q, sub, done)
}

// outcome is what came of an attempt.
type outcome int

const (
	succeeded outcome = iota
	filtered          // not sent, for the subscriber does not see the work item any more
	again             // worth trying again
	refused           // the receiver wants this one never
	gone              // the receiver wants nothing any more
	aborted           // the program stops
)

// attempted is an attempt to deliver.
type attempted struct {
	of                *Notification
	outcome           outcome
	request, response string
	problem           string
	after             time.Duration // the receiver asked for this pause
	began             time.Time
	took              time.Duration
}

// attempt sends a notification once.
func (s *Service) attempt(ctx context.Context, sub *Subscription, n *Notification) (a attempted) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(s.stopping(), func() { time.AfterFunc(grace, cancel) })
	defer stop()
	a.began = time.Now()
	defer func() { a.took = time.Since(a.began) }()
	if sub.unsealed != nil {
		a.outcome, a.problem = again, sub.unsealed.Error()
		return a
	}
	body := fmt.Appendf(nil, `{"subscriptionId":"%s","notificationId":%d,%s`, sub.ID, n.ID, strings.TrimPrefix(n.Event, "{"))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.ConsumerInputs[inputURL], bytes.NewReader(body))
	if err != nil {
		a.outcome, a.problem = refused, "the URL cannot be called"
		return a
	}
	headers, err := parseHeaders(sub.ConsumerInputs[inputHeaders])
	if err != nil {
		a.outcome, a.problem = refused, err.Error()
		return a
	}
	r.Header = headers
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if r.Header.Get("User-Agent") == "" {
		r.Header.Set("User-Agent", "Boardwalk")
	}
	a.request = shownRequest(r, headers)
	if user, password := sub.ConsumerInputs[inputUser], sub.ConsumerInputs[inputPassword]; user != "" || password != "" {
		r.SetBasicAuth(user, password)
	}
	client := s.strict
	if sub.ConsumerInputs[inputUntrusted] == "true" {
		client = s.trusting
	}
	answer, err := client.Do(r)
	if err != nil {
		a.outcome = again
		switch {
		case ctx.Err() != nil:
			a.outcome = aborted
		case errors.Is(err, errPrivate):
			a.outcome, a.problem = refused, errPrivate.Error()
		default:
			if of, ok := errors.AsType[*url.Error](err); ok {
				err = of.Err // without the address, which may hold secrets
			}
			a.problem = err.Error()
		}
		return a
	}
	defer func() { _ = answer.Body.Close() }() // it is read as far as it is wanted
	said, _ := io.ReadAll(io.LimitReader(answer.Body, excerpt))
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection can be used again
	a.response = fmt.Sprintf("Status Code: %d\nReason Phrase: %s\n\n%s", answer.StatusCode, http.StatusText(answer.StatusCode), strings.ToValidUTF8(strings.ReplaceAll(string(said), "\x00", ""), "?"))
	a.outcome = judged(answer.StatusCode)
	if a.outcome != succeeded {
		a.problem = fmt.Sprintf("%s (%d)", http.StatusText(answer.StatusCode), answer.StatusCode)
	}
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		a.after = min(time.Duration(seconds)*time.Second, longestWait)
	}
	return a
}

// stopping is the context of Run, also for tests of a subscription that come before or after it.
func (s *Service) stopping() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx == nil {
		return context.Background()
	}
	return s.ctx
}

func judged(status int) outcome {
	switch {
	case status >= 200 && status < 300:
		return succeeded
	case status == http.StatusGone:
		return gone
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
		return again
	}
	return refused
}

// shownRequest is a request as the history shows it: the values of the subscription's own headers may be secrets.
func shownRequest(r *http.Request, own http.Header) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Method: POST\nURI: %s\nHTTP Version: 1.1\nHeaders:\n{\n", r.URL)
	for _, name := range slices.Sorted(maps.Keys(own)) {
		value := Mask
		if name == "Content-Type" || name == "User-Agent" {
			value = own.Get(name)
		}
		fmt.Fprintf(&b, "  %s: %s\n", name, value)
	}
	return b.String() + "}"
}

// record stores what came of attempts, in the notifications and in the subscription: all but the last succeeded. It lets go
// of the queue when nothing is left to do now.
func (s *Service) record(ctx context.Context, q sender, sub *Subscription, done []attempted) (wait time.Duration, err error) {
	status, since := sub.Status, sub.failingSince
	ours, idle := false, false
	err = s.config.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		status, since, wait = sub.Status, sub.failingSince, 0
		if ours, err = s.claim(tx, q); err != nil || !ours {
			return err
		}
		now := tx.Now()
		var rows [][]any
		for _, a := range done {
			n := *a.of
			n.Attempts++
			n.Status, n.Result, n.CompletedAt = Completed, Succeeded, &now
			tried := &a.began
			switch a.outcome {
			case succeeded:
				status, since = Enabled, nil
			case filtered:
				n.Attempts--
				n.Result, tried = Filtered, n.TriedAt
				a.took, a.request, a.response = n.Took, n.Request, n.Response
				a.problem = "the subscriber does not see the work item any more"
			default:
				n.Result = Failed
				if a.outcome == again {
					n.Status, n.Result, n.CompletedAt = Queued, Pending, nil
					wait = max(s.config.Pause(n.Attempts), a.after)
				}
				if since == nil {
					since = &now
				}
				if a.outcome == refused || n.Attempts >= probation {
					status = OnProbation
				}
				if a.outcome == gone || now.Sub(*since) >= s.config.Enduring {
					status, wait = DisabledBySystem, 0
				}
			}
			rows = append(rows, []any{q.org, q.subscription, n.ID, n.Status, n.Result, n.Attempts, now, tried, n.CompletedAt,
				a.took.Microseconds(), a.request, a.response, a.problem})
		}
		if err := tx.ExecMany(updateNotification, rows); err != nil {
			return err
		}
		for _, a := range done {
			if a.of.ID%100 == 0 {
				if _, err := tx.Exec(forgetNotifications, q.org, q.subscription, a.of.ID-kept); err != nil {
					return err
				}
			}
		}
		if status != sub.Status || (since == nil) != (sub.failingSince == nil) {
			if _, err := tx.Exec(judgeSubscription, q.org, q.subscription, string(status), since); err != nil {
				return err
			}
		}
		// Looked at here, nothing can be queued by another process between this and letting go.
		var next int64
		err := tx.Row(selectQueued, []any{q.org, q.subscription}, &next)
		idle = errors.Is(err, db.ErrNotFound)
		if err != nil && !idle {
			return err
		}
		if idle || wait > 0 || status == DisabledBySystem {
			return s.release(tx, q, now.Add(wait))
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if ours && status != sub.Status {
		s.config.Log.Info("the state of a subscription changed", "organization_id", q.org, "subscription_id", q.subscription.String(), "status", string(status))
		s.changed.Add(1)
	}
	if idle || !ours {
		return -1, nil
	}
	return wait, nil
}

// judge gives a subscription a state by itself.
func (s *Service) judge(ctx context.Context, sub *Subscription, status Status, since *time.Time) error {
	err := s.config.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(judgeSubscription, sub.Org, sub.ID, string(status), since)
		return err
	})
	if err == nil {
		s.changed.Add(1)
	}
	return err
}
