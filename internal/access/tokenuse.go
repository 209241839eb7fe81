package access

import (
	"context"
	"maps"
	"sync"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// tokenUses remembers when and from where tokens were used until that is written, so that no request waits for it.
type tokenUses struct {
	mu      sync.Mutex
	pending map[uuid.UUID]tokenUse
}

// tokenUse is the last use of a token. hash is the row that was found, fresh what it should be hashed to by now.
type tokenUse struct {
	at          time.Time
	from        string
	hash, fresh string
}

// maxPending bounds what is remembered, should writing fail for long.
const maxPending = 10_000

func (u *tokenUses) add(id uuid.UUID, use tokenUse) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if _, known := u.pending[id]; known || len(u.pending) < maxPending {
		u.pending[id] = use
	}
}

// show puts a use that is not written yet on its token.
func (u *tokenUses) show(t *Token) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if use, ok := u.pending[t.AuthorizationID]; ok && (t.UsedAt == nil || t.UsedAt.Before(use.at)) {
		t.UsedAt, t.UsedFrom = &use.at, use.from
	}
}

func (u *tokenUses) take() map[uuid.UUID]tokenUse {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.pending
	u.pending = map[uuid.UUID]tokenUse{}
	return taken
}

// Used remembers that a caller was let in from where its origin says. It does not wait for the store.
func (s *Store) Used(c *Caller) {
	if c.token != nil {
		s.uses.add(c.Credential.ID, tokenUse{c.token.at, c.Origin.Address, c.token.hash, c.token.fresh})
	}
}

// WriteUses stores the uses of tokens that were remembered. Tokens that were found by a former key are hashed with the
// newest one from then on.
func (s *Store) WriteUses(ctx context.Context) error {
	uses := s.uses.take()
	if len(uses) == 0 {
		return nil
	}
	var rows [][]any
	for id, use := range uses {
		rows = append(rows, []any{id, use.hash, use.fresh, s.keys.id(0), use.at, printable(use.from, maxUserAgent)})
	}
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		again := make([][]any, len(rows)) // the gateway encodes them in place
		for i, row := range rows {
			again[i] = append([]any(nil), row...)
		}
		return tx.ExecMany(updateTokenUse, again)
	})
	if err != nil {
		s.uses.restore(uses)
	}
	return err
}

// restore keeps uses that could not be written for the next time.
func (u *tokenUses) restore(uses map[uuid.UUID]tokenUse) {
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.Copy(uses, u.pending)
	u.pending = uses
}

// useInterval is how often uses are written, hence how often each token is at most.
const useInterval = time.Minute

// FollowUses writes the uses of tokens once a minute until ctx ends, telling failed what went wrong. The last ones are
// left for whoever stops the program.
func (s *Store) FollowUses(ctx context.Context, failed func(error)) {
	t := time.NewTicker(useInterval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := s.WriteUses(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}

// A token that was given another text meanwhile keeps it, and what was remembered of the former one is dropped.
var updateTokenUse = db.SQL("access.updateTokenUse", `
	UPDATE tokens SET hash = $3, key_id = $4, used_at = CASE WHEN used_at > $5 THEN used_at ELSE $5 END,
		used_from = CASE WHEN used_at > $5 THEN used_from ELSE $6 END
	WHERE authorization_id = $1 AND hash = $2`)
