package work

import (
	"context"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// indexedURL is the part of an address that the index of links to artifacts holds, in characters.
const indexedURL = 100

var selectArtifact = db.SQL("work.selectArtifact", `
	SELECT DISTINCT i.id, i.project_id, i.fields FROM work_resources l
	JOIN work_items i ON i.org_id = l.org_id AND i.id = l.item_id AND NOT i.is_deleted
	WHERE l.org_id = $1 AND substr(l.url, 1, 100) = $2 AND l.url = $3 AND l.rel = 'ArtifactLink' AND l.deleted_at IS NULL
	ORDER BY i.id`)

// Linked lists the work items that have an artifact link to each address, in the order of addresses, by id: those of a
// project, of all readable ones without a name. Faults: project not found, too many addresses.
func (s *Items) Linked(ctx context.Context, c *access.Caller, projectName string, addresses []string) (all [][]int64, in *project.Project, err error) {
	if len(addresses) > MaxIDs {
		return nil, nil, fault.InvalidArgument("A request can ask for %d artifacts at most, not %d.", MaxIDs, len(addresses))
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		if in = nil; projectName != "" {
			if in, err = readable(e.catalog, c, projectName); err != nil {
				return err
			}
		}
		all = make([][]int64, len(addresses))
		for i, address := range addresses {
			start := []rune(address)
			start = start[:min(len(start), indexedURL)]
			_, err := db.Collect(tx, selectArtifact, []any{c.Org, string(start), address}, func(r *db.Rows) (struct{}, error) {
				var id, place int64
				var fields string
				if err := r.Scan(&id, &place, &fields); err != nil {
					return struct{}{}, err
				}
				seen, err := e.seesStored(place, fields)
				if seen && (in == nil || in.ID == place) {
					all[i] = append(all[i], id)
				}
				return struct{}{}, err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return all, in, err
}
