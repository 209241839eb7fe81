package odata

import (
	"errors"
	"math"
	"testing"
	"time"
)

// TestParseQuery_Lenient holds spellings that clients and documented samples send beside the strict ones.
func TestParseQuery_Lenient(t *testing.T) {
	for _, c := range []struct{ name, lenient, strict string }{
		{"encoded dollar", "%24filter=a%20eq%201", "$filter=a eq 1"},
		{"plus for blank", "$filter=a+eq+'x+y'", "$filter=a eq 'x y'"},
		{"encoded plus", "$filter=a ge 2020-01-01T00:00:00%2B08:00", "$filter=a ge 2020-01-01T00:00:00%2b08:00"},
		{"option name in another case", "$Filter=a&$SELECT=b&$OrderBy=c", "$filter=a&$select=b&$orderby=c"},
		{"blank before the first option", "%20$apply=aggregate($count as C)", "$apply=aggregate($count as C)"},
		{"line break before an option", "$top=1&\r\n  $skip=2", "$top=1&$skip=2"},
		{"blank after the option name", "$top =1", "$top=1"},
		{"blank at the end of a value", "$top=1 &$select=a &$orderby= b asc ", "$top=1&$select=a&$orderby=b"},
		{"non-breaking blank", "$filter=a%C2%A0eq%C2%A01", "$filter=a eq 1"},
		{"empty options", "&$top=1&&%20&$skip=2&", "$top=1&$skip=2"},
		{"ampersand in a string", "$filter=a eq 'R%26D'&$top=1", "$top=1&$filter=a eq 'R%26D'"},
		{"operators in capitals", "$filter=a EQ 1 AND NOT b Or c IN (1)", "$filter=a eq 1 and not b or c in (1)"},
		{"values in capitals", "$count=TRUE&$expand=a($levels=MAX;$count=False)", "$count=true&$expand=a($levels=max;$count=false)"},
		{"functions in capitals", "$filter=Contains(ToUpper(a),'x')", "$filter=contains(toupper(a),'x')"},
		{"no blank after a parenthesis", "$filter=endswith(a,'x')and b/any()", "$filter=endswith(a,'x') and b/any()"},
		{"no blank after a string", "$filter=a eq 'x'and b eq'y'", "$filter=a eq 'x' and b eq 'y'"},
		{"blanks inside parentheses", "$filter=( ( a ) )and(b)in( 1 , 2 )", "$filter=a and b in (1,2)"},
		{"blank before the parenthesis of a call", "$filter=contains (a, 'x')", "$filter=contains(a,'x')"},
		{"blanks around a lambda", "$filter=t/any ( x : x/n eq 1 )", "$filter=t/any(x:x/n eq 1)"},
		{"carriage returns", "$filter=a\r\n\teq\r\n\t1", "$filter=a eq 1"},
		{"blanks around transformations", "$apply= filter(a) / groupby ( (b , c) , aggregate ( $count as N ) )", "$apply=filter(a)/groupby((b,c),aggregate($count as N))"},
		{"transformations in capitals", "$apply=Filter(a)/GroupBy((b),Aggregate(c With Sum As D))", "$apply=filter(a)/groupby((b),aggregate(c with Sum as D))"},
		{"list continued with a comma", "$select=a,b ,c", "$select=a,b,c"},
		{"comma after the last name", "$select=a,b,&$expand=c($select=d,e, ;$top=1),f($expand=g,) , ", "$select=a,b&$expand=c($select=d,e;$top=1),f($expand=g)"},
		{"semicolon before the parenthesis", "$expand=a($select=b;)", "$expand=a($select=b)"},
		{"doubled semicolon", "$expand=a(;$select=b;; $top=1)", "$expand=a($select=b;$top=1)"},
		{"blanks in expand", "$expand= a ( $select = b ; $expand = c ( $top = 1 ) ) , d", "$expand=a($select=b;$expand=c($top=1)),d"},
		{"expand options in capitals", "$expand=a($SELECT=b;$Filter=c)", "$expand=a($select=b;$filter=c)"},
		{"a time without colons", "$filter=a ge 2020-01-01T0000Z", "$filter=a ge 2020-01-01T00:00Z"},
		{"a date with Z", "$filter=a ge 2021-01-01Z", "$filter=a ge 2021-01-01T00:00:00Z"},
		{"small t and z", "$filter=a ge 2021-01-01t00:00z", "$filter=a ge 2021-01-01T00:00:00.000Z"},
		{"type suffixes of numbers", "$filter=a eq 5L and b eq 2.5M", "$filter=a eq 5 and b eq 2.5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseQuery(c.lenient)
			if err != nil {
				t.Fatal(err)
			}
			want, err := ParseQuery(c.strict)
			if err != nil {
				t.Fatal(err)
			}
			if g, w := dumpQuery(got, false), dumpQuery(want, false); g != w {
				t.Errorf("%s\ngives\n%swant\n%s", c.lenient, g, w)
			}
		})
	}
}

// TestParseExpr_Values checks values against the standard library rather than against another spelling.
func TestParseExpr_Values(t *testing.T) {
	zone := func(hours int) *time.Location { return time.FixedZone("", hours*3600) }
	for text, want := range map[string]any{
		"2021-01-01Z":                            time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC),
		"2021-01-01+09:00":                       time.Date(2021, 1, 1, 0, 0, 0, 0, zone(9)),
		"2024-02-29T23:59:58.1234567-08:00":      time.Date(2024, 2, 29, 23, 59, 58, 123456700, zone(-8)),
		"2020-06-30T12:00Z":                      time.Date(2020, 6, 30, 12, 0, 0, 0, time.UTC),
		"9999-12-31":                             time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
		"13:20:00.25":                            13*time.Hour + 20*time.Minute + 250*time.Millisecond,
		"duration'P2DT3H4M5.006S'":               51*time.Hour + 4*time.Minute + 5006*time.Millisecond,
		"-9223372036854775808":                   int64(math.MinInt64),
		"18446744073709551616":                   math.Exp2(64),
		"-0.5e-1":                                -0.05,
		"'O''Brien'":                             "O'Brien",
		"'Fabrikam\\Area'":                       `Fabrikam\Area`,
		"ABCDEF01-393B-4236-9A07-24439CCAA85C":   "abcdef01-393b-4236-9a07-24439ccaa85c",
		"Microsoft.Model.Period'Day, Month'":     "Day, Month",
		"2020-01-01T00:00:00.999999999999-00:30": time.Date(2020, 1, 1, 0, 0, 0, 999999999, time.FixedZone("", -1800)),
	} {
		e, err := ParseExpr(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := e.(*Literal).Value
		if at, ok := want.(time.Time); ok {
			_, gotOffset := got.(time.Time).Zone()
			_, wantOffset := at.Zone()
			if !at.Equal(got.(time.Time)) || gotOffset != wantOffset {
				t.Errorf("%s: got %v, want %v", text, got, want)
			}
			continue
		}
		if got != want {
			t.Errorf("%s: got %#v, want %#v", text, got, want)
		}
	}
}

func TestError_Documented(t *testing.T) {
	_, err := ParseQuery("$filter=CreatedDate ge 2020-01-01T0000+08:00")
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	if want := "Syntax error at position 31 in 'CreatedDate ge 2020-01-01T0000 08:00'"; e.Message != want {
		t.Errorf("got  %s\nwant %s", e.Message, want)
	}
	if e.Option != "$filter" || e.Pos != 31 {
		t.Errorf("got option %q at %d", e.Option, e.Pos)
	}
	if want := e.Message + " (" + e.Hint + ")"; e.Error() != want || e.Hint == "" {
		t.Errorf("Error() = %q, want %q", e.Error(), want)
	}
}

// TestError_PositionUnits: people and the original count characters, code counts bytes.
func TestError_PositionUnits(t *testing.T) {
	_, err := ParseExpr("'한😀' 1")
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v", err)
	}
	if want := "Syntax error at position 6 in ''한😀' 1'"; e.Message != want || e.Pos != 10 {
		t.Errorf("got %q, Pos %d, want %q, Pos 10", e.Message, e.Pos, want)
	}
}
