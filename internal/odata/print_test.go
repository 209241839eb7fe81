package odata

import (
	"strings"
	"testing"
)

// TestString_Parts: the parts of a query print what they contribute to the whole.
func TestString_Parts(t *testing.T) {
	steps, err := ParseApply("identity/filter(a)/groupby((b,rollup($all,c)),top(1))/aggregate($count as N,d with sum as S)/" +
		"compute(e as F)/expand(g,filter(h))/concat(identity,skip(2))/topsum(1,i)/search(j)/orderby(k desc)/top(3)/skip(4)")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, step := range steps {
		texts = append(texts, step.String())
	}
	if got, want := strings.Join(texts, "/"), FormatApply(steps); got != want {
		t.Errorf("steps one by one\n%s\nall together\n%s", got, want)
	}
	q, err := ParseQuery("$select=A/B,*&$orderby=a desc&$expand=L/$count($filter=x;$levels=max)&$compute=a as B")
	if err != nil {
		t.Fatal(err)
	}
	group, aggregate := steps[2].(*GroupBy), steps[3].(*Aggregate)
	for want, got := range map[string]string{
		"A/B":                             q.Select[0].String(),
		"*":                               q.Select[1].String(),
		"a desc":                          q.OrderBy[0].String(),
		"L/$count($filter=x;$levels=max)": q.Expand[0].String(),
		"a as B":                          q.Compute[0].String(),
		"max":                             q.Expand[0].Options.Levels.String(),
		"b":                               group.Members[0].String(),
		"rollup($all,c)":                  group.Members[1].String(),
		"d with sum as S":                 aggregate.Items[1].String(),
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestExpr_Position: an expression begins where its first character stands, and prints itself.
func TestExpr_Position(t *testing.T) {
	for text, want := range map[string]string{
		"1":           "1",
		"Area/Path":   "Area/Path",
		"$it/a":       "$it/a",
		"$it":         "$it",
		"$root":       "$root",
		"$this":       "$this",
		"t/any(x:x)":  "t/any(x:x)",
		"t/$count":    "t/$count",
		"p/Ns.T":      "p/Ns.T",
		"p/Ns.f(1)":   "p/Ns.f(1)",
		"now( )":      "now()",
		"Ns.T":        "Ns.T",
		"not a":       "not a",
		"a/b  eq 1":   "a/b eq 1",
		"a/b in ( 1)": "a/b in (1)",
		"@a":          "@a",
	} {
		e, err := ParseExpr("  " + text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if e.Position() != 2 {
			t.Errorf("%s: position %d, want 2", text, e.Position())
		}
		if e.String() != want {
			t.Errorf("%s: prints %s, want %s", text, e.String(), want)
		}
	}
	q, err := ParseQuery("@a= (1,2)")
	if err != nil {
		t.Fatal(err)
	}
	if list := q.Aliases["@a"]; list.Position() != 1 || list.String() != "(1,2)" {
		t.Errorf("%s at %d", list, list.Position())
	}
}

// TestQuery_StringEmptyParts: a tree changed by hand may hold empty lists; they print as if absent.
func TestQuery_StringEmptyParts(t *testing.T) {
	q := &Query{
		Select: []SelectItem{},
		Expand: []ExpandItem{{Path: &Member{Name: "Links"}, Options: &Query{}}},
		Apply:  []Transformation{&GroupBy{Members: []GroupMember{{Expr: &Member{Name: "State"}}}, Apply: []Transformation{}}},
	}
	if got, want := q.String(), "$apply=groupby((State))&$expand=Links"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
