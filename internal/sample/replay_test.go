package sample

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// byServer are the fields that nobody sets: the server has to come to the same values by itself.
var byServer = map[project.FieldID]bool{
	project.FieldCreatedDate: true, project.FieldCreatedBy: true, project.FieldChangedDate: true, project.FieldChangedBy: true,
	project.FieldCommentCount: true, project.FieldStateChangeDate: true, project.FieldActivatedDate: true, project.FieldActivatedBy: true,
	project.FieldResolvedDate: true, project.FieldResolvedBy: true, project.FieldResolvedReason: true, project.FieldClosedDate: true,
	project.FieldClosedBy: true,
}

// Histories of the sample are what the server makes of the same changes: the rules accept each of them, and every stored
// revision is the same to the byte.
func TestLoad_Replay(t *testing.T) {
	b := dbtest.New(t, "sqlite")
	source := loaded(t, b)
	var now atomic.Int64
	target := newStore(t, b, func() time.Time { return time.UnixMicro(now.Load()) })
	err := target.DB.Update(t.Context(), func(tx *db.Tx) error {
		ids, err := target.addAccounts(tx)
		if err != nil {
			return err
		}
		_, err = target.build(tx, fabrikam(), ids)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	catalog, directory := target.catalog(t, 1)
	w, err := target.open(t.Context(), 1, fabrikam())
	if err != nil {
		t.Fatal(err)
	}
	tagNames := map[int64]string{}
	for _, p := range w.places {
		for _, tag := range p.tags {
			tagNames[tag.ID] = tag.Name
		}
	}
	stored := map[[2]int64]string{}
	rows(t, source.DB, `SELECT id, rev, fields FROM work_revisions WHERE org_id = 1`, func(r *db.Rows) error {
		var key [2]int64
		var fields string
		err := r.Scan(&key[0], &key[1], &fields)
		stored[key] = fields
		return err
	})
	replayed, kinds := 0, map[string]bool{}
	for _, h := range fabrikamItems(w) {
		if h.item.ID == printedReason {
			continue
		}
		p := catalog.Project(h.item.Project)
		var id int64
		var previous work.Fields
		for i, r := range h.item.Revisions {
			now.Store(r.Fields.Time(project.FieldChangedDate).UnixMicro())
			caller := access.System(1, directory.User(int64(r.Fields.User(project.FieldChangedBy))))
			ops := operations(t, catalog, directory, tagNames, previous, r)
			var item *work.Item
			if i == 0 {
				item, err = target.Items.Create(t.Context(), caller, p.Name, r.Type, ops, work.Options{})
			} else {
				item, err = target.Items.Update(t.Context(), caller, p.Name, id, ops, work.Options{})
			}
			if err != nil {
				t.Fatalf("item %d (%s in %s) rev %d: %v\n%v", h.item.ID, r.Type, p.Name, i+1, err, ops)
			}
			id = item.ID
			var got string
			rows(t, target.DB, `SELECT fields FROM work_revisions WHERE org_id = 1 AND id = $1 AND rev = $2`,
				func(r *db.Rows) error { return r.Scan(&got) }, id, int64(i+1))
			if want := stored[[2]int64{h.item.ID, int64(i + 1)}]; got != want {
				t.Fatalf("item %d (%s in %s) rev %d:\nsample %s\nserver %s", h.item.ID, r.Type, p.Name, i+1, want, got)
			}
			previous = r.Fields
			replayed++
		}
		kinds[p.Process.Name+" "+h.kind.Name] = true
	}
	if replayed < 6000 || len(kinds) < 20 {
		t.Errorf("replayed %d revisions of %d types", replayed, len(kinds))
	}
}

// operations are the changes of a revision as a client would send them.
func operations(t *testing.T, catalog *project.Catalog, directory *access.Directory, tagNames map[int64]string, previous work.Fields, r work.Revision) []work.Op {
	t.Helper()
	var ops []work.Op
	add := func(op string, id project.FieldID, v any) {
		value, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		ops = append(ops, work.Op{Op: work.Verb(op), Path: "/fields/" + catalog.Field(id).ReferenceName, Value: value})
	}
	for id := range previous {
		if _, still := r.Fields[id]; !still && !byServer[id] {
			ops = append(ops, work.Op{Op: "remove", Path: "/fields/" + catalog.Field(id).ReferenceName})
		}
	}
	for id, v := range r.Fields {
		if byServer[id] || fmt.Sprint(v) == fmt.Sprint(previous[id]) {
			continue
		}
		switch v := v.(type) {
		case work.User:
			add("add", id, directory.User(int64(v)).UniqueName)
		case work.Text:
			add("add", id, r.Texts[id])
		case work.Tags:
			var names []string
			for _, tag := range v {
				names = append(names, tagNames[tag])
			}
			add("replace", id, strings.Join(names, "; "))
		default:
			add("add", id, v)
		}
	}
	return ops
}
