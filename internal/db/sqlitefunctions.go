package db

import (
	"strings"
	"unicode"

	"github.com/mattn/go-sqlite3"
)

// registerFunctions gives a connection what PostgreSQL has of its own and built queries ask for.
func registerFunctions(c *sqlite3.SQLiteConn) error {
	if err := c.RegisterFunc("unicode_lower", func(text any) any {
		if s, ok := text.(string); ok {
			return strings.ToLower(s)
		}
		return text
	}, true); err != nil {
		return err
	}
	return c.RegisterFunc("has_words", func(text any, words string, prefix int64) any {
		if s, ok := text.(string); ok {
			return hasWords(s, strings.Fields(words), prefix != 0)
		}
		return nil
	}, true)
}

// hasWords reports whether a text holds words, which are in lower case, one behind the other.
func hasWords(text string, words []string, prefix bool) bool {
	in := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i := 0; i+len(words) <= len(in); i++ {
		if matches(in[i:], words, prefix) {
			return true
		}
	}
	return false
}

func matches(in, words []string, prefix bool) bool {
	for i, w := range words {
		if in[i] != w && !(prefix && i == len(words)-1 && strings.HasPrefix(in[i], w)) {
			return false
		}
	}
	return true
}
