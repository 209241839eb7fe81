package work

import (
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/project"
)

// Settle gives the fields of a revision written for Load what Update would have given them: the values of the type's
// rules, and the dates and people of its workflow. previous is nil for the first revision and is not changed. State and
// reason must be set, the state must be one of the type's, and nothing is checked.
func Settle(kind *project.WorkItemType, previous, next Fields, by User, at time.Time) {
	e := &environment{kind: kind, directory: &access.Directory{}, user: by, now: at}
	var before *revision
	if previous != nil {
		before = &revision{fields: previous, kind: kind}
	}
	r := &revision{fields: next, kind: kind}
	r.runRules(e, before)
	r.stamp(e, before)
}
