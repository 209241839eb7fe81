// Package work owns work items: their fields, rules, revisions, links, tags and history. It hides how they are stored
// and which rules a change sets off; it must not know HTTP or query languages of other services. Start reading at
// Items.Update for writing and Items.Get for reading; apply.go holds the pure core.
package work

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Fields is what a revision stores, by field. Fields without a value are absent. Which Go type a value has follows from
// the field:
//
//	string, guid        string
//	integer             int64
//	double              float64
//	boolean             bool
//	dateTime            time.Time, UTC, microseconds
//	identities          User
//	html, plainText     Text (System.Tags: Tags)
//	area, iteration     int64, the node's id under System.AreaId and System.IterationId
type Fields map[project.FieldID]any

// User is the id of an identity within the organization.
type User int64

// Text is the revision under which a long text is stored: texts are kept once, not with every revision.
type Text int64

// Tags is a list of tag ids in order of the tags' names.
type Tags []int64

// shape tells the encodings of stored values apart.
type shape uint8

const (
	shapeString shape = iota + 1
	shapeInt
	shapeFloat
	shapeBool
	shapeTime
	shapeUser
	shapeText
	shapeTags
)

func shapeOf(f *project.Field) shape {
	switch {
	case f.ID == project.FieldTags:
		return shapeTags
	case f.Identity:
		return shapeUser
	}
	switch f.Type {
	case project.Integer:
		return shapeInt
	case project.Double:
		return shapeFloat
	case project.Boolean:
		return shapeBool
	case project.DateTime:
		return shapeTime
	case project.HTML, project.PlainText, project.History:
		return shapeText
	}
	return shapeString
}

// String and the other accessors return the zero value when the field is empty.
func (f Fields) String(id project.FieldID) string       { v, _ := f[id].(string); return v }
func (f Fields) Int(id project.FieldID) int64           { v, _ := f[id].(int64); return v }
func (f Fields) Time(id project.FieldID) time.Time      { v, _ := f[id].(time.Time); return v }
func (f Fields) User(id project.FieldID) User           { v, _ := f[id].(User); return v }
func (f Fields) Tags() Tags                             { v, _ := f[project.FieldTags].(Tags); return v }
func (f Fields) clone() Fields                          { return maps.Clone(f) }
func (f Fields) same(id project.FieldID, g Fields) bool { return sameValue(f[id], g[id]) }

func sameValue(a, b any) bool {
	if at, ok := a.(time.Time); ok {
		bt, ok := b.(time.Time)
		return ok && at.Equal(bt)
	}
	if at, ok := a.(Tags); ok {
		bt, ok := b.(Tags)
		return ok && slices.Equal(at, bt)
	}
	if _, ok := b.(Tags); ok {
		return false
	}
	return a == b
}

// encode appends the stored form: a JSON object keyed by field id, smallest first. Dates are microseconds, identities
// and tags their ids, so that SQL can compare them.
func (f Fields) encode(dst []byte) []byte {
	ids := make([]project.FieldID, 0, len(f))
	for id := range f {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	dst = append(dst, '{')
	for i, id := range ids {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = strconv.AppendInt(dst, int64(id), 10)
		dst = append(dst, '"', ':')
		dst = appendValue(dst, f[id])
	}
	return append(dst, '}')
}

func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return appendJSONString(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return strconv.AppendFloat(dst, v, 'g', -1, 64)
	case bool:
		return strconv.AppendBool(dst, v)
	case time.Time:
		return strconv.AppendInt(dst, v.UnixMicro(), 10)
	case User:
		return strconv.AppendInt(dst, int64(v), 10)
	case Text:
		return strconv.AppendInt(dst, int64(v), 10)
	case Tags:
		dst = append(dst, '[')
		for i, id := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, id, 10)
		}
		return append(dst, ']')
	}
	panic(fmt.Sprintf("field value of type %T", v)) // values are made in this package only
}

func appendJSONString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0 // s[plain:i] needs no escape and is not copied yet
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[plain:i]...)
		plain = i + 1
		if c < 0x20 {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		} else {
			dst = append(dst, '\\', c)
		}
	}
	return append(append(dst, s[plain:]...), '"')
}

// decoder reads stored fields; the catalog knows the shape of each.
type decoder struct{ catalog *project.Catalog }

// decode reads the stored form. It accepts exactly what encode writes.
func (d decoder) decode(s string) (Fields, error) {
	f := make(Fields, strings.Count(s, ":"))
	err := d.scan(s, func(id project.FieldID, v any) { f[id] = v })
	return f, err
}

// scan calls each for every field of the stored form.
func (d decoder) scan(s string, each func(id project.FieldID, v any)) error {
	return scanTokens(s, func(id project.FieldID, token string) error {
		if id >= project.FirstBoardFieldID && d.catalog.Field(id) == nil {
			return nil // of a team that is gone
		}
		v, err := d.value(id, token)
		if err != nil {
			return fmt.Errorf("stored field %d: %w", id, err)
		}
		each(id, v)
		return nil
	})
}

// scanTokens splits the stored form into fields and the JSON text of their values.
func scanTokens(s string, each func(id project.FieldID, token string) error) error {
	rest, ok := strings.CutPrefix(s, "{")
	for ok && len(rest) > 1 {
		var key, token string
		if key, rest, ok = strings.Cut(strings.TrimPrefix(rest[1:], `"`), `":`); !ok {
			break
		}
		// rest[1:] above skipped either the quote of the first key or the comma before a later one.
		id, err := strconv.ParseInt(key, 10, 32)
		if err != nil {
			break
		}
		token, rest, ok = cutValue(rest)
		if !ok {
			break
		}
		if err := each(project.FieldID(id), token); err != nil {
			return err
		}
	}
	if rest != "}" {
		return fmt.Errorf("stored fields are malformed: %.60q", s)
	}
	return nil
}

// cutValue splits the first JSON value off s.
func cutValue(s string) (token, rest string, ok bool) {
	if s == "" {
		return "", "", false
	}
	switch s[0] {
	case '"':
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return s[:i+1], s[i+1:], true
			}
		}
		return "", "", false
	case '[':
		i := strings.IndexByte(s, ']')
		return s[:i+1], s[i+1:], i > 0
	}
	i := strings.IndexAny(s, ",}")
	if i < 1 {
		return "", "", false
	}
	return s[:i], s[i:], true
}

func (d decoder) value(id project.FieldID, token string) (any, error) {
	if id == markdownFields {
		return unquote(token)
	}
	f := d.catalog.Field(id)
	if f == nil {
		return nil, fmt.Errorf("no such field")
	}
	switch shapeOf(f) {
	case shapeInt:
		return strconv.ParseInt(token, 10, 64)
	case shapeFloat:
		return strconv.ParseFloat(token, 64)
	case shapeBool:
		return token == "true", nil
	case shapeTime:
		n, err := strconv.ParseInt(token, 10, 64)
		return time.UnixMicro(n).UTC(), err
	case shapeUser:
		n, err := strconv.ParseInt(token, 10, 64)
		return User(n), err
	case shapeText:
		n, err := strconv.ParseInt(token, 10, 64)
		return Text(n), err
	case shapeTags:
		var tags Tags
		for part := range strings.SplitSeq(strings.Trim(token, "[]"), ",") {
			n, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return nil, err
			}
			tags = append(tags, n)
		}
		return tags, nil
	default:
		return unquote(token)
	}
}

// unquote is the text of a JSON string.
func unquote(token string) (string, error) {
	if strings.IndexByte(token, '\\') < 0 && len(token) >= 2 {
		return token[1 : len(token)-1], nil
	}
	var s string
	err := json.Unmarshal([]byte(token), &s)
	return s, err
}

// parseGUID normalizes the text of a guid field.
func parseGUID(s string) (string, bool) {
	id, err := uuid.Parse(s)
	return id.String(), err == nil
}
