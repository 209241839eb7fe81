package access

import (
	"net/netip"
	"sync"
	"time"
)

// Patience says how failures slow down those that follow.
type Patience struct {
	Free    int           // failures that cost nothing
	First   time.Duration // to wait after the next one; each further one doubles it
	Longest time.Duration // nobody waits longer, so that nobody can be locked out for good
	Forget  time.Duration // without an attempt until all is forgotten
}

// Attempts counts attempts at something that could be guessed, by what they have in common. It is safe for concurrent
// use, and kept in memory: every server counts for itself.
type Attempts struct {
	patience Patience
	mu       sync.Mutex
	made     map[string]attempts
}

type attempts struct {
	count       int
	last, until time.Time
}

// mostAttempted is how much is remembered at a time.
const mostAttempted = 50_000

// NewAttempts returns a counter.
func NewAttempts(p Patience) *Attempts { return &Attempts{patience: p, made: map[string]attempts{}} }

// Begin counts an attempt, which is taken for a failure until Succeeded says otherwise: those that run at the same time
// cannot pass unnoticed. Above zero it returns how long to wait, and nothing is counted.
func (a *Attempts) Begin(of string, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.made[of]
	if now.Sub(m.last) > a.patience.Forget {
		m = attempts{}
	}
	if wait = m.until.Sub(now); wait > 0 {
		return wait
	}
	m.count, m.last = m.count+1, now
	if over := m.count - a.patience.Free; over > 0 {
		delay := a.patience.Longest
		if over < 32 {
			delay = min(delay, a.patience.First<<(over-1))
		}
		m.until = now.Add(delay)
	}
	if len(a.made) >= mostAttempted {
		a.shrink(now)
	}
	a.made[of] = m
	return 0
}

// shrink makes room: what would be forgotten goes, and if that is not much, any, so that it is not looked for each time.
func (a *Attempts) shrink(now time.Time) {
	for of, m := range a.made {
		if now.Sub(m.last) > a.patience.Forget {
			delete(a.made, of)
		}
	}
	for of := range a.made {
		if len(a.made) < mostAttempted*9/10 {
			return
		}
		delete(a.made, of)
	}
}

// Succeeded takes back the attempt that was counted last, or all of them.
func (a *Attempts) Succeeded(of string, all bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.made[of]
	if m.count--; all || m.count <= 0 {
		delete(a.made, of)
		return
	}
	if m.count <= a.patience.Free {
		m.until = time.Time{}
	}
	a.made[of] = m
}

// AddressKey is what attempts from an address have in common: in version 6 of the protocol its network, for whoever has one
// address has all of them. It is "" for this machine itself, where programs that fail hurt nobody else.
func AddressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.IsLoopback() {
		return ""
	}
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}
