package odata

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// optionNames are the system query options, in the order in which a query is evaluated and printed.
var optionNames = []string{
	"$apply", "$compute", "$filter", "$search", "$orderby", "$expand", "$select", "$count", "$top", "$skip",
	"$skiptoken", "$format", "$levels",
}

func isOptionName(text string) bool { return slices.Contains(optionNames, strings.ToLower(text)) }

// ParseQuery reads the raw query of a URL, without its question mark and still percent-encoded. Errors are of type
// *Error.
//
// Like the original it takes more than the standard allows: blanks and line breaks around option names, option names
// and keywords in any letter case, and empty options as in "&&". A name without $ is no system option, so "top=5" lands
// in Custom. What it does not know it refuses: a misspelled $fliter must not silently return everything.
func ParseQuery(raw string) (*Query, error) {
	query := &Query{}
	seen := map[string]bool{}
	nodes := 0
	for part := range strings.SplitSeq(raw, "&") {
		rawName, rawValue, _ := strings.Cut(part, "=")
		option, err := unescape(rawName, rawName)
		if err != nil {
			return nil, err
		}
		option = strings.TrimSpace(option)
		value, err := unescape(option, rawValue)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(option, "$") && !strings.HasPrefix(option, "@") {
			if option != "" || value != "" {
				query.Custom = append(query.Custom, Option{Name: option, Value: value})
			}
			continue
		}
		if option[0] == '$' {
			option = strings.ToLower(option)
		}
		p := newParser(option, value, nodes)
		if option[0] == '$' {
			p.value(query, option, 0, seen)
		} else {
			p.aliasOption(query, seen)
		}
		if err := p.finish(); err != nil {
			return nil, err
		}
		nodes = p.nodes
	}
	return query, nil
}

// unescape decodes a name or value of the URL; option names the option in errors.
func unescape(option, raw string) (string, error) {
	option = strings.TrimSpace(option)
	text, err := url.QueryUnescape(raw)
	if err != nil {
		return "", &Error{
			Option:  option,
			Text:    raw,
			Message: "The value of " + option + " is not percent-encoded correctly",
			Hint:    "a percent sign is written %25",
		}
	}
	if !utf8.ValidString(text) {
		return "", &Error{Option: option, Text: raw, Message: "The value of " + option + " is not valid UTF-8"}
	}
	if strings.IndexByte(text, 0) >= 0 { // no database keeps one, and some refuse the whole query
		return "", &Error{Option: option, Text: raw, Message: "The value of " + option + " has a character that no text can have, %00"}
	}
	return text, nil
}

func (p *parser) aliasOption(query *Query, seen map[string]bool) {
	l := lexer{src: p.option}
	if k, _ := l.token(); k != tokAt || l.pos != len(p.option) {
		p.fail(0, "'"+p.option+"' is not the name of a parameter alias")
		return
	}
	if !p.once(p.option, 0, seen) || !p.some(p.option) {
		return
	}
	if query.Aliases == nil {
		query.Aliases = map[string]Expr{}
	}
	query.Aliases[p.option] = p.aliasValue()
}

// once refuses an option that was there before.
func (p *parser) once(option string, pos int, seen map[string]bool) bool {
	if seen[option] {
		p.fail(pos, "Query option '"+option+"' was specified more than once, but it must be specified at most once")
		return false
	}
	seen[option] = true
	return true
}

// ended reports whether the value of the option is read to its end. A comma may come last in the names of $select and
// $expand, as generated lists have it: that changes nothing about what is asked for.
func (p *parser) ended() bool {
	return p.tok.kind == tokEnd || p.nested > 0 && (p.is(';') || p.is(')'))
}

// some refuses an option without a value.
func (p *parser) some(option string) bool {
	if p.ended() {
		p.fail(p.last, "The value for OData query '"+option+"' cannot be empty")
		return false
	}
	return true
}

// value reads the value of the system option into query. The option's name, in lower case, stands at pos; seen holds
// the names of earlier options.
func (p *parser) value(query *Query, option string, pos int, seen map[string]bool) {
	if !p.known(option, pos) || !p.once(option, pos, seen) || !p.some(option) {
		return
	}
	switch option {
	case "$apply":
		query.Apply = p.steps()
	case "$compute":
		query.Compute = p.computeItems()
	case "$filter":
		query.Filter = p.expr()
	case "$search":
		query.Search = p.searchText()
	case "$orderby":
		query.OrderBy = p.orderItems()
	case "$expand":
		query.Expand = p.expandItems()
	case "$select":
		query.Select = p.selectItems()
	case "$count":
		query.Count = p.boolean(option)
	case "$top":
		query.Top = p.natural(option)
	case "$skip":
		query.Skip = p.natural(option)
	case "$skiptoken":
		query.SkipToken = p.raw()
	case "$format":
		query.Format = p.raw()
	case "$levels":
		query.Levels = p.levels()
	}
}

// known refuses an option that does not exist or cannot stand here.
func (p *parser) known(option string, pos int) bool {
	var hint string
	switch {
	case option == "$levels" && p.nested == 0:
		hint = "it belongs inside $expand, as in $expand=Children($levels=2)"
	case (option == "$skiptoken" || option == "$format") && p.nested > 0:
		hint = "it cannot stand inside $expand"
	case option == "$inlinecount":
		hint = "use $count=true"
	case isOptionName(option):
		return true
	default:
		hint = strings.TrimPrefix(didYouMean(option, optionNames), "; ")
	}
	message := "The query parameter '" + option + "' is not supported"
	p.stop(&Error{Option: p.option, Text: p.src, Pos: pos, Message: message, Hint: hint})
	return false
}

// raw consumes an uninterpreted value: the rest of the text, or inside $expand what comes before the next separator.
func (p *parser) raw() string {
	rest := p.src[p.tok.pos:]
	if p.nested > 0 {
		if i := strings.IndexAny(rest, ";)"); i >= 0 {
			rest = rest[:i]
		}
	}
	p.lexer.pos = p.tok.pos + len(rest)
	p.next()
	return strings.TrimSpace(rest)
}

func (p *parser) boolean(option string) *bool {
	pos := p.tok.pos
	text := p.raw()
	value := strings.EqualFold(text, "true")
	if !value && !strings.EqualFold(text, "false") {
		p.fail(pos, fmt.Sprintf("Invalid value '%s' for %s query option found. Valid values are 'true' and 'false'", text, option))
		return nil
	}
	return &value
}

func (p *parser) natural(option string) *int64 {
	pos := p.tok.pos
	text := p.raw()
	n, ok := naturalNumber(text)
	if !ok {
		p.fail(pos, fmt.Sprintf("Invalid value '%s' for %s query option found. The %s query option requires a "+
			"non-negative integer value", text, option, option))
		if front, rest := digits(text); front != "" && rest == "" {
			p.err.Hint = fmt.Sprintf("the largest value is %d", math.MaxInt64)
		}
		return nil
	}
	return &n
}

func (p *parser) levels() *Levels {
	pos := p.tok.pos
	text := p.raw()
	if strings.EqualFold(text, "max") {
		return &Levels{Max: true}
	}
	n, ok := naturalNumber(text)
	if !ok {
		p.fail(pos, fmt.Sprintf("Invalid value '%s' for $levels: it must be 'max' or a non-negative integer", text))
		return nil
	}
	return &Levels{N: n}
}

// naturalNumber reads digits; the standard library alone would take a sign too.
func naturalNumber(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && isDigit(text[0])
}

// searchText consumes a search expression without interpreting it. It ends before a closing parenthesis that it did
// not open, and inside $expand before a semicolon; phrases in double quotes may hold anything.
func (p *parser) searchText() string {
	first := p.tok.pos
	open, phrase, i := 0, false, first
	for ; i < len(p.src); i++ {
		c := p.src[i]
		if c == '"' {
			phrase = !phrase
		}
		if phrase {
			continue
		}
		if c == '(' {
			open++
		}
		if c == ')' {
			open--
		}
		if open < 0 || open == 0 && c == ';' && p.nested > 0 {
			break
		}
	}
	p.lexer.pos = i
	p.next()
	text := strings.TrimRightFunc(p.src[first:i], unicode.IsSpace)
	if phrase || open > 0 || text == "" {
		p.unexpected(`a search expression with its quotes and parentheses closed`)
	}
	return text
}

func (p *parser) orderItems() []OrderItem {
	var items []OrderItem
	for more := true; more; more = p.accept(',') {
		item := OrderItem{Expr: p.expr()}
		if item.Desc = p.acceptWord("desc"); !item.Desc {
			p.acceptWord("asc")
		}
		items = append(items, item)
	}
	return items
}

func (p *parser) computeItems() []ComputeItem {
	var items []ComputeItem
	for more := true; more; more = p.accept(',') {
		item := ComputeItem{Expr: p.expr()}
		item.As, item.Pos = p.as("an operator or ")
		items = append(items, item)
	}
	return items
}

// as reads "as Name"; before is what else could have come, for the error.
func (p *parser) as(before string) (alias string, pos int) {
	if !p.acceptWord("as") {
		p.unexpected(before + "'as' and a name")
	}
	pos = p.tok.pos
	return p.name("a name after 'as'"), pos
}

func (p *parser) selectItems() []SelectItem {
	var items []SelectItem
	for more := true; more; more = p.accept(',') && !p.ended() {
		item := SelectItem{Pos: p.tok.pos}
		if item.Star = p.accept('*'); !item.Star {
			var slash bool
			if item.Path, slash = p.navigation("a property"); slash {
				p.unexpected("a property")
			}
		}
		items = append(items, item)
	}
	return items
}
