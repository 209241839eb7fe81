package access

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func (x *fixture) log(t *testing.T, org int64) []AuditEntry {
	t.Helper()
	entries, err := x.store.AuditLog(t.Context(), org, time.Time{}, AuditPlace{At: today.AddDate(1, 0, 0)}, 100)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestAudit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		id, activity, project := uuid.New(), uuid.New(), uuid.New()
		token := x.token(t, Token{Account: x.ada, AuthorizationID: id})
		c, err := x.store.Authenticate(t.Context(), 1, token)
		if err != nil {
			t.Fatal(err)
		}
		c.Origin = Origin{Address: "192.0.2.7", UserAgent: "curl/8\nforged line " + strings.Repeat("x", 300), Activity: activity}
		event := Event{Action: ProjectRenamed, Project: project, ProjectName: "New", Data: map[string]any{
			"PreviousProjectName": "Old", "ProjectName": "New", "List": []string{"a", "b"}, "Number": 7}}
		x.update(t, func(tx *db.Tx) error { return Audit(tx, c, event) })

		got := x.log(t, 1)
		event.Data["List"], event.Data["Number"] = []any{"a", "b"}, float64(7)
		want := []AuditEntry{{ID: 1, At: today, Event: event, ActorID: c.User.GUID, ActorName: "Ada", ActorUniqueName: "Ada",
			Credential: Credential{ByToken, id}, Origin: Origin{"192.0.2.7", "curl/8 forged line " + strings.Repeat("x", 256-19), activity}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if got[0].Details() != "Renamed the project Old to New" || got[0].Category() != "modify" || got[0].Action.Area() != "Project" {
			t.Errorf("%q, %q, %q", got[0].Details(), got[0].Category(), got[0].Action.Area())
		}
		if other := x.log(t, 2); len(other) != 0 {
			t.Errorf("another organization has %v", other)
		}
	})
}

// What fails leaves no entry, and what cannot be recorded is not done.
func TestAudit_SameTransaction(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		c := &Caller{Org: 1, User: &User{GUID: uuid.New()}}
		undone := errors.New("undone")
		err := x.db.Update(t.Context(), func(tx *db.Tx) error {
			if err := Audit(tx, c, Event{Action: SignedOut}); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		err = x.db.Update(t.Context(), func(tx *db.Tx) error {
			if _, err := AddGroup(tx, by(1), Group{Name: "Unrecorded"}); err != nil {
				return err
			}
			return Audit(tx, c, Event{Action: "No.SuchAction"})
		})
		if err == nil {
			t.Error("an action that is not in the list is recorded")
		}
		if log := x.log(t, 1); len(log) != 0 {
			t.Errorf("the log has %v", log)
		}
		d, err := x.store.Snapshot(t.Context(), 1)
		if err != nil || len(d.Groups()) != 0 {
			t.Errorf("groups %v, %v", d.Groups(), err)
		}
	})
}

// An event of an account is in the logs of the organizations it belongs to, and only there.
func TestAuditAccount(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		nobody, _ := x.person(t, "Nobody", User{})
		x.update(t, func(tx *db.Tx) error { // somebody who only appears in data has no account
			_, err := x.store.AddUser(tx, 1, User{GUID: uuid.New(), DisplayName: "Data", UniqueName: "Data", Active: true})
			return err
		})
		for _, account := range []int64{x.ada, x.bob, nobody, 0} {
			x.update(t, func(tx *db.Tx) error {
				return AuditAccount(tx, account, Caller{Credential: Credential{Kind: BySession}}, Event{Action: SignedIn, Data: map[string]any{"Method": "a password"}})
			})
		}
		names := func(org int64) (names []string) {
			for _, e := range x.log(t, org) {
				names = append(names, e.ActorName+": "+e.Details())
			}
			return names
		}
		want := [][]string{{": Signed in with a password", ": Signed in with a password"}, {"Bob: Signed in with a password", "Ada: Signed in with a password"}, {"Ada: Signed in with a password"}}
		if diff := cmp.Diff(want, [][]string{names(0), names(1), names(2)}); diff != "" {
			t.Error(diff)
		}
	})
}

// Reading goes on where it stopped, also between entries of one moment, and begins and ends where it is told.
func TestAuditLog_Places(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		for i := range 7 {
			x.now.Store(today.Add(time.Duration(i/3) * time.Hour).UnixMicro())
			x.update(t, func(tx *db.Tx) error { return Audit(tx, &Caller{Org: 1}, Event{Action: SignedOut}) })
		}
		read := func(from time.Time, before AuditPlace) (ids []int64) {
			for {
				part, err := x.store.AuditLog(t.Context(), 1, from, before, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range part {
					ids, before = append(ids, e.ID), AuditPlace{e.At, e.ID}
				}
				if len(part) < 2 {
					return ids
				}
			}
		}
		if got := read(time.Time{}, AuditPlace{At: today.AddDate(0, 0, 1)}); !slices.Equal(got, []int64{7, 6, 5, 4, 3, 2, 1}) {
			t.Errorf("all are %v", got)
		}
		if got := read(today.Add(time.Hour), AuditPlace{At: today.Add(2 * time.Hour)}); !slices.Equal(got, []int64{6, 5, 4}) {
			t.Errorf("those of the second hour are %v", got)
		}
	})
}

// Every action of the list has its own id, a category and a sentence.
func TestAuditActions(t *testing.T) {
	seen := map[AuditAction]bool{}
	for _, a := range AuditActions() {
		if seen[a.Action] || !strings.Contains(string(a.Action), ".") || a.Message == "" ||
			!slices.Contains([]string{"modify", "remove", "create", "access", "execute"}, a.Category) {
			t.Errorf("%+v", a)
		}
		seen[a.Action] = true
	}
}

// A name that looks like that of another value stays a name.
func TestAuditEntry_Details(t *testing.T) {
	e := AuditEntry{Event: Event{Action: MemberAdded, Data: map[string]any{"GroupName": "{MemberDisplayName}", "MemberDisplayName": "{GroupName}"}}}
	if got := e.Details(); got != "Added {GroupName} to the group {MemberDisplayName}" {
		t.Errorf("%q", got)
	}
}

// Entries are added and read. One statement of the program removes any, and none changes one; deleting an organization is
// the other way.
func TestAudit_AppendOnly(t *testing.T) {
	changes := regexp.MustCompile(`(?i)(UPDATE|DELETE\s+FROM|INSERT\s+OR\s+REPLACE\s+INTO|TRUNCATE)\s+"?audit_log`)
	var found []string
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".sql") {
			return err
		}
		content, err := os.ReadFile(path)
		for range changes.FindAll(content, -1) {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil || !slices.Equal(found, []string{"auditlog.go"}) {
		t.Errorf("statements in %v, %v", found, err)
	}
}

// Discarding removes what is older in one organization, and tells.
func TestDiscardAudit(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		for _, org := range []int64{1, 1, 2} {
			x.update(t, func(tx *db.Tx) error { return Audit(tx, &Caller{Org: org}, Event{Action: SignedOut}) })
			x.now.Add(time.Hour.Microseconds())
		}
		x.update(t, func(tx *db.Tx) error {
			n, err := DiscardAudit(tx, Console(1), today.Add(time.Hour))
			if n != 1 {
				t.Errorf("%d entries are gone", n)
			}
			return err
		})
		log := x.log(t, 1)
		if len(log) != 2 || log[0].Details() != "Discarded 1 entries of the audit log from before 2026-11-22T13:00:00Z" || log[0].Credential.Kind != ByConsole {
			t.Errorf("%+v", log)
		}
		if other := x.log(t, 2); len(other) != 1 {
			t.Errorf("another organization has %v", other)
		}
	})
}
