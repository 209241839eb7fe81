package odata

import (
	"strings"
	"testing"
)

// shown writes a tree with every pair of parentheses.
func (s *Search) shown() string {
	switch s.Op {
	case "":
		return s.Text
	case "not":
		return "!" + s.Left.shown()
	case "or":
		return "(" + s.Left.shown() + "|" + s.Right.shown() + ")"
	}
	return "(" + s.Left.shown() + "&" + s.Right.shown() + ")"
}

func TestParseSearch(t *testing.T) {
	for text, want := range map[string]string{
		"phone":                    "phone",
		"a b":                      "(a&b)",
		"a AND b OR c":             "((a&b)|c)",
		"a OR b c":                 "(a|(b&c))",
		"NOT a b":                  "(!a&b)",
		"a AND NOT (b OR c)":       "(a&!(b|c))",
		"or and not":               "((or&and)&not)",
		`"release 2 (OR later)" x`: "(release 2 (OR later)&x)",
		"  한글\tC#,O'Neil  ":        "(한글&C#,O'Neil)",
		"NOT NOT a":                "!!a",
		"(a)(b)":                   "(a&b)",
	} {
		s, err := ParseSearch(text)
		if err != nil || s.shown() != want {
			t.Errorf("%q: %v, %v, want %s", text, s, err, want)
		}
	}
	for text, at := range map[string]int{
		"": 0, "()": 1, "a OR": 4, "OR a": 0, "a AND OR b": 6, `"open`: 0, `""`: 0, "(a": 2, "a)": 1, "NOT": 3, "a;b": 1,
		strings.Repeat("x ", MaxSearchTerms+1): 2 * MaxSearchTerms, strings.Repeat("(", MaxDepth+1): MaxDepth,
		strings.Repeat("NOT ", 1000): 4*MaxDepth - 1,
	} {
		s, err := ParseSearch(text)
		e, ok := err.(*Error) //nolint:errorlint // is documented to be of this type
		if !ok {
			t.Errorf("%.20q: %v, %v", text, s, err)
		} else if e.Pos != at {
			t.Errorf("%.20q: refused at %d, want %d", text, e.Pos, at)
		}
	}
}
