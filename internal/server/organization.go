package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/signin"

	"github.com/google/uuid"
)

// OrganizationConfig says which organization is made or deleted.
type OrganizationConfig struct {
	Store
	Name          string
	Administrator string // sign-in name of the first administrator, usually a mail address
	DisplayName   string // of the administrator; the sign-in name when empty
	TimeZone      string // where the days of Analytics are counted
	TokenDays     int    // how long the administrator's token is good
	URL           string // of the server, for the link to set a password
	Yes           bool   // the deletion is meant
}

// ParseCreateOrganization reads the configuration of CreateOrganization; errors are those of ParseServe.
func ParseCreateOrganization(args []string, env func(string) string, out, errOut io.Writer) (OrganizationConfig, error) {
	c := OrganizationConfig{Store: DefaultConfig().Store, TimeZone: "UTC", TokenDays: 365, URL: defaultURL}
	o := newOptions("organization create", "Make an organization with its first administrator, and print a token once. Stop the server first.", env, out, errOut)
	o.argument, o.argumentName = &c.Name, "NAME"
	o.set.StringVar(&c.Administrator, "administrator", c.Administrator, "sign-in `NAME` of the first administrator, usually a mail address")
	o.set.StringVar(&c.DisplayName, "display-name", c.DisplayName, "`NAME` of the administrator as people read it (default the sign-in name)")
	o.set.StringVar(&c.TimeZone, "time-zone", c.TimeZone, "`ZONE` in which Analytics counts days, such as Europe/Berlin")
	o.set.IntVar(&c.TokenDays, "token-days", c.TokenDays, "`DAYS` until the administrator's token expires")
	o.set.StringVar(&c.URL, "url", c.URL, "`ADDRESS` under which people reach the server, for the link that is printed")
	o.store(&c.Store)
	return c, o.parse(args, c.checkCreate)
}

// ParseListOrganizations reads where the store of ListOrganizations is; errors are those of ParseServe.
func ParseListOrganizations(args []string, env func(string) string, out, errOut io.Writer) (Store, error) {
	c := DefaultConfig().Store
	o := newOptions("organization list", "List the organizations of a store. Stop the server first.", env, out, errOut)
	o.store(&c)
	return c, o.parse(args, c.check)
}

// ParseDeleteOrganization reads the configuration of DeleteOrganization; errors are those of ParseServe.
func ParseDeleteOrganization(args []string, env func(string) string, out, errOut io.Writer) (OrganizationConfig, error) {
	c := OrganizationConfig{Store: DefaultConfig().Store}
	o := newOptions("organization delete", "Delete an organization with everything in it, for good. Stop the server first.", env, out, errOut)
	o.argument, o.argumentName = &c.Name, "NAME"
	o.set.BoolVar(&c.Yes, "yes", c.Yes, "yes, delete it: there is no way back but a backup")
	o.store(&c.Store)
	return c, o.parse(args, c.checkDelete)
}

func (c *OrganizationConfig) checkCreate() error {
	_, zone := time.LoadLocation(c.TimeZone)
	switch {
	case c.Name == "":
		return errors.New("which NAME?")
	case project.CheckOrganizationName(c.Name) != nil:
		return project.CheckOrganizationName(c.Name)
	case strings.TrimSpace(c.Administrator) == "":
		return errors.New("--administrator is missing: the sign-in name of the first one")
	case zone != nil || c.TimeZone == "Local":
		return fmt.Errorf("--time-zone %q is unknown; use UTC or a name such as Europe/Berlin", c.TimeZone)
	case c.TokenDays < 1 || c.TokenDays > 3650:
		return fmt.Errorf("--token-days is %d; use 1 to 3650", c.TokenDays)
	}
	if err := checkURL(&c.URL); err != nil {
		return err
	}
	return c.Store.check()
}

func (c *OrganizationConfig) checkDelete() error {
	switch {
	case c.Name == "":
		return errors.New("which NAME?")
	case !c.Yes:
		return fmt.Errorf("everything in %s would be gone; add --yes if you mean it", c.Name)
	}
	return c.Store.check()
}

// CreateOrganization makes an organization and tells out the token of its first administrator, which nobody can read
// later. Somebody of that sign-in name who has an account keeps it. No server may use the store meanwhile.
func CreateOrganization(ctx context.Context, c OrganizationConfig, out io.Writer) (err error) {
	s, err := openStores(ctx, c.Store, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return err
	}
	if organizations, err := s.projects.Organizations(ctx); err != nil {
		return fmt.Errorf("list the organizations: %w", err)
	} else if len(organizations) > 0 {
		if public, err := s.knowsSampleToken(ctx, organizations[0].ID); err != nil || public {
			return errors.Join(err, fmt.Errorf("%s has the sample, whose tokens everybody knows; choose another store with --data or --db", c.place()))
		}
	}
	people, err := s.signin(signin.Config{})
	if err != nil {
		return err
	}
	name := strings.TrimSpace(c.Administrator)
	var link, token string
	var until time.Time
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		org, account, err := s.projects.Found(tx, s.access, project.Founding{Name: c.Name, Location: zone, Administrator: name, DisplayName: c.DisplayName})
		if errors.Is(err, db.ErrExists) {
			return fmt.Errorf("there is an organization %q already", c.Name)
		}
		if err != nil {
			return err
		}
		if link, err = people.PasswordLink(tx, account); err != nil {
			return err
		}
		until = tx.Now().AddDate(0, 0, c.TokenDays)
		t := access.Token{AuthorizationID: uuid.New(), Account: account, Org: org, Name: "First token of " + c.Name,
			Scope: access.FullScope, ValidFrom: tx.Now(), ValidTo: until}
		if token, err = s.access.CreateToken(tx, t, ""); err != nil {
			return err
		}
		if err := access.Audit(tx, access.Console(org), access.Event{Action: access.OrganizationMade, Data: map[string]any{"Organization": c.Name}}); err != nil {
			return err
		}
		return access.Audit(tx, access.Console(org), tokenMade(t, name))
	})
	if err != nil {
		return fmt.Errorf("make the organization: %w%s", err, advice(err))
	}
	_, err = fmt.Fprintf(out, "Made %s. With this link, once and within a week, %s sets a password to sign in to the server with:\n%s%s\n"+
		"Their personal access token, good until %s, is shown this once:\n%s\n", c.Name, name, c.URL, link, until.Format(time.DateOnly), token)
	return err
}

// tokenMade is what the audit log tells of a token that a command made.
func tokenMade(t access.Token, owner string) access.Event {
	return access.Event{Action: access.TokenCreated, Data: map[string]any{"DisplayName": t.Name, "AuthorizationId": t.AuthorizationID.String(),
		"Owner": owner, "Scopes": t.Scope, "ValidTo": t.ValidTo.Format(time.RFC3339)}}
}

// ListOrganizations tells out the organizations of a store.
func ListOrganizations(ctx context.Context, c Store, out io.Writer) (err error) {
	s, err := openStores(ctx, c, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	all, err := s.projects.Organizations(ctx)
	if err != nil {
		return fmt.Errorf("list the organizations: %w", err)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tCREATED\tTIME ZONE\tPROJECTS")
	for _, o := range all {
		catalog, err := s.projects.Snapshot(ctx, o.ID)
		if err != nil {
			return fmt.Errorf("organization %s: %w", o.Name, err)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\n", o.Name, o.CreatedAt.Format(time.DateOnly), o.Location, len(catalog.Projects))
	}
	return w.Flush()
}

// DeleteOrganization removes an organization with its records, tokens, attachments and analytics tables. Accounts of
// people stay. No server may use the store meanwhile.
func DeleteOrganization(ctx context.Context, c OrganizationConfig, out io.Writer) (err error) {
	s, err := openStores(ctx, c.Store, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	o, err := s.organization(ctx, c.Name)
	if err != nil {
		return err
	}
	// The records go last: without them nobody would know what else to remove.
	if err := s.discardAnalytics(o.ID); err != nil {
		return fmt.Errorf("discard the analytics tables of %s: %w", o.Name, err)
	}
	if err := s.discardAttachments(o.ID); err != nil {
		return fmt.Errorf("remove the attachments of %s: %w", o.Name, err)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := tx.Purge(o.ID); err != nil {
			return err
		}
		return access.Audit(tx, access.Console(0), access.Event{Action: access.AdminCommand, Data: map[string]any{"Command": "boardwalk organization delete " + o.Name}})
	})
	if err != nil {
		return fmt.Errorf("delete %s: %w%s", o.Name, err, advice(err))
	}
	_, err = fmt.Fprintf(out, "Deleted %s.\n", o.Name)
	return err
}
