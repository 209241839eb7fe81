package work

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/wiql"
)

// shelf is a store with work items of two projects and one that Rita cannot read, with history, links and tags.
type shelf struct {
	*fixture
	ada, rita *access.Caller
	ids       []int64
	moments   []time.Time
}

func newShelf(t testing.TB, b dbtest.Backend, size int) *shelf {
	t.Helper()
	x := &shelf{fixture: newFixture(t, b)}
	x.now.Store(monday.AddDate(0, -2, 0).UnixMicro())
	var rita int64
	err := x.db.Update(t.Context(), func(tx *db.Tx) error {
		account, err := x.people.AddAccount(tx, access.Account{GUID: newGUID(), UniqueName: "rita@example.com", DisplayName: "Rita"})
		if err != nil {
			return err
		}
		if rita, err = x.people.AddUser(tx, x.org, access.User{GUID: newGUID(), DisplayName: "Rita Müller", UniqueName: "rita@example.com", Account: account, Level: access.Basic, Active: true}); err != nil {
			return err
		}
		now := tx.Now()
		if _, err := x.people.CreateToken(tx, access.Token{AuthorizationID: newGUID(), Account: account, Name: "t", Scope: "app_token", ValidFrom: now.AddDate(-1, 0, 0), ValidTo: now.AddDate(9, 0, 0)}, strings.Repeat("r", 52)); err != nil {
			return err
		}
		catalog, err := x.projects.Catalog(tx, x.org)
		if err != nil {
			return err
		}
		for _, name := range []string{"Agile", "Scrum"} {
			p, err := catalog.FindProject(name)
			if err != nil {
				return err
			}
			if err := x.people.AddMember(tx, x.org, p.ID, rita, access.Contributor); err != nil {
				return err
			}
			web := p.FindNode(project.AreaNode, name+`\Web`)
			if _, err := x.projects.AddNode(tx, x.org, project.Node{Project: p.ID, Kind: project.AreaNode, Name: "Shop", ParentID: web.ID}); err != nil {
				return err
			}
			var sprints []int64
			for n := range 3 {
				start := monday.Truncate(24*time.Hour).AddDate(0, 0, 14*(n-1))
				finish := start.AddDate(0, 0, 13)
				id, err := x.projects.AddNode(tx, x.org, project.Node{Project: p.ID, Kind: project.IterationNode, Name: fmt.Sprint("Sprint ", n+1), ParentID: p.Iteration.ID, Start: &start, Finish: &finish})
				if err != nil {
					return err
				}
				sprints = append(sprints, id)
			}
			if _, err := x.projects.AddTeam(tx, x.org, p.ID, project.Team{Name: name + " Team"}, []int64{web.ID}, true, sprints); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if x.rita, err = x.people.Authenticate(t.Context(), x.org, strings.Repeat("r", 52)); err != nil {
		t.Fatal(err)
	}
	x.ada = x.caller(t, "Ada")
	x.fill(t, size)
	return x
}

func (x *shelf) fill(t testing.TB, size int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	quote := func(s string) string { return strconv.Quote(s) }
	change := func(p, kind string) (list []string) {
		maybe := func(field, value string) {
			if r.IntN(3) == 0 {
				list = append(list, "replace "+field+" "+value)
			}
		}
		maybe("System.AssignedTo", pick(`"ada@example.com"`, `"bob@example.com"`, `"rita@example.com"`, `""`))
		maybe("System.AreaPath", quote(p+pick("", `\Web`)))
		if p == "Agile" || p == "Scrum" {
			maybe("System.AreaPath", quote(p+pick(`\Web\Shop`, `\Web`)))
			maybe("System.IterationPath", quote(p+pick("", `\Sprint 1`, `\Sprint 2`, `\Sprint 3`)))
		}
		maybe("Microsoft.VSTS.Common.Priority", pick("1", "2", "3", "4"))
		maybe("System.Tags", quote(pick("red", "Red; blue", "green; blue; été", "")))
		maybe("System.Description", quote(pick("<div>Slow <b>data</b></div>", "fast database", "운동 기록", "")))
		maybe("System.History", quote(pick("a comment on data", "Été", "done")))
		maybe("System.Title", quote(pick("Äpfel", "äpfel und Birnen", "100% _sure", "slow data", "운동 화면")))
		if kind == "Task" {
			maybe("Microsoft.VSTS.Scheduling.RemainingWork", pick("1", "2.5", "8"))
		}
		return list
	}
	for n := range size {
		p := pick("Agile", "Scrum", "CMMI")
		kind := pick("Bug", "Task", "Feature")
		x.now.Add(int64(7 * time.Hour / time.Microsecond))
		item, err := x.items.Create(t.Context(), x.ada, p, kind, ops(t, append([]string{"add System.Title " + quote(fmt.Sprint("item ", n))}, change(p, kind)...)...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		x.ids = append(x.ids, item.ID)
		for range r.IntN(3) {
			x.now.Add(int64(time.Hour / time.Microsecond))
			list := change(p, kind)
			if r.IntN(3) == 0 {
				list = append(list, "replace System.State "+map[string]map[string]string{"Agile": {"Bug": `"Resolved"`, "Task": `"Active"`, "Feature": `"Active"`},
					"Scrum": {"Bug": `"Approved"`, "Task": `"In Progress"`, "Feature": `"In Progress"`}, "CMMI": {"Bug": `"Active"`, "Task": `"Active"`, "Feature": `"Active"`}}[p][kind])
			}
			if other := x.ids[r.IntN(len(x.ids))]; other != item.ID && r.IntN(2) == 0 {
				list = append(list, fmt.Sprintf(`add /relations/- {"rel":%q,"url":"/_apis/wit/workItems/%d"}`, pick(parentLink, childLink, "System.LinkTypes.Related", "System.LinkTypes.Dependency-Forward"), other))
			}
			if _, err := x.items.Update(t.Context(), x.ada, "", item.ID, ops(t, list...), Options{BypassRules: true}); err != nil && says(t, err) == "" {
				t.Fatal(err)
			}
		}
		if r.IntN(15) == 0 {
			if _, err := x.items.Delete(t.Context(), x.ada, "", x.ids[r.IntN(len(x.ids))]); err != nil && says(t, err) == "" {
				t.Fatal(err)
			}
		}
		if n%10 == 0 {
			x.moments = append(x.moments, time.UnixMicro(x.now.Load()).UTC())
		}
	}
	x.now.Store(max(x.now.Load(), monday.UnixMicro()))
}

// seen is a work item as a caller sees it, at a moment when it has one.
type seen struct {
	*Item
	history []*Item
}

// look reads all items the way clients do.
func (x *shelf) look(t testing.TB, c *access.Caller, asOf *time.Time) map[int64]*seen {
	t.Helper()
	all := map[int64]*seen{}
	for part := range slices.Chunk(x.ids, MaxIDs) {
		items, err := x.items.List(t.Context(), c, "", part, true, ReadOptions{All: true, Relations: true, AsOf: asOf})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			if item == nil || item.Value(project.FieldIsDeleted) == true {
				continue
			}
			history, err := x.items.Revisions(t.Context(), c, "", item.ID, ReadOptions{All: true})
			if err != nil {
				t.Fatal(err)
			}
			s := &seen{Item: item}
			for _, h := range history {
				if asOf == nil || !h.Value(project.FieldChangedDate).(time.Time).After(*asOf) {
					s.history = append(s.history, h)
				}
			}
			all[item.ID] = s
		}
	}
	return all
}

// judge decides conditions on what clients see of an item, in the plainest way.
type judge struct {
	t       testing.TB
	catalog *project.Catalog
	me      *access.User
	now     time.Time
}

func (j *judge) holds(e wiql.Expr, s *seen) bool {
	switch e := e.(type) {
	case nil:
		return true
	case wiql.And:
		return !slices.ContainsFunc(e, func(p wiql.Expr) bool { return !j.holds(p, s) })
	case wiql.Or:
		return slices.ContainsFunc(e, func(p wiql.Expr) bool { return j.holds(p, s) })
	case wiql.Not:
		return !j.holds(e.X, s)
	}
	c := e.(*wiql.Condition)
	f := j.catalog.FindField(c.Field.Name)
	if c.Ever {
		return slices.ContainsFunc(s.history, func(h *Item) bool { return j.equal(f, h.Value(f.ID), c.Values[0]) })
	}
	v := s.Value(f.ID)
	is := false
	switch c.Op {
	case wiql.Equal, wiql.NotEqual, wiql.In:
		if len(c.Values) == 1 && c.Values[0].Kind == wiql.FieldValue {
			is = fmt.Sprint(v) == fmt.Sprint(s.Value(j.catalog.FindField(c.Values[0].Field.Name).ID))
		} else {
			is = slices.ContainsFunc(c.Values, func(w wiql.Value) bool { return j.equal(f, v, w) })
		}
		is = is != (c.Op == wiql.NotEqual)
	case wiql.Under:
		path, root := strings.ToLower(fmt.Sprint(v)), strings.ToLower(c.Values[0].Text)
		is = path == root || strings.HasPrefix(path, root+`\`)
	case wiql.IsEmpty:
		is = v == nil
	case wiql.Contains:
		part := strings.ToLower(c.Values[0].Text)
		in := fmt.Sprint(v)
		switch {
		case f.ID == project.FieldHistory:
			is = slices.ContainsFunc(s.history, func(h *Item) bool {
				return h.Value(f.ID) != nil && strings.Contains(strings.ToLower(fmt.Sprint(h.Value(f.ID))), part)
			})
		case f.ID == project.FieldTags:
			is = slices.ContainsFunc(strings.Split(strings.ToLower(in), "; "), func(tag string) bool { return tag == part })
		default:
			if u, ok := v.(*access.User); ok {
				in = u.DisplayName + " <" + u.UniqueName + ">"
			}
			is = v != nil && strings.Contains(strings.ToLower(in), part)
		}
	case wiql.ContainsWords: // of the generated ones: a single word
		for word := range strings.FieldsFuncSeq(strings.ToLower(fmt.Sprint(v)), func(r rune) bool { return strings.ContainsRune(" <>/.;", r) }) {
			want, prefix := strings.CutSuffix(strings.ToLower(c.Values[0].Text), "*")
			is = is || v != nil && (word == want || prefix && strings.HasPrefix(word, want))
		}
	default:
		is = v != nil && j.ordered(c.Op, f, v, c.Values[0])
	}
	return is != c.Not
}

func (j *judge) equal(f *project.Field, v any, w wiql.Value) bool {
	if w.Kind == wiql.String && w.Text == "" {
		return v == nil
	}
	switch v := v.(type) {
	case nil:
		return false
	case *access.User:
		if w.Kind == wiql.Macro {
			return v == j.me || v.ID == j.me.ID
		}
		return strings.EqualFold(v.DisplayName, w.Text) || strings.EqualFold(v.UniqueName, w.Text)
	case time.Time:
		from, until := j.day(w)
		return !v.Before(from) && v.Before(until)
	case int64, float64:
		a, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
		b, _ := strconv.ParseFloat(w.Text, 64)
		return a == b
	}
	return strings.EqualFold(fmt.Sprint(v), w.Text)
}

func (j *judge) day(w wiql.Value) (from, until time.Time) {
	from = j.now.Truncate(24*time.Hour).AddDate(0, 0, w.Offset) // the organization's zone is UTC
	if w.Kind == wiql.String {
		from, _ = time.Parse(time.DateOnly, w.Text)
	}
	return from, from.AddDate(0, 0, 1)
}

func (j *judge) ordered(op wiql.Op, f *project.Field, v any, w wiql.Value) bool {
	order := 0
	switch v := v.(type) {
	case time.Time:
		from, until := j.day(w)
		if v.Before(from) {
			order = -1
		} else if !v.Before(until) {
			order = 1
		}
	case int64, float64:
		a, _ := strconv.ParseFloat(fmt.Sprint(v), 64)
		b, _ := strconv.ParseFloat(w.Text, 64)
		order = int(max(-1, min(1, (a-b)*10)))
	default:
		order = strings.Compare(strings.ToLower(fmt.Sprint(v)), strings.ToLower(w.Text))
	}
	switch op {
	case wiql.Less:
		return order < 0
	case wiql.LessEqual:
		return order <= 0
	case wiql.Greater:
		return order > 0
	}
	return order >= 0
}

// generator writes conditions.
type generator struct{ *rand.Rand }

func (g generator) pick(list ...string) string { return list[g.IntN(len(list))] }

// conditions are what can be said of a field; %s is the field with the side it belongs to.
func (g generator) condition(side string) string {
	op := g.pick("=", "<>", "<", "<=", ">", ">=")
	equal := g.pick("=", "<>")
	person := g.pick("@Me", "'Ada'", "'bob@example.com'", "''", "'rita müller'", "'nobody'")
	list := []string{
		"[System.Id] " + op + " " + strconv.Itoa(g.IntN(120)),
		"[System.Rev] " + op + " 2",
		"[System.State] " + equal + " '" + g.pick("New", "active", "Resolved", "Proposed", "Removed") + "'",
		"[System.State] " + g.pick("IN", "NOT IN") + " ('New', 'ACTIVE', 'Approved')",
		"[System.State] EVER '" + g.pick("New", "Active") + "'",
		"[System.AssignedTo] " + equal + " " + person,
		"[System.AssignedTo] EVER " + person,
		"[System.AssignedTo] " + g.pick("IN", "NOT IN") + " (" + person + ", 'Bob')",
		"[System.AssignedTo] " + g.pick("CONTAINS", "NOT CONTAINS") + " '" + g.pick("MÜL", "example", "a") + "'",
		"[System.ChangedBy] " + equal + " [System.AssignedTo]",
		"[Microsoft.VSTS.Common.Priority] " + op + " " + g.pick("1", "2", "'3'", "2.5"),
		"[Microsoft.VSTS.Common.Priority] EVER 1",
		"[Microsoft.VSTS.Scheduling.RemainingWork] " + op + " 2.5",
		"[Microsoft.VSTS.Scheduling.RemainingWork] " + equal + " ''",
		"[System.AreaPath] " + g.pick("=", "<>", "UNDER", "NOT UNDER") + ` 'Agile` + g.pick("", `\Web`, `\Web\Shop`) + "'",
		"[System.IterationPath] " + g.pick("IN", "NOT IN") + ` ('Scrum\Sprint 1', 'Agile\Sprint 2')`,
		"[System.IterationPath] EVER 'Agile\\Sprint 1'",
		"[System.NodeName] " + op + " '" + g.pick("Web", "shop") + "'",
		"[System.AreaLevel2] " + equal + " 'web'",
		"[System.TeamProject] " + op + " '" + g.pick("Agile", "scrum", "CMMI") + "'",
		"[System.WorkItemType] " + g.pick("=", "<>", "<") + " '" + g.pick("bug", "Task") + "'",
		"[System.Title] " + g.pick("CONTAINS", "NOT CONTAINS") + " '" + g.pick("ÄPFEL", "item", "% _", "운동") + "'",
		"[System.Title] " + op + " '" + g.pick("ÄPFEL", "item 5", "Slow Data") + "'",
		"[System.Tags] " + g.pick("CONTAINS", "NOT CONTAINS") + " '" + g.pick("red", "BLUE", "ÉTÉ", "none") + "'",
		"[System.Tags] " + g.pick("IS EMPTY", "IS NOT EMPTY"),
		"[System.Description] " + g.pick("CONTAINS", "NOT CONTAINS") + " '" + g.pick("Data", "기록") + "'",
		"[System.Description] " + g.pick("CONTAINS WORDS", "NOT CONTAINS WORDS") + " '" + g.pick("DATA", "data*", "운동") + "'",
		"[System.Description] " + g.pick("IS EMPTY", "IS NOT EMPTY"),
		"[System.History] " + g.pick("CONTAINS", "NOT CONTAINS") + " '" + g.pick("été", "data") + "'",
		"[System.Parent] " + op + " " + strconv.Itoa(1+g.IntN(60)),
		"[System.Parent] " + equal + " ''",
		"[System.CommentCount] " + op + " 1",
		"[System.CreatedDate] " + op + " " + g.pick("@Today - 30", "'2026-10-10'", "@StartOfDay - 45"),
		"[System.ChangedDate] " + op + " " + g.pick("@Today - 20", "'2026-10-12'"),
	}
	c := list[g.IntN(len(list))]
	if field, ok := strings.CutPrefix(c, "["); ok && side != "" {
		c = "[" + side + "].[" + strings.ReplaceAll(field, " [", " ["+side+"].[")
	}
	return c
}

func (g generator) expr(side string, depth int) string {
	switch n := g.IntN(10); {
	case depth == 0 || n < 4:
		return g.condition(side)
	case n < 6:
		return "NOT (" + g.expr(side, depth-1) + ")"
	case n < 8:
		return "(" + g.expr(side, depth-1) + " OR " + g.expr(side, depth-1) + ")"
	}
	return g.expr(side, depth-1) + " AND " + g.expr(side, depth-1)
}

// TestQuery_Generated compares queries nobody wrote with the judge's decisions about every item, for who reads all and
// for who does not, as of now and as of then.
func TestQuery_Generated(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 120)
		g := generator{rand.New(rand.NewPCG(7, seed(t)))}
		views := x.views(t)
		found := 0
		for n := range 500 {
			v := views[n%len(views)]
			condition := g.expr("", 3)
			statement := "SELECT [System.Id] FROM WorkItems WHERE " + condition
			if v.asOf != nil {
				statement += " ASOF '" + v.asOf.Format(time.RFC3339Nano) + "'"
			}
			q, err := wiql.Parse(statement)
			if err != nil {
				t.Fatal(err)
			}
			want := []int64{}
			for _, id := range x.ids {
				if s := v.items[id]; s != nil && v.holds(q.Where, s) {
					want = append(want, id)
				}
			}
			result, err := x.items.Query(t.Context(), v.caller, Query{Text: statement, Project: "Agile"})
			if err != nil {
				if f := says(t, err); f == "WorkItemTrackingQueryException" && strings.Contains(statement, "CMMI\\") {
					continue
				}
				t.Fatalf("%s: %v", statement, err)
			}
			if !slices.Equal(result.IDs, want) {
				t.Errorf("%s\nfor %s: %v, want %v", statement, v.caller.User.DisplayName, result.IDs, want)
			}
			if len(want) > 0 && len(want) < len(v.items) {
				found++
			}
		}
		if found < 300 {
			t.Errorf("only %d of the queries told items apart", found)
		}
	})
}

func seed(t testing.TB) uint64 {
	t.Helper()
	n, _ := strconv.ParseUint(os.Getenv("BOARDWALK_SEED"), 10, 64)
	return n
}

// view is what a caller sees at a moment.
type view struct {
	*judge
	caller *access.Caller
	asOf   *time.Time
	items  map[int64]*seen
}

func (x *shelf) views(t testing.TB) (all []view) {
	t.Helper()
	catalog, err := x.projects.Snapshot(t.Context(), x.org)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*access.Caller{x.ada, x.rita} {
		for _, asOf := range []*time.Time{nil, &x.moments[len(x.moments)/2], &x.moments[3]} {
			j := &judge{t: t, catalog: catalog, me: c.User, now: time.UnixMicro(x.now.Load()).UTC()}
			all = append(all, view{j, c, asOf, x.look(t, c, asOf)})
		}
	}
	return all
}
