package work

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// WordSearch is a question for work items by the words in them.
type WordSearch struct {
	Text    string              // words, "phrases", begin*; all of them, unless joined by OR; NOT in front of what must not be there
	Project string              // "" for all readable ones
	Filters map[string][]string // by reference name: System.TeamProject, AreaPath, WorkItemType, State and AssignedTo
	OrderBy string              // reference name; "" for the newest change first
	Desc    bool
	Skip    int
	Top     int
	Facets  bool // count values
}

// WordHits is what a search found.
type WordHits struct {
	Count  int
	Items  []WordHit
	Facets map[string]map[string]int // when asked for, of all that was found: how many have which value
}

// WordHit is a work item that was found, with the texts of its fields in which it was.
type WordHit struct {
	*Item
	Texts []HitText
}

// HitText is a field's text in parts: every second one, beginning with the second, is a word searched for.
type HitText struct {
	Field *project.Field
	Parts []string
}

// maxTerms is how many words a search may have.
const maxTerms = 50

// term is a word or several in a row.
type term struct {
	words  []string
	prefix bool // of the last one
}

// clause holds where one of its terms does, or none.
type clause struct {
	any []term
	not bool
}

// parseWords reads what is searched for.
func parseWords(text string) (all []clause, err error) {
	joined, not := false, false
	terms := 0
	add := func(t string) {
		phrase, prefix := strings.CutSuffix(t, "*")
		list := words(phrase)
		if len(list) == 0 {
			return
		}
		terms += len(list)
		if one := (term{list, prefix}); joined && len(all) > 0 && !not {
			last := &all[len(all)-1]
			last.any = append(last.any, one)
		} else {
			all = append(all, clause{[]term{one}, not})
		}
		joined, not = false, false
	}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if quoted, found := strings.CutPrefix(text, `"`); found {
			phrase, rest, _ := strings.Cut(quoted, `"`)
			add(phrase)
			text = rest
			continue
		}
		end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
		if end < 0 {
			end = len(text)
		}
		switch word := text[:end]; word {
		case "AND":
		case "OR":
			joined = true
		case "NOT":
			not = true
		default:
			add(word)
		}
		text = text[end:]
	}
	switch {
	case terms == 0:
		return nil, fault.InvalidArgument("The searchText holds no words to search for.")
	case terms > maxTerms:
		return nil, fault.InvalidArgument("The searchText holds %d words: it may have %d at most.", terms, maxTerms)
	case !slices.ContainsFunc(all, func(c clause) bool { return !c.not }):
		return nil, fault.InvalidArgument("The searchText says only what must not be there.")
	}
	return all, nil
}

// in finds a term in the words of a text: the place of its first word, or -1.
func (t term) in(list []string, from int) int {
	for i := from; i+len(t.words) <= len(list); i++ {
		if t.at(list[i:]) {
			return i
		}
	}
	return -1
}

func (t term) at(list []string) bool {
	for i, w := range t.words {
		if list[i] != w && !(t.prefix && i == len(t.words)-1 && strings.HasPrefix(list[i], w)) {
			return false
		}
	}
	return true
}

// SearchWords finds work items by words in their ids, titles, long texts, comments and tags, among those that the caller can
// read. Faults: project not found, a text or filter that is not valid.
func (s *Items) SearchWords(ctx context.Context, c *access.Caller, q WordSearch) (hits *WordHits, err error) {
	clauses, err := parseWords(q.Text)
	if err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		x := &wordQuery{tx: tx, c: c, clauses: clauses, tags: map[int64][]string{}}
		if x.e, err = s.environment(tx, c); err != nil {
			return err
		}
		if q.Project != "" {
			if x.e.project, err = readable(x.e.catalog, c, q.Project); err != nil {
				return err
			}
		}
		if err := x.readFilters(q.Filters); err != nil {
			return err
		}
		compare, err := x.order(q)
		if err != nil {
			return err
		}
		if err := x.readTags(); err != nil {
			return err
		}
		found, err := x.find(ctx, s.index(c.Org))
		if err != nil {
			return err
		}
		slices.SortFunc(found, compare)
		hits = &WordHits{Count: len(found)}
		if q.Facets {
			hits.Facets = x.facets(found)
		}
		start := min(q.Skip, len(found))
		hits.Items, err = x.show(s, found[start:start+min(q.Top, len(found)-start)])
		return err
	})
	return hits, err
}

// index is the index of an organization.
func (s *Items) index(org int64) *wordIndex {
	x, _ := s.indexes.LoadOrStore(org, &wordIndex{})
	return x.(*wordIndex)
}

// wordQuery is a search while it is answered.
type wordQuery struct {
	tx      *db.Tx
	e       *environment
	c       *access.Caller
	clauses []clause
	filters []func(*entry) bool
	tags    map[int64][]string // the words of each tag
}

func (x *wordQuery) readFilters(filters map[string][]string) error {
	for name, values := range filters {
		values = slices.Clone(values)
		if len(values) == 0 {
			continue
		}
		var keep func(*entry) bool
		switch strings.ToLower(name) {
		case "system.teamproject":
			keep = func(e *entry) bool { return containsFold(values, x.e.catalog.Project(e.project).Name) }
		case "system.workitemtype":
			keep = func(e *entry) bool { return containsFold(values, e.kind) }
		case "system.state":
			keep = func(e *entry) bool { return containsFold(values, e.state) }
		case "system.areapath":
			keep = func(e *entry) bool {
				n := x.e.catalog.AnyNode(e.area)
				return n != nil && slices.ContainsFunc(values, func(v string) bool {
					_, below := cutFold(n.Path+`\`, strings.TrimRight(v, `\`)+`\`)
					return below
				})
			}
		case "system.assignedto":
			keep = func(e *entry) bool {
				u := x.e.directory.User(int64(e.assigned))
				if u == nil {
					return slices.Contains(values, "")
				}
				return containsFold(values, u.DisplayName) || containsFold(values, u.UniqueName) || containsFold(values, u.DisplayName+" <"+u.UniqueName+">")
			}
		default:
			return fault.InvalidArgument("The filter %q is not valid. Filters are System.TeamProject, System.AreaPath, System.WorkItemType, System.State and System.AssignedTo.", name)
		}
		x.filters = append(x.filters, keep)
	}
	return nil
}

func (x *wordQuery) order(q WordSearch) (func(a, b *entry) int, error) {
	var by func(a, b *entry) int
	switch strings.ToLower(q.OrderBy) {
	case "":
		return func(a, b *entry) int { return cmp.Or(b.changeAt.Compare(a.changeAt), cmp.Compare(a.id, b.id)) }, nil
	case "system.id":
		by = func(a, b *entry) int { return cmp.Compare(a.id, b.id) }
	case "system.changeddate":
		by = func(a, b *entry) int { return a.changeAt.Compare(b.changeAt) }
	case "system.createddate":
		by = func(a, b *entry) int { return a.createdAt.Compare(b.createdAt) }
	case "system.state":
		by = func(a, b *entry) int { return strings.Compare(strings.ToLower(a.state), strings.ToLower(b.state)) }
	case "system.workitemtype":
		by = func(a, b *entry) int { return strings.Compare(strings.ToLower(a.kind), strings.ToLower(b.kind)) }
	default:
		return nil, fault.InvalidArgument("The field %q cannot be ordered by. Fields are System.Id, System.ChangedDate, System.CreatedDate, System.State and System.WorkItemType.", q.OrderBy)
	}
	return func(a, b *entry) int {
		d := by(a, b)
		if q.Desc {
			d = -d
		}
		return cmp.Or(d, cmp.Compare(a.id, b.id))
	}, nil
}

func (x *wordQuery) readTags() error {
	_, err := db.Collect(x.tx, selectSearchTags, []any{x.c.Org}, func(r *db.Rows) (struct{}, error) {
		var id int64
		var name string
		err := r.Scan(&id, &name)
		x.tags[id] = words(name)
		return struct{}{}, err
	})
	return err
}

// find lists what answers the search. Phrases are looked for in the texts of what holds their words.
func (x *wordQuery) find(ctx context.Context, index *wordIndex) ([]*entry, error) {
	index.mu.Lock()
	defer index.mu.Unlock()
	if err := index.catchUp(ctx, x.tx, x.e.catalog); err != nil {
		return nil, err
	}
	var kept, dropped [][]int32
	phrases := false
	for _, c := range x.clauses {
		var list []int32
		for _, t := range c.any {
			phrases = phrases || len(t.words) > 1
			list = union(list, x.entriesOf(index, t))
		}
		if c.not && slices.ContainsFunc(c.any, func(t term) bool { return len(t.words) > 1 }) {
			continue // decided by the texts
		}
		if c.not {
			dropped = append(dropped, list)
		} else {
			kept = append(kept, list)
		}
	}
	slices.SortFunc(kept, func(a, b []int32) int { return cmp.Compare(len(a), len(b)) })
	var found, doubtful []*entry
	for _, n := range kept[0] {
		e := index.entries[n]
		if e == nil || !x.e.sees(e.project, e.area) || x.e.project != nil && x.e.project.ID != e.project {
			continue
		}
		// Comments made where the caller does not see work items are in the index; then the texts decide.
		unseen := slices.ContainsFunc(e.spokenIn, func(area int64) bool { return !x.e.seesArea(area) })
		if slices.ContainsFunc(kept[1:], func(list []int32) bool { return !contains(list, n) }) ||
			!unseen && slices.ContainsFunc(dropped, func(list []int32) bool { return contains(list, n) }) ||
			slices.ContainsFunc(x.filters, func(keep func(*entry) bool) bool { return !keep(e) }) {
			continue
		}
		if phrases || unseen {
			doubtful = append(doubtful, e)
		} else {
			found = append(found, e)
		}
	}
	verified, err := x.verify(doubtful)
	return append(found, verified...), err
}

// entriesOf lists the entries that hold all words of a term, in whatever order, or have a tag that the term is in.
func (x *wordQuery) entriesOf(index *wordIndex, t term) (list []int32) {
	for i, w := range t.words {
		part := index.find(w, t.prefix && i == len(t.words)-1)
		if i == 0 {
			list = slices.Clone(part)
		} else {
			list = slices.DeleteFunc(list, func(n int32) bool { return !contains(part, n) })
		}
	}
	for id, name := range x.tags {
		if t.in(name, 0) >= 0 {
			list = union(list, index.words[tagWord(id)])
		}
	}
	return list
}

// verify keeps the entries in whose texts and tags the clauses hold.
func (x *wordQuery) verify(found []*entry) (kept []*entry, err error) {
	for part := range slices.Chunk(found, chunk) {
		texts, err := x.texts(part)
		if err != nil {
			return nil, err
		}
		for _, e := range part {
			if texts[e.id] != nil && !slices.ContainsFunc(x.clauses, func(c clause) bool { return c.not == x.holds(c, texts[e.id]) }) {
				kept = append(kept, e)
			}
		}
	}
	return kept, nil
}

// texts reads the items of entries, but those that are no longer, or not yet, as the index knows them: it may be ahead.
func (x *wordQuery) texts(part []*entry) (map[int64]*searched, error) {
	ids := make([]int64, len(part))
	for i, e := range part {
		ids[i] = e.id
	}
	all, err := readSearched(x.tx, x.e.catalog, ids)
	byID := map[int64]*searched{}
	for _, s := range all {
		if x.e.sees(s.project, s.fields.Int(project.FieldAreaID)) {
			s.texts = slices.DeleteFunc(s.texts, func(t searchedText) bool {
				return slices.ContainsFunc(t.areas, func(area int64) bool { return !x.e.seesArea(area) })
			})
			byID[s.id] = s
		}
	}
	return byID, err
}

func (x *wordQuery) holds(c clause, s *searched) bool {
	return slices.ContainsFunc(c.any, func(t term) bool {
		return slices.ContainsFunc(s.texts, func(st searchedText) bool { return t.in(words(st.text), 0) >= 0 }) ||
			slices.ContainsFunc(s.fields.Tags(), func(id int64) bool { return t.in(x.tags[id], 0) >= 0 })
	})
}

// facets counts the values of what was found.
func (x *wordQuery) facets(found []*entry) map[string]map[string]int {
	all := map[string]map[string]int{"System.TeamProject": {}, "System.WorkItemType": {}, "System.State": {}, "System.AssignedTo": {}}
	for _, e := range found {
		all["System.TeamProject"][x.e.catalog.Project(e.project).Name]++
		all["System.WorkItemType"][e.kind]++
		all["System.State"][e.state]++
		name := ""
		if u := x.e.directory.User(int64(e.assigned)); u != nil {
			name = u.DisplayName + " <" + u.UniqueName + ">"
		}
		all["System.AssignedTo"][name]++
	}
	return all
}

// hitFields are the fields shown of what was found.
func hitFields() []string {
	return []string{"System.Title", "System.State", "System.AssignedTo", "System.Tags", "System.CreatedDate", "System.ChangedDate"}
}

// show reads a page of what was found, with the places of the words.
func (x *wordQuery) show(s *Items, part []*entry) (all []WordHit, err error) {
	for few := range slices.Chunk(part, chunk) {
		texts, err := x.texts(few)
		if err != nil {
			return nil, err
		}
		var rows []stored
		for _, e := range few {
			if at := texts[e.id]; at != nil {
				rows = append(rows, at.stored)
			}
		}
		items, err := s.show(x.tx, x.e, rows, ReadOptions{Fields: hitFields()})
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			hit := WordHit{Item: item}
			tags, _ := item.Value(project.FieldTags).(string)
			for _, t := range append(slices.Clone(texts[item.ID].texts), searchedText{field: project.FieldTags, text: tags}) {
				if parts := x.mark(t.text); len(parts) > 1 {
					hit.Texts = append(hit.Texts, HitText{x.e.catalog.Field(t.field), parts})
				}
			}
			all = append(all, hit)
		}
	}
	return all, nil
}

// mark takes a text apart at the words searched for, around the first of them.
func (x *wordQuery) mark(text string) (parts []string) {
	const around = 100 // bytes in front of the first and behind the last word shown
	isWord := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	from, shown := 0, 0
	for at := 0; at < len(text); {
		start := strings.IndexFunc(text[at:], isWord)
		if start < 0 {
			break
		}
		start += at
		end := strings.IndexFunc(text[start:], func(r rune) bool { return !isWord(r) })
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		if at = end; !x.wanted(words(text[start:end])) {
			continue
		}
		if len(parts) == 0 && start > around {
			from = start - around
		} else if start-from > 2*around && len(parts) > 0 {
			break // further words are far away
		}
		parts = append(parts, strings.ToValidUTF8(text[from:start], ""), text[start:end])
		from, shown = end, end
	}
	if len(parts) == 0 {
		return nil
	}
	return append(parts, strings.ToValidUTF8(text[shown:min(len(text), shown+around)], ""))
}

// wanted reports whether a word is one that is searched for.
func (x *wordQuery) wanted(word []string) bool {
	return len(word) == 1 && slices.ContainsFunc(x.clauses, func(c clause) bool {
		return !c.not && slices.ContainsFunc(c.any, func(t term) bool {
			for i, w := range t.words {
				if w == word[0] || t.prefix && i == len(t.words)-1 && strings.HasPrefix(word[0], w) {
					return true
				}
			}
			return false
		})
	})
}
