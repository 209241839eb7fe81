package odata

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The shapes of words: h is a hexadecimal and d a decimal digit, everything else stands for itself.
const (
	guidShape  = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"
	dateShape  = "dddd-dd-dd"
	clockShape = "dd:dd"
)

// shaped reports whether text begins like shape.
func shaped(text, shape string) bool {
	if len(text) < len(shape) {
		return false
	}
	for i := range len(shape) {
		c := text[i]
		switch shape[i] {
		case 'd':
			if !isDigit(c) {
				return false
			}
		case 'h':
			if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return false
			}
		default:
			if c != shape[i] {
				return false
			}
		}
	}
	return true
}

func isGUID(text string) bool { return len(text) == len(guidShape) && shaped(text, guidShape) }

// wordLiteral reads a number, date, date-time, time of day or GUID. On failure it says what is wrong instead.
func wordLiteral(text string) (literal *Literal, why string) {
	switch {
	case isGUID(text):
		return &Literal{Kind: GuidLit, Value: strings.ToLower(text)}, ""
	case shaped(text, dateShape):
		return dateLiteral(text)
	case shaped(text, clockShape):
		clock, rest, ok := clockTime(text)
		if !ok || rest != "" {
			return nil, "'" + text + "' is no time of day"
		}
		return &Literal{Kind: TimeLit, Value: clock}, ""
	}
	return numberLiteral(text)
}

// dateLiteral reads what begins like a date. Besides the forms of the standard it takes the documented short form
// 2021-01-01Z, "everything since midnight", with an offset too, and times without colons, which the documented sample
// of a lost plus sign has (see syntaxError).
func dateLiteral(text string) (*Literal, string) {
	year, _ := strconv.Atoi(text[:4])
	month, _ := strconv.Atoi(text[5:7])
	day, _ := strconv.Atoi(text[8:10])
	midnight := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year == 0 || midnight.Month() != time.Month(month) || midnight.Day() != day {
		return nil, "there is no day " + text[:len(dateShape)]
	}
	rest := text[len(dateShape):]
	if rest == "" {
		return &Literal{Kind: DateLit, Value: midnight}, ""
	}
	var clock time.Duration
	timed := rest[0]|0x20 == 't'
	if timed {
		var ok bool
		if clock, rest, ok = clockTime(rest[1:]); !ok {
			return nil, "'" + text + "' has no valid time of day"
		}
	}
	literal := &Literal{Kind: DateTimeLit, NoOffset: timed && rest == ""}
	zone, ok := offset(rest)
	if !ok && !literal.NoOffset {
		return nil, "'" + text + "' does not end in Z or an offset like -08:00"
	}
	literal.Value = time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone).Add(clock)
	return literal, ""
}

// clockTime reads hh:mm[:ss[.fraction]] or the same without colons from the start of text.
func clockTime(text string) (clock time.Duration, rest string, ok bool) {
	hour, rest, ok := twoDigits(text, 23)
	if !ok {
		return 0, "", false
	}
	rest, colon := strings.CutPrefix(rest, ":")
	minute, rest, ok := twoDigits(rest, 59)
	if !ok {
		return 0, "", false
	}
	clock = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	if colon {
		after, more := strings.CutPrefix(rest, ":")
		if !more {
			return clock, rest, true
		}
		rest = after
	} else if rest == "" || !isDigit(rest[0]) {
		return clock, rest, true
	}
	second, rest, ok := twoDigits(rest, 59)
	if !ok {
		return 0, "", false
	}
	clock += time.Duration(second) * time.Second
	after, more := strings.CutPrefix(rest, ".")
	if !more {
		return clock, rest, true
	}
	fraction, rest := digits(after)
	if fraction == "" || len(fraction) > 12 {
		return 0, "", false
	}
	return clock + nanoseconds(fraction), rest, true
}

// nanoseconds reads the digits after a decimal point; those beyond the ninth are dropped.
func nanoseconds(fraction string) time.Duration {
	n, _ := strconv.Atoi((fraction + "000000000")[:9])
	return time.Duration(n)
}

// offset reads Z or ±hh:mm, the whole of text.
func offset(text string) (*time.Location, bool) {
	if text == "" {
		return time.UTC, false
	}
	if text == "Z" || text == "z" {
		return time.UTC, true
	}
	hour, rest, ok := twoDigits(text[1:], 14)
	if !ok || text[0] != '+' && text[0] != '-' || rest == "" || rest[0] != ':' {
		return time.UTC, false
	}
	minute, rest, ok := twoDigits(rest[1:], 59)
	if !ok || rest != "" || hour == 14 && minute > 0 {
		return time.UTC, false
	}
	seconds := hour*3600 + minute*60
	if text[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), true
}

func twoDigits(text string, limit int) (n int, rest string, ok bool) {
	if len(text) < 2 || !isDigit(text[0]) || !isDigit(text[1]) {
		return 0, text, false
	}
	n = int(text[0]-'0')*10 + int(text[1]-'0')
	return n, text[2:], n <= limit
}

func digits(text string) (front, rest string) {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return text[:n], text[n:]
}

// numberLiteral reads [-]digits[.digits][e[±]digits]. The type suffixes of older versions (5L, 2.0m), which old clients
// still write, mean nothing more than the number.
func numberLiteral(text string) (*Literal, string) {
	whole, rest := digits(strings.TrimPrefix(text, "-"))
	number, exact := whole != "", true
	if after, point := strings.CutPrefix(rest, "."); point {
		var fraction string
		fraction, rest = digits(after)
		number, exact = number && fraction != "", false
	}
	if rest != "" && rest[0]|0x20 == 'e' {
		after := rest[1:]
		if after != "" && (after[0] == '+' || after[0] == '-') {
			after = after[1:]
		}
		var exponent string
		exponent, rest = digits(after)
		number, exact = number && exponent != "", false
	}
	end := len(text) - len(rest)
	if len(rest) == 1 && strings.Contains("lfdm", strings.ToLower(rest)) {
		exact = exact && rest[0]|0x20 == 'l'
		rest = ""
	}
	if !number || rest != "" {
		return nil, "'" + text + "' is no number, date, time or GUID"
	}
	if exact {
		if n, err := strconv.ParseInt(text[:end], 10, 64); err == nil {
			return &Literal{Kind: IntLit, Value: n}, ""
		}
	}
	f, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return nil, "the number is too large"
	}
	return &Literal{Kind: FloatLit, Value: f}, ""
}

// namedLiteral reads the literals that look like names; nil when text is none of them. Infinity, NaN and durations
// have one spelling, the others any letter case.
func namedLiteral(text string) *Literal {
	switch text {
	case "INF":
		return &Literal{Kind: FloatLit, Value: math.Inf(1)}
	case "NaN":
		return &Literal{Kind: FloatLit, Value: math.NaN()}
	}
	if text[0] == 'P' {
		if d, ok := parseDuration(text); ok {
			return &Literal{Kind: DurationLit, Value: d}
		}
	}
	switch strings.ToLower(text) {
	case "null":
		return &Literal{Kind: NullLit}
	case "true":
		return &Literal{Kind: BoolLit, Value: true}
	case "false":
		return &Literal{Kind: BoolLit, Value: false}
	}
	return nil
}

// parseDuration reads [-]P[nD][T[nH][nM][n[.fraction]S]] with at least one part.
func parseDuration(text string) (time.Duration, bool) {
	rest, negative := strings.CutPrefix(text, "-")
	rest, ok := strings.CutPrefix(rest, "P")
	if !ok {
		return 0, false
	}
	var total time.Duration
	units, timed := "D", false
	for parts := 0; rest != "" || parts == 0; parts++ {
		if !timed && rest != "" && rest[0] == 'T' {
			units, timed, rest = "HMS", true, rest[1:]
		}
		count, after := digits(rest)
		n, err := strconv.ParseInt(count, 10, 64)
		if err != nil || after == "" {
			return 0, false
		}
		var fraction string
		if after[0] == '.' {
			if fraction, after = digits(after[1:]); fraction == "" || after == "" || after[0] != 'S' {
				return 0, false
			}
		}
		unit := strings.IndexByte(units, after[0])
		if unit < 0 {
			return 0, false
		}
		units = units[unit+1:] // parts come in this order and once
		size := time.Second
		switch after[0] {
		case 'D':
			size = 24 * time.Hour
		case 'H':
			size = time.Hour
		case 'M':
			size = time.Minute
		}
		nanos := nanoseconds(fraction)
		if n > int64((math.MaxInt64-total)/size) || nanos > math.MaxInt64-total-time.Duration(n)*size {
			return 0, false
		}
		total += time.Duration(n)*size + nanos
		rest = after[1:]
	}
	if negative {
		total = -total
	}
	return total, true
}

// unquote is the value of a string as written, quotes included.
func unquote(text string) string {
	return strings.ReplaceAll(text[1:len(text)-1], "''", "'")
}

// prefixedLiteral reads prefix'text': a duration or an enum value. On failure it says what is wrong instead.
func prefixedLiteral(prefix, text string) (literal *Literal, why string) {
	value := unquote(text)
	switch strings.ToLower(prefix) {
	case "duration":
		d, ok := parseDuration(value)
		if !ok {
			return nil, "'" + value + "' is no duration such as P1DT2H30M"
		}
		return &Literal{Kind: DurationLit, Value: d}, ""
	case "guid", "datetime", "datetimeoffset", "time":
		return nil, "OData v4 writes dates, times and GUIDs without prefix and quotes"
	case "binary", "geography", "geometry", "x":
		return nil, "binary and geographic values are not supported"
	}
	if !strings.Contains(prefix, ".") {
		return nil, "an enum value carries the full name of its type, Namespace.Type'Value', or is a plain string"
	}
	return &Literal{Kind: EnumLit, Type: prefix, Value: value}, ""
}
