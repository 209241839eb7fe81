package sqlgen

import "strings"

// Cases of letters are the simple mappings of Unicode, one letter for one, on every database: DuckDB and Go have no others.
// Those of PostgreSQL's ICU are the full ones: they depend on a letter's place in its word, and make two letters of one.

// lowerPostgres keeps ICU from making a final sigma of a capital one, and two letters of an I with a dot.
const lowerPostgres = `(lower(replace(replace(%, 'Σ', 'σ'), 'İ', 'i') COLLATE "und-x-icu") COLLATE "C")`

// lowerColumnPostgres does so for columns, whose texts are mostly plain: those are four times faster without ICU.
const lowerColumnPostgres = `(CASE WHEN octet_length(%1) = length(%1) THEN lower(%1 COLLATE "C") COLLATE "C"` +
	` ELSE lower(replace(replace(%1, 'Σ', 'σ'), 'İ', 'i') COLLATE "und-x-icu") COLLATE "C" END)`

// Letters whose full upper case is more than one letter, and their simple ones.
const (
	widening = "ßŉǰΐΰևẖẗẘẙẚὐὒὔὖᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯᾲᾳᾴᾶᾷᾼῂῃῄῆῇῌῒΐῖῗῢΰῤῦῧῲῳῴῶῷῼﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ"
	narrow   = "ẞŉǰΐΰևẖẗẘẙẚὐὒὔὖᾈᾉᾊᾋᾌᾍᾎᾏᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾨᾩᾪᾫᾬᾭᾮᾯᾲᾼᾴᾶᾷᾼῂῌῄῆῇῌῒΐῖῗῢΰῤῦῧῲῼῴῶῷῼﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ"
)

// lower prints text in lower case. PostgreSQL's lower depends on the database's locale and its order on the collation,
// so both are spelled out; DuckDB's are the Unicode mapping and byte order.
func (p *printer) lower(x Expr) {
	switch p.dialect {
	case Postgres:
		if col, ok := x.(Col); ok {
			p.form(lowerColumnPostgres, []Expr{col})
		} else {
			p.form(lowerPostgres, []Expr{x})
		}
	case SQLite: // its own function knows ASCII only and is many times faster than one in Go
		p.form("(CASE WHEN length(%1) = length(CAST(%1 AS blob)) THEN lower(%1) ELSE unicode_lower(%1) END)", []Expr{x})
	default:
		p.form("lower(%)", []Expr{x})
	}
}

// upper prints text in upper case. PostgreSQL is shown letters that nobody uses in place of those it would widen.
func (p *printer) upper(x Expr) {
	if p.dialect != Postgres {
		p.form("upper(%)", []Expr{x})
		return
	}
	var unused strings.Builder
	letter := rune(0xF0000) // the first of a plane for private use
	for range widening {
		unused.WriteRune(letter)
		letter++
	}
	p.form("translate(upper(translate(%, '"+widening+"', '"+unused.String()+"') COLLATE \"und-x-icu\"), '"+unused.String()+"', '"+narrow+"')", []Expr{x})
}
