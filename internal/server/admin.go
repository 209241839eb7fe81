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

	"github.com/google/uuid"
)

// AdminConfig says whom the commands of "boardwalk admin" help. They need the machine of the store, not a token: they
// are the way back for organizations whose administrators cannot sign in any more.
type AdminConfig struct {
	Store
	Organization string
	User         string // sign-in name, usually a mail address
	Scope        string // of the token
	TokenDays    int    // how long the token is good
	URL          string // of the server, for links
	Namespace    string // of a permission: name or id
	Token        string // of a permission
	Permission   string // name, or bits
	Yes          bool   // tokens of former keys are to end
}

// ParseAdmin reads the configuration of "boardwalk admin COMMAND"; errors are those of ParseServe.
func ParseAdmin(command string, args []string, env func(string) string, out, errOut io.Writer) (AdminConfig, error) {
	c := AdminConfig{Store: DefaultConfig().Store, Scope: access.FullScope, TokenDays: 30, URL: defaultURL}
	about := map[string]string{
		"invite":            "Let somebody into an organization, and print a link with which they set a password.",
		"reset-password":    "Print a link with which somebody sets another password.",
		"list":              "List the people of the organizations, and how many tokens they have.",
		"create-token":      "Make a personal access token for somebody of an organization, and print it once.",
		"grant":             "Make somebody administrator of an organization, letting them in when they are not.",
		"revoke-tokens":     "Revoke all personal access tokens of somebody, and sign them out everywhere.",
		"rotate-token-key":  "Make a new key for the hashes of tokens. The server may run, and uses it from its next start on.",
		"retire-token-keys": "Remove the former keys of tokens.",
		"unlink":            "Take somebody's account from the person of the identity provider it belongs to, so that it can be linked again, and sign them out everywhere.",
		"why":               "Say why somebody has a permission, or has it not.",
	}
	keys := command == "rotate-token-key" || command == "retire-token-keys"
	if command != "rotate-token-key" {
		about[command] += " Stop the server first."
	}
	o := newOptions("admin "+command, about[command], env, out, errOut)
	if command == "retire-token-keys" {
		o.set.BoolVar(&c.Yes, "yes", c.Yes, "yes, though tokens that were not used since end with their key")
	}
	everywhere := command == "revoke-tokens" || command == "reset-password" || command == "unlink" // of no one organization
	if !everywhere && !keys {
		o.set.StringVar(&c.Organization, "organization", c.Organization, "`NAME` of the organization")
	}
	if command != "list" && !keys {
		o.set.StringVar(&c.User, "user", c.User, "sign-in `NAME` of the person, usually a mail address")
	}
	if command == "create-token" {
		o.set.StringVar(&c.Scope, "scope", c.Scope, "`SCOPES` of the token, separated by blanks")
		o.set.IntVar(&c.TokenDays, "token-days", c.TokenDays, "`DAYS` until the token expires")
	}
	if command == "invite" || command == "reset-password" {
		o.set.StringVar(&c.URL, "url", c.URL, "`ADDRESS` under which people reach the server, for the link that is printed")
	}
	if command == "why" {
		o.set.StringVar(&c.Namespace, "namespace", "CSS", "security namespace, by `NAME` or id; CSS is that of areas")
		o.set.StringVar(&c.Token, "token", c.Token, "`TOKEN` of what the permission is on, as az devops security permission has it")
		o.set.StringVar(&c.Permission, "permission", c.Permission, "`NAME` of the permission, such as WORK_ITEM_READ, or its bit")
	}
	o.store(&c.Store)
	return c, o.parse(args, func() error {
		switch {
		case command == "why" && (c.Token == "" || c.Permission == ""):
			return errors.New("--token and --permission are needed")
		case command == "list" || keys:
		case c.User == "":
			return errors.New("--user is missing: the sign-in name of the person")
		case c.Organization == "" && !everywhere:
			return errors.New("--organization is missing; boardwalk admin list shows all")
		case !validScope(c.Scope):
			return fmt.Errorf("--scope %q is unknown; use app_token, or names such as vso.work separated by blanks", c.Scope)
		case c.TokenDays < 1 || c.TokenDays > 3650:
			return fmt.Errorf("--token-days is %d; use 1 to 3650", c.TokenDays)
		}
		return errors.Join(checkURL(&c.URL), c.Store.check())
	})
}

func validScope(text string) bool {
	_, ok := access.ParseScope(text)
	return ok
}

// offline runs something on the stores while no server uses them.
func (s *Store) offline(ctx context.Context, do func(*stores) error) (err error) {
	opened, err := openStores(ctx, *s, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.close()) }()
	return do(opened)
}

// ListPeople tells out who can sign in to which organization.
func ListPeople(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		all, err := s.projects.Organizations(ctx)
		if err != nil {
			return fmt.Errorf("list the organizations: %w", err)
		}
		if c.Organization != "" {
			o, err := s.organization(ctx, c.Organization)
			if err != nil {
				return err
			}
			all = []*project.Organization{o}
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ORGANIZATION\tUSER\tNAME\tACCESS\tADMINISTRATOR\tTOKENS")
		for _, o := range all {
			err := s.db.View(ctx, func(tx *db.Tx) error {
				d, err := s.access.Directory(tx, o.ID)
				if err != nil {
					return err
				}
				for _, u := range d.Users() {
					if u.Account == 0 {
						continue
					}
					n, err := s.access.CountTokens(tx, u.Account, o.ID)
					if err != nil {
						return err
					}
					level := string(u.Level)
					if !u.Active {
						level = "removed"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\n", o.Name, u.UniqueName, u.DisplayName, level, map[bool]string{true: "yes", false: "no"}[u.Administrator], n)
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("organization %s: %w", o.Name, err)
			}
		}
		return w.Flush()
	})
}

// CreateToken makes a token for somebody who is in the organization and tells it out.
func CreateToken(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		o, err := s.organization(ctx, c.Organization)
		if err != nil {
			return err
		}
		var text string
		var until time.Time
		err = s.db.Update(ctx, func(tx *db.Tx) error {
			u, err := s.person(tx, o, c.User)
			if err != nil {
				return err
			}
			scope, known := access.ParseScope(c.Scope)
			if !known {
				return fmt.Errorf("the scope %q is unknown", c.Scope)
			}
			until = tx.Now().AddDate(0, 0, c.TokenDays)
			t := access.Token{AuthorizationID: uuid.New(), Account: u.Account, Org: o.ID,
				Name: "Made on the server's machine", Scope: scope, ValidFrom: tx.Now(), ValidTo: until}
			if text, err = s.access.CreateToken(tx, t, ""); err != nil {
				return err
			}
			return access.Audit(tx, access.Console(o.ID), tokenMade(t, u.UniqueName))
		})
		if err != nil {
			return fmt.Errorf("make a token: %w%s", err, advice(err))
		}
		_, err = fmt.Fprintf(out, "The personal access token of %s for %s, good until %s, is shown this once:\n%s\n", c.User, o.Name, until.Format(time.DateOnly), text)
		return err
	})
}

// person is somebody of an organization who can sign in.
func (s *stores) person(tx *db.Tx, o *project.Organization, name string) (*access.User, error) {
	d, err := s.access.Directory(tx, o.ID)
	if err != nil {
		return nil, err
	}
	for _, u := range d.Users() {
		if u.Account != 0 && u.Active && strings.EqualFold(u.UniqueName, strings.TrimSpace(name)) {
			return u, nil
		}
	}
	return nil, fmt.Errorf("nobody called %q can sign in to %s; boardwalk admin list shows who can, boardwalk admin grant lets somebody in", name, o.Name)
}

// GrantAdministration makes somebody administrator of an organization. Who was removed, or is known from data alone, is
// let in again; a Stakeholder gets Basic access.
func GrantAdministration(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		o, err := s.organization(ctx, c.Organization)
		if err != nil {
			return err
		}
		err = s.db.Update(ctx, func(tx *db.Tx) error {
			user, err := s.access.Admit(tx, access.Console(o.ID), c.User, access.Basic)
			if err != nil {
				return err
			}
			return access.Join(tx, access.Console(o.ID), access.Subject{Kind: access.Administrator}, access.Subject{Kind: access.UserKind, ID: user})
		})
		if err != nil {
			return fmt.Errorf("make %s administrator: %w%s", c.User, err, advice(err))
		}
		_, err = fmt.Fprintf(out, "%s administers %s. boardwalk admin create-token makes a token for them.\n", c.User, o.Name)
		return err
	})
}

// RevokeTokens ends all tokens of somebody, whatever organization they are for.
func RevokeTokens(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		var n int64
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			account, err := access.AccountNamed(tx, c.User)
			if errors.Is(err, db.ErrNotFound) {
				return fmt.Errorf("nobody called %q has an account", c.User)
			}
			if err != nil {
				return err
			}
			if n, err = access.RevokeAccount(tx, account); err != nil {
				return err
			}
			if err := s.access.EndSessions(tx, account, uuid.Nil); err != nil {
				return err
			}
			return access.AuditCommand(tx, account, "boardwalk admin revoke-tokens --user "+c.User)
		})
		if err != nil {
			return fmt.Errorf("revoke the tokens: %w%s", err, advice(err))
		}
		_, err = fmt.Fprintf(out, "Revoked %d tokens of %s, who is signed out everywhere.\n", n, c.User)
		return err
	})
}
