package work

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// found is the ids that a search finds.
func (x *fixture) found(t testing.TB, c *access.Caller, q WordSearch) string {
	t.Helper()
	q.Top, q.OrderBy = 1000, "System.Id"
	hits, err := x.items.SearchWords(t.Context(), c, q)
	if err != nil {
		return says(t, err)
	}
	var ids []int64
	for _, hit := range hits.Items {
		ids = append(ids, hit.ID)
	}
	if len(ids) != hits.Count {
		t.Errorf("%s: %d of %d items", q.Text, len(ids), hits.Count)
	}
	return fmt.Sprint(ids)
}

var (
	aTag  = regexp.MustCompile(`<[^>]*>`)
	aWord = regexp.MustCompile(`[\p{L}\p{N}_]+`)
)

// sheets are the texts of an item as they are read one by one, each as its words with blanks around.
func (x *fixture) sheets(t *testing.T, id int64) (all []string) {
	t.Helper()
	c := x.caller(t, "Ada")
	item, err := x.items.Get(t.Context(), c, "", id, ReadOptions{})
	if err != nil {
		return nil
	}
	add := func(text string) {
		all = append(all, " "+strings.Join(aWord.FindAllString(strings.ToLower(text), -1), " ")+" ")
	}
	add(fmt.Sprint(id))
	title, _ := item.Value(project.FieldTitle).(string)
	add(title)
	description, _ := item.Value(project.FieldDescription).(string)
	add(aTag.ReplaceAllString(description, " "))
	tags, _ := item.Value(project.FieldTags).(string)
	for tag := range strings.SplitSeq(tags, ";") {
		add(tag)
	}
	comments, err := x.items.Comments(t.Context(), c, "", id)
	if err != nil {
		t.Fatal(err)
	}
	for _, comment := range comments {
		if !comment.Deleted {
			add(aTag.ReplaceAllString(comment.Text, " "))
		}
	}
	return all
}

// A search finds what holds the words now, whatever happened before: compared with reading every item and its comments.
func TestSearchWords(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		rnd := rand.New(rand.NewPCG(2, 4))
		vocabulary := []string{"router", "Route", "cable", "Käbel", "운동", "fix_me", "a1"}
		say := func() string {
			var list []string
			for range 1 + rnd.IntN(3) {
				list = append(list, vocabulary[rnd.IntN(len(vocabulary))])
			}
			return strings.Join(list, []string{" ", "-", " <b>", "</b>, "}[rnd.IntN(4)])
		}
		var ids []int64
		for range 8 {
			ids = append(ids, x.create(t, "Agile", "Task", fmt.Sprintf(`add System.Title "%s"`, say())).ID)
		}
		ada := x.caller(t, "Ada")
		queries, hits := 0, 0
		for range 60 {
			x.now.Add(int64(time.Hour / time.Microsecond))
			id := ids[rnd.IntN(len(ids))]
			var err error
			switch rnd.IntN(9) {
			case 0:
				_, err = x.items.Update(t.Context(), ada, "", id, ops(t, fmt.Sprintf(`add System.Description "%s"`, say())), Options{})
			case 1:
				_, err = x.items.Update(t.Context(), ada, "", id, ops(t, `remove System.Description`), Options{})
			case 2:
				_, err = x.items.Update(t.Context(), ada, "", id, ops(t, fmt.Sprintf(`replace System.Tags "%s; %s"`, say(), say())), Options{})
			case 3, 4:
				_, err = x.items.AddComment(t.Context(), ada, "", id, say(), false)
			case 5, 6:
				if comments, e := x.items.Comments(t.Context(), ada, "", id); e == nil && len(comments) > 0 {
					if at := comments[rnd.IntN(len(comments))]; rnd.IntN(3) == 0 {
						err = x.items.DeleteComment(t.Context(), ada, "", id, at.ID)
					} else {
						_, err = x.items.EditComment(t.Context(), ada, "", id, at.ID, say(), nil)
					}
				}
			case 7:
				_, err = x.items.Delete(t.Context(), ada, "", id)
			case 8:
				_, err = x.items.Restore(t.Context(), ada, "", id)
			}
			if err != nil {
				_ = says(t, err)
			}
			switch rnd.IntN(10) {
			case 0:
				x.items.indexes.Clear()
			case 1: // as if making it had been interrupted
				x.items.index(x.org).complete, x.items.index(x.org).reached = false, ids[rnd.IntN(len(ids))]
			}
			one := func() (string, func([]string) bool) {
				w := vocabulary[rnd.IntN(len(vocabulary))]
				look, shown := " "+strings.ToLower(w)+" ", w
				switch rnd.IntN(4) {
				case 0:
					v := vocabulary[rnd.IntN(len(vocabulary))]
					look, shown = " "+strings.ToLower(w+" "+v)+" ", `"`+w+" "+v+`"`
				case 1:
					look, shown = " rou", "rou*"
				}
				return shown, func(sheets []string) bool {
					return slices.ContainsFunc(sheets, func(s string) bool { return strings.Contains(s, look) })
				}
			}
			p, inP := one()
			q, inQ := one()
			r, inR := one()
			for text, holds := range map[string]func([]string) bool{
				p:                            inP,
				p + " " + q:                  func(s []string) bool { return inP(s) && inQ(s) },
				p + " OR " + q + " NOT " + r: func(s []string) bool { return (inP(s) || inQ(s)) && !inR(s) },
				fmt.Sprint(id, " AND ", q):   func(s []string) bool { return slices.Contains(s, fmt.Sprint(" ", id, " ")) && inQ(s) },
			} {
				want := []int64{}
				for _, id := range ids {
					if sheets := x.sheets(t, id); sheets != nil && holds(sheets) {
						want = append(want, id)
					}
				}
				queries, hits = queries+1, hits+len(want)
				if got := x.found(t, ada, WordSearch{Text: text}); got != fmt.Sprint(want) {
					t.Fatalf("%s finds %s, want %v", text, got, want)
				}
			}
		}
		if hits < queries/2 {
			t.Errorf("%d queries have %d hits", queries, hits)
		}
	})
}

// What a caller cannot read is neither found nor counted, also when an item leaves a comment behind where they cannot read;
// filters and facets; the places of the words.
func TestSearchWords_Scope(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		open := x.create(t, "Agile", "Task", `add System.Title "A fast &router"`, `add System.AssignedTo "Bob"`, `add System.AreaPath "Agile\\Web"`,
			`add System.Description "<p class=\"hidden\">The <b>Router</b> &amp; a router</p>"`)
		closed := x.create(t, "Scrum", "Bug", `add System.Title "Router of Scrum"`, `add System.Tags "slow; router box"`)
		moved := x.create(t, "Scrum", "Task", `add System.Title "moved"`, `add System.History "a secret router"`)
		x.tick()
		x.update(t, moved.ID, `add System.TeamProject "Agile"`, `add System.AreaPath "Agile"`, `add System.IterationPath "Agile"`, `add System.State "New"`)
		ada := x.caller(t, "Ada")
		limited := x.member(t, open.Project.ID, access.Reader)
		for _, c := range []struct {
			who  *access.Caller
			q    WordSearch
			want string
		}{
			{ada, WordSearch{Text: "ROUTER"}, "[1 2]"},
			{limited, WordSearch{Text: "router"}, "[1]"},
			{limited, WordSearch{Text: "secret"}, "[]"},
			{limited, WordSearch{Text: "moved"}, "[3]"},
			{limited, WordSearch{Text: "router", Project: "Scrum"}, "ProjectDoesNotExistWithNameException"},
			{ada, WordSearch{Text: "router", Project: "scrum"}, "[2]"},
			{ada, WordSearch{Text: `"router box"`}, "[2]"},
			{ada, WordSearch{Text: `"box router"`}, "[]"},
			{ada, WordSearch{Text: "hidden"}, "[]"},
			{ada, WordSearch{Text: "router", Filters: map[string][]string{"System.TeamProject": {"agile", "Basic"}}}, "[1]"},
			{ada, WordSearch{Text: "router", Filters: map[string][]string{"system.workitemtype": {"Bug"}}}, "[2]"},
			{ada, WordSearch{Text: "router OR moved", Filters: map[string][]string{"System.AreaPath": {`Agile`}}}, "[1 3]"},
			{ada, WordSearch{Text: "router OR moved", Filters: map[string][]string{"System.AreaPath": {`agile\web`}}}, "[1]"},
			{ada, WordSearch{Text: "router OR moved", Filters: map[string][]string{"System.AreaPath": {`Agi`}}}, "[]"},
			{ada, WordSearch{Text: "router", Filters: map[string][]string{"System.AssignedTo": {"Bob <bob@example.com>"}}}, "[1]"},
			{ada, WordSearch{Text: "router", Filters: map[string][]string{"System.AssignedTo": {""}}}, "[2]"},
			{ada, WordSearch{Text: "router", Filters: map[string][]string{"System.State": {"new"}, "System.TeamProject": {}}}, "[1 2]"},
			{ada, WordSearch{Text: "router", Filters: map[string][]string{"System.Title": {"x"}}}, "VssPropertyValidationException"},
			{ada, WordSearch{Text: " * "}, "VssPropertyValidationException"},
			{ada, WordSearch{Text: "NOT router"}, "VssPropertyValidationException"},
			{ada, WordSearch{Text: strings.Repeat("a ", 51)}, "VssPropertyValidationException"},
		} {
			if got := x.found(t, c.who, c.q); got != c.want {
				t.Errorf("%+v finds %s, want %s", c.q, got, c.want)
			}
		}
		hits, err := x.items.SearchWords(t.Context(), limited, WordSearch{Text: "rout*", Top: 10, Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, text := range hits.Items[0].Texts {
			got[text.Field.ReferenceName] = strings.Join(text.Parts, "|")
		}
		want := map[string]string{"System.Title": "A fast &|router|", "System.Description": " The  |Router|  & a |router| "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]int{"Agile": 1}, maps.Clone(hits.Facets["System.TeamProject"])); diff != "" {
			t.Errorf("facets (-want +got):\n%s", diff)
		}
		if err := x.items.Destroy(t.Context(), ada, "", closed.ID, false); err != nil {
			t.Fatal(err)
		}
		if got := x.found(t, ada, WordSearch{Text: "router"}); got != "[1]" {
			t.Errorf("what is destroyed is found: %s", got)
		}
	})
}

// BenchmarkSearchWords finds words that few and that all of 100,000 items hold, while items change, and for somebody who does
// not see all that is in the index.
func BenchmarkSearchWords(b *testing.B) {
	x := newFixture(b, dbtest.New(b, "sqlite"))
	x.loadBugs(b, 100_000, true)
	ada := x.caller(b, "Ada")
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			x.items.indexes.Clear()
			if _, err := x.items.SearchWords(b.Context(), ada, WordSearch{Text: "none", Top: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, text := range []string{"4711", "text"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.items.Update(b.Context(), ada, "", 1, ops(b, fmt.Sprintf(`add System.Title "%d"`, time.Now().UnixNano())), Options{}); err != nil {
					b.Fatal(err)
				}
				if _, err := x.items.SearchWords(b.Context(), ada, WordSearch{Text: text, Top: 100}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	// Somebody who does not see the area in which a comment on one of them was made.
	moved := x.create(b, "Agile", "Bug", `add System.Title "text"`, `add System.AreaPath "Agile\\Web"`, `add System.History "said in Web"`)
	if _, err := x.items.Update(b.Context(), ada, "", moved.ID, ops(b, `replace System.AreaPath "Agile"`), Options{}); err != nil {
		b.Fatal(err)
	}
	c := x.member(b, moved.Project.ID, access.Contributor)
	x.set(b, `Agile\Web`, access.Entry{Subject: c.User.Subject(), Deny: access.ViewWorkItems})
	c = x.again(b, c)
	b.Run("text/restricted", func(b *testing.B) {
		for b.Loop() {
			if _, err := x.items.SearchWords(b.Context(), c, WordSearch{Text: "text", Top: 100}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
