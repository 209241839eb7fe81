package hooks

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// Each subscription gets what its inputs ask for, in the order in which it happened, and what its creator can read.
func TestFilters(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(nil)
		run(t, s)
		task := x.create(t, "Agile", "Task") // before anybody asked
		agile := "projectId"
		cases := []struct {
			who   *access.Caller
			event string
			in    []string
			want  []string
		}{
			{x.ada, "workitem.created", nil, []string{"2.1", "3.1"}},
			{x.bob, "workitem.created", []string{agile, "Agile"}, []string{"2.1"}},
			{x.ada, "workitem.created", []string{"workItemType", "bug"}, []string{"2.1"}},
			{x.ada, "workitem.created", []string{"areaPath", `agile\web`}, []string{"2.1"}},
			{x.ada, "workitem.updated", nil, []string{"1.2", "1.3", "2.2", "3.2"}},
			{x.ada, "workitem.updated", []string{agile, "Scrum"}, []string{"3.2"}},
			{x.ada, "workitem.updated", []string{"changedFields", "System.State"}, []string{"1.3"}},
			{x.ada, "workitem.updated", []string{"changedFields", "System.Title,System.State"}, []string{"1.3", "2.2"}},
			{x.ada, "workitem.updated", []string{"tag", "Blue"}, []string{"1.2", "1.3"}},
			{x.ada, "workitem.updated", []string{"linksChanged", "true"}, nil},
			{x.ada, "workitem.commented", nil, []string{"1.2", "3.2"}},
			{x.ada, "workitem.commented", []string{"commentPattern", "HELLO"}, []string{"3.2"}},
			{x.ada, "workitem.deleted", nil, []string{"1.4"}},
			{x.ada, "workitem.restored", nil, []string{"1.5"}},
		}
		receivers := make([]*receiver, len(cases))
		for i, c := range cases {
			receivers[i] = newReceiver(t, nil)
			x.subscribe(t, s, c.who, draft(c.event, receivers[i].URL, c.in...))
		}
		bug := x.create(t, "Agile", "Bug", "System.AreaPath", `Agile\Web`)
		scrum := x.create(t, "Scrum", "Task")
		x.update(t, task, "System.Tags", "blue; green", "System.History", "first")
		x.update(t, task, "System.State", "Active")
		x.update(t, bug, "System.Title", "other")
		x.update(t, scrum, "System.History", "well, hello there")
		if _, err := x.items.Delete(t.Context(), x.ada, "", task); err != nil {
			t.Fatal(err)
		}
		if _, err := x.items.Restore(t.Context(), x.ada, "", task); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the last event", func() bool { return len(receivers[len(receivers)-1].all()) > 0 })
		for i, c := range cases {
			var want []string
			for _, w := range c.want {
				want = append(want, c.event+" "+w)
			}
			if diff := cmp.Diff(want, receivers[i].wait(t, len(want))); diff != "" {
				t.Errorf("%s %v (-want +got):\n%s", c.event, c.in, diff)
			}
		}
	})
}

// A receiver that fails for a while misses nothing, and hears everything in order; others do not wait for it.
func TestRetry(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(nil)
		run(t, s)
		failures := []int{500, 503, 429, 408, 500}
		failing := newReceiver(t, func(n int, w http.ResponseWriter) bool {
			if n < len(failures) {
				w.WriteHeader(failures[n])
				return false
			}
			return true
		})
		hold := make(chan struct{})
		slow := newReceiver(t, func(int, http.ResponseWriter) bool { <-hold; return true })
		picky := newReceiver(t, func(n int, w http.ResponseWriter) bool {
			if n == 0 {
				w.WriteHeader(http.StatusBadRequest)
				return false
			}
			return true
		})
		good := newReceiver(t, nil)
		failed := x.subscribe(t, s, x.ada, draft("workitem.updated", failing.URL))
		x.subscribe(t, s, x.ada, draft("workitem.updated", slow.URL))
		choosy := x.subscribe(t, s, x.ada, draft("workitem.updated", picky.URL))
		x.subscribe(t, s, x.ada, draft("workitem.updated", good.URL))
		id := x.create(t, "Agile", "Task")
		var want []string
		for i := range 20 {
			x.update(t, id, "System.Title", fmt.Sprint(i))
			want = append(want, fmt.Sprintf("workitem.updated %d.%d", id, i+2))
		}
		for _, r := range []*receiver{good, failing} {
			if diff := cmp.Diff(want, r.wait(t, len(want))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		if diff := cmp.Diff(want[1:], picky.wait(t, len(want)-1)); diff != "" {
			t.Errorf("what is refused is not repeated (-want +got):\n%s", diff)
		}
		if got := slow.all(); len(got) != 0 {
			t.Errorf("the slow one took %d", len(got))
		}
		close(hold)
		slow.wait(t, len(want))
		eventually(t, "the first is recorded", func() bool {
			n, err := s.Notification(t.Context(), x.ada, failed, 20)
			return err == nil && n.Status == Completed
		})
		n, err := s.Notification(t.Context(), x.ada, failed, 1)
		if err != nil || n.Attempts != int64(len(failures))+1 || n.Result != Succeeded || !strings.HasPrefix(n.Response, "Status Code: 200") {
			t.Errorf("%+v %v", n, err)
		}
		all, err := s.Notifications(t.Context(), x.ada, choosy, Filter{Result: Failed, Most: 10})
		if err != nil || len(all) != 1 || all[0].ID != 1 || all[0].Attempts != 1 || all[0].Problem != "Bad Request (400)" {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// Whatever is stored while no service runs, or queued by one that ended, is delivered by the next.
func TestRestart(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		first := x.service(nil)
		stop := run(t, first)
		open := false
		r := newReceiver(t, func(_ int, w http.ResponseWriter) bool {
			if !open {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return open
		})
		id := x.subscribe(t, first, x.ada, draft("workitem.created", r.URL))
		x.create(t, "Agile", "Task")
		eventually(t, "an attempt", func() bool {
			n, err := first.Notification(t.Context(), x.ada, id, 1)
			return err == nil && n.Attempts > 0
		})
		stop()
		x.create(t, "Agile", "Task")
		open = true
		run(t, x.service(nil))
		x.create(t, "Agile", "Task")
		if diff := cmp.Diff([]string{"workitem.created 1.1", "workitem.created 2.1", "workitem.created 3.1"}, r.wait(t, 3)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for i, d := range r.all() {
			if d.Number != int64(i+1) || d.Subscription != id.String() {
				t.Errorf("%+v", d)
			}
		}
	})
}

// A receiver that is gone, or has failed for long, is given up; being enabled again it hears of what happens then.
func TestGivenUp(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(func(c *Config) { c.Enduring = time.Nanosecond })
		run(t, s)
		status := http.StatusGone
		r := newReceiver(t, func(_ int, w http.ResponseWriter) bool {
			w.WriteHeader(status)
			return status == http.StatusOK
		})
		for _, status = range []int{http.StatusGone, http.StatusInternalServerError} {
			d := draft("workitem.created", r.URL)
			id := x.subscribe(t, s, x.ada, d)
			x.create(t, "Agile", "Task")
			eventually(t, "the end", func() bool {
				sub, err := s.Subscription(t.Context(), x.ada, id)
				return err == nil && sub.Status == DisabledBySystem
			})
			missed := x.create(t, "Agile", "Task")
			status = http.StatusOK
			if _, err := s.Replace(t.Context(), x.ada, id, "http://here/test", d); err != nil {
				t.Fatal(err)
			}
			heard := x.create(t, "Agile", "Task")
			eventually(t, "the next event", func() bool { return slices.Contains(r.whats(), fmt.Sprintf("workitem.created %d.1", heard)) })
			if slices.Contains(r.whats(), fmt.Sprintf("workitem.created %d.1", missed)) {
				t.Error("it heard of what happened while it was disabled")
			}
			if err := s.Delete(t.Context(), x.ada, id); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Secrets are sent, and shown to nobody; written back masked they stay. In the database they cannot be read.
func TestSecrets(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(nil)
		run(t, s)
		r := newReceiver(t, nil)
		d := draft("workitem.created", r.URL)
		d.ConsumerInputs["basicAuthUsername"], d.ConsumerInputs["basicAuthPassword"] = "me", "s3cret"
		d.ConsumerInputs["httpHeaders"] = "X-Key: v4lue\nX-Other:2"
		id := x.subscribe(t, s, x.ada, d)
		sub, err := s.Subscription(t.Context(), x.ada, id)
		if err != nil {
			t.Fatal(err)
		}
		again := d
		again.ConsumerInputs = sub.ConsumerInputs
		if _, err := s.Replace(t.Context(), x.ada, id, "http://here/test", again); err != nil {
			t.Fatal(err)
		}
		elsewhere := again
		elsewhere.ConsumerInputs = map[string]string{"url": "https://other.example/x", "basicAuthPassword": Mask}
		if _, err := s.Replace(t.Context(), x.ada, id, "http://here/test", elsewhere); says(t, err) != "SubscriptionInputException" {
			t.Errorf("secrets go elsewhere: %v", err)
		}
		x.create(t, "Agile", "Task")
		r.wait(t, 1)
		h := r.all()[0].header
		if h.Get("Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte("me:s3cret")) || h.Get("X-Key") != "v4lue" || h.Get("X-Other") != "2" {
			t.Errorf("sent %v", h)
		}
		var n *Notification
		eventually(t, "it is recorded", func() bool {
			n, err = s.Notification(t.Context(), x.ada, id, 1)
			return err == nil && n.Status == Completed
		})
		var stored string
		err = x.db.View(t.Context(), func(tx *db.Tx) error {
			return tx.Row(db.SQL("test.inputs", `SELECT consumer_inputs FROM hook_subscriptions`), nil, &stored)
		})
		if err != nil {
			t.Fatal(err)
		}
		for place, text := range map[string]string{"subscription": fmt.Sprint(sub.ConsumerInputs), "notification": fmt.Sprintf("%+v %+v", n, n.Subscription.ConsumerInputs), "database": stored} {
			if strings.Contains(text, "s3cret") || strings.Contains(text, "v4lue") || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte("me:s3cret"))) {
				t.Errorf("the %s shows secrets: %s", place, text)
			}
		}
	})
}

// Whoever may not edit subscriptions of a project finds none, and mistakes are refused by name.
func TestRefusals(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(func(c *Config) { c.AllowPrivate = false })
		url := "https://example.com/hook"
		ours := x.subscribe(t, s, x.ada, draft("workitem.created", url, "projectId", "Scrum"))
		theirs := x.subscribe(t, s, x.bob, draft("workitem.created", url, "projectId", "Agile"))
		if list, err := s.Subscriptions(t.Context(), x.bob); err != nil || len(list) != 1 || list[0].ID != theirs {
			t.Errorf("%v %v", list, err)
		}
		for _, err := range []error{
			func() error { _, err := s.Subscription(t.Context(), x.bob, ours); return err }(),
			func() error { _, err := s.Notifications(t.Context(), x.bob, ours, Filter{Most: 1}); return err }(),
			func() error {
				_, err := s.Replace(t.Context(), x.bob, ours, "", draft("workitem.created", url, "projectId", "Agile"))
				return err
			}(),
			s.Delete(t.Context(), x.bob, ours),
		} {
			if got := says(t, err); got != "SubscriptionNotFoundException" {
				t.Errorf("%q", got)
			}
		}
		change := func(d Draft, change func(*Draft)) Draft { change(&d); return d }
		for i, c := range []struct {
			d    Draft
			says string
		}{
			{draft("workitem.created", url), "AccessCheckException"},
			{draft("workitem.created", url, "projectId", "Scrum"), "ProjectDoesNotExistWithNameException"},
			{draft("build.complete", url, "projectId", "Agile"), "EventTypeNotFoundException"},
			{draft("workitem.created", "", "projectId", "Agile"), "SubscriptionInputException"},
			{draft("workitem.created", "ftp://example.com", "projectId", "Agile"), "SubscriptionInputException"},
			{draft("workitem.created", "http://user:pass@example.com", "projectId", "Agile"), "SubscriptionInputException"},
			{draft("workitem.created", "http://localhost/x", "projectId", "Agile"), "SubscriptionInputException"},
			{draft("workitem.created", "http://[::ffff:10.1.2.3]/x", "projectId", "Agile"), "SubscriptionInputException"},
			{draft("workitem.created", url, "projectId", "Agile", "areaPath", `Agile\Nowhere`), "SubscriptionInputException"},
			{draft("workitem.created", url, "projectId", "Agile", "commentPattern", "x"), "SubscriptionInputException"},
			{draft("workitem.updated", url, "projectId", "Agile", "changedFields", "No.Field"), "SubscriptionInputException"},
			{change(draft("workitem.created", url, "projectId", "Agile"), func(d *Draft) { d.ConsumerInputs["httpHeaders"] = "Host: x" }), "SubscriptionInputException"},
			{change(draft("workitem.created", url, "projectId", "Agile"), func(d *Draft) { d.ConsumerID = "slack" }), "ConsumerNotFoundException"},
			{change(draft("workitem.created", url, "projectId", "Agile"), func(d *Draft) { d.PublisherID = "rm" }), "PublisherNotFoundException"},
			{change(draft("workitem.created", url, "projectId", "Agile"), func(d *Draft) { d.ResourceVersion = "5.1-preview.3" }), "SubscriptionInputException"},
		} {
			_, err := s.Create(t.Context(), x.bob, "", c.d)
			if got := says(t, err); got != c.says {
				t.Errorf("%d: %q, want %q: %v", i, got, c.says, err)
			}
		}
	})
}

// A name that leads to this machine is found out when it is called.
func TestPrivateTarget(t *testing.T) {
	r := newReceiver(t, nil)
	s := New(Config{Key: []byte("key")})
	sub := &Subscription{ConsumerInputs: map[string]string{"url": r.URL}} // an address, as a name would be found to have
	a := s.attempt(t.Context(), sub, &Notification{Event: "{}"})
	if a.outcome != refused || !strings.Contains(a.problem, "--hooks-allow-private") || len(r.all()) != 0 {
		t.Errorf("%+v", a)
	}
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "::1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"0.0.0.0": false, "::": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"fe80::1": false, "fc00::1": false, "fd00:ec2::254": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false,
		"64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "2002:7f00:1::": false, "fe80::1%eth0": false, "198.18.0.1": false, "::127.0.0.1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// Nothing is followed that a receiver answers with.
func TestRedirect(t *testing.T) {
	target := newReceiver(t, nil)
	r := newReceiver(t, func(_ int, w http.ResponseWriter) bool {
		w.Header().Set("Location", target.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return false
	})
	s := New(Config{Key: []byte("key"), AllowPrivate: true})
	a := s.attempt(t.Context(), &Subscription{ConsumerInputs: map[string]string{"url": r.URL}}, &Notification{Event: `{"id":"1"}`})
	if a.outcome != refused || len(target.all()) != 0 {
		t.Errorf("%+v, %d followed", a, len(target.all()))
	}
}

// A notification that waits is not sent once its subscriber does not see the work item any more, nor shown to them.
func TestFiltered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(nil)
		run(t, s)
		receiver := newReceiver(t, func(_ int, w http.ResponseWriter) bool {
			err := x.db.Update(t.Context(), func(tx *db.Tx) error {
				catalog, err := x.projects.Catalog(tx, x.org)
				if err != nil {
					return err
				}
				return access.SetEntry(tx, x.ada, access.FindNamespace(access.AreaNamespace), catalog.Project(x.agile).Area.Token(),
					access.Entry{Subject: x.bob.User.Subject(), Deny: access.ViewWorkItems})
			})
			if err != nil {
				t.Error(err)
			}
			w.WriteHeader(http.StatusServiceUnavailable)
			return false
		})
		of := x.subscribe(t, s, x.bob, draft("workitem.created", receiver.URL, "projectId", "Agile"))
		x.create(t, "Agile", "Task")
		eventually(t, "it is filtered", func() bool {
			n, err := s.Notification(t.Context(), x.ada, of, 1)
			return err == nil && n.Status == Completed && n.Result == Filtered && n.Attempts == 1
		})
		if all, err := s.Notifications(t.Context(), x.bob, of, Filter{Most: 10}); err != nil || len(all) != 0 {
			t.Errorf("the subscriber is shown %v, %v", all, err)
		}
		if n, err := s.Notification(t.Context(), x.bob, of, 1); err == nil {
			t.Errorf("the subscriber is shown %+v", n)
		}
	})
}
