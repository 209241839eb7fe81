// Package hooks tells other programs what happens to work items: the service hooks of an organization. It hides
// subscriptions and their secrets, which changes they want to know of, the queue of notifications, and how those are
// delivered over HTTP; it must not know what an event looks like on the wire, which Config.Event does, or who asks over
// HTTP. Start reading at Service: subscriptions.go keeps subscriptions, follow.go fills the queue from the change feed,
// deliver.go empties it, and claim.go
// sees to it that of several processes one does.
package hooks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// Config is what a Service needs.
type Config struct {
	DB       *db.DB
	Projects *project.Store
	Access   *access.Store
	Items    *work.Items
	// Event puts what happened into the words of service hooks: a JSON object with at least one member.
	Event func(Occurrence) ([]byte, error)
	// Key seals the secrets of subscriptions.
	Key []byte
	// AllowPrivate lets subscriptions call addresses of this machine and of private networks.
	AllowPrivate bool
	Log          *slog.Logger // nil discards

	// Pause is how long to wait before an attempt that follows n failed ones; nil doubles from a second to ten minutes.
	Pause func(n int64) time.Duration
	// Enduring is after how long a receiver that only fails is given up; 0 is a day.
	Enduring time.Duration
	// Timeout is how long a receiver may take to answer; 0 is 30 seconds.
	Timeout time.Duration
	// Hold is for how long a process that has died keeps others from a queue; 0 is ten seconds.
	Hold time.Duration
}

// Occurrence is an event as one subscription wants to be told of it.
type Occurrence struct {
	ID           uuid.UUID
	Base         string // address of the organization, as whoever subscribed wrote it
	Organization *project.Organization
	Event        *work.Event
	// How much to tell: resourceDetailsToSend, messagesToSend and detailedMessagesToSend of the consumer.
	Details, Messages, DetailedMessages string
}

// Service keeps the subscriptions of all organizations and serves them. It is safe for concurrent use.
type Service struct {
	config           Config
	key              []byte
	holder           string       // this process, in claims
	strict, trusting *http.Client // the second one takes every certificate

	changed   atomic.Int64 // counts changes of subscriptions in this process
	positions map[int64]position

	mu      sync.Mutex
	senders map[sender]*signal
	running sync.WaitGroup
	ctx     context.Context // of Run
}

// New returns a service that queues and sends nothing until Run.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Pause == nil {
		c.Pause = pause
	}
	if c.Enduring == 0 {
		c.Enduring = 24 * time.Hour
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Hold == 0 {
		c.Hold = 10 * time.Second
	}
	h := hmac.New(sha256.New, c.Key)
	h.Write([]byte("service hooks"))
	s := &Service{config: c, key: h.Sum(nil), holder: uuid.NewString(), positions: map[int64]position{}, senders: map[sender]*signal{}}
	s.strict, s.trusting = client(c, false), client(c, true)
	return s
}

func pause(n int64) time.Duration {
	return min(time.Second<<min(n-1, 10), 10*time.Minute)
}
