package work

import (
	"context"
	"errors"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// keptQueries is how long a temporary query can be run.
const keptQueries = 24 * time.Hour

var (
	insertTemporary = db.SQL("work.insertTemporary", `
		INSERT INTO temporary_queries (org_id, guid, project_id, wiql, expires_at) VALUES ($1, $2, $3, $4, $5)`)
	expireTemporary = db.SQL("work.expireTemporary", `DELETE FROM temporary_queries WHERE org_id = $1 AND expires_at <= $2`)
	selectTemporary = db.SQL("work.selectTemporary", `
		SELECT project_id, wiql FROM temporary_queries WHERE org_id = $1 AND guid = $2 AND expires_at > $3`)
)

// KeepQuery keeps a query for a day, in which RunSaved knows it by the returned id. Who can read the project can run it, and
// finds what they can read. Faults: project not found, a statement that cannot be read.
func (s *Items) KeepQuery(ctx context.Context, c *access.Caller, projectName, text string) (id uuid.UUID, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		l, err := s.library(tx, c, projectName)
		if err != nil {
			return err
		}
		if err := l.check(text); err != nil {
			return err
		}
		if _, err := tx.Exec(expireTemporary, c.Org, tx.Now()); err != nil {
			return err
		}
		id = uuid.New()
		_, err = tx.Exec(insertTemporary, c.Org, id, l.project.ID, text, tx.Now().Add(keptQueries))
		return err
	})
	return id, err
}

// temporary finds a temporary query and the project it was kept in.
func (s *Items) temporary(tx *db.Tx, c *access.Caller, projectName, id string) (text string, p *project.Project, err error) {
	guid, err := uuid.Parse(id)
	if err != nil {
		return "", nil, fault.QueryNotFound(id)
	}
	catalog, err := s.projects.Catalog(tx, c.Org)
	if err != nil {
		return "", nil, err
	}
	var in int64
	err = tx.Row(selectTemporary, []any{c.Org, guid, tx.Now()}, &in, &text)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return "", nil, err
	}
	if p = catalog.Project(in); err != nil || p == nil || !c.CanRead(in) {
		return "", nil, fault.QueryNotFound(id)
	}
	if projectName != "" {
		if named, err := catalog.FindProject(projectName); err != nil || named != p {
			return "", nil, fault.QueryNotFound(id)
		}
	}
	return text, p, nil
}
