package sqlgen_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	. "boardwalk/internal/sqlgen"
)

// engine runs a statement and shows its rows.
type engine struct {
	name string
	Dialect
	run func(text string, params []any) (string, error)
}

// engines are all databases that are spoken to.
func engines(t *testing.T) []engine {
	t.Helper()
	store := dbtest.New(t, "sqlite").Open(t)
	all := []engine{{"sqlite", SQLite, func(text string, params []any) (string, error) { return runSQLite(t, store, text, params) }}}
	for _, e := range []engine{{name: "duckdb", Dialect: DuckDB}, {name: "postgres", Dialect: Postgres}} {
		t.Run("open "+e.name, func(t2 *testing.T) { // skipped alone when PostgreSQL is not there
			w := dbtest.New(t2, map[string]string{"duckdb": "sqlite", "postgres": "postgres"}[e.name]).OpenWarehouse(t)
			e.run = func(text string, params []any) (string, error) { return runWarehouse(t, w, text, params) }
			all = append(all, e)
		})
	}
	return all
}

func runWarehouse(t *testing.T, w *db.Warehouse, text string, params []any) (string, error) {
	var out []string
	err := w.Read(t.Context(), func(s *db.Session) error {
		r, err := s.Query(text, params...)
		if err != nil {
			return err
		}
		defer r.Close()
		for r.Next() {
			for i := range r.Rows {
				var cells []string
				for k := range r.Vectors {
					cells = append(cells, cell(&r.Vectors[k], i))
				}
				out = append(out, strings.Join(cells, ", "))
			}
		}
		return r.Err()
	})
	return strings.Join(out, "; "), err
}

func cell(v *db.Vector, i int) string {
	switch {
	case v.Null(i):
		return "null"
	case v.Kind == db.Text:
		return string(v.Text(i))
	case v.Kind == db.Float64:
		return float(v.Float(i))
	default:
		return fmt.Sprint(v.Int(i))
	}
}

func float(x float64) string { return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'g', -1, 64) }

func runSQLite(t *testing.T, store *db.DB, text string, params []any) (string, error) {
	var out []string
	err := store.View(t.Context(), func(tx *db.Tx) error {
		width := strings.Count(strings.SplitN(text, " FROM ", 2)[0], " AS \"")
		_, err := db.Collect(tx, db.SQL("test", text), params, func(r *db.Rows) (struct{}, error) {
			values, into := make([]any, max(width, 1)), []any{}
			for i := range values {
				into = append(into, &values[i])
			}
			err := r.Scan(into...)
			var cells []string
			for _, v := range values {
				switch v := v.(type) {
				case nil:
					cells = append(cells, "null")
				case float64:
					cells = append(cells, float(v))
				case []byte:
					cells = append(cells, string(v))
				case bool:
					cells = append(cells, map[bool]string{true: "1", false: "0"}[v])
				default:
					cells = append(cells, fmt.Sprint(v))
				}
			}
			out = append(out, strings.Join(cells, ", "))
			return struct{}{}, err
		})
		return err
	})
	return strings.Join(out, "; "), err
}

// Every engine gives an expression the same value.
func TestEngines_Expressions(t *testing.T) {
	for _, e := range engines(t) {
		for _, c := range expressions {
			if c.name == "lower" || c.noSQLite && e.Dialect == SQLite {
				continue
			}
			text, params := e.Print(&Select{Columns: []Column{{c.expr, "v"}}})
			if got, err := e.run(text, params); err != nil || got != c.want {
				t.Errorf("%s: %s is %q, want %q; %v\n%s", e.name, c.name, got, c.want, err, text)
			}
		}
	}
}

// The databases of the record store give an expression the same value.
func TestEngines_Records(t *testing.T) {
	for _, e := range engines(t) {
		if e.Dialect == DuckDB {
			continue
		}
		for _, c := range append(records, expression{"unnest", Scalar{&Select{Columns: []Column{{Col{"u", "value"}, "v"}},
			From: Unnest{Param{[]int64{30, 10, 20}, Int64List}, "u"}, Where: Equal(Col{"u", "position"}, number(2))}}, "10", false}) {
			text, params := e.Print(&Select{Columns: []Column{{c.expr, "v"}}})
			if got, err := e.run(text, params); err != nil || got != c.want {
				t.Errorf("%s: %s is %q, want %q; %v\n%s", e.name, c.name, got, c.want, err, text)
			}
		}
	}
}

// Every engine answers a query with the same rows.
func TestEngines_Queries(t *testing.T) {
	for _, e := range engines(t) {
		for _, c := range queries {
			if c.noSQLite && e.Dialect == SQLite {
				continue
			}
			text, params := e.Print(c.build(rows()))
			if got, err := e.run(text, params); err != nil || got != c.want {
				t.Errorf("%s: %s is %q, want %q; %v\n%s", e.name, c.name, got, c.want, err, text)
			}
		}
	}
}

// Letters are folded alike beyond ASCII by all engines, and ordered by their bytes.
func TestEngines_Lower(t *testing.T) {
	for _, e := range engines(t) {
		for in, want := range map[string]string{"ÄPFEL": "äpfel", "ΣΊΣΥΦΟΣ Α": "", "Жук": "жук", "한글ABC": "한글abc", "ẞ": "ß", "ǅ": "ǆ"} {
			text, params := e.Print(&Select{Columns: []Column{{call(Lower, text(in)), "v"}}})
			if got, err := e.run(text, params); err != nil || want != "" && got != want {
				t.Errorf("%s: %s becomes %q, want %q; %v", e.name, in, got, want, err)
			}
		}
		sorted := &Select{Columns: one(Col{"t", "s"}), From: Sub{&Select{Columns: []Column{{text("b_"), "s"}}, Union: []*Select{
			{Columns: one(text("a"))}, {Columns: one(text("B"))}, {Columns: one(text("é"))}, {Columns: one(text("b1"))}}}, "t"},
			OrderBy: []Order{{Expr: call(Lower, Col{"t", "s"})}}}
		text, params := e.Print(sorted)
		if got, err := e.run(text, params); err != nil || got != "a; B; b1; b_; é" {
			t.Errorf("%s: order %s; %v", e.name, got, err)
		}
	}
}
