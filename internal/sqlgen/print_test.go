package sqlgen_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	. "boardwalk/internal/sqlgen"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write the golden file anew")

var dialects = []struct {
	name string
	Dialect
}{{"duckdb", DuckDB}, {"postgres", Postgres}, {"sqlite", SQLite}}

// Each construct is printed for each dialect; a dialect that prints the same as the one before is left out.
func TestPrint(t *testing.T) {
	var b strings.Builder
	show := func(name string, noSQLite bool, s *Select) {
		fmt.Fprintf(&b, "%s\n", name)
		before := ""
		for _, d := range dialects {
			if noSQLite && d.Dialect == SQLite {
				continue
			}
			text, params := d.Print(s)
			shown := fmt.Sprint(text, " ", params)
			if plain := strings.ReplaceAll(shown, "?", "$"); plain != before {
				fmt.Fprintf(&b, "  %-8s %s\n", d.name, shown)
				before = plain
			}
		}
	}
	for _, c := range expressions {
		show(c.name, c.noSQLite, &Select{Columns: []Column{{Expr: c.expr}}})
	}
	for _, c := range records {
		show(c.name, c.noSQLite, &Select{Columns: []Column{{Expr: c.expr}}})
	}
	for _, c := range queries {
		show(c.name, c.noSQLite, c.build(Table{"rows", "t"}))
	}
	show("row id", true, &Select{Columns: []Column{{Expr: RowID{"t"}}}, From: Table{"rows", "t"}})
	show("names are quoted", false, &Select{Columns: []Column{{Col{`a"b`, `c";--`}, `d"`}}, From: Table{`e"`, `a"b`}})
	const path = "testdata/constructs.txt"
	if *rewrite {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Errorf("go test -rewrite writes the file anew (-file +printed): %s", diff)
	}
}

// A value never becomes text of the statement.
func TestPrint_ValuesAreParameters(t *testing.T) {
	const evil = `'; DROP TABLE items; --`
	for _, d := range dialects {
		text, params := d.Print(&Select{Columns: one(Equal(Col{"t", "s"}, Param{evil, Text})), From: Table{"rows", "t"}})
		if strings.Contains(text, "DROP") || len(params) != 1 || params[0] != evil {
			t.Errorf("%s: %s %v", d.name, text, params)
		}
	}
}
