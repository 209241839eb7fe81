package hooks

import (
	"context"
	"time"

	"boardwalk/internal/db"
)

// Several processes may serve one record store. Each queue is emptied by the one that holds it, which says so in the
// subscription and says it again as long as it lives: with every part that it records, and while a receiver is slow. A claim
// that ran out is anybody's, so what a process leaves behind when it is killed is sent by another; that process may have
// sent it, too.

// claim takes a queue, or keeps it. It reports whether it is this process's.
func (s *Service) claim(tx *db.Tx, q sender) (bool, error) {
	n, err := tx.Exec(claimQueue, q.org, q.subscription, s.holder, tx.Now().Add(s.config.Hold), tx.Now())
	return n > 0, err
}

// take is claim in a transaction of its own.
func (s *Service) take(ctx context.Context, q sender) (ours bool, err error) {
	err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
		ours, err = s.claim(tx, q)
		return err
	})
	return ours, err
}

// release lets go of a queue that is this process's. Nobody tries before a moment.
func (s *Service) release(tx *db.Tx, q sender, before time.Time) error {
	_, err := tx.Exec(releaseQueue, q.org, q.subscription, s.holder, before)
	return err
}

// keep holds a queue until stop is called, however long a receiver takes.
func (s *Service) keep(ctx context.Context, q sender) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(s.config.Hold / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if _, err := s.take(ctx, q); err != nil && ctx.Err() == nil {
					s.config.Log.Warn("holding a queue of notifications failed", "organization_id", q.org, "subscription_id", q.subscription.String(), "error", err)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

var (
	claimQueue = db.SQL("hooks.claimQueue", `
		UPDATE hook_subscriptions SET holder = $3, held_until = $4
		WHERE org_id = $1 AND subscription_id = $2 AND (holder = $3 OR held_until <= $5)`)
	releaseQueue = db.SQL("hooks.releaseQueue", `
		UPDATE hook_subscriptions SET holder = '', held_until = $4 WHERE org_id = $1 AND subscription_id = $2 AND holder = $3`)
)
