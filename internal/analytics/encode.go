package analytics

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
)

// encoder writes rows as JSON straight from result vectors.
type encoder struct {
	buf       []byte
	zone      zone
	omitNulls bool
	format    format
	root      string // URL of the service, for links; without a slash at the end
}

// object writes row i.
func (e *encoder) object(o *object, v []db.Vector, i int) {
	if o.present >= 0 && (v[o.present].Null(i) || v[o.present].Int(i) == 0) {
		e.buf = append(e.buf, "null"...)
		return
	}
	e.buf = append(e.buf, '{')
	comma, address := false, ""
	switch {
	case o.flat && e.format.control != noControl:
		e.buf = append(e.buf, `"@odata.id":null`...)
		comma = true
	case o.identity != nil:
		address = e.identify(o.identity, v, i)
		comma = true
	}
	for k := range o.members {
		m := &o.members[k]
		if m.branches != 0 && m.branches>>v[o.branch].Int(i)&1 == 0 {
			continue // of another sequence
		}
		null := m.kind < encodeObject && m.null(v, i)
		if null && e.omitNulls {
			continue
		}
		if comma {
			e.buf = append(e.buf, ',')
		}
		comma = true
		switch {
		case m.kind >= encodeObject && address != "":
			e.navigationLinks(address, m.name)
		case e.format.control == fullControl && !null && m.typed(v, i):
			e.text([]byte(m.name + "@odata.type"))
			e.buf = append(e.buf, ':')
			e.text([]byte("#" + strings.TrimPrefix(m.typ.String(), "Edm.")))
			e.buf = append(e.buf, ',')
		}
		if m.kind == encodeMany && m.many.total {
			e.text([]byte(m.name + "@odata.count"))
			e.buf = append(e.buf, ':')
			e.long(m.many.of(v[m.column], i).total)
			if m.many.alone {
				continue
			}
			e.buf = append(e.buf, ',')
		}
		e.buf = append(e.buf, m.prefix...)
		switch m.kind {
		case encodeObject:
			e.object(m.object, v, i)
		case encodeOne:
			if row := m.many.of(v[m.column], i).rows; row != nil {
				e.buf = append(e.buf, row...)
			} else {
				e.buf = append(e.buf, "null"...)
			}
		case encodeMany:
			e.buf = append(e.buf, '[')
			e.buf = append(e.buf, m.many.of(v[m.column], i).rows...)
			e.buf = append(e.buf, ']')
		default:
			e.value(m, &v[m.column], i)
		}
	}
	if address != "" {
		for _, name := range o.identity.links {
			e.buf = append(e.buf, ',')
			e.navigationLinks(address, name)
			e.buf = e.buf[:len(e.buf)-1]
		}
	}
	e.buf = append(e.buf, '}')
}

// null reports whether a member of row i has no value.
func (m *member) null(v []db.Vector, i int) bool {
	x := &v[m.column]
	return x.Null(i) || m.kind == encodeKey && m.keys.guid(x.Int(i)) == nil
}

// typed reports whether a value's type cannot be told from its JSON.
func (m *member) typed(v []db.Vector, i int) bool {
	switch m.typ.Kind {
	case edm.Boolean, edm.String:
		return false
	case edm.Double:
		x := v[m.column].Float(i)
		return math.IsInf(x, 0) || math.IsNaN(x) // a string
	}
	return m.kind < encodeObject
}

// long writes a 64-bit integer.
func (e *encoder) long(n int64) {
	if !e.format.longText {
		e.buf = strconv.AppendInt(e.buf, n, 10)
		return
	}
	e.buf = append(strconv.AppendInt(append(e.buf, '"'), n, 10), '"')
}

func (e *encoder) value(m *member, v *db.Vector, i int) {
	if v.Null(i) {
		e.buf = append(e.buf, "null"...)
		return
	}
	switch m.kind {
	case encodeInt:
		if m.typ.Kind == edm.Int64 {
			e.long(v.Int(i))
		} else {
			e.buf = strconv.AppendInt(e.buf, v.Int(i), 10)
		}
	case encodeFloat:
		e.float(v.Float(i))
	case encodeBool:
		e.buf = strconv.AppendBool(e.buf, v.Int(i) != 0)
	case encodeText:
		e.text(v.Text(i))
	case encodeGUID:
		id := v.UUID(i)
		e.guid(&id)
	case encodeKey:
		if id := m.keys.guid(v.Int(i)); id != nil {
			e.guid(id)
		} else {
			e.buf = append(e.buf, "null"...)
		}
	case encodeMoment:
		e.zone.append(&e.buf, v.Int(i))
	case encodeMomentUTC:
		e.buf = append(e.buf, '"')
		e.buf = appendClock(e.buf, v.Int(i))
		e.buf = append(e.buf, 'Z', '"')
	case encodeDate:
		e.buf = append(e.buf, '"')
		e.buf = time.Unix(v.Int(i)*86400, 0).UTC().AppendFormat(e.buf, time.DateOnly)
		e.buf = append(e.buf, '"')
	case encodeClock:
		e.buf = append(e.buf, '"')
		e.buf = time.UnixMicro(v.Int(i)).UTC().AppendFormat(e.buf, "15:04:05.000000")
		e.buf = append(e.buf, '"')
	case encodeDuration:
		e.buf = append(appendDuration(append(e.buf, '"'), v.Int(i)), '"')
	case encodeEnum:
		e.text([]byte(m.enum.Format(v.Int(i))))
	}
}

// float writes a double with a fraction: 10.0.
func (e *encoder) float(x float64) {
	switch {
	case math.IsInf(x, 1):
		e.buf = append(e.buf, `"INF"`...)
	case math.IsInf(x, -1):
		e.buf = append(e.buf, `"-INF"`...)
	case math.IsNaN(x):
		e.buf = append(e.buf, `"NaN"`...)
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		e.buf = strconv.AppendInt(e.buf, int64(x), 10)
		e.buf = append(e.buf, '.', '0')
	case math.Abs(x) >= 1e-4 && math.Abs(x) < 1e15:
		e.buf = strconv.AppendFloat(e.buf, x, 'f', -1, 64)
	default:
		e.buf = strconv.AppendFloat(e.buf, x, 'g', -1, 64)
	}
}

func (e *encoder) guid(id *[16]byte) {
	var text [38]byte
	text[0], text[9], text[14], text[19], text[24], text[37] = '"', '-', '-', '-', '-', '"'
	hex.Encode(text[1:9], id[0:4])
	hex.Encode(text[10:14], id[4:6])
	hex.Encode(text[15:19], id[6:8])
	hex.Encode(text[20:24], id[8:10])
	hex.Encode(text[25:37], id[10:16])
	e.buf = append(e.buf, text[:]...)
}

// text writes a JSON string.
func (e *encoder) text(s []byte) { e.buf = appendText(e.buf, s) }

func quoted(s string) string { return string(appendText(nil, []byte(s))) }

func appendText(buf, s []byte) []byte {
	buf = append(buf, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		if i+8 <= len(s) { // measured: goes through titles and paths almost twice as fast
			plain := plainBytes(binary.LittleEndian.Uint64(s[i:]))
			if i += plain; plain == 8 {
				i--
				continue
			}
		}
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			continue
		}
		if c >= utf8.RuneSelf {
			if r, n := utf8.DecodeRune(s[i:]); r != utf8.RuneError || n > 1 {
				i += n - 1
				continue
			}
		}
		buf = append(buf, s[start:i]...)
		start = i + 1
		switch {
		case c == '"' || c == '\\':
			buf = append(buf, '\\', c)
		case c == '\n':
			buf = append(buf, '\\', 'n')
		case c == '\r':
			buf = append(buf, '\\', 'r')
		case c == '\t':
			buf = append(buf, '\\', 't')
		case c >= utf8.RuneSelf: // no valid UTF-8
			buf = append(buf, "\uFFFD"...)
		default:
			const digits = "0123456789abcdef"
			buf = append(buf, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	buf = append(buf, s[start:]...)
	return append(buf, '"')
}

// plainBytes is how many of eight bytes, the lowest first, stand in a JSON string as they are, up to the first that does not
// or is not ASCII. Subtracting sets the highest bit of a byte that is less; a byte behind one that borrowed may be wrong,
// but is not asked about.
func plainBytes(x uint64) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	quote, slash := x^ones*'"', x^ones*'\\'
	found := (x | (x - ones*' ') | (quote-ones)&^quote | (slash-ones)&^slash) & high
	return bits.TrailingZeros64(found) / 8
}

// zone writes moments in a time zone, remembering the last offset.
type zone struct {
	location *time.Location
	from, to int64 // microseconds between which offset holds
	offset   int64
	suffix   string
}

// The moments that a year from 1 to 9999 can show, in microseconds since 1970.
const (
	firstMoment = -62135596800 * 1_000_000
	lastMoment  = 253402300800*1_000_000 - 1
)

func (z *zone) append(buf *[]byte, micros int64) {
	if micros < z.from || micros >= z.to {
		z.find(micros)
	}
	*buf = append(*buf, '"')
	if local := micros + z.offset; local < firstMoment || local > lastMoment {
		*buf = append(appendClock(*buf, micros), 'Z', '"') // there is no such year on the local clock
		return
	}
	*buf = appendClock(*buf, micros+z.offset)
	*buf = append(*buf, z.suffix...)
	*buf = append(*buf, '"')
}

func (z *zone) find(micros int64) {
	t := time.UnixMicro(micros).In(z.location)
	start, end := t.ZoneBounds()
	_, seconds := t.Zone()
	seconds -= seconds % 60 // local mean times of old have seconds, which an offset cannot show
	z.offset, z.suffix = int64(seconds)*1_000_000, time.Unix(0, 0).In(time.FixedZone("", seconds)).Format("Z07:00")
	z.from, z.to = math.MinInt64, math.MaxInt64
	if !start.IsZero() {
		z.from = start.UnixMicro()
	}
	if !end.IsZero() {
		z.to = end.UnixMicro()
	}
}

// appendClock writes microseconds as a wall clock with as many digits of the fraction as are needed.
func appendClock(buf []byte, micros int64) []byte {
	const day = 24 * 60 * 60 * 1_000_000
	days, rest := micros/day, micros%day
	if rest < 0 {
		days, rest = days-1, rest+day
	}
	y, m, d := civil(days)
	buf = append(buf, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-')
	buf = append(appendTwo(buf, m), '-')
	buf = append(appendTwo(buf, d), 'T')
	seconds, fraction := rest/1_000_000, rest%1_000_000
	buf = append(appendTwo(buf, seconds/3600), ':')
	buf = append(appendTwo(buf, seconds/60%60), ':')
	buf = appendTwo(buf, seconds%60)
	if fraction == 0 {
		return buf
	}
	buf = append(buf, '.')
	for unit := int64(100_000); fraction > 0; unit /= 10 {
		buf = append(buf, byte('0'+fraction/unit))
		fraction %= unit
	}
	return buf
}

func appendTwo(buf []byte, n int64) []byte { return append(buf, byte('0'+n/10), byte('0'+n%10)) }

// civil turns a number of days since 1970 into year, month and day.
func civil(days int64) (y, m, d int64) {
	days += 719468 // since 0000-03-01
	era := days / 146097
	if days < 0 {
		era = (days - 146096) / 146097
	}
	of := days - era*146097
	years := (of - of/1460 + of/36524 - of/146096) / 365
	of -= 365*years + years/4 - years/100
	month := (5*of + 2) / 153
	d, m, y = of-(153*month+2)/5+1, month+3, years+era*400
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}
