package delivery

import (
	"cmp"
	"maps"
	"slices"

	"boardwalk/internal/db"
)

// chunk is how many keys one statement looks up.
const chunk = 200

// live leaves out what deleted projects had. Project 0 is the organization.
const live = `NOT EXISTS (SELECT 1 FROM projects p WHERE p.org_id = r.org_id AND p.project_id = r.project_id AND p.is_deleted)`

// block is how many records All reads at a time.
const block = 500

var (
	selectKeys = db.SQL("delivery.selectKeys", `
		SELECT natural_key, sk, body FROM delivery_records
		WHERE org_id = $1 AND project_id = $2 AND kind = $3 AND natural_key IN (`+db.List(4, chunk)+`)`)
	putRecord = db.SQL("delivery.putRecord", `
		INSERT INTO delivery_records (org_id, project_id, kind, natural_key, sk, position, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org_id, project_id, kind, natural_key) DO UPDATE SET position = excluded.position, body = excluded.body`)
	selectBlock = db.SQL("delivery.selectBlock", `
		SELECT project_id, kind, sk, body FROM delivery_records r
		WHERE org_id = $1 AND kind = $2 AND sk > $3 AND `+live+` ORDER BY sk LIMIT $4`)
	selectChanged = db.SQL("delivery.selectChanged", `
		SELECT project_id, kind, sk, body FROM delivery_records r
		WHERE org_id = $1 AND position > $2 AND position <= $3 AND `+live+` ORDER BY kind, sk`)
	selectSome = db.SQL("delivery.selectSome", `
		SELECT project_id, kind, sk, body FROM delivery_records r
		WHERE org_id = $1 AND kind = $2 AND sk IN (`+db.List(3, chunk)+`) AND `+live+` ORDER BY sk`)
)

// readKeys looks up records of a kind by their natural keys.
func (x *resolver) readKeys(project int64, kind Kind, keys []string) error {
	for part := range slices.Chunk(keys, chunk) {
		args := []any{x.org, project, int64(kind)}
		for i := range chunk {
			args = append(args, part[min(i, len(part)-1)])
		}
		rows, err := x.tx.Query(selectKeys, args...)
		if err != nil {
			return err
		}
		for rows.Next() {
			var key string
			e := &entry{}
			if err := rows.Scan(&key, &e.sk, &e.body); err != nil {
				_ = rows.Close() // the scan's error tells more
				return err
			}
			x.records[slot{kind, key}] = e
		}
		if err := rows.Err(); err != nil {
			_ = rows.Close() // the rows' error tells more
			return err
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// write stores what changed and announces it, if anything did.
func (x *resolver) write(project int64) error {
	slots := slices.SortedFunc(maps.Keys(x.records), func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.key, b.key))
	})
	slots = slices.DeleteFunc(slots, func(at slot) bool { return x.records[at].next == "" })
	if len(slots) == 0 {
		return nil
	}
	position, err := x.tx.Append(x.org, db.Change{Kind: db.Delivered, Project: project})
	if err != nil {
		return err
	}
	rows := make([][]any, len(slots))
	for i, at := range slots {
		e := x.records[at]
		rows[i] = []any{x.org, place(project, at.kind), int64(at.kind), at.key, e.sk, position, e.next}
	}
	return x.tx.ExecMany(putRecord, rows)
}

// All passes every record of certain kinds in live projects, kind by kind in the order given, and within a kind by key.
func All(tx *db.Tx, org int64, each func(*Record) error, kinds ...Kind) error {
	for _, kind := range kinds {
		for after := int64(0); ; {
			part, err := db.Collect(tx, selectBlock, []any{org, int64(kind), after, block}, scan)
			if err != nil {
				return err
			}
			for i := range part {
				if err := each(&part[i]); err != nil {
					return err
				}
				after = part[i].SK
			}
			if len(part) < block {
				break
			}
		}
	}
	return nil
}

// Changed lists the records in live projects whose last change has a position behind after, up to a position, by kind and key.
func Changed(tx *db.Tx, org, after, to int64) ([]Record, error) {
	return db.Collect(tx, selectChanged, []any{org, after, to}, scan)
}

// Some lists records of a kind by their keys. Those that are not there are left out.
func Some(tx *db.Tx, org int64, kind Kind, keys []int64) (all []Record, err error) {
	for part := range slices.Chunk(keys, chunk) {
		args := []any{org, int64(kind)}
		for i := range chunk {
			args = append(args, part[min(i, len(part)-1)])
		}
		found, err := db.Collect(tx, selectSome, args, scan)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func scan(r *db.Rows) (x Record, err error) {
	var kind int64
	err = r.Scan(&x.Project, &kind, &x.SK, &x.body)
	x.Kind = Kind(kind)
	return x, err
}
