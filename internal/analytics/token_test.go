package analytics

import (
	"math"
	"testing"
	"time"

	"boardwalk/internal/sqlgen"

	"github.com/google/go-cmp/cmp"
)

// TestToken sends order values of every type through a token.
func TestToken(t *testing.T) {
	end := time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC) // its microseconds do not fit a double
	id := "56af920d-393b-4236-9a07-24439ccaa85c"
	order := ordering{{typ: sqlgen.Int64}, {typ: sqlgen.Double}, {typ: sqlgen.Double}, {typ: sqlgen.Text}, {typ: sqlgen.Bool}, {typ: sqlgen.UUID},
		{typ: sqlgen.Timestamp}, {typ: sqlgen.Text}}
	sent := token{Last: []any{int64(math.MaxInt64), 0.1, "+Inf", "a\"b", true, id, end.UnixMicro(), nil}, Left: 5, Query: 7}
	got, err := parseToken(sent.String(), 7)
	if err == nil {
		err = got.fit(order)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := []any{int64(math.MaxInt64), 0.1, math.Inf(1), "a\"b", true, id, end, nil}
	if d := cmp.Diff(want, got.Last); d != "" || got.Left != 5 {
		t.Error(got.Left, d)
	}
	if _, err := parseToken(sent.String(), 8); err == nil {
		t.Error("a token of another query was taken")
	}
	text := sent.String()
	for i := range text { // one letter more, less, or another
		for _, changed := range []string{text[:i] + text[i+1:], text[:i] + "A" + text[i:], text[:i] + string(text[i]^1) + text[i+1:]} {
			if got, err := parseToken(changed, 7); err == nil && got.String() != text {
				t.Errorf("changed at %d to %q it was taken as %v", i, changed, got)
			}
		}
	}
	for _, wrong := range [][]any{nil, {"x"}, {1.5, 0.1, 0.1, "", true, id, 0, ""}, {1, 0.1, 0.1, "", true, "urn:x", 0, ""}} {
		forged, err := parseToken(token{Last: wrong, Query: 7}.String(), 7)
		if err == nil {
			err = forged.fit(order)
		}
		if err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
}
