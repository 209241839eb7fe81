package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
)

var (
	insertCounter = db.SQL("test.insert", `INSERT INTO counters (org_id, name, value) VALUES ($1, $2, $3)`)
	sumCounters   = db.SQL("test.sum", `SELECT count(*), coalesce(sum(value), 0) FROM counters WHERE org_id = $1`)
)

func count(t *testing.T, d *db.DB, org int64) (n, sum int64) {
	t.Helper()
	err := d.View(t.Context(), func(tx *db.Tx) error { return tx.Row(sumCounters, []any{org}, &n, &sum) })
	if err != nil {
		t.Fatal(err)
	}
	return n, sum
}

func TestUpdate_GroupKeepsWinnersAndDropsLosers(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d := b.Open(t)
		fail := errors.New("fails on purpose")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				err := d.Update(t.Context(), func(tx *db.Tx) error {
					if _, err := tx.Exec(insertCounter, 1, fmt.Sprint("c", i), i); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return fail
					case 2: // a statement that fails
						_, err := tx.Exec(insertCounter, 1, fmt.Sprint("c", i), i)
						return err
					}
					return nil
				})
				want := []error{nil, fail, db.ErrExists, nil}[i%4]
				if !errors.Is(err, want) {
					t.Errorf("update %d: got %v, want %v", i, err, want)
				}
			})
		}
		wg.Wait()
		if n, _ := count(t, d, 1); n != 100 {
			t.Errorf("%d rows stored, want 100", n)
		}
	})
}

func TestUpdate_PanicReachesItsCallerOnly(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d := b.Open(t)
		func() {
			defer func() {
				if v := recover(); v != "boom" {
					t.Errorf("recovered %v, want boom", v)
				}
			}()
			_ = d.Update(t.Context(), func(tx *db.Tx) error { panic("boom") })
		}()
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(insertCounter, 1, "a", 7)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestFeed_PositionsFollowCommitOrderWithoutGaps(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		config := b.Config(t)
		d := dbtest.OpenConfig(t, config)
		stores := []*db.DB{d}
		if b.Name == "postgres" { // a second server on the same database
			stores = append(stores, dbtest.OpenConfig(t, config))
		}
		if err := d.Update(t.Context(), func(tx *db.Tx) error { return tx.StartFeed(1) }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				_ = stores[i%len(stores)].Update(t.Context(), func(tx *db.Tx) error {
					if _, err := tx.Append(1, db.Change{Kind: db.Revised, Ref: int64(i)}); err != nil {
						t.Error(err)
					}
					if i%10 == 0 {
						return errors.New("rolled back on purpose")
					}
					return nil
				})
			})
		}
		// A reader that follows the feed meanwhile must never have to look back.
		seen := int64(0)
		follow := func() {
			err := d.View(t.Context(), func(tx *db.Tx) error {
				changes, err := tx.Changes(1, seen, 1000)
				for _, c := range changes {
					if c.Position != seen+1 {
						t.Errorf("after position %d came %d", seen, c.Position)
					}
					seen = c.Position
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		for range 20 {
			follow()
		}
		wg.Wait()
		follow()
		if seen != 90 {
			t.Errorf("feed ends at %d, want 90", seen)
		}
	})
}

func TestValuesRoundTrip(t *testing.T) {
	insert := db.SQL("test.tag", `INSERT INTO tags (org_id, tag_id, project_id, guid, name, name_key, is_deleted) VALUES ($1,$2,$3,$4,$5,$6,$7)`)
	read := db.SQL("test.readTag", `SELECT guid, name, is_deleted FROM tags WHERE org_id = $1 AND tag_id = $2 AND is_deleted = $3`)
	node := db.SQL("test.node", `INSERT INTO nodes (org_id, node_id, project_id, guid, kind, parent_id, name, start_date, finish_date, is_deleted) VALUES ($1,$2,1,'g',1,0,'n',$3,$4,false)`)
	readNumbers := db.SQL("test.readNumbers", `SELECT start_date, finish_date, kind FROM nodes WHERE org_id = $1 AND node_id = $2`)
	readNode := db.SQL("test.readNode", `SELECT start_date, finish_date FROM nodes WHERE org_id = $1 AND node_id = $2`)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d := b.Open(t)
		id := uuid.MustParse("56af920d-393b-4236-9a07-24439ccaa85c")
		at := time.Date(1969, 7, 20, 20, 17, 40, 123456000, time.UTC)
		text := "한글 'quoted' $1 \\ \"x\"\n😀"
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(insert, 1, 2, 3, id, text, "k", true); err != nil {
				return err
			}
			_, err := tx.Exec(node, 1, 1, &at, (*time.Time)(nil))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(t.Context(), func(tx *db.Tx) error {
			var gotID uuid.UUID
			var gotText string
			var deleted bool
			if err := tx.Row(read, []any{1, 2, true}, &gotID, &gotText, &deleted); err != nil {
				return err
			}
			if gotID != id || gotText != text || !deleted {
				t.Errorf("got %v %q %v", gotID, gotText, deleted)
			}
			var start, finish *time.Time
			if err := tx.Row(readNode, []any{1, 1}, &start, &finish); err != nil {
				return err
			}
			if start == nil || !start.Equal(at) || finish != nil {
				t.Errorf("got %v, %v", start, finish)
			}
			var micros, none *int64
			var kind int16
			if err := tx.Row(readNumbers, []any{1, 1}, &micros, &none, &kind); err != nil {
				return err
			}
			if micros == nil || *micros != at.UnixMicro() || none != nil || kind != 1 {
				t.Errorf("got %v, %v, %d", micros, none, kind)
			}
			return tx.Row(read, []any{9, 9, true})
		})
		if !errors.Is(err, db.ErrNotFound) {
			t.Errorf("missing row: %v", err)
		}
	})
}

func TestView_CannotWrite(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d := b.Open(t)
		err := d.View(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(insertCounter, 1, "a", 1)
			return err
		})
		if !errors.Is(err, db.ErrReadOnly) {
			t.Errorf("got %v, want ErrReadOnly", err)
		}
	})
}

func TestReserve(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d := b.Open(t)
		var got []int64
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			for _, n := range []int64{1, 3, 1} {
				first, err := tx.Reserve(1, "node", n)
				if err != nil {
					return err
				}
				got = append(got, first)
			}
			if err := tx.Raise(1, "node", 100); err != nil {
				return err
			}
			if err := tx.Raise(1, "node", 50); err != nil {
				return err
			}
			first, err := tx.Reserve(1, "node", 1)
			got = append(got, first)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != "[1 2 5 101]" {
			t.Errorf("got %v", got)
		}
	})
}

func TestOpen_RefusesNewerSchema(t *testing.T) {
	newer := db.SQL("test.newer", `INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (999, 'future', 'x', 0)`)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		config := b.Config(t)
		d, err := db.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Update(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(newer); return err }); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Open(t.Context(), config); !errors.Is(err, db.ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
	})
}

func TestUpdate_AfterCloseAndCanceled(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d, err := db.Open(t.Context(), b.Config(t))
		if err != nil {
			t.Fatal(err)
		}
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.Update(canceled, func(*db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("canceled: %v", err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.Update(t.Context(), func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
	})
}
