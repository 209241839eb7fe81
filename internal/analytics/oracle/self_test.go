package oracle

import (
	"testing"
	"time"
)

// The oracle itself, on a handful of rows that can be checked by eye.
func TestSelf(t *testing.T) {
	zone := time.FixedZone("", -8*3600)
	a := row{"N": int64(7), "Name": "Alpha", "At": moment("2024-01-01T02:00:00Z"), "Up": row(nil), "Down": []row{}}
	b := row{"N": nil, "Name": "beta", "At": nil, "Up": a, "Down": []row{a}}
	of := func(names ...string) path { return path{to: names} }
	for _, c := range []struct {
		e    expr
		text string
		a, b any
	}{
		{binary{"eq", of("Name"), str("ALPHA")}, "Name eq 'ALPHA'", true, false},
		{binary{"ne", of("N"), num(1)}, "N ne 1", true, nil},
		{not{binary{"eq", of("N"), num(1)}}, "not (N eq 1)", true, nil},
		{binary{"eq", of("N"), null()}, "N eq null", false, true},
		{binary{"or", binary{"gt", of("N"), num(9)}, binary{"eq", of("Up", "Name"), str("alpha")}}, "N gt 9 or Up/Name eq 'alpha'", nil, true},
		{binary{"and", binary{"or", truth(true), truth(false)}, truth(false)}, "(true or false) and false", false, false},
		{binary{"sub", num(5), binary{"sub", num(3), num(1)}}, "5 sub (3 sub 1)", int64(3), int64(3)},
		{binary{"div", of("N"), num(2)}, "N div 2", int64(3), nil},
		{call{"year", []expr{of("At")}}, "year(At)", int64(2023), nil},
		{call{"substring", []expr{of("Name"), num(1), num(2)}}, "substring(Name,1,2)", "lp", "et"},
		{lambda{over: of("Down")}, "Down/any()", false, true},
		{lambda{over: of("Down"), all: true, name: "d", body: binary{"eq", path{"d", []string{"N"}}, num(0)}}, "Down/all(d:d/N eq 0)", true, false},
		{size{of: of("Down")}, "Down/$count", int64(0), int64(1)},
		{in{of("Name"), []literal{str("x"), str("BETA")}}, "Name in ('x','BETA')", false, true},
		{binary{"gt", of("At"), at("2024-01-01Z")}, "At gt 2024-01-01Z", true, nil},
	} {
		if got := c.e.text(); got != c.text {
			t.Errorf("%s is written %s", c.text, got)
		}
		for i, r := range []row{a, b} {
			if got, want := c.e.eval(scope{map[string]row{"": r}, zone}), []any{c.a, c.b}[i]; got != want {
				t.Errorf("%s for row %d is %v, want %v", c.text, i, got, want)
			}
		}
	}
	w := &world{zone: zone, sets: map[string][]row{"Rows": {b, a}}, schema: map[string]*entity{"Rows": {set: "Rows", props: properties("N int\nName text")}}}
	q := &query{set: "Rows", order: []order{{by: of("N")}}, selects: []string{"N"}}
	if err := q.answer(w).check([]string{`{"N":null}`, `{"N":"7"}`}); err != nil {
		t.Error(err)
	}
	if q.answer(w).check([]string{`{"N":"7"}`, `{"N":null}`}) == nil {
		t.Error("a wrong order passes")
	}
	if q.answer(w).check([]string{`{"N":null}`}) == nil {
		t.Error("a missing row passes")
	}
	q = &query{set: "Rows", apply: []step{groupStep{by: []column{{[]string{"Up", "Name"}, textKind}},
		aggregates: []aggregate{{"sum", of("N"), "S", intKind}, {"$count", nil, "C", intKind}}}}}
	if err := q.answer(w).check([]string{`{"C":"1","S":null,"Up":{"Name":"alpha"}}`, `{"C":"1","S":"7","Up":null}`}); err != nil {
		t.Error(err)
	}
	if want := "$apply=groupby((Up/Name),aggregate(N with sum as S,$count as C))"; q.text() != want {
		t.Errorf("%s, want %s", q.text(), want)
	}
}
