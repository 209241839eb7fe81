package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// heard is what a receiver was told: the revisions of each work item, in the order in which they came first.
type heard struct {
	mu   sync.Mutex
	revs map[int64][]int64
}

func (h *heard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var event struct {
		Resource struct {
			WorkItemID int64 `json:"workItemId"`
			Rev        int64 `json:"rev"`
		} `json:"resource"`
	}
	if err != nil || json.Unmarshal(body, &event) != nil {
		w.WriteHeader(http.StatusInternalServerError) // it was killed while it sent
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id, rev := event.Resource.WorkItemID, event.Resource.Rev
	for _, known := range h.revs[id] {
		if known == rev {
			return
		}
	}
	h.revs[id] = append(h.revs[id], rev)
}

func (h *heard) of(id int64) []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]int64(nil), h.revs[id]...)
}

// A server that is killed at any moment loses no notification of an acknowledged change, and keeps their order.
func TestKill_Hooks(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		told := &heard{revs: map[int64][]int64{}}
		receiver := httptest.NewServer(told)
		defer receiver.Close()
		config := testConfig(t, b)
		args := []string{"--sample", "--data", config.Data, "--listen", "127.0.0.1:0", "--db-schema", config.Schema, "--log-level", "WARN", "--hooks-allow-private"}
		if config.DB != "" {
			args = append(args, "--db", config.DB)
		}
		c := startReady(t, args)
		body := fmt.Sprintf(`{"publisherId":"tfs","eventType":"workitem.updated","consumerId":"webHooks","consumerActionId":"httpRequest",
			"publisherInputs":{"changedFields":"System.Title"},"consumerInputs":{"url":%q}}`, receiver.URL)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/fabrikam/_apis/hooks/subscriptions?api-version=7.1", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth("", adminToken())
		answer, err := patient().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("%d %s", answer.StatusCode, text)
		}
		all := make([][]*written, writers)
		first := map[int64]int64{}
		for i, row := range someItems(t, c) {
			first[row.WorkItemID] = row.Revision + 1
			all[i%writers] = append(all[i%writers], &written{id: row.WorkItemID, rev: row.Revision, title: row.Title})
		}
		for round := range 5 {
			writeUntilKilled(t, c, all, round, 20, time.Duration(round)*700*time.Microsecond)
			c = startReady(t, args)
			for _, items := range all {
				for _, x := range items {
					x.compare(t, round, readItem(t, c, x.id))
				}
			}
		}
		for _, items := range all {
			for _, x := range items {
				want := x.rev - first[x.id] + 1
				eventually(t, "all notifications arrive", func() bool { return int64(len(told.of(x.id))) >= want })
				for i, rev := range told.of(x.id) {
					if rev != first[x.id]+int64(i) {
						t.Errorf("work item %d: told of %v from %d to %d", x.id, told.of(x.id), first[x.id], x.rev)
						break
					}
				}
			}
		}
		if err := c.terminate(t); err != nil {
			t.Errorf("stop: %v\n%s", err, c.log)
		}
	})
}
