package api

import (
	"bufio"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/hooks"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// now is the time of every transaction of the fixture.
var now = time.Date(2026, 11, 22, 10, 0, 0, 500_000_000, time.UTC)

func guid(n int) uuid.UUID {
	id := uuid.UUID{6: 0x40, 8: 0x80}
	id[14], id[15] = byte(n>>8), byte(n)
	return id
}

// tokens of the fixture by the name golden scripts give their owner.
func tokens() map[string]string {
	return map[string]string{
		"admin":  strings.Repeat("a", 52), // administers both organizations
		"writer": strings.Repeat("w", 52), // contributes to Fabrikam Fiber
		"reader": strings.Repeat("r", 52), // reads Fabrikam Fiber
	}
}

// echo is an Analytics that tells what it was asked.
type echo struct{}

func (echo) Serve(ctx context.Context, c *access.Caller, org int64, r analytics.Request) (*analytics.Answer, error) {
	switch {
	case strings.HasSuffix(r.Path, "/Nothing"):
		f := fault.QueryNotValid("Could not find a property named '%s'", "Nothing")
		f.Suggestion = "WorkItems?$select=Title"
		return nil, f.WithHint("ask for WorkItems")
	case strings.HasPrefix(r.Path, "v3.0/"):
		return nil, fault.UnsupportedVersion("v3.0")
	case strings.HasSuffix(r.Path, "/Panic"):
		panic("on purpose")
	case strings.HasSuffix(r.Path, "/Slow"):
		<-ctx.Done()
		return nil, ctx.Err()
	case strings.HasSuffix(r.Path, "/Full"):
		return nil, db.ErrFull
	}
	media := "application/json; odata.metadata=minimal; odata.streaming=true"
	if strings.HasSuffix(r.Query, "$format=parquet") {
		media = "application/vnd.apache.parquet"
	}
	return &analytics.Answer{
		ContentType: media,
		Header:      map[string]string{"OData-Version": "4.0"},
		Body: func(w io.Writer) error {
			if strings.HasSuffix(r.Path, "/Early") {
				_, _ = io.WriteString(w, `{"value":[`)
				return db.ErrDamaged
			}
			for strings.HasSuffix(r.Path, "/Endless") {
				if _, err := io.WriteString(w, strings.Repeat("x", 50*held)); err != nil {
					return err
				}
			}
			if strings.HasSuffix(r.Path, "/Broken") {
				_, _ = io.WriteString(w, strings.Repeat("x", 50*held))
				return db.ErrDamaged
			}
			lines := []string{"caller " + c.User.DisplayName, "organization " + strconv.FormatInt(org, 10), "project " + r.Project,
				"path " + r.Path, "query " + r.Query, "base " + r.Base, "accept " + r.Accept, "prefer " + strings.Join(r.Prefer, "|")}
			if strings.HasSuffix(r.Path, "/Long") {
				lines = append(lines, strings.Repeat("long ", 10_000))
			}
			_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
			return err
		},
	}, nil
}

// fixture is two small organizations: the one of the automation guide, and one with projects not everybody may read.
func fixture(t testing.TB, b dbtest.Backend, change func(*Config)) *API {
	t.Helper()
	config := b.Config(t)
	config.Clock = func() time.Time { return now }
	d := dbtest.OpenConfig(t, config)
	projects := project.New(d)
	people := access.New(access.Config{DB: d, TokenKey: []byte("key of the tests")})
	items := work.New(work.Config{DB: d, Projects: projects, Access: people, Attachments: t.TempDir()})
	build := &builder{t: t, db: d, projects: projects, access: people, items: items}
	build.youngbinhan()
	build.fabrikam()
	next := 0
	c := Config{Projects: projects, Access: people, Items: items, Analytics: echo{}, Clock: func() time.Time { return now },
		Hooks: hooks.New(hooks.Config{DB: d, Projects: projects, Access: people, Items: items, Event: HookEvent, Key: []byte("key of the tests"), AllowPrivate: true}),
		NewID: func() uuid.UUID { next++; return guid(0xA000 + next) }}
	if change != nil {
		change(&c)
	}
	return New(c)
}

type builder struct {
	t        testing.TB
	db       *db.DB
	projects *project.Store
	access   *access.Store
	items    *work.Items
	admin    int64 // the account
}

func (b *builder) update(fn func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Update(b.t.Context(), fn); err != nil {
		b.t.Fatal(err)
	}
}

// clock is the time of the fixture.
func clock() time.Time { return now }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *builder) account(tx *db.Tx, name string, n int) int64 {
	id, err := b.access.AddAccount(tx, access.Account{GUID: guid(n), UniqueName: name + "@example.com", DisplayName: name})
	check(b.t, err)
	_, err = b.access.CreateToken(tx, access.Token{AuthorizationID: guid(n + 1), Account: id, Name: name, Scope: "app_token",
		ValidFrom: now.AddDate(-1, 0, 0), ValidTo: now.AddDate(1, 0, 0)}, tokens()[name])
	check(b.t, err)
	return id
}

func (b *builder) user(tx *db.Tx, org int64, name, unique string, n int, account int64, administrator bool) int64 {
	id, err := b.access.AddUser(tx, org, access.User{GUID: guid(n), DisplayName: name, UniqueName: unique, Email: unique,
		Account: account, Level: access.Basic, Administrator: administrator, Active: true})
	check(b.t, err)
	return id
}

func (b *builder) youngbinhan() {
	location, err := time.LoadLocation("Asia/Seoul")
	check(b.t, err)
	var org, samples, samplesArea, samplesIteration, fittrix, area, iteration, user int64
	b.update(func(tx *db.Tx) error {
		b.admin = b.account(tx, "admin", 0x10)
		var err error
		org, err = b.projects.AddOrganization(tx, project.Organization{GUID: guid(1), Name: "youngbinhan", Location: location})
		check(b.t, err)
		user = b.user(tx, org, "Young Bin Han", "youngbin@example.com", 0x20, b.admin, true)
		basic := project.SystemProcess("Basic")
		fittrix, area, iteration, err = b.projects.AddProject(tx, org, project.Project{GUID: guid(0x31), Name: "FittrixTest", Revision: 20,
			Visibility: project.Private, Process: basic, LastUpdate: time.Date(2020, 10, 16, 1, 32, 22, 173_000_000, time.UTC)}, project.Node{GUID: guid(0x82)}, project.Node{GUID: guid(0x83)})
		check(b.t, err)
		samples, samplesArea, samplesIteration, err = b.projects.AddProject(tx, org, project.Project{GUID: guid(0x30), Name: "samples", Revision: 12,
			Visibility: project.Public, Process: basic, LastUpdate: time.Date(2020, 10, 14, 2, 40, 1, 27_000_000, time.UTC)}, project.Node{GUID: guid(0x84)}, project.Node{GUID: guid(0x85)})
		return err
	})
	at := time.Date(2020, 10, 14, 3, 0, 0, 230_000_000, time.UTC)
	revision := func(area, iteration int64, title string, after time.Duration) work.Revision {
		return work.Revision{Type: "Issue", Fields: work.Fields{
			project.FieldTitle: title, project.FieldState: "To Do", project.FieldReason: "Added to backlog",
			project.FieldAreaID: area, project.FieldIterationID: iteration, project.FieldPriority: int64(2),
			project.FieldCreatedDate: at, project.FieldCreatedBy: work.User(user), project.FieldChangedBy: work.User(user),
			project.FieldChangedDate: at.Add(after), project.FieldCommentCount: int64(0), project.FieldStateChangeDate: at,
		}}
	}
	all := []*work.History{
		{ID: 1, Project: samples, Revisions: []work.Revision{revision(samplesArea, samplesIteration, "tset", 0), revision(samplesArea, samplesIteration, "test", time.Hour)}},
		{ID: 2, Project: samples, Revisions: []work.Revision{revision(samplesArea, samplesIteration, "Bug fix", 0)}},
		{ID: 3, Project: samples, Revisions: []work.Revision{revision(samplesArea, samplesIteration, "Sign in feature", 0)}},
		{ID: 117, Project: fittrix, Revisions: []work.Revision{revision(area, iteration, "운동 기록 화면", 0)}},
	}
	b.load(org, all)
}

func (b *builder) load(org int64, all []*work.History) {
	b.t.Helper()
	err := b.items.Load(b.t.Context(), org, func() (*work.History, error) {
		if len(all) == 0 {
			return nil, nil
		}
		next := all[0]
		all = all[1:]
		return next, nil
	}, nil)
	check(b.t, err)
}

func (b *builder) fabrikam() {
	location, err := time.LoadLocation("America/Los_Angeles")
	check(b.t, err)
	var org, fiber, secret, area, iteration, secretArea, secretIteration, writer int64
	b.update(func(tx *db.Tx) error {
		var err error
		org, err = b.projects.AddOrganization(tx, project.Organization{GUID: guid(2), Name: "Fabrikam", Location: location})
		check(b.t, err)
		b.user(tx, org, "Ada Admin", "ada@example.com", 0x40, b.admin, true)
		writer = b.user(tx, org, "Walter Writer", "walter@example.com", 0x41, b.account(tx, "writer", 0x12), false)
		reader := b.user(tx, org, "Rita Reader", "rita@example.com", 0x42, b.account(tx, "reader", 0x14), false)
		process, err := b.projects.AddProcess(tx, org, project.SystemProcess("Scrum"), "Fabrikam Scrum", "Scrum with our fields", guid(0x50).String())
		check(b.t, err)
		fiber, area, iteration, err = b.projects.AddProject(tx, org, project.Project{GUID: guid(0x60), Name: "Fabrikam Fiber", Description: "Everything about fiber",
			Visibility: project.Private, Process: &project.Process{ID: process}, LastUpdate: now.AddDate(0, 0, -2)}, project.Node{GUID: guid(0x86)}, project.Node{GUID: guid(0x87)})
		check(b.t, err)
		secret, secretArea, secretIteration, err = b.projects.AddProject(tx, org, project.Project{GUID: guid(0x61), Name: "Secret", Visibility: project.Private,
			Process: project.SystemProcess("Agile"), LastUpdate: now.AddDate(0, 0, -1)}, project.Node{GUID: guid(0x88)}, project.Node{GUID: guid(0x89)})
		check(b.t, err)
		check(b.t, b.access.AddMember(tx, org, fiber, writer, access.Contributor))
		check(b.t, b.access.AddMember(tx, org, fiber, reader, access.Reader))
		team, err := b.projects.AddTeam(tx, org, fiber, project.Team{GUID: guid(0x70), Name: "Fabrikam Fiber Team", Description: "The default team"}, []int64{area}, true, nil)
		check(b.t, err)
		check(b.t, b.projects.SetDefaultTeam(tx, org, fiber, team))
		_, err = b.projects.AddTeam(tx, org, fiber, project.Team{GUID: guid(0x71), Name: "Data/Voice"}, nil, false, nil)
		check(b.t, err)
		_, err = b.projects.AddTeam(tx, org, secret, project.Team{GUID: guid(0x72), Name: "Agents"}, nil, false, nil)
		return err
	})
	at := time.Date(2026, 3, 31, 18, 36, 26, 230_000_000, time.UTC)
	item := func(area, iteration int64, kind, state, title string) []work.Revision {
		return []work.Revision{{Type: kind, Texts: map[project.FieldID]string{project.FieldDescription: "<div>All of <b>it</b> & more</div>"}, Fields: work.Fields{
			project.FieldTitle: title, project.FieldState: state, project.FieldReason: "New backlog item",
			project.FieldAreaID: area, project.FieldIterationID: iteration, project.FieldEffort: 5.0,
			project.FieldAssignedTo: work.User(writer), project.FieldCreatedDate: at, project.FieldCreatedBy: work.User(writer),
			project.FieldChangedDate: at, project.FieldChangedBy: work.User(writer), project.FieldCommentCount: int64(0),
		}}}
	}
	b.load(org, []*work.History{
		{ID: 10, Project: fiber, Revisions: item(area, iteration, "Product Backlog Item", "New", "Slow <data> & voice")},
		{ID: 11, Project: fiber, Revisions: item(area, iteration, "Feature", "New", "Faster fiber")},
		{ID: 12, Project: secret, Revisions: item(secretArea, secretIteration, "Epic", "New", "World peace")},
		{ID: 13, Project: fiber, Revisions: item(area, iteration, "Bug", "New", "Gone"), DeletedAt: &now, DeletedBy: work.User(writer)},
	})
	b.update(func(tx *db.Tx) error {
		return work.LoadLinks(tx, org, []work.Link{
			{Source: 10, SourceProject: fiber, Target: 11, TargetProject: fiber, Rel: "System.LinkTypes.Hierarchy-Reverse", CreatedAt: at, CreatedBy: work.User(writer)},
			{Source: 11, SourceProject: fiber, Target: 12, TargetProject: secret, Rel: "System.LinkTypes.Hierarchy-Reverse", Comment: "for later", CreatedAt: at, CreatedBy: work.User(writer)},
		})
	})
}

// call sends a request as text, with the body behind an empty line, and returns the answer. who is a name of tokens,
// a token, or "" for a request without credentials.
func call(t testing.TB, a http.Handler, who, text string) *http.Response {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	line, headers, _ := strings.Cut(head, "\n")
	if !strings.Contains("\n"+headers, "\nHost:") {
		headers = "Host: localhost:8080\n" + headers
	}
	if who != "" {
		token, ok := tokens()[who]
		if !ok {
			token = who
		}
		headers += "\nAuthorization: Basic " + base64.StdEncoding.EncodeToString([]byte(":"+token))
	}
	headers += "\nContent-Length: " + strconv.Itoa(len(body))
	raw := line + " HTTP/1.1\r\n" + strings.Join(nonEmpty(strings.Split(headers, "\n")), "\r\n") + "\r\n\r\n" + body
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r.WithContext(t.Context()))
	if r.Method == http.MethodHead {
		w.Body.Reset() // as the server does
	}
	return w.Result()
}
