package wiql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind tells tokens apart.
type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // keyword or bare field name
	nameToken             // [in brackets]
	stringToken           // in quotes; text is what they hold
	numberToken
	macroToken // @name; text without @
	signToken  // operators and punctuation
)

// token is a piece of a statement.
type token struct {
	kind tokenKind
	text string
	pos  int
	end  int
}

// is reports whether a token is a keyword.
func (t token) is(keyword string) bool {
	return t.kind == wordToken && strings.EqualFold(t.text, keyword)
}

// lex splits a statement.
func lex(s string) (tokens []token, err error) {
	for pos := 0; ; {
		for pos < len(s) {
			r, size := utf8.DecodeRuneInString(s[pos:])
			if !unicode.IsSpace(r) {
				break
			}
			pos += size
		}
		t, err := next(s, pos)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == endToken {
			return tokens, nil
		}
		pos = t.end
	}
}

// next is the token at a position that holds no space.
func next(s string, pos int) (token, error) {
	if pos == len(s) {
		return token{kind: endToken, pos: pos, end: pos}, nil
	}
	rest := s[pos:]
	sized := func(kind tokenKind, n int) (token, error) {
		return token{kind: kind, text: rest[:n], pos: pos, end: pos + n}, nil
	}
	switch c := rest[0]; {
	case c == '[':
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			return token{}, errorAt(s, pos, len(s), "Expecting the bracket that ends a name.")
		}
		return token{nameToken, strings.TrimSpace(rest[1:end]), pos, pos + end + 1}, nil
	case c == '\'' || c == '"':
		return quoted(s, pos, c)
	case c == '@':
		n := 1 + span(rest[1:], isWordRune)
		if n == 1 {
			return token{}, errorAt(s, pos, pos+1, "Expecting the name of a macro behind @.")
		}
		return token{macroToken, rest[1:n], pos, pos + n}, nil
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		return sized(numberToken, span(rest, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' }))
	case strings.HasPrefix(rest, "<>"), strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, ">="):
		return sized(signToken, 2)
	case strings.IndexByte("=<>(),.+-*", c) >= 0:
		return sized(signToken, 1)
	}
	if n := span(rest, isWordRune); n > 0 {
		return sized(wordToken, n)
	}
	_, size := utf8.DecodeRuneInString(rest)
	return token{}, errorAt(s, pos, pos+size, "Unexpected character.")
}

// quoted reads a string; a quote inside is doubled.
func quoted(s string, pos int, quote byte) (token, error) {
	var b strings.Builder
	for i := pos + 1; i < len(s); i++ {
		if s[i] != quote {
			b.WriteByte(s[i])
			continue
		}
		if i+1 == len(s) || s[i+1] != quote {
			return token{stringToken, b.String(), pos, i + 1}, nil
		}
		b.WriteByte(quote)
		i++
	}
	return token{}, errorAt(s, pos, len(s), "Expecting the quote that ends a text.")
}

// isWordRune reports whether a rune belongs to a word; names in words have dots.
func isWordRune(r rune) bool {
	return r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

func span(s string, in func(rune) bool) int {
	for i, r := range s {
		if !in(r) || r == utf8.RuneError {
			return i
		}
	}
	return len(s)
}

// Error is what is wrong with a statement.
type Error struct {
	Message string
	Near    string // the part of the statement that causes it
	Pos     int
}

func (e *Error) Error() string {
	return e.Message + " The error is caused by «" + e.Near + "»."
}

// maxNear is how much of a statement an error repeats, in bytes.
const maxNear = 100

func errorAt(s string, pos, end int, message string) error {
	near := s[pos:end]
	if len(near) > maxNear {
		near = strings.ToValidUTF8(near[:maxNear], "") + "…"
	}
	if near == "" {
		near = s[max(0, strings.LastIndexAny(strings.TrimRight(s, " \t\r\n"), " \t\r\n")+1):]
		if len(near) > maxNear {
			near = strings.ToValidUTF8(near[len(near)-maxNear:], "")
		}
	}
	return &Error{Message: message, Near: strings.TrimSpace(near), Pos: pos}
}
