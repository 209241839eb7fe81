package odata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// bound is the precedence of an expression as a whole.
func bound(e Expr) int {
	switch e := e.(type) {
	case *Binary:
		return precedence(e.Op)
	case *Unary:
		return precUnary
	case *In:
		return precMember
	case *Literal:
		if strings.HasPrefix(e.spelling(), "-") { // what a has follows may bear a sign, what follows a has may not
			return precMember
		}
	}
	return precPrimary
}

// within writes e as an operand that must bind at least as tightly as lowest.
func (w *printer) within(e Expr, lowest int) {
	if bound(e) >= lowest {
		w.expr(e)
		return
	}
	w.text("(")
	w.expr(e)
	w.text(")")
}

func (w *printer) expr(expr Expr) {
	switch e := expr.(type) {
	case *Literal:
		w.text(e.spelling())
	case *Member:
		w.source(e.Source)
		w.text(e.Name)
	case *It:
		w.text("$it")
	case *Root:
		w.text("$root")
	case *This:
		w.text("$this")
	case *Lambda:
		w.lambda(e)
	case *Count:
		w.source(e.Source)
		w.text("$count")
		if e.Filter != nil {
			w.text("($filter=")
			w.expr(e.Filter)
			w.text(")")
		}
	case *Cast:
		w.source(e.Source)
		w.text(e.Type)
	case *Call:
		w.source(e.Source)
		w.text(e.Name + "(")
		list(w, e.Args, w.expr)
		w.text(")")
	case *TypeName:
		w.text(e.Name)
	case *Unary:
		w.unary(e)
	case *Binary:
		prec := precedence(e.Op)
		w.within(e.Left, prec)
		w.text(" " + e.Op + " ")
		w.within(e.Right, prec+1)
	case *In:
		w.within(e.X, precMember)
		w.text(" in ")
		if e.From != nil {
			w.expr(e.From)
			return
		}
		w.text("(")
		list(w, e.List, w.expr)
		w.text(")")
	case *List:
		w.text("(")
		list(w, e.Items, w.expr)
		w.text(")")
	case *Alias:
		w.text(e.Name)
	}
}

// source writes the path before a segment.
func (w *printer) source(source Expr) {
	if source != nil {
		w.expr(source)
		w.text("/")
	}
}

func (w *printer) lambda(e *Lambda) {
	w.source(e.Source)
	if e.All {
		w.text("all(")
	} else {
		w.text("any(")
	}
	if e.Body != nil {
		w.text(e.Var + ":")
		w.expr(e.Body)
	}
	w.text(")")
}

func (w *printer) unary(e *Unary) {
	w.text(e.Op)
	if e.Op == "not" || signed(e.X) {
		w.text(" ")
	}
	w.within(e.X, precUnary)
}

// signed reports whether a minus sign that touches the text of e would become part of a literal.
func signed(e Expr) bool {
	for {
		switch inner := e.(type) {
		case *Binary:
			e = inner.Left
		case *In:
			e = inner.X
		case *Literal:
			return inner.Kind != StringLit
		default:
			return false
		}
	}
}

func (e *Literal) spelling() string {
	if e.Text != "" {
		return e.Text
	}
	return e.format()
}

// format writes the value of a literal that was made by hand.
func (e *Literal) format() string {
	switch v := e.Value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return formatFloat(v)
	case time.Time:
		return e.formatTime(v)
	case time.Duration:
		if e.Kind == TimeLit {
			return time.Time{}.Add(v).Format("15:04:05.999999999")
		}
		return "duration" + quote(formatDuration(v))
	case string:
		if e.Kind == GuidLit {
			return v
		}
		return e.Type + quote(v)
	}
	return "null"
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	case math.IsNaN(f):
		return "NaN"
	}
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

func (e *Literal) formatTime(t time.Time) string {
	switch {
	case e.Kind == DateLit:
		return t.Format("2006-01-02")
	case e.NoOffset:
		return t.Format("2006-01-02T15:04:05.999999999")
	}
	return t.Format("2006-01-02T15:04:05.999999999Z07:00")
}

func formatDuration(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign = "-"
	}
	seconds := d.Abs()
	hours := seconds / time.Hour
	seconds -= hours * time.Hour
	minutes := seconds / time.Minute
	seconds -= minutes * time.Minute
	fraction := strings.TrimRight(fmt.Sprintf(".%09d", seconds%time.Second), ".0")
	return fmt.Sprintf("%sPT%dH%dM%d%sS", sign, hours, minutes, seconds/time.Second, fraction)
}

func exprText(e Expr) string { return printed((*printer).expr, e) }

// String implements Expr.
func (e *Literal) String() string { return exprText(e) }

// String implements Expr.
func (e *Member) String() string { return exprText(e) }

// String implements Expr.
func (e *It) String() string { return exprText(e) }

// String implements Expr.
func (e *Root) String() string { return exprText(e) }

// String implements Expr.
func (e *This) String() string { return exprText(e) }

// String implements Expr.
func (e *Lambda) String() string { return exprText(e) }

// String implements Expr.
func (e *Count) String() string { return exprText(e) }

// String implements Expr.
func (e *Cast) String() string { return exprText(e) }

// String implements Expr.
func (e *Call) String() string { return exprText(e) }

// String implements Expr.
func (e *TypeName) String() string { return exprText(e) }

// String implements Expr.
func (e *Unary) String() string { return exprText(e) }

// String implements Expr.
func (e *Binary) String() string { return exprText(e) }

// String implements Expr.
func (e *In) String() string { return exprText(e) }

// String implements Expr.
func (e *List) String() string { return exprText(e) }

// String implements Expr.
func (e *Alias) String() string { return exprText(e) }
