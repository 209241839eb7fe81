package db_test

import (
	"context"
	"errors"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// series counts from 0 on; the value of one number cannot be converted. It is much longer than what is kept ahead of
// the reader, so that databases that work at several places at once come to the bad one after rows were read.
func series(w *db.Warehouse) string {
	from := "generate_series(0, 1999999) AS t(i)"
	if w.Dialect() == "duckdb" {
		from = "range(2000000) AS t(i)"
	}
	return "SELECT CAST(CASE WHEN i = $1::bigint THEN 'x' ELSE CAST(i AS text) END AS bigint) FROM " + from
}

func TestSession_Stream(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		read := func(ctx context.Context, bad int64, each func()) (rows, sum int64, err error) {
			err = w.Read(ctx, func(s *db.Session) error {
				r, err := s.Stream(series(w), bad)
				if err != nil {
					return err
				}
				defer r.Close()
				for r.Next() {
					for i := range r.Rows {
						rows, sum = rows+1, sum+r.Vectors[0].Int(i)
					}
					each()
				}
				return r.Err()
			})
			return rows, sum, err
		}
		rows, sum, err := read(t.Context(), -1, func() {})
		if err != nil || rows != 2_000_000 || sum != 1_999_999*2_000_000/2 {
			t.Errorf("%d rows with sum %d, %v", rows, sum, err)
		}
		rows, _, err = read(t.Context(), 1_990_000, func() {})
		if wrong := new(db.ErrQuery); !errors.As(err, &wrong) || rows == 0 || rows > 1_990_000 {
			t.Errorf("%d rows before the bad one, then %v", rows, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if _, _, err := read(ctx, -1, cancel); !errors.Is(err, context.Canceled) {
			t.Errorf("canceled while reading: %v", err)
		}
		err = w.Read(t.Context(), func(s *db.Session) error { // leaves a stream half read
			r, err := s.Stream(series(w), int64(-1))
			if err != nil {
				return err
			}
			r.Next()
			r.Close()
			n, err := s.Int("SELECT 42")
			if err == nil && n != 42 {
				t.Errorf("the next statement answers %d", n)
			}
			return err
		})
		if err != nil {
			t.Errorf("after a stream that was not read to its end: %v", err)
		}
	})
}
