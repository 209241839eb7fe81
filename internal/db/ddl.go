package db

import (
	"strings"

	"boardwalk/internal/sqlgen"
)

var kindTypes = map[Kind]string{
	Bool: "boolean", Int32: "integer", Int64: "bigint", Float64: "double precision", Text: "text", Timestamp: "timestamp",
	Date: "date", Time: "time", UUID: "uuid",
}

// CreateTable creates a table; all columns are nullable and without keys, as the append-only layout wants them.
func (s *Session) CreateTable(name string, columns []Column) error {
	var b strings.Builder
	b.WriteString("CREATE TABLE " + quote(name) + " (")
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(c.Name) + " " + kindTypes[c.Kind])
	}
	return s.Exec(b.String() + ")")
}

// AddColumn adds a column to a table.
func (s *Session) AddColumn(table string, c Column) error {
	return s.Exec("ALTER TABLE " + quote(table) + " ADD COLUMN " + quote(c.Name) + " " + kindTypes[c.Kind])
}

// FoldedColumn before the name of a column of an index means its texts without their case.
const FoldedColumn = "folded:"

// CreateIndex creates an index where the database profits from it: DuckDB scans faster than it keeps one up to date.
func (s *Session) CreateIndex(table string, columns ...string) error {
	if _, ok := s.conn.(*duckConn); ok {
		return nil
	}
	quoted := make([]string, len(columns))
	for i, c := range columns {
		if text, ok := strings.CutPrefix(c, FoldedColumn); ok {
			quoted[i] = sqlgen.Postgres.Folded(text)
		} else {
			quoted[i] = quote(c)
		}
	}
	return s.Exec("CREATE INDEX ON " + quote(table) + " (" + strings.Join(quoted, ", ") + ")")
}

// PlaceTexts numbers the texts of a column in another one: from 1 in the order of queries, equal numbers for texts that differ
// in letter case only, NULL for NULL. key tells the rows apart.
func (s *Session) PlaceTexts(table, key, column, place string) error {
	dialect := sqlgen.Postgres
	if _, ok := s.conn.(*duckConn); ok {
		dialect = sqlgen.DuckDB
	}
	t, k := quote(table), quote(key)
	return s.Exec("UPDATE " + t + " SET " + quote(place) + " = o.place FROM (SELECT " + k + " AS k, CAST(dense_rank() OVER (ORDER BY " +
		dialect.Folded(column) + ") AS integer) AS place FROM " + t + " WHERE " + quote(column) + " IS NOT NULL) AS o WHERE o.k = " + t + "." + k)
}

// Columns lists the columns of a table by name, none when the table does not exist.
func (s *Session) Columns(table string) (map[string]bool, error) {
	r, err := s.Query(`SELECT CAST(column_name AS text) FROM information_schema.columns
		WHERE table_name = $1 AND table_schema = current_schema()`, table)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	names := map[string]bool{}
	for r.Next() {
		for i := range r.Rows {
			names[string(r.Vectors[0].Text(i))] = true
		}
	}
	return names, r.Err()
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
