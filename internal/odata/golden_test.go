package odata

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what the parser answers into the golden files")

// block is one case of a golden file: a command line, the input up to "----", the answer up to an empty line.
type block struct {
	line                   int
	command, input, answer string
}

func readGolden(t testing.TB) map[string][]block {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	golden := map[string][]block{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line := 1
		for chunk := range strings.SplitSeq(strings.TrimSuffix(string(content), "\n"), "\n\n") {
			b := block{line: line}
			line += strings.Count(chunk, "\n") + 2
			chunk = strings.TrimLeft(chunk, "\n")
			var ok bool
			b.command, chunk, _ = strings.Cut(chunk, "\n")
			if b.input, b.answer, ok = strings.Cut(chunk+"\n", "----\n"); !ok {
				t.Fatalf("%s:%d: no ---- line", file, b.line)
			}
			b.input = strings.TrimSuffix(b.input, "\n")
			golden[file] = append(golden[file], b)
		}
	}
	return golden
}

// TestGolden answers the commands of testdata: expr, apply and query show the canonical text when it differs from the
// input, then the tree with positions, or the error with its caret.
func TestGolden(t *testing.T) {
	for file, blocks := range readGolden(t) {
		var out []string
		for _, b := range blocks {
			got := answer(t, b)
			if b.input != "" {
				b.input += "\n"
			}
			out = append(out, b.command+"\n"+b.input+"----\n"+got)
			if diff := cmp.Diff(b.answer, got); diff != "" && !*rewrite {
				t.Errorf("%s:%d: %s %s (-want +got):\n%s", file, b.line, b.command, b.input, diff)
			}
		}
		if *rewrite {
			if err := os.WriteFile(file, []byte(strings.Join(out, "\n")), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func answer(t *testing.T, b block) string {
	var text, tree string
	var err error
	switch b.command {
	case "expr":
		var e Expr
		if e, err = ParseExpr(b.input); err == nil {
			text, tree = e.String(), dumpExpr(e, true)
		}
	case "apply":
		var steps []Transformation
		if steps, err = ParseApply(b.input); err == nil {
			text, tree = FormatApply(steps), dumpSteps(steps, true)
		}
	case "query":
		var q *Query
		if q, err = ParseQuery(b.input); err == nil {
			text, tree = q.String(), dumpQuery(q, true)
		}
	default:
		t.Fatalf("unknown command %q", b.command)
	}
	if err != nil {
		return describe(t, err)
	}
	if text == b.input {
		return tree
	}
	return "= " + text + "\n" + tree
}

func describe(t *testing.T, err error) string {
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("not an *Error: %v", err)
	}
	out := "error: " + e.Message + "\n"
	if e.Option != "" {
		out += "option: " + e.Option + "\n"
	}
	out += "at: " + e.Text[:e.Pos] + "‸" + e.Text[e.Pos:] + "\n"
	if e.Hint != "" {
		out += "hint: " + e.Hint + "\n"
	}
	return out
}
