package project

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Group is a group of people: a team, one that is built in, or one that somebody made.
type Group struct {
	access.Subject
	GUID        uuid.UUID
	Name        string
	Description string
	Project     *Project // nil for groups of the organization
	Team        *Team    // of teams
	SID         string

	made *access.Group // of those that somebody made
}

// Scope is the GUID of what groups of a project, or of the organization, are in. observed: that of a project is not its id.
func (p *Project) Scope() uuid.UUID { return uuid.NewSHA1(p.GUID, []byte("scope")) }

// ScopeDescriptor names the scope of a project as clients do.
func (p *Project) ScopeDescriptor() string { return ScopeDescriptor(p.Scope()) }

// ScopeDescriptor names the scope of a project, or an organization.
func ScopeDescriptor(scope uuid.UUID) string {
	return "scp." + base64.RawURLEncoding.EncodeToString([]byte(scope.String()))
}

// Descriptor is the subject descriptor of the group. observed.
func (g *Group) Descriptor() string {
	return "vssgp." + base64.RawURLEncoding.EncodeToString([]byte(g.SID))
}

// IdentityDescriptor is the older form of the descriptor, which permissions are written with. observed.
func (g *Group) IdentityDescriptor() string { return "Microsoft.TeamFoundation.Identity;" + g.SID }

// sid makes a security identifier of a scope and four numbers in it. observed: the form.
func sid(scope uuid.UUID, tail string) string {
	return "S-1-9-1551374245-" + numbers(scope) + "-" + tail
}

func numbers(id uuid.UUID) string {
	parts := make([]string, 4)
	for i := range parts {
		parts[i] = fmt.Sprint(binary.BigEndian.Uint32(id[4*i:]))
	}
	return strings.Join(parts, "-")
}

// Token is what permissions on the group are set at.
func (g *Group) Token(c *Catalog) string {
	if g.Project == nil {
		return access.IdentityToken(c.Organization.GUID, g.GUID)
	}
	return access.IdentityToken(g.Project.GUID, g.GUID)
}

// Groups lists the groups of the organization and those of each project. Names, descriptions and identifiers of those
// built in are observed.
func (c *Catalog) Groups(d *access.Directory) []*Group {
	org := c.Organization.GUID
	derived := func(of uuid.UUID, name string) uuid.UUID { return uuid.NewSHA1(of, []byte("group "+name)) }
	all := []*Group{
		{Subject: access.Subject{Kind: access.Administrator}, Name: "Project Collection Administrators", SID: sid(org, "0-0-0-0-1"),
			Description: "Members of this application group can perform all privileged operations on the Team Project Collection."},
		{Subject: access.Subject{Kind: access.ValidUser}, Name: "Project Collection Valid Users", SID: sid(org, "0-0-0-0-3"),
			Description: "Members of this application group have access to the Team Project Collection."},
	}
	for _, g := range all {
		g.GUID = derived(org, g.Name)
	}
	all = append(all, made(d, nil, org)...)
	for _, p := range c.Projects {
		scope := p.Scope()
		for _, t := range p.Teams {
			all = append(all, &Group{Subject: access.Subject{Kind: access.TeamKind, ID: t.ID}, GUID: t.GUID, Name: t.Name, Description: t.Description,
				Project: p, Team: t, SID: sid(scope, "1-"+numbers(t.GUID))})
		}
		for _, g := range []*Group{
			{Subject: access.Subject{Kind: access.Reader}, Name: "Readers", Description: "Members of this group have access to the team project."},
			{Subject: access.Subject{Kind: access.ValidUser}, Name: "Project Valid Users", Description: "Members of this group have access to the team project.", SID: sid(scope, "0-0-0-0-3")},
			{Subject: access.Subject{Kind: access.Contributor}, Name: "Contributors", Description: "Members of this group can add, modify, and delete items within the team project."},
			{Subject: access.Subject{Kind: access.Administrator}, Name: "Project Administrators", Description: "Members of this group can perform all operations in the team project.", SID: sid(scope, "0-0-0-0-1")},
			{Subject: access.Subject{Kind: access.Builder}, Name: "Build Administrators", Description: "Members of this group can create, modify and delete build definitions and manage queued and completed builds.", SID: sid(scope, "0-0-0-1-2")},
		} {
			g.ID, g.Project, g.GUID = p.ID, p, derived(p.GUID, g.Name)
			if g.SID == "" {
				g.SID = sid(scope, "1-"+numbers(g.GUID))
			}
			all = append(all, g)
		}
		all = append(all, made(d, p, scope)...)
	}
	return all
}

// made lists the groups that somebody made in a project, or in the organization.
func made(d *access.Directory, p *Project, scope uuid.UUID) (all []*Group) {
	for _, g := range d.Groups() {
		if p == nil && g.Project == 0 || p != nil && g.Project == p.ID {
			all = append(all, &Group{Subject: g.Subject(), GUID: g.GUID, Name: g.Name, Description: g.Description, Project: p,
				SID: sid(scope, "1-"+numbers(g.GUID)), made: g})
		}
	}
	return all
}

// Membership says that a user, or a group, is in a group.
type Membership struct {
	Container *Group
	Group     *Group // nil for a user
	User      int64
}

// People is the groups a caller may see, and who is in them.
type People struct {
	Groups      []*Group
	Memberships []Membership // direct ones

	catalog   *Catalog
	directory *access.Directory
}

// People returns the groups of the organization and of the projects the caller may read, and who is in them.
func (s *Store) People(ctx context.Context, a *access.Store, c *access.Caller) (p *People, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		p, err = s.people(tx, a, c, catalog)
		return err
	})
	return p, err
}

func (s *Store) people(tx *db.Tx, a *access.Store, c *access.Caller, catalog *Catalog) (*People, error) {
	directory, err := a.Directory(tx, c.Org)
	if err != nil {
		return nil, err
	}
	p := &People{catalog: catalog, directory: directory}
	by := map[access.Subject]*Group{}
	for _, g := range catalog.Groups(directory) {
		if g.Project == nil || c.CanRead(g.Project.ID) {
			p.Groups, by[g.Subject] = append(p.Groups, g), g
		}
	}
	for _, g := range p.Groups {
		if everybody := (access.Subject{Kind: access.ValidUser}); g.Project != nil && g.Kind != access.ValidUser {
			everybody.ID = g.Project.ID
			p.add(by[everybody], g, 0)
		} else if g.Subject != everybody {
			p.add(by[everybody], g, 0)
		}
	}
	for _, m := range directory.Memberships() {
		container, group := by[m.Container], by[m.Member]
		switch {
		case container == nil:
		case group != nil:
			p.add(container, group, 0)
		case m.Member.Kind == access.UserKind:
			p.add(container, nil, m.Member.ID)
		}
	}
	return p, nil
}

func (p *People) add(container, group *Group, user int64) {
	p.Memberships = append(p.Memberships, Membership{container, group, user})
}

// Find finds a group by GUID or by either descriptor, or returns nil.
func (p *People) Find(id string) *Group {
	return find(p.Groups, func(g *Group) bool {
		return strings.EqualFold(g.GUID.String(), id) || g.Descriptor() == id || strings.EqualFold(g.IdentityDescriptor(), id)
	})
}
