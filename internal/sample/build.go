package sample

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// builder stores one organization.
type builder struct {
	Config
	tx       *db.Tx
	spec     *organization
	org      int64
	accounts map[string]int64
	base     map[string]*project.Process // by name; derived ones hold only their id
}

// build stores an organization and returns its id.
func (c Config) build(tx *db.Tx, o *organization, accounts map[string]int64) (int64, error) {
	zone, err := time.LoadLocation(o.zone)
	if err != nil {
		return 0, err
	}
	b := &builder{Config: c, tx: tx, spec: o, accounts: accounts, base: map[string]*project.Process{}}
	b.org, err = c.Projects.AddOrganization(tx, project.Organization{GUID: guid(o.name), Name: o.name, Location: zone, CreatedAt: o.created})
	if err != nil {
		return 0, err
	}
	for _, step := range []func() error{b.people, b.processes, b.fields, b.projects} {
		if err := step(); err != nil {
			return 0, fmt.Errorf("store organization %s: %w", o.name, err)
		}
	}
	return b.org, nil
}

func (b *builder) people() error {
	for i, p := range b.spec.people {
		u := access.User{ID: int64(i + 1), GUID: guid(b.spec.name, "user", p.mail), DisplayName: p.name, UniqueName: p.mail,
			Level: p.level, Administrator: p.administrator, Active: p.left.IsZero()}
		if strings.Contains(p.mail, "@") {
			u.Email = p.mail
		}
		if u.Level == "" {
			u.Level = access.Basic
		}
		if p.account != "" {
			u.Account = b.accounts[p.account]
		}
		if _, err := b.Access.AddUser(b.tx, b.org, u); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) processes() error {
	for _, p := range project.SystemProcesses() {
		b.base[p.Name] = p
	}
	for _, p := range b.spec.processes {
		id := guid(b.spec.name, "process", p.name).String()
		if _, err := b.Projects.AddProcess(b.tx, b.org, b.base[p.parent], p.name, p.description, id); err != nil {
			return err
		}
		b.base[p.name] = &project.Process{Name: p.name, ID: id}
		for _, s := range p.states {
			if err := b.Projects.AddState(b.tx, b.org, id, s.kind, project.State{Name: s.name, Category: s.category}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) fields() error {
	for _, f := range b.spec.fields {
		id, err := b.Projects.AddField(b.tx, b.org, project.Field{ReferenceName: f.ref, Name: f.name, Description: f.description,
			Type: f.kind, Identity: f.identity})
		if err != nil {
			return err
		}
		for _, p := range b.spec.processes {
			for _, kind := range f.on[p.name] {
				if err := b.Projects.AttachField(b.tx, b.org, b.base[p.name].ID, kind, id); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *builder) projects() error {
	for i := range b.spec.projects {
		if err := b.project(&b.spec.projects[i]); err != nil {
			return fmt.Errorf("project %s: %w", b.spec.projects[i].name, err)
		}
	}
	return nil
}

func (b *builder) project(p *projectSpec) error {
	id, err := guidOr(p.guid, b.spec.name, "project", p.name)
	if err != nil {
		return err
	}
	row := project.Project{GUID: id, Name: p.name, Description: p.description, Process: b.base[p.process], Revision: p.revision,
		Visibility: p.visibility, LastUpdate: p.updated}
	if row.Visibility == "" {
		row.Visibility = project.Private
	}
	pid, area, iteration, err := b.Projects.AddProject(b.tx, b.org, row,
		project.Node{GUID: guid(b.spec.name, "area", p.name)}, project.Node{GUID: guid(b.spec.name, "iteration", p.name)})
	if err != nil {
		return err
	}
	if err := b.readers(p, pid); err != nil {
		return err
	}
	iterations, err := b.nodes(p.name, pid, project.IterationNode, iteration, p.iterations)
	if err != nil {
		return err
	}
	areas, err := b.nodes(p.name, pid, project.AreaNode, area, p.areas)
	if err != nil {
		return err
	}
	for i, t := range p.teams {
		row := project.Team{GUID: guid(b.spec.name, "team", p.name, t.name), Name: t.name, Description: t.description, BoardsSince: p.created}
		var owned, worked []int64
		for _, path := range t.areas {
			owned = append(owned, areas[path])
		}
		for _, n := range p.iterations {
			if n.start != "" && (t.iterations == "" || strings.HasPrefix(n.path, t.iterations+`\`)) {
				worked = append(worked, iterations[n.path])
			}
		}
		team, err := b.Projects.AddTeam(b.tx, b.org, pid, row, owned, t.children, worked)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := b.Projects.SetDefaultTeam(b.tx, b.org, pid, team); err != nil {
				return err
			}
		}
	}
	for _, tag := range p.tags {
		if _, err := work.LoadTag(b.tx, b.org, pid, tag, guid(b.spec.name, "tag", p.name, tag)); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) readers(p *projectSpec, pid int64) error {
	for i, reader := range b.spec.people {
		if slices.Contains(reader.reads, p.name) || slices.Contains(reader.reads, "*") {
			if err := b.Access.AddMember(b.tx, b.org, pid, int64(i+1), access.Reader); err != nil {
				return err
			}
		}
	}
	return nil
}

// nodes stores a tree and returns the ids by path.
func (b *builder) nodes(name string, pid int64, kind project.NodeKind, root int64, nodes []node) (map[string]int64, error) {
	ids := map[string]int64{"": root}
	label := [...]string{project.AreaNode: "area", project.IterationNode: "iteration"}[kind]
	for _, n := range nodes {
		parent, leaf := "", n.path
		if at := strings.LastIndexByte(n.path, '\\'); at >= 0 {
			parent, leaf = n.path[:at], n.path[at+1:]
		}
		if ids[parent] == 0 {
			return nil, fmt.Errorf("%s %s stands before its parent", label, n.path)
		}
		row := project.Node{ID: n.number, Project: pid, Kind: kind, Name: leaf, ParentID: ids[parent]}
		var err error
		if row.GUID, err = guidOr(n.guid, b.spec.name, label, name, n.path); err != nil {
			return nil, err
		}
		if n.start != "" {
			start, finish, err := datedNode(n)
			if err != nil {
				return nil, err
			}
			row.Start, row.Finish = &start, &finish
		}
		if ids[n.path], err = b.Projects.AddNode(b.tx, b.org, row); err != nil {
			return nil, err
		}
	}
	return ids, nil
}
