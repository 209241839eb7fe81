package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/api"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// AuditConfig says which part of an audit log is exported or discarded.
type AuditConfig struct {
	Store
	Organization string // "" for what belongs to none, such as sign-ins of nobody
	Before       string // a day
	Yes          bool   // discarding is meant
}

// ParseExportAudit reads the configuration of ExportAudit; errors are those of ParseServe.
func ParseExportAudit(args []string, env func(string) string, out, errOut io.Writer) (AuditConfig, error) {
	c := AuditConfig{Store: DefaultConfig().Store}
	o := newOptions("audit export", "Write an audit log as lines of JSON, newest first. Stop the server first; running ones answer the same at _apis/audit/downloadlog?format=ndjson.", env, out, errOut)
	o.set.StringVar(&c.Organization, "organization", c.Organization, "`NAME` of the organization; without one, what belongs to none")
	o.store(&c.Store)
	return c, o.parse(args, c.Store.check)
}

// ParseDiscardAudit reads the configuration of DiscardAudit; errors are those of ParseServe.
func ParseDiscardAudit(args []string, env func(string) string, out, errOut io.Writer) (AuditConfig, error) {
	c := AuditConfig{Store: DefaultConfig().Store}
	o := newOptions("audit discard", "Discard old entries of an audit log, for good. Stop the server first.", env, out, errOut)
	o.set.StringVar(&c.Organization, "organization", c.Organization, "`NAME` of the organization; without one, what belongs to none")
	o.set.StringVar(&c.Before, "before", c.Before, "`DAY` before which entries are discarded, such as 2026-01-01, in UTC")
	o.set.BoolVar(&c.Yes, "yes", c.Yes, "yes, discard them: there is no way back but a backup")
	o.store(&c.Store)
	return c, o.parse(args, func() error {
		_, err := time.Parse(time.DateOnly, c.Before)
		switch {
		case c.Before == "":
			return errors.New("--before is missing: the day before which entries are discarded")
		case err != nil:
			return fmt.Errorf("--before %q is not a day such as 2026-01-01", c.Before)
		case !c.Yes:
			return fmt.Errorf("what was recorded before %s would be gone; add --yes if you mean it", c.Before)
		}
		return c.Store.check()
	})
}

// logOf is the organization whose log is meant, or one that stands for the server itself.
func (c *AuditConfig) logOf(ctx context.Context, s *stores) (*project.Organization, error) {
	if c.Organization == "" {
		return &project.Organization{Name: "server"}, nil
	}
	return s.organization(ctx, c.Organization)
}

// ExportAudit writes an audit log to out, a line of JSON for each entry as the API shows it. That it did is recorded.
func ExportAudit(ctx context.Context, c AuditConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		o, err := c.logOf(ctx, s)
		if err != nil {
			return err
		}
		if err := s.access.Record(ctx, access.Console(o.ID), access.Event{Action: access.AuditDownloaded, Data: map[string]any{"Format": "ndjson"}}); err != nil {
			return fmt.Errorf("record the export: %w%s", err, advice(err))
		}
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		all := access.AuditPlace{At: time.UnixMicro(math.MaxInt64)}
		return s.access.EachAuditEntry(ctx, o.ID, time.Time{}, all, func(e *access.AuditEntry) error {
			return lines.Encode(api.DecoratedAuditEntry(o, e))
		})
	})
}

// DiscardAudit removes what was recorded before a day from an audit log, which then tells of that.
func DiscardAudit(ctx context.Context, c AuditConfig, out io.Writer) error {
	before, err := time.Parse(time.DateOnly, c.Before)
	if err != nil {
		return err
	}
	return c.offline(ctx, func(s *stores) error {
		o, err := c.logOf(ctx, s)
		if err != nil {
			return err
		}
		var n int64
		err = s.db.Update(ctx, func(tx *db.Tx) error {
			n, err = access.DiscardAudit(tx, access.Console(o.ID), before)
			return err
		})
		if err != nil {
			return fmt.Errorf("discard entries: %w%s", err, advice(err))
		}
		_, err = fmt.Fprintf(out, "Discarded %d entries of the audit log of %s from before %s.\n", n, o.Name, c.Before)
		return err
	})
}
