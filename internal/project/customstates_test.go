package project_test

import (
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

func TestStore_AddState(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		d := b.Open(t)
		s := project.New(d)
		created := time.Date(2013, 2, 11, 17, 30, 0, 0, time.UTC)
		var org int64
		var process string
		err := d.Update(t.Context(), func(tx *db.Tx) (err error) {
			org, err = s.AddOrganization(tx, project.Organization{GUID: uuid.New(), Name: "fabrikam", Location: time.UTC, CreatedAt: created})
			if err != nil {
				return err
			}
			if process, err = s.AddProcess(tx, org, project.SystemProcess("Agile"), "Fabrikam Agile", "", ""); err != nil {
				return err
			}
			return s.AddState(tx, org, process, "Task", project.State{Name: "Completed", Category: project.Completed})
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(t.Context(), func(tx *db.Tx) error {
			c, err := s.Catalog(tx, org)
			if err != nil {
				return err
			}
			if !c.Organization.CreatedAt.Equal(created) {
				t.Errorf("created at %s, want %s", c.Organization.CreatedAt, created)
			}
			task := c.Process(process).Type("Task")
			if state := task.State("Completed"); state == nil || state.Category != project.Completed || state.Color != "339933" {
				t.Errorf("the added state: %+v", state)
			}
			if _, ok := task.Transition("Active", "Completed"); !ok {
				t.Error("no way from Active to Completed")
			}
			if project.SystemProcess("Agile").Type("Task").State("Completed") != nil {
				t.Error("the system process has the state too")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
