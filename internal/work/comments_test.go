package work

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// Comments, new versions and deletions in any order: what is read is what a list kept by hand says, the item counts
// those that are left, and each of them is one revision.
func TestComments(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		item, err := x.items.Create(t.Context(), ada, "Agile", "Task", ops(t, `add System.Title "t"`, `add System.History "0"`), Options{})
		if err != nil {
			t.Fatal(err)
		}
		type said struct {
			id   int64
			text []string
			gone bool
		}
		want := []*said{{id: item.Comment, text: []string{"0"}}}
		rev, rnd := item.Rev, rand.New(rand.NewPCG(1, 2))
		for n := 1; n < 40; n++ {
			text, at := fmt.Sprint(n), want[rnd.IntN(len(want))]
			switch rnd.IntN(4) {
			case 0:
				made, err := x.items.AddComment(t.Context(), ada, "agile", item.ID, text, n%2 == 0)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, &said{id: made.ID, text: []string{text}})
			case 1:
				changed, err := x.items.Update(t.Context(), ada, "", item.ID, ops(t, `add System.History "lost"`, `add System.History "`+text+`"`), Options{})
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, &said{id: changed.Comment, text: []string{text}})
			case 2:
				_, err := x.items.EditComment(t.Context(), ada, "", item.ID, at.id, text, nil)
				if (err != nil) != at.gone {
					t.Fatal(err)
				}
				if at.gone {
					continue
				}
				at.text = append(at.text, text)
			default:
				if err := x.items.DeleteComment(t.Context(), ada, "", item.ID, at.id); (err != nil) != at.gone {
					t.Fatal(err)
				}
				if at.gone {
					continue
				}
				at.gone = true
			}
			rev++
		}
		var expected, got []string
		var left int64
		for _, s := range want {
			expected = append(expected, fmt.Sprint(s.id, s.text[len(s.text)-1], len(s.text), s.gone))
			if !s.gone {
				left++
			}
			versions, err := x.items.CommentVersions(t.Context(), ada, "", item.ID, s.id)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, v := range versions {
				if !v.Deleted {
					texts = append(texts, v.Text)
				}
			}
			if diff := cmp.Diff(s.text, texts); diff != "" {
				t.Errorf("comment %d (-want +got):\n%s", s.id, diff)
			}
		}
		all, err := x.items.Comments(t.Context(), ada, "", item.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			versions := c.Version
			if c.Deleted {
				versions--
			}
			got = append(got, fmt.Sprint(c.ID, c.Text, versions, c.Deleted))
		}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("comments (-want +got):\n%s", diff)
		}
		if item, err = x.items.Get(t.Context(), ada, "", item.ID, ReadOptions{}); err != nil {
			t.Fatal(err)
		}
		if item.Rev != rev || item.Value(project.FieldCommentCount) != left {
			t.Errorf("revision %d with %v comments, want %d with %d", item.Rev, item.Value(project.FieldCommentCount), rev, left)
		}
	})
}

// Texts that cannot be kept are refused before anything is stored.
func TestComments_Refused(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		item, err := x.items.Create(t.Context(), ada, "Agile", "Task", ops(t, `add System.Title "t"`, `add System.History "0"`), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]string{" ": "VssPropertyValidationException", "a\x00b": "System.History invalidType",
			strings.Repeat("x", maxTextLength+1): "System.History invalidTooLong"} {
			if _, err := x.items.AddComment(t.Context(), ada, "", item.ID, text, false); says(t, err) != want {
				t.Errorf("add %.5q: %v, want %s", text, err, want)
			}
			if _, err := x.items.EditComment(t.Context(), ada, "", item.ID, item.Comment, text, nil); says(t, err) != want {
				t.Errorf("edit %.5q: %v, want %s", text, err, want)
			}
		}
		all, err := x.items.Comments(t.Context(), ada, "", item.ID)
		if err != nil || len(all) != 1 || all[0].Version != 1 {
			t.Errorf("%v, %v: want the first comment alone", all, err)
		}
	})
}
