package odata

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The limits of one query. They are far above what clients send and keep a hostile query from costing more than a
// moment: URLs end at 3,000 characters, but a query inside $batch may have any length.
const (
	MaxOptionLength = 1 << 20 // bytes of one decoded option
	MaxDepth        = 100     // parentheses, calls, paths and options inside one another
	MaxNodes        = 100_000 // nodes of all trees of a query together
)

// parser reads one option. Its methods consume what they are named after. The first error sticks: from then on the
// current token is the end of the text, so that every loop ends and no method needs to check.
type parser struct {
	lexer
	option string
	tok    token
	last   int // where the last consumed token ended
	depth  int
	nodes  int
	nested int // $expand parentheses around the current token
	err    *Error
}

// newParser starts on text; nodes is what other options of the query have used of the limit.
func newParser(option, text string, nodes int) *parser {
	p := &parser{lexer: lexer{src: text}, option: option, nodes: nodes}
	if len(text) > MaxOptionLength {
		p.fail(0, strings.TrimSpace("The query option "+option)+fmt.Sprintf(" is longer than %d bytes", MaxOptionLength))
		return p
	}
	p.tok = p.scan()
	return p
}

// finish requires the end of the text and returns the error of the whole run.
func (p *parser) finish() error {
	if p.tok.kind != tokEnd {
		p.unexpected(p.more() + "the end")
	}
	if p.err != nil {
		return p.err
	}
	return nil
}

// more is what could have continued the option.
func (p *parser) more() string {
	switch p.option {
	case "$select", "$expand":
		return "',' or "
	case "$orderby":
		return "an operator, asc, desc, ',' or "
	case "$apply":
		return "'/' or "
	case "$search":
		return ""
	}
	return "an operator or "
}

func (p *parser) next() {
	if p.err == nil {
		p.last = p.tok.end
		p.tok = p.scan()
	}
}

// text is the current token's.
func (p *parser) text() string { return p.src[p.tok.pos:p.tok.end] }

func (p *parser) is(c byte) bool { return p.tok.kind == tokPunct && p.src[p.tok.pos] == c }

func (p *parser) accept(c byte) bool {
	if !p.is(c) {
		return false
	}
	p.next()
	return true
}

// expect consumes the character c; after names what may also stand there, for the error.
func (p *parser) expect(c byte, also string) {
	if !p.accept(c) {
		p.unexpected("'" + string(c) + "'" + also)
	}
}

// isWord reports whether the current token is the keyword, in any letter case.
func (p *parser) isWord(keyword string) bool {
	return p.tok.kind == tokName && strings.EqualFold(p.text(), keyword)
}

func (p *parser) acceptWord(keyword string) bool {
	if !p.isWord(keyword) {
		return false
	}
	p.next()
	return true
}

// name consumes a name without dots.
func (p *parser) name(expected string) string {
	if p.tok.kind != tokName || p.tok.dotted {
		p.unexpected(expected)
		return ""
	}
	text := p.text()
	p.next()
	return text
}

// enter and leave stand around everything that may contain itself.
func (p *parser) enter() {
	if p.depth++; p.depth > MaxDepth {
		p.tooDeep()
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) tooDeep() {
	p.fail(p.tok.pos, fmt.Sprintf("The query is nested more than %d levels deep", MaxDepth))
}

// node counts a node of the tree.
func (p *parser) node() {
	if p.nodes++; p.nodes > MaxNodes {
		p.fail(p.tok.pos, fmt.Sprintf("The query has more than %d elements", MaxNodes))
	}
}

func (p *parser) fail(pos int, message string) {
	p.stop(&Error{Option: p.option, Text: p.src, Pos: pos, Message: message})
}

func (p *parser) syntax(pos int, hint string) {
	if p.err == nil { // the message holds the text: worth building once only
		p.stop(syntaxError(p.option, p.src, pos, hint))
	}
}

func (p *parser) stop(err *Error) {
	if p.err == nil {
		p.err = err
		p.tok = token{kind: tokEnd, pos: len(p.src), end: len(p.src)}
	}
}

// unexpected refuses the current token.
func (p *parser) unexpected(expected string) {
	if p.err != nil {
		return
	}
	hint := "expected " + expected + "; found " + p.found()
	if advice := p.advice(); advice != "" {
		hint += "; " + advice
	}
	p.syntax(p.tok.pos, hint)
}

// found describes the current token.
func (p *parser) found() string {
	const longest = 40
	text := p.text()
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest]) + "…"
	}
	switch {
	case p.tok.kind == tokEnd:
		return "the end"
	case strings.HasPrefix(text, "'"):
		return text
	}
	return "'" + text + "'"
}

const adviceSemicolon = "options inside $expand are separated by ';'"

// advice explains the mistakes people make most often where the current token stands.
func (p *parser) advice() string {
	switch text := p.text(); {
	case p.tok.kind == tokEnd:
		return ""
	case p.tok.kind == tokDollar && isOptionName(text) && p.last > 0 && !p.after("/("):
		if p.nested > 0 {
			return adviceSemicolon
		}
		return "options of the query are separated by '&'"
	case p.tok.kind == tokWord && shaped(text, clockShape) && p.tok.gap:
		return "in a URL the plus sign of an offset is written %2B"
	case p.tok.kind == tokBad && text[0] == '\'':
		return "the string is not closed"
	case !p.tok.gap && p.after("'") && p.tok.kind != tokPunct:
		return "a quote inside a string is doubled"
	case p.tok.kind == tokBad && text == `"`:
		return "strings stand in single quotes"
	case text == "=":
		return "equality is written eq"
	case text == "!":
		return "inequality is written ne, negation not"
	case text == "<" || text == ">":
		return "comparisons are written lt, le, gt and ge"
	case text == "&" || text == "|":
		return "conditions are joined with and and or"
	case text == "+":
		return "addition is written add"
	}
	return ""
}

// after reports whether the last consumed token ended with one of chars.
func (p *parser) after(chars string) bool {
	return p.last > 0 && strings.IndexByte(chars, p.src[p.last-1]) >= 0
}
