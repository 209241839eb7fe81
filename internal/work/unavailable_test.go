package work

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"boardwalk/internal/db"
)

func TestUnavailable(t *testing.T) {
	for _, c := range []struct {
		err    error
		says   string // "" for errors that are something else
		stored bool   // whether the change may have been stored
	}{
		{db.ErrFull, "full", false},
		{fmt.Errorf("work.insertItem: %w", db.ErrReadOnly), "read-only", false},
		{db.ErrDamaged, "damaged", false},
		{db.ErrLocked, "in use", false},
		{db.ErrClosed, "closed", false},
		{fmt.Errorf("connect: %w", &net.OpError{Op: "dial", Err: errors.New("password of the driver")}), "cannot be reached", false},
		{fmt.Errorf("%w: %w", db.ErrUnknown, &net.OpError{Op: "read", Err: errors.New("reset")}), "unknown whether", true},
		{db.ErrExists, "", false},
		{errors.New("a bug"), "", false},
	} {
		f := Unavailable(c.err)
		if f == nil {
			if c.says != "" {
				t.Errorf("%v: not told as unavailable", c.err)
			}
			continue
		}
		if c.says == "" || f.Status != 503 || !strings.Contains(f.Message, c.says) || strings.Contains(f.Message, "password") {
			t.Errorf("%v: %d %s", c.err, f.Status, f.Message)
		}
		if promised := strings.Contains(f.Message, "Nothing was changed"); promised == c.stored {
			t.Errorf("%v: %s", c.err, f.Message)
		}
	}
}
