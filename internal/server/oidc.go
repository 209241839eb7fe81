package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/oidc"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// OIDC says which OpenID Connect provider people sign in with, and what becomes of them here.
type OIDC struct {
	Issuer           string // "" for none
	ClientID         string // of this server at the provider; "" when browsers do not sign in there
	ClientSecretFile string
	Audience         string // of access tokens; "" accepts none
	NameClaim        string // has the sign-in name
	Scopes           string // separated by spaces
	Link             bool   // a first sign-in gets the account with that name
	CreateUsers      string // access level of people who are created; "" creates none
	Organization     string // which people join who are created
	GroupsClaim      string
	GroupsFile       string // JSON: which claim means which group
}

func (o *options) oidc(c *OIDC) {
	o.set.StringVar(&c.Issuer, "oidc-issuer", c.Issuer, "`URL` of the OpenID Connect provider that people sign in with")
	o.set.StringVar(&c.ClientID, "oidc-client-id", c.ClientID, "`ID` of this server at the provider, for browsers")
	o.set.StringVar(&c.ClientSecretFile, "oidc-client-secret-file", c.ClientSecretFile, "`FILE` with the secret that goes with it; none for a public client")
	o.set.StringVar(&c.Audience, "oidc-audience", c.Audience, "`AUDIENCE` of the provider's access tokens that are accepted; none when empty")
	o.set.StringVar(&c.NameClaim, "oidc-name-claim", c.NameClaim, "`CLAIM` with the sign-in name; email counts only when it is verified")
	o.set.StringVar(&c.Scopes, "oidc-scopes", c.Scopes, "`SCOPES` to ask the provider for, separated by spaces")
	o.set.BoolVar(&c.Link, "oidc-link", c.Link, "give the account with their sign-in name to people at their first sign-in; only if the provider's names are those of here")
	o.set.StringVar(&c.CreateUsers, "oidc-create-users", c.CreateUsers, "let people in who have no account, with the access `LEVEL` basic or stakeholder")
	o.set.StringVar(&c.Organization, "oidc-organization", c.Organization, "`NAME` of the organization they join; others only by their groups")
	o.set.StringVar(&c.GroupsClaim, "oidc-groups-claim", c.GroupsClaim, "`CLAIM` with the groups of people; dots lead into claims")
	o.set.StringVar(&c.GroupsFile, "oidc-groups-file", c.GroupsFile, "JSON `FILE` that says which of those are which groups here")
}

func (c *OIDC) check() error {
	if c.Issuer == "" {
		if c.ClientID != "" || c.ClientSecretFile != "" || c.Audience != "" || c.Link || c.CreateUsers != "" || c.Organization != "" || c.GroupsFile != "" {
			return errors.New("the options that begin with --oidc are about the provider that --oidc-issuer names, which is missing")
		}
		return nil
	}
	if err := oidc.CheckIssuer(c.Issuer); err != nil {
		return fmt.Errorf("--oidc-issuer: %w", err)
	}
	switch {
	case c.ClientID == "" && c.Audience == "":
		return errors.New("--oidc-issuer needs --oidc-client-id to sign in browsers, --oidc-audience to accept access tokens, or both")
	case c.ClientID == "" && c.ClientSecretFile != "":
		return errors.New("--oidc-client-secret-file goes with --oidc-client-id, which is missing")
	case c.NameClaim == "":
		return errors.New("--oidc-name-claim is empty; use email, preferred_username or another claim")
	case !slices.Contains(strings.Fields(c.Scopes), "openid"):
		return errors.New("--oidc-scopes must contain openid")
	case !slices.Contains([]string{"", string(access.Basic), string(access.Stakeholder)}, c.CreateUsers):
		return fmt.Errorf("--oidc-create-users is %q; use basic or stakeholder", c.CreateUsers)
	case c.CreateUsers != "" && c.Organization == "" && c.GroupsFile == "":
		return errors.New("--oidc-create-users needs --oidc-organization, or --oidc-groups-file, to know where people belong")
	case c.CreateUsers == "" && c.Organization != "":
		return errors.New("--oidc-organization is where people belong whom --oidc-create-users lets in, which is missing")
	case c.GroupsFile != "" && c.GroupsClaim == "":
		return errors.New("--oidc-groups-file is about groups in --oidc-groups-claim, which is empty")
	}
	return nil
}

// groupMapping is an entry of the groups file: people with the claim are in the group.
type groupMapping struct {
	Claim        string `json:"claim"`
	Organization string `json:"organization"`
	Project      string `json:"project"` // "" for a group of the organization
	Group        string `json:"group"`
}

func readGroupsFile(path string) (all []groupMapping, err error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--oidc-groups-file: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("--oidc-groups-file %s: %w", path, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("--oidc-groups-file %s has something behind the list", path)
	}
	for i, m := range all {
		if m.Claim == "" || m.Organization == "" || m.Group == "" {
			return nil, fmt.Errorf("--oidc-groups-file %s: entry %d needs claim, organization and group", path, i+1)
		}
	}
	return all, nil
}

// startProvider makes the server accept people of the identity provider, if there is one. The provider may be down: it is
// asked when somebody comes.
func (s *Server) startProvider(ctx context.Context) error {
	c := s.config.OIDC
	if c.Issuer == "" {
		return nil
	}
	mappings, err := readGroupsFile(c.GroupsFile)
	if err != nil {
		return err
	}
	config := oidc.Config{Issuer: c.Issuer, ClientID: c.ClientID, Audience: c.Audience, NameClaim: c.NameClaim, GroupsClaim: c.GroupsClaim,
		Scopes: strings.Fields(c.Scopes), Clock: time.Now, Log: s.log}
	if c.ClientSecretFile != "" {
		secret, err := os.ReadFile(c.ClientSecretFile)
		if err != nil {
			return fmt.Errorf("--oidc-client-secret-file: %w", err)
		}
		if config.ClientSecret = strings.TrimSpace(string(secret)); config.ClientSecret == "" {
			return fmt.Errorf("--oidc-client-secret-file %s is empty", c.ClientSecretFile)
		}
	}
	s.provider = oidc.New(config)
	rules := externalRules{stores: s.stores, config: c, mappings: mappings, log: s.log, missed: &sync.Map{}}
	s.stores.access.Trust(&access.Provider{Recognizes: s.provider.Recognizes, Verify: s.provider.Verify, Rules: rules.now, Clock: time.Now})
	if _, err := rules.now(ctx); err != nil { // which tells the log of names that nothing has
		return err
	}
	go func() { // it has a deadline of its own, and tells the log whether the provider is there
		_ = s.provider.Connect(context.WithoutCancel(ctx))
	}()
	return nil
}

// browserProvider is the identity provider if browsers sign in there.
func (s *Server) browserProvider() *oidc.Provider {
	if s.config.OIDC.ClientID == "" {
		return nil
	}
	return s.provider
}

// externalRules turns names of the configuration into what has them now.
type externalRules struct {
	stores   *stores
	config   OIDC
	mappings []groupMapping
	log      *slog.Logger
	missed   *sync.Map // what the log was told is missing
}

// miss tells the log once that something is not there.
func (r externalRules) miss(ctx context.Context, what string, m groupMapping) {
	if _, told := r.missed.LoadOrStore(m, true); !told {
		r.log.WarnContext(ctx, what, "organization", m.Organization, "project", m.Project, "group", m.Group)
	}
}

// now leaves out what does not exist: nobody gets into anything by it.
func (r externalRules) now(ctx context.Context) (rules access.ExternalRules, err error) {
	rules = access.ExternalRules{Link: r.config.Link, Create: access.Level(r.config.CreateUsers)}
	all, err := r.stores.projects.Organizations(ctx)
	if err != nil {
		return rules, fmt.Errorf("list the organizations: %w", err)
	}
	byName := map[string]int64{}
	for _, o := range all {
		byName[strings.ToLower(o.Name)] = o.ID
	}
	if r.config.Organization != "" {
		if id, ok := byName[strings.ToLower(r.config.Organization)]; ok {
			rules.Organizations = []int64{id}
		} else {
			r.miss(ctx, "no such organization as --oidc-organization", groupMapping{Organization: r.config.Organization})
		}
	}
	groups := map[int64][]*project.Group{}
	for _, m := range r.mappings {
		org, ok := byName[strings.ToLower(m.Organization)]
		if ok && groups[org] == nil {
			if groups[org], err = r.groups(ctx, org); err != nil {
				return rules, err
			}
		}
		i := slices.IndexFunc(groups[org], func(g *project.Group) bool {
			in := ""
			if g.Project != nil {
				in = g.Project.Name
			}
			return strings.EqualFold(g.Name, m.Group) && strings.EqualFold(in, m.Project) && g.Kind != access.ValidUser
		})
		if i < 0 {
			r.miss(ctx, "no such group as in --oidc-groups-file", m)
			continue
		}
		rules.Groups = append(rules.Groups, access.GroupRule{Claim: m.Claim, Org: org, Container: groups[org][i].Subject})
	}
	return rules, nil
}

func (r externalRules) groups(ctx context.Context, org int64) ([]*project.Group, error) {
	catalog, err := r.stores.projects.Snapshot(ctx, org)
	if err != nil {
		return nil, err
	}
	directory, err := r.stores.access.Snapshot(ctx, org)
	if err != nil {
		return nil, err
	}
	return catalog.Groups(directory), nil
}

// UnlinkProvider takes somebody's account from the person of the identity provider it belongs to: who that is was decided
// by a name, once, and can have been wrong.
func UnlinkProvider(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			account, err := access.AccountNamed(tx, c.User)
			if errors.Is(err, db.ErrNotFound) {
				return fmt.Errorf("nobody called %q has an account", c.User)
			}
			if err != nil {
				return err
			}
			err = access.Unlink(tx, account)
			if errors.Is(err, db.ErrNotFound) {
				return fmt.Errorf("the account of %q belongs to nobody of an identity provider", c.User)
			}
			if err != nil {
				return err
			}
			if err := s.access.EndSessions(tx, account, uuid.Nil); err != nil {
				return err
			}
			return access.AuditCommand(tx, account, "boardwalk admin unlink --user "+c.User)
		})
		if err != nil {
			return fmt.Errorf("unlink the account: %w%s", err, advice(err))
		}
		_, err = fmt.Fprintf(out, "The account of %s belongs to nobody of an identity provider now.\n", c.User)
		return err
	})
}
