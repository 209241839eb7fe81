package odata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind tells what a token is.
type kind uint8

const (
	tokEnd    kind = iota // the end of the text
	tokName               // State, and, Edm.Double: letters, digits, underscores, with dots between parts
	tokDollar             // $it, $count, $select
	tokAt                 // @id
	tokString             // 'text', with '' for a quote
	tokWord               // what begins with a digit, and GUIDs: 12, 1.5e3, 2020-01-01Z
	tokPunct              // one of ( ) , / ; : = * -
	tokBad                // a character or a quote that begins no token
)

// token is a piece of the text. Blanks before it are not part of it.
type token struct {
	kind     kind
	pos, end int
	gap      bool // blanks stand before it
	dotted   bool // a name with dots
}

// lexer cuts a text into tokens, one at a time and without looking back, so that long texts cost linear time.
// It never fails: what cannot be a token is a bad token, and the parser says so when it gets there.
type lexer struct {
	src string
	pos int
}

func (l *lexer) scan() token {
	start := l.pos
	l.blanks()
	t := token{pos: l.pos, gap: l.pos > start}
	t.kind, t.dotted = l.token()
	t.end = l.pos
	return t
}

// token consumes one token and says what it was.
func (l *lexer) token() (k kind, dotted bool) {
	if l.pos >= len(l.src) {
		return tokEnd, false
	}
	switch c := l.src[l.pos]; {
	case isDigit(c):
		l.word()
		return tokWord, false
	case c == '\'':
		return l.quoted(), false
	case c == '$' || c == '@':
		l.pos++
		if !l.identifier() {
			return tokBad, false
		}
		if c == '$' {
			return tokDollar, false
		}
		return tokAt, false
	case strings.IndexByte("(),/;:=*-", c) >= 0:
		l.pos++
		return tokPunct, false
	}
	if n := len(guidShape); len(l.src)-l.pos >= n && isGUID(l.src[l.pos:l.pos+n]) && !l.inWord(l.pos+n) {
		l.pos += n
		return tokWord, false
	}
	if first := l.pos; l.identifier() {
		return tokName, l.dots(first)
	}
	_, size := utf8.DecodeRuneInString(l.src[l.pos:])
	l.pos += size
	return tokBad, false
}

// word consumes everything that numbers, dates, times, offsets and GUIDs are made of.
func (l *lexer) word() {
	for l.inWord(l.pos) {
		l.pos++
	}
}

func (l *lexer) inWord(pos int) bool {
	if pos >= len(l.src) {
		return false
	}
	c := l.src[pos]
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("_:.+-", c) >= 0
}

// quoted consumes a string. One that is not closed is a bad token up to the end.
func (l *lexer) quoted() kind {
	for rest := l.pos + 1; ; {
		i := strings.IndexByte(l.src[rest:], '\'')
		if i < 0 {
			l.pos = len(l.src)
			return tokBad
		}
		rest += i + 1
		if rest >= len(l.src) || l.src[rest] != '\'' {
			l.pos = rest
			return tokString
		}
		rest++
	}
}

// identifier consumes a name without dots and reports whether one was there.
func (l *lexer) identifier() bool {
	first := l.pos
	for l.pos < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.pos:])
		if r != '_' && !unicode.IsLetter(r) && (l.pos == first || !unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc)) {
			break
		}
		l.pos += size
	}
	return l.pos > first
}

// dots consumes the further parts of a qualified name that began at first and reports whether there were any.
// A duration with a fraction, PT1.5S, counts as one although its second part begins with a digit.
func (l *lexer) dots(first int) bool {
	one := l.pos
	for l.pos < len(l.src) && l.src[l.pos] == '.' {
		dot := l.pos
		l.pos++
		if !l.identifier() {
			l.pos = dot
			break
		}
	}
	if l.pos == one && l.src[first] == 'P' {
		fraction := one
		for fraction < len(l.src) && (l.src[fraction] == '.' || isDigit(l.src[fraction])) {
			fraction++
		}
		if fraction < len(l.src) && l.src[fraction] == 'S' {
			if _, ok := parseDuration(l.src[first : fraction+1]); ok {
				l.pos = fraction + 1
			}
		}
	}
	return l.pos > one
}

func (l *lexer) blanks() {
	for l.pos < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		l.pos += size
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
