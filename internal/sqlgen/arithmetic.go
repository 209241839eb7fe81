package sqlgen

import "strings"

// Arithmetic of doubles that comes out the same on every database. DuckDB follows IEEE 754; PostgreSQL refuses results
// that are too small to be told from 0, has no remainder of doubles, and rounds their decimal form.
//
// documented: PostgreSQL, Mathematical Functions and Operators; observed: float8_mul raises an underflow when a product
// of two numbers other than 0 is 0.

// The conditions ask first whether a result can be that small, and then look at it scaled by 2^1074, where the least double
// is 1: what is not above a half is rounded to 0.
const (
	productPostgres = `(CASE WHEN abs(%1) < 1 AND abs(%2) < 1 AND least(abs(%1), abs(%2)) < 3.054936363499605e-151 AND %1 <> 0 AND %2 <> 0` +
		` AND abs((%1 * 4.4989137945431964e+161::float8) * (%2 * 4.4989137945431964e+161::float8)) <= 0.5 THEN 0 ELSE %1 * %2 END)`
	quotientPostgres = `(CASE WHEN abs(%1) < 8.881784197001252e-16 AND abs(%2) > 1 AND %1 <> 0` +
		` AND abs((%1 * 4.4989137945431964e+161::float8) / (%2 / 4.4989137945431964e+161::float8)) <= 0.5 THEN 0 ELSE %1 / nullif(%2, 0) END)`
	roundPostgres = `(trunc(%1) + CASE WHEN abs(%1 - trunc(%1)) >= 0.5 THEN sign(%1) ELSE 0 END)`
)

// remainderDuckDB refuses quotients that no double counts, as remainderPostgres does.
const remainderDuckDB = `(CASE WHEN isfinite(%1) AND abs(%1) >= 9007199254740992 * abs(nullif(%2, 0)) THEN error('a number is out of range') ELSE %1 %% nullif(%2, 0) END)`

// remainderPostgres is the exact remainder: dividend and divisor are scaled to where nothing is too small or too large, their
// quotient is truncated, and its product with the divisor is taken with its rounding error, after T. J. Dekker (1971).
// A quotient that was rounded up makes the remainder negative, which one more divisor mends.
const remainderPostgres = `(SELECT CASE WHEN d.a IS NULL OR d.b IS NULL OR d.b = 0 THEN NULL` +
	` WHEN d.a = 'NaN' OR d.b = 'NaN' OR abs(d.a) = 'Infinity' THEN 'NaN'` +
	` WHEN abs(d.a) < abs(d.b) THEN d.a` +
	` WHEN d.q >= 9007199254740992 THEN 1e308 * d.q` + // out of range
	` ELSE sign(d.a) * (CASE WHEN d.r < 0 THEN d.r + d.y WHEN d.r >= d.y THEN d.r - d.y ELSE d.r END) / d.s END` +
	` FROM (SELECT c.a, c.b, c.s, c.y, c.q, (c.x - c.q * c.y) - (((c.qh * c.yh - c.q * c.y) + c.qh * c.yl + c.ql * c.yh) + c.ql * c.yl) AS r` +
	` FROM (SELECT h.*, h.q - h.qh AS ql, h.y - h.yh AS yl` +
	` FROM (SELECT g.*, 134217729 * g.q - (134217729 * g.q - g.q) AS qh, 134217729 * g.y - (134217729 * g.y - g.y) AS yh` +
	` FROM (SELECT f.*, CASE WHEN f.x >= f.y THEN trunc(f.x / nullif(f.y, 0)) END AS q` +
	` FROM (SELECT e.*, abs(e.a) * e.s AS x, CASE WHEN abs(e.a) >= abs(e.b) THEN abs(e.b) * e.s END AS y` +
	` FROM (SELECT o.*, CASE WHEN abs(o.a) < abs(o.b) OR o.b = 0 THEN 1 WHEN abs(o.b) < 1e-200 THEN 4.149515568880993e+180 WHEN abs(o.b) > 1e200 THEN 2.409919865102884e-181 ELSE 1 END::float8 AS s` +
	` FROM (SELECT %::float8 AS a, %::float8 AS b OFFSET 0) AS o OFFSET 0) AS e OFFSET 0) AS f OFFSET 0) AS g OFFSET 0) AS h OFFSET 0) AS c OFFSET 0) AS d)`

// repeated prints a pattern that has arguments in several places. One that is no column or constant is computed beside it, or
// expressions in expressions would double with each line: OFFSET keeps PostgreSQL from putting it back.
func (p *printer) repeated(pattern string, args []Expr) {
	plain := true
	for _, a := range args {
		plain = plain && isPlain(a)
	}
	if plain {
		p.form(pattern, args)
		return
	}
	p.s("(SELECT ")
	p.form(pattern, []Expr{Col{Table: "once", Name: "a"}, Col{Table: "once", Name: "b"}}[:len(args)])
	p.s(" FROM (SELECT ")
	for i, a := range args {
		p.s([]string{"", ", "}[i])
		a.print(p)
		p.s(" AS ", Quote(string(rune('a'+i))))
	}
	p.s(" OFFSET 0) AS ", Quote("once"), ")")
}

func isPlain(e Expr) bool {
	switch e := e.(type) {
	case Col, Param, Int:
		return true
	case Cast:
		return isPlain(e.X)
	}
	return false
}

// remainder prints a remainder. In DuckDB, which computes equal expressions once, texts of expressions in expressions are
// kept from doubling by a list that a lambda looks at, as in Finite.
func (p *printer) remainder(args []Expr) {
	switch {
	case p.dialect == SQLite:
		p.form("(% %% nullif(%, 0))", args)
	case p.dialect == Postgres:
		p.form(remainderPostgres, args)
	case isPlain(args[0]) && isPlain(args[1]):
		p.form(remainderDuckDB, args)
	default:
		p.s("list_transform([struct_pack(a := ")
		args[0].print(p)
		p.s(", b := ")
		args[1].print(p)
		p.s(")], lambda x: ", strings.NewReplacer("%1", "x.a", "%2", "x.b", "%%", "%").Replace(remainderDuckDB), ")[1]")
	}
}
