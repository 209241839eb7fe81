package azdo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// appendValue appends a value as the service writes it.
func appendValue(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return appendString(dst, v), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case float64:
		return appendDouble(dst, v)
	case bool:
		return strconv.AppendBool(dst, v), nil
	case Time:
		return append(append(append(dst, '"'), v.String()...), '"'), nil
	case json.RawMessage:
		return append(dst, v...), nil
	}
	return appendAny(dst, v)
}

// appendDouble appends a number that always has a fraction or an exponent, so that it reads back as a double.
func appendDouble(dst []byte, x float64) ([]byte, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil, fmt.Errorf("%v has no JSON form", x)
	}
	format := byte('f')
	if size := math.Abs(x); size != 0 && (size < 1e-5 || size >= 1e15) {
		format = 'E'
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, x, format, -1, 64)
	if !bytes.ContainsAny(dst[start:], ".E") {
		dst = append(dst, ".0"...)
	}
	return dst, nil
}

// appendString appends a string. Text is not escaped for HTML, as the service does.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(dst, s)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

func appendEscaped(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		case r == '\u2028' || r == '\u2029': // line ends in old JavaScript
			dst = append(dst, `\u202`...)
			dst = append(dst, hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// appendAny appends what encoding/json makes of a value.
func appendAny(dst []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
