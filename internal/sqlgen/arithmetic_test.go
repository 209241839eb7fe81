package sqlgen_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	. "boardwalk/internal/sqlgen"
)

// TestEngines_Arithmetic compares products, quotients and remainders of doubles of every size with those of Go, which
// follows IEEE 754.
func TestEngines_Arithmetic(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 2))
	any := func() float64 {
		x := math.Ldexp(g.Float64()+0.5, g.IntN(2098)-1074)
		if g.IntN(3) == 0 {
			x = math.Ldexp(math.Trunc(g.Float64()*1000), g.IntN(20)-10)
		}
		return math.Copysign(x, g.Float64()-0.5)
	}
	all := engines(t)
	for range 40 {
		var columns []Column
		var say []float64
		for range 40 {
			x, y := any(), any()
			if g.IntN(2) == 0 {
				y = x * math.Ldexp(g.Float64()+0.5, -g.IntN(52))
			}
			least := math.Ldexp(1, -1074)
			f, want := Product, x*y
			switch g.IntN(3) {
			case 0:
				f, want = Quotient, x/y
			case 1:
				f, want = ModuloDouble, math.Mod(x, y)
				if math.Abs(x)/math.Abs(y) > 1<<52 {
					continue // refused somewhere around
				}
			}
			if y == 0 || math.IsInf(want, 0) || math.IsNaN(want) || math.Abs(want) == least { // the last are rounded once more
				continue
			}
			columns, say = append(columns, Column{Expr: truth(Equal(call(f, double(x), double(y)), double(want))), As: "v"}), append(say, float64(f), x, y, want)
		}
		for _, e := range all {
			if e.Dialect == SQLite {
				continue
			}
			text, params := e.Print(&Select{Columns: columns})
			got, err := e.run(text, params)
			if err != nil {
				for i, c := range columns {
					text, params := e.Print(&Select{Columns: []Column{c}})
					if _, err := e.run(text, params); err != nil {
						t.Errorf("%s: function %v of %v and %v is refused: %v", e.name, say[4*i], say[4*i+1], say[4*i+2], err)
					}
				}
				continue
			}
			for i, cell := range strings.Split(got, ", ") {
				if cell != "true" {
					t.Errorf("%s: function %v of %v and %v is not %v", e.name, say[4*i], say[4*i+1], say[4*i+2], say[4*i+3])
				}
			}
		}
	}
}
