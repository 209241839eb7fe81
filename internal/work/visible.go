package work

import (
	"errors"
	"fmt"
	"slices"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
)

// Which work items a caller sees is decided in this file, for rows that were read and for statements: those of projects
// that the caller can read, as far as the caller may view the work items of their areas. A revision is seen by those who
// see both the place where it was made and the one where the item is now.

// sees reports whether the caller sees the work items of an area. A deleted area counts as the one its items went to.
func (e *environment) sees(project, area int64) bool {
	if e.catalog.Project(project) == nil || !e.caller.CanRead(project) {
		return false
	}
	all, _ := e.areas.Views(project)
	return all || e.areas.May(area, access.ViewWorkItems)
}

// seesArea is sees of an area of whichever project.
func (e *environment) seesArea(area int64) bool {
	n := e.catalog.AnyNode(area)
	return n != nil && e.sees(n.Project, area)
}

// seesStored is sees of a row, which is looked into only when the area matters.
func (e *environment) seesStored(projectID int64, fields string) (bool, error) {
	if e.catalog.Project(projectID) == nil || !e.caller.CanRead(projectID) {
		return false, nil
	}
	if all, _ := e.areas.Views(projectID); all {
		return true, nil
	}
	area, err := areaOf(fields)
	return e.areas.May(area, access.ViewWorkItems), err
}

// seesAll reports whether the caller sees every work item of a project.
func (e *environment) seesAll(project int64) bool {
	all, _ := e.areas.Views(project)
	return all && e.catalog.Project(project) != nil && e.caller.CanRead(project)
}

var errScanned = errors.New("the rest does not matter")

// areaOf is the area in stored fields, 0 when there is none. It is among the first.
func areaOf(fields string) (area int64, err error) {
	err = scanTokens(fields, func(f project.FieldID, token string) (err error) {
		if f != project.FieldAreaID {
			return nil
		}
		if area, err = Raw(token).Int(); err != nil {
			return err
		}
		return errScanned
	})
	if errors.Is(err, errScanned) {
		err = nil
	}
	return area, err
}

// Seen tells of work items, those in the recycle bin included, whether the caller sees them, and sees work items of areas
// as well that they were in.
func (s *Items) Seen(tx *db.Tx, c *access.Caller, ids []int64) (sees func(id int64, areas []int64) bool, err error) {
	e, err := s.environment(tx, c)
	if err != nil {
		return nil, err
	}
	found := map[int64]bool{}
	err = selectPlaces.each(tx, []any{c.Org}, ids, func(r *db.Rows) error {
		var id, project int64
		var fields string
		err := r.Scan(&id, &project, &fields)
		if err == nil {
			found[id], err = e.seesStored(project, fields)
		}
		return err
	})
	return func(id int64, areas []int64) bool {
		return found[id] && !slices.ContainsFunc(areas, func(area int64) bool { return !e.seesArea(area) })
	}, err
}

var selectPlaces = listSQL("work.selectPlaces", 2, `SELECT id, project_id, fields FROM work_items WHERE org_id = $1 AND id IN (%s)`)

// sightSQL is a statement that reads the fields that say where something is, where it matters: for callers that see some
// areas of a project only.
type sightSQL struct{ whole, parts *db.Stmt }

// bySight registers a statement with columns of fields in place of each %s. Where they do not matter they are empty, which
// nobody sees who does not see all.
func bySight(name, text string, fields ...any) sightSQL {
	empty := make([]any, len(fields))
	for i := range empty {
		empty[i] = `'{}'`
	}
	return sightSQL{db.SQL(name, fmt.Sprintf(text, empty...)), db.SQL(name+"Seen", fmt.Sprintf(text, fields...))}
}

func (s sightSQL) of(e *environment) *db.Stmt {
	if len(e.places().areas) > 0 {
		return s.parts
	}
	return s.whole
}

// places is which work items a query may find.
type places struct {
	projects []int64 // of which the caller sees any
	whole    []int64 // those of them of which the caller sees all
	areas    []int64 // of the others: those whose work items the caller sees
}

func (e *environment) places() (p places) {
	for _, at := range e.catalog.Projects {
		if !e.caller.CanRead(at.ID) {
			continue
		}
		all, areas := e.areas.Views(at.ID)
		if all {
			p.whole = append(p.whole, at.ID)
		}
		if all || len(areas) > 0 {
			p.projects = append(p.projects, at.ID)
		}
		p.areas = append(p.areas, areas...)
	}
	return p
}

// hold is true of the rows, of present work items or of revisions, that are in these places.
func (p *places) hold(i row) sqlgen.Expr {
	in := oneOf(i.col("project_id"), p.projects)
	if len(p.areas) == 0 {
		return in
	}
	return sqlgen.All{in, sqlgen.Any{oneOf(i.col("project_id"), p.whole), oneOf(i.member(project.FieldAreaID, sqlgen.Int64), p.areas)}}
}

// mayEdit refuses changes of work items in an area to whom they are not allowed.
func (e *environment) mayEdit(area *project.Node) error {
	if !e.areas.May(area.ID, access.EditWorkItems) {
		return fault.WorkItemSave()
	}
	return nil
}

// mayComment refuses comments on work items in an area to whom they are not allowed.
func (e *environment) mayComment(area *project.Node) error {
	if !e.areas.May(area.ID, access.EditComments) {
		return fault.AccessDenied(e.caller.User.DisplayName, access.FindNamespace(access.AreaNamespace).Label(access.EditComments))
	}
	return nil
}
