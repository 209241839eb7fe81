package hooks

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// Two servers on one database send everything once and in order, however slow a receiver is and whichever of them stored
// what happened.
func TestTwoServers(t *testing.T) {
	config := dbtest.New(t, "postgres").Config(t)
	x := newFixtureOn(t, dbtest.OpenConfig(t, config))
	y := x.process(t, config)
	brief := func(c *Config) { c.Hold = 2 * time.Second }
	first, second := x.service(brief), y.service(brief)
	q := sender{org: x.org}
	receiver := newReceiver(t, func(n int, _ http.ResponseWriter) bool {
		if n == 0 { // longer than a claim lasts that nobody renews
			for range 100 {
				<-time.After(50 * time.Millisecond)
				first.wake(q.org, q.subscription)
				second.wake(q.org, q.subscription)
			}
		}
		return true
	})
	q.subscription = x.subscribe(t, first, x.ada, draft("workitem.updated", receiver.URL))
	id := x.create(t, "Agile", "Task")
	var want []string
	update := func() {
		by := []*fixture{x, y}[len(want)%2]
		by.update(t, id, "System.Title", fmt.Sprint(len(want)))
		want = append(want, fmt.Sprintf("workitem.updated %d.%d", id, len(want)+2))
	}
	for range 150 {
		update()
	}
	run(t, first)
	run(t, second)
	for range 50 {
		update()
		receiver.wait(t, 1)
	}
	receiver.wait(t, len(want)-50)
	eventually(t, "everything is recorded", func() bool {
		n, err := first.Notification(t.Context(), x.ada, q.subscription, int64(len(want)))
		return err == nil && n.Status == Completed
	})
	receiver.Close() // whatever was sent twice has arrived
	if diff := cmp.Diff(want, receiver.whats()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a server leaves behind that is killed is sent by another once its claim has run out, and not before.
func TestClaimExpires(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		killed := x.service(func(c *Config) { c.Hold = 3 * time.Second })
		receiver := newReceiver(t, nil)
		q := sender{x.org, x.subscribe(t, killed, x.ada, draft("workitem.created", receiver.URL))}
		claimed := time.Now()
		if ours, err := killed.take(t.Context(), q); err != nil || !ours {
			t.Fatal(ours, err)
		}
		s := x.service(nil)
		if ours, err := s.take(t.Context(), q); err != nil || ours {
			t.Fatalf("two have it: %v, %v", ours, err)
		}
		run(t, s)
		x.create(t, "Agile", "Task")
		receiver.wait(t, 1)
		if waited := time.Since(claimed); waited < 3*time.Second {
			t.Errorf("it was sent after %s", waited)
		}
	})
}

// While nobody may try because a receiver fails, changing the subscription lets it be tried at once, also by a server that
// knew nothing of the failure.
func TestChangeEndsPause(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		patient := func(c *Config) { c.Pause = func(int64) time.Duration { return time.Hour } }
		first := x.service(patient)
		stop := run(t, first)
		good := false
		receiver := newReceiver(t, func(_ int, w http.ResponseWriter) bool {
			if !good {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return good
		})
		d := draft("workitem.created", receiver.URL)
		id := x.subscribe(t, first, x.ada, d)
		x.create(t, "Agile", "Task")
		eventually(t, "an attempt", func() bool {
			n, err := first.Notification(t.Context(), x.ada, id, 1)
			return err == nil && n.Attempts > 0
		})
		stop()
		good = true
		second := x.service(patient)
		run(t, second)
		var until time.Time
		err := x.db.View(t.Context(), func(tx *db.Tx) error {
			return tx.Row(db.SQL("test.heldUntil", `SELECT held_until FROM hook_subscriptions`), nil, &until)
		})
		if err != nil || time.Until(until) < 50*time.Minute {
			t.Errorf("nobody waits: until %s, %v", until, err)
		}
		if _, err := second.Replace(t.Context(), x.ada, id, "http://here/test", d); err != nil {
			t.Fatal(err)
		}
		receiver.wait(t, 1)
	})
}
