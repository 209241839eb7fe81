package analytics

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

var example = regexp.MustCompile("(?s)```http\nGET /fabrikam/(?:([^/]+)/)?_odata/v4.0-preview/(.*?)\n```\n\n```(?:json|text)\n(.*?)```")

// TestGuide runs the examples of the user's guide: what it prints behind a query are the rows, or the refusal, that
// every backend answers.
func TestGuide(t *testing.T) {
	const guide = "../../docs/analytics.md"
	content, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		ran := 0
		got := example.ReplaceAllStringFunc(string(content), func(block string) string {
			m := example.FindStringSubmatch(block)
			line := "rows"
			if m[1] != "" {
				line += " project=" + strings.ReplaceAll(m[1], " ", "_")
			}
			var query []string
			for part := range strings.SplitSeq(m[2], "\n") {
				query = append(query, strings.TrimSpace(part))
			}
			answer := f.run(t, line, joinQuery(query))
			if _, rows, ok := strings.Cut(answer, `"value":`); ok {
				answer = strings.TrimSuffix(rows, "}")
			}
			ran++
			return strings.TrimSuffix(block, m[3]+"```") + answer + "\n```"
		})
		if ran != strings.Count(string(content), "```http") {
			t.Errorf("%d of %d examples were found", ran, strings.Count(string(content), "```http"))
		}
		if *rewrite {
			if err := os.WriteFile(guide, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		} else if d := cmp.Diff(strings.Split(string(content), "\n"), strings.Split(got, "\n")); d != "" {
			t.Errorf("%s:\n%s", guide, d)
		}
	})
}

// joinQuery puts the lines of a query together: a line that goes on in words is joined by a blank.
func joinQuery(lines []string) string {
	text := lines[0]
	for _, l := range lines[1:] {
		if !strings.HasPrefix(l, "&") && !strings.HasPrefix(l, "/") {
			text += " "
		}
		text += l
	}
	return text
}
