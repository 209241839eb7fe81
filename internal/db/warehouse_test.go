package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sqlgen"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func TestWarehouse_ValuesRoundTrip(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		float := map[string]string{"duckdb": "DOUBLE", "postgres": "double precision"}[w.Dialect()]
		columns := []db.Column{{"I", db.Int32}, {"B", db.Int64}, {"F", db.Float64}, {"T", db.Text}, {"S", db.Timestamp}, {"U", db.UUID}, {"O", db.Bool}, {"E", db.Text}}
		at := time.Date(2022, 2, 4, 7, 59, 59, 999000000, time.UTC)
		text := func(i int) string { return strings.Repeat("x", i%20) + []string{"", "한", "é"}[i%3] }
		const rows = 5000
		err := w.Write(t.Context(), func(s *db.Session) error {
			ddl := `CREATE TABLE "x" ("I" integer, "B" bigint, "F" ` + float + `, "T" text, "S" timestamp, "U" uuid, "O" boolean, "E" text)`
			if err := s.Exec(ddl); err != nil {
				return err
			}
			a, err := s.Append("x", columns)
			if err != nil {
				return err
			}
			for i := range rows {
				a.Int(0, int64(i))
				a.Int(1, int64(i)<<33)
				if i%3 != 0 {
					a.Float(2, float64(i)/4)
					a.Text(3, text(i))
					a.UUID(5, uuid.NewSHA1(uuid.Nil, []byte{byte(i), byte(i >> 8)}))
				}
				a.Time(4, at.Add(time.Duration(i)*time.Second))
				a.Bool(6, i%2 == 1)
				if err := a.EndRow(); err != nil {
					return err
				}
			}
			return a.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		err = w.Read(t.Context(), func(s *db.Session) error {
			r, err := s.Query(`SELECT "I", "B", "F", "T", "S", "U", "O", "E" FROM "x" WHERE "I" >= $1::integer AND "S" >= $2::timestamp ORDER BY "I"`, int64(0), at)
			if err != nil {
				return err
			}
			defer r.Close()
			for r.Next() {
				for k := range r.Rows {
					i := seen
					seen++
					v := r.Vectors
					if v[0].Int(k) != int64(i) || v[1].Int(k) != int64(i)<<33 || v[4].Int(k) != at.Add(time.Duration(i)*time.Second).UnixMicro() || v[6].Int(k) != int64(i%2) || !v[7].Null(k) {
						t.Fatalf("row %d differs", i)
					}
					if null := i%3 == 0; v[2].Null(k) != null || v[3].Null(k) != null || v[5].Null(k) != null {
						t.Fatalf("row %d: nulls differ", i)
					} else if !null && (v[2].Float(k) != float64(i)/4 || string(v[3].Text(k)) != text(i) || uuid.UUID(v[5].UUID(k)) != uuid.NewSHA1(uuid.Nil, []byte{byte(i), byte(i >> 8)})) {
						t.Fatalf("row %d: got %v %q %v", i, v[2].Float(k), v[3].Text(k), uuid.UUID(v[5].UUID(k)))
					}
				}
			}
			if err := r.Err(); err != nil {
				return err
			}
			n, err := s.Int(`SELECT count(*) FROM "x" WHERE "I" IN (SELECT unnest($1::bigint[])) AND cast("U" AS text) = $2`,
				[]int64{1, 2, 3, 99999}, uuid.NewSHA1(uuid.Nil, []byte{2, 0}).String())
			if n != 1 {
				t.Errorf("list and uuid filter found %d rows, want 1", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if seen != rows {
			t.Errorf("read %d rows, want %d", seen, rows)
		}
	})
}

func TestWarehouse_WriteRollsBackAndReadSeesOneState(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		fail := errors.New("on purpose")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.Write(t.Context(), func(s *db.Session) error { return s.Exec(`CREATE TABLE "x" ("I" integer)`) }))
		err := w.Write(t.Context(), func(s *db.Session) error {
			if err := s.Exec(`INSERT INTO "x" VALUES (1)`); err != nil {
				return err
			}
			return fail
		})
		if !errors.Is(err, fail) {
			t.Errorf("got %v", err)
		}
		must(w.Read(t.Context(), func(s *db.Session) error {
			before, err := s.Int(`SELECT count(*) FROM "x"`)
			if err != nil {
				return err
			}
			must(w.Write(t.Context(), func(s *db.Session) error { return s.Exec(`INSERT INTO "x" VALUES (2)`) }))
			after, err := s.Int(`SELECT count(*) FROM "x"`)
			if before != 0 || after != 0 {
				t.Errorf("a reader saw %d then %d rows, want 0 twice", before, after)
			}
			return err
		}))
	})
}

func TestWarehouse_QueryErrorsAndDeadline(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		err := w.Read(t.Context(), func(s *db.Session) error {
			_, err := s.Int(`SELECT cast(1e300 AS integer) + cast($1 AS integer)`, int64(1))
			return err
		})
		if _, ok := errors.AsType[*db.ErrQuery](err); !ok {
			t.Errorf("overflow: got %v (%T)", err, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err = w.Read(ctx, func(s *db.Session) error {
			table := map[string]string{"duckdb": "range(3000000) a(i), range(3000000) b(j)", "postgres": "generate_series(1,3000000) a(i), generate_series(1,3000000) b(j)"}[w.Dialect()]
			_, err := s.Int(`SELECT count(*) FROM ` + table + ` WHERE i * j % 7 = 3`)
			return err
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("deadline: got %v", err)
		}
		if err := w.Read(t.Context(), func(s *db.Session) error { _, err := s.Int("SELECT cast(1 AS bigint)"); return err }); err != nil {
			t.Errorf("after an interrupted query: %v", err)
		}
	})
}

// A query sees what was committed since the same one ran before, with values beyond those the tables had then.
func TestWarehouse_SameQuerySeesNewRows(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		write := func(statement string) {
			if err := w.Write(t.Context(), func(s *db.Session) error { return s.Exec(statement) }); err != nil {
				t.Fatal(err)
			}
		}
		var got []int64
		read := func() {
			err := w.Read(t.Context(), func(s *db.Session) error {
				for _, query := range []string{`SELECT count(*) FROM t WHERE v > 100`, `SELECT count(*) FROM (SELECT v FROM t GROUP BY v) AS g`, `SELECT count(*) FROM t WHERE v IS NULL`} {
					n, err := s.Int(query)
					if err != nil {
						return err
					}
					got = append(got, n)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		write(`CREATE TABLE t (v integer)`)
		write(`INSERT INTO t VALUES (1), (2), (2)`)
		for range 5 { // more than there are connections
			read()
		}
		got = got[:0]
		write(`INSERT INTO t VALUES (-7), (5000), (6000), (NULL)`)
		read()
		if diff := cmp.Diff([]int64{2, 6, 1}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Places compare as texts do in queries, and are those of the rows that are there.
func TestSession_PlaceTexts(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		dialect := map[string]sqlgen.Dialect{"duckdb": sqlgen.DuckDB, "postgres": sqlgen.Postgres}[w.Dialect()]
		numbered := func(insert string) (got, compared []string) {
			err := w.Write(t.Context(), func(s *db.Session) error {
				if err := s.Exec(`DELETE FROM t`); err != nil {
					return err
				}
				if err := s.Exec(`INSERT INTO t (k, v) VALUES ` + insert); err != nil {
					return err
				}
				if err := s.PlaceTexts("t", "k", "v", "p"); err != nil {
					return err
				}
				r, err := s.Query(`SELECT k, p FROM t ORDER BY p NULLS LAST, k`)
				if err != nil {
					return err
				}
				defer r.Close()
				for r.Next() {
					for i := range r.Rows {
						text := fmt.Sprint(r.Vectors[0].Int(i), ":")
						if !r.Vectors[1].Null(i) {
							text += fmt.Sprint(r.Vectors[1].Int(i))
						}
						got = append(got, text)
					}
				}
				return r.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
			err = w.Read(t.Context(), func(s *db.Session) error {
				for _, op := range []string{"<", "="} {
					differ, err := s.Int(`SELECT count(*) FROM t AS a, t AS b WHERE (` + strings.ReplaceAll(dialect.Folded("v"), `"v"`, `a."v"`) + op +
						strings.ReplaceAll(dialect.Folded("v"), `"v"`, `b."v"`) + `) IS DISTINCT FROM (a.p` + op + `b.p)`)
					if err != nil {
						return err
					}
					if differ != 0 {
						compared = append(compared, fmt.Sprint(op, ": ", differ, " pairs compare otherwise"))
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return got, compared
		}
		if err := w.Write(t.Context(), func(s *db.Session) error { return s.Exec(`CREATE TABLE t (k integer, v text, p integer)`) }); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			insert string
			want   []string // key:place
		}{
			{`(1, 'web'), (2, 'Ärger'), (3, NULL), (4, 'WEB'), (5, ''), (6, 'web\A'), (7, 'äRGER'), (8, 'a_b'), (9, 'a b'), (10, 'Aa')`,
				[]string{"5:1", "9:2", "8:3", "10:4", "1:5", "4:5", "6:6", "2:7", "7:7", "3:"}},
			{`(4, 'B'), (1, 'c'), (9, 'b')`, []string{"4:1", "9:1", "1:2"}},
		} {
			got, compared := numbered(test.insert)
			if diff := cmp.Diff(test.want, got); diff != "" || compared != nil {
				t.Error(diff, compared)
			}
		}
	})
}

func TestOpenWarehouse_DamagedAndLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	if err := os.WriteFile(path, []byte("this is not a database, whatever its name says; it is long enough to be read"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.OpenWarehouse(t.Context(), db.WarehouseConfig{URL: "duckdb:" + path}); !errors.Is(err, db.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}

// Whoever still holds tables that are closed, to be rebuilt for instance, is told so and does not wait.
func TestWarehouse_Closed(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w, err := db.OpenWarehouse(t.Context(), b.WarehouseConfig(t))
		if err != nil {
			t.Fatal(err)
		}
		reading, release, done := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			done <- w.Read(t.Context(), func(s *db.Session) error {
				close(reading)
				<-release
				_, err := s.Int("SELECT cast(1 AS bigint)")
				return err
			})
		}()
		<-reading
		closed := make(chan error)
		go func() { closed <- w.Close() }()
		never := func(*db.Session) error { return nil }
		for err = nil; err == nil; { // until Close has begun
			err = w.Read(t.Context(), never)
		}
		if !errors.Is(err, db.ErrClosed) {
			t.Errorf("read: %v", err)
		}
		if err := w.Write(t.Context(), never); !errors.Is(err, db.ErrClosed) {
			t.Errorf("write: %v", err)
		}
		if err := w.Maintain(t.Context(), "CHECKPOINT"); !errors.Is(err, db.ErrClosed) {
			t.Errorf("maintain: %v", err)
		}
		close(release)
		if err := <-done; err != nil {
			t.Errorf("a session that was running: %v", err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// A block that was overwritten is found when it is read, also long after opening.
func TestWarehouse_DamagedBlock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	open := func() *db.Warehouse {
		t.Helper()
		w, err := db.OpenWarehouse(t.Context(), db.WarehouseConfig{URL: "duckdb:" + path})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	w := open()
	err := w.Write(t.Context(), func(s *db.Session) error {
		return s.Exec(`CREATE TABLE x AS SELECT i, md5(cast(i AS text)) AS t FROM range(300000) r(i)`)
	})
	if err := errors.Join(err, w.Maintain(t.Context(), "CHECKPOINT"), w.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 4; i < len(data)/2; i++ {
		data[i] ^= 0x5a
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	w = open()
	err = w.Read(t.Context(), func(s *db.Session) error {
		_, err := s.Int(`SELECT cast(sum(length(t)) + sum(i) AS bigint) FROM x WHERE t <> 'x'`)
		return err
	})
	if !errors.Is(err, db.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// What Load stores is where it stays at the commit; Write goes by way of the log.
func TestWarehouse_LoadBypassesLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.duckdb")
	w, err := db.OpenWarehouse(t.Context(), db.WarehouseConfig{URL: "duckdb:" + path})
	if err != nil {
		t.Fatal(err)
	}
	logged := func(table string, store func(context.Context, func(*db.Session) error) error) int64 {
		t.Helper()
		err := store(t.Context(), func(s *db.Session) error {
			if err := s.Exec(`CREATE TABLE ` + table + ` ("I" bigint, "T" text)`); err != nil {
				return err
			}
			a, err := s.Append(table, []db.Column{{Name: "I", Kind: db.Int64}, {Name: "T", Kind: db.Text}})
			if err != nil {
				return err
			}
			for i := range int64(50_000) { // many chunks, of which the last is not full
				a.Int(0, i)
				a.Text(1, fmt.Sprint("a text that is not kept inline ", i))
				if err := a.EndRow(); err != nil {
					a.Abort()
					return err
				}
			}
			return a.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Read(t.Context(), func(s *db.Session) error {
			n, err := s.Int(`SELECT count(*) FROM ` + table + ` WHERE "T" = 'a text that is not kept inline ' || "I"`)
			if n != 50_000 {
				t.Errorf("%s: %d rows, want 50000", table, n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path + ".wal")
		if errors.Is(err, os.ErrNotExist) {
			return 0
		}
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	if size := logged("x", w.Load); size > 10_000 {
		t.Errorf("Load left a log of %d bytes", size)
	}
	if size := logged("y", w.Write); size < 1_000_000 {
		t.Errorf("Write after Load left a log of %d bytes", size)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// TestResult_Keep reads a result of several chunks twice, with another statement in between.
func TestResult_Keep(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		w := b.OpenWarehouse(t)
		err := w.Read(t.Context(), func(s *db.Session) error {
			r, err := s.Query("SELECT CAST(n AS bigint) AS n, 'text ' || n AS t FROM generate_series(1, 10000) AS g(n) ORDER BY 1")
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.Keep(); err != nil {
				return err
			}
			for range 2 {
				want := int64(0)
				for r.Next() {
					for i := range r.Rows {
						want++
						if n, text := r.Vectors[0].Int(i), string(r.Vectors[1].Text(i)); n != want || text != fmt.Sprintf("text %d", want) {
							t.Fatalf("row %d is %d %q", want, n, text)
						}
					}
				}
				if want != 10000 || r.Err() != nil {
					t.Errorf("%d rows, %v", want, r.Err())
				}
				if n, err := s.Int("SELECT CAST(7 AS bigint)"); n != 7 || err != nil {
					t.Errorf("a statement in between: %d, %v", n, err)
				}
				r.Rewind()
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
