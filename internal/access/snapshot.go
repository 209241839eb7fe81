package access

import (
	"context"

	"boardwalk/internal/db"
)

// Snapshot returns the newest directory of an organization, for callers that read nothing else.
func (s *Store) Snapshot(ctx context.Context, org int64) (d *Directory, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		d, err = s.Directory(tx, org)
		return err
	})
	return d, err
}
