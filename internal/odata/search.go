package odata

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Search is an expression of $search: a term, or terms joined by and, or and not. Terms side by side are joined by and.
type Search struct {
	Op          string // "and", "or", "not"; empty for a term
	Left, Right *Search
	Text        string // of a term: a word, or what stood between double quotes
	Pos         int
}

// MaxSearchTerms bounds the terms of a search.
const MaxSearchTerms = 50

// searcher reads a search expression. Its operators are written in capitals: OR is an operator, or a word.
type searcher struct {
	text  string
	pos   int
	terms int
	depth int
	err   *Error
}

// ParseSearch reads the text of $search or of the transformation search. Errors are of type *Error.
func ParseSearch(text string) (*Search, error) {
	s := &searcher{text: text}
	tree := s.or()
	if s.blanks(); s.err == nil && s.pos < len(text) {
		s.fail("expected the end or another term; found '" + text[s.pos:s.pos+1] + "'")
	}
	if s.err != nil {
		return nil, s.err
	}
	return tree, nil
}

func (s *searcher) fail(hint string) {
	if s.err == nil {
		s.err = syntaxError("$search", s.text, s.pos, hint)
		s.pos = len(s.text)
	}
}

func (s *searcher) blanks() {
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		s.pos += size
	}
}

// word is the next word, empty before anything else. It is not consumed.
func (s *searcher) word() string {
	s.blanks()
	rest := s.text[s.pos:]
	if end := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"();`, r) }); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

func (s *searcher) accept(operator string) bool {
	if s.word() != operator {
		return false
	}
	s.pos += len(operator)
	return true
}

func (s *searcher) or() *Search {
	left := s.and()
	for s.err == nil {
		pos := s.pos
		if !s.accept("OR") {
			break
		}
		left = &Search{Op: "or", Left: left, Right: s.and(), Pos: pos}
	}
	return left
}

func (s *searcher) and() *Search {
	left := s.not()
	for s.err == nil {
		pos := s.pos
		if w := s.word(); !s.accept("AND") && (w == "OR" || s.pos >= len(s.text) || s.text[s.pos] == ')' || s.text[s.pos] == ';') {
			break
		}
		left = &Search{Op: "and", Left: left, Right: s.not(), Pos: pos}
	}
	return left
}

func (s *searcher) not() *Search {
	if s.depth++; s.depth > MaxDepth {
		s.fail("nested too deep")
	}
	defer func() { s.depth-- }()
	w := s.word()
	pos := s.pos
	switch {
	case s.err != nil:
		return nil
	case w == "NOT":
		s.pos += len(w)
		return &Search{Op: "not", Left: s.not(), Pos: pos}
	case w == "AND" || w == "OR":
		s.fail("expected a term before " + w + "; the word itself is written \"" + w + "\"")
		return nil
	case w != "":
		s.pos += len(w)
		return s.term(w, pos)
	case strings.HasPrefix(s.text[pos:], `"`):
		length := strings.IndexByte(s.text[pos+1:], '"')
		if length < 1 {
			s.fail("a phrase between double quotes is empty or not closed")
			return nil
		}
		s.pos += length + 2
		return s.term(s.text[pos+1:pos+1+length], pos)
	case strings.HasPrefix(s.text[pos:], "("):
		s.pos++
		inner := s.or()
		if s.blanks(); s.err == nil && !strings.HasPrefix(s.text[s.pos:], ")") {
			s.fail("expected ')' or another term")
			return nil
		}
		s.pos = min(s.pos+1, len(s.text))
		return inner
	}
	s.fail("expected a word, a phrase in double quotes or '('")
	return nil
}

func (s *searcher) term(text string, pos int) *Search {
	if s.terms++; s.terms > MaxSearchTerms {
		s.pos = pos
		s.fail("there are more terms than can be searched for at once")
		return nil
	}
	return &Search{Text: text, Pos: pos}
}
