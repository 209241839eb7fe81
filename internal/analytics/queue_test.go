package analytics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// works is a query of a test: it computes for a while, unless it is stopped, and writes its answer.
func works(took time.Duration, answer string) func(context.Context, io.Writer) error {
	return func(ctx context.Context, out io.Writer) error {
		select {
		case <-time.After(took):
		case <-ctx.Done():
			return ctx.Err()
		}
		_, err := io.WriteString(out, answer)
		return err
	}
}

func numbered(n int) likeQuery { return likeQuery{1, uint32(n)} }

// TestQueue_QuickBesideLong sends quick queries while many times more long ones than there are places run, none of which
// the queue knows.
func TestQueue_QuickBesideLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(2, 400*time.Millisecond)
		done := make(chan string, 100)
		for i := range 20 {
			go func() {
				var out strings.Builder
				if err := q.run(t.Context(), person{1, 1}, numbered(i), false, &out, works(30*time.Second, "long")); err != nil {
					t.Error(err)
				}
				done <- out.String()
			}()
		}
		synctest.Wait()
		for i := range 50 {
			began := time.Now()
			var out strings.Builder
			if err := q.run(t.Context(), person{1, 2}, numbered(100+i), false, &out, works(10*time.Millisecond, "quick")); err != nil || out.String() != "quick" {
				t.Fatalf("quick query %d: %q, %v", i, out.String(), err)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("quick query %d took %v beside long ones", i, took)
			}
		}
		began := time.Now()
		for range 20 {
			if text := <-done; text != "long" {
				t.Errorf("a long query answered %q", text)
			}
		}
		if took := time.Since(began); took > 320*time.Second {
			t.Errorf("20 queries of 30 s took %v in 2 places", took)
		}
	})
}

// TestQueue_QuickBesideOwn sends a quick query behind many long ones of the same person, which are alike or all different.
func TestQueue_QuickBesideOwn(t *testing.T) {
	for name, like := range map[string]func(int) likeQuery{"alike": func(int) likeQuery { return numbered(1) }, "different": numbered} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue(4, 400*time.Millisecond)
				done := make(chan string, 16)
				for i := range 16 {
					go func() {
						var out strings.Builder
						if err := q.run(t.Context(), person{1, 1}, like(i), false, &out, works(5*time.Second, "long")); err != nil {
							t.Error(err)
						}
						done <- out.String()
					}()
				}
				synctest.Wait()
				began := time.Now()
				var out strings.Builder
				if err := q.run(t.Context(), person{1, 1}, numbered(100), false, &out, works(10*time.Millisecond, "quick")); err != nil || out.String() != "quick" {
					t.Fatal(out.String(), err)
				}
				if took := time.Since(began); took > 900*time.Millisecond {
					t.Errorf("the quick query took %v", took)
				}
				for range 16 {
					if text := <-done; text != "long" {
						t.Errorf("a long query answered %q", text)
					}
				}
				synctest.Wait()
				if len(q.running) > 0 || q.quick.free != 4 || q.slow.free != 4 || len(q.quick.waiting)+len(q.slow.waiting)+len(q.quick.turns)+len(q.slow.turns) > 0 {
					t.Errorf("afterwards %d run, %d and %d places are free", len(q.running), q.quick.free, q.slow.free)
				}
			})
		})
	}
}

// TestQueue_Like takes queries for alike that differ in their values.
func TestQueue_Like(t *testing.T) {
	of := func(text string) likeQuery {
		q, err := odata.ParseQuery(text)
		if err != nil {
			t.Fatal(err)
		}
		return likeOf(1, "WorkItems", q)
	}
	a := of("$filter=Title eq 'it''s 1' and WorkItemId gt 5 and CreatedDate ge 2026-01-01Z&$top=5")
	if b := of("$filter=Title eq 'two' and WorkItemId gt 77 and CreatedDate ge 2025-11-30T10:00:00-08:00&$top=9"); a != b {
		t.Error("other values are another query")
	}
	if b := of("$filter=Title eq 'two' and Revision gt 77 and CreatedDate ge 2025-11-30Z&$top=9"); a == b {
		t.Error("another property is the same query")
	}
}

// TestQueue_Turns asks a query of one person after a hundred of another.
func TestQueue_Turns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, time.Hour)
		answered := make(chan string, 101)
		ask := func(who int64, n int, name string) {
			go func() {
				_ = q.run(t.Context(), person{1, who}, numbered(n), true, io.Discard, works(time.Second, ""))
				answered <- name
			}()
			synctest.Wait()
		}
		for i := range 100 {
			ask(1, i, "first")
		}
		ask(2, 200, "second")
		var order []string
		for range 101 {
			order = append(order, <-answered)
		}
		if at := slices.Index(order, "second"); at < 0 || at > 2 {
			t.Errorf("the other person's query was answered as number %d of %d", at, len(order))
		}
	})
}

// TestQueue_RemembersLong begins a query that took long in the slow lane, and one that became quick in the quick lane.
func TestQueue_RemembersLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 400*time.Millisecond)
		for _, step := range []struct {
			took time.Duration
			slow bool // where it runs
		}{{time.Second, false}, {time.Second, true}, {time.Millisecond, true}, {time.Millisecond, false}} {
			err := q.run(t.Context(), person{1, 1}, numbered(7), false, io.Discard, func(ctx context.Context, out io.Writer) error {
				q.mu.Lock()
				slow := q.slow.free == 0
				q.mu.Unlock()
				if slow != step.slow {
					t.Errorf("a query of %v runs in the slow lane: %t", step.took, slow)
				}
				return works(step.took, "")(ctx, out)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestQueue_WhatIsSent does not begin anew what has sent a part of its answer.
func TestQueue_WhatIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 400*time.Millisecond)
		var long strings.Builder
		for i := range 3 { // the slow lane has no room either
			go func() {
				_ = q.run(t.Context(), person{1, 1}, numbered(i), true, io.Discard, works(time.Minute, ""))
			}()
		}
		go func() {
			err := q.run(t.Context(), person{1, 1}, numbered(9), false, &long, func(ctx context.Context, out io.Writer) error {
				fmt.Fprint(out, "a")
				return works(10*time.Second, "b")(ctx, out)
			})
			if err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		began := time.Now()
		if err := q.run(t.Context(), person{1, 2}, numbered(10), false, io.Discard, works(time.Millisecond, "")); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("a quick query took %v", took)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if long.String() != "ab" {
			t.Errorf("an answer that was under way became %q", long.String())
		}
		if q.quick.free != 1 || q.slow.free != 1 || len(q.running) != 0 {
			t.Errorf("places at the end: %d quick, %d slow, %d running", q.quick.free, q.slow.free, len(q.running))
		}
	})
}

// TestQueue_Waits refuses what waits too long, and what is too many.
func TestQueue_Waits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, time.Hour)
		go func() {
			_ = q.run(t.Context(), person{1, 1}, numbered(0), true, io.Discard, works(2*time.Hour, ""))
		}()
		synctest.Wait()
		for i := range maxWaiting {
			go func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := q.run(ctx, person{1, 1}, numbered(i+1), true, io.Discard, works(time.Second, ""))
				if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 503 {
					t.Errorf("waited for its deadline: %v", err)
				}
			}()
		}
		synctest.Wait()
		err := q.run(t.Context(), person{1, 1}, numbered(500), true, io.Discard, works(time.Second, ""))
		if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 429 {
			t.Errorf("one more than may wait: %v", err)
		}
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		if q.slow.free != 1 || len(q.slow.waiting) != 0 || len(q.slow.turns) != 0 {
			t.Errorf("at the end: %d free, %d waiting, %d turns", q.slow.free, len(q.slow.waiting), len(q.slow.turns))
		}
	})
}

// TestQueue_WaitsInBoth counts the queries of one person that wait in both lanes, and refuses none that was let in before.
func TestQueue_WaitsInBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 400*time.Millisecond)
		ctx, cancel := context.WithCancel(t.Context())
		refused := make(chan int, 1+maxWaiting+2)
		ask := func(like int) {
			go func() {
				err := q.run(ctx, person{1, 1}, numbered(like), false, io.Discard, works(time.Minute, ""))
				if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status == 429 {
					refused <- like
				} else if !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}()
			synctest.Wait()
		}
		for range 1 + maxWaiting {
			ask(1)
		}
		time.Sleep(time.Second) // one has moved to the slow lane, one runs in the quick one, and the others are known to be long
		ask(2)                  // takes the place of the quick one, which begins anew: again as many wait as may
		ask(3)
		time.Sleep(time.Second)
		synctest.Wait()
		n := len(refused)
		if n != 1 || <-refused != 3 {
			t.Errorf("%d queries were refused; want the last one only, while %d and %d wait", n, len(q.quick.waiting[person{1, 1}]), len(q.slow.waiting[person{1, 1}]))
		}
		cancel()
		synctest.Wait()
		if q.quick.free != 1 || q.slow.free != 1 || len(q.quick.waiting)+len(q.slow.waiting)+len(q.quick.turns)+len(q.slow.turns) > 0 {
			t.Errorf("afterwards %d and %d places are free", q.quick.free, q.slow.free)
		}
	})
}

// TestQueue_OneForOne stops no more queries than somebody waits for: the other one, which is nearly done, answers in time.
func TestQueue_OneForOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(4, 400*time.Millisecond)
		for i := range 4 { // the slow lane has no room
			go func() { _ = q.run(t.Context(), person{1, 1}, numbered(i), true, io.Discard, works(time.Minute, "")) }()
		}
		began := time.Now()
		late := make(chan time.Duration, 4)
		for i := range 4 {
			go func() {
				err := q.run(t.Context(), person{1, 1}, numbered(10+i), false, io.Discard, func(ctx context.Context, out io.Writer) error {
					err := works(250*time.Millisecond, "")(ctx, out)
					if err != nil {
						time.Sleep(5 * time.Millisecond) // a database takes a moment to stop
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
				late <- time.Since(began)
			}()
		}
		synctest.Wait()
		if err := q.run(t.Context(), person{1, 2}, numbered(20), false, io.Discard, works(time.Millisecond, "")); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 210*time.Millisecond {
			t.Errorf("the quick query took %v", took)
		}
		var all []time.Duration
		for range 4 {
			all = append(all, <-late)
		}
		if all[2] > 250*time.Millisecond || all[3] < time.Minute {
			t.Errorf("of four queries in the way of one they answered after %v; want three in time", all)
		}
	})
}

// TestQueue_RemembersLong_Unanswered does not take a query for quick because it was refused, or given up at once.
func TestQueue_RemembersLong_Unanswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1, 400*time.Millisecond)
		if err := q.run(t.Context(), person{1, 1}, numbered(7), false, io.Discard, works(time.Second, "")); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := q.run(ctx, person{1, 1}, numbered(7), false, io.Discard, works(time.Second, "")); err == nil {
			t.Fatal("it was not given up")
		}
		if !q.long[numbered(7)] {
			t.Error("a query that nobody waited for counts as quick")
		}
	})
}

// TestQueue_Answers asks many queries at once in two places with next to no patience: what was stopped and began anew
// answers as if it had been alone.
func TestQueue_Answers(t *testing.T) {
	f := newFixture(t, dbtest.New(t, "sqlite"))
	config := f.service.config
	config.Slots, config.Patience = 1, 50*time.Microsecond
	busy := New(config)
	queries := []string{
		"WorkItems?$select=WorkItemId,Title&$expand=Parent($select=Title),Children($select=Title;$expand=Links($apply=aggregate($count as N)))&$filter=WorkItemId lt 600",
		"WorkItems?$expand=Children($apply=aggregate($count as N,StackRank with sum as S);$count=true)&$select=WorkItemId&$filter=WorkItemId lt 700",
		"WorkItemSnapshot?$apply=filter(DateSK ge 20260101)/groupby((DateSK,State),aggregate($count as N,StackRank with max as M))",
		"WorkItemRevisions?$apply=groupby((State,WorkItemType),aggregate($count as N))&$orderby=N desc,State,WorkItemType",
		"WorkItems/$count?$filter=Tags/any(t:contains(t/TagName,'e')) or Children/any(c:c/State ne State)",
	}
	var wg sync.WaitGroup
	for i, query := range queries {
		c := parseCommand("rows", query)
		alone := f.ask(t.Context(), f.service, c)
		if len(alone) < 3 || strings.HasPrefix(alone, "4") && strings.Contains(alone, "VS40") {
			t.Fatalf("%s: %s", query, alone)
		}
		for range 8 {
			wg.Go(func() {
				if got := f.ask(t.Context(), busy, c); got != alone {
					t.Errorf("query %d among others answered %.300s", i, got)
				}
			})
		}
	}
	wg.Wait()
}
