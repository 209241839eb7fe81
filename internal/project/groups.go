package project

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Group is a group of people: a team, those who have a role in a project, or those who administer an organization.
type Group struct {
	GUID        uuid.UUID
	Name        string
	Description string
	Project     *Project    // nil for groups of the organization
	Team        *Team       // of teams
	Role        access.Role // what members may do in the project, of groups that give a role
	SID         string

	everybody bool // holds the other groups of its project or organization
}

// Scope is the GUID of what groups of a project, or of the organization, are in. observed: that of a project is not its id.
func (p *Project) Scope() uuid.UUID { return uuid.NewSHA1(p.GUID, []byte("scope")) }

// ScopeDescriptor names the scope of a project as clients do.
func (p *Project) ScopeDescriptor() string {
	return "scp." + base64.RawURLEncoding.EncodeToString([]byte(p.Scope().String()))
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

// Groups lists the groups of the organization and those of each project.
func (c *Catalog) Groups() []*Group {
	org := c.Organization.GUID
	derived := func(of uuid.UUID, name string) uuid.UUID { return uuid.NewSHA1(of, []byte("group "+name)) }
	all := []*Group{
		{Name: "Project Collection Administrators", Description: "Members of this application group can perform all privileged operations on the Team Project Collection.",
			Role: access.Administrator, SID: sid(org, "0-0-0-0-1")},
		{Name: "Project Collection Valid Users", Description: "Members of this application group have access to the Team Project Collection.",
			SID: sid(org, "0-0-0-0-3"), everybody: true},
	}
	for _, g := range all {
		g.GUID = derived(org, g.Name)
	}
	for _, p := range c.Projects {
		scope := p.Scope()
		for _, t := range p.Teams {
			all = append(all, &Group{GUID: t.GUID, Name: t.Name, Description: t.Description, Project: p, Team: t, SID: sid(scope, "1-"+numbers(t.GUID))})
		}
		for _, g := range []*Group{
			{Name: "Readers", Description: "Members of this group have access to the team project.", Role: access.Reader},
			{Name: "Project Valid Users", Description: "Members of this group have access to the team project.", SID: sid(scope, "0-0-0-0-3"), everybody: true},
			{Name: "Contributors", Description: "Members of this group can add, modify, and delete items within the team project.", Role: access.Contributor},
			{Name: "Project Administrators", Description: "Members of this group can perform all operations in the team project.", Role: access.Administrator, SID: sid(scope, "0-0-0-0-1")},
			{Name: "Build Administrators", Description: "Members of this group can create, modify and delete build definitions and manage queued and completed builds.", SID: sid(scope, "0-0-0-1-2")},
		} {
			g.Project, g.GUID = p, derived(p.GUID, g.Name)
			if g.SID == "" {
				g.SID = sid(scope, "1-"+numbers(g.GUID))
			}
			all = append(all, g)
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
	p := &People{}
	for _, g := range catalog.Groups() {
		if g.Project == nil || c.CanRead(g.Project.ID) {
			p.Groups = append(p.Groups, g)
		}
	}
	directory, err := a.Directory(tx, c.Org)
	if err != nil {
		return nil, err
	}
	roles, err := a.Members(tx, c.Org)
	if err != nil {
		return nil, err
	}
	teams, err := readTeamMembers(tx, c, catalog)
	if err != nil {
		return nil, err
	}
	for _, g := range p.Groups {
		if e := p.everybody(g); e != nil {
			p.add(e, g, 0)
		}
		switch {
		case g.Team != nil:
			p.add(p.role(g.Project, access.Contributor), g, 0)
			for _, m := range teams {
				if m.Team == g.Team.ID {
					p.add(g, nil, m.User)
				}
			}
		case g.Project == nil && g.Role != "":
			for _, u := range directory.Users() {
				if u.Administrator {
					p.add(g, nil, u.ID)
				}
			}
		case g.Role != "":
			for _, m := range roles {
				if m.Project == g.Project.ID && m.Role == g.Role {
					p.add(g, nil, m.User)
				}
			}
		}
	}
	return p, nil
}

func (p *People) add(container, group *Group, user int64) {
	p.Memberships = append(p.Memberships, Membership{container, group, user})
}

// everybody is the group that holds a group because it holds all: those of projects are in turn in the organization's.
func (p *People) everybody(g *Group) *Group {
	return find(p.Groups, func(e *Group) bool {
		return e.everybody && e != g && (e.Project == g.Project || e.Project == nil && g.everybody)
	})
}

func (p *People) role(of *Project, r access.Role) *Group {
	return find(p.Groups, func(g *Group) bool { return g.Project == of && g.Role == r })
}

// Find finds a group by GUID or by either descriptor, or returns nil.
func (p *People) Find(id string) *Group {
	return find(p.Groups, func(g *Group) bool {
		return strings.EqualFold(g.GUID.String(), id) || g.Descriptor() == id || strings.EqualFold(g.IdentityDescriptor(), id)
	})
}

// SetMember puts a user into a group that the caller manages, or takes the user out.
func (s *Store) SetMember(ctx context.Context, a *access.Store, c *access.Caller, group, user string, in bool) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		directory, err := a.Directory(tx, c.Org)
		if err != nil {
			return err
		}
		p, err := s.people(tx, a, c, catalog)
		if err != nil {
			return err
		}
		g, u := p.Find(group), directory.FindSubject(user)
		switch {
		case g == nil:
			return fault.SubjectNotFound(group)
		case u == nil && p.Find(user) != nil:
			return fault.NotImplemented("Groups in groups that are given")
		case u == nil:
			return fault.SubjectNotFound(user)
		}
		is := slices.ContainsFunc(p.Memberships, func(m Membership) bool { return m.Container == g && m.User == u.ID && m.Group == nil })
		if g.Team != nil {
			if err := s.mayManage(tx, c, g.Team); err != nil || is == in {
				return err
			}
			return setTeamMember(tx, c.Org, g.Team, u.ID, in)
		}
		if g.Role == "" {
			return fault.AccessDenied(c.User.DisplayName, "Edit members of "+g.Name)
		}
		if g.Project == nil {
			return a.SetAdministrator(tx, c, u, in)
		}
		return a.SetRole(tx, c, g.Project.ID, u, g.Role, in)
	})
}

func setTeamMember(tx *db.Tx, org int64, t *Team, user int64, in bool) error {
	if in {
		return addTeamMember(tx, org, t.Project.ID, TeamMember{Team: t.ID, User: user})
	}
	if _, err := tx.Exec(deleteTeamMember, org, t.ID, user); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.AccessChanged, Project: t.Project.ID, Ref: user})
	return err
}

func addTeamMember(tx *db.Tx, org, project int64, m TeamMember) error {
	if _, err := tx.Exec(insertTeamMember, org, m.Team, m.User, m.Administrator); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.AccessChanged, Project: project, Ref: m.User})
	return err
}
