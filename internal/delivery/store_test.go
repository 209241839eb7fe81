package delivery_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/delivery"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// fixture is a store with two projects of an organization.
type fixture struct {
	*delivery.Store
	db     *db.DB
	people *access.Store
	admin  *access.Caller
	first  int64
	other  int64
}

func newFixture(t *testing.T, b dbtest.Backend) *fixture {
	t.Helper()
	d := dbtest.OpenConfig(t, b.Config(t))
	projects, people := project.New(d), access.New(access.Config{DB: d, TokenKey: []byte("test")})
	x := &fixture{db: d, people: people, Store: delivery.New(delivery.Config{DB: d, Access: people,
		Clock: func() time.Time { return time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC) }})}
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		org, err := projects.AddOrganization(tx, project.Organization{GUID: uuid.New(), Name: "o", Location: time.UTC, CreatedAt: time.Unix(0, 0)})
		if err != nil {
			return err
		}
		ann := access.User{GUID: uuid.New(), DisplayName: "Ann", UniqueName: "ann@example.com", Level: access.Basic, Active: true}
		if ann.ID, err = people.AddUser(tx, org, ann); err != nil {
			return err
		}
		x.admin = access.System(org, &ann)
		for name, id := range map[string]*int64{"first": &x.first, "other": &x.other} {
			row := project.Project{GUID: uuid.New(), Name: name, Process: project.SystemProcesses()[0], Visibility: project.Private}
			if *id, _, _, err = projects.AddProject(tx, org, row, project.Node{GUID: uuid.New()}, project.Node{GUID: uuid.New()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// rows are all records as text, and the position of the feed.
func (x *fixture) rows(t *testing.T) (all []string) {
	t.Helper()
	err := x.db.View(t.Context(), func(tx *db.Tx) error {
		_, err := db.Collect(tx, db.SQL("test", `SELECT project_id, kind, sk, position, natural_key, body FROM delivery_records ORDER BY 1, 2, 3`), nil,
			func(r *db.Rows) (struct{}, error) {
				var project, kind, sk, position int64
				var key, body string
				err := r.Scan(&project, &kind, &sk, &position, &key, &body)
				all = append(all, fmt.Sprint(project, " ", kind, " ", sk, " ", position, " ", key, " ", body))
				return struct{}{}, err
			})
		head, _, e := tx.Head(x.admin.Org)
		all = append(all, fmt.Sprint("feed ", head))
		return errors.Join(err, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// member signs in somebody with a role in the first project.
func (x *fixture) member(t *testing.T, role access.Kind) *access.Caller {
	t.Helper()
	text := ""
	err := x.db.Update(t.Context(), func(tx *db.Tx) (err error) {
		name := string(role) + "@example.com"
		account, err := x.people.AddAccount(tx, access.Account{GUID: uuid.New(), UniqueName: name, DisplayName: name})
		if err != nil {
			return err
		}
		user, err := x.people.AddUser(tx, x.admin.Org, access.User{GUID: uuid.New(), DisplayName: name, UniqueName: name, Level: access.Basic, Active: true, Account: account})
		if err != nil {
			return err
		}
		if err := x.people.AddMember(tx, x.admin.Org, x.first, user, role); err != nil {
			return err
		}
		text, err = x.people.CreateToken(tx, access.Token{AuthorizationID: uuid.New(), Account: account, Scope: "app_token",
			ValidFrom: time.Unix(0, 0), ValidTo: time.Now().AddDate(1, 0, 0)}, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := x.people.Authenticate(t.Context(), x.admin.Org, text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const pipelineAndRun = `{"kind":"pipeline","id":7,"name":"CI"}
{"kind":"pipelineRun","id":70,"definition":{"id":7},"queueTime":"2026-03-01T00:00:00Z","sourceBranch":"main","repository":{"id":"r"},"records":[{"id":"t","type":"Task","name":"a"},{"id":"u","type":"Task","name":"b"}]}
{"kind":"testRun","id":8,"build":{"id":70},"results":[{"id":1,"testCaseTitle":"x","outcome":"Passed"}]}
`

// Whatever is wrong with a request, nothing of it is stored.
func TestIngest_AllOrNothing(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		if sum, err := x.Ingest(t.Context(), x.admin, x.first, []byte(pipelineAndRun), 1); err != nil || sum != (delivery.Summary{Lines: 3, Changed: 3}) {
			t.Fatal(sum, err)
		}
		before := x.rows(t)
		good := `{"kind":"pipeline","id":9,"name":"new"}` + "\n"
		for _, c := range []struct{ line, want string }{
			{`{"kind":"pipelineRun","id":71,"definition":{"id":8},"queueTime":"2026-03-01T00:00:00Z"}`, "line 11: definition.id is 8, and the project has no such pipeline; send its line first"},
			{`{"kind":"testRun","id":9,"build":{"id":71}}`, "build.id is 71, and the project has no such pipeline run"},
			{`{"kind":"testSuite","id":9,"name":"x","plan":{"id":1}}`, "plan.id is 1, and the project has no such test plan"},
			{`{"kind":"agentRequest","requestId":1,"poolId":1,"queueTime":"2026-03-01T00:00:00Z","definition":{"id":12}}`, "no such pipeline"},
			{`{"kind":"pipeline"`, "line 11: the JSON ends early"}, // as when a connection is cut
			{`{"kind":"testPlan","id":1,"name":"p"}
{"kind":"testSuite","id":2,"name":"s","plan":{"id":1}}
{"kind":"testConfiguration","id":3,"name":"c"}
{"kind":"testPoint","id":1,"testPlan":{"id":1},"suite":{"id":2},"configuration":{"id":3},"testCase":{"id":1},"lastUpdatedDate":"2026-03-01T00:00:00Z","tester":{"uniqueName":"bob@example.com"}}`,
				`line 14: tester.uniqueName is "bob@example.com", and the organization knows no such person`},
		} {
			_, err := x.Ingest(t.Context(), x.admin, x.first, []byte(good+c.line), 10)
			if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 400 || !strings.Contains(f.Message, c.want) {
				t.Errorf("%s: %v, want %q", c.line, err, c.want)
			}
			if after := x.rows(t); strings.Join(after, "\n") != strings.Join(before, "\n") {
				t.Fatalf("%s: something was stored: %v", c.line, after)
			}
		}
	})
}

// Lines that come again change nothing, and lines that differ replace records without giving them other keys.
func TestIngest_Replaces(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		send := func(project int64, lines string) delivery.Summary {
			t.Helper()
			sum, err := x.Ingest(t.Context(), x.admin, project, []byte(lines), 1)
			if err != nil {
				t.Fatal(err)
			}
			return sum
		}
		send(x.first, pipelineAndRun)
		before := x.rows(t)
		if sum := send(x.first, pipelineAndRun); sum.Changed != 0 || sum.Unchanged != 3 {
			t.Errorf("sent again: %+v", sum)
		}
		if after := x.rows(t); strings.Join(after, "\n") != strings.Join(before, "\n") {
			t.Errorf("sent again it is\n%s\nand was\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
		// A run with as many steps keeps their keys, one with others does not share keys with anything.
		run := func(records string) string {
			return `{"kind":"pipelineRun","id":70,"definition":{"id":7},"queueTime":"2026-03-01T00:00:00Z","records":[` + records + `]}`
		}
		step := func(n int) string { return fmt.Sprintf(`{"id":"%d","type":"Task","name":"%d"}`, n, n) }
		first := func() int64 {
			var runs []delivery.Record
			err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
				runs, err = delivery.Some(tx, x.admin.Org, delivery.RunKind, []int64{1})
				return err
			})
			if err != nil || len(runs) != 1 {
				t.Fatal(runs, err)
			}
			v, err := delivery.Decode[delivery.Run](&runs[0])
			if err != nil {
				t.Fatal(err)
			}
			return v.FirstStep
		}
		send(x.first, run(step(1)+","+step(2)))
		if got := first(); got != 1 {
			t.Errorf("steps begin at %d, want 1", got)
		}
		if send(x.first, run(step(1)+","+step(2)+","+step(3))); first() != 3 {
			t.Errorf("three steps begin at %d, want 3", first())
		}
		// Projects do not share records, and numbers of one mean nothing in the other.
		if send(x.other, `{"kind":"pipeline","id":7,"name":"CI"}`); len(x.rows(t)) != len(before)+1 {
			t.Errorf("%v", x.rows(t))
		}
		if _, err := x.Ingest(t.Context(), x.admin, x.other, []byte(`{"kind":"testRun","id":8,"build":{"id":70}}`), 1); err == nil {
			t.Error("a run of another project was found")
		}
	})
}

// What belongs to the organization is stored once, whichever project it is sent through, and only by its administrators.
func TestIngest_Organization(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		line := []byte(`{"kind":"agentPoolSize","poolId":1,"samplingDate":"2026-03-01T00:00:00Z","onlineCount":1,"offlineCount":2}`)
		for i, project := range []int64{x.first, x.other} {
			if sum, err := x.Ingest(t.Context(), x.admin, project, line, 1); err != nil || sum.Changed != 1-i {
				t.Error(sum, err)
			}
		}
		for role, may := range map[access.Kind]bool{access.Reader: false, access.Contributor: true, access.Administrator: true} {
			c := x.member(t, role)
			if _, err := x.Ingest(t.Context(), c, x.first, []byte(pipelineAndRun), 1); err == nil != may {
				t.Errorf("%s: %v", role, err)
			}
			for project, what := range map[int64][]byte{x.first: line, x.other: []byte(pipelineAndRun)} {
				_, err := x.Ingest(t.Context(), c, project, what, 1)
				if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Status != 403 {
					t.Errorf("%s sends %s: %v", role, what, err)
				}
			}
		}
	})
}
