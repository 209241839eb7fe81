package project

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// DeletedProjects lists the deleted projects of an organization by id, to its administrators; to others there are none.
func (s *Store) DeletedProjects(ctx context.Context, c *access.Caller) (gone []*Project, err error) {
	if !c.Administers() {
		return nil, nil
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		gone, err = readDeleted(tx, c.Org)
		return err
	})
	return gone, err
}

func readDeleted(tx *db.Tx, org int64) ([]*Project, error) {
	return db.Collect(tx, selectDeletedProjects, []any{org}, scanProject)
}

// FormerProject finds a readable project by a name it had before, the latest to have it. It returns the 404 fault for the
// name when there is none.
func (s *Store) FormerProject(ctx context.Context, c *access.Caller, name string) (p *Project, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		ids, err := db.Collect(tx, selectFormer, []any{c.Org, strings.ToLower(name)}, func(r *db.Rows) (id int64, err error) {
			err = r.Scan(&id)
			return id, err
		})
		for _, id := range ids {
			if p = catalog.Project(id); p != nil && c.CanRead(id) {
				return nil
			}
		}
		if err == nil {
			err = fault.ProjectNotFound(name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// ProjectHistory lists what became of the projects the caller may read, from a revision on and in the order of
// revisions. Of deleted ones administrators of the organization are told.
func (s *Store) ProjectHistory(ctx context.Context, c *access.Caller, from int64) (all []*Project, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		all, err = db.Collect(tx, selectHistory, []any{c.Org, from}, func(r *db.Rows) (*Project, error) {
			p := &Project{}
			var visibility string
			err := r.Scan(&p.ID, &p.GUID, &p.Name, &p.Description, &p.State, &p.Revision, &visibility, &p.LastUpdate)
			p.Visibility = Visibility(visibility)
			return p, err
		})
		if err != nil {
			return err
		}
		for _, p := range catalog.Projects { // the first revision of those that never changed is nowhere else
			if p.Revision >= from && !slices.ContainsFunc(all, func(o *Project) bool { return o.ID == p.ID && o.Revision == p.Revision }) {
				all = append(all, p)
			}
		}
		all = slices.DeleteFunc(all, func(p *Project) bool {
			return !c.CanRead(p.ID) || catalog.Project(p.ID) == nil && !c.Administers()
		})
		slices.SortStableFunc(all, func(a, b *Project) int { return int(a.Revision - b.Revision) })
		return nil
	})
	return all, err
}
