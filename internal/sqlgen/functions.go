package sqlgen

import "strings"

// print writes a function call in the dialect's spelling.
func (c Call) print(p *printer) {
	a := c.Args
	switch c.Func {
	case Lower:
		p.lower(a[0])
	case Upper:
		p.upper(a[0])
	case Trim:
		p.form("trim(%)", a)
	case Length:
		p.form("length(%)", a)
	case Concat:
		p.form("(% || %)", a)
	case Contains:
		p.byDialect(a, "contains(%, %)", "(strpos(%, %) > 0)", "(instr(%, %) > 0)")
	case StartsWith:
		p.byDialect(a, "starts_with(%, %)", "starts_with(%, %)", "(instr(%, %) = 1)")
	case EndsWith:
		p.byDialect(a, "ends_with(%, %)", "(right(%1, length(%2)) = %2)", "(substr(%1, length(%1) - length(%2) + 1) = %2)")
	case IndexOf:
		p.byDialect(a, "(strpos(%, %) - 1)", "(strpos(%, %) - 1)", "(instr(%, %) - 1)")
	case Substring:
		p.substring(a)
	case Year, Month, Day, Hour, Minute:
		part := map[Func]string{Year: "year", Month: "month", Day: "day", Hour: "hour", Minute: "minute"}[c.Func]
		p.form("CAST(extract("+part+" FROM %) AS integer)", a)
	case Second: // PostgreSQL's seconds have a fraction
		p.byDialect(a, "CAST(extract(second FROM %) AS integer)", "CAST(floor(extract(second FROM %)) AS integer)", "")
	case FractionalSeconds:
		p.byDialect(a, "(CAST(extract(microsecond FROM %) %% 1000000 AS double) / 1000000)",
			"(CAST(CAST(extract(microsecond FROM %) AS bigint) %% 1000000 AS double precision) / 1000000)", "")
	case DateOf:
		p.form("CAST(% AS date)", a)
	case TimeOf:
		p.form("CAST(% AS time)", a)
	case Local:
		p.form("((% AT TIME ZONE 'UTC') AT TIME ZONE %)", a)
	case MinutesBetween:
		p.byDialect(a, "CAST((epoch_us(%2) - epoch_us(%1)) // 60000000 AS integer)",
			"CAST(trunc(extract(epoch FROM (%2 - %1)) / 60) AS integer)", "")
	case MicrosecondsBetween:
		p.byDialect(a, "(epoch_us(%2) - epoch_us(%1))", "CAST(extract(epoch FROM (%2 - %1)) * 1000000 AS bigint)", "")
	case Later: // days apart from the rest: PostgreSQL multiplies intervals by doubles
		p.byDialect(a, "(%1 + to_microseconds(%2))",
			"(%1 + make_interval(days => CAST(%2 / 86400000000 AS integer)) + (%2 %% 86400000000) * INTERVAL '1 microsecond')", "")
	case Round: // PostgreSQL rounds halves of doubles to even, and a numeric of one has 15 digits
		if p.dialect == Postgres {
			p.repeated(roundPostgres, a)
		} else {
			p.form("round(%)", a)
		}
	case Floor: // SQLite has neither without an extension
		p.byDialect(a, "floor(%)", "floor(%)", "CAST(CAST(%1 AS integer) - (%1 < CAST(%1 AS integer)) AS double)")
	case Ceiling:
		p.byDialect(a, "ceil(%)", "ceil(%)", "CAST(CAST(%1 AS integer) + (%1 > CAST(%1 AS integer)) AS double)")
	case Modulo:
		p.byDialect(a, "(% %% nullif(%, 0))", "mod(%, nullif(%, 0))", "(% %% nullif(%, 0))")
	case ModuloDouble:
		p.remainder(a)
	case IntDivide:
		p.byDialect(a, "(% // nullif(%, 0))", "(% / nullif(%, 0))", "(% / nullif(%, 0))")
	case Product:
		if p.dialect == Postgres {
			p.repeated(productPostgres, a)
		} else {
			p.form("(% * %)", a)
		}
	case Quotient:
		if p.dialect == Postgres {
			p.repeated(quotientPostgres, a)
		} else {
			p.form("(% / nullif(%, 0))", a)
		}
	case Divide:
		p.form("(% / nullif(%, 0))", a)
	case Negate:
		p.form("(- %)", a)
	case Coalesce:
		p.s("coalesce(")
		p.list(a)
		p.s(")")
	case RowNumber:
		p.s("row_number()")
	case DenseRank:
		p.s("dense_rank()")
	case BitAnd:
		p.form("(% & %)", a)
	case DayNumber:
		p.byDialect(a, "CAST(% - DATE '1970-01-01' AS integer)", "CAST(% - DATE '1970-01-01' AS integer)", "")
	}
}

// print writes a search for words. PostgreSQL's classes of characters depend on the collation, which is that of lower.
func (h HasWords) print(p *printer) {
	const between = "[^[:alnum:]_]"
	words := make([]string, len(h.Words))
	for i, w := range h.Words {
		words[i] = strings.ToLower(w)
	}
	if p.dialect == SQLite {
		p.s("has_words(")
		h.X.print(p)
		p.s(", ")
		Param{strings.Join(words, " "), Text}.print(p)
		p.s(", ")
		Param{h.Prefix, Bool}.print(p)
		p.s(")")
		return
	}
	pattern := "(^|" + between + ")" + strings.Join(words, between+"+")
	if !h.Prefix {
		pattern += "($|" + between + ")"
	}
	p.form(`(lower(replace(replace(%, 'Σ', 'σ'), 'İ', 'i') COLLATE "und-x-icu") ~ `, []Expr{h.X})
	Param{pattern, Text}.print(p)
	p.s(")")
}

func (p *printer) byDialect(args []Expr, duckdb, postgres, sqlite string) {
	p.form(map[Dialect]string{DuckDB: duckdb, Postgres: postgres, SQLite: sqlite}[p.dialect], args)
}

// form prints a pattern in which % is the next argument, %1 and %2 a certain one, and %% a percent sign.
func (p *printer) form(pattern string, args []Expr) {
	next := 0
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' {
			p.b.WriteByte(pattern[i])
			continue
		}
		follow := byte(0)
		if i+1 < len(pattern) {
			follow = pattern[i+1]
		}
		switch follow {
		case '%':
			p.b.WriteByte('%')
			i++
		case '1', '2':
			args[follow-'1'].print(p)
			i++
		default:
			args[next].print(p)
			next++
		}
	}
}

// print writes the number twice, which DuckDB computes once; one that was checked inside stands in a list that a lambda
// looks at, or each level would double the text.
func (f Finite) print(p *printer) {
	if p.dialect != DuckDB || f.Lenient != nil && *f.Lenient {
		f.X.print(p)
		return
	}
	const refuse = "ELSE error('a number is out of range') END"
	inner := &printer{dialect: p.dialect, params: p.params}
	f.X.print(inner)
	p.params = inner.params
	text := inner.b.String()
	if strings.Contains(text, refuse) {
		p.s("list_transform([", text, "], lambda x: CASE WHEN isfinite(x) IS NOT FALSE THEN x ", refuse, ")[1]")
		return
	}
	p.s("(CASE WHEN isfinite(", text, ") IS NOT FALSE THEN ", text, " ", refuse, ")")
}

// substring treats a negative start as 0; the databases would count from the end or shorten the result. Their positions
// have 32 bits.
func (p *printer) substring(a []Expr) {
	const position = "CAST(CASE WHEN %1 < 0 THEN 0 WHEN %1 > 2147483646 THEN 2147483646 ELSE %1 END AS integer)"
	p.form("substr(%, ", a)
	p.form(position+" + 1", a[1:])
	if len(a) == 3 {
		p.form(", "+position, a[2:])
	}
	p.s(")")
}

func (a Aggregate) print(p *printer) { p.cast(a.result(), func() { a.bare(p) }) }

// result is the type an aggregate is cast to, 0 for its own.
func (a Aggregate) result() Type {
	switch a.Func {
	case SumInt, AvgInt:
		return Int64
	case Avg, StdDevSample, StdDevPopulation, VarSample, VarPopulation: // of integers PostgreSQL's are numerics
		return Double
	}
	return 0
}

func (p *printer) cast(to Type, body func()) {
	if to == 0 {
		body()
		return
	}
	p.s("CAST(")
	body()
	p.s(" AS ", p.dialect.typeName(to), ")")
}

// extremeText prints the first or last text in the order of Lower: text that differs in case only is equal.
func (a Aggregate) extremeText(p *printer) {
	switch p.dialect {
	case DuckDB:
		p.s(map[Agg]string{MinText: "arg_min(", MaxText: "arg_max("}[a.Func])
		a.Arg.print(p)
		p.s(", ")
		p.lower(a.Arg)
		p.s(")")
	case Postgres:
		p.s("(array_agg(")
		a.Arg.print(p)
		p.s(" ORDER BY ")
		p.lower(a.Arg)
		p.s(map[Agg]string{MinText: " ASC NULLS LAST)", MaxText: " DESC NULLS LAST)"}[a.Func])
	}
	if a.Filter != nil {
		p.s(" FILTER (WHERE ")
		a.Filter.print(p)
		p.s(")")
	}
	if p.dialect == Postgres {
		p.s(")[1]")
	}
}

func (a Aggregate) bare(p *printer) {
	if a.Func == MinText || a.Func == MaxText {
		a.extremeText(p)
		return
	}
	if a.Func == Percentile {
		p.byDialect([]Expr{a.Arg, a.At}, "quantile_cont(%1, %2)", "percentile_cont(%2) WITHIN GROUP (ORDER BY %1)", "")
		return
	}
	if a.Func == Avg && p.dialect == Postgres { // its own refuses numbers whose squares are too large
		p.s("(CAST(")
		sum, count := a, a
		sum.Func, count.Func, count.Sorted = Sum, Count, false
		sum.bare(p)
		p.s(" AS double precision) / nullif(")
		count.bare(p)
		p.s(", 0))")
		return
	}
	name := map[Agg]string{
		Count: "count", Sum: "sum", SumInt: "sum", Min: "min", Max: "max", Avg: "avg", AvgInt: "avg", AnyValue: "min",
		StdDevSample: "stddev_samp", StdDevPopulation: "stddev_pop", VarSample: "var_samp", VarPopulation: "var_pop",
		ApproxDistinct: "count",
	}[a.Func]
	distinct := a.Distinct
	if a.Func == ApproxDistinct {
		if p.dialect == DuckDB {
			name = "approx_count_distinct"
		} else {
			distinct = true
		}
	}
	if a.Func == AnyValue && p.dialect == DuckDB {
		name = "any_value" // measured: half the time of min over text
	}
	p.s(name, "(")
	if distinct {
		p.s("DISTINCT ")
	}
	if a.Arg == nil {
		p.s("*")
	} else {
		a.Arg.print(p)
	}
	if a.Sorted {
		p.s(" ORDER BY ")
		a.Arg.print(p)
	}
	p.s(")")
	if a.Filter != nil {
		p.s(" FILTER (WHERE ")
		a.Filter.print(p)
		p.s(")")
	}
}
