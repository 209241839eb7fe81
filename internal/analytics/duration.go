package analytics

import (
	"strconv"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// Durations are whole microseconds: databases do not agree on what an interval is.

const microseconds = 1_000_000 // of a second

// duration is the value of a duration literal.
func (b *binder) duration(e *odata.Literal) *value {
	d := e.Value.(time.Duration) //nolint:forcetypeassert // the kind says so
	return &value{literal: e, typ: edm.Type{Kind: edm.Duration}, sql: b.param(d.Microseconds())}
}

// timed binds arithmetic with moments and durations; nil when both sides are neither.
func (b *binder) timed(op string, l, r *value) *value {
	if op == "add" && l.is(edm.Duration) && r.is(edm.DateTimeOffset) {
		l, r = r, l
	}
	micros := func(x sqlgen.Expr) *value { return &value{sql: b.guarded(x), typ: edm.Type{Kind: edm.Duration}} }
	switch {
	case op != "add" && op != "sub":
		return nil
	case l.is(edm.DateTimeOffset) && r.is(edm.Duration):
		if l.moment != nil && r.literal != nil {
			d := r.literal.Value.(time.Duration) //nolint:forcetypeassert // the kind says so
			if op == "sub" {
				d = -d
			}
			return b.constant(l.moment.Add(d))
		}
		by := r.sql
		if op == "sub" {
			by = sqlgen.Call{Func: sqlgen.Negate, Args: []sqlgen.Expr{by}}
		}
		return &value{sql: b.guarded(sqlgen.Call{Func: sqlgen.Later, Args: []sqlgen.Expr{l.sql, by}}), typ: l.typ, utc: l.utc}
	case op == "sub" && l.is(edm.DateTimeOffset) && r.is(edm.DateTimeOffset):
		return micros(sqlgen.Call{Func: sqlgen.MicrosecondsBetween, Args: []sqlgen.Expr{r.sql, l.sql}})
	case l.is(edm.Duration) && r.is(edm.Duration):
		return micros(sqlgen.Compare(map[string]sqlgen.Operator{"add": sqlgen.Add, "sub": sqlgen.Minus}[op], l.sql, r.sql))
	}
	return nil
}

// appendDuration writes microseconds as ISO 8601 does, in days and less: P1DT2H3M4.5S.
func appendDuration(buf []byte, micros int64) []byte {
	rest := uint64(micros)
	if micros < 0 {
		buf, rest = append(buf, '-'), -rest
	}
	buf = append(buf, 'P')
	const second, minute, hour, day = microseconds, 60 * microseconds, 3600 * microseconds, 86400 * microseconds
	part := func(unit uint64, letter byte) {
		if n := rest / unit; n > 0 {
			buf = append(strconv.AppendUint(buf, n, 10), letter)
			rest %= unit
		}
	}
	part(day, 'D')
	if rest == 0 && micros != 0 {
		return buf
	}
	buf = append(buf, 'T')
	part(hour, 'H')
	part(minute, 'M')
	if rest == 0 && micros != 0 {
		return buf
	}
	buf = strconv.AppendUint(buf, rest/second, 10)
	if fraction := rest % second; fraction > 0 {
		buf = append(buf, '.')
		for unit := uint64(second / 10); fraction > 0; unit /= 10 {
			buf = append(buf, byte('0'+fraction/unit))
			fraction %= unit
		}
	}
	return append(buf, 'S')
}
