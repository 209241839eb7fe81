package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

// Migrations are files NNNN_name.sql, run in order and never changed once released. A file NNNN_name.postgres.sql or
// NNNN_name.sqlite.sql replaces the shared one for that database.
//
//go:embed schema/*.sql
var migrationFiles embed.FS

type migration struct {
	version  int
	name     string
	text     string
	checksum string
}

// migrations lists what a dialect runs, oldest first.
func migrations(files fs.FS, d Dialect) ([]migration, error) {
	names, err := fs.Glob(files, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, file := range names { // Glob sorts
		base := strings.TrimSuffix(path.Base(file), ".sql")
		base, only, twin := strings.Cut(base, ".")
		if twin && only != string(d) {
			continue
		}
		number, name, _ := strings.Cut(base, "_")
		version, err := strconv.Atoi(number)
		if err != nil {
			return nil, fmt.Errorf("migration %s: its name does not start with a number", file)
		}
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		m := migration{version, name, string(text), hex.EncodeToString(sum[:8])}
		if n := len(all); n > 0 && all[n-1].version == version {
			if all[n-1].name != name {
				return nil, fmt.Errorf("migrations %s and %s have one number", all[n-1].name, name)
			}
			if twin {
				all[n-1] = m
			}
			continue
		}
		if version != len(all)+1 {
			return nil, fmt.Errorf("migration %s: expected number %d", file, len(all)+1)
		}
		all = append(all, m)
	}
	return all, nil
}

var (
	createMigrations = `CREATE TABLE IF NOT EXISTS schema_migrations (
		version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL)`
	readMigrations  = SQL("db.readMigrations", `SELECT version, checksum FROM schema_migrations ORDER BY version`)
	insertMigration = SQL("db.insertMigration",
		`INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)`)
)

// migrate brings the schema up to date in one transaction.
func migrate(ctx context.Context, c conn, d Dialect, now time.Time) (err error) {
	all, err := migrations(migrationFiles, d)
	if err != nil {
		return err
	}
	if err := c.begin(ctx); err != nil {
		return fmt.Errorf("begin migration: %w", err)
	}
	defer func() {
		if err != nil {
			_ = c.control(ctx, "ROLLBACK") // the first error is the one that matters
		}
	}()
	if err := c.control(ctx, createMigrations); err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	applied, err := appliedMigrations(ctx, c)
	if err != nil {
		return err
	}
	if len(applied) > len(all) {
		return fmt.Errorf("%w: its schema is version %d, this program knows %d; run the newer program", ErrNewer, len(applied), len(all))
	}
	for i, m := range all {
		if i < len(applied) {
			if applied[i] != m.checksum {
				return fmt.Errorf("migration %04d_%s was changed after it had been applied to this database", m.version, m.name)
			}
			continue
		}
		if err := c.control(ctx, m.text); err != nil {
			return fmt.Errorf("migration %04d_%s: %w", m.version, m.name, err)
		}
		if _, err := c.exec(ctx, insertMigration, encode([]any{m.version, m.name, m.checksum, now})); err != nil {
			return fmt.Errorf("record migration %04d_%s: %w", m.version, m.name, err)
		}
	}
	return c.control(ctx, "COMMIT")
}

func appliedMigrations(ctx context.Context, c conn) ([]string, error) {
	rows, err := c.query(ctx, readMigrations, nil)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	defer rows.Close()
	var sums []string
	for rows.Next() {
		var version int64
		var sum string
		if err := rows.Scan(&version, &sum); err != nil {
			return nil, err
		}
		sums = append(sums, sum)
	}
	return sums, rows.Err()
}
