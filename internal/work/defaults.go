package work

import (
	"context"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// neverChanged is the date of the last change of state of a work item that is not made yet. documented: work items, get
// work item template.
var neverChanged = time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)

// Defaults is what a new work item of a type begins with: state, reason, places and what the rules of the type fill in for
// the caller. fields, when there are any, are the only ones shown. Faults: project, type or field not found.
func (s *Items) Defaults(ctx context.Context, c *access.Caller, projectName, typeName string, fields []string) (item *Item, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		if e.project, err = readable(e.catalog, c, projectName); err != nil {
			return err
		}
		if e.kind = e.project.Process.Type(strings.TrimPrefix(typeName, "$")); e.kind == nil {
			return fault.WorkItemTypeNotFound(strings.TrimPrefix(typeName, "$"), e.project.Name)
		}
		wanted, err := e.findFields(fields)
		if err != nil {
			return err
		}
		r := &revision{id: -1, rev: 1, fields: Fields{}, texts: map[project.FieldID]string{}, touched: map[project.FieldID]bool{},
			area: e.project.Area, iter: e.project.Iteration, project: e.project, kind: e.kind}
		r.setState(e, nil)
		r.runRules(e, nil)
		if e.kind.Field(project.FieldStateChangeDate) != nil {
			r.fields[project.FieldStateChangeDate] = neverChanged
		}
		r.fields[project.FieldAreaID], r.fields[project.FieldIterationID] = r.area.ID, r.iter.ID
		rel := &related{texts: map[textKey]string{}}
		for field, body := range r.texts {
			rel.texts[textKey{r.id, int64(field), r.rev}] = body
		}
		item = e.item(stored{id: r.id, project: e.project.ID, rev: r.rev, kind: e.kind.Name}, r.fields, rel, wanted, false)
		return nil
	})
	return item, err
}
