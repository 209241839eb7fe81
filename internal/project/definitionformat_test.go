package project

import (
	"strings"
	"testing"
)

// A text that comments part letter by letter is read whole, and in one pass: what is allocated grows with its length.
func TestReadDefinition_PartedText(t *testing.T) {
	allocated := func(letters int) int64 {
		text := `<witd:WITD xmlns:witd="` + definitionSpace + `">` + strings.Repeat("a<!---->", letters) + `<b>c</b>d</witd:WITD>`
		return testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				root, err := readDefinition(text)
				if err != nil || root.text != strings.Repeat("a", letters)+"d" || len(root.children) != 1 || root.children[0].text != "c" {
					b.Fatal(root, err)
				}
			}
		}).AllocedBytesPerOp()
	}
	if small, large := allocated(2_000), allocated(20_000); small == 0 || large > 20*small {
		t.Errorf("%d bytes are allocated for a text ten times as long as one that takes %d", large, small)
	}
}
