package work

import (
	"context"
	"slices"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// ReadOptions choose what is read of work items.
type ReadOptions struct {
	Fields    []string   // reference names or names; nil for the usual ones
	AsOf      *time.Time // as they were then
	All       bool       // also the fields that only $expand shows
	Relations bool
}

// MaxIDs is how many work items one request may ask for.
const MaxIDs = chunk

// Get reads one work item. projectName, when not empty, must be its project. It returns the fault for an item that does
// not exist, is deleted, did not exist at AsOf, or cannot be read.
func (s *Items) Get(ctx context.Context, c *access.Caller, projectName string, id int64, o ReadOptions) (*Item, error) {
	items, err := s.List(ctx, c, projectName, []int64{id}, false, o)
	if err != nil {
		return nil, err
	}
	return items[0], nil
}

// List reads up to MaxIDs work items in the order of ids. Items that cannot be read are nil when omit is set, otherwise
// the first of them is the fault.
func (s *Items) List(ctx context.Context, c *access.Caller, projectName string, ids []int64, omit bool, o ReadOptions) (items []*Item, err error) {
	if len(ids) > MaxIDs {
		return nil, fault.TooManyWorkItems(len(ids), MaxIDs)
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		e, err := s.within(tx, c, projectName)
		if err != nil {
			return err
		}
		found, err := s.readStored(tx, c, e, ids, o.AsOf)
		if err != nil {
			return err
		}
		var readable []stored
		for _, id := range ids {
			if at, ok := found[id]; ok {
				readable = append(readable, at)
			} else if !omit {
				return fault.WorkItemNotFound(id)
			}
		}
		shown, err := s.show(tx, e, readable, o)
		if err != nil {
			return err
		}
		items = make([]*Item, len(ids))
		for i, id := range ids {
			if _, ok := found[id]; ok {
				items[i], shown = shown[0], shown[1:]
			}
		}
		return nil
	})
	return items, err
}

// readStored reads the wanted revisions that the caller sees.
func (s *Items) readStored(tx *db.Tx, c *access.Caller, e *environment, ids []int64, asOf *time.Time) (map[int64]stored, error) {
	var rows []stored
	var err error
	if asOf == nil {
		rows, err = db.Collect(tx, selectItems, padded([]any{c.Org}, ids), scanStored)
	} else {
		rows, err = e.storedAsOf(tx, *asOf, ids)
	}
	if err != nil {
		return nil, err
	}
	found := make(map[int64]stored, len(rows))
	for _, at := range rows {
		seen, err := e.seesStored(at.project, at.fields)
		if err != nil {
			return nil, err
		}
		if seen && (e.project == nil || e.project.ID == at.project) {
			at.asOf = asOf
			found[at.id] = at
		}
	}
	return found, nil
}

// storedAsOf reads the revisions of a moment, of items that the caller sees now.
func (e *environment) storedAsOf(tx *db.Tx, asOf time.Time, ids []int64) (found []stored, err error) {
	_, err = db.Collect(tx, selectItemsAsOf, padded([]any{e.caller.Org, asOf}, ids), func(r *db.Rows) (_ struct{}, err error) {
		var at stored
		var project int64
		var now string
		if err := r.Scan(&at.id, &at.project, &at.rev, &at.watermark, &at.kind, &at.changedAt, &at.fields, &at.revisedAt, &project, &now); err != nil {
			return struct{}{}, err
		}
		seen, err := e.seesStored(project, now)
		if seen {
			found = append(found, at)
		}
		return struct{}{}, err
	})
	return found, err
}

// padded appends ids and fills up to the length of a statement's IN list.
func padded(args []any, ids []int64) []any { return paddedTo(chunk, args, ids) }

func paddedTo(n int, args []any, ids []int64) []any {
	for i := range n {
		if i < len(ids) {
			args = append(args, ids[i])
		} else {
			args = append(args, int64(0))
		}
	}
	return args
}

// neverRevised is the date at which a current revision ends.
var neverRevised = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// related is what fields refer to, for a group of revisions.
type related struct {
	tags    map[int64]string
	parents map[int64]int64
	texts   map[textKey]string
}

type textKey struct{ id, field, rev int64 }

// show resolves the references of stored revisions.
func (s *Items) show(tx *db.Tx, e *environment, all []stored, o ReadOptions) ([]*Item, error) {
	wanted, err := e.findFields(o.Fields)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, nil
	}
	fields := make([]Fields, len(all))
	for i, at := range all {
		var err error
		if fields[i], err = (decoder{e.catalog}).decode(at.fields); err != nil {
			return nil, err
		}
	}
	moment := neverRevised
	if o.AsOf != nil {
		moment = *o.AsOf
	}
	rel, err := readRelated(tx, e.catalog.Organization.ID, all, fields, wanted, moment)
	if err != nil {
		return nil, err
	}
	items := make([]*Item, len(all))
	for i, at := range all {
		items[i] = e.item(at, fields[i], rel, wanted, o.All)
	}
	if !o.Relations {
		return items, nil
	}
	ids := make([]int64, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	relations, err := readRelations(tx, e, ids, moment)
	for _, item := range items {
		item.Relations = relations[item.ID]
	}
	return items, err
}

func (e *environment) findFields(names []string) ([]*project.Field, error) {
	found := make([]*project.Field, len(names))
	for i, name := range names {
		if found[i] = e.catalog.FindField(name); found[i] == nil {
			return nil, fault.FieldNotFound(name)
		}
	}
	return found, nil
}

func readRelated(tx *db.Tx, org int64, all []stored, fields []Fields, wanted []*project.Field, at time.Time) (*related, error) {
	r := &related{tags: map[int64]string{}, parents: map[int64]int64{}, texts: map[textKey]string{}}
	asked := func(match func(*project.Field) bool) bool {
		return len(wanted) == 0 || slices.ContainsFunc(wanted, match)
	}
	var ids, tags, withText []int64
	for i, s := range all { // revisions of an item stand together
		ids = append(ids, s.id)
		for _, v := range fields[i] {
			switch v := v.(type) {
			case Tags:
				tags = append(tags, v...)
			case Text:
				if n := len(withText); n == 0 || withText[n-1] != s.id {
					withText = append(withText, s.id)
				}
			}
		}
	}
	if asked(func(f *project.Field) bool { return f.ID == project.FieldParent }) {
		err := selectParents.each(tx, []any{org, at}, ids, func(rows *db.Rows) error {
			var id, parent int64
			err := rows.Scan(&id, &parent)
			r.parents[id] = parent
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(tags)
	if err := r.readTags(tx, org, slices.Compact(tags)); err != nil {
		return nil, err
	}
	if !asked(func(f *project.Field) bool { return shapeOf(f) == shapeText }) {
		return r, nil
	}
	return r, r.readTexts(tx, org, withText)
}

func (r *related) readTags(tx *db.Tx, org int64, ids []int64) error {
	return selectTagNames.each(tx, []any{org}, ids, func(rows *db.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		r.tags[id] = name
		return err
	})
}

func (r *related) readTexts(tx *db.Tx, org int64, ids []int64) error {
	return selectTexts.each(tx, []any{org}, ids, func(rows *db.Rows) error {
		var k textKey
		var body string
		err := rows.Scan(&k.id, &k.field, &k.rev, &body)
		r.texts[k] = body
		return err
	})
}
