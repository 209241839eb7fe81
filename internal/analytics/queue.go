package analytics

import (
	"context"
	"errors"
	"hash/fnv"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// queue admits queries to the databases. There are two lanes with a place for each of Slots queries. A query begins in the
// quick lane; one that takes longer than patience moves to the slow lane when that has room, and when somebody waits for
// its place it is stopped and queues up in the slow lane to begin anew, as long as nothing of its answer was sent. Queries
// whose like took long, and those whose plan says that they will, begin in the slow lane. In each lane those who wait take
// turns, so that nobody's hundred queries hold up the one of somebody else; and while somebody waits for the quick lane,
// patience with those in it is half as long, so that a quick query gets past long ones of the same person, too.
type queue struct {
	mu       sync.Mutex
	quick    lane
	slow     lane
	patience time.Duration
	running  map[*ticket]bool
	long     map[likeQuery]bool // queries whose like took long
}

// likeQuery stands for queries that differ in their literals only: programs and reports send the same ones over and over,
// and they take about as long.
type likeQuery struct {
	org  int64
	mark uint32
}

var literalText = regexp.MustCompile(`'(?:[^']|'')*'|\b[0-9][0-9A-Za-z:.+-]*`)

func likeOf(org int64, path string, q *odata.Query) likeQuery {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(path) + "?" + literalText.ReplaceAllString(q.String(), "?"))) // never fails
	return likeQuery{org, h.Sum32()}
}

// person is a caller: users are numbered by organization.
type person struct{ org, user int64 }

// lane is a number of places, and who waits for one.
type lane struct {
	free    int
	waiting map[person][]*ticket // by caller, in order of arrival
	turns   []person             // callers that wait, next first
}

// ticket is a query that runs or waits.
type ticket struct {
	caller  person
	like    likeQuery
	granted chan struct{}
	lane    *lane
	again   bool // was let in before
	stop    context.CancelCauseFunc
	overdue bool // ran out of patience in the quick lane
	sent    bool // part of the answer is on its way
	moved   bool // has to begin anew: nothing may be sent any more
}

// maxWaiting is how many queries of one caller may wait, in both lanes.
const maxWaiting = 200

// maxRemembered bounds the memory of queries that took long.
const maxRemembered = 10_000

// errMoved stops a query that has to begin anew in the slow lane.
var errMoved = errors.New("moved to the slow lane")

func newQueue(slots int, patience time.Duration) *queue {
	return &queue{patience: patience, running: map[*ticket]bool{}, long: map[likeQuery]bool{},
		quick: lane{free: slots, waiting: map[person][]*ticket{}}, slow: lane{free: slots, waiting: map[person][]*ticket{}}}
}

// run runs a query when it is its turn. fn may run twice, but not after it wrote something.
func (q *queue) run(ctx context.Context, who person, s likeQuery, heavy bool, out io.Writer, fn func(context.Context, io.Writer) error) (err error) {
	l := &q.quick
	q.mu.Lock()
	if heavy || q.long[s] {
		l = &q.slow
	}
	q.mu.Unlock()
	began := time.Now()
	defer func() {
		if err != nil || time.Since(began) > q.patience {
			return
		}
		q.mu.Lock()
		delete(q.long, s) // the tables shrank, or the machine was busy then
		q.mu.Unlock()
	}()
	for again := false; ; again = true {
		t := &ticket{caller: who, like: s, granted: make(chan struct{}), lane: l, again: again}
		if err = q.enter(ctx, t); err != nil {
			return err
		}
		began = time.Now()
		running, stop := context.WithCancelCause(ctx)
		err = q.hold(t, stop, func() error { return fn(running, &begins{out, q, t}) })
		stop(nil)
		if err == nil || !t.moved {
			return err
		}
		l = &q.slow
	}
}

// hold runs fn in the place of a ticket.
func (q *queue) hold(t *ticket, stop context.CancelCauseFunc, fn func() error) error {
	q.mu.Lock()
	t.stop = stop
	q.running[t] = true
	q.mu.Unlock()
	early := time.AfterFunc(q.patience/2, func() { q.early(t) })
	late := time.AfterFunc(q.patience, func() { q.late(t) })
	defer func() {
		early.Stop()
		late.Stop()
		q.leave(t)
	}()
	return fn()
}

// enter waits for a place.
func (q *queue) enter(ctx context.Context, t *ticket) error {
	q.mu.Lock()
	l := t.lane
	if !t.again && len(q.quick.waiting[t.caller])+len(q.slow.waiting[t.caller]) >= maxWaiting {
		q.mu.Unlock()
		return fault.TooManyQueries(maxWaiting)
	}
	l.await(t)
	if l == &q.quick && l.free == 0 {
		q.makeRoom()
	}
	l.admit()
	q.mu.Unlock()
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-t.granted: // at the same moment
		t.lane.free++
		t.lane.admit()
	default:
		t.lane.drop(t)
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Timeout().WithHint("other queries of this server took the time; ask again")
	}
	return ctx.Err()
}

// await puts a query behind those of its caller.
func (l *lane) await(t *ticket) {
	if len(l.waiting[t.caller]) == 0 {
		l.turns = append(l.turns, t.caller)
	}
	l.waiting[t.caller] = append(l.waiting[t.caller], t)
}

// admit hands free places to those who wait, callers in turn.
func (l *lane) admit() {
	for l.free > 0 && len(l.turns) > 0 {
		caller := l.turns[0]
		l.turns = l.turns[1:]
		t := l.waiting[caller][0]
		if l.waiting[caller] = l.waiting[caller][1:]; len(l.waiting[caller]) > 0 {
			l.turns = append(l.turns, caller)
		} else {
			delete(l.waiting, caller)
		}
		l.free--
		close(t.granted)
	}
}

// drop forgets one who waited.
func (l *lane) drop(t *ticket) {
	rest := slices.DeleteFunc(l.waiting[t.caller], func(w *ticket) bool { return w == t })
	if l.waiting[t.caller] = rest; len(rest) == 0 {
		delete(l.waiting, t.caller)
		l.turns = slices.DeleteFunc(l.turns, func(p person) bool { return p == t.caller })
	}
}

func (q *queue) leave(t *ticket) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.running, t)
	t.lane.free++
	t.lane.admit()
	q.makeRoom() // in the slow lane's free place an overdue query goes on
}

// early is called when a query used up half the patience, which is all there is while somebody waits.
func (q *queue) early(t *ticket) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running[t] && t.lane == &q.quick && len(q.quick.turns) > 0 {
		t.overdue = true
		q.makeRoom()
	}
}

// late is called when a query ran out of patience. Those like it that still wait for the quick lane need not find out.
func (q *queue) late(t *ticket) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.running[t] {
		return
	}
	if len(q.long) >= maxRemembered {
		clear(q.long)
	}
	q.long[t.like] = true
	for _, list := range q.quick.waiting {
		for _, w := range slices.Clone(list) {
			if w.like == t.like {
				q.quick.drop(w)
				w.lane = &q.slow
				q.slow.await(w)
			}
		}
	}
	q.slow.admit()
	if t.lane == &q.quick {
		t.overdue = true
		q.makeRoom()
	}
}

// makeRoom moves overdue queries out of the quick lane: to the slow lane while it has room, and as many as others wait for
// their places in any case.
func (q *queue) makeRoom() {
	stopped := 0 // that still hold their places
	for t := range q.running {
		if t.moved {
			stopped++
		}
	}
	for t := range q.running {
		switch {
		case !t.overdue:
		case t.sent, q.slow.free > 0 && len(q.slow.turns) == 0: // what is being sent cannot begin anew
			t.overdue = false
			q.slow.free--
			t.lane = &q.slow
			q.quick.free++
			q.quick.admit()
		case stopped < q.quick.length():
			t.overdue, t.moved = false, true
			t.stop(errMoved)
			stopped++
		}
	}
}

// length is how many wait for a lane.
func (l *lane) length() (n int) {
	for _, list := range l.waiting {
		n += len(list)
	}
	return n
}

// begins tells the queue that an answer is on its way.
type begins struct {
	io.Writer
	q *queue
	t *ticket
}

func (b *begins) Write(p []byte) (int, error) {
	b.q.mu.Lock()
	b.t.sent = !b.t.moved
	b.q.mu.Unlock()
	if !b.t.sent {
		return 0, errMoved
	}
	return b.Writer.Write(p)
}
