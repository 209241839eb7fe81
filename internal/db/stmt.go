package db

import (
	"fmt"
	"strings"
)

// Stmt is a named SQL statement. Parameters are numbered $1, $2, … in both dialects. Statements are package-level
// values, prepared once per connection.
type Stmt struct {
	name     string
	sqlite   string
	postgres string
	reads    bool // certainly writes nothing
	once     bool // not worth being kept prepared
}

// SQL registers a statement that reads the same on both databases. The name ("work.insertRevision") labels metrics.
func SQL(name, text string) *Stmt { return TwinSQL(name, text, text) }

// TwinSQL registers a statement whose text differs between the databases; the twins stand next to each other.
func TwinSQL(name, sqlite, postgres string) *Stmt {
	return &Stmt{name: name, sqlite: numbered(sqlite), postgres: postgres, reads: strings.HasPrefix(strings.TrimSpace(sqlite), "SELECT ")}
}

// Name is the name the statement was registered under.
func (s *Stmt) Name() string { return s.name }

// numbered rewrites $n to ?n: the SQLite driver binds $n by order of appearance and ?n by number.
func numbered(text string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
			b.WriteByte(c)
		case c == '$' && !quoted && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9':
			b.WriteByte('?')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// List is n consecutive parameters from $first on, "$3,$4,$5": the way to write an IN list that both databases prepare
// once. Callers pad short lists with a value that matches nothing.
func List(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "$%d", first+i)
	}
	return b.String()
}

// Plan is the statement that shows how the database would run this one; for tests that hold a plan.
func (s *Stmt) Plan() *Stmt {
	return &Stmt{name: s.name + ".plan", sqlite: "EXPLAIN QUERY PLAN " + s.sqlite, postgres: "EXPLAIN " + s.postgres, reads: true}
}
