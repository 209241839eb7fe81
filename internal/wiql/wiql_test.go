package wiql

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what the parser says into the golden files")

// cases are the blocks of a golden file: a statement, "----", and how it is printed or what is wrong with it.
func cases(t testing.TB, file string) [][2]string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all [][2]string
	for block := range strings.SplitSeq(strings.TrimSpace(string(content)), "\n\n") {
		statement, want, _ := strings.Cut(block, "\n----\n")
		all = append(all, [2]string{statement, want})
	}
	return all
}

func TestGolden(t *testing.T) {
	const file = "testdata/statements.txt"
	var out []string
	for _, c := range cases(t, file) {
		got := ""
		if q, err := Parse(c[0]); err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("%s: %v is no *Error", c[0], err)
			}
			got = fmt.Sprintf("error at %d: %v", e.Pos, e)
		} else {
			got = q.String()
		}
		if got != c[1] && !*rewrite {
			t.Errorf("%s:\n%s", c[0], cmp.Diff(c[1], got))
		}
		out = append(out, c[0]+"\n----\n"+got)
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestParse_Tree holds one tree in full against what was written by hand.
func TestParse_Tree(t *testing.T) {
	got, err := Parse(`select [System.Id] from WorkItemLinks where ([Source].[State] = 'New' and not Target.[System.Id] in (1, -2)) mode(maycontain)`)
	if err != nil {
		t.Fatal(err)
	}
	want := &Query{
		Columns: []Field{{Name: "System.Id", Pos: 7}}, Links: true, Mode: MayContain,
		Where: And{
			&Condition{Field: Field{"State", Source, 45}, Op: Equal, Values: []Value{{Text: "New", Pos: 64}}},
			Not{&Condition{Field: Field{"System.Id", Target, 78}, Op: In, Values: []Value{{Kind: Number, Text: "1", Pos: 101}, {Kind: Number, Text: "-2", Pos: 104}}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParse_Limits(t *testing.T) {
	long := "SELECT [System.Id] FROM WorkItems WHERE [System.Title] = '" + strings.Repeat("é", MaxLength) + "'"
	for name, text := range map[string]string{
		"length":  long,
		"depth":   "SELECT [a] FROM WorkItems WHERE " + strings.Repeat("(", 5000),
		"not":     "SELECT [a] FROM WorkItems WHERE " + strings.Repeat("NOT ", 5000) + "[a] = 1",
		"no text": "SELECT \xff",
		"zero":    "SELECT [a\x00] FROM WorkItems",
	} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s: no error", name)
		} else if len(err.Error()) > 400 {
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
	if _, err := Parse(strings.Replace(long, strings.Repeat("é", 100), "", 1)); err != nil {
		t.Errorf("length counts bytes: %v", err)
	}
}

// FuzzParse checks that what is printed means what was read.
func FuzzParse(f *testing.F) {
	for _, c := range cases(f, "testdata/statements.txt") {
		f.Add(c[0])
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("%v is no *Error", err)
			}
			return
		}
		printed := q.String()
		again, err := Parse(printed)
		if err != nil {
			if len(printed) > MaxLength {
				return
			}
			t.Fatalf("%q was printed as %q: %v", text, printed, err)
		}
		ignorePos := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Pos" }, cmp.Ignore())
		if diff := cmp.Diff(q, again, ignorePos); diff != "" {
			t.Fatalf("%q was printed as %q:\n%s", text, printed, diff)
		}
	})
}

func TestLex_Names(t *testing.T) {
	tokens, err := lex("[Custom.Größe] 운동.기록 @CurrentIteration")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, at := range tokens {
		got = append(got, at.text)
	}
	if want := []string{"Custom.Größe", "운동.기록", "CurrentIteration", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
