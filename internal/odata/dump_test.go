package odata

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// dump writes trees for golden files and for comparison, one node per line with its position. Without positions, two
// dumps are equal exactly when the trees mean the same.
type dump struct {
	strings.Builder
	indent    int
	positions bool
}

func dumpQuery(q *Query, positions bool) string {
	d := &dump{positions: positions}
	d.query(q)
	return d.Builder.String()
}

func dumpExpr(e Expr, positions bool) string {
	d := &dump{positions: positions}
	d.expr(e)
	return d.Builder.String()
}

func dumpSteps(steps []Transformation, positions bool) string {
	d := &dump{positions: positions}
	d.steps(steps)
	return d.Builder.String()
}

// line writes a node; pos below zero means that it has none.
func (d *dump) line(pos int, format string, args ...any) {
	d.WriteString(strings.Repeat("  ", d.indent))
	fmt.Fprintf(d, format, args...)
	if d.positions && pos >= 0 {
		fmt.Fprintf(d, " @%d", pos)
	}
	d.WriteString("\n")
}

func (d *dump) under(write func()) {
	d.indent++
	write()
	d.indent--
}

func (d *dump) query(q *Query) {
	section := func(present bool, name string, write func()) {
		if present {
			d.line(-1, "%s", name)
			d.under(write)
		}
	}
	section(q.Apply != nil, "$apply", func() { d.steps(q.Apply) })
	section(q.Compute != nil, "$compute", func() { d.compute(q.Compute) })
	section(q.Filter != nil, "$filter", func() { d.expr(q.Filter) })
	section(q.Search != "", "$search", func() { d.line(-1, "%q", q.Search) })
	section(q.OrderBy != nil, "$orderby", func() { d.order(q.OrderBy) })
	section(q.Expand != nil, "$expand", func() {
		for _, item := range q.Expand {
			d.expandItem(item)
		}
	})
	section(q.Select != nil, "$select", func() {
		for _, item := range q.Select {
			if item.Star {
				d.line(item.Pos, "*")
			} else {
				d.expr(item.Path)
			}
		}
	})
	section(q.Count != nil, "$count", func() { d.line(-1, "%t", *q.Count) })
	section(q.Top != nil, "$top", func() { d.line(-1, "%d", *q.Top) })
	section(q.Skip != nil, "$skip", func() { d.line(-1, "%d", *q.Skip) })
	section(q.SkipToken != "", "$skiptoken", func() { d.line(-1, "%q", q.SkipToken) })
	section(q.Format != "", "$format", func() { d.line(-1, "%q", q.Format) })
	section(q.Levels != nil, "$levels", func() { d.line(-1, "max=%t n=%d", q.Levels.Max, q.Levels.N) })
	for _, name := range slices.Sorted(maps.Keys(q.Aliases)) {
		section(true, name, func() { d.expr(q.Aliases[name]) })
	}
	for _, custom := range q.Custom {
		d.line(-1, "custom %q=%q", custom.Name, custom.Value)
	}
}

func (d *dump) expandItem(item ExpandItem) {
	d.line(item.Pos, "item star=%t count=%t", item.Star, item.Count)
	d.under(func() {
		if item.Path != nil {
			d.expr(item.Path)
		}
		if item.Options != nil {
			d.query(item.Options)
		}
	})
}

func (d *dump) order(items []OrderItem) {
	for _, item := range items {
		d.line(-1, "desc=%t", item.Desc)
		d.under(func() { d.expr(item.Expr) })
	}
}

func (d *dump) compute(items []ComputeItem) {
	for _, item := range items {
		d.line(item.Pos, "as %s", item.As)
		d.under(func() { d.expr(item.Expr) })
	}
}

func (d *dump) steps(steps []Transformation) {
	for _, step := range steps {
		d.step(step)
	}
}

func (d *dump) step(step Transformation) {
	switch t := step.(type) {
	case *FilterBy:
		d.line(t.Pos, "filter")
		d.under(func() { d.expr(t.Expr) })
	case *GroupBy:
		d.line(t.Pos, "groupby")
		d.under(func() {
			d.members(t.Members)
			d.steps(t.Apply)
		})
	case *Aggregate:
		d.line(t.Pos, "aggregate")
		d.under(func() {
			for _, item := range t.Items {
				d.line(item.Pos, "item count=%t method=%q from=%t as %q", item.Count, item.Method, item.From, item.As)
				if item.Expr != nil {
					d.under(func() { d.expr(item.Expr) })
				}
			}
		})
	case *ComputeBy:
		d.line(t.Pos, "compute")
		d.under(func() { d.compute(t.Items) })
	case *ExpandBy:
		d.line(t.Pos, "expand")
		d.under(func() {
			d.expr(t.Path)
			d.steps(t.Apply)
		})
	case *Concat:
		d.line(t.Pos, "concat")
		for _, sequence := range t.Sequences {
			d.under(func() {
				d.line(-1, "sequence")
				d.under(func() { d.steps(sequence) })
			})
		}
	case *Ranked:
		d.line(t.Pos, "%s", t.Method)
		d.under(func() {
			d.expr(t.N)
			d.expr(t.By)
		})
	case *SearchBy:
		d.line(t.Pos, "search %q", t.Text)
	case *SortBy:
		d.line(t.Pos, "orderby")
		d.under(func() { d.order(t.Items) })
	case *TopBy:
		d.line(t.Pos, "top %d", t.N)
	case *SkipBy:
		d.line(t.Pos, "skip %d", t.N)
	case *Identity:
		d.line(t.Pos, "identity")
	default:
		d.line(-1, "unknown transformation %T", step)
	}
}

func (d *dump) members(members []GroupMember) {
	for _, member := range members {
		switch {
		case member.All:
			d.line(-1, "$all")
		case member.Rollup != nil:
			d.line(-1, "rollup")
			d.under(func() { d.members(member.Rollup) })
		default:
			d.expr(member.Expr)
		}
	}
}

func (d *dump) expr(expr Expr) {
	var children []Expr
	switch e := expr.(type) {
	case *Literal:
		d.literal(e)
	case *Member:
		d.line(e.Pos, "%s", e.Name)
		children = []Expr{e.Source}
	case *It:
		d.line(e.Pos, "$it")
	case *Root:
		d.line(e.Pos, "$root")
	case *This:
		d.line(e.Pos, "$this")
	case *Lambda:
		d.line(e.Pos, "lambda all=%t var=%q", e.All, e.Var)
		children = []Expr{e.Source, e.Body}
	case *Count:
		d.line(e.Pos, "$count")
		children = []Expr{e.Source, e.Filter}
	case *Cast:
		d.line(e.Pos, "as type %s", e.Type)
		children = []Expr{e.Source}
	case *Call:
		d.line(e.Pos, "%s() bound=%t", e.Name, e.Source != nil)
		children = append([]Expr{e.Source}, e.Args...)
	case *TypeName:
		d.line(e.Pos, "type %s", e.Name)
	case *Unary:
		d.line(e.Pos, "unary %s", e.Op)
		children = []Expr{e.X}
	case *Binary:
		d.line(e.Pos, "binary %s", e.Op)
		children = []Expr{e.Left, e.Right}
	case *In:
		d.line(e.Pos, "in")
		children = append([]Expr{e.X}, e.List...)
		if e.From != nil {
			children = append(children, e.From)
		}
	case *List:
		d.line(e.Pos, "list")
		children = e.Items
	case *Alias:
		d.line(e.Pos, "alias %s", e.Name)
	default:
		d.line(-1, "unknown expression %T", expr)
	}
	d.under(func() {
		for _, child := range children {
			if child != nil {
				d.expr(child)
			}
		}
	})
}

func (d *dump) literal(l *Literal) {
	kinds := []string{"null", "bool", "int", "float", "string", "guid", "datetime", "date", "time", "duration", "enum"}
	value := fmt.Sprintf("%v", l.Value)
	switch v := l.Value.(type) {
	case string:
		value = fmt.Sprintf("%q", v)
	case time.Time:
		value = v.Format(time.RFC3339Nano)
	}
	text := kinds[l.Kind]
	if l.Kind != NullLit {
		text += " " + value
	}
	if l.Type != "" {
		text += " of " + l.Type
	}
	if l.NoOffset {
		text += " without offset"
	}
	d.line(l.Pos, "%s", text)
}
