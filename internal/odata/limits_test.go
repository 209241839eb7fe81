package odata

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// TestParseQuery_Limits: what nests or grows without end is refused by name, never by exhausting the stack.
func TestParseQuery_Limits(t *testing.T) {
	nest := func(open, middle, end string) string {
		const levels = 30_000
		return strings.Repeat(open, levels) + middle + strings.Repeat(end, levels)
	}
	many := func(item string) string { return strings.Repeat(item, MaxNodes+1) }
	for name, c := range map[string]struct{ query, message string }{
		"parentheses":     {"$filter=" + nest("(", "a", ")"), "nested"},
		"not":             {"$filter=" + nest("not ", "a", ""), "nested"},
		"minus":           {"$filter=" + nest("-", "a", ""), "nested"},
		"calls":           {"$filter=" + nest("f(", "a", ")"), "nested"},
		"bound calls":     {"$filter=" + nest("a/n.f(", "a", ")"), "nested"},
		"lists":           {"$filter=" + nest("a in (", "1", ")"), "nested"},
		"lambdas":         {"$filter=" + nest("a/any(x:", "a", ")"), "nested"},
		"counts":          {"$filter=" + nest("a/$count($filter=", "a", ")"), "nested"},
		"a path":          {"$filter=" + nest("a/", "a", ""), "nested"},
		"an alias list":   {"@a=" + nest("(", "a", ")"), "nested"},
		"expand":          {"$expand=" + nest("a($expand=", "a", ")"), "nested"},
		"expand path":     {"$expand=" + nest("a/", "a", ""), "nested"},
		"select path":     {"$select=" + nest("a/", "a", ""), "nested"},
		"apply in expand": {"$expand=a($apply=" + nest("groupby((b),", "identity", ")") + ")", "nested"},
		"groupby":         {"$apply=" + nest("groupby((a),", "identity", ")"), "nested"},
		"concat":          {"$apply=" + nest("concat(identity,", "identity", ")"), "nested"},
		"expand in apply": {"$apply=" + nest("expand(a,", "identity", ")"), "nested"},
		"rollup":          {"$apply=groupby((" + nest("rollup(", "a", ")") + "))", "nested"},
		"or chain":        {"$filter=" + many("a or "), "elements"},
		"long list":       {"$filter=a in (" + many("1,") + ")", "elements"},
		"select list":     {"$select=" + many("a,"), "elements"},
		"transformations": {"$apply=" + many("identity/"), "elements"},
		"aggregates":      {"$apply=aggregate(" + many("A as a,") + ")", "elements"},
		"several options": {"$select=" + many("a,")[:MaxNodes] + "a&$orderby=" + many("a,")[:MaxNodes] + "a", "elements"},
		"length":          {"$filter='" + strings.Repeat("x", MaxOptionLength) + "'", "longer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseQuery(c.query)
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(e.Message, c.message) {
				t.Fatalf("got %.200v, want %q", err, c.message)
			}
		})
	}
}

func TestParseQuery_WithinLimits(t *testing.T) {
	deep := MaxDepth - 1
	for _, query := range []string{
		"$filter=" + strings.Repeat("(", deep) + "a" + strings.Repeat(")", deep),
		"$filter=" + strings.Repeat("a eq 1 or ", 20_000) + "a",
		"$filter=a in (" + strings.Repeat("'0123456789',", 50_000) + "'')",
	} {
		q, err := ParseQuery(query)
		if err != nil {
			t.Fatalf("%.60s: %.200v", query, err)
		}
		if _, err := ParseQuery(q.Encode()); err != nil {
			t.Errorf("%.60s printed: %.200v", query, err)
		}
	}
}

// TestParseQuery_LinearTime compares times, generously: a quadratic step makes the longer text 256 times as slow.
func TestParseQuery_LinearTime(t *testing.T) {
	for name, unit := range map[string]string{
		"strings": "$filter=x eq '''''''' or ", "open strings": "'a ", "words": "1", "names": "a", "dots": "a.", "dashes": "-",
		"searches": `$search=("`, "blanks": " ", "dollars": "$a", "escapes": "%41", "options": "a=1&", "durations": "P1D.",
	} {
		prefix, repeated := "$filter=a eq ", unit
		if p, u, ok := strings.Cut(unit, "="); ok && strings.HasPrefix(unit, "$") {
			prefix, repeated = p+"=", u
		}
		measure := func(n int) time.Duration {
			text := prefix + strings.Repeat(repeated, n/len(repeated))
			best := time.Hour
			for range 5 {
				start := time.Now()
				if q, err := ParseQuery(text); err == nil {
					_ = q.Encode()
				}
				best = min(best, time.Since(start))
			}
			return best
		}
		short, long := measure(1<<14), measure(1<<18)
		if long > 100*max(short, 50*time.Microsecond) {
			t.Errorf("%s: 16 times the text took %v instead of %v", name, long, short)
		}
	}
}

func TestParseQuery_NUL(t *testing.T) {
	for _, raw := range []string{"$filter=Title%20eq%20'a%00b'", "@a='%00'", "x%00=1"} {
		if _, err := ParseQuery(raw); err == nil || !strings.Contains(err.Error(), "%00") {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
