package api

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Throttle bounds what one person may ask of one organization in five minutes. A request is a unit.
type Throttle struct {
	Limit int           // units; 0 for no bound
	Delay time.Duration // of requests beyond the limit, as long as they are not more than twice as many; 0 refuses them
}

// window is what a limit counts, in slots that it slides by. documented: rate limits, sliding window of five minutes.
const (
	slots  = 60
	slot   = 5 * time.Second
	window = slots * slot
	most   = 10_000 // people who are remembered before those who ask nothing any more are forgotten
)

// meter counts requests. It is safe for concurrent use.
type meter struct {
	mu    sync.Mutex
	usage map[who]*usage
}

type who struct {
	org  int64
	user uuid.UUID
}

// usage is what somebody asked in the slots before and including the last one.
type usage struct {
	last  int64
	count [slots]int
	total int
}

// advance forgets slots that have left the window.
func (u *usage) advance(now int64) {
	for ; u.last < now && u.total > 0; u.last++ {
		i := (u.last + 1) % slots
		u.total -= u.count[i]
		u.count[i] = 0
	}
	u.last = now
}

// below is when the usage will have sunk below a limit, as a slot.
func (u *usage) below(limit int) int64 {
	left := u.total
	for at := u.last - slots + 1; at <= u.last; at++ {
		if left < limit {
			return at - 1 + slots
		}
		left -= u.count[at%slots]
	}
	return u.last + slots
}

// take counts a request, unless that makes more than there may be. reset is when there will be room again.
func (m *meter) take(of who, now time.Time, limit, bound int) (used int, ok bool, reset time.Time) {
	at := now.UnixNano() / int64(slot)
	m.mu.Lock()
	defer m.mu.Unlock()
	u := m.usage[of]
	if u == nil {
		if len(m.usage) >= most {
			for w, old := range m.usage {
				if at-old.last >= slots {
					delete(m.usage, w)
				}
			}
		}
		if m.usage == nil {
			m.usage = map[who]*usage{}
		}
		u = &usage{last: at}
		m.usage[of] = u
	}
	u.advance(at)
	if ok = u.total < bound; ok {
		u.total++
		u.count[at%slots]++
	}
	return u.total, ok, time.Unix(0, u.below(limit)*int64(slot))
}

// throttle delays or refuses a request of somebody who asks too much. Requests of a batch are counted once.
func (x *exchange) throttle(ctx context.Context, r *request) error {
	t := x.config.Throttle
	if t.Limit == 0 || x.batched || x.made != nil {
		return nil
	}
	bound := t.Limit
	if t.Delay > 0 {
		bound = 2 * t.Limit
	}
	resource := "Core"
	if x.target.service == odata {
		resource = "Analytics"
	}
	now := x.config.Clock()
	used, ok, reset := x.meter.take(who{r.org.ID, r.caller.User.GUID}, now, t.Limit, bound)
	if used*5 <= t.Limit*4 {
		return nil
	}
	h := x.out.Header()
	h["X-RateLimit-Resource"] = []string{resource} // the spelling of the service
	h["X-RateLimit-Limit"] = []string{strconv.Itoa(t.Limit)}
	h["X-RateLimit-Remaining"] = []string{strconv.Itoa(max(0, t.Limit-used))}
	h["X-RateLimit-Reset"] = []string{strconv.FormatInt(reset.Unix(), 10)}
	if ok && used <= t.Limit {
		return nil
	}
	h.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(reset.Sub(now).Seconds())))))
	if !ok {
		return fault.Throttled(resource, r.caller.User.GUID.String())
	}
	h["X-RateLimit-Delay"] = []string{fmt.Sprintf("%.3f", t.Delay.Seconds())}
	return pauseFor(ctx, t.Delay)
}

// pauseFor waits, or until nobody waits for the answer any more.
func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter tells when to ask again, unless that is known better.
func retryAfter(h http.Header) {
	if h.Get("Retry-After") == "" {
		h.Set("Retry-After", "5")
	}
}
