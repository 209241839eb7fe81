package project

import (
	"context"

	"boardwalk/internal/db"
)

// Snapshot returns the newest catalog of an organization, for callers that read nothing else.
func (s *Store) Snapshot(ctx context.Context, org int64) (c *Catalog, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		c, err = s.Catalog(tx, org)
		return err
	})
	return c, err
}
