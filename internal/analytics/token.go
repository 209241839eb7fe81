package analytics

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"

	"github.com/google/uuid"
)

// token is a $skiptoken: the order values of the last row sent, so that the next page starts behind it whatever has
// been added or removed in between.
type token struct {
	Last  []any  `json:"l"`
	Left  int64  `json:"n"` // rows that $top leaves, -1 without
	Query uint32 `json:"q"` // what the token was made for; in its text, mixed with the rest, so that changes are noticed
	Skip  int64  `json:"-"` // rows to skip instead
}

func (t token) String() string {
	t.Query = t.mark(t.Query)
	text, _ := json.Marshal(t) // made of numbers, texts and flags
	return base64.RawURLEncoding.EncodeToString(text)
}

// mark mixes the mark of a query with the token's other parts.
func (t token) mark(query uint32) uint32 {
	t.Query = query
	text, _ := json.Marshal(t)
	h := fnv.New32a()
	_, _ = h.Write(text)
	return h.Sum32()
}

// fingerprint tells queries apart whose tokens do not fit each other.
func fingerprint(path string, q *odata.Query) uint32 {
	c := *q
	c.SkipToken, c.Select, c.Expand = "", nil, nil
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(path) + "?" + c.String())) // never fails
	return h.Sum32()
}

// parseToken reads a $skiptoken that was made for this query. Samples in documentation have plain numbers; those skip as
// many rows.
func parseToken(text string, want uint32) (*token, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		return &token{Skip: n, Left: -1, Query: want}, nil
	}
	var t token
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber() // microseconds do not fit a double
		err = d.Decode(&t)
	}
	if err != nil || t.Query != t.mark(want) || t.Left < -1 {
		return nil, fault.QueryNotValid("The skip token '%s' does not belong to this query, or it was changed", shorten(text)).
			WithHint("follow @odata.nextLink unchanged, or begin without $skiptoken")
	}
	t.Query = want
	return &t, nil
}

// fit converts the values of a token to those of an order.
func (t *token) fit(o ordering) error {
	ok := len(t.Last) == len(o)
	for i := 0; ok && i < len(o); i++ {
		if t.Last[i] != nil {
			t.Last[i], ok = fitValue(t.Last[i], o[i].typ)
		}
	}
	if !ok {
		return fault.QueryNotValid("The skip token does not belong to this query").
			WithHint("follow @odata.nextLink unchanged, or begin without $skiptoken")
	}
	return nil
}

func fitValue(x any, t sqlgen.Type) (any, bool) {
	switch t {
	case sqlgen.Bool:
		flag, ok := x.(bool)
		return flag, ok
	case sqlgen.Text:
		text, ok := x.(string)
		return text, ok
	case sqlgen.UUID:
		text, ok := x.(string)
		if ok {
			id, err := uuid.Parse(text)
			text, ok = id.String(), err == nil
		}
		return text, ok
	case sqlgen.Double:
		number, ok := x.(json.Number)
		if text, isText := x.(string); isText && !ok {
			f, err := strconv.ParseFloat(text, 64)
			return f, err == nil
		}
		f, err := number.Float64()
		return f, err == nil
	}
	number, _ := x.(json.Number)
	n, err := number.Int64()
	switch t {
	case sqlgen.Timestamp:
		return time.UnixMicro(n).UTC(), err == nil
	case sqlgen.Date:
		return time.Unix(n*86400, 0).UTC(), err == nil
	case sqlgen.Time:
		return time.UnixMicro(n).UTC().Format("15:04:05.999999"), err == nil
	default:
		return n, err == nil
	}
}

// tokenValue reads an order value of a row as a token keeps it.
func tokenValue(v *db.Vector, row int) any {
	if v.Null(row) {
		return nil
	}
	switch v.Kind {
	case db.Bool:
		return v.Int(row) != 0
	case db.Float64:
		if x := v.Float(row); !math.IsInf(x, 0) && !math.IsNaN(x) {
			return x
		}
		return strconv.FormatFloat(v.Float(row), 'g', -1, 64) // JSON has no such numbers
	case db.Text:
		return string(v.Text(row))
	case db.UUID:
		return uuid.UUID(v.UUID(row)).String()
	default:
		return v.Int(row)
	}
}
