package work

import (
	"context"
	"html"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
	"unicode"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// wordIndex knows which work items of an organization hold which words. It is kept in memory, made from the records when
// somebody first searches, and brought up to date with the change feed before each search, in the transaction of the
// search: what is found is what is stored. See docs/decisions/0020.
type wordIndex struct {
	mu       sync.Mutex
	position int64 // of the feed
	reached  int64 // while it is being made: the item it has come to
	complete bool
	entries  []*entry           // never changed
	current  map[int64]int32    // the entry of an item
	words    map[string][]int32 // the entries that hold a word, in order; a tag is the word of tagWord
}

// entry is a work item as it was when it was indexed. When it changes it gets a new entry, and the old one is nil.
type entry struct {
	id, project         int64
	kind, state         string
	area                int64
	spokenIn            []int64 // other areas in which comments were made
	assigned            User
	createdAt, changeAt time.Time
}

// words are what a text is searched by: runs of letters and digits, in lower case. A word is cut at 64 bytes or so.
func words(text string) []string {
	list := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range list {
		if len(w) > 64 {
			list[i] = strings.ToValidUTF8(w[:64], "")
		}
	}
	return list
}

func tagWord(id int64) string { return "#" + itoa(id) }

// plain is a text without the tags of HTML.
func plain(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return text
	}
	var b strings.Builder
	for rest := text; rest != ""; {
		before, tag, found := strings.Cut(rest, "<")
		b.WriteString(before)
		if !found {
			break
		}
		inside, after, closed := strings.Cut(tag, ">")
		if !closed || inside == "" || !strings.ContainsAny(inside[:1], "/!?abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			b.WriteByte('<') // no tag
			rest = tag
			continue
		}
		b.WriteByte(' ')
		rest = after
	}
	return html.UnescapeString(b.String())
}

// searched is a work item with the texts it is searched by.
type searched struct {
	stored
	fields Fields
	texts  []searchedText
}

// searchedText is a text of a work item, as plain text.
type searchedText struct {
	field project.FieldID
	text  string
	areas []int64 // of the item when it was said, for each version of a comment; nil for what belongs to the item as it is
}

var (
	selectSearchIDs   = db.SQL("work.selectSearchIDs", `SELECT id FROM work_items WHERE org_id = $1 AND id > $2 AND NOT is_deleted ORDER BY id LIMIT $3`)
	selectSearchTexts = listSQL("work.selectSearchTexts", 2, `
		SELECT t.id, t.field_id, t.rev, t.project_id, t.body,
			coalesce((SELECT r.fields FROM work_revisions r WHERE t.field_id = `+itoa(int64(project.FieldHistory))+` AND r.org_id = t.org_id AND r.id = +t.id AND r.rev = t.rev), '{}')
		FROM work_texts t WHERE t.org_id = $1 AND t.id IN (%s) ORDER BY t.id, t.field_id, t.rev`)
	selectSearchComments = listSQL("work.selectSearchComments", 2, `
		SELECT c.item_id, r.rev, c.version, c.is_deleted, c.body, v.fields FROM work_comments c
		JOIN work_revisions r ON r.org_id = c.org_id AND r.id = +c.item_id AND r.watermark = c.comment_id
		JOIN work_revisions v ON v.org_id = c.org_id AND v.id = +c.item_id AND v.rev = c.rev
		WHERE c.org_id = $1 AND c.item_id IN (%s) ORDER BY c.version`)
	selectSearchTags = db.SQL("work.selectSearchTags", `SELECT tag_id, name FROM tags WHERE org_id = $1 AND NOT is_deleted`)
)

// readSearched reads present work items with their texts. Comments that were made in another project than the item is in
// are no part of it: not everybody who can read the item can read those.
func readSearched(tx *db.Tx, catalog *project.Catalog, ids []int64) ([]*searched, error) {
	org := catalog.Organization.ID
	rows, err := db.Collect(tx, selectItems, padded([]any{org}, ids), scanStored)
	if err != nil {
		return nil, err
	}
	edited, saidIn := map[textKey]*string{}, map[textKey][]int64{}
	err = selectSearchComments.each(tx, []any{org}, ids, func(r *db.Rows) error {
		var k textKey
		var version int64
		var deleted bool
		var body, then string
		if err := r.Scan(&k.id, &k.rev, &version, &deleted, &body, &then); err != nil {
			return err
		}
		area, err := areaOf(then)
		if err != nil {
			return err
		}
		saidIn[k] = append(saidIn[k], area)
		if deleted {
			body = ""
		}
		if deleted || version > 1 {
			edited[k] = &body
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	byID := map[int64]*searched{}
	var all []*searched
	for _, at := range rows {
		s := &searched{stored: at}
		if s.fields, err = (decoder{catalog}).decode(at.fields); err != nil {
			return nil, err
		}
		s.texts = []searchedText{{field: project.FieldWorkItemID, text: itoa(at.id)}, {field: project.FieldTitle, text: s.fields.String(project.FieldTitle)}}
		all, byID[at.id] = append(all, s), s
	}
	return all, selectSearchTexts.each(tx, []any{org}, ids, func(r *db.Rows) error {
		var id, field, rev, place int64
		var body, then string
		if err := r.Scan(&id, &field, &rev, &place, &body, &then); err != nil {
			return err
		}
		s := byID[id]
		f := project.FieldID(field)
		switch {
		case s == nil || f == project.FieldHistory && place != s.project || f != project.FieldHistory && s.fields[f] != Text(rev):
			return nil
		case f == project.FieldHistory && edited[textKey{id: id, rev: rev}] != nil:
			body = *edited[textKey{id: id, rev: rev}]
		}
		if body == "" {
			return nil
		}
		said := searchedText{field: f, text: plain(body)}
		if f == project.FieldHistory {
			area, err := areaOf(then)
			if err != nil {
				return err
			}
			said.areas = append(saidIn[textKey{id: id, rev: rev}], area)
		}
		s.texts = append(s.texts, said)
		return nil
	})
}

// catchUp brings the index to the state that a transaction sees, or leaves it when it is ahead of that. Making it takes
// seconds; when ctx ends meanwhile the next search goes on.
func (x *wordIndex) catchUp(ctx context.Context, tx *db.Tx, catalog *project.Catalog) error {
	org := catalog.Organization.ID
	head, _, err := tx.Head(org)
	if err != nil {
		return err
	}
	changed, startOver, err := x.changes(tx, org, head)
	if err != nil {
		return err
	}
	if startOver || len(x.entries) > 2*len(x.current)+1000 {
		x.entries, x.current, x.words = nil, map[int64]int32{}, map[string][]int32{}
		x.position, x.reached, x.complete = head, 0, false
	} else if err := x.refresh(ctx, tx, catalog, changed); err != nil {
		return err
	}
	x.position = max(x.position, head)
	for !x.complete {
		ids, err := db.Collect(tx, selectSearchIDs, []any{org, x.reached, 10 * chunk}, func(r *db.Rows) (id int64, err error) { return id, r.Scan(&id) })
		if err != nil {
			return err
		}
		if err := x.refresh(ctx, tx, catalog, ids); err != nil {
			return err
		}
		if x.complete = len(ids) == 0; !x.complete {
			x.reached = ids[len(ids)-1]
		}
	}
	return nil
}

// changes lists the items that changed since the index was last brought up to date; startOver tells that there is none, or
// that everything may have changed.
func (x *wordIndex) changes(tx *db.Tx, org, head int64) (ids []int64, startOver bool, err error) {
	if x.current == nil {
		return nil, true, nil
	}
	for at := x.position; at < head; {
		changes, err := tx.Changes(org, at, 1000)
		if err != nil {
			return nil, false, err
		}
		for _, c := range changes {
			switch at = c.Position; c.Kind {
			case db.Revised, db.Deleted, db.Restored, db.Destroyed:
				ids = append(ids, c.Ref)
			case db.Loaded:
				return nil, true, nil
			}
		}
		if len(changes) < 1000 {
			break
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), false, nil
}

// refresh indexes items as they are now.
func (x *wordIndex) refresh(ctx context.Context, tx *db.Tx, catalog *project.Catalog, ids []int64) error {
	for part := range slices.Chunk(ids, chunk) {
		if err := ctx.Err(); err != nil {
			return err
		}
		all, err := readSearched(tx, catalog, part)
		if err != nil {
			return err
		}
		for _, id := range part {
			x.remove(id)
		}
		for _, s := range all {
			x.add(s)
		}
	}
	return nil
}

func (x *wordIndex) remove(id int64) {
	if n, ok := x.current[id]; ok {
		x.entries[n] = nil
		delete(x.current, id)
	}
}

func (x *wordIndex) add(s *searched) {
	n := int32(len(x.entries)) //nolint:gosec // memory ends before
	created, _ := s.fields[project.FieldCreatedDate].(time.Time)
	x.entries = append(x.entries, &entry{id: s.id, project: s.project, kind: s.kind, state: s.fields.String(project.FieldState), area: s.fields.Int(project.FieldAreaID),
		assigned: s.fields.User(project.FieldAssignedTo), createdAt: created, changeAt: s.changedAt})
	x.current[s.id] = n
	note := func(w string) {
		if list := x.words[w]; len(list) == 0 || list[len(list)-1] != n {
			x.words[strings.Clone(w)] = append(list, n)
		}
	}
	for _, t := range s.texts {
		for _, area := range t.areas {
			if e := x.entries[n]; area != e.area && !slices.Contains(e.spokenIn, area) {
				e.spokenIn = append(e.spokenIn, area)
			}
		}
		for _, w := range words(t.text) {
			note(w)
		}
	}
	for _, tag := range s.fields.Tags() {
		note(tagWord(tag))
	}
}

// find lists the entries with a word, or with one that begins with it.
func (x *wordIndex) find(word string, prefix bool) []int32 {
	if !prefix {
		return x.words[word]
	}
	var all []int32
	for w, list := range x.words {
		if strings.HasPrefix(w, word) {
			all = append(all, list...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// The algebra of lists in order.
func union(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func contains(list []int32, n int32) bool {
	i := sort.Search(len(list), func(i int) bool { return list[i] >= n })
	return i < len(list) && list[i] == n
}
