package db

import "boardwalk/internal/sqlgen"

// Select runs a query that was built for the occasion, in the words of the store's database. The name labels metrics.
// The caller closes the rows.
func (t *Tx) Select(name string, s *sqlgen.Select) (*Rows, error) { return t.built(name, "", s) }

// Explain tells how the database would run a query, line by line.
func (t *Tx) Explain(s *sqlgen.Select) (lines []string, err error) {
	command := "EXPLAIN "
	if t.db.dialect == SQLite {
		command = "EXPLAIN QUERY PLAN "
	}
	rows, err := t.built("db.explain", command, s)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		into := []any{&line}
		if t.db.dialect == SQLite {
			into = []any{new(int64), new(int64), new(int64), &line}
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

func (t *Tx) built(name, command string, s *sqlgen.Select) (*Rows, error) {
	dialect := sqlgen.Postgres
	if t.db.dialect == SQLite {
		dialect = sqlgen.SQLite
	}
	text, args := dialect.Print(s)
	text = command + text
	return t.Query(&Stmt{name: name, sqlite: text, postgres: text, reads: true, once: true}, args...)
}
