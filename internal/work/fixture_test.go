package work

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// fixture is a store with one organization, in which each system process has a project of its name and two people are
// known as Ada and Bob.
type fixture struct {
	db       *db.DB
	projects *project.Store
	people   *access.Store
	items    *Items
	org      int64
	now      atomic.Int64 // microseconds
}

var monday = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)

func newFixture(t testing.TB, b dbtest.Backend) *fixture {
	t.Helper()
	x := &fixture{}
	x.now.Store(monday.UnixMicro())
	config := b.Config(t)
	config.Clock = func() time.Time { return time.UnixMicro(x.now.Load()) }
	x.db = dbtest.OpenConfig(t, config)
	x.projects, x.people = project.New(x.db), access.New(access.Config{DB: x.db, TokenKey: []byte("test")})
	x.items = New(Config{DB: x.db, Projects: x.projects, Access: x.people, Attachments: t.TempDir()})
	err := x.db.Update(t.Context(), func(tx *db.Tx) (err error) {
		if x.org, err = x.projects.AddOrganization(tx, project.Organization{GUID: newGUID(), Name: "test", Location: time.UTC}); err != nil {
			return err
		}
		for _, p := range project.SystemProcesses() {
			id, area, _, err := x.projects.AddProject(tx, x.org, project.Project{Name: p.Name, Process: p, Visibility: project.Private}, project.Node{}, project.Node{})
			if err != nil {
				return err
			}
			if _, err := x.projects.AddNode(tx, x.org, project.Node{Project: id, Kind: project.AreaNode, Name: "Web", ParentID: area}); err != nil {
				return err
			}
		}
		for _, name := range []string{"Ada", "Bob"} {
			user := access.User{GUID: newGUID(), DisplayName: name, UniqueName: strings.ToLower(name) + "@example.com", Level: access.Basic, Active: true}
			if _, err := x.people.AddUser(tx, x.org, user); err != nil {
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

// tick lets a day pass.
func (x *fixture) tick() time.Time {
	return time.UnixMicro(x.now.Add(24 * int64(time.Hour/time.Microsecond))).UTC()
}

func (x *fixture) caller(t testing.TB, name string) *access.Caller {
	t.Helper()
	var c *access.Caller
	err := x.db.View(t.Context(), func(tx *db.Tx) error {
		people, err := x.people.Directory(tx, x.org)
		if err == nil {
			c = access.System(x.org, people.Find(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// environment is what apply is told about a type of a project.
func (x *fixture) environment(t testing.TB, projectName, typeName string) *environment {
	t.Helper()
	c := x.caller(t, "Ada")
	var e *environment
	err := x.db.View(t.Context(), func(tx *db.Tx) (err error) {
		if e, err = x.items.environment(tx, c); err != nil {
			return err
		}
		e.project, err = e.catalog.FindProject(projectName)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if e.kind = e.project.Process.Type(typeName); e.kind == nil {
		t.Fatalf("%s has no type %s", projectName, typeName)
	}
	return e
}

// ops reads operations from lines such as `add System.Title "x"`.
func ops(t testing.TB, list ...string) (all []Op) {
	t.Helper()
	for _, line := range list {
		parts := strings.SplitN(line, " ", 3)
		path := "/fields/" + parts[1]
		if strings.HasPrefix(parts[1], "/") {
			path = parts[1]
		}
		o := Op{Op: Verb(parts[0]), Path: path}
		if len(parts) == 3 {
			o.Value = json.RawMessage(parts[2])
		}
		all = append(all, o)
	}
	return all
}

// says puts an error into the words of tests: "" for none, else the fault's exception and, of a broken rule, the field's
// reference name and flags.
func says(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		t.Fatalf("no fault: %v", err)
	}
	if f.Properties["FieldReferenceName"] != nil {
		return fmt.Sprint(f.Properties["FieldReferenceName"], " ", f.Properties["FieldStatusFlags"])
	}
	return f.TypeKey
}

// value shows a stored value as text.
func value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.Format("Mon 15:04")
	case User:
		return map[User]string{1: "Ada", 2: "Bob"}[v]
	default:
		return fmt.Sprint(v)
	}
}

func newGUID() uuid.UUID { return uuid.New() }
