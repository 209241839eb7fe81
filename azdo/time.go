package azdo

import (
	"encoding/json"
	"fmt"
	"time"
)

// Time is a date on the wire: UTC, up to seven digits of a second with trailing zeros cut, and the zero date without a
// zone. Reading also accepts offsets and dates without one, which are UTC.
type Time struct{ time.Time }

const zeroTime = "0001-01-01T00:00:00"

// String is the wire form.
func (t Time) String() string {
	if t.IsZero() {
		return zeroTime
	}
	return t.UTC().Format("2006-01-02T15:04:05.9999999Z")
}

// MarshalJSON writes the wire form.
func (t Time) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalJSON reads a date; null and the zero date leave the zero time.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("date: %w", err)
	}
	t.Time = time.Time{}
	if text == nil || *text == zeroTime {
		return nil
	}
	var err error
	if t.Time, err = time.Parse(time.RFC3339Nano, *text); err != nil {
		t.Time, err = time.Parse("2006-01-02T15:04:05.999999999", *text)
	}
	return err
}
