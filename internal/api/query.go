package api

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"boardwalk/internal/fault"
)

// query is the parameters of a URL by name in lower case: the service does not tell cases apart.
type query map[string][]string

func parseQuery(raw string) (query, error) {
	q := query{}
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil || !utf8.ValidString(name+value) {
			return nil, fault.InvalidArgument("The query parameter %q is not valid: percent-encode it as UTF-8.", part)
		}
		name = strings.ToLower(name)
		q[name] = append(q[name], value)
	}
	return q, nil
}

// text is the value of a parameter, "" when it is missing.
func (q query) text(name string) string {
	if values := q[strings.ToLower(name)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// list is the values of a parameter that may be repeated or separated by commas, nil when it is missing.
func (q query) list(name string) []string {
	var all []string
	for _, value := range q[strings.ToLower(name)] {
		for part := range strings.SplitSeq(value, ",") {
			if part = strings.TrimSpace(part); part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

// count is a parameter that is a number of things.
func (q query) count(name string, missing int) (int, error) {
	text := q.text(name)
	if text == "" {
		return missing, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fault.InvalidArgument("The value %q of the parameter %s is not valid: it must be a whole number of at least 0.", text, name)
	}
	return n, nil
}

// flag is a parameter that is true or false.
func (q query) flag(name string) (bool, error) {
	text := q.text(name)
	if text == "" {
		return false, nil
	}
	b, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return false, fault.InvalidArgument("The value %q of the parameter %s is not valid: write true or false.", text, name)
	}
	return b, nil
}

// own refuses extensions of ours, parameters that begin with "boardwalk.", other than the named ones.
func (q query) own(known ...string) error {
	for name := range q {
		if extension, ok := strings.CutPrefix(name, "boardwalk."); ok && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, extension) }) {
			return fault.InvalidArgument("The parameter %s is not valid here. Valid ones that begin with boardwalk. are: %s.", name, cmp.Or(strings.Join(known, ", "), "none"))
		}
	}
	return nil
}

// unserved refuses a parameter whose effect this server lacks, where ignoring it would change the answer.
func (q query) unserved(name string, harmless ...string) error {
	text := q.text(name)
	if text == "" || slices.ContainsFunc(harmless, func(h string) bool { return strings.EqualFold(h, text) }) {
		return nil
	}
	return fault.NotImplemented("The parameter " + name + "=" + text)
}

// enum is a set of words that clients write in any letter case or as numbers.
type enum []struct {
	word   string
	number string
}

// parse returns the word meant by text; an empty text is the first word.
func (e enum) parse(name, text string) (string, error) {
	if text == "" {
		return e[0].word, nil
	}
	words := make([]string, len(e))
	for i, at := range e {
		if strings.EqualFold(at.word, text) || at.number == text {
			return at.word, nil
		}
		words[i] = at.word
	}
	return "", fault.InvalidArgument("The value %q of %s is not valid. Valid values are: %s.", text, name, strings.Join(words, ", "))
}

// spell writes a value of a body as a word; what is none of them is left to whoever reads it.
func (e enum) spell(w word) string {
	for _, at := range e {
		if at.number == string(w) {
			return at.word
		}
	}
	return string(w)
}

// pageSize is how many rows a list of core resources has when the client does not say.
const pageSize = 100

// page cuts the part of a list that a request asks for and returns the token of the next part, "" behind the last.
func page[T any](q query, all []T) (part []T, next string, err error) {
	top, err := q.count("$top", pageSize)
	if err != nil {
		return nil, "", err
	}
	skip, err := q.count("$skip", 0)
	if err != nil {
		return nil, "", err
	}
	if skip, err = q.count("continuationToken", skip); err != nil {
		return nil, "", err
	}
	skip = min(skip, len(all))
	end := skip + min(top, len(all)-skip)
	if end < len(all) && end > skip {
		next = strconv.Itoa(end)
	}
	return all[skip:end], next, nil
}
