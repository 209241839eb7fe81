package ingest

import (
	"testing"
	"time"

	"boardwalk/internal/analytics/edm"
)

// The library's own calendar is the oracle.
func TestCalendar_AgreesWithTime(t *testing.T) {
	for _, zone := range []string{"UTC", "America/Los_Angeles", "Asia/Seoul", "Australia/Lord_Howe", "America/Sao_Paulo"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		c := &calendar{location: location}
		for at := time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2040; at = at.Add(7*time.Hour + 13*time.Minute + 999*time.Microsecond) {
			y, m, d := at.In(location).Date()
			if got, want := c.sk(at.UnixMicro()), int64(y*10000+int(m)*100+d); got != want {
				t.Fatalf("%s in %s: got %d, want %d", at, zone, got, want)
			}
			if got, want := weekday(c.day(at.UnixMicro())), int64(at.In(location).Weekday()); got != want {
				t.Fatalf("%s in %s: weekday %d, want %d", at, zone, got, want)
			}
		}
	}
}

func TestPeriodsBetween(t *testing.T) {
	day := func(text string) (time.Time, int64) {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at, at.Unix() / 86400
	}
	// naive: does any day from the first up to the one before the second close the period?
	for _, pair := range [][2]string{{"2024-02-28", "2024-02-29"}, {"2024-02-29", "2024-03-01"}, {"2024-12-31", "2025-01-01"}, {"2024-06-03", "2024-06-10"},
		{"2024-06-03", "2024-06-04"}, {"2024-06-08", "2024-06-09"}, {"2024-06-09", "2024-06-10"}, {"2023-11-15", "2024-11-15"}, {"2024-03-31", "2024-04-01"}, {"2024-05-05", "2024-05-05"}} {
		from, a := day(pair[0])
		to, b := day(pair[1])
		want := int64(0)
		for at := from; at.Before(to); at = at.AddDate(0, 0, 1) {
			next := at.AddDate(0, 0, 1)
			want |= 1 | 2<<at.Weekday()
			if next.Month() != at.Month() {
				want |= 256
				if at.Month()%3 == 0 {
					want |= 512
				}
			}
			if next.Year() != at.Year() {
				want |= 1024
			}
		}
		if got := periodsBetween(a, b); got != want {
			t.Errorf("%v: got %b, want %b", pair, got, want)
		}
	}
	_, y := day("2024-12-29") // a Sunday; a year later all periods have ended
	if got := periodsBetween(y, y+400); got != edm.AllPeriods {
		t.Errorf("got %d, want all", got)
	}
}
