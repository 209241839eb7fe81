package work

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// environment is what applying a change needs to know about its surroundings. It is read before and not changed.
type environment struct {
	catalog   *project.Catalog
	directory *access.Directory
	project   *project.Project      // the change leads to, see retarget
	kind      *project.WorkItemType // the change leads to
	user      User
	caller    *access.Caller // nil when nobody asks
	areas     *access.Areas  // what the caller may do with the work items of areas
	now       time.Time
	bypass    bool             // no rules, and dates and people may be set
	tags      map[string]int64 // ids of the tags the change names, by folded name
	tagNames  map[int64]string
	boards    map[boardsKey]boardsFound                                  // that items are on, as far as asked for
	homes     map[*project.Node]map[*project.WorkItemType]*project.Board // by area, as far as asked for
	carried   Tags                                                       // the item's tags in the project it moves to, nil when it stays
}

// convert turns a JSON value into the stored value of a field. A value that does not fit is a broken rule.
func (e *environment) convert(f *project.Field, raw json.RawMessage) (any, *fault.Broken) {
	wrong := &fault.Broken{ReferenceName: f.ReferenceName, Name: f.Name, Flags: fault.InvalidType}
	var v any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, wrong
	}
	text, isText := plainText(v)
	switch shapeOf(f) {
	case shapeUser:
		u := e.identity(v)
		if u == nil {
			wrong.Flags = fault.InvalidUser
			return nil, wrong
		}
		return User(u.ID), nil
	case shapeInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if x, e := strconv.ParseFloat(text, 64); err != nil && e == nil && x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			n, err = int64(x), nil // 3.0
		}
		if !isText || err != nil || n > math.MaxInt32 || n < math.MinInt32 {
			return nil, wrong
		}
		return n, nil
	case shapeFloat:
		x, err := strconv.ParseFloat(text, 64)
		if !isText || err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			return nil, wrong
		}
		return x, nil
	case shapeBool:
		switch strings.ToLower(text) {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
		return nil, wrong
	case shapeTime:
		t, ok := ParseTime(text)
		if !isText || !ok || t.Year() < 1753 || t.Year() > 9999 {
			wrong.Flags = fault.InvalidDate
			return nil, wrong
		}
		return t, nil
	}
	if !isText || strings.ContainsRune(text, 0) { // PostgreSQL cannot keep that character
		return nil, wrong
	}
	if f.Type == project.GUID {
		id, ok := parseGUID(text)
		if !ok {
			return nil, wrong
		}
		return id, nil
	}
	if shapeOf(f) == shapeString && utf8.RuneCountInString(text) > maxString || len(text) > maxTextLength {
		wrong.Flags = fault.InvalidTooLong
		return nil, wrong
	}
	return text, nil
}

// plainText is the text of a JSON scalar.
func plainText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// identity resolves what clients write for a person: a name, a mail address, "Name <mail>", or an identity object.
func (e *environment) identity(v any) *access.User {
	if object, ok := v.(map[string]any); ok {
		for _, key := range []string{"id", "uniqueName", "descriptor", "displayName"} {
			if text, ok := object[key].(string); ok && text != "" {
				if u := e.directory.Find(text); u != nil {
					return u
				}
			}
		}
		return nil
	}
	text, ok := v.(string)
	if !ok {
		return nil
	}
	return e.directory.Find(text)
}

// ParseTime reads the dates clients send: ISO 8601 with or without offset (then UTC) and fraction, a plain date, and
// RFC 1123 as the Node SDK writes dates.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02T15:04Z07:00",
		time.DateTime, time.DateOnly, time.RFC1123, time.RFC1123Z, "1/2/2006 3:04:05 PM", "1/2/2006"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t.UTC().Truncate(time.Microsecond), true
		}
	}
	return time.Time{}, false
}

// splitTags reads a list of tags. Clients separate with semicolons or commas.
func splitTags(text string) []string {
	var tags []string
	for _, t := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' }) {
		t = strings.TrimSpace(t)
		if t != "" && !slices.ContainsFunc(tags, func(s string) bool { return strings.EqualFold(s, t) }) {
			tags = append(tags, t)
		}
	}
	return tags
}
