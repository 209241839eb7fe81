package odata

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says why a query is refused. Message is one sentence for the client without its closing dot, worded as the
// original service words it where that is known; Hint adds what a person needs to put the query right.
type Error struct {
	Option  string // "$filter", "@id": the option as the documentation spells it; empty for a bare expression
	Text    string // the decoded text of the option; for an option nested in $expand, the whole text of $expand
	Pos     int    // offset in bytes into Text of the first character that cannot stand there
	Message string
	Hint    string // may be empty
}

// Error implements error: the message, and the hint in parentheses.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " (" + e.Hint + ")"
}

// syntaxError words an error like the original. The number in its message counts from zero and names the start of the
// offending token: the documented sample answers position 31 for "CreatedDate ge 2020-01-01T0000 08:00", where 08:00
// begins. It counts UTF-16 units, which is what a .NET service and most editors count; Pos stays in bytes.
func syntaxError(option, text string, pos int, hint string) *Error {
	return &Error{
		Option:  option,
		Text:    text,
		Pos:     pos,
		Message: fmt.Sprintf("Syntax error at position %d in '%s'", utf16Len(text[:pos]), text),
		Hint:    hint,
	}
}

func utf16Len(text string) int {
	units := 0
	for _, r := range text {
		units++
		if r > 0xFFFF {
			units++
		}
	}
	return units
}

// didYouMean is "; did you mean X?" for the candidate nearest to a misspelled word, or empty when none is near.
func didYouMean(word string, candidates []string) string {
	const longest = 24 // no candidate is this long, and the cost grows with the square
	if utf8.RuneCountInString(word) > longest {
		return ""
	}
	best, bestDistance := "", 3
	for _, candidate := range candidates {
		if d := editDistance(strings.ToLower(word), candidate); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// editDistance counts insertions, deletions, replacements and swaps of neighbors.
func editDistance(a, b string) int {
	var before, previous []int // the rows two and one above the current one
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, previous, row = previous, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(previous[j]+1, row[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
