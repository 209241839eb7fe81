package api

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/go-cmp/cmp"
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
			try(id, "/relations/-", map[string]string{"rel": "ArtifactLink", "url": "vstfs:///Git/Commit/" + w.word()})
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

// ask sends a request as somebody and returns the status and the body.
func (w *areaWorld) ask(t *testing.T, u worldUser, method, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/world"+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	r.SetBasicAuth("", u.token)
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	answer, err := io.ReadAll(rec.Body)
	check(t, err)
	return rec.Code, string(answer)
}

// asking is a request.
type asking struct{ method, path, body string }

// questions are all ways to read work items.
func (w *areaWorld) questions() (all []asking) {
	get := func(format string, args ...any) { all = append(all, asking{"GET", fmt.Sprintf(format, args...), ""}) }
	post := func(path string, body any) {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		all = append(all, asking{"POST", path, string(text)})
	}
	for _, id := range w.work {
		get("/_apis/wit/workItems/%d?$expand=all&api-version=7.1", id)
		get("/_apis/wit/workItems/%d?asOf=%s&api-version=7.1", id, now.Add(40*time.Minute).Format(time.RFC3339))
		get("/_apis/wit/workItems/%d/updates?api-version=7.1", id)
		get("/_apis/wit/workItems/%d/revisions?$expand=all&api-version=7.1", id)
		get("/One/_apis/wit/workItems/%d/comments?$expand=all&includeDeleted=true&api-version=7.1-preview.4", id)
		get("/_apis/wit/recyclebin/%d?api-version=7.1", id)
	}
	post("/_apis/wit/workitemsbatch?api-version=7.1", map[string]any{"ids": w.work, "fields": []string{"System.Title", "System.Parent", "System.Tags"}, "errorPolicy": "omit"})
	post("/_apis/wit/workitemsbatch?api-version=7.1", map[string]any{"ids": w.work, "errorPolicy": "fail"})
	get("/_apis/wit/reporting/workItemRevisions?$expand=fields&includeDeleted=true&api-version=7.1")
	get("/One/_apis/wit/reporting/workItemRevisions?includeLatestOnly=true&api-version=7.1")
	get("/_apis/wit/reporting/workItemLinks?api-version=7.1")
	get("/_apis/wit/recyclebin?api-version=7.1")
	get("/_apis/wit/workItemTransitions?ids=%d,%d&api-version=7.1", w.work[0], w.work[1])
	get("/_apis/work/accountmywork?api-version=7.1-preview.1")
	get("/_apis/work/accountmyworkrecentactivity?api-version=7.1")
	get("/_apis/work/accountrecentmentions?api-version=7.1-preview.1")
	get("/_apis/wit/reporting/workItemRevisions/discussions?api-version=7.1")
	get("/One/_apis/work/plans/%s/deliverytimeline?api-version=7.1", w.plan)
	for file := range w.files {
		get("/_apis/wit/attachments/%s?api-version=7.1", file)
	}
	for _, word := range worldWords {
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": word, "$top": 100, "$skip": 0, "includeFacets": true})
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": worldWords[0] + " NOT " + word, "$top": 100, "$skip": 0})
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": `"said ` + word + `"`, "$top": 100, "$skip": 0})
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": "said " + word + " NOT rather", "$top": 100, "$skip": 0})
		post("/_apis/wit/artifactUriQuery?api-version=7.1", map[string]any{"artifactUris": []string{"vstfs:///Git/Commit/" + word}})
	}
	for i, name := range []string{"One", "Two"} {
		for _, level := range []string{"Microsoft.RequirementCategory", "Microsoft.FeatureCategory"} {
			get("/%s/_apis/work/backlogs/%s/workItems?api-version=7.1", name, level)
		}
		get("/%s/_apis/work/teamsettings/iterations/%s/workitems?api-version=7.1", name, w.sprints[i])
		get("/%s/_apis/work/taskboardWorkItems/%s?api-version=7.1", name, w.sprints[i])
		for _, query := range []string{"assignedtome", "myactivity", "mentioned", "followed"} {
			get("/%s/_apis/work/predefinedQueries/%s?api-version=7.1-preview.1", name, query)
		}
	}
	for _, q := range w.wiql() {
		post("/One/_apis/wit/wiql?timePrecision=true&api-version=7.1", map[string]any{"query": q})
	}
	return all
}

func (w *areaWorld) wiql() (all []string) {
	for _, where := range w.plainConditions() {
		all = append(all, "SELECT [System.Id] FROM WorkItems WHERE "+where+" ORDER BY [System.Title], [Microsoft.VSTS.Common.Priority] DESC")
	}
	then := now.Add(50 * time.Minute).Format(time.RFC3339)
	for _, word := range worldWords {
		all = append(all, "SELECT [System.Id] FROM WorkItems WHERE EVER [System.Title] = '"+word+" "+worldWords[1]+"'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.History] CONTAINS '"+word+"'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS '"+word+"' ORDER BY [System.Title] ASOF '"+then+"'")
		source, target := "[Source].[System.Title] CONTAINS '"+word+"'", "[Target].[System.Title] NOT CONTAINS '"+word+"'"
		for _, mode := range []string{"MustContain", "MayContain", "DoesNotContain"} {
			all = append(all, "SELECT [System.Id] FROM WorkItemLinks WHERE "+source+" AND "+target+" MODE ("+mode+")")
		}
		for _, mode := range []string{"Recursive", "Recursive, ReturnMatchingChildren"} {
			all = append(all, "SELECT [System.Id] FROM WorkItemLinks WHERE "+source+" AND [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE ("+mode+")",
				"SELECT [System.Id] FROM WorkItemLinks WHERE "+target+" AND [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE ("+mode+")")
		}
	}
	return append(all, "SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (@RecentProjectActivity)", "SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (@MyRecentActivity)")
}

// plainConditions are about fields that an item has by itself, as it is now.
func (w *areaWorld) plainConditions() []string {
	all := []string{"[System.Id] > 0", "NOT [System.State] = 'Closed'", `[System.AreaPath] UNDER 'One'`, `[System.AreaPath] NOT UNDER 'Two'`, "[System.AssignedTo] = 'user2'", "[System.TeamProject] = 'Two'"}
	for i, word := range worldWords {
		all = append(all, "[System.Title] CONTAINS '"+word+"'", "[System.Tags] CONTAINS '"+word+"'", "[System.Description] CONTAINS WORDS '"+word+"'", fmt.Sprint("[Microsoft.VSTS.Common.Priority] = ", i))
	}
	return all
}

// change changes, at random, all that somebody does not see.
func (w *areaWorld) change(t *testing.T, who access.Subject) (changed int) {
	items, pool := w.present(t), map[string][]any{}
	revisions := w.rows(t, "work_revisions", "false")
	at := func(r worldRow, key string) string { return fmt.Sprint(r.project, " ", key) } // tags belong to projects
	for _, r := range revisions {
		for key, v := range r.fields {
			pool[at(r, key)] = append(pool[at(r, key)], v)
		}
	}
	hidden := map[int64][]int64{} // areas by project
	for i, a := range w.areas {
		if !w.may(who, i, access.ViewWorkItems) {
			hidden[a.project] = append(hidden[a.project], a.id)
		}
	}
	texts := map[string]bool{} // the fields that refer to texts
	for _, name := range []int{int(project.FieldDescription), int(project.FieldHistory)} {
		texts[strconv.Itoa(name)] = true
	}
	setItem := db.SQL("api.testSetItem", `UPDATE work_items SET fields = $3, type = $4, changed_at = changed_at + $5 WHERE org_id = $1 AND id = $2`)
	setRevision := db.SQL("api.testSetRevision", `UPDATE work_revisions SET fields = $4, type = $5, changed_at = changed_at + $6 WHERE org_id = $1 AND id = $2 AND rev = $3`)
	setText := db.SQL("api.testSetText", `UPDATE work_texts SET body = $4 WHERE org_id = $1 AND id = $2 AND rev = $3`)
	setComment := db.SQL("api.testSetComment", `UPDATE work_comments SET body = $4 WHERE org_id = $1 AND item_id = $2 AND rev = $3`)
	setSpoken := db.SQL("api.testSetSpoken", `UPDATE work_texts SET body = $4 WHERE org_id = $1 AND id = $2 AND rev = $3 AND field_id = $5`)
	w.update(t, func(tx *db.Tx) error {
		for _, r := range revisions {
			itemHidden := !w.sees(who, items[r.id])
			if !itemHidden && w.sees(who, r) {
				continue
			}
			changed++
			for key := range r.fields {
				if !texts[key] && key != "-2" && w.rnd.IntN(2) == 0 {
					r.fields[key] = pool[at(r, key)][w.rnd.IntN(len(pool[at(r, key)]))]
				}
			}
			if among := hidden[r.project]; w.reads(who, r.project) && len(among) > 0 {
				r.fields["-2"] = among[w.rnd.IntN(len(among))]
			}
			fields, err := json.Marshal(r.fields)
			check(t, err)
			kind, later := []string{"Task", "Bug"}[w.rnd.IntN(2)], int64(0)
			if itemHidden {
				later = w.rnd.Int64N(1000)
			}
			_, err = tx.Exec(setRevision, w.org, r.id, r.rev, string(fields), kind, later)
			check(t, err)
			if itemHidden && r.rev == items[r.id].rev {
				_, err = tx.Exec(setItem, w.org, r.id, string(fields), kind, later)
				check(t, err)
			}
			if itemHidden {
				_, err = tx.Exec(setText, w.org, r.id, r.rev, "said "+w.word())
				check(t, err)
			}
			_, err = tx.Exec(setSpoken, w.org, r.id, r.rev, "said "+w.word(), int64(project.FieldHistory))
			check(t, err)
			_, err = tx.Exec(setComment, w.org, r.id, r.rev, "said "+w.word())
			check(t, err)
		}
		_, err := tx.Append(w.org, db.Change{Kind: db.Loaded})
		return err
	})
	return changed
}

// numbers finds the ids of work items in an answer.
func numbers(t *testing.T, body string) (ids []int64) {
	t.Helper()
	var answer struct {
		WorkItems, Value []*struct{ ID int64 }
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, at := range append(answer.WorkItems, answer.Value...) {
		if at == nil {
			ids = append(ids, 0)
		} else {
			ids = append(ids, at.ID)
		}
	}
	return ids
}

// What somebody is answered is all that the model lets them see, and it stays the same, byte by byte, when everything else
// changes.
func TestAreaPermissions_Random(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		for seed := range map[string]uint64{"sqlite": 3, "postgres": 1}[b.Name] {
			w := newAreaWorld(t, b, seed)
			restricted := 0
			for _, u := range w.users[1:] {
				w.complete(t, seed, u)
				questions := w.questions()
				before := make([]string, len(questions))
				for i, q := range questions {
					status, body := w.ask(t, u, q.method, q.path, q.body)
					before[i] = fmt.Sprint(status, " ", body)
					if status >= 500 || status == 400 && !unknownPath(q.body) {
						t.Errorf("seed %d: %s %s: %s", seed, q.path, q.body, before[i])
					}
				}
				if changed := w.change(t, u.subject); changed > 0 {
					restricted++
				}
				for i, q := range questions {
					status, body := w.ask(t, u, q.method, q.path, q.body)
					if diff := cmp.Diff(before[i], fmt.Sprint(status, " ", body)); diff != "" {
						t.Errorf("seed %d: %v is told by %s %s of what is hidden:\n%s", seed, u.subject, q.path, q.body, diff)
					}
				}
				if t.Failed() {
					t.FailNow()
				}
			}
			if restricted < 2 {
				t.Errorf("seed %d: only %d people do not see everything", seed, restricted)
			}
		}
	})
}

// unknownPath reports whether a query may name a path that not everybody knows.
func unknownPath(query string) bool { return strings.Contains(query, "UNDER") }

// complete compares answers with the model.
func (w *areaWorld) complete(t *testing.T, seed uint64, u worldUser) {
	t.Helper()
	items := w.present(t)
	keep := func(ids []int64) []int64 {
		return slices.DeleteFunc(ids, func(id int64) bool { return !w.sees(u.subject, items[id]) })
	}
	for _, where := range w.plainConditions() {
		body := fmt.Sprintf(`{"query":%q}`, "SELECT [System.Id] FROM WorkItems WHERE "+where+" ORDER BY [Microsoft.VSTS.Common.Priority]")
		_, all := w.ask(t, w.users[0], "POST", "/_apis/wit/wiql?api-version=7.1", body)
		status, some := w.ask(t, u, "POST", "/_apis/wit/wiql?api-version=7.1", body)
		if status == 400 && unknownPath(where) {
			continue
		}
		if want, got := keep(numbers(t, all)), numbers(t, some); !slices.Equal(got, want) {
			t.Errorf("seed %d: %v finds %v by %s, want %v", seed, u.subject, got, where, want)
		}
	}
	var want []int64
	for _, id := range w.work {
		status, wanted := 0, 200
		if items[id].deleted || !w.sees(u.subject, items[id]) {
			wanted = 404
		}
		if status, _ = w.ask(t, u, "GET", fmt.Sprintf("/_apis/wit/workItems/%d?api-version=7.1", id), ""); status != wanted {
			t.Errorf("seed %d: %v reads item %d: %d, want %d", seed, u.subject, id, status, wanted)
		}
		want = append(want, map[bool]int64{true: id}[wanted == 200])
	}
	for file, at := range w.files {
		wanted := 404
		for _, id := range at {
			if !items[id].deleted && w.sees(u.subject, items[id]) {
				wanted = 200
			}
		}
		if status, _ := w.ask(t, u, "GET", fmt.Sprintf("/_apis/wit/attachments/%s?api-version=7.1", file), ""); status != wanted {
			t.Errorf("seed %d: %v reads a file of %v: %d, want %d", seed, u.subject, at, status, wanted)
		}
	}
	batch, err := json.Marshal(map[string]any{"ids": w.work, "errorPolicy": "omit"})
	check(t, err)
	if _, body := w.ask(t, u, "POST", "/_apis/wit/workitemsbatch?api-version=7.1", string(batch)); !slices.Equal(numbers(t, body), want) {
		t.Errorf("seed %d: %v is given the batch %v, want %v", seed, u.subject, numbers(t, body), want)
	}
	var bin []int64
	for _, id := range w.work {
		if items[id].deleted {
			bin = append(bin, id)
		}
	}
	if _, body := w.ask(t, u, "GET", "/_apis/wit/recyclebin?api-version=7.1", ""); !slices.Equal(numbers(t, body), keep(bin)) {
		t.Errorf("seed %d: %v finds %v in the recycle bin, want %v", seed, u.subject, numbers(t, body), bin)
	}
	var revisions []string
	for _, r := range w.rows(t, "work_revisions", "false") {
		if w.sees(u.subject, r) && w.sees(u.subject, items[r.id]) {
			revisions = append(revisions, fmt.Sprint(r.id, ".", r.rev))
		}
	}
	_, body := w.ask(t, u, "GET", "/_apis/wit/reporting/workItemRevisions?includeDeleted=true&api-version=7.1", "")
	var stream struct{ Values []struct{ ID, Rev int64 } }
	check(t, json.Unmarshal([]byte(body), &stream))
	var streamed []string
	for _, r := range stream.Values {
		streamed = append(streamed, fmt.Sprint(r.ID, ".", r.Rev))
	}
	if diff := cmp.Diff(revisions, streamed); diff != "" {
		t.Errorf("seed %d: %v is streamed (-want +got):\n%s", seed, u.subject, diff)
	}
}
