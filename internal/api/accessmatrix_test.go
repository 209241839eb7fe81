package api

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/delivery"
	"boardwalk/internal/hooks"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// The callers of the matrix whose rights differ, in the order of the columns of testdata/access.golden. The outsider is in
// the organization and in none of its projects, the others have their place in Fabrikam Fiber.
func matrixCallers() []string {
	return []string{"outsider", "reader", "stakeholder", "contributor", "project administrator", "administrator"}
}

// matrixRow is a line of testdata/access.golden, written by hand but for the statuses.
type matrixRow struct {
	operation string // method and route, with the parameter without which the path means another operation; (what) for a further example
	scope     string // that a token needs; "any" for none
	least     string // of the callers: who comes before must not get through, nor change anything, the others must; or "missing"
	statuses  []string
	path      string // behind the organization, "" for the route with example parameters
	body      string
}

func (r matrixRow) String() string {
	return strings.TrimRight(strings.Join([]string{r.operation, r.scope, r.least, strings.Join(r.statuses, " "), r.path, r.body}, " | "), " |")
}

func readMatrix(t *testing.T) (rows []matrixRow, heading string) {
	t.Helper()
	content, err := os.ReadFile("testdata/access.golden")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") || line == "" {
			heading += line + "\n"
			continue
		}
		parts := append(strings.SplitN(line, " | ", 6), "", "", "", "", "")
		rows = append(rows, matrixRow{parts[0], parts[1], parts[2], strings.Fields(parts[3]), parts[4], parts[5]})
	}
	return rows, heading
}

// matrixServer is a server whose store is put back after each change.
type matrixServer struct {
	t        *testing.T
	original string // SQLite
	copies   int
	made     map[string]string // what is there, by name in the lines
	received chan struct{}     // by the receiver of web hooks
	path     string
	db       *db.DB
	api      *API
}

// matrixTokens are tokens of Fabrikam by their owner, and tokens of its administrator by their scope.
func matrixTokens() map[string]string {
	all := map[string]string{"expired": strings.Repeat("5", 52), "revoked": strings.Repeat("6", 52), "of another organization": strings.Repeat("7", 52)}
	for i, name := range slices.Concat(matrixCallers(), matrixScopes()) {
		all[name] = strings.Repeat(string(rune('a'+i)), 51) + "2"
	}
	return all
}

// matrixScopes are scopes of tokens of an administrator.
func matrixScopes() []string {
	return []string{"vso.code_status", "vso.project", "vso.work", "vso.work_full"}
}

func newMatrixServer(t *testing.T) *matrixServer {
	t.Helper()
	config := dbtest.New(t, "sqlite").Config(t)
	received := make(chan struct{}, 100)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { received <- struct{}{} }))
	t.Cleanup(receiver.Close)
	x := &matrixServer{t: t, original: strings.TrimPrefix(config.URL, "sqlite:"), received: received, made: map[string]string{"receiver": receiver.URL}}
	x.open(x.original)
	projects, people, items := x.stores()
	build := &builder{t: t, db: x.db, projects: projects, access: people, items: items}
	build.youngbinhan()
	build.fabrikam()
	build.update(func(tx *db.Tx) error {
		org, fiber := int64(2), int64(1)
		for i, name := range matrixCallers() {
			account, err := people.AddAccount(tx, access.Account{GUID: guid(0x200 + i), UniqueName: name + "@example.org", DisplayName: name})
			if err != nil { // a failing test must not end the writer
				return err
			}
			user := access.User{GUID: guid(0x300 + i), DisplayName: name, UniqueName: name + "@example.org", Account: account, Level: access.Basic, Active: true, Administrator: name == "administrator"}
			if name == "stakeholder" {
				user.Level = access.Stakeholder
			}
			id, err := people.AddUser(tx, org, user)
			if err != nil {
				return err
			}
			group := map[string]access.Kind{"reader": access.Reader, "stakeholder": access.Contributor, "contributor": access.Contributor, "project administrator": access.Administrator}[name]
			if group != "" {
				if err := people.AddMember(tx, org, fiber, id, group); err != nil {
					return err
				}
			}
			tokens := map[string]access.Token{name: {Org: org, Scope: access.FullScope}}
			if name == "administrator" {
				for _, scope := range matrixScopes() {
					tokens[scope] = access.Token{Org: org, Scope: scope}
				}
				tokens["expired"] = access.Token{Scope: access.FullScope, ValidTo: now}
				tokens["of another organization"] = access.Token{Org: 1, Scope: access.FullScope}
				tokens["revoked"] = access.Token{AuthorizationID: guid(0x9999), Scope: access.FullScope}
			}
			for name, k := range tokens {
				k.Account, k.ValidFrom = account, now.AddDate(0, -1, 0)
				if k.ValidTo.IsZero() {
					k.ValidTo = now.AddDate(0, 1, 0)
				}
				if _, err := people.CreateToken(tx, k, matrixTokens()[name]); err != nil {
					return err
				}
			}
			if name == "administrator" {
				if err := people.RevokeToken(tx, guid(0x9999)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	x.serve()
	x.make(t, madeThings())
	x.deliver(t)
	check(t, x.db.Close())
	x.reset()
	t.Cleanup(func() { check(t, x.db.Close()) })
	return x
}

func (x *matrixServer) stores() (*project.Store, *access.Store, *work.Items) {
	projects := project.New(x.db)
	people := access.New(access.Config{DB: x.db, TokenKey: []byte("key of the tests")})
	return projects, people, work.New(work.Config{DB: x.db, Projects: projects, Access: people, Attachments: filepath.Join(filepath.Dir(x.original), "files")})
}

func (x *matrixServer) open(path string) {
	x.path = path
	var err error
	x.db, err = db.Open(x.t.Context(), db.Config{URL: "sqlite:" + path, Clock: clock})
	check(x.t, err)
}

// reset serves what was there in the beginning.
func (x *matrixServer) reset() {
	x.t.Helper()
	if x.copies > 0 {
		check(x.t, x.db.Close())
	}
	x.copies++
	content, err := os.ReadFile(x.original)
	check(x.t, err)
	path := filepath.Join(filepath.Dir(x.original), strconv.Itoa(x.copies)+".db")
	check(x.t, os.WriteFile(path, content, 0o600))
	x.open(path)
	x.serve()
}

// serve answers from the store that is open.
func (x *matrixServer) serve() {
	projects, people, items := x.stores()
	x.api = New(Config{Projects: projects, Access: people, Items: items, Analytics: echo{}, Clock: clock,
		Delivery: delivery.New(delivery.Config{DB: x.db, Access: people}),
		Hooks:    hooks.New(hooks.Config{DB: x.db, Projects: projects, Access: people, Items: items, Event: HookEvent, Key: []byte("key of the tests"), AllowPrivate: true})})
}

// state changes with every commit that changed something.
func (x *matrixServer) state() string {
	var text string
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(x.path + suffix); err == nil {
			text += fmt.Sprint(info.Size(), info.ModTime())
		}
	}
	return text
}

// ask sends the request of a row and returns the status. If it changed something, that is undone.
func (x *matrixServer) ask(row matrixRow, token string) (status int, body string, changed bool) {
	x.t.Helper()
	method, _, _ := strings.Cut(row.operation, " ")
	before := x.state()
	answer := call(x.t, x.api, token, requestText(method, "/Fabrikam/"+x.fill(row.path), x.fill(row.body)))
	text, err := io.ReadAll(answer.Body)
	check(x.t, err)
	if changed = x.state() != before; changed {
		x.reset()
	}
	return answer.StatusCode, string(text), changed
}

var anyParameter = regexp.MustCompile(`\{\*?(\w+)\}`)

// example is the path of an operation with parameters that name something, without the last one where that is possible.
func (x *matrixServer) example(l *location, with string) string {
	known := map[string]string{"project": "Fabrikam%20Fiber", "team": "Fabrikam%20Fiber%20Team", "id": "10", "workItemId": "10", "type": "Bug", "projectId": "Fabrikam%20Fiber",
		"teamId": "Fabrikam%20Fiber%20Team", "structureGroup": "areas", "board": "Backlog%20items", "fieldNameOrRefName": "System.Title", "field": "System.Title"}
	named := func(route string) string {
		return anyParameter.ReplaceAllStringFunc(route, func(p string) string {
			return cmp.Or(known[strings.Trim(p, "{*}")], guid(0x42).String())
		})
	}
	path := named(l.route)
	if short, last := l.route[:strings.LastIndex(l.route, "/")], l.route[strings.LastIndex(l.route, "/"):]; with == "" && strings.HasPrefix(last, "/{") {
		_, behind, _ := strings.Cut(named(short), "_apis/")
		if slices.ContainsFunc(x.api.routes.find(l.scope, strings.Split(behind, "/")), func(m match) bool { return m.ID == l.ID }) {
			path = named(short)
		}
	}
	return path + "?api-version=" + l.newest().String()
}

// TestAccess sends a request for each operation of the table of routes in the name of everybody it could come from. What
// is expected stands in testdata/access.golden: an operation without a line there fails, and so does a line without one.
func TestAccess(t *testing.T) {
	rows, heading := readMatrix(t)
	byOperation := map[string][]matrixRow{}
	for _, r := range rows {
		name, _, _ := strings.Cut(r.operation, " (")
		byOperation[name] = append(byOperation[name], r)
	}
	x := newMatrixServer(t)
	var all []matrixRow
	served := map[string]bool{"GET _odata": true}
	for _, l := range compiledRows(x.api) {
		for _, o := range l.operations {
			name := o.method + " " + l.route
			if o.with != "" {
				name += " with " + o.with
			}
			if served[name] {
				name += " until " + l.MaxVersion
			}
			served[name] = true
			if byOperation[name] == nil && !*rewrite {
				t.Errorf("%s has no line in testdata/access.golden", name)
			} else if byOperation[name] == nil {
				byOperation[name] = []matrixRow{{operation: name, scope: "?", least: "?"}}
			}
			for _, row := range byOperation[name] {
				asked := row
				asked.path = cmp.Or(row.path, x.example(&l, o.with))
				row.statuses = x.statuses(asked)
				all = append(all, row)
			}
		}
	}
	for _, row := range byOperation["GET _odata"] {
		row.statuses = x.statuses(row) // of an Analytics that answers everybody: who may ask the real one is tested with it
		all = append(all, row)
	}
	for name := range byOperation {
		if !served[name] {
			t.Errorf("there is no operation %s", name)
		}
	}
	if *rewrite {
		text := heading
		for _, r := range all {
			text += r.String() + "\n"
		}
		check(t, os.WriteFile("testdata/access.golden", []byte(text), 0o644))
	}
}

func compiledRows(a *API) []location { rows := a.table(); compile(rows); return rows }

// statuses checks one line and returns what the callers were answered with.
func (x *matrixServer) statuses(row matrixRow) []string {
	t, tokens := x.t, matrixTokens()
	t.Helper()
	name, open := strings.CutSuffix(row.least, ", without a token too")
	for _, who := range []string{"", "expired", "revoked", "of another organization"} {
		want := http.StatusUnauthorized
		if open && who == "" {
			want = http.StatusOK
		}
		if status, _, changed := x.ask(row, tokens[who]); status != want || changed {
			t.Errorf("%s with a token that is %q: %d, changed %t", row.operation, who, status, changed)
		}
	}
	for _, scope := range matrixScopes() {
		status, body, changed := x.ask(row, tokens[scope])
		may := row.scope == "any" || slices.Contains(grants()[scope], row.scope)
		if refused := strings.Contains(body, "does not have the scope "+row.scope+","); refused == may || refused && (status != http.StatusForbidden || changed) {
			t.Errorf("%s with the scope %s: %d %.200s, changed %t", row.operation, scope, status, body, changed)
		}
	}
	callers := matrixCallers()
	name, inResults := strings.CutSuffix(name, ", told in results")
	least := slices.Index(callers, name)
	if least < 0 && row.least != "missing" && !*rewrite {
		t.Errorf("%s is for nobody known: %q", row.operation, row.least)
	}
	var got, bodies []string
	for i, who := range callers {
		status, body, changed := x.ask(row, tokens[who])
		got, bodies = append(got, strconv.Itoa(status)), append(bodies, body)
		switch {
		case row.least == "missing" && (status != http.StatusNotImplemented || changed):
			t.Errorf("%s is missing and says %d %.200s to the %s", row.operation, status, body, who)
		case i < least && (status < 400 && !inResults || changed):
			t.Errorf("%s is not for the %s: %d, changed %t", row.operation, who, status, changed)
		case i >= least && least >= 0 && status >= 400:
			t.Errorf("%s is for the %s: %d %.200s", row.operation, who, status, body)
		}
	}
	for i, who := range callers[:len(callers)-1] { // besides what is said in the request
		secrets := []string{`"Secret"`, "Secret Team", guid(0x61).String()}
		if i == 0 {
			secrets = append(secrets, "Fabrikam Fiber", guid(0x60).String(), "voice")
		}
		for _, secret := range secrets {
			if _, behind, told := strings.Cut(bodies[i], secret); told && !strings.Contains(strings.ReplaceAll(row.path, "%20", " ")+row.body, secret) {
				t.Errorf("%s tells the %s of another project: %s%.200s", row.operation, who, secret, behind)
			}
		}
	}
	for i := range max(least, 0) {
		if inResults && bodies[i] == bodies[len(bodies)-1] {
			t.Errorf("%s tells the %s what it tells the %s: %.200s", row.operation, callers[i], callers[len(callers)-1], bodies[i])
		}
	}
	if !slices.Equal(got, row.statuses) && !*rewrite {
		t.Errorf("%s answers %s: %v, want %v", row.operation, strings.Join(matrixCallers(), ", "), got, row.statuses)
	}
	return got
}

// grants is what tokens of a scope may do, by hand.
func grants() map[string][]string {
	return map[string][]string{
		"vso.code_status": {"vso.code_status"},
		"vso.project":     {"vso.project"},
		"vso.work":        {"vso.work", "vso.project", "vso.profile"},
		"vso.work_full":   {"vso.work", "vso.work_write", "vso.work_full", "vso.project", "vso.profile"},
	}
}
