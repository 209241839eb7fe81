package delivery

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// line is a record as it is sent.
type line interface {
	kind() Kind
	// key is the natural key among the records of a kind in a project.
	key() string
	// check looks at what can be judged without the store.
	check(c *checker)
	// needs names the records that value asks for.
	needs(n *needs)
	// value is what is stored.
	value(x *resolver) any
}

// ref refers to a record by its number.
type ref struct {
	ID *int64 `json:"id"`
}

// lineKinds makes an empty line by the word in its member "kind".
var lineKinds = []struct {
	word  string
	empty func() line
}{
	{"pipeline", func() line { return new(pipelineLine) }},
	{"pipelineRun", func() line { return new(runLine) }},
	{"testConfiguration", func() line { return new(configurationLine) }},
	{"testPlan", func() line { return new(planLine) }},
	{"testSuite", func() line { return new(suiteLine) }},
	{"testPoint", func() line { return new(pointLine) }},
	{"testRun", func() line { return new(testRunLine) }},
	{"agentRequest", func() line { return new(requestLine) }},
	{"agentPoolSize", func() line { return new(poolSizeLine) }},
	{"parallelJobs", func() line { return new(parallelJobsLine) }},
}

// numbered is a line with its place in the file.
type numbered struct {
	number  int
	line    line
	problem string
}

// split cuts a body into its lines, which count from first. Empty ones are left out.
func split(body []byte, first int, now time.Time) []numbered {
	var all []numbered
	for i, text := range bytes.Split(body, []byte("\n")) {
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		n := numbered{number: first + i}
		if n.line, n.problem = parse(text); n.problem == "" {
			c := &checker{now: now}
			n.line.check(c)
			n.problem = c.problem
		}
		all = append(all, n)
	}
	return all
}

// parse reads a line. What it does not know it refuses: a misspelled member would lose data without a word.
func parse(text []byte) (line, string) {
	var head struct {
		Kind *string `json:"kind"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, explain(err, nil)
	}
	words := make([]string, len(lineKinds))
	for i, k := range lineKinds {
		words[i] = k.word
	}
	if head.Kind == nil {
		return nil, "kind is missing; it is one of " + strings.Join(words, ", ")
	}
	at := slices.Index(words, *head.Kind)
	if at < 0 {
		return nil, fmt.Sprintf("the kind %.40q is not known; it is one of %s", *head.Kind, strings.Join(words, ", "))
	}
	l := lineKinds[at].empty()
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(l); err != nil {
		return nil, explain(err, l)
	}
	return l, ""
}

// explain puts an error of the JSON decoder into words that say what would be right.
func explain(err error, l line) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		where := wrong.Field
		if where == "" {
			return "the line is not a JSON object"
		}
		return fmt.Sprintf("%s holds a %s where a %s belongs", where, wrong.Value, typeName(wrong.Type))
	}
	if wrong, ok := errors.AsType[*time.ParseError](err); ok {
		return fmt.Sprintf("%.60s is not a date; write it like 2026-11-22T10:00:00Z", wrong.Value)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok && l != nil {
		return fmt.Sprintf("the member %s is not known; a line of this kind has %s", name, strings.Join(members(reflect.TypeOf(l).Elem()), ", "))
	}
	if strings.Contains(err.Error(), "unexpected end") {
		return "the JSON ends early; write each record on one line"
	}
	if strings.Contains(err.Error(), "after top-level value") {
		return "something stands behind the object; write one record on each line"
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("it is not JSON: at byte %d: %s", wrong.Offset, wrong)
	}
	return err.Error()
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "boolean"
	case reflect.Int64:
		return "whole number"
	case reflect.Slice:
		return "list"
	case reflect.Pointer:
		return typeName(t.Elem())
	}
	return "JSON object"
}

// members lists what a line may hold, with what objects in it may hold in parentheses.
func members(t reflect.Type) []string {
	var all []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, inner := f.Tag.Get("json"), f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			name += " (" + strings.Join(members(inner), ", ") + ")"
		}
		all = append(all, name)
	}
	return all
}

// number is the natural key of a record that has a number.
func number(id *int64) string { return strconv.FormatInt(*id, 10) }

// digest is the natural key of a record that has several texts.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s,", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// exact is a moment as databases keep it.
func exact(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}
