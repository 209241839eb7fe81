package analytics

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// nasty is a query that nobody means well, and words of its refusal; none for one that must be answered.
type nasty struct {
	name, options string
	says          string
	hint          string // words of the advice, "" for a position at least
}

func (n nasty) raw() string {
	return strings.ReplaceAll(strings.ReplaceAll(url.PathEscape(n.options), "%26", "&"), "+", "%2B")
}

func hostile() []nasty {
	nested := func(open, middle, end string, levels int) string {
		return strings.Repeat(open, levels) + middle + strings.Repeat(end, levels)
	}
	list := func(item string, n int) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	return []nasty{
		{name: "parentheses", options: "$filter=" + nested("(", "true", ")", 5000), says: "nested"},
		{name: "not", options: "$filter=" + nested("not ", "true", "", 5000), says: "nested"},
		{name: "calls", options: "$filter=" + nested("tolower(", "Title", ")", 5000) + " eq 'x'", says: "nested"},
		{name: "lambdas", options: "$filter=" + nested("Children/any(c:c/", "WorkItemId eq 1", ")", 3000), says: "nested"},
		{name: "expansions", options: "$expand=" + nested("Parent($expand=", "Parent", ")", 3000), says: "nested"},
		{name: "a list without end", options: "$filter=WorkItemId in (" + list("1", 200_000) + ")", says: "elements"},
		{name: "a chain without end", options: "$filter=" + strings.Repeat("true or ", 100_000) + "true", says: "elements"},
		{name: "a text without end", options: "$filter=Title eq '" + strings.Repeat("x", 2<<20) + "'", says: "longer than"},
		{name: "transformations without end", options: "$apply=" + strings.Repeat("identity/", 100_000) + "identity", says: "elements"},
		{name: "bytes that are no text", options: "$filter=Title eq '\xff\xfe'", says: "UTF-8"},
		{name: "a byte that no database keeps", options: "$filter=Title eq 'a\x00b'", says: "%00"},
		{name: "a fraction that overflows", options: "$filter=Effort eq 1e999", says: "1e999"},
		{name: "a product that overflows", options: "$compute=WorkItemId mul 9223372036854775807 as X&$select=X&$top=1", says: "out of range", hint: "-"},
		{name: "a date that is none", options: "$filter=ChangedDate gt 2024-02-30T00:00:00Z", says: "2024-02-30"},
		{name: "a month that is none", options: "$filter=ChangedDate gt 2024-13-01Z", says: "2024-13-01"},
		{name: "a key that is none", options: "$filter=ProjectSK eq 56af920d-393b-4236-9a07-24439ccaa85", says: ""},
		{name: "an unknown name", options: "$filter=Titel eq 'x'", says: "VS403522", hint: "Title"},
		{name: "an unknown name behind a navigation", options: "$filter=Area/Path eq 'x'", says: "VS403522"},
		{name: "a column of the tables", options: "$filter=AreaId eq 5", says: "VS403522"},
		{name: "an unknown navigation", options: "$expand=Sprint", says: "Sprint"},
		{name: "an unknown function", options: "$filter=pg_sleep(10) eq 1", says: "pg_sleep"},
		{name: "an unknown method", options: "$apply=aggregate(Effort with median as M)", says: "median"},
		{name: "a text as a number", options: "$filter=Title gt 5", says: "incompatible", hint: "quotes"},
		{name: "a text as a condition", options: "$filter=Title", says: "$filter"},
		{name: "a number as a condition", options: "$filter=1", says: "$filter"},
		{name: "arithmetic with texts", options: "$filter=Title add 1 eq 2", says: "incompatible"},
		{name: "a sum of texts", options: "$apply=aggregate(Title with sum as S)", says: "sum"},
		{name: "a collection as a value", options: "$filter=Tags eq 'x'", says: "Tags"},
		{name: "any of no collection", options: "$filter=Area/any(a:true)", says: "Area"},
		{name: "a negative number of rows", options: "$top=-1", says: "-1"},
		{name: "a fraction that overflows when it is computed", options: "$compute=1e308 mul 10.5 as X&$select=X&$top=1", says: "out of range", hint: "-"},
		{name: "one that overflows in a condition", options: "$filter=Effort mul 1e308 mul 100 gt 5", says: "out of range", hint: "-"},
		{name: "one that overflows below a line", options: "$filter=1 div (Effort mul 1e308 mul 100) lt 5", says: "out of range", hint: "-"},
		{name: "one that overflows in a function", options: "$orderby=round(1e308 mul Effort) div 3,Title", says: "out of range", hint: "-"},
		{name: "a quotient by next to nothing", options: "$compute=1e308 div 1e-320 as X&$select=X&$top=1", says: "out of range", hint: "-"},
		{name: "a remainder that no double counts", options: "$compute=1e300 mod 3.5 as X&$select=X&$top=1", says: "out of range", hint: "-"},
		{name: "a sum that overflows", options: "$apply=compute(Effort mul 1e306 as X)/groupby((State),aggregate(X with sum as S))", says: "out of range", hint: "-"},
		{name: "a sum of few parts that overflows", options: "$apply=groupby((Area/AreaName),aggregate(Effort mul 1e306 with sum as S))", says: "out of range", hint: "-"},
		{name: "an average that overflows", options: "$apply=aggregate(iif(Effort gt 1,1e308,1e307) with average as A)", says: "out of range", hint: "-"},
		{name: "a number of rows that overflows", options: "$top=99999999999999999999", says: "99999999999999999999"},
		{name: "a token of somebody else", options: "$skiptoken=eyJhbGciOiJub25lIn0", says: "skiptoken", hint: "-"},
		{name: "a quote that is not closed", options: "$filter=Title eq 'x", says: "not closed"},
		{name: "SQL behind a literal", options: "$filter=Title eq 'x'; DROP TABLE items; --", says: "position"},
		{name: "SQL as a name", options: `$select=Title" FROM items; --`, says: ""},
		{name: "SQL as the name of a column", options: `$compute=1 as "X; DROP TABLE items`, says: ""},
		{name: "SQL as an order", options: "$orderby=Title; DROP TABLE items", says: ""},
		{name: "SQL as an alias", options: "$filter=Title eq @t&@t=(SELECT 1)", says: ""},
	}
}

// TestHostile: what cannot be answered is refused with 400, the place where it is wrong and advice.
func TestHostile(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		for _, h := range hostile() {
			t.Run(h.name, func(t *testing.T) {
				body, err := f.fetch(t.Context(), command{role: "administrator", request: Request{Path: "v4.0-preview/WorkItems", Query: h.raw(), Base: base}})
				refusal, ok := errors.AsType[*fault.Fault](err)
				if !ok || refusal.Status != 400 {
					t.Fatalf("%.200s: %.200s, %v; want 400", h.options, body, err)
				}
				told := describe(refusal)
				if !strings.Contains(told, h.says) || h.hint != "-" && !(strings.Contains(told, "position") && strings.Contains(told, h.hint)) {
					t.Errorf("%.200s is refused with\n%.500s\nwant %q, a position and %q", h.options, told, h.says, h.hint)
				}
			})
		}
		t.Run("numbers", func(t *testing.T) { testHostileNumbers(t, f) })
		t.Run("as data", func(t *testing.T) { testHostileData(t, f) })
	})
}

// testHostileNumbers: numbers at the ends of what there is compare as they should, and make JSON.
func testHostileNumbers(t *testing.T, f *fixture) {
	all := f.count(t, "WorkItemId ne null")
	for filter, want := range map[string]string{
		"Effort eq NaN": "0", "Effort lt INF": f.count(t, "Effort ne null"), "Effort gt -INF": f.count(t, "Effort ne null"), "Effort ge INF": "0",
		"WorkItemId eq 99999999999999999999999999": "0", "WorkItemId lt 99999999999999999999999999": all, "WorkItemId gt -99999999999999999999999999": all,
		"WorkItemId eq 480.5": "0", "WorkItemId lt 9223372036854775807": all, "Effort lt 1e308": f.count(t, "Effort ne null"),
	} {
		if got := f.count(t, filter); got != want {
			t.Errorf("%s: %s work items, want %s", filter, got, want)
		}
	}
	if all != "1166" {
		t.Errorf("%s work items", all)
	}
	for x, want := range map[string]any{"INF": "INF", "-INF": "-INF", "NaN": "NaN", "Effort mul INF": "INF", "INF sub INF": "NaN", "0 div 0": nil,
		"1.5 divby 0": nil, "1e308 mul 0.5 mul 1.5": 7.5e307, "2.5 mul 2 add INF": "INF",
		"1e-300 mul 1e-300": 0.0, "1e-300 mul 1e-300 mul 1e308": 0.0, "1e-310 mul 1e308": 0.009999999999999969, "1e-300 div 1e300": 0.0, "1e-320 div 5e-324": 2024.0, "5.5 mod 0.3": 0.1000000000000002,
		"Effort mul 1e-320 mul 1e-10": 0.0, "Effort div 1e-300 mod 7e299": 2.9999999999999883e+299, "round(1234567890123456.8)": 1234567890123457.0, "-1e-300 mul 1e-300": 0.0} {
		raw := strings.ReplaceAll(url.PathEscape("$filter=WorkItemId eq 480&$compute="+x+" as X&$select=X"), "%26", "&")
		body, err := f.fetch(t.Context(), command{role: "administrator", request: Request{Path: "v4.0-preview/WorkItems", Query: raw, Base: base}})
		var answer struct{ Value []map[string]any }
		if err == nil {
			err = json.Unmarshal(body, &answer)
		}
		if err != nil || len(answer.Value) != 1 || answer.Value[0]["X"] != want {
			t.Errorf("%s: %s, %v, want %v", x, body, describeOr(err), want)
		}
	}
}

// count is the answer of WorkItems/$count with a condition.
func (f *fixture) count(t *testing.T, filter string) string {
	t.Helper()
	body, err := f.fetch(t.Context(), command{role: "administrator", request: Request{Path: "v4.0-preview/WorkItems/$count", Query: "$filter=" + url.QueryEscape(filter), Base: base}})
	if err != nil {
		t.Errorf("%s: %v", filter, err)
	}
	return strings.TrimPrefix(string(body), "\ufeff")
}

// testHostileData: SQL is data wherever a value may stand, and comes back as it was sent.
func testHostileData(t *testing.T, f *fixture) {
	for _, text := range []string{"'; DROP TABLE items; --", `" OR 1=1 --`, `\'; SELECT pg_sleep(9)--`, "$1", "?1", "%(x)s", "${x}", "{0}", "/* x */", "\n--", "𝄞 ﷽ \u202e", "%", "_", `\`} {
		quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
		for _, options := range []string{
			"$filter=WorkItemId eq 480&$compute=concat(" + quoted + ",'') as X&$select=X",
			"$apply=filter(WorkItemId eq 480)/compute(iif(true," + quoted + ",'') as X)/groupby((X))",
			"$apply=filter(WorkItemId eq 480 and Title ne " + quoted + ")/aggregate(concat(" + quoted + ",'') with max as X)",
			"$filter=WorkItemId eq 480 and not contains(Title," + quoted + ") and not (Title in (" + quoted + ",'x')) and not Tags/any(t:t/TagName eq @x)&@x=" + quoted +
				"&$compute=trim(concat(concat('(',@x),')')) as Y,substring(@x,0) as X&$select=X&$orderby=@x,indexof(Title,@x)",
		} {
			raw := url.PathEscape(options)
			for _, keep := range []string{"&$", "&@"} {
				raw = strings.ReplaceAll(raw, url.PathEscape(keep), keep)
			}
			raw = strings.ReplaceAll(strings.ReplaceAll(raw, "%26$", "&$"), "%26@", "&@")
			body, err := f.fetch(t.Context(), command{role: "administrator", request: Request{Path: "v4.0-preview/WorkItems", Query: raw, Base: base}})
			var answer struct{ Value []map[string]any }
			if err == nil {
				err = json.Unmarshal(body, &answer)
			}
			if err != nil || len(answer.Value) != 1 || answer.Value[0]["X"] != text {
				t.Errorf("%s: %v, %v; want %q", options, answer.Value, describeOr(err), text)
			}
		}
	}
	if body, err := f.fetch(t.Context(), command{role: "administrator", request: Request{Path: "v4.0-preview/WorkItems/$count", Base: base}}); err != nil || fmt.Sprint(string(body)) != "1166" {
		t.Errorf("after all that there are %s work items, %v", body, err)
	}
}

func describeOr(err error) string {
	if err == nil {
		return ""
	}
	return describe(err)
}
