package odata

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// TestPrint_RoundTrip prints generated trees and parses them again. The trees are made by hand, literals without their
// spelling, so that parentheses and spellings are the printer's own work.
func TestPrint_RoundTrip(t *testing.T) {
	for seed := range uint64(3000) {
		g := &generator{rand.New(rand.NewPCG(seed, 7))}
		q := g.query(3, false)
		text := q.Encode()
		again, err := ParseQuery(text)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s\n%s", seed, err, text, dumpQuery(q, false))
		}
		if got, want := dumpQuery(again, false), dumpQuery(q, false); got != want {
			t.Fatalf("seed %d: %s\ngives\n%swant\n%s", seed, text, got, want)
		}
		if got := again.Encode(); got != text {
			t.Fatalf("seed %d: printed again\n%s\nwant\n%s", seed, got, text)
		}
	}
}

// generator makes random trees of the shapes the parser can make.
type generator struct{ *rand.Rand }

func pick[T any](g *generator, items ...T) T { return items[g.IntN(len(items))] }

func some[T any](g *generator, item func() T) []T {
	items := make([]T, 1+g.IntN(3))
	for i := range items {
		items[i] = item()
	}
	return items
}

func (g *generator) maybe() bool { return g.IntN(2) == 0 }

func (g *generator) query(depth int, nested bool) *Query {
	q := &Query{}
	for range 1 + g.IntN(4) {
		switch g.IntN(12) {
		case 0:
			q.Apply = g.steps(depth)
		case 1:
			q.Compute = some(g, func() ComputeItem { return g.compute(depth) })
		case 2, 3:
			q.Filter = g.expr(depth)
		case 4:
			q.Search = pick(g, "a", `"b;)" AND (c OR d)`, `한글 "&"`)
		case 5:
			q.OrderBy = some(g, func() OrderItem { return g.order(depth) })
		case 6, 7:
			q.Expand = some(g, func() ExpandItem { return g.expand(depth) })
		case 8:
			q.Select = some(g, func() SelectItem {
				if g.IntN(5) == 0 {
					return SelectItem{Star: true}
				}
				return SelectItem{Path: g.members()}
			})
		case 9:
			q.Count = pick(g, new(bool), ptr(true))
		case 10:
			q.Top, q.Skip = pick(g, nil, ptr(int64(0))), ptr(g.Int64())
		case 11:
			if nested {
				q.Levels = pick(g, &Levels{Max: true}, &Levels{N: g.Int64()})
				continue
			}
			q.SkipToken, q.Format = pick(g, "", "a=b&c d+e%"), pick(g, "", "application/json;odata.metadata=none")
			q.Aliases = map[string]Expr{"@a": g.expr(depth), "@한": &List{Items: some(g, func() Expr { return g.expr(depth) })}}
			q.Custom = []Option{{"top", "5"}, {"a=b=c", ""}, {"&", "=%&+#한"}, {"", "x"}}
		}
	}
	return q
}

func ptr[T any](v T) *T { return &v }

func (g *generator) name() string {
	return pick(g, "State", "Area", "x", "Custom_필드", "nullable", "P", "Count", "desc", "rollup", "filter")
}

func (g *generator) members() Expr {
	path := &Member{Name: g.name()}
	for g.IntN(3) == 0 {
		path = &Member{Source: path, Name: pick(g, "any", "not", "P1D", "and", g.name())}
	}
	return path
}

// path is a path of any shape, what may have further segments.
func (g *generator) path(depth int) Expr {
	if depth == 0 {
		return g.members()
	}
	switch g.IntN(9) {
	case 0:
		return pick[Expr](g, &It{}, &Root{}, &This{}, &Alias{Name: "@a"})
	case 1:
		return &Member{Source: &Cast{Source: g.path(depth - 1), Type: "Ns.Bug"}, Name: g.name()}
	case 2:
		return &Call{Source: g.path(depth - 1), Name: "Ns.f", Args: g.args(depth)}
	case 3:
		return &Call{Name: pick(g, "contains", "now", "Own", "Ns.g"), Args: g.args(depth)}
	}
	return g.members()
}

func (g *generator) args(depth int) []Expr {
	if g.IntN(4) == 0 {
		return nil
	}
	return some(g, func() Expr { return g.expr(depth - 1) })
}

func (g *generator) expr(depth int) Expr {
	if depth <= 0 {
		return pick(g, g.literal(), g.members())
	}
	sub := func() Expr { return g.expr(depth - 1) }
	switch g.IntN(12) {
	case 0:
		return g.literal()
	case 1:
		return g.path(depth)
	case 2:
		return &Unary{Op: pick(g, "not", "-"), X: sub()}
	case 3:
		if g.maybe() {
			return &In{X: sub(), From: &Alias{Name: "@한"}}
		}
		return &In{X: sub(), List: some(g, sub)}
	case 4:
		return &Count{Source: g.path(depth - 1), Filter: pick(g, nil, sub())}
	case 5:
		if g.IntN(3) == 0 {
			return &Lambda{Source: g.path(depth - 1)}
		}
		return &Lambda{Source: g.path(depth - 1), All: g.maybe(), Var: g.name(), Body: sub()}
	case 6:
		return &Call{Name: "cast", Args: []Expr{sub(), &TypeName{Name: "Edm.Int32"}}}
	}
	op := pick(g, "and", "or", "eq", "ne", "gt", "ge", "lt", "le", "has", "add", "sub", "mul", "div", "divby", "mod")
	return &Binary{Op: op, Left: sub(), Right: sub()}
}

func (g *generator) literal() Expr {
	day := time.Date(1+g.IntN(9999), time.Month(1+g.IntN(12)), 1+g.IntN(28), 0, 0, 0, 0, time.UTC)
	clock := time.Duration(g.Int64N(int64(24 * time.Hour)))
	switch g.IntN(12) {
	case 0:
		return &Literal{Kind: NullLit}
	case 1:
		return &Literal{Kind: BoolLit, Value: g.maybe()}
	case 2:
		return &Literal{Kind: IntLit, Value: pick(g, 0, math.MinInt64, math.MaxInt64, -g.Int64(), g.Int64())}
	case 3:
		return &Literal{Kind: FloatLit, Value: pick(g, 0, 1, -1e300, 5e-324, math.Inf(1), math.Inf(-1), math.NaN(), g.NormFloat64())}
	case 4:
		return &Literal{Kind: GuidLit, Value: fmt.Sprintf("%08x-1234-abcd-ef00-%012x", g.Uint32(), g.Uint32())}
	case 5:
		zone := time.FixedZone("", (g.IntN(29)-14)*3600)
		at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone).Add(pick(g, 0, clock))
		return &Literal{Kind: DateTimeLit, Value: at}
	case 6:
		return &Literal{Kind: DateTimeLit, Value: day.Add(clock), NoOffset: true}
	case 7:
		return &Literal{Kind: DateLit, Value: day}
	case 8:
		return &Literal{Kind: TimeLit, Value: pick(g, 0, clock)}
	case 9:
		return &Literal{Kind: DurationLit, Value: pick(g, 0, clock, -clock, time.Duration(math.MaxInt64), -time.Nanosecond)}
	case 10:
		return &Literal{Kind: EnumLit, Type: "Ns.Period", Value: "Day,Month"}
	}
	return &Literal{Kind: StringLit, Value: pick(g, "", "it's", "'", `a&b;c,d)e=f%+"\`, "한글 😀\r\n", "null")}
}

func (g *generator) compute(depth int) ComputeItem {
	return ComputeItem{Expr: g.expr(depth - 1), As: g.name()}
}

func (g *generator) order(depth int) OrderItem {
	return OrderItem{Expr: g.expr(depth - 1), Desc: g.maybe()}
}

func (g *generator) expand(depth int) ExpandItem {
	item := ExpandItem{Star: g.IntN(6) == 0}
	if !item.Star {
		item.Path, item.Count = g.members(), g.IntN(5) == 0
	}
	if depth > 0 && g.maybe() {
		item.Options = g.query(depth-1, true)
	}
	return item
}

func (g *generator) steps(depth int) []Transformation {
	return some(g, func() Transformation { return g.step(depth) })
}

func (g *generator) step(depth int) Transformation {
	if depth <= 0 {
		return pick[Transformation](g, &Identity{}, &TopBy{N: g.Int64()}, &SkipBy{N: 0})
	}
	switch g.IntN(9) {
	case 0:
		return &FilterBy{Expr: g.expr(depth)}
	case 1:
		group := &GroupBy{Members: some(g, func() GroupMember { return g.member(depth) })}
		if g.maybe() {
			group.Apply = g.steps(depth - 1)
		}
		return group
	case 2:
		return &ComputeBy{Items: some(g, func() ComputeItem { return g.compute(depth) })}
	case 3:
		expand := &ExpandBy{Path: g.members()}
		if g.maybe() {
			expand.Apply = g.steps(depth - 1)
		}
		return expand
	case 4:
		return &Concat{Sequences: [][]Transformation{g.steps(depth - 1), g.steps(depth - 1)}}
	case 5:
		return &Ranked{Method: pick(g, "topcount", "topsum", "bottompercent"), N: g.expr(0), By: g.expr(depth - 1)}
	case 6:
		return &SearchBy{Text: `a OR "b)"`}
	case 7:
		return &SortBy{Items: some(g, func() OrderItem { return g.order(depth) })}
	}
	return &Aggregate{Items: some(g, func() AggregateItem { return g.aggregate(depth) })}
}

func (g *generator) member(depth int) GroupMember {
	if g.IntN(4) > 0 {
		return GroupMember{Expr: g.expr(depth - 1)}
	}
	rollup := some(g, func() GroupMember { return GroupMember{Expr: g.members()} })
	if g.maybe() {
		rollup = append([]GroupMember{{All: true}}, rollup...)
	}
	return GroupMember{Rollup: rollup}
}

func (g *generator) aggregate(depth int) AggregateItem {
	item := AggregateItem{As: g.name()}
	switch g.IntN(4) {
	case 0:
		item.Count = true
	case 1:
		item.Count, item.Expr = true, g.path(depth)
	case 2:
		item.Expr, item.As = g.members(), pick(g, "", "Total")
	default:
		item.Expr, item.Method = g.expr(depth), pick(g, "sum", "ax.Variance")
		if item.From = g.IntN(4) == 0; item.From {
			item.FromText = "Time/Year with average"
		}
	}
	return item
}
