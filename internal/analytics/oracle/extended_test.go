package oracle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The rarer parts of the language and the extensions, as trees like those of expression_test.go and apply_test.go.

// span of time as literals spell it.
func lasting(d time.Duration) literal {
	return literal{d, "duration'PT" + strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "S'"}
}

// shifted does arithmetic with moments and durations; nothing when an operand is neither.
func shifted(op string, x, y any) (any, bool) {
	sign := time.Duration(1)
	if op == "sub" {
		sign = -1
	}
	at, isMoment := x.(time.Time)
	d, isDuration := y.(time.Duration)
	until, both := y.(time.Time)
	switch {
	case isMoment && isDuration:
		return at.Add(sign * d), true
	case isMoment && both:
		return at.Sub(until), true
	}
	if first, ok := x.(time.Duration); ok && isDuration {
		return first + sign*d, true
	}
	return nil, false
}

// isof tells whether a value is there and of a type.
type isof struct {
	of   path
	is   bool // of the type, when it is there
	name string
}

func (i isof) rank() int        { return tightRank }
func (i isof) text() string     { return "isof(" + i.of.text() + "," + i.name + ")" }
func (i isof) eval(s scope) any { return i.is && i.of.eval(s) != nil }

// searched tells whether words occur in a work item's title or tags.
type searched struct {
	terms []string
	op    string // AND or OR
	not   bool   // the last one
}

func (x searched) rank() int { return tightRank }

func (x searched) text() string {
	var parts []string
	for i, term := range x.terms {
		if strings.ContainsFunc(term, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') }) || slices.Contains([]string{"AND", "OR", "NOT"}, term) {
			term = `"` + term + `"`
		}
		if x.not && i == len(x.terms)-1 {
			term = "NOT " + term
		}
		parts = append(parts, term)
	}
	return strings.Join(parts, " "+x.op+" ")
}

func (x searched) eval(s scope) any {
	for i, term := range x.terms {
		found := mentions(s.rows[""], strings.ToLower(term)) != (x.not && i == len(x.terms)-1)
		if found != (x.op == "AND") {
			return found
		}
	}
	return x.op == "AND"
}

// searchStep is search(words).
type searchStep struct{ searched }

func (x searchStep) text() string { return "search(" + x.searched.text() + ")" }

func (x searchStep) apply(w *world, rows []row, columns []column) ([]row, []column) {
	return where(w, rows, x.searched), columns
}

// rankStep keeps the first rows by a number: topcount, topsum, toppercent and their opposites. Rows of one number keep the
// order of their key.
type rankStep struct {
	method string
	n      int64
	by     path
	key    string
}

func (x rankStep) text() string {
	return x.method + "(" + strconv.FormatInt(x.n, 10) + "," + x.by.text() + ")"
}

func (x rankStep) apply(w *world, rows []row, columns []column) ([]row, []column) {
	list := keep(rows, func(r row) bool { return x.by.eval(w.scope(r)) != nil })
	keys := []order{{x.by, strings.HasPrefix(x.method, "top")}, {by: path{to: []string{x.key}}}}
	list = slices.Concat(grouped(w, list, keys)...)
	enough := float64(x.n)
	switch {
	case strings.HasSuffix(x.method, "count"):
		return list[:min(len(list), int(x.n))], columns
	case strings.HasSuffix(x.method, "percent"):
		all := 0.0
		for _, r := range list {
			all += toFloat(x.by.eval(w.scope(r)))
		}
		enough = all * enough / 100
	}
	sum := 0.0
	for i, r := range list {
		if sum >= enough {
			return list[:i], columns
		}
		sum += toFloat(x.by.eval(w.scope(r)))
	}
	return list, columns
}

// concatStep answers the rows of several groupings, each with its own members.
type concatStep struct {
	spelled string // as rollup, "" for concat
	parts   []groupStep
}

func (x concatStep) text() string {
	if x.spelled != "" {
		return x.spelled
	}
	var texts []string
	for _, p := range x.parts {
		texts = append(texts, p.text())
	}
	return "concat(" + strings.Join(texts, ",") + ")"
}

func (x concatStep) apply(w *world, rows []row, _ []column) (out []row, columns []column) {
	for _, p := range x.parts {
		part, own := p.apply(w, rows, nil)
		out = append(out, part...)
		for _, c := range own {
			if !slices.ContainsFunc(columns, func(known column) bool { return slices.Equal(known.path, c.path) }) {
				columns = append(columns, c)
			}
		}
	}
	return out, columns
}

// rollup is groupby with members that are left out one after the other. All rows together are one, even when there are
// none.
func rollup(fixed, rolled []column, all bool, aggregates []aggregate) concatStep {
	names := func(list []column) string {
		var texts []string
		for _, c := range list {
			texts = append(texts, strings.Join(c.path, "/"))
		}
		return strings.Join(texts, ",")
	}
	members := "rollup(" + names(rolled) + ")"
	least := 1
	if all {
		members, least = "rollup($all,"+names(rolled)+")", 0
	}
	if len(fixed) > 0 {
		members = names(fixed) + "," + members
	}
	x := concatStep{}
	for n := len(rolled); n >= least; n-- {
		x.parts = append(x.parts, groupStep{by: slices.Concat(fixed, rolled[:n]), aggregates: aggregates})
	}
	last := groupStep{aggregates: aggregates}
	x.spelled = "groupby((" + members + ")," + last.text() + ")"
	return x
}

// different counts different values, texts whatever their case.
func different(values []any) int64 {
	seen := map[string]bool{}
	for _, v := range values {
		seen[strings.ToLower(fmt.Sprint(v))] = true
	}
	return int64(len(seen))
}
