package ingest

import (
	"slices"

	"boardwalk/internal/db"
)

// ancestors inserts, for the children a condition selects, every pair of an item and one of its ancestors. The bound on
// depth ends what damaged records could make a circle.
func ancestors(condition string) string {
	return `INSERT INTO descendants ("AncestorId", "WorkItemId", "Depth")
		WITH RECURSIVE up(a, d, depth) AS (
			SELECT i."ParentWorkItemId", i."WorkItemId", 1 FROM items AS i WHERE i."ParentWorkItemId" IS NOT NULL` + condition + `
			UNION ALL
			SELECT i."ParentWorkItemId", up.d, up.depth + 1 FROM up JOIN items AS i ON i."WorkItemId" = up.a
			WHERE i."ParentWorkItemId" IS NOT NULL AND up.depth < 64 AND i."ParentWorkItemId" <> up.d
		) SELECT a, d, min(depth) FROM up GROUP BY a, d`
}

// writeDescendants fills the hierarchy from nothing.
func writeDescendants(s *db.Session) error { return s.Exec(ancestors("")) }

// moveDescendants brings the hierarchy up to date for the items of a batch that have another parent than before, and for
// everything below them.
func moveDescendants(s *db.Session, t *batch) error {
	touched := distinct(slices.Concat(t.removed, t.rewritten, t.linked, itemsOf(t.added)))
	if len(touched) == 0 {
		return nil
	}
	orphans, err := ids(s, `SELECT "WorkItemId" FROM descendants WHERE "Depth" = 1 AND "AncestorId"`+anyOf, t.removed)
	if err != nil {
		return err
	}
	touched = distinct(append(touched, orphans...))
	moved, err := ids(s, `SELECT t.id FROM (SELECT unnest(CAST($1 AS bigint[])) AS id) AS t
		LEFT JOIN items AS i ON i."WorkItemId" = t.id
		LEFT JOIN descendants AS d ON d."WorkItemId" = t.id AND d."Depth" = 1
		WHERE i."ParentWorkItemId" IS DISTINCT FROM d."AncestorId"`, touched)
	if err != nil || len(moved) == 0 {
		return err
	}
	below, err := ids(s, `SELECT "WorkItemId" FROM descendants WHERE "AncestorId"`+anyOf, moved)
	if err != nil {
		return err
	}
	return inList(s, distinct(append(moved, below...)),
		`DELETE FROM descendants WHERE "WorkItemId"`+anyOf, ancestors(` AND i."WorkItemId"`+anyOf))
}

// ids lists what a query returns for a list of ids.
func ids(s *db.Session, sql string, list []int64) (found []int64, err error) {
	r, err := s.Query(sql, list)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for r.Next() {
		for i := range r.Rows {
			found = append(found, r.Vectors[0].Int(i))
		}
	}
	return found, r.Err()
}
