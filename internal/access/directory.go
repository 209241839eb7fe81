package access

import (
	"slices"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Directory is a snapshot of an organization's identities: who they are, which groups they are in and what was set for
// them. It is immutable.
type Directory struct {
	metadata  int64 // the feed position it was read at
	users     []*User
	byID      map[int64]*User
	byAccount map[int64]*User
	byGUID    map[uuid.UUID]*User
	byName    map[string][]*User // unique name and display name, folded

	groups      []*Group
	memberships []Membership          // stored ones
	claimed     map[Membership]bool   // those that only an identity provider made
	containers  map[Subject][]Subject // by member
	members     map[Subject][]Subject // by container
	levels      map[Subject]*GroupLevel
	scopes      map[Subject]int64 // the projects of teams and groups that exist; 0 for the organization's

	projects  []securedProject
	live      map[int64]bool         // by project
	nodes     map[string]securedNode // areas and iterations by token key
	gone      map[int64]goneArea     // by id
	former    map[string]string      // the parents of those, by token key
	queries   map[string]string      // the folder above each shared query and folder, by token key
	processes map[string]string      // the process that each derived one comes from, by token key
	made      map[listKey]bool       // the plans and dashboards that there are
	lists     map[listKey]*List
	starts    map[listKey]int64   // where the groups of a project have what they begin with
	begins    map[listKey][]Entry // what others begin with, and where

	mu         sync.Mutex
	principals map[int64]*principal // by user, made when first asked for

	areaSubjects    []Subject // nil until first asked for
	areasBySubjects map[string]*Areas
}

// Sequence grows with every change of people, groups and permissions.
func (d *Directory) Sequence() int64 { return d.metadata }

// Users lists everybody by id.
func (d *Directory) Users() []*User { return d.users }

// User returns the identity with that id, or nil.
func (d *Directory) User(id int64) *User { return d.byID[id] }

// ByGUID returns the identity with that GUID, or nil.
func (d *Directory) ByGUID(id uuid.UUID) *User { return d.byGUID[id] }

// Find resolves what clients write into an identity field: a unique name, a display name, "Display Name <unique name>",
// or a GUID. It returns nil when nobody or more than one person answers to it.
func (d *Directory) Find(text string) *User {
	text = strings.TrimSpace(text)
	if open := strings.LastIndexByte(text, '<'); open >= 0 && strings.HasSuffix(text, ">") {
		text = text[open+1 : len(text)-1]
	}
	if id, err := uuid.Parse(text); err == nil {
		return d.byGUID[id]
	}
	if found := d.byName[key(text)]; len(found) == 1 {
		return found[0]
	}
	return nil
}

// Groups lists the groups that people made, by id.
func (d *Directory) Groups() []*Group { return d.groups }

// Memberships lists who was put into which group, whether or not both still exist.
func (d *Directory) Memberships() []Membership { return d.memberships }

// Has reports whether a subject was put into a group, not by way of another one.
func (d *Directory) Has(container, member Subject) bool {
	return slices.Contains(d.members[container], member)
}

// Containers lists the groups a subject is in, through other groups, too.
func (d *Directory) Containers(of Subject) []Subject {
	return reach(of, d.above)
}

// Members lists who is in a group, through other groups, too.
func (d *Directory) Members(of Subject) []Subject {
	return reach(of, d.inside)
}

func reach(from Subject, next func(Subject) []Subject) []Subject {
	seen, found := map[Subject]bool{from: true}, []Subject{}
	for queue := []Subject{from}; len(queue) > 0; queue = queue[1:] {
		for _, s := range next(queue[0]) {
			if !seen[s] {
				seen[s] = true
				found, queue = append(found, s), append(queue, s)
			}
		}
	}
	return found
}

// above is the groups that hold a subject directly: those it was put into and, of a group, the one that holds all groups
// of its project, which in turn is in that of the organization.
func (d *Directory) above(s Subject) []Subject {
	in := make([]Subject, 0, len(d.containers[s])+1)
	for _, c := range d.containers[s] {
		if _, ok := d.scope(c); ok {
			in = append(in, c)
		}
	}
	if project, ok := d.scope(s); ok && s.Kind != UserKind {
		if s.Kind == ValidUser {
			if project == 0 {
				return in
			}
			project = 0
		}
		in = append(in, Subject{ValidUser, project})
	}
	return in
}

// inside is who is directly in a group.
func (d *Directory) inside(s Subject) []Subject {
	if s.Kind != ValidUser {
		return slices.DeleteFunc(slices.Clone(d.members[s]), func(m Subject) bool {
			_, ok := d.scope(m)
			return m.Kind != UserKind && !ok // a group that is gone
		})
	}
	in := []Subject{{Administrator, s.ID}}
	if s.ID == 0 {
		for _, p := range d.projects {
			in = append(in, Subject{ValidUser, p.id})
		}
	} else {
		in = append(in, Subject{Contributor, s.ID}, Subject{Reader, s.ID}, Subject{Builder, s.ID})
	}
	for group, project := range d.scopes {
		if project == s.ID {
			in = append(in, group)
		}
	}
	return in
}

// scope is the project of a group, 0 for one of the organization, and whether the group exists.
func (d *Directory) scope(s Subject) (project int64, ok bool) {
	if s.Kind.BuiltIn() {
		return s.ID, s.ID == 0 || d.live[s.ID]
	}
	project, ok = d.scopes[s]
	return project, ok
}

// Directory returns the identities of an organization as the transaction sees them.
func (s *Store) Directory(tx *db.Tx, org int64) (*Directory, error) {
	_, metadata, err := tx.Head(org)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	cached := s.directories[org]
	s.mu.Unlock()
	if tx.Settled() && cached != nil && cached.metadata == metadata {
		return cached, nil
	}
	d, err := readDirectory(tx, org)
	if err != nil {
		return nil, err
	}
	d.metadata = metadata
	if tx.Settled() {
		s.mu.Lock()
		s.directories[org] = d
		s.mu.Unlock()
	}
	return d, nil
}

func readDirectory(tx *db.Tx, org int64) (*Directory, error) {
	d := &Directory{
		byID: map[int64]*User{}, byAccount: map[int64]*User{}, byGUID: map[uuid.UUID]*User{}, byName: map[string][]*User{},
		claimed: map[Membership]bool{}, containers: map[Subject][]Subject{}, members: map[Subject][]Subject{}, levels: map[Subject]*GroupLevel{}, scopes: map[Subject]int64{}, live: map[int64]bool{},
		nodes: map[string]securedNode{}, gone: map[int64]goneArea{}, former: map[string]string{}, queries: map[string]string{}, processes: map[string]string{}, made: map[listKey]bool{}, begins: map[listKey][]Entry{}, lists: map[listKey]*List{}, starts: map[listKey]int64{}, principals: map[int64]*principal{}, areasBySubjects: map[string]*Areas{},
	}
	for _, step := range []func(*db.Tx, int64) error{d.readUsers, d.readSecured, d.readQueries, d.readProcesses, d.readMade, d.readGroups, d.readLevels, d.readLists} {
		if err := step(tx, org); err != nil {
			return nil, err
		}
	}
	for _, s := range d.Members(Subject{Administrator, 0}) {
		if u := d.byID[s.ID]; s.Kind == UserKind && u != nil {
			u.Administrator = true
		}
	}
	return d, nil
}

func (d *Directory) readUsers(tx *db.Tx, org int64) (err error) {
	d.users, err = db.Collect(tx, selectUsers, []any{org}, func(r *db.Rows) (*User, error) {
		u := &User{}
		var level, application string
		var created *time.Time
		err := r.Scan(&u.ID, &u.GUID, &u.DisplayName, &u.UniqueName, &u.Email, &u.Account, &level, &u.Active, &created, &application)
		u.Level, u.OwnLevel = Level(level), Level(level)
		if application != "" && err == nil {
			u.Application, err = uuid.Parse(application)
		}
		if created != nil {
			u.CreatedAt = *created
		}
		return u, err
	})
	for _, u := range d.users {
		d.byID[u.ID] = u
		d.byGUID[u.GUID] = u
		if u.Account != 0 {
			d.byAccount[u.Account] = u
		}
		d.byName[key(u.UniqueName)] = append(d.byName[key(u.UniqueName)], u)
		if key(u.DisplayName) != key(u.UniqueName) {
			d.byName[key(u.DisplayName)] = append(d.byName[key(u.DisplayName)], u)
		}
	}
	return err
}

func (d *Directory) readGroups(tx *db.Tx, org int64) (err error) {
	d.groups, err = db.Collect(tx, selectGroups, []any{org}, func(r *db.Rows) (*Group, error) {
		g := &Group{}
		return g, r.Scan(&g.ID, &g.GUID, &g.Project, &g.Name, &g.Description)
	})
	if err != nil {
		return err
	}
	for _, g := range d.groups {
		d.scopes[g.Subject()] = g.Project
	}
	teams, err := db.Collect(tx, selectTeams, []any{org}, func(r *db.Rows) (g Group, err error) {
		return g, r.Scan(&g.ID, &g.GUID, &g.Project)
	})
	guids := map[int64]uuid.UUID{}
	for _, p := range d.projects {
		guids[p.id] = p.guid
		d.begin(DashboardToken(p.guid, uuid.Nil), Entry{Subject{Contributor, p.id}, ReadDashboards | CreateDashboards, 0})
	}
	for _, t := range teams {
		d.scopes[Subject{TeamKind, t.ID}] = t.Project
		d.begin(DashboardToken(guids[t.Project], t.GUID), Entry{Subject{TeamKind, t.ID}, ReadDashboards | CreateDashboards | EditDashboards | DeleteDashboards, 0})
	}
	if err != nil {
		return err
	}
	d.memberships, err = db.Collect(tx, selectMemberships, []any{org}, func(r *db.Rows) (m Membership, err error) {
		var container, member string
		var byHand bool
		err = r.Scan(&container, &m.Container.ID, &member, &m.Member.ID, &byHand)
		m.Container.Kind, m.Member.Kind = Kind(container), Kind(member)
		if !byHand {
			d.claimed[m] = true
		}
		return m, err
	})
	for _, m := range d.memberships {
		d.containers[m.Member] = append(d.containers[m.Member], m.Container)
		d.members[m.Container] = append(d.members[m.Container], m.Member)
	}
	return err
}

var (
	selectUsers = db.SQL("access.selectUsers", `
		SELECT user_id, guid, display_name, unique_name, email, account_id, access_level, is_active, created_at, application_id
		FROM users WHERE org_id = $1 ORDER BY user_id`)
	selectGroups = db.SQL("access.selectGroups", `
		SELECT group_id, guid, project_id, name, description FROM security_groups
		WHERE org_id = $1 AND NOT is_deleted AND (project_id = 0 OR EXISTS (
			SELECT 1 FROM projects p WHERE p.org_id = security_groups.org_id AND p.project_id = security_groups.project_id AND NOT p.is_deleted))
		ORDER BY group_id`)
	selectTeams = db.SQL("access.selectTeams", `
		SELECT t.team_id, t.guid, t.project_id FROM teams t
		JOIN projects p ON p.org_id = t.org_id AND p.project_id = t.project_id AND NOT p.is_deleted
		WHERE t.org_id = $1 AND NOT t.is_deleted ORDER BY t.team_id`)
	selectMemberships = db.SQL("access.selectMemberships", `
		SELECT container_kind, container_id, member_kind, member_id, by_hand FROM memberships
		WHERE org_id = $1 ORDER BY container_kind, container_id, member_kind, member_id`)
)
