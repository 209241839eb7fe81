package odata

import (
	"errors"
	"net/url"
	"testing"
)

// FuzzParseQuery: no text brings the parser down, errors point into the text, and what it accepts can be printed and
// parsed again to the same tree.
func FuzzParseQuery(f *testing.F) {
	for _, blocks := range readGolden(f) {
		for _, b := range blocks {
			switch b.command {
			case "query":
				f.Add(b.input)
			case "apply":
				f.Add("$apply=" + url.QueryEscape(b.input))
			default:
				f.Add("$filter=" + url.QueryEscape(b.input))
			}
		}
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := ParseQuery(raw)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(e.Text) || e.Message == "" {
				t.Fatalf("bad error %#v", err)
			}
			return
		}
		text := q.Encode()
		again, err := ParseQuery(text)
		if err != nil {
			t.Fatalf("%q\nprinted %q: %v", raw, text, err)
		}
		if got, want := dumpQuery(again, false), dumpQuery(q, false); got != want {
			t.Fatalf("%q\nprinted %q gives\n%swant\n%s", raw, text, got, want)
		}
		if got := again.Encode(); got != text {
			t.Fatalf("%q\nprinted %q\nand then %q", raw, text, got)
		}
		if got, want := again.String(), q.String(); got != want {
			t.Fatalf("%q\nis %q\nand then %q", raw, want, got)
		}
	})
}

const typicalQuery = "$apply=filter(Teams/any(t:t/TeamSK%20eq%2056af920d-393b-4236-9a07-24439ccaa85c)%20and%20WorkItemType%20in%20" +
	"('Bug','User%20Story')%20and%20DateValue%20ge%202026-08-01Z)/groupby((DateValue,StateCategory,Area/AreaPath)," +
	"aggregate($count%20as%20Count,StoryPoints%20with%20sum%20as%20Points))&$orderby=DateValue%20desc&$top=100"

func BenchmarkParseQuery(b *testing.B) {
	b.SetBytes(int64(len(typicalQuery)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseQuery(typicalQuery); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery_Encode(b *testing.B) {
	q, err := ParseQuery(typicalQuery)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = q.Encode()
	}
}
