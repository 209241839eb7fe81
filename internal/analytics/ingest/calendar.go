package ingest

import (
	"time"
)

const dayMicros = 24 * 60 * 60 * 1000000

// calendar counts days in an organization's time zone. It is not safe for concurrent use.
type calendar struct {
	location   *time.Location
	from, to   int64 // microseconds between which offset holds
	offset     int64 // microseconds east of UTC
	cacheValid bool
}

// local is a moment's wall clock, in microseconds as if it were UTC.
func (c *calendar) local(micros int64) int64 {
	if !c.cacheValid || micros < c.from || micros >= c.to {
		t := time.UnixMicro(micros).In(c.location)
		start, end := t.ZoneBounds()
		_, seconds := t.Zone()
		c.offset, c.cacheValid = int64(seconds)*1000000, true
		c.from, c.to = -1<<62, 1<<62
		if !start.IsZero() {
			c.from = start.UnixMicro()
		}
		if !end.IsZero() {
			c.to = end.UnixMicro()
		}
	}
	return micros + c.offset
}

// day is the number of the local day of a moment, counted from 1970-01-01.
func (c *calendar) day(micros int64) int64 { return floorDiv(c.local(micros), dayMicros) }

// sk is the calendar key of a moment: YYYYMMDD of its local day.
func (c *calendar) sk(micros int64) int64 { return daySK(c.day(micros)) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// civil turns a day number into year, month and day.
func civil(day int64) (y, m, d int64) {
	z := day + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

func daySK(day int64) int64 {
	y, m, d := civil(day)
	return y*10000 + m*100 + d
}

// weekday of a day number, 0 for Sunday.
func weekday(day int64) int64 { return ((day+4)%7 + 7) % 7 }

// Bits of the enum Period: Day, WeekEndingOnSunday … Saturday, Month, Quarter, Year.
const (
	periodDay     = 1
	periodMonth   = 256
	periodQuarter = 512
	periodYear    = 1024
)

// periodsBetween is the set of periods that end on or after one day and before another: those whose last revision a
// revision of the first day is when the next revision is of the second. None when both are the same day.
func periodsBetween(day, next int64) int64 {
	if day == next {
		return 0
	}
	flags := int64(periodDay)
	for w := range int64(7) {
		// Weeks ending on weekday w: day numbers grouped so that a group's last day has that weekday.
		if floorDiv(day-w+3, 7) != floorDiv(next-w+3, 7) {
			flags |= 2 << w
		}
	}
	y1, m1, _ := civil(day)
	y2, m2, _ := civil(next)
	if y1 != y2 || m1 != m2 {
		flags |= periodMonth
	}
	if y1 != y2 || (m1-1)/3 != (m2-1)/3 {
		flags |= periodQuarter
	}
	if y1 != y2 {
		flags |= periodYear
	}
	return flags
}

// lastDayOf is the set of periods a day closes.
func lastDayOf(day int64) int64 { return periodsBetween(day, day+1) }
