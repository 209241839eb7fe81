package oracle

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// percentile is percentile_cont(value, fraction, partitions...): the value below which a fraction of the values lies, of
// the rows that agree in the partitions.
type percentile struct {
	of       expr
	fraction float64
	by       []expr
	found    map[string]any // by partition; set by over
}

func (p percentile) rank() int { return tightRank }

func (p percentile) text() string {
	args := []string{p.of.text(), strconv.FormatFloat(p.fraction, 'f', -1, 64)}
	for _, x := range p.by {
		args = append(args, x.text())
	}
	return "percentile_cont(" + strings.Join(args, ",") + ")"
}

func (p percentile) eval(s scope) any { return p.found[p.partition(s)] }

func (p percentile) partition(s scope) string {
	var key strings.Builder
	for _, x := range p.by {
		v := x.eval(s)
		fmt.Fprintf(&key, "%T %s/", v, strings.ToLower(fmt.Sprint(v)))
	}
	return key.String()
}

// over is an expression that knows the rows it is computed of.
func over(w *world, e expr, rows []row) expr {
	switch e := e.(type) {
	case binary:
		return binary{e.op, over(w, e.a, rows), over(w, e.b, rows)}
	case percentile:
		values := map[string][]float64{}
		for _, r := range rows {
			if v := e.of.eval(w.scope(r)); v != nil {
				key := e.partition(w.scope(r))
				values[key] = append(values[key], toFloat(v))
			}
		}
		e.found = map[string]any{}
		for key, list := range values {
			e.found[key] = spot(list, e.fraction)
		}
		return e
	}
	return e
}

// spot is the value at a fraction of sorted values, between two of them by the distance to each.
func spot(values []float64, fraction float64) any {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	at := fraction * float64(len(values)-1)
	below := int(math.Floor(at))
	if below == len(values)-1 {
		return values[below]
	}
	return values[below] + (values[below+1]-values[below])*(at-float64(below))
}
