package sqlgen_test

import (
	"strings"
	"testing"
	"unicode"

	. "boardwalk/internal/sqlgen"
)

// TestEngines_Letters compares the lower case of every letter that has one with Go's, at the end of a word and before it,
// and the upper case with that of DuckDB, which knows an upper case of ß that Go does not.
func TestEngines_Letters(t *testing.T) {
	var letters []rune
	for r := rune(0x80); r < 0x1F000; r++ {
		if unicode.ToLower(r) != r || unicode.ToUpper(r) != r || strings.ContainsRune("ßŉǰΐΰևẖẗﬀﬁﬗ", r) {
			letters = append(letters, r)
		}
	}
	if len(letters) < 2500 {
		t.Fatal(len(letters), "letters")
	}
	for _, f := range []Func{Lower, Upper} {
		got := map[string][]string{}
		for _, e := range engines(t) {
			if f == Upper && e.Dialect == SQLite { // never asked for
				continue
			}
			for start := 0; start < len(letters); start += 400 {
				var columns []Column
				for _, r := range letters[start:min(start+400, len(letters))] {
					columns = append(columns, Column{Expr: call(f, text("x"+string(r)+"y "+string(r))), As: "v"})
				}
				words, params := e.Print(&Select{Columns: columns})
				answer, err := e.run(words, params)
				if err != nil {
					t.Fatal(e.name, err)
				}
				got[e.name] = append(got[e.name], strings.Split(answer, ", ")...)
			}
		}
		for i, r := range letters {
			want := got["duckdb"][i]
			if f == Lower {
				want = strings.ToLower("x" + string(r) + "y " + string(r))
			}
			for name, texts := range got {
				if texts[i] != want {
					t.Errorf("%s: %q (%U) is %q, want %q", name, r, r, texts[i], want)
				}
			}
		}
	}
	for text1, want := range map[string]string{"ΟΔΟΣ ΣΑΣ": "οδοσ σασ", "İI": "ii", "ΣΑΣ": "σασ"} {
		for _, e := range engines(t) {
			words, params := e.Print(&Select{Columns: []Column{{Expr: call(Lower, text(text1)), As: "v"}}})
			if got, err := e.run(words, params); err != nil || got != want {
				t.Errorf("%s: %q is %q, want %q; %v", e.name, text1, got, want, err)
			}
		}
	}
}
