package hooks

import (
	"fmt"
	"net/http"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

// What an event tells of a place that somebody does not see is not shown to them because the work item is elsewhere now.
func TestFiltered_Places(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		s := x.service(nil)
		run(t, s)
		receiver := newReceiver(t, nil)
		of := x.subscribe(t, s, x.ada, draft("workitem.updated", receiver.URL, "projectId", "Agile"))
		id := x.create(t, "Agile", "Task", "System.AreaPath", `Agile\Web`)
		x.update(t, id, "System.Title", "told in Web")
		x.update(t, id, "System.AreaPath", "Agile") // tells what was in Web as well
		x.update(t, id, "System.Title", "told outside")
		receiver.wait(t, 3)

		once := newReceiver(t, func(n int, w http.ResponseWriter) bool {
			if n == 0 { // while it waits for the second attempt the work item moves, and Bob sees less
				x.update(t, id+1, "System.AreaPath", "Agile")
				x.denyWeb(t)
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return n > 0
		})
		waits := x.subscribe(t, s, x.bob, draft("workitem.created", once.URL, "projectId", "Agile"))
		x.create(t, "Agile", "Task", "System.AreaPath", `Agile\Web`)
		eventually(t, "it is filtered", func() bool {
			n, err := s.Notification(t.Context(), x.ada, waits, 1)
			return err == nil && n.Status == Completed
		})
		if told := once.whats(); len(told) > 0 {
			t.Errorf("the subscriber was told %v", told)
		}

		receiver.wait(t, 1) // the move of the second work item
		for who, want := range map[*access.Caller]string{x.ada: "[4 3 2 1]", x.bob: "[3]"} {
			all, err := s.Notifications(t.Context(), who, of, Filter{Most: 10})
			var numbers []int64
			for _, n := range all {
				numbers = append(numbers, n.ID)
			}
			if err != nil || fmt.Sprint(numbers) != want {
				t.Errorf("%s is shown %v, %v; want %s", who.User.DisplayName, numbers, err, want)
			}
		}
		for n, want := range map[int64]string{1: "NotificationNotFoundException", 2: "NotificationNotFoundException", 3: ""} {
			if _, err := s.Notification(t.Context(), x.bob, of, n); says(t, err) != want {
				t.Errorf("number %d: %v", n, err)
			}
		}
	})
}

// denyWeb makes Bob see no work items of the area Web.
func (x *fixture) denyWeb(t testing.TB) {
	t.Helper()
	err := x.db.Update(t.Context(), func(tx *db.Tx) error {
		catalog, err := x.projects.Catalog(tx, x.org)
		if err != nil {
			return err
		}
		return access.SetEntry(tx, x.ada, access.FindNamespace(access.AreaNamespace), catalog.Project(x.agile).FindNode(project.AreaNode, `Agile\Web`).Token(),
			access.Entry{Subject: x.bob.User.Subject(), Deny: access.ViewWorkItems})
	})
	if err != nil {
		t.Error(err)
	}
}
