package analytics

import (
	"encoding/json"
	"strings"
	"testing"
)

// Every byte at every place of texts of several lengths, and what has to be escaped beside its like, reads as it was.
func TestAppendText(t *testing.T) {
	check := func(text string) {
		got := appendText([]byte("before"), []byte(text))
		var back string
		if err := json.Unmarshal(got[len("before"):], &back); err != nil {
			t.Fatalf("%q: %s: %v", text, got, err)
		}
		if back != strings.ToValidUTF8(text, "\uFFFD") {
			t.Fatalf("%q: %s reads as %q", text, got, back)
		}
	}
	for n := range 19 {
		plain := strings.Repeat("a", n)
		check(plain)
		for at := range n {
			for c := range 256 {
				check(plain[:at] + string([]byte{byte(c)}) + plain[at+1:])
			}
			for _, special := range []string{`\`, `"`, "\n", "\x1f", " ", "\x7f", "ä", "€", "😀", "\uFFFD", `\"`, "!#[]"} {
				check(plain[:at] + special + strings.Repeat(`b\`, n-at))
			}
		}
	}
}
