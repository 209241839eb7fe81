package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/ingest"
	"boardwalk/internal/api"
	"boardwalk/internal/db"
	"boardwalk/internal/delivery"
	"boardwalk/internal/hooks"
	"boardwalk/internal/project"
	"boardwalk/internal/sample"
	"boardwalk/internal/signin"
	"boardwalk/internal/work"
)

// recordsFile is the record store in a data directory.
const recordsFile = "records.db"

// attachmentsDir has a directory of attached files for each organization.
const attachmentsDir = "attachments"

// stores are the opened record store with the packages that work on it, in a data directory that is locked.
type stores struct {
	config   Store
	lock     *dataLock
	db       *db.DB
	projects *project.Store
	access   *access.Store
	items    *work.Items
	key      []byte // of secrets that are not tokens
	delivery *delivery.Store
}

// openStores locks the data directory and opens the record store in it. observe may be nil.
func openStores(ctx context.Context, c Store, log *slog.Logger, observe func(string, time.Duration)) (_ *stores, err error) {
	s := &stores{config: c}
	if s.lock, err = lockData(c.Data); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	keys, err := c.tokenKeys()
	if err != nil {
		return nil, err
	}
	if s.key, err = c.secretKey(keys); err != nil {
		return nil, err
	}
	if err := s.discardHalfSample(); err != nil {
		return nil, err
	}
	config := db.Config{URL: c.records(), Log: log, Observe: observe}
	if isPostgres(config.URL) {
		config.Schema = c.Schema
	}
	if s.db, err = db.Open(ctx, config); err != nil {
		return nil, fmt.Errorf("cannot open the record store %s: %w%s", c.place(), err, advice(err))
	}
	s.projects = project.New(s.db)
	s.access = access.New(access.Config{DB: s.db, TokenKey: keys[0], FormerKeys: keys[1:], MaxTokenDays: c.MaxTokenDays})
	s.delivery = delivery.New(delivery.Config{DB: s.db, Access: s.access})
	s.items = work.New(work.Config{DB: s.db, Projects: s.projects, Access: s.access, Attachments: filepath.Join(c.Data, attachmentsDir)})
	return s, s.items.SweepAttachments(ctx)
}

// advice says what to do about a store that cannot be opened.
func advice(err error) string {
	switch {
	case errors.Is(err, db.ErrDamaged):
		return "; restore it from a backup, or move it away to start with an empty store"
	case errors.Is(err, db.ErrReadOnly):
		return "; make it writable, or choose another with --data or --db"
	case errors.Is(err, db.ErrFull):
		return "; free space, then start again: nothing stored is lost"
	}
	return ""
}

func (s *stores) close() error {
	var errs []error
	if s.db != nil {
		if err := s.db.Close(); err != nil {
			errs = append(errs, fmt.Errorf("close the record store: %w", err))
		}
	}
	return errors.Join(append(errs, s.lock.release())...)
}

// sample is what package sample fills.
func (s *stores) sample() sample.Config {
	return sample.Config{DB: s.db, Projects: s.projects, Access: s.access, Items: s.items}
}

// hooks returns what tells other programs of changes.
func (s *stores) hooks(allowPrivate bool, log *slog.Logger) *hooks.Service {
	return hooks.New(hooks.Config{
		DB: s.db, Projects: s.projects, Access: s.access, Items: s.items, Event: api.HookEvent, Key: s.key,
		AllowPrivate: allowPrivate, Log: log,
	})
}

// signin returns what people sign in with; c has what is not about the stores.
func (s *stores) signin(c signin.Config) (*signin.Service, error) {
	c.DB, c.Access, c.Projects, c.Key = s.db, s.access, s.projects, s.key
	return signin.New(c)
}

// feeder returns what keeps the analytics tables up to date.
func (s *stores) feeder(log *slog.Logger, progress func(org, revisions int64)) *ingest.Feeder {
	return ingest.New(ingest.Config{
		DB: s.db, Projects: s.projects, Access: s.access, Open: s.openAnalytics, Discard: s.discardAnalytics,
		Log: log, Clock: time.Now, Progress: progress,
	})
}

// openAnalytics opens an organization's analytics tables: a file, or a PostgreSQL schema.
func (s *stores) openAnalytics(ctx context.Context, org int64) (*db.Warehouse, error) {
	c := db.WarehouseConfig{URL: s.config.analyticsURL(), Schema: s.analyticsSchema(org)}
	if c.URL == "" {
		c = db.WarehouseConfig{URL: "duckdb:" + s.analyticsFile(org), Memory: s.config.AnalyticsMemory, Threads: s.config.AnalyticsThreads}
	}
	c.Connections = 2*s.slots() + 1 // long queries, quick ones, and the feed
	return db.OpenWarehouse(ctx, c)
}

// slots is how many long analytics queries run at a time: twice the processors, but PostgreSQL's connections are shared by
// all organizations.
func (s *stores) slots() int {
	n := 2 * runtime.GOMAXPROCS(0)
	if s.config.analyticsURL() != "" {
		n = min(n, 8)
	}
	return n
}

// discardAnalytics removes an organization's analytics tables; they are rebuilt from the records.
func (s *stores) discardAnalytics(org int64) error {
	if target := s.config.analyticsURL(); target != "" {
		return db.DropSchema(context.Background(), target, s.analyticsSchema(org))
	}
	path := s.analyticsFile(org)
	for _, name := range []string{path, path + ".wal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.RemoveAll(path + ".tmp")
}

// discardAttachments removes an organization's attached files.
func (s *stores) discardAttachments(org int64) error {
	return os.RemoveAll(filepath.Join(s.config.Data, attachmentsDir, strconv.FormatInt(org, 10)))
}

func (s *stores) analyticsFile(org int64) string {
	return filepath.Join(s.config.Data, "analytics", strconv.FormatInt(org, 10)+".duckdb")
}

func (s *stores) analyticsSchema(org int64) string {
	return s.config.Schema + "_analytics_" + strconv.FormatInt(org, 10)
}

// organization finds an organization by name, in any letter case.
func (s *stores) organization(ctx context.Context, name string) (*project.Organization, error) {
	all, err := s.projects.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(all))
	for i, o := range all {
		if strings.EqualFold(o.Name, name) {
			return o, nil
		}
		names[i] = o.Name
	}
	return nil, fmt.Errorf("there is no organization %q; the store has: %s", name, strings.Join(names, ", "))
}
