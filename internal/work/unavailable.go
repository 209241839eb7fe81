package work

import (
	"errors"
	"net"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Unavailable returns the fault for an error that says the databases cannot be used at the moment, and nil for any
// other error.
func Unavailable(err error) *fault.Fault {
	if errors.Is(err, db.ErrUnknown) {
		return fault.OutcomeUnknown()
	}
	for _, kind := range []error{db.ErrFull, db.ErrReadOnly, db.ErrDamaged, db.ErrLocked, db.ErrClosed} {
		if errors.Is(err, kind) {
			return fault.Storage(kind.Error())
		}
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return fault.Storage("the database server cannot be reached")
	}
	return nil
}
