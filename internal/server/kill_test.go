package server

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// What TestKill changes: each writer has work items of its own, so that it knows what each must be.
const (
	writers        = 4
	itemsPerWriter = 3
)

// written is what is known of a work item.
type written struct {
	id    int64
	rev   int64  // acknowledged
	title string // of that revision
	next  string // title of a change that was sent and not acknowledged, "" for none
}

// TestKill kills a server at random moments while it stores changes. Every change that was acknowledged is there after
// the restart, and Analytics has each revision once.
func TestKill(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		rounds := 50
		if testing.Short() || b.Name == "postgres" { // that PostgreSQL survives kills is not ours to prove
			rounds = 10
		}
		seed := uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // moments to kill at

		config := testConfig(t, b)
		args := []string{"--sample", "--data", config.Data, "--listen", "127.0.0.1:0", "--db-schema", config.Schema, "--log-level", "WARN"}
		if config.DB != "" {
			args = append(args, "--db", config.DB)
		}
		c := startReady(t, args)
		all := make([][]*written, writers)
		for i, row := range someItems(t, c) {
			all[i%writers] = append(all[i%writers], &written{id: row.WorkItemID, rev: row.Revision, title: row.Title})
		}
		acknowledged := 0
		for round := range rounds {
			acknowledged += writeUntilKilled(t, c, all, round, random.IntN(60), time.Duration(random.IntN(3000))*time.Microsecond)
			c = startReady(t, args)
			for _, items := range all {
				for _, x := range items {
					x.compare(t, round, readItem(t, c, x.id))
				}
			}
			if t.Failed() {
				return
			}
		}
		t.Logf("%d changes were acknowledged", acknowledged)
		if acknowledged < rounds {
			t.Errorf("only %d changes were acknowledged in %d rounds", acknowledged, rounds)
		}
		for _, items := range all {
			for _, x := range items {
				compareAnalytics(t, c, x)
			}
		}
		if err := c.terminate(t); err != nil {
			t.Errorf("stop: %v\n%s", err, c.log)
		}
	})
}

// itemRow is a row of Analytics.
type itemRow struct {
	WorkItemID int64 `json:"WorkItemId"`
	Revision   int64
	Title      string
}

func someItems(t *testing.T, c *child) []itemRow {
	t.Helper()
	text := get(t, fmt.Sprintf("%s/fabrikam/_odata/v4.0-preview/WorkItems?$select=WorkItemId,Revision,Title&$orderby=WorkItemId&$top=%d",
		c.url, writers*itemsPerWriter), http.StatusOK)
	rows := decode[struct{ Value []itemRow }](t, text).Value
	if len(rows) != writers*itemsPerWriter {
		t.Fatalf("%d work items: %s", len(rows), text)
	}
	return rows
}

func startReady(t *testing.T, args []string) *child {
	t.Helper()
	c := startChild(t, nil, args...)
	if c.url == "" {
		t.Fatalf("it did not start:\n%s", c.log)
	}
	return c
}

// writeUntilKilled changes work items concurrently. A moment after a number of acknowledged changes the server is
// killed. It returns how many were acknowledged.
func writeUntilKilled(t *testing.T, c *child, all [][]*written, round, after int, moment time.Duration) int {
	t.Helper()
	var acknowledged atomic.Int64
	enough := make(chan struct{})
	var once sync.Once
	var running sync.WaitGroup
	for w, items := range all {
		running.Go(func() {
			client := patient()
			for n := 0; ; n++ {
				x := items[n%len(items)]
				x.next = fmt.Sprintf("round %d, writer %d, change %d", round, w, n)
				a, err := ask(client, http.MethodPatch, itemURL(c, x.id), adminToken(), retitle(x.rev, x.next))
				switch {
				case err != nil: // killed: the change may have been stored
					once.Do(func() { close(enough) })
					return
				case a.status != http.StatusOK:
					t.Errorf("round %d: work item %d: %d %s", round, x.id, a.status, a.body)
					once.Do(func() { close(enough) })
					return
				}
				x.rev, x.title, x.next = x.rev+1, x.next, ""
				if acknowledged.Add(1) > int64(after) {
					once.Do(func() { close(enough) })
				}
			}
		})
	}
	<-enough
	<-time.After(moment)
	c.kill()
	running.Wait()
	return int(acknowledged.Load())
}

func itemURL(c *child, id int64) string {
	return fmt.Sprintf("%s/fabrikam/_apis/wit/workItems/%d?api-version=7.1", c.url, id)
}

func readItem(t *testing.T, c *child, id int64) workItem {
	t.Helper()
	return decode[workItem](t, get(t, itemURL(c, id), http.StatusOK))
}

// compare checks that the server has the acknowledged revision, or the one whose fate was unknown.
func (x *written) compare(t *testing.T, round int, now workItem) {
	t.Helper()
	switch {
	case now.Rev == x.rev && now.title() == x.title:
	case x.next != "" && now.Rev == x.rev+1 && now.title() == x.next:
		x.rev, x.title = now.Rev, x.next
	default:
		t.Errorf("round %d: work item %d is revision %d, %q; acknowledged was %d, %q; on its way was %q",
			round, x.id, now.Rev, now.title(), x.rev, x.title, x.next)
	}
	x.next = ""
}

// compareAnalytics checks that Analytics has the revisions of a work item from the first to the last, once each.
func compareAnalytics(t *testing.T, c *child, x *written) {
	t.Helper()
	var rows []itemRow
	query := fmt.Sprintf("%s/fabrikam/_odata/v4.0-preview/WorkItemRevisions?$filter=WorkItemId%%20eq%%20%d&$select=Revision,Title&$orderby=Revision", c.url, x.id)
	eventually(t, "analytics catches up", func() bool {
		a, err := ask(patient(), http.MethodGet, query, adminToken(), "")
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Value []itemRow }
		if a.status == http.StatusOK {
			if err := json.Unmarshal([]byte(a.body), &list); err != nil {
				t.Fatal(err)
			}
		} else if a.status != http.StatusServiceUnavailable {
			t.Fatalf("%d %s", a.status, a.body)
		}
		rows = list.Value
		return len(rows) > 0 && rows[len(rows)-1].Revision >= x.rev
	})
	for i, r := range rows {
		if r.Revision != int64(i+1) {
			t.Errorf("work item %d: revision %d is at the place of %d", x.id, r.Revision, i+1)
			return
		}
	}
	if last := rows[len(rows)-1]; last.Revision != x.rev || last.Title != x.title {
		t.Errorf("work item %d: analytics has revision %d, %q; the records %d, %q", x.id, last.Revision, last.Title, x.rev, x.title)
	}
	current := get(t, fmt.Sprintf("%s/fabrikam/_odata/v4.0-preview/WorkItems?$filter=WorkItemId%%20eq%%20%d&$select=Revision,Title", c.url, x.id), http.StatusOK)
	if strings.Count(current, `"Revision"`) != 1 || !strings.Contains(current, fmt.Sprintf(`"Revision":%d,`, x.rev)) {
		t.Errorf("work item %d: the current revision %d is not there once: %s", x.id, x.rev, current)
	}
}
