package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"boardwalk/internal/project"
)

// RebuildConfig says which analytics tables RebuildAnalytics builds.
type RebuildConfig struct {
	Store
	Organization string // "" for all
}

// RebuildAnalytics discards analytics tables and builds them from the records, telling out how far it is. No server may
// use the store meanwhile. When it is interrupted, the next start of the server begins anew.
func RebuildAnalytics(ctx context.Context, c RebuildConfig, out io.Writer) (err error) {
	s, err := openStores(ctx, c.Store, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return s.rebuildAll(ctx, c.Organization, out)
}

// rebuildAll builds the tables of all organizations, or of the one with that name.
func (s *stores) rebuildAll(ctx context.Context, only string, out io.Writer) error {
	organizations, err := s.projects.Organizations(ctx)
	if err != nil {
		return fmt.Errorf("list the organizations: %w", err)
	}
	if only != "" {
		o, err := s.organization(ctx, only)
		if err != nil {
			return err
		}
		organizations = []*project.Organization{o}
	}
	if len(organizations) == 0 {
		fmt.Fprintf(out, "%s has no organization, so there is nothing to build.\n", s.config.place())
		return nil
	}
	for _, o := range organizations {
		if err := s.rebuild(ctx, o, out); err != nil {
			return fmt.Errorf("analytics tables of %s: %w%s", o.Name, err, advice(err))
		}
	}
	return nil
}

func (s *stores) rebuild(ctx context.Context, o *project.Organization, out io.Writer) error {
	started := time.Now()
	if err := s.discardAnalytics(o.ID); err != nil {
		return fmt.Errorf("discard the analytics tables: %w", err)
	}
	p := newProgress(out)
	feeder := s.feeder(slog.New(slog.DiscardHandler), func(_, revisions int64) {
		p.show("%s: %s revisions", o.Name, digits(revisions))
	})
	err := feeder.Rebuild(ctx, o.ID)
	p.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: analytics tables built in %s\n", o.Name, time.Since(started).Round(10*time.Millisecond))
	return nil
}
