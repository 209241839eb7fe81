package api

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// areaWorld is two projects with trees of areas, people in groups in groups, permissions on areas, and work items with
// histories, all at random. It also is a model of them, which decides by rules of its own who may see what.
type areaWorld struct {
	rnd      *rand.Rand
	db       *db.DB
	projects *project.Store
	people   *access.Store
	items    *work.Items
	api      http.Handler
	now      atomic.Int64 // microseconds
	org      int64
	system   *access.Caller

	ids     []int64 // of the projects One and Two
	sprints []uuid.UUID
	teams   []uuid.UUID
	plan    string
	areas   []worldArea
	in      map[access.Subject][]access.Subject // groups by member
	groups  []access.Subject
	users   []worldUser           // the first one may do everything
	work    []int64               // items
	files   map[uuid.UUID][]int64 // and what they are attached to
}

type worldArea struct {
	id, project int64
	path, token string
	parent      int // -1 for a root
	closed      bool
	entries     map[access.Subject][2]int64
}

type worldUser struct {
	guid    uuid.UUID
	subject access.Subject
	token   string
}

// holds reports whether somebody is, by any number of steps, in a group.
func (w *areaWorld) holds(group, who access.Subject, depth int) bool {
	return group == who || depth > 0 && slices.ContainsFunc(w.in[who], func(g access.Subject) bool { return w.holds(group, g, depth-1) })
}

// may says whether somebody has a permission in an area: the nearest area that says anything decides, and there a denial.
func (w *areaWorld) may(who access.Subject, area int, bit int64) bool {
	for at := area; at >= 0; at = w.areas[at].parent {
		allowed, denied := false, false
		for subject, e := range w.areas[at].entries {
			if w.holds(subject, who, 8) {
				allowed, denied = allowed || e[0]&bit != 0, denied || e[1]&bit != 0
			}
		}
		if allowed || denied {
			return !denied
		}
		if w.areas[at].closed {
			return false
		}
	}
	return w.holds(access.Subject{Kind: access.Administrator}, who, 8)
}

// reads says whether somebody may read a project: whoever is in one of its groups may.
func (w *areaWorld) reads(who access.Subject, project int64) bool {
	return slices.ContainsFunc([]access.Kind{access.Administrator, access.Contributor, access.Reader, access.Builder}, func(k access.Kind) bool {
		return w.holds(access.Subject{Kind: k, ID: project}, who, 8)
	}) || w.holds(access.Subject{Kind: access.Administrator}, who, 8)
}

func (w *areaWorld) sees(who access.Subject, at worldRow) bool {
	area := slices.IndexFunc(w.areas, func(a worldArea) bool { return a.id == at.area() })
	return w.reads(who, at.project) && w.may(who, area, access.ViewWorkItems)
}

// worldRow is a row of the items or of their revisions, as it is stored.
type worldRow struct {
	id, project, rev int64
	fields           map[string]any
	deleted          bool
}

func (r worldRow) area() int64 { return int64(r.fields["-2"].(float64)) }

func (w *areaWorld) rows(t *testing.T, table, deleted string) (all []worldRow) {
	t.Helper()
	statement := db.SQL("api.testRows", `SELECT id, project_id, rev, fields, `+deleted+` FROM `+table+` WHERE org_id = $1 ORDER BY watermark`)
	check(t, w.db.View(t.Context(), func(tx *db.Tx) (err error) {
		all, err = db.Collect(tx, statement, []any{w.org}, func(r *db.Rows) (row worldRow, err error) {
			var fields string
			if err = r.Scan(&row.id, &row.project, &row.rev, &fields, &row.deleted); err != nil {
				return row, err
			}
			return row, json.Unmarshal([]byte(fields), &row.fields)
		})
		return err
	}))
	return all
}

// present is the items by id.
func (w *areaWorld) present(t *testing.T) map[int64]worldRow {
	t.Helper()
	found := map[int64]worldRow{}
	for _, r := range w.rows(t, "work_items", "is_deleted") {
		found[r.id] = r
	}
	return found
}

func newAreaWorld(t *testing.T, b dbtest.Backend, seed uint64) *areaWorld {
	w := &areaWorld{rnd: rand.New(rand.NewPCG(seed, 7)), in: map[access.Subject][]access.Subject{}, files: map[uuid.UUID][]int64{}} //nolint:gosec // a test that can be repeated
	w.now.Store(now.UnixMicro())
	clock := func() time.Time { return time.UnixMicro(w.now.Load()).UTC() }
	config := b.Config(t)
	config.Clock = clock
	w.db = dbtest.OpenConfig(t, config)
	w.projects = project.New(w.db)
	w.people = access.New(access.Config{DB: w.db, TokenKey: []byte("key of the tests")})
	w.items = work.New(work.Config{DB: w.db, Projects: w.projects, Access: w.people, Attachments: t.TempDir()})
	w.api = New(Config{Projects: w.projects, Access: w.people, Items: w.items, Analytics: echo{}, Clock: clock, NewID: uuid.New})
	w.makePlaces(t)
	w.makePeople(t)
	w.makePermissions(t)
	w.makeItems(t)
	w.makePlan(t)
	return w
}

func (w *areaWorld) update(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	check(t, w.db.Update(t.Context(), fn))
}

func (w *areaWorld) makePlaces(t *testing.T) {
	w.update(t, func(tx *db.Tx) (err error) {
		w.org, err = w.projects.AddOrganization(tx, project.Organization{GUID: uuid.New(), Name: "world", Location: time.UTC})
		check(t, err)
		for _, name := range []string{"One", "Two"} {
			root := uuid.New()
			id, area, iteration, err := w.projects.AddProject(tx, w.org, project.Project{GUID: uuid.New(), Name: name, Visibility: project.Private,
				Process: project.SystemProcess("Agile"), LastUpdate: now}, project.Node{GUID: root}, project.Node{})
			check(t, err)
			w.ids = append(w.ids, id)
			first := len(w.areas)
			w.areas = append(w.areas, worldArea{id: area, project: id, path: name, token: access.NodeToken(root), parent: -1, entries: map[access.Subject][2]int64{}})
			for i := range 6 {
				above, guid := first+w.rnd.IntN(len(w.areas)-first), uuid.New()
				a := worldArea{project: id, token: access.NodeToken(guid), parent: above, path: w.areas[above].path + fmt.Sprintf(`\A%d`, i), entries: map[access.Subject][2]int64{}}
				a.id, err = w.projects.AddNode(tx, w.org, project.Node{GUID: guid, Project: id, Kind: project.AreaNode, Name: fmt.Sprintf("A%d", i), ParentID: w.areas[above].id})
				check(t, err)
				w.areas = append(w.areas, a)
			}
			w.sprints = append(w.sprints, uuid.New())
			w.teams = append(w.teams, uuid.New())
			ends := now.AddDate(0, 0, 14)
			sprint, err := w.projects.AddNode(tx, w.org, project.Node{GUID: w.sprints[len(w.sprints)-1], Project: id, Kind: project.IterationNode, Name: "Sprint", ParentID: iteration,
				Start: &now, Finish: &ends})
			check(t, err)
			team, err := w.projects.AddTeam(tx, w.org, id, project.Team{GUID: w.teams[len(w.teams)-1], Name: name + " Team"}, []int64{area}, true, []int64{sprint})
			check(t, err)
			check(t, w.projects.SetDefaultTeam(tx, w.org, id, team))
		}
		return nil
	})
}

func (w *areaWorld) makePeople(t *testing.T) {
	w.update(t, func(tx *db.Tx) error {
		for i := range 6 {
			name, guid := fmt.Sprint("user", i), uuid.New()
			account, err := w.people.AddAccount(tx, access.Account{GUID: uuid.New(), UniqueName: name, DisplayName: name})
			check(t, err)
			id, err := w.people.AddUser(tx, w.org, access.User{GUID: guid, DisplayName: name, UniqueName: name, Account: account, Level: access.Basic, Active: true})
			check(t, err)
			token, err := w.people.CreateToken(tx, access.Token{AuthorizationID: uuid.New(), Account: account, Name: name, Scope: "app_token",
				ValidFrom: now.AddDate(-1, 0, 0), ValidTo: now.AddDate(1, 0, 0)}, strings.Repeat(string(rune('a'+i)), 52))
			check(t, err)
			w.users = append(w.users, worldUser{guid, access.Subject{Kind: access.UserKind, ID: id}, token})
		}
		for _, p := range w.ids {
			for _, k := range []access.Kind{access.Contributor, access.Reader, access.Builder} {
				w.groups = append(w.groups, access.Subject{Kind: k, ID: p})
			}
		}
		for i := range 5 {
			g, err := access.AddGroup(tx, access.System(w.org, &access.User{}), access.Group{Name: fmt.Sprint("group", i)})
			check(t, err)
			w.groups = append(w.groups, g.Subject())
		}
		for range 8 { // later groups into earlier ones: nothing holds itself
			to := w.rnd.IntN(len(w.groups) - 1)
			from := max(6, to+1) // built-in groups of projects hold no other ones here
			w.join(t, tx, w.groups[to], w.groups[from+w.rnd.IntN(len(w.groups)-from)])
		}
		for _, u := range w.users[1:] {
			for range 1 + w.rnd.IntN(3) {
				w.join(t, tx, w.groups[w.rnd.IntN(len(w.groups))], u.subject)
			}
		}
		w.join(t, tx, access.Subject{Kind: access.Administrator}, w.users[0].subject)
		return nil
	})
	check(t, w.db.View(t.Context(), func(tx *db.Tx) error {
		d, err := w.people.Directory(tx, w.org)
		check(t, err)
		w.system = access.System(w.org, d.User(w.users[0].subject.ID))
		return nil
	}))
}

func (w *areaWorld) join(t *testing.T, tx *db.Tx, container, member access.Subject) {
	t.Helper()
	if !slices.Contains(w.in[member], container) {
		w.in[member] = append(w.in[member], container)
		check(t, access.Join(tx, access.System(w.org, &access.User{}), container, member))
	}
}

// makePermissions sets permissions over HTTP, as the one who may do everything.
func (w *areaWorld) makePermissions(t *testing.T) {
	namespace := access.FindNamespace(access.AreaNamespace)
	const all = access.ViewWorkItems | access.EditWorkItems | access.EditComments
	for i, a := range w.areas {
		if a.parent < 0 {
			for kind, bits := range map[access.Kind]int64{access.Administrator: all, access.Contributor: all, access.Builder: all, access.Reader: access.ViewWorkItems} {
				w.areas[i].entries[access.Subject{Kind: kind, ID: a.project}] = [2]int64{bits, 0}
			}
			continue
		}
		for range w.rnd.IntN(3) {
			of := w.groups[w.rnd.IntN(len(w.groups))]
			if w.rnd.IntN(3) == 0 {
				of = w.users[1+w.rnd.IntN(len(w.users)-1)].subject
			}
			deny := []int64{0, access.ViewWorkItems, access.ViewWorkItems, all}[w.rnd.IntN(4)]
			allow := []int64{0, access.ViewWorkItems, all}[w.rnd.IntN(3)] &^ deny
			w.areas[i].entries[of] = [2]int64{allow, deny}
		}
		if w.areas[i].closed = w.rnd.IntN(6) == 0; w.areas[i].closed {
			w.areas[i].entries[w.users[0].subject] = [2]int64{all, 0}
		}
		list := access.List{Token: a.token, Inherits: !w.areas[i].closed}
		for of, e := range w.areas[i].entries {
			list.Entries = append(list.Entries, access.Entry{Subject: of, Allow: e[0], Deny: e[1]})
		}
		check(t, w.people.SetLists(t.Context(), w.system, namespace, []access.List{list}))
	}
}

var worldWords = []string{"fiber", "router", "cable", "switch", "modem", "splice"}

func (w *areaWorld) word() string { return worldWords[w.rnd.IntN(len(worldWords))] }

func (w *areaWorld) patch(pairs ...any) (ops []work.Op) {
	for i := 0; i < len(pairs); i += 2 {
		value, err := json.Marshal(pairs[i+1])
		if err != nil {
			panic(err)
		}
		path := pairs[i].(string)
		if !strings.HasPrefix(path, "/") {
			path = "/fields/" + path
		}
		ops = append(ops, work.Op{Op: "add", Path: path, Value: value})
	}
	return ops
}

func (w *areaWorld) makeItems(t *testing.T) {
	types := []string{"Task", "User Story", "Bug", "Feature"}
	tick := func() { w.now.Add(int64(time.Minute / time.Microsecond)) }
	for range 36 {
		tick()
		a := w.areas[w.rnd.IntN(len(w.areas))]
		name, _, _ := strings.Cut(a.path, `\`)
		iteration := []string{name, name + `\Sprint`}[w.rnd.IntN(2)]
		item, err := w.items.Create(t.Context(), w.system, name, types[w.rnd.IntN(len(types))], w.patch("System.Title", w.word()+" "+w.word(), "System.AreaPath", a.path,
			"System.IterationPath", iteration, "Microsoft.VSTS.Common.Priority", 1+w.rnd.IntN(4), "System.Tags", w.word(), "System.AssignedTo", fmt.Sprint("user", w.rnd.IntN(6)),
			"System.Description", "about the "+w.word()), work.Options{})
		check(t, err)
		w.work = append(w.work, item.ID)
	}
	try := func(id int64, pairs ...any) {
		tick()
		_, _ = w.items.Update(t.Context(), w.system, "", id, w.patch(pairs...), work.Options{}) // what the rules of links refuse is left out
	}
	present := w.present(t)
	any := func() int64 { return w.work[w.rnd.IntN(len(w.work))] }
	for range 170 {
		switch id := any(); w.rnd.IntN(10) {
		case 0:
			try(id, "System.Title", w.word()+" "+w.word())
		case 1, 2, 3:
			a := w.areas[w.rnd.IntN(len(w.areas))]
			if a.project == present[id].project {
				try(id, "System.AreaPath", a.path)
			}
		case 4, 5:
			tick()
			c, err := w.items.AddComment(t.Context(), w.system, "", id, "said "+w.word()+" to "+w.users[w.rnd.IntN(len(w.users))].guid.String(), false)
			if err == nil && w.rnd.IntN(2) == 0 {
				tick()
				_, err = w.items.EditComment(t.Context(), w.system, "", id, c.ID, "rather "+w.word(), nil)
			}
			check(t, err)
		case 9:
			file, err := w.items.Upload(t.Context(), w.system, "", w.word(), strings.NewReader(w.word()))
			check(t, err)
			for _, at := range []int64{id, any()} {
				try(at, "/relations/-", map[string]string{"rel": "AttachedFile", "url": "x/" + file.GUID.String()})
				w.files[file.GUID] = append(w.files[file.GUID], at)
			}
		case 6:
			try(id, "/relations/-", json.RawMessage(`{"rel":"ArtifactLink","url":"vstfs:///Git/Commit/`+w.word()+`","attributes":{"name":"Fixed in Commit"}}`))
		default:
			rel := []string{"System.LinkTypes.Related", "System.LinkTypes.Hierarchy-Forward", "System.LinkTypes.Hierarchy-Forward"}[w.rnd.IntN(3)]
			try(id, "/relations/-", map[string]string{"rel": rel, "url": fmt.Sprint("x/", any())})
		}
	}
	for range 4 {
		tick()
		_, _ = w.items.Delete(t.Context(), w.system, "", any())
	}
	tick()
}

// makePlan makes a delivery plan of both teams, over HTTP.
func (w *areaWorld) makePlan(t *testing.T) {
	var rows []string
	for _, team := range w.teams {
		for _, level := range []string{"Requirement", "Feature"} {
			rows = append(rows, fmt.Sprintf(`{"teamId":"%s","categoryReferenceName":"Microsoft.%sCategory"}`, team, level))
		}
	}
	_, body := w.ask(t, w.users[0], "POST", "/One/_apis/work/plans?api-version=7.1",
		`{"name":"Plan","type":"deliveryTimelineView","properties":{"teamBacklogMappings":[`+strings.Join(rows, ",")+`]}}`)
	var plan struct{ ID string }
	check(t, json.Unmarshal([]byte(body), &plan))
	w.plan = plan.ID
}
