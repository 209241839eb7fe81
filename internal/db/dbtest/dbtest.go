// Package dbtest gives tests real databases: SQLite with DuckDB in a temporary folder, and PostgreSQL, either the one
// BOARDWALK_TEST_POSTGRES names or a private server of its own. It hides how they are started and cleaned up; it must
// not know any table. Start reading at Run.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/db"
)

// Backend is a pair of databases to run a test on.
type Backend struct {
	Name string // "sqlite" (with DuckDB) or "postgres"
	url  string // of PostgreSQL
}

// Run runs fn once for each backend, as parallel subtests. Without PostgreSQL its subtest is skipped, or failed when
// BOARDWALK_REQUIRE_BACKENDS is set as in CI.
func Run(t *testing.T, fn func(t *testing.T, b Backend)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fn(t, New(t, name))
		})
	}
}

// New returns the backend of that name, skipping or failing the test when it is not there.
func New(t testing.TB, name string) Backend {
	t.Helper()
	b := Backend{Name: name}
	if name == "postgres" {
		server, err := postgres()
		if err != nil {
			if os.Getenv("BOARDWALK_REQUIRE_BACKENDS") != "" {
				t.Fatalf("PostgreSQL is required here: %v", err)
			}
			t.Skipf("PostgreSQL: %v", err)
		}
		b.url = server.url
	}
	return b
}

var schemas atomic.Int64

// Config names a new empty record store of the backend, removed when the test ends.
func (b Backend) Config(t testing.TB) db.Config {
	t.Helper()
	if b.Name == "sqlite" {
		return db.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "records.db")}
	}
	return db.Config{URL: b.url, Schema: b.schema(t, "records")}
}

// WarehouseConfig names new empty analytics tables of the backend, removed when the test ends.
func (b Backend) WarehouseConfig(t testing.TB) db.WarehouseConfig {
	t.Helper()
	if b.Name == "sqlite" {
		return db.WarehouseConfig{URL: "duckdb:" + filepath.Join(t.TempDir(), "analytics.duckdb"), Memory: "512MB"}
	}
	return db.WarehouseConfig{URL: b.url, Schema: b.schema(t, "analytics")}
}

// schema reserves a schema name and drops the schema when the test ends.
func (b Backend) schema(t testing.TB, kind string) string {
	name := fmt.Sprintf("t_%s_%d_%d_%s", kind, os.Getpid(), schemas.Add(1), strings.ToLower(time.Now().Format("150405")))
	t.Cleanup(func() {
		if err := db.DropSchema(context.Background(), b.url, name); err != nil {
			t.Errorf("drop schema %s: %v", name, err)
		}
	})
	return name
}

// Open opens a new empty record store and closes it when the test ends.
func (b Backend) Open(t testing.TB) *db.DB {
	t.Helper()
	return OpenConfig(t, b.Config(t))
}

// OpenConfig opens a record store and closes it when the test ends.
func OpenConfig(t testing.TB, config db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close record store: %v", err)
		}
	})
	return d
}

// OpenWarehouse opens new empty analytics tables and closes them when the test ends.
func (b Backend) OpenWarehouse(t testing.TB) *db.Warehouse {
	t.Helper()
	w, err := db.OpenWarehouse(t.Context(), b.WarehouseConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close analytics tables: %v", err)
		}
	})
	return w
}
