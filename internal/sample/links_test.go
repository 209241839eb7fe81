package sample

import (
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

type storedLink struct {
	id, item, project, other, otherProject int64
	rel                                    string
	createdAt                              time.Time
	deletedAt                              *time.Time
}

// links checks the links of an organization: both ends exist and mirror each other, nothing has two parents, nothing is
// its own ancestor.
func (k *checker) links(c Config, org int64) {
	k.Helper()
	byID := map[int64][]storedLink{}
	above := map[string]map[int64][]int64{} // by the end that is held by the source
	rows(k.T, c.DB, `SELECT link_id, item_id, project_id, other_id, other_project, rel, created_at, deleted_at
		FROM work_links WHERE org_id = $1 ORDER BY link_id, rel`, func(r *db.Rows) error {
		var l storedLink
		if err := r.Scan(&l.id, &l.item, &l.project, &l.other, &l.otherProject, &l.rel, &l.createdAt, &l.deletedAt); err != nil {
			return err
		}
		byID[l.id] = append(byID[l.id], l)
		return nil
	}, org)
	for id, ends := range byID {
		if len(ends) != 2 {
			k.Errorf("link %d has %d ends", id, len(ends))
			continue
		}
		a, b := ends[0], ends[1]
		t := project.LinkTypeByRef(a.rel)
		if t == nil || t.Opposite() == nil || t.Opposite().ReferenceName != b.rel || a.item != b.other || b.item != a.other ||
			a.project != b.otherProject || b.project != a.otherProject || a.item == b.item {
			k.Errorf("the ends of link %d do not fit: %+v, %+v", id, a, b)
			continue
		}
		if k.projects[a.item] != a.project || k.projects[b.item] != b.project {
			k.Errorf("link %d: items %d, %d are in projects %d, %d", id, a.item, b.item, k.projects[a.item], k.projects[b.item])
		}
		if a.createdAt.Before(k.created[a.item]) || a.createdAt.Before(k.created[b.item]) || a.createdAt.After(k.present) {
			k.Errorf("link %d was made at %s, before its items %d, %d or in the future", id, a.createdAt, a.item, b.item)
		}
		if a.deletedAt != nil && !a.deletedAt.After(a.createdAt) {
			k.Errorf("link %d was removed at %s, made at %s", id, a.deletedAt, a.createdAt)
		}
		for _, l := range ends {
			if t := project.LinkTypeByRef(l.rel); t.Acyclic && !t.Forward && l.deletedAt == nil {
				if above[l.rel] == nil {
					above[l.rel] = map[int64][]int64{}
				}
				above[l.rel][l.item] = append(above[l.rel][l.item], l.other)
			}
		}
	}
	for rel, up := range above {
		tree := project.LinkTypeByRef(rel).Topology == project.TopologyTree
		done := map[int64]int{} // 1: being visited, 2: without a circle
		var visit func(id int64)
		visit = func(id int64) {
			if done[id] == 1 {
				k.Errorf("%s: item %d is its own ancestor", rel, id)
			}
			if done[id] != 0 {
				return
			}
			done[id] = 1
			for _, above := range up[id] {
				visit(above)
			}
			done[id] = 2
		}
		for id, parents := range up {
			if tree && len(parents) > 1 {
				k.Errorf("%s: item %d has %d: %v", rel, id, len(parents), parents)
			}
			visit(id)
		}
	}
}
