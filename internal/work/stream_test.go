package work

import (
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// TestStreamFeed_Plan holds that SQLite begins with the announced changes: the other way round every batch of the feed
// reads all revisions of the organization.
func TestStreamFeed_Plan(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"))
	for _, s := range []*db.Stmt{streamFeed, linkEnds} {
		var steps []string
		err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
			steps, err = db.Collect(tx, s.Plan(), []any{int64(1), int64(1), int64(2)}, func(r *db.Rows) (string, error) {
				var id, parent, unused int64
				var step string
				err := r.Scan(&id, &parent, &unused, &step)
				return step, err
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(steps) == 0 || !strings.HasPrefix(steps[0], "SEARCH f ") {
			t.Errorf("%s: %s", s.Name(), strings.Join(steps, "; "))
		}
	}
}
